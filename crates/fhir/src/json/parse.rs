//! The parser.

use super::tree::{Doc, Kind, Node};
use thiserror::Error;

/// Bounds that keep memory and stack in hand whatever is sent.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nesting of arrays and objects.
    pub depth: usize,
    /// Bytes of source.
    pub bytes: usize,
    /// Values in all: each costs 36 bytes of tree.
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 128, bytes: 64 << 20, values: 8 << 20 }
    }
}

/// Why a text is no JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{kind} at byte {offset}")]
pub struct ParseError {
    pub kind: ParseErrorKind,
    pub offset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseErrorKind {
    #[error("the text is not UTF-8")]
    NotUtf8,
    #[error("the text ends too early")]
    UnexpectedEnd,
    #[error("this character does not belong here")]
    UnexpectedCharacter,
    #[error("this is no JSON number")]
    BadNumber,
    #[error("this escape is not defined")]
    BadEscape,
    #[error("half of a surrogate pair")]
    LoneSurrogate,
    #[error("a control character must be escaped")]
    ControlCharacter,
    #[error("something follows the value")]
    TrailingText,
    #[error("nested too deeply")]
    TooDeep,
    #[error("too many bytes")]
    TooLong,
    #[error("too many values")]
    TooManyValues,
}

/// Parses one JSON text.
pub fn parse<'s>(bytes: &'s [u8], limits: &Limits) -> Result<Doc<'s>, ParseError> {
    if bytes.len() > limits.bytes.min(u32::MAX as usize) {
        return Err(ParseError { kind: ParseErrorKind::TooLong, offset: limits.bytes });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ParseError { kind: ParseErrorKind::NotUtf8, offset: error.valid_up_to() })?;
    let mut parser = Parser { bytes, at: 0, limits, nodes: Vec::with_capacity(bytes.len() / 24 + 8), open: Vec::with_capacity(16) };
    parser.document()?;
    Ok(Doc { text, nodes: parser.nodes })
}

struct Parser<'s, 'l> {
    bytes: &'s [u8],
    at: usize,
    limits: &'l Limits,
    nodes: Vec<Node>,
    /// Containers not yet closed, innermost last. The parser does not recurse.
    open: Vec<u32>,
}

type Key = (u32, u32, bool);
const NO_KEY: Key = (0, 0, false);

