//! PostgreSQL is killed under load: what was acknowledged is there, what was refused is not, and the node goes on by itself.

#![allow(clippy::expect_used, reason = "tests")]

use crate::keeper::{Keeper, options};
use crate::story::site::{How, Site};
use rihla_kernel::{Fault, ManualClock};
use rihla_store_postgres::open;
use rihla_test_postgres::{Own, Setup};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;

const WRITERS: usize = 8;

fn rounds() -> usize {
    std::env::var("RIHLA_FAULT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(10)
}

fn patient(name: &str) -> String {
    format!(r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:load","value":"{name}"}}]}}"#)
}

/// What the clients were told.
#[derive(Default)]
struct Told {
    kept: Mutex<BTreeSet<String>>,
    /// Refused, and so absent; in doubt counts as neither.
    refused: Mutex<Vec<(String, Fault)>>,
}

#[test]
fn nothing_acknowledged_is_lost_when_the_database_is_killed() {
    let mut server = Setup { durable: true, ..Setup::default() }.start();
    let (told, over) = (Told::default(), AtomicBool::new(false));
    let (done, heard) = channel();
    let url = server.make_database("record");
    let site = Site::of(&[], |how| Keeper::opened(open(&url, options(how)).expect("opens")));
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (site, told, over, done) = (&site, &told, &over, done.clone());
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                for number in 0.. {
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                    let name = format!("w{writer}n{number}");
                    match runtime.block_on(site.create_if(&patient(&name), vec![])) {
                        Ok(_) => {
                            told.kept.lock().expect("alone").insert(name);
                        }
                        Err(fault) => told.refused.lock().expect("alone").push((name, fault)),
                    }
                    done.send(()).expect("heard");
                }
            });
        }
        for _ in 0..rounds() {
            // Some load between two kills, told by its own count and not by a clock.
            assert_eq!(heard.iter().take(400).count(), 400);
            server.kill();
            server.restart();
        }
        over.store(true, Ordering::SeqCst);
    });
    let (kept, refused) = (told.kept.into_inner().expect("alone"), told.refused.into_inner().expect("alone"));
    assert!(kept.len() > 400 * (rounds() - 1));
    // The database was back within the writer's patience each time, so nobody was refused, and nobody left in doubt.
    assert_eq!(refused.iter().map(|(name, fault)| (name.as_str(), fault.code)).collect::<Vec<_>>(), []);
    let holds = |site: &Site| {
        assert_eq!(site.total("Patient", ""), kept.len() as u64);
        for name in &kept {
            assert_eq!(site.search("Patient", &format!("identifier=urn:load|{name}")).len(), 1, "{name}");
        }
        assert_eq!(site.verify().faults, Vec::<String>::new());
    };
    holds(&site);
    // And for a node that comes anew, after a kill of the database that it did not see.
    site.backend().abandon();
    drop(site);
    server.kill();
    server.restart();
    let site = Site::of(&[], |how| Keeper::opened(open(&url, options(how)).expect("opens")));
    holds(&site);
    site.store.close().expect("closes");
}

/// A database that has room in memory for what need not be written down at once.
fn late() -> Own {
    Setup { durable: true, settings: vec!["wal_buffers=16MB".into()], ..Setup::default() }.start()
}

fn filled(server: &Own, patients: usize) -> Site {
    let url = server.make_database("record");
    let site = Site::of(&[], |how| Keeper::opened(open(&url, options(how)).expect("opens")));
    let steps = (0..patients).map(|number| site.put(&patient(&number.to_string()), None)).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(site.scoped.commit(steps, vec![], vec![])).expect("kept");
    site
}

fn finds_all(site: &Site, patients: usize) {
    for number in 0..patients {
        assert_eq!(site.search("Patient", &format!("identifier=urn:load|{number}")).len(), 1, "{number}");
    }
    assert_eq!(site.verify().faults, Vec::<String>::new());
}

#[test]
fn keys_that_were_written_out_just_before_the_database_was_killed_are_found() {
    let mut server = late();
    let site = filled(&server, 50);
    server.dawdle();
    site.flush();
    server.kill();
    server.restart();
    finds_all(&site, 50);
}

#[test]
fn keys_are_written_out_again_when_the_database_is_killed_in_the_midst() {
    const PATIENTS: usize = 3_000;
    let mut server = late();
    let site = filled(&server, PATIENTS);
    server.dawdle();
    // All slices but the last, which says how far the index reaches.
    let mut locks = server.session("record");
    locks.sql("BEGIN; LOCK TABLE mark IN EXCLUSIVE MODE");
    std::thread::scope(|scope| {
        let flushing = scope.spawn(|| site.backend().flush());
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'record' AND wait_event_type = 'Lock'";
        (0..2_000).find(|_| server.sql("postgres", waits) != "0").expect("it comes to the last slice");
        server.kill();
        server.restart();
        flushing.join().expect("ends well").expect_err("the database was lost");
    });
    site.flush();
    finds_all(&site, PATIENTS);
}

#[test]
fn a_store_has_one_owner() {
    let site = Site::open();
    let how = How::new(&[], Arc::new(ManualClock::at(0)));
    let second = open(&site.keeper.url(), options(&how)).map(|_| ()).expect_err("in use");
    assert_eq!(second.code, "RH-STORE-IN-USE");
    // A process that lost the store to another one, behind its back, writes nothing more.
    site.keeper.sql("UPDATE owner SET epoch = epoch + 1");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let refused = runtime.block_on(site.create_if(&patient("late"), vec![])).expect_err("taken");
    assert_eq!(refused.code, "RH-STORE-TAKEN");
    assert_eq!(site.keeper.sql("SELECT count(*) FROM version"), "0");
}
