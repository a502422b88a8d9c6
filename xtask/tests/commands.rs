//! `lint` and `diff` as commands: what goes to which stream, and the exit codes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use xtask::cli::{self, Exit};

const BASE: &str = include_str!("fixtures/diff/base.yaml");

struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Ran {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["cargo xtask"].iter().chain(arguments).map(OsString::from);
    let exit = cli::run(arguments, &workspace, &mut out, &mut err);
    Ran {
        exit,
        out: String::from_utf8(out).expect("text"),
        err: String::from_utf8(err).expect("text"),
    }
}

/// A directory of its own for a test.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a directory");
    path
}

fn file(directory: &Path, name: &str, text: &str) -> String {
    let path = directory.join(name);
    std::fs::write(&path, text).expect("a file");
    path.display().to_string()
}

#[test]
fn lint_tells_json_on_standard_output() {
    let spec = file(
        &directory("lint-json"),
        "api.yaml",
        &BASE.replace("'201'", "'600'"),
    );
    let ran = run(&[
        "lint", "--spec", &spec, "--allow", "house", "--format", "json",
    ]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Refused, ""));
    let findings: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(findings[0]["rule"], "openapi/status");
    assert_eq!(findings[0]["severity"], "error");
    assert_eq!(
        (&findings[0]["line"], &findings[0]["column"]),
        (&25.into(), &9.into())
    );
    let clean = file(&directory("lint-clean"), "api.yaml", BASE);
    let ran = run(&[
        "lint", "--spec", &clean, "--allow", "house", "--format", "json",
    ]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, "[]\n"));
}

#[test]
fn what_cannot_run_is_told_apart_from_what_is_refused() {
    for (arguments, words) in [
        (&["lint", "--spec", "missing.yaml"][..], "cannot read"),
        (&["lint", "--allow", "hause"], "did you mean `house`?"),
        (
            &["lint", "--explain", "openapi/statsu"],
            "did you mean `openapi/status`?",
        ),
        (
            &["generate", "--allow", "openapi/exmaple"],
            "did you mean `openapi/example`?",
        ),
        (&["diff", "--spec", "missing.yaml"], "cannot read"),
        (
            &["diff", "--base", "no-such-revision"],
            "neither a file nor a git revision",
        ),
        (&["diff", "--base", "--help-me"], "error"),
    ] {
        let ran = run(arguments);
        assert_eq!(ran.exit, Exit::CouldNotRun, "{arguments:?}");
        assert!(ran.err.contains(words), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
}

#[test]
fn every_rule_can_be_explained() {
    for rule in xtask::lint::rules() {
        let ran = run(&["lint", "--explain", rule.name]);
        assert_eq!(ran.exit, Exit::Done);
        assert!(ran.out.starts_with(rule.name), "{}", ran.out);
    }
}

#[test]
fn diff_fails_on_the_side_it_is_asked_for() {
    let directory = directory("diff-fail-on");
    let base = file(&directory, "base.yaml", BASE);
    let renamed = file(
        &directory,
        "new.yaml",
        &BASE.replace("X-Key-Secret", "X-Key-Token"),
    );
    for (side, exit) in [
        ("wire", Exit::Refused),
        ("rust", Exit::Done),
        ("any", Exit::Refused),
    ] {
        let ran = run(&[
            "diff",
            "--base",
            &base,
            "--spec",
            &renamed,
            "--fail-on",
            side,
        ]);
        assert_eq!(ran.exit, exit, "{side}");
    }
    let same = run(&["diff", "--base", &base, "--spec", &base]);
    assert_eq!((same.exit, same.out.as_str()), (Exit::Done, "no change\n"));
}

#[test]
fn a_document_that_does_not_pass_the_lint_is_not_compared() {
    let directory = directory("diff-refused");
    let good = file(&directory, "good.yaml", BASE);
    let bad = file(&directory, "bad.yaml", &BASE.replace("'201'", "'600'"));
    for (base, spec) in [(&good, &bad), (&bad, &good)] {
        let ran = run(&["diff", "--base", base, "--spec", spec]);
        assert_eq!(ran.exit, Exit::CouldNotRun);
        assert!(ran.err.contains("does not pass the lint"), "{}", ran.err);
        assert!(ran.err.contains("bad.yaml:25:9"), "{}", ran.err);
    }
}

#[test]
fn the_base_is_a_revision_where_no_file_has_that_name() {
    let directory = directory("diff-git");
    let git = |arguments: &[&str]| {
        Command::new("git")
            .arg("-C")
            .arg(&directory)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    let spec = file(&directory, "api.yaml", BASE);
    if !git(&["init", "-q"]) {
        // No git, no revisions; the message for that is the error's own.
        return;
    }
    assert!(git(&["add", "."]) && git(&["commit", "-q", "-m", "base"]));
    let new = BASE.replace("X-Key-Secret", "X-Key-Token");
    std::fs::write(&spec, new).expect("a file");
    let ran = run(&["diff", "--spec", &spec, "--format", "json"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    let diff: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        (&diff["wire"], &diff["rust"]),
        (&"breaking".into(), &"none".into())
    );
    assert_eq!(diff["bump"]["vobiz-api"], "patch");
    let root = directory.join("out").display().to_string();
    let ran = run(&[
        "generate", "--spec", &spec, "--root", &root, "--allow", "house",
    ]);
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(
        ran.out.ends_with("since HEAD: 1 change: breaking on the wire, none in Rust; vobiz-api patch, vobiz patch, vobiz-httpmock patch\n"),
        "{}",
        ran.out
    );
}
