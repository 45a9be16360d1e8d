//! The banner: whose chart this is. It stays on every page about a patient and follows the record.

use crate::desk::Desk;
use crate::record::{look, type_of};
use crate::refuse::Refusal;
use crate::screens::Part;
use crate::text::{Html, Voice, ltr};
use askama::Template;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look, Names, Script};
use rihla_kernel::{Lang, Permission};
use rihla_store::Stored;

/// The live parts of every page about a patient: who and where, and what to know first. Apart, so that the change of one
/// does not send the other.
pub const BANNER: [&str; 2] = ["web-who", "web-warnings"];

pub(crate) const PARTS: [Part; 2] = [
    Part { name: "web-who", permission: None, watches: &["Patient", "Encounter"], render: |desk, id| Banner::load(desk, id)?.who(desk) },
    Part {
        name: "web-warnings",
        permission: None,
        watches: &["Patient", "Flag", "AllergyIntolerance"],
        render: |desk, id| Banner::load(desk, id)?.warnings(desk),
    },
];

/// The right to see what is clinical, as the chart declares it. Without it the banner says who somebody is, and no more.
pub const CLINICAL: Permission = Permission("chart.read");

/// Concepts that say that there is nothing to say: value set of the International Patient Summary
/// (<https://hl7.org/fhir/uv/ips/STU1.1/ValueSet-allergies-intolerances-uv-ips.html>), and its SNOMED CT twins.
const NONE_KNOWN: [&str; 8] = [
    "no-known-allergies",
    "no-known-medication-allergies",
    "no-known-environmental-allergies",
    "no-known-food-allergies",
    "716186003",
    "409137002",
    "428607008",
    "429625007",
];
const NOT_ASKED: &str = "no-allergy-info";

/// What is known of a patient's allergies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allergies {
    /// Not for this person's eyes.
    Hidden,
    /// Nobody asked yet: a call to act.
    NotAsked,
    NoneKnown,
    Known(Vec<Allergy>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allergy {
    pub what: String,
    pub severe: bool,
}

/// An identifier with the name that the pack gives its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    pub kind: String,
    pub value: String,
}

/// What a page about a patient always shows.
#[derive(Clone, Debug)]
pub struct Banner {
    pub id: String,
    pub version: u32,
    pub names: Names,
    pub sex: String,
    /// The date as it was recorded: a year alone is an approximate age.
    pub birth: Option<String>,
    /// When the patient died, as recorded; empty where only that they did is known.
    pub died: Option<String>,
    pub numbers: Vec<Numbered>,
    /// Where the patient lies.
    pub place: Option<String>,
    pub allergies: Allergies,
    pub alerts: Vec<String>,
    pub photo: bool,
    /// Others carry this name: how many, at least.
    pub homonyms: usize,
    /// The record that took this one's place.
    pub replaced_by: Option<String>,
    /// Which way names run in this reader's language.
    script: Script,
    initials: String,
}

impl Banner {
    /// Reads the banner of a patient, or says that there is none that this person may see.
    pub fn load(desk: &Desk, id: &str) -> Result<Self, Refusal> {
        let stored = desk.read("Patient", id)?;
        let lang = desk.voice.lang();
        let mut banner = look(&stored, |patient| Self::of(patient, desk, id)).ok_or_else(Refusal::not_found)?;
        banner.version = stored.vid;
        if desk.person.may(CLINICAL.0) {
            banner.allergies = allergies(&all_of(desk, "AllergyIntolerance", id)?, lang);
            banner.alerts = alerts(&all_of(desk, "Flag", id)?, lang);
        }
        banner.place = place(desk, id)?;
        banner.homonyms = homonyms(desk, &banner)?;
        Ok(banner)
    }

