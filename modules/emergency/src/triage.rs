//! Sorting: the nurse chooses a level. Nothing is reckoned, and what was not measured says nothing. Each time is kept, with who
//! and when.

use crate::TRIAGE;
use crate::level::{SYSTEM, Shown, concept, scales, years};
use crate::sent::{act, overtaken, when};
use crate::visit::{Visit, change};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_clinical::emergency::Moment;
use rihla_clinical::{Stay, refusal};
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, Instant};
use rihla_packs::TriageScale;
use rihla_store::body::instant_text;
use rihla_web::text::{Dated, Moment as Read, Voice, listed};
use rihla_web::{Banner, Desk, Draft, DraftKey, Page, Refusal, Struck, go, key, look, percent, quoted, written};
use serde::Deserialize;
use std::collections::BTreeMap;

const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
/// What keeps others from catching it.
const PRECAUTIONS: [&str; 4] = ["none", "contact", "droplet", "airborne"];
const LONGEST: usize = 500;
const FORM: &str = "emergency.triage";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    #[serde(rename = "_patient")]
    patient: String,
    #[serde(rename = "_id")]
    id: String,
    // What the form says of itself is no part of what somebody typed; a program that sends it may use the plain names.
    #[serde(rename = "_version", alias = "version")]
    version: u32,
    /// When the form was opened, in milliseconds.
    #[serde(rename = "_began", alias = "began")]
    began: String,
    /// `scale level`.
    level: String,
    pain: String,
    precaution: String,
    note: String,
    at: String,
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    wrong: String,
}

/// A triage of this visit.
pub struct Past {
    pub id: String,
    pub version: u32,
    pub level: Shown,
    /// As FHIR has it.
    pub concept: String,
    pub at: String,
    /// As FHIR has it.
    pub when: String,
    pub by: String,
    pub pain: String,
    pub precaution: String,
    pub note: String,
    pub struck: Option<Struck>,
}

struct Scale {
    name: String,
    /// Nobody of the hospital confirmed it.
    unsigned: bool,
    levels: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "emergency/triage.html")]
struct Body<'b> {
    voice: &'b Voice,
    notice: String,
    path: String,
    patient: &'b str,
    name: String,
    author: String,
    id: String,
    began: String,
    version: u32,
    form: &'b str,
    stay: &'b str,
    typed: &'b Typed,
    /// From when what somebody typed before is.
    draft: Option<String>,
    faults: BTreeMap<&'static str, String>,
    reason: String,
    note: &'b str,
    scales: Vec<Scale>,
    age_unknown: bool,
    precautions: Vec<(&'static str, String)>,
    score: Option<(String, String)>,
    pasts: Vec<Past>,
    over: bool,
    /// What was typed, where there is no form any more in which it could stand.
    unsaved: String,
}

/// `GET /emergency/{encounter}/triage`
pub async fn show(desk: Desk, Path(encounter): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(TRIAGE)?;
    let visit = Visit::open(&desk, &encounter)?;
    let draft = desk.draft(&draft_key(&visit))?;
    let wrong = match asked.wrong.as_str() {
        "" => BTreeMap::new(),
        code if code == refusal::state().code => [("strike", desk.voice.t("emergency-refused-RH-STAY-STATE"))].into(),
        _ => [("strike", desk.voice.t("emergency-wrong-strike"))].into(),
    };
    page(&desk, &visit, &draft.as_ref().map(Typed::of_draft).unwrap_or_default(), draft.map(|draft| crate::board::moment(&desk.voice, draft.at)), wrong)
}

impl Typed {
    /// What somebody wrote themselves.
    fn words(&self) -> String {
        let level = self.level.split_once(' ').map_or("", |(_, level)| level);
        [level, &self.pain, &self.note].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    fn of_draft(draft: &Draft) -> Self {
        let field = |name: &str| draft.field(name).to_owned();
        Self { level: field("level"), pain: field("pain"), precaution: field("precaution"), note: field("note"), at: field("at"), ..Self::default() }
    }
}

fn draft_key(visit: &Visit) -> DraftKey<'_> {
    DraftKey { form: FORM, patient: &visit.stay.patient, stay: &visit.stay.id }
}

