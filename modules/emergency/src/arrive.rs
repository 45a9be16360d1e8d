//! Somebody has come: one form, for whoever is known and for whoever is not. It asks for no payment and no cover (FACTS §7,
//! art. 42).

use crate::newcomer::{Newcomer, OLDEST};
use crate::sent::{act, when};
use crate::turn::turn;
use crate::visit::{self, REASON};
use crate::{ARRIVE, SEE};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::Response;
use rihla_clinical::emergency::{EMERGENCY, Moment};
use rihla_clinical::{Answers, House, Object, Spot, Stay, concept, quoted, reference, refusal};
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_kernel::{Fault, Instant, ServerId};
use rihla_packs::TriageWord;
use rihla_store::people::PeopleQuery;
use rihla_web::text::{Html, Voice, auto, ltr};
use rihla_web::{Desk, Page, Refusal, go, key, look, percent};
use serde::Deserialize;
use std::collections::BTreeMap;

const PATH: &str = "/emergency/arrive";
/// People of one search.
const SHOWN: usize = 8;
/// The longest text of a field.
const LONGEST: usize = 300;
/// The code of emergency departments (<https://terminology.hl7.org/CodeSystem-v3-RoleCode.html>).
const DEPARTMENT: &str = "ER";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    /// The id that somebody unknown would be given.
    #[serde(rename = "_id")]
    id: String,
    q: String,
    /// Who was chosen; empty: somebody unknown.
    patient: String,
    sex: String,
    age: String,
    note: String,
    mode: String,
    reason: String,
    text: String,
    unit: String,
    at: String,
}

struct Found {
    id: String,
    name: Html,
    detail: String,
    number: Option<Html>,
}

type Choice = (String, String);

#[derive(Template)]
#[template(path = "emergency/arrive.html")]
struct Body<'b> {
    voice: &'b Voice,
    notice: String,
    author: String,
    typed: &'b Typed,
    faults: BTreeMap<&'static str, String>,
    modes: Vec<Choice>,
    reasons: Vec<Choice>,
    units: Vec<Choice>,
    found: String,
}

#[derive(Template)]
#[template(path = "emergency/found.html")]
struct List<'l> {
    voice: &'l Voice,
    asked: bool,
    chosen: Option<&'l str>,
    found: Vec<Found>,
}

/// `GET /emergency/arrive`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(ARRIVE)?;
    page(&desk, Typed::default(), BTreeMap::new())
}

/// `POST /emergency/arrive/find`: who is known by what was typed.
pub async fn find(desk: Desk, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(ARRIVE)?;
    if desk.wants_part() { Ok(desk.part(found(&desk, &typed.q, Some(&typed.patient))?)) } else { page(&desk, typed, BTreeMap::new()) }
}

/// `POST /emergency/arrive`
pub async fn arrive(desk: Desk, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(ARRIVE)?;
    desk.same_author(&typed.author)?;
    let act = act(&desk);
    let at = when(&desk, &typed.at, act.now).and_then(|at| if at > act.now { Err(refusal::order()) } else { Ok(at) });
    let mut faults = wrong(&desk, &typed);
    if at.is_err() {
        faults.insert("at", desk.voice.t("emergency-wrong-at"));
    }
    if !typed.patient.is_empty() && dead(&desk, &typed.patient)? {
        faults.insert("patient", desk.voice.t("emergency-wrong-dead"));
    }
    let (true, Ok(at)) = (faults.is_empty(), at) else { return page(&desk, typed, faults) };
    let known = !typed.patient.is_empty();
    let patient = if known { &typed.patient } else { &typed.id };
    // Sent twice, or written down at two desks: one visit.
    let to = after(&desk, patient);
    let _turn = turn().await;
    if is_here(&desk, patient)? {
        return Ok(go(&to, &[]));
    }
    let id = desk.reserve("Encounter", patient)?;
    let json = visit(&desk, &typed, &id, patient, at)?.write();
    match known {
        true => desk.create_by_node(&[(id, json)], Vec::new()).await?,
        false => {
            let newcomer = Newcomer { id: &typed.id, sex: &typed.sex, age: typed.age.trim().parse().ok(), died: None };
            newcomer.write(&desk, |_| (id.clone(), json.clone())).await?;
        }
    }
    Ok(go(&to, &[]))
}

