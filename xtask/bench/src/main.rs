//! `cargo xtask bench`, and the server that the benchmarks call.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask_bench::cli::run()
}