/// `POST /emergency/{encounter}/triage`
pub async fn save(desk: Desk, Path(encounter): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(TRIAGE)?;
    let mut visit = Visit::open(&desk, &encounter)?;
    desk.own_form(&typed.author, &typed.patient, &visit.stay.patient)?;
    // Sent a second time: it is there already.
    if desk.read("Observation", &typed.id).is_ok() {
        return Ok(go("/emergency", &[]));
    }
    let years = years(&desk, &visit.stay.patient)?;
    let chosen = chosen(&desk, &typed.level, years);
    let mut faults = BTreeMap::new();
    let mut say = |field: &'static str, words: &'static str| faults.insert(field, desk.voice.t(words));
    if chosen.is_none() {
        say("level", key!("emergency-wrong-level"));
    }
    if !typed.pain.trim().is_empty() && !typed.pain.trim().parse::<u8>().is_ok_and(|pain| pain <= 10) {
        say("pain", key!("emergency-wrong-pain"));
    }
    if visit.stay.version != typed.version {
        say("changed", key!("emergency-wrong-changed"));
    }
    let marked = times(&desk, &mut visit.stay, &typed);
    if marked.is_err() {
        say("at", key!("emergency-wrong-at"));
    }
    let (true, Some((scale, level)), Ok(at)) = (faults.is_empty(), chosen, marked) else {
        // What would have been marked was not written: the page is of what is there.
        return page(&desk, &Visit::open(&desk, &encounter)?, &typed, None, faults);
    };
    let concept = match scale.level(level) {
        Some(level) => concept(&desk, scale, level),
        None => return Err(Refusal::not_found()),
    };
    let json = observation(&desk, &visit, &typed, &concept, at);
    let changed = change(&visit.stay, vec![("priority", Some(concept))]);
    match desk.write_all(&[(typed.id.clone(), json)], vec![changed], vec![desk.without_draft(&draft_key(&visit))]).await {
        Err(refusal) if overtaken(&refusal) => {
            let faults = [("changed", desk.voice.t("emergency-wrong-changed"))].into();
            page(&desk, &Visit::open(&desk, &encounter)?, &typed, None, faults)
        }
        done => done.map(|()| go("/emergency", &[])),
    }
}

/// Scale and level as chosen, if that scale may be chosen for somebody of that age.
fn chosen<'d, 't>(desk: &'d Desk, typed: &'t str, years: Option<u16>) -> Option<(&'d TriageScale, &'t str)> {
    let (scale, level) = typed.split_once(' ')?;
    let scale = scales(desk, years).into_iter().find(|known| known.code == scale)?;
    scale.level(level).map(|_| (scale, level))
}

/// Marks beginning and end. Whoever writes a triage down later says when it was, and it began no later than it ended.
fn times(desk: &Desk, stay: &mut Stay, typed: &Typed) -> Result<Instant, Fault> {
    let act = act(desk);
    let end = when(desk, &typed.at, act.now)?;
    let began = typed.began.parse().map(Instant).unwrap_or(end).min(end);
    let began = stay.arrived().map_or(began, |arrived| began.max(arrived)).min(end);
    stay.mark(Moment::TriageBegin, "", act.signed_at(began), act.now)?;
    stay.mark(Moment::TriageEnd, "", act.signed_at(end), act.now)?;
    if stay.death.is_some() { Err(refusal::dead()) } else { Ok(end) }
}

