//! The one listener to the feed, and those who listen to it.

use super::address::{Address, Wanted};
use super::events::{self, Events};
use crate::desk::Desk;
use crate::house::House;
use crate::session;
use axum::body::Bytes;
use rihla_kernel::{Fault, Lang};
use rihla_store::PlatformChange;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Events that may wait for a page; a page that does not take them begins again.
const WAITING: usize = 16;
/// Changes of so short a time are sent as one.
const GATHER: Duration = Duration::from_millis(15);
/// How often a silent connection hears something.
const STILL_HERE: Duration = Duration::from_secs(20);
/// Changes read at once.
const BATCH: usize = 512;
/// More changes than this since a page was written: it gets all its parts again instead of looking through them.
const LOOK_BACK: usize = 4096;

/// Everyone who listens.
#[derive(Default)]
pub struct Hub(Mutex<Vec<Listener>>);

struct Listener {
    desk: Desk,
    parts: Vec<Wanted>,
    out: mpsc::Sender<Bytes>,
}

/// Markup that several listeners share: part, patient, language, role, rights.
type Shared = HashMap<(&'static str, String, Lang, String, u64), Option<(u64, Bytes)>>;

impl Hub {
    /// Takes in a page. What changed since it was written is its first news.
    pub(super) fn join(&self, desk: Desk, address: Address) -> Events {
        let (out, events) = mpsc::channel(WAITING);
        let mut listener = Listener { desk, parts: address.parts, out };
        let mut listeners = self.lock();
        // Under the lock, so that a change falls on one side or the other and none between.
        if let Err(fault) = listener.catch_up(address.since) {
            tracing::error!(code = fault.code, "live: {}", fault.text);
        } else {
            listeners.push(listener);
        }
        Events(events)
    }

    /// Ends every connection.
    pub fn close(&self) {
        self.lock().clear();
    }

    pub fn listeners(&self) -> usize {
        self.lock().len()
    }

    fn tell(&self, changes: &[PlatformChange], tick: u32) {
        let mut shared = Shared::new();
        self.lock().retain_mut(|listener| listener.tell(changes, tick, &mut shared));
    }

    fn still_here(&self) {
        // A page that has not even taken this is told by the next change.
        self.lock().retain(|listener| !matches!(listener.out.try_send(events::STILL_HERE), Err(mpsc::error::TrySendError::Closed(_))));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Listener>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    fn catch_up(&mut self, since: u32) -> Result<(), Fault> {
        let house = self.desk.house.clone();
        let (mut after, mut seen) = (since, Vec::new());
        loop {
            let (changes, reached) = house.store().feed_for_platform(after, BATCH)?;
            let end = reached == after;
            after = reached;
            seen.extend(changes);
            if end || seen.len() > LOOK_BACK {
                break;
            }
        }
        let tick = *house.store().ticks().borrow();
        let everything = seen.len() > LOOK_BACK;
        let mut shared = Shared::new();
        _ = self.out.try_send(events::reached(tick));
        let Self { desk, parts, out } = self;
        for wanted in parts {
            if everything || seen.iter().any(|change| desk.record.may_see(change) && wanted.is_touched_by(change)) {
                send(desk, wanted, out, tick, &mut shared);
            }
        }
        Ok(())
    }

    /// Sends the parts that changed; `false`: this page is gone, or has to begin again.
    fn tell(&mut self, changes: &[PlatformChange], tick: u32, shared: &mut Shared) -> bool {
        if self.out.is_closed() {
            return false;
        }
        let Self { desk, parts, out } = self;
        let mut known_open = false;
        for wanted in parts {
            let touched = changes.iter().any(|change| wanted.is_touched_by(change) && desk.record.may_see(change));
            if !touched {
                continue;
            }
            if !known_open && !session::is_open(&desk.house, &desk.person) {
                return false;
            }
            known_open = true;
            if !send(desk, wanted, out, tick, shared) {
                return false;
            }
        }
        true
    }
}

fn send(desk: &Desk, wanted: &mut Wanted, out: &mpsc::Sender<Bytes>, tick: u32, shared: &mut Shared) -> bool {
    let (lang, role) = desk.view();
    let key = (wanted.part.name, wanted.about.clone(), lang, role.to_owned(), desk.record.scope_fingerprint());
    let made = shared.entry(key).or_insert_with(|| render(desk, wanted, tick));
    let Some((hash, bytes)) = made else { return true };
    if wanted.last == *hash {
        return true;
    }
    wanted.last = *hash;
    // Whoever is sent what another's handle read has seen it as well.
    desk.record.note_shown(&wanted.about);
    out.try_send(bytes.clone()).is_ok()
}

/// A part that cannot be shown now is left as it is: the page still shows what was true.
fn render(desk: &Desk, wanted: &Wanted, tick: u32) -> Option<(u64, Bytes)> {
    match (wanted.part.render)(&desk.now(), &wanted.about) {
        Ok(markup) => {
            let mut hasher = DefaultHasher::new();
            markup.hash(&mut hasher);
            Some((hasher.finish(), events::part(tick, wanted.part.name, &markup)))
        }
        Err(refusal) => {
            tracing::warn!(part = wanted.part.name, code = refusal.fault().map(|fault| fault.code), "live: a part was not shown");
            None
        }
    }
}

/// Carries changes to pages until told to stop. The server runs one.
pub async fn run(house: House, mut stop: watch::Receiver<bool>) {
    let mut ticks = house.store().ticks();
    let mut after = *ticks.borrow_and_update();
    let mut silence = tokio::time::interval(STILL_HERE);
    loop {
        tokio::select! {
            () = told(&mut stop) => break,
            _ = silence.tick() => house.hub().still_here(),
            moved = ticks.changed() => {
                if moved.is_err() {
                    break;
                }
                tokio::time::sleep(GATHER).await;
                ticks.borrow_and_update();
                after = carry(&house, after);
            }
        }
    }
    house.hub().close();
}

fn carry(house: &House, mut after: u32) -> u32 {
    loop {
        match house.store().feed_for_platform(after, BATCH) {
            Ok((changes, reached)) if reached > after => {
                if house.hub().listeners() > 0 {
                    house.hub().tell(&changes, reached);
                }
                after = reached;
            }
            Ok(_) => return after,
            Err(fault) => {
                tracing::error!(code = fault.code, "live: {}", fault.text);
                return after;
            }
        }
    }
}

async fn told(stop: &mut watch::Receiver<bool>) {
    // An error means that the server is gone.
    _ = stop.wait_for(|stop| *stop).await;
}
