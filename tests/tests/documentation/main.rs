//! What the texts say is so: each block of README, CONTRIBUTING and documentation is run, or
//! listed in `tables` with the reason why not; what they name exists.
//!
//! What needs the crates built in a copy of the workspace reports itself as ignored, unless
//! `VOBIZ_REQUIRE_JOURNEY=1` is set, as `.ci/run` does.

#[path = "../common/mod.rs"]
mod common;
mod copy;
mod edit;
mod journey;
mod markdown;
mod names;
mod readme;
mod session;
mod tables;

use std::collections::BTreeSet;
use std::fs;

use libtest_mimic::{Arguments, Trial};
use xtask::generate::{CLIENT_PATH, MOCK_PATH, SPEC_PATH};

use common::{Scratch, workspace};
use markdown::{Block, Page, kind};
use session::{Session, Xtask};
use tables::{BLOCKS, COMMANDS, Command, IGNORED, NO_RUN, Treatment};

/// Without it, what builds the workspace a second time is ignored.
const REQUIRE: &str = "VOBIZ_REQUIRE_JOURNEY";

fn main() {
    if std::env::var_os(readme::CHILD).is_some() {
        return readme::main();
    }
    let arguments = Arguments::from_args();
    let required = std::env::var_os(REQUIRE).is_some_and(|value| value == "1");
    let light: &[(&str, fn())] = &[
        ("sessions_are_compared_as_they_should_be", session::check),
        ("documents_are_edited_both_ways", edit::check),
        ("every_block_is_run_or_listed", every_block),
        ("consoles_answer_as_shown", consoles),
        ("commands_run", commands),
        ("the_program_of_the_readme_runs", program),
        ("the_error_reads_as_shown", error),
        ("rust_is_run_by_rustdoc_or_listed", rust),
        ("every_file_that_is_named_exists", names::files),
        ("every_link_leads_somewhere", names::links),
        ("every_command_line_is_understood", names::command_lines),
    ];
    let heavy: &[(&str, fn())] = &[(
        "a_change_of_the_document_goes_the_way_that_is_told",
        journey::run,
    )];
    let trial = |(name, test): &(&str, fn())| {
        let test = *test;
        Trial::test(*name, move || {
            test();
            Ok(())
        })
    };
    let mut trials: Vec<Trial> = light.iter().map(trial).collect();
    trials.extend(
        heavy
            .iter()
            .map(|test| trial(test).with_ignored_flag(!required)),
    );
    if !required && !arguments.list {
        eprintln!("the journey builds the workspace a second time: demand it with {REQUIRE}=1");
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The texts that people read to use or change this project.
///
/// The rules are tested by `xtask/tests/lint.rs`; the changelog tells of what was. What the
/// generator writes is a sketch of each call, with arguments that are not there, and no text to
/// mend here; golden files are more of it.
fn pages() -> Vec<Page> {
    let written = |path: &&String| {
        !path.starts_with("xtask/rules/")
            && !path.starts_with("tests/")
            && !path.contains("/tests/")
            && ![CLIENT_PATH, MOCK_PATH, "CHANGELOG.md"].contains(&path.as_str())
    };
    let tracked = copy::tracked();
    let read = |path: &String| fs::read_to_string(workspace().join(path)).unwrap();
    tracked
        .iter()
        .filter(written)
        .filter_map(|path| match kind(path) {
            "md" => Some(Page::markdown(path, &read(path))),
            "rs" => Some(Page::rust(path, &read(path))),
            _ => None,
        })
        .collect()
}

fn blocks() -> Vec<Block> {
    pages().into_iter().flat_map(|page| page.blocks).collect()
}

fn treatment(block: &Block) -> Option<Treatment> {
    BLOCKS
        .iter()
        .find(|(name, _)| *name == block.name)
        .map(|(_, treatment)| *treatment)
}

/// Those that are treated in one way, which there must be.
fn treated(how: impl Fn(Treatment) -> bool) -> Vec<(Block, Treatment)> {
    let found: Vec<_> = blocks()
        .into_iter()
        .filter_map(|block| treatment(&block).map(|treatment| (block, treatment)))
        .filter(|(_, treatment)| how(*treatment))
        .collect();
    assert!(!found.is_empty(), "no such block is left");
    found
}

/// The lines of an `sh` block, without comments.
fn lines(block: &Block) -> impl Iterator<Item = &str> {
    block
        .text
        .lines()
        .map(|line| line.split("  #").next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
}

fn is_shell(block: &Block) -> bool {
    ["sh", "bash", "shell"].contains(&block.language())
}

/// What rustdoc takes for Rust: in documentation, a block without a language, too.
fn is_rustdoc(block: &Block) -> bool {
    let path = block.place.split(':').next().unwrap_or_default();
    let in_package = path.starts_with("crates/") || path.starts_with("xtask/");
    let is_rust = match block.language() {
        "rust" | "no_run" | "ignore" | "should_panic" | "compile_fail" => true,
        "" => kind(path) == "rs",
        _ => false,
    };
    in_package && is_rust
}

fn every_block() {
    let mut wrong = Vec::new();
    let (mut names, mut commands) = (BTreeSet::new(), BTreeSet::new());
    for block in blocks() {
        let place = &block.place;
        if is_shell(&block) {
            for line in lines(&block) {
                commands.insert(line.to_owned());
                if !COMMANDS.iter().any(|(command, _)| *command == line) {
                    wrong.push(format!("{place}: nothing runs `{line}`"));
                }
            }
        } else if !is_rustdoc(&block) {
            if treatment(&block).is_none() {
                let name = &block.name;
                wrong.push(format!("{place}: nothing is done with the block `{name}`"));
            }
            names.insert(block.name);
        }
    }
    let gone = BLOCKS.iter().filter(|(name, _)| !names.contains(*name));
    wrong.extend(gone.map(|(name, _)| format!("no block is called `{name}` any more")));
    let gone = COMMANDS
        .iter()
        .filter(|(line, _)| !commands.contains(*line));
    wrong.extend(gone.map(|(line, _)| format!("no text says `{line}` any more")));
    assert!(
        wrong.is_empty(),
        "run it or list it in tests/tests/documentation/tables.rs:\n{}",
        wrong.join("\n")
    );
}

fn consoles() {
    for (block, treatment) in treated(|how| matches!(how, Treatment::Replayed(_))) {
        let Treatment::Replayed(edit) = treatment else {
            continue;
        };
        let scratch = Scratch::new("console");
        copy::copy_to(scratch.path());
        let spec = scratch.path().join(SPEC_PATH);
        let document = fs::read_to_string(&spec).unwrap();
        let (before, after) = edit::sides(&document, edit);
        if before != document {
            fs::write(&spec, before).unwrap();
            let generate = "cargo xtask generate";
            let (status, text) = Session::new(scratch.path(), Xtask::Here).run(generate);
            assert_eq!(status, 0, "{text}");
            let commit = ["commit", "--quiet", "--all", "--message", "As it was"];
            copy::git(scratch.path(), &commit);
        }
        fs::write(spec, after).unwrap();
        Session::new(scratch.path(), Xtask::Here).replay(&block.place, &block.text);
    }
}

fn commands() {
    let scratch = Scratch::new("commands");
    copy::copy_to(scratch.path());
    let mut session = Session::new(scratch.path(), Xtask::Here);
    let ci = fs::read_to_string(workspace().join(".ci/run")).unwrap();
    for (line, how) in COMMANDS {
        match how {
            Command::Run => {
                let (status, text) = session.run(line);
                assert_eq!(status, 0, "`{line}`: {text}");
            }
            Command::Ci(step) => {
                let step = format!("step {step}");
                let is_step = |l: &str| l == step || l.starts_with(&format!("{step} "));
                assert!(ci.lines().any(is_step), "no step of .ci/run is `{line}`");
            }
            Command::Built => {}
            Command::Not(reason) => assert!(!reason.is_empty()),
        }
    }
}

fn program() {
    for (block, _) in treated(|how| how == Treatment::Compiled) {
        assert_eq!(
            block.text,
            readme::source(),
            "{}: write the same in tests/tests/documentation/readme.rs",
            block.place
        );
    }
    readme::check();
}

fn error() {
    let told = readme::error();
    for (block, _) in treated(|how| how == Treatment::Told) {
        let shown = block.text.replace('\n', " ");
        let place = block.place;
        assert!(
            session::matches(&shown, &told),
            "{place} shows\n{shown}\nbut it is\n{told}"
        );
    }
}

/// In packages, rustdoc compiles and runs it, if nothing keeps it from that.
fn rust() {
    let (mut not_run, mut ignored) = (BTreeSet::new(), BTreeSet::new());
    for block in blocks() {
        let path = block.place.split(':').next().unwrap().to_owned();
        assert!(
            !looks_like_rust(&block) || is_rustdoc(&block) || treatment(&block).is_some(),
            "{}: Rust that nobody compiles",
            block.place
        );
        if !is_rustdoc(&block) {
            continue;
        }
        if kind(&path) == "md" {
            let lib = path.replace("README.md", "src/lib.rs");
            let lib = fs::read_to_string(workspace().join(lib)).unwrap();
            let included = "#[cfg(doctest)]\n#[doc = include_str!(\"../README.md\")]";
            assert!(lib.contains(included), "{path}: rustdoc does not see it");
        }
        if block.info.contains("no_run") {
            not_run.insert(path);
        }
    }
    for path in copy::tracked() {
        // Written so that this very file has none.
        let ignore = concat!("``", "`ignore");
        let is_text = ["rs", "md"].contains(&kind(&path));
        let text = || fs::read_to_string(workspace().join(&path)).unwrap();
        if is_text && path.starts_with("crates/") && text().contains(ignore) {
            ignored.insert(path);
        }
    }
    let listed = |table: &[(&str, &str)]| table.iter().map(|(path, _)| (*path).into()).collect();
    assert_eq!(not_run, listed(NO_RUN), "compiled and not run");
    assert_eq!(ignored, listed(IGNORED), "neither compiled nor run");
}

fn looks_like_rust(block: &Block) -> bool {
    let starts = ["use ", "let ", "fn ", "pub ", "impl ", "async fn ", "#["];
    block.language() == "rust"
        || block.text.lines().any(|line| {
            let line = line.trim();
            starts.iter().any(|start| line.starts_with(start)) && line.ends_with([';', '{', ']'])
        })
}
