//! How a comparison is told: to people, to pull requests, to programs; and the version bumps.

use std::fmt;
use std::path::Path;

use semver::Version;
use serde::Serialize;

use super::{Change, Diff, Verdict};
use crate::packages::{self, CLIENT, MOCK, PUBLISHED, WRAPPER};

/// A step of a version, in semver levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing to release.
    #[default]
    None,
    /// The same for users, but another behaviour.
    Patch,
    /// Something new.
    Minor,
    /// Users must edit their source.
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// The smallest honest bump of each published crate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Bumps {
    /// The generated client.
    #[serde(rename = "vobiz-api")]
    pub api: Bump,
    /// The wrapper, whose own interface shows the client's types.
    #[serde(rename = "vobiz")]
    pub wrapper: Bump,
    /// The mock, which has a method for each operation, parameter and status.
    #[serde(rename = "vobiz-httpmock")]
    pub mock: Bump,
}

/// What `diff` asks of each crate.
pub fn bumps(diff: &Diff) -> Bumps {
    let api = match (diff.rust(), diff.wire()) {
        (Verdict::Breaking, _) => Bump::Major,
        (Verdict::Compatible, _) => Bump::Minor,
        (Verdict::None, Verdict::None) => Bump::None,
        (Verdict::None, _) => Bump::Patch,
    };
    let wrapper = match (api, diff.wire()) {
        // A breaking release of the client is another crate to Cargo: its types are others.
        (Bump::Major, _) => Bump::Major,
        // Old clients fail: whoever upgrades the wrapper must get the new one.
        (Bump::Minor | Bump::Patch, Verdict::Breaking) => Bump::Patch,
        _ => Bump::None,
    };
    let own = diff.changes.iter().map(|change| match change.kind {
        "status-removed" => Bump::Major,
        "status-added" | "operation-added" | "parameter-added" => Bump::Minor,
        _ if change.wire == Verdict::None => Bump::None,
        _ => Bump::Patch,
    });
    let mock = match api {
        Bump::Major => Bump::Major,
        _ => own.max().unwrap_or_default(),
    };
    Bumps { api, wrapper, mock }
}

impl Bumps {
    /// That of one crate; none for a crate that follows from no document.
    pub fn of(self, name: &str) -> Bump {
        match name {
            CLIENT => self.api,
            WRAPPER => self.wrapper,
            MOCK => self.mock,
            _ => Bump::None,
        }
    }
}

/// How to tell a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// One aligned line for each change.
    #[default]
    Human,
    /// For a pull request or a change log.
    Markdown,
    /// For programs.
    Json,
}

/// Tells `diff`; the next versions are read from the crates of `workspace`.
pub fn render(diff: &Diff, format: Format, workspace: &Path) -> String {
    match format {
        Format::Human => human(diff, workspace),
        Format::Markdown => markdown(diff, workspace),
        Format::Json => json(diff),
    }
}

/// The verdict in one line.
pub fn one_line(diff: &Diff) -> String {
    if diff.changes.is_empty() {
        return "no change in meaning".into();
    }
    let bumps = bumps(diff);
    let levels: Vec<String> = PUBLISHED
        .iter()
        .map(|name| format!("{name} {}", bumps.of(name)))
        .collect();
    format!(
        "{}: {} on the wire, {} in Rust; {}",
        count(diff.changes.len()),
        diff.wire(),
        diff.rust(),
        levels.join(", ")
    )
}

fn count(changes: usize) -> String {
    match changes {
        1 => "1 change".into(),
        n => format!("{n} changes"),
    }
}

/// Where it stands, as `openapi/vobiz.yaml:217`.
pub(crate) fn place(change: &Change) -> String {
    format!("{}:{}", change.file, change.line)
}

fn human(diff: &Diff, workspace: &Path) -> String {
    if diff.changes.is_empty() {
        return "no change\n".into();
    }
    let mut rows = vec![["on the wire", "in Rust", "operation", "where", ""].map(str::to_owned)];
    for change in &diff.changes {
        let operation = match change.operation.as_str() {
            "" => "-",
            id => id,
        };
        rows.push([
            change.wire.to_string(),
            change.rust.to_string(),
            operation.to_owned(),
            place(change),
            printable(&change.message),
        ]);
    }
    let mut text = aligned(&rows);
    text.push('\n');
    let bumps = bumps(diff);
    let rows: Vec<[String; 3]> = PUBLISHED
        .iter()
        .map(|name| {
            [
                (*name).to_owned(),
                bumps.of(name).to_string(),
                step(name, bumps.of(name), diff, workspace),
            ]
        })
        .collect();
    text.push_str(&aligned(&rows));
    text
}

