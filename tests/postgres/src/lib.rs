//! PostgreSQL for tests, from the system's package, in temporary folders: one server that all tests share, each with a
//! database of its own, and servers for one test alone that may be killed, filled up or locked. None outlives its tests.
//!
//! For tests only; what goes wrong here ends the test.

#![allow(clippy::expect_used, reason = "only tests use this crate")]

mod own;
mod proxy;
mod session;
mod shared;

pub use own::{Own, Setup};
pub use proxy::Proxy;
pub use session::Session;
pub use shared::Database;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where a server is, and with which programs to ask it.
#[derive(Clone, Debug)]
pub struct Server {
    /// The folder of its socket.
    socket: PathBuf,
    data: PathBuf,
    bin: PathBuf,
    port: u16,
}

/// Where the system's package keeps its programs; the newest version.
fn programs() -> Option<PathBuf> {
    let found = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin"));
    found.filter(|bin| bin.join("initdb").exists()).max()
}

/// Ends the test process, saying why; where everything has to run that is a failure.
pub fn skip(missing: &str) -> ! {
    assert!(std::env::var_os("CI").is_none(), "missing: {missing}");
    eprintln!("skipped: {missing}");
    std::process::exit(0)
}

fn programs_or_skip() -> PathBuf {
    programs().unwrap_or_else(|| skip("PostgreSQL (apt-get install postgresql)"))
}

impl Server {
    /// The address of a database, by the server's socket.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://rihla@localhost:{}/{database}?host={}", self.port, self.socket.display())
    }

    /// What psql answers, unadorned.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let output = self.tool("psql", database).args(["-v", "ON_ERROR_STOP=1", "-qAtXc", sql]).output().expect("psql");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim_end().to_string()
    }

    /// Whether a statement succeeds.
    pub fn does(&self, database: &str, sql: &str) -> bool {
        let mut psql = self.tool("psql", database);
        psql.args(["-v", "ON_ERROR_STOP=1", "-qAtXc", sql]).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("psql").success()
    }

    pub fn run_file(&self, database: &str, file: &Path) {
        assert!(self.tool("psql", database).args(["-v", "ON_ERROR_STOP=1", "-qXf"]).arg(file).status().expect("psql").success());
    }

    /// The copy of operators: `pg_dump`, read in again.
    pub fn copy(&self, from: &str, to: &str) {
        let mut dump = self.tool("pg_dump", from).stdout(Stdio::piped()).spawn().expect("pg_dump");
        let whole = dump.stdout.take().expect("piped");
        let loaded = self.tool("psql", to).args(["-v", "ON_ERROR_STOP=1", "-qXo", "/dev/null"]).stdin(whole).status().expect("psql");
        assert!(loaded.success() && dump.wait().expect("ended").success());
    }

    fn tool(&self, name: &str, database: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.arg("-h").arg(&self.socket).args(["-p", &self.port.to_string(), "-U", "rihla", "-d", database]);
        command
    }

    /// The file of its socket.
    pub fn socket(&self) -> PathBuf {
        self.socket.join(format!(".s.PGSQL.{}", self.port))
    }

    /// The folder of its tables.
    pub fn data(&self) -> &Path {
        &self.data
    }
}
