//! The second half of `cargo xtask codegen`: the numbers of index fields, which follow from the tables of R4.

use std::path::Path;

const TABLE: &str = "crates/fhirpath/tables/fields.tsv";

/// Writes or, under `--check`, compares. New numbers follow the old ones, which are never changed.
pub fn run(root: &Path, arguments: &[String]) -> Result<u8, String> {
    let path = root.join(TABLE);
    let existing = std::fs::read_to_string(&path).unwrap_or_default();
    let wanted = rihla_fhirpath::fields::generate(&existing);
    let fresh = wanted.lines().count() - existing.lines().count();
    if wanted == existing {
        println!("{TABLE}: {} lines, none new", existing.lines().count());
        return Ok(0);
    }
    if arguments.iter().any(|argument| argument == "--check") {
        eprintln!("{TABLE}: {fresh} lines are missing; run cargo xtask codegen");
        return Ok(1);
    }
    std::fs::write(&path, &wanted).map_err(|error| format!("{TABLE}: {error}"))?;
    println!("{TABLE}: {fresh} new lines");
    Ok(0)
}
