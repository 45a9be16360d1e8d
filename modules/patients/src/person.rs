//! A person in a list: what tells them from others, on one line.

use rihla_fhir::json::Value;
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_store::Stored;
use rihla_web::text::{Html, auto, ltr};
use rihla_web::{Desk, look};

/// One line of a list of people.
pub struct Line {
    pub id: String,
    pub name: String,
    /// The name in the other script.
    pub second: String,
    pub sex: String,
    pub birth: String,
    pub age: String,
    /// Kind and value of the first number.
    pub number: Option<(String, Html)>,
    pub phone: Html,
    pub town: String,
    pub died: bool,
    pub inactive: bool,
    pub homonym: bool,
    /// Where they lie, or why they are in the list.
    pub place: Html,
}

impl Line {
    pub fn of(stored: &Stored, desk: &Desk) -> Option<Self> {
        look(stored, |patient| Self::read(patient, stored.id.to_text(), desk))
    }

    fn read(patient: Value<'_>, id: String, desk: &Desk) -> Self {
        let voice = &desk.voice;
        let script = Script::of_lang(voice.lang());
        let names = Names::of(patient);
        let died = patient.text("deceasedBoolean").as_deref() == Some("true") || patient.text("deceasedDateTime").is_some();
        let birth = patient.text("birthDate").unwrap_or_default().into_owned();
        let phone = patient.all("telecom").into_iter().find(|line| line.text("system").as_deref() == Some("phone")).and_then(|line| line.text("value"));
        let town = patient.text("address.city").unwrap_or_default().into_owned();
        let number = rihla_web::numbers(patient, desk).into_iter().next().map(|number| (number.kind, ltr(number.value)));
        Self {
            id,
            name: names.first(script).map_or_else(|| voice.t("patients-no-name"), HumanName::formal),
            second: names.second(script).map(HumanName::formal).unwrap_or_default(),
            sex: rihla_web::sex(patient.text("gender").as_deref(), voice),
            age: if died || birth.is_empty() { String::new() } else { voice.age(&birth, voice.now()) },
            birth: voice.date(birth.as_str()),
            number,
            phone: phone.map(ltr).unwrap_or_default(),
            town,
            died,
            inactive: patient.text("active").as_deref() == Some("false"),
            homonym: false,
            place: auto(""),
        }
    }
}
