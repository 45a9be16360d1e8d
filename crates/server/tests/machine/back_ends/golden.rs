//! What each back end is asked for the main questions, statement by statement: `golden/*.sql`, so that a change of what is
//! sent shows in review. `RIHLA_GOLDEN=write` writes them anew.

use super::places::Places;
use super::story::put;
use rihla_fhir::r4::tables;
use rihla_kernel::{Actor, Purpose, SiteId};
use rihla_store::backend::SharedBackend;
use rihla_store::query::Handling;
use rihla_store::{HistoryOf, HistoryQuery, Scoped, Settings, Store};
use rihla_test_postgres::{Server, Setup};
use std::fs;
use std::path::Path;

/// The questions, by the name of their files.
const SEARCHES: [(&str, &str); 10] = [
    ("identifier", "Patient?identifier=urn:ipp|3"),
    ("code", "Observation?code=http://loinc.org|8867-4&_count=5"),
    ("patient-code-sorted", "Observation?patient=p1&code=http://loinc.org|8867-4&_sort=-date&_count=3"),
    ("date-range", "Observation?date=ge2026-02-03&date=lt2026-02-05"),
    ("family-name", "Patient?family=bennani"),
    ("chain", "Observation?subject:Patient.identifier=urn:ipp|3"),
    ("has", "Patient?_has:Observation:patient:code=http://loinc.org|8480-6"),
    ("include", "Observation?patient=p1&_include=Observation:subject&_count=3"),
    ("revinclude", "Patient?_id=p2&_revinclude=Observation:subject"),
    ("count", "Observation?code=http://loinc.org|8867-4&_summary=count"),
];

fn search(scoped: &Scoped, text: &str) -> usize {
    let (ty, rest) = text.split_once('?').expect("a search");
    let pairs: Vec<(String, String)> = rest.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect();
    let query = scoped.query(&[tables().resource_type(ty).expect("a type")], &pairs, Handling::Strict).expect("a query").0;
    let page = scoped.search(&query).expect("searches");
    page.matches.len() + page.included.len() + page.total.unwrap_or(0) as usize
}

/// A question with its name, its words and what does it; the answer is how much was found.
type Question = (&'static str, &'static str, Box<dyn Fn(&Scoped) -> usize>);

fn questions() -> Vec<Question> {
    let mut all: Vec<Question> = Vec::new();
    for (name, text) in SEARCHES {
        all.push((name, text, Box::new(move |scoped| search(scoped, text))));
    }
    let patient = tables().resource_type("Patient").expect("a type");
    all.push(("read", "Patient/p1", Box::new(move |scoped| scoped.read(patient, "p1").expect("there").json().len())));
    all.push((
        "history",
        "Patient/p1/_history",
        Box::new(move |scoped| {
            let query = HistoryQuery { of: HistoryOf::Instance(patient, "p1".into()), since: None, at: None, count: 10, cursor: None };
            scoped.history(&query).expect("history").entries.len()
        }),
    ));
    all.push(("feed", "the first ten changes", Box::new(|scoped| scoped.feed(None, 10).expect("the feed").0.len())));
    all
}

/// Six patients, forty measurements, a correction of each kind.
fn fill(backend: SharedBackend, places: &Places) -> Scoped {
    let indexer = places.means(Default::default()).indexer;
    let store = Store::new(backend, Settings { clock: places.clock(), indexer, site: SiteId(1) });
    let scoped = store.scoped(Actor::node("golden"), Purpose::Treatment);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let write = |text: &str, id: &str| {
        places.clock.advance(1000);
        runtime.block_on(scoped.commit(vec![put(&scoped, &store, text, Some(id))], vec![], vec![])).expect("written");
    };
    for (number, family) in (1..).zip(["Alaoui", "Bennani", "Bennani-Smires", "Chraïbi", "Idrissi", "Tazi"]) {
        let text = format!(r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:ipp","value":"{number}"}}],"name":[{{"family":"{family}"}}]}}"#);
        write(&text, &format!("p{number}"));
    }
    for number in 0..40 {
        let (patient, code, day) = (number % 6 + 1, if number % 5 == 0 { "8480-6" } else { "8867-4" }, number % 9 + 1);
        let text = format!(
            r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"{code}"}}]}},"subject":{{"reference":"Patient/p{patient}"}},"effectiveDateTime":"2026-02-0{day}T08:00:00Z","valueQuantity":{{"value":{number}}}}}"#
        );
        write(&text, &format!("o{number}"));
    }
    write(r#"{"resourceType":"Patient","identifier":[{"system":"urn:ipp","value":"1"}],"name":[{"family":"Alami"}]}"#, "p1");
    scoped
}

