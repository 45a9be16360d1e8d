//! What is wrong with a resource: a place, an own stable code, and a sentence in the reader's language.
//!
//! Sentences name elements, types and expected forms, never a value: an issue may be logged and shown
//! (<https://hl7.org/fhir/R4/operationoutcome.html>).

mod catalogue;
mod path;

use crate::json::Value;
pub use catalogue::{Problem, message};
pub(crate) use path::expression_of;
pub use rihla_kernel::Lang;

/// <https://hl7.org/fhir/R4/valueset-issue-severity.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    /// The code that FHIR gives it.
    pub fn fhir_code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    pub problem: Problem,
    /// FHIRPath from the resource: `Patient.name[0].family`.
    pub expression: String,
    /// Where in the source text, in bytes; [`line_and_column`] makes it readable.
    pub offset: usize,
    /// What the sentence names.
    pub args: Vec<String>,
}

impl Issue {
    pub fn severity(&self) -> Severity {
        self.problem.severity()
    }

    /// <https://hl7.org/fhir/R4/valueset-issue-type.html>
    pub fn fhir_code(&self) -> &'static str {
        self.problem.fhir_code()
    }

    /// The house's own code, such as `RH-FHIR-MISSING`.
    pub fn code(&self) -> rihla_kernel::Code {
        self.problem.code()
    }

    pub fn message(&self, language: Lang) -> String {
        message(self.problem, language, &self.args)
    }
}

/// Issues found so far, bounded: a hostile text must not cost memory.
#[derive(Debug)]
pub struct Issues {
    list: Vec<Issue>,
    limit: usize,
    errors: usize,
    left_out: usize,
}

impl Default for Issues {
    fn default() -> Self {
        Self::with_limit(100)
    }
}

impl Issues {
    pub fn with_limit(limit: usize) -> Self {
        Self { list: Vec::new(), limit, errors: 0, left_out: 0 }
    }

    /// Whether nothing stands against taking the resource in.
    pub fn accepted(&self) -> bool {
        self.errors == 0
    }

    pub fn list(&self) -> &[Issue] {
        &self.list
    }

    /// How many more were found than are listed.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Errors found, listed or not.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Adds an issue at `value`, which lies in the document of `root`.
    pub fn add(&mut self, problem: Problem, root: Value<'_>, value: Value<'_>, args: &[&str]) {
        if problem.severity() == Severity::Error {
            self.errors += 1;
        }
        if self.list.len() >= self.limit {
            self.left_out += 1;
            return;
        }
        let args = args.iter().map(|it| shown(it)).collect();
        self.list.push(Issue { problem, expression: expression_of(root, value), offset: value.offset(), args });
    }
}

/// Names come from the sender: they are cut, and what no name can hold is replaced.
fn shown(text: &str) -> String {
    let harmless = |it: char| if it.is_ascii_graphic() || it == ' ' { it } else { '?' };
    text.chars().take(120).map(harmless).collect()
}

/// Line and column, both from 1, of a byte offset. Columns count characters.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_from_one() {
        assert_eq!(line_and_column("ab\nرحلة x", 0), (1, 1));
        assert_eq!(line_and_column("ab\nرحلة x", 12), (2, 6));
        assert_eq!(line_and_column("ab", 99), (1, 3));
    }

    #[test]
    fn names_from_outside_are_tamed() {
        assert_eq!(shown("a\u{202e}b\n"), "a?b?");
        assert_eq!(shown(&"x".repeat(500)).len(), 120);
    }
}
