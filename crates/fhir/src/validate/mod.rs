//! One pass over a parsed resource: checked against base R4, and shown element by element to a visitor.
//!
//! The rules are those of <https://hl7.org/fhir/R4/validation.html> that need no profile, no terminology server and no
//! FHIRPath: structure, cardinality, primitive formats, required bindings, reference targets, contained resources,
//! extensions, narrative and bundles.

mod bundle;
mod format;
mod primitive;
mod references;
mod rules;
mod walk;
mod xhtml;

use crate::issue::Issues;
use crate::json::Value;
use crate::r4::{ElementId, TypeId};
pub use format::{is_id, is_valid_number, is_valid_text};
pub use xhtml::is_character_reference;
pub(crate) use xhtml::{MAX_ATTRIBUTES, is_well_formed as is_well_formed_xhtml};

/// One element instance as the walk meets it: each item of an array by itself.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'d> {
    pub element: ElementId,
    /// The instance's type: the one chosen of a choice, the actual one of a nested resource.
    pub ty: TypeId,
    pub value: Value<'d>,
    /// `value` is the object beside a primitive (`_birthDate`), which holds its id and extensions.
    pub sibling: bool,
    /// The instance is, or lies within, a contained resource.
    pub contained: bool,
    /// How many elements lie above it.
    pub depth: u16,
}

/// Sees the element instances of a resource in document order.
pub trait Visitor<'d> {
    /// Called for each element instance. Returns whether what lies below is of interest; if not, neither it nor
    /// [`Visitor::leave`] is called for it.
    fn enter(&mut self, visit: &Visit<'d>) -> bool;

    /// Called after what lies below, when [`Visitor::enter`] returned true.
    fn leave(&mut self);
}

/// Looks at nothing: for validation alone.
impl Visitor<'_> for () {
    fn enter(&mut self, _: &Visit<'_>) -> bool {
        false
    }

    fn leave(&mut self) {}
}

/// What the place of a resource allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// References may be searches (`Patient?identifier=…`), as in a transaction's entries. A bundle allows it to its own.
    pub conditional_references: bool,
}

/// Checks a resource and shows it to the visitor. Returns its type when it has a known one.
///
/// `expected` is the type that the place asks for, if it asks for one.
pub fn validate<'d, V: Visitor<'d>>(resource: Value<'d>, expected: Option<TypeId>, options: Options, visitor: &mut V, issues: &mut Issues) -> Option<TypeId> {
    walk::Walk::new(resource, options, visitor, issues).root(expected)
}

/// Checks what a bundle's type asks of its entries, without looking into their resources.
pub fn validate_frame(bundle: Value<'_>, issues: &mut Issues) {
    walk::Walk::new(bundle, Options::default(), &mut (), issues).bundle(bundle);
}

#[cfg(test)]
mod tests;
