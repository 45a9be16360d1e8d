//! The program.

use std::process::ExitCode;

fn main() -> ExitCode {
    rihla_server::cli::run()
}
