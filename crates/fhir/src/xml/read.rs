//! XML to JSON text.

use super::escape::attribute_value;
use super::write::shown;
use super::{FHIR, MAX_DEPTH, XHTML, XmlError, XmlErrorKind};
use crate::json::{Kind, Limits, escape_into, parse};
use crate::r4::{Child, Primitive, Role, Tables, TypeId, TypeKind, tables};
use crate::validate::MAX_ATTRIBUTES;
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

/// Reads a resource and gives its JSON text, members in the order of the XML.
///
/// Document types and entities are refused, so that a text cannot grow. Values are not checked here: what is no number
/// stays a string, what does not repeat stays an array, and validation names it.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, XmlError> {
    if bytes.len() > limits.bytes {
        return Err(XmlError { kind: XmlErrorKind::TooLong, offset: limits.bytes });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| XmlError { kind: XmlErrorKind::NotUtf8, offset: error.valid_up_to() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = XmlReader { tables: tables(), xml: NsReader::from_str(text), text, depth: 0, limits };
    let mut out = Vec::with_capacity(text.len());
    reader.only_resource(true, &mut out)?;
    Ok(out)
}

struct XmlReader<'x, 'l> {
    tables: &'static Tables,
    xml: NsReader<&'x [u8]>,
    text: &'x str,
    depth: usize,
    limits: &'l Limits,
}

/// A start tag in one of the two namespaces; `empty` if it is its own end.
struct Tag<'x> {
    start: BytesStart<'x>,
    empty: bool,
    xhtml: bool,
    offset: usize,
}

enum Step<'x> {
    Open(Tag<'x>),
    Close,
    End,
}

/// The attributes that FHIR uses.
#[derive(Default)]
struct Attributes {
    id: Option<String>,
    url: Option<String>,
    value: Option<String>,
}

/// An element with its values so far.
struct Field {
    child: &'static Child,
    items: Vec<Item>,
}

/// JSON texts of a value and of what stands beside it.
#[derive(Default)]
struct Item {
    value: Option<Vec<u8>>,
    sibling: Option<Vec<u8>>,
}

