//! What in a resource names another one, and its renaming.
//!
//! R4 asks that references, elements of type uri, url, oid, uuid, and links in the narrative which name another entry by its
//! fullUrl are renamed (<https://hl7.org/fhir/R4/http.html#trules>).

use super::part::Resource;
use crate::incoming::{Incoming, Watcher, examine_watching};
use crate::refusal::Result;
use rihla_fhir::json::{Edits, Value};
use rihla_fhir::r4::{ElementId, Primitive, TypeId, TypeKind, tables};
use rihla_fhir::validate::Visit;
use rihla_fhirpath::Zone;
use rihla_store::indexer::Rewrites;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A text that may name another entry.
pub struct Link<'d> {
    pub value: Value<'d>,
    pub text: Cow<'d, str>,
    pub kind: LinkKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    Reference,
    Uri,
    Narrative,
}

/// Checks a resource and gathers its links in the same pass.
pub fn examine_linked<'d>(zone: &Zone, value: Value<'d>, expected: Option<TypeId>) -> Result<Resource<'d>> {
    let mut gatherer = Gatherer { links: Vec::new() };
    let incoming: Incoming<'d> = examine_watching(zone, value, expected, &mut gatherer)?;
    Ok(Resource { incoming, links: gatherer.links })
}

struct Gatherer<'d> {
    links: Vec<Link<'d>>,
}

impl<'d> Watcher<'d> for Gatherer<'d> {
    fn see(&mut self, visit: &Visit<'d>) {
        if visit.sibling {
            return;
        }
        let kind = if visit.element == reference_element() {
            LinkKind::Reference
        } else {
            match tables().type_row(visit.ty).kind {
                TypeKind::Primitive(Primitive::Uri | Primitive::Url | Primitive::Oid | Primitive::Uuid | Primitive::Canonical) => LinkKind::Uri,
                TypeKind::Primitive(Primitive::Xhtml) => LinkKind::Narrative,
                _ => return,
            }
        };
        let Some(text) = visit.value.as_str() else { return };
        if may_name(kind, &text) {
            self.links.push(Link { value: visit.value, text, kind });
        }
    }
}

/// Most uris are systems of codes; what could be another entry's fullUrl is told by its beginning.
fn may_name(kind: LinkKind, text: &str) -> bool {
    match kind {
        LinkKind::Reference => !text.starts_with('#'),
        LinkKind::Uri => text.starts_with("urn:uuid:") || text.starts_with("urn:oid:") || ends_like_a_resource(text),
        LinkKind::Narrative => text.contains("href=") || text.contains("src="),
    }
}

/// `http://x/Patient/1`: the last step but one is a resource type.
fn ends_like_a_resource(text: &str) -> bool {
    let mut steps = text.rsplit('/');
    let (_, name) = (steps.next(), steps.next());
    name.is_some_and(|name| name.bytes().next().is_some_and(|first| first.is_ascii_uppercase()) && tables().resource_type(name).is_some())
}

fn reference_element() -> ElementId {
    static ELEMENT: LazyLock<Option<ElementId>> = LazyLock::new(|| tables().element_by_path("Reference.reference"));
    ELEMENT.unwrap_or(ElementId(u16::MAX))
}

/// The replacements that rename a resource's links.
pub fn edits(links: &[Link<'_>], rewrites: &Rewrites) -> Edits {
    let mut edits = Edits::default();
    for link in links {
        if link.kind == LinkKind::Narrative {
            if let Some(text) = renamed_narrative(&link.text, rewrites) {
                edits.replace_str(link.value, &text);
            }
        } else if let Some((ty, id)) = rewrites.get(link.text.as_ref()) {
            edits.replace_str(link.value, &format!("{}/{id}", tables().type_name(*ty)));
        }
    }
    edits
}

/// Renames what stands in `href` and `src`; `None` if nothing does.
fn renamed_narrative(text: &str, rewrites: &Rewrites) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = ["href=", "src="].iter().filter_map(|name| rest.find(name).map(|at| at + name.len())).min() {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let target = quote.and_then(|quote| after.get(1..)?.split_once(quote)).map(|(target, _)| target);
        rest = after;
        if let (Some(quote), Some(target)) = (quote, target)
            && let Some((ty, id)) = rewrites.get(target)
        {
            out.push(quote);
            out.push_str(tables().type_name(*ty));
            out.push('/');
            out.push_str(id);
            rest = after.get(1 + target.len()..).unwrap_or("");
            changed = true;
        }
    }
    out.push_str(rest);
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_the_narrative_are_renamed_and_nothing_else() {
        let patient = tables().resource_type("Patient").expect("a type of R4");
        let rewrites = Rewrites::from([("urn:uuid:1".to_owned(), (patient, "p".to_owned()))]);
        let text = r#"<div>urn:uuid:1 <a href="urn:uuid:1">x</a><img src='urn:uuid:2'/><a href=x></div>"#;
        let expected = r#"<div>urn:uuid:1 <a href="Patient/p">x</a><img src='urn:uuid:2'/><a href=x></div>"#;
        assert_eq!(renamed_narrative(text, &rewrites).as_deref(), Some(expected));
        assert_eq!(renamed_narrative("<div>no links: href</div>", &rewrites), None);
    }

    #[test]
    fn systems_of_codes_are_no_links() {
        assert!(!may_name(LinkKind::Uri, "http://loinc.org"));
        assert!(!may_name(LinkKind::Uri, "http://hl7.org/fhir/sid/us-npi"));
        assert!(may_name(LinkKind::Uri, "http://example.org/fhir/Binary/1"));
        assert!(may_name(LinkKind::Uri, "urn:uuid:1"));
    }
}
