//! Filling the word index: once from the ordered index on disk, without reading bodies, then from each new version.

use super::card::{Card, KIND_MADE, KIND_REPLACED, birth, is_replaced, words};
use super::index::Index;
use crate::backend::{Backend, Hit, Snapshot};
use crate::body::{Head, compose_into};
use crate::indexer::Indexer;
use crate::key::{FAMILY_ACROSS, FAMILY_PEOPLE, FAMILY_TYPE, KeyBuf, KeyRange, Row, STRING_BYTES, after, read_u48, row_of, time_of, token};
use crate::keys::DateClass;
use rihla_fhir::json::{self, Limits};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{FieldId, extract};
use rihla_kernel::{Fault, FaultKind};
use std::sync::Weak;

/// Keys read under one view: short, so that no view holds the log's checkpoint back.
const CHUNK: usize = 8_192;

/// What is done with a key under the view that gave it.
type Each<'a> = &'a mut dyn FnMut(&dyn Snapshot, &[u8]) -> Result<(), Fault>;

/// The way to the record while filling. The store may close meanwhile.
pub(crate) struct Source<'s> {
    pub backend: &'s Weak<dyn Backend>,
    pub indexer: &'s Indexer,
}

impl Source<'_> {
    /// Shows each key of a stretch with the view that gave it, in order.
    fn each(&self, mut range: KeyRange, act: Each<'_>) -> Result<(), Fault> {
        let mut keys = KeyBuf::new();
        loop {
            keys.clear();
            self.viewed(|view| {
                view.scan(&range, false, CHUNK, &mut keys)?;
                keys.iter().try_for_each(|key| act(view, key))
            })?;
            match keys.len().checked_sub(1).and_then(|last| keys.get(last)) {
                Some(last) if keys.len() == CHUNK => range.from = after(last),
                _ => return Ok(()),
            }
        }
    }

    /// Does something with a view of now.
    pub fn viewed<T>(&self, act: impl FnOnce(&dyn Snapshot) -> Result<T, Fault>) -> Result<T, Fault> {
        let backend = self.backend.upgrade().ok_or_else(closed)?;
        act(backend.snapshot(None)?.as_ref())
    }

    /// Everyone up to now.
    pub fn fill(&self) -> Result<Index, Fault> {
        let upto = self.viewed(|view| Ok(view.tick()))?;
        let mut index = Index::at(upto);
        let patient = self.indexer.patient_type();
        // A blind index does not know the words.
        let blind = self.indexer.is_blind();
        self.each(type_range(patient, 0), &mut |view, key| {
            let row = row_of(key);
            if row <= upto && view.is_current(row) {
                let version = view.version(row)?.ok_or_else(missing)?;
                let person = index.push(row, (version.res, version.site));
                if blind {
                    index.add(person, &card_of(view, self.indexer, row)?.unwrap_or_default());
                }
            }
            Ok(())
        })?;
        if blind {
            return Ok(index);
        }
        let fields = self.indexer.people_fields();
        let mut cut = Vec::new();
        for field in &fields.names {
            self.fill_names(*field, &mut index, &mut cut)?;
        }
        if let Some(field) = fields.birth {
            self.each(across(field, &[]), &mut |_, key| {
                let class = DateClass::ALL.into_iter().find(|class| key.get(3) == Some(&(*class as u8)));
                if let (Some(class), Some(lo), Some(person)) = (class, key.get(4..10), index.person(row_of(key))) {
                    index.set_birth(person, birth(class, time_of(read_u48(lo))));
                }
                Ok(())
            })?;
        }
        if let Some(field) = fields.active {
            self.each(across(field, &token(Some("false"), None).to_be_bytes()), &mut |_, key| {
                index.person(row_of(key)).into_iter().for_each(|person| index.set_inactive(person));
                Ok(())
            })?;
        }
        self.each(KeyRange::prefix(vec![FAMILY_PEOPLE, KIND_REPLACED]), &mut |_, key| {
            index.person(row_of(key)).into_iter().for_each(|person| index.set_inactive(person));
            Ok(())
        })?;
        self.fill_cut(cut, &mut index)?;
        Ok(index)
    }

    /// Equal strings stand together, so their words are looked up once for all who bear them.
    fn fill_names(&self, field: FieldId, index: &mut Index, cut: &mut Vec<Row>) -> Result<(), Fault> {
        let mut text = String::new();
        let mut people: Vec<u32> = Vec::new();
        self.each(across(field, &[]), &mut |_, key| {
            // Behind the text stand a mark, a hash and the row: nine bytes.
            let own = key.get(3..key.len().saturating_sub(9)).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("");
            if own != text {
                add_words(index, &text, &mut people);
                text = own.into();
            }
            if let Some(person) = index.person(row_of(key)) {
                people.push(person);
                if own.len() > STRING_BYTES - 4 {
                    cut.push(row_of(key));
                }
            }
            Ok(())
        })?;
        add_words(index, &text, &mut people);
        Ok(())
    }

    /// What was cut in the index is read whole.
    fn fill_cut(&self, rows: Vec<Row>, index: &mut Index) -> Result<(), Fault> {
        for row in rows {
            if let (Some(card), Some(person)) = (self.viewed(|view| card_of(view, self.indexer, row))?, index.person(row)) {
                index.add_words(person, &card);
            }
        }
        Ok(())
    }
}