impl<'x> XmlReader<'x, '_> {
    fn fail<T>(&self, kind: XmlErrorKind) -> Result<T, XmlError> {
        Err(XmlError { kind, offset: self.xml.buffer_position() as usize })
    }

    /// The next tag; white space, comments and processing instructions are passed over.
    fn step(&mut self) -> Result<Step<'x>, XmlError> {
        loop {
            let offset = self.xml.buffer_position() as usize;
            let (namespace, event) = match self.xml.read_resolved_event() {
                Ok((ResolveResult::Bound(namespace), event)) => (Some(namespace.0 == FHIR).filter(|fhir| *fhir || namespace.0 == XHTML), event),
                Ok((_, event)) => (None, event),
                Err(_) => return self.fail(XmlErrorKind::Malformed),
            };
            let (start, empty) = match event {
                Event::Start(start) => (start, false),
                Event::Empty(start) => (start, true),
                Event::End(_) => return Ok(Step::Close),
                Event::Eof => return Ok(Step::End),
                Event::Text(text) if text.chars().all(char::is_whitespace) => continue,
                Event::Text(_) | Event::CData(_) => return self.fail(XmlErrorKind::Text),
                Event::GeneralRef(_) => return self.fail(XmlErrorKind::Text),
                Event::DocType(_) => return self.fail(XmlErrorKind::DocumentType),
                Event::Decl(declaration) => {
                    let utf8 = declaration.encoding().is_none_or(|it| it.is_ok_and(|it| it.eq_ignore_ascii_case("utf-8")));
                    if utf8 {
                        continue;
                    }
                    return self.fail(XmlErrorKind::NotUtf8);
                }
                Event::Comment(_) | Event::PI(_) => continue,
            };
            if start.attributes().with_checks(false).take(MAX_ATTRIBUTES + 1).count() > MAX_ATTRIBUTES {
                return self.fail(XmlErrorKind::Malformed);
            }
            let Some(is_fhir) = namespace else { return self.fail(XmlErrorKind::Namespace) };
            return Ok(Step::Open(Tag { start, empty, xhtml: !is_fhir, offset }));
        }
    }

    /// The one resource that the document, or the element just opened, must hold; reads the end too.
    fn only_resource(&mut self, document: bool, out: &mut Vec<u8>) -> Result<(), XmlError> {
        let Step::Open(tag) = self.step()? else { return self.fail(XmlErrorKind::OneResource) };
        self.resource(&tag, out)?;
        match (self.step()?, document) {
            (Step::End, true) | (Step::Close, false) => Ok(()),
            (Step::End, false) => self.fail(XmlErrorKind::Malformed),
            _ => self.fail(XmlErrorKind::OneResource),
        }
    }

    fn resource(&mut self, tag: &Tag<'x>, out: &mut Vec<u8>) -> Result<(), XmlError> {
        let local = tag.start.local_name();
        let Some(ty) = self.tables.resource_type(local.as_ref()).filter(|_| !tag.xhtml) else {
            return self.fail(XmlErrorKind::UnknownType);
        };
        self.attributes(&tag.start, false, false, false)?;
        out.extend_from_slice(b"{\"resourceType\":");
        escape_into(self.tables.type_name(ty), out);
        for field in self.children(ty, tag.empty)? {
            field.write(out);
        }
        out.push(b'}');
        Ok(())
    }

    /// All elements up to the end of the one that is open.
    fn children(&mut self, ty: TypeId, empty: bool) -> Result<Vec<Field>, XmlError> {
        let mut fields: Vec<Field> = Vec::new();
        if empty {
            return Ok(fields);
        }
        self.depth += 1;
        if self.depth > self.limits.depth.min(MAX_DEPTH) {
            return self.fail(XmlErrorKind::TooDeep);
        }
        loop {
            let tag = match self.step()? {
                Step::Open(tag) => tag,
                Step::Close => break,
                Step::End => return self.fail(XmlErrorKind::Malformed),
            };
            let local = tag.start.local_name();
            let child = self.tables.child(ty, local.as_ref());
            let Some(child) = child.filter(|it| (it.primitive == Some(Primitive::Xhtml)) == tag.xhtml) else {
                return self.fail(XmlErrorKind::UnknownElement(shown(local.as_ref())));
            };
            let item = self.item(child, &tag)?;
            match fields.iter_mut().find(|it| it.child.name == child.name) {
                Some(field) => field.items.push(item),
                None => fields.push(Field { child, items: vec![item] }),
            }
        }
        self.depth -= 1;
        Ok(fields)
    }

    fn item(&mut self, child: &'static Child, tag: &Tag<'x>) -> Result<Item, XmlError> {
        if let Some(primitive) = child.primitive {
            return if primitive == Primitive::Xhtml { self.xhtml(tag) } else { self.primitive(primitive, child, tag) };
        }
        let row = self.tables.type_row(child.ty);
        let mut out = Vec::new();
        if row.kind == TypeKind::Resource || row.name == "Resource" {
            if tag.empty {
                return self.fail(XmlErrorKind::OneResource);
            }
            self.attributes(&tag.start, false, false, false)?;
            self.depth += 1;
            self.only_resource(false, &mut out)?;
            self.depth -= 1;
            return Ok(Item { value: Some(out), sibling: None });
        }
        let attributes = self.attributes(&tag.start, true, row.role == Role::Extension, false)?;
        let fields = self.children(child.ty, tag.empty)?;
        write_object(&attributes, &fields, &mut out);
        Ok(Item { value: Some(out), sibling: None })
    }

    fn primitive(&mut self, primitive: Primitive, child: &Child, tag: &Tag<'x>) -> Result<Item, XmlError> {
        let attributes = self.attributes(&tag.start, true, false, true)?;
        let fields = self.children(child.ty, tag.empty)?;
        let mut sibling = Vec::new();
        if attributes.id.is_some() || !fields.is_empty() {
            write_object(&attributes, &fields, &mut sibling);
        }
        let value = attributes.value.map(|text| json_value(primitive, &text));
        Ok(Item { value, sibling: Some(sibling).filter(|it| !it.is_empty()) })
    }

    /// The narrative as it stands in the source, with its namespace said in its own tag.
    fn xhtml(&mut self, tag: &Tag<'x>) -> Result<Item, XmlError> {
        let source_start = self.text.get(tag.offset..).and_then(|rest| rest.find('<')).map_or(tag.offset, |at| tag.offset + at);
        if !tag.empty && self.xml.read_to_end(tag.start.name()).is_err() {
            return self.fail(XmlErrorKind::Malformed);
        }
        let end = self.xml.buffer_position() as usize;
        let source = self.text.get(source_start..end).unwrap_or("").replace("\r\n", "\n").replace('\r', "\n");
        // The writer's form of a carriage return, which JSON can hold as it is.
        let source = source.replace("&#13;", "\r");
        let name = tag.start.name();
        let declaration = match name.as_ref().split_once(':') {
            Some((prefix, _)) => format!("xmlns:{prefix}"),
            None => "xmlns".to_owned(),
        };
        let declared = tag.start.attributes().flatten().any(|it| it.key.as_ref() == declaration);
        let text = if declared { source } else { source.replacen(name.as_ref(), &format!("{} {declaration}=\"{XHTML}\"", name.as_ref()), 1) };
        let mut value = Vec::with_capacity(text.len() + 16);
        escape_into(&text, &mut value);
        Ok(Item { value: Some(value), sibling: None })
    }

    fn attributes(&self, start: &BytesStart<'x>, id: bool, url: bool, value: bool) -> Result<Attributes, XmlError> {
        let mut found = Attributes::default();
        for attribute in start.attributes() {
            let Ok(attribute) = attribute else { return self.fail(XmlErrorKind::Malformed) };
            let key = attribute.key.as_ref();
            let source: &str = attribute.value.as_ref();
            let place = match key {
                "id" if id => &mut found.id,
                "url" if url => &mut found.url,
                "value" if value => &mut found.value,
                "xmlns" | "xsi:schemaLocation" => continue,
                _ if key.starts_with("xmlns:") => continue,
                _ => return self.fail(XmlErrorKind::UnknownAttribute(shown(key))),
            };
            let text = attribute_value(source).filter(|_| !source.contains('<'));
            let Some(text) = text else { return self.fail(XmlErrorKind::Malformed) };
            *place = Some(text.into_owned());
        }
        Ok(found)
    }
}

