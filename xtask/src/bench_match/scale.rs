//! One against millions: what a question costs, and what the index holds in memory.

use super::made::home;
use super::measure::{resident, seconds};
use super::own::records;
use super::pack::Pack;
use super::written::written;
use cpu_time::ThreadTime;
use rihla_matching::file::File;
use rihla_matching::random::Random;
use rihla_matching::{Grade, Index, Person};
use serde_json::{Value, json};

/// People from whose registrations the weights are learned.
const LEARNT_FROM: usize = 20_000;
/// Questions of each kind.
const QUESTIONS: usize = 2_000;
/// Candidates that a screen shows.
const SHOWN: usize = 10;

/// Fills an index with so many people, then asks about some of them written anew, and about people who are not there.
pub fn measure(pack: &Pack, people: usize, seed: u64) -> Value {
    let (sample, _) = records(pack, LEARNT_FROM, seed + 1);
    let model = File::one(&pack.rules, &sample, seed).model;
    drop(sample);
    let (before, clock) = (resident(), seconds());
    let mut index = Index::new(pack.rules.clone(), model);
    let mut random = Random::new(seed);
    let mut known: Vec<(Option<u64>, Person)> = Vec::new();
    let mut making = 0.0;
    let step = (people / QUESTIONS).max(1) as u64;
    let mut key = 0u64;
    while (key as usize) < people {
        let started = seconds();
        let home = home(pack, &mut random);
        let written: Vec<Person> = home.people.iter().map(|life| written(pack, &mut random, &home, life, false)).collect();
        making += seconds() - started;
        for (life, person) in home.people.iter().zip(&written) {
            index.put(key, person);
            if key.is_multiple_of(step) {
                known.push((Some(key), super::written::written(pack, &mut random, &home, life, false)));
            }
            key += 1;
        }
    }
    let standing = index.standing();
    let filling = seconds() - clock - making;
    let grown = resident().saturating_sub(before);
    println!("{} people put in, {filling:.1} s CPU; {} MB counted, {grown} MB more resident", standing.people, standing.bytes >> 20);
    let mut strangers: Vec<(Option<u64>, Person)> = Vec::new();
    while strangers.len() < QUESTIONS {
        let home = home(pack, &mut random);
        strangers.extend(home.people.iter().map(|life| (None, written(pack, &mut random, &home, life, false))));
    }
    let lines = [("known", &known), ("new", &strangers)].map(|(what, list)| ask(&index, what, list));
    json!({ "people": standing.people, "seed": seed, "megabytes": standing.bytes >> 20, "resident_megabytes": grown, "filling_cpu_seconds": filling, "questions": lines })
}

fn ask(index: &Index, what: &str, list: &[(Option<u64>, Person)]) -> Value {
    let (mut times, mut first, mut shown, mut certain, mut wrong) = (Vec::new(), 0, 0, 0, 0);
    for (key, person) in list {
        let clock = ThreadTime::now();
        let found = index.matches(person, SHOWN);
        times.push(clock.elapsed().as_secs_f64() * 1e3);
        first += usize::from(key.is_some() && found.first().map(|candidate| candidate.key) == *key);
        shown += usize::from(found.iter().any(|candidate| Some(candidate.key) == *key));
        let sure: Vec<bool> = found.iter().filter(|candidate| candidate.verdict.grade == Grade::Certain).map(|candidate| Some(candidate.key) == *key).collect();
        certain += sure.len();
        wrong += sure.iter().filter(|right| !**right).count();
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).or(times.last()).copied().unwrap_or_default();
    println!(
        "{what:6} {} questions: CPU {:.2} ms at the median, {:.2} at the 99th percentile, {:.2} at most; {first} first, {shown} shown; {certain} certain, {wrong} of them wrong",
        list.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
    json!({ "asked_about": what, "questions": list.len(), "cpu_ms_median": at(0.5), "cpu_ms_p99": at(0.99), "cpu_ms_most": at(1.0), "first": first, "shown": shown, "certain": certain, "certain_wrong": wrong })
}
