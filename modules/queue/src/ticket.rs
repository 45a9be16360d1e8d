//! One ticket at a desk: printed for whoever holds it, tied to a patient, or given up.

use crate::appointment::of_birth;
use crate::board::name;
use crate::card::qr;
use crate::hall::Hall;
use crate::{SERVE, hall};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use rihla_clinical::queue::{State, Ticket};
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_store::people::PeopleQuery;
use rihla_web::text::{Html, Voice, auto, listed, ltr};
use rihla_web::{Desk, Page, Refusal, go, key, look, percent};
use serde::Deserialize;

/// People of one search.
const PEOPLE: usize = 8;
const LONGEST: usize = 120;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    wrong: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    version: u32,
    q: String,
    patient: String,
}

struct Found {
    id: String,
    name: Html,
    detail: String,
    number: Option<Html>,
}

#[derive(Template)]
#[template(path = "queue/ticket.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    wrong: String,
    id: String,
    version: u32,
    number: String,
    service: String,
    state: String,
    since: String,
    priority: String,
    name: Option<(String, Html)>,
    /// Whether it may still be tied to a patient.
    open: bool,
    finds: bool,
    q: String,
    asked: bool,
    found: Vec<Found>,
    qr: String,
}

/// `GET /queue/tickets/{ticket}`
pub async fn show(desk: Desk, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    let wrong = hall::wrong(&desk.voice, &asked.wrong);
    page(&desk, &id, "", wrong)
}

/// `POST /queue/tickets/{ticket}/find`
pub async fn find(desk: Desk, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    page(&desk, &id, &typed.q, String::new())
}

/// `POST /queue/tickets/{ticket}/tie`: says of whom it is; a priority by age comes with it.
pub async fn tie(desk: Desk, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    desk.same_author(&typed.author)?;
    let hall = Hall::open(&desk)?;
    // Only whom this person may see.
    let stored = desk.read("Patient", &typed.patient)?;
    let born = look(&stored, |value| value.text("birthDate").map(|text| text.into_owned())).flatten();
    let priority = born.and_then(|born| of_birth(&hall, &born));
    let tied = hall.act().change(&id, typed.version, |ticket, _| ticket.tie(&typed.patient, priority)).await;
    let to = format!("/queue/tickets/{}", percent(&id));
    match tied {
        Ok(_) => Ok(go(&to, &[])),
        Err(fault) if fault.code.starts_with("RH-QUEUE-") => Ok(go(&format!("{to}?wrong={}", fault.code), &[])),
        Err(fault) => Err(fault.into()),
    }
}

fn page(desk: &Desk, id: &str, q: &str, wrong: String) -> Result<Response, Refusal> {
    let hall = Hall::open(desk)?;
    let ticket = hall.act().ticket(id)?;
    let voice = &desk.voice;
    let q: String = q.trim().chars().take(LONGEST).collect();
    let body = Body {
        voice,
        author: desk.person.mark(),
        wrong,
        id: percent(&ticket.id),
        version: ticket.version,
        service: hall.service(&ticket.service, voice),
        state: state(voice, &ticket),
        since: voice.date_time(ticket.issued()),
        priority: hall.priority(&ticket, voice),
        name: ticket.patient.as_deref().and_then(|patient| Some((patient.to_owned(), name(desk, patient)?))),
        open: !matches!(ticket.state, State::Done | State::Gone),
        finds: desk.person.may("patients.find"),
        asked: !q.is_empty(),
        found: people(desk, &q)?,
        q,
        qr: qr(&ticket.code),
        number: ticket.number,
    }
    .render()?;
    desk.page(Page { title: voice.t("queue-ticket"), nav: "/queue", body, ..Page::default() })
}

/// Where a ticket stands, in words.
pub fn state(voice: &Voice, ticket: &Ticket) -> String {
    voice.t(&listed(key!("queue-state-*"), ticket.state.code()))
}

fn people(desk: &Desk, q: &str) -> Result<Vec<Found>, Refusal> {
    if q.is_empty() || !desk.person.may("patients.find") {
        return Ok(Vec::new());
    }
    let people = desk.record.find_people(&PeopleQuery { text: q, rules: desk.house.name_rules(), limit: PEOPLE })?;
    let one = |stored: &rihla_store::Stored| {
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
    };
    Ok(people.found.iter().filter_map(|person| one(&person.stored)).collect())
}