/// Where whoever wrote it down goes on.
fn after(desk: &Desk, patient: &str) -> String {
    if desk.person.may(SEE.0) { "/emergency".to_owned() } else { format!("/patients/{}", percent(patient)) }
}

fn wrong(desk: &Desk, typed: &Typed) -> BTreeMap<&'static str, String> {
    let voice = &desk.voice;
    let triage = &desk.house.pack().triage;
    let knows = |list: &[TriageWord], code: &str| list.iter().any(|word| word.code == code);
    let mut faults = BTreeMap::new();
    let mut say = |field: &'static str, words: &'static str| faults.insert(field, voice.t(words));
    if typed.patient.is_empty() {
        if typed.note.trim().is_empty() {
            say("note", key!("emergency-wrong-note"));
        }
        let age = typed.age.trim();
        if !age.is_empty() && !age.parse::<u16>().is_ok_and(|age| age <= OLDEST) {
            say("age", key!("emergency-wrong-age"));
        }
        if ServerId::parse(&typed.id).is_none() {
            say("patient", key!("emergency-wrong-form"));
        }
    }
    if !knows(&triage.reasons, &typed.reason) {
        say("reason", key!("emergency-wrong-reason"));
    }
    if !knows(&triage.modes, &typed.mode) {
        say("mode", key!("emergency-wrong-mode"));
    }
    faults
}

/// Whoever is recorded as dead does not arrive as a patient (FACTS §7, art. 46).
pub fn dead(desk: &Desk, patient: &str) -> Result<bool, Refusal> {
    let stored = desk.read("Patient", patient)?;
    let dead = |value: rihla_fhir::json::Value<'_>| {
        value.get("deceasedDateTime").is_some() || value.get("deceasedBoolean").and_then(|said| said.as_bool()).unwrap_or(false)
    };
    Ok(look(&stored, dead).unwrap_or_default())
}

/// Whether a visit of theirs goes on, whoever may see it.
pub fn is_here(desk: &Desk, patient: &str) -> Result<bool, Refusal> {
    let asked = [("patient", patient), ("class", EMERGENCY), ("status", "arrived,triaged,in-progress"), ("_count", "1")];
    Ok(!desk.search_as_node("Encounter", &asked)?.matches.is_empty())
}

