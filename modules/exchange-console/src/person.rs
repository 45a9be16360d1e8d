//! Patients whom a message may be about.

use rihla_fhir::json::Value;
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_web::text::{Html, auto, ltr};
use rihla_web::{Desk, Refusal, escaped, look};

/// Patients under one number who are shown.
const MOST: usize = 10;

/// One record, as it is told from others.
#[derive(Clone, Debug)]
pub struct Shown {
    pub id: String,
    pub name: String,
    pub second: String,
    pub birth: String,
    pub sex: String,
    pub numbers: Vec<(String, Html)>,
}

impl Shown {
    fn read(patient: Value<'_>, desk: &Desk, id: String) -> Self {
        let script = Script::of_lang(desk.voice.lang());
        let names = Names::of(patient);
        Self {
            id,
            name: names.first(script).map(HumanName::formal).unwrap_or_default(),
            second: names.second(script).map(HumanName::formal).unwrap_or_default(),
            birth: patient.text("birthDate").map(|birth| desk.voice.date(birth.as_ref())).unwrap_or_default(),
            sex: rihla_web::sex(patient.text("gender").as_deref(), &desk.voice),
            numbers: rihla_web::numbers(patient, desk).into_iter().map(|number| (number.kind, ltr(number.value))).collect(),
        }
    }

    /// Somebody by their id, if this person may see them. The look is in the audit trail.
    pub fn of(desk: &Desk, id: &str) -> Option<Self> {
        let stored = desk.read("Patient", id).ok()?;
        let shown = look(&stored, |patient| Self::read(patient, desk, stored.id.to_text()))?;
        desk.record.note_shown(&shown.id);
        Some(shown)
    }

    pub fn bdi(&self) -> Html {
        auto(&self.name)
    }
}

/// Those who bear a number, `SYSTEM|VALUE` or the value alone. Each look is in the audit trail.
pub fn bearing(desk: &Desk, number: &str) -> Result<Vec<Shown>, Refusal> {
    let asked = match number.rsplit_once('|') {
        Some((system, value)) => format!("{}|{}", escaped(system), escaped(value)),
        None => escaped(number),
    };
    let page = desk.search("Patient", &[("identifier", asked.as_str())])?;
    let shown = |stored: &rihla_store::Stored| look(stored, |patient| Shown::read(patient, desk, stored.id.to_text()));
    let found: Vec<Shown> = page.matches.iter().take(MOST).filter_map(shown).collect();
    found.iter().for_each(|one| desk.record.note_shown(&one.id));
    Ok(found)
}
