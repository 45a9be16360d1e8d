//! What comes: a line that keeps messages before it answers for them, and a worker that files them.

use super::file::{Bounds, Inbound, Writes};
use super::likeness::ByPack;
use super::record::OfChannel;
use super::{Opened, lines};
use crate::edge::{self, Tls};
use crate::failure::{Failure, exit};
use crate::node::Node;
use jiff::tz::TimeZone;
use rihla_exchange::intake::{Intake, Rules};
use rihla_exchange::line::{ServerLimits, Wrap, serve};
use rihla_exchange::queue::{Direction, Queue, QueueLimits};
use rihla_exchange::reconcile::Trust;
use rihla_exchange::work::{BackOff, Step, Worker};
use rihla_exchange::{Patients, Settings, Stays};
use rihla_exchange_console::Channel;
use rihla_hl7v2::Limits;
use rihla_identity::Vault;
use rihla_kernel::{Clock, Fault, Instant};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long a message waits that could not be filed: at first, and at most. Milliseconds.
const BACK_OFF: BackOff = BackOff { first: 1_000, most: 300_000 };
/// How long a worker waits after its queue itself could not be read or written.
const BREATH: Duration = Duration::from_secs(5);

/// How often the journal is swept.
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A channel that is ready.
pub struct In {
    listener: TcpListener,
    wrap: Arc<dyn Wrap>,
    pub tls: Option<Arc<Tls>>,
    intake: Arc<Intake>,
    limits: ServerLimits,
    worker: Worker,
    clock: Arc<dyn Clock>,
    keep_days: Option<u16>,
    /// Where senders are told what became of their messages.
    answers: Option<Arc<Queue>>,
}

impl In {
    /// `answers`: the line by which senders are told what became of their messages, if there is one.
    pub async fn open(opened: &Opened<'_>, channel: &Inbound, beside: &Path, answers: Option<Arc<Queue>>) -> Result<(Self, Channel), Failure> {
        let name = channel.name.get_ref().0.as_str();
        let (wrap, tls) = lines::inbound(channel, beside)?;
        let Opened { node, production, vault } = opened;
        let listener = TcpListener::bind(channel.listen.0).await;
        let listener = listener.map_err(|error| Failure::new(exit::FAILED, format!("the channel {name} at {}: {error}", channel.listen.0)))?;
        let bound = listener.local_addr().map_err(|error| Failure::new(exit::FAILED, format!("the channel {name}: {error}")))?;
        let Bounds { bytes, segments, waiting, attempts, .. } = channel.limits;
        let limits = Limits { bytes, segments };
        let settings = settings(channel, node);
        let vault: Arc<dyn Vault> = vault.clone();
        let queue = Arc::new(Queue::open(vault, node.clock.clone(), Direction::In, name, QueueLimits { waiting, notes_ends: answers.is_some() })?);
        let usual = if *production { "P" } else { "T" };
        let processing = channel.processing.clone().unwrap_or_else(|| vec![usual.to_owned()]);
        let rules = Rules { charset: channel.charset.0, limits, kinds: channel.kinds.clone(), processing };
        let intake = Arc::new(Intake { queue: queue.clone(), settings: settings.clone(), rules, clock: node.clock.clone() });
        let worker = Worker {
            queue: queue.clone(),
            record: Arc::new(OfChannel::new((*node).clone(), name, channel.live, settings.clone())),
            settings: settings.clone(),
            charset: channel.charset.0,
            limits,
            trust: trust(channel),
            likeness: Arc::new(ByPack::new(&node.pack)),
            back_off: BACK_OFF,
            attempts,
        };
        let shown = Channel {
            name: name.to_owned(),
            direction: Direction::In,
            address: bound.to_string(),
            queue,
            settings: Some(settings),
            charset: channel.charset.0,
            limits,
        };
        Ok((
            Self {
                listener,
                wrap,
                tls,
                intake,
                limits: server_limits(&channel.limits),
                worker,
                clock: node.clock.clone(),
                keep_days: channel.limits.keep_days,
                answers,
            },
            shown,
        ))
    }

    /// Serves and files until the server ends.
    pub fn start(self, tasks: &mut JoinSet<()>, stopped: &watch::Receiver<bool>) {
        let Self { listener, wrap, intake, limits, worker, clock, keep_days, answers, .. } = self;
        if let Some(answers) = answers {
            tasks.spawn(tell(worker.queue.clone(), intake.clone(), answers, stopped.clone()));
        }
        tasks.spawn(serve(listener, wrap, intake, limits, stopped.clone()));
        if let Some(days) = keep_days {
            tasks.spawn(sweep(worker.queue.clone(), clock.clone(), days, stopped.clone()));
        }
        tasks.spawn(work(worker, clock, stopped.clone()));
    }
}

