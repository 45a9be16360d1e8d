//! Which data types a kind of parameter can read, and how (<https://hl7.org/fhir/R4/search.html#table>).

use crate::ParamKind;

/// How a value is turned into index values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Boolean,
    /// Any primitive that is written as a JSON string.
    Text,
    Coding,
    CodeableConcept,
    Identifier,
    ContactPoint,
    Reference,
    Canonical,
    /// A resource that stands in the place of a reference: the first entry of a document or message.
    Inline,
    Date,
    Period,
    Timing,
    Decimal,
    Quantity,
    Money,
    /// Low and high end, each read as a number or a quantity.
    Range,
    /// HumanName or Address: read part by part, each a field of its own.
    Parts(&'static [&'static str]),
}

/// The parts of a name that a string search looks at (<https://hl7.org/fhir/R4/patient.html#search>).
const NAME_PARTS: &[&str] = &["family", "given", "prefix", "suffix", "text"];
/// The same for an address.
const ADDRESS_PARTS: &[&str] = &["line", "city", "district", "state", "postalCode", "country", "text"];

/// `None`: a value of that type says nothing to such a parameter. SampledData is such a type for all kinds: R4 leaves
/// open what its origin and period would mean to a search.
pub(crate) fn shape(kind: ParamKind, type_name: &str) -> Option<Shape> {
    match kind {
        ParamKind::Token => token(type_name),
        ParamKind::String => match type_name {
            "string" | "markdown" | "code" | "id" => Some(Shape::Text),
            "HumanName" => Some(Shape::Parts(NAME_PARTS)),
            "Address" => Some(Shape::Parts(ADDRESS_PARTS)),
            _ => None,
        },
        ParamKind::Date => match type_name {
            "date" | "dateTime" | "instant" => Some(Shape::Date),
            "Period" => Some(Shape::Period),
            "Timing" => Some(Shape::Timing),
            _ => None,
        },
        ParamKind::Reference => match type_name {
            "Reference" => Some(Shape::Reference),
            "canonical" | "uri" | "url" => Some(Shape::Canonical),
            "Resource" => Some(Shape::Inline),
            _ => None,
        },
        ParamKind::Number => match type_name {
            "decimal" | "integer" | "positiveInt" | "unsignedInt" => Some(Shape::Decimal),
            "Range" => Some(Shape::Range),
            _ => None,
        },
        ParamKind::Quantity => match type_name {
            "Quantity" | "Age" | "Duration" | "Distance" | "Count" => Some(Shape::Quantity),
            "Money" => Some(Shape::Money),
            "Range" => Some(Shape::Range),
            _ => None,
        },
        ParamKind::Uri => matches!(type_name, "uri" | "url" | "canonical" | "oid" | "uuid").then_some(Shape::Text),
        ParamKind::Composite | ParamKind::Special => None,
    }
}

fn token(type_name: &str) -> Option<Shape> {
    match type_name {
        "boolean" => Some(Shape::Boolean),
        "code" | "id" | "string" | "uri" | "url" | "canonical" | "oid" | "uuid" => Some(Shape::Text),
        "Coding" => Some(Shape::Coding),
        "CodeableConcept" => Some(Shape::CodeableConcept),
        "Identifier" => Some(Shape::Identifier),
        "ContactPoint" => Some(Shape::ContactPoint),
        _ => None,
    }
}
