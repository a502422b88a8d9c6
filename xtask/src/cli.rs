//! The command line: what can be asked, and how the answer is told.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::delegate;
use crate::diff::{self, Diff, Verdict};
use crate::document::{self, Document};
use crate::files::{Artefact, State};
use crate::finding;
use crate::generate::{self, CLIENT_PATH, GenerateError, Generated, SPEC_PATH};
use crate::lint::{self, Allowed};
use crate::packages;
use crate::release::{self, Options};

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
    /// Generates the client from the OpenAPI document, and the crates' copies of common files.
    #[command(after_help = "\
Exit codes: 0 done or fresh, 1 the document was refused, 2 could not run, 3 stale.

Examples:
  cargo xtask generate                 write what openapi/vobiz.yaml generates
  cargo xtask generate --check         tell whether that would change anything
  cargo xtask generate --spec other.yaml --root target/other")]
    Generate(GenerateArgs),
    /// Tells what is wrong with the OpenAPI document, where, and what to write instead.
    #[command(after_help = "\
Exit codes: 0 clean (warnings are), 1 the document was refused, 2 could not run.

Examples:
  cargo xtask lint
  cargo xtask lint --spec other.yaml --allow house --format json
  cargo xtask lint --explain openapi/status")]
    Lint(LintArgs),
    /// Tells what changed between two documents, for whom, and the version bump it asks for.
    #[command(after_help = "\
Exit codes: 0 done, 1 --fail-on found a breaking change, 2 could not run.

Examples:
  cargo xtask diff                       since the last commit
  cargo xtask diff --base v0.1.0 --format markdown
  cargo xtask diff --base old.yaml --spec new.yaml --fail-on any")]
    Diff(DiffArgs),
    /// Makes the reference site from the OpenAPI document; see `cargo xtask docs --help`.
    #[command(disable_help_flag = true)]
    Docs(DelegatedArgs),
    /// Measures what the client, the generator and a build cost; see `cargo xtask bench --help`.
    #[command(disable_help_flag = true)]
    Bench(DelegatedArgs),
    /// Tells whether the crates can be published, all that stands in the way, and the commands.
    #[command(long_about = RELEASE_ABOUT, after_help = "\
Exit codes: 0 ready, 1 refused, 2 could not run (no git, a file that cannot be read), 3 stale.

Examples:
  cargo xtask release --dry-run        while the release is being written
  cargo xtask release                  once it is committed
  cargo xtask release --base mended.yaml")]
    Release(ReleaseArgs),
}

#[derive(Debug, Args)]
struct DelegatedArgs {
    /// Handed on as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    args: Vec<OsString>,
}

const RELEASE_ABOUT: &str = "\
Tells whether the crates can be published, all that stands in the way, and the commands.

It looks at the lint, generated files, the reference site, what changed in the document and in the
crates since the newest tag `v*` and the versions that this asks for, their build metadata and
[workspace.dependencies], the change log, the working tree, and builds the packages. It publishes,
tags and writes nothing.";

#[derive(Debug, Args)]
struct ReleaseArgs {
    /// Look at the tree as it is: do not demand that all is committed, and build no packages.
    #[arg(long)]
    dry_run: bool,
    /// Compare the document with this file, or with that of this git revision, instead of the
    /// newest release's.
    #[arg(long, value_name = "FILE|REV")]
    base: Option<String>,
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
    /// Do not apply this group of lint rules, or this rule.
    #[arg(long, value_name = "GROUP|RULE")]
    allow: Vec<String>,
    /// Tell what each pass did, and how long it took.
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Debug, Args)]
struct LintArgs {
    /// Judge this document instead of openapi/vobiz.yaml.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Do not apply this group of rules, or this rule.
    #[arg(long, value_name = "GROUP|RULE")]
    allow: Vec<String>,
    /// How to tell the findings.
    #[arg(long, value_enum, default_value_t)]
    format: LintFormat,
    /// Tell why a rule exists and how to mend a breach of it, and nothing else.
    #[arg(long, value_name = "RULE", conflicts_with_all = ["spec", "allow", "format"])]
    explain: Option<String>,
}

