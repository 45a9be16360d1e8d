//! The value of one primitive.

use super::format::{MAX_STRING, is_absolute, is_valid_number, is_valid_text};
use super::walk::Walk;
use super::{Visitor, xhtml};
use crate::issue::Problem;
use crate::json::{Kind, Value};
use crate::r4::{Child, Primitive};
use std::borrow::Cow;

impl<'d, V: Visitor<'d>> Walk<'d, '_, V> {
    /// JSON type, format, length and required code of a primitive's value.
    pub(super) fn primitive(&mut self, kind: Primitive, child: &Child, value: Value<'d>) {
        match kind {
            Primitive::Boolean if value.kind() == Kind::Bool => {}
            Primitive::Boolean => self.fail(Problem::JsonType, value, &[child.name, "boolean"]),
            Primitive::Decimal | Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => match value.number_source() {
                Some(source) if is_valid_number(kind, source) => {}
                Some(_) => self.fail(Problem::Format, value, &[child.name, self.tables.type_name(child.ty)]),
                None => self.fail(Problem::JsonType, value, &[child.name, "number"]),
            },
            _ => match value.as_str() {
                Some(text) => self.text(kind, child, value, &text),
                None => self.fail(Problem::JsonType, value, &[child.name, "string"]),
            },
        }
    }

    fn text(&mut self, kind: Primitive, child: &Child, value: Value<'d>, text: &str) {
        if text.is_empty() {
            return self.fail(Problem::Empty, value, &[child.name]);
        }
        // JSON allows no control character unless it is escaped, so a plain text needs no second look.
        let plain = matches!(kind, Primitive::String | Primitive::Markdown) && value.as_plain_str().is_some();
        if !plain && !is_valid_text(kind, text) {
            return self.fail(Problem::Format, value, &[child.name, self.tables.type_name(child.ty)]);
        }
        if kind == Primitive::String && text.len() > MAX_STRING && text.chars().count() > MAX_STRING {
            self.fail(Problem::TooLong, value, &[child.name, "1048576"]);
        }
        if text.starts_with([' ', '\t', '\r', '\n']) && text.trim().is_empty() {
            self.fail(Problem::Blank, value, &[child.name]);
        }
        if text.starts_with('#') && matches!(kind, Primitive::Canonical | Primitive::Uri | Primitive::Url) {
            self.frame.mention(value);
        }
        if kind == Primitive::Uri && self.tables.known().coding_system == Some(child.element) && !is_absolute(text) {
            self.fail(Problem::SystemRelative, value, &[]);
        }
        if kind == Primitive::Canonical {
            self.canonical(child, value, text);
        }
        if let Some(set) = child.binding.filter(|set| !self.tables.value_sets().has_code(*set, text)) {
            let url = self.tables.value_sets().url(set);
            self.fail(Problem::CodeUnknown, value, &[child.name, &url]);
        }
    }

    /// An address that names a resource type must name one that may stand here.
    fn canonical(&mut self, child: &Child, value: Value<'d>, text: &str) {
        let address = text.split(['|', '#']).next().unwrap_or(text);
        let named = address.rsplit('/').nth(1).and_then(|it| self.tables.resource_type(it));
        if let Some(ty) = named.filter(|_| !self.tables.targets(child).is_empty()) {
            self.allowed(child, ty, value);
        }
    }

    /// The `div` of a narrative.
    pub(super) fn xhtml(&mut self, value: Value<'d>, child: &Child) {
        let Some(text) = value.as_str() else {
            return self.fail(Problem::JsonType, value, &[child.name, "string"]);
        };
        if let Err((problem, name)) = xhtml::check(&text) {
            self.fail(problem, value, &[&name]);
        }
    }
}

/// A member's text, or nothing.
pub(super) fn text_of<'d>(value: Value<'d>, key: &str) -> Option<Cow<'d, str>> {
    value.get(key).and_then(|it| it.as_str())
}