    fn of(patient: Value<'_>, desk: &Desk, id: &str) -> Self {
        let own = |path: &str| patient.text(path).map(|text| text.into_owned());
        let names = Names::of(patient);
        let script = if desk.voice.lang() == Lang::Arabic { Script::Arabic } else { Script::Latin };
        let dead = patient.text("deceasedBoolean").is_some_and(|dead| dead == "true");
        let initials = names.first(script).map(rihla_fhir::view::HumanName::initials).unwrap_or_default();
        let replaced = patient.all("link").into_iter().find(|link| link.text("type").as_deref() == Some("replaced-by"));
        Self {
            id: id.to_owned(),
            version: 0,
            sex: sex(patient.text("gender").as_deref(), &desk.voice),
            birth: own("birthDate"),
            died: own("deceasedDateTime").or_else(|| dead.then(String::new)),
            numbers: numbers(patient, desk),
            place: None,
            allergies: Allergies::Hidden,
            alerts: Vec::new(),
            photo: patient.at("photo").is_some_and(|photo| photo.get("data").is_some()),
            homonyms: 0,
            replaced_by: replaced.and_then(|link| link.reference("other.reference", "Patient")).map(|id| id.into_owned()),
            names,
            script,
            initials,
        }
    }

    /// Names for a tab or a list: the script of the reader.
    pub fn formal(&self) -> String {
        self.names.first(self.script).map(rihla_fhir::view::HumanName::formal).unwrap_or_default()
    }

    /// Short enough for a tab.
    pub fn short(&self) -> String {
        if self.names.first(self.script).is_some() { self.formal() } else { self.id.clone() }
    }

    fn second(&self) -> String {
        self.names.second(self.script).map(rihla_fhir::view::HumanName::formal).unwrap_or_default()
    }

    pub(crate) fn render(&self, desk: &Desk) -> Result<String, Refusal> {
        Ok(Around { voice: &desk.voice, id: &self.id, who: self.who(desk)?, warnings: self.warnings(desk)? }.render()?)
    }

    fn warnings(&self, desk: &Desk) -> Result<String, Refusal> {
        Ok(Warnings { voice: &desk.voice, banner: self }.render()?)
    }

    fn who(&self, desk: &Desk) -> Result<String, Refusal> {
        let voice = &desk.voice;
        let age = self.birth.as_deref().filter(|_| self.died.is_none()).map(|birth| voice.age(birth, voice.now()));
        let born = self.birth.as_deref().map(|birth| voice.date(birth));
        let died = self.died.as_deref().map(|when| if when.is_empty() { String::new() } else { voice.date(when) });
        let numbers = self.numbers.iter().take(2).map(|number| (number.kind.clone(), ltr(&number.value))).collect();
        Ok(Who { voice, banner: self, formal: self.formal(), second: self.second(), born, age, died, numbers }.render()?)
    }
}

#[derive(Template)]
#[template(path = "web/banner.html")]
struct Around<'b> {
    voice: &'b Voice,
    id: &'b str,
    who: String,
    warnings: String,
}

#[derive(Template)]
#[template(path = "web/banner-warnings.html")]
struct Warnings<'b> {
    voice: &'b Voice,
    banner: &'b Banner,
}

#[derive(Template)]
#[template(path = "web/banner-who.html")]
struct Who<'b> {
    voice: &'b Voice,
    banner: &'b Banner,
    formal: String,
    second: String,
    born: Option<String>,
    age: Option<String>,
    died: Option<String>,
    numbers: Vec<(String, Html)>,
}

/// Everything of one type about a patient that a page may hold at once.
fn all_of(desk: &Desk, ty: &str, patient: &str) -> Result<Vec<Stored>, Refusal> {
    type_of(ty)?;
    Ok(desk.search(ty, &[("patient", patient), ("_count", "100")])?.matches)
}

fn allergies(found: &[Stored], lang: Lang) -> Allergies {
    let mut known = Vec::new();
    let (mut none, mut asked) = (false, false);
    for stored in found {
        look(stored, |allergy| {
            let state = |path: &str| Concept::at(allergy, path).and_then(|concept| concept.any_code());
            let wrong = matches!(state("verificationStatus").as_deref(), Some("entered-in-error" | "refuted"));
            let over = matches!(state("clinicalStatus").as_deref(), Some("inactive" | "resolved"));
            let Some(what) = Concept::at(allergy, "code").filter(|_| !wrong && !over) else { return };
            if what.has_code(NOT_ASKED) {
                return;
            }
            asked = true;
            if NONE_KNOWN.iter().any(|code| what.has_code(code)) {
                none = true;
            } else if let Some(words) = what.words(lang) {
                let severe = allergy.text("criticality").as_deref() == Some("high")
                    || allergy.all("reaction.severity").iter().any(|found| found.as_str().as_deref() == Some("severe"));
                known.push(Allergy { what: words.into_owned(), severe });
            }
        });
    }
    known.sort_by_key(|allergy| !allergy.severe);
    match (known.is_empty(), none || asked) {
        (false, _) => Allergies::Known(known),
        (true, true) => Allergies::NoneKnown,
        (true, false) => Allergies::NotAsked,
    }
}

