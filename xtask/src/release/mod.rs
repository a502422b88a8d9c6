//! `cargo xtask release`: whether everything is ready to be published, and with which commands.
//!
//! `facts` asks git and cargo, `judge` compares what was released with what is there, and
//! `changelog` looks for what was told of it. Nothing is published, tagged or written.

mod changelog;
mod facts;
mod judge;

use std::fmt::Display;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::cli::{self, Exit};
use crate::delegate;
use crate::diff::{self, Bump};
use crate::document::Document;
use crate::files::State;
use crate::finding;
use crate::generate::{self, GenerateError, SPEC_PATH};
use crate::lint::Allowed;
use crate::packages::{self, CHANGELOG_PATH};

use facts::Repository;
use judge::{Facts, History, Tag, Tags, Verdict};

/// How a release is looked at.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Look at the tree as it is: what is not committed is a note, and no package is built.
    pub dry_run: bool,
    /// Compare the document with this file or revision instead of the newest release's.
    pub base: Option<String>,
}

/// Something that stands in the way of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How a run ends that finds nothing worse.
    pub exit: Exit,
    /// What is wrong, in a line.
    pub what: String,
    /// Why, a line for each reason.
    pub why: Vec<String>,
    /// What to do; empty if `what` says it.
    pub help: String,
}

impl Problem {
    fn new(exit: Exit, what: impl Into<String>, help: impl Into<String>) -> Self {
        let (what, why, help) = (what.into(), Vec::new(), help.into());
        Self {
            exit,
            what,
            why,
            help,
        }
    }

    fn refused(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Refused, what, help)
    }

    fn could_not_run(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::CouldNotRun, what, help)
    }

    fn because(mut self, why: impl IntoIterator<Item = String>) -> Self {
        self.why.extend(why);
        self
    }
}

/// Judges the workspace, and tells all problems, or the commands that publish.
pub fn run(options: &Options, workspace: &Path, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let mut problems = Vec::new();
    let mut notes = Vec::new();
    let document = fresh(workspace, &mut problems);
    let crates = facts::crates(workspace).unwrap_or_else(|why| {
        problems.push(Problem::could_not_run(why, ""));
        Vec::new()
    });
    let repository = facts::repository(workspace)
        .map_err(|why| {
            let help = "a release is judged against its tags; `git status` tells more";
            problems.push(Problem::could_not_run(why, help));
        })
        .ok();
    let history = repository.as_ref().and_then(|repository| {
        let tags = Tags::among(repository.tags.iter().map(String::as_str));
        tell_state(repository, &tags, options, &mut problems, &mut notes);
        if let Some(last) = &tags.last
            && !facts::came_after(last, workspace)
        {
            notes.push(format!("{} is no ancestor of this commit", last.name));
        }
        // Without the tags, a first release cannot be told from a later one.
        if repository.shallow {
            return None;
        }
        let document = document.as_ref();
        history(&tags, document, &crates, options, workspace, &mut problems)
    });
    let changelog = std::fs::read_to_string(workspace.join(CHANGELOG_PATH)).map_err(|error| {
        let what = format!("cannot read {CHANGELOG_PATH}: {error}");
        problems.push(Problem::could_not_run(what, ""));
    });
    let facts = Facts {
        crates,
        history,
        document_version: document.as_ref().and_then(Document::version),
        changelog: changelog.ok(),
    };
    let verdict = judge::judge(&facts);
    problems.extend(verdict.problems.iter().cloned());
    notes.extend(verdict.notes.iter().cloned());
    tell_steps(&facts, &verdict, out);
    if options.dry_run {
        notes.push("no package was built: `cargo xtask release` does it".into());
    } else {
        problems.extend(package(&verdict, workspace, out));
    }
    for note in notes {
        say(err, format_args!("note: {note}\n"));
    }
    if problems.is_empty() {
        let branch = repository.and_then(|repository| repository.branch);
        tell_commands(&verdict, branch.as_deref(), out);
        return Exit::Done;
    }
    tell_problems(&problems, err)
}

