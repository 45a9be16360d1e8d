//! The answer to a question for people: within what may be seen, the best first.

use super::card::{Card, KIND_IDENTIFIER, KIND_PHONE, number_head};
use super::fill::{card_of, card_of_body};
use super::index::{Index, Tiers};
use super::question::{How, Kind, Question};
use super::rules::NameRules;
use super::{Ready, not_ready, numbers_missing};
use crate::backend::{AccessAction, Hit, Snapshot};
use crate::handle::{Scoped, Stored};
use crate::indexer::Indexer;
use crate::key::{FAMILY_PEOPLE, KeyBuf, KeyRange, ResKey, Row, row_of};
use crate::keys::across_head;
use crate::scope::AccessScope;
use rihla_fhir::r4::TypeId;
use rihla_kernel::Fault;
use roaring::RoaringBitmap;

/// What was typed, and by whose rules it is read.
pub struct PeopleQuery<'q> {
    pub text: &'q str,
    pub rules: &'q NameRules,
    /// People shown at most.
    pub limit: usize,
}

/// How one part of what was typed was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordMatch {
    pub typed: String,
    /// The record's own words, folded; a date as eight digits.
    pub found: String,
    pub how: How,
}

#[derive(Debug)]
pub struct Person {
    pub stored: Stored,
    pub(crate) key: ResKey,
    pub matches: Vec<WordMatch>,
    /// No longer in use: merged into another, most often.
    pub inactive: bool,
    /// Another of those shown bears the very same names.
    pub homonym: bool,
}

#[derive(Debug, Default)]
pub struct People {
    pub found: Vec<Person>,
    /// More fulfil the question than are shown.
    pub more: bool,
    /// Typed, and not used: too short, or so common that more has to be typed.
    pub unused: Vec<String>,
    pub warnings: Vec<Fault>,
}

/// People shown at most.
const LIMIT_MAX: usize = 200;
/// People of one beginning of a number; beyond, more of it has to be typed.
const NUMBERS_MAX: usize = 4_000;
/// Fewer than this found: slips of a letter are let pass.
const FEW: usize = 3;
/// Names tried while the index is not there yet.
const TRIED: usize = 500;

/// A person on the way into the answer.
struct Found {
    hit: Hit,
    card: Card,
}

impl Scoped {
    /// Finds people by what has been typed so far: parts of names in any order, script and spelling; numbers; birth.
    /// Those whose record is no longer in use come last.
    pub fn find_people(&self, query: &PeopleQuery<'_>) -> Result<People, Fault> {
        let limit = query.limit.clamp(1, LIMIT_MAX);
        let patient = TypeId(self.indexer().patient_type());
        let view = self.backend.snapshot(None)?;
        let view = view.as_ref();
        let mut out = People::default();
        if self.scope.allows_type(patient.0) {
            let caught_up = self.people.advance(view, self.indexer())?;
            if !caught_up {
                out.warnings.push(not_ready());
                self.people.fill_aside(&self.backend, self.indexer());
            }
            let ready = self.people.read();
            for (at, question) in Question::readings(query.text, query.rules).into_iter().enumerate() {
                if at > 0 && !out.found.is_empty() {
                    break;
                }
                let answer = self.one_reading(view, ready.as_ref(), question, limit)?;
                if at == 0 || !answer.found.is_empty() {
                    out.warnings.extend(answer.warnings);
                    out = People { warnings: out.warnings, ..answer };
                }
            }
        }
        let mut patients: Vec<_> = out.found.iter().map(|person| person.key).collect();
        patients.sort_unstable();
        self.note(AccessAction::Execute, patient, 0, out.found.len() as u32, patients);
        Ok(out)
    }

