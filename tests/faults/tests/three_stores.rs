//! The same acts on SQLite, on PostgreSQL and on a list of versions in memory: the same answers, to the order of each list.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use rihla_faults::site::Ground;
use rihla_faults::world::{Act, World};
use rihla_kernel::{Entropy, SeededEntropy};

/// Seeds of every run of the tests. One that ever failed is added and stays.
const SEEDS: [u64; 6] = [1, 2, 3, 5, 8, 13];
/// Acts a seed, most of them of one to five operations.
const ACTS: u64 = 200;

/// `RIHLA_MODEL_SEEDS=100` tries so many others beside them.
fn seeds() -> impl Iterator<Item = u64> {
    let more = std::env::var("RIHLA_MODEL_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    SEEDS.into_iter().chain(1_000..1_000 + more)
}

fn act(entropy: &SeededEntropy) -> Act {
    let [kind, a, b, c, d, ..] = entropy.next_u64().to_le_bytes();
    (kind, [a, b, c, d])
}

fn play(seed: u64) -> Result<(), String> {
    let entropy = SeededEntropy::new(seed);
    let mut worlds = [World::new(Ground::folder()), World::new(Ground::database())];
    for number in 0..ACTS {
        let act = act(&entropy);
        let mut said = Vec::new();
        for (world, store) in worlds.iter_mut().zip(["SQLite", "PostgreSQL"]) {
            let compared = world.act(act).and_then(|()| if number % 20 == 19 { world.compare(act.1) } else { world.compare_some(act.1, 1) });
            compared.map_err(|why| format!("act {number}, {act:?}, {store}: {why}"))?;
            said.push(world.take_said());
        }
        if let [one, other] = said.as_slice()
            && let Some((one, other)) = one.iter().zip(other).find(|(one, other)| one != other)
        {
            return Err(format!("act {number}, {act:?}: SQLite says {one}, PostgreSQL {other}"));
        }
    }
    for world in &worlds {
        let faults = world.site().faults();
        if !faults.is_empty() {
            return Err(format!("{faults:?}"));
        }
    }
    Ok(())
}

#[test]
fn three_stores_give_the_same_answers() {
    let failed: Vec<String> = seeds().filter_map(|seed| play(seed).err().map(|why| format!("seed {seed}: {why}"))).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
