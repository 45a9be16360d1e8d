//! The program itself, under a name that tests of this crate can start it by.

use std::process::ExitCode;

fn main() -> ExitCode {
    rihla_server::cli::run()
}
