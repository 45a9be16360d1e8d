//! When what happened was written down: after an outage a ward enters hours of paper, and both times are told.

use rihla_clinical::{DEPARTURE, Stay};
use rihla_fhir::r4::tables;
use rihla_kernel::Instant;
use rihla_store::{HistoryOf, HistoryQuery};
use rihla_web::text::Voice;
use rihla_web::{Desk, look};
use std::collections::BTreeMap;

/// What stands in the place of a movement's id for a decision and for a death.
pub const DECISION: &str = "decision";
pub const DEATH: &str = "death";
/// Versions of a stay that are looked at.
const VERSIONS: usize = 200;
/// From here on both times are told, in milliseconds.
const HOUR: i64 = 60 * 60 * 1000;

/// For each thing that happened, and the time that it bears, when the record said so first.
#[derive(Debug, Default)]
pub struct Written(BTreeMap<(String, Instant), Instant>);

impl Written {
    /// As the versions of a stay tell it, as far as they are shown.
    pub fn of(desk: &Desk, stay: &str) -> Self {
        let mut out = BTreeMap::new();
        let Some(ty) = tables().resource_type("Encounter") else { return Self::default() };
        let query = HistoryQuery { of: HistoryOf::Instance(ty, stay.to_owned()), since: None, at: None, count: VERSIONS, cursor: None };
        // Without its versions a stay tells one time of each thing, as most do.
        let Ok(page) = desk.record.history(&query) else { return Self::default() };
        for stored in page.entries.iter().filter(|stored| !stored.deleted) {
            let Some(then) = look(stored, |value| Stay::read(value, stored.vid, desk.record.zone())) else { continue };
            // Newest first: the oldest that says it stays.
            out.extend(said(&then).into_iter().map(|what| (what, stored.last_updated)));
        }
        Self(out)
    }

    /// Words for when it was written down, if that was more than an hour after it happened.
    pub fn words(&self, voice: &Voice, what: &str, happened: Option<Instant>) -> Option<String> {
        let happened = happened?;
        let written = *self.0.get(&(what.to_owned(), happened))?;
        if written.0 - happened.0 <= HOUR {
            return None;
        }
        let day = |at: Instant| voice.date(at);
        Some(if day(written) == day(happened) {
            voice.ta("admission-written-at", &[("at", voice.time(written).as_str())])
        } else {
            voice.ta("admission-written-on", &[("at", voice.date_time(written).as_str())])
        })
    }
}

/// What a version says that happened, and when.
fn said(stay: &Stay) -> Vec<(String, Instant)> {
    let movements = stay.movements.iter().filter_map(|entry| Some((entry.id.clone(), entry.from?)));
    let others = [(DEPARTURE, stay.to), (DECISION, stay.decision.as_ref().map(|signed| signed.at)), (DEATH, stay.death.as_ref().map(|signed| signed.at))];
    movements.chain(others.into_iter().filter_map(|(what, at)| Some((what.to_owned(), at?)))).collect()
}