fn add_words(index: &mut Index, text: &str, people: &mut Vec<u32>) {
    people.sort_unstable();
    for word in words(text) {
        index.add_word(word, people.iter().copied());
    }
    people.clear();
}

/// Adds the versions that came after, at most `limit`. Returns whether the index has reached the view.
pub(crate) fn catch_up(view: &dyn Snapshot, indexer: &Indexer, limit: usize, index: &mut Index) -> Result<bool, Fault> {
    let mut keys = KeyBuf::new();
    view.scan(&type_range(indexer.patient_type(), index.tick), false, limit, &mut keys)?;
    for row in keys.iter().map(row_of).filter(|row| *row <= view.tick()) {
        let version = view.version(row)?.ok_or_else(missing)?;
        let card = card_of(view, indexer, row)?.unwrap_or_default();
        let person = index.push(row, (version.res, version.site));
        index.add(person, &card);
        index.tick = row;
    }
    let reached = keys.len() < limit;
    if reached {
        index.tick = index.tick.max(view.tick());
    }
    Ok(reached)
}

/// What a version holds, read from its body.
pub(crate) fn card_of(view: &dyn Snapshot, indexer: &Indexer, row: Row) -> Result<Option<Card>, Fault> {
    let Some(hit) = view.hit(row, true)?.filter(|hit| !hit.version.deleted) else { return Ok(None) };
    card_of_body(indexer, &hit).map(Some)
}

/// A version as JSON.
pub(crate) fn body_of(hit: &Hit) -> Vec<u8> {
    let (ty, mut text) = (TypeId(hit.version.ty), Vec::new());
    let head = Head { resource_type: tables().type_name(ty), id: &hit.resource.id, vid: hit.version.vid, last_updated: hit.version.hlc.instant() };
    compose_into(&head, &hit.body, &mut text);
    text
}

pub(crate) fn card_of_body(indexer: &Indexer, hit: &Hit) -> Result<Card, Fault> {
    let ty = TypeId(hit.version.ty);
    let text = body_of(hit);
    let doc = json::parse(&text, &Limits { bytes: usize::MAX, values: usize::MAX, ..Limits::default() }).map_err(|_| missing())?;
    let mut entries = Vec::new();
    extract(doc.root(), ty, indexer.zone(), &mut entries);
    Ok(Card::of(&entries, indexer.people_fields(), is_replaced(doc.root())))
}

/// Whether the numbers of all people are in the index on disk: those of the oldest that is still true tell.
pub(crate) fn numbers_are_made(view: &dyn Snapshot, index: &Index) -> Result<bool, Fault> {
    let oldest = (0..index.len() as u32).filter_map(|person| index.row(person)).find(|row| view.is_current(*row));
    let Some(row) = oldest else { return Ok(true) };
    let mut key = vec![FAMILY_PEOPLE, KIND_MADE];
    key.extend_from_slice(&row.to_be_bytes());
    let mut found = KeyBuf::new();
    view.scan(&KeyRange { to: after(&key), from: key }, false, 1, &mut found)?;
    Ok(!found.is_empty())
}

pub(super) fn type_range(ty: u16, beyond: Row) -> KeyRange {
    let mut prefix = vec![FAMILY_TYPE];
    prefix.extend_from_slice(&ty.to_be_bytes());
    let mut range = KeyRange::prefix(prefix);
    range.from.extend_from_slice(&beyond.saturating_add(1).to_be_bytes());
    range
}

fn across(field: FieldId, value: &[u8]) -> KeyRange {
    let mut prefix = vec![FAMILY_ACROSS];
    prefix.extend_from_slice(&field.0.to_be_bytes());
    prefix.extend_from_slice(value);
    KeyRange::prefix(prefix)
}

fn missing() -> Fault {
    Fault::new(FaultKind::Internal, "RH-STORE-INDEX", "The index names a version that the log does not hold. Run `rihla rebuild`.")
}

fn closed() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-STOPPED", "The store is shutting down.")
}
