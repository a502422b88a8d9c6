//! `cargo xtask docs`: a package of its own, so that `generate` need not compile what it uses.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::cli::Exit;

/// Runs `xtask-docs` with `args`, and ends as it ends.
pub fn run(args: &[OsString], workspace: &Path) -> io::Result<Exit> {
    let status = command(workspace).args(args).status()?;
    Ok(exit(status))
}

/// Runs `xtask-docs` with `args`; how it ended, and what it said about it.
pub fn output(args: &[&str], workspace: &Path) -> io::Result<(Exit, String)> {
    let output = command(workspace).args(args).output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((exit(output.status), said))
}

fn command(workspace: &Path) -> Command {
    let mut command = Command::new(cargo());
    command
        .args(["run", "--quiet", "--package", "xtask-docs"])
        .arg("--manifest-path")
        .arg(workspace.join("Cargo.toml"))
        .arg("--");
    command
}

/// The cargo that runs us.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn exit(status: ExitStatus) -> Exit {
    match status.code() {
        Some(0) => Exit::Done,
        Some(1) => Exit::Refused,
        Some(3) => Exit::Stale,
        _ => Exit::CouldNotRun,
    }
}