impl Parser<'_, '_> {
    fn document(&mut self) -> Result<(), ParseError> {
        self.skip_space();
        self.value(NO_KEY)?;
        while let Some(&container) = self.open.last() {
            self.step(container)?;
        }
        self.skip_space();
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fail(ParseErrorKind::TrailingText),
        }
    }

    /// Reads the next child of the innermost container, or its end.
    fn step(&mut self, container: u32) -> Result<(), ParseError> {
        let (is_object, first) = match self.nodes.get(container as usize) {
            Some(node) => (node.kind == Kind::Object, node.len == 0),
            None => return self.fail(ParseErrorKind::UnexpectedEnd),
        };
        self.skip_space();
        let close = if is_object { b'}' } else { b']' };
        if self.peek() == Some(close) {
            self.at += 1;
            self.close(container);
            return Ok(());
        }
        if !first {
            self.expect(b',')?;
            self.skip_space();
        }
        if let Some(node) = self.nodes.get_mut(container as usize) {
            node.len += 1;
        }
        if !is_object {
            return self.value(NO_KEY);
        }
        self.expect(b'"')?;
        let key = self.string_body()?;
        self.skip_space();
        self.expect(b':')?;
        self.skip_space();
        self.value(key)
    }

    fn close(&mut self, container: u32) {
        self.open.pop();
        let (after, end) = (self.nodes.len() as u32, self.at as u32);
        if let Some(node) = self.nodes.get_mut(container as usize) {
            node.after = after;
            node.end = end;
        }
    }

    fn value(&mut self, key: Key) -> Result<(), ParseError> {
        let start = self.at as u32;
        match self.peek() {
            Some(b'{') => self.container(Kind::Object, key),
            Some(b'[') => self.container(Kind::Array, key),
            Some(b'"') => {
                self.at += 1;
                let (start, end, escaped) = self.string_body()?;
                self.push(Kind::String, start, end, escaped, key)
            }
            Some(b't') => self.literal(b"true", Kind::Bool, key),
            Some(b'f') => self.literal(b"false", Kind::Bool, key),
            Some(b'n') => self.literal(b"null", Kind::Null, key),
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                self.push(Kind::Number, start, self.at as u32, false, key)
            }
            Some(_) => self.fail(ParseErrorKind::UnexpectedCharacter),
            None => self.fail(ParseErrorKind::UnexpectedEnd),
        }
    }

    fn container(&mut self, kind: Kind, key: Key) -> Result<(), ParseError> {
        if self.open.len() >= self.limits.depth {
            return self.fail(ParseErrorKind::TooDeep);
        }
        self.open.push(self.nodes.len() as u32);
        let start = self.at as u32;
        self.at += 1;
        self.push(kind, start, start, false, key)
    }

    fn push(&mut self, kind: Kind, start: u32, end: u32, escaped: bool, key: Key) -> Result<(), ParseError> {
        if self.nodes.len() >= self.limits.values {
            return self.fail(ParseErrorKind::TooManyValues);
        }
        let after = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { kind, escaped, key_escaped: key.2, start, end, key_start: key.0, key_end: key.1, after, len: 0 });
        Ok(())
    }

    fn literal(&mut self, word: &[u8], kind: Kind, key: Key) -> Result<(), ParseError> {
        let start = self.at;
        if !self.bytes.get(start..).is_some_and(|rest| rest.starts_with(word)) {
            return self.fail(ParseErrorKind::UnexpectedCharacter);
        }
        self.at += word.len();
        self.push(kind, start as u32, self.at as u32, false, key)
    }

    /// Reads a string after its opening quote; returns its span without quotes and whether it has escapes.
    fn string_body(&mut self) -> Result<Key, ParseError> {
        let start = self.at;
        let mut escaped = false;
        loop {
            self.skip_plain();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok((start as u32, self.at as u32 - 1, escaped));
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => return self.fail(ParseErrorKind::ControlCharacter),
                None => return self.fail(ParseErrorKind::UnexpectedEnd),
            }
        }
    }

    /// Moves to the next quote, backslash or control character, eight bytes at a time.
    fn skip_plain(&mut self) {
        const ONES: u64 = 0x0101_0101_0101_0101;
        const HIGHS: u64 = 0x8080_8080_8080_8080;
        let zero_byte = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
        while let Some(chunk) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*chunk);
            let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
            let found = zero_byte(word ^ (ONES * u64::from(b'"'))) | zero_byte(word ^ (ONES * u64::from(b'\\'))) | control;
            if found != 0 {
                // Borrows run upwards only, so the lowest marked byte is exact.
                self.at += (found.trailing_zeros() / 8) as usize;
                return;
            }
            self.at += 8;
        }
        while matches!(self.peek(), Some(byte) if byte != b'"' && byte != b'\\' && byte >= 0x20) {
            self.at += 1;
        }
    }

    fn escape(&mut self) -> Result<(), ParseError> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                let unit = self.hex_unit()?;
                if (0xD800..0xDC00).contains(&unit) {
                    self.low_surrogate()?;
                } else if (0xDC00..0xE000).contains(&unit) {
                    return self.fail(ParseErrorKind::LoneSurrogate);
                }
            }
            Some(_) => return self.fail(ParseErrorKind::BadEscape),
            None => return self.fail(ParseErrorKind::UnexpectedEnd),
        }
        Ok(())
    }

    fn low_surrogate(&mut self) -> Result<(), ParseError> {
        if !self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u")) {
            return self.fail(ParseErrorKind::LoneSurrogate);
        }
        self.at += 2;
        match self.hex_unit()? {
            0xDC00..0xE000 => Ok(()),
            _ => self.fail(ParseErrorKind::LoneSurrogate),
        }
    }

    fn hex_unit(&mut self) -> Result<u32, ParseError> {
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return self.fail(ParseErrorKind::BadEscape);
            };
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<(), ParseError> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.fail(ParseErrorKind::BadNumber) } else { Ok(()) }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), ParseError> {
        match self.peek() {
            Some(found) if found == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => self.fail(ParseErrorKind::UnexpectedCharacter),
            None => self.fail(ParseErrorKind::UnexpectedEnd),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fail<T>(&self, kind: ParseErrorKind) -> Result<T, ParseError> {
        Err(ParseError { kind, offset: self.at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(text: &[u8]) -> Result<Kind, ParseErrorKind> {
        parse(text, &Limits::default()).map(|doc| doc.root().kind()).map_err(|error| error.kind)
    }

    #[test]
    fn numbers_keep_their_digits() {
        let doc = parse(br#"{"a": 1.50, "b": -0.0e+10}"#, &Limits::default()).expect("json");
        assert_eq!(doc.root().get("a").and_then(|v| v.number_source()), Some("1.50"));
        assert_eq!(doc.root().get("b").and_then(|v| v.number_source()), Some("-0.0e+10"));
    }

    #[test]
    fn strings_resolve_their_escapes() {
        let doc = parse(br#"["a\"b\\c\/\n\u00e9\ud83d\ude00", "plain text that is longer than eight bytes"]"#, &Limits::default()).expect("json");
        let strings: Vec<_> = doc.root().items().filter_map(|v| v.as_str()).collect();
        assert_eq!(strings, ["a\"b\\c/\n\u{e9}\u{1F600}", "plain text that is longer than eight bytes"]);
    }

    #[test]
    fn what_is_not_json_is_named() {
        assert_eq!(kind_of(b""), Err(ParseErrorKind::UnexpectedEnd));
        assert_eq!(kind_of(b"{} {}"), Err(ParseErrorKind::TrailingText));
        assert_eq!(kind_of(b"[1,]"), Err(ParseErrorKind::UnexpectedCharacter));
        assert_eq!(kind_of(b"[01]"), Err(ParseErrorKind::UnexpectedCharacter));
        assert_eq!(kind_of(b"[1.]"), Err(ParseErrorKind::BadNumber));
        assert_eq!(kind_of(b"\"\\ud800\""), Err(ParseErrorKind::LoneSurrogate));
        assert_eq!(kind_of(b"\"a\x01\""), Err(ParseErrorKind::ControlCharacter));
        assert_eq!(kind_of(b"\"0123456789a\x1f0123456\""), Err(ParseErrorKind::ControlCharacter));
        assert_eq!(kind_of(b"\xff"), Err(ParseErrorKind::NotUtf8));
        assert_eq!(kind_of("[".repeat(100_000).as_bytes()), Err(ParseErrorKind::TooDeep));
    }

    #[test]
    fn text_beyond_ascii_passes_between_words() {
        let doc = parse("[\"رحلة تجريبية طويلة 12345\", \"é\"]".as_bytes(), &Limits::default()).expect("json");
        assert_eq!(doc.root().items().next().and_then(|v| v.as_plain_str()), Some("رحلة تجريبية طويلة 12345"));
    }
}
