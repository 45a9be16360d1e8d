//! Both back ends side by side. `rihla move`: a store with everything in it, from SQLite to PostgreSQL and back, stopped at every step, and what it refuses.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

mod alike;
mod check;
mod golden;
mod places;
mod refused;
mod schema;
mod stays;
mod story;
mod tamper;

use places::Places;
use rihla_kernel::{Fault, FaultKind};
use rihla_server::failure::Failure;
use rihla_server::key_orders::{self, KeyOrder};
use rihla_server::moving::{MoveOrder, carry_all};
use rihla_store_engine::carry::{Pace, Said};
use rihla_store_engine::vault::keeping;
use story::{Story, export, open, state};

/// Moves in small steps; what was said.
fn moved(places: &Places, from: &str, to: &str) -> Result<String, Failure> {
    let mut said = String::new();
    let order = MoveOrder { from: from.into(), to: to.into() };
    carry_all(&places.means(Pace { rows: 7, bytes: 4000 }), &order, &mut |line| said.extend([line, "\n"]), &mut |_| Ok(())).map(|()| said)
}

/// The line of the proof that speaks of a part.
fn proved<'s>(said: &'s str, part: &str) -> &'s str {
    said.lines().find(|line| line.starts_with(&format!("{part} "))).expect("proved")
}

#[test]
fn a_store_with_everything_goes_there_and_back() {
    let places = Places::new();
    let (first, database, last) = (places.sqlite("first"), places.postgres(), places.sqlite("last"));
    let story = Story::told(&places, &first);
    let before = (export(&places, &first, "before"), state(&places, &first, &story));

    let there = moved(&places, &first, &database).expect("moves");
    assert_eq!(export(&places, &database, "there"), before.0);
    assert_eq!(state(&places, &database, &story), before.1);

    let back = moved(&places, &database, &last).expect("moves back");
    assert_eq!(export(&places, &last, "back"), before.0);
    assert_eq!(state(&places, &last, &story), before.1);
    // Looking at the store in between added accesses to the chain, and nothing to anything else.
    for part in ["actors", "dictionaries", "resources", "versions", "claims", "marks", "contents", "uses of contents"] {
        assert_eq!(proved(&there, part), proved(&back, part));
    }
    assert!(there.contains("dictionaries               1"), "{there}");
    assert!(there.contains("contents read to their end: 2, 700004 bytes"), "{there}");

    // The record goes on where it was: next version, next link of the chain, no number given twice.
    let node = open(&places, &last);
    let links = story.verify(&node).audit_entries;
    story.goes_on(&node);
    node.close().expect("closes");
    let node = open(&places, &last);
    assert!(story.verify(&node).audit_entries > links);
    node.close().expect("closes");
}

#[test]
fn a_sealed_store_goes_there_and_back_with_its_keys() {
    let places = Places::new();
    let (first, database, last) = (places.sqlite("first"), places.postgres(), places.sqlite("last"));
    let story = Story::told(&places, &first);
    let node = open(&places, &first);
    key_orders::obey(&node, &KeyOrder::Seal, &mut |_| {}).expect("sealed");
    node.close().expect("closes");
    let before = (export(&places, &first, "before"), state(&places, &first, &story));
    moved(&places, &first, &database).expect("moves");
    assert_eq!((export(&places, &database, "there"), state(&places, &database, &story)), before);
    // Given a new key in between, and left in the midst of it.
    let node = open(&places, &database);
    key_orders::obey(&node, &KeyOrder::Rotate, &mut |_| {}).expect("rotated");
    keeping::rotate(node.backend.keeps(), node.entropy.as_ref(), node.clock.now()).expect("begun");
    node.close().expect("closes");
    assert!(moved(&places, &database, &last).expect_err("half sealed").line.contains("RH-STORE-SEALING"));
    let node = open(&places, &database);
    key_orders::obey(&node, &KeyOrder::Resume, &mut |_| {}).expect("goes on");
    node.close().expect("closes");
    moved(&places, &database, &last).expect("moves back");
    assert_eq!((export(&places, &last, "back"), state(&places, &last, &story)), before);
    let node = open(&places, &last);
    story.goes_on(&node);
    node.close().expect("closes");
}

#[test]
fn a_move_that_is_killed_at_any_step_goes_on() {
    for to_postgres in [true, false] {
        let places = Places::new();
        let (from, to) = if to_postgres { (places.sqlite("from"), places.postgres()) } else { (places.sqlite("from"), places.sqlite("to")) };
        let story = Story::told_in_short(&places, &from);
        let before = (export(&places, &from, "before"), state(&places, &from, &story));
        let untouched = places.bytes_of(&from);
        let killed = || Fault::new(FaultKind::Internal, "KILLED", "");
        let order = MoveOrder { from: from.clone(), to: to.clone() };
        let (mut tries, mut resumed, mut left) = (0, 0, false);
        loop {
            tries += 1;
            let mut fuel = tries;
            let ended = carry_all(&places.means(Pace { rows: 5, bytes: 20_000 }), &order, &mut |_| {}, &mut |said| {
                resumed += usize::from(said == Said::Resumed);
                left |= said == Said::Left;
                fuel -= usize::from(said != Said::Resumed);
                if fuel == 0 { Err(killed()) } else { Ok(()) }
            });
            match ended {
                Ok(()) => break,
                Err(failure) => assert!(failure.line.contains("KILLED"), "{failure}"),
            }
            let refused = story::refused(&places, &to);
            assert!(refused.contains("RH-STORE-MOVING"), "{refused}");
            assert!(left || places.bytes_of(&from) == untouched, "the source was written to");
        }
        assert!(tries > 30 && resumed == tries - 1 && left, "{tries} {resumed}");
        assert_eq!(export(&places, &to, "after"), before.0);
        assert_eq!(state(&places, &to, &story), before.1);
        assert!(story::refused(&places, &from).contains("RH-STORE-MOVED"));
    }
}

#[test]
fn the_command_says_what_it_did_and_the_source_is_closed() {
    let places = Places::new();
    let (from, to) = (places.sqlite("from"), places.sqlite("to"));
    Story::told_in_short(&places, &from);
    let rihla = |words: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_rihla")).args(words).env_remove("RIHLA_STORE").output().expect("runs");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said, _) = rihla(&["move", "--from", &from, "--to", &to]);
    assert_eq!(code, Some(0), "{said}");
    assert!(proved(&said, "versions").contains("          30  "), "{said}");
    assert!(said.contains(&format!("moved to {to}; the record goes on there")), "{said}");
    assert_eq!(rihla(&["--store", &to, "verify"]).0, Some(0));
    let (code, _, said) = rihla(&["--store", &from, "status"]);
    assert!(code == Some(1) && said.contains("RH-STORE-MOVED") && said.contains(&to), "{said}");
    assert_eq!(rihla(&["move", "--reopen", &from]).0, Some(0));
    assert_eq!(rihla(&["--store", &from, "status"]).0, Some(0));
    assert_eq!(rihla(&["move", "--from", &from]).0, Some(2));
}
