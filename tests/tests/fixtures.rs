//! Guard 3: one small document for each construct, with the code it generates.
//!
//! That all of that code compiles is shown by the package `golden`, which is made of it.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::workspace;
use xtask::files::{Artefact, State};
use xtask::generate::{CLIENT_PATH, generate};
use xtask::lint::Allowed;

const ACCEPT: &str = "INSTA_UPDATE=always cargo test -p workspace-tests --test fixtures";

#[test]
fn fixtures_generate_their_golden_files() {
    // insta's own switch, so that one command accepts every kind of snapshot.
    let accept = std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    let mut stale = Vec::new();
    for name in fixtures() {
        let path = workspace().join(format!("tests/fixtures/{name}.yaml"));
        let generated = generate(&path, Path::new(&format!("{name}.yaml")), &Allowed::house())
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let client = generated
            .artefacts
            .into_iter()
            .find(|artefact| artefact.path == Path::new(CLIENT_PATH))
            .unwrap();
        let golden = Artefact {
            path: format!("tests/golden/src/{name}.rs").into(),
            ..client
        };
        match golden.state(workspace()).unwrap() {
            State::Fresh => {}
            _ if accept => golden.write(workspace()).unwrap(),
            State::Missing => stale.push(format!("{name}: no golden file")),
            State::Stale(diff) => stale.push(diff),
        }
    }
    assert!(
        stale.is_empty(),
        "{}\nreview, then accept with:\n\n    {ACCEPT}\n",
        stale.join("\n")
    );
}

#[test]
fn every_golden_file_has_a_fixture_and_is_compiled() {
    let library = std::fs::read_to_string(workspace().join("tests/golden/src/lib.rs")).unwrap();
    let mut golden = names("tests/golden/src", "rs");
    golden.remove("lib");
    assert_eq!(golden, fixtures());
    for name in golden {
        assert!(
            library.contains(&format!("pub mod {name};")),
            "add {name} to tests/golden/src/lib.rs"
        );
    }
}

fn fixtures() -> BTreeSet<String> {
    names("tests/fixtures", "yaml")
}

fn names(directory: &str, extension: &str) -> BTreeSet<String> {
    std::fs::read_dir(workspace().join(directory))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}