fn server_limits(bounds: &Bounds) -> ServerLimits {
    ServerLimits {
        connections: bounds.connections.max(1),
        frame: bounds.bytes,
        idle: Duration::from_secs(bounds.idle_seconds),
        piece: Duration::from_secs(bounds.piece_seconds),
    }
}

fn trust(channel: &Inbound) -> Trust {
    if channel.live { Trust::Live { keeps_patients: channel.patients == Writes::Kept } } else { Trust::Filling }
}

fn settings(channel: &Inbound, node: &Node) -> Settings {
    let of_site = || TimeZone::get(&node.zone).unwrap_or(TimeZone::UTC);
    let zone = channel.zone.as_ref().map_or_else(of_site, |zone| zone.0.clone());
    let mut settings = Settings::of_sender(&format!("urn:rihla:channel:{}", channel.name.get_ref().0), zone);
    settings.systems = channel.systems.clone();
    settings.usual_system = channel.usual_system.clone();
    settings.places.clone_from(&channel.places);
    settings.patients = if channel.patients == Writes::Named { Patients::Named } else { Patients::Written };
    settings.stays = if channel.stays_named { Stays::Named } else { Stays::Written };
    if let Some(types) = &channel.patient_types {
        settings.patient_types.clone_from(types);
    }
    settings
}

/// Takes what is done with out of the journal once it is older than so many days, until told to stop.
async fn sweep(queue: Arc<Queue>, clock: Arc<dyn Clock>, days: u16, mut stopped: watch::Receiver<bool>) {
    loop {
        match queue.sweep(Instant(clock.now().0 - i64::from(days) * DAY)).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!("{gone} messages left the journal of a channel after {days} days"),
            Err(fault) => tracing::error!(code = fault.code, "the journal of a channel: {}", fault.text),
        }
        tokio::select! {
            () = edge::told(&mut stopped) => return,
            () = tokio::time::sleep(HOUR) => {}
        }
    }
}

/// Tells senders what became of their messages, by the line that the file names, until told to stop.
async fn tell(queue: Arc<Queue>, intake: Arc<Intake>, answers: Arc<Queue>, mut stopped: watch::Receiver<bool>) {
    let mut changes = queue.changes();
    loop {
        changes.mark_unchanged();
        let done = told(&queue, &intake, &answers).await;
        if let Err(fault) = &done {
            tracing::error!(code = fault.code, "what became of a channel's messages is not told: {}", fault.text);
        }
        tokio::select! {
            () = edge::told(&mut stopped) => return,
            changed = changes.changed(), if done.is_ok() => if changed.is_err() { return },
            () = tokio::time::sleep(BREATH), if done.is_err() => {}
        }
    }
}

/// What was decided since. An answer that is kept twice has one control id and one content, and goes once.
async fn told(queue: &Queue, intake: &Intake, answers: &Arc<Queue>) -> Result<(), Fault> {
    for (seq, letter) in queue.ended()? {
        if let Some(answer) = intake.outcome(&letter) {
            answers.accept(answer).await?;
        }
        queue.told(seq).await?;
    }
    Ok(())
}

async fn work(worker: Worker, clock: Arc<dyn Clock>, mut stopped: watch::Receiver<bool>) {
    let mut changes = worker.queue.changes();
    loop {
        if *stopped.borrow() {
            return;
        }
        changes.mark_unchanged();
        let mut wait = None;
        match worker.step().await {
            Ok(Step::Idle | Step::Later(..)) => {}
            Ok(_) => continue,
            Err(fault) => {
                tracing::error!(code = fault.code, "a channel's messages wait: {}", fault.text);
                wait = Some(BREATH);
            }
        }
        let due = worker.queue.due().map(|at| Duration::from_millis(u64::try_from(at.0 - clock.now().0).unwrap_or(0)));
        let wait = wait.or(due);
        tokio::select! {
            () = edge::told(&mut stopped) => return,
            changed = changes.changed(), if wait != Some(BREATH) => if changed.is_err() { return },
            () = tokio::time::sleep(wait.unwrap_or(BREATH)), if wait.is_some() => {}
        }
    }
}
