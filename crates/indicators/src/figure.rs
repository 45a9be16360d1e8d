//! The arithmetic: whole milliseconds and counts, so that it comes out the same to the bit wherever it is done.
//!
//! A median of an even number of waits is the mean of the two in the middle, rounded down to the millisecond; the ninth decile
//! is the wait at the rank ⌈0.9 n⌉. A wait belongs to the period in which it began (the arrival, the request, the ticket), a
//! discharge to the one in which it was. What still goes on is pending; what is over and lacks a time, or has its times in the
//! wrong order, is missing and is in no mean.

use crate::fact::{Away, Fact, Place, Span, Stay, Visit};
use crate::view::Facts;
use rihla_store::key::ResKey;
use std::collections::BTreeMap;

/// The figures that are reckoned, in the order in which they are shown.
pub const CODES: [&str; 17] = ["e1", "e2", "e3", "e3-admitted", "e3-home", "e4", "e5", "e6", "antibiotics", "ward", "b1", "b2", "b3", "b4", "b6", "l1", "p1"];

/// For so long after an arrival a dose or a ward belongs to the visit.
const BELONGS_MS: i64 = 7 * DAY_MS;
pub const DAY_MS: i64 = 86_400_000;

/// Of which part of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    House,
    /// All that lies in a Location.
    Site(ResKey),
    Ward(ResKey),
}

impl Unit {
    /// Whether a ward, or a department outside all wards, belongs to it.
    pub fn has(self, facts: &Facts, ward: ResKey) -> bool {
        match self {
            Self::House => true,
            Self::Site(site) => facts.is_within(ward, site),
            Self::Ward(own) => own == ward,
        }
    }
}

/// From an instant to another, in milliseconds; the second is outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: i64,
    pub to: i64,
}

impl Period {
    pub fn has(self, at: i64) -> bool {
        self.from <= at && at < self.to
    }

    fn overlap(self, from: i64, to: i64) -> i64 {
        (self.to.min(to) - self.from.max(from)).max(0)
    }
}

/// What a figure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A median, in minutes.
    Wait,
    /// Per cent.
    Share,
    /// Days each.
    Days,
    /// Times.
    Times,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    pub period: Period,
    pub unit: Unit,
    /// What is open lasts until now.
    pub now: i64,
    /// Whether an instant lies before noon, where the house is.
    pub morning: fn(&jiff::tz::TimeZone, i64) -> bool,
}

/// A figure with what it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub kind: Kind,
    /// Milliseconds, or a count; of waits their sum.
    pub numerator: i64,
    pub denominator: i64,
    /// Events that are over and lack a time.
    pub missing: u64,
    /// Events that still go on.
    pub pending: u64,
    /// Milliseconds, of waits.
    pub median: Option<i64>,
    pub p90: Option<i64>,
}

impl Figure {
    /// Minutes, per cent, days or times; none where there is nothing to divide by.
    pub fn value(&self) -> Option<f64> {
        let ratio = || (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64);
        match self.kind {
            Kind::Wait => self.median.map(|ms| ms as f64 / 60_000.0),
            Kind::Share => ratio().map(|ratio| ratio * 100.0),
            Kind::Days => ratio().map(|ratio| ratio / DAY_MS as f64),
            Kind::Times => ratio(),
        }
    }

    /// Missing times in thousandths of the events that should have them.
    pub fn missing_rate(&self) -> Option<u64> {
        let events = if self.kind == Kind::Wait || self.kind == Kind::Days { self.missing + self.denominator.max(0) as u64 } else { 0 };
        (events > 0).then(|| self.missing * 1000 / events)
    }

    /// All that it says, for comparing to the bit.
    pub fn to_line(&self) -> String {
        format!(
            "{:?} {}/{} missing {} pending {} median {:?} p90 {:?}",
            self.kind, self.numerator, self.denominator, self.missing, self.pending, self.median, self.p90
        )
    }

    fn ratio(kind: Kind, numerator: i64, denominator: i64, missing: u64) -> Self {
        Self { kind, numerator, denominator, missing, pending: 0, median: None, p90: None }
    }

