//! The house rules as a test: sizes, edges, outside crates, words, licence, links.
//!
//! What breaks a rule today and cannot be mended at once is listed with its size in `ratchet.txt`; the list may only
//! shrink, and a listed number may only fall.

mod edges;
mod links;
mod outside;
mod ratchet;
mod rust;
mod size;
mod tree;
mod words;

use std::fmt;
use std::path::Path;
use std::process::ExitCode;
use tree::Tree;

/// One breach of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    pub path: String,
    /// 0 when the breach is of the file as a whole.
    pub line: usize,
    pub text: String,
}

impl Breach {
    fn new(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, text: text.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.path, self.text),
            line => write!(out, "{}:{line}: {}", self.path, self.text),
        }
    }
}

/// `cargo xtask tidy`.
pub fn command(root: &Path) -> ExitCode {
    let tree = match Tree::read(root) {
        Ok(tree) => tree,
        Err(error) => {
            eprintln!("tidy: cannot list the files: {error}");
            return ExitCode::FAILURE;
        }
    };
    let breaches = check(&tree);
    for breach in &breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => {
            println!("tidy: {} files, nothing to say", tree.files.len());
            ExitCode::SUCCESS
        }
        count => {
            println!("tidy: {count} breaches of the house rules");
            ExitCode::FAILURE
        }
    }
}

/// Every breach in a tree, sorted by place.
pub fn check(tree: &Tree) -> Vec<Breach> {
    let mut out = Vec::new();
    size::check(tree, &mut out);
    edges::check(tree, &mut out);
    words::check(tree, &mut out);
    links::check(tree, &mut out);
    outside::check(tree, &mut out);
    licence(tree, &mut out);
    out.sort();
    out.dedup();
    out
}

fn licence(tree: &Tree, out: &mut Vec<Breach>) {
    if !tree.text("LICENSE").is_some_and(|text| text.contains("Apache License") && text.contains("Version 2.0")) {
        out.push(Breach::new("LICENSE", 0, "the Apache-2.0 text is missing"));
    }
}

/// The breaches of a few files by themselves, for the tests of what writes files.
#[cfg(test)]
pub fn breaches_of(files: &[(String, String)]) -> Vec<String> {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).chain([("LICENSE", "Apache License Version 2.0")]).collect();
    check(&Tree::made_up(&files)).iter().map(Breach::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let tree = Tree::read(&crate::root()).expect("files");
        let breaches: Vec<String> = check(&tree).iter().map(Breach::to_string).collect();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }

    #[test]
    fn a_tree_without_a_licence_is_told_so() {
        let breaches = check(&Tree::made_up(&[("README.md", "Hello\n")]));
        assert_eq!(breaches, [Breach::new("LICENSE", 0, "the Apache-2.0 text is missing")]);
    }
}
