//! What is wrong with a questionnaire, in words for who made it.

use std::fmt;

/// A fault of a questionnaire: where, its code, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The linkId of the item; empty for the questionnaire itself.
    pub link: String,
    pub code: &'static str,
    pub says: String,
}

impl Fault {
    pub fn new(link: &str, code: &'static str, says: impl Into<String>) -> Self {
        Self { link: link.to_owned(), code, says: says.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.link.is_empty() { write!(out, "{}: {}", self.code, self.says) } else { write!(out, "{} at {:?}: {}", self.code, self.link, self.says) }
    }
}
