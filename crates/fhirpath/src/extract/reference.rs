//! What a reference's text says of its target (<https://hl7.org/fhir/R4/references.html#literal>).

use super::value::texts;
use crate::Target;
use rihla_fhir::json::Value;
use rihla_fhir::r4::{TypeId, tables};
use std::borrow::Cow;

/// What `Reference.type` is relative to, and may be written with.
const DEFINITIONS: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Gives the literal target and the identifier, as far as each is there.
pub(super) fn read<'d>(value: Value<'d>, root: Value<'d>, push: &mut impl FnMut(Target<'d>)) {
    let [literal, declared] = texts(value, ["reference", "type"]);
    let declared = declared.and_then(|name| tables().resource_type(name.strip_prefix(DEFINITIONS).unwrap_or(&name)));
    if let Some(literal) = literal.filter(|text| !text.is_empty()) {
        push(target(literal, declared, root));
    }
    if let Some(identifier) = value.get("identifier") {
        let [system, value] = texts(identifier, ["system", "value"]);
        if system.is_some() || value.is_some() {
            push(Target::Identifier { system, value, type_id: declared });
        }
    }
}

fn target<'d>(text: Cow<'d, str>, declared: Option<TypeId>, root: Value<'d>) -> Target<'d> {
    if let Some(id) = text.strip_prefix('#') {
        let type_id = contained_type(root, id).or(declared);
        return Target::Contained { id: after(&text, 1), type_id };
    }
    if text.starts_with("urn:") {
        return Target::Urn { urn: text, type_id: declared };
    }
    match literal(&text) {
        Some(Literal { start: 0, type_id, id, version }) => {
            let version = version.map(|(from, to)| part(&text, from, to));
            Target::Local { type_id, id: part(&text, id.0, id.1), version }
        }
        found => Target::Absolute { type_id: found.map(|found| found.type_id).or(declared), url: text },
    }
}

/// Where the parts of `…/Type/id/_history/version` lie, in bytes.
struct Literal {
    start: usize,
    type_id: TypeId,
    id: (usize, usize),
    version: Option<(usize, usize)>,
}

fn literal(text: &str) -> Option<Literal> {
    let (head, version) = match text.rfind("/_history/") {
        Some(at) => (text.get(..at)?, Some((at + "/_history/".len(), text.len()))),
        None => (text, None),
    };
    let slash = head.rfind('/')?;
    let start = head.get(..slash)?.rfind('/').map_or(0, |at| at + 1);
    let type_id = tables().resource_type(head.get(start..slash)?)?;
    let id = (slash + 1, head.len());
    (id.0 < id.1).then_some(Literal { start, type_id, id, version })
}

/// A canonical may name a version after a bar (<https://hl7.org/fhir/R4/references.html#canonical>).
pub(super) fn canonical(text: Cow<'_, str>) -> Target<'_> {
    match text.find('|') {
        Some(at) => Target::Canonical { url: part(&text, 0, at), version: Some(after(&text, at + 1)) },
        None => Target::Canonical { url: text, version: None },
    }
}

/// The resource that stands where a reference might.
pub(super) fn inline(value: Value<'_>) -> Option<Target<'_>> {
    let [name, id] = texts(value, ["resourceType", "id"]);
    Some(Target::Local { type_id: tables().resource_type(&name?)?, id: id?, version: None })
}

fn contained_type(container: Value<'_>, id: &str) -> Option<TypeId> {
    let contained = container.get("contained")?;
    let found = contained.items().find(|resource| resource.get("id").and_then(|value| value.as_str()).is_some_and(|own| own == id))?;
    tables().resource_type(&found.get("resourceType")?.as_str()?)
}

fn after<'d>(text: &Cow<'d, str>, from: usize) -> Cow<'d, str> {
    part(text, from, text.len())
}

/// A part of a text, lent on where the text was lent.
fn part<'d>(text: &Cow<'d, str>, from: usize, to: usize) -> Cow<'d, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(from..to).unwrap_or("")),
        Cow::Owned(text) => Cow::Owned(text.get(from..to).unwrap_or("").to_owned()),
    }
}
