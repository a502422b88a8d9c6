//! Guards 1 and 2: what is checked in is what the document generates, and its public surface is
//! the one that was reviewed.

mod common;

use std::path::Path;

use common::workspace;
use xtask::cli::{self, Exit};
use xtask::generate::{CLIENT_PATH, PROGENITOR_VERSION, SPEC_PATH, generate};
use xtask::lint::Allowed;
use xtask::surface::surface;

#[test]
fn generated_files_are_what_the_document_generates() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = cli::run(
        ["xtask", "generate", "--check"].map(Into::into),
        workspace(),
        &mut out,
        &mut err,
    );
    let err = String::from_utf8(err).unwrap();
    assert_eq!(exit, Exit::Done, "{err}");
}

#[test]
fn public_surface_is_the_reviewed_one() {
    let code = std::fs::read_to_string(workspace().join(CLIENT_PATH)).unwrap();
    let surface = surface(&code).unwrap().join("\n");
    let compared = std::panic::catch_unwind(|| {
        insta::with_settings!({
            description => "the public surface of crates/vobiz-api/src/generated.rs",
            omit_expression => true,
            prepend_module_to_snapshot => false,
        }, {
            insta::assert_snapshot!("vobiz_api_surface", surface);
        });
    });
    assert!(
        compared.is_ok(),
        "the public surface of the generated client changed; review the diff above, then accept \
         it with:\n\n    INSTA_UPDATE=always cargo test -p workspace-tests --test freshness\n"
    );
}

#[test]
fn generating_twice_gives_the_same_bytes() {
    let path = workspace().join(SPEC_PATH);
    let once = generate(&path, Path::new(SPEC_PATH), &Allowed::default()).unwrap();
    let twice = generate(&path, Path::new(SPEC_PATH), &Allowed::default()).unwrap();
    assert_eq!(once.artefacts, twice.artefacts);
}

#[test]
fn header_names_the_pinned_generator() {
    let lock = std::fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
    let pinned = format!("name = \"progenitor-impl\"\nversion = \"{PROGENITOR_VERSION}\"");
    assert!(
        lock.contains(&pinned),
        "update PROGENITOR_VERSION in xtask/src/generate.rs"
    );
}
