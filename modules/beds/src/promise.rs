//! Promising a place to a patient: those that suit come first, each with its reasons. One that is occupied or dirty may be
//! promised as well.

use crate::board::wrong;
use crate::who::{name_of, named};
use crate::{RESERVE, act};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use rihla_clinical::propose::{Need, Neighbour, Reason, propose};
use rihla_clinical::{Answers, Change, House, Spot, Status, Stay, refusal, stays_in};
use rihla_fhir::view::Look;
use rihla_web::text::{Voice, listed};
use rihla_web::{Banner, Desk, Page, Refusal, go, look};
use serde::Deserialize;

/// Places of other wards that are shown: the best. Those of the ward itself all are, also what is still occupied.
const OTHERS: usize = 15;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    ward: String,
    #[serde(default)]
    isolation: String,
    #[serde(default)]
    oxygen: String,
    #[serde(default)]
    pressure: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    wrong: String,
}

/// What a place may have, and what may stand there: codes of the structure.
const ATTRIBUTES: [&str; 2] = ["oxygen", "negative-pressure"];
const KINDS: [&str; 4] = ["bed", "cot", "chair", "corridor"];

impl Asked {
    fn need(&self, ward: &str, sex: String) -> Need {
        let wanted = [&self.oxygen, &self.pressure].into_iter().zip(ATTRIBUTES).filter(|(said, _)| !said.is_empty());
        let attributes = wanted.map(|(_, code)| code.to_owned()).collect();
        Need { ward: ward.to_owned(), sex, isolation: !self.isolation.is_empty(), attributes, kind: self.kind.clone() }
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    place: String,
    #[serde(default)]
    version: u32,
    #[serde(default, rename = "_author")]
    author: String,
}

struct Line {
    id: String,
    ward: String,
    name: String,
    reasons: Vec<String>,
    ready: bool,
}

#[derive(Template)]
#[template(path = "beds/promise.html")]
struct Body<'b> {
    voice: &'b Voice,
    stay: &'b str,
    patient: &'b str,
    version: u32,
    author: String,
    wrong: String,
    ward: String,
    wards: Vec<(String, String)>,
    asked: &'b Asked,
    kinds: Vec<(&'static str, String)>,
    promised: Option<String>,
    lines: Vec<Line>,
}

/// `GET /beds/promise/{stay}`
pub async fn show(desk: Desk, Path(stay): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(RESERVE)?;
    let stay = act(&desk).stay(&stay)?;
    let banner = Banner::load(&desk, &stay.patient)?;
    let house = House::read(&desk.record)?;
    let ward = if asked.ward.is_empty() { ward_of(&house, &stay) } else { asked.ward.clone() };
    let lines = lines(&desk, &house, &stay, &ward, &asked)?;
    let body = Body {
        voice: &desk.voice,
        stay: &stay.id,
        patient: &stay.patient,
        version: stay.version,
        author: desk.person.mark(),
        wrong: wrong(&desk, &asked.wrong),
        wards: house.wards().map(|ward| (ward.id.clone(), named(&desk, &ward.name, &ward.aliases))).collect(),
        ward,
        asked: &asked,
        kinds: KINDS.into_iter().map(|code| (code, desk.voice.t(&listed(rihla_web::key!("beds-kind-*"), code)))).collect(),
        promised: stay.promised().map(|entry| name_of(&desk, &entry.spot.location)),
        lines,
    }
    .render()?;
    desk.page(Page { title: desk.voice.t("beds-promise"), nav: "/beds", patient: Some(&banner), body, ..Page::default() })
}

/// Where the patient is, or is awaited.
fn ward_of(house: &House, stay: &Stay) -> String {
    let entry = stay.promised().or_else(|| stay.here()).or_else(|| stay.kept());
    entry.and_then(|entry| house.ward_of(&entry.spot.location)).map(|ward| ward.id.clone()).unwrap_or_default()
}

fn lines(desk: &Desk, house: &House, stay: &Stay, ward: &str, asked: &Asked) -> Result<Vec<Line>, Refusal> {
    let seen = house.seen(&desk.record, None)?;
    let ids: Vec<&str> = seen.iter().map(|one| one.place.id.as_str()).collect();
    let others = stays_in(&desk.record, &ids)?;
    let sex_of = |patient: &str| {
        let stored = desk.read("Patient", patient).ok();
        stored.and_then(|stored| look(&stored, |patient| patient.text("gender").unwrap_or_default().into_owned())).unwrap_or_default()
    };
    // Only who lies in the ward's own rooms decides there; the sex of everybody in the house is not asked.
    let near = others.iter().flat_map(|other| other.movements.iter().map(move |entry| (other, entry)));
    let near = near.filter(|(other, entry)| other.id != stay.id && entry.cancelled.is_none() && entry.status == Status::Active);
    let near = near.filter(|(_, entry)| house.ward_of(&entry.spot.location).is_some_and(|of| of.id == ward));
    let near: Vec<(String, String)> = near.map(|(other, entry)| (entry.spot.location.clone(), sex_of(&other.patient))).collect();
    let neighbours: Vec<Neighbour<'_>> = near.iter().map(|(place, sex)| Neighbour { place, sex, isolated: false }).collect();
    let need = asked.need(ward, sex_of(&stay.patient));
    let said = |reason: &Reason| match reason {
        Reason::Lacks(code) => desk.voice.ta("beds-reason-lacks", &[("what", desk.voice.t(&listed(rihla_web::key!("beds-attribute-*"), code)).as_str())]),
        other => desk.voice.t(&listed(rihla_web::key!("beds-reason-*"), code(other))),
    };
    let all = propose(house, &seen, &neighbours, &need);
    let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| house.ward_of(&one.seen.place.id).is_some_and(|of| of.id == ward));
    let best = own.into_iter().chain(others.into_iter().take(OTHERS));
    let line = |one: rihla_clinical::propose::Proposal| Line {
        ward: house.ward_of(&one.seen.place.id).map(|ward| named(desk, &ward.name, &ward.aliases)).unwrap_or_default(),
        name: named(desk, &one.seen.place.name, &one.seen.place.aliases),
        reasons: one.reasons.iter().map(said).collect(),
        ready: one.seen.is_ready(),
        id: one.seen.place.id,
    };
    Ok(best.map(line).collect())
}

