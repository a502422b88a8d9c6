//! `cargo xtask docs`: see `cargo xtask docs --help`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("."));
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    xtask_docs::cli::run(std::env::args_os(), workspace, &mut out, &mut err).into()
}
