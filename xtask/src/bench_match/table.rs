//! Sets of the FEBRL shape: a table of people, and the truth about who is one.

use rihla_matching::random::Random;
use rihla_matching::{Address, Birth, Identifier, Person, PersonName};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Records without their ids, shuffled; the truth apart from them.
pub struct Set {
    pub name: String,
    pub left: Vec<Person>,
    /// Of a set that is two files; else none.
    pub right: Option<Vec<Person>>,
    /// Pairs of places that are one person, the smaller first; the right file's places follow the left's.
    pub truth: BTreeSet<(u32, u32)>,
}

const COLUMNS: [&str; 11] =
    ["rec_id", "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth", "soc_sec_id"];

type Rows = Vec<BTreeMap<String, String>>;

/// All sets of a folder: `X.csv` with `X_links.csv` or ids that tell, `Xa.csv` with `Xb.csv`.
pub fn sets(folder: &Path) -> Result<Vec<Set>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut names: BTreeSet<String> = BTreeSet::new();
    for entry in std::fs::read_dir(folder).map_err(told)? {
        let name = entry.map_err(told)?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".csv").filter(|name| !name.ends_with("_links")).map(str::to_string));
    }
    let mut out = Vec::new();
    for name in &names {
        let base = |end: char| name.strip_suffix(end).filter(|base| !base.is_empty() && !names.contains(*base));
        let twin = |base: &str, end: char| names.contains(&format!("{base}{end}"));
        if let Some(base) = base('a').filter(|base| twin(base, 'b')) {
            out.push(set(folder, base, name, Some(&format!("{base}b")))?);
        } else if base('b').is_none_or(|base| !twin(base, 'a')) {
            out.push(set(folder, name, name, None)?);
        }
    }
    if out.is_empty() { Err(format!("{}: no tables of people", folder.display())) } else { Ok(out) }
}

fn set(folder: &Path, name: &str, first: &str, second: Option<&str>) -> Result<Set, String> {
    let mut left = rows(&folder.join(format!("{first}.csv")))?;
    let mut right = second.map(|second| rows(&folder.join(format!("{second}.csv")))).transpose()?;
    let mut random = Random::new(20_260_101);
    random.shuffle(&mut left);
    right.iter_mut().for_each(|right| random.shuffle(right));
    let all: Vec<&BTreeMap<String, String>> = left.iter().chain(right.iter().flatten()).collect();
    let ids: BTreeMap<&str, u32> = all.iter().zip(0u32..).filter_map(|(row, at)| Some((row.get("rec_id")?.as_str(), at))).collect();
    let links = folder.join(format!("{name}_links.csv"));
    let border = right.as_ref().map(|_| left.len() as u32);
    let truth = if links.exists() { linked(&links, &ids)? } else { told_by_ids(&all) };
    let truth = truth.into_iter().filter(|(one, other)| border.is_none_or(|border| (*one < border) != (*other < border))).collect();
    let people = |rows: &Rows| rows.iter().map(person).collect::<Vec<_>>();
    Ok(Set { name: name.to_string(), left: people(&left), right: right.as_ref().map(people), truth })
}

/// A table with headings, cells parted by commas, in quotes where they hold one.
fn rows(file: &Path) -> Result<Rows, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let headings: Vec<String> = lines.next().map(cells).unwrap_or_default();
    if let Some(missing) = COLUMNS.iter().find(|column| !headings.iter().any(|heading| heading == *column)) {
        return Err(format!("{}: no column {missing}", file.display()));
    }
    Ok(lines.filter(|line| !line.trim().is_empty()).map(|line| headings.iter().cloned().zip(cells(line)).collect()).collect())
}

fn cells(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match (sign, out.last_mut()) {
            ('"', _) => quoted = !quoted,
            (',', _) if !quoted => out.push(String::new()),
            (_, Some(cell)) => cell.push(sign),
            _ => {}
        }
    }
    out.into_iter().map(|cell| cell.trim().to_string()).collect()
}

fn linked(file: &Path, ids: &BTreeMap<&str, u32>) -> Result<Vec<(u32, u32)>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let pair = |line: &str| {
        let cells = cells(line);
        let mut places = cells.iter().filter_map(|id| ids.get(id.as_str()).copied());
        let (one, other) = (places.next()?, places.next()?);
        Some((one.min(other), one.max(other)))
    };
    Ok(text.lines().filter_map(pair).collect())
}

/// `rec-12-org` and `rec-12-dup-0` are one person.
fn told_by_ids(rows: &[&BTreeMap<String, String>]) -> Vec<(u32, u32)> {
    let mut by_person: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (row, at) in rows.iter().zip(0u32..) {
        let person = row.get("rec_id").and_then(|id| id.split('-').nth(1)).unwrap_or_default();
        by_person.entry(person).or_default().push(at);
    }
    let pairs = |list: &Vec<u32>| list.iter().enumerate().flat_map(|(at, one)| list.iter().skip(at + 1).map(|other| (*one, *other))).collect::<Vec<_>>();
    by_person.values().flat_map(pairs).collect()
}

fn person(row: &BTreeMap<String, String>) -> Person {
    let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
    Person {
        names: vec![PersonName { given: cell("given_name"), family: cell("surname") }],
        birth: Birth::parse(&cell("date_of_birth")),
        addresses: vec![Address {
            lines: vec![format!("{} {}", cell("street_number"), cell("address_1")), cell("address_2")],
            city: cell("suburb"),
            postal_code: cell("postcode"),
            region: cell("state"),
        }],
        identifiers: vec![Identifier { system: "soc_sec_id".into(), value: cell("soc_sec_id") }],
        ..Person::default()
    }
}
