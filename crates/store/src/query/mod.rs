//! A search as it was asked: typed, checked against the search parameters, not yet bound to the data.

mod parse;
mod value;

pub use parse::{Handling, parse};
pub use value::{Comparison, TokenSystem, Want};

use rihla_fhir::r4::TypeId;
use rihla_fhirpath::{FieldUse, SearchParam};

/// One question to the record.
#[derive(Clone, Debug)]
pub struct Query {
    /// One for a search within a type; several for a search over the whole system.
    pub parts: Vec<Part>,
    pub count: usize,
    pub total: Total,
    pub summary: Summary,
    pub elements: Vec<String>,
    pub includes: Vec<Include>,
    pub cursor: Option<String>,
    /// Names the question without its page: a cursor of another question is refused.
    pub fingerprint: u64,
}

/// The question to one resource type.
#[derive(Clone, Debug)]
pub struct Part {
    pub ty: TypeId,
    /// All must hold.
    pub criteria: Vec<Criterion>,
    pub sort: Vec<Sort>,
}

/// One condition.
#[derive(Clone, Debug)]
pub enum Criterion {
    /// One of the wanted values stands in one of the fields.
    Any {
        fields: Vec<FieldUse>,
        want: Vec<Want>,
        negated: bool,
    },
    Missing {
        fields: Vec<FieldUse>,
        missing: bool,
    },
    Id(Vec<String>),
    LastUpdated(Vec<Comparison<i64>>),
    /// A resource of type `ty` that one of the fields refers to fulfils `inner`.
    Chain {
        fields: Vec<FieldUse>,
        ty: TypeId,
        inner: Vec<Criterion>,
    },
    /// A resource of type `ty` refers here through one of the fields and fulfils `inner`.
    Has {
        fields: Vec<FieldUse>,
        ty: TypeId,
        inner: Vec<Criterion>,
    },
    /// In the compartment of this resource.
    Compartment {
        fields: Vec<FieldUse>,
        ty: TypeId,
        id: String,
        itself: bool,
    },
    /// One of several ways, each a whole condition: a chain whose target may be of several types.
    Either(Vec<Criterion>),
}

/// What results are ordered by.
#[derive(Clone, Debug)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

#[derive(Clone, Debug)]
pub enum SortBy {
    Id,
    LastUpdated,
    Param(&'static SearchParam),
}

/// `_total` (<https://hl7.org/fhir/R4/search.html#total>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    None,
    Accurate,
}

/// `_summary` (<https://hl7.org/fhir/R4/search.html#summary>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    False,
    True,
    Text,
    Data,
    Count,
}

/// `_include` or `_revinclude` (<https://hl7.org/fhir/R4/search.html#include>).
#[derive(Clone, Debug)]
pub struct Include {
    pub reverse: bool,
    pub iterate: bool,
    /// The type whose references are followed; for `_include=*` none.
    pub source: Option<TypeId>,
    /// The references; for `*` all of the type.
    pub fields: Option<Vec<FieldUse>>,
    pub target: Option<TypeId>,
}

impl Query {
    /// The criteria of a search that has only one type.
    pub fn single(&self) -> Option<&Part> {
        match self.parts.as_slice() {
            [part] => Some(part),
            _ => None,
        }
    }
}
