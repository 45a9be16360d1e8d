//! The record's promises, told as a story: the same on every back end.
//!
//! The tests of a back end take this folder in (`#[path]`) beside a module `keeper` of their own, which opens stores on that
//! back end, damages them behind its back, and looks at what it keeps.

mod chart;
mod contents;
mod never;
pub mod people;
mod platform;
mod record;
mod rights;
#[allow(dead_code, reason = "some of it serves the tests of sealed stores")]
pub mod site;
