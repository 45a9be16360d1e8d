//! Anything that can be done to a record, in any order, against a list of versions in memory; and limits on what may be
//! seen, against a filter over that list.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use rihla_faults::site::Ground;
use rihla_faults::world::{Act, World};

fn play(acts: Vec<Act>) -> Result<(), String> {
    let mut world = World::new(Ground::folder());
    for act in acts {
        world.act(act)?;
        world.compare(act.1)?;
    }
    while world.is_walking() {
        world.walk_on()?;
    }
    let faults = world.site().faults();
    if faults.is_empty() { Ok(()) } else { Err(format!("{faults:?}")) }
}

fn run(cases: u32, acts: std::ops::Range<usize>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let plan = prop::collection::vec((any::<u8>(), any::<[u8; 4]>()), acts);
    let tried = runner.run(&plan, |acts| play(acts).map_err(TestCaseError::fail));
    if let Err(why) = tried {
        panic!("{why}");
    }
}

/// Cases in every run of the tests; more on demand.
fn cases() -> u32 {
    std::env::var("RIHLA_MODEL_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

#[test]
fn a_record_answers_as_a_list_of_its_versions_would() {
    run(cases(), 20..60);
}
