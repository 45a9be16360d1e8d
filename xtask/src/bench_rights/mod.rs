//! `cargo xtask bench rights STORE`: what a page costs somebody who may see little, in a store that `bench record --keep` left.
//!
//! CPU time of the asking thread, the page's bodies included.

use cpu_time::ThreadTime;
use rihla_fhir::r4::tables;
use rihla_fhirpath::Zone;
use rihla_kernel::{Actor, Fault, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_store::indexer::Indexer;
use rihla_store::query::Handling;
use rihla_store::scope::AccessScope;
use rihla_store::{Scoped, Settings, Store};
use rihla_store_sqlite::{Options, open};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Patients of a ward, and of somebody with a long look-back.
const WARDS: [usize; 3] = [40, 400, 2_000];
const ROUNDS: usize = 200;

const QUESTIONS: &[(&str, &str)] = &[
    ("Observation", "code=8302-2&_count=20"),
    ("Observation", "date=ge2012-01-01&date=lt2016-01-01&_count=20"),
    ("Observation", "code=8302-2&_sort=-date&_count=20"),
    ("Condition", "_count=20"),
    ("Encounter", "status=finished&_count=20"),
    ("MedicationRequest", "status=active&_count=20"),
    ("Patient", "_count=40"),
    ("Patient", "_has:Observation:patient:code=8302-2&_count=20"),
];

pub fn run(arguments: &[String]) -> Result<u8, String> {
    let [_, folder] = arguments else { return Err("bench rights PATH: the folder of a store on SQLite".into()) };
    let store = open_store(Path::new(folder)).map_err(|fault| fault.to_string())?;
    let measured = measure(&store).map_err(|fault| fault.to_string());
    store.close().map_err(|fault| fault.to_string())?;
    measured.map(|()| 0)
}

fn open_store(folder: &Path) -> Result<Store, Fault> {
    let zone = Zone::named("Africa/Casablanca").map_err(|_| Fault::new(rihla_kernel::FaultKind::Internal, "RH-BENCH-ZONE", "The zone is not known."))?;
    let indexer = Arc::new(Indexer::new(zone, Vec::new())?);
    let clock = Arc::new(ManualClock::at(1_790_000_000_000));
    let mut options = Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
    options.audit = false;
    Ok(Store::new(open(folder, options)?, Settings { clock, indexer, site: SiteId(1) }))
}

fn measure(store: &Store) -> Result<(), Fault> {
    let everything = store.scoped(Actor::node("bench"), Purpose::Treatment);
    let people = patients(store, &everything)?;
    println!("{} resources, {} patients looked at", store.status()?.resources, people.len());
    println!("\n| question | all, µs | {} |\n|---|---:|---:|---:|---:|", WARDS.map(|ward| format!("{ward} patients")).join(" | "));
    for (ty, text) in QUESTIONS {
        print!("| {ty}?{text} | {:.0}", cost(&everything, ty, text)?);
        for ward in WARDS {
            let step = (people.len() / ward).max(1);
            let scope = AccessScope::everything().only_patients(people.iter().copied().step_by(step).take(ward));
            let scoped = store.scoped_to(Actor::node("bench"), Purpose::Treatment, scope);
            print!(" | {:.0}", cost(&scoped, ty, text)?);
        }
        println!(" |");
    }
    Ok(())
}

/// µs of a page, asked again and again.
fn cost(scoped: &Scoped, ty: &str, text: &str) -> Result<f64, Fault> {
    let ask = || page(scoped, ty, text).map(|(_, bytes)| bytes);
    ask()?;
    let begun = ThreadTime::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(ask()?);
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / ROUNDS as f64)
}

fn page(scoped: &Scoped, ty: &str, text: &str) -> Result<(rihla_store::SearchPage, usize), Fault> {
    let pairs: Vec<(String, String)> = text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect();
    let types: Vec<_> = tables().resource_type(ty).into_iter().collect();
    let page = scoped.search(&scoped.query(&types, &pairs, Handling::Strict)?.0)?;
    let bytes = page.matches.iter().map(|found| found.json().len()).sum();
    Ok((page, bytes))
}

/// Keys of patients, in no order that the data know.
fn patients(store: &Store, scoped: &Scoped) -> Result<BTreeSet<u32>, Fault> {
    let mut out = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let (found, _) = page(scoped, "Patient", &format!("_count=500{cursor}"))?;
        for one in &found.matches {
            out.extend(store.key_for_platform(one.ty, &one.id.to_text())?);
        }
        match found.next {
            Some(next) if out.len() < 100_000 => cursor = format!("&_cursor={next}"),
            _ => return Ok(out),
        }
    }
}
