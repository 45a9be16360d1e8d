//! How arrivals at the emergency department are sorted: scales with their levels, ways of arriving, reasons for coming.

use crate::build::{code, names, provenance};
use crate::mass::{self, Mass};
use crate::read::{Problem, Section};
use crate::redirect::{self, Redirect};
use crate::{Names, Provenance, Standing};
use jiff::civil::Date;
use std::collections::HashSet;
use toml::Value;

/// Tokens that are kept for clinical urgency.
pub(crate) const COLOURS: [&str; 6] = ["red", "orange", "yellow", "green", "blue", "grey"];
pub(crate) const SHAPES: [&str; 5] = ["octagon", "triangle", "diamond", "square", "circle"];
/// The longest delay, in minutes: a day.
const LONGEST: u16 = 1_440;

#[derive(Clone, Debug, Default)]
pub struct Triage {
    /// Minutes from arrival beyond which triage is late.
    pub within: u16,
    pub scales: Vec<TriageScale>,
    /// Ways of arriving.
    pub modes: Vec<TriageWord>,
    /// Reasons for coming.
    pub reasons: Vec<TriageWord>,
    /// Many victims at once.
    pub mass: Mass,
    /// Sending whoever is not urgent elsewhere.
    pub redirect: Redirect,
    pub provenance: Option<Provenance>,
}

#[derive(Clone, Debug)]
pub struct TriageScale {
    pub code: String,
    pub names: Names,
    /// Completed years, both included.
    pub years_from: Option<u16>,
    pub years_to: Option<u16>,
    /// The most urgent first.
    pub levels: Vec<TriageLevel>,
    /// The source in which its delays were read, where somebody held them against it; as scores say it.
    pub read_in: Option<String>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug)]
pub struct TriageLevel {
    pub code: String,
    pub names: Names,
    /// A reserved token, never alone: the code and the shape stand beside it.
    pub colour: String,
    pub shape: String,
    /// Minutes from arrival to the first medical contact.
    pub target: u16,
    /// Minutes after which whoever still waits is sorted again.
    pub retriage: Option<u16>,
}

#[derive(Clone, Debug)]
pub struct TriageWord {
    pub code: String,
    pub names: Names,
}

impl Triage {
    pub fn scale(&self, code: &str) -> Option<&TriageScale> {
        self.scales.iter().find(|scale| scale.code == code)
    }

    /// Scales that may be chosen on a day: in force, and confirmed by somebody or read in their source.
    pub fn active(&self, on: Date) -> impl Iterator<Item = &TriageScale> {
        self.scales.iter().filter(move |scale| match scale.provenance.standing(on) {
            Standing::Active => true,
            Standing::ShippedInactive => scale.read_in.is_some(),
            Standing::NotYet | Standing::Ended => false,
        })
    }
}

impl TriageScale {
    pub fn level(&self, code: &str) -> Option<&TriageLevel> {
        self.levels.iter().find(|level| level.code == code)
    }

