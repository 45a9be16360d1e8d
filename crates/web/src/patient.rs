//! The banner: whose chart this is. It stays on every page about a patient and follows the record.

mod known;
mod photo;
mod place;

pub use known::{Allergies, Allergy, alerts, read_on};
pub use place::{is_about, present_place};

use crate::desk::Desk;
use crate::record::look;
use crate::refuse::Refusal;
use crate::screens::Part;
use crate::text::{Html, Voice, ltr};
use askama::Template;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look, Names, Script};
use rihla_kernel::Permission;
use rihla_rights::Glass;

/// The live parts of every page about a patient: who and where, and what to know first. Apart, so that the change of one
/// does not send the other.
pub const BANNER: [&str; 2] = ["web-who", "web-warnings"];

pub(crate) const PARTS: [Part; 2] = [
    Part { name: "web-who", permission: Some(IDENTITY), watches: &["Patient", "Encounter"], render: |desk, id| Banner::load(desk, id)?.who(desk) },
    Part {
        name: "web-warnings",
        permission: Some(IDENTITY),
        watches: &["Patient", "Flag", "AllergyIntolerance"],
        render: |desk, id| Banner::load(desk, id)?.warnings(desk),
    },
];

/// The right to see who somebody is and where they are, as the finder of patients declares it.
pub const IDENTITY: Permission = Permission("patients.find");

/// The right to see what is clinical, as the chart declares it. Without it the banner says who somebody is and where they
/// are, which desks and bed managers work with, and no more.
pub const CLINICAL: Permission = Permission("chart.read");

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
    /// There are more allergies or alerts than a page can read.
    pub cut: bool,
    pub photo: bool,
    /// Others carry this name: how many, at least.
    pub homonyms: usize,
    /// The record that took this one's place.
    pub replaced_by: Option<String>,
    /// Whether more than who they are may be shown to this person.
    pub reached: bool,
    /// The record is open to this person for a while only, because they said why.
    pub glass: Option<Glass>,
    /// Which way names run in this reader's language.
    script: Script,
    initials: String,
}

impl Banner {
    /// Reads the banner of a patient, or says that there is none that this person may see.
    pub fn load(desk: &Desk, id: &str) -> Result<Self, Refusal> {
        let stored = desk.read("Patient", id)?;
        let mut banner = look(&stored, |patient| Self::of(patient, desk, id)).ok_or_else(Refusal::not_found)?;
        banner.version = stored.vid;
        banner.reached = desk.record.reaches(id)?;
        banner.glass = desk.glass_on(id)?;
        if banner.reached && desk.person.may(CLINICAL.0) {
            banner.read_warnings(desk)?;
        }
        banner.place = place::place(desk, id)?;
        banner.homonyms = known::homonyms(desk, &banner)?;
        Ok(banner)
    }

    fn read_warnings(&mut self, desk: &Desk) -> Result<(), Refusal> {
        if desk.shows("AllergyIntolerance") {
            let (allergies, cut) = read_on(desk, "AllergyIntolerance", &self.id)?;
            (self.allergies, self.cut) = (known::allergies(&allergies, &desk.voice), cut);
        }
        if desk.shows("Flag") {
            let (flags, cut) = read_on(desk, "Flag", &self.id)?;
            (self.alerts, self.cut) = (known::alerts(&flags, &desk.voice), self.cut || cut);
        }
        Ok(())
    }

    fn of(patient: Value<'_>, desk: &Desk, id: &str) -> Self {
        let own = |path: &str| patient.text(path).map(|text| text.into_owned());
        let names = Names::of(patient);
        let script = Script::of_lang(desk.voice.lang());
        let dead = patient.text("deceasedBoolean").is_some_and(|dead| dead == "true");
        let initials = initials(patient, &names, script);
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
            cut: false,
            photo: photo::has_photo(patient),
            homonyms: 0,
            reached: false,
            glass: None,
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
        let programs = crate::programs::is_any(desk)?;
        Ok(Around { voice: &desk.voice, id: &self.id, programs, who: self.who(desk)?, warnings: self.warnings(desk)? }.render()?)
    }

    fn warnings(&self, desk: &Desk) -> Result<String, Refusal> {
        let voice = &desk.voice;
        let glass = self.glass.as_ref().map(|glass| (voice.date_time(glass.until), glass.reason.clone()));
        Ok(Warnings { voice, banner: self, glass, end: crate::glass::end_path(&self.id), author: desk.person.mark() }.render()?)
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
    /// There are programs to open from here.
    programs: bool,
    who: String,
    warnings: String,
}

#[derive(Template)]
#[template(path = "web/banner-warnings.html")]
struct Warnings<'b> {
    voice: &'b Voice,
    banner: &'b Banner,
    /// Until when the glass is broken, and why.
    glass: Option<(String, String)>,
    end: String,
    author: String,
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

/// What stands where no photo is: first letters, and a question mark where the only name is a makeshift one.
fn initials(patient: Value<'_>, names: &Names, script: Script) -> String {
    let all = patient.all("name");
    if !all.is_empty() && all.iter().all(|name| name.text("use").as_deref() == Some("temp")) {
        return "?".to_owned();
    }
    names.first(script).map(rihla_fhir::view::HumanName::initials).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    /// Whoever came unknown bears a number for a name: its letters would be nobody's.
    #[test]
    fn a_makeshift_name_has_no_initials() {
        let of = |names: &str| {
            let json = format!(r#"{{"resourceType":"Patient","name":[{names}]}}"#);
            let doc = parse(json.as_bytes(), &Limits::default()).expect("JSON");
            initials(doc.root(), &Names::of(doc.root()), Script::Latin)
        };
        let (unknown, known) = (r#"{"use":"temp","family":"X","given":["00000012"]}"#, r#"{"use":"official","family":"Alami","given":["Amal"]}"#);
        assert_eq!([of(unknown), of(known), of(&format!("{unknown},{known}")), of("")], ["?", "A.A.", "A.A.", ""]);
    }
}