/// The document, if what follows from it can be told; whether all that is derived is up to date.
fn fresh(workspace: &Path, problems: &mut Vec<Problem>) -> Option<Document> {
    let path = workspace.join(SPEC_PATH);
    let generated = generate::generate(&path, Path::new(SPEC_PATH), &Allowed::default());
    let (mut artefacts, document) = match generated {
        Ok(generated) => (generated.artefacts, Some(generated.document)),
        Err(GenerateError::Io(_, error)) => {
            let what = format!("cannot read {SPEC_PATH}: {error}");
            problems.push(Problem::could_not_run(what, ""));
            (Vec::new(), None)
        }
        Err(GenerateError::Refused(source, findings)) => {
            let told = finding::render(&source, &findings, finding::colour_on_stderr());
            let problem = Problem::refused(
                format!("{SPEC_PATH} does not pass the lint"),
                "see `cargo xtask lint`",
            );
            problems.push(problem.because(told.lines().map(str::to_owned)));
            (Vec::new(), None)
        }
    };
    match packages::copies(workspace) {
        Ok(copies) => artefacts.extend(copies),
        Err((path, error)) => {
            let what = format!("cannot read {}: {error}", cli::shown(&path));
            problems.push(Problem::could_not_run(what, ""));
        }
    }
    for artefact in &artefacts {
        let path = cli::shown(&artefact.path);
        let help = "run `cargo xtask generate`";
        match artefact.state(workspace) {
            Ok(State::Fresh) => {}
            Ok(State::Missing) => {
                problems.push(Problem::new(
                    Exit::Stale,
                    format!("{path} is missing"),
                    help,
                ));
            }
            Ok(State::Stale(_)) => {
                problems.push(Problem::new(Exit::Stale, format!("{path} is stale"), help));
            }
            Err(error) => {
                let what = format!("cannot read {path}: {error}");
                problems.push(Problem::could_not_run(what, ""));
            }
        }
    }
    if document.is_some() {
        problems.extend(site(workspace));
    }
    document
}

/// Whether the reference site is what the document makes.
fn site(workspace: &Path) -> Option<Problem> {
    let (exit, said) = match delegate::output("xtask-docs", &["--check"], workspace) {
        Ok(ended) => ended,
        Err(error) => {
            return Some(Problem::could_not_run(
                format!("cannot run cargo: {error}"),
                "",
            ));
        }
    };
    let (what, help) = match exit {
        Exit::Done => return None,
        Exit::Stale => ("the reference site is stale", "run `cargo xtask docs`"),
        Exit::Refused => (
            "the document makes no reference site",
            "see `cargo xtask docs`",
        ),
        Exit::CouldNotRun => ("cannot make the reference site", "see `cargo xtask docs`"),
    };
    // Which files are stale is not worth a screen.
    let why = said
        .lines()
        .filter(|_| exit != Exit::Stale)
        .map(str::to_owned);
    Some(Problem::new(exit, what, help).because(why))
}

/// What the repository's state means for a release.
fn tell_state(
    repository: &Repository,
    tags: &Tags,
    options: &Options,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<String>,
) {
    match repository.dirty.len() {
        0 => {}
        n if options.dry_run => notes.push(format!("{} not committed", files(n))),
        n => {
            let problem = Problem::refused(
                format!("{} not committed", files(n)),
                "commit them, or look at the tree as it is with `--dry-run`",
            );
            problems.push(problem.because(repository.dirty.iter().take(10).cloned()));
        }
    }
    if repository.shallow {
        problems.push(Problem::could_not_run(
            "the clone is shallow, so the tags of earlier releases may be missing",
            "run `git fetch --unshallow --tags`",
        ));
    }
    if repository.branch.is_none() {
        notes.push("no branch is checked out: only the tag would be pushed".into());
    }
    if !tags.ignored.is_empty() {
        notes.push(format!(
            "no versions, so no releases: {}",
            tags.ignored.join(", ")
        ));
    }
}

fn files(n: usize) -> String {
    match n {
        1 => "1 file is".into(),
        n => format!("{n} files are"),
    }
}

/// What the tags say; nothing if one of them cannot be read.
fn history(
    tags: &Tags,
    document: Option<&Document>,
    crates: &[judge::Crate],
    options: &Options,
    workspace: &Path,
    problems: &mut Vec<Problem>,
) -> Option<History> {
    let mut past = |tag: &Option<Tag>| match tag {
        None => Ok(None),
        Some(tag) => facts::past(tag, crates, workspace)
            .map(Some)
            .map_err(|why| {
                problems.push(Problem::could_not_run(why, ""));
            }),
    };
    let mut history = History {
        base: past(&tags.base).ok()?,
        last: past(&tags.last).ok()?,
        ..History::default()
    };
    let Some(tag) = &tags.base else {
        return Some(history);
    };
    match old_document(&tag.name, options, workspace) {
        Err(why) => problems.push(Problem::could_not_run(
            why.trim_end(),
            "name what to compare with, for example that document mended: `--base FILE`",
        )),
        Ok(old) => {
            history.document_version = old.version();
            history.diff = document.map(|new| diff::compare(&old, new));
        }
    }
    Some(history)
}

