//! FHIR R4 as tables of facts, and resources as bytes and trees.
//!
//! - [`r4`]: types, elements, required codes, search parameters and compartments, read once from the text tables in
//!   `crates/fhir/tables`, which `cargo xtask codegen` makes from the published definitions and `--check` compares.
//! - [`json`]: an arena tree over the source text, which keeps every digit and every unknown key as it was written.
//! - [`validate`]: one pass over a tree that checks it against base R4 and shows each element instance to a
//!   [`validate::Visitor`], so that what is indexed is found while what is wrong is.
//! - [`issue`]: what is wrong, with an own stable code, a FHIRPath, and a sentence in French, Arabic or English.
//! - [`view`]: names, concepts and quantities as people read them.
//! - [`xml`]: the same resources as XML, both ways.
//!
//! Nothing here does I/O, keeps state or builds models to write from: a resource is its bytes, and the tables say what they mean.
//!
//! What is absent on purpose: profiles, FHIRPath invariants and terminology beyond required bindings that R4 enumerates.
//!
//! ```
//! use rihla_fhir::issue::{Issues, Lang};
//! use rihla_fhir::json::{Limits, parse};
//! use rihla_fhir::validate::{Options, validate};
//!
//! let doc = parse(br#"{"resourceType":"Patient","birthDate":"2023-02-29"}"#, &Limits::default())?;
//! let mut issues = Issues::default();
//! validate(doc.root(), None, Options::default(), &mut (), &mut issues);
//! let issue = &issues.list()[0];
//! assert_eq!(issue.code(), "RH-FHIR-FORMAT");
//! assert_eq!(issue.expression, "Patient.birthDate");
//! assert_eq!(issue.message(Lang::English), "birthDate is not a valid date.");
//! # Ok::<(), rihla_fhir::json::ParseError>(())
//! ```

pub mod base64;
pub mod issue;
pub mod json;
pub mod r4;
pub mod validate;
pub mod view;
pub mod xml;
