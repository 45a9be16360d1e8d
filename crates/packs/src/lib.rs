//! Country packs: identifiers, sites and languages as dated data with their sources, checked when they are read.
//!
//! A pack is a folder of TOML files under `packs/`. Every fault is reported with its file and key, all at once.

mod build;
mod pack;
mod pattern;
mod provenance;
mod read;
#[cfg(test)]
mod tests;

pub use pack::{Group, IdentifierSystem, Issuer, LegalStatus, Names, Pack, Site};
pub use pattern::{BadPattern, Pattern, compact};
pub use provenance::{Provenance, Standing};
pub use read::Problem;
