//! What generation is measured against: progenitor and prettyplease alone, on the same document.

use std::error::Error;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
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

/// The client of a document in YAML, as a small generator would make it.
///
/// # Errors
///
/// What progenitor cannot digest, or what is no YAML.
pub fn client(text: &str) -> Result<String, Box<dyn Error>> {
    let (mut generator, document) = begin(text)?;
    formatted(generator.generate_tokens(&document)?)
}

/// The mock bindings of a document in YAML, made in the same way.
///
/// # Errors
///
/// As for [`client`].
pub fn mock(text: &str) -> Result<String, Box<dyn Error>> {
    let (mut generator, document) = begin(text)?;
    formatted(generator.httpmock(&document, "client_crate")?)
}

fn begin(text: &str) -> Result<(Generator, OpenAPI), Box<dyn Error>> {
    let document = serde_yaml_ng::from_str(text)?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    Ok((Generator::new(&settings), document))
}

fn formatted(tokens: TokenStream) -> Result<String, Box<dyn Error>> {
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_s_document_is_digestible() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/vobiz.yaml");
        let document = Document::load(path.as_ref()).unwrap();
        let text = digestible(&document).unwrap();
        assert!(client(&text).unwrap().contains("CreateSubAccount"));
        assert!(mock(&text).unwrap().contains("create_sub_account"));
    }
}
