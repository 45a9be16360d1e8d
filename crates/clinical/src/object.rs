//! An object of a resource, changed member by member: what is not known here stays as it came.

use rihla_fhir::json::{Edits, Limits, Value, escape_into, minify_into, parse};

/// The members of a JSON object in their order, each value as JSON text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, String)>);

impl Object {
    pub fn of(value: Value<'_>) -> Self {
        Self(value.members().map(|member| (member.key().into_owned(), written(member.value))).collect())
    }

    /// Puts a value in the place of the one of that name, or at the end.
    pub fn set(&mut self, name: &str, json: String) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, value)) => *value = json,
            None => self.0.push((name.to_owned(), json)),
        }
    }

    /// A member as JSON.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// Puts the members of another in the place of those of the same names; of those in `whole` that it lacks, none stay.
    pub fn overlay(&mut self, other: Self, whole: &[&str]) {
        let lacks = |name: &str| other.0.iter().all(|(known, _)| known != name);
        whole.iter().filter(|name| lacks(name)).for_each(|name| self.remove(name));
        other.0.into_iter().for_each(|(name, value)| self.set(&name, value));
    }

    /// Sets or removes a member of the object that is a member of this one.
    pub fn set_within(&mut self, name: &str, inner: &str, json: Option<String>) {
        let known = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_else(|| "{}".to_owned());
        let mut object = parse(known.as_bytes(), &Limits::default()).map(|doc| Self::of(doc.root())).unwrap_or_default();
        match json {
            Some(json) => object.set(inner, json),
            None => object.remove(inner),
        }
        if object.0.is_empty() { self.remove(name) } else { self.set(name, object.text()) }
    }

    /// A list as a member; an empty one is none.
    pub fn set_list(&mut self, name: &str, items: &[String]) {
        if items.is_empty() { self.remove(name) } else { self.set(name, format!("[{}]", items.join(","))) }
    }

    pub fn text(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A value as JSON.
pub fn written(value: Value<'_>) -> String {
    let mut out = Vec::new();
    minify_into(value, &Edits::default(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// A text as JSON, with its quotes.
pub fn quoted(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    escape_into(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// A Reference.
pub fn reference(to: &str) -> String {
    format!(r#"{{"reference":{}}}"#, quoted(to))
}

/// A CodeableConcept of one code.
pub fn concept(system: &str, code: &str) -> String {
    format!(r#"{{"coding":[{{"system":{},"code":{}}}]}}"#, quoted(system), quoted(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn what_is_not_changed_stays_as_it_came() {
        let doc = parse(br#"{"a":1.50,"b":{"c":[]},"d":"x"}"#, &Limits::default()).expect("json");
        let mut object = Object::of(doc.root());
        object.set("b", "2".into());
        object.set("e", "3".into());
        object.remove("d");
        object.set_list("f", &[]);
        assert_eq!(object.text(), r#"{"a":1.50,"b":2,"e":3}"#);
    }
}
