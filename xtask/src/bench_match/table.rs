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
    // The same id may stand in both files.
    let ids = |rows: &mut dyn Iterator<Item = (u32, &&BTreeMap<String, String>)>| -> BTreeMap<String, u32> {
        rows.filter_map(|(at, row)| Some((row.get("rec_id")?.clone(), at))).collect()
    };
    let ids = [ids(&mut (0u32..).zip(&all).take(left.len())), ids(&mut (0u32..).zip(&all).skip(left.len()))];
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
    if !headings.iter().any(|heading| heading == "rec_id") {
        return Err(format!("{}: no column rec_id", file.display()));
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

fn linked(file: &Path, [left, right]: &[BTreeMap<String, u32>; 2]) -> Result<Vec<(u32, u32)>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let pair = |line: &str| {
        let cells = cells(line);
        let [one, other, ..] = cells.as_slice() else { return None };
        let between = |one: &String, other: &String| Some((*left.get(one)?, *right.get(other)?));
        let (one, other) = if right.is_empty() { (*left.get(one)?, *left.get(other)?) } else { between(one, other).or_else(|| between(other, one))? };
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
        phones: vec![cell("phone_number")],
        identifiers: vec![Identifier { system: "soc_sec_id".into(), value: cell("soc_sec_id") }],
        ..Person::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str = "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, soc_sec_id\n";

    fn folder(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("rihla-bench-match-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        for (file, text) in files {
            std::fs::write(folder.join(file), text).expect("a file");
        }
        folder
    }

    fn row(id: &str, given: &str) -> String {
        format!("{id}, {given}, tazi, 6, \"rue a, b\", , fes, 4011, nsw, 19081209, 6988048\n")
    }

    #[test]
    fn ids_only_tell_what_is_right() {
        let one = [HEADINGS, &row("rec-1-org", "a"), &row("rec-1-dup-0", "b"), &row("rec-2-org", "c"), &row("rec-1-dup-1", "d")].concat();
        let left = [HEADINGS, &row("rec-1-org", "a"), &row("rec-2-org", "b")].concat();
        let right = [HEADINGS, &row("rec-2-dup-0", "c"), &row("rec-3-org", "d")].concat();
        let links = "0,1\nrec-1-dup-0,rec-1-org\n";
        let folder = folder("sets", &[("one.csv", &one), ("told.csv", &one), ("told_links.csv", links), ("twoa.csv", &left), ("twob.csv", &right)]);
        let sets = sets(&folder).expect("sets");
        let found: Vec<(&str, usize, usize, usize)> =
            sets.iter().map(|set| (set.name.as_str(), set.left.len(), set.right.as_ref().map_or(0, Vec::len), set.truth.len())).collect();
        assert_eq!(found, [("one", 4, 0, 3), ("told", 4, 0, 1), ("two", 2, 2, 1)]);
        let given = |at: u32| sets[2].left.iter().chain(sets[2].right.iter().flatten()).nth(at as usize).map(|person| person.names[0].given.clone());
        let pair = sets[2].truth.iter().next().map(|(one, other)| (given(*one), given(*other)));
        assert_eq!(pair, Some((Some("b".into()), Some("c".into()))), "records are shuffled, the truth with them");
        assert_eq!(sets[0].left[0].addresses[0].lines[0], "6 rue a, b");
        std::fs::remove_dir_all(&folder).expect("gone");
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let folder = folder("none", &[("x.csv", "a,b\n1,2\n")]);
        assert!(sets(&folder).is_err_and(|text| text.contains("rec_id")));
        std::fs::remove_dir_all(&folder).expect("gone");
        assert!(sets(&folder).is_err());
    }
}
