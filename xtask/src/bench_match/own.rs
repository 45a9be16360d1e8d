//! Our own set: people of the pack, registered several times, among their families.

use super::made::{Home, home};
use super::pack::Pack;
use super::written::written;
use rihla_matching::Person;
use rihla_matching::random::Random;

/// Records of homes until there are as many people, and for each record the number of its person.
pub fn records(pack: &Pack, people: usize, seed: u64) -> (Vec<Person>, Vec<u32>) {
    let mut random = Random::new(seed);
    let mut out: Vec<(Person, u32)> = Vec::new();
    let mut person = 0u32;
    while (person as usize) < people {
        let home: Home = home(pack, &mut random);
        for life in &home.people {
            let times = match random.below(100) {
                0..50 => 1,
                50..80 => 2,
                80..95 => 3,
                _ => 4,
            };
            out.extend((0..times).map(|time| (written(pack, &mut random, &home, life, time == 0), person)));
            person += 1;
        }
    }
    random.shuffle(&mut out);
    out.into_iter().unzip()
}