    /// 0 for the most urgent.
    pub fn rank(&self, code: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.code == code)
    }

    /// Whether it is made for somebody of so many completed years; of somebody whose age nobody knows nothing speaks against it.
    pub fn suits(&self, years: Option<u16>) -> bool {
        let Some(years) = years else { return true };
        self.years_from.is_none_or(|from| years >= from) && self.years_to.is_none_or(|to| years <= to)
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Triage {
    let mut triage = Triage { provenance: provenance(&mut root, out), ..Triage::default() };
    triage.within = root.need("triage_within", "minutes", minutes, out).unwrap_or_default();
    let mut codes = HashSet::new();
    for mut section in root.list("scale", out) {
        if let Some(scale) = scale(&mut section, languages, out) {
            if !codes.insert(scale.code.clone()) {
                section.fault("code", "another scale has this code", out);
            }
            triage.scales.push(scale);
        }
        section.end(out);
    }
    triage.modes = words(&mut root, "mode", languages, out);
    triage.reasons = words(&mut root, "reason", languages, out);
    triage.mass = mass::read(&mut root, languages, out);
    triage.redirect = redirect::read(&mut root, &triage.scales, languages, out);
    root.end(out);
    triage
}

fn scale(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<TriageScale> {
    let own = code(section, "code", out);
    let names = names(section, languages, out);
    let years = |value: &Value| value.as_integer().and_then(|years| u16::try_from(years).ok());
    let years_from = section.may("years_from", "a number of years", years, out);
    let years_to = section.may("years_to", "a number of years", years, out);
    if years_from.zip(years_to).is_some_and(|(from, to)| from > to) {
        section.fault("years_to", "lies before the first year", out);
    }
    let read_in = section.may("read_in", "a source", |value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned), out);
    let provenance = provenance(section, out);
    let levels = levels(section, languages, out);
    Some(TriageScale { code: own?, names, years_from, years_to, levels, read_in, provenance: provenance? })
}

fn levels(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Vec<TriageLevel> {
    let mut found: Vec<TriageLevel> = Vec::new();
    for mut row in section.list("level", out) {
        let (code, names) = (row.text("code", out), names(&mut row, languages, out));
        let colour = row.need("colour", "a colour of urgency", one_of(&COLOURS), out);
        let shape = row.need("shape", "a shape", one_of(&SHAPES), out);
        let target = row.need("target", "minutes", minutes, out);
        let retriage = row.may("retriage", "minutes", minutes, out);
        if found.iter().any(|other| Some(&other.code) == code.as_ref()) {
            row.fault("code", "another level has this code", out);
        }
        if found.last().zip(target).is_some_and(|(last, target)| target < last.target) {
            row.fault("target", "is shorter than that of a more urgent level", out);
        }
        row.end(out);
        if let (Some(code), Some(colour), Some(shape), Some(target)) = (code, colour, shape, target) {
            found.push(TriageLevel { code, names, colour, shape, target, retriage });
        }
    }
    if found.is_empty() {
        section.fault("level", "a scale has levels", out);
    }
    found
}

/// Reads a text that is one of a few.
pub(crate) fn one_of(known: &'static [&'static str]) -> impl Fn(&Value) -> Option<String> {
    move |value| value.as_str().filter(|text| known.contains(text)).map(str::to_owned)
}

fn minutes(value: &Value) -> Option<u16> {
    value.as_integer().and_then(|minutes| u16::try_from(minutes).ok()).filter(|minutes| *minutes <= LONGEST)
}

pub(crate) fn words(root: &mut Section<'_>, list: &'static str, languages: &[String], out: &mut Vec<Problem>) -> Vec<TriageWord> {
    let mut found: Vec<TriageWord> = Vec::new();
    for mut row in root.list(list, out) {
        let (code, names) = (code(&mut row, "code", out), names(&mut row, languages, out));
        if found.iter().any(|other| Some(&other.code) == code.as_ref()) {
            row.fault("code", "stands there twice", out);
        }
        row.end(out);
        found.extend(code.map(|code| TriageWord { code, names }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const FILE: &str = r#"
triage_within = 5
provenance = { source = "s", validator = "" }
mode = [{ code = "own", names = { fr = "À pied" } }]
reason = [{ code = "fever", names = { fr = "Fièvre" } }]
[[scale]]
code = "two"
names = { fr = "Deux" }
years_from = 15
years_to = 90
provenance = { source = "s", from = 2020-01-01, validator = "Dr A" }
level = [
  { code = "A", names = { fr = "Grave" }, colour = "red", shape = "octagon", target = 0, retriage = 5 },
  { code = "B", names = { fr = "Calme" }, colour = "green", shape = "circle", target = 60 },
]
"#;

    fn parsed(text: &str) -> (Triage, Vec<String>) {
        let table = text.parse().expect("a table");
        let mut out = Vec::new();
        let triage = read(Section::root("triage.toml", &table), &["fr".to_owned()], &mut out);
        (triage, out.iter().map(Problem::to_string).collect())
    }

    /// EMG-1
    #[test]
    fn a_scale_holds_for_its_ages_once_somebody_confirmed_it() {
        let (triage, problems) = parsed(FILE);
        assert_eq!(problems, [""; 0]);
        let scale = triage.scale("two").expect("a scale");
        let suits = |years| scale.suits(years);
        assert_eq!([suits(Some(14)), suits(Some(15)), suits(Some(90)), suits(Some(91)), suits(None)], [false, true, true, false, true]);
        assert_eq!((scale.rank("A"), scale.rank("B"), scale.rank("C")), (Some(0), Some(1), None));
        assert_eq!(triage.active(date(2026, 1, 1)).count(), 1);
        assert_eq!(triage.active(date(2019, 1, 1)).count(), 0);
        let (unsigned, _) = parsed(&FILE.replace("Dr A", ""));
        assert_eq!(unsigned.active(date(2026, 1, 1)).count(), 0);
    }

    /// EMG-1
    #[test]
    fn what_is_wrong_is_said_with_its_key() {
        for (from, to, said) in [
            ("target = 60", "target = -1", "level[1].target: minutes is expected"),
            ("target = 0", "target = 61", "level[1].target: is shorter"),
            ("target = 60", "target = 1441", "level[1].target: minutes is expected"),
            ("retriage = 5", "retriage = -5", "level[0].retriage: minutes"),
            ("\"red\"", "\"pink\"", "level[0].colour: a colour of urgency"),
            ("\"circle\"", "\"star\"", "level[1].shape: a shape"),
            ("\"B\"", "\"A\"", "level[1].code: another level"),
            ("years_to = 90", "years_to = 3", "scale[0].years_to: lies before"),
            ("names = { fr = \"Grave\" }", "names = { en = \"Grave\" }", "level[0].names"),
            ("triage_within = 5", "triage_within = -5", "triage_within: minutes"),
        ] {
            let (_, problems) = parsed(&FILE.replacen(from, to, 1));
            assert!(problems.iter().any(|problem| problem.contains(said)), "{said}: {problems:?}");
        }
    }

    /// EMG-1: the scales of the program.
    #[test]
    fn the_scales_of_the_program_cover_each_other_and_only_confirmed_ones_act() {
        let pack = crate::Pack::built_in("ma").expect("there").expect("sound");
        let active: Vec<_> = pack.triage.active(date(2026, 6, 1)).map(|scale| scale.code.as_str()).collect();
        assert_eq!(active, ["french"]);
        let french = pack.triage.scale("french").expect("french");
        let targets: Vec<_> = french.levels.iter().map(|level| (level.code.as_str(), level.target)).collect();
        assert_eq!(targets, [("1", 1), ("2", 20), ("3A", 60), ("3B", 90), ("4", 120), ("5", 240)]);
    }
}