    fn one_reading(&self, view: &dyn Snapshot, ready: Option<&Ready>, question: Question, limit: usize) -> Result<People, Fault> {
        let mut out = People::default();
        match ready {
            Some(ready) => {
                if question.units.iter().any(|unit| matches!(unit.kind, Kind::Number { .. })) && !ready.has_numbers(view)? {
                    out.warnings.push(numbers_missing());
                }
                self.answer(view, &ready.index, question, limit, &mut out)?;
            }
            None => self.answer_unready(view, question, limit, &mut out)?,
        }
        Ok(out)
    }

    fn answer(&self, view: &dyn Snapshot, index: &Index, mut question: Question, limit: usize, out: &mut People) -> Result<(), Fault> {
        let numbers = self.numbers(view, index, &mut question)?;
        let within = self.people.allowed(index, self);
        let parts = index.parts(&question, &numbers);
        let Tiers(mut tiers) = index.find(&parts, within.as_deref());
        let (mut found, mut more) = self.take(view, index, &tiers, limit)?;
        let mut near = false;
        if found.len() < FEW {
            tiers.push(index.find_near(&question, &parts, within.as_deref()));
            (found, more) = self.take(view, index, &tiers, limit)?;
            near = true;
        }
        out.more = more;
        out.found = persons(found, &question, near, &self.scope);
        out.unused = question.unused;
        Ok(())
    }

    /// Who bears each part that is a number. A part that too many bear is left out of the question, and said to be.
    fn numbers(&self, view: &dyn Snapshot, index: &Index, question: &mut Question) -> Result<Vec<Option<RoaringBitmap>>, Fault> {
        let mut out = Vec::new();
        for unit in std::mem::take(&mut question.units) {
            let Kind::Number { year, .. } = &unit.kind else {
                question.units.push(unit);
                out.push(None);
                continue;
            };
            let mut rows = number_rows(view, self.indexer(), &unit.kind)?;
            if let (Some(rows), true) = (&mut rows, self.indexer().is_blind()) {
                // A blind index knows how a number begins, no more.
                let mut all = Vec::with_capacity(rows.len());
                for row in rows.iter().copied().filter(|row| view.is_current(*row)) {
                    let card = card_of(view, self.indexer(), row)?;
                    all.extend(card.filter(|card| unit.matched(card, false).is_some()).map(|_| row));
                }
                *rows = all;
            }
            if rows.is_none() && year.is_none() {
                question.unused.push(unit.typed);
                continue;
            }
            if rows.is_none() {
                question.unused.push(unit.typed.clone());
            }
            out.push(rows.map(|rows| rows.into_iter().filter_map(|row| index.person(row)).collect()));
            question.units.push(unit);
        }
        Ok(out)
    }

    /// The first of the tiers that are true now; the newest of each tier first, those not in use last.
    fn take(&self, view: &dyn Snapshot, index: &Index, tiers: &[RoaringBitmap], limit: usize) -> Result<(Vec<Found>, bool), Fault> {
        let mut found: Vec<Found> = Vec::new();
        let mut more = false;
        for inactive in [false, true] {
            for (at, tier) in tiers.iter().enumerate() {
                let before = tiers.get(..at).unwrap_or(&[]);
                for person in tier.iter().rev() {
                    if index.is_inactive(person) != inactive || before.iter().any(|set| set.contains(person)) {
                        continue;
                    }
                    let Some(row) = index.row(person).filter(|row| view.is_current(*row)) else { continue };
                    if found.len() == limit {
                        more = true;
                        break;
                    }
                    found.extend(self.found(view, row)?);
                }
                if more {
                    return Ok((found, more));
                }
            }
        }
        Ok((found, more))
    }

    fn found(&self, view: &dyn Snapshot, row: Row) -> Result<Option<Found>, Fault> {
        let Some(hit) = self.gate(view).pass(view.hit(row, true)?)? else { return Ok(None) };
        let card = card_of_body(self.indexer(), &hit)?;
        Ok(Some(Found { hit, card }))
    }

