//! What a round has to know of each patient, read for all at once.

use crate::asked::{all, instant};
use crate::requests;
use crate::rows::clock;
use crate::signs::{self, Scored, is_struck, measured_at, named, scored, watched};
use crate::ward::{Person, Ward};
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::view::{Concept, Look, Quantity};
use rihla_kernel::Instant;
use rihla_packs::{Sign, SignKind};
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::text::{Html, auto, listed, ltr};
use rihla_web::{Allergies, Desk, Refusal, alerts, look, narrative};
use std::collections::BTreeMap;

const DAY: i64 = 24 * 3_600_000;
/// Notes are looked at of so many days.
const NOTES: i64 = 7;
/// Letters of an assessment, and lines of one kind: a row of the list is no chart.
const LETTERS: usize = 220;
const LINES: usize = 8;
const SECTION: &str = "urn:rihla:note-section";
const SIGN: &str = "urn:rihla:sign";
const LOINC: &str = "http://loinc.org";

/// What is known of one patient.
#[derive(Default)]
pub struct Known {
    pub reason: Html,
    pub problems: Vec<Html>,
    /// None: not for this reader's eyes.
    pub allergies: Option<Allergies>,
    pub alerts: Vec<String>,
    pub score: Option<Score>,
    /// Values under their short names, and when the newest of them or of the scores was measured.
    pub signs: Vec<(String, Html)>,
    pub measured: String,
    pub requests: Vec<Html>,
    /// The assessment of the last note, by whom and when.
    pub assessment: Option<(Html, Html, String)>,
}

/// The last score with the one before it.
pub struct Score {
    pub name: String,
    pub total: i32,
    pub level: String,
    /// The total before, and when that was.
    pub before: Option<(i32, String)>,
}

impl Score {
    /// A key of words for where it goes; empty for a first one.
    pub fn trend(&self) -> &'static str {
        match self.before.as_ref().map(|(before, _)| self.total.cmp(before)) {
            Some(std::cmp::Ordering::Greater) => rihla_web::key!("shift-trend-up"),
            Some(std::cmp::Ordering::Less) => rihla_web::key!("shift-trend-down"),
            Some(std::cmp::Ordering::Equal) => rihla_web::key!("shift-trend-same"),
            None => "",
        }
    }

    pub fn arrow(&self) -> &'static str {
        match self.before.as_ref().map(|(before, _)| self.total.cmp(before)) {
            Some(std::cmp::Ordering::Greater) => "↑",
            Some(std::cmp::Ordering::Less) => "↓",
            Some(std::cmp::Ordering::Equal) => "=",
            None => "",
        }
    }
}

/// Of each of the ward's people, in their order; and whether something may be missing.
pub fn read(desk: &Desk, ward: &Ward) -> Result<(Vec<Known>, bool), Refusal> {
    let mut out: Vec<Known> = ward.people.iter().map(|person| Known { reason: reason(desk, person), ..Known::default() }).collect();
    if out.is_empty() {
        return Ok((out, false));
    }
    let mut cut = ward.cut;
    cut |= problems(desk, ward, &mut out)?;
    cut |= warnings(desk, ward, &mut out)?;
    if desk.person.may("signs.read") {
        cut |= values(desk, ward, &mut out)?;
    }
    if desk.person.may("requests.see") && desk.shows("ServiceRequest") {
        cut |= running(desk, ward, &mut out)?;
    }
    if desk.person.may("notes.read") {
        cut |= assessments(desk, ward, &mut out)?;
    }
    Ok((out, cut))
}

/// What is found of one type, by person, in the order in which it was found.
fn found(desk: &Desk, ward: &Ward, ty: &str, path: &str, more: &[(&str, &str)]) -> Result<(BTreeMap<usize, Vec<Stored>>, bool), Refusal> {
    let mut out: BTreeMap<usize, Vec<Stored>> = BTreeMap::new();
    if !desk.shows(ty) {
        return Ok((out, false));
    }
    let ids = ward.ids();
    let asked: Vec<(&str, &str)> = std::iter::once(("patient", ids.as_str())).chain(more.iter().copied()).collect();
    let (all, cut) = all(desk, ty, &asked)?;
    for stored in all {
        if let Some(at) = look(&stored, |value| ward.whose(value, path).map(|(at, _)| at)).flatten() {
            out.entry(at).or_default().push(stored);
        }
    }
    Ok((out, cut))
}

