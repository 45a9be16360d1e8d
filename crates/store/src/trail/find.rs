//! Entries found again, newest first, without reading the whole chain.

use super::chunk::{Entry, What, read};
use super::event::EventKind;
use super::{BLOCK, EVERY_KEY};
use crate::backend::{AccessAction, LogicalId, Snapshot, TypeKey};
use crate::key::ResKey;
use rihla_kernel::{Actor, ActorKind, Fault, FaultKind, Instant, Origin, Purpose};
use std::collections::HashMap;

/// Hears of a link: number, entries, hash.
pub type EachLink<'f> = dyn FnMut(i64, &[u8], &[u8]) + 'f;

/// The chain as a back end keeps it, and what finds entries in it.
pub trait Trail {
    /// The number of the last link, and its hash; (0, nothing) of an empty chain.
    fn end(&self) -> Result<(i64, Vec<u8>), Fault>;

    /// Links of these numbers, both included, in their order.
    fn links(&self, from: i64, upto: i64, each: &mut EachLink<'_>) -> Result<(), Fault>;

    /// The blocks before `below` that hold a key, newest first.
    fn blocks(&self, key: i64, below: i64, limit: usize) -> Result<Vec<i64>, Fault>;

    /// Whom or what place a number stands for.
    fn party(&self, number: u32) -> Result<Option<Actor>, Fault>;

    /// The number of an actor that has one.
    fn number_of(&self, actor: &Actor) -> Result<Option<u32>, Fault>;
}

/// The block that a link stands in.
pub fn block_of(link: i64) -> i64 {
    (link - 1).div_euclid(BLOCK)
}

pub fn patient_key(patient: ResKey) -> i64 {
    i64::from(patient)
}

pub fn actor_key(actor: u32) -> i64 {
    1 << 32 | i64::from(actor)
}

/// Under which keys an entry is found.
pub fn keys_of(entry: &Entry) -> impl Iterator<Item = i64> {
    std::iter::once(actor_key(entry.actor)).chain(subjects(entry).map(patient_key))
}

/// The older form names no patients; the resource that was read may be one.
fn subjects(entry: &Entry) -> impl Iterator<Item = ResKey> {
    let itself = match &entry.what {
        What::Access(access) if access.patients.is_empty() && access.res > 0 => Some(access.res),
        _ => None,
    };
    entry.patients().iter().copied().chain(itself)
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailPlace {
    pub link: i64,
    pub entry: u32,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct TrailQuestion {
    pub patient: Option<ResKey>,
    pub actor: Option<Actor>,
    pub from: Option<Instant>,
    /// Not included.
    pub to: Option<Instant>,
    /// Entries before this one only: the next page.
    pub before: Option<TrailPlace>,
    pub limit: usize,
}

impl TrailQuestion {
    /// Everything, newest first.
    pub fn all(limit: usize) -> Self {
        Self { patient: None, actor: None, from: None, to: None, before: None, limit }
    }
}

/// An entry with names for numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub place: TrailPlace,
    pub at: Instant,
    pub actor: Actor,
    pub origin: Origin,
    pub purpose: Option<Purpose>,
    pub denied: bool,
    pub what: SeenWhat,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeenWhat {
    Access {
        action: AccessAction,
        ty: TypeKey,
        /// The resource, if it was one.
        thing: Option<LogicalId>,
        /// The version that was written.
        vid: Option<u32>,
        shown: u32,
        patients: Vec<LogicalId>,
    },
    Event {
        kind: EventKind,
        patient: Option<LogicalId>,
        subject: Box<str>,
        detail: Box<str>,
    },
}

impl Seen {
    /// Whose data it was about.
    pub fn patients(&self) -> impl Iterator<Item = &LogicalId> {
        let (many, one) = match &self.what {
            SeenWhat::Access { patients, .. } => (patients.as_slice(), None),
            SeenWhat::Event { patient, .. } => (&[][..], patient.as_ref()),
        };
        many.iter().chain(one)
    }
}

/// Entries, newest first, and where to go on.
#[derive(Clone, Debug, Default)]
pub struct TrailPage {
    pub entries: Vec<Seen>,
    pub next: Option<TrailPlace>,
}

/// How far clocks may be set and entries wait for their link.
const SLACK: i64 = 3_600_000;

/// Entries that fit a question and may be shown.
pub fn search(trail: &dyn Trail, view: &dyn Snapshot, question: &TrailQuestion, may: &dyn Fn(&Entry) -> bool) -> Result<TrailPage, Fault> {
    let actor = match &question.actor {
        Some(actor) => match trail.number_of(actor)? {
            Some(number) => Some(number),
            None => return Ok(TrailPage::default()),
        },
        None => None,
    };
    let mut search =
        Search { trail, question, may, actor, names: Names { trail, view, parties: HashMap::new(), ids: HashMap::new() }, page: TrailPage::default() };
    search.run()?;
    Ok(search.page)
}

/// Entries after a place, oldest first: for those who take all of them, one after another.
pub fn follow(trail: &dyn Trail, view: &dyn Snapshot, after: TrailPlace, limit: usize) -> Result<Vec<Seen>, Fault> {
    let mut names = Names { trail, view, parties: HashMap::new(), ids: HashMap::new() };
    let (mut out, last) = (Vec::new(), trail.end()?.0);
    let mut from = after.link.max(1);
    while from <= last && out.len() < limit {
        let mut links = Vec::new();
        trail.links(from, last.min(from + BLOCK - 1), &mut |number, entries, _| links.push((number, entries.to_vec())))?;
        for (number, bytes) in links {
            let link = read(&bytes).map_err(|_| damaged(number))?;
            for (entry, at) in link.entries().zip(0u32..) {
                let place = TrailPlace { link: number, entry: at };
                if place > after && out.len() < limit {
                    out.push(names.seen(entry, place)?);
                }
            }
        }
        from += BLOCK;
    }
    Ok(out)
}

struct Search<'s> {
    trail: &'s dyn Trail,
    question: &'s TrailQuestion,
    may: &'s dyn Fn(&Entry) -> bool,
    actor: Option<u32>,
    names: Names<'s>,
    page: TrailPage,
}

impl Search<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        let mut last = self.trail.end()?.0;
        last = self.question.before.map_or(last, |before| before.link.min(last));
        if let Some(to) = self.question.to {
            last = self.closed_upto(to.0.saturating_add(SLACK), last)?;
        }
        if last < 1 {
            return Ok(());
        }
        let noted = self.trail.blocks(EVERY_KEY, i64::MAX, 1)?.first().copied().unwrap_or(-1);
        // What is not noted yet is read.
        let mut block = block_of(last);
        while block > noted {
            if self.block(block, last)? {
                return Ok(());
            }
            block -= 1;
        }
        let key = self.question.patient.map(patient_key).or(self.actor.map(actor_key)).unwrap_or(EVERY_KEY);
        let mut below = block + 1;
        loop {
            let found = self.trail.blocks(key, below, BLOCK as usize)?;
            let Some(lowest) = found.last().copied() else { return Ok(()) };
            for block in found {
                if self.block(block, last)? {
                    return Ok(());
                }
            }
            below = lowest;
        }
    }

