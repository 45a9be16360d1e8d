//! Sets as they are in the record: what was measured at one time, with what a score said of it. What monitors and other
//! systems sent stands beside what was typed, by its own time.

use crate::value::{Value, sign_of};
use crate::written::{LEVEL, SCORE, SET};
use rihla_fhir::json::Value as Json;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::Instant;
use rihla_packs::Sign;
use rihla_store::Stored;
use rihla_web::text::{Dated, Moment, Voice};
use rihla_web::{Desk, Refusal, Struck, look};

/// Categories that hold sets and scores.
pub const CATEGORIES: &str = "vital-signs,survey";

/// What was measured at one time.
#[derive(Clone, Debug)]
pub struct Set {
    /// Its number; empty for what another system sent.
    pub id: String,
    pub at: Instant,
    /// When it was written down, where that is known.
    pub issued: Option<Instant>,
    pub by: String,
    /// Every Observation of it, with its version.
    pub resources: Vec<(String, u32)>,
    /// By the sign's code.
    pub values: Vec<(String, Value)>,
    pub scores: Vec<Scored>,
    /// The Observation of each value and score, by the code of the sign or the id of the score.
    pub from: Vec<(String, String)>,
    /// All of it was entered in error.
    pub in_error: bool,
    pub struck: Option<Struck>,
}

/// What a score said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    pub score: String,
    pub total: i32,
    pub level: String,
}

/// One Observation of a set.
struct One {
    id: String,
    version: u32,
    set: String,
    patient: String,
    at: Instant,
    issued: Option<Instant>,
    by: String,
    value: Option<(String, Value)>,
    scored: Option<Scored>,
    in_error: bool,
    struck: Option<Struck>,
}

impl Set {
    pub fn value(&self, code: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| known == code).map(|(_, value)| value)
    }

    /// The Observation of a value or a score.
    pub fn from(&self, name: &str) -> Option<&str> {
        self.from.iter().find(|(known, _)| known == name).map(|(_, id)| id.as_str())
    }

    pub fn scored(&self, score: &str) -> Option<&Scored> {
        self.scores.iter().find(|scored| scored.score == score)
    }

    fn of(one: One) -> Self {
        let mut set = Self {
            id: one.set.clone(),
            at: one.at,
            issued: one.issued,
            by: one.by.clone(),
            resources: Vec::new(),
            values: Vec::new(),
            scores: Vec::new(),
            from: Vec::new(),
            in_error: one.in_error,
            struck: one.struck.clone(),
        };
        set.add(one);
        set
    }

    fn holds(&self, one: &One) -> bool {
        // What nobody numbered belongs together by its time, unless one of both was struck.
        self.id == one.set && (!self.id.is_empty() || (self.at == one.at && self.in_error == one.in_error))
    }

    fn add(&mut self, one: One) {
        self.in_error &= one.in_error;
        self.resources.push((one.id.clone(), one.version));
        // What was struck alone says nothing beside what holds.
        if !one.in_error || self.in_error {
            let names = one.value.iter().map(|(code, _)| code).chain(one.scored.iter().map(|scored| &scored.score));
            self.from.extend(names.map(|name| (name.clone(), one.id.clone())));
            self.values.extend(one.value);
            self.scores.extend(one.scored);
        }
    }
}

/// The last sets of one patient, the newest first, and whether there are older ones. `before`: only what was measured before.
pub fn last(desk: &Desk, patient: &str, before: Option<&str>, read: &str) -> Result<(Vec<Set>, bool), Refusal> {
    let before = before.map(|before| format!("lt{before}"));
    let mut parameters = vec![("patient", patient), ("category", CATEGORIES), ("_sort", "-date"), ("_count", read)];
    parameters.extend(before.as_deref().map(|before| ("date", before)));
    let page = desk.search("Observation", &parameters)?;
    let mut sets = grouped(desk, &page.matches).into_iter().map(|(_, set)| set).collect::<Vec<_>>();
    let more = page.next.is_some();
    // The last one may go on behind the end of what was read.
    if more && sets.len() > 1 {
        sets.pop();
    }
    Ok((sets, more))
}

/// One set by its number, of this patient.
pub fn one(desk: &Desk, patient: &str, set: &str) -> Result<Option<Set>, Refusal> {
    let number = format!("{SET}|{}", rihla_web::escaped(set));
    let page = desk.search("Observation", &[("patient", patient), ("identifier", &number), ("_count", "100")])?;
    Ok(grouped(desk, &page.matches).into_iter().map(|(_, found)| found).find(|found| found.id == set))
}

/// Sets with the id of their patient, the newest first.
pub fn grouped(desk: &Desk, found: &[Stored]) -> Vec<(String, Set)> {
    let signs = &desk.house.pack().signs.list;
    let mut sets: Vec<(String, Set)> = Vec::new();
    for stored in found {
        let Some(one) = look(stored, |value| read(value, stored, signs, &desk.voice)).flatten() else { continue };
        match sets.iter_mut().rev().find(|(patient, set)| *patient == one.patient && set.holds(&one)) {
            Some((_, set)) => set.add(one),
            None => sets.push((one.patient.clone(), Set::of(one))),
        }
    }
    sets.sort_by_key(|(_, set)| std::cmp::Reverse(set.at));
    sets
}

/// None for what is neither a sign nor a score.
fn read(value: Json<'_>, stored: &Stored, signs: &[Sign], voice: &Voice) -> Option<One> {
    let sign = sign_of(signs, value);
    let scored = scored(value);
    if sign.is_none() && scored.is_none() {
        return None;
    }
    let identifiers = value.all("identifier");
    let set = identifiers.iter().find(|identifier| identifier.text("system").as_deref() == Some(SET)).and_then(|identifier| identifier.text("value"));
    let at =
        ["effectiveDateTime", "effectiveInstant", "effectivePeriod.end", "effectivePeriod.start", "issued"].into_iter().find_map(|path| value.text(path))?;
    Some(One {
        id: stored.id.to_text(),
        version: stored.vid,
        set: set.unwrap_or_default().into_owned(),
        patient: value.reference("subject.reference", "Patient")?.into_owned(),
        at: instant(&at, voice)?,
        issued: value.text("issued").and_then(|issued| instant(&issued, voice)),
        by: value.text("performer.display").unwrap_or_default().into_owned(),
        value: sign.and_then(|sign| Some((sign.code.clone(), Value::of(sign, value)?))),
        scored,
        in_error: value.text("status").as_deref() == Some("entered-in-error"),
        struck: Struck::of(value),
    })
}

fn scored(value: Json<'_>) -> Option<Scored> {
    let score = Concept::at(value, "code")?.code(SCORE)?.into_owned();
    let level = value.all("interpretation").into_iter().find_map(|said| Concept(said).code(LEVEL).map(|code| code.into_owned()));
    Some(Scored { score, total: value.text("valueQuantity.value")?.parse().ok()?, level: level.unwrap_or_default() })
}

/// Of a date without a time its midnight.
fn instant(text: &str, voice: &Voice) -> Option<Instant> {
    match text.moment(voice.zone()) {
        Moment::Full(at) => Some(Instant(at.timestamp().as_millisecond())),
        Moment::Day(day) => Some(Instant(day.to_zoned(voice.zone().clone()).ok()?.timestamp().as_millisecond())),
        _ => None,
    }
}
