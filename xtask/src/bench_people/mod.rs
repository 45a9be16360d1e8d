//! `cargo xtask bench people DIR`: what a keystroke costs while a person is looked for among millions.
//!
//! DIR holds `names-ar-fr.csv`, counted names in both scripts. CPU time of the asking thread counts, the answer's bodies
//! included.

mod made;
mod names;

use cpu_time::ThreadTime;
use made::{Dice, Made, slip};
use names::Names;
use rihla_fhir::json::{self, Edits, Limits};
use rihla_fhir::r4::tables;
use rihla_fhirpath::{Zone, extract};
use rihla_kernel::{Actor, Fault, FaultKind, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::indexer::{Indexer, Rewrites};
use rihla_store::people::{NameRules, Particles, PeopleQuery, PhoneRules};
use rihla_store::scope::AccessScope;
use rihla_store::{Scoped, Settings, Store};
use rihla_store_sqlite::{Options, open};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

struct Arguments {
    names: PathBuf,
    store: PathBuf,
    people: u64,
    traces: u64,
}

fn read(arguments: &[String]) -> Result<Arguments, String> {
    let usage = || "bench people DIR [--people N] [--store PATH] [--traces N]".to_string();
    let mut words = arguments.iter();
    let (Some("people"), Some(dir)) = (words.next().map(String::as_str), words.next()) else { return Err(usage()) };
    let mut out = Arguments { names: dir.into(), store: std::env::temp_dir().join("rihla-bench-people"), people: 2_000_000, traces: 150 };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(usage);
        match word.as_str() {
            "--people" => out.people = value()?.parse().map_err(|_| usage())?,
            "--traces" => out.traces = value()?.parse().map_err(|_| usage())?,
            "--store" => out.store = value()?.into(),
            _ => return Err(usage()),
        }
    }
    Ok(out)
}

/// Measures in the store that stands there already, if it holds as many; else makes it.
pub fn run(root: &Path, arguments: &[String]) -> Result<u8, String> {
    let arguments = read(arguments)?;
    let (given, family) = names::read(&arguments.names)?;
    let rules = rules(root)?;
    let store = open_store(&arguments.store).map_err(|fault| fault.to_string())?;
    let scoped = store.scoped(Actor::node("bench"), Purpose::Treatment);
    let held = store.status().map_err(|fault| fault.to_string())?.resources;
    if held < arguments.people {
        eprintln!("bench: writing {} people", arguments.people - held);
        write_all(&scoped, held..arguments.people, &given, &family)?;
        store.close().map_err(|fault| fault.to_string())?;
        return Err("the store is made; run the same command again to measure it as it is opened".into());
    }
    let (before, clock) = (resident(), cpu_time::ProcessTime::now());
    store.fill_people().map_err(|fault| fault.to_string())?;
    let (filling, status) = (clock.elapsed(), store.people_status());
    println!(
        "{} people, {} words; filled in {:.1} s CPU; {} MB counted, {} MB more resident",
        status.people,
        status.words,
        filling.as_secs_f64(),
        status.bytes >> 20,
        resident().saturating_sub(before) >> 10
    );
    let few = (0..5_000u32).map(|at| at.wrapping_mul(397) % arguments.people as u32 + 1);
    for (scope, whom) in [
        (AccessScope::everything(), "everyone"),
        (AccessScope::everything().only_patients(few), "5,000 patients"),
        (AccessScope::everything().only_sites([SiteId(9)]), "another site's: nobody"),
    ] {
        println!("\nof {whom}\n{:<34} {:>9} {:>8} {:>8} {:>8} {:>7}", "typed", "keys", "p50 µs", "p99 µs", "max µs", "found");
        let scoped = store.scoped_to(Actor::node("bench"), Purpose::Treatment, scope);
        measure(&scoped, &rules, &arguments, (&given, &family))?;
    }
    Ok(0)
}

fn rules(root: &Path) -> Result<NameRules, String> {
    let table: toml::Table = include_str!("rules.toml").parse().map_err(|error| format!("rules.toml: {error}"))?;
    let list = |key: &str| table.get(key).and_then(toml::Value::as_array).into_iter().flatten().filter_map(|text| text.as_str().map(Into::into)).collect();
    let phone = |key: &str| table.get("phone").and_then(|phone| phone.get(key)).and_then(toml::Value::as_str).unwrap_or_default().to_string();
    let particles = Particles { articles: list("articles"), others: list("others") };
    let phones = PhoneRules { country: phone("country"), trunk: phone("trunk"), abroad: phone("abroad") };
    Ok(NameRules::new(&particles, phones, names::classes(&root.join("packs/ma/names.tsv"))?))
}

fn zone() -> Result<Zone, String> {
    Zone::named("UTC").map_err(|error| error.to_string())
}

