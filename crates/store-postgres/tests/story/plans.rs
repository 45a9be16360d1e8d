//! Each statement takes the index that it was written for, whatever the statistics say.

#![allow(clippy::expect_used, reason = "tests")]

use crate::keeper::{Keeper, options};
use crate::story::site::Site;
use rihla_store_postgres::open;
use rihla_test_postgres::{Own, Setup};
use std::collections::{BTreeMap, BTreeSet};

/// Statements that read much on purpose, when a store is opened.
const WHOLE: &[&str] = &["SELECT row FROM superseded", "SELECT dictionary, ty, bytes FROM dictionary", "GROUP BY v.ty", "FROM pg_"];

/// What a plan does to find rows.
fn is_search(line: &str) -> bool {
    ["Scan", "Sort", "Hash", "Merge", "Materialize", "Append"].iter().any(|word| line.contains(word))
}

/// The statements that the server was asked so far, each with the plans that it used.
fn plans(server: &Own) -> BTreeMap<String, BTreeSet<String>> {
    let log = std::fs::read_to_string(server.data().join("../log")).expect("a log");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in log.split("LOG:  duration:").skip(1) {
        let Some((_, text)) = entry.split_once("Query Text: ") else { continue };
        // Continued lines begin with a tab; a plan's first line bears its cost.
        let lines: Vec<&str> = text.lines().take_while(|line| !line.starts_with("20")).map(str::trim).collect();
        let begin = lines.iter().position(|line| line.contains("(cost=")).expect("a plan");
        let query = lines[..begin].join(" ");
        let steps = lines[begin..].iter().filter(|line| is_search(line)).map(|line| line.split("  (cost=").next().unwrap_or(line));
        found.entry(query).or_default().insert(steps.collect::<Vec<_>>().join("; "));
    }
    found
}

async fn work(site: &Site, round: usize) {
    for number in 0..40 {
        let patient = site.create(&format!(r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:n","value":"{round}-{number}"}}]}}"#)).await;
        for day in 1..=9 {
            let subject = patient.id.to_text();
            let observation = format!(
                r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"urn:c","code":"{}"}}]}},"subject":{{"reference":"Patient/{subject}"}},"effectiveDateTime":"2026-01-0{day}"}}"#,
                day % 3
            );
            let made = site.create(&observation).await;
            if day == 1 {
                site.update_observation(&made.id.to_text(), &observation).await;
            }
            if day == 2 {
                site.delete("Observation", &made.id.to_text()).await;
            }
        }
        site.search("Observation", &format!("patient=Patient/{}&code=urn:c|1&_sort=-date", patient.id.to_text()));
    }
    site.flush();
    for question in ["identifier=urn:n|0-7", "_has:Observation:patient:code=2", "_lastUpdated=gt2020-01-01"] {
        site.search("Patient", question);
    }
    for question in ["code=urn:c|2", "date=ge2026-01-03&date=lt2026-01-05", "patient.identifier=urn:n|0-7", "code=2&_include=Observation:patient"] {
        site.search("Observation", question);
    }
}

#[tokio::test]
async fn every_statement_uses_its_index_before_and_after_the_tables_were_analysed() {
    let settings = ["session_preload_libraries=auto_explain", "auto_explain.log_min_duration=0", "autovacuum=off"];
    let server = Setup { settings: settings.map(String::from).to_vec(), ..Setup::default() }.start();
    let url = server.make_database("record");
    let open_again = || Site::of(&[], |how| Keeper::opened(open(&url, options(how)).expect("opens")));
    let site = open_again();
    work(&site, 0).await;
    drop(site);
    let before = plans(&server);
    server.sql("record", "VACUUM ANALYZE");
    let site = open_again();
    work(&site, 1).await;
    drop(site);
    let after = plans(&server);
    let mut on_keys = 0;
    for (query, used) in &after {
        let whole = WHOLE.iter().any(|known| query.contains(known)) || used.iter().all(String::is_empty);
        for plan in used {
            assert!(whole || !plan.contains("Seq Scan") && !plan.contains("Bitmap") && !plan.contains("Sort"), "{query}\n{plan}");
            assert!(whole || !plan.contains("Hash Join") && !plan.contains("Merge Join"), "{query}\n{plan}");
        }
        if !whole {
            // A table that was never vacuumed is looked at too; the index is the same.
            let indices: BTreeSet<String> = used.iter().map(|plan| plan.replace("Index Only Scan", "Index Scan")).collect();
            assert_eq!(indices.len(), 1, "{query}\n{indices:?}");
        }
        on_keys += usize::from(query.starts_with("SELECT key FROM search_") && used.iter().all(|plan| plan.contains("search_1_pkey")));
    }
    assert_eq!(on_keys, 2, "the index is read forward and backward");
    assert!(before.len() > 15 && before.keys().all(|query| after.contains_key(query)), "{}", before.len());
}
