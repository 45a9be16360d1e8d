//! Search parameters as the store and the API look them up.

use crate::FieldId;
use rihla_fhir::r4::TypeId;

/// A parameter's type (<https://hl7.org/fhir/R4/search.html#ptypes>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ParamKind {
    Token,
    String,
    Date,
    Reference,
    Number,
    Quantity,
    Uri,
    Composite,
    Special,
}

/// Who answers a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// The index, through [`SearchParam::fields`].
    Index,
    /// The store itself, from the version's own data: `_id`, `_lastUpdated`.
    Store,
    /// Nobody yet; a search that uses it has to say so. The text is the reason.
    None(&'static str),
}

/// A field as one parameter uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldUse {
    pub field: FieldId,
    /// Only references to this type count: `where(resolve() is Patient)`.
    pub target_filter: Option<TypeId>,
    /// Only tokens of this system count: `telecom.where(system='phone')`.
    pub system_filter: Option<&'static str>,
}

/// One part of a composite parameter, in the order in which a query writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    /// The code of the parameter that says how to compare.
    pub code: &'static str,
    pub kind: ParamKind,
}

/// One search parameter of one resource type.
#[derive(Clone, Debug)]
pub struct SearchParam {
    pub code: &'static str,
    /// The id in R4's own list (`clinical-patient`); its URL is `http://hl7.org/fhir/SearchParameter/<id>`.
    pub definition: &'static str,
    pub kind: ParamKind,
    pub support: Support,
    /// A value of any of these fields is a value of the parameter.
    pub fields: Vec<FieldUse>,
    /// Types that a reference may point at.
    pub targets: Vec<TypeId>,
    pub components: Vec<Component>,
    /// The prefixes that R4 lists for it; [`SearchParam::has_prefixes`] says whether its kind takes any.
    pub comparators: Vec<&'static str>,
    /// A composite over the resource as a whole: its components may as well be looked up one by one, since every
    /// combination of their values counts.
    pub whole_resource: bool,
}

impl SearchParam {
    /// Whether `ge`, `lt` and the like may precede a value (<https://hl7.org/fhir/R4/search.html#prefix>).
    pub fn has_prefixes(&self) -> bool {
        matches!(self.kind, ParamKind::Date | ParamKind::Number | ParamKind::Quantity)
    }
}
