//! Query strings and form bodies: pairs of names and values (<https://url.spec.whatwg.org/#application/x-www-form-urlencoded>).

use crate::messages;
use crate::refusal::{Refusal, Result};
use std::fmt::Write;

/// More parameters than any honest question has.
const MOST_PAIRS: usize = 1_000;

/// Reads the pairs in their order; names may repeat.
pub fn parse(text: &str) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let Some(name) = decode(name, true) else { return Err(Refusal::with(&messages::BAD_QUERY, "?")) };
        let Some(value) = decode(value, true) else { return Err(Refusal::with(&messages::BAD_QUERY, name)) };
        if pairs.len() >= MOST_PAIRS {
            return Err(Refusal::with(&messages::BAD_QUERY, name));
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

/// Undoes percent-encoding; `None` if the result is not UTF-8.
pub fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Some(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes().iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' if plus_is_space => out.push(b' '),
            b'%' => {
                let mut ahead = bytes.clone();
                let ahead = ahead.next().and_then(hex).zip(ahead.next().and_then(hex)).map(|(high, low)| high << 4 | low);
                match ahead {
                    Some(value) => {
                        out.push(value);
                        bytes.nth(1);
                    }
                    None => out.push(byte),
                }
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).ok()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// Writes pairs as a query string, leaving readable what R4's search values are made of.
pub fn write(pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    for (position, (name, value)) in pairs.iter().enumerate() {
        if position > 0 {
            out.push('&');
        }
        encode_into(name, &mut out);
        out.push('=');
        encode_into(value, &mut out);
    }
    out
}

fn encode_into(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b',' | b'*' | b'$' => out.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        parse(text).expect("pairs")
    }

    #[test]
    fn pairs_keep_their_order_and_repeat() {
        let pairs = read("name=El+Alami&code=http%3A%2F%2Floinc.org|8302-2&name=%D8%A3&flag&&=x");
        let plain: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(plain, [("name", "El Alami"), ("code", "http://loinc.org|8302-2"), ("name", "أ"), ("flag", ""), ("", "x")]);
    }

    #[test]
    fn what_was_written_reads_back() {
        let pairs = read("a=%26%3D%25&b=x+y&%C3%A9=%2B");
        assert_eq!(read(&write(&pairs)), pairs);
    }

    #[test]
    fn half_an_escape_is_text_and_broken_utf8_is_refused() {
        assert_eq!(read("a=100%&b=%4"), [("a".into(), "100%".into()), ("b".into(), "%4".into())]);
        assert!(parse("a=%ff").is_err());
        assert!(parse(&"a=1&".repeat(2_000)).is_err());
    }
}
