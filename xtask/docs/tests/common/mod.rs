//! Documents to make sites of.
#![allow(dead_code)] // each test binary uses a part of it

use std::path::{Path, PathBuf};

use xtask::document::{Document, LoadError};

/// What an enemy would write.
pub(crate) const HOSTILE: &str = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>\
    ]]> --> </style></title></textarea></pre> \"' onmouseover=\"window.pwned=1\" \
    [a](javascript:window.pwned=1) [b](https://example.com/ok) ![c](https://example.com/c.png) \
    <a href='javascript:window.pwned=1'>d</a> <javascript:window.pwned=1> &lt;b&gt; &#x202e; \
    ${window.pwned} `window.pwned` {{pwned}} | a \\ \u{202e}live\u{2066}\u{0}\u{7}\u{1b}[31m\u{85}\u{feff}\r\n\
    ```\n# h\n$(touch pwned)'; touch pwned; '";

pub(crate) fn workspace() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    workspace.expect("a workspace").to_owned()
}

pub(crate) fn document(name: &str, text: &str) -> Document {
    match Document::parse(Path::new(name), text.as_bytes().to_vec()) {
        Ok(document) => document,
        Err(LoadError::Refused(source, findings)) => {
            panic!("{}", xtask::finding::render(&source, &findings, false))
        }
        Err(LoadError::Io(error)) => panic!("{error}"),
    }
}

/// The document of this project, as it is today.
pub(crate) fn live() -> Document {
    let path = workspace().join(xtask::generate::SPEC_PATH);
    let text = std::fs::read_to_string(path).expect("the document");
    document("openapi/vobiz.yaml", &text)
}

/// The document of this project at version 1.0.0. It stays as it is, so that tests which fill in
/// its one form, or count its bytes, do not fail when the document grows.
pub(crate) fn one_operation() -> Document {
    fixture("one_operation.yaml")
}

pub(crate) fn fixture(name: &str) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    document(name, &std::fs::read_to_string(path).expect("a fixture"))
}

/// A document that has `payload` in every string.
pub(crate) fn hostile(payload: &str) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hostile.yaml");
    let text = std::fs::read_to_string(path).expect("a fixture");
    let quoted: String = payload
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() || !c.is_ascii() => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    document("hostile.yaml", &text.replace("@@", &quoted))
}
