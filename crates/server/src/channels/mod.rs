//! Channels of messages: `--channels FILE` (`docs/runbooks/hl7-channels.md`), and what runs while the server does.

mod file;
mod inbound;
mod likeness;
mod lines;
mod outbound;
mod record;

use crate::edge::Tls;
use crate::failure::Failure;
use crate::node::Node;
use inbound::In;
use outbound::Out;
pub use rihla_exchange_console::Console;
use rihla_identity::RecordVault;
use rihla_web::World;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What every channel is opened with.
struct Opened<'o> {
    node: &'o Node,
    /// Patients are real.
    production: bool,
    vault: Arc<RecordVault>,
}

/// All channels of a server: their lines are bound, and nothing is taken yet.
#[derive(Default)]
pub struct Channels {
    inbound: Vec<In>,
    outbound: Vec<Out>,
    console: Console,
}

impl Channels {
    /// Reads the file, if one is named, and opens what it names: all or nothing.
    pub async fn open(node: &Node, world: World, file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file else { return Ok(Self::default()) };
        let named = file::read(path)?;
        let beside = path.parent().unwrap_or(Path::new(""));
        let opened = Opened { node, production: world == World::Production, vault: Arc::new(RecordVault::new(node.store.clone())) };
        let (mut inbound, mut outbound, mut shown, mut going) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for channel in &named.outbound {
            let (one, told) = Out::open(&opened, channel, beside)?;
            outbound.extend(one);
            going.push(told);
        }
        for channel in &named.inbound {
            let line = |name: &String| outbound.iter().find(|one: &&Out| one.name() == name).map(Out::queue);
            let (one, told) = In::open(&opened, channel, beside, channel.answers.as_ref().and_then(line)).await?;
            inbound.push(one);
            shown.push(told);
        }
        shown.append(&mut going);
        Ok(Self { inbound, outbound, console: Console::new(shown) })
    }

    /// What the pages show.
    pub fn console(&self) -> Console {
        self.console.clone()
    }

    /// Certificates that are read again when the operator says so.
    pub fn certificates(&self) -> impl Iterator<Item = Arc<Tls>> {
        self.inbound.iter().filter_map(|one| one.tls.clone())
    }

    /// Takes, files and sends until the server ends.
    pub fn start(self, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        self.inbound.into_iter().for_each(|one| one.start(&mut tasks, stopped));
        self.outbound.into_iter().for_each(|one| one.start(&mut tasks, stopped));
        tasks
    }
}
