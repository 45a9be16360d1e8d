//! Long lists: one row a line, cells parted by tabs, a line of headings, and before it lines of `#` with where it comes from.

use crate::Provenance;
use crate::read::Problem;
use std::collections::HashSet;

/// Given and family names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub provenance: Option<Provenance>,
    pub rows: Vec<PersonName>,
}

/// One name: one Arabic form with the Latin spellings that people write it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName {
    pub role: NameRole,
    /// What custom makes of a given name. Nothing may be decided on it.
    pub sex: Option<Sex>,
    pub arabic: String,
    /// Never empty; the most frequent first.
    pub latin: Vec<String>,
    pub weight: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRole {
    Given,
    Family,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
}

/// Communes, with what they lie in.
#[derive(Clone, Debug, Default)]
pub struct Places {
    pub provenance: Option<Provenance>,
    pub rows: Vec<Place>,
}

/// A commune. Pairs are French and Arabic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub code: String,
    pub urban: bool,
    pub name: [String; 2],
    pub population: u32,
    pub province: [String; 2],
    pub region: [String; 2],
}

impl Names {
    pub fn given(&self) -> impl Iterator<Item = &PersonName> {
        self.rows.iter().filter(|row| row.role == NameRole::Given)
    }

    pub fn family(&self) -> impl Iterator<Item = &PersonName> {
        self.rows.iter().filter(|row| row.role == NameRole::Family)
    }
}

impl Places {
    pub fn of_code(&self, code: &str) -> Option<&Place> {
        self.rows.iter().find(|place| place.code == code)
    }
}

/// The text of a list, taken apart.
struct List<'t> {
    file: &'t str,
    provenance: Provenance,
    rows: Vec<(usize, Vec<&'t str>)>,
}

impl<'t> List<'t> {
    fn fault(file: &str, line: usize, text: impl Into<String>) -> Problem {
        let key = if line == 0 { String::new() } else { format!("line {line}") };
        Problem { file: file.to_owned(), key, text: text.into() }
    }

    fn read((file, text): (&'t str, &'t str), headings: &[&str], out: &mut Vec<Problem>) -> Option<Self> {
        let (mut source, mut validator) = (None, None);
        let (mut headed, mut rows) = (false, Vec::new());
        for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
            if let Some(said) = line.strip_prefix('#') {
                match said.trim().split_once(':') {
                    Some(("source", value)) => source = Some(value.trim().to_owned()),
                    Some(("validator", value)) => validator = Some(value.trim().to_owned()),
                    _ => {}
                }
                continue;
            }
            let cells: Vec<&str> = line.split('\t').collect();
            if !headed {
                headed = true;
                if cells != headings {
                    out.push(Self::fault(file, at, format!("the headings {} are expected, parted by tabs", headings.join(", "))));
                    return None;
                }
            } else if cells.len() != headings.len() {
                out.push(Self::fault(file, at, format!("{} cells, parted by tabs, are expected", headings.len())));
            } else {
                rows.push((at, cells));
            }
        }
        let source = source.filter(|source| !source.is_empty());
        if source.is_none() {
            out.push(Self::fault(file, 0, "a line “# source: …” is missing"));
        }
        if validator.is_none() {
            out.push(Self::fault(file, 0, "a line “# validator:” is missing; it is empty while nobody has confirmed the list"));
        }
        let provenance = Provenance { source: source?, from: None, until: None, validator: Some(validator?).filter(|name| !name.is_empty()) };
        Some(Self { file, provenance, rows })
    }
}

pub(crate) fn names(file: (&str, &str), out: &mut Vec<Problem>) -> Option<Names> {
    let list = List::read(file, &["role", "sex", "arabic", "latin", "weight"], out)?;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for (line, cells) in &list.rows {
        match name(cells) {
            Ok(row) => {
                if !seen.insert((row.role == NameRole::Given, row.arabic.clone())) {
                    out.push(List::fault(list.file, *line, format!("{} is given twice", row.arabic)));
                }
                rows.push(row);
            }
            Err(text) => out.push(List::fault(list.file, *line, text)),
        }
    }
    Some(Names { provenance: Some(list.provenance), rows })
}

fn name(cells: &[&str]) -> Result<PersonName, &'static str> {
    let [role, sex, arabic, latin, weight] = cells else { return Err("five cells are expected") };
    let role = match *role {
        "given" => NameRole::Given,
        "family" => NameRole::Family,
        _ => return Err("role: given or family is expected"),
    };
    let sex = match *sex {
        "female" => Some(Sex::Female),
        "male" => Some(Sex::Male),
        "-" => None,
        _ => return Err("sex: female, male or - is expected"),
    };
    if !arabic.chars().all(|c| c == ' ' || ('\u{621}'..='\u{64a}').contains(&c)) || arabic.trim().is_empty() {
        return Err("arabic: letters without vowel signs are expected");
    }
    let latin: Vec<String> = latin.split('|').map(str::to_owned).collect();
    if latin.iter().any(|form| form.trim().is_empty() || form.chars().any(|c| c > '\u{24f}' && c != '’')) {
        return Err("latin: spellings in Latin letters, parted by |, are expected");
    }
    let weight = weight.parse().map_err(|_| "weight: a number is expected")?;
    Ok(PersonName { role, sex, arabic: (*arabic).to_owned(), latin, weight })
}

pub(crate) fn places(file: (&str, &str), out: &mut Vec<Problem>) -> Option<Places> {
    let headings = ["code", "kind", "fr", "ar", "population", "province_fr", "province_ar", "region_fr", "region_ar"];
    let list = List::read(file, &headings, out)?;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for (line, cells) in &list.rows {
        match place(cells) {
            Ok(row) => {
                if !seen.insert(row.code.clone()) {
                    out.push(List::fault(list.file, *line, format!("{} is given twice", row.code)));
                }
                rows.push(row);
            }
            Err(text) => out.push(List::fault(list.file, *line, text)),
        }
    }
    Some(Places { provenance: Some(list.provenance), rows })
}

fn place(cells: &[&str]) -> Result<Place, &'static str> {
    let [code, kind, fr, ar, population, province_fr, province_ar, region_fr, region_ar] = cells else { return Err("nine cells are expected") };
    if cells.iter().any(|cell| cell.trim().is_empty()) {
        return Err("no cell may be empty");
    }
    let urban = match *kind {
        "urban" => true,
        "rural" => false,
        _ => return Err("kind: urban or rural is expected"),
    };
    let population = population.parse().map_err(|_| "population: a number is expected")?;
    let pair = |fr: &str, ar: &str| [fr.to_owned(), ar.to_owned()];
    let (name, province, region) = (pair(fr, ar), pair(province_fr, province_ar), pair(region_fr, region_ar));
    Ok(Place { code: (*code).to_owned(), urban, name, population, province, region })
}