/// The document of the last release, or the one that is to stand in for it.
fn old_document(tag: &str, options: &Options, workspace: &Path) -> Result<Document, String> {
    let (path, shown_as) = (workspace.join(SPEC_PATH), Path::new(SPEC_PATH));
    let base = match &options.base {
        Some(base) => diff::load_base(base, &path, shown_as)?,
        None => diff::at_revision(tag, &path, shown_as)?,
    };
    cli::accepted(&base.name, base.bytes)
}

/// Makes the packages that would be published, and builds each from what is in it.
fn package(verdict: &Verdict, workspace: &Path, out: &mut dyn Write) -> Option<Problem> {
    let steps = verdict.steps.iter().filter(|step| step.is_published());
    let names: Vec<&str> = steps.map(|step| step.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    say(
        out,
        "building the packages, which takes a few minutes …\n\n",
    );
    let mut command = Command::new(delegate::cargo());
    command
        .args([
            "package",
            "--quiet",
            "--locked",
            "--allow-dirty",
            "--manifest-path",
        ])
        .arg(workspace.join("Cargo.toml"));
    for name in &names {
        command.args(["--package", name]);
    }
    let help = format!(
        "see `cargo package --package {}`",
        names.join(" --package ")
    );
    match command.output() {
        Err(error) => Some(Problem::could_not_run(
            format!("cannot run cargo: {error}"),
            "",
        )),
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let problem = Problem::refused("the packages cannot be built", help);
            Some(problem.because(said.trim_end().lines().map(str::to_owned)))
        }
    }
}

/// What changed since the last release, and what becomes of each crate.
fn tell_steps(facts: &Facts, verdict: &Verdict, out: &mut dyn Write) {
    let Some(history) = &facts.history else {
        return;
    };
    let since = match (&history.base, &history.diff) {
        (None, _) => "first release".into(),
        (Some(base), None) => format!("since {}: unknown", base.tag.name),
        (Some(base), Some(diff)) => format!("since {}: {}", base.tag.name, diff::one_line(diff)),
    };
    say(out, format_args!("{since}\n\n"));
    let rows: Vec<[String; 3]> = verdict
        .steps
        .iter()
        .map(|step| {
            let new = &step.new;
            let (versions, what) = match &step.old {
                None => (new.to_string(), "new".into()),
                Some(old) if step.is_published() => {
                    (format!("{old} -> {new}"), format!("needs {}", step.needs))
                }
                Some(_) if step.needs == Bump::None => {
                    (new.to_string(), "not published: the same version".into())
                }
                Some(_) => (new.to_string(), format!("needs {}", step.needs)),
            };
            [step.name.clone(), versions, what]
        })
        .collect();
    say(out, format_args!("{}\n", diff::aligned(&rows)));
}

fn tell_commands(verdict: &Verdict, branch: Option<&str>, out: &mut dyn Write) {
    let Some(version) = &verdict.version else {
        return;
    };
    say(out, "ready; nothing was published. In this order:\n\n");
    for step in verdict.steps.iter().filter(|step| step.is_published()) {
        say(out, format_args!("    cargo publish -p {}\n", step.name));
    }
    let branch = branch.map_or_else(String::new, |name| {
        format!("{} ", cli::quoted(Path::new(name)))
    });
    say(
        out,
        format_args!("    git tag -a v{version} -m v{version}\n"),
    );
    say(
        out,
        format_args!("    git push origin {branch}v{version}\n"),
    );
}

fn tell_problems(problems: &[Problem], err: &mut dyn Write) -> Exit {
    for problem in problems {
        say(err, format_args!("error: {}\n", problem.what));
        for why in &problem.why {
            say(err, format_args!("  {why}\n"));
        }
        if !problem.help.is_empty() {
            say(err, format_args!("help: {}\n", problem.help));
        }
        say(err, "\n");
    }
    let count = match problems.len() {
        1 => "1 problem".into(),
        n => format!("{n} problems"),
    };
    say(err, format_args!("{count}; not ready for a release\n"));
    // What could not be looked at may be worse than what was found.
    [Exit::CouldNotRun, Exit::Refused]
        .into_iter()
        .find(|exit| problems.iter().any(|problem| problem.exit == *exit))
        .unwrap_or(Exit::Stale)
}

/// A reader that went away is no reason to fail.
fn say(to: &mut dyn Write, text: impl Display) {
    let _ = write!(to, "{text}");
}