/// What the stay is for.
fn reason(desk: &Desk, person: &Person) -> Html {
    let Some(json) = person.stay.source.get("reasonCode") else { return Html::default() };
    let Ok(doc) = parse(json.as_bytes(), &Limits::default()) else { return Html::default() };
    let words = doc.root().items().find_map(|reason| Concept(reason).words(desk.voice.lang()).map(|words| words.into_owned()));
    words.map(auto).unwrap_or_default()
}

fn problems(desk: &Desk, ward: &Ward, out: &mut [Known]) -> Result<bool, Refusal> {
    let (found, cut) = found(desk, ward, "Condition", "subject.reference", &[("clinical-status", "active,recurrence,relapse")])?;
    let words = |value: Value<'_>| {
        let wrong = Concept::at(value, "verificationStatus").is_some_and(|state| state.has_code("entered-in-error") || state.has_code("refuted"));
        Concept::at(value, "code").filter(|_| !wrong)?.words(desk.voice.lang()).map(|words| words.into_owned())
    };
    for (at, of) in found {
        let Some(known) = out.get_mut(at) else { continue };
        let mut lines: Vec<String> = of.iter().filter_map(|stored| look(stored, words).flatten()).collect();
        lines.dedup();
        known.problems = lines.into_iter().take(LINES).map(auto).collect();
    }
    Ok(cut)
}

fn warnings(desk: &Desk, ward: &Ward, out: &mut [Known]) -> Result<bool, Refusal> {
    let (mut allergies, cut) = found(desk, ward, "AllergyIntolerance", "patient.reference", &[])?;
    if desk.shows("AllergyIntolerance") {
        for (at, known) in out.iter_mut().enumerate() {
            known.allergies = Some(Allergies::of(&allergies.remove(&at).unwrap_or_default(), &desk.voice));
        }
    }
    let (flags, more) = found(desk, ward, "Flag", "subject.reference", &[])?;
    for (at, of) in flags {
        out.get_mut(at).into_iter().for_each(|known| known.alerts = alerts(&of, &desk.voice));
    }
    Ok(cut || more)
}

fn values(desk: &Desk, ward: &Ward, out: &mut [Known]) -> Result<bool, Refusal> {
    let since = signs::since(desk);
    let asked = [("category", "vital-signs,survey"), ("date", since.as_str()), ("_sort", "-date")];
    let (found, cut) = found(desk, ward, "Observation", "subject.reference", &asked)?;
    for (at, of) in found {
        out.get_mut(at).into_iter().for_each(|known| measures(desk, &of, known));
    }
    Ok(cut)
}

/// The newest value of each sign, and the last two scores.
fn measures(desk: &Desk, of: &[Stored], known: &mut Known) {
    let list = &desk.house.pack().signs.list;
    let score = watched(desk);
    let (mut values, mut scores): (BTreeMap<usize, Html>, Vec<Scored>) = (BTreeMap::new(), Vec::new());
    let mut newest: Option<Instant> = None;
    for stored in of {
        look(stored, |value| {
            scores.extend(score.and_then(|score| scored(desk, value, score)));
            let Some((at, sign)) = list.iter().enumerate().find(|(_, sign)| is_of(value, sign)).filter(|_| !is_struck(value)) else { return };
            let Some(shown) = shown(desk, value, sign) else { return };
            newest = newest.max(measured_at(desk, value));
            values.entry(at).or_insert(shown);
        });
    }
    known.signs = values.into_iter().filter_map(|(at, value)| Some((desk.named(&list.get(at)?.short).into_owned(), value))).collect();
    newest = scores.iter().map(|one| Some(one.at)).fold(newest, Option::max);
    known.measured = newest.map(|at| clock(&desk.voice, at)).unwrap_or_default();
    scores.sort_by_key(|one| std::cmp::Reverse(one.at));
    let mut scores = scores.into_iter();
    let (last, before) = (scores.next(), scores.next());
    known.score = score.zip(last).map(|(score, last)| Score {
        name: named(desk, score),
        total: last.total,
        level: last.level,
        before: before.map(|one| (one.total, clock(&desk.voice, one.at))),
    });
}

