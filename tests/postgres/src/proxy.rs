//! A line to a server that can be held or cut at the moment that a test needs.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// Stands between a program and a server, on a socket of its own.
pub struct Proxy {
    folder: PathBuf,
    state: Arc<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Pass,
    /// What is asked goes on; what is answered waits.
    Hold,
    /// Nobody comes through.
    Cut,
}

struct State {
    mode: Mutex<Mode>,
    changed: Condvar,
    /// Ends of the lines that are open, on either side.
    open: Mutex<Vec<UnixStream>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Proxy {
    pub fn to(server: &Path) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::temp_dir().join(format!("rihla-line-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).expect("a socket");
        let state = Arc::new(State { mode: Mutex::new(Mode::Pass), changed: Condvar::new(), open: Mutex::default() });
        let (own, server) = (state.clone(), server.to_path_buf());
        // It waits for the next line until the process ends.
        std::thread::spawn(move || listener.incoming().flatten().for_each(|line| own.connect(line, &server)));
        Self { folder, state }
    }

    /// The address of a database by this line.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://rihla@localhost:5432/{database}?host={}", self.folder.display())
    }

    pub fn pass(&self) {
        self.state.turn(Mode::Pass);
    }

    /// What is asked from now on reaches the server; its answers wait.
    pub fn hold_answers(&self) {
        self.state.turn(Mode::Hold);
    }

    /// Breaks every line, and lets no new one through. Answers that waited are lost.
    pub fn cut(&self) {
        self.state.turn(Mode::Cut);
        for end in lock(&self.state.open).drain(..) {
            _ = end.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl State {
    fn turn(&self, mode: Mode) {
        *lock(&self.mode) = mode;
        self.changed.notify_all();
    }

    fn connect(self: &Arc<Self>, line: UnixStream, server: &Path) {
        if *lock(&self.mode) == Mode::Cut {
            return;
        }
        let Ok(far) = UnixStream::connect(server) else { return };
        let copy = |stream: &UnixStream| stream.try_clone().expect("a socket");
        lock(&self.open).extend([copy(&line), copy(&far)]);
        let (asked, answered) = ((copy(&line), copy(&far)), (far, line));
        let state = self.clone();
        std::thread::spawn(move || carry(asked.0, asked.1, || true));
        std::thread::spawn(move || carry(answered.0, answered.1, || state.may_answer()));
    }

    /// Waits while answers are held.
    fn may_answer(&self) -> bool {
        let mode = self.changed.wait_while(lock(&self.mode), |mode| *mode == Mode::Hold);
        *mode.unwrap_or_else(|poisoned| poisoned.into_inner()) == Mode::Pass
    }
}

/// Carries bytes from one end to the other as long as both are there.
fn carry(mut from: UnixStream, mut to: UnixStream, may: impl Fn() -> bool) {
    let mut bytes = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        let piece = bytes.get(..read).unwrap_or_default();
        if !may() || to.write_all(piece).is_err() {
            break;
        }
    }
    _ = from.shutdown(Shutdown::Both);
    _ = to.shutdown(Shutdown::Both);
}
