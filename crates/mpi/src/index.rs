//! Everybody in memory, and the pairs that may be one person.

use crate::decide::{Decision, WAITING};
use crate::links::Links;
use crate::person::person;
use rihla_fhir::json::{Doc, Limits, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{Fault, FaultKind};
use rihla_matching::{Grade, Index, Model, NameRules, Person, Verdict, Writing};
use rihla_packs::Pack;
use rihla_store::key::{ResKey, Row};
use rihla_store::{Store, Stored};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard};

/// Versions looked at while the index is held: some twenty milliseconds.
const PAGE: usize = 500;
/// Pages that somebody who asks waits for; what is left is read beside.
const WAITS: usize = 4;
/// Candidates of one person that are kept as pairs.
const NEAR: usize = 10;
/// Pairs that wait for somebody; the best are kept.
const PAIRS: usize = 20_000;

/// Somebody who may be the person asked about.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: String,
    pub verdict: Verdict,
}

/// Two records that may be one person's.
#[derive(Clone, Debug)]
pub struct Pair {
    pub one: String,
    pub other: String,
    /// How alike they are; none of two that are one record now, or are not alike at all and somebody asks to merge them.
    pub verdict: Option<Verdict>,
    /// Somebody asks to merge them, or to part them.
    pub asked: Option<Decision>,
}

/// How the index stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub people: usize,
    pub bytes: usize,
    /// Records that were not held against all others yet.
    pub due: usize,
}

/// The index of one node.
pub struct Mpi {
    store: Store,
    /// Systems of the numbers that the hospital gives itself: two records of one person never bear the same, so they tell
    /// nothing.
    own: Vec<String>,
    state: Mutex<State>,
}

struct State {
    index: Index,
    upto: Row,
    /// Who was not held against everybody yet, whoever changed last at the end.
    due: Vec<ResKey>,
    pairs: BTreeMap<(ResKey, ResKey), Verdict>,
    /// With whom somebody is in a pair.
    near: HashMap<ResKey, BTreeSet<ResKey>>,
}