    /// The last link closed by then.
    fn closed_upto(&self, millis: i64, last: i64) -> Result<i64, Fault> {
        let (mut low, mut high) = (0, last);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            let mut closed = Ok(i64::MIN);
            self.trail.links(middle, middle, &mut |link, entries, _| closed = read(entries).map(|link| link.closed).map_err(|_| damaged(link)))?;
            if closed? <= millis { low = middle } else { high = middle - 1 }
        }
        Ok(low)
    }

    /// Takes what is looked for from a block; whether that was enough.
    fn block(&mut self, block: i64, last: i64) -> Result<bool, Fault> {
        let mut links = Vec::new();
        self.trail.links(block * BLOCK + 1, last.min((block + 1) * BLOCK), &mut |number, entries, _| links.push((number, entries.to_vec())))?;
        let mut oldest = i64::MAX;
        for (number, bytes) in links.iter().rev() {
            let link = read(bytes).map_err(|_| damaged(*number))?;
            oldest = oldest.min(link.closed);
            let entries: Vec<&Entry> = link.entries().collect();
            for (at, entry) in (0u32..).zip(&entries).collect::<Vec<_>>().into_iter().rev() {
                let place = TrailPlace { link: *number, entry: at };
                if !self.wanted(entry, place) {
                    continue;
                }
                if self.page.entries.len() == self.question.limit {
                    self.page.next = self.page.entries.last().map(|last| last.place);
                    return Ok(true);
                }
                let seen = self.names.seen(entry, place)?;
                self.page.entries.push(seen);
            }
        }
        Ok(self.question.from.is_some_and(|from| oldest < from.0.saturating_sub(SLACK)))
    }

    fn wanted(&self, entry: &Entry, place: TrailPlace) -> bool {
        let TrailQuestion { from, to, before, patient, .. } = self.question;
        before.is_none_or(|before| place < before)
            && from.is_none_or(|from| entry.millis >= from.0)
            && to.is_none_or(|to| entry.millis < to.0)
            && self.actor.is_none_or(|actor| entry.actor == actor)
            && patient.is_none_or(|patient| subjects(entry).any(|subject| subject == patient))
            && (self.may)(entry)
    }
}

