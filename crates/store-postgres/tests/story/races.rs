//! Many at once: each identifier once, no change lost, no error of the database's own.

#![allow(clippy::expect_used, reason = "tests")]

use crate::story::site::Site;
use rihla_kernel::{Fault, FaultKind};
use rihla_store::Resolution;
use rihla_store::backend::Outcome;
use std::sync::{Arc, Barrier};

const CLIENTS: usize = 16;
const ROUNDS: usize = 200;

fn patient(number: usize, by: usize) -> String {
    format!(r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:ipp","value":"{number}"}}],"name":[{{"family":"Client{by}"}}]}}"#)
}

/// Runs a client on each of many threads; each has a runtime of its own, as a handler would.
fn together<T: Send>(clients: usize, act: impl Fn(usize, &tokio::runtime::Runtime) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let act = &act;
        let threads: Vec<_> =
            (0..clients).map(|client| scope.spawn(move || act(client, &tokio::runtime::Builder::new_current_thread().build().expect("a runtime")))).collect();
        threads.into_iter().map(|thread| thread.join().expect("ends well")).collect()
    })
}

#[test]
fn sixteen_who_create_one_identifier_make_one_patient() {
    let site = Site::open();
    let barrier = Arc::new(Barrier::new(CLIENTS));
    let made: Vec<usize> = together(CLIENTS, |client, runtime| {
        let mut made = 0;
        for round in 0..ROUNDS {
            barrier.wait();
            let query = site.query("Patient", &format!("identifier=urn:ipp|{round}"));
            // As an edge does: look, create if there is none, and look again if somebody was faster.
            for _ in 0..50 {
                let seen = site.scoped.resolve(&query).expect("looks");
                if seen != Resolution::None {
                    break;
                }
                let late = site.scoped.unchanged(query.clone(), seen);
                match runtime.block_on(site.create_if(&patient(round, client), vec![late])) {
                    Ok(_) => made += 1,
                    Err(fault) => assert_eq!((fault.kind, fault.code), (FaultKind::Conflict, "RH-STORE-RACED")),
                }
            }
        }
        made
    });
    assert_eq!(made.iter().sum::<usize>(), ROUNDS);
    assert_eq!(site.total("Patient", ""), ROUNDS as u64);
    for round in 0..ROUNDS {
        assert_eq!(site.search("Patient", &format!("identifier=urn:ipp|{round}")).len(), 1);
    }
    assert_eq!(site.verify().faults, Vec::<String>::new());
}

#[test]
fn all_of_sixteen_updates_at_once_are_kept() {
    let site = Site::open();
    let update =
        |by: usize, runtime: &tokio::runtime::Runtime| runtime.block_on(site.scoped.commit(vec![site.put(&patient(1, by), Some("one"))], vec![], vec![]));
    let first: Result<Vec<Outcome>, Fault> = update(99, &tokio::runtime::Builder::new_current_thread().build().expect("a runtime"));
    assert_eq!(first.expect("made")[0].vid, 1);
    let mut versions: Vec<u32> =
        together(CLIENTS, |client, runtime| (0..25).map(|_| update(client, runtime).expect("kept")[0].vid).collect::<Vec<_>>()).concat();
    versions.sort_unstable();
    assert_eq!(versions, (2..=(CLIENTS as u32 * 25 + 1)).collect::<Vec<_>>());
}

#[test]
fn transactions_that_share_resources_do_not_stand_in_each_others_way() {
    let site = Site::open();
    let refused: usize = together(32, |client, runtime| {
        let mut refused = 0;
        for round in 0..25 {
            let mut steps: Vec<_> = (0..4)
                .map(|shared| {
                    let id = format!("doctor-{}", (client + shared * 3 + round) % 10);
                    (id.clone(), format!(r#"{{"resourceType":"Practitioner","name":[{{"family":"{client}-{round}"}}]}}"#))
                })
                .collect();
            steps.sort();
            steps.dedup_by(|a, b| a.0 == b.0);
            let mut steps: Vec<_> = steps.into_iter().map(|(id, text)| site.put(&text, Some(&id))).collect();
            steps.push(site.put(&format!(r#"{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},"performer":[{{"reference":"Practitioner/doctor-{}"}}],"subject":{{"reference":"Patient/p{client}"}}}}"#, round % 10), None));
            refused += usize::from(runtime.block_on(site.scoped.commit(steps, vec![], vec![])).is_err());
        }
        refused
    })
    .iter()
    .sum();
    assert_eq!((refused, site.total("Observation", "")), (0, 32 * 25));
    let report = site.verify();
    assert_eq!(report.faults, Vec::<String>::new());
}
