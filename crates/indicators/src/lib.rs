//! Figures of how the house runs, each a question to the record (docs/decisions/0033-indicators.md).
//!
//! [`fact`]: what the figures need of a resource, as integers. [`figure`]: the arithmetic, pure and exact. [`control`] and
//! [`index`]: what is made of figures. [`view`]: the facts of a store, kept up with its log and made again from it.

pub mod control;
pub mod fact;
pub mod figure;
pub mod index;
mod memo;
mod past;
pub mod read;
pub mod view;
mod weeks;

pub use fact::Fact;
pub use figure::{CODES, Figure, Unit, figure};
pub use view::{Checked, Facts, View};

/// The version of the arithmetic: facts that another one wrote are made again.
pub const DEFINITIONS: u32 = 1;
