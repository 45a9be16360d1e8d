//! Values of one element as index values (<https://hl7.org/fhir/R4/search.html#table>).

use super::reference;
use crate::plan::shape::Shape;
use crate::{Entry, FieldId, IndexValue, ParamKind, Span, Zone, parse_date};
use rihla_fhir::json::Value;
use std::borrow::Cow;

/// The code system of Money's currencies (<https://hl7.org/fhir/R4/datatypes.html#money>).
const CURRENCIES: &str = "urn:iso:std:iso:4217";

/// Where values of one field go.
pub(super) struct Sink<'s, 'd> {
    pub field: FieldId,
    pub kind: ParamKind,
    pub zone: &'s Zone,
    /// The resource that contained resources are looked up in.
    pub root: Value<'d>,
    pub out: &'s mut Vec<Entry<'d>>,
}

impl<'d> Sink<'_, 'd> {
    fn push(&mut self, value: IndexValue<'d>) {
        self.out.push(Entry { field: self.field, value });
    }

    /// Reads one value. What does not have the form of its type gives nothing: validation has said so.
    pub fn read(&mut self, shape: Shape, value: Value<'d>) {
        match shape {
            Shape::Boolean => {
                let code = value.as_bool().map(|truth| if truth { "true" } else { "false" });
                self.token(None, code.map(Cow::Borrowed), None);
            }
            Shape::Text => self.text(value),
            Shape::Coding => self.coding(value),
            Shape::CodeableConcept => self.concept(value),
            Shape::Identifier => {
                let [system, code] = texts(value, ["system", "value"]);
                self.token(system, code, None);
                // `identifier:text` looks at the text of the identifier's type (<https://hl7.org/fhir/R4/search.html#token>).
                let kind = value.get("type").and_then(|kind| kind.get("text")).and_then(|text| text.as_str());
                self.token(None, None, kind);
            }
            Shape::ContactPoint => {
                let [system, code] = texts(value, ["system", "value"]);
                if code.is_some() {
                    self.token(system, code, None);
                }
            }
            Shape::Reference => {
                reference::read(value, self.root, &mut |target| self.out.push(Entry { field: self.field, value: IndexValue::Reference { target } }))
            }
            Shape::Canonical => {
                if let Some(target) = value.as_str().map(reference::canonical) {
                    self.push(IndexValue::Reference { target });
                }
            }
            Shape::Inline => {
                if let Some(target) = reference::inline(value) {
                    self.push(IndexValue::Reference { target });
                }
            }
            Shape::Date => self.date(date(value, self.zone)),
            Shape::Period => self.date(period(value, self.zone)),
            Shape::Timing => self.date(timing(value, self.zone)),
            Shape::Decimal => {
                if let Some(value) = decimal(value) {
                    self.push(IndexValue::Number { value });
                }
            }
            Shape::Quantity => self.quantity(value),
            Shape::Money => self.money(value),
            Shape::Range => self.range(value),
            // Each part is a field of its own; a plan never takes the whole.
            Shape::Parts(_) => {}
        }
    }

    fn text(&mut self, value: Value<'d>) {
        let Some(text) = value.as_str() else { return };
        match self.kind {
            ParamKind::String => self.push(IndexValue::String(text)),
            ParamKind::Uri => self.push(IndexValue::Uri(text)),
            _ => self.token(None, Some(text), None),
        }
    }

    fn token(&mut self, system: Option<Cow<'d, str>>, code: Option<Cow<'d, str>>, display: Option<Cow<'d, str>>) {
        if system.is_some() || code.is_some() || display.is_some() {
            self.push(IndexValue::Token { system, code, display });
        }
    }

    fn coding(&mut self, value: Value<'d>) {
        let [system, code, display] = texts(value, ["system", "code", "display"]);
        self.token(system, code, display);
    }

    fn concept(&mut self, value: Value<'d>) {
        for member in value.members() {
            match member.key_source() {
                "coding" => member.value.items().for_each(|coding| self.coding(coding)),
                "text" => self.token(None, None, member.value.as_str()),
                _ => {}
            }
        }
    }

    fn date(&mut self, span: Option<Span>) {
        if let Some(Span { lo, hi }) = span {
            self.push(IndexValue::Date { lo, hi });
        }
    }

    fn quantity(&mut self, value: Value<'d>) {
        let Some(number) = value.get("value").and_then(decimal) else { return };
        self.quantity_of(value, number);
    }

    fn quantity_of(&mut self, value: Value<'d>, number: f64) {
        let [system, code, unit, comparator] = texts(value, ["system", "code", "unit", "comparator"]);
        self.push(IndexValue::Quantity { value: number, system, code, unit, comparator });
    }

    fn money(&mut self, value: Value<'d>) {
        let Some(number) = value.get("value").and_then(decimal) else { return };
        let [code] = texts(value, ["currency"]);
        let system = code.is_some().then_some(Cow::Borrowed(CURRENCIES));
        self.push(IndexValue::Quantity { value: number, system, code, unit: None, comparator: None });
    }

    /// Both ends, so that `gt` finds ranges that reach above and `lt` those that reach below.
    fn range(&mut self, value: Value<'d>) {
        let (low, high) = (value.get("low"), value.get("high"));
        let Some(some) = low.or(high) else { return };
        let end = |quantity: Option<Value<'d>>, open| quantity.map_or(Some(open), |quantity| quantity.get("value").and_then(decimal));
        for (quantity, number) in [(low, end(low, f64::NEG_INFINITY)), (high, end(high, f64::INFINITY))] {
            match (number, self.kind) {
                (None, _) => {}
                (Some(value), ParamKind::Number) => self.push(IndexValue::Number { value }),
                (Some(number), _) => self.quantity_of(quantity.unwrap_or(some), number),
            }
        }
    }
}

/// The string members of an object under the wanted names, in one pass.
pub(super) fn texts<'d, const N: usize>(value: Value<'d>, names: [&str; N]) -> [Option<Cow<'d, str>>; N] {
    let mut found = [const { None }; N];
    for member in value.members() {
        let key = member.key_source();
        for (name, slot) in names.iter().zip(&mut found) {
            if key == *name {
                *slot = member.value.as_str();
            }
        }
    }
    found
}

fn decimal(value: Value<'_>) -> Option<f64> {
    value.number_source()?.parse().ok().filter(|number: &f64| number.is_finite())
}

fn date(value: Value<'_>, zone: &Zone) -> Option<Span> {
    match value.as_plain_str() {
        Some(text) => parse_date(text, zone),
        None => parse_date(&value.as_str()?, zone),
    }
}

/// From the first moment of its start to the last of its end; an end that is not given is open.
fn period(value: Value<'_>, zone: &Zone) -> Option<Span> {
    let start = value.get("start").and_then(|start| date(start, zone));
    let end = value.get("end").and_then(|end| date(end, zone));
    if start.is_none() && end.is_none() {
        return None;
    }
    Some(Span { lo: start.map_or(Span::OPEN_START, |span| span.lo), hi: end.map_or(Span::OPEN_END, |span| span.hi) })
}

/// Only the outer limits of a schedule count (<https://hl7.org/fhir/R4/search.html#date>).
fn timing(value: Value<'_>, zone: &Zone) -> Option<Span> {
    let events = value.get("event").into_iter().flat_map(|events| events.each()).filter_map(|event| date(event, zone));
    let bounds = value.get("repeat").and_then(|repeat| repeat.get("boundsPeriod")).and_then(|bounds| period(bounds, zone));
    events.chain(bounds).reduce(Span::cover)
}
