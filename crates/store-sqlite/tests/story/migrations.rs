//! A store of every earlier schema opens, and holds what it held.
//!
//! `fixtures/schema-N.sql` is a store that the program wrote when N was its newest schema. Before a migration is added, the
//! one for the schema so far is made with `RIHLA_KEEP_SCHEMA=1 cargo test -p rihla-store-sqlite --test story migrations`.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use crate::keeper::{Keeper, try_open};
use crate::story::site::Site;
use rihla_kernel::FaultKind;
use rihla_store::backend::Step;
use rihla_store::{HistoryOf, HistoryQuery};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

const TODAY: &str = "today's";
const UNIQUE: &[&str] = &["urn:ipp"];

fn patient(number: &str, family: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:ipp","value":"{number}"}}],"name":[{{"family":"{family}"}}],"birthDate":"1980-05-17"}}"#
    )
}

fn observation(patient: &str, code: &str, day: u32, value: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"{code}","display":"Heart rate"}}]}},"subject":{{"reference":"Patient/{patient}"}},"effectiveDateTime":"2024-01-{day:02}","valueQuantity":{{"value":{value},"unit":"/min"}}}}"#
    )
}

fn condition(at: u32) -> String {
    let words: String = (0..400).map(|word| format!("mot{} ", (at + 7) * (word + 3) % 97)).collect();
    format!(r#"{{"resourceType":"Condition","identifier":[{{"value":"c{at}"}}],"subject":{{"reference":"Patient/amal"}},"note":[{{"text":"{words}"}}]}}"#)
}

/// Every table gets rows: versions, names, claims, replaced rows, an index part written out, a dictionary, marks, audit.
async fn story(site: &Site) {
    site.update("amal", &patient("1", "Él Alami")).await;
    let samir = site.create(&patient("2", "Bennani")).await.id.to_text();
    for day in 1..=20 {
        let name = format!("o{day}");
        site.update(&name, &observation(if day % 2 == 0 { "amal" } else { &samir }, "8867-4", day, "70.50")).await;
    }
    site.backend().flush().expect("flushes");
    site.update("o3", &observation("amal", "1-1", 3, "71")).await;
    site.delete("Observation", "o4").await;
    site.update("o5", &observation("nobody", "8867-4", 5, "72")).await;
    site.update("amal", &patient("3", "El Alami")).await;
    site.scoped.read(site.ty("Patient"), "amal").expect("there");
    let mut made = 0u32;
    loop {
        let step = site.put(&condition(made), None);
        let taught = matches!(&step, Step::Put { content, .. } if content.packed.dictionary > 0);
        made += 1;
        site.scoped.commit(vec![step], vec![], vec![("made".into(), made.to_be_bytes().to_vec())]).await.expect("created");
        if taught {
            return;
        }
    }
}

async fn holds_all(site: &Site, schema: &str) {
    let observations = |query: &str| {
        let mut found = site.search("Observation", &format!("{query}&_count=100"));
        found.sort();
        found
    };
    assert_eq!(site.total("Observation", ""), 19, "{schema}");
    assert_eq!(observations("subject=Patient/amal"), ["o10", "o12", "o14", "o16", "o18", "o2", "o20", "o3", "o6", "o8"], "{schema}");
    assert_eq!(observations("patient.family=benn").len(), 8, "{schema}");
    assert_eq!(observations("code=1-1"), ["o3"], "{schema}");
    assert_eq!(observations("date=2024-01-05&subject=Patient/nobody"), ["o5"], "{schema}");
    let history = site
        .scoped
        .history(&HistoryQuery { of: HistoryOf::Instance(site.ty("Observation"), "o4".into()), since: None, at: None, count: 10, cursor: None })
        .expect("history");
    assert_eq!(history.entries.iter().map(|entry| (entry.vid, entry.deleted)).collect::<Vec<_>>(), [(2, true), (1, false)], "{schema}");
    let first = String::from_utf8(site.scoped.vread(site.ty("Patient"), "amal", 1).expect("kept").json()).expect("utf-8");
    assert!(first.ends_with(r#""name":[{"family":"Él Alami"}],"birthDate":"1980-05-17"}"#), "{schema}: {first}");
    let made = site.store.mark("made").expect("reads").and_then(|bytes| bytes.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))).expect("a mark");
    assert_eq!(site.total("Condition", ""), u64::from(made), "{schema}");
    for at in [0, made - 1] {
        let found = site.search("Condition", &format!("identifier=c{at}"));
        let json = site.scoped.read(site.ty("Condition"), &found[0]).expect("readable").json();
        assert!(String::from_utf8(json).expect("utf-8").contains(condition(at).split_once("\"note\"").expect("a note").1), "{schema}");
    }
    if schema != TODAY {
        // Index keys of later versions are not there yet: that is said, and a rebuild makes them.
        let faults = site.backend().verify(site.store.indexer(), &mut |_| {}).expect("verifies").faults;
        assert!(faults.iter().all(|fault| fault.ends_with("run `rihla rebuild`")), "{schema}: {faults:?}");
        site.backend().rebuild(site.store.indexer(), &mut |_| {}).expect("rebuilds");
    }
    let report = site.backend().verify(site.store.indexer(), &mut |_| {}).expect("verifies");
    assert_eq!((report.faults, report.dangling), (vec![], 1), "{schema}");
    assert!(report.audit_entries >= 26 + u64::from(made), "{schema}");
    // It goes on being a record.
    assert_eq!(site.create_if(&patient("3", "Chaoui"), vec![]).await.expect_err("taken").kind, FaultKind::Conflict, "{schema}");
    assert_eq!(site.update("o4", &observation("amal", "1-1", 4, "1")).await.vid, 3, "{schema}");
    assert_eq!(observations("code=1-1"), ["o3", "o4"], "{schema}");
}

fn fixture(schema: usize) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/schema-{schema}.sql"))
}

