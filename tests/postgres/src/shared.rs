//! The server that all tests share, in whichever processes they run.
//!
//! Who uses it holds a lock on its door, which the system lets go of when the process ends, however it ends. The keeper,
//! `shared.sh`, ends the server once it can shut the door.

use crate::{Server, programs_or_skip};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A database of its own on the shared server; gone with its value.
pub struct Database {
    name: String,
}

struct Joined {
    server: Server,
    /// Open until the process ends.
    _door: File,
}

static JOINED: LazyLock<Joined> = LazyLock::new(join);
static NEXT: AtomicU32 = AtomicU32::new(0);

fn open(path: &Path) -> File {
    OpenOptions::new().create(true).truncate(false).write(true).open(path).expect("a file in the temporary folder")
}

/// A folder of this user's own, known to all processes.
fn folder() -> PathBuf {
    let user = std::fs::metadata("/proc/self").expect("Linux").uid();
    let folder = std::env::temp_dir().join(format!("rihla-postgres-{user}"));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    assert_eq!(std::fs::metadata(&folder).expect("there").uid(), user, "{} is somebody else's", folder.display());
    folder
}

fn join() -> Joined {
    let (bin, folder) = (programs_or_skip(), folder());
    let door = open(&folder.join("door"));
    loop {
        door.lock_shared().expect("a lock");
        if serves(&folder) {
            let run = folder.join("run");
            return Joined { server: Server { data: run.join("data"), socket: run, bin, port: 5432 }, _door: door };
        }
        door.unlock().expect("unlocked");
        door.lock().expect("a lock");
        if !serves(&folder) {
            begin(&folder, &bin);
        }
        door.unlock().expect("unlocked");
    }
}

fn serves(folder: &Path) -> bool {
    folder.join("ready").exists() && matches!(open(&folder.join("keeper")).try_lock(), Err(TryLockError::WouldBlock))
}

#[allow(clippy::zombie_processes, reason = "it outlives whoever began it")]
fn begin(folder: &Path, bin: &Path) {
    let mut command = Command::new("sh");
    command.arg("-c").arg(include_str!("shared.sh")).arg("sh").arg(folder).arg(bin);
    // In a group of its own: it outlives the test that happened to come first.
    let mut keeper = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0).spawn().expect("a shell");
    let mut heard = String::new();
    BufReader::new(keeper.stdout.take().expect("piped")).read_line(&mut heard).expect("read");
    assert_eq!(heard, "ready\n", "PostgreSQL did not start; see {}", folder.join("run/log").display());
}

impl Database {
    /// An empty one. Without PostgreSQL the test is skipped, but where everything has to run.
    pub fn fresh() -> Self {
        Self::make("")
    }

    /// A copy of another one, which nobody has open.
    pub fn copy_of(url: &str) -> Self {
        let name = url.split('?').next().and_then(|path| path.rsplit('/').next()).expect("an address");
        Self::make(&format!("TEMPLATE {name}"))
    }

    fn make(how: &str) -> Self {
        // An earlier process of this number has ended.
        let name = format!("record_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let mut psql = JOINED.server.tool("psql", "postgres");
        psql.args(["-v", "ON_ERROR_STOP=1", "-qXc", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), "-c", &format!("CREATE DATABASE {name} {how}")]);
        assert!(psql.stderr(Stdio::null()).status().expect("psql").success());
        Self { name }
    }

    pub fn url(&self) -> String {
        self.server().url(&self.name)
    }

    pub fn server(&self) -> &'static Server {
        &JOINED.server
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn sql(&self, sql: &str) -> String {
        self.server().sql(&self.name, sql)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What cannot be dropped goes with the server.
        let mut psql = self.server().tool("psql", "postgres");
        _ = psql.args(["-qXc", &format!("DROP DATABASE {} WITH (FORCE)", self.name)]).stderr(Stdio::null()).status();
    }
}
