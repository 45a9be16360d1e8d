//! JSON tree to XML.

use super::escape::push_attribute;
use super::{FHIR, MAX_DEPTH, XmlError, XmlErrorKind};
use crate::json::{Kind, Value};
use crate::r4::{Child, Primitive, Role, Tables, TypeId, TypeKind, tables};
use crate::validate::is_well_formed_xhtml;

/// Writes a resource. What R4 does not know has no form in XML and is an error.
pub fn write(resource: Value<'_>) -> Result<Vec<u8>, XmlError> {
    let mut writer = Writer { tables: tables(), depth: 0, out: Vec::with_capacity(resource.source().len() * 2) };
    writer.out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    writer.resource(resource, true)?;
    Ok(writer.out)
}

struct Writer {
    tables: &'static Tables,
    depth: usize,
    out: Vec<u8>,
}

/// One element with all its values and what stands beside them.
struct Entry<'d> {
    child: &'static Child,
    value: Option<Value<'d>>,
    sibling: Option<Value<'d>>,
}

fn fail<T>(kind: XmlErrorKind, at: Value<'_>) -> Result<T, XmlError> {
    Err(XmlError { kind, offset: at.offset() })
}

impl Writer {
    fn resource(&mut self, value: Value<'_>, top: bool) -> Result<(), XmlError> {
        let name = value.get("resourceType").and_then(|it| it.as_plain_str());
        let Some(ty) = name.and_then(|it| self.tables.resource_type(it)) else {
            return fail(XmlErrorKind::UnknownType, value);
        };
        let name = self.tables.type_name(ty);
        self.push(&["<", name]);
        if top {
            self.push(&[" xmlns=\"", FHIR, "\""]);
        }
        self.push(&[">"]);
        for entry in self.entries(value, ty)? {
            self.entry(&entry)?;
        }
        self.push(&["</", name, ">"]);
        Ok(())
    }

    fn push(&mut self, parts: &[&str]) {
        parts.iter().for_each(|it| self.out.extend_from_slice(it.as_bytes()));
    }

