//! The one listener to the feed, and those who listen to it.
//!
//! Each page has seen the record up to a tick. A round reads what changed since the page that is furthest behind, and gives
//! every page what is news to it; a page that has just connected is no different from one that was told before. Rounds
//! follow one another and work outside of the lock, so that nobody waits for a page to be rendered.

use super::address::{Address, Event, Wanted, all_within_reach};
use super::events::{self, Events};
use crate::desk::Desk;
use crate::house::House;
use crate::refuse::Refusal;
use crate::session;
use crate::standing;
use axum::body::Bytes;
use rihla_kernel::{Fault, FaultKind, Lang};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};

/// Events that may wait for a page: all its parts and where it stands. A page that does not take them begins again.
const WAITING: usize = 48;
/// Changes of so short a time are sent as one.
const GATHER: Duration = Duration::from_millis(15);
/// How often a silent connection hears something, and sessions are looked at again.
const STILL_HERE: Duration = Duration::from_secs(20);
/// How often what nobody needs any more is swept away.
const SWEEP: Duration = Duration::from_secs(24 * 60 * 60);
/// Changes read at once.
const BATCH: usize = 512;
/// A page that is behind by more changes than this gets all its parts again.
const LOOK_BACK: usize = 4096;
/// Pages of one session that may listen.
const PAGES: usize = 32;

/// Everyone who listens.
#[derive(Default)]
pub struct Hub {
    listeners: Mutex<Vec<Listener>>,
    joined: Notify,
}

struct Listener {
    desk: Desk,
    parts: Vec<Wanted>,
    out: mpsc::Sender<Bytes>,
    /// The tick up to which the page shows the record.
    seen: u32,
    /// It has not been told yet where it stands.
    fresh: bool,
}

