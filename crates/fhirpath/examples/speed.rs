//! What extraction costs on top of validation: `cargo run --release -p rihla-fhirpath --example speed DIR [ZONE]`, where
//! DIR holds FHIR bundles as JSON files and ZONE is an IANA time zone (UTC unless told).

use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Doc, Limits, parse};
use rihla_fhir::r4::tables;
use rihla_fhir::validate::{Options, validate};
use rihla_fhirpath::{Entry, Extractor, IndexValue, Zone, extract};
use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder of bundles")?;
    let mut texts = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_some_and(|end| end == "json") {
            collect(&std::fs::read(path)?, &mut texts)?;
        }
    }
    let docs: Vec<Doc<'_>> = texts.iter().map(|text| parse(text.as_bytes(), &Limits::default())).collect::<Result<_, _>>()?;
    let zone = std::env::args().nth(2).map_or(Ok(Zone::utc()), |name| Zone::named(&name))?;
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} resources, {} bytes each", docs.len(), bytes / docs.len().max(1));
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / docs.len().max(1) as f64;
    let bare = best(|| docs.iter().map(validated).sum());
    let both = best(|| docs.iter().map(|doc| walked(doc, &zone)).sum());
    let alone = best(|| docs.iter().map(|doc| extracted(doc, &zone)).sum());
    println!(
        "validation {:.2} µs, with extraction {:.2} µs: {:.2} µs more; extraction alone {:.2} µs",
        micros(bare),
        micros(both),
        micros(both) - micros(bare),
        micros(alone)
    );
    count(&docs, &zone);
    Ok(())
}

/// The entries of a bundle, each as a text of its own.
fn collect(bytes: &[u8], texts: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    let doc = parse(bytes, &Limits::default())?;
    let entries = doc.root().get("entry").into_iter().flat_map(|entries| entries.items());
    texts.extend(entries.filter_map(|entry| entry.get("resource")).map(|resource| resource.source().to_owned()));
    Ok(())
}

fn best(mut round: impl FnMut() -> usize) -> Duration {
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        std::hint::black_box(round());
        fastest = fastest.min(start.elapsed());
    }
    fastest
}

fn validated(doc: &Doc<'_>) -> usize {
    let mut issues = Issues::default();
    validate(doc.root(), None, Options::default(), &mut (), &mut issues).map_or(0, |_| 1)
}

fn walked(doc: &Doc<'_>, zone: &Zone) -> usize {
    let Some(type_id) = doc.root().get("resourceType").and_then(|name| tables().resource_type(name.as_plain_str()?)) else { return 0 };
    let mut entries = Vec::with_capacity(32);
    let mut issues = Issues::default();
    let mut extractor = Extractor::new(doc.root(), type_id, zone, &mut entries);
    validate(doc.root(), None, Options::default(), &mut extractor, &mut issues);
    extractor.finish();
    entries.len()
}

fn extracted(doc: &Doc<'_>, zone: &Zone) -> usize {
    let Some(type_id) = doc.root().get("resourceType").and_then(|name| tables().resource_type(name.as_plain_str()?)) else { return 0 };
    let mut entries = Vec::with_capacity(32);
    extract(doc.root(), type_id, zone, &mut entries);
    entries.len()
}

fn count(docs: &[Doc<'_>], zone: &Zone) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for doc in docs {
        let Some(type_id) = doc.root().get("resourceType").and_then(|name| tables().resource_type(name.as_plain_str()?)) else { continue };
        entries.clear();
        extract(doc.root(), type_id, zone, &mut entries);
        for entry in &entries {
            let name = match entry.value {
                IndexValue::Token { .. } => "token",
                IndexValue::Reference { .. } => "reference",
                IndexValue::Date { .. } => "date",
                IndexValue::Number { .. } => "number",
                IndexValue::Quantity { .. } => "quantity",
                IndexValue::String(_) => "string",
                IndexValue::Uri(_) => "uri",
                IndexValue::Composite(_) => "composite",
            };
            *kinds.entry(name).or_default() += 1;
        }
    }
    let all: usize = kinds.values().sum();
    print!("{:.2} entries a resource:", all as f64 / docs.len().max(1) as f64);
    for (name, count) in kinds {
        print!(" {name} {:.2}", count as f64 / docs.len().max(1) as f64);
    }
    println!();
}
