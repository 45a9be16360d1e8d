//! Many at once: one winner where there may be only one, and nobody lost where there may be many.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use rihla_faults::site::{Folder, Site, type_of};
use rihla_faults::texts::{observation, patient};
use rihla_kernel::Fault;
use rihla_store::backend::LogicalId;
use rihla_store::{HistoryOf, HistoryQuery, Resolution};
use std::collections::BTreeSet;
use std::sync::Barrier;

const THREADS: usize = 16;
const ROUNDS: usize = 200;

/// Has all threads begin each round together; what each did, by round and thread.
fn race<T: Send>(rounds: usize, act: impl Fn(usize, usize) -> T + Sync) -> Vec<Vec<T>> {
    let start = Barrier::new(THREADS);
    let mut by_thread: Vec<_> = std::thread::scope(|scope| {
        let (start, act) = (&start, &act);
        let run = |thread| move || (0..rounds).map(|round| (start.wait(), act(round, thread)).1).collect::<Vec<T>>().into_iter();
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(run(thread))).collect();
        threads.into_iter().map(|thread| thread.join().expect("runs")).collect()
    });
    (0..rounds).map(|_| by_thread.iter_mut().filter_map(Iterator::next).collect()).collect()
}

/// A conditional create as an edge does it: look, then write if nothing has changed meanwhile, else look again.
fn create_if_none(site: &Site, text: &str, criteria: &str) -> Result<LogicalId, Fault> {
    let query = site.query("Patient", criteria);
    loop {
        match site.scoped.resolve(&query)? {
            Resolution::One(_, id) => return Ok(id),
            Resolution::Many => panic!("two of {criteria}"),
            Resolution::None => {}
        }
        let still = site.scoped.unchanged(query.clone(), Resolution::None);
        let answer = site.scoped.submit(vec![site.put(text, None)], vec![still], vec![])?.blocking_recv().expect("answered");
        match answer {
            Ok(outcomes) => return Ok(outcomes.into_iter().next().expect("one outcome").id),
            Err(fault) if fault.code == "RH-STORE-RACED" => {}
            Err(fault) => return Err(fault),
        }
    }
}

#[test]
fn one_identifier_makes_one_patient_however_many_create_it_at_once() {
    let folder = Folder::new();
    let site = Site::open(folder.path());
    // Two rounds in four the index is on disk, and the number is one that nobody shares in every other round.
    let rounds = race(ROUNDS, |round, thread| {
        if thread == 0 && round % 50 == 25 {
            site.backend.flush().expect("flushes");
        }
        let text = if round % 2 == 0 {
            patient(&format!("n{round}"), &format!("g{round}"), "Alami")
        } else {
            patient("", &format!("g{round}"), "Alami").replace("urn:ipp", "urn:else")
        };
        create_if_none(&site, &text, &format!("identifier=urn:group|g{round}")).map(|id| id.to_text())
    });
    for (round, answers) in rounds.into_iter().enumerate() {
        let ids: BTreeSet<String> = answers.into_iter().map(|answer| answer.unwrap_or_else(|fault| panic!("round {round}: {fault}"))).collect();
        assert_eq!(ids.len(), 1, "round {round}");
        assert_eq!(site.search("Patient", &format!("identifier=urn:group|g{round}")), ids.into_iter().collect::<Vec<_>>());
    }
    assert_eq!(site.search("Patient", "_count=500").len(), ROUNDS);
    assert_eq!(site.faults(), Vec::<String>::new());
}

#[test]
fn updates_without_a_condition_are_all_applied_one_after_another() {
    const ROUNDS: usize = 25;
    let folder = Folder::new();
    let site = Site::open(folder.path());
    let home = site.create(&patient("1", "home", "Alami")).expect("created");
    let id = site.create(&observation(&home, "first", 0, 10)).expect("created");
    let rounds = race(ROUNDS, |round, thread| {
        let text = observation(&home, &format!("{round}-{thread}"), 1, 10);
        let outcome = site.commit(vec![site.put(&text, Some(&id))]).unwrap_or_else(|fault| panic!("{fault}")).remove(0);
        (outcome.vid, format!("{round}-{thread}"))
    });
    let mut written: Vec<(u32, String)> = rounds.into_iter().flatten().collect();
    written.sort();
    assert_eq!(written.iter().map(|(vid, _)| *vid).collect::<Vec<_>>(), (2..2 + (ROUNDS * THREADS) as u32).collect::<Vec<_>>());
    let history = site
        .scoped
        .history(&HistoryQuery { of: HistoryOf::Instance(type_of("Observation"), id.clone()), since: None, at: None, count: 1000, cursor: None })
        .expect("history");
    assert_eq!(history.entries.len(), 1 + ROUNDS * THREADS);
    for ((vid, group), entry) in written.iter().rev().zip(&history.entries) {
        let json = String::from_utf8(entry.json()).expect("utf-8");
        assert!(entry.vid == *vid && json.contains(&format!("\"{group}\"")), "version {vid} is what was written as it: {json}");
    }
    let (_, newest) = written.last().expect("some");
    assert_eq!(site.search("Observation", &format!("identifier=urn:group|{newest}")), [id]);
    assert_eq!(site.search("Observation", "_count=10").len(), 1);
    assert_eq!(site.faults(), Vec::<String>::new());
}

#[test]
fn a_number_that_nobody_may_share_has_one_holder() {
    const ROUNDS: usize = 60;
    let folder = Folder::new();
    let site = Site::open(folder.path());
    // Even threads create, odd ones give the number to a patient that they have already.
    let own: Vec<String> = (0..THREADS).map(|thread| site.create(&patient(&format!("own-{thread}"), "own", "Alami")).expect("created")).collect();
    let rounds = race(ROUNDS, |round, thread| {
        let text = patient(&format!("n{round}"), &format!("g{round}-{thread}"), "Alami");
        let step = site.put(&text, own.get(thread).filter(|_| thread % 2 == 1).map(String::as_str));
        site.commit(vec![step]).map(|outcomes| outcomes.into_iter().next().expect("one outcome").id.to_text()).map_err(|fault| fault.code)
    });
    for (round, answers) in rounds.into_iter().enumerate() {
        let winners: Vec<&String> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
        assert_eq!(winners.len(), 1, "round {round}");
        assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(|code| *code == "RH-STORE-CLAIMED"), "round {round}");
        let found = site.search("Patient", &format!("identifier=urn:ipp|n{round}"));
        // Who won a later round by update has given up the number of this one.
        assert!(found.is_empty() || found == [winners[0].clone()], "round {round}");
    }
    assert_eq!(site.faults(), Vec::<String>::new());
}