fn code(reason: &Reason) -> &'static str {
    match reason {
        Reason::Ready => "ready",
        Reason::Occupied => "occupied",
        Reason::Kept => "kept",
        Reason::Dirty => "dirty",
        Reason::Cleaning => "cleaning",
        Reason::OtherWard => "other-ward",
        Reason::Sex => "sex",
        Reason::NotAlone => "not-alone",
        Reason::OtherKind => "other-kind",
        Reason::Lacks(_) => "lacks",
    }
}

/// `POST /beds/promise/{stay}`
pub async fn promise(desk: Desk, Path(stay): Path<String>, Form(wanted): Form<Wanted>) -> Result<Response, Refusal> {
    desk.require(RESERVE)?;
    desk.same_author(&wanted.author)?;
    let act = act(&desk);
    let change = Change { seen: Some(wanted.version), promise: true, ..Change::to(&stay, &wanted.place) };
    let how = |stay: &mut Stay, spot: Option<Spot>| stay.reserve(spot.ok_or_else(refusal::no_place)?, Answers::default(), act.now);
    match act.change(&change, how).await {
        Ok(_) => {
            let house = House::read(&desk.record)?;
            let ward = house.ward_of(&wanted.place).map(|ward| ward.id.clone()).unwrap_or_default();
            Ok(go(&format!("/beds/{}#place-{}", rihla_web::percent(&ward), rihla_web::percent(&wanted.place)), &[]))
        }
        Err(fault) if fault.code.starts_with("RH-STAY-") || fault.code.starts_with("RH-PLACE-") => {
            Ok(go(&format!("/beds/promise/{}?wrong={}", rihla_web::percent(&stay), fault.code), &[]))
        }
        Err(fault) => Err(fault.into()),
    }
}