fn open_store(folder: &Path) -> Result<Store, Fault> {
    let zone = zone().map_err(|text| Fault::new(FaultKind::Internal, "RH-BENCH-ZONE", text))?;
    let indexer = Arc::new(Indexer::new(zone, Vec::new())?);
    let clock = Arc::new(ManualClock::at(1_790_000_000_000));
    let backend = open(folder, Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone()))?;
    Ok(Store::new(backend, Settings { clock, indexer, site: SiteId(1) }))
}

fn write_all(scoped: &Scoped, people: std::ops::Range<u64>, given: &Names, family: &Names) -> Result<(), String> {
    let zone = zone()?;
    let ty = tables().resource_type("Patient").ok_or("no Patient")?;
    let mut steps = Vec::new();
    let last = people.end - 1;
    for at in people {
        let text = Made::of(at, given, family).json();
        let doc = json::parse(text.as_bytes(), &Limits::default()).map_err(|_| "a person is no JSON")?;
        let mut entries = Vec::new();
        extract(doc.root(), ty, &zone, &mut entries);
        let content = scoped.prepare(ty, doc.root(), &Edits::default(), &entries, &Rewrites::new()).map_err(|fault| fault.to_string())?;
        let id = scoped.reserve(ty, None).map_err(|fault| fault.to_string())?;
        steps.push(Step::Put { ty: ty.0, name: Name::New(id), expect: Expect::Any, content: Box::new(content) });
        if steps.len() == 2_000 || at == last {
            let outcome = scoped.submit(std::mem::take(&mut steps), Vec::new(), Vec::new()).map_err(|fault| fault.to_string())?;
            outcome.blocking_recv().map_err(|error| error.to_string())?.map_err(|fault| fault.to_string())?;
        }
        if at % 200_000 == 0 {
            eprintln!("bench: {at}");
        }
    }
    Ok(())
}

/// What is typed on the way to one person, in the manners in which people are looked for.
fn typed(one: &Made, dice: &mut Dice) -> Vec<(&'static str, String)> {
    let first = one.given.split(' ').next().unwrap_or_default();
    let groups: Vec<String> = one.phone.as_bytes().chunks(2).map(|two| String::from_utf8_lossy(two).into_owned()).collect();
    let year = one.birth.get(..4).unwrap_or_default();
    let date = one.birth.split('-').rev().collect::<Vec<_>>().join("/");
    vec![
        ("family given", format!("{} {first}", one.family)),
        ("given family", format!("{first} {}", one.family)),
        ("Arabic", format!("{} {}", one.arabic_given, one.arabic_family)),
        ("part of the family", one.family.split(' ').next_back().unwrap_or_default().to_string()),
        ("given family year", format!("{first} {} {year}", one.family)),
        ("date given", format!("{date} {first}")),
        ("phone in groups", groups.join(" ")),
        ("phone from abroad", format!("+212{}", one.phone.get(1..).unwrap_or_default())),
        ("card", one.card.clone()),
        ("number", one.number.clone()),
        ("one slip, given", format!("{} {first}", slip(&one.family, dice))),
    ]
}

const COMMON: [&str; 6] = ["mohamed fatima", "fatima mohamed", "ben mohamed el alaoui", "m f a b", "abdelaziz abdelkader", "محمد فاطمه العلوي"];

fn measure(scoped: &Scoped, rules: &NameRules, arguments: &Arguments, (given, family): (&Names, &Names)) -> Result<(), String> {
    let mut dice = Dice::new(99);
    let mut kinds: BTreeMap<&str, (Vec<u128>, u64)> = BTreeMap::new();
    let mut all = Vec::new();
    let mut worst = (0, String::new());
    let mut traces: Vec<(&str, String)> = COMMON.iter().map(|text| ("common and opposed", (*text).to_string())).collect();
    for _ in 0..arguments.traces {
        let one = Made::of(dice.below(arguments.people), given, family);
        traces.extend(typed(&one, &mut dice));
    }
    for (kind, text) in traces {
        for end in text.char_indices().map(|(at, letter)| at + letter.len_utf8()) {
            let begun = text.get(..end).unwrap_or_default();
            let clock = ThreadTime::now();
            let people = scoped.find_people(&PeopleQuery { text: begun, rules, limit: 20 }).map_err(|fault| fault.to_string())?;
            let spent = clock.elapsed().as_micros();
            let (times, found) = kinds.entry(kind).or_default();
            times.push(spent);
            *found += people.found.len() as u64;
            all.push(spent);
            if spent > worst.0 {
                worst = (spent, begun.to_string());
            }
        }
    }
    for (kind, (times, found)) in &mut kinds {
        print_line(kind, times, *found);
    }
    print_line("all", &mut all, 0);
    println!("the slowest: {:?}", worst.1);
    Ok(())
}

fn print_line(kind: &str, times: &mut [u128], found: u64) {
    times.sort_unstable();
    let at = |share: usize| times.get(times.len().saturating_sub(1) * share / 100).copied().unwrap_or_default();
    println!("{kind:<34} {:>9} {:>8} {:>8} {:>8} {:>7.1}", times.len(), at(50), at(99), at(100), found as f64 / times.len().max(1) as f64);
}

/// Memory of the process in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}
