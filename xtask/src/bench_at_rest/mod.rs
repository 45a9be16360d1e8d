//! `cargo xtask bench at-rest`: what sealing costs, on two small stores on SQLite that are written and asked in turns.
//!
//! CPU time: of the process where something is written (the writer is a thread of its own), else of the asking thread.

use cpu_time::{ProcessTime, ThreadTime};
use rihla_fhir::json::{self, Edits, Limits};
use rihla_fhir::r4::tables;
use rihla_fhirpath::{Zone, extract};
use rihla_kernel::{Actor, Fault, FaultKind, Instant, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::indexer::{Indexer, Rewrites};
use rihla_store::query::Handling;
use rihla_store::{Scoped, Settings, Store};
use rihla_store_engine::vault::{RootKey, keeping};
use rihla_store_sqlite::{Options, SqliteBackend, open};
use std::path::Path;
use std::sync::Arc;

const PEOPLE: usize = 20_000;
/// People, each with as many observations as there are rounds, written in one transaction.
const BATCH: usize = 500;
const ASKED: usize = 400;
const ROUNDS: usize = 5;

const QUESTIONS: &[(&str, &str)] = &[
    ("Patient", "name=benna"),
    ("Patient", "family:exact=Bennani76"),
    ("Patient", "identifier=urn:ipp|777"),
    ("Patient", "phone=0661000777"),
    ("Patient", "birthdate=1980-05-17&_count=20"),
    ("Patient", "_count=20"),
    ("Observation", "subject=Patient/p777"),
    ("Observation", "code=8867-4&_count=20"),
];

struct Bench {
    store: Store,
    scoped: Scoped,
    backend: Arc<SqliteBackend>,
    zone: Zone,
}

pub fn run() -> Result<u8, String> {
    let folder = std::env::temp_dir().join(format!("rihla-bench-at-rest-{}", std::process::id()));
    let measured = measure(&folder).map_err(|fault| fault.to_string());
    // What was measured is worth more than a folder left behind.
    let _ = std::fs::remove_dir_all(&folder);
    measured.map(|()| 0)
}

fn zone() -> Result<Zone, Fault> {
    Zone::named("Africa/Casablanca").map_err(|_| Fault::new(FaultKind::Internal, "RH-BENCH-ZONE", "The zone is not known."))
}

fn bench(folder: &Path, sealed: bool) -> Result<Bench, Fault> {
    let indexer = Arc::new(Indexer::new(zone()?, vec!["urn:ipp".into()])?);
    let clock = Arc::new(ManualClock::at(1_790_000_000_000));
    let backend = open(folder, Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone()))?;
    let store = Store::new(backend.clone(), Settings { clock, indexer: indexer.clone(), site: SiteId(1) });
    if sealed {
        keeping::seal(backend.as_ref(), RootKey::new([1; 32]), &SeededEntropy::new(2), Instant(1))?;
        keeping::resume(backend.as_ref(), &indexer, &mut |_| {})?;
    }
    let scoped = store.scoped(Actor::node("bench"), Purpose::Treatment);
    Ok(Bench { store, scoped, backend, zone: zone()? })
}

impl Bench {
    fn step(&self, text: &str, id: &str) -> Result<Step, Fault> {
        let odd = || Fault::new(FaultKind::Internal, "RH-BENCH-JSON", "The bench wrote no JSON.");
        let doc = json::parse(text.as_bytes(), &Limits::default()).map_err(|_| odd())?;
        let name = doc.root().get("resourceType").and_then(|name| name.as_str().map(|name| name.into_owned())).ok_or_else(odd)?;
        let ty = tables().resource_type(&name).ok_or_else(odd)?;
        let mut entries = Vec::new();
        extract(doc.root(), ty, &self.zone, &mut entries);
        let content = self.scoped.prepare(ty, doc.root(), &Edits::default(), &entries, &Rewrites::new())?;
        Ok(Step::Put { ty: ty.0, name: Name::Id(id.into()), expect: Expect::Any, content: Box::new(content) })
    }

    fn write(&self, texts: &[(String, String)]) -> Result<(), Fault> {
        let steps = texts.iter().map(|(id, text)| self.step(text, id)).collect::<Result<Vec<_>, _>>()?;
        let stopped = |_| Fault::new(FaultKind::Internal, "RH-BENCH-STOPPED", "The store stopped.");
        self.scoped.submit(steps, Vec::new(), Vec::new())?.blocking_recv().map_err(stopped)?.map(|_| ())
    }

