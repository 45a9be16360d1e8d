//! Somebody of the record as these pages show them: what tells them from others.

use rihla_fhir::json::Value;
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_web::text::{Html, auto, ltr};
use rihla_web::{Desk, look};

/// One record.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    pub id: String,
    pub name: String,
    pub second: String,
    pub sex: String,
    pub birth: String,
    pub father: String,
    pub mother: String,
    pub numbers: Vec<(String, Html)>,
    /// The first of them, in words: `IPP 00000007`.
    pub own_number: String,
    pub phones: Vec<Html>,
    pub town: String,
    pub state: String,
    /// The code of the state.
    pub validated: bool,
    pub dead: bool,
}

impl Shown {
    /// None: not for this person's eyes, or not there.
    pub fn of(desk: &Desk, id: &str) -> Option<Self> {
        let stored = desk.read("Patient", id).ok()?;
        look(&stored, |patient| Self::read(patient, desk, id))
    }

    fn read(patient: Value<'_>, desk: &Desk, id: &str) -> Self {
        let voice = &desk.voice;
        let script = Script::of_lang(voice.lang());
        let names = Names::of(patient);
        let state = patient.extensions("", crate::typed::STATE).first().and_then(|state| state.text("valueCode")).unwrap_or_default().into_owned();
        let parent = |role: &str| {
            let contact =
                patient.all("contact").into_iter().find(|one| one.all("relationship.coding.code").iter().any(|code| code.as_str().as_deref() == Some(role)));
            contact.map(|one| one.all("name.given").iter().filter_map(|given| given.as_str()).collect::<Vec<_>>().join(" ")).unwrap_or_default()
        };
        let phones = patient.all("telecom").into_iter().filter(|line| line.text("system").as_deref() == Some("phone"));
        Self {
            id: id.to_owned(),
            name: names.first(script).map(HumanName::formal).unwrap_or_default(),
            second: names.second(script).map(HumanName::formal).unwrap_or_default(),
            sex: rihla_web::sex(patient.text("gender").as_deref(), voice),
            birth: patient.text("birthDate").map(|birth| voice.date(birth.as_ref())).unwrap_or_default(),
            father: parent("FTH"),
            mother: parent("MTH"),
            own_number: rihla_web::numbers(patient, desk).first().map(|number| format!("{} {}", number.kind, number.value)).unwrap_or_else(|| id.to_owned()),
            numbers: rihla_web::numbers(patient, desk).into_iter().map(|number| (number.kind, ltr(number.value))).collect(),
            phones: phones.filter_map(|line| line.text("value").map(|value| ltr(value.into_owned()))).collect(),
            town: patient.text("address.city").unwrap_or_default().into_owned(),
            state: voice.t(state_key(&state)),
            validated: matches!(state.as_str(), "validated" | "qualified"),
            dead: patient.text("deceasedBoolean").as_deref() == Some("true") || patient.text("deceasedDateTime").is_some(),
        }
    }

    pub fn path(&self) -> String {
        format!("/patients/{}", self.id)
    }

    /// The hospital's own number, by which people name a record.
    pub fn numbered(&self) -> String {
        self.own_number.clone()
    }

    pub fn bdi(&self) -> Html {
        auto(&self.name)
    }
}

pub fn state_key(state: &str) -> &'static str {
    match state {
        "validated" => rihla_web::key!("registration-state-validated"),
        "retrieved" => rihla_web::key!("registration-state-retrieved"),
        "qualified" => rihla_web::key!("registration-state-qualified"),
        _ => rihla_web::key!("registration-state-provisional"),
    }
}
