//! What extraction gives: one entry a value, named by a field.

use rihla_fhir::r4::TypeId;
use std::borrow::Cow;

/// One source of index values: a resource type, an element's path, and a way to read it.
///
/// Several search parameters share a field (`Observation.subject` serves `patient` and `subject`), so a value is
/// indexed once. The numbers are kept for ever in `tables/fields.tsv`, because stores hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub u16);

/// One value to index.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'d> {
    pub field: FieldId,
    pub value: IndexValue<'d>,
}

/// A value as search compares it (<https://hl7.org/fhir/R4/search.html#ptypes>). Texts are lent from the resource
/// as they were written; [`crate::normalize`] folds strings.
#[derive(Clone, Debug, PartialEq)]
pub enum IndexValue<'d> {
    /// A Coding, each coding of a CodeableConcept, an Identifier, a ContactPoint (system: `phone`, `email`…), a code,
    /// a boolean, an id, a uri or a string. A CodeableConcept's text comes as an entry of its own that has only a
    /// `display`, so that `:text` finds it.
    Token {
        system: Option<Cow<'d, str>>,
        code: Option<Cow<'d, str>>,
        display: Option<Cow<'d, str>>,
    },
    /// One way in which a reference names its target; a Reference with a literal and an identifier gives two entries.
    Reference {
        target: Target<'d>,
    },
    /// Milliseconds UTC, both ends within. A Period's open end is [`crate::Span::OPEN_START`] or
    /// [`crate::Span::OPEN_END`]; a Timing covers from its first to its last moment.
    Date {
        lo: i64,
        hi: i64,
    },
    /// A decimal or integer. A Range gives two entries, its low and its high end; a missing end is infinite.
    Number {
        value: f64,
    },
    /// A Quantity or a kind of it. Money has its currency as code of `urn:iso:std:iso:4217`. A Range gives two
    /// entries, as for numbers: `gt` and `lt` then find what overlaps. SampledData is not indexed.
    Quantity {
        value: f64,
        system: Option<Cow<'d, str>>,
        code: Option<Cow<'d, str>>,
        unit: Option<Cow<'d, str>>,
        comparator: Option<Cow<'d, str>>,
    },
    String(Cow<'d, str>),
    Uri(Cow<'d, str>),
    /// One combination of the components' values within one instance of the composite's base element.
    Composite(Vec<IndexValue<'d>>),
}

/// What a reference points at, as far as its text tells (<https://hl7.org/fhir/R4/references.html>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target<'d> {
    /// `Patient/123` or `Patient/123/_history/4`.
    Local { type_id: TypeId, id: Cow<'d, str>, version: Option<Cow<'d, str>> },
    /// A URL with a scheme; the type is known when it ends like a local reference, or from `Reference.type`.
    Absolute { url: Cow<'d, str>, type_id: Option<TypeId> },
    /// `urn:uuid:…` or `urn:oid:…`.
    Urn { urn: Cow<'d, str>, type_id: Option<TypeId> },
    /// `#id`; the type is that of the contained resource.
    Contained { id: Cow<'d, str>, type_id: Option<TypeId> },
    /// `Reference.identifier`.
    Identifier { system: Option<Cow<'d, str>>, value: Option<Cow<'d, str>>, type_id: Option<TypeId> },
    /// A canonical, without and with the part after `|`.
    Canonical { url: Cow<'d, str>, version: Option<Cow<'d, str>> },
}

impl Target<'_> {
    /// The target's resource type, if the reference tells. `where(resolve() is T)` is decided by it.
    pub fn type_id(&self) -> Option<TypeId> {
        match self {
            Self::Local { type_id, .. } => Some(*type_id),
            Self::Absolute { type_id, .. } | Self::Urn { type_id, .. } | Self::Contained { type_id, .. } | Self::Identifier { type_id, .. } => *type_id,
            Self::Canonical { .. } => None,
        }
    }
}
