//! The files of the site: put together, compared, written.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xtask::document::Document;
use xtask::files::Artefact;

use crate::api::{self, Operation};
use crate::json::{Dialect, Json};
use crate::text::visible;
use crate::{links, machine, page};

/// The directory with a page for each operation.
const OPERATIONS: &str = "operations";

/// Where the page of `operation` lies, below the site.
pub fn operation_path(operation: &Operation<'_>) -> String {
    format!("{OPERATIONS}/{}.md", operation.anchor)
}

/// The files that `document` makes; the same document always makes the same bytes.
pub fn build(document: &Document) -> Vec<Artefact> {
    let api = api::read(document);
    // The first page is only asked for its anchors: descriptions may link to them.
    let anchors = links::anchors(&page::index(&api, &BTreeSet::new()));
    let artefact = |path: &str, contents: String| Artefact {
        path: path.into(),
        contents,
    };
    let mut files = vec![
        artefact("index.html", visible(&page::index(&api, &anchors))),
        artefact("llms.txt", visible(&machine::llms(&api))),
        artefact("openapi.json", json(document)),
        artefact("openapi.yaml", document.source.text().to_owned()),
        artefact("reference.md", visible(&machine::reference(&api))),
    ];
    for operation in api.groups.iter().flat_map(|group| &group.operations) {
        let page = visible(&machine::operation_page(&api, operation));
        files.push(artefact(&operation_path(operation), page));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn json(document: &Document) -> String {
    let mut json = Json::from(&document.root).pretty(Dialect::Json);
    json.push('\n');
    json
}

/// Pages of operations below `out` that we once wrote and no longer would.
pub fn left_over(files: &[Artefact], out: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(out.join(OPERATIONS)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut left = Vec::new();
    for entry in entries {
        let entry = entry?;
        let path = Path::new(OPERATIONS).join(entry.file_name());
        let is_page = path.extension().is_some_and(|extension| extension == "md");
        if !is_page || !entry.file_type()?.is_file() || files.iter().any(|f| f.path == path) {
            continue;
        }
        let text = fs::read(entry.path())?;
        if String::from_utf8_lossy(&text).contains(machine::MARK) {
            left.push(path);
        }
    }
    left.sort();
    Ok(left)
}
