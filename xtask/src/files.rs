//! The single way in which anything is written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// How many lines of a diff are shown.
const MAX_DIFF_LINES: usize = 120;

/// A file that the document generates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    /// Where it belongs, relative to the root.
    pub path: PathBuf,
    /// What it holds.
    pub contents: String,
}

/// How a file on disk compares with the [`Artefact`] of its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The same bytes.
    Fresh,
    /// There is no such file.
    Missing,
    /// Other bytes; as a unified diff from what is there to what should be.
    Stale(String),
}

impl Artefact {
    /// Compares with what lies below `root`.
    pub fn state(&self, root: &Path) -> io::Result<State> {
        match fs::read(root.join(&self.path)) {
            Ok(bytes) if bytes == self.contents.as_bytes() => Ok(State::Fresh),
            Ok(bytes) => Ok(State::Stale(self.diff(&String::from_utf8_lossy(&bytes)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::Missing),
            Err(error) => Err(error),
        }
    }

    /// Writes below `root`, all or nothing: a reader sees the old bytes or the new ones.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        let path = root.join(&self.path);
        let directory = path.parent().unwrap_or(root);
        fs::create_dir_all(directory)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = directory.join(name);
        let written =
            fs::write(&temporary, &self.contents).and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn diff(&self, old: &str) -> String {
        let name = self.path.display().to_string().replace('\\', "/");
        let diff = TextDiff::from_lines(old, &self.contents);
        let unified = diff
            .unified_diff()
            .context_radius(3)
            .header(&format!("{name} (on disk)"), &format!("{name} (generated)"))
            .to_string();
        bounded(&unified)
    }
}

fn bounded(diff: &str) -> String {
    let lines = diff.lines().count();
    if lines <= MAX_DIFF_LINES {
        return diff.to_owned();
    }
    let mut shown: String = diff
        .lines()
        .take(MAX_DIFF_LINES)
        .flat_map(|line| [line, "\n"])
        .collect();
    shown.push_str(&format!("… and {} more lines\n", lines - MAX_DIFF_LINES));
    shown
}
