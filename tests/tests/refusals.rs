//! Guard 4: damaged documents, and the exact text of each refusal.

mod common;

use std::path::Path;

use common::{Scratch, workspace};
use xtask::cli::{self, Exit};
use xtask::finding::render;
use xtask::generate::{CLIENT_PATH, GenerateError, generate};
use xtask::lint::Allowed;

#[test]
fn refusals_tell_what_where_and_what_to_do() {
    for name in names() {
        let text = refusal(&name);
        assert!(
            !text.contains("panicked") && !text.contains("RUST_BACKTRACE"),
            "{name}: {text}"
        );
        assert!(
            text.contains("= help: "),
            "{name} does not say what to do: {text}"
        );
        assert!(
            text.contains(&format!("--> {name}.yaml:")),
            "{name} has no position: {text}"
        );
        insta::assert_snapshot!(name.as_str(), text);
    }
}

#[test]
fn a_refusal_leaves_the_file_on_disk_alone() {
    for name in names() {
        let scratch = Scratch::new("refused");
        let client = scratch.path().join(CLIENT_PATH);
        std::fs::create_dir_all(client.parent().unwrap()).unwrap();
        std::fs::write(&client, "untouched").unwrap();
        let spec = workspace().join(format!("tests/refusals/{name}.yaml"));
        let args = [
            "xtask",
            "generate",
            "--spec",
            spec.to_str().unwrap(),
            "--root",
        ];
        let args = args.iter().map(Into::into).chain([scratch.path().into()]);
        let exit = cli::run(args, workspace(), &mut Vec::new(), &mut Vec::new());
        assert_eq!(exit, Exit::Refused, "{name}");
        assert_eq!(
            std::fs::read_to_string(&client).unwrap(),
            "untouched",
            "{name}"
        );
        let left = std::fs::read_dir(client.parent().unwrap()).unwrap().count();
        assert_eq!(left, 1, "{name} leaves files behind");
    }
}

/// What a document generates, under a name that is the same on every machine.
fn refusal(name: &str) -> String {
    let path = workspace().join(format!("tests/refusals/{name}.yaml"));
    match generate(
        &path,
        &Path::new(name).with_extension("yaml"),
        &Allowed::house(),
    ) {
        Err(GenerateError::Refused(source, findings)) => render(&source, &findings, false),
        other => panic!("{name}: {other:?}"),
    }
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(workspace().join("tests/refusals"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert!(names.len() > 30);
    names
}
