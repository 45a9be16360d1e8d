//! Versions, newest first (<https://hl7.org/fhir/R4/http.html#history>).

use crate::backend::{AccessAction, Hit, Snapshot};
use crate::handle::{Scoped, Stored, not_found};
use crate::key::{FAMILY_DELETED, FAMILY_TYPE, KeyBuf, KeyRange, Row, row_of};
use crate::search::Cursor;
use rihla_fhir::r4::TypeId;
use rihla_kernel::{Fault, Hlc, Instant};

/// Whose history.
#[derive(Clone, Debug)]
pub enum HistoryOf {
    Instance(TypeId, String),
    Type(TypeId),
    System,
}

#[derive(Clone, Debug)]
pub struct HistoryQuery {
    pub of: HistoryOf,
    /// Versions made at or after this instant only.
    pub since: Option<Instant>,
    pub count: usize,
    pub cursor: Option<String>,
}

#[derive(Debug)]
pub struct HistoryPage {
    /// Newest first; deletions among them.
    pub entries: Vec<Stored>,
    pub next: Option<String>,
    /// All versions of an instance; not counted for types and the system.
    pub total: Option<u64>,
}

impl Scoped {
    pub fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, Fault> {
        let cursor = query.cursor.as_deref().map(Cursor::parse).transpose()?;
        let view = self.backend.snapshot(cursor.as_ref().map(|cursor| cursor.tick))?;
        let view = view.as_ref();
        let oldest = match query.since {
            Some(since) if since.0 > 0 => view.row_at(Hlc(((since.0 as u64) << 16) - 1))? + 1,
            _ => 1,
        };
        let before = cursor.map_or(Row::MAX, |cursor| cursor.place.row);
        let (hits, total, ty) = match &query.of {
            HistoryOf::Instance(ty, id) => {
                let (hits, total) = self.of_instance(view, *ty, id, oldest, before, query.count + 1)?;
                (hits, Some(total), *ty)
            }
            HistoryOf::Type(ty) => (self.of_type(view, *ty, oldest, before, query.count + 1)?, None, *ty),
            HistoryOf::System => (self.of_system(view, oldest, before, query.count + 1)?, None, TypeId(0)),
        };
        let more = hits.len() > query.count;
        let last = hits.get(query.count.saturating_sub(1)).map(|hit| hit.version.row);
        let next = last.filter(|_| more).map(|row| Cursor::at_row(view.tick(), row).to_text());
        let entries: Vec<Stored> = hits.into_iter().take(query.count).map(Stored::of_hit).collect();
        self.note(AccessAction::Execute, ty, 0, entries.len() as u32);
        Ok(HistoryPage { entries, next, total })
    }

    fn of_instance(&self, view: &dyn Snapshot, ty: TypeId, id: &str, oldest: Row, before: Row, limit: usize) -> Result<(Vec<Hit>, u64), Fault> {
        let res = view.find(ty.0, id)?.ok_or_else(not_found)?;
        let newest = view.current(res, true)?.filter(|hit| self.scope.allows(hit)).ok_or_else(not_found)?;
        let total = u64::from(newest.version.vid);
        let mut hits = Vec::new();
        let mut next = Some(newest);
        while let Some(hit) = next.take() {
            if hit.version.row < oldest || hits.len() == limit {
                break;
            }
            next = if hit.version.prev > 0 { view.hit(hit.version.prev, true)? } else { None };
            if hit.version.row < before && self.scope.allows(&hit) {
                hits.push(hit);
            }
        }
        Ok((hits, total))
    }

    fn of_type(&self, view: &dyn Snapshot, ty: TypeId, oldest: Row, before: Row, limit: usize) -> Result<Vec<Hit>, Fault> {
        let mut hits = Vec::new();
        let mut upto = before;
        while hits.len() < limit {
            let mut rows = Vec::new();
            for family in [FAMILY_TYPE, FAMILY_DELETED] {
                let mut keys = KeyBuf::new();
                view.scan(&type_range(family, ty, oldest, upto), true, limit, &mut keys)?;
                rows.extend(keys.iter().map(row_of));
            }
            rows.sort_unstable_by(|a, b| b.cmp(a));
            rows.truncate(limit);
            let Some(last) = rows.last().copied() else { break };
            self.push_allowed(view, &rows, limit, &mut hits)?;
            upto = last;
        }
        Ok(hits)
    }

    fn of_system(&self, view: &dyn Snapshot, oldest: Row, before: Row, limit: usize) -> Result<Vec<Hit>, Fault> {
        let mut hits = Vec::new();
        let mut row = before.saturating_sub(1).min(view.tick());
        while row >= oldest && hits.len() < limit {
            self.push_allowed(view, &[row], limit, &mut hits)?;
            row -= 1;
        }
        Ok(hits)
    }

    fn push_allowed(&self, view: &dyn Snapshot, rows: &[Row], limit: usize, hits: &mut Vec<Hit>) -> Result<(), Fault> {
        for row in rows {
            if hits.len() < limit {
                hits.extend(view.hit(*row, true)?.filter(|hit| self.scope.allows(hit)));
            }
        }
        Ok(())
    }
}

fn type_range(family: u8, ty: TypeId, oldest: Row, before: Row) -> KeyRange {
    let bound = |row: Row| {
        let mut key = vec![family];
        key.extend_from_slice(&ty.0.to_be_bytes());
        key.extend_from_slice(&row.to_be_bytes());
        key
    };
    KeyRange { from: bound(oldest), to: bound(before) }
}
