//! The socket through which commands reach the server that runs on a store.
//!
//! One order a connection, one line (see [`Order::to_line`] and [`AccountOrder::to_line`]). The answer is lines that begin with a space, then a last line:
//! `done CODE`, or `failed CODE WORDS`. The socket lies in the store's folder and opens to the folder's owner only.

use crate::account_orders::{AccountOrder, obey};
use crate::accounts::Accounts;
use crate::failure::{Failure, exit};
use crate::key_orders::{self, KeyOrder};
use crate::node::Node;
use crate::orders::{Order, execute};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// The longest path that a socket's address holds on Linux is 107 bytes.
const LONGEST_ADDRESS: usize = 100;
/// The longest order.
const LONGEST_LINE: u64 = 8 << 10;
/// How long a caller may take to write its order.
const PATIENCE: Duration = Duration::from_secs(10);

/// The server's side.
pub struct Admin {
    path: PathBuf,
}

impl Admin {
    /// Listens until the process ends. Owning the store, the server may remove what a killed one left.
    pub fn start(node: &Node, accounts: &Accounts, path: &Path, stop: watch::Sender<bool>) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::path("cannot take orders at", path, &error);
        if path.exists() {
            fs::remove_file(path).map_err(failed)?;
        }
        let listener = at_address(path, |path| UnixListener::bind(path)).map_err(failed)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(failed)?;
        let desk = Desk { node: node.clone(), accounts: accounts.clone(), runtime: Handle::current(), stop };
        let thread = std::thread::Builder::new().name("admin".into());
        thread.spawn(move || listener.incoming().flatten().for_each(|stream| desk.answer(&stream))).map_err(failed)?;
        Ok(Self { path: path.to_owned() })
    }

    /// Takes the socket away, so that the next command sees that nobody listens.
    pub fn stop(&self) {
        // If it is gone already, that is what was wanted.
        _ = fs::remove_file(&self.path);
    }
}

/// Where orders are carried out, one after another.
struct Desk {
    node: Node,
    accounts: Accounts,
    runtime: Handle,
    stop: watch::Sender<bool>,
}

impl Desk {
    fn answer(&self, mut stream: &UnixStream) {
        let mut line = String::new();
        let read = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| std::io::Read::take(BufReader::new(stream), LONGEST_LINE).read_line(&mut line));
        let line = if read.is_ok() { line.as_str() } else { "" };
        // A caller that has gone does not stop what it asked for.
        let mut say = |said: &str| _ = writeln!(stream, " {said}");
        let done = match (AccountOrder::parse(line), Order::parse(line), KeyOrder::parse(line)) {
            (Some(order), ..) => self.runtime.block_on(obey(&self.node, &self.accounts, &order, &mut say)),
            (_, Some(order), _) => execute(&self.node, &order, &mut say),
            (.., Some(order)) => key_orders::obey(&self.node, &order, &mut say),
            (None, None, None) => Err(Failure::new(exit::USAGE, "this order is not known; the command and the server may be of different versions")),
        };
        _ = match &done {
            Ok(code) => writeln!(stream, "done {code}"),
            Err(failure) => writeln!(stream, "failed {} {}", failure.exit, failure.line.replace('\n', " ")),
        };
        if Order::parse(line) == Some(Order::Shutdown) {
            self.stop.send_replace(true);
        }
    }
}

/// A connection to the server on this store, if one runs.
pub fn connect(path: &Path) -> Option<UnixStream> {
    at_address(path, |path| UnixStream::connect(path)).ok()
}

/// Gives an order and repeats what the server says.
pub fn ask(mut connection: UnixStream, line: &str, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let broken = |_| Failure::new(exit::FAILED, "the server ended before the order was done");
    writeln!(connection, "{line}").map_err(broken)?;
    for line in BufReader::new(connection).lines() {
        let line = line.map_err(broken)?;
        if let Some(said) = line.strip_prefix(' ') {
            say(said);
        } else if let Some(code) = line.strip_prefix("done ") {
            return code.parse().map_err(|_| Failure::new(exit::FAILED, "the server's answer is not understood"));
        } else if let Some((code, words)) = line.strip_prefix("failed ").and_then(|rest| rest.split_once(' ')) {
            return Err(Failure::new(code.parse().unwrap_or(exit::FAILED), words));
        }
    }
    Err(Failure::new(exit::FAILED, "the server ended before the order was done"))
}

/// Uses a socket by a short name where its own is too long for an address.
fn at_address<T>(path: &Path, with: impl FnOnce(&Path) -> std::io::Result<T>) -> std::io::Result<T> {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if path.as_os_str().len() > LONGEST_ADDRESS => {
            let folder = fs::File::open(folder)?;
            with(&Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name))
        }
        _ => with(path),
    }
}
