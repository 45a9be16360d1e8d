//! Entries on their way to an audit repository of others, over TLS, only where an operator names one.
//!
//! How far they are is operational state of the store: what a repository misses while it is away, or while this server is
//! down, goes when it is back. Nobody acknowledges syslog, so a batch counts as sent when its line still stands a moment
//! later; after a broken line it is sent again, and a repository knows by the frame's identity what it has already.

use crate::failure::{Failure, exit};
use crate::node::Node;
use rihla_audit::atna::frame;
use rihla_audit::{event_id, place_of_id};
use rihla_kernel::Fault;
use rihla_store::trail::TrailPlace;
use rihla_store_postgres::tls::{Papers, Tls, TlsConfig, config, connect};
use std::io::{self, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// Where the repository is, and by what the two know each other.
#[derive(Clone, Debug)]
pub struct Repository {
    /// `HOST:PORT`.
    pub address: String,
    /// The authority that vouches for it.
    pub authority: PathBuf,
    /// The node's own certificate and key, where it asks for them.
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

/// Entries sent together.
const BATCH: usize = 500;
/// How long it is waited for more.
const PAUSE: Duration = Duration::from_secs(2);
/// The longest pause between two tries to reach a repository that is away.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a line has to stand after a batch.
const STANDS: Duration = Duration::from_millis(300);
/// How far the sending is.
const MARK: &str = "audit:atna";

/// What sends.
pub struct Sender {
    node: Node,
    host: String,
    port: u16,
    config: Arc<TlsConfig>,
    after: TrailPlace,
    line: Option<Tls>,
}

impl Sender {
    /// The first time it begins with what comes next: a repository that is named today is not sent years of entries.
    pub fn open(node: &Node, repository: &Repository) -> Result<Self, Failure> {
        let wrong = |why: String| Failure::new(exit::USAGE, format!("--atna {}: {why}", repository.address));
        let (host, port) = repository.address.rsplit_once(':').ok_or_else(|| wrong("write HOST:PORT".into()))?;
        let port = port.parse().map_err(|_| wrong("write HOST:PORT".into()))?;
        let papers = Papers { mode: None, roots: Some(repository.authority.clone()), certificate: repository.certificate.clone(), key: repository.key.clone() };
        let config = config(&papers).map_err(|fault| wrong(format!("--atna-ca, --atna-cert or --atna-key: {}", fault.text)))?;
        let kept = node.store.mark(MARK)?.and_then(|bytes| place_of_id(&String::from_utf8_lossy(&bytes)));
        let after = match kept {
            Some(place) => place,
            None => TrailPlace { link: node.store.trail_end()?.0, entry: u32::MAX },
        };
        Ok(Self { node: node.clone(), host: host.to_owned(), port, config, after, line: None })
    }

    /// Sends what there is; whether there may be more. The faults of a repository that is away are its own.
    pub fn send_some(&mut self, runtime: &Handle) -> Result<bool, Unsent> {
        let entries = self.node.store.follow_trail(self.after, BATCH)?;
        let Some(last) = entries.last().map(|seen| seen.place) else { return Ok(false) };
        let source = format!("rihla-{}", self.node.backend.shared().node().get());
        let bytes: Vec<u8> = entries.iter().flat_map(|seen| frame(seen, &source)).collect();
        self.put(&bytes).inspect_err(|_| self.line = None)?;
        let mark = vec![(MARK.to_owned(), event_id(last).into_bytes())];
        runtime.block_on(self.node.for_task("audit-atna").commit(Vec::new(), Vec::new(), mark))?;
        self.after = last;
        Ok(entries.len() == BATCH)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut line = match self.line.take() {
            Some(line) => line,
            None => connect(&self.host, self.port, &self.config)?,
        };
        line.write_all(bytes).and_then(|()| line.flush())?;
        line.sock.set_read_timeout(Some(STANDS))?;
        match line.read(&mut [0; 64]) {
            Ok(0) => return Err(ErrorKind::ConnectionAborted.into()),
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return Err(error),
            // A repository says nothing; what one says is not listened to.
            Ok(_) | Err(_) => {}
        }
        self.line = Some(line);
        Ok(())
    }
}

/// Why nothing was sent.
#[derive(Debug)]
pub enum Unsent {
    /// The repository is away, or has not proven its name.
    Away(io::Error),
    Store(Fault),
}

impl From<io::Error> for Unsent {
    fn from(error: io::Error) -> Self {
        Self::Away(error)
    }
}

impl From<Fault> for Unsent {
    fn from(fault: Fault) -> Self {
        Self::Store(fault)
    }
}

/// Sends until the server ends.
pub fn send_all(mut sender: Sender, mut stopped: watch::Receiver<bool>, runtime: &Handle) {
    let mut pause = PAUSE;
    let mut away = false;
    loop {
        match sender.send_some(runtime) {
            Ok(more) => {
                if away {
                    tracing::info!("the audit repository is back");
                }
                (away, pause) = (false, if more { Duration::ZERO } else { PAUSE });
            }
            Err(unsent) => {
                if !away {
                    tracing::warn!("the audit repository is not reached; entries wait: {unsent:?}");
                }
                (away, pause) = (true, (pause * 2).clamp(PAUSE, PATIENCE));
            }
        }
        let told = runtime.block_on(async { tokio::time::timeout(pause, stopped.wait_for(|told| *told)).await.is_ok() });
        if told {
            return;
        }
    }
}
