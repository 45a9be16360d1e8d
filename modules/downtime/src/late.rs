//! What was entered afterwards: its real time is more than an hour before it was written down.

use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look, Names, Script};
use rihla_kernel::Instant;
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::text::{Dated, Html, Moment, auto};
use rihla_web::{Desk, Refusal, look, percent};

/// Who writes within the hour was not late.
const LATE: i64 = 3_600_000;
/// Resources of one type that are looked at, and lines that are shown.
const LOOKED_AT: &str = "1000";
const MOST: usize = 300;
/// What has a time of its own, where that stands, whose it is, and who says so.
const KINDS: [(&str, &[&str], &[&str]); 6] = [
    ("Observation", &["effectiveDateTime", "effectiveInstant", "effectivePeriod.start"], &["performer.display"]),
    ("Composition", &["event.period.start"], &["author.display"]),
    ("Encounter", &["period.start"], &["participant.individual.display"]),
    ("MedicationAdministration", &["effectiveDateTime", "effectivePeriod.start"], &["performer.actor.display"]),
    ("Procedure", &["performedDateTime", "performedPeriod.start"], &["performer.actor.display", "recorder.display"]),
    ("ServiceRequest", &["authoredOn"], &["requester.display"]),
];

pub struct Line {
    pub occurred: String,
    pub recorded: String,
    pub what: String,
    pub name: Html,
    pub path: String,
    pub by: String,
    order: i64,
}

pub struct Late {
    pub lines: Vec<Line>,
    /// More was written than is looked at or shown.
    pub cut: bool,
}

/// First versions that were written since a moment, as far as this person is shown them.
pub fn read(desk: &Desk, since: Instant) -> Result<Late, Refusal> {
    let since = format!("ge{}", instant_text(since));
    let mut out = Late { lines: Vec::new(), cut: false };
    for (ty, times, people) in KINDS.iter().filter(|(ty, ..)| desk.shows(ty)) {
        let page = desk.search(ty, &[("_lastUpdated", &since), ("_sort", "-_lastUpdated"), ("_count", LOOKED_AT)])?;
        out.cut |= page.next.is_some();
        for stored in page.matches.iter().filter(|stored| stored.vid == 1) {
            out.lines.extend(look(stored, |value| line(desk, ty, stored, value, times, people)).flatten());
        }
    }
    out.lines.sort_by_key(|line| line.order);
    out.cut |= out.lines.len() > MOST;
    out.lines.truncate(MOST);
    Ok(out)
}

fn line(desk: &Desk, ty: &str, stored: &Stored, value: Value<'_>, times: &[&str], people: &[&str]) -> Option<Line> {
    let voice = &desk.voice;
    let text = times.iter().find_map(|path| value.text(path))?;
    // A day without an hour says nothing of how late it was written.
    let Moment::Full(at) = text.as_ref().moment(voice.zone()) else { return None };
    let occurred = at.timestamp().as_millisecond();
    if stored.last_updated.0 - occurred <= LATE {
        return None;
    }
    let patient = ["subject.reference", "patient.reference"].iter().find_map(|path| value.reference(path, "Patient"))?.into_owned();
    // Somebody whom this person may not see is not in their list.
    let known = desk.read("Patient", &patient).ok()?;
    let name = look(&known, |patient| Names::of(patient).first(Script::of_lang(voice.lang())).map(rihla_fhir::view::HumanName::formal)).flatten();
    let words = |path: &str| Concept::at(value, path).and_then(|concept| concept.words(voice.lang())).map(|words| words.into_owned());
    let what =
        value.text("title").map(|title| title.into_owned()).or_else(|| words("code")).or_else(|| words("type")).or_else(|| words("medicationCodeableConcept"));
    let kind = match ty {
        "Encounter" => voice.t("downtime-admission"),
        _ => what.unwrap_or_else(|| voice.t("downtime-unnamed")),
    };
    Some(Line {
        occurred: voice.date_time(text.as_ref()),
        recorded: voice.date_time(stored.last_updated),
        what: kind,
        name: auto(name.unwrap_or_default()),
        path: format!("/patients/{}", percent(&patient)),
        by: people.iter().find_map(|path| value.text(path)).unwrap_or_default().into_owned(),
        order: occurred,
    })
}
