//! What generation is measured against: progenitor and prettyplease alone, on the same document.

use openapiv3::OpenAPI;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use xtask::document::Document;
use xtask::lower;

/// The document as progenitor can digest it; this is not part of what is measured, and so all of
/// our own lowering is on our side of the scales.
pub fn digestible(document: &Document) -> Result<String, serde_yaml_ng::Error> {
    let mut lowered = document.to_value();
    for pass in lower::PASSES {
        (pass.run)(&mut lowered);
    }
    serde_yaml_ng::to_string(&lowered)
}

/// The text of the client of a document in YAML, as a small generator would make it.
///
/// # Errors
///
/// What progenitor cannot digest, or what is no YAML.
pub fn generate(text: &str) -> Result<String, Box<dyn std::error::Error>> {
    let document: OpenAPI = serde_yaml_ng::from_str(text)?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    let tokens = Generator::new(&settings).generate_tokens(&document)?;
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}
