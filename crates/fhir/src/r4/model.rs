//! The rows of the tables.

use super::value_sets::ValueSetId;

/// A resource type, data type, primitive type, or the anonymous type of a backbone element.
///
/// Numbers of resource types are fixed for ever by `tables/resource-types.txt` and fit one byte, because the record
/// stores them. Numbers of other types hold within one build only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub u16);

impl TypeId {
    /// No type has this number.
    pub const NONE: TypeId = TypeId(0);

    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// An element definition, such as `Observation.component.code` or `HumanName.family`. What a type inherits keeps the
/// id of its base: `Patient.meta` and `Observation.meta` are both `Resource.meta`. Holds within one build only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ElementId(pub u16);

impl ElementId {
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// What sort of type it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    Primitive(Primitive),
    Complex,
    /// The content of a backbone element, named by its path.
    Backbone,
    Resource,
    /// `Element`, `BackboneElement`, `Resource`, `DomainResource`.
    Abstract,
}

/// R4's primitive types: <https://hl7.org/fhir/R4/datatypes.html#primitive>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Primitive {
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

impl Primitive {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "base64Binary" => Self::Base64Binary,
            "boolean" => Self::Boolean,
            "canonical" => Self::Canonical,
            "code" => Self::Code,
            "date" => Self::Date,
            "dateTime" => Self::DateTime,
            "decimal" => Self::Decimal,
            "id" => Self::Id,
            "instant" => Self::Instant,
            "integer" => Self::Integer,
            "markdown" => Self::Markdown,
            "oid" => Self::Oid,
            "positiveInt" => Self::PositiveInt,
            "string" => Self::String,
            "time" => Self::Time,
            "unsignedInt" => Self::UnsignedInt,
            "uri" => Self::Uri,
            "url" => Self::Url,
            "uuid" => Self::Uuid,
            "xhtml" => Self::Xhtml,
            _ => return None,
        })
    }
}

/// Types that carry rules of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    None,
    Attachment,
    Bundle,
    BundleEntry,
    Coding,
    CodeableConcept,
    Extension,
    Narrative,
    Reference,
}

/// One type.
#[derive(Clone, Debug)]
pub struct TypeRow {
    pub name: &'static str,
    pub kind: TypeKind,
    pub base: Option<TypeId>,
    pub role: Role,
    /// The elements, inherited ones first, in R4's order; a [`Child::slot`] is a position in it.
    pub elements: Vec<ElementId>,
    /// Bit per slot: the element must be there.
    pub required: u128,
}

/// One element definition.
#[derive(Clone, Debug)]
pub struct ElementRow {
    /// The type that defines it.
    pub owner: TypeId,
    /// Its name; a choice without its `[x]`.
    pub name: &'static str,
    pub min: u8,
    pub repeats: bool,
    /// The element is a choice of types (`value[x]`).
    pub choice: bool,
    pub types: Vec<TypeRef>,
    /// The value set that R4 binds as required.
    pub binding: Option<ValueSetId>,
}

/// A type that an element may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeRef {
    pub ty: TypeId,
    /// For `Reference` and `canonical`: the resource types it may point to; empty when any may stand there.
    pub targets: Vec<TypeId>,
}

/// What a key means within a type.
#[derive(Clone, Copy, Debug)]
pub struct Child {
    /// The key: `valueQuantity` for a choice.
    pub name: &'static str,
    pub(super) scope: TypeId,
    pub element: ElementId,
    pub ty: TypeId,
    /// Set when `ty` is primitive.
    pub primitive: Option<Primitive>,
    pub repeats: bool,
    pub choice: bool,
    /// Position of the element among those of its type.
    pub slot: u8,
    pub binding: Option<ValueSetId>,
    /// Position of `ty` among [`ElementRow::types`].
    pub(super) alternative: u8,
}