    fn ask(&self, ty: &str, text: &str) -> Result<usize, Fault> {
        let pairs: Vec<(String, String)> = text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect();
        let types: Vec<_> = tables().resource_type(ty).into_iter().collect();
        let page = self.scoped.search(&self.scoped.query(&types, &pairs, Handling::Strict)?.0)?;
        Ok(page.matches.iter().map(|found| found.json().len()).sum())
    }
}

fn patient(at: usize) -> (String, String) {
    let text = format!(
        r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:ipp","value":"{at}"}},{{"system":"urn:cin","value":"AB{:06}"}}],"name":[{{"family":"{}{at}","given":["Ghizlane"]}}],"telecom":[{{"system":"phone","value":"0661{at:06}"}}],"address":[{{"line":["{at}, rue des Orangers"],"city":"Casablanca"}}],"gender":"female","birthDate":"19{:02}-05-{:02}"}}"#,
        at * 7,
        ["Bennani", "Alaoui", "Idrissi", "Tazi"][at % 4],
        40 + at % 60,
        1 + at % 28
    );
    (format!("p{at}"), text)
}

fn observation(of: usize, at: usize) -> (String, String) {
    let text = format!(
        r#"{{"resourceType":"Observation","status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}}]}}],"code":{{"coding":[{{"system":"http://loinc.org","code":"8867-4","display":"Heart rate"}}]}},"subject":{{"reference":"Patient/p{of}","display":"Bennani Ghizlane"}},"effectiveDateTime":"2026-01-{:02}T10:00:00Z","valueQuantity":{{"value":{},"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}}}"#,
        1 + at % 28,
        60 + at % 40
    );
    (format!("o{of}-{at}"), text)
}

fn row(what: &str, clear: f64, sealed: f64) {
    println!("| {what} | {clear:.1} | {sealed:.1} | {:.2} |", sealed / clear);
}

fn measure(folder: &Path) -> Result<(), Fault> {
    let both = [bench(&folder.join("clear"), false)?, bench(&folder.join("sealed"), true)?];
    let mut spent = [[0.0; 2]; 2];
    for from in (0..PEOPLE).step_by(BATCH) {
        let people: Vec<_> = (from..from + BATCH).map(patient).collect();
        let measures: Vec<_> = (from..from + BATCH).flat_map(|of| [observation(of, of), observation(of, of + 1)]).collect();
        for (bench, spent) in both.iter().zip(&mut spent) {
            for (texts, spent) in [&people, &measures].into_iter().zip(spent) {
                let begun = ProcessTime::now();
                bench.write(texts)?;
                *spent += begun.elapsed().as_secs_f64() * 1e6 / texts.len() as f64 / (PEOPLE / BATCH) as f64;
            }
        }
    }
    println!("{PEOPLE} patients, {} observations; µs of CPU\n\n| what | clear | sealed | ratio |\n|---|---:|---:|---:|", PEOPLE * 2);
    let [[people, measures], [sealed_people, sealed_measures]] = spent;
    row("create a Patient", people, sealed_people);
    row("create an Observation", measures, sealed_measures);
    for bench in &both {
        bench.backend.flush()?;
    }
    let ty = tables().resource_type("Patient").ok_or_else(|| Fault::new(FaultKind::Internal, "RH-BENCH-TYPE", "No Patient."))?;
    let read = |bench: &Bench| (0..ASKED).try_for_each(|at| bench.scoped.read(ty, &format!("p{}", at * 37 % PEOPLE)).map(|found| drop(found.json())));
    asked(&both, "read a Patient", &read)?;
    for (ty, text) in QUESTIONS {
        asked(&both, &format!("{ty}?{text}"), &|bench| (0..ASKED).try_for_each(|_| bench.ask(ty, text).map(|_| ())))?;
    }
    let bytes = both.each_ref().map(|bench| bench.store.status().map_or(0, |status| status.bytes_on_disk));
    row("MB on disk", bytes[0] as f64 / 1e6, bytes[1] as f64 / 1e6);
    both.iter().try_for_each(|bench| bench.store.close())
}

/// The best of some rounds, in turns, each of `ASKED` questions.
fn asked(both: &[Bench; 2], what: &str, ask: &dyn Fn(&Bench) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut best = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        for (bench, best) in both.iter().zip(&mut best) {
            let begun = ThreadTime::now();
            ask(bench)?;
            *best = best.min(begun.elapsed().as_secs_f64() * 1e6 / ASKED as f64);
        }
    }
    let [clear, sealed] = best;
    row(what, clear, sealed);
    Ok(())
}
