//! A PostgreSQL of the tests' own, from the system's package: in a temporary folder, on a socket, gone with the tests.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

pub struct Server {
    folder: PathBuf,
    bin: PathBuf,
    guard: Child,
    /// While this is open the server runs, whatever becomes of the tests.
    tell: Option<ChildStdin>,
}

/// Runs the server as an unprivileged user, starts it again when told to, and ends it when nobody is there to tell.
const GUARD: &str = r#"
folder=$1 bin=$2 fsync=$3
if [ "$(id -u)" = 0 ]; then as() { runuser -u postgres -- "$@"; }; else as() { "$@"; }; fi
mkdir "$folder" && if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
as "$bin/initdb" -D "$folder/data" -A trust -U rihla -E UTF8 --locale=C --no-sync >/dev/null || exit 1
start() {
  rm -f "$folder/data/postmaster.pid"
  as "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c "fsync=$fsync" -c max_connections=300 -c shared_buffers=64MB >>"$folder/log" 2>&1 &
  until as "$bin/pg_isready" -q -h "$folder" -d postgres -U rihla; do sleep 0.05; done
  echo ready
}
start
while read -r _; do start; done
kill -INT "$(head -n 1 "$folder/data/postmaster.pid")"; wait
rm -rf "$folder"
"#;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Where the system's package keeps its programs; the newest version.
fn programs() -> Option<PathBuf> {
    let found = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin"));
    found.filter(|bin| bin.join("initdb").exists()).max()
}

impl Server {
    /// `durable`: what is acknowledged is on the disk, as in production.
    pub fn start(durable: bool) -> Option<Self> {
        let bin = programs()?;
        let folder = std::env::temp_dir().join(format!("rihla-pg-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        let mut command = Command::new("sh");
        command.arg("-c").arg(GUARD).arg("sh").arg(&folder).arg(&bin).arg(if durable { "on" } else { "off" });
        let mut guard = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let tell = guard.stdin.take();
        let server = Self { folder, bin, guard, tell };
        Some(server.ready())
    }

    fn ready(mut self) -> Self {
        let mut heard = String::new();
        let mut out = BufReader::new(self.guard.stdout.take().expect("piped"));
        out.read_line(&mut heard).expect("read");
        assert_eq!(heard, "ready\n", "PostgreSQL did not start");
        self.guard.stdout = Some(out.into_inner());
        self
    }

    /// Ends the server as a power cut ends a process, and starts it again.
    pub fn kill_and_restart(&mut self) {
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).expect("runs");
        let pid = pid.lines().next().expect("a number").to_string();
        let children = Command::new("pgrep").args(["-P", &pid]).output().expect("pgrep").stdout;
        let all: Vec<&str> = std::iter::once(pid.as_str()).chain(std::str::from_utf8(&children).expect("numbers").split_whitespace()).collect();
        // Some may have ended by themselves when the first one did.
        Command::new("kill").arg("-9").args(&all).stderr(Stdio::null()).status().expect("kill");
        self.tell.as_mut().expect("open").write_all(b"start\n").expect("told");
        let mut heard = [0; 6];
        std::io::Read::read_exact(self.guard.stdout.as_mut().expect("piped"), &mut heard).expect("started again");
    }

    pub fn make_database(&self) -> String {
        let name = format!("record_{}", NEXT.fetch_add(1, Ordering::SeqCst));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        name
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://rihla@localhost/{database}?host={}", self.folder.display())
    }

    /// What psql answers, unadorned.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let output = self.tool("psql", database).args(["-v", "ON_ERROR_STOP=1", "-qAtc", sql]).output().expect("psql");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim_end().to_string()
    }

    pub fn run_file(&self, database: &str, file: &Path) {
        assert!(self.tool("psql", database).args(["-v", "ON_ERROR_STOP=1", "-qXf"]).arg(file).status().expect("psql").success());
    }

    pub fn copy(&self, from: &str, to: &str) {
        let mut dump = self.tool("pg_dump", from).stdout(Stdio::piped()).spawn().expect("pg_dump");
        let whole = dump.stdout.take().expect("piped");
        let loaded = self.tool("psql", to).args(["-v", "ON_ERROR_STOP=1", "-qXo", "/dev/null"]).stdin(whole).status().expect("psql");
        assert!(loaded.success() && dump.wait().expect("ended").success());
    }

    fn tool(&self, name: &str, database: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.arg("-h").arg(&self.folder).args(["-U", "rihla", "-d", database]);
        command
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

impl Server {
    /// Ends the server and removes its folder.
    pub fn stop(&mut self) {
        self.tell = None;
        let _ = self.guard.wait();
    }
}

/// The server that all stories of this process share. It never ends before the process: the guard sees to the rest.
static SHARED: LazyLock<Mutex<Option<&'static Server>>> = LazyLock::new(|| Mutex::new(Server::start(false).map(|server| &*Box::leak(Box::new(server)))));

/// The shared server; without PostgreSQL the process ends here, saying so, but where everything has to run.
pub fn shared() -> &'static Server {
    let found = *SHARED.lock().expect("no test panics here");
    found.unwrap_or_else(|| skip())
}

pub fn skip() -> ! {
    assert!(std::env::var_os("CI").is_none(), "PostgreSQL is missing: apt-get install postgresql");
    eprintln!("skipped: PostgreSQL is missing (apt-get install postgresql)");
    std::process::exit(0)
}
