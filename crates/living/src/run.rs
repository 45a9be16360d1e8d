//! The player: looks at the record, asks what is due, has it done, and lets the clock go on.

use crate::clock::HospitalClock;
use crate::hands::{Hands, follow};
use crate::look::{self, Looked};
use crate::told::{Did, Told};
use jiff::tz::TimeZone;
use rihla_kernel::{Clock, Fault, FaultKind, Instant, SiteId};
use rihla_store::{Scoped, Store};
use rihla_twin::living::{Act, Living, MINUTE, Now, Params};
use rihla_web::{House, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A look at the record is at most so far from the next, in the hospital's time and in ours.
const STEP_MS: i64 = MINUTE;
const LEAST: Duration = Duration::from_millis(50);
const MOST: Duration = Duration::from_secs(1);
/// How far the clock may go before the next look.
const AHEAD_MS: i64 = 3 * MINUTE;
/// Whoever was here does not come again for so long.
const AWAY_MS: i64 = 3 * 24 * 60 * MINUTE;
/// Where the hospital's time is kept, so that it goes on from there.
const KEPT: &str = "simulation/clock";
const KEEP_MS: i64 = 30_000;

/// What a player is made of.
pub struct Parts {
    /// One a site, in the order of the pack.
    pub houses: Vec<House>,
    pub store: Store,
    /// The node acting for itself: reads what goes on.
    pub record: Scoped,
    /// The site of this node.
    pub own: SiteId,
    pub clock: Arc<HospitalClock>,
    pub told: Arc<Told>,
    pub seed: u64,
}

/// Plays one hospital group.
pub struct Player {
    parts: Parts,
    sites: Vec<String>,
    zone: TimeZone,
    living: Living,
    hands: Vec<Hands>,
    people: Vec<String>,
    adults: BTreeSet<String>,
    /// When somebody came last.
    came: BTreeMap<String, i64>,
}

impl Player {
    /// The clock goes on from where the record's life stopped.
    pub fn open(parts: Parts) -> Result<Self, Fault> {
        let first = parts.houses.first().ok_or_else(|| Fault::new(FaultKind::Invalid, "RH-SIMULATION-SITES", "There is no site to play."))?;
        let sites: Vec<String> = first.pack().sites.iter().map(|site| site.code.clone()).collect();
        let zone = first.zone().clone();
        let params = Params::own().map_err(|error| Fault::new(FaultKind::Invalid, "RH-SIMULATION-DATA", error.to_string()))?;
        let living = Living::new(params, parts.houses.len(), parts.seed);
        if let Some(kept) = parts.store.mark(KEPT)?.and_then(|kept| String::from_utf8_lossy(&kept).parse().ok()) {
            parts.clock.forward(Instant(kept));
        }
        let people = look::adults(&parts.record, parts.clock.now())?;
        let adults = people.iter().cloned().collect();
        let hands = parts.houses.iter().map(|house| Hands::new(house, house.site() == parts.own)).collect();
        Ok(Self { parts, sites, zone, living, hands, people, adults, came: BTreeMap::new() })
    }

    /// Until told to stop.
    pub async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        let mut kept = self.parts.clock.wall().now().0;
        loop {
            self.parts.clock.allow(Instant(self.parts.clock.now().0 + AHEAD_MS));
            if let Err(fault) = self.step().await {
                tracing::warn!(code = fault.code, "the simulation: {}", fault.text);
            }
            let wall = self.parts.clock.wall().now().0;
            if wall - kept > KEEP_MS {
                kept = wall;
                self.keep().await;
            }
            let pace = i64::from(self.parts.clock.pace().unwrap_or(1)).max(1);
            let pause = Duration::from_millis(u64::try_from(STEP_MS / pace).unwrap_or(1_000)).clamp(LEAST, MOST);
            let told = async {
                while !*stopped.borrow_and_update() {
                    if stopped.changed().await.is_err() {
                        return;
                    }
                }
            };
            if tokio::time::timeout(pause, told).await.is_ok() {
                break;
            }
        }
        self.keep().await;
    }

    /// One look and what follows from it.
    pub async fn step(&mut self) -> Result<(), Fault> {
        if self.parts.clock.pace() == Some(0) {
            return Ok(());
        }
        let now = self.now();
        let mut looked = self.look().await?;
        // Whoever is here now does not come again soon, also when they are gone.
        self.came.extend(looked.seen.visits.iter().map(|visit| (visit.patient.clone(), now.at)));
        self.came.retain(|_, when| now.at - *when < AWAY_MS);
        let acts = self.living.step(now, &looked.seen);
        for act in acts {
            self.act(&act, &mut looked).await?;
        }
        Ok(())
    }

    async fn look(&self) -> Result<Looked, Fault> {
        let (record, sites, adults) = (self.parts.record.clone(), self.sites.clone(), self.adults.clone());
        let looked = tokio::task::spawn_blocking(move || look::looked(&record, &sites, &adults)).await;
        looked.unwrap_or_else(|_| Err(Fault::new(FaultKind::Internal, "RH-SIMULATION-LOOK", "The record could not be looked at.")))
    }

    async fn act(&mut self, act: &Act, looked: &mut Looked) -> Result<(), Fault> {
        let (site, what) = named(act);
        let at = self.parts.clock.now();
        let Some(hands) = self.hands.get_mut(site) else { return Ok(()) };
        let lately = self.came.keys().cloned().collect();
        let outcome = hands.act(act, looked, &self.people, &lately).await?;
        let refused = match outcome {
            Outcome::Done => {
                follow(looked, act);
                None
            }
            Outcome::Refused(code) => {
                tracing::debug!(code, what, "refused to the simulation");
                self.living.refused(act);
                Some(code)
            }
        };
        self.parts.told.tell(Did { at, site, what, refused });
        Ok(())
    }

    fn now(&self) -> Now {
        let at = self.parts.clock.now().0;
        let there = jiff::Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(self.zone.clone());
        Now { at, hour: usize::try_from(there.hour()).unwrap_or(0) }
    }

    async fn keep(&self) {
        let now = self.parts.clock.now().0.to_string();
        if let Err(fault) = self.parts.record.commit(Vec::new(), Vec::new(), vec![(KEPT.to_owned(), now.into_bytes())]).await {
            tracing::warn!(code = fault.code, "the simulation's time is not kept: {}", fault.text);
        }
    }
}

fn named(act: &Act) -> (usize, &'static str) {
    match act {
        Act::Arrive { site, .. } => (*site, "arrive"),
        Act::Triage { site, .. } => (*site, "triage"),
        Act::Box { site, .. } => (*site, "box"),
        Act::Charge { site, .. } => (*site, "charge"),
        Act::Decide { site, .. } => (*site, "decide"),
        Act::LeaveUnseen { site, .. } => (*site, "left"),
        Act::Depart { site, .. } => (*site, "depart"),
        Act::Admit { site, .. } => (*site, "admit"),
        Act::MayGo { site, .. } => (*site, "may-go"),
        Act::Clean { site, .. } => (*site, "clean"),
    }
}