fn visit(desk: &Desk, typed: &Typed, id: &str, patient: &str, at: Instant) -> Result<Stay, Refusal> {
    let cut = |text: &str| text.trim().chars().take(LONGEST).collect::<String>();
    let named = desk.house.pack().triage.reasons.iter().find(|word| word.code == typed.reason).map(|word| &word.names);
    let words = Some(cut(&typed.text)).filter(|text| !text.is_empty());
    let words = words.or_else(|| named.and_then(|names| names.get(&desk.house.pack().default_language).cloned())).unwrap_or_default();
    let reason = format!(r#"[{{"coding":[{{"system":"{REASON}","code":{}}}],"text":{}}}]"#, quoted(&typed.reason), quoted(&words));
    let mut stay = begin(desk, id, patient, reason);
    stay.extend(visit::arrival(&typed.mode, &cut(&typed.note)));
    enter(desk, &mut stay, &typed.unit, at)?;
    Ok(stay)
}

/// A visit that has not begun. `reason`: `Encounter.reasonCode`, as JSON.
pub fn begin(desk: &Desk, id: &str, patient: &str, reason: String) -> Stay {
    let mut base = Object::default();
    base.set("id", quoted(id));
    base.set("reasonCode", reason);
    base.set("type", format!("[{}]", concept("urn:rihla:admission-kind", "emergency-visit")));
    if let Some(site) = desk.house.pack().site(desk.house.site()) {
        base.set("serviceProvider", reference(&format!("Organization/{}", site.code)));
    }
    Stay::new(id.to_owned(), patient.to_owned(), EMERGENCY.to_owned(), base)
}

/// The patient comes into a department: the one that was chosen, or that of whoever writes it down.
pub fn enter(desk: &Desk, stay: &mut Stay, unit: &str, at: Instant) -> Result<(), Refusal> {
    let act = act(desk);
    let units = departments(desk)?;
    let unit = units.iter().find(|(id, _)| *id == unit).or_else(|| units.first()).map(|(id, _)| id.clone());
    let begun: Result<(), Fault> = match unit {
        Some(location) => {
            let answers = format!("Location/{location}");
            stay.admit(Spot { location, slot: None }, Answers { medical: answers.clone(), nursing: answers }, at, act.now)
        }
        None => stay.arrive(at, act.now),
    };
    Ok(begun.and_then(|()| stay.mark(Moment::Arrival, "", act.signed_at(at), act.now))?)
}

/// Emergency departments, that of whoever works in one first.
fn departments(desk: &Desk) -> Result<Vec<Choice>, Refusal> {
    let found = desk.search("Location", &[("type", DEPARTMENT), ("_count", "20")])?;
    let house = House::read(&desk.record)?;
    let arabic = desk.voice.lang() == rihla_kernel::Lang::Arabic;
    let named = |id: String| {
        let place = house.get(&id)?;
        // A box of the department is no department.
        let above = place.above.as_deref().is_some_and(|above| house.get(above).is_some_and(|above| above.function == DEPARTMENT));
        (!place.is_place && !above).then(|| (id.clone(), rihla_clinical::called(&place.name, &place.aliases, arabic).to_owned()))
    };
    let mut units: Vec<Choice> = found.matches.iter().filter_map(|stored| named(stored.id.to_text())).collect();
    units.sort_by_key(|(id, name)| (desk.person.unit.as_deref() != Some(id), name.clone()));
    Ok(units)
}

/// People who bear what was looked for, to choose one; or the one who was chosen. `chosen`: empty for none of them, None where
/// nobody said yet.
pub fn found(desk: &Desk, q: &str, chosen: Option<&str>) -> Result<String, Refusal> {
    let q: String = q.trim().chars().take(LONGEST).collect();
    let mut found = Vec::new();
    if !q.is_empty() {
        let people = desk.record.find_people(&PeopleQuery { text: &q, rules: desk.house.name_rules(), limit: SHOWN })?;
        found.extend(people.found.iter().filter_map(|person| one(desk, &person.stored)));
    } else if let Some(chosen) = chosen.filter(|id| !id.is_empty()) {
        found.extend(one(desk, &desk.read("Patient", chosen)?));
    }
    Ok(List { voice: &desk.voice, asked: !q.is_empty(), chosen, found }.render()?)
}

fn one(desk: &Desk, stored: &rihla_store::Stored) -> Option<Found> {
    look(stored, |patient| {
        let name = Names::of(patient).first(Script::of_lang(desk.voice.lang())).map(HumanName::formal).unwrap_or_default();
        let sex = rihla_web::sex(patient.text("gender").as_deref(), &desk.voice);
        let birth = patient.text("birthDate").map(|date| desk.voice.date(date.as_ref())).unwrap_or_default();
        Found {
            id: stored.id.to_text(),
            name: auto(name),
            detail: [sex, birth].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · "),
            number: rihla_web::numbers(patient, desk).into_iter().next().map(|number| ltr(number.value)),
        }
    })
}

fn page(desk: &Desk, mut typed: Typed, faults: BTreeMap<&'static str, String>) -> Result<Response, Refusal> {
    if typed.id.is_empty() {
        typed.id = desk.reserve_patient()?;
    }
    let triage = &desk.house.pack().triage;
    let said = |list: &[TriageWord]| list.iter().map(|word| (word.code.clone(), desk.named(&word.names).into_owned())).collect();
    let refused = !faults.is_empty();
    let body = Body {
        voice: &desk.voice,
        notice: crate::mass::notice(desk)?,
        author: desk.person.mark(),
        found: found(desk, &typed.q, Some(&typed.patient))?,
        faults,
        modes: said(&triage.modes),
        reasons: said(&triage.reasons),
        units: departments(desk)?,
        typed: &typed,
    };
    let body = body.render()?;
    let mut response = desk.page(Page { title: desk.voice.t("emergency-arrive"), nav: PATH, live: crate::mass::live(desk), body, ..Page::default() })?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
