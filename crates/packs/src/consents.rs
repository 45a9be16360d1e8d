//! What a patient is asked: the questions, their words by version, and what a refusal means.

use crate::build::{code, names, provenance, texts};
use crate::read::{Problem, Section};
use crate::{Names, Paper, Provenance, Standing};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashSet};
use toml::Value;

/// What is filled into the words of a consent, between braces.
pub const CONSENT_FACTS: [&str; 4] = ["name", "born", "site", "today"];

/// Codes of <https://hl7.org/fhir/R4/valueset-consent-scope.html>.
const SCOPES: [&str; 4] = ["adr", "research", "patient-privacy", "treatment"];

/// The questions of a country's hospitals, in the order in which they are asked.
#[derive(Clone, Debug, Default)]
pub struct Consents {
    pub list: Vec<ConsentKind>,
}

/// One question.
#[derive(Clone, Debug)]
pub struct ConsentKind {
    pub code: String,
    /// Of the words: what was answered names it.
    pub version: String,
    pub names: Names,
    /// A code of <https://hl7.org/fhir/R4/valueset-consent-scope.html>.
    pub scope: String,
    /// A refusal shuts the record to everybody, those who take care included.
    pub hides: bool,
    /// What is not done after a refusal.
    pub keeps_from: Option<KeptFrom>,
    /// Paragraphs by language code, each of [`CONSENT_FACTS`] between braces.
    pub text: BTreeMap<String, Vec<String>>,
    pub provenance: Provenance,
}

/// What the program leaves alone where a patient refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptFrom {
    Photo,
}

impl Consents {
    pub fn kind(&self, code: &str) -> Option<&ConsentKind> {
        self.list.iter().find(|kind| kind.code == code)
    }

    /// What is asked on a day. Whether somebody confirmed the words is said on the form, and keeps nobody from asking.
    pub fn asked_on(&self, day: Date) -> impl Iterator<Item = &ConsentKind> {
        self.list.iter().filter(move |kind| matches!(kind.provenance.standing(day), Standing::Active | Standing::ShippedInactive))
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Consents {
    let mut consents = Consents::default();
    let mut codes = HashSet::new();
    for mut section in root.list("consent", out) {
        let found = kind(&mut section, languages, out);
        if found.as_ref().is_some_and(|kind| !codes.insert(kind.code.clone())) {
            section.fault("code", "another consent has this code", out);
        }
        section.end(out);
        consents.list.extend(found);
    }
    root.end(out);
    consents
}

fn kind(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<ConsentKind> {
    let code = code(section, "code", out);
    let version = section.text("version", out);
    let names = names(section, languages, out);
    let scope = section.need("scope", &SCOPES.join(", "), |value| value.as_str().filter(|scope| SCOPES.contains(scope)).map(str::to_owned), out);
    let hides = section.need("hides", "true or false", Value::as_bool, out);
    let keeps_from = section.may("keeps_from", "photo", |value| (value.as_str()? == "photo").then_some(KeptFrom::Photo), out);
    let text = section.need("text", "a table of lists of paragraphs by language", paragraphs, out);
    for language in languages.iter().filter(|language| text.as_ref().is_some_and(|text| !text.contains_key(*language))) {
        section.fault("text", format!("{language} is missing: nobody signs what they cannot read"), out);
    }
    for (language, paragraphs) in text.iter().flatten() {
        if !languages.contains(language) {
            section.fault("text", format!("{language} is no language of this pack"), out);
        }
        for word in paragraphs.iter().flat_map(|text| Paper::pieces(text).0).map(|(_, word)| word).filter(|word| !CONSENT_FACTS.contains(word)) {
            section.fault("text", format!("{language}: {{{word}}} is nothing that is filled in"), out);
        }
    }
    let provenance = provenance(section, out);
    Some(ConsentKind { code: code?, version: version?, names, scope: scope?, hides: hides?, keeps_from, text: text?, provenance: provenance? })
}

fn paragraphs(value: &Value) -> Option<BTreeMap<String, Vec<String>>> {
    let all: BTreeMap<String, Vec<String>> = value.as_table()?.iter().map(|(language, list)| Some((language.clone(), texts(list)?))).collect::<Option<_>>()?;
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::Table;

    const ONE: &str = r#"
[[consent]]
code = "photo"
version = "2"
scope = "patient-privacy"
hides = false
keeps_from = "photo"
names = { fr = "Photo" }
text = { fr = ["Moi, {name}, le {today}."] }
provenance = { source = "made up", from = 2026-01-01, until = 2026-12-31, validator = "" }
"#;

    fn of(text: &str) -> (Consents, Vec<String>) {
        let table: Table = text.parse().expect("TOML");
        let mut out = Vec::new();
        let consents = read(Section::root("consents.toml", &table), &["fr".to_owned()], &mut out);
        (consents, out.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn a_question_is_read_and_asked_in_its_time() {
        let (consents, problems) = of(ONE);
        assert_eq!(problems, [""; 0]);
        let kind = consents.kind("photo").expect("there");
        assert_eq!((kind.version.as_str(), kind.hides, kind.keeps_from), ("2", false, Some(KeptFrom::Photo)));
        let asked = |day: &str| consents.asked_on(day.parse().expect("a day")).count();
        assert_eq!((asked("2025-12-31"), asked("2026-06-01"), asked("2027-01-01")), (0, 1, 0));
    }

    #[test]
    fn what_is_wrong_with_a_question_is_named() {
        for (from, to, said) in [
            ("scope = \"patient-privacy\"", "scope = \"all\"", "consents.toml: consent[0].scope: adr, research, patient-privacy, treatment is expected"),
            ("{today}", "{cin}", "consents.toml: consent[0].text: fr: {cin} is nothing that is filled in"),
            ("text = { fr", "text = { ar", "consents.toml: consent[0].text: fr is missing: nobody signs what they cannot read"),
            ("hides = false", "hides = \"no\"", "consents.toml: consent[0].hides: true or false is expected"),
            ("keeps_from = \"photo\"", "keeps_from = \"care\"", "consents.toml: consent[0].keeps_from: photo is expected"),
        ] {
            assert!(ONE.contains(from), "{from}");
            let (_, problems) = of(&ONE.replace(from, to));
            assert!(problems.iter().any(|problem| problem == said), "{said}: {problems:?}");
        }
        assert!(of(&format!("{ONE}{ONE}")).1.iter().any(|problem| problem.contains("another consent has this code")));
    }
}
