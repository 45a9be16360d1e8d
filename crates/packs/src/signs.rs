//! What is measured at the bedside: fields in their order, with codes, units and limits; and what goes in and out.

use crate::build::{code, names, provenance, texts};
use crate::read::{Problem, Section};
use crate::shifts::hour;
use crate::{Names, Provenance, Shift, Shifts};
use std::collections::HashSet;
use toml::Value;

/// What a hospital measures.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    pub list: Vec<Sign>,
    pub balance: Balance,
    /// The id of the score that is reckoned of every set.
    pub watch: String,
    /// Scores that are shipped unconfirmed and that somebody of the hospital confirmed: id and name.
    pub confirmed: Vec<(String, String)>,
    pub provenance: Option<Provenance>,
}

/// One field of the grid.
#[derive(Clone, Debug)]
pub struct Sign {
    pub code: String,
    pub names: Names,
    /// For the head of a column.
    pub short: Names,
    pub loinc: Vec<String>,
    pub kind: SignKind,
    /// FHIR's code of the sex for which it is there; none: for all.
    pub sex: Option<String>,
    /// Completed years, both included.
    pub years_from: Option<u16>,
    pub years_to: Option<u16>,
}

#[derive(Clone, Debug)]
pub enum SignKind {
    Number(Measure),
    /// Two numbers in one field: the greater first.
    Pair(Box<[Part; 2]>, Measure),
    Choice(Vec<SignChoice>),
}

/// A number with its unit. Limits are in thousandths of the unit, both included.
#[derive(Clone, Debug, Default)]
pub struct Measure {
    pub unit: String,
    pub ucum: String,
    pub decimals: u8,
    /// Beyond these a value has to be confirmed.
    pub plausible: (i64, i64),
    /// Beyond these a value is refused.
    pub possible: (i64, i64),
}

/// One number of a pair.
#[derive(Clone, Debug)]
pub struct Part {
    pub code: String,
    pub names: Names,
    pub loinc: Vec<String>,
    pub measure: Measure,
}

#[derive(Clone, Debug)]
pub struct SignChoice {
    pub code: String,
    /// What scores call it.
    pub score: String,
    pub names: Names,
}

/// The balance of fluids.
#[derive(Clone, Debug, Default)]
pub struct Balance {
    /// The hour at which its day begins.
    pub begins: u8,
    /// The most that goes in or out at one time, in millilitres.
    pub most: u32,
    /// Those of the ward, from the one with which the day begins.
    pub shifts: Vec<Shift>,
    pub kinds: Vec<Fluid>,
}

#[derive(Clone, Debug)]
pub struct Fluid {
    pub code: String,
    /// It goes into the patient.
    pub enters: bool,
    pub names: Names,
}

impl Signs {
    pub fn sign(&self, code: &str) -> Option<&Sign> {
        self.list.iter().find(|sign| sign.code == code)
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], shifts: &Shifts, out: &mut Vec<Problem>) -> Signs {
    let mut signs = Signs { provenance: provenance(&mut root, out), ..Signs::default() };
    signs.watch = code(&mut root, "watch", out).unwrap_or_default();
    for mut section in root.list("confirmed", out) {
        let (score, by) = (code(&mut section, "score", out), section.text("by", out));
        signs.confirmed.extend(score.zip(by));
        section.end(out);
    }
    let mut codes = HashSet::new();
    for mut section in root.list("sign", out) {
        if let Some(sign) = sign(&mut section, languages, out) {
            let parts = if let SignKind::Pair(parts, _) = &sign.kind { parts.iter().map(|part| part.code.clone()).collect() } else { Vec::new() };
            if !parts.into_iter().chain([sign.code.clone()]).all(|code| codes.insert(code)) {
                section.fault("code", "another sign has this code", out);
            }
            signs.list.push(sign);
        }
        section.end(out);
    }
    if let Some(section) = root.section("balance", out) {
        signs.balance = balance(section, languages, shifts, out);
    }
    root.end(out);
    signs
}

