//! Sizes: of files, functions, crates and of what git has to carry.

use super::ratchet::{Ratchet, Verdict};
use super::tree::Tree;
use super::{Breach, rust};
use std::collections::BTreeMap;

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;
const FILE_BYTES: u64 = 256 * 1024;
/// A young workspace has few crates, so shares mean nothing before it has this many lines.
const SHARE_COUNTS_FROM: usize = 50_000;
const SHARE_PERCENT: usize = 15;

pub const RATCHET: &str = "xtask/src/tidy/ratchet.txt";

pub fn check(tree: &Tree, out: &mut Vec<Breach>) {
    let mut ratchet = Ratchet::parse(tree.text(RATCHET).unwrap_or(""));
    let mut crates: BTreeMap<&str, usize> = BTreeMap::new();
    for (file, text) in tree.ending(".rs").filter(|(file, _)| !file.is_table() && !file.is_fixture()) {
        let lines = text.lines().count();
        if let Some(folder) = file.crate_folder() {
            *crates.entry(folder).or_default() += lines;
        }
        let verdict = ratchet.judge(&file.path, lines, FILE_LINES);
        report(&file.path, 0, &format!("{lines} lines"), verdict, out);
        for function in rust::functions(text) {
            let verdict = ratchet.judge(&format!("{}::{}", file.path, function.name), function.lines, FUNCTION_LINES);
            report(&file.path, function.line, &format!("fn {} has {} lines", function.name, function.lines), verdict, out);
        }
    }
    for name in ratchet.left() {
        out.push(Breach::new(RATCHET, 0, format!("{name} is not there any more: take it off the list")));
    }
    shares(&crates, out);
    bytes(tree, out);
}

fn report(path: &str, line: usize, what: &str, verdict: Verdict, out: &mut Vec<Breach>) {
    match verdict {
        Verdict::Within => {}
        Verdict::TooBig { limit } => out.push(Breach::new(path, line, format!("{what}, the limit is {limit}"))),
        Verdict::Loose { listed } => out.push(Breach::new(path, line, format!("{what}, but {RATCHET} still allows {listed}: lower it or take it off"))),
    }
}

fn shares(crates: &BTreeMap<&str, usize>, out: &mut Vec<Breach>) {
    let all: usize = crates.values().sum();
    if all < SHARE_COUNTS_FROM {
        return;
    }
    for (folder, lines) in crates.iter().filter(|(_, lines)| **lines * 100 > all * SHARE_PERCENT) {
        out.push(Breach::new(folder, 0, format!("{lines} of {all} lines: a crate holds at most {SHARE_PERCENT} % of the workspace")));
    }
}

fn bytes(tree: &Tree, out: &mut Vec<Breach>) {
    let exempt = |path: &str| path.starts_with("packs/") || path == "Cargo.lock";
    for file in tree.files.iter().filter(|file| file.bytes > FILE_BYTES && !exempt(&file.path) && !file.is_table() && !file.is_fixture()) {
        out.push(Breach::new(&file.path, 0, format!("{} bytes, the limit is {FILE_BYTES} outside packs, fixtures and tables", file.bytes)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(files: &[(&str, &str)]) -> Vec<String> {
        let mut out = Vec::new();
        check(&Tree::made_up(files), &mut out);
        out.iter().map(Breach::to_string).collect()
    }

    #[test]
    fn long_files_and_functions_are_named() {
        let long = "// x\n".repeat(501);
        let function = format!("fn a() {{\n{}}}\n", "f();\n".repeat(69));
        let found = breaches(&[("crates/a/src/lib.rs", &long), ("crates/a/src/b.rs", &function)]);
        assert_eq!(found, ["crates/a/src/lib.rs: 501 lines, the limit is 500", "crates/a/src/b.rs:1: fn a has 71 lines, the limit is 70"]);
    }

    #[test]
    fn tables_are_exempt_and_the_ratchet_holds() {
        let long = "// x\n".repeat(501);
        assert!(breaches(&[("crates/a/src/tables/b.rs", &long), ("crates/a/src/c.rs", &format!("// @generated\n{long}"))]).is_empty());
        assert!(breaches(&[("crates/a/src/lib.rs", &long), (RATCHET, "crates/a/src/lib.rs 501\n")]).is_empty());
        assert_eq!(breaches(&[(RATCHET, "crates/a/src/lib.rs 501\n")]).len(), 1);
    }

    #[test]
    fn a_crate_may_not_outgrow_the_house() {
        let crates: BTreeMap<&str, usize> = [("crates/a", 30_000), ("crates/b", 5_000), ("crates/c", 7_000), ("crates/d", 8_000)].into();
        let mut out = Vec::new();
        shares(&crates, &mut out);
        assert_eq!(out.iter().map(|breach| breach.path.as_str()).collect::<Vec<_>>(), ["crates/a", "crates/d"]);
        out.clear();
        shares(&[("crates/a", 49_999)].into(), &mut out);
        assert!(out.is_empty());
    }

    #[test]
    fn heavy_files_belong_in_packs_fixtures_or_tables() {
        let heavy = "x".repeat(300_000);
        let found = breaches(&[("docs/a.svg", &heavy), ("packs/ma/b.csv", &heavy), ("tests/fixtures/c.json", &heavy), ("crates/a/tables/d.tsv", &heavy)]);
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