    /// What the ordered index on disk gives while the words are not in memory yet: people by one number, or by how one of
    /// their names begins.
    fn answer_unready(&self, view: &dyn Snapshot, question: Question, limit: usize, out: &mut People) -> Result<(), Fault> {
        let mut rows: Option<Vec<Row>> = None;
        for unit in &question.units {
            let own = match &unit.kind {
                Kind::Number { .. } => number_rows(view, self.indexer(), &unit.kind)?,
                Kind::Name { word, .. } => Some(self.rows_beginning(view, word)?),
                Kind::Birth(_) => None,
            };
            rows = match (rows, own) {
                (Some(before), Some(own)) if own.is_empty() || (!before.is_empty() && before.len() <= own.len()) => Some(before),
                (before, own) => own.or(before),
            };
        }
        let mut found = Vec::new();
        for row in rows.unwrap_or_default().into_iter().filter(|row| view.is_current(*row)) {
            let Some(one) = self.found(view, row)? else { continue };
            if question.units.iter().all(|unit| unit.matched(&one.card, false).is_some()) {
                if found.len() == limit {
                    out.more = true;
                    break;
                }
                found.push(one);
            }
        }
        found.sort_by_key(|one: &Found| one.card.inactive);
        out.found = persons(found, &question, false, &self.scope);
        out.unused = question.unused;
        Ok(())
    }

    fn rows_beginning(&self, view: &dyn Snapshot, word: &str) -> Result<Vec<Row>, Fault> {
        let mut rows = RoaringBitmap::new();
        for field in &self.indexer().people_fields().names {
            let mut prefix = across_head(field.0).to_vec();
            match self.indexer().blind_of(*field) {
                Some(blind) => prefix.extend(blind.text_head(word).into_iter().flatten()),
                None => prefix.extend_from_slice(word.as_bytes()),
            }
            let mut keys = KeyBuf::new();
            view.scan(&KeyRange::prefix(prefix), false, TRIED, &mut keys)?;
            rows.extend(keys.iter().map(row_of));
        }
        Ok(rows.into_iter().rev().collect())
    }
}

/// The rows of those whose number begins so; `None` if they are too many.
fn number_rows(view: &dyn Snapshot, indexer: &Indexer, kind: &Kind) -> Result<Option<Vec<Row>>, Fault> {
    let Kind::Number { identifier, phones, .. } = kind else { return Ok(None) };
    let mut rows = Vec::new();
    let heads = std::iter::once((KIND_IDENTIFIER, identifier)).chain(phones.iter().map(|way| (KIND_PHONE, way)));
    for (kind, text) in heads {
        let mut keys = KeyBuf::new();
        let head = match indexer.blinds().key {
            Some(blind) => [&[FAMILY_PEOPLE, kind][..], blind.text_head(text).as_ref().map_or(&[], |head| head.as_slice())].concat(),
            None => number_head(kind, text, false),
        };
        view.scan(&KeyRange::prefix(head), false, NUMBERS_MAX, &mut keys)?;
        if keys.len() == NUMBERS_MAX {
            return Ok(None);
        }
        rows.extend(keys.iter().map(row_of));
    }
    rows.sort_unstable_by(|a, b| b.cmp(a));
    rows.dedup();
    Ok(Some(rows))
}

fn persons(found: Vec<Found>, question: &Question, near: bool, scope: &AccessScope) -> Vec<Person> {
    let homonyms: Vec<bool> = found.iter().map(|one| found.iter().filter(|other| other.card.words == one.card.words).count() > 1).collect();
    let person = |(one, homonym): (Found, bool)| {
        let matched = |unit: &super::question::Unit| unit.matched(&one.card, near).map(|(how, found)| WordMatch { typed: unit.typed.clone(), found, how });
        let (matches, key) = (question.units.iter().filter_map(matched).collect(), one.hit.version.res);
        Person { matches, key, inactive: one.card.inactive, homonym, stored: Stored::of_hit(one.hit, scope) }
    };
    found.into_iter().zip(homonyms).map(person).collect()
}
