//! JSON that is written here, and what is read of JSON that others wrote.

use rihla_fhir::json::{Doc, Limits, Value, escape_into, parse};
use std::collections::BTreeSet;

const LIMITS: Limits = Limits { depth: 8, bytes: 64 << 10, values: 4096 };

/// An object on its way out.
#[derive(Clone, Debug)]
pub struct Object(Vec<u8>);

impl Object {
    #[allow(clippy::new_without_default, reason = "an object that is begun is no value by itself")]
    pub fn new() -> Self {
        Self(vec![b'{'])
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        escape_into(key, &mut self.0);
        self.0.push(b':');
        &mut self.0
    }

    pub fn text(mut self, key: &str, value: &str) -> Self {
        escape_into(value, self.key(key));
        self
    }

    /// Left out if there is none.
    pub fn maybe(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(key, value),
            None => self,
        }
    }

    pub fn number(mut self, key: &str, value: i64) -> Self {
        self.key(key).extend(value.to_string().bytes());
        self
    }

    pub fn flag(mut self, key: &str, value: bool) -> Self {
        self.key(key).extend(value.to_string().bytes());
        self
    }

    pub fn texts<'t>(mut self, key: &str, values: impl IntoIterator<Item = &'t str>) -> Self {
        let out = self.key(key);
        push_list(values, out, escape_into);
        self
    }

    pub fn objects(mut self, key: &str, values: impl IntoIterator<Item = Object>) -> Self {
        let out = self.key(key);
        push_list(values, out, |value, out| out.extend(value.done().bytes()));
        self
    }

    pub fn done(mut self) -> String {
        self.0.push(b'}');
        // All that is put in is text.
        String::from_utf8(self.0).unwrap_or_default()
    }
}

fn push_list<T>(values: impl IntoIterator<Item = T>, out: &mut Vec<u8>, push: impl Fn(T, &mut Vec<u8>)) {
    out.push(b'[');
    for (place, value) in values.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        push(value, out);
    }
    out.push(b']');
}

/// An object; neither in it nor in any within it does a name stand twice: two readers would take two values.
pub fn object(bytes: &[u8]) -> Option<Doc<'_>> {
    let doc = parse(bytes, &LIMITS).ok()?;
    (doc.root().is_object() && is_plain(doc.root())).then_some(doc)
}

/// No deeper than the limits let a text be.
fn is_plain(value: Value<'_>) -> bool {
    let mut seen = BTreeSet::new();
    value.members().all(|member| seen.insert(member.key().into_owned()) && is_plain(member.value)) && value.items().all(is_plain)
}

pub fn text(value: Value<'_>, key: &str) -> Option<String> {
    Some(value.get(key)?.as_str()?.into_owned())
}

/// A whole number.
pub fn number(value: Value<'_>, key: &str) -> Option<i64> {
    value.get(key)?.number_source()?.parse().ok()
}

/// A list of texts. None if it is no such list.
pub fn texts(value: Value<'_>, key: &str) -> Option<Vec<String>> {
    let list = value.get(key)?;
    if !list.is_array() {
        return None;
    }
    list.items().map(|item| item.as_str().map(|text| text.into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let inner = Object::new().text("a\"", "é\n");
        let text = Object::new().text("t", "x").number("n", -3).flag("f", true).texts("l", ["a", "b"]).objects("o", [inner]).maybe("m", None).done();
        assert_eq!(text, r#"{"t":"x","n":-3,"f":true,"l":["a","b"],"o":[{"a\"":"é\n"}]}"#);
        let doc = object(text.as_bytes()).expect("own text");
        assert_eq!((number(doc.root(), "n"), texts(doc.root(), "l")), (Some(-3), Some(vec!["a".into(), "b".into()])));
    }

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        assert!(object(br#"{"sub":"a","sub":"b"}"#).is_none());
        assert!(object(br#"{"sub":"a","\u0073ub":"b"}"#).is_none());
        assert!(object(br#"{"keys":[{"e":1,"e":2}]}"#).is_none());
        assert!(object(b"[]").is_none());
    }
}
