//! The published crates: their names and versions, and the files that each gets a copy of.

use std::io;
use std::path::{Path, PathBuf};

use semver::{BuildMetadata, Version};

use crate::files::Artefact;

/// The generated client, whose version carries the document's.
pub const CLIENT: &str = "vobiz-api";

/// The wrapper.
pub const WRAPPER: &str = "vobiz";

/// The mock.
pub const MOCK: &str = "vobiz-httpmock";

/// The crates that are published; each lies in the directory of its name below `crates`.
pub const PUBLISHED: [&str; 3] = [CLIENT, WRAPPER, MOCK];

/// The change log of the workspace, below the root.
pub const CHANGELOG_PATH: &str = "CHANGELOG.md";

/// The licences, below the root.
const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// What each published crate has a copy of: a package holds no file from outside of its crate, and
/// a symbolic link is a text file on some systems.
///
/// # Errors
///
/// The file that cannot be read.
pub fn copies(workspace: &Path) -> Result<Vec<Artefact>, (PathBuf, io::Error)> {
    let read = |name: &str| {
        std::fs::read_to_string(workspace.join(name)).map_err(|error| (name.into(), error))
    };
    let mut files = Vec::new();
    for name in LICENCES {
        files.push((name, read(name)?));
    }
    files.push((CHANGELOG_PATH, released(&read(CHANGELOG_PATH)?)));
    let artefact = |krate: &str, (name, contents): &(&str, String)| Artefact {
        path: directory(krate).join(name),
        contents: contents.clone(),
    };
    Ok(PUBLISHED
        .iter()
        .flat_map(|krate| files.iter().map(move |file| artefact(krate, file)))
        .collect())
}

/// Where a published crate lies, below the root.
pub fn directory(krate: &str) -> PathBuf {
    Path::new("crates").join(krate)
}

/// A change log without its section "Unreleased", so that copies change with releases only.
fn released(changelog: &str) -> String {
    let mut unreleased = false;
    let kept = changelog.split_inclusive('\n').filter(|line| {
        if line.starts_with("## ") {
            unreleased = line.to_ascii_lowercase().contains("[unreleased]");
        }
        !unreleased
    });
    let text: String = kept.collect();
    format!("{}\n", text.trim_end())
}

/// The document's version as it stands after the `+`; nothing if no version can hold it.
pub fn build_metadata(document_version: &str) -> Option<BuildMetadata> {
    // Half a metadata would be read as another version: `1.0.0+7` is told whole or not at all.
    BuildMetadata::new(&format!("vobiz.{document_version}")).ok()
}

/// The name and the version that a manifest gives its package; both as literal strings.
pub fn name_and_version(manifest: &str) -> Option<(String, Version)> {
    let mut section = "";
    let (mut name, mut version) = (None, None);
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        } else if section == "[package]" {
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            let value = value.split(['"', '\'']).nth(1);
            match key.trim() {
                "name" => name = value,
                "version" => version = value,
                _ => {}
            }
        }
    }
    Some((name?.to_owned(), Version::parse(version?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{build_metadata, name_and_version, released};

    #[test]
    fn what_is_not_released_stays_at_home() {
        let changelog = "# Log\n\n## [Unreleased]\n\n- new\n\n## [0.1.0] - 2026-01-02\n\n- old\n";
        assert_eq!(
            released(changelog),
            "# Log\n\n## [0.1.0] - 2026-01-02\n\n- old\n"
        );
        assert_eq!(released("# Log\n\n## [unreleased]\n- new\n"), "# Log\n");
        assert_eq!(released("# Log\n"), "# Log\n");
    }

    #[test]
    fn a_manifest_is_read_in_its_own_section() {
        let read = |text| name_and_version(text).map(|(name, v)| (name, v.to_string()));
        let wanted = Some(("a".to_owned(), "0.1.0+vobiz.1".to_owned()));
        for text in [
            "[package]\nname = \"a\"\nversion = \"0.1.0+vobiz.1\"\n",
            "[package]\r\nname='a' # as it was\r\nversion  = '0.1.0+vobiz.1'\r\n[lib]\r\nname = 'b'\r\n",
            "[dependencies]\nversion = \"9.0.0\"\n[package]\nversion = \"0.1.0+vobiz.1\"\nname = \"a\"\n",
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
        for text in [
            "",
            "[package]\nname = \"a\"\nversion.workspace = true\n",
            "[package]\nname = \"a\"\nversion = \"1\"\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_version_holds_the_documents_version_or_nothing() {
        for (version, wanted) in [
            ("1.0.0", Some("vobiz.1.0.0")),
            ("2026-03-01", Some("vobiz.2026-03-01")),
            ("1.0.0+7", None),
            ("1.0 final", None),
            ("", None),
        ] {
            let metadata = build_metadata(version);
            assert_eq!(metadata.as_deref(), wanted, "{version}");
        }
    }
}