#[derive(Debug, Args)]
struct DiffArgs {
    /// Compare with this file, or with the document of this git revision.
    #[arg(long, value_name = "FILE|REV", default_value = "HEAD")]
    base: String,
    /// Compare this document instead of openapi/vobiz.yaml.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// How to tell the changes.
    #[arg(long, value_enum, default_value_t)]
    format: DiffFormat,
    /// Exit with 1 if a change is breaking for this side.
    #[arg(long, value_enum, value_name = "SIDE")]
    fail_on: Option<FailOn>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum DiffFormat {
    /// One line for each change, worst first.
    #[default]
    Human,
    /// Tables for a pull request or a change log.
    Markdown,
    /// One object.
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    /// Existing clients against a server that follows the new document.
    Wire,
    /// The source of users of the generated crate.
    Rust,
    /// Either.
    Any,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LintFormat {
    /// The lines with the places marked.
    #[default]
    Human,
    /// An array of objects.
    Json,
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
        Command::Lint(args) => run_lint(&args, workspace, out, err),
        Command::Diff(args) => run_diff(&args, workspace, out, err),
        Command::Release(args) => {
            let ReleaseArgs { dry_run, base } = args;
            release::run(&Options { dry_run, base }, workspace, out, err)
        }
        Command::Docs(args) => run_package("xtask-docs", &args.args, workspace, err),
        Command::Bench(args) => run_package("xtask-bench", &args.args, workspace, err),
    }
}

fn run_package(package: &str, args: &[OsString], workspace: &Path, err: &mut dyn Write) -> Exit {
    delegate::run(package, args, workspace).unwrap_or_else(|error| {
        say(err, format_args!("error: cannot run cargo: {error}\n"));
        Exit::CouldNotRun
    })
}

fn run_generate(
    args: &GenerateArgs,
    workspace: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let root = args.root.as_deref().unwrap_or(workspace);
    if args.spec.is_some() && leads_into(root, workspace) {
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
    let allowed = match allowed(&args.allow, err) {
        Ok(allowed) => allowed,
        Err(exit) => return exit,
    };
    let generated = match generate::generate(&path, &shown_as, &allowed) {
        Ok(generated) => generated,
        Err(error) => return refuse(&error, err),
    };
    if args.verbose {
        tell_steps(&generated, out);
    }
    if !generated.warnings.is_empty() {
        let (source, warnings) = (&generated.document.source, &generated.warnings);
        say(
            err,
            finding::render(source, warnings, finding::colour_on_stderr()),
        );
    }
    let mut artefacts = generated.artefacts.clone();
    if args.root.is_none() {
        match packages::copies(workspace) {
            Ok(copies) => artefacts.extend(copies),
            Err((path, error)) => {
                say(
                    err,
                    format_args!("error: cannot read {}: {error}\n", shown(&path)),
                );
                return Exit::CouldNotRun;
            }
        }
    }
    let result = if args.check {
        check(&artefacts, root, args, err)
    } else {
        write(&artefacts, root, out)
    };
    if let Some(verdict) = since_head(&generated, &path, &shown_as) {
        say(out, verdict);
    }
    result.unwrap_or_else(|error| {
        say(err, format_args!("error: {error}\n"));
        Exit::CouldNotRun
    })
}

fn write(artefacts: &[Artefact], root: &Path, out: &mut dyn Write) -> Result<Exit, String> {
    for artefact in artefacts {
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
    artefacts: &[Artefact],
    root: &Path,
    args: &GenerateArgs,
    err: &mut dyn Write,
) -> Result<Exit, String> {
    let mut exit = Exit::Done;
    for artefact in artefacts {
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

/// The rules to leave out; a name that has no effect is told.
fn allowed(names: &[String], err: &mut dyn Write) -> Result<Allowed, Exit> {
    let allowed = Allowed::parse(names).map_err(|why| {
        say(err, format_args!("error: {why}\n"));
        say(
            err,
            "help: allow a group, as `house`, or a rule, as `openapi/example`\n",
        );
        Exit::CouldNotRun
    })?;
    for name in allowed.without_effect() {
        say(
            err,
            format_args!(
                "warning: `--allow {name}` has no effect: without it wrong code is generated\n"
            ),
        );
    }
    Ok(allowed)
}

fn run_lint(args: &LintArgs, workspace: &Path, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    if let Some(name) = &args.explain {
        return match lint::find(name) {
            Ok(rule) => {
                say(out, rule.explanation());
                Exit::Done
            }
            Err(why) => {
                say(err, format_args!("error: {why}\n"));
                Exit::CouldNotRun
            }
        };
    }
    let allowed = match allowed(&args.allow, err) {
        Ok(allowed) => allowed,
        Err(exit) => return exit,
    };
    let (path, shown_as) = spec_of(args.spec.as_deref(), workspace);
    let linted =
        document::read_bounded(&path).and_then(|bytes| lint::lint(&shown_as, bytes, &allowed));
    let linted = match linted {
        Ok(linted) => linted,
        Err(error) => return refuse(&GenerateError::Io(shown_as, error), err),
    };
    let (source, findings) = (&linted.source, &linted.findings);
    match args.format {
        LintFormat::Human => say(
            out,
            finding::render(source, findings, finding::colour_on_stdout()),
        ),
        LintFormat::Json => say(out, finding::json(source, findings)),
    }
    if linted.is_refused() {
        Exit::Refused
    } else {
        Exit::Done
    }
}

fn run_diff(args: &DiffArgs, workspace: &Path, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let diff = match compared(args, workspace) {
        Ok(diff) => diff,
        Err(why) => {
            say(err, format_args!("error: {}\n", why.trim_end()));
            return Exit::CouldNotRun;
        }
    };
    let format = match args.format {
        DiffFormat::Human => diff::Format::Human,
        DiffFormat::Markdown => diff::Format::Markdown,
        DiffFormat::Json => diff::Format::Json,
    };
    say(out, diff::render(&diff, format, workspace));
    let worst = match args.fail_on {
        None => Verdict::None,
        Some(FailOn::Wire) => diff.wire(),
        Some(FailOn::Rust) => diff.rust(),
        Some(FailOn::Any) => diff.wire().max(diff.rust()),
    };
    if worst == Verdict::Breaking {
        Exit::Refused
    } else {
        Exit::Done
    }
}

fn compared(args: &DiffArgs, workspace: &Path) -> Result<Diff, String> {
    let (path, shown_as) = spec_of(args.spec.as_deref(), workspace);
    let bytes = document::read_bounded(&path)
        .map_err(|error| format!("cannot read {}: {error}", shown(&shown_as)))?;
    let base = diff::load_base(&args.base, &path, &shown_as)?;
    let base = accepted(&base.name, base.bytes)?;
    let new = accepted(&shown_as, bytes)?;
    Ok(diff::compare(&base, &new))
}

/// A document that passes the lint, house rules aside.
pub(crate) fn accepted(shown_as: &Path, bytes: Vec<u8>) -> Result<Document, String> {
    let linted = lint::lint(shown_as, bytes, &Allowed::house())
        .map_err(|error| format!("cannot read {}: {error}", shown(shown_as)))?;
    let refused = linted.is_refused();
    linted.document.filter(|_| !refused).ok_or_else(|| {
        let colour = finding::colour_on_stderr();
        format!(
            "{} does not pass the lint, so it cannot be compared\n\n{}",
            shown(shown_as),
            finding::render(&linted.source, &linted.findings, colour)
        )
    })
}

/// The verdict since the last commit, if there is one and the document differs from it.
fn since_head(generated: &Generated, path: &Path, shown_as: &Path) -> Option<String> {
    let base = diff::load_base("HEAD", path, shown_as).ok()?;
    if base.bytes == generated.document.source.text().as_bytes() {
        return None;
    }
    let base = accepted(&base.name, base.bytes).ok()?;
    let verdict = diff::one_line(&diff::compare(&base, &generated.document));
    Some(format!("since HEAD: {verdict}\n"))
}

/// Where the document lies, and how it is called: as it was named, or below the workspace.
fn spec_of(spec: Option<&Path>, workspace: &Path) -> (PathBuf, PathBuf) {
    match spec {
        Some(spec) => (spec.into(), spec.into()),
        None => (workspace.join(SPEC_PATH), SPEC_PATH.into()),
    }
}

fn mending_command(args: &GenerateArgs) -> String {
    let mut command = "cargo xtask generate".to_owned();
    for (flag, value) in [("--spec", &args.spec), ("--root", &args.root)] {
        if let Some(value) = value {
            command.push_str(&format!(" {flag} {}", quoted(value)));
        }
    }
    for name in &args.allow {
        command.push_str(&format!(" --allow {name}"));
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

/// Whether what is written below `root` would land in `workspace`, links and `..` followed.
fn leads_into(root: &Path, workspace: &Path) -> bool {
    let Ok(ours) = workspace.join(CLIENT_PATH).canonicalize() else {
        return false;
    };
    // What does not exist yet cannot be followed; `a/..` is then as good as nothing.
    let mut plain = PathBuf::new();
    for part in std::path::absolute(root)
        .unwrap_or_else(|_| root.into())
        .components()
    {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    [root, &plain].iter().any(|root| {
        let client = root.join(CLIENT_PATH);
        client.canonicalize().is_ok_and(|client| client == ours)
    })
}

/// A path as a shell takes it.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+:\\".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// A reader that went away is no reason to fail.
fn say(to: &mut dyn Write, text: impl Display) {
    let _ = write!(to, "{text}");
}