fn sign(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<Sign> {
    let code = code(section, "code", out);
    let own = names(section, languages, out);
    let short = words(section, "short", languages, out);
    let loinc = loinc(section, out);
    let sex = section.may("sex", "male or female", |value| value.as_str().filter(|sex| ["male", "female"].contains(sex)).map(str::to_owned), out);
    let years = |value: &Value| value.as_integer().and_then(|years| u16::try_from(years).ok());
    let years_from = section.may("years_from", "a number of years", years, out);
    let years_to = section.may("years_to", "a number of years", years, out);
    let kind = section.need("kind", "number, pair or choice", Value::as_str, out);
    let kind = match kind {
        Some("number") => measure(section, out).map(SignKind::Number),
        Some("pair") => pair(section, languages, out),
        Some("choice") => Some(SignKind::Choice(choices(section, languages, out))),
        Some(_) => {
            section.fault("kind", "number, pair or choice is expected", out);
            None
        }
        None => None,
    };
    Some(Sign { code: code?, names: own, short, loinc: loinc?, kind: kind?, sex, years_from, years_to })
}

fn pair(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<SignKind> {
    let unit = unit(section, out)?;
    let mut parts = Vec::new();
    for mut row in section.list("part", out) {
        let code = code(&mut row, "code", out);
        let names = names(&mut row, languages, out);
        let loinc = loinc(&mut row, out);
        let limits = limits(&mut row, out);
        row.end(out);
        if let (Some(code), Some(loinc), Some((plausible, possible))) = (code, loinc, limits) {
            parts.push(Part { code, names, loinc, measure: Measure { plausible, possible, ..unit.clone() } });
        }
    }
    match <[Part; 2]>::try_from(parts) {
        Ok(parts) => Some(SignKind::Pair(Box::new(parts), unit)),
        Err(_) => {
            section.fault("part", "a pair has two parts", out);
            None
        }
    }
}

fn choices(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Vec<SignChoice> {
    let mut found: Vec<SignChoice> = Vec::new();
    for mut row in section.list("choice", out) {
        let (code, score) = (row.text("code", out), row.text("as", out));
        let names = names(&mut row, languages, out);
        if found.iter().any(|other| Some(&other.code) == code.as_ref()) {
            row.fault("code", "another choice has this code", out);
        }
        row.end(out);
        found.extend(code.zip(score).map(|(code, score)| SignChoice { code, score, names }));
    }
    found
}

fn unit(section: &mut Section<'_>, out: &mut Vec<Problem>) -> Option<Measure> {
    let (unit, ucum) = (section.text("unit", out), section.text("ucum", out));
    let decimals = section.need("decimals", "a number from 0 to 3", |value| value.as_integer().and_then(|n| u8::try_from(n).ok()).filter(|n| *n <= 3), out);
    Some(Measure { unit: unit?, ucum: ucum?, decimals: decimals?, ..Measure::default() })
}

fn measure(section: &mut Section<'_>, out: &mut Vec<Problem>) -> Option<Measure> {
    let (unit, limits) = (unit(section, out), limits(section, out));
    let (plausible, possible) = limits?;
    Some(Measure { plausible, possible, ..unit? })
}

type Limits = (i64, i64);

/// The plausible ones lie within the possible ones.
fn limits(section: &mut Section<'_>, out: &mut Vec<Problem>) -> Option<(Limits, Limits)> {
    let plausible = section.need("plausible", "two numbers, the smaller first", two, out);
    let possible = section.need("possible", "two numbers, the smaller first", two, out);
    let (plausible, possible) = (plausible?, possible?);
    if plausible.0 < possible.0 || plausible.1 > possible.1 {
        section.fault("plausible", "lies beyond what is possible", out);
    }
    Some((plausible, possible))
}

fn two(value: &Value) -> Option<(i64, i64)> {
    let number = |value: &Value| value.as_float().or_else(|| value.as_integer().map(|n| n as f64));
    // Limits have at most three decimals, so rounding only takes away what binary fractions added.
    let [low, high] = value.as_array()?.iter().map(number).collect::<Option<Vec<f64>>>()?.try_into().ok()?;
    let (low, high): (f64, f64) = (low, high);
    (low <= high && high.abs() < 1e9 && low.abs() < 1e9).then(|| ((low * 1_000.0).round() as i64, (high * 1_000.0).round() as i64))
}

/// `8310-5`: digits, a hyphen and a check digit; none where LOINC has no word for it.
fn loinc(section: &mut Section<'_>, out: &mut Vec<Problem>) -> Option<Vec<String>> {
    let is_code = |code: &String| {
        code.split_once('-')
            .is_some_and(|(number, check)| check.len() == 1 && !number.is_empty() && (number.to_owned() + check).bytes().all(|b| b.is_ascii_digit()))
    };
    let list = |value: &Value| match value.as_array() {
        Some(list) if list.is_empty() => Some(Vec::new()),
        _ => texts(value).filter(|list| list.iter().all(is_code)),
    };
    section.need("loinc", "a list of LOINC codes", list, out)
}

fn words(section: &mut Section<'_>, name: &'static str, languages: &[String], out: &mut Vec<Problem>) -> Names {
    let found = section.need(name, "a table of names by language", |value| value.as_table().cloned(), out).unwrap_or_default();
    let text = |language: &String| found.get(language).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned);
    if let Some(language) = languages.iter().find(|language| text(language).is_none()) {
        section.fault(name, format!("{language} is missing"), out);
    }
    languages.iter().filter_map(|language| Some((language.clone(), text(language)?))).collect()
}

fn balance(mut root: Section<'_>, languages: &[String], shifts: &Shifts, out: &mut Vec<Problem>) -> Balance {
    let mut balance = Balance { begins: root.need("begins", "an hour", hour, out).unwrap_or(0), ..Balance::default() };
    balance.most = root.need("most", "millilitres", |value| value.as_integer().and_then(|most| u32::try_from(most).ok()), out).unwrap_or(0);
    balance.shifts = shifts.of_day(balance.begins).unwrap_or_default();
    if balance.shifts.is_empty() {
        root.fault("begins", "no shift begins at this hour", out);
    }
    for mut row in root.list("kinds", out) {
        let code = code(&mut row, "code", out);
        let way = |value: &Value| match value.as_str()? {
            "in" => Some(true),
            "out" => Some(false),
            _ => None,
        };
        let enters = row.need("way", "in or out", way, out);
        let names = names(&mut row, languages, out);
        balance.kinds.extend(code.zip(enters).map(|(code, enters)| Fluid { code, enters, names }));
        row.end(out);
    }
    root.end(out);
    balance
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
watch = "news2"
provenance = { source = "s", validator = "" }
confirmed = [{ score = "apgar", by = "Dr A" }]
[[sign]]
code = "temperature"
kind = "number"
names = { fr = "Température" }
short = { fr = "T" }
loinc = ["8310-5"]
unit = "°C"
ucum = "Cel"
decimals = 1
plausible = [34.1, 41]
possible = [20, 45.0]
[[sign]]
code = "pressure"
kind = "pair"
names = { fr = "TA" }
short = { fr = "TA" }
loinc = ["85354-9"]
unit = "mmHg"
ucum = "mm[Hg]"
decimals = 0
part = [
  { code = "systolic", names = { fr = "S" }, loinc = ["8480-6"], plausible = [70, 220], possible = [30, 300] },
  { code = "diastolic", names = { fr = "D" }, loinc = [], plausible = [35, 130], possible = [10, 200] },
]
[balance]
begins = 6
most = 5000
kinds = [{ code = "oral", way = "in", names = { fr = "Boissons" } }]
"#;

    fn parsed(text: &str) -> (Signs, Vec<String>) {
        let table = text.parse().expect("a table");
        let mut out = Vec::new();
        let day = Shift { code: "day".to_owned(), from: 6, names: Names::new() };
        let shifts = Shifts { list: vec![day], ..Shifts::default() };
        let signs = read(Section::root("signs.toml", &table), &["fr".to_owned()], &shifts, &mut out);
        (signs, out.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn limits_are_exact() {
        let (signs, problems) = parsed(FILE);
        assert_eq!(problems, [""; 0]);
        let SignKind::Number(measure) = &signs.sign("temperature").expect("a sign").kind else { panic!("a number") };
        assert_eq!((measure.plausible, measure.possible), ((34_100, 41_000), (20_000, 45_000)));
        assert_eq!(signs.confirmed, [("apgar".to_owned(), "Dr A".to_owned())]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_key() {
        for (from, to, said) in [
            ("8310-5", "8310", "sign[0].loinc: a list of LOINC codes"),
            ("[34.1, 41]", "[41, 34.1]", "sign[0].plausible: two numbers"),
            ("[34.1, 41]", "[34.1, 46]", "sign[0].plausible: lies beyond"),
            ("decimals = 1", "decimals = 4", "sign[0].decimals: a number from 0 to 3"),
            ("\"diastolic\"", "\"temperature\"", "sign[1].code: another sign"),
            ("kind = \"pair\"", "kind = \"trio\"", "sign[1].kind: number, pair"),
            ("begins = 6", "begins = 7", "balance.begins: no shift begins"),
            ("short = { fr = \"T\" }", "short = { en = \"T\" }", "sign[0].short: fr is missing"),
        ] {
            let (_, problems) = parsed(&FILE.replacen(from, to, 1));
            assert!(problems.iter().any(|problem| problem.contains(said)), "{said}: {problems:?}");
        }
    }
}
