//! References and contained resources: <https://hl7.org/fhir/R4/references.html>.

use super::Visitor;
use super::format::{is_absolute, is_id};
use super::primitive::text_of;
use super::walk::Walk;
use crate::issue::Problem;
use crate::json::Value;
use crate::r4::{Child, Tables, TypeId};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What must be matched at the end of a resource: its contained resources and what points to them.
#[derive(Default)]
pub(super) struct Frame<'d> {
    contained: Vec<(Cow<'d, str>, Value<'d>)>,
    /// Positions in it.
    by_id: HashMap<Cow<'d, str>, usize>,
    /// Values of `Reference.reference` that begin with `#`, and the element that holds them.
    references: Vec<(Value<'d>, Child)>,
    /// Other addresses that begin with `#`: they may name a contained resource, or something else.
    mentions: Vec<Value<'d>>,
}

impl<'d> Frame<'d> {
    pub fn mention(&mut self, value: Value<'d>) {
        self.mentions.push(value);
    }
}

/// What the text of a reference says.
#[derive(Debug, PartialEq, Eq)]
enum Literal {
    /// `#id`, or `#` for the container.
    Local,
    /// A literal reference, relative or absolute, that names a resource type.
    Typed(TypeId),
    /// An absolute address or urn that says nothing of the type.
    Opaque,
    /// `Type?query`, in bundles.
    Conditional(TypeId),
    Malformed,
}

fn literal(text: &str, tables: &Tables) -> Literal {
    if text.starts_with('#') {
        return Literal::Local;
    }
    let absolute = is_absolute(text);
    if !absolute && let Some((name, _)) = text.split_once('?') {
        return tables.resource_type(name).map_or(Literal::Malformed, Literal::Conditional);
    }
    let plain = text.split_once("/_history/").map_or(text, |(before, _)| before);
    let mut segments = plain.rsplit('/');
    let (id, name) = (segments.next().unwrap_or(""), segments.next().unwrap_or(""));
    let alone = segments.next().is_none();
    match tables.resource_type(name) {
        Some(ty) if is_id(id.as_bytes()) && (absolute || alone) => Literal::Typed(ty),
        _ if absolute => Literal::Opaque,
        _ => Literal::Malformed,
    }
}

impl<'d, V: Visitor<'d>> Walk<'d, '_, V> {
    /// One `Reference`: its form, and whether what it points to may stand there.
    pub(super) fn reference(&mut self, child: &Child, value: Value<'d>) {
        let named = value.get("type").and_then(|it| Some((it, it.as_str()?)));
        let named =
            named.and_then(|(at, name)| Some((at, self.tables.resource_type(name.strip_prefix("http://hl7.org/fhir/StructureDefinition/").unwrap_or(&name))?)));
        if let Some((at, ty)) = named {
            self.allowed(child, ty, at);
        }
        let Some(at) = value.get("reference") else { return };
        let Some(text) = at.as_str().filter(|it| !it.is_empty()) else { return };
        match literal(&text, self.tables) {
            Literal::Local => self.frame.references.push((at, *child)),
            Literal::Opaque => {}
            Literal::Conditional(ty) if self.allows_conditional_references() => self.allowed(child, ty, at),
            Literal::Conditional(_) | Literal::Malformed => self.fail(Problem::ReferenceForm, at, &[]),
            Literal::Typed(ty) => match named.filter(|(_, it)| *it != ty) {
                Some((_, other)) => self.fail(Problem::ReferenceType, at, &[self.tables.type_name(other), self.tables.type_name(ty)]),
                None if named.is_none() => self.allowed(child, ty, at),
                None => {}
            },
        }
    }

    /// Whether an element may point to a type; an issue at `at` if not.
    pub(super) fn allowed(&mut self, child: &Child, ty: TypeId, at: Value<'d>) {
        let targets = self.tables.targets(child);
        if targets.is_empty() || targets.contains(&ty) {
            return;
        }
        let names: Vec<_> = targets.iter().map(|it| self.tables.type_name(*it)).collect();
        self.fail(Problem::ReferenceTarget, at, &[child.name, self.tables.type_name(ty), &names.join(", ")]);
    }

