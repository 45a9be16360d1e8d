//! One victim of an event, as the list and the report show them.

use super::event::Event;
use crate::level::Shown;
use crate::visit::Visit;
use rihla_clinical::State;
use rihla_clinical::emergency::{EMERGENCY, Moment};
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_kernel::Instant;
use rihla_web::text::{Html, auto};
use rihla_web::{Desk, Refusal, look};

/// Victims of one list.
const MOST: &str = "500";

pub struct Victim {
    pub id: String,
    pub version: u32,
    pub patient: String,
    pub tag: String,
    /// Empty until somebody knows it.
    pub name: Html,
    pub sex: String,
    pub age: String,
    pub note: String,
    pub category: Option<Shown>,
    /// The code of the category.
    pub code: String,
    pub arrived: Instant,
    pub arrived_text: String,
    /// When somebody said the category first, examined them first, and said last where they are.
    pub sorted: Option<Instant>,
    pub seen: Option<Instant>,
    pub went_at: Option<Instant>,
    /// Where they were taken: the code and the words.
    pub went: Option<(String, String)>,
    pub dead: bool,
    /// The visit goes on.
    pub here: bool,
    /// By whom they were written down.
    pub account: String,
}

/// Victims of an event by their category, the unsorted first; and how many more there are who are not shown here.
pub fn all(desk: &Desk, event: &Event) -> Result<(Vec<Victim>, usize), Refusal> {
    let tags = format!("{}|", event.tags());
    let asked = [("identifier", tags.as_str()), ("class", EMERGENCY), ("_sort", "date"), ("_count", MOST)];
    let found = desk.search("Encounter", &asked)?;
    let all = desk.search_as_node("Encounter", &asked)?.matches.len();
    let mut victims: Vec<Victim> = found.matches.iter().filter_map(|stored| Victim::read(desk, event, stored)).collect();
    victims.sort_by_key(|one| (one.category.as_ref().map(|category| category.rank + 1), one.arrived));
    let hidden = all.saturating_sub(victims.len());
    Ok((victims, hidden))
}

impl Victim {
    fn read(desk: &Desk, event: &Event, stored: &rihla_store::Stored) -> Option<Self> {
        let Visit { stay, note, .. } = Visit::read(stored, desk)?;
        let tags = event.tags();
        let tag = look(stored, |value| {
            let own = value.all("identifier").into_iter().find(|one| one.text("system").as_deref() == Some(tags.as_str()))?;
            own.text("value").map(|text| text.into_owned())
        })
        .flatten()?;
        let (name, sex, age) = person(desk, &stay.patient)?;
        let last = stay.time(Moment::Category);
        // Whoever died here is dead, whatever was said at the door.
        let dead = stay.death.is_some();
        let code = if dead { dead_code(desk) } else { last.map(|time| time.what.clone()).unwrap_or_default() };
        let went = stay.time(Moment::Went);
        let arrival = stay.first_time(Moment::Arrival)?;
        let at = |moment: Moment| stay.first_time(moment).map(|time| time.signed.at);
        Some(Self {
            tag,
            name: auto(name),
            sex,
            age,
            note,
            category: (!code.is_empty()).then(|| Shown::category(desk, &code)),
            code,
            arrived: arrival.signed.at,
            arrived_text: crate::board::moment(&desk.voice, arrival.signed.at),
            sorted: at(Moment::Category),
            seen: at(Moment::Contact),
            went_at: went.map(|time| time.signed.at),
            went: went.map(|time| (time.what.clone(), way(desk, &time.what))),
            dead,
            here: stay.state == State::Running,
            account: arrival.signed.account.clone(),
            id: stay.id,
            version: stay.version,
            patient: stay.patient,
        })
    }
}

/// The words for where victims are taken; the code where the pack has forgotten it.
pub fn way(desk: &Desk, code: &str) -> String {
    let known = desk.house.pack().triage.mass.ways.iter().find(|way| way.code == code);
    known.map_or_else(|| code.to_owned(), |way| desk.named(&way.names).into_owned())
}

fn dead_code(desk: &Desk) -> String {
    desk.house.pack().triage.mass.categories.iter().find(|category| category.dead).map(|category| category.code.clone()).unwrap_or_default()
}

/// Name, sex and age; no name where it is only a number yet.
fn person(desk: &Desk, patient: &str) -> Option<(String, String, String)> {
    let stored = desk.read("Patient", patient).ok()?;
    look(&stored, |value| {
        let unknown = value.text("name.use").as_deref() == Some("temp");
        let name = if unknown { None } else { Names::of(value).first(Script::of_lang(desk.voice.lang())).map(HumanName::formal) };
        let sex = match value.text("gender").as_deref() {
            None | Some("unknown") => String::new(),
            known => rihla_web::sex(known, &desk.voice),
        };
        let age = value.text("birthDate").map(|birth| desk.voice.age(&birth, desk.voice.now())).unwrap_or_default();
        (name.unwrap_or_default(), sex, age)
    })
}