/// Whether an Observation is of a sign, by its LOINC code or the house's own.
fn is_of(value: Value<'_>, sign: &Sign) -> bool {
    let Some(code) = Concept::at(value, "code") else { return false };
    code.codings().any(|coding| {
        let code = coding.text("code").unwrap_or_default();
        match coding.text("system").as_deref() {
            Some(LOINC) => sign.loinc.iter().any(|known| *known == code),
            Some(SIGN) => code == sign.code,
            _ => false,
        }
    })
}

fn shown(desk: &Desk, value: Value<'_>, sign: &Sign) -> Option<Html> {
    let voice = &desk.voice;
    match &sign.kind {
        SignKind::Number(measure) => {
            let quantity = Quantity::at(value, "valueQuantity")?;
            let same = quantity.code == measure.ucum || quantity.unit == measure.unit;
            Some(if same { ltr(voice.number(&quantity.value)) } else { voice.quantity(&quantity) })
        }
        SignKind::Pair(..) => {
            let parts: Vec<String> =
                value.all("component").into_iter().filter_map(|part| Quantity::at(part, "valueQuantity")).map(|part| voice.number(&part.value)).collect();
            (parts.len() == 2).then(|| ltr(parts.join("/")))
        }
        SignKind::Choice(choices) => {
            let own = format!("{SIGN}:{}", sign.code);
            let code = Concept::at(value, "valueCodeableConcept")?.code(&own)?.into_owned();
            choices.iter().find(|choice| choice.code == code).map(|choice| auto(desk.named(&choice.names)))
        }
    }
}

fn running(desk: &Desk, ward: &Ward, out: &mut [Known]) -> Result<bool, Refusal> {
    let (running, cut) = requests::running(desk, ward)?;
    for request in running.values() {
        let Some(known) = out.get_mut(request.person()).filter(|known| known.requests.len() < LINES) else { continue };
        let mut line = request.words.clone();
        if request.status != "active" {
            line.push_text(" · ");
            line.push_text(desk.voice.t(&listed(rihla_web::key!("shift-state-*"), &request.status)));
        }
        if request.urgent {
            line.push_text(" · ");
            line.push_text(desk.voice.t("shift-urgent"));
        }
        known.requests.push(line);
    }
    Ok(cut)
}

fn assessments(desk: &Desk, ward: &Ward, out: &mut [Known]) -> Result<bool, Refusal> {
    let since = format!("ge{}", instant_text(Instant(desk.voice.now().0 - NOTES * DAY)));
    let (found, cut) = found(desk, ward, "Composition", "subject.reference", &[("date", since.as_str()), ("_sort", "-date")])?;
    for (at, of) in found {
        let assessment = of.iter().find_map(|stored| look(stored, |note| assessment(desk, note)).flatten());
        out.get_mut(at).into_iter().for_each(|known| known.assessment = assessment.clone());
    }
    Ok(cut)
}

fn assessment(desk: &Desk, note: Value<'_>) -> Option<(Html, Html, String)> {
    if note.text("status").as_deref() == Some("entered-in-error") {
        return None;
    }
    let own = |section: &Value<'_>| Concept::at(*section, "code").and_then(|code| code.code(SECTION)).as_deref() == Some("assessment");
    let section = note.all("section").into_iter().find(own)?;
    let text = narrative::text(&section.text("text.div")?);
    let line: Vec<&str> = text.split_whitespace().collect();
    let mut line = line.join(" ");
    if line.chars().count() > LETTERS {
        line = line.chars().take(LETTERS).chain(['…']).collect();
    }
    let at = instant(&note.text("date")?, &desk.voice)?;
    Some((auto(line), auto(note.text("author.display").unwrap_or_default()), clock(&desk.voice, at)))
}