    fn of_waits(mut waits: Vec<i64>, missing: u64, pending: u64) -> Self {
        waits.sort_unstable();
        let (count, at) = (waits.len(), |at: usize| waits.get(at).copied());
        let median = match (at(count / 2), count % 2) {
            (Some(upper), 0) => at((count / 2).wrapping_sub(1)).map(|lower| (lower + upper).div_euclid(2)),
            (middle, _) => middle,
        };
        let p90 = (count * 9).div_ceil(10).checked_sub(1).and_then(at);
        Self { kind: Kind::Wait, numerator: waits.iter().sum(), denominator: count as i64, missing, pending, median, p90 }
    }
}

/// What became of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Milliseconds.
    Took(i64),
    Missing,
    Pending,
}

/// One event behind a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The resource that says it.
    pub key: ResKey,
    /// When it began, or a discharge was.
    pub at: i64,
    /// The ward or department; 0: not known.
    pub unit: ResKey,
    pub outcome: Outcome,
}

fn took(begin: Option<i64>, end: Option<i64>, over: bool) -> Outcome {
    match (begin, end) {
        (Some(begin), Some(end)) if end >= begin => Outcome::Took(end - begin),
        (_, None) if !over => Outcome::Pending,
        _ => Outcome::Missing,
    }
}

/// What a visit says of a figure; none: it does not belong to it.
fn of_visit(facts: &Facts, code: &str, visit: &Visit) -> Option<Outcome> {
    let away = visit.away != Away::No;
    Some(match code {
        "e1" if away && visit.triage.is_none() => return None,
        "e1" => took(visit.arrival, visit.triage, visit.contact.is_some() || visit.end.is_some()),
        "e2" if away && visit.contact.is_none() => return None,
        "e2" => took(visit.arrival, visit.contact, visit.end.is_some()),
        "e3" => took(visit.arrival, visit.end, false),
        "e3-admitted" => visit.admit.map(|_| took(visit.arrival, visit.end, false))?,
        "e3-home" if visit.admit.is_none() => took(visit.arrival, visit.end, false),
        "e5" => visit.admit.map(|admit| took(Some(admit), visit.end, false))?,
        "antibiotics" => took(visit.triage, Some(first_dose(facts, visit)?), true),
        "ward" => took(visit.arrival, Some(first_ward(facts, visit)?), true),
        _ => return None,
    })
}

fn first_dose(facts: &Facts, visit: &Visit) -> Option<i64> {
    let until = belongs_until(facts, visit)?;
    let doses = facts.of_patient(visit.patient).filter_map(|(_, fact)| if let Fact::Dose { at, .. } = fact { Some(*at) } else { None });
    doses.filter(|at| Some(*at) >= visit.arrival && *at < until).min()
}

fn first_ward(facts: &Facts, visit: &Visit) -> Option<i64> {
    let until = belongs_until(facts, visit)?;
    let stays = facts.of_patient(visit.patient).filter_map(|(_, fact)| if let Fact::Stay(stay) = fact { Some(&stay.spans) } else { None });
    let spans = stays.flatten().chain(&visit.spans);
    let entered = spans.filter(|span| facts.ward_of(span.place).is_some_and(|ward| !facts.is_emergency(ward)));
    entered.map(|span| span.from).filter(|from| Some(*from) >= visit.arrival && *from < until).min()
}

/// Until the same patient's next visit, and no longer than a dose or a ward can belong to this one.
fn belongs_until(facts: &Facts, visit: &Visit) -> Option<i64> {
    let arrival = visit.arrival?;
    let others = facts.of_patient(visit.patient).filter_map(|(_, fact)| if let Fact::Visit(other) = fact { other.arrival } else { None });
    Some(others.filter(|other| *other > arrival).min().unwrap_or(i64::MAX).min(arrival + BELONGS_MS))
}

