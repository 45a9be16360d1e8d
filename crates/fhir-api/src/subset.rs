//! Showing part of a resource: `_summary` and `_elements` (<https://hl7.org/fhir/R4/search.html#summary>).

use crate::messages;
use crate::refusal::{Refusal, Result};
use rihla_fhir::json::{Edits, Kind, Value, minify_into};
use rihla_fhir::r4::{TypeId, tables};

/// Which part is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    #[default]
    Whole,
    /// `_summary=true`: what R4 marks as summary.
    Summary,
    /// `_summary=text`: the narrative and what is mandatory.
    Text,
    /// `_summary=data`: all but the narrative.
    Data,
    /// `_summary=count`: no resources at all.
    Count,
    /// `_elements`: these and what is mandatory.
    Elements(Vec<String>),
}

/// What marks a resource as incomplete, so that nobody writes it back.
const SUBSETTED: &[u8] = br#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}"#;

impl Shape {
    /// Reads the two parameters. `_summary` goes before `_elements`; both at once make no sense in R4.
    pub fn of(pairs: &[(String, String)]) -> Result<Self> {
        let mut shape = Self::Whole;
        for (name, value) in pairs {
            match (name.as_str(), value.as_str()) {
                ("_summary", "false") => {}
                ("_summary", "true") => shape = Self::Summary,
                ("_summary", "text") => shape = Self::Text,
                ("_summary", "data") => shape = Self::Data,
                ("_summary", "count") => shape = Self::Count,
                ("_summary", _) => return Err(Refusal::with(&messages::BAD_QUERY, name.clone())),
                ("_elements", list) if matches!(shape, Self::Whole | Self::Elements(_)) => {
                    let mut names = if let Self::Elements(names) = shape { names } else { Vec::new() };
                    names.extend(list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
                    shape = Self::Elements(names);
                }
                _ => {}
            }
        }
        Ok(if shape == Self::Elements(Vec::new()) { Self::Whole } else { shape })
    }

    /// Appends the part of `resource` that is asked for, marked as a part.
    pub fn push(&self, resource: Value<'_>, ty: TypeId, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"resourceType\":\"");
        out.extend_from_slice(tables().type_name(ty).as_bytes());
        out.push(b'"');
        let mut marked = false;
        for member in resource.members() {
            let name = member.key_source();
            match name {
                "resourceType" => {}
                "meta" => {
                    push_marked_meta(Some(member.value), out);
                    marked = true;
                }
                "id" => push_member(name, member.value, out),
                _ if self.keeps(ty, name) => push_member(name, member.value, out),
                _ => {}
            }
        }
        if !marked {
            push_marked_meta(None, out);
        }
        out.push(b'}');
    }

    fn keeps(&self, ty: TypeId, key: &str) -> bool {
        let plain = key.strip_prefix('_').unwrap_or(key);
        let Some(row) = tables().child(ty, plain).and_then(|child| tables().element(child.element)) else {
            return *self == Self::Data;
        };
        match self {
            Self::Whole => true,
            Self::Count => false,
            Self::Data => row.name != "text",
            Self::Text => row.name == "text" || row.min > 0,
            Self::Summary => row.min > 0 || crate::summary::is_summary(ty, row.name),
            Self::Elements(names) => row.min > 0 || names.iter().any(|wanted| names_element(wanted, tables().type_name(ty), row.name, plain)),
        }
    }
}

/// `name`, `Patient.name` and `name.family` all ask for the element `name`: parts of elements are not cut.
fn names_element(wanted: &str, ty: &str, element: &str, key: &str) -> bool {
    let path = wanted.strip_prefix(ty).and_then(|rest| rest.strip_prefix('.')).unwrap_or(wanted);
    let first = path.split('.').next().unwrap_or(path);
    let first = first.strip_suffix("[x]").unwrap_or(first);
    first == element || first == key
}

fn push_member(name: &str, value: Value<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    minify_into(value, &Edits::default(), out);
}

fn push_marked_meta(meta: Option<Value<'_>>, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"meta\":{");
    let mut tagged = false;
    for (position, member) in meta.into_iter().flat_map(|meta| meta.members()).enumerate() {
        if position > 0 {
            out.push(b',');
        }
        out.push(b'"');
        out.extend_from_slice(member.key_source().as_bytes());
        out.extend_from_slice(b"\":");
        if member.key_source() == "tag" && member.value.kind() == Kind::Array {
            tagged = true;
            out.push(b'[');
            for tag in member.value.items() {
                minify_into(tag, &Edits::default(), out);
                out.push(b',');
            }
            out.extend_from_slice(SUBSETTED);
            out.push(b']');
        } else {
            minify_into(member.value, &Edits::default(), out);
        }
    }
    if !tagged {
        if meta.is_some_and(|meta| !meta.is_empty()) {
            out.push(b',');
        }
        out.extend_from_slice(b"\"tag\":[");
        out.extend_from_slice(SUBSETTED);
        out.push(b']');
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    fn subset(shape: &Shape, ty: &str, text: &str) -> String {
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let mut out = Vec::new();
        shape.push(doc.root(), tables().resource_type(ty).expect("type"), &mut out);
        String::from_utf8(out).expect("utf-8")
    }

    const TAG: &str = r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}"#;

    #[test]
    fn elements_keep_what_is_named_and_what_is_mandatory() {
        let shape = Shape::Elements(vec!["value".into(), "Observation.note".into()]);
        let text = r#"{"resourceType":"Observation","id":"a","meta":{"versionId":"1"},"text":{"status":"empty"},"status":"final","code":{"text":"x"},"valueString":"v","_valueString":{"id":"q"},"note":[{"text":"n"}],"subject":{"reference":"Patient/1"}}"#;
        assert_eq!(
            subset(&shape, "Observation", text),
            format!(
                r#"{{"resourceType":"Observation","id":"a","meta":{{"versionId":"1","tag":[{TAG}]}},"status":"final","code":{{"text":"x"}},"valueString":"v","_valueString":{{"id":"q"}},"note":[{{"text":"n"}}]}}"#
            )
        );
    }

    #[test]
    fn tags_that_were_there_stay() {
        let text = r#"{"resourceType":"Patient","meta":{"tag":[{"code":"a"}]},"text":{"status":"empty"},"gender":"male"}"#;
        assert_eq!(
            subset(&Shape::Text, "Patient", text),
            format!(r#"{{"resourceType":"Patient","meta":{{"tag":[{{"code":"a"}},{TAG}]}},"text":{{"status":"empty"}}}}"#)
        );
        assert_eq!(subset(&Shape::Data, "Patient", text), format!(r#"{{"resourceType":"Patient","meta":{{"tag":[{{"code":"a"}},{TAG}]}},"gender":"male"}}"#));
    }

    #[test]
    fn the_parameters_are_read_or_refused() {
        let of = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Shape::of(&pairs).map_err(|refusal| refusal.code())
        };
        assert_eq!(of(&[("_summary", "false")]), Ok(Shape::Whole));
        assert_eq!(of(&[("_elements", "a, b"), ("_elements", "c")]), Ok(Shape::Elements(vec!["a".into(), "b".into(), "c".into()])));
        assert_eq!(of(&[("_summary", "true"), ("_elements", "a")]), Ok(Shape::Summary));
        assert_eq!(of(&[("_summary", "perhaps")]), Err("RH-API-BAD-QUERY"));
    }
}
