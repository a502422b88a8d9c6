//! `cargo xtask generate` as it is called: exit codes, what is printed, what is written.

mod common;

use std::fs;
use std::path::Path;

use common::{Scratch, workspace};
use xtask::cli::{self, Exit};
use xtask::generate::{CLIENT_PATH, SPEC_PATH};

struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

fn run<const N: usize>(args: [&str; N]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("xtask").chain(args).map(Into::into);
    let exit = cli::run(args, workspace(), &mut out, &mut err);
    Ran {
        exit,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The document, with one piece of text in the place of another.
fn changed_spec(scratch: &Scratch, from: &str, to: &str) -> String {
    let spec = fs::read_to_string(workspace().join(SPEC_PATH)).unwrap();
    assert!(spec.contains(from));
    let path = scratch.path().join("vobiz.yaml");
    fs::write(&path, spec.replacen(from, to, 1)).unwrap();
    text(&path).to_owned()
}

#[test]
fn writes_once_and_then_leaves_the_file_alone() {
    let scratch = Scratch::new("write-once");
    let spec = text(&workspace().join(SPEC_PATH)).to_owned();
    let root = text(scratch.path()).to_owned();
    let client = scratch.path().join(CLIENT_PATH);

    let first = run(["generate", "--spec", &spec, "--root", &root]);
    assert_eq!(first.exit, Exit::Done, "{}", first.err);
    assert!(
        first.out.contains(&format!("wrote {CLIENT_PATH} (")),
        "{}",
        first.out
    );
    let modified = fs::metadata(&client).unwrap().modified().unwrap();

    let second = run(["generate", "--spec", &spec, "--root", &root]);
    assert_eq!(second.exit, Exit::Done);
    assert!(!second.out.contains("wrote"), "{}", second.out);
    assert_eq!(fs::metadata(&client).unwrap().modified().unwrap(), modified);
    // From another place come the same bytes.
    let elsewhere = Scratch::new("write-elsewhere");
    let third = run([
        "generate",
        "--spec",
        &spec,
        "--root",
        text(elsewhere.path()),
    ]);
    assert_eq!(third.exit, Exit::Done);
    assert!(fs::read(&client).unwrap() == fs::read(elsewhere.path().join(CLIENT_PATH)).unwrap());
}

#[test]
fn check_writes_nothing_and_names_the_command_that_mends() {
    let scratch = Scratch::new("check");
    let root = text(scratch.path()).to_owned();
    let spec = changed_spec(
        &scratch,
        "description: What the sub-account is for.",
        "description: Why it exists.",
    );
    let client = scratch.path().join(CLIENT_PATH);

    let missing = run(["generate", "--check", "--spec", &spec, "--root", &root]);
    assert_eq!(missing.exit, Exit::Stale);
    assert!(
        missing.err.contains(&format!("missing: {CLIENT_PATH}")),
        "{}",
        missing.err
    );
    assert!(!client.exists());

    fs::create_dir_all(client.parent().unwrap()).unwrap();
    fs::copy(workspace().join(CLIENT_PATH), &client).unwrap();
    let stale = run(["generate", "--check", "--spec", &spec, "--root", &root]);
    assert_eq!(stale.exit, Exit::Stale);
    assert!(
        stale
            .err
            .contains("-        /// What the sub-account is for."),
        "{}",
        stale.err
    );
    assert!(
        stale.err.contains("+        /// Why it exists."),
        "{}",
        stale.err
    );
    let command = format!("run: cargo xtask generate --spec {spec} --root {root}");
    assert!(stale.err.contains(&command), "{}", stale.err);
    assert!(fs::read(&client).unwrap() == fs::read(workspace().join(CLIENT_PATH)).unwrap());
}

#[test]
fn a_long_diff_is_bounded() {
    let scratch = Scratch::new("long-diff");
    let client = scratch.path().join(CLIENT_PATH);
    fs::create_dir_all(client.parent().unwrap()).unwrap();
    fs::write(&client, "// nothing of it\n").unwrap();
    let spec = text(&workspace().join(SPEC_PATH)).to_owned();
    let stale = run([
        "generate",
        "--check",
        "--spec",
        &spec,
        "--root",
        text(scratch.path()),
    ]);
    assert_eq!(stale.exit, Exit::Stale);
    assert!(stale.err.contains(" more lines\n"), "{}", stale.err);
    assert!(stale.err.lines().count() < 400);
}

#[test]
fn a_change_of_one_byte_on_disk_is_stale() {
    let scratch = Scratch::new("one-byte");
    let client = scratch.path().join(CLIENT_PATH);
    let spec = text(&workspace().join(SPEC_PATH)).to_owned();
    let root = text(scratch.path()).to_owned();
    assert_eq!(
        run(["generate", "--spec", &spec, "--root", &root]).exit,
        Exit::Done
    );
    let mut bytes = fs::read(&client).unwrap();
    let last = bytes.len() - 1;
    bytes[last] = b' ';
    fs::write(&client, bytes).unwrap();
    assert_eq!(
        run(["generate", "--check", "--spec", &spec, "--root", &root]).exit,
        Exit::Stale
    );
}

#[test]
fn a_foreign_document_never_overwrites_our_client() {
    let scratch = Scratch::new("foreign");
    let spec = changed_spec(&scratch, "Vobiz API", "Other API");
    let before = fs::read(workspace().join(CLIENT_PATH)).unwrap();

    let without_root = run(["generate", "--spec", &spec]);
    assert_eq!(without_root.exit, Exit::CouldNotRun);
    assert!(
        without_root.err.contains("--root <DIR>"),
        "{}",
        without_root.err
    );

    let into_ours = run(["generate", "--spec", &spec, "--root", text(workspace())]);
    assert_eq!(into_ours.exit, Exit::CouldNotRun);
    assert!(
        into_ours.err.contains("must not overwrite"),
        "{}",
        into_ours.err
    );
    assert!(fs::read(workspace().join(CLIENT_PATH)).unwrap() == before);
}

#[test]
fn a_root_alone_reads_its_own_document() {
    let scratch = Scratch::new("root");
    let spec = scratch.path().join(SPEC_PATH);
    fs::create_dir_all(spec.parent().unwrap()).unwrap();
    fs::copy(workspace().join(SPEC_PATH), &spec).unwrap();
    assert_eq!(
        run(["generate", "--root", text(scratch.path())]).exit,
        Exit::Done
    );
    assert!(scratch.path().join(CLIENT_PATH).exists());
}

#[test]
fn what_cannot_run_says_why() {
    let scratch = Scratch::new("cannot");
    let root = text(scratch.path()).to_owned();
    let missing = run(["generate", "--spec", "no/such/file.yaml", "--root", &root]);
    assert_eq!(missing.exit, Exit::CouldNotRun);
    assert!(
        missing
            .err
            .starts_with("error: cannot read no/such/file.yaml: "),
        "{}",
        missing.err
    );

    let directory = run(["generate", "--spec", &root, "--root", &root]);
    assert_eq!(directory.exit, Exit::CouldNotRun, "{}", directory.err);

    for usage in [run(["generate", "--nonsense"]), run(["nonsense", "x"])] {
        assert_eq!(usage.exit, Exit::CouldNotRun);
        assert!(usage.err.starts_with("error: "), "{}", usage.err);
    }
}

#[test]
fn help_has_an_example_and_the_exit_codes() {
    for help in [run(["--help", ""]), run(["generate", "--help"])] {
        assert_eq!(help.exit, Exit::Done);
        assert!(help.out.contains("Example"), "{}", help.out);
        assert!(help.out.contains("cargo xtask generate"), "{}", help.out);
        assert!(
            help.out.contains("Exit codes: 0 done or fresh, 1 "),
            "{}",
            help.out
        );
    }
}

#[test]
fn verbose_tells_what_each_pass_did() {
    let scratch = Scratch::new("verbose");
    let spec = text(&workspace().join(SPEC_PATH)).to_owned();
    let ran = run([
        "generate",
        "--verbose",
        "--spec",
        &spec,
        "--root",
        text(scratch.path()),
    ]);
    for pass in xtask::lower::PASSES {
        assert!(
            ran.out.contains(&format!("lower: {}", pass.name)),
            "{}",
            ran.out
        );
    }
    for pass in xtask::tidy::PASSES {
        assert!(
            ran.out.contains(&format!("tidy: {}", pass.name)),
            "{}",
            ran.out
        );
    }
}
