//! What a message says of a stay besides its movements: who looks after the patient, why they came, the stay's numbers.

use super::Conduct;
use crate::movement::Act;
use crate::tables;
use rihla_clinical::{Object, State, Stay, quoted, written};
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::view::Look;

/// What a message replaces where it says something. Status, period and places are the commands'.
const SAID: [&str; 4] = ["type", "serviceType", "priority", "reasonCode"];
/// The class of a stay whose message does not say it: a visit.
const UNSAID: &str = "AMB";
/// Within the hospitalization: the disposition is the departure's.
const COURSE: [&str; 6] = ["preAdmissionIdentifier", "origin", "admitSource", "reAdmission", "dietPreference", "destination"];

impl Conduct<'_> {
    /// What the message fills replaces what the stay says; what it leaves empty stays.
    pub(super) fn describe(&self, stay: &mut Stay) {
        let Some(words) = self.words else { return self.number(stay) };
        let before = stay.source.text();
        let Ok(doc) = parse(before.as_bytes(), &Limits::default()) else { return };
        let known = doc.root();
        for name in SAID {
            if let Some(value) = words.get(name) {
                stay.source.set(name, written(value));
            }
        }
        for name in COURSE {
            if let Some(value) = words.at(&format!("hospitalization.{name}")) {
                stay.source.set_within("hospitalization", name, Some(written(value)));
            }
        }
        stay.source.set_list("identifier", &numbers(known, words));
        stay.source.set_list("participant", &participants(known, words));
        let begins = stay.version == 0 || matches!(self.asked.act, Act::ChangeClass(_)) || (stay.state != State::Planned && self.begins_planned());
        if let Some(class) = words.get("class").filter(|_| begins) {
            stay.class = class.text("code").unwrap_or_default().into_owned();
            stay.source.set("class", written(class));
        }
        if stay.version == 0 && stay.patient.is_empty() {
            words.get("subject").into_iter().for_each(|subject| stay.source.set("subject", written(subject)));
        }
    }

    /// A new stay that is told by its number alone.
    fn number(&self, stay: &mut Stay) {
        let Some(told) = self.asked.stay().filter(|_| stay.version == 0) else { return };
        let system = quoted(&told.visit.system);
        stay.source.set_list("identifier", &[format!(r#"{{"system":{system},"value":{}}}"#, quoted(&told.visit.value))]);
        stay.class = tables::code("0004", &told.class).unwrap_or(UNSAID).to_owned();
    }

    /// An admission, which says what kind of stay a planned one became.
    fn begins_planned(&self) -> bool {
        matches!(self.asked.act, Act::Admit(_) | Act::Register(_))
    }
}

/// Those of the stay, and those of the message that it lacks.
fn numbers(known: Value<'_>, words: Value<'_>) -> Vec<String> {
    let key = |one: &Value<'_>| (one.text("system").map(|it| it.into_owned()), one.text("value").map(|it| it.into_owned()));
    let own = known.all("identifier");
    let new = words.all("identifier").into_iter().filter(|one| own.iter().all(|other| key(other) != key(one)));
    own.iter().copied().chain(new).map(written).collect()
}

/// Of a role that the message fills, whom it names; of others, who was there.
fn participants(known: Value<'_>, words: Value<'_>) -> Vec<String> {
    let roles = |one: &Value<'_>| one.all("type.coding.code").iter().filter_map(|code| code.as_str()).map(|code| code.into_owned()).collect::<Vec<_>>();
    let told = words.all("participant");
    let filled: Vec<String> = told.iter().flat_map(roles).collect();
    let stays = known.all("participant").into_iter().filter(|one| !roles(one).iter().any(|role| filled.contains(role)));
    stays.chain(told.iter().copied()).map(written).collect()
}

/// An Encounter as a message is mapped to it, without what the commands decide: what a new stay is begun with.
pub fn blank(patient: &str) -> Stay {
    let mut base = Object::default();
    base.set("resourceType", quoted("Encounter"));
    Stay::new(String::new(), patient.to_owned(), String::new(), base)
}
