//! JSON laid out for people.

use super::{Kind, Value};

/// Appends the value with two spaces a level. Numbers and strings keep their source form.
pub fn push_pretty(value: Value<'_>, level: usize, out: &mut Vec<u8>) {
    match value.kind() {
        Kind::String => push_quoted(value.source(), out),
        Kind::Object if !value.is_empty() => {
            out.push(b'{');
            for (position, member) in value.members().enumerate() {
                push_break(position, level + 1, out);
                push_quoted(member.key_source(), out);
                out.extend_from_slice(b": ");
                push_pretty(member.value, level + 1, out);
            }
            push_line(level, out);
            out.push(b'}');
        }
        Kind::Array if !value.is_empty() => {
            out.push(b'[');
            for (position, item) in value.items().enumerate() {
                push_break(position, level + 1, out);
                push_pretty(item, level + 1, out);
            }
            push_line(level, out);
            out.push(b']');
        }
        Kind::Object => out.extend_from_slice(b"{}"),
        Kind::Array => out.extend_from_slice(b"[]"),
        Kind::Null | Kind::Bool | Kind::Number => out.extend_from_slice(value.source().as_bytes()),
    }
}

fn push_break(position: usize, level: usize, out: &mut Vec<u8>) {
    if position > 0 {
        out.push(b',');
    }
    push_line(level, out);
}

fn push_line(level: usize, out: &mut Vec<u8>) {
    out.push(b'\n');
    out.extend(std::iter::repeat_n(b' ', level * 2));
}

fn push_quoted(source: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(source.as_bytes());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, parse};

    #[test]
    fn only_the_layout_changes() {
        let doc = parse(br#"{"a":[1.50,{}],"b":{"c":"\u00e9"},"d":[]}"#, &Limits::default()).expect("json");
        let mut out = Vec::new();
        push_pretty(doc.root(), 0, &mut out);
        assert_eq!(String::from_utf8(out).expect("utf-8"), "{\n  \"a\": [\n    1.50,\n    {}\n  ],\n  \"b\": {\n    \"c\": \"\\u00e9\"\n  },\n  \"d\": []\n}");
    }
}
