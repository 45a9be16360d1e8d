//! A killed process and a loss of power: what was acknowledged is there, what was not is wholly there or wholly absent.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use rihla_faults::check;
use rihla_faults::load::Told;
use rihla_faults::site::{Folder, Ground, Site, Ticking};
use rihla_kernel::{Entropy, SeededEntropy};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// Rounds in every run of the tests; more on demand.
const ROUNDS: u64 = 10;

fn rounds() -> u64 {
    std::env::var("RIHLA_FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS)
}

/// Lets a process write until it has acknowledged `until` writes, then kills it. Everything that it told, in order.
fn killed_after(place: &OsStr, seed: u64, leak: u8, note: u32, until: usize) -> Vec<Told> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rihla-fault-load"))
        .args([place.to_owned(), seed.to_string().into(), leak.to_string().into(), note.to_string().into()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut told = Vec::new();
    let mut acknowledged = 0;
    let mut line = String::new();
    while lines.read_line(&mut line).expect("reads") > 0 {
        if let Some(one) = Told::parse(&line) {
            acknowledged += usize::from(one.acknowledged);
            told.push(one);
        }
        if acknowledged == until {
            // From here on the pipe only holds what was told before.
            child.kill().expect("kills");
        }
        line.clear();
    }
    assert!(acknowledged >= until, "it ended by itself after {acknowledged} writes");
    let _ = child.wait();
    told
}

#[test]
fn what_was_acknowledged_outlives_the_power_and_nothing_is_half_there() {
    let mut sum = check::Found::default();
    for round in 0..rounds() {
        let entropy = SeededEntropy::new(round);
        let folder = Folder::new();
        let leak = [0, 40, 128, 255][round as usize % 4];
        // Long notes fill the log and teach a dictionary within a few hundred writes.
        let note = if round % 3 == 2 { 6_000 } else { 60 };
        let until = 20 + entropy.next_u64() as usize % 300;
        let told = killed_after(folder.path().as_os_str(), round, leak, note, until);
        let site = Site::open(folder.path());
        let found = check::record(&site, &told);
        sum.acknowledged += found.acknowledged;
        sum.unheard += found.unheard;
        sum.absent += found.absent;
        site.create(r#"{"resourceType":"Patient","active":true}"#).expect("the record goes on");
        site.store.close().expect("closes");
        drop(site);
        let again = Site::open(folder.path());
        assert_eq!(again.faults(), Vec::<String>::new());
    }
    println!("{sum:?}");
    assert!(sum.absent > 0, "some write was lost before it was acknowledged, else nothing was tested");
}

#[test]
fn what_was_acknowledged_outlives_its_process_in_a_database() {
    let mut sum = check::Found::default();
    for round in 0..rounds() {
        let ground = Ground::database();
        let note = if round % 3 == 2 { 6_000 } else { 60 };
        let until = 20 + SeededEntropy::new(round).next_u64() as usize % 300;
        let told = killed_after(OsStr::new(&ground.url()), round, 0, note, until);
        let site = ground.open(Arc::new(Ticking::new()));
        let found = check::record(&site, &told);
        sum.acknowledged += found.acknowledged;
        sum.unheard += found.unheard;
        sum.absent += found.absent;
        site.create(r#"{"resourceType":"Patient","active":true}"#).expect("the record goes on");
    }
    println!("{sum:?}");
    assert!(sum.absent + sum.unheard > 0, "some write was under way when its process was killed, else nothing was tested");
}