fn write_object(attributes: &Attributes, fields: &[Field], out: &mut Vec<u8>) {
    out.push(b'{');
    for (key, text) in [("id", &attributes.id), ("url", &attributes.url)] {
        if let Some(text) = text {
            write_key(key, false, out);
            escape_into(text, out);
        }
    }
    fields.iter().for_each(|it| it.write(out));
    out.push(b'}');
}

/// A key with its colon, after a comma unless it is the object's first.
fn write_key(name: &str, sibling: bool, out: &mut Vec<u8>) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.extend_from_slice(if sibling { b"\"_" } else { b"\"" });
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

impl Field {
    fn write(&self, out: &mut Vec<u8>) {
        let has_sibling = self.items.iter().any(|it| it.sibling.is_some());
        if self.items.iter().any(|it| it.value.is_some()) || !has_sibling {
            self.write_part(false, |it| it.value.as_deref(), out);
        }
        if has_sibling {
            self.write_part(true, |it| it.sibling.as_deref(), out);
        }
    }

    fn write_part(&self, sibling: bool, part: impl Fn(&Item) -> Option<&[u8]>, out: &mut Vec<u8>) {
        write_key(self.child.name, sibling, out);
        let array = self.child.repeats || self.items.len() > 1;
        if array {
            out.push(b'[');
        }
        for (position, item) in self.items.iter().enumerate() {
            if position > 0 {
                out.push(b',');
            }
            out.extend_from_slice(part(item).unwrap_or(b"null"));
        }
        if array {
            out.push(b']');
        }
    }
}

/// The JSON form of a primitive's text.
fn json_value(primitive: Primitive, text: &str) -> Vec<u8> {
    let bare = match primitive {
        Primitive::Boolean => matches!(text, "true" | "false"),
        Primitive::Decimal | Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => is_json_number(text),
        _ => false,
    };
    let mut out = Vec::with_capacity(text.len() + 2);
    if bare {
        out.extend_from_slice(text.as_bytes());
    } else {
        escape_into(text, &mut out);
    }
    out
}

fn is_json_number(text: &str) -> bool {
    let whole = |it: crate::json::Value<'_>| it.kind() == Kind::Number && it.source().len() == text.len();
    parse(text.as_bytes(), &Limits::default()).is_ok_and(|doc| whole(doc.root()))
}
