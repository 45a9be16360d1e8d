//! What the cockpit measures, in the words of the house; thresholds; how the index is made of figures.

use crate::build::{code, day, names, names_at, provenance};
use crate::read::{Problem, Section};
use crate::{Names, Provenance};
use jiff::civil::Date;
use toml::Value;

#[derive(Clone, Debug, Default)]
pub struct Indicators {
    pub list: Vec<IndicatorWords>,
    pub index: IndexRules,
    pub antibiotics: CodesBegin,
    pub provenance: Option<Provenance>,
}

/// Codes of a system that begin alike.
#[derive(Clone, Debug, Default)]
pub struct CodesBegin {
    pub system: String,
    pub prefix: String,
}

/// The direction in which a figure is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Better {
    Less,
    More,
    #[default]
    Neither,
}

#[derive(Clone, Debug)]
pub struct IndicatorWords {
    pub code: String,
    pub names: Names,
    /// The arithmetic, in words.
    pub formula: Names,
    pub source: String,
    /// Minutes, days or per cent, as the figure is.
    pub threshold: Option<i64>,
    /// The threshold is one of the ninth decile, not of the figure itself.
    pub of_decile: bool,
    /// It is passed as soon as it is reached.
    pub inclusive: bool,
    pub better: Better,
}

#[derive(Clone, Debug, Default)]
pub struct IndexRules {
    /// When the weights were published.
    pub published: Option<Date>,
    /// First and last day of the frozen baseline.
    pub baseline: Option<(Date, Date)>,
    /// Indicators with their weights in thousandths.
    pub components: Vec<(String, i64)>,
    pub gate: Vec<GateItem>,
    /// Draws of the interval.
    pub replicates: u32,
}

/// Something that must not get worse.
#[derive(Clone, Debug)]
pub struct GateItem {
    pub code: String,
    pub names: Names,
    /// The indicator that says it; none: the record has no input for it.
    pub of: Option<String>,
}

impl Indicators {
    pub fn get(&self, code: &str) -> Option<&IndicatorWords> {
        self.list.iter().find(|one| one.code == code)
    }
}

fn better(value: &Value) -> Option<Better> {
    match value.as_str()? {
        "less" => Some(Better::Less),
        "more" => Some(Better::More),
        "none" => Some(Better::Neither),
        _ => None,
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Indicators {
    let mut read = Indicators { provenance: provenance(&mut root, out), ..Indicators::default() };
    if let Some(mut section) = root.section("antibiotics", out) {
        let (system, prefix) = (section.text("system", out), section.text("prefix", out));
        read.antibiotics = CodesBegin { system: system.unwrap_or_default(), prefix: prefix.unwrap_or_default() };
        section.end(out);
    }
    if let Some(section) = root.section("index", out) {
        read.index = index(section, languages, out);
    }
    for mut row in root.list("indicator", out) {
        let (code, names, formula) = (code(&mut row, "code", out), names(&mut row, languages, out), names_at(&mut row, "formula", languages, out));
        let source = row.text("source", out).unwrap_or_default();
        let threshold = row.may("threshold", "a whole number from zero", |value| value.as_integer().filter(|number| *number >= 0), out);
        let of = |value: &Value| value.as_str().filter(|text| *text == "p90").map(|_| true);
        let of_decile = row.may("threshold_of", "p90, or nothing for the figure itself", of, out).unwrap_or_default();
        let inclusive = row.may("threshold_inclusive", "true or false", Value::as_bool, out).unwrap_or_default();
        let better = row.need("better", "less, more or none", better, out).unwrap_or_default();
        if code.as_ref().is_some_and(|code| read.get(code).is_some()) {
            row.fault("code", "another indicator has this code", out);
        }
        read.list.extend(code.map(|code| IndicatorWords { code, names, formula, source, threshold, of_decile, inclusive, better }));
        row.end(out);
    }
    root.end(out);
    read
}

fn index(mut section: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> IndexRules {
    let published = section.need("published", "a day such as 2026-01-31", day, out);
    let count = |value: &Value| value.as_integer().and_then(|count| u32::try_from(count).ok()).filter(|count| (200..=20_000).contains(count));
    let replicates = section.need("replicates", "a number from 200 to 20000", count, out).unwrap_or(200);
    let mut rules = IndexRules { published, replicates, ..IndexRules::default() };
    if let Some(mut own) = section.has("baseline").then(|| section.section("baseline", out)).flatten() {
        let (from, until) = (own.need("from", "a day", day, out), own.need("until", "a day", day, out));
        rules.baseline = from.zip(until);
        if rules.baseline.is_some_and(|(from, until)| until < from) {
            own.fault("until", "the baseline ends after it begins", out);
        }
        own.end(out);
    }
    for mut row in section.list("component", out) {
        let weight = row.need("weight", "thousandths above zero", |value| value.as_integer().filter(|weight| (1..=1000).contains(weight)), out);
        let of = code(&mut row, "of", out);
        rules.components.extend(of.zip(weight));
        row.end(out);
    }
    if rules.components.iter().map(|(_, weight)| weight).sum::<i64>() != 1000 {
        section.fault("component", "the weights make a thousand together", out);
    }
    for mut row in section.list("gate", out) {
        let of = if row.has("of") { code(&mut row, "of", out) } else { None };
        let (code, names) = (code(&mut row, "code", out), names(&mut row, languages, out));
        rules.gate.extend(code.map(|code| GateItem { code, names, of }));
        row.end(out);
    }
    section.end(out);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
antibiotics = { system = "s", prefix = "J01" }
provenance = { source = "s", validator = "" }
[index]
published = "2026-01-01"
replicates = 200
baseline = { from = "2026-01-01", until = "2026-06-30" }
component = [{ of = "e1", weight = 400 }, { of = "b2", weight = 600 }]
gate = [{ code = "unseen", of = "e4", names = { fr = "Partis" } }]
[[indicator]]
code = "e1"
names = { fr = "E1" }
formula = { fr = "F" }
source = "s"
threshold = 5
better = "less"
"#;

    fn parsed(text: &str) -> (Indicators, Vec<String>) {
        let table = text.parse().expect("a table");
        let mut out = Vec::new();
        let read = read(Section::root("indicators.toml", &table), &["fr".to_owned()], &mut out);
        (read, out.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn a_file_is_read_whole() {
        let (read, problems) = parsed(FILE);
        assert_eq!(problems, [""; 0]);
        assert_eq!(read.get("e1").map(|one| (one.threshold, one.better)), Some((Some(5), Better::Less)));
        assert!(read.index.baseline.is_some() && read.index.gate.iter().all(|item| item.of.is_some()));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_key() {
        for (from, to, said) in [
            ("weight = 600", "weight = 500", "index.component: the weights"),
            ("\"less\"", "\"up\"", "indicator[0].better: less, more"),
            ("until = \"2026-06-30\"", "until = \"2025-06-30\"", "baseline.until: the baseline"),
            ("replicates = 200", "replicates = 3", "index.replicates: a number"),
        ] {
            let (_, problems) = parsed(&FILE.replacen(from, to, 1));
            assert!(problems.iter().any(|problem| problem.contains(said)), "{said}: {problems:?}");
        }
    }
}
