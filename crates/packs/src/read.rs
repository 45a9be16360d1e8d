//! Reading values out of TOML so that each fault names its file and key.

use std::fmt;
use toml::{Table, Value};

/// One fault of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// The key's path, such as `site[1].zone`; empty when the fault is of the file as a whole.
    pub key: String,
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() { write!(out, "{}: {}", self.file, self.text) } else { write!(out, "{}: {}: {}", self.file, self.key, self.text) }
    }
}

impl std::error::Error for Problem {}

/// A table with its place. Keys that nobody asked for are faults: a misspelt key must not pass as absent.
pub struct Section<'t> {
    file: &'t str,
    path: String,
    table: &'t Table,
    asked: Vec<&'static str>,
}

impl<'t> Section<'t> {
    pub fn root(file: &'t str, table: &'t Table) -> Self {
        Self { file, path: String::new(), table, asked: Vec::new() }
    }

    pub fn key(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    pub fn fault(&self, name: &str, text: impl Into<String>, out: &mut Vec<Problem>) {
        out.push(Problem { file: self.file.to_owned(), key: self.key(name), text: text.into() });
    }

    pub fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    pub fn get(&mut self, name: &'static str) -> Option<&'t Value> {
        self.asked.push(name);
        self.table.get(name)
    }

    /// A value that must be there, read by `read`; `what` says what is expected.
    pub fn need<T>(&mut self, name: &'static str, what: &str, read: impl FnOnce(&'t Value) -> Option<T>, out: &mut Vec<Problem>) -> Option<T> {
        let Some(value) = self.get(name) else {
            self.fault(name, format!("is missing; {what} is expected"), out);
            return None;
        };
        let found = read(value);
        if found.is_none() {
            self.fault(name, format!("{what} is expected"), out);
        }
        found
    }

    /// A value that may be there.
    pub fn may<T>(&mut self, name: &'static str, what: &str, read: impl FnOnce(&'t Value) -> Option<T>, out: &mut Vec<Problem>) -> Option<T> {
        self.table.get(name).is_some().then(|| self.need(name, what, read, out)).flatten().or_else(|| {
            self.asked.push(name);
            None
        })
    }

    pub fn text(&mut self, name: &'static str, out: &mut Vec<Problem>) -> Option<String> {
        self.need(name, "a text", |value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned), out)
    }

    pub fn section(&mut self, name: &'static str, out: &mut Vec<Problem>) -> Option<Section<'t>> {
        let table = self.need(name, "a table", Value::as_table, out)?;
        Some(Section { file: self.file, path: self.key(name), table, asked: Vec::new() })
    }

    /// The tables of `[[name]]`.
    pub fn list(&mut self, name: &'static str, out: &mut Vec<Problem>) -> Vec<Section<'t>> {
        let rows = self.need(name, "a list of tables", |value| value.as_array()?.iter().map(Value::as_table).collect::<Option<Vec<_>>>(), out);
        let numbered = rows.unwrap_or_default().into_iter().enumerate();
        numbered.map(|(at, table)| Section { file: self.file, path: format!("{}[{at}]", self.key(name)), table, asked: Vec::new() }).collect()
    }

    /// To be called last.
    pub fn end(self, out: &mut Vec<Problem>) {
        for key in self.table.keys().filter(|key| !self.asked.iter().any(|asked| asked == key)) {
            self.fault(key, "no such key is known here", out);
        }
    }
}
