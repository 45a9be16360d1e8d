//! `cargo xtask bench record DIR`: what the record costs on real resources, as one table.
//!
//! The server runs as a process of its own, and only its CPU time counts; the load generator's does not. Wall-clock
//! figures on a shared machine are noise beside it (docs/PERFORMANCE.md).

mod client;
mod compression;
mod corpus;
mod phases;
pub mod place;
pub mod process;
mod report;

use place::Place;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

struct Arguments {
    bundles: PathBuf,
    store: Place,
    resources: usize,
    json: Option<PathBuf>,
    keep: bool,
}

fn read(arguments: &[String]) -> Result<Arguments, String> {
    let usage = || "bench record DIR [--store URL] [--resources N] [--json FILE] [--keep]".to_string();
    let mut words = arguments.iter();
    let (Some("record"), Some(dir)) = (words.next().map(String::as_str), words.next()) else { return Err(usage()) };
    let mut out = Arguments {
        bundles: dir.into(),
        store: Place::Folder(std::env::temp_dir().join(format!("rihla-bench-{}", std::process::id()))),
        resources: 1_000_000,
        json: None,
        keep: false,
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(usage);
        match word.as_str() {
            "--store" => out.store = Place::parse(value()?)?,
            "--resources" => out.resources = value()?.parse().map_err(|_| usage())?,
            "--json" => out.json = Some(value()?.into()),
            "--keep" => out.keep = true,
            _ => return Err(usage()),
        }
    }
    Ok(out)
}

pub fn run(root: &Path, arguments: &[String]) -> Result<u8, String> {
    let arguments = read(arguments)?;
    let program = process::build(root)?;
    let corpus = arguments.store.beside("corpus");
    if arguments.store.is_taken() {
        return Err(format!("{} holds something already; name an empty place", arguments.store));
    }
    eprintln!("bench: writing {} resources", arguments.resources);
    let made = corpus::write(&arguments.bundles, &corpus, arguments.resources)?;
    let mut report = json!({ "resources": made.resources });
    let measured = measure(&program, &arguments, &corpus, &made, &mut report);
    if !arguments.keep {
        remove(&corpus);
        arguments.store.remove();
    }
    measured?;
    report::print(&report);
    if let Some(file) = &arguments.json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(0)
}

fn measure(program: &Path, arguments: &Arguments, corpus: &Path, made: &corpus::Made, report: &mut Value) -> Result<(), String> {
    eprintln!("bench: import");
    report["import"] = process::import(program, &arguments.store, corpus, made.resources, "off")?;
    let bytes = arguments.store.bytes();
    report["compression"] = compression::held_out(program, &arguments.store, made)?;
    report["disk"] = json!({ "bytes": bytes, "bytes_per_resource": bytes as f64 / made.resources as f64 });
    let mut samples: Option<phases::Samples> = None;
    for (audit, name) in [("off", None), ("on", Some("with_audit"))] {
        eprintln!("bench: server with audit {audit}");
        let before = arguments.store.bytes();
        let mut server = process::Server::start(program, &arguments.store, audit)?;
        if let Some(samples) = &samples {
            report["first_read"] = phases::first_reads(&server, samples)?;
        }
        let found = phases::Samples::gather(&server)?;
        let mut figures = phases::all(&mut server, made, samples.get_or_insert(found), audit == "on")?;
        server.stop()?;
        figures["disk_growth_bytes"] = json!(arguments.store.bytes().saturating_sub(before));
        match name {
            Some(name) => report[name] = figures,
            None => merge(report, figures),
        }
    }
    eprintln!("bench: verify");
    report["verify"] = process::verify(program, &arguments.store)?;
    Ok(())
}

fn merge(into: &mut Value, from: Value) {
    if let Value::Object(members) = from {
        for (key, value) in members {
            into[key] = value;
        }
    }
}

fn remove(path: &Path) {
    // What cannot be removed is left for the user, who was told where it is.
    if path.exists() && std::fs::remove_dir_all(path).is_err() {
        eprintln!("bench: {} could not be removed", path.display());
    }
}
