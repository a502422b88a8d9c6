//! The command line of `cargo xtask docs`.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Parser;
use xtask::cli::Exit;
use xtask::document::{self, Document};
use xtask::files::{Artefact, State};
use xtask::finding::{self, Severity};
use xtask::generate::SPEC_PATH;
use xtask::lint::{self, Allowed};

use crate::{links, serve, site};

/// Where the site goes, below the workspace.
const OUT_PATH: &str = "target/site";

/// Makes the reference site from the OpenAPI document.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask docs",
    bin_name = "cargo xtask docs",
    after_help = "\
Exit codes: 0 done or fresh, 1 the document was refused, 2 could not run, 3 stale.

Examples:
  cargo xtask docs                     write target/site
  cargo xtask docs --open              look at it in the browser
  cargo xtask docs --check --out site  tell whether site is what would be written"
)]
struct Args {
    /// Write the site to this directory instead of target/site.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Read this document instead of openapi/vobiz.yaml.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Write nothing; exit with 3 if the site is not what would be written, or a link is broken.
    #[arg(long, conflicts_with = "open")]
    check: bool,
    /// Serve the site on loopback and open it in the browser.
    #[arg(long)]
    open: bool,
}

/// Runs the command line `args` (the program's name first) in the workspace at `workspace`.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    workspace: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            let help = !error.use_stderr();
            say(if help { out } else { err }, error.render());
            return if help { Exit::Done } else { Exit::CouldNotRun };
        }
    };
    let document = match load(&args, workspace, err) {
        Ok(document) => document,
        Err(exit) => return exit,
    };
    let files = site::build(&document);
    let directory = args.out.clone().unwrap_or_else(|| workspace.join(OUT_PATH));
    let result = if args.check {
        compare(&files, &directory, &args, err)
    } else {
        write(&files, &directory, out).and_then(|()| {
            if args.open {
                open(&directory, out)
            } else {
                Ok(())
            }?;
            Ok(Exit::Done)
        })
    };
    result.unwrap_or_else(|error| {
        say(err, format_args!("error: {error}\n"));
        Exit::CouldNotRun
    })
}

fn load(args: &Args, workspace: &Path, err: &mut dyn Write) -> Result<Document, Exit> {
    let (path, shown_as) = match &args.spec {
        Some(spec) => (spec.clone(), spec.clone()),
        None => (workspace.join(SPEC_PATH), SPEC_PATH.into()),
    };
    let bytes = document::read_bounded(&path).map_err(|error| {
        let shown_as = shown(&shown_as);
        say(
            err,
            format_args!("error: cannot read {shown_as}: {error}\n"),
        );
        say(
            err,
            "help: name an OpenAPI 3.0 document with `--spec FILE`\n",
        );
        Exit::CouldNotRun
    })?;
    let linted = lint::lint(&shown_as, bytes, &Allowed::default()).map_err(|error| {
        say(err, format_args!("error: {error}\n"));
        Exit::CouldNotRun
    })?;
    // What the generator cannot do, and how this project writes, are no matter to a reader.
    let mut findings = linted.findings;
    findings.retain(|finding| {
        let matters = ["yaml/", "openapi/"]
            .iter()
            .any(|group| finding.rule.starts_with(group));
        matters && finding.severity == Severity::Error
    });
    if let Some(document) = linted.document.filter(|_| findings.is_empty()) {
        return Ok(document);
    }
    let colour = finding::colour_on_stderr();
    say(err, finding::render(&linted.source, &findings, colour));
    say(err, "nothing was written\n");
    Err(Exit::Refused)
}

fn write(files: &[Artefact], directory: &Path, out: &mut dyn Write) -> Result<(), String> {
    for file in files {
        let path = directory.join(&file.path);
        let fail = |error: io::Error| format!("cannot write {}: {error}", shown(&path));
        if file.state(directory).map_err(fail)? != State::Fresh {
            file.write(directory).map_err(fail)?;
            say(out, format_args!("wrote {}\n", shown(&path)));
        }
    }
    for path in left_over(files, directory)? {
        let path = directory.join(path);
        fs::remove_file(&path)
            .map_err(|error| format!("cannot remove {}: {error}", shown(&path)))?;
        say(out, format_args!("removed {}\n", shown(&path)));
    }
    Ok(())
}

fn compare(
    files: &[Artefact],
    directory: &Path,
    args: &Args,
    err: &mut dyn Write,
) -> Result<Exit, String> {
    let mut exit = Exit::Done;
    let mut tell = |text: String| {
        say(err, text);
        exit = Exit::Stale;
    };
    let mut present = links::Files::new();
    for file in files {
        let path = directory.join(&file.path);
        let fail = |error: io::Error| format!("cannot read {}: {error}", shown(&path));
        match file.state(directory).map_err(fail)? {
            State::Fresh => {}
            State::Missing => {
                tell(format!("missing: {}\n", shown(&path)));
                continue;
            }
            State::Stale(diff) => tell(format!("stale: {}\n\n{diff}\n", shown(&path))),
        }
        let text = fs::read(&path).map_err(fail)?;
        present.insert(
            shown(&file.path),
            String::from_utf8_lossy(&text).into_owned(),
        );
    }
    for path in left_over(files, directory)? {
        tell(format!("left over: {}\n", shown(&directory.join(path))));
    }
    for broken in links::check(&present) {
        let (file, target, reason) = (broken.file, broken.target, broken.reason);
        tell(format!("broken link: {file} to {target:?}: {reason}\n"));
    }
    if exit == Exit::Stale {
        say(err, format_args!("run: {}\n", mending_command(args)));
    }
    Ok(exit)
}

fn left_over(files: &[Artefact], directory: &Path) -> Result<Vec<PathBuf>, String> {
    site::left_over(files, directory)
        .map_err(|error| format!("cannot read {}: {error}", shown(directory)))
}

fn mending_command(args: &Args) -> String {
    let mut command = "cargo xtask docs".to_owned();
    for (flag, value) in [("--spec", &args.spec), ("--out", &args.out)] {
        if let Some(value) = value {
            command.push_str(&format!(" {flag} {}", value.display()));
        }
    }
    command
}

fn open(directory: &Path, out: &mut dyn Write) -> Result<(), String> {
    let ready = |address| {
        let url = format!("http://{address}/");
        say(
            out,
            format_args!("serving {} at {url} until Ctrl-C\n", shown(directory)),
        );
        let _ = out.flush();
        if open::that_detached(&url).is_err() {
            say(
                out,
                "no browser could be started: open that address yourself\n",
            );
        }
    };
    serve::run(directory, ready).map_err(|error| format!("cannot serve: {error}"))
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// A reader that went away is no reason to fail.
fn say(to: &mut dyn Write, text: impl Display) {
    let _ = write!(to, "{text}");
}