fn newest() -> usize {
    std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")).expect("migrations").count()
}

/// A store as SQL: its schema's number, its tables, its rows.
fn dump(file: &Path) -> String {
    let conn = Connection::open(file).expect("opens");
    let lines = |sql: &str| -> Vec<String> {
        let mut statement = conn.prepare(sql).expect("prepares");
        statement.query_map([], |row| row.get(0)).expect("runs").collect::<Result<_, _>>().expect("reads")
    };
    let mut out = format!("PRAGMA user_version = {};\n", lines("SELECT user_version || '' FROM pragma_user_version")[0]);
    lines("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").iter().for_each(|sql| out.push_str(&format!("{sql};\n")));
    for table in lines("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name") {
        let columns = lines(&format!("SELECT group_concat('quote(' || name || ')', ' || '','' || ') FROM pragma_table_info('{table}')"));
        for row in lines(&format!("SELECT {} FROM {table}", columns[0])) {
            out.push_str(&format!("INSERT INTO {table} VALUES ({row});\n"));
        }
    }
    out
}

#[tokio::test]
async fn a_store_of_today_holds_what_was_written() {
    let site = Site::open_with_unique(UNIQUE);
    story(&site).await;
    if std::env::var_os("RIHLA_KEEP_SCHEMA").is_some() {
        std::fs::write(fixture(newest()), dump(&site.keeper.folder().join("record.db"))).expect("kept");
    }
    holds_all(&site, TODAY).await;
    holds_all_after_opening(site).await;
}

async fn holds_all_after_opening(site: Site) {
    let site = site.reopen(true);
    assert_eq!(site.total("Observation", ""), 20);
    assert_eq!(site.backend().verify(site.store.indexer(), &mut |_| {}).expect("verifies").faults, Vec::<String>::new());
}

#[tokio::test]
async fn a_store_of_every_earlier_schema_opens_with_all_it_held() {
    for schema in 1..newest() {
        let sql = std::fs::read_to_string(fixture(schema)).expect("each earlier schema has its fixture");
        let folder = std::env::temp_dir().join(format!("rihla-schema-{}-{schema}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let conn = Connection::open(folder.join("record.db")).expect("opens");
        conn.execute_batch(&format!("BEGIN; {sql} COMMIT;")).expect("loads");
        let found: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a version");
        assert_eq!(found as usize, schema);
        drop(conn);
        let site = Site::of(UNIQUE, |how| Keeper::open_in(folder, how));
        holds_all(&site, &format!("schema {schema}")).await;
        holds_all_after_opening(site).await;
    }
}

#[test]
fn a_store_of_a_later_schema_is_refused_and_left_alone() {
    let site = Site::open();
    site.store.close().expect("closes");
    let later = site.keeper.folder().join("later");
    std::fs::create_dir_all(&later).expect("a folder");
    std::fs::copy(site.keeper.folder().join("record.db"), later.join("record.db")).expect("copies");
    let conn = Connection::open(later.join("record.db")).expect("opens");
    conn.pragma_update(None, "user_version", newest() as u32 + 1).expect("sets");
    drop(conn);
    let before = std::fs::read(later.join("record.db")).expect("reads");
    let refused = try_open(&later).expect_err("refused");
    assert_eq!((refused.kind, refused.code), (FaultKind::Unavailable, "RH-STORE-NEWER"));
    assert_eq!(std::fs::read(later.join("record.db")).expect("reads"), before);
}
