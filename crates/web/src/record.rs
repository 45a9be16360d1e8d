//! The record as modules ask it: by names of types and search parameters, and resources as trees.

use crate::desk::Desk;
use crate::refuse::Refusal;
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{Fault, FaultKind};
use rihla_store::query::Handling;
use rihla_store::{SearchPage, Stored};

/// The number of a resource type. A wrong name is a defect of the caller.
pub fn type_of(name: &str) -> Result<TypeId, Refusal> {
    let unknown = || Fault::new(FaultKind::Internal, "RH-WEB-TYPE", "A page asked for a resource type that R4 does not have.");
    Ok(tables().resource_type(name).ok_or_else(unknown)?)
}

impl Desk {
    /// The newest version of a resource.
    pub fn read(&self, ty: &str, id: &str) -> Result<Stored, Refusal> {
        Ok(self.record.read(type_of(ty)?, id)?)
    }

    /// A search of one type. What the parameters say wrongly is a defect of the caller, and is refused.
    pub fn search(&self, ty: &str, parameters: &[(&str, &str)]) -> Result<SearchPage, Refusal> {
        let pairs: Vec<_> = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (query, _) = self.record.query(&[type_of(ty)?], &pairs, Handling::Strict)?;
        Ok(self.record.search(&query)?)
    }

    /// A search by the node itself, for what this person is told of and may not read: the caller shows no more than that.
    pub fn search_as_node(&self, ty: &str, parameters: &[(&str, &str)]) -> Result<SearchPage, Refusal> {
        let pairs: Vec<_> = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let node = crate::desk::porter(&self.house);
        let (query, _) = node.query(&[type_of(ty)?], &pairs, Handling::Strict)?;
        Ok(node.search(&query)?)
    }
}

/// Looks at a stored resource. `None` for a deletion.
pub fn look<T>(stored: &Stored, view: impl FnOnce(Value<'_>) -> T) -> Option<T> {
    let json = stored.json();
    let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).ok()?;
    Some(view(doc.root()))
}

/// The texts of a value that a `,`, `$` or `|` in a search would cut (<https://hl7.org/fhir/R4/search.html#escaping>).
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | ',' | '$' | '|') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
