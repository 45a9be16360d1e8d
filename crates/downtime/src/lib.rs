//! Paper for when the power fails: what each ward has to know of its patients, as files that need nothing but a browser and
//! a printer. `spec.md` beside this crate says what is on them.
//!
//! [`collect`] reads the record once; the rest is pure. Where files go, and for whom they are sealed, is decided elsewhere.

mod lock;
mod manifest;
mod pack;
mod pages;
mod read;

pub use lock::{Lock, Locked, SHORTEST, TURNS, unlock};
pub use manifest::{Listed, Manifest, NAME as MANIFEST, Part};
pub use pack::{Allergies, Dated, Pack, Patient, Presence, Sheet, Sign};
pub use pages::{catch_up, index, ward};
pub use read::{Source, collect, listed};

use rihla_web::text::Catalogue;

/// The words of the sheets.
pub static WORDS: Catalogue = Catalogue {
    module: "sheet",
    texts: [include_str!("../locales/fr/sheet.ftl"), include_str!("../locales/ar/sheet.ftl"), include_str!("../locales/en/sheet.ftl")],
};
#[cfg(test)]
mod tests;
