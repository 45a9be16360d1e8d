//! Who lies in a place, as far as whoever looks may know.

use rihla_clinical::{Movement, Stay};
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_web::text::{Html, auto, ltr};
use rihla_web::{Desk, look};

/// A patient on a board.
pub struct Who {
    pub patient: String,
    pub stay: String,
    /// The name, or on a wall the initials.
    pub name: Html,
    pub number: Option<Html>,
    /// The unit that answers, where it is not the ward.
    pub guest_of: String,
    /// When they are expected to go, what keeps them, and whether it was decided.
    pub leaves: String,
    pub decided: bool,
}

impl Who {
    /// The patient of a stay; nobody whom this desk may not see.
    pub fn of(desk: &Desk, stay: &Stay, entry: &Movement, ward: &str, wall: bool) -> Option<Self> {
        let stored = desk.read("Patient", &stay.patient).ok()?;
        let script = Script::of_lang(desk.voice.lang());
        look(&stored, |patient| {
            let names = Names::of(patient);
            let name = names.first(script);
            let shown = if wall { name.map(HumanName::initials) } else { name.map(HumanName::formal) };
            let medical = &entry.answers.medical;
            let own = medical.is_empty() || medical.strip_prefix("Location/") == Some(ward) || medical.starts_with("Organization/");
            let unit = if own { None } else { medical.strip_prefix("Location/") };
            // A reason that the pack has forgotten is still said, by its code.
            let words = |code: &String| desk.house.pack().stays.delay(code).map_or_else(|| code.clone(), |delay| desk.named(&delay.waits).into_owned());
            let delay = stay.delay.as_ref().map(words);
            let leaves = [stay.expected.map(|at| desk.voice.date_time(at)), delay].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            Self {
                patient: stay.patient.clone(),
                stay: stay.id.clone(),
                name: auto(shown.unwrap_or_default()),
                number: rihla_web::numbers(patient, desk).into_iter().next().map(|number| ltr(number.value)),
                guest_of: unit.map(|unit| name_of(desk, unit)).unwrap_or_default(),
                leaves,
                decided: stay.decision.is_some(),
            }
        })
    }
}

/// The name of a place in the reader's script.
pub fn name_of(desk: &Desk, id: &str) -> String {
    let Ok(stored) = desk.read("Location", id) else { return String::new() };
    look(&stored, |place| {
        let aliases: Vec<String> = place.all("alias").iter().filter_map(|alias| alias.as_str()).map(|alias| alias.into_owned()).collect();
        named(desk, &place.text("name").unwrap_or_default(), &aliases)
    })
    .unwrap_or_default()
}

/// Of a name and its aliases the one in the reader's script.
pub fn named(desk: &Desk, name: &str, aliases: &[String]) -> String {
    // `سرير 101-2` would be painted as `سرير 2-101`.
    rihla_web::text::marked(rihla_clinical::called(name, aliases, desk.voice.lang() == rihla_kernel::Lang::Arabic))
}