    /// dom-2 and dom-4 of <https://hl7.org/fhir/R4/domainresource.html#invs>, before the walk goes into the resource.
    pub(super) fn contained_resource(&mut self, value: Value<'d>, nested: bool) {
        if nested {
            return self.fail(Problem::ContainedNested, value, &[]);
        }
        if let Some(meta) = value.get("meta") {
            for name in ["versionId", "lastUpdated", "security"] {
                if let Some(at) = meta.get(name) {
                    self.fail(Problem::ContainedMeta, at, &[&format!("meta.{name}")]);
                }
            }
        }
        match text_of(value, "id") {
            None => self.fail(Problem::ContainedId, value, &[]),
            Some(id) if self.frame.by_id.contains_key(&id) => self.fail(Problem::ContainedTwice, value, &[]),
            Some(id) => {
                self.frame.by_id.insert(id.clone(), self.frame.contained.len());
                self.frame.contained.push((id, value));
            }
        }
    }

    /// Matches local references with contained resources once a resource has been walked.
    pub(super) fn resolve_local(&mut self, container: Value<'d>) {
        if self.frame.contained.is_empty() && self.frame.references.is_empty() {
            return;
        }
        let frame = std::mem::take(&mut self.frame);
        let mut used = vec![false; frame.contained.len()];
        for (at, child) in &frame.references {
            let text = at.as_str().unwrap_or_default();
            let id = text.strip_prefix('#').unwrap_or(&text);
            let position = frame.by_id.get(id).copied();
            let target = match position {
                None if id.is_empty() => container,
                None => {
                    self.fail(Problem::LocalReference, *at, &[]);
                    continue;
                }
                Some(position) => {
                    used.iter_mut().skip(position).take(1).for_each(|it| *it = true);
                    frame.contained.get(position).map_or(container, |(_, value)| *value)
                }
            };
            if let Some(ty) = text_of(target, "resourceType").and_then(|name| self.tables.resource_type(&name)) {
                self.allowed(child, ty, *at);
            }
        }
        self.unused(&frame, &used);
    }

    /// dom-3: a contained resource is referred to, or refers to its container.
    fn unused(&mut self, frame: &Frame<'d>, used: &[bool]) {
        let mentioned: HashSet<_> = frame.mentions.iter().filter_map(|it| it.as_str()?.strip_prefix('#').map(str::to_owned)).collect();
        let outward: Vec<_> = frame.references.iter().filter(|(at, _)| at.source() == "#").map(|(at, _)| at.index()).collect();
        for ((id, value), used) in frame.contained.iter().zip(used) {
            // References were met in document order, so the first at or behind the resource decides.
            let next = outward.get(outward.partition_point(|it| *it < value.index()));
            let refers_out = next.is_some_and(|it| *it < value.after());
            if !used
                && !refers_out
                && !mentioned.contains(id.as_ref())
                && frame.by_id.get(id).is_some_and(|it| frame.contained.get(*it).is_some_and(|(_, last)| last.index() == value.index()))
            {
                self.fail(Problem::ContainedUnused, *value, &[]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::r4::tables;

    #[test]
    fn the_form_of_a_reference_tells_what_it_is() {
        let patient = tables().resource_type("Patient").expect("type");
        for (text, expected) in [
            ("Patient/1", Literal::Typed(patient)),
            ("Patient/1/_history/2", Literal::Typed(patient)),
            ("http://a.example/fhir/Patient/1", Literal::Typed(patient)),
            ("http://a.example/other", Literal::Opaque),
            ("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", Literal::Opaque),
            ("#x", Literal::Local),
            ("Patient?identifier=a|1", Literal::Conditional(patient)),
            ("Foo?x=1", Literal::Malformed),
            ("Foo/1", Literal::Malformed),
            ("a/Patient/1", Literal::Malformed),
            ("Patient/a_b", Literal::Malformed),
            ("1", Literal::Malformed),
        ] {
            assert_eq!(literal(text, tables()), expected, "{text}");
        }
    }
}
