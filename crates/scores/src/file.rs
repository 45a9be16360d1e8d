//! From a file's text to a checked score: every fault is told, and a score with faults is none.

use crate::Number;
use crate::score::{Applies, Band, Choice, Item, Kind, Level, Scale, Score, Step, Table, Words};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The only thing that a file may say about values that are missing.
const MISSING: &str = "never scored";
const LANGUAGES: [&str; 3] = ["fr", "ar", "en"];

/// One fault of a score's file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {text}")]
pub struct Fault {
    pub file: String,
    pub text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    names: Words,
    about: Words,
    source: String,
    licence: String,
    read_in: String,
    validator: String,
    missing: String,
    applies: FileApplies,
    item: Vec<FileItem>,
    #[serde(default)]
    band: Vec<FileBand>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileApplies {
    years_from: Option<u16>,
    years_to: Option<u16>,
    #[serde(default)]
    not_pregnant: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileItem {
    code: String,
    names: Words,
    measure: Option<String>,
    default: Option<String>,
    #[serde(default)]
    setting: bool,
    choices: Option<Vec<FileChoice>>,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    decimals: u8,
    min: Option<f64>,
    max: Option<f64>,
    steps: Option<Vec<FileStep>>,
    #[serde(default)]
    table: Vec<FileTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileChoice {
    code: String,
    points: i32,
    names: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileStep {
    to: Option<f64>,
    points: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    when: BTreeMap<String, String>,
    steps: Vec<FileStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileBand {
    from: i32,
    to: Option<i32>,
    single: Option<i32>,
    level: String,
    names: Words,
    every: Option<u32>,
}

/// What is wrong, gathered under the file's name.
struct Faults<'f> {
    file: &'f str,
    all: Vec<Fault>,
}

impl Faults<'_> {
    fn add(&mut self, text: impl Into<String>) {
        self.all.push(Fault { file: self.file.to_owned(), text: text.into() });
    }

    fn words(&mut self, of: &str, words: &Words) {
        for language in LANGUAGES {
            if words.get(language).is_none_or(|text| text.trim().is_empty()) {
                self.add(format!("{of}: no words in {language}"));
            }
        }
    }

    fn number(&mut self, of: &str, value: f64) -> Option<Number> {
        let found = Number::of(value);
        if found.is_none() {
            self.add(format!("{of}: {value} is no number that a score can hold"));
        }
        found
    }
}

impl Score {
    /// Reads a score; `file` names it in faults.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Fault>> {
        let mut out = Faults { file, all: Vec::new() };
        let read: File = match toml::from_str(text) {
            Ok(read) => read,
            Err(error) => {
                out.add(error.to_string().trim());
                return Err(out.all);
            }
        };
        for (what, text) in [("id", &read.id), ("source", &read.source), ("licence", &read.licence)] {
            if text.trim().is_empty() {
                out.add(format!("{what}: is empty"));
            }
        }
        if read.missing != MISSING {
            out.add(format!("missing: only {MISSING:?} is known: a total is never made of some of its items"));
        }
        out.words("names", &read.names);
        out.words("about", &read.about);
        let items: Vec<Item> = read.item.into_iter().filter_map(|item| self::item(item, &mut out)).collect();
        let bands = read.band.into_iter().filter_map(|band| self::band(band, &mut out)).collect();
        let FileApplies { years_from, years_to, not_pregnant } = read.applies;
        let score = Self {
            id: read.id,
            names: read.names,
            about: read.about,
            source: read.source,
            licence: read.licence,
            read_in: read.read_in.trim().to_owned(),
            validator: read.validator.trim().to_owned(),
            applies: Applies { years_from, years_to, not_pregnant },
            items,
            bands,
        };
        conditions(&score, &mut out);
        totals(&score, &mut out);
        if out.all.is_empty() { Ok(score) } else { Err(out.all) }
    }
}

fn item(item: FileItem, out: &mut Faults<'_>) -> Option<Item> {
    out.words(&item.code, &item.names);
    let mut tables = item.table;
    tables.extend(item.steps.map(|steps| FileTable { when: BTreeMap::new(), steps }));
    let kind = match (item.choices, tables.is_empty()) {
        (Some(choices), true) => {
            let mut codes = BTreeSet::new();
            for choice in &choices {
                out.words(&format!("{}.{}", item.code, choice.code), &choice.names);
                if !codes.insert(choice.code.clone()) {
                    out.add(format!("{}: {} is there twice", item.code, choice.code));
                }
            }
            if item.default.as_ref().is_some_and(|code| !codes.contains(code)) {
                out.add(format!("{}: the default is no choice", item.code));
            }
            Kind::Choice(choices.into_iter().map(|choice| Choice { code: choice.code, points: choice.points, names: choice.names }).collect())
        }
        (None, false) => {
            let min = item.min.and_then(|min| out.number(&item.code, min));
            let max = item.max.and_then(|max| out.number(&item.code, max));
            let tables = tables.into_iter().map(|table| Table { when: table.when, steps: steps(&item.code, table.steps, out) }).collect();
            Kind::Number(Scale { unit: item.unit, decimals: item.decimals, min, max, tables })
        }
        _ => {
            out.add(format!("{}: either choices, or steps or tables", item.code));
            return None;
        }
    };
    if item.default.is_some() != item.setting {
        out.add(format!("{}: a setting has a default, and nothing else has: what was not measured is not assumed", item.code));
    }
    Some(Item {
        measure: item.measure.unwrap_or_else(|| item.code.clone()),
        code: item.code,
        names: item.names,
        default: item.default,
        setting: item.setting,
        kind,
    })
}

fn steps(code: &str, steps: Vec<FileStep>, out: &mut Faults<'_>) -> Vec<Step> {
    let mut found: Vec<Step> = Vec::new();
    let count = steps.len();
    for (at, step) in steps.into_iter().enumerate() {
        if step.to.is_none() && at + 1 != count {
            out.add(format!("{code}: only the last step may have no end"));
        }
        let to = step.to.and_then(|to| out.number(code, to));
        if found.last().is_some_and(|last| last.to >= to && to.is_some()) {
            out.add(format!("{code}: the steps do not rise"));
        }
        found.push(Step { to, points: step.points });
    }
    found
}

fn band(band: FileBand, out: &mut Faults<'_>) -> Option<Band> {
    out.words("band", &band.names);
    let Some(level) = Level::from_code(&band.level) else {
        out.add(format!("band: {} is no level", band.level));
        return None;
    };
    Some(Band { from: band.from, to: band.to, single: band.single, level, names: band.names, every: band.every })
}

/// Items are there once, and whatever is chosen, a number has a table.
fn conditions(score: &Score, out: &mut Faults<'_>) {
    let mut codes = BTreeSet::new();
    for item in &score.items {
        if !codes.insert(&item.code) {
            out.add(format!("{}: is there twice", item.code));
        }
        let Some(scale) = item.scale() else { continue };
        let asked: BTreeSet<&String> = scale.tables.iter().flat_map(|table| table.when.keys()).collect();
        let mut cases: Vec<BTreeMap<String, String>> = vec![BTreeMap::new()];
        for code in asked {
            let choices = score.item(code).map(Item::choices).unwrap_or_default();
            if choices.is_empty() {
                out.add(format!("{}: {code} is no item with choices", item.code));
            }
            let with = |case: &BTreeMap<String, String>, choice: &Choice| case.iter().map(own).chain([(code.clone(), choice.code.clone())]).collect();
            cases = cases.iter().flat_map(|case| choices.iter().map(|choice| with(case, choice)).collect::<Vec<_>>()).collect();
        }
        let fits = |case: &BTreeMap<String, String>| scale.tables.iter().any(|table| table.when.iter().all(|(code, wanted)| case.get(code) == Some(wanted)));
        if let Some(open) = cases.iter().find(|case| !fits(case)) {
            out.add(format!("{}: no table for {open:?}", item.code));
        }
    }
}

fn own((code, choice): (&String, &String)) -> (String, String) {
    (code.clone(), choice.clone())
}

/// Every total that can be reached has a meaning, if any has.
fn totals(score: &Score, out: &mut Faults<'_>) {
    let (least, most) = score.range();
    let plain: Vec<&Band> = score.bands.iter().filter(|band| band.single.is_none()).collect();
    if plain.is_empty() {
        return;
    }
    if let Some(open) = (least..=most).find(|total| !plain.iter().any(|band| band.from <= *total && band.to.is_none_or(|to| *total <= to))) {
        out.add(format!("no band holds a total of {open}"));
    }
}