    /// The members of an object, each primitive with its sibling, in R4's order.
    fn entries<'d>(&self, value: Value<'d>, ty: TypeId) -> Result<Vec<Entry<'d>>, XmlError> {
        let is_resource = self.tables.type_row(ty).kind == TypeKind::Resource;
        let mut entries: Vec<Entry<'d>> = Vec::with_capacity(value.len());
        for member in value.members() {
            let key = member.key();
            if is_resource && key == "resourceType" {
                continue;
            }
            let (name, sibling) = key.strip_prefix('_').map_or((key.as_ref(), false), |name| (name, true));
            let Some(child) = self.tables.child(ty, name).filter(|it| !sibling || it.primitive.is_some()) else {
                return fail(XmlErrorKind::UnknownElement(shown(&key)), member.value);
            };
            let at = entries.iter().position(|it| it.child.name == child.name).unwrap_or_else(|| {
                entries.push(Entry { child, value: None, sibling: None });
                entries.len() - 1
            });
            let Some(place) = entries.get_mut(at).map(|it| if sibling { &mut it.sibling } else { &mut it.value }) else { continue };
            if place.replace(member.value).is_some() {
                return fail(XmlErrorKind::NoForm, member.value);
            }
        }
        entries.sort_by_key(|it| it.child.slot);
        Ok(entries)
    }

    fn entry(&mut self, entry: &Entry<'_>) -> Result<(), XmlError> {
        let mut values = entry.value.into_iter().flat_map(|it| it.each());
        let mut siblings = entry.sibling.into_iter().flat_map(|it| it.each());
        loop {
            let present = |it: Option<Value<'_>>| it.is_some_and(|it| it.kind() != Kind::Null);
            let (value, sibling) = (values.next(), siblings.next());
            match value.or(sibling) {
                None => return Ok(()),
                Some(at) if !present(value) && !present(sibling) => return fail(XmlErrorKind::NoForm, at),
                Some(_) => self.item(entry.child, value.filter(|it| present(Some(*it))), sibling.filter(|it| present(Some(*it))))?,
            }
        }
    }

    fn item(&mut self, child: &'static Child, value: Option<Value<'_>>, sibling: Option<Value<'_>>) -> Result<(), XmlError> {
        self.depth += 1;
        if let Some(at) = value.filter(|_| self.depth > MAX_DEPTH) {
            return fail(XmlErrorKind::TooDeep, at);
        }
        let written = self.content(child, value, sibling);
        self.depth -= 1;
        written
    }

    fn content(&mut self, child: &'static Child, value: Option<Value<'_>>, sibling: Option<Value<'_>>) -> Result<(), XmlError> {
        if let Some(primitive) = child.primitive {
            return self.primitive(primitive, child, value, sibling);
        }
        let Some(value) = value else { return Ok(()) };
        if !value.is_object() {
            return fail(XmlErrorKind::NoForm, value);
        }
        let row = self.tables.type_row(child.ty);
        if row.kind == TypeKind::Resource || row.name == "Resource" {
            self.push(&["<", child.name, ">"]);
            self.resource(value, false)?;
            self.push(&["</", child.name, ">"]);
            return Ok(());
        }
        self.push(&["<", child.name]);
        let entries = self.entries(value, child.ty)?;
        self.inner(child, row.role == Role::Extension, &entries)
    }

    fn primitive(&mut self, primitive: Primitive, child: &'static Child, value: Option<Value<'_>>, sibling: Option<Value<'_>>) -> Result<(), XmlError> {
        if let (Primitive::Xhtml, Some(value)) = (primitive, value) {
            let text = value.as_str().filter(|it| is_well_formed_xhtml(it));
            let Some(text) = text.filter(|_| sibling.is_none()) else {
                return fail(XmlErrorKind::NoForm, value);
            };
            // A reader turns a carriage return into a line feed unless it is a reference.
            self.push(&[&text.replace('\r', "&#13;")]);
            return Ok(());
        }
        self.push(&["<", child.name]);
        let entries = match sibling {
            Some(sibling) if sibling.is_object() => self.entries(sibling, child.ty)?,
            Some(sibling) => return fail(XmlErrorKind::NoForm, sibling),
            None => Vec::new(),
        };
        if let Some(value) = value {
            self.attribute("value", value)?;
        }
        self.inner(child, false, &entries)
    }

    /// Attributes and content of an element whose start is open, and its end.
    fn inner(&mut self, child: &Child, is_extension: bool, entries: &[Entry<'_>]) -> Result<(), XmlError> {
        let is_attribute = |it: &Entry<'_>| it.child.name == "id" || (is_extension && it.child.name == "url");
        for entry in entries.iter().filter(|it| is_attribute(it)) {
            match (entry.value, entry.sibling) {
                (Some(value), None) => self.attribute(entry.child.name, value)?,
                (value, sibling) => return value.or(sibling).map_or(Ok(()), |at| fail(XmlErrorKind::NoForm, at)),
            }
        }
        if entries.iter().all(is_attribute) {
            self.push(&["/>"]);
            return Ok(());
        }
        self.push(&[">"]);
        for entry in entries.iter().filter(|it| !is_attribute(it)) {
            self.entry(entry)?;
        }
        self.push(&["</", child.name, ">"]);
        Ok(())
    }

    fn attribute(&mut self, name: &str, value: Value<'_>) -> Result<(), XmlError> {
        self.push(&[" ", name, "=\""]);
        let written = match value.kind() {
            Kind::Bool | Kind::Number => push_attribute(value.source(), &mut self.out),
            _ => value.as_str().is_some_and(|text| push_attribute(&text, &mut self.out)),
        };
        if !written {
            return fail(XmlErrorKind::NoForm, value);
        }
        self.push(&["\""]);
        Ok(())
    }
}

/// A name from outside, cut to what a message can carry.
pub(super) fn shown(name: &str) -> String {
    name.chars().filter(char::is_ascii_graphic).take(64).collect()
}