fn observation(desk: &Desk, visit: &Visit, typed: &Typed, concept: &str, at: Instant) -> String {
    let mut parts = Vec::new();
    let code = |code: &str| format!(r#"{{"coding":[{{"system":"{SYSTEM}:item","code":"{code}"}}]}}"#);
    if let Ok(pain) = typed.pain.trim().parse::<u8>() {
        parts.push(format!(r#"{{"code":{},"valueInteger":{pain}}}"#, code("pain")));
    }
    if let Some(precaution) = PRECAUTIONS.iter().find(|known| **known == typed.precaution) {
        let value = format!(r#"{{"coding":[{{"system":"{SYSTEM}:precaution","code":"{precaution}"}}]}}"#);
        parts.push(format!(r#"{{"code":{},"valueCodeableConcept":{value}}}"#, code("precaution")));
    }
    let parts = if parts.is_empty() { String::new() } else { format!(r#","component":[{}]"#, parts.join(",")) };
    let note: String = typed.note.trim().chars().take(LONGEST).collect();
    let note = if note.is_empty() { String::new() } else { format!(r#","note":[{{"text":{}}}]"#, quoted(&note)) };
    format!(
        r#"{{"resourceType":"Observation","status":"final","category":[{{"coding":[{{"system":"{CATEGORY}","code":"survey"}}]}}],"code":{{"coding":[{{"system":"{SYSTEM}","code":"triage"}}],"text":"Triage"}},"subject":{{"reference":{patient}}},"encounter":{{"reference":{encounter}}},"effectiveDateTime":{at},"issued":{now},"performer":[{author}],"valueCodeableConcept":{concept}{note}{parts}}}"#,
        patient = quoted(&format!("Patient/{}", visit.stay.patient)),
        encounter = quoted(&format!("Encounter/{}", visit.stay.id)),
        at = quoted(&instant_text(at)),
        now = quoted(&desk.instant()),
        author = desk.author_reference(),
    )
}

/// The triages of a visit, the newest first.
pub fn pasts(desk: &Desk, visit: &str, patient: &str) -> Result<Vec<Past>, Refusal> {
    if !desk.shows("Observation") {
        return Ok(Vec::new());
    }
    let code = format!("{SYSTEM}|triage");
    let found = desk.search("Observation", &[("patient", patient), ("code", &code), ("_sort", "-date"), ("_count", "50")])?;
    let own = format!("Encounter/{visit}");
    let read = |stored: &rihla_store::Stored| {
        let past = look(stored, |value| (value.text("encounter.reference").as_deref() == Some(own.as_str())).then(|| past(desk, value, stored)));
        past.flatten()
    };
    Ok(found.matches.iter().filter_map(read).collect())
}

fn past(desk: &Desk, value: rihla_fhir::json::Value<'_>, stored: &rihla_store::Stored) -> Past {
    let text = |path: &str| value.text(path).unwrap_or_default().into_owned();
    let system = text("valueCodeableConcept.coding.system");
    let scale = system.strip_prefix(SYSTEM).and_then(|rest| rest.strip_prefix(':')).unwrap_or_default();
    let part = |code: &str, path: &str| {
        let parts = value.all("component");
        let part = parts.iter().find(|part| part.text("code.coding.code").as_deref() == Some(code));
        part.and_then(|part| part.text(path)).map(|text| text.into_owned()).unwrap_or_default()
    };
    let pain = value.all("component").iter().find_map(|part| part.get("valueInteger").map(written)).unwrap_or_default();
    let precaution = part("precaution", "valueCodeableConcept.coding.code");
    Past {
        id: stored.id.to_text(),
        version: stored.vid,
        level: Shown::of(desk, scale, &text("valueCodeableConcept.coding.code")),
        concept: value.get("valueCodeableConcept").map(written).unwrap_or_default(),
        at: instant(desk, &text("effectiveDateTime")),
        when: text("effectiveDateTime"),
        by: text("performer.display"),
        pain,
        precaution: if PRECAUTIONS.contains(&precaution.as_str()) { words(&desk.voice, &precaution) } else { String::new() },
        note: text("note.text"),
        struck: Struck::of(value),
    }
}

/// How soon a physician sees whoever has this level.
fn within(voice: &Voice, minutes: &u16) -> String {
    crate::board::span(voice, &i64::from(*minutes))
}

fn words(voice: &Voice, precaution: &str) -> String {
    voice.t(&listed(key!("emergency-precaution-*"), precaution))
}

fn instant(desk: &Desk, text: &str) -> String {
    match text.moment(desk.voice.zone()) {
        Read::Full(at) => desk.voice.date_time(Instant(at.timestamp().as_millisecond())),
        _ => String::new(),
    }
}

/// The last score that is reckoned of every set, if one was recorded: never one that was not.
fn score(desk: &Desk, patient: &str) -> Result<Option<(String, String)>, Refusal> {
    if !desk.shows("Observation") {
        return Ok(None);
    }
    let watch = format!("urn:rihla:score|{}", desk.house.pack().signs.watch);
    let found = desk.search("Observation", &[("patient", patient), ("code", &watch), ("status", "final"), ("_sort", "-date"), ("_count", "1")])?;
    let read = |stored: &rihla_store::Stored| {
        look(stored, |value| {
            let total = value.at("valueQuantity.value").map(written)?;
            let name = value.text("code.text").unwrap_or_default();
            Some((format!("{name} {total}"), instant(desk, &value.text("effectiveDateTime").unwrap_or_default())))
        })
    };
    Ok(found.matches.first().and_then(read).flatten())
}

fn page(desk: &Desk, visit: &Visit, typed: &Typed, draft: Option<String>, faults: BTreeMap<&'static str, String>) -> Result<Response, Refusal> {
    let patient = visit.stay.patient.as_str();
    desk.must_reach(patient)?;
    let banner = Banner::load(desk, patient)?;
    let years = years(desk, patient)?;
    let scale = |scale: &TriageScale| Scale {
        name: desk.named(&scale.names).into_owned(),
        unsigned: scale.provenance.validator.is_none(),
        levels: scale.levels.iter().map(|level| Shown::level(desk, scale, level)).collect(),
    };
    let refused = !faults.is_empty();
    let body = Body {
        voice: &desk.voice,
        notice: crate::mass::notice(desk)?,
        path: format!("/emergency/{}/triage", percent(&visit.stay.id)),
        patient,
        name: banner.formal(),
        author: desk.person.mark(),
        id: if typed.id.is_empty() { desk.reserve("Observation", patient)? } else { typed.id.clone() },
        began: if typed.began.is_empty() { desk.voice.now().0.to_string() } else { typed.began.clone() },
        version: visit.stay.version,
        form: FORM,
        stay: &visit.stay.id,
        typed,
        draft,
        faults,
        reason: crate::row::reason(desk, visit),
        note: &visit.note,
        scales: scales(desk, years).into_iter().map(scale).collect(),
        age_unknown: years.is_none(),
        precautions: PRECAUTIONS.into_iter().map(|code| (code, words(&desk.voice, code))).collect(),
        score: score(desk, patient)?,
        pasts: pasts(desk, &visit.stay.id, patient)?,
        over: visit.stay.state != rihla_clinical::State::Running,
        unsaved: typed.words(),
    }
    .render()?;
    let mut response = desk.page(Page {
        title: desk.voice.t("emergency-triage"),
        nav: "/emergency",
        patient: Some(&banner),
        live: crate::mass::live(desk),
        body,
        ..Page::default()
    })?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
