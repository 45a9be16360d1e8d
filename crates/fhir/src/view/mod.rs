//! Reading resources as people do: a name, a concept in words, a quantity. Nothing is copied that need not be, and what a
//! view does not know stays in the tree.

mod concept;
mod name;
mod quantity;

pub use concept::{Concept, translated};
pub use name::{HumanName, Names, Script};
pub use quantity::{Quantity, Range};

use crate::json::Value;
use std::borrow::Cow;

/// Ways into a tree by path: `name.family`, where an array on the way stands for its first item.
pub trait Look<'a> {
    /// The value at a path.
    fn at(&self, path: &str) -> Option<Value<'a>>;

    /// Every value at a path, through all items of the arrays on the way.
    fn all(&self, path: &str) -> Vec<Value<'a>>;

    /// The text of a string, or the source of a number or boolean.
    fn text(&self, path: &str) -> Option<Cow<'a, str>>;

    /// The id that a reference of this path names, if it is to a resource of that type here. A patient may also be named by
    /// a whole address, `https://…/fhir/Patient/1`: which server it names is not looked at. Nothing else may: a medicine of
    /// another server is not the one that has its id here.
    fn reference(&self, path: &str, ty: &str) -> Option<Cow<'a, str>> {
        let text = self.text(path)?;
        let below = |text: &str| {
            let whole = ty == "Patient" && (text.starts_with("https://") || text.starts_with("http://"));
            let from = if whole { text.rfind("/fhir/Patient/")? + "/fhir/".len() } else { 0 };
            let rest = text.get(from..)?.strip_prefix(ty)?.strip_prefix('/')?;
            rest.split(['/', '|', '#', '?']).next().filter(|id| !id.is_empty()).map(|id| (from + ty.len() + 1, id.len()))
        };
        let (start, length) = below(&text)?;
        Some(match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(start..start + length)?),
            Cow::Owned(text) => Cow::Owned(text.get(start..start + length)?.to_owned()),
        })
    }

    /// The extensions of that URL on the value at a path (itself for an empty path).
    fn extensions(&self, path: &str, url: &str) -> Vec<Value<'a>> {
        let at = if path.is_empty() { "extension".to_owned() } else { format!("{path}.extension") };
        self.all(&at).into_iter().filter(|extension| extension.text("url").as_deref() == Some(url)).collect()
    }
}

impl<'a> Look<'a> for Value<'a> {
    fn at(&self, path: &str) -> Option<Value<'a>> {
        path.split('.').try_fold(*self, |value, step| value.each().next()?.get(step)).and_then(|found| found.each().next())
    }

    fn all(&self, path: &str) -> Vec<Value<'a>> {
        let step = |values: Vec<Value<'a>>, step: &str| values.iter().filter_map(|value| value.get(step)).flat_map(|found| found.each()).collect();
        path.split('.').fold(self.each().collect(), step)
    }

    fn text(&self, path: &str) -> Option<Cow<'a, str>> {
        let found = self.at(path)?;
        found.as_str().or_else(|| (!found.is_object()).then(|| Cow::Borrowed(found.source())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, parse};

    #[test]
    fn paths_go_through_arrays_and_references_give_ids() {
        let text = br#"{"name":[{"given":["A","B"]},{"given":["C"]}],"subject":{"reference":"Patient/p1"},"n":1.50,
            "whole":"https://h.example/fhir/Patient/p2/_history/3","other":"https://h.example/Patient/p2","drug":"https://h.example/fhir/Medication/m",
            "extension":[{"url":"u","valueString":"x"},{"url":"v"}]}"#;
        let doc = parse(text, &Limits::default()).expect("json");
        let root = doc.root();
        assert_eq!(root.text("name.given").as_deref(), Some("A"));
        assert_eq!(root.all("name.given").len(), 3);
        assert_eq!(root.text("n").as_deref(), Some("1.50"));
        assert_eq!(root.reference("subject.reference", "Patient").as_deref(), Some("p1"));
        assert_eq!(root.reference("subject.reference", "Group"), None);
        assert_eq!(root.reference("whole", "Patient").as_deref(), Some("p2"));
        assert_eq!(root.reference("other", "Patient"), None, "an address of something else");
        assert_eq!(root.reference("drug", "Medication"), None, "another server's medicine");
        assert_eq!(root.extensions("", "u").len(), 1);
        assert!(root.at("name.missing").is_none() && root.text("subject").is_none());
    }
}