impl Mpi {
    /// Reads nobody yet: the first question does, or [`Mpi::prepare`].
    pub fn new(store: Store, pack: &Pack) -> Self {
        let index = Index::new(rules(pack), Model::default());
        let own = pack.identifiers.iter().filter(|system| system.unique).map(|system| system.system.clone()).collect();
        Self { store, own, state: Mutex::new(State { index, upto: 0, due: Vec::new(), pairs: BTreeMap::new(), near: HashMap::new() }) }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Takes in what the record says up to now, letting go of the index between pages.
    pub fn prepare(&self) -> Result<(), Fault> {
        while !self.state().advance(&self.store, &self.own, 1)? {}
        Ok(())
    }

    /// The index as far as somebody who asks can wait, and whether everybody is in it.
    fn caught_up(&self) -> Result<(MutexGuard<'_, State>, bool), Fault> {
        let mut state = self.state();
        let complete = state.advance(&self.store, &self.own, WAITS)?;
        Ok((state, complete))
    }

    /// Who may be this person, the most probable first, whoever may see them (`spec.md`, FIND-2); and whether everybody was
    /// looked at: not yet, a moment after the start of a large store.
    pub fn who_may_be(&self, person: &Person, limit: usize) -> Result<(Vec<Found>, bool), Fault> {
        let mut asked = person.clone();
        asked.identifiers.retain(|number| !self.own.contains(&number.system));
        let (state, complete) = self.caught_up()?;
        let candidates = state.index.matches(&asked, limit);
        drop(state);
        let mut out = Vec::new();
        for candidate in candidates {
            let Ok(key) = ResKey::try_from(candidate.key) else { continue };
            if let Some(stored) = self.store.patient_for_platform(key)? {
                out.push(Found { id: stored.id.to_text(), verdict: candidate.verdict });
            }
        }
        Ok((out, complete))
    }

    /// Holds some of those who changed against everybody, whoever changed last first; whether more wait.
    pub fn work(&self, limit: usize) -> Result<bool, Fault> {
        self.prepare()?;
        for _ in 0..limit {
            let Some(key) = self.state().due.pop() else { return Ok(false) };
            let Some(stored) = self.store.patient_for_platform(key)? else { continue };
            let asked = whole(&self.store, &self.own, &stored)?;
            let mut state = self.state();
            let found = state.index.matches(&asked.0, NEAR);
            state.pair(key, found.into_iter().filter_map(|candidate| Some((ResKey::try_from(candidate.key).ok()?, candidate.verdict))));
        }
        Ok(!self.state().due.is_empty())
    }

    /// The pairs of which somebody asks something, by their names.
    fn asked(&self) -> Result<Vec<Pair>, Fault> {
        let mut out = Vec::new();
        for (name, _) in self.store.marks(WAITING)? {
            let Some((one, other)) = name.strip_prefix(WAITING).and_then(|pair| pair.split_once('/')) else { continue };
            let (Some(_), Some(_)) = (self.read(one)?, self.read(other)?) else { continue };
            let Some(asked) = Decision::of(&self.store, one, other)? else { continue };
            let verdict = if matches!(asked, Decision::Asked { .. }) { self.compared(one, other)? } else { None };
            out.push(Pair { one: one.to_owned(), other: other.to_owned(), verdict, asked: Some(asked) });
        }
        Ok(out)
    }

    /// The pairs that wait for somebody to decide, those first of which somebody asks something, then the most probable; and
    /// whether there are more.
    pub fn pairs(&self, limit: usize) -> Result<(Vec<Pair>, bool), Fault> {
        let (state, _) = self.caught_up()?;
        let mut all: Vec<((ResKey, ResKey), Verdict)> = state.pairs.iter().map(|(keys, verdict)| (*keys, verdict.clone())).collect();
        drop(state);
        all.sort_by(|a, b| b.1.bits.total_cmp(&a.1.bits).then(a.0.cmp(&b.0)));
        let mut out = self.asked()?;
        if out.len() > limit {
            out.truncate(limit);
            return Ok((out, true));
        }
        for ((one, other), verdict) in all {
            if out.len() == limit {
                return Ok((out, true));
            }
            let pair = self.open(one, other, verdict)?;
            out.extend(pair.filter(|pair| out.iter().all(|known| (&known.one, &known.other) != (&pair.one, &pair.other))));
        }
        Ok((out, false))
    }

    /// A pair as it stands now, unless it was decided that they are two.
    fn open(&self, one: ResKey, other: ResKey, verdict: Verdict) -> Result<Option<Pair>, Fault> {
        let (Some(one), Some(other)) = (self.store.patient_for_platform(one)?, self.store.patient_for_platform(other)?) else { return Ok(None) };
        let (one, other) = if one.id.to_text() <= other.id.to_text() { (one, other) } else { (other, one) };
        let ids = (one.id.to_text(), other.id.to_text());
        let asked = match Decision::of(&self.store, &ids.0, &ids.1)? {
            Some(Decision::Apart { versions, .. }) if versions == (one.vid, other.vid) => return Ok(None),
            decided => decided.filter(|decided| matches!(decided, Decision::Asked { .. })),
        };
        Ok(Some(Pair { one: ids.0, other: ids.1, verdict: Some(verdict), asked }))
    }

    /// How likely two records are one, as matching sees them now; none if one of them is not there.
    pub fn compared(&self, one: &str, other: &str) -> Result<Option<Verdict>, Fault> {
        let (Some(asked), Some(key)) = (self.read(one)?, self.key(other)?) else { return Ok(None) };
        let person = whole(&self.store, &self.own, &asked)?.0;
        let (state, _) = self.caught_up()?;
        let found = state.index.matches(&person, NEAR * 10);
        Ok(found.into_iter().find(|candidate| candidate.key == u64::from(key)).map(|candidate| candidate.verdict))
    }

    /// Weighs by what was learned from now on; pairs that were found by other weights are looked for again.
    pub(crate) fn weigh(&self, model: &Model) {
        let mut state = self.state();
        state.index.learn(model);
        let mut known: BTreeSet<ResKey> = state.near.drain().map(|(key, _)| key).collect();
        state.pairs.clear();
        state.due.iter().for_each(|key| _ = known.remove(key));
        // Whoever changed last goes first all the same.
        state.due.splice(0..0, known);
    }

    /// Whether numbers of a system are the hospital's own.
    pub(crate) fn gives(&self, system: &str) -> bool {
        self.own.iter().any(|own| own == system)
    }

    pub fn standing(&self) -> Standing {
        let state = self.state();
        let standing = state.index.standing();
        Standing { people: standing.people, bytes: standing.bytes, due: state.due.len() }
    }

    fn key(&self, id: &str) -> Result<Option<ResKey>, Fault> {
        self.store.key_for_platform(patient_type()?, id)
    }

    fn read(&self, id: &str) -> Result<Option<Stored>, Fault> {
        read(&self.store, id)
    }

    /// What a panic left is made anew from the record at the next start; until then it answers as far as it came.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl State {
    /// Takes in some pages of what was written since; whether that was all.
    fn advance(&mut self, store: &Store, own: &[String], pages: usize) -> Result<bool, Fault> {
        for _ in 0..pages {
            let newest = *store.ticks().borrow();
            if self.upto >= newest {
                return Ok(true);
            }
            let (people, reached) = store.patients_for_platform(self.upto, PAGE)?;
            for one in &people {
                self.take(store, own, one.key, &one.stored)?;
            }
            // Nobody stands between what was read and the newest row that was there before.
            self.upto = if reached == self.upto { newest } else { reached };
        }
        Ok(self.upto >= *store.ticks().borrow())
    }

    /// Lets go of the pairs of somebody who changed.
    fn unpair(&mut self, key: ResKey) {
        for other in self.near.remove(&key).unwrap_or_default() {
            self.forget(key, other);
        }
    }

    fn forget(&mut self, one: ResKey, other: ResKey) {
        self.pairs.remove(&(one.min(other), one.max(other)));
        for (from, to) in [(one, other), (other, one)] {
            if let Some(list) = self.near.get_mut(&from) {
                list.remove(&to);
            }
        }
    }

    fn take(&mut self, store: &Store, own: &[String], key: ResKey, stored: &Stored) -> Result<(), Fault> {
        self.unpair(key);
        let (person, links) = if stored.deleted { (Person::default(), Links::default()) } else { whole(store, own, stored)? };
        if stored.deleted || links.replaced_by.is_some() {
            self.index.remove(u64::from(key));
            return Ok(());
        }
        self.index.put(u64::from(key), &person);
        self.due.push(key);
        Ok(())
    }

    fn pair(&mut self, key: ResKey, found: impl Iterator<Item = (ResKey, Verdict)>) {
        for (other, verdict) in found.filter(|(other, verdict)| *other != key && verdict.grade <= Grade::Probable) {
            self.pairs.insert((key.min(other), key.max(other)), verdict);
            self.near.entry(key).or_default().insert(other);
            self.near.entry(other).or_default().insert(key);
        }
        // Of so many the least likely go: nobody would come to them.
        while self.pairs.len() > PAIRS {
            let least = self.pairs.iter().min_by(|a, b| a.1.bits.total_cmp(&b.1.bits)).map(|(keys, _)| *keys);
            let Some(least) = least else { return };
            self.forget(least.0, least.1);
        }
    }
}

/// A person with all that is known of those who were merged into them, and their links.
pub(crate) fn whole(store: &Store, own: &[String], stored: &Stored) -> Result<(Person, Links), Fault> {
    let json = stored.json();
    let doc = read_json(&json)?;
    let (mut out, links) = (person(doc.root()), Links::of(doc.root()));
    for id in &links.replaces {
        let Some(other) = read(store, id)? else { continue };
        let json = other.json();
        let other = person(read_json(&json)?.root());
        out.names.extend(other.names);
        out.identifiers.extend(other.identifiers);
        out.phones.extend(other.phones);
        out.birth = out.birth.or(other.birth);
    }
    out.identifiers.retain(|number| !own.contains(&number.system));
    Ok((out, links))
}

fn read(store: &Store, id: &str) -> Result<Option<Stored>, Fault> {
    match store.key_for_platform(patient_type()?, id)? {
        Some(key) => store.patient_for_platform(key),
        None => Ok(None),
    }
}

fn read_json(json: &[u8]) -> Result<Doc<'_>, Fault> {
    parse(json, &Limits { bytes: usize::MAX, values: usize::MAX, ..Limits::default() })
        .map_err(|_| Fault::new(FaultKind::Internal, "RH-MPI-READ", "A patient of the record could not be read. Run `rihla verify`."))
}

pub(crate) fn patient_type() -> Result<TypeId, Fault> {
    tables().resource_type("Patient").ok_or_else(|| Fault::new(FaultKind::Internal, "RH-MPI-TABLES", "The tables of FHIR lack a type."))
}

pub(crate) fn rules(pack: &Pack) -> NameRules {
    let writing = &pack.writing;
    let writing = Writing {
        articles: writing.articles.clone(),
        particles: writing.particles.clone(),
        phone_country: writing.phone_country.clone(),
        phone_trunk: writing.phone_trunk.clone(),
        phone_abroad: writing.phone_abroad.clone(),
    };
    let names = pack.person_names.rows.iter().map(|row| row.latin.iter().chain([&row.arabic]));
    NameRules::new(&writing, names).with_places(pack.places.rows.iter().map(|place| place.name.iter()))
}
