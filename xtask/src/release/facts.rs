//! What git and cargo know: the tags, what they hold, the crates and their versions.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use semver::Version;
use serde::Deserialize;

use super::judge::{Crate, Past, Tag, Use};
use crate::delegate::cargo;
use crate::diff::{GitError, git};
use crate::packages;

/// The repository as it is.
#[derive(Debug)]
pub(super) struct Repository {
    /// What is not committed, as `git status` tells it.
    pub dirty: Vec<String>,
    /// The branch; nothing if none is checked out.
    pub branch: Option<String>,
    /// Whether its history, and with it tags, may be missing.
    pub shallow: bool,
    /// All tags whose names begin with `v`.
    pub tags: Vec<String>,
}

/// Asks git.
///
/// # Errors
///
/// A sentence: there is no git, or no repository.
pub(super) fn repository(workspace: &Path) -> Result<Repository, String> {
    let ask = |arguments: &[&str]| {
        git(workspace, arguments).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    let inside = ask(&["rev-parse", "--is-inside-work-tree"]).map_err(|error| match error {
        GitError::Missing(error) => format!("cannot run git: {error}"),
        GitError::Failed => "the workspace lies in no git repository".into(),
    })?;
    if inside.trim() != "true" {
        return Err("the workspace is no working tree of git".into());
    }
    let failed = |what: &'static str| move |_| format!("git cannot tell {what}");
    let status = ["status", "--porcelain", "--untracked-files=normal"];
    Ok(Repository {
        dirty: lines(&ask(&status).map_err(failed("what is not committed"))?),
        branch: ask(&["symbolic-ref", "--quiet", "--short", "HEAD"])
            .ok()
            .map(|name| name.trim().to_owned()),
        shallow: ask(&["rev-parse", "--is-shallow-repository"])
            .map_err(failed("whether the clone is shallow"))?
            .trim()
            == "true",
        tags: lines(&ask(&["tag", "--list", "v*"]).map_err(failed("the tags"))?),
    })
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// What `tag` holds, and which of today's `crates` have changed since.
///
/// # Errors
///
/// A sentence: what git cannot tell, or the manifest that has no version.
pub(super) fn past(tag: &Tag, crates: &[Crate], workspace: &Path) -> Result<Past, String> {
    let name = &tag.name;
    let reference = format!("refs/tags/{name}");
    let listed = git(
        workspace,
        ["ls-tree", "-r", "-z", "--name-only", &reference, "crates/"],
    )
    .map_err(|_| format!("git cannot tell what {name} holds"))?;
    let listed = String::from_utf8_lossy(&listed);
    let mut versions = BTreeMap::new();
    for path in listed.split('\0') {
        let in_crate = path.split('/').count() == 3 && path.ends_with("/Cargo.toml");
        if !in_crate {
            continue;
        }
        let manifest = git(workspace, ["show", &format!("{reference}:./{path}")])
            .map_err(|_| format!("git cannot show {path} of {name}"))?;
        let (krate, version) = packages::name_and_version(&String::from_utf8_lossy(&manifest))
            .ok_or_else(|| format!("{path} of {name} has no name or no version of its own"))?;
        versions.insert(krate, version);
    }
    let mut changed = BTreeSet::new();
    for krate in crates {
        let (sources, manifest) = (
            krate.directory.join("src"),
            krate.directory.join("Cargo.toml"),
        );
        // Comments that are no documentation: the header of generated code changes with every byte
        // of the document.
        let comments = "-I^[[:space:]]*//([^/!]|$)";
        let arguments = ["diff", "--no-ext-diff", comments, &reference, "--"].map(OsString::from);
        let paths = [sources, manifest].map(OsString::from);
        let differences = git(workspace, arguments.into_iter().chain(paths))
            .map_err(|_| format!("git cannot tell what changed since {name}"))?;
        if !differences.is_empty() {
            changed.insert(krate.name.clone());
        }
    }
    let tag = tag.clone();
    Ok(Past {
        tag,
        versions,
        changed,
    })
}

/// Whether what is checked out came after `tag`.
pub(super) fn came_after(tag: &Tag, workspace: &Path) -> bool {
    let reference = format!("refs/tags/{}", tag.name);
    git(
        workspace,
        ["merge-base", "--is-ancestor", &reference, "HEAD"],
    )
    .is_ok()
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    manifest_path: std::path::PathBuf,
    /// The registries it may go to; none means all.
    publish: Option<Vec<String>>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    req: String,
    kind: Option<String>,
    path: Option<std::path::PathBuf>,
}

/// The published crates of the workspace, as cargo reads their manifests.
///
/// # Errors
///
/// A sentence, or what cargo says.
pub(super) fn crates(workspace: &Path) -> Result<Vec<Crate>, String> {
    let output = Command::new(cargo())
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version=1",
            "--manifest-path",
        ])
        .arg(workspace.join("Cargo.toml"))
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "cargo cannot read the manifests\n\n{}",
            said.trim_end()
        ));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cannot read what cargo tells of the workspace: {error}"))?;
    let published = metadata
        .packages
        .into_iter()
        .filter(|package| package.publish.as_ref().is_none_or(|to| !to.is_empty()));
    published.map(|package| krate(package, workspace)).collect()
}

fn krate(package: Package, workspace: &Path) -> Result<Crate, String> {
    let version = Version::parse(&package.version)
        .map_err(|error| format!("cannot read the version of {}: {error}", package.name))?;
    let directory = package.manifest_path.parent().unwrap_or(Path::new(""));
    let root = workspace
        .canonicalize()
        .unwrap_or_else(|_| workspace.into());
    let below = [workspace, root.as_path()]
        .iter()
        .find_map(|root| directory.strip_prefix(root).ok());
    let uses = package
        .dependencies
        .into_iter()
        .filter(|d| d.path.is_some());
    Ok(Crate {
        directory: below.unwrap_or(directory).into(),
        uses: uses
            .map(|dependency| Use {
                name: dependency.name,
                requirement: dependency.req,
                dev: dependency.kind.as_deref() == Some("dev"),
            })
            .collect(),
        name: package.name,
        version,
    })
}