/// Markup that several listeners share: part, patient, language, role, rights.
type Shared = HashMap<(&'static str, String, Lang, String, u64), Option<Made>>;

/// A part as it was made for the first who is sent it.
struct Made {
    markup: String,
    /// The mark of that person, where their forms name them.
    mark: Option<String>,
    hash: u64,
    bytes: Bytes,
}

/// What changed, for one round.
struct News {
    changes: Vec<Event>,
    /// Pages behind this tick cannot be told change by change.
    from: u32,
    tick: u32,
}

impl Hub {
    /// Takes in a page. What changed since it was written is its first news.
    pub(super) fn join(&self, desk: Desk, address: Address) -> Result<Events, Refusal> {
        let (out, events) = mpsc::channel(WAITING);
        let mut listeners = self.lock();
        let of_session = listeners.iter().filter(|known| known.desk.person.session() == desk.person.session() && !known.out.is_closed()).count();
        if of_session >= PAGES {
            return Err(Fault::new(FaultKind::Unavailable, "RH-WEB-LIVE-FULL", "Too many live pages are open in this session. Close some.").into());
        }
        listeners.push(Listener { desk, parts: address.parts, out, seen: address.since, fresh: true });
        drop(listeners);
        self.joined.notify_one();
        Ok(Events(events))
    }

    /// Ends every connection.
    pub fn close(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Listener>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells every page what is news to it.
    fn round(&self, house: &House) {
        let mut listeners = std::mem::take(&mut *self.lock());
        listeners.retain(|listener| !listener.out.is_closed());
        // What takes longest to make keeps nobody else waiting.
        listeners.sort_by_key(|listener| listener.parts.iter().any(Wanted::is_of_all_places));
        if let Some(least) = listeners.iter().map(|listener| listener.seen).min() {
            match News::since(house, least) {
                Ok(news) => {
                    let mut shared = Shared::new();
                    listeners.retain_mut(|listener| listener.tell(&news, &mut shared));
                }
                // The pages stay as they are and are told in the next round.
                Err(fault) => tracing::error!(code = fault.code, "live: {}", fault.text),
            }
        }
        self.lock().append(&mut listeners);
    }

    /// Lets go of pages whose session is over or whose patient is in the care of others now; the others hear that they are
    /// still connected.
    fn still_here(&self) {
        let mut listeners = std::mem::take(&mut *self.lock());
        let alive = |listener: &mut Listener| {
            // A page that has not even taken this is told by the next change.
            let there = !matches!(listener.out.try_send(events::STILL_HERE), Err(mpsc::error::TrySendError::Closed(_)));
            let now = renewed(&listener.desk, &listener.parts).filter(|_| there);
            now.map(|now| listener.desk = now).is_some()
        };
        listeners.retain_mut(alive);
        self.lock().append(&mut listeners);
    }
}

impl Hub {
    /// Tells every page whether the record takes what is written.
    fn tell_standing(&self, house: &House) {
        for listener in self.lock().iter() {
            // A page that does not take it now is told when it is loaded next.
            if let Ok(markup) = standing::strip(house, &listener.desk.voice) {
                _ = listener.out.try_send(events::part(standing::PART, &markup));
            }
        }
    }
}

impl News {
    fn since(house: &House, least: u32) -> Result<Self, Fault> {
        let tick = *house.store().ticks().borrow();
        let from = least.max(tick.saturating_sub(LOOK_BACK as u32));
        let mut news = Self { changes: Vec::new(), from, tick: from };
        while news.tick < tick && news.changes.len() <= 2 * LOOK_BACK {
            let (changes, reached) = house.store().feed_for_platform(news.tick, BATCH)?;
            if reached == news.tick {
                break;
            }
            news.tick = reached;
            for change in changes {
                news.changes.push(Event { places: house.store().places_for_platform(&change)?, change });
            }
        }
        Ok(news)
    }
}

impl Listener {
    /// Sends the parts that changed; `false`: this page is gone, or has to begin again.
    fn tell(&mut self, news: &News, shared: &mut Shared) -> bool {
        let Self { desk, parts, out, seen, fresh } = self;
        // A place that this record never had is a copy's, or made up.
        let everything = *seen < news.from || *seen > news.tick;
        let is_news = |wanted: &Wanted| {
            let touches =
                |event: &Event| event.change.change.row > *seen && wanted.is_touched_by(event) && (wanted.is_of_hatch() || desk.record.may_see(&event.change));
            everything || news.changes.iter().any(touches)
        };
        let stale: Vec<bool> = parts.iter().map(is_news).collect();
        let sent = stale.contains(&true);
        if sent {
            let Some(now) = renewed(desk, parts) else { return false };
            *desk = now;
        }
        for (wanted, _) in parts.iter_mut().zip(stale).filter(|(_, stale)| *stale) {
            if !send(desk, wanted, out, shared) {
                return false;
            }
        }
        // Where the page stands comes last: a connection that breaks before it begins this round again.
        let moved = news.tick > *seen || everything;
        *seen = if moved { news.tick } else { *seen };
        let told = !sent && !*fresh || out.try_send(events::reached(*seen)).is_ok();
        *fresh = false;
        told
    }
}

/// Whoever sits there, with the rights of now; none if their session is over, or the page shows what they may not see now.
fn renewed(desk: &Desk, parts: &[Wanted]) -> Option<Desk> {
    let now = session::is_open(&desk.house, &desk.person).then(|| desk.now().ok()).flatten()?;
    all_within_reach(parts, &now).ok()?.then_some(now)
}

fn send(desk: &Desk, wanted: &mut Wanted, out: &mpsc::Sender<Bytes>, shared: &mut Shared) -> bool {
    // A part that cannot be shown now would be stale without a word: the page begins again instead.
    let Some((hash, bytes)) = made(desk, wanted, shared) else { return false };
    if wanted.last == hash {
        return true;
    }
    if out.try_send(bytes).is_err() {
        return false;
    }
    wanted.last = hash;
    // Whoever is sent what another's handle read has seen it as well.
    desk.record.note_shown(&wanted.about);
    true
}

/// The markup of a part for a desk, made once for all who may be sent the same. Forms name who sits there, and one that names
/// another person is refused: there each is named in their own.
fn made(desk: &Desk, wanted: &Wanted, shared: &mut Shared) -> Option<(u64, Bytes)> {
    let (lang, role) = desk.view();
    let key = (wanted.part.name, wanted.about.clone(), lang, role.to_owned(), desk.record.scope_fingerprint());
    let own = desk.person.mark();
    let made = shared.entry(key).or_insert_with(|| {
        let markup = render(desk, wanted)?;
        let (hash, bytes) = named(wanted.part.name, &markup);
        Some(Made { mark: markup.contains(&own).then(|| own.clone()), markup, hash, bytes })
    });
    let made = made.as_ref()?;
    match &made.mark {
        Some(mark) if *mark != own => Some(named(wanted.part.name, &made.markup.replace(mark, &own))),
        _ => Some((made.hash, made.bytes.clone())),
    }
}

fn render(desk: &Desk, wanted: &Wanted) -> Option<String> {
    match wanted.part.shown(desk, &wanted.about) {
        Ok(markup) => Some(markup),
        Err(refusal) => {
            tracing::warn!(part = wanted.part.name, code = refusal.fault().map(|fault| fault.code), "live: a part was not shown");
            None
        }
    }
}

/// Markup as it is sent, with a name for its bytes.
fn named(part: &str, markup: &str) -> (u64, Bytes) {
    let mut hasher = DefaultHasher::new();
    markup.hash(&mut hasher);
    (hasher.finish(), events::part(part, markup))
}

/// Carries changes to pages until told to stop. The server runs one.
pub async fn run(house: House, stop: watch::Receiver<bool>) {
    tokio::join!(follow(house.clone(), stop.clone()), standing::keep_trying(house, stop));
}

async fn follow(house: House, mut stop: watch::Receiver<bool>) {
    let (mut ticks, mut standings) = (house.store().ticks(), house.store().standings());
    let (mut silence, mut sweep) = (tokio::time::interval(STILL_HERE), tokio::time::interval(SWEEP));
    loop {
        tokio::select! {
            () = told(&mut stop) => break,
            _ = silence.tick() => aside(&house, |house| house.hub().still_here()).await,
            _ = sweep.tick() => session::sweep(&house).await,
            () = house.hub().joined.notified() => aside(&house, |house| house.hub().round(house)).await,
            Ok(()) = standings.changed() => aside(&house, |house| house.hub().tell_standing(house)).await,
            moved = ticks.changed() => {
                if moved.is_err() {
                    break;
                }
                tokio::time::sleep(GATHER).await;
                ticks.borrow_and_update();
                aside(&house, |house| house.hub().round(house)).await;
            }
        }
    }
    house.hub().close();
}

/// Reading and rendering for many pages is not for a thread that others wait for.
async fn aside(house: &House, work: impl FnOnce(&House) + Send + 'static) {
    let house = house.clone();
    if tokio::task::spawn_blocking(move || work(&house)).await.is_err() {
        tracing::error!("live: a round was not finished");
    }
}

async fn told(stop: &mut watch::Receiver<bool>) {
    // An error means that the server is gone.
    _ = stop.wait_for(|stop| *stop).await;
}
