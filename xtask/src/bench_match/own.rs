//! Our own set: people of the pack, registered several times, among their families.

use super::made::home;
use super::measure::{Quality, seconds};
use super::pack::Pack;
use super::written::written;
use rihla_matching::compare::Comparer;
use rihla_matching::file::File;
use rihla_matching::random::Random;
use rihla_matching::{Grade, Lines, Person, Verdict};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Records of homes until there are as many people, and for each record the number of its person.
pub fn records(pack: &Pack, people: usize, seed: u64) -> (Vec<Person>, Vec<u32>) {
    let mut random = Random::new(seed);
    let mut out: Vec<(Person, u32)> = Vec::new();
    let mut person = 0u32;
    while (person as usize) < people {
        let home = home(pack, &mut random);
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

fn truth(of: &[u32]) -> BTreeSet<(u32, u32)> {
    let mut people: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (record, person) in (0u32..).zip(of) {
        people.entry(*person).or_default().push(record);
    }
    let pairs = |list: &Vec<u32>| list.iter().enumerate().flat_map(|(at, one)| list.iter().skip(at + 1).map(|other| (*one, *other))).collect::<Vec<_>>();
    people.values().flat_map(pairs).collect()
}

/// Duplicates of one file, and how often each grade is right.
pub fn measure(pack: &Pack, people: usize, seed: u64) -> Value {
    let (records, of) = records(pack, people, seed);
    let truth = truth(&of);
    let started = seconds();
    let file = File::one(&pack.rules, &records, seed);
    let clusters = file.clusters();
    let quality = Quality::of(&clusters.pairs(&file), &truth);
    println!("{} records of {people} people, {} pairs are one; {quality}, {:.1} s CPU", records.len(), truth.len(), seconds() - started);
    let mut comparer = Comparer::default();
    let mut grades: BTreeMap<Grade, [u64; 2]> = BTreeMap::new();
    for (one, other) in &file.candidates {
        let (Some(left), Some(right)) = (file.people.get(*one as usize), file.people.get(*other as usize)) else { continue };
        let comparison = comparer.compare(&file.vocabulary, left, right);
        let grade = Verdict::of(&file.model, &Lines::default(), &comparison).grade;
        let [all, wrong] = grades.entry(grade).or_default();
        *all += 1;
        *wrong += u64::from(!truth.contains(&(*one, *other)));
    }
    let line = |(grade, [all, wrong]): (&Grade, &[u64; 2])| {
        println!("  {:14} {all:9} pairs, {wrong} of them of two people", grade.code());
        json!({ "grade": grade.code(), "pairs": all, "wrong": wrong })
    };
    json!({
        "set": "own", "people": people, "seed": seed, "records": records.len(), "pairs": truth.len(),
        "precision": quality.precision, "recall": quality.recall, "f1": quality.f1, "grades": grades.iter().map(line).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_set_is_told_apart() {
        let pack = Pack::read(&crate::root().join("packs/ma")).expect("the pack");
        let found = measure(&pack, 1_000, 3);
        assert!(found["f1"].as_f64() >= Some(0.98), "{found}");
        assert_eq!(found, measure(&pack, 1_000, 3), "the same in every run");
        let certain = found["grades"].as_array().and_then(|list| list.iter().find(|line| line["grade"] == "certain")).expect("certain ones");
        assert!(certain["pairs"].as_u64() > Some(500) && certain["wrong"] == 0, "{certain}");
    }
}
