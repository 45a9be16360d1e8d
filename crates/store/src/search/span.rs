//! Stretches of the index that hold what is wanted, and walking over them in order.

use crate::backend::Snapshot;
use crate::key::{KeyBuf, KeyRange, Row, after, row_of};
use rihla_kernel::Fault;
use std::rc::Rc;

/// Which bytes of a key, besides the row, put it in order within a union of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The row alone: all keys of the span share the rest.
    Row,
    /// `len` bytes from `at`, then the row.
    Bytes { at: usize, len: usize },
    /// Everything from `at` up to the row, then the row.
    From(usize),
    /// The same, where spans of one union agree in the first `len` bytes only: behind a date's beginning stands its end
    /// in some of them, behind a number its units.
    Head { at: usize, len: usize },
}

/// Which keys of a stretch are meant.
pub type Filter = Rc<dyn Fn(&[u8]) -> bool>;

/// One stretch.
#[derive(Clone)]
pub struct Span {
    pub range: KeyRange,
    pub order: Order,
    pub filter: Option<Filter>,
    /// Bytes that all its keys share.
    prefix: usize,
}

impl Span {
    /// All keys that go on with a row right after `prefix`.
    pub fn rows(prefix: Vec<u8>) -> Self {
        Self { prefix: prefix.len(), range: KeyRange::prefix(prefix), order: Order::Row, filter: None }
    }

    /// A range whose keys share their first `prefix` bytes.
    pub fn of(range: KeyRange, prefix: usize, order: Order, filter: Option<Filter>) -> Self {
        Self { range, order, filter, prefix }
    }

    /// The shared head of its keys.
    pub fn shared(&self) -> &[u8] {
        self.range.from.get(..self.prefix).unwrap_or(&[])
    }

    /// What orders `key` within its union, without the row.
    pub fn order_of<'k>(&self, key: &'k [u8]) -> &'k [u8] {
        let end = key.len().saturating_sub(4);
        match self.order {
            Order::Row => None,
            Order::Bytes { at, len } => key.get(at..at + len),
            Order::From(at) | Order::Head { at, .. } => key.get(at..end),
        }
        .unwrap_or(&[])
    }

    fn accepts(&self, key: &[u8]) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter(key))
    }

    /// Narrows the range to what comes after a place in the union's order; a few keys before it may remain.
    fn resume(&mut self, place: &Place, reverse: bool) {
        let mut key = match self.order {
            Order::Row => self.shared().to_vec(),
            Order::Bytes { at, .. } | Order::From(at) | Order::Head { at, .. } => self.range.from.get(..at).unwrap_or(&[]).to_vec(),
        };
        match self.order {
            Order::Head { len, .. } => key.extend_from_slice(place.order.get(..len).unwrap_or(&place.order)),
            Order::Bytes { .. } => key.extend_from_slice(&place.order),
            Order::Row | Order::From(_) => {
                key.extend_from_slice(&place.order);
                key.extend_from_slice(&place.row.to_be_bytes());
            }
        }
        if !reverse && key > self.range.from {
            self.range.from = key;
        } else if reverse {
            let bound = crate::key::successor(&key);
            if bound < self.range.to {
                self.range.to = bound;
            }
        }
    }
}

/// A place in the order of a union: where a page ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub order: Vec<u8>,
    pub row: Row,
}

/// Keys fetched at first, and at most.
const CHUNK: usize = 24;
const CHUNK_MAX: usize = 768;

struct Cursor {
    span: Span,
    keys: KeyBuf,
    at: usize,
    chunk: usize,
    /// Nothing follows the fetched keys.
    ended: bool,
}

impl Cursor {
    fn new(span: Span, chunk: usize) -> Self {
        let ended = span.range.from >= span.range.to;
        Self { span, keys: KeyBuf::new(), at: 0, chunk, ended }
    }

    fn peek(&mut self, view: &dyn Snapshot, reverse: bool) -> Result<Option<&[u8]>, Fault> {
        loop {
            while let Some(key) = self.keys.get(self.at) {
                if self.span.accepts(key) {
                    // Asked again to please the borrow checker; it is two loads.
                    return Ok(self.keys.get(self.at));
                }
                self.at += 1;
            }
            if self.ended {
                return Ok(None);
            }
            self.fetch(view, reverse)?;
        }
    }

