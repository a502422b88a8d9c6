//! `cargo xtask`: see `cargo xtask --help`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    xtask::cli::run(std::env::args_os(), workspace, &mut out, &mut err).into()
}
