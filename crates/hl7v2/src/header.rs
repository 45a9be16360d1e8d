//! MSH: who sends what to whom, and how it is to be answered.

use crate::{Charset, ParseError, Segment, Value};
use std::borrow::Cow;

/// When an answer is wanted (table 0155).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Always,
    Never,
    OnError,
    OnSuccess,
    /// The field is empty or holds something else.
    Unsaid,
}

impl Wanted {
    pub fn read(value: &str) -> Self {
        match value {
            "AL" => Self::Always,
            "NE" => Self::Never,
            "ER" => Self::OnError,
            "SU" => Self::OnSuccess,
            _ => Self::Unsaid,
        }
    }

    /// Whether an answer goes out.
    pub fn is_for(self, success: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never | Self::Unsaid => false,
            Self::OnError => !success,
            Self::OnSuccess => success,
        }
    }
}

/// The first segment of a message.
#[derive(Clone, Copy, Debug)]
pub struct Header<'t>(Segment<'t>);

impl<'t> Header<'t> {
    pub(crate) fn new(segment: Segment<'t>) -> Self {
        Self(segment)
    }

    pub fn segment(&self) -> Segment<'t> {
        self.0
    }

    pub fn field(&self, number: usize) -> Value<'t> {
        self.0.field(number)
    }

    /// MSH-9: message type and event, `("ADT", "A01")`; each empty if it is not there.
    pub fn event(&self) -> (&'t str, &'t str) {
        let kind = self.field(9);
        (kind.component(1).raw(), kind.component(2).raw())
    }

    /// MSH-10.
    pub fn control_id(&self) -> Cow<'t, str> {
        self.field(10).text()
    }

    /// MSH-11.1: P production, T training, D debugging.
    pub fn processing(&self) -> Cow<'t, str> {
        self.field(11).text()
    }

    /// MSH-12.1.
    pub fn version(&self) -> Cow<'t, str> {
        self.field(12).text()
    }

    /// MSH-15.
    pub fn accept_wanted(&self) -> Wanted {
        Wanted::read(self.field(15).component(1).raw())
    }

    /// MSH-16.
    pub fn application_wanted(&self) -> Wanted {
        Wanted::read(self.field(16).component(1).raw())
    }

    /// Enhanced mode: MSH-15 or MSH-16 is there (chapter 2, message response using enhanced acknowledgement).
    pub fn is_enhanced(&self) -> bool {
        self.accept_wanted() != Wanted::Unsaid || self.application_wanted() != Wanted::Unsaid
    }

    /// MSH-18, first repetition; `None` if it is empty.
    pub fn charset_name(&self) -> Option<Cow<'t, str>> {
        self.field(18).repeat(0).some()
    }

    pub(crate) fn charset(&self) -> Option<Charset> {
        Charset::named(&self.charset_name()?).ok()
    }
}

/// The name in MSH-18 of bytes that were not decoded yet: all known sets agree on the characters of a header.
pub(crate) fn charset_of(bytes: &[u8], otherwise: Charset) -> Result<Charset, ParseError> {
    let start = memchr::memmem::find(bytes, b"MSH").unwrap_or(0);
    let line = bytes.get(start..).unwrap_or(&[]).split(|it| matches!(it, b'\r' | b'\n')).next().unwrap_or(&[]);
    let Some(mark) = line.get(3) else { return Ok(otherwise) };
    let named = line.split(|it| it == mark).nth(17).unwrap_or(&[]);
    let first = named.split(|it| matches!(it, b'~')).next().unwrap_or(&[]);
    match String::from_utf8_lossy(first).trim() {
        "" | "\"\"" => Ok(otherwise),
        name => Charset::named(name),
    }
}
