//! `cargo xtask docs`: a package of its own, so that `generate` need not compile what it uses.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::cli::Exit;

/// Runs `xtask-docs` with `args`, and ends as it ends.
pub fn run(args: &[OsString], workspace: &Path) -> io::Result<Exit> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask-docs"])
        .arg("--manifest-path")
        .arg(workspace.join("Cargo.toml"))
        .arg("--")
        .args(args)
        .status()?;
    Ok(match status.code() {
        Some(0) => Exit::Done,
        Some(1) => Exit::Refused,
        Some(3) => Exit::Stale,
        _ => Exit::CouldNotRun,
    })
}
