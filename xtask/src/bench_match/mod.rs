//! `cargo xtask bench match`: how well people are told apart and brought together.
//!
//! `DIR` holds tables of people of the FEBRL shape. Ids and order are taken from the records before anything is compared;
//! they only tell afterwards what was right. `--own` makes a set of its own from the pack's names, `--people N` holds
//! people one by one against so many.

mod made;
mod measure;
mod own;
mod pack;
mod scale;
mod table;
mod written;

use pack::Pack;
use rihla_matching::file::File;
use rihla_matching::{NameRules, Person};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const USAGE: &str =
    "bench match DIR [--json FILE]\n  bench match --own [--people N] [--seed K] [--json FILE]\n  bench match --people N [--seed K] [--json FILE]";
/// People of our own set, unless something else is asked for.
const OWN: usize = 100_000;

#[derive(Default)]
struct Arguments {
    dir: Option<PathBuf>,
    own: bool,
    people: Option<usize>,
    seed: u64,
    json: Option<PathBuf>,
}

fn read(words: &[String]) -> Result<Arguments, String> {
    let usage = || USAGE.to_owned();
    let mut words = words.iter().skip(1);
    let mut out = Arguments { seed: 1, ..Arguments::default() };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(usage);
        match word.as_str() {
            "--own" => out.own = true,
            "--people" => out.people = Some(value()?.parse().map_err(|_| usage())?),
            "--seed" => out.seed = value()?.parse().map_err(|_| usage())?,
            "--json" => out.json = Some(value()?.into()),
            dir if !dir.starts_with('-') && out.dir.is_none() => out.dir = Some(dir.into()),
            _ => return Err(usage()),
        }
    }
    let one = out.dir.is_some() != (out.own || out.people.is_some());
    if one { Ok(out) } else { Err(usage()) }
}

/// The one way in.
pub fn run(root: &Path, words: &[String]) -> Result<u8, String> {
    let arguments = read(words)?;
    let pack = || Pack::read(&root.join("packs/ma"));
    let found = match (&arguments.dir, arguments.own, arguments.people) {
        (Some(dir), ..) => tables(dir, arguments.seed)?,
        (None, true, people) => own::measure(&pack()?, people.unwrap_or(OWN), arguments.seed),
        (None, false, people) => scale::measure(&pack()?, people.unwrap_or(OWN), arguments.seed),
    };
    if let Some(file) = &arguments.json {
        std::fs::write(file, format!("{found:#}\n")).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(0)
}

fn tables(dir: &Path, seed: u64) -> Result<Value, String> {
    let sets = table::sets(dir)?;
    let mut out = serde_json::Map::new();
    for (key, with) in [("with_identifiers", true), ("without_identifiers", false)] {
        let mut list = Vec::new();
        for set in &sets {
            let started = measure::seconds();
            let left = stripped(&set.left, with);
            let rules = NameRules::default();
            let file = match &set.right {
                None => File::one(&rules, &left, seed),
                Some(right) => File::two(&rules, &left, &stripped(right, with), seed),
            };
            let quality = measure::Quality::of(&file.clusters().pairs(&file), &set.truth);
            println!("{key:20} {:12} {quality}, {:.1} s CPU", set.name, measure::seconds() - started);
            list.push(json!({ "set": set.name, "precision": quality.precision, "recall": quality.recall, "f1": quality.f1 }));
        }
        out.insert(key.into(), list.into());
    }
    Ok(out.into())
}

fn stripped(people: &[Person], with_identifiers: bool) -> Vec<Person> {
    let mut out = people.to_vec();
    if !with_identifiers {
        out.iter_mut().for_each(|person| person.identifiers.clear());
    }
    out
}
