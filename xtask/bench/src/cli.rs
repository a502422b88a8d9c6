//! The command line: runs every benchmark, and writes the report.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{fs, io};

use clap::{Parser, Subcommand};

use crate::results::{self, Measures};
use crate::{builds, report, server};

/// The version of the crate `gungraun`, which its runner must have, too.
const GUNGRAUN: &str = "0.20.0";

/// Measures what the client, the generator and a build cost, and writes BENCHMARKS.md.
#[derive(Parser)]
#[command(
    name = "cargo xtask bench",
    bin_name = "cargo xtask bench",
    after_help = "\
Instructions are counted where valgrind is installed. All of it takes about half an hour; the
benchmarks alone can be run one by one, with `cargo bench -p xtask-bench --bench NAME`.

Exit codes: 0 done, 2 could not run.

Examples:
  cargo xtask bench                      measure, and write BENCHMARKS.md
  cargo xtask bench --short              run everything once, to see that it works
  cargo xtask bench --only load --only counts"
)]
struct Cli {
    /// Run everything briefly, and build nothing; the report, which means little then, goes to target/benchmarks.
    #[arg(long)]
    short: bool,
    /// Run only this part; the others are reported as they were measured last.
    #[arg(long, value_name = "PART", value_parser = PARTS)]
    only: Vec<String>,
    #[command(subcommand)]
    command: Option<Inner>,
}

#[derive(Subcommand)]
enum Inner {
    /// Answers the calls of the benchmarks until standard input ends.
    #[command(hide = true)]
    Serve,
}

/// The parts, in the order in which they run.
const PARTS: [&str; 5] = ["instructions", "counts", "load", "times", "builds"];

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let done = match cli.command {
        Some(Inner::Serve) => server::serve(),
        None => bench(&cli),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn bench(cli: &Cli) -> io::Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    let directory = results::directory()?;
    fs::create_dir_all(&directory)?;
    for part in PARTS {
        if !cli.only.is_empty() && !cli.only.iter().any(|only| only == part) {
            continue;
        }
        println!("== {part}");
        match part {
            "instructions" if !has_valgrind() => {
                println!("skipped: valgrind is not installed");
                results::write(part, &Measures::new())?;
            }
            "instructions" => {
                let runner = runner(&directory)?;
                // Read at compile time, by a macro of the library.
                run_bench(part, cli.short, &["--save-summary=json"], Some(&runner))?;
                results::write(part, &results::of_gungraun(&target(&directory))?)?;
            }
            "times" => {
                run_bench(part, cli.short, &[], None)?;
                results::write(part, &results::of_criterion(&target(&directory))?)?;
            }
            "builds" => {
                let rounds = if cli.short { 0 } else { 3 };
                let measures = builds::measure(&workspace, &directory.join("builds"), rounds)?;
                results::write(part, &measures)?;
            }
            _ => run_bench(part, cli.short, &[], None)?,
        }
    }
    let mut all = Measures::new();
    for part in PARTS {
        for (name, measure) in results::read(&directory, part)? {
            all.insert(format!("{part}/{name}"), measure);
        }
    }
    let text = report::markdown(&all, &versions(&workspace)?);
    let path = if cli.short {
        directory.join("BENCHMARKS.md")
    } else {
        workspace.join("BENCHMARKS.md")
    };
    fs::write(&path, text)?;
    println!("wrote {}", path.display());
    Ok(())
}

fn target(directory: &Path) -> PathBuf {
    directory.parent().unwrap_or(directory).to_owned()
}

fn run_bench(name: &str, short: bool, args: &[&str], runner: Option<&Path>) -> io::Result<()> {
    let mut command = cargo();
    command
        .args([
            "bench",
            "--quiet",
            "--package",
            "xtask-bench",
            "--bench",
            name,
            "--",
        ])
        .args(args);
    if short {
        command.env("VOBIZ_BENCH_SHORT", "1");
    }
    if let Some(runner) = runner {
        command.env("GUNGRAUN_RUNNER", runner);
    }
    succeed(&mut command, &format!("the benchmark `{name}`"))
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn succeed(command: &mut Command, what: &str) -> io::Result<()> {
    let status = command.status()?;
    let failed = || io::Error::other(format!("{what} failed: {status}"));
    status.success().then_some(()).ok_or_else(failed)
}

fn has_valgrind() -> bool {
    Command::new("valgrind")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// The program that runs callgrind, which is installed below `directory` if it is not there.
fn runner(directory: &Path) -> io::Result<PathBuf> {
    let root = directory.join("tools");
    let runner = root.join("bin/gungraun-runner");
    let version = Command::new(&runner).arg("--version").output();
    let is_there =
        version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(GUNGRAUN));
    if !is_there {
        let mut install = cargo();
        install
            .args(["install", "--quiet", "--locked", "gungraun-runner"])
            .arg(format!("--version=={GUNGRAUN}"))
            .arg("--root")
            .arg(&root);
        succeed(&mut install, "the installation of gungraun-runner")?;
    }
    Ok(runner)
}

/// What the figures depend on, as a list.
fn versions(workspace: &Path) -> io::Result<String> {
    let mut text = String::new();
    for program in ["rustc", "valgrind"] {
        if let Ok(output) = Command::new(program).arg("--version").output() {
            let version = String::from_utf8_lossy(&output.stdout);
            let version = version.split(" (").next().unwrap_or_default().trim();
            let _ = writeln!(text, "- {}", version.replace("valgrind-", "valgrind "));
        }
    }
    let lockfile = fs::read_to_string(workspace.join("Cargo.lock"))?;
    for package in [
        "vobiz",
        "vobiz-api",
        "reqwest",
        "serde_json",
        "tokio",
        "progenitor-impl",
        "prettyplease",
    ] {
        let start = format!("name = \"{package}\"\nversion = \"");
        let version = lockfile
            .split(&start)
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let _ = writeln!(
            text,
            "- {package} {}",
            version.unwrap_or("of an unknown version")
        );
    }
    Ok(text)
}
