//! All that the record holds about one patient.

use crate::backend::{Hit, Snapshot};
use crate::handle::{Scoped, SearchPage, Stored, included_cut};
use crate::key::{FAMILY_PATIENT, KeyBuf, KeyRange, ResKey, Row, after, row_of};
use crate::search::{self, Cursor};
use rihla_fhir::r4::TypeId;
use rihla_fhirpath::compartment;
use rihla_kernel::{Fault, FaultKind, Instant};
use roaring::RoaringBitmap;

/// `Patient/$everything` (<https://hl7.org/fhir/R4/patient-operation-everything.html>).
#[derive(Clone, Debug, Default)]
pub struct EverythingQuery {
    /// Clinical dates, inclusive, in milliseconds.
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub since: Option<Instant>,
    pub types: Vec<TypeId>,
    /// Resources on a page; everything on one page if none is given.
    pub count: Option<usize>,
    pub cursor: Option<String>,
}

impl EverythingQuery {
    /// Names the question without its page.
    fn fingerprint(&self, patient: &str) -> u64 {
        let bounds = [self.start.unwrap_or(i64::MIN), self.end.unwrap_or(i64::MAX), self.since.map_or(0, |since| since.0)];
        let numbers: Vec<i64> = bounds.into_iter().chain(self.types.iter().map(|ty| i64::from(ty.0))).collect();
        search::fingerprint(patient.as_bytes(), &numbers)
    }
}

impl Scoped {
    /// A patient's compartment, and what its resources refer to outside of it.
    pub fn everything(&self, patient: &str, query: &EverythingQuery) -> Result<SearchPage, Fault> {
        let ty = TypeId(self.indexer().patient_type());
        let question = query.fingerprint(patient);
        let cursor = Cursor::fitting(query.cursor.as_deref(), question, &self.scope)?;
        let view = self.backend.snapshot(cursor.as_ref().map(|cursor| cursor.tick))?;
        let own = self.current(view.as_ref(), ty, patient)?;
        if own.version.deleted {
            return Err(Fault::new(FaultKind::Gone, "RH-STORE-DELETED", "The patient was deleted."));
        }
        let res = own.version.res;
        let mut rows = self.compartment_rows(view.as_ref(), res, own.version.row, query)?;
        for gone in self.gone_into(view.as_ref(), res)? {
            if let Some(hit) = view.current(gone, false)? {
                rows |= self.compartment_rows(view.as_ref(), gone, hit.version.row, query)?;
            }
        }
        let gate = self.gate(view.as_ref());
        let wanted = |hit: Option<Hit>| gate.pass(hit.filter(|hit| query.types.is_empty() || query.types.contains(&TypeId(hit.version.ty))));
        let mut total = rows.len();
        if !(self.scope.is_everything() && query.types.is_empty()) {
            total = 0;
            for row in &rows {
                total += u64::from(wanted(view.hit(row, false)?)?.is_some());
            }
        }
        let first = cursor.map_or(0, |cursor| cursor.place.row + 1);
        let limit = query.count.unwrap_or(usize::MAX);
        let mut hits = Vec::new();
        let mut next = None;
        for row in rows.iter().filter(|row| *row >= first) {
            if hits.len() == limit {
                next = hits.last().map(|last: &Hit| last.version.row);
                break;
            }
            hits.extend(wanted(view.hit(row, true)?)?);
        }
        let (included, cut) = search::mentioned(gate, &hits)?;
        let next = next.map(|row| Cursor::at_row(view.tick(), row, question, self.scope.fingerprint()).to_text());
        drop(view);
        self.note_hits(ty, res, hits.iter().chain(&included));
        Ok(SearchPage {
            matches: hits.into_iter().map(|hit| Stored::of_hit(hit, &self.scope)).collect(),
            included: included.into_iter().map(|hit| Stored::of_hit(hit, &self.scope)).collect(),
            total: Some(total),
            next,
            warnings: cut.then(included_cut).into_iter().collect(),
        })
    }

    fn compartment_rows(&self, view: &dyn Snapshot, res: ResKey, own: Row, query: &EverythingQuery) -> Result<RoaringBitmap, Fault> {
        let fields: RoaringBitmap = compartment("Patient")
            .into_iter()
            .flat_map(|patients| patients.members())
            .flat_map(|(_, membership)| &membership.fields)
            .map(|used| u32::from(used.field.0))
            .collect();
        let mut prefix = vec![FAMILY_PATIENT];
        prefix.extend_from_slice(&res.to_be_bytes());
        prefix.push(0);
        let at = prefix.len();
        let mut range = KeyRange::prefix(prefix);
        let mut rows: RoaringBitmap = std::iter::once(own).collect();
        let since = query.since.map(|since| view.row_at(rihla_kernel::Hlc((since.0.max(0) as u64) << 16))).transpose()?.unwrap_or(0);
        let mut keys = KeyBuf::new();
        loop {
            keys.clear();
            view.scan(&range, false, 1024, &mut keys)?;
            for key in keys.iter() {
                let field = key.get(at..at + 2).map_or(0, |field| field.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)));
                let date = key.get(at + 2..at + 8).map_or(0, crate::key::read_u48);
                let row = row_of(key);
                if fields.contains(field) && row > since && within(date, query) && view.is_current(row) {
                    rows.insert(row);
                }
            }
            match keys.len().checked_sub(1).and_then(|last| keys.get(last)) {
                Some(last) if keys.len() == 1024 => range.from = after(last),
                _ => return Ok(rows),
            }
        }
    }
}

/// What has no clinical date is about the patient at all times.
fn within(date: u64, query: &EverythingQuery) -> bool {
    date == crate::keys::NO_DATE
        || (query.start.is_none_or(|start| date >= crate::key::ordered_time(start)) && query.end.is_none_or(|end| date <= crate::key::ordered_time(end)))
}