pub(crate) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// `0.1.3 -> 0.2.0`, or nothing if the crate is not there.
fn step(name: &str, bump: Bump, diff: &Diff, workspace: &Path) -> String {
    let manifest = workspace.join(packages::directory(name)).join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap_or_default();
    let Some((_, version)) = packages::name_and_version(&manifest) else {
        return String::new();
    };
    match next(&version, bump) {
        Some(mut next) => {
            if name == CLIENT {
                let build = diff.version.as_deref().and_then(packages::build_metadata);
                next.build = build.unwrap_or_default();
            }
            format!("{version} -> {next}")
        }
        None => version.to_string(),
    }
}

/// The next version under Cargo's reading: below 1.0.0 the second number is the breaking one.
///
/// It has no build metadata. Nothing, if there is nothing to release.
pub fn next(version: &Version, bump: Bump) -> Option<Version> {
    let (major, minor, patch) = (version.major, version.minor, version.patch);
    let (a, b, c) = match (bump, major) {
        (Bump::None, _) => return None,
        (Bump::Major, 0) if minor == 0 => (0, 0, patch + 1),
        (Bump::Major, 0) => (0, minor + 1, 0),
        (_, 0) | (Bump::Patch, _) => (major, minor, patch + 1),
        (Bump::Major, _) => (major + 1, 0, 0),
        (Bump::Minor, _) => (major, minor + 1, 0),
    };
    Some(Version::new(a, b, c))
}

fn markdown(diff: &Diff, workspace: &Path) -> String {
    if diff.changes.is_empty() {
        return "No change.\n".into();
    }
    let mut text = String::from(
        "| on the wire | in Rust | operation | where | what |\n|---|---|---|---|---|\n",
    );
    for change in &diff.changes {
        let operation = match change.operation.as_str() {
            "" => String::new(),
            id => format!("`{}`", cell(id)),
        };
        text.push_str(&format!(
            "| {} | {} | {operation} | `{}` | {} |\n",
            emphasised(change.wire),
            emphasised(change.rust),
            cell(&place(change)),
            cell(&change.message)
        ));
    }
    text.push_str("\n| crate | bump | version |\n|---|---|---|\n");
    let bumps = bumps(diff);
    for name in PUBLISHED {
        let bump = bumps.of(name);
        let step = step(name, bump, diff, workspace).replace("->", "→");
        text.push_str(&format!("| `{name}` | {bump} | {step} |\n"));
    }
    text
}

fn emphasised(verdict: Verdict) -> String {
    match verdict {
        Verdict::Breaking => format!("**{verdict}**"),
        _ => verdict.to_string(),
    }
}

fn cell(text: &str) -> String {
    printable(text).replace('|', "\\|").replace('\n', " ")
}

/// Text from a document is data: control characters are shown, not obeyed.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let shown: Vec<char> = if c.is_control() {
                c.escape_default().collect()
            } else {
                vec![c]
            };
            shown
        })
        .collect()
}

fn json(diff: &Diff) -> String {
    let value = serde_json::json!({
        "wire": diff.wire(),
        "rust": diff.rust(),
        "bump": bumps(diff),
        "changes": diff.changes,
    });
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use semver::Version;

    use super::{Bump, Diff, next, step};

    #[test]
    fn versions_step_as_cargo_reads_them() {
        for (version, bump, wanted) in [
            ("0.1.3", Bump::Major, Some("0.2.0")),
            ("0.1.3", Bump::Minor, Some("0.1.4")),
            ("0.1.3", Bump::Patch, Some("0.1.4")),
            ("0.0.3", Bump::Major, Some("0.0.4")),
            ("1.2.3", Bump::Major, Some("2.0.0")),
            ("1.2.3", Bump::Minor, Some("1.3.0")),
            ("1.2.3", Bump::Patch, Some("1.2.4")),
            ("1.2.3+2026.1", Bump::Patch, Some("1.2.4")),
            ("1.2.3", Bump::None, None),
        ] {
            let next = next(&Version::parse(version).expect("a version"), bump);
            let next = next.map(|version| version.to_string());
            assert_eq!(next.as_deref(), wanted, "{version} {bump}");
        }
    }

    #[test]
    fn the_next_client_carries_the_version_of_the_document() {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let told = |name, bump, version: &str| {
            let diff = Diff {
                version: Some(version.into()),
                ..Diff::default()
            };
            let step = step(name, bump, &diff, &workspace);
            step.rsplit(" -> ").next().map(str::to_owned)
        };
        let ends = |told: Option<String>, with: &str| told.is_some_and(|t| t.ends_with(with));
        assert!(ends(
            told("vobiz-api", Bump::Minor, "7.8.9"),
            "+vobiz.7.8.9"
        ));
        assert!(!ends(told("vobiz", Bump::Minor, "7.8.9"), "7.8.9"));
        // A version that cannot be carried is left to the release to refuse.
        let odd = told("vobiz-api", Bump::Minor, "7 8 9");
        assert!(odd.is_some_and(|told| !told.contains('+')));
    }
}