/// The events behind a wait, or the discharges behind a figure of beds, in the order of the store's keys.
pub fn events(facts: &Facts, code: &str, period: Period, unit: Unit) -> Vec<Event> {
    let wanted = |event: &Event| period.has(event.at) && unit.has(facts, event.unit);
    match code {
        "b1" | "b2" | "b3" | "b4" | "b6" => passages(facts, period, unit)
            .into_iter()
            .filter(|one| code != "b6" || one.last && !one.died)
            .map(|one| Event { key: one.key, at: one.to, unit: one.ward, outcome: one.from.map_or(Outcome::Missing, |from| Outcome::Took(one.to - from)) })
            .collect(),
        "l1" => {
            let labs = facts.labs(period).filter(|(_, lab)| !lab.off);
            let event =
                |(key, lab): (ResKey, &crate::fact::Lab)| Some(Event { key, at: lab.asked?, unit: lab.place, outcome: took(lab.asked, lab.done, false) });
            labs.filter_map(event).filter(wanted).collect()
        }
        "p1" => facts
            .tickets(period)
            .filter(|(_, ticket)| ticket.called.is_some() || !ticket.over)
            .filter_map(|(key, ticket)| {
                let since = ticket.issued?.max(ticket.slot.unwrap_or(i64::MIN));
                let outcome = ticket.called.map_or(Outcome::Pending, |called| Outcome::Took((called - since).max(0)));
                Some(Event { key, at: ticket.issued?, unit: ticket.place, outcome })
            })
            .filter(wanted)
            .collect(),
        "e4" | "e6" => visits(facts, period, &wanted, |visit| Some(if visit.away == Away::Unseen { Outcome::Took(0) } else { Outcome::Pending })),
        _ => visits(facts, period, &wanted, |visit| of_visit(facts, code, visit)),
    }
}

fn visits(facts: &Facts, period: Period, wanted: &dyn Fn(&Event) -> bool, outcome: impl Fn(&Visit) -> Option<Outcome>) -> Vec<Event> {
    let event = |(key, visit): (ResKey, &Visit)| {
        let unit = facts.ward_of(visit.place).unwrap_or(visit.place);
        // Whose event it is is looked up only of what is wanted.
        let event = Event { key, at: visit.arrival?, unit, outcome: Outcome::Pending };
        wanted(&event).then_some(()).and_then(|()| Some(Event { outcome: outcome(visit)?, ..event }))
    };
    facts.visits(period).filter_map(event).collect()
}

/// A patient's time in a ward, or in the house, that is over.
struct Passage {
    key: ResKey,
    ward: ResKey,
    from: Option<i64>,
    to: i64,
    /// The patient left the house.
    last: bool,
    died: bool,
}

fn passages(facts: &Facts, period: Period, unit: Unit) -> Vec<Passage> {
    let mut out = Vec::new();
    for (key, stay) in facts.stays(period) {
        let ward_of = |span: &Span| facts.ward_of(span.place).unwrap_or(0);
        match unit {
            Unit::House | Unit::Site(_) => {
                let ward = stay.spans.last().map_or(0, ward_of);
                out.extend(stay.to.filter(|to| period.has(*to) && unit.has(facts, ward)).map(|to| Passage {
                    key,
                    ward,
                    from: stay.from,
                    to,
                    last: true,
                    died: stay.died,
                }));
            }
            Unit::Ward(ward) => out.extend(in_ward(key, stay, ward, &ward_of).into_iter().filter(|one| period.has(one.to))),
        }
    }
    out
}

/// Places of one ward that follow each other are one passage.
fn in_ward(key: ResKey, stay: &Stay, ward: ResKey, ward_of: &dyn Fn(&Span) -> ResKey) -> Vec<Passage> {
    let mut out: Vec<Passage> = Vec::new();
    let mut here = false;
    for (at, span) in stay.spans.iter().enumerate() {
        let own = ward_of(span) == ward;
        let Some(to) = span.to.filter(|_| own) else {
            // Who is still there has not passed.
            if own && here {
                out.pop();
            }
            here = own;
            continue;
        };
        let last = stay.to.is_some() && at + 1 == stay.spans.len();
        match out.last_mut().filter(|_| here) {
            Some(passage) => (passage.to, passage.last) = (to, last),
            None => out.push(Passage { key, ward, from: Some(span.from), to, last, died: stay.died && last }),
        }
        here = true;
    }
    out
}

