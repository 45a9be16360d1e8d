//! Versions, newest first (<https://hl7.org/fhir/R4/http.html#history>).

use crate::backend::{Hit, Snapshot};
use crate::handle::{Scoped, Stored, not_found};
use crate::key::{FAMILY_DELETED, FAMILY_TYPE, KeyBuf, KeyRange, Row, row_of};
use crate::search::{Cursor, fingerprint};
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
    /// Versions that were current at some moment between these two only.
    pub at: Option<(Instant, Instant)>,
    pub count: usize,
    pub cursor: Option<String>,
}

#[derive(Debug)]
pub struct HistoryPage {
    /// Newest first; deletions among them.
    pub entries: Vec<Stored>,
    pub next: Option<String>,
    /// All versions of an instance that are asked for; not counted for types and the system.
    pub total: Option<u64>,
}

/// Between which rows the answer lies.
struct Window {
    oldest: Row,
    newest: Row,
    /// Of the rows up to this one, those that were newest then and held data.
    then: Row,
}

impl Window {
    fn of(query: &HistoryQuery, view: &dyn Snapshot) -> Result<Self, Fault> {
        let upto = |instant: Instant| if instant.0 < 0 { Ok(0) } else { view.row_at(Hlc((instant.0.min(LAST) as u64) << 16 | 0xFFFF)) };
        let oldest = query.since.map_or(Ok(1), |since| Ok(upto(Instant(since.0.saturating_sub(1)))? + 1))?;
        let (then, newest) = match query.at {
            Some((from, to)) => (upto(from)?, upto(to)?),
            None => (0, view.tick()),
        };
        Ok(Self { oldest, newest, then })
    }

    /// Whether a version that is not newer than the window was current in it.
    fn holds(&self, hit: &Hit, view: &dyn Snapshot) -> Result<bool, Fault> {
        let row = hit.version.row;
        if row > self.then {
            return Ok(row <= self.newest);
        }
        if hit.version.deleted {
            return Ok(false);
        }
        let mut newest = view.current(hit.version.res, false)?;
        while let Some(found) = newest.take_if(|found| found.version.row > self.then) {
            newest = view.hit(found.version.prev, false)?;
        }
        Ok(newest.is_some_and(|found| found.version.row == row))
    }
}

/// The last millisecond that the hybrid clock can say.
const LAST: i64 = i64::MAX >> 17;

impl Scoped {
    pub fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, Fault> {
        let question = query.fingerprint();
        let cursor = Cursor::fitting(query.cursor.as_deref(), question, &self.scope)?;
        let view = self.backend.snapshot(cursor.as_ref().map(|cursor| cursor.tick))?;
        let view = view.as_ref();
        let window = Window::of(query, view)?;
        let before = cursor.map_or(Row::MAX, |cursor| cursor.place.row).min(window.newest.saturating_add(1));
        // One more than is shown tells whether a page follows.
        let limit = if query.count == 0 { 0 } else { query.count.saturating_add(1) };
        let (hits, total, ty) = match &query.of {
            HistoryOf::Instance(ty, id) => {
                let (hits, total) = self.of_instance(view, *ty, id, &window, before, limit)?;
                (hits, Some(total), *ty)
            }
            HistoryOf::Type(ty) => (self.of_type(view, *ty, &window, before, limit)?, None, *ty),
            HistoryOf::System => (self.of_system(view, &window, before, limit)?, None, TypeId(0)),
        };
        let more = hits.len() > query.count;
        let last = hits.get(query.count.saturating_sub(1)).map(|hit| hit.version.row);
        let next = last.filter(|_| more).map(|row| Cursor::at_row(view.tick(), row, question, self.scope.fingerprint()).to_text());
        self.note_hits(ty, 0, hits.iter().take(query.count));
        let entries: Vec<Stored> = hits.into_iter().take(query.count).map(|hit| Stored::of_hit(hit, &self.scope)).collect();
        Ok(HistoryPage { entries, next, total })
    }

    fn of_instance(&self, view: &dyn Snapshot, ty: TypeId, id: &str, window: &Window, before: Row, limit: usize) -> Result<(Vec<Hit>, u64), Fault> {
        let res = view.find(ty.0, id)?.ok_or_else(not_found)?;
        let newest = self.let_see(view, view.current(res, true)?.ok_or_else(not_found)?)?;
        let (mut hits, mut total) = (Vec::new(), 0);
        let mut next = Some(newest);
        while let Some(hit) = next.take().filter(|hit| hit.version.row >= window.oldest) {
            let prev = hit.version.prev;
            // What was current when the window begins is the last that belongs to it.
            let last = hit.version.row <= window.then;
            if self.gate(view).lets(&hit)? && window.holds(&hit, view)? {
                total += 1;
                if hit.version.row < before && hits.len() < limit {
                    hits.push(hit);
                }
            }
            next = if prev > 0 && !last { view.hit(prev, hits.len() < limit)? } else { None };
        }
        Ok((hits, total))
    }

    fn of_type(&self, view: &dyn Snapshot, ty: TypeId, window: &Window, before: Row, limit: usize) -> Result<Vec<Hit>, Fault> {
        let mut hits = Vec::new();
        let mut upto = before;
        while hits.len() < limit {
            let mut rows = Vec::new();
            for family in [FAMILY_TYPE, FAMILY_DELETED] {
                let mut keys = KeyBuf::new();
                view.scan(&type_range(family, ty, window.oldest, upto), true, limit, &mut keys)?;
                rows.extend(keys.iter().map(row_of));
            }
            rows.sort_unstable_by(|a, b| b.cmp(a));
            rows.truncate(limit);
            let Some(last) = rows.last().copied() else { break };
            for row in rows {
                self.push_allowed(view, row, window, limit, &mut hits)?;
            }
            upto = last;
        }
        Ok(hits)
    }

    fn of_system(&self, view: &dyn Snapshot, window: &Window, before: Row, limit: usize) -> Result<Vec<Hit>, Fault> {
        let mut hits = Vec::new();
        let mut row = before.saturating_sub(1).min(view.tick());
        while row >= window.oldest && hits.len() < limit {
            self.push_allowed(view, row, window, limit, &mut hits)?;
            row -= 1;
        }
        Ok(hits)
    }

    fn push_allowed(&self, view: &dyn Snapshot, row: Row, window: &Window, limit: usize, hits: &mut Vec<Hit>) -> Result<(), Fault> {
        if hits.len() < limit
            && let Some(hit) = self.gate(view).pass(view.hit(row, true)?)?
            && window.holds(&hit, view)?
        {
            hits.push(hit);
        }
        Ok(())
    }
}

impl HistoryQuery {
    /// Names the question without its page.
    fn fingerprint(&self) -> u64 {
        let (ty, id) = match &self.of {
            HistoryOf::Instance(ty, id) => (i64::from(ty.0), id.as_str()),
            HistoryOf::Type(ty) => (i64::from(ty.0), "*"),
            HistoryOf::System => (-1, "*"),
        };
        let (from, to) = self.at.map_or((0, 0), |(from, to)| (from.0, to.0));
        fingerprint(id.as_bytes(), &[ty, self.since.map_or(0, |since| since.0), from, to])
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
