//! What parsing and validating costs, in CPU time, over the entries of a folder of bundles.

use super::{files, read};
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Edits, Limits, minify_into, parse};
use rihla_fhir::validate::{Options, validate};
use std::path::Path;

const ROUNDS: usize = 5;

pub fn run(folder: &Path) -> Result<u8, String> {
    let before = cpu_nanos()?;
    let elements = rihla_fhir::r4::tables().element_count();
    println!("tables of {elements} elements read in {:.2} ms CPU", (cpu_nanos()? - before) as f64 / 1e6);
    let resources = entries(folder)?;
    let bytes: usize = resources.iter().map(Vec::len).sum();
    println!("{} resources, {} bytes each on average", resources.len(), bytes / resources.len().max(1));
    let options = Options { conditional_references: true };
    let mut refused = 0;
    let mut best = [u64::MAX; 2];
    for _ in 0..ROUNDS {
        let start = cpu_nanos()?;
        let nodes: usize = resources.iter().map(|it| parse(it, &Limits::default()).map_or(0, |doc| doc.node_count())).sum();
        let parsed = cpu_nanos()?;
        refused = 0;
        for resource in &resources {
            let mut issues = Issues::default();
            if let Ok(doc) = parse(resource, &Limits::default()) {
                validate(doc.root(), None, options, &mut (), &mut issues);
            }
            refused += usize::from(!issues.accepted());
        }
        let validated = cpu_nanos()?;
        best = [best[0].min(parsed - start), best[1].min(validated - parsed)];
        std::hint::black_box(nodes);
    }
    let each = |nanos: u64| nanos as f64 / 1000.0 / resources.len().max(1) as f64;
    println!("best of {ROUNDS}: parse {:.2} µs, parse and validate {:.2} µs CPU a resource; {refused} refused", each(best[0]), each(best[1]));
    Ok(0)
}

/// The entries' resources, one text each, without insignificant white space.
fn entries(folder: &Path) -> Result<Vec<Vec<u8>>, String> {
    let mut found = Vec::new();
    for path in files(folder, "json")? {
        let bytes = read(&path)?;
        let doc = parse(&bytes, &Limits::default()).map_err(|error| format!("{}: {error}", path.display()))?;
        for entry in doc.root().get("entry").into_iter().flat_map(|it| it.items()) {
            if let Some(resource) = entry.get("resource") {
                let mut out = Vec::new();
                minify_into(resource, &Edits::default(), &mut out);
                found.push(out);
            }
        }
    }
    Ok(found)
}

/// CPU time of this thread, from Linux's scheduler statistics.
pub(super) fn cpu_nanos() -> Result<u64, String> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").map_err(|error| format!("schedstat: {error}"))?;
    text.split_whitespace().next().and_then(|it| it.parse().ok()).ok_or_else(|| "schedstat: no time".to_owned())
}
