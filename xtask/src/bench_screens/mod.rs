//! `cargo xtask bench screens`: what pages cost and how soon a change is seen.
//!
//! The chart of a patient with 5,000 encounters and 50,000 observations, 500 open pages that follow one patient, 500 boards
//! of beds of a large house, and the lists of a ward of 30 patients. The server is a process of its own and only its CPU time counts; the readers share the
//! machine with it, so a wall-clock figure here is an upper bound.

mod boards;
mod chart;
mod flood;
mod http;
mod live;
mod rush;
mod wards;
mod year;

use crate::bench::place::Place;
use crate::bench::process;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const USAGE: &str = "bench screens [--pages N] [--changes N] [--only chart|live|boards|wards|flood|year] [--store sqlite:PATH] [--program PATH] [--json FILE]";

struct Arguments {
    pages: usize,
    changes: usize,
    /// The one part to measure; all unless given.
    only: Option<String>,
    /// A store that was made by an earlier run; a fresh one unless given.
    store: Option<PathBuf>,
    /// The program to measure; built unless given.
    program: Option<PathBuf>,
    json: Option<PathBuf>,
}

impl Arguments {
    fn measures(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

fn read(arguments: &[String]) -> Result<Arguments, String> {
    let mut out = Arguments { pages: 500, changes: 30, only: None, store: None, program: None, json: None };
    let mut words = arguments.iter().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        match word.as_str() {
            "--pages" => out.pages = value.parse().map_err(|_| USAGE)?,
            "--changes" => out.changes = value.parse().map_err(|_| USAGE)?,
            "--only" => out.only = Some(value.clone()),
            "--store" => out.store = Some(value.strip_prefix("sqlite:").unwrap_or(value).into()),
            "--program" => out.program = Some(value.into()),
            "--json" => out.json = Some(value.into()),
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(out)
}

pub fn run(root: &Path, arguments: &[String]) -> Result<u8, String> {
    let arguments = read(arguments)?;
    let program = match &arguments.program {
        Some(program) => program.clone(),
        None => process::build(root)?,
    };
    let own = std::env::temp_dir().join(format!("rihla-screens-{}", std::process::id()));
    if arguments.only.as_deref() == Some("year") {
        let report = year::run(&program, &own, accounts);
        _ = std::fs::remove_dir_all(&own);
        return finish(&arguments, &report?);
    }
    let store = arguments.store.clone().unwrap_or_else(|| own.join("store"));
    if !store.exists() {
        make(&program, &own, &store, arguments.measures("chart"))?;
    }
    let measured = measure(&program, &store, &arguments);
    _ = std::fs::remove_dir_all(&own);
    let report = measured?;
    print(&report);
    finish(&arguments, &report)
}

fn finish(arguments: &Arguments, report: &Value) -> Result<u8, String> {
    if arguments.only.as_deref() == Some("year") {
        println!("{report:#}");
    }
    if let Some(path) = &arguments.json {
        std::fs::write(path, report.to_string()).map_err(|error| error.to_string())?;
    }
    Ok(0)
}

/// A small hospital, with one very long chart if that is measured.
fn make(program: &Path, own: &Path, store: &Path, huge: bool) -> Result<(), String> {
    let data = own.join("data");
    let mut order = Command::new(program);
    order.arg("demo-data").arg(&data).args(["--patients", "20", "--now", "2026-11-21T10:00:00Z"]).args(huge.then_some("--huge"));
    let made = order.output();
    if !made.map_err(|error| error.to_string())?.status.success() {
        return Err("no demo data could be made".into());
    }
    process::import(program, &Place::Folder(store.into()), &data, 1, "on").map(drop)
}

/// An account for each role, all with one password, which stands beside the store for a later run.
fn accounts(program: &Path, store: &Path) -> Result<String, String> {
    let beside = store.with_extension("password");
    let address = format!("sqlite:{}", store.display());
    let made = Command::new(program).args(["account", "--store", &address, "--world", "training", "demo"]).output().map_err(|error| error.to_string())?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).into_owned());
    }
    // None: they are there from the run before.
    if let Some(password) = String::from_utf8_lossy(&made.stdout).split('\t').nth(1) {
        std::fs::write(&beside, password).map_err(|error| error.to_string())?;
    }
    std::fs::read_to_string(&beside).map_err(|error| format!("{}: {error}", beside.display()))
}

fn measure(program: &Path, store: &Path, arguments: &Arguments) -> Result<Value, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let password = accounts(program, store)?;
    let server = process::Server::start(program, &Place::Folder(store.into()), "on")?;
    let (pages, changes) = (arguments.pages, arguments.changes);
    let mut report = json!({});
    let measured = runtime.block_on(async {
        if arguments.measures("chart") {
            report["chart"] = chart::measure(&server, &password).await?;
        }
        if arguments.measures("live") {
            report["live"] = live::measure(&server, &password, pages, changes).await?;
        }
        if arguments.measures("boards") {
            report["boards"] = boards::measure(&server, &password, pages, changes).await?;
        }
        if arguments.measures("wards") {
            report["wards"] = wards::measure(&server, &password).await?;
        }
        if arguments.measures("flood") {
            report["flood"] = flood::measure(&server, &password).await?;
        }
        Ok::<_, String>(())
    });
    server.stop()?;
    measured.map(|()| report)
}

fn print(report: &Value) {
    println!("| page of the longest chart | first byte, ms | whole, ms | CPU, ms | bytes | compressed |\n|---|---|---|---|---|---|");
    for page in report["chart"].as_array().into_iter().flatten() {
        let figure = |name: &str| page[name].as_f64().unwrap_or(f64::NAN);
        println!(
            "| {} | {:.1} | {:.1} | {:.2} | {:.0} | {:.0} |",
            page["page"].as_str().unwrap_or(""),
            figure("first_ms"),
            figure("whole_ms"),
            figure("cpu_ms"),
            figure("bytes"),
            figure("packed")
        );
    }
    println!("\n| list of a ward of 30 patients | first byte, ms | p99 | CPU, ms | bytes | compressed |\n|---|---|---|---|---|---|");
    for page in report["wards"]["pages"].as_array().into_iter().flatten() {
        let figure = |name: &str| page[name].as_f64().unwrap_or(f64::NAN);
        println!(
            "| {} | {:.1} | {:.1} | {:.2} | {:.0} | {:.0} |",
            page["page"].as_str().unwrap_or(""),
            figure("first_ms"),
            figure("first_p99_ms"),
            figure("cpu_ms"),
            figure("bytes"),
            figure("packed")
        );
    }
    println!("\nlive: {}\n\nboards: {}\n\nflood: {}", report["live"], report["boards"], report["flood"]);
}

/// The value at a share of a sorted list.
fn share(sorted: &[f64], share: f64) -> f64 {
    let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
