//! Where keys are used in Rust and in templates.

use super::File;
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub key: String,
    pub path: String,
    pub line: usize,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Said without values.
    Bare,
    /// Said with values.
    Filled,
    /// Stands in a table, or beside other texts.
    Named,
}

impl Use {
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

const MARKERS: &[(&str, Kind)] =
    &[(".t(", Kind::Bare), (".tn(", Kind::Filled), (".ta(", Kind::Filled), (".tna(", Kind::Filled), (".th(", Kind::Filled), ("key!(", Kind::Named)];

/// Keys after a marker, known or not, and known keys that stand alone as a text. Tests speak of keys as they like.
pub fn find(file: &File, known: &BTreeSet<&str>) -> Vec<Use> {
    if file.path.ends_with("tests.rs") || file.path.contains("/tests/") {
        return Vec::new();
    }
    let text = without_tests_and_comments(file);
    let mut found = Vec::new();
    let mut add = |key: &str, at: usize, kind: Kind| {
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        found.push(Use { key: key.to_owned(), path: file.path.clone(), line, kind });
    };
    let mut marked = BTreeSet::new();
    for (marker, kind) in MARKERS {
        for (at, _) in text.match_indices(marker) {
            let after = text.get(at + marker.len()..).unwrap_or("");
            let Some(literal) = after.trim_start().strip_prefix('"') else { continue };
            let Some((key, _)) = literal.split_once('"') else { continue };
            let start = text.len() - literal.len();
            marked.insert(start);
            add(key, start, *kind);
        }
    }
    for key in known {
        for (at, _) in text.match_indices(&format!("\"{key}\"")) {
            if !marked.contains(&(at + 1)) {
                add(key, at, Kind::Named);
            }
        }
    }
    found.sort_by_key(|used| used.line);
    found
}

/// Comments and what stands in a module of tests become empty lines, so that line numbers stay.
fn without_tests_and_comments(file: &File) -> String {
    if !file.path.ends_with(".rs") {
        return file.text.clone();
    }
    let mut out = String::with_capacity(file.text.len());
    let mut lines = file.text.lines().peekable();
    while let Some(line) = lines.next() {
        let inline_tests = line.trim() == "#[cfg(test)]" && lines.peek().is_some_and(|next| next.trim_start().starts_with("mod ") && next.ends_with('{'));
        if inline_tests {
            break;
        }
        if !line.trim_start().starts_with("//") {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}
