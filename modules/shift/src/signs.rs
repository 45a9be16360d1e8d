//! When signs are due, by the band of the last score of each patient.

use crate::asked::{all, instant};
use crate::clock::Span;
use crate::rows::{Group, Row};
use crate::ward::Ward;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::Instant;
use rihla_scores::{Score, Scores};
use rihla_store::body::instant_text;
use rihla_web::text::{Html, ltr};
use rihla_web::{Desk, Refusal, look, percent};
use std::collections::{BTreeMap, BTreeSet};

/// Who was not measured for so long is late whatever was said then.
const HOURS: i64 = 24;
const MINUTE: i64 = 60_000;
/// The systems of scores and of their levels.
pub const SCORE: &str = "urn:rihla:score";
const LEVEL: &str = "urn:rihla:score:level";

/// What a score said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    pub at: Instant,
    pub total: i32,
    pub level: String,
}

/// The score of every set.
pub fn watched(desk: &Desk) -> Option<&'static Score> {
    let signs = &desk.house.pack().signs;
    Scores::watched(&signs.watch, &signs.confirmed)
}

/// The name of a score in the reader's language.
pub fn named(desk: &Desk, score: &Score) -> String {
    let names = &score.names;
    names.get(desk.voice.lang().tag()).or_else(|| names.get("fr")).cloned().unwrap_or_default()
}

/// Since when measures are looked at, for a search.
pub fn since(desk: &Desk) -> String {
    format!("ge{}", instant_text(Instant(desk.voice.now().0 - HOURS * 60 * MINUTE)))
}

/// Reads a score; none of what is another thing or was struck.
pub fn scored(desk: &Desk, value: Value<'_>, score: &Score) -> Option<Scored> {
    if is_struck(value) || Concept::at(value, "code")?.code(SCORE)? != score.id {
        return None;
    }
    let level = value.all("interpretation").into_iter().find_map(|said| Concept(said).code(LEVEL).map(|code| code.into_owned()));
    Some(Scored { at: measured_at(desk, value)?, total: value.text("valueQuantity.value")?.parse().ok()?, level: level.unwrap_or_default() })
}

pub fn is_struck(value: Value<'_>) -> bool {
    matches!(value.text("status").as_deref(), Some("entered-in-error" | "cancelled"))
}

pub fn measured_at(desk: &Desk, value: Value<'_>) -> Option<Instant> {
    ["effectiveDateTime", "effectiveInstant", "effectivePeriod.end", "effectivePeriod.start", "issued"]
        .into_iter()
        .find_map(|path| instant(&value.text(path)?, &desk.voice))
}

/// What is to be measured, and whether the list may not be whole.
pub fn rows(desk: &Desk, ward: &Ward, span: &Span<'_>, out: &mut Vec<Row>) -> Result<bool, Refusal> {
    let (ids, since) = (ward.ids(), since(desk));
    let score = watched(desk);
    let mut last: BTreeMap<usize, Scored> = BTreeMap::new();
    let mut cut = false;
    if let Some(score) = score {
        let code = format!("{SCORE}|{}", score.id);
        let (found, more) = all(desk, "Observation", &[("patient", &ids), ("code", &code), ("date", &since)])?;
        cut |= more;
        for stored in &found {
            let one = look(stored, |value| Some((ward.whose(value, "subject.reference")?.0, scored(desk, value, score)?))).flatten();
            if let Some((person, one)) = one.filter(|(person, one)| last.get(person).is_none_or(|known| known.at < one.at)) {
                last.insert(person, one);
            }
        }
    }
    let measured = measured(desk, ward, &last, &since)?;
    for (at, person) in ward.people.iter().enumerate().filter(|(_, person)| person.stay.death.is_none()) {
        let path = format!("/patients/{}/signs", percent(&person.id));
        let row = |group, what: &str| Row::new(group, at, "activity", desk.voice.t(what), path.clone());
        match (last.get(&at), score) {
            (Some(one), Some(score)) => out.extend(due(desk, one, score, span, row)),
            _ if measured.contains(&at) => {}
            _ => out.push(row(Group::Late, rihla_web::key!("shift-signs-never"))),
        }
    }
    Ok(cut)
}

/// Of whom something was measured, among those without a score: a score that lacks an item asks for nobody's time.
fn measured(desk: &Desk, ward: &Ward, scored: &BTreeMap<usize, Scored>, since: &str) -> Result<BTreeSet<usize>, Refusal> {
    let without: Vec<&str> = ward.people.iter().enumerate().filter(|(at, _)| !scored.contains_key(at)).map(|(_, person)| person.id.as_str()).collect();
    if without.is_empty() {
        return Ok(BTreeSet::new());
    }
    let (found, _) = all(desk, "Observation", &[("patient", &without.join(",")), ("category", "vital-signs,survey"), ("date", since)])?;
    let whose = |value: Value<'_>| ward.whose(value, "subject.reference").filter(|_| !is_struck(value)).map(|(at, _)| at);
    Ok(found.iter().filter_map(|stored| look(stored, whose).flatten()).collect())
}

fn due(desk: &Desk, one: &Scored, score: &Score, span: &Span<'_>, row: impl Fn(Group, &str) -> Row) -> Option<Row> {
    let now = desk.voice.now();
    let mut detail = Html::text(named(desk, score));
    detail.push_text(" ");
    detail.push(&ltr(one.total));
    let minutes = score.again_after(one.total, &one.level)?;
    let at = Instant(one.at.0 + i64::from(minutes) * MINUTE);
    let signs = rihla_web::key!("shift-signs");
    let row = match minutes {
        0 => Row { critical: true, ..row(Group::Due, rihla_web::key!("shift-signs-always")) }.at(one.at),
        _ if at < now => row(Group::Late, signs).at(at),
        _ if at <= span.to => row(Group::Due, signs).at(at),
        _ => return None,
    };
    Some(row.detail(detail))
}
