//! Choosing from a list by what is typed: the part of a form that follows the typing, and is asked for by a button where
//! there is no JavaScript.

use askama::Template;
use rihla_web::text::{Html, Voice, auto, ltr};

/// Entries that are offered.
pub const OFFERED: usize = 8;

/// An entry to be chosen.
pub struct Choice {
    /// The value of the field.
    pub value: String,
    pub words: Html,
    /// The code as people know it; empty where it says nothing to them.
    pub code: Html,
    pub chosen: bool,
}

impl Choice {
    pub fn new(value: &str, words: &str, code: &str, chosen: bool) -> Self {
        Self { value: value.to_owned(), words: auto(words), code: if code.is_empty() { Html::default() } else { ltr(code) }, chosen }
    }
}

#[derive(Template)]
#[template(path = "problems/choices.html")]
pub struct Choices<'c> {
    pub voice: &'c Voice,
    /// The name of the field.
    pub name: &'static str,
    pub legend: String,
    pub choices: Vec<Choice>,
    /// There are more than are offered.
    pub more: bool,
    /// Something was typed, and nothing answers; or there is no list.
    pub none: Option<String>,
}