/// One statement a line; equal ones after one another once.
fn listed(asked: &str, statements: &[String]) -> String {
    let mut out = format!("-- {asked}\n");
    let mut rest = statements;
    while let Some(first) = rest.first() {
        let times = rest.iter().take_while(|next| *next == first).count();
        out.push_str(&format!("{first};{}\n", if times > 1 { format!(" -- {times} times") } else { String::new() }));
        rest = &rest[times..];
    }
    out
}

fn compare(name: &str, back_end: &str, found: &str) -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/machine/back_ends/golden/{name}.{back_end}.sql"));
    if std::env::var_os("RIHLA_GOLDEN").is_some_and(|wanted| wanted == "write") {
        fs::create_dir_all(file.parent().expect("a folder")).and_then(|()| fs::write(&file, found)).expect("written");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    (kept != found).then(|| format!("{name}.{back_end}.sql\n--- kept\n{kept}--- sent\n{found}"))
}

fn log(server: &Server) -> std::path::PathBuf {
    server.data().with_file_name("log")
}

/// The statements that PostgreSQL wrote into its log from a place on.
fn logged(server: &Server, from: usize) -> Vec<String> {
    let log = fs::read_to_string(log(server)).expect("a log");
    let executed = log.get(from..).unwrap_or_default().lines().filter_map(|line| line.split_once("LOG:  execute ")?.1.split_once(": "));
    executed.map(|(_, sql)| sql.to_string()).collect()
}

#[test]
fn what_is_sent_is_what_is_kept() {
    let places = Places::new();
    // Of its own: the log of the one that all share tells of all.
    let server = Setup { settings: vec!["log_statement=all".into()], ..Setup::default() }.start();
    let url = server.make_database("record");
    let means = places.means(Default::default());
    let mut how = rihla_store_sqlite::Options::new(places.clock(), places.entropy(), means.indexer.clone());
    (how.audit, how.watched) = (false, true);
    let sqlite = rihla_store_sqlite::open(&places.path("store"), how).expect("opens");
    let mut how = rihla_store_postgres::Options::new(places.clock(), places.entropy(), means.indexer.clone());
    how.audit = false;
    let postgres = rihla_store_postgres::open(&url, how).expect("opens");
    let (on_sqlite, on_postgres) = (fill(sqlite.clone(), &places), fill(postgres.clone(), &places));
    // With nothing left in memory everything comes from the tables.
    sqlite.flush().expect("flushes");
    postgres.flush().expect("flushes");
    // A line of its own is opened with the first question.
    assert_eq!(search(&on_sqlite, SEARCHES[0].1), search(&on_postgres, SEARCHES[0].1));
    // Who was merged into whom is looked for once a minute, with a question about somebody: here, of somebody who is not there.
    assert_eq!(search(&on_sqlite, "Observation?patient=p9"), search(&on_postgres, "Observation?patient=p9"));
    let mut different = Vec::new();
    for (name, asked, ask) in questions() {
        let (found, mut heard) = rihla_store_sqlite::watch::during(|| ask(&on_sqlite));
        // A transaction of readers may be that of the question before.
        heard.retain(|sql| sql != "BEGIN" && sql != "COMMIT");
        let from = fs::metadata(log(&server)).expect("a log").len() as usize;
        assert_eq!(ask(&on_postgres), found, "{asked}");
        assert!(found > 0, "{asked}");
        different.extend(compare(name, "sqlite", &listed(asked, &heard)));
        different.extend(compare(name, "postgres", &listed(asked, &logged(&server, from))));
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
