//! JSON as an arena tree over its source text: one pass, no copies, numbers kept as they were written.
//!
//! The parser is strict RFC 8259. Duplicate keys parse (the grammar allows them) and are refused later, by validation,
//! so that the sender learns which of the two things is wrong.

mod parse;
mod pretty;
mod tree;
mod write;

pub use parse::{Limits, ParseError, ParseErrorKind, parse};
pub use pretty::push_pretty;
pub use tree::{Doc, Items, Kind, Member, Value};
pub use write::{Edits, escape_into, minify_into};
