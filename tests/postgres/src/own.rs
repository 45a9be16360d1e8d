//! A server for one test alone.

use crate::{Server, programs_or_skip};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::ops::Deref;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// How a server of a test's own is set up.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// What is acknowledged is on the disk, as in production.
    pub durable: bool,
    /// Its tables are on a disk of so many MiB, which can be filled; 0: the machine's. Needs the right to mount.
    pub disk: u32,
    /// The log of what is written ahead is on that disk too.
    pub log_too: bool,
    /// Whether it listens on 127.0.0.1 too.
    pub listens: bool,
    /// Lines of `pg_hba.conf`; empty: everybody is let in.
    pub lets_in: String,
    /// Settings, as in `max_connections=20`.
    pub settings: Vec<String>,
}

/// A server that ends with its value, or with this process however that ends.
pub struct Own {
    server: Server,
    guard: Child,
    /// While this is open the server runs.
    tell: Option<ChildStdin>,
    heard: BufReader<ChildStdout>,
}

impl Deref for Own {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Setup {
    pub fn start(self) -> Own {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let bin = programs_or_skip();
        let folder = std::env::temp_dir().join(format!("rihla-pg-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        // Free a moment ago; the socket is named after it too.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = Command::new("sh");
        command.arg("-c").arg(include_str!("own.sh")).arg("sh").arg(&folder).arg(&bin).arg(self.disk.to_string());
        command.arg(if self.log_too { "within" } else { "beside" }).arg(port.to_string()).arg(&self.lets_in);
        let fixed = [
            format!("fsync={}", if self.durable { "on" } else { "off" }),
            format!("listen_addresses={}", if self.listens { "127.0.0.1" } else { "" }),
            "max_connections=300".into(),
        ];
        for setting in fixed.iter().chain(&self.settings) {
            command.arg("-c").arg(setting);
        }
        // In a group of its own: who ends the test with all of its group leaves the guard to tidy up.
        let mut guard = command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0).spawn().expect("a shell");
        let (tell, heard) = (guard.stdin.take(), BufReader::new(guard.stdout.take().expect("piped")));
        let mut own = Own { server: Server { data: folder.join("data"), socket: folder, bin, port }, guard, tell, heard };
        own.wait();
        own
    }
}

impl Own {
    fn wait(&mut self) {
        let mut line = String::new();
        self.heard.read_line(&mut line).expect("read");
        if line == "no disk\n" {
            // Whether a machine lets its tests do so is not theirs to say.
            eprintln!("skipped: no right to mount a small disk");
            std::process::exit(0);
        }
        assert_eq!(line, "ready\n", "PostgreSQL did not start");
    }

    /// Ends the server as a power cut ends a process.
    pub fn kill(&self) {
        let pid = std::fs::read_to_string(self.data.join("postmaster.pid")).expect("runs");
        let pid = pid.lines().next().expect("a number").to_string();
        let children = Command::new("pgrep").args(["-P", &pid]).output().expect("pgrep").stdout;
        let all: Vec<&str> = std::iter::once(pid.as_str()).chain(std::str::from_utf8(&children).expect("numbers").split_whitespace()).collect();
        // Some may have ended by themselves when the first one did.
        Command::new("kill").arg("-9").args(&all).stderr(Stdio::null()).status().expect("kill");
    }

    /// From now on nothing is written down that nobody waits for, until the server is killed.
    pub fn dawdle(&self) {
        let pids = self.sql("postgres", "SELECT pid FROM pg_stat_activity WHERE backend_type IN ('walwriter', 'background writer')");
        assert!(Command::new("kill").arg("-STOP").args(pids.split_whitespace()).status().expect("kill").success());
    }

    /// Starts it again after it was killed.
    pub fn restart(&mut self) {
        self.tell.as_mut().expect("open").write_all(b"start\n").expect("told");
        self.wait();
    }

    pub fn make_database(&self, name: &str) -> String {
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url(name)
    }

    /// An address by the network, for one who has to name themselves.
    pub fn address(&self, login: &str, database: &str) -> String {
        format!("postgres://{login}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.tell = None;
        // Until the guard has tidied up.
        _ = self.heard.read_to_end(&mut Vec::new());
        _ = self.guard.wait();
    }
}
