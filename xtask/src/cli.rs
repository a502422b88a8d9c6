//! The command line: what can be asked, and how the answer is told.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process;

use clap::{Args, Parser, Subcommand};

use crate::files::State;
use crate::finding;
use crate::generate::{self, GenerateError, Generated, SPEC_PATH};

/// How a command ended; the same codes for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or everything is fresh.
    Done = 0,
    /// The document was refused.
    Refused = 1,
    /// It could not run: wrong usage, or a file that is missing or cannot be read.
    CouldNotRun = 2,
    /// A generated file is not what the document generates.
    Stale = 3,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Keeps what is generated in step with the OpenAPI document.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Exit codes: 0 done or fresh, 1 the document was refused, 2 could not run, 3 stale.

Examples:
  cargo xtask generate
  cargo xtask docs --open"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generates the client from the OpenAPI document.
    #[command(after_help = "\
Exit codes: 0 done or fresh, 1 the document was refused, 2 could not run, 3 stale.

Examples:
  cargo xtask generate                 write what openapi/vobiz.yaml generates
  cargo xtask generate --check         tell whether that would change anything
  cargo xtask generate --spec other.yaml --root target/other")]
    Generate(GenerateArgs),
    /// Makes the reference site from the OpenAPI document; see `cargo xtask docs --help`.
    #[command(disable_help_flag = true)]
    Docs(DocsArgs),
}

/// Handed on as they are to the package `xtask-docs`, which `generate` need not compile.
#[derive(Debug, Args)]
struct DocsArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    args: Vec<OsString>,
}

#[derive(Debug, Args)]
struct GenerateArgs {
    /// Write nothing; exit with 3 and a diff if something would be written.
    #[arg(long)]
    check: bool,
    /// Read this document instead of openapi/vobiz.yaml; needs --root.
    #[arg(long, value_name = "FILE", requires = "root")]
    spec: Option<PathBuf>,
    /// Write below this directory instead of the workspace.
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Tell what each pass did, and how long it took.
    #[arg(long, short)]
    verbose: bool,
}

/// Runs the command line `args` (the program's name first) in the workspace at `workspace`.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    workspace: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let help = !error.use_stderr();
            say(if help { out } else { err }, error.render());
            return if help { Exit::Done } else { Exit::CouldNotRun };
        }
    };
    match cli.command {
        Command::Generate(args) => run_generate(&args, workspace, out, err),
        Command::Docs(args) => run_docs(&args, workspace, err),
    }
}

fn run_docs(args: &DocsArgs, workspace: &Path, err: &mut dyn Write) -> Exit {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = process::Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask-docs",
            "--manifest-path",
        ])
        .arg(workspace.join("Cargo.toml"))
        .arg("--")
        .args(&args.args)
        .status();
    match status.map(|status| status.code()) {
        Ok(Some(0)) => Exit::Done,
        Ok(Some(1)) => Exit::Refused,
        Ok(Some(3)) => Exit::Stale,
        Ok(_) => Exit::CouldNotRun,
        Err(error) => {
            say(err, format_args!("error: cannot run cargo: {error}\n"));
            Exit::CouldNotRun
        }
    }
}

fn run_generate(
    args: &GenerateArgs,
    workspace: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let root = args.root.as_deref().unwrap_or(workspace);
    if args.spec.is_some() && same_directory(root, workspace) {
        say(
            err,
            "error: --root is this workspace: another document must not overwrite its client\n",
        );
        say(
            err,
            "help: name another directory, for example `--root target/other`\n",
        );
        return Exit::CouldNotRun;
    }
    let (path, shown_as) = match &args.spec {
        Some(spec) => (spec.clone(), spec.clone()),
        None if args.root.is_some() => (root.join(SPEC_PATH), root.join(SPEC_PATH)),
        None => (root.join(SPEC_PATH), SPEC_PATH.into()),
    };
    let generated = match generate::generate(&path, &shown_as) {
        Ok(generated) => generated,
        Err(error) => return refuse(&error, err),
    };
    if args.verbose {
        tell_steps(&generated, out);
    }
    let result = if args.check {
        check(&generated, root, args, err)
    } else {
        write(&generated, root, out)
    };
    result.unwrap_or_else(|error| {
        say(err, format_args!("error: {error}\n"));
        Exit::CouldNotRun
    })
}

fn write(generated: &Generated, root: &Path, out: &mut dyn Write) -> Result<Exit, String> {
    for artefact in &generated.artefacts {
        let path = root.join(&artefact.path);
        let fail = |error| format!("cannot write {}: {error}", path.display());
        if artefact.state(root).map_err(fail)? == State::Fresh {
            continue;
        }
        artefact.write(root).map_err(fail)?;
        let lines = artefact.contents.lines().count();
        say(
            out,
            format_args!("wrote {} ({lines} lines)\n", shown(&artefact.path)),
        );
    }
    Ok(Exit::Done)
}

fn check(
    generated: &Generated,
    root: &Path,
    args: &GenerateArgs,
    err: &mut dyn Write,
) -> Result<Exit, String> {
    let mut exit = Exit::Done;
    for artefact in &generated.artefacts {
        let path = root.join(&artefact.path);
        let state = artefact
            .state(root)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        match state {
            State::Fresh => continue,
            State::Missing => say(err, format_args!("missing: {}\n", shown(&artefact.path))),
            State::Stale(diff) => {
                say(
                    err,
                    format_args!("stale: {}\n\n{diff}\n", shown(&artefact.path)),
                );
            }
        }
        exit = Exit::Stale;
    }
    if exit == Exit::Stale {
        say(err, format_args!("run: {}\n", mending_command(args)));
    }
    Ok(exit)
}

fn mending_command(args: &GenerateArgs) -> String {
    let mut command = "cargo xtask generate".to_owned();
    for (flag, value) in [("--spec", &args.spec), ("--root", &args.root)] {
        if let Some(value) = value {
            command.push_str(&format!(" {flag} {}", value.display()));
        }
    }
    command
}

fn refuse(error: &GenerateError, err: &mut dyn Write) -> Exit {
    match error {
        GenerateError::Io(path, error) => {
            say(
                err,
                format_args!("error: cannot read {}: {error}\n", shown(path)),
            );
            say(
                err,
                "help: name an OpenAPI 3.0 document with `--spec FILE`\n",
            );
            Exit::CouldNotRun
        }
        GenerateError::Refused(source, findings) => {
            say(
                err,
                finding::render(source, findings, finding::colour_on_stderr()),
            );
            say(err, "nothing was written\n");
            Exit::Refused
        }
    }
}

fn tell_steps(generated: &Generated, out: &mut dyn Write) {
    let width = generated
        .steps
        .iter()
        .map(|step| step.name.len())
        .max()
        .unwrap_or(0);
    for step in &generated.steps {
        let milliseconds = step.took.as_secs_f64() * 1000.0;
        let (name, result) = (&step.name, &step.result);
        say(
            out,
            format_args!("{name:width$}  {milliseconds:7.1} ms  {result}\n"),
        );
    }
}

fn same_directory(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// A reader that went away is no reason to fail.
fn say(to: &mut dyn Write, text: impl Display) {
    let _ = write!(to, "{text}");
}
