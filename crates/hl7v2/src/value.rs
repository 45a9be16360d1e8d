//! A piece of a segment: field, repetition, component or subcomponent, as it was written.

use crate::escape::unescape;
use crate::{Charset, Marks};
use std::borrow::Cow;

/// Copying it copies a pointer. Whatever is not there is empty, since a short segment means the same as one with empty fields.
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    raw: &'t str,
    marks: Marks,
    charset: Charset,
}

impl<'t> Value<'t> {
    pub(crate) fn new(raw: &'t str, marks: Marks, charset: Charset) -> Self {
        Self { raw, marks, charset }
    }

    /// As it was written, with delimiters and escapes.
    pub fn raw(&self) -> &'t str {
        self.raw
    }

    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// `""`: what the receiver has there is to be taken away.
    pub fn is_null(&self) -> bool {
        self.raw == "\"\""
    }

    /// Neither empty nor null.
    pub fn is_valued(&self) -> bool {
        !self.is_empty() && !self.is_null()
    }

    /// The repetitions that are not empty.
    pub fn repeats(self) -> impl Iterator<Item = Value<'t>> {
        let mut rest = (!self.raw.is_empty()).then_some(self.raw);
        std::iter::from_fn(move || {
            let raw = rest?;
            let (one, after) = cut(raw, self.marks.repetition);
            rest = after;
            Some(self.with(one))
        })
        .filter(|it| !it.is_empty())
    }

    /// A repetition, counted from 0.
    pub fn repeat(&self, index: usize) -> Value<'t> {
        self.with(nth(self.raw, self.marks.repetition, index))
    }

    /// A component of the first repetition, counted from 1 as the standard does.
    pub fn component(&self, number: usize) -> Value<'t> {
        let repetition = cut(self.raw, self.marks.repetition).0;
        self.with(number.checked_sub(1).map_or("", |index| nth(repetition, self.marks.component, index)))
    }

    /// A subcomponent of the first component, counted from 1.
    pub fn sub(&self, number: usize) -> Value<'t> {
        let component = cut(cut(self.raw, self.marks.repetition).0, self.marks.component).0;
        self.with(number.checked_sub(1).map_or("", |index| nth(component, self.marks.subcomponent, index)))
    }

    /// The text of the first subcomponent of the first component, without escapes: who reads a value of several parts as
    /// plain text takes its first part (chapter 2, rules for compatibility). Empty for null.
    pub fn text(&self) -> Cow<'t, str> {
        let first = self.sub(1);
        if first.is_null() { Cow::Borrowed("") } else { unescape(first.raw, self.marks, self.charset) }
    }

    /// The text, or nothing if there is none but spaces.
    pub fn some(&self) -> Option<Cow<'t, str>> {
        let text = self.text();
        (!text.trim().is_empty()).then_some(text)
    }

    /// Shorthand for the text of a component.
    pub fn part(&self, number: usize) -> Option<Cow<'t, str>> {
        self.component(number).some()
    }

    fn with(&self, raw: &'t str) -> Value<'t> {
        Value { raw, ..*self }
    }
}

fn cut(raw: &str, mark: u8) -> (&str, Option<&str>) {
    if mark == 0 {
        return (raw, None);
    }
    match memchr::memchr(mark, raw.as_bytes()) {
        Some(place) => (raw.get(..place).unwrap_or(""), raw.get(place + 1..)),
        None => (raw, None),
    }
}

pub(crate) fn nth(raw: &str, mark: u8, index: usize) -> &str {
    let mut rest = raw;
    for _ in 0..index {
        match cut(rest, mark).1 {
            Some(after) => rest = after,
            None => return "",
        }
    }
    cut(rest, mark).0
}

/// How many pieces a text has.
pub(crate) fn pieces(raw: &str, mark: u8) -> usize {
    if mark == 0 { 1 } else { memchr::memchr_iter(mark, raw.as_bytes()).count() + 1 }
}
