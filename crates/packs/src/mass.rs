//! Many victims at once: the categories into which they are sorted, and where they are taken.

use crate::build::{code, names, provenance};
use crate::read::{Problem, Section};
use crate::triage::{COLOURS, SHAPES, TriageWord, one_of, words};
use crate::{Names, Provenance, Standing};
use jiff::civil::Date;

#[derive(Clone, Debug, Default)]
pub struct Mass {
    /// The most urgent first.
    pub categories: Vec<MassCategory>,
    /// Where victims are taken.
    pub ways: Vec<TriageWord>,
    /// The source in which the categories were read; as scales say it.
    pub read_in: Option<String>,
    pub provenance: Option<Provenance>,
}

#[derive(Clone, Debug)]
pub struct MassCategory {
    pub code: String,
    /// What is written on a tag, in every language.
    pub short: String,
    pub names: Names,
    /// A reserved token, never alone: the code and the shape stand beside it.
    pub colour: String,
    pub shape: String,
    /// Of whoever is dead: a physician says so, and no stay goes on.
    pub dead: bool,
}

impl Mass {
    pub fn category(&self, code: &str) -> Option<&MassCategory> {
        self.categories.iter().find(|category| category.code == code)
    }

    /// 0 for the most urgent.
    pub fn rank(&self, code: &str) -> Option<usize> {
        self.categories.iter().position(|category| category.code == code)
    }

    /// Categories that may be chosen on a day: in force, and confirmed by somebody or read in their source.
    pub fn active(&self, on: Date) -> &[MassCategory] {
        match self.provenance.as_ref().map(|provenance| provenance.standing(on)) {
            Some(Standing::Active) => &self.categories,
            Some(Standing::ShippedInactive) if self.read_in.is_some() => &self.categories,
            _ => &[],
        }
    }
}

/// The table of a pack; nothing where it has none.
pub(crate) fn read(root: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Mass {
    if !root.has("mass") {
        return Mass::default();
    }
    let Some(mut section) = root.section("mass", out) else { return Mass::default() };
    let read_in = section.may("read_in", "a source", |value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned), out);
    let provenance = provenance(&mut section, out);
    let categories = categories(&mut section, languages, out);
    let ways = words(&mut section, "went", languages, out);
    section.end(out);
    Mass { categories, ways, read_in, provenance }
}

fn categories(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Vec<MassCategory> {
    let mut found: Vec<MassCategory> = Vec::new();
    for mut row in section.list("category", out) {
        let (code, names) = (code(&mut row, "code", out), names(&mut row, languages, out));
        let short = row.text("short", out);
        let colour = row.need("colour", "a colour of urgency", one_of(&COLOURS), out);
        let shape = row.need("shape", "a shape", one_of(&SHAPES), out);
        let dead = row.may("dead", "true or false", toml::Value::as_bool, out).unwrap_or_default();
        if found.iter().any(|other| Some(&other.code) == code.as_ref()) {
            row.fault("code", "another category has this code", out);
        }
        row.end(out);
        if let (Some(code), Some(short), Some(colour), Some(shape)) = (code, short, colour, shape) {
            found.push(MassCategory { code, short, names, colour, shape, dead });
        }
    }
    if found.is_empty() {
        section.fault("category", "victims are sorted into categories", out);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const FILE: &str = r#"
[mass]
read_in = "s"
provenance = { source = "s", from = 2020-01-01, validator = "" }
category = [
  { code = "ua", short = "UA", names = { fr = "Urgence absolue" }, colour = "red", shape = "octagon" },
  { code = "dead", short = "DCD", names = { fr = "Décédé" }, colour = "grey", shape = "square", dead = true },
]
went = [{ code = "ward", names = { fr = "Service" } }]
"#;

    fn parsed(text: &str) -> (Mass, Vec<String>) {
        let table = text.parse().expect("a table");
        let mut out = Vec::new();
        let mut root = Section::root("triage.toml", &table);
        let mass = read(&mut root, &["fr".to_owned()], &mut out);
        (mass, out.iter().map(Problem::to_string).collect())
    }

    /// EMG-15
    #[test]
    fn categories_hold_from_their_day_once_confirmed_or_read_in_their_source() {
        let (mass, problems) = parsed(FILE);
        assert_eq!(problems, [""; 0]);
        assert_eq!((mass.rank("ua"), mass.rank("dead"), mass.rank("x")), (Some(0), Some(1), None));
        assert_eq!((mass.active(date(2026, 1, 1)).len(), mass.active(date(2019, 1, 1)).len()), (2, 0));
        assert!(mass.category("dead").is_some_and(|category| category.dead));
        let (unread, _) = parsed(&FILE.replacen("read_in = \"s\"\n", "", 1));
        assert!(unread.active(date(2026, 1, 1)).is_empty());
    }

    /// EMG-15
    #[test]
    fn what_is_wrong_is_said_with_its_key() {
        for (from, to, said) in [
            ("\"red\"", "\"pink\"", "mass.category[0].colour: a colour of urgency"),
            ("\"square\"", "\"star\"", "mass.category[1].shape: a shape"),
            ("code = \"dead\"", "code = \"ua\"", "mass.category[1].code: another category"),
            ("dead = true", "dead = 1", "mass.category[1].dead: true or false"),
            ("short = \"UA\"", "short = 1", "mass.category[0].short: a text"),
            ("code = \"ward\"", "code = \"Ward\"", "mass.went[0].code"),
        ] {
            let (_, problems) = parsed(&FILE.replacen(from, to, 1));
            assert!(problems.iter().any(|problem| problem.contains(said)), "{said}: {problems:?}");
        }
    }

    /// EMG-15: what the program ships.
    #[test]
    fn the_pack_of_the_program_sorts_victims_into_four_and_one_is_dead() {
        let pack = crate::Pack::built_in("ma").expect("there").expect("sound");
        let codes: Vec<_> = pack.triage.mass.active(date(2026, 6, 1)).iter().map(|category| (category.code.as_str(), category.dead)).collect();
        assert_eq!(codes, [("ua", false), ("ur", false), ("involved", false), ("dead", true)]);
    }
}