    fn fetch(&mut self, view: &dyn Snapshot, reverse: bool) -> Result<(), Fault> {
        self.keys.clear();
        self.at = 0;
        view.scan(&self.span.range, reverse, self.chunk, &mut self.keys)?;
        self.ended = self.keys.len() < self.chunk;
        self.chunk = (self.chunk * 2).min(CHUNK_MAX);
        if let Some(last) = self.keys.len().checked_sub(1).and_then(|last| self.keys.get(last)) {
            if reverse {
                self.span.range.to = last.to_vec();
            } else {
                self.span.range.from = after(last);
            }
        }
        Ok(())
    }

    /// Moves a row-ordered span to its first row at or after `row`.
    fn seek(&mut self, row: Row) {
        while let Some(key) = self.keys.get(self.at) {
            if row_of(key) >= row {
                return;
            }
            self.at += 1;
        }
        if !self.ended {
            let mut from = self.span.shared().to_vec();
            from.extend_from_slice(&row.to_be_bytes());
            if from > self.span.range.from {
                self.span.range.from = from;
            }
        }
    }
}

/// Several spans as one ordered list of rows, each row once for each place in the order.
pub struct Union {
    cursors: Vec<Cursor>,
    reverse: bool,
    after: Option<Place>,
    last: Option<Place>,
}

impl Union {
    pub fn new(spans: Vec<Span>, reverse: bool, after: Option<Place>) -> Self {
        // Many spans at once are chains and `_has`: fetch little of each.
        let chunk = if spans.len() > 4 { 8 } else { CHUNK };
        let mut cursors = Vec::with_capacity(spans.len());
        for mut span in spans {
            if let Some(place) = &after {
                span.resume(place, reverse);
            }
            cursors.push(Cursor::new(span, chunk));
        }
        Self { cursors, reverse, after, last: None }
    }

    /// The next place in order.
    pub fn next(&mut self, view: &dyn Snapshot) -> Result<Option<Place>, Fault> {
        loop {
            let Some((best, place)) = self.best(view)? else { return Ok(None) };
            if let Some(cursor) = self.cursors.get_mut(best) {
                cursor.at += 1;
            }
            let seen = self.last.as_ref() == Some(&place);
            let passed = self.after.as_ref().is_some_and(|after| if self.reverse { place >= *after } else { place <= *after });
            if !seen && !passed {
                self.last = Some(place.clone());
                return Ok(Some(place));
            }
        }
    }

    fn best(&mut self, view: &dyn Snapshot) -> Result<Option<(usize, Place)>, Fault> {
        let mut best: Option<(usize, Place)> = None;
        for (at, cursor) in self.cursors.iter_mut().enumerate() {
            if cursor.peek(view, self.reverse)?.is_none() {
                continue;
            }
            let Some(key) = cursor.keys.get(cursor.at) else { continue };
            let (order, row) = (cursor.span.order_of(key), row_of(key));
            let better = match &best {
                None => true,
                Some((_, found)) => {
                    let less = (order, row) < (found.order.as_slice(), found.row);
                    less != self.reverse && (order, row) != (found.order.as_slice(), found.row)
                }
            };
            if better {
                best = Some((at, Place { order: order.to_vec(), row }));
            }
        }
        Ok(best)
    }

    /// Skips to the first row at or after `row`; for row-ordered spans read forwards.
    pub fn seek(&mut self, row: Row) {
        self.cursors.iter_mut().for_each(|cursor| cursor.seek(row));
    }
}

/// Whether one of several row-ordered spans holds this row.
pub fn any_holds(spans: &[Span], row: Row, view: &dyn Snapshot, scratch: &mut KeyBuf) -> Result<bool, Fault> {
    for span in spans {
        let mut key = span.shared().to_vec();
        key.extend_from_slice(&row.to_be_bytes());
        scratch.clear();
        let range = KeyRange { to: after(&key), from: key };
        view.scan(&range, false, 1, scratch)?;
        if scratch.get(0).is_some_and(|key| span.accepts(key)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Calls `each` with every row of the spans, in no order; a row may come more than once. About `expected` will be asked for.
pub fn each_row(spans: &[Span], view: &dyn Snapshot, expected: usize, each: &mut dyn FnMut(Row) -> bool) -> Result<(), Fault> {
    for span in spans {
        let mut cursor = Cursor::new(span.clone(), expected.clamp(1, CHUNK_MAX));
        while let Some(key) = cursor.peek(view, false)? {
            let row = row_of(key);
            cursor.at += 1;
            if !each(row) {
                return Ok(());
            }
        }
    }
    Ok(())
}
