//! One message over its text.

use crate::value::{nth, pieces};
use crate::{Charset, Header, Marks, ParseError, Path, Value};
use std::borrow::Cow;

/// What is taken at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one message.
    pub bytes: usize,
    pub segments: usize,
}

impl Default for Limits {
    /// Room for a scanned document within an MDM; far above any other message.
    fn default() -> Self {
        Self { bytes: 16 << 20, segments: 20_000 }
    }
}

/// A message that borrows its text. What it holds beside the text is one entry a segment.
#[derive(Clone, Debug)]
pub struct Message<'t> {
    text: &'t str,
    marks: Marks,
    charset: Charset,
    segments: Vec<&'t str>,
}

impl<'t> Message<'t> {
    /// Reads a text that [`charset::decode`](crate::charset::decode) gave. Segments end with CR, LF or both; empty lines
    /// and a byte order mark are passed over.
    pub fn parse(text: &'t str, limits: &Limits) -> Result<Self, ParseError> {
        let text = text.trim_start_matches('\u{FEFF}').trim_start();
        if text.len() > limits.bytes {
            return Err(ParseError::TooLarge { size: text.len(), limit: limits.bytes });
        }
        if text.is_empty() {
            return Err(ParseError::Empty);
        }
        let marks = Marks::read(text.strip_prefix("MSH").ok_or(ParseError::NoHeader)?)?;
        let mut segments = Vec::new();
        for (index, line) in text.split(['\r', '\n']).filter(|it| !it.trim().is_empty()).enumerate() {
            if !is_segment(line, marks) {
                return Err(ParseError::SegmentName { line: index + 1 });
            }
            if segments.len() == limits.segments {
                return Err(ParseError::TooManySegments { limit: limits.segments });
            }
            segments.push(line);
        }
        let mut message = Self { text, marks, charset: Charset::Utf8, segments };
        message.charset = message.header().charset().unwrap_or(Charset::Utf8);
        Ok(message)
    }

    pub fn text(&self) -> &'t str {
        self.text
    }

    pub fn marks(&self) -> Marks {
        self.marks
    }

    pub fn header(&self) -> Header<'t> {
        Header::new(self.segments().next().unwrap_or_else(|| self.segment_of("MSH")))
    }

    /// All segments in their order.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = Segment<'t>> + use<'_, 't> {
        self.segments.iter().map(|line| self.segment_of(line))
    }

    pub fn len(&self) -> usize {
        self.segments.len()
    }

    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The first segment of that name.
    pub fn segment(&self, name: &str) -> Option<Segment<'t>> {
        self.segments().find(|it| it.name() == name)
    }

    /// What stands at a path such as `PID-3[0].4.1`, without escapes. Nothing if the path is none, or nothing stands there.
    pub fn get(&self, path: &str) -> Option<Cow<'t, str>> {
        self.at(&Path::parse(path)?).some()
    }

    /// What stands at a path; empty if nothing does.
    pub fn at(&self, path: &Path) -> Value<'t> {
        let segment = self.segments().filter(|it| it.name() == path.segment()).nth(path.occurrence);
        match segment {
            Some(segment) => path.of(&segment),
            None => Value::new("", self.marks, self.charset),
        }
    }

    fn segment_of(&self, line: &'t str) -> Segment<'t> {
        Segment { line, marks: self.marks, charset: self.charset }
    }
}

fn is_segment(line: &str, marks: Marks) -> bool {
    match line.as_bytes() {
        [a, b, c, rest @ ..] => {
            let named = a.is_ascii_uppercase() && [b, c].iter().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
            named && rest.first().is_none_or(|it| *it == marks.field)
        }
        _ => false,
    }
}

/// One line of a message.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'t> {
    line: &'t str,
    marks: Marks,
    charset: Charset,
}

impl<'t> Segment<'t> {
    pub fn name(&self) -> &'t str {
        self.line.get(..3).unwrap_or("")
    }

    /// As it was written.
    pub fn raw(&self) -> &'t str {
        self.line
    }

    /// Whether MSH-1 counts as a field here.
    fn is_header(&self) -> bool {
        matches!(self.name(), "MSH" | "FHS" | "BHS")
    }

    /// A field, counted from 1 as the standard does; empty if the segment is shorter.
    pub fn field(&self, number: usize) -> Value<'t> {
        let raw = match (self.is_header(), number) {
            (_, 0) => "",
            (true, 1) => self.line.get(3..4).unwrap_or(""),
            (true, number) => nth(self.line, self.marks.field, number - 1),
            (false, number) => nth(self.line, self.marks.field, number),
        };
        Value::new(raw, self.marks, self.charset)
    }

    /// The highest number of a field that is written.
    pub fn field_count(&self) -> usize {
        pieces(self.line, self.marks.field) - 1 + usize::from(self.is_header())
    }
}