/// Milliseconds for which patients of stays were in places of a part of the house.
fn occupied(facts: &Facts, asked: &Question) -> i64 {
    let ours = |place: ResKey| match (asked.unit, facts.ward_of(place)) {
        (Unit::House, None) => true,
        (unit, ward) => ward.is_some_and(|ward| unit.has(facts, ward) && (!facts.is_emergency(ward) || matches!(unit, Unit::Ward(_)))),
    };
    let spans = facts.stays(asked.period).flat_map(|(_, stay)| &stay.spans);
    spans
        .filter(|span| asked.period.overlap(span.from, span.to.unwrap_or(asked.now)) > 0 && ours(span.place))
        .map(|span| asked.period.overlap(span.from, span.to.unwrap_or(asked.now)))
        .sum()
}

/// Milliseconds for which places were open and staffed.
fn available(facts: &Facts, period: Period, wanted: impl Fn(ResKey) -> bool) -> i64 {
    let places = facts.places.iter().filter(|(_, place)| place.capacity > 0);
    let ours = places.filter(|(key, _)| facts.ward_of(**key).or(Some(**key)).is_some_and(&wanted));
    ours.map(|(_, place)| i64::from(place.capacity) * open_ms(place, period)).sum()
}

fn open_ms(place: &Place, period: Period) -> i64 {
    let ends = place.open.iter().skip(1).map(|(since, _)| *since).chain([i64::MAX]);
    let begins = std::iter::once(i64::MIN).chain(place.open.iter().skip(1).map(|(since, _)| *since));
    let states = place.open.iter().zip(begins.zip(ends));
    states.filter(|((_, open), _)| *open).map(|(_, (from, to))| period.overlap(from, to)).sum()
}

/// A figure; none of a code that nothing is reckoned for.
pub fn figure(facts: &Facts, code: &str, asked: &Question) -> Option<Figure> {
    // Of a time that is not over, what goes on lasts longer at each look.
    if asked.period.to > asked.now {
        return reckoned(facts, code, asked);
    }
    facts.memo.of(code, asked.unit, asked.period, || reckoned(facts, code, asked))
}

fn reckoned(facts: &Facts, code: &str, asked: &Question) -> Option<Figure> {
    // What is to come is not open yet.
    let asked = &Question { period: Period { to: asked.period.to.min(asked.now), ..asked.period }, ..*asked };
    let found = || events(facts, code, asked.period, asked.unit);
    Some(match code {
        "e4" => {
            let all = found();
            let left = all.iter().filter(|event| event.outcome == Outcome::Took(0)).count();
            Figure::ratio(Kind::Share, left as i64, all.len() as i64, 0)
        }
        "e6" => {
            let ours = |visit: &&Visit| asked.unit.has(facts, facts.ward_of(visit.place).unwrap_or(visit.place));
            let visits = facts.visits(asked.period).map(|(_, visit)| visit).filter(|visit| visit.arrival.is_some_and(|at| at < asked.period.to));
            let present = visits.filter(ours).filter_map(|visit| Some(asked.period.overlap(visit.arrival?, visit.end.unwrap_or(asked.now)))).sum();
            let open = available(facts, asked.period, |ward| facts.is_emergency(ward) && asked.unit.has(facts, ward));
            Figure::ratio(Kind::Share, present, open, 0)
        }
        "b1" | "b2" | "b3" | "b4" | "b6" => beds(facts, code, asked, &found()),
        _ if CODES.contains(&code) => of_events(&found()),
        _ => return None,
    })
}

fn beds(facts: &Facts, code: &str, asked: &Question, gone: &[Event]) -> Figure {
    let open = || available(facts, asked.period, |ward| !facts.is_emergency(ward) && asked.unit.has(facts, ward));
    let lengths = gone.iter().filter_map(|event| if let Outcome::Took(ms) = event.outcome { Some(ms) } else { None });
    let missing = gone.iter().filter(|event| event.outcome == Outcome::Missing).count() as u64;
    match code {
        "b1" => Figure::ratio(Kind::Share, occupied(facts, asked), open(), 0),
        // Without a place that is open there is nothing that could be empty.
        "b2" => {
            let open = open();
            Figure::ratio(Kind::Days, open - occupied(facts, asked), if open > 0 { gone.len() as i64 } else { 0 }, 0)
        }
        "b3" => Figure::ratio(Kind::Times, gone.len() as i64 * (asked.period.to - asked.period.from).max(0), open(), 0),
        "b4" => Figure::ratio(Kind::Days, lengths.clone().sum(), lengths.count() as i64, missing),
        _ => {
            let early = gone.iter().filter(|event| (asked.morning)(&facts.zone, event.at)).count();
            Figure::ratio(Kind::Share, early as i64, gone.len() as i64, 0)
        }
    }
}

