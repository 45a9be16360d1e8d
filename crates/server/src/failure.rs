//! How a command ends when it does not succeed: a line that an operator can act on, and an exit code.

use rihla_kernel::Fault;
use std::fmt;
use std::io;
use std::path::Path;

/// Exit codes; `rihla help` shows them.
pub mod exit {
    /// It could not be done.
    pub const FAILED: u8 = 1;
    /// The command line is wrong.
    pub const USAGE: u8 = 2;
    /// Everything else was done, but some input was rejected.
    pub const REJECTS: u8 = 3;
    /// The check found damage or disagreement.
    pub const UNSOUND: u8 = 4;
    /// Another process owns the store, or no server runs on it.
    pub const IN_USE: u8 = 5;
    /// Nothing is wrong, but something could be better.
    pub const WARNED: u8 = 6;
}

/// A command's bad end.
#[derive(Debug)]
pub struct Failure {
    pub exit: u8,
    pub line: String,
}

impl Failure {
    pub fn new(exit: u8, line: impl Into<String>) -> Self {
        Self { exit, line: line.into() }
    }

    /// A store that could not be opened.
    pub fn store(place: &str, fault: Fault) -> Self {
        let Self { exit, line } = Self::from(fault);
        let hint = if exit == exit::IN_USE { ". `rihla shutdown` ends a server" } else { "" };
        Self { exit, line: format!("the store {place}: {line}{hint}") }
    }

    /// A copy of a store that could not be written or read.
    pub fn copy(file: &Path, fault: Fault) -> Self {
        let what = match fault.code {
            "RH-STORE-DAMAGED" => "it is no copy of a store, or was damaged since it was written (RH-STORE-DAMAGED)".to_owned(),
            "RH-STORE-NOT-WRITABLE" | "RH-STORE-IO" => format!("it cannot be opened; check that its folder exists and who may use it ({})", fault.code),
            _ => fault.to_string(),
        };
        Self::new(exit::FAILED, format!("the copy {}: {what}", file.display()))
    }

    /// A file or folder that could not be used.
    pub fn path(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(exit::FAILED, format!("{what} {}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.line)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let exit = if fault.code == "RH-STORE-IN-USE" { exit::IN_USE } else { exit::FAILED };
        Self::new(exit, fault.to_string())
    }
}
