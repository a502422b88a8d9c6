//! Commands in packages of their own, so that `generate` need not compile what they use.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::cli::Exit;

/// Runs the program of `package` with `args`, and ends as it ends.
pub fn run(package: &str, args: &[OsString], workspace: &Path) -> io::Result<Exit> {
    let status = command(package, workspace).args(args).status()?;
    Ok(exit(status))
}

/// Runs the program of `package` with `args`; how it ended, and what it said about it.
pub fn output(package: &str, args: &[&str], workspace: &Path) -> io::Result<(Exit, String)> {
    let output = command(package, workspace).args(args).output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((exit(output.status), said))
}

fn command(package: &str, workspace: &Path) -> Command {
    let mut command = Command::new(cargo());
    command
        .args(["run", "--quiet", "--package", package])
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