/// The figure of waits.
fn of_events(all: &[Event]) -> Figure {
    let waits = all.iter().filter_map(|event| if let Outcome::Took(ms) = event.outcome { Some(ms) } else { None }).collect();
    let count = |wanted: Outcome| all.iter().filter(|event| event.outcome == wanted).count() as u64;
    Figure::of_waits(waits, count(Outcome::Missing), count(Outcome::Pending))
}

/// Whether a figure is one of waits, which are grouped without being looked for again.
fn is_wait(code: &str) -> bool {
    !matches!(code, "e4" | "e6" | "b1" | "b2" | "b3" | "b4" | "b6")
}

/// The same figure for periods that follow each other: `bounds` are their beginnings and the last one's end.
pub fn series(facts: &Facts, code: &str, bounds: &[i64], asked: &Question) -> Vec<Figure> {
    let pairs = bounds.windows(2).filter_map(|pair| Some(Period { from: *pair.first()?, to: *pair.get(1)? }));
    pairs.filter_map(|period| figure(facts, code, &Question { period, ..*asked })).collect()
}

/// The same figure of each unit that has any event, or any bed.
pub fn by_unit(facts: &Facts, code: &str, asked: &Question) -> Vec<(ResKey, Figure)> {
    if !is_wait(code) {
        let emergency = matches!(code, "e4" | "e6");
        let wards = facts
            .places
            .iter()
            .filter(|(key, place)| place.ward && facts.is_emergency(**key) == emergency && asked.unit.has(facts, **key))
            .map(|(key, _)| *key);
        let figures = wards.filter_map(|key| Some((key, figure(facts, code, &Question { unit: Unit::Ward(key), ..*asked })?)));
        return figures.filter(|(_, figure)| figure.denominator > 0 || figure.numerator != 0).collect();
    }
    let mut groups: BTreeMap<ResKey, Vec<Event>> = BTreeMap::new();
    for event in events(facts, code, Period { to: asked.period.to.min(asked.now), ..asked.period }, asked.unit) {
        groups.entry(event.unit).or_default().push(event);
    }
    groups.into_iter().map(|(unit, events)| (unit, of_events(&events))).collect()
}

/// Whether an instant lies before noon in a zone.
pub fn morning(zone: &jiff::tz::TimeZone, at: i64) -> bool {
    jiff::Timestamp::from_millisecond(at).is_ok_and(|at| at.to_zoned(zone.clone()).hour() < 12)
}

/// What a unit did in a period, as a report of activity lists it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Milliseconds of places open and staffed, and of patients present.
    pub open: i64,
    pub present: i64,
    pub admissions: u64,
    pub discharges: u64,
    pub deaths: u64,
}

pub fn activity(facts: &Facts, asked: &Question) -> Activity {
    let asked = &Question { period: Period { to: asked.period.to.min(asked.now), ..asked.period }, ..*asked };
    let gone = passages(facts, asked.period, asked.unit);
    let entered = |stay: &&Stay| match asked.unit {
        Unit::House => stay.from.is_some_and(|from| asked.period.has(from)),
        Unit::Site(_) => {
            let first = stay.spans.first().and_then(|span| facts.ward_of(span.place));
            stay.from.is_some_and(|from| asked.period.has(from)) && first.is_some_and(|ward| asked.unit.has(facts, ward))
        }
        Unit::Ward(ward) => {
            let first = stay.spans.iter().find(|span| facts.ward_of(span.place) == Some(ward));
            first.is_some_and(|span| asked.period.has(span.from))
        }
    };
    Activity {
        open: available(facts, asked.period, |ward| !facts.is_emergency(ward) && asked.unit.has(facts, ward)),
        present: occupied(facts, asked),
        admissions: facts.stays(asked.period).map(|(_, stay)| stay).filter(entered).count() as u64,
        discharges: gone.len() as u64,
        deaths: gone.iter().filter(|one| one.died).count() as u64,
    }
}
