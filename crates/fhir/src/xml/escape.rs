//! Attribute values, both ways: <https://www.w3.org/TR/xml/#AVNormalize>.

use crate::validate::is_character_reference;
use std::borrow::Cow;

/// Appends a text as the content of a double-quoted attribute. False if XML cannot hold one of its characters.
///
/// White space other than the blank goes as a character reference, because a reader would turn it into a blank.
pub(super) fn push_attribute(text: &str, out: &mut Vec<u8>) -> bool {
    for character in text.chars() {
        match character {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\t' => out.extend_from_slice(b"&#9;"),
            '\n' => out.extend_from_slice(b"&#10;"),
            '\r' => out.extend_from_slice(b"&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => return false,
            other => out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    true
}

/// The value of an attribute as it stands between its quotes. `None` for entities that XML itself does not define.
pub(super) fn attribute_value(source: &str) -> Option<Cow<'_, str>> {
    if !source.contains(['&', '\t', '\n', '\r']) {
        return Some(Cow::Borrowed(source));
    }
    let source = source.replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
    let mut out = String::with_capacity(source.len());
    let mut rest = source.as_str();
    while let Some((plain, tail)) = rest.split_once('&') {
        let (name, after) = tail.split_once(';')?;
        out.push_str(plain);
        out.push(entity(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ if !is_character_reference(name) => return None,
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = digits.strip_prefix('x').map_or_else(|| digits.parse(), |hex| u32::from_str_radix(hex, 16));
            char::from_u32(number.ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_come_back_as_they_went() {
        for text in ["a \"b\" <c> & 'd'", "line\r\nline\ttab", "مريض \u{1F600}", ""] {
            let mut out = Vec::new();
            assert!(push_attribute(text, &mut out));
            assert_eq!(attribute_value(&String::from_utf8(out).expect("utf-8")).as_deref(), Some(text));
        }
        assert!(!push_attribute("\u{1}", &mut Vec::new()));
    }

    #[test]
    fn only_xmls_own_entities_are_known() {
        assert_eq!(attribute_value("&#x41;&#66;&lt; a\nb").as_deref(), Some("AB< a b"));
        for text in ["&nbsp;", "&x;", "& b", "&#0;", "&#xD800;"] {
            assert_eq!(attribute_value(text), None, "{text}");
        }
    }
}
