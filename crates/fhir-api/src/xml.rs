//! The way between XML and the JSON that everything else works on.

use crate::messages;
use crate::refusal::{Refusal, Result};
use rihla_fhir::json::{Limits, Value};
use rihla_fhir::xml;

/// A resource in XML as JSON text.
pub fn to_json(bytes: &[u8]) -> Result<Vec<u8>> {
    let limits = Limits { bytes: usize::MAX, ..Limits::default() };
    xml::read(bytes, &limits).map_err(|error| Refusal::with(&messages::MALFORMED_XML, error.to_string()))
}

/// A resource as XML; `pretty` breaks lines between elements, but never within a narrative.
pub fn from_json(resource: Value<'_>, pretty: bool) -> Result<Vec<u8>> {
    let written = xml::write(resource).map_err(|error| Refusal::with(&messages::MALFORMED_XML, error.to_string()))?;
    Ok(if pretty { indented(&written) } else { written })
}

fn indented(xml: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(xml.len() * 2);
    let mut level = 0usize;
    // How many `div`s are open: the outermost is the narrative.
    let mut divs = 0usize;
    let mut rest = xml;
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        let (text, tag) = rest.split_at(start);
        let (tag, after) = tag.split_at(tag.iter().position(|byte| *byte == b'>').map_or(tag.len(), |end| end + 1));
        rest = after;
        out.extend_from_slice(text);
        let (closes, single) = (tag.starts_with(b"</"), tag.ends_with(b"/>") || tag.starts_with(b"<?"));
        if closes {
            level = level.saturating_sub(1);
        }
        if divs == 0 && !out.is_empty() {
            if out.last() != Some(&b'\n') {
                out.push(b'\n');
            }
            out.extend(std::iter::repeat_n(b' ', level * 2));
        }
        out.extend_from_slice(tag);
        level += usize::from(!closes && !single);
        let is_div = tag.starts_with(b"<div ") || tag.starts_with(b"<div>");
        divs = if tag.starts_with(b"</div") { divs.saturating_sub(1) } else { divs + usize::from(is_div && !single) };
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_elements_but_not_in_the_narrative() {
        let xml = br#"<Patient xmlns="http://hl7.org/fhir"><text><status value="generated"/><div xmlns="x">a <b>b</b><div>c</div> d</div></text><active value="true"/></Patient>"#;
        let expected = "<Patient xmlns=\"http://hl7.org/fhir\">\n  <text>\n    <status value=\"generated\"/>\n    <div xmlns=\"x\">a <b>b</b><div>c</div> d</div>\n  </text>\n  <active value=\"true\"/>\n</Patient>";
        assert_eq!(String::from_utf8(indented(xml)).expect("utf-8"), expected);
    }
}