/// Numbers read as names.
struct Names<'s> {
    trail: &'s dyn Trail,
    view: &'s dyn Snapshot,
    parties: HashMap<u32, Actor>,
    ids: HashMap<ResKey, Option<LogicalId>>,
}

impl Names<'_> {
    fn party(&mut self, number: u32) -> Result<Actor, Fault> {
        if let Some(known) = self.parties.get(&number) {
            return Ok(known.clone());
        }
        let party = self.trail.party(number)?.unwrap_or_else(|| Actor::new(ActorKind::Node, &format!("?{number}")));
        self.parties.insert(number, party.clone());
        Ok(party)
    }

    fn id(&mut self, res: ResKey) -> Result<Option<LogicalId>, Fault> {
        if let Some(known) = self.ids.get(&res) {
            return Ok(known.clone());
        }
        let id = self.view.resource(res)?.map(|known| known.id);
        self.ids.insert(res, id.clone());
        Ok(id)
    }

    fn seen(&mut self, entry: &Entry, place: TrailPlace) -> Result<Seen, Fault> {
        let origin = match entry.origin {
            0 => Origin::unknown(),
            number => Origin::of_text(self.party(number)?.id()),
        };
        let what = match &entry.what {
            What::Event { kind, patient, subject, detail } => {
                let patient = if *patient > 0 { self.id(*patient)? } else { None };
                SeenWhat::Event { kind: *kind, patient, subject: subject.clone(), detail: detail.clone() }
            }
            What::Access(access) => {
                let version = if access.row > 0 { self.view.version(access.row)? } else { None };
                let res = version.as_ref().map_or(access.res, |version| version.res);
                let thing = if res > 0 { self.id(res)? } else { None };
                let mut patients = Vec::with_capacity(access.patients.len());
                for patient in &access.patients {
                    patients.extend(self.id(*patient)?);
                }
                SeenWhat::Access { action: access.action, ty: access.ty, thing, vid: version.map(|version| version.vid), shown: access.shown, patients }
            }
        };
        let purpose = Purpose::of_number(entry.purpose);
        Ok(Seen { place, at: Instant(entry.millis), actor: self.party(entry.actor)?, origin, purpose, denied: entry.denied, what })
    }
}

fn damaged(link: i64) -> Fault {
    Fault::new(
        FaultKind::Unavailable,
        "RH-AUDIT-DAMAGED",
        format!("Link {link} of the audit chain cannot be read. Run `rihla audit verify`; it names what was changed."),
    )
}
