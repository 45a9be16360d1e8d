//! Country packs: identifiers, sites, languages, cover, roles, papers, names and places as dated data with their sources, checked when they are read.
//!
//! A pack is a folder of TOML files, and of tables with tabs for long lists, under `packs/`. Every fault is reported with its file and key, all at once.

mod access;
mod allergens;
mod audit;
mod build;
mod consents;
mod cover;
mod indicators;
mod labels;
mod lists;
mod mass;
mod notes;
mod pack;
mod papers;
mod pattern;
mod provenance;
mod queue;
mod read;
mod redirect;
mod requests;
mod roles;

mod shifts;
mod signs;
mod stays;
#[cfg(test)]
mod tests;
mod triage;

pub use access::{Access, AccessClass, Label, Patients};
pub use allergens::{Agent, Allergens, Reaction};
pub use audit::{AuditRules, Frequency, Night};
pub use consents::{CONSENT_FACTS, ConsentKind, Consents, KeptFrom};
pub use cover::{Cover, Managed, Manager, Scheme};
pub use indicators::{Better, CodesBegin, GateItem, IndexRules, IndicatorWords, Indicators};
pub use labels::{LabelKind, Labels, Worn};
pub use lists::{NameRole, Names as PersonNames, PersonName, Place, Places, Sex};
pub use mass::{Mass, MassCategory};
pub use notes::{DocumentKind, Note, NoteSection, Notes, Prefill};
pub use pack::{Group, IdentifierSystem, Issuer, LegalStatus, Names, Pack, Site, Writing};
pub use papers::{AskKind, PAPER_FACTS, Paper, PaperAsk, PaperAuthor, PaperMoment, PaperRegister, PaperSize, Papers};
pub use pattern::{BadPattern, Pattern, compact};
pub use provenance::{Provenance, Standing};
pub use queue::{NoShow, QueuePause, QueuePriority, QueueRules, QueueService, QueueWords, queue_words};
pub use read::{Problem, Section};
pub use redirect::Redirect;
pub use requests::{Analyte, Callback, Critical, Limit, OrderSet, Orderable, Priority, RequestAsk, RequestKind, Requests};
pub use roles::{Role, Roles};
pub use shifts::{Shift, Shifts};
pub use signs::{Balance, Fluid, Measure, Part, Sign, SignChoice, SignKind, Signs};
pub use stays::{Delay, Stays};
pub use triage::{Triage, TriageLevel, TriageScale, TriageWord};
