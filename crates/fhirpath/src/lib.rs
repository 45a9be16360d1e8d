//! Search-parameter plans: what of a resource is indexed, and under which field.
//!
//! R4's search expressions are parsed ([`expr`]), lowered to paths of elements and joined into one tree a resource
//! type. A walk over a resource descends that tree in step and appends an [`Entry`] for every value that search may ask
//! for. Values are indexed by element, not by parameter: [`SearchParam::fields`] says which fields a parameter reads.

mod entry;
pub mod expr;
mod extract;
mod param;
mod plan;
mod text;
mod time;

pub use entry::{Entry, FieldId, IndexValue, Target};
pub use extract::{Extracted, Extractor, extract};
pub use param::{Component, FieldUse, ParamKind, SearchParam, Support};
pub use plan::{Compartment, FieldInfo, Membership, compartment, field, find, params_for};
pub use text::{normalize, normalize_into};
pub use time::{Span, UnknownZone, Zone, parse_date};

/// The numbers of fields, for `cargo xtask codegen`.
pub mod fields {
    pub use crate::plan::generate;
}
