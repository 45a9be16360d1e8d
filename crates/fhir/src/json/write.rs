//! Writing a tree back: the same values without the white space, with named values replaced.

use super::tree::{Kind, Value};

/// Replacements for values of one document, by [`Value::index`]: each is finished JSON text.
#[derive(Debug, Default)]
pub struct Edits {
    by_index: Vec<(u32, String)>,
}

impl Edits {
    /// Replaces a value. Calls may come in any order; in document order each costs the least.
    pub fn replace(&mut self, value: Value<'_>, json: String) {
        let at = self.by_index.partition_point(|(index, _)| *index < value.index);
        self.by_index.insert(at, (value.index, json));
    }

    pub fn replace_str(&mut self, value: Value<'_>, text: &str) {
        let mut json = Vec::with_capacity(text.len() + 2);
        escape_into(text, &mut json);
        self.replace(value, String::from_utf8(json).unwrap_or_default());
    }

    pub fn is_empty(&self) -> bool {
        self.by_index.is_empty()
    }

    fn get(&self, index: u32) -> Option<&str> {
        let at = self.by_index.binary_search_by_key(&index, |(at, _)| *at).ok()?;
        self.by_index.get(at).map(|(_, json)| json.as_str())
    }
}

/// Appends the value without insignificant white space. Strings and numbers keep their source form.
pub fn minify_into(value: Value<'_>, edits: &Edits, out: &mut Vec<u8>) {
    if let Some(json) = (!edits.is_empty()).then(|| edits.get(value.index)).flatten() {
        out.extend_from_slice(json.as_bytes());
        return;
    }
    match value.kind() {
        Kind::String => push_quoted(value.source(), out),
        Kind::Null | Kind::Bool | Kind::Number => out.extend_from_slice(value.source().as_bytes()),
        Kind::Array => {
            out.push(b'[');
            for (position, item) in value.items().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                minify_into(item, edits, out);
            }
            out.push(b']');
        }
        Kind::Object => {
            out.push(b'{');
            for (position, member) in value.members().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                push_quoted(member.key_source(), out);
                out.push(b':');
                minify_into(member.value, edits, out);
            }
            out.push(b'}');
        }
    }
}

fn push_quoted(source: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(source.as_bytes());
    out.push(b'"');
}

/// Appends `text` as a JSON string.
pub fn escape_into(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..=0x1f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, parse};
    use super::*;

    fn minified(text: &str) -> String {
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let mut out = Vec::new();
        minify_into(doc.root(), &Edits::default(), &mut out);
        String::from_utf8(out).expect("utf-8")
    }

    #[test]
    fn edits_may_come_in_any_order() {
        let doc = parse(br#"{"a":1,"b":[2],"c":3}"#, &Limits::default()).expect("json");
        let mut edits = Edits::default();
        for name in ["c", "a", "b"] {
            edits.replace(doc.root().get(name).expect("a member"), format!("\"{name}\""));
        }
        let mut out = Vec::new();
        minify_into(doc.root(), &edits, &mut out);
        assert_eq!(out, br#"{"a":"a","b":"b","c":"c"}"#);
    }

    #[test]
    fn only_white_space_goes() {
        assert_eq!(
            minified(" { \"a\" : [ 1.50 , null , true ] , \"b\\n\" : \"\\u00e9 x\" , \"c\": {} } "),
            r#"{"a":[1.50,null,true],"b\n":"\u00e9 x","c":{}}"#
        );
    }

    #[test]
    fn named_values_are_replaced() {
        let doc = parse(br#"{"reference":"urn:uuid:1","x":["urn:uuid:2"]}"#, &Limits::default()).expect("json");
        let mut edits = Edits::default();
        edits.replace_str(doc.root().get("reference").expect("member"), "Patient/\"1\"");
        edits.replace(doc.root().get("x").expect("member"), "[]".into());
        let mut out = Vec::new();
        minify_into(doc.root(), &edits, &mut out);
        assert_eq!(String::from_utf8(out).expect("utf-8"), r#"{"reference":"Patient/\"1\"","x":[]}"#);
    }
}
