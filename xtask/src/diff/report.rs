//! How a comparison is told: to people, to pull requests, to programs; and the version bumps.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::{Change, Diff, Verdict};

/// The crates that are published, in the order of their dependencies.
const CRATES: [&str; 3] = ["vobiz-api", "vobiz", "vobiz-httpmock"];

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
    fn of(self, name: &str) -> Bump {
        match name {
            "vobiz-api" => self.api,
            "vobiz" => self.wrapper,
            _ => self.mock,
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
    let levels: Vec<String> = CRATES
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

fn place(change: &Change) -> String {
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
    let rows: Vec<[String; 3]> = CRATES
        .iter()
        .map(|name| {
            [
                (*name).to_owned(),
                bumps.of(name).to_string(),
                step(name, bumps.of(name), workspace),
            ]
        })
        .collect();
    text.push_str(&aligned(&rows));
    text
}

fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
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
fn step(name: &str, bump: Bump, workspace: &Path) -> String {
    let Some(version) = version_of(name, workspace) else {
        return String::new();
    };
    match next(&version, bump) {
        Some(next) => format!("{version} -> {next}"),
        None => version,
    }
}

fn version_of(name: &str, workspace: &Path) -> Option<String> {
    let manifest = workspace.join("crates").join(name).join("Cargo.toml");
    let text = std::fs::read_to_string(manifest).ok()?;
    let line = text.lines().find(|line| {
        let rest = line.strip_prefix("version");
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    })?;
    Some(line.split('"').nth(1)?.to_owned())
}

/// The next version under Cargo's reading: below 1.0.0 the second number is the breaking one.
fn next(version: &str, bump: Bump) -> Option<String> {
    let core = version.split(['-', '+']).next()?;
    let mut numbers = core.split('.').map(str::parse::<u64>);
    let (major, minor, patch) = (
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
    );
    let (a, b, c) = match (bump, major) {
        (Bump::None, _) => return None,
        (Bump::Major, 0) if minor == 0 => (0, 0, patch + 1),
        (Bump::Major, 0) => (0, minor + 1, 0),
        (_, 0) | (Bump::Patch, _) => (major, minor, patch + 1),
        (Bump::Major, _) => (major + 1, 0, 0),
        (Bump::Minor, _) => (major, minor + 1, 0),
    };
    Some(format!("{a}.{b}.{c}"))
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
    for name in CRATES {
        let bump = bumps.of(name);
        let step = step(name, bump, workspace).replace("->", "→");
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
fn printable(text: &str) -> String {
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
    use super::{Bump, next};

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
            assert_eq!(next(version, bump).as_deref(), wanted, "{version} {bump}");
        }
    }
}
