//! A copy of the workspace in a repository of its own, to change and to build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::workspace;

/// The files of the workspace that git tracks or would track, with `/`; all that are no build's
/// where it is no repository.
pub fn tracked() -> Vec<String> {
    let output = git_in(workspace())
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .output()
        .expect("git runs");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut paths: Vec<String> = text
        .split_terminator('\0')
        .filter(|path| workspace().join(path).is_file())
        .map(Into::into)
        .collect();
    if paths.is_empty() {
        walk("", &mut paths);
    }
    paths.sort_unstable();
    paths.dedup();
    paths
}

fn walk(directory: &str, paths: &mut Vec<String>) {
    for entry in fs::read_dir(workspace().join(directory)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{directory}{name}");
        if entry.file_type().unwrap().is_file() {
            paths.push(path);
        } else if !["target", ".git", "node_modules"].contains(&name.as_str()) {
            walk(&format!("{path}/"), paths);
        }
    }
}

/// Makes `root` the tracked files and nothing else, all committed.
///
/// What has the right bytes is not written again: cargo goes by the time of the last change.
pub fn copy_to(root: &Path) {
    let tracked = tracked();
    if root.join(".git").exists() {
        for path in listed(root) {
            if tracked.binary_search(&path).is_err() {
                fs::remove_file(root.join(path)).unwrap();
            }
        }
        fs::remove_dir_all(root.join(".git")).unwrap();
    }
    for path in &tracked {
        let (from, to) = (workspace().join(path), root.join(path));
        let bytes = fs::read(from).unwrap();
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    git(root, &["init", "--quiet"]);
    // Who works in the copy may commit, whoever is known to git here, and signs nothing.
    for (name, value) in [
        ("user.name", "Reader"),
        ("user.email", "reader@example.com"),
        ("commit.gpgsign", "false"),
        ("core.autocrlf", "false"),
        ("core.hooksPath", "no-hooks"),
    ] {
        git(root, &["config", name, value]);
    }
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "--message", "As it is"]);
}

/// Every file of the copy, but for git's own and for what is built.
fn listed(root: &Path) -> Vec<String> {
    git(
        root,
        &["ls-files", "--cached", "--others", "--exclude-standard"],
    )
    .lines()
    .filter(|path| root.join(path).is_file())
    .map(Into::into)
    .collect()
}

pub fn git(root: &Path, args: &[&str]) -> String {
    let output = git_in(root).args(args).output().expect("git runs");
    assert!(output.status.success(), "git {args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn git_in(root: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command.current_dir(root);
    command
}

/// A target directory for the copy, which begins with what the workspace has built of registry
/// packages.
///
/// It cannot be the workspace's own: cargo names what it builds of a member after its place in
/// the workspace, so that the copy's would take the place of ours. Of a registry package nothing
/// in the name or the bytes depends on the workspace.
pub fn target_of(base: &Path) -> PathBuf {
    let target = base.join("target");
    let executable = std::env::current_exe().unwrap();
    let built = executable.ancestors().nth(2).unwrap();
    let known = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    if built.parent() == Some(known) {
        let profile = target.join(built.file_name().unwrap());
        // Fingerprints first: what one of them stands for is complete when it is read.
        for part in [".fingerprint", "deps", "build"] {
            seed(&built.join(part), &profile.join(part), part == "deps");
        }
    }
    target
}

fn seed(from: &Path, to: &Path, libraries_only: bool) {
    let Ok(entries) = fs::read_dir(from) else {
        return;
    };
    fs::create_dir_all(to).unwrap();
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let plain = name.strip_prefix("lib").unwrap_or(&name);
        let ours = ["vobiz", "xtask", "golden", "workspace"]
            .iter()
            .any(|member| plain.starts_with(member));
        let program = path
            .extension()
            .is_none_or(|extension| extension == "exe" || extension == "pdb");
        if ours || (libraries_only && program) {
            continue;
        }
        copy_once(&path, &to.join(name));
    }
}

/// With the times of change, which cargo compares.
fn copy_once(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().flatten() {
            copy_once(&entry.path(), &to.join(entry.file_name()));
        }
    } else if !to.exists() {
        // Another cargo may be at work there: what is gone or half there is built anew.
        let copied = fs::copy(from, to)
            .and_then(|_| fs::metadata(from)?.modified())
            .and_then(|time| fs::File::options().write(true).open(to)?.set_modified(time));
        if copied.is_err() {
            let _ = fs::remove_file(to);
        }
    }
}