fn alerts(found: &[Stored], lang: Lang) -> Vec<String> {
    let alert = |stored: &Stored| {
        look(stored, |flag| {
            let active = flag.text("status").as_deref() == Some("active");
            Concept::at(flag, "code").filter(|_| active).and_then(|code| code.words(lang)).map(|words| words.into_owned())
        })
        .flatten()
    };
    found.iter().filter_map(alert).collect()
}

/// The bed of the stay that is going on, or the unit.
fn place(desk: &Desk, patient: &str) -> Result<Option<String>, Refusal> {
    let running = desk.search("Encounter", &[("patient", patient), ("status", "in-progress,arrived,triaged,onleave"), ("_count", "10")])?;
    let here = |stay: Value<'_>| {
        let places = stay.all("location");
        let now = places.iter().rev().find(|place| place.text("status").is_none_or(|status| status == "active") && place.at("period.end").is_none())?;
        Some((now.text("location.display").map(|name| name.into_owned()), now.reference("location.reference", "Location").map(|id| id.into_owned())))
    };
    for (name, id) in running.matches.iter().filter_map(|stay| look(stay, here).flatten()) {
        let known = id.and_then(|id| desk.read("Location", &id).ok());
        let name = name.or_else(|| known.and_then(|place| look(&place, |place| place.text("name").map(|name| name.into_owned())).flatten()));
        if name.is_some() {
            return Ok(name);
        }
    }
    Ok(None)
}

/// Others who carry the same names. What is asked is bounded: a warning needs no exact number.
fn homonyms(desk: &Desk, banner: &Banner) -> Result<usize, Refusal> {
    let Some(name) = banner.names.first(banner.script).filter(|name| !name.family.is_empty() && !name.given.is_empty()) else { return Ok(0) };
    let (family, given) = (crate::record::escaped(&name.family), crate::record::escaped(&name.given));
    let found = desk.search("Patient", &[("family", &family), ("given", &given), ("_count", "6")])?;
    let same =
        |other: &&Stored| other.id.to_text() != banner.id && look(other, |other| other.text("active").is_none_or(|active| active != "false")).unwrap_or(false);
    Ok(found.matches.iter().filter(same).count())
}

/// Words for an administrative gender (<https://hl7.org/fhir/R4/valueset-administrative-gender.html>).
pub fn sex(code: Option<&str>, voice: &Voice) -> String {
    match code {
        Some("female") => voice.t("web-sex-female"),
        Some("male") => voice.t("web-sex-male"),
        Some("other") => voice.t("web-sex-other"),
        _ => voice.t("web-sex-unknown"),
    }
}

/// A patient's numbers in the order of the pack: the hospital's own first.
pub fn numbers(patient: Value<'_>, desk: &Desk) -> Vec<Numbered> {
    let kinds = &desk.house.pack().identifiers;
    let place = |system: &str| kinds.iter().position(|kind| kind.system == system);
    let mut found: Vec<(usize, Numbered)> = Vec::new();
    for identifier in patient.all("identifier") {
        let Some(value) = identifier.text("value") else { continue };
        let system = identifier.text("system").unwrap_or_default();
        let kind = place(&system).and_then(|at| kinds.get(at));
        // A number of another site comes after those of this one.
        let away = kind.is_some_and(|kind| kind.site.is_some_and(|site| site != desk.house.site()));
        let rank = place(&system).unwrap_or(kinds.len()) + if away { kinds.len() + 1 } else { 0 };
        let words = kind.map(|kind| desk.named(&kind.names).into_owned());
        let words = words.or_else(|| Concept::at(identifier, "type").and_then(|kind| kind.words(desk.voice.lang())).map(|words| words.into_owned()));
        found.push((rank, Numbered { kind: words.unwrap_or_else(|| desk.voice.t("web-number")), value: value.into_owned() }));
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, number)| number).collect()
}
