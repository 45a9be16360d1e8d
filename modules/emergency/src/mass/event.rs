//! An event with many victims, as it is in the record: a Group of the people whom it brings, who come to be known one by one.

use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_kernel::Instant;
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::text::{Dated, Moment as Read};
use rihla_web::{Change, Desk, Refusal, look, quoted, written};

/// Of the code of such Groups and, with `:` and the Group's id behind it, of the tags of its victims (`Encounter.identifier`).
pub const SYSTEM: &str = "urn:rihla:mass-casualty";
/// When it was said to begin and to be over, by whom and why.
const TOLD: &str = "urn:rihla:extension:mass-casualty";
/// Events of one page.
const MOST: &str = "50";

/// Who said something of an event, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub at: Instant,
    pub by: String,
    pub why: String,
}

pub struct Event {
    pub id: String,
    pub version: u32,
    /// At the head of every tag.
    pub letter: String,
    pub name: String,
    pub begun: Told,
    /// None: it goes on.
    pub over: Option<Told>,
    /// The extension as it stands.
    told: String,
}

impl Event {
    fn read(desk: &Desk, stored: &Stored) -> Option<Self> {
        let own = desk.house.pack().site(desk.house.site()).map(|site| format!("Organization/{}", site.code));
        look(stored, |group| {
            let text = |path: &str| group.text(path).unwrap_or_default().into_owned();
            // Of another hospital of the group it is no business of this one.
            if text("managingEntity.reference") != own.unwrap_or_default() {
                return None;
            }
            let told = group.extensions("", TOLD).into_iter().next()?;
            let (begun, over) = (part(desk, told, "begun")?, part(desk, told, "over"));
            Some(Self { id: stored.id.to_text(), version: stored.vid, letter: text("identifier.value"), name: text("name"), begun, over, told: written(told) })
        })
        .flatten()
    }

    /// The system of the tags of its victims.
    pub fn tags(&self) -> String {
        format!("{SYSTEM}:{}", self.id)
    }

    /// What ends it.
    pub fn end(&self, now: Instant, by: &str, why: &str) -> Change {
        let body = self.told.strip_suffix("]}").unwrap_or_default();
        let told = format!("[{body},{}]}}]", told("over", now, by, why));
        Change { ty: "Group", id: self.id.clone(), version: self.version, members: vec![("extension", Some(told)), ("active", Some("false".into()))] }
    }
}

/// A new one. `by`: a Reference, as JSON.
pub fn json(desk: &Desk, id: &str, letter: &str, name: &str, now: Instant, by: &str, why: &str) -> String {
    let site = desk
        .house
        .pack()
        .site(desk.house.site())
        .map(|site| format!(r#","managingEntity":{{"reference":{}}}"#, quoted(&format!("Organization/{}", site.code))));
    format!(
        r#"{{"resourceType":"Group","id":{id},"extension":[{{"url":"{TOLD}","extension":[{}]}}],"identifier":[{{"system":"{SYSTEM}:letter","value":{letter}}}],"active":true,"type":"person","actual":true,"code":{{"coding":[{{"system":"{SYSTEM}","code":"event"}}]}},"name":{name}{}}}"#,
        told("begun", now, by, why),
        site.unwrap_or_default(),
        id = quoted(id),
        letter = quoted(letter),
        name = quoted(name),
    )
}

fn told(what: &str, at: Instant, by: &str, why: &str) -> String {
    format!(
        r#"{{"url":"{what}","extension":[{{"url":"at","valueDateTime":{}}},{{"url":"by","valueReference":{by}}},{{"url":"why","valueString":{}}}]}}"#,
        quoted(&instant_text(at)),
        quoted(why)
    )
}

fn part(desk: &Desk, told: Value<'_>, what: &str) -> Option<Told> {
    let one = told.extensions("", what).into_iter().next()?;
    let text = |url: &str, path: &str| one.extensions("", url).first().and_then(|part| part.text(path)).unwrap_or_default().into_owned();
    let at = match text("at", "valueDateTime").as_str().moment(desk.voice.zone()) {
        Read::Full(at) => Instant(at.timestamp().as_millisecond()),
        _ => return None,
    };
    Some(Told { at, by: text("by", "valueReference.display"), why: text("why", "valueString") })
}

/// The last events, the newest first. Everybody on the emergency pages is told of them; there is no patient in them.
pub fn all(desk: &Desk) -> Result<Vec<Event>, Refusal> {
    let code = format!("{SYSTEM}|event");
    let found = desk.search_as_node("Group", &[("code", &code), ("_sort", "-_lastUpdated"), ("_count", MOST)])?;
    let mut events: Vec<Event> = found.matches.iter().filter_map(|stored| Event::read(desk, stored)).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.begun.at));
    Ok(events)
}

/// The event that goes on.
pub fn running(desk: &Desk) -> Result<Option<Event>, Refusal> {
    Ok(all(desk)?.into_iter().find(|event| event.over.is_none()))
}

pub fn find(desk: &Desk, id: &str) -> Result<Event, Refusal> {
    all(desk)?.into_iter().find(|event| event.id == id).ok_or_else(Refusal::not_found)
}

/// The letter of the next event: after Z it is A again, and the numbers behind it go on.
pub fn next_letter(last: Option<&str>) -> String {
    let next = last
        .and_then(|last| last.chars().next())
        .filter(char::is_ascii_uppercase)
        .filter(|last| *last < 'Z')
        .and_then(|last| char::from_u32(u32::from(last) + 1));
    next.unwrap_or('A').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EMG-15
    #[test]
    fn each_event_has_the_letter_after_the_one_before() {
        assert_eq!([None, Some("A"), Some("Y"), Some("Z"), Some("é")].map(next_letter), ["A", "B", "Z", "A", "A"]);
    }
}
