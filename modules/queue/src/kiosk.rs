//! What stands in the hall for whoever comes: three languages, a number, and back to the first page. It shows nothing of any
//! patient: what a code opens is read by the node, and a number is all that is told.

use crate::KIOSK;
use crate::appointment::come;
use crate::card::qr;
use crate::hall::{Hall, said, spread};
use crate::soon::{telephone, tell};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use rihla_clinical::queue::{Counter, New, Priority, State};
use rihla_kernel::{Lang, ServerId};
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, Left, Page, Post, Refusal, go, key, percent};
use serde::Deserialize;

const FIRST: &str = "/queue/kiosk";
const LANGS: [(Lang, &str); 3] = [(Lang::Arabic, "العربية"), (Lang::French, "Français"), (Lang::English, "English")];
/// The longest code that is looked for.
const LONGEST: usize = 64;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lang: String,
    /// A code was not known.
    wrong: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    #[serde(rename = "_id")]
    id: String,
    lang: String,
    service: String,
    priority: String,
    phone: String,
    code: String,
}

struct Offer {
    code: String,
    /// In the language of the page, then in the others, each with its language.
    names: Vec<(Lang, String)>,
    waiting: usize,
}

#[derive(Template)]
#[template(path = "queue/kiosk.html")]
struct FirstPage<'k> {
    voice: &'k Voice,
    author: String,
    langs: [(Lang, &'static str); 3],
    offers: Vec<Offer>,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "queue/kiosk-service.html")]
struct ServicePage<'k> {
    voice: &'k Voice,
    author: String,
    id: String,
    service: &'k str,
    name: String,
    wait: String,
    waiting: usize,
    priorities: Vec<(String, String)>,
    asks_number: bool,
}

#[derive(Template)]
#[template(path = "queue/kiosk-ticket.html")]
struct TicketPage<'k> {
    voice: &'k Voice,
    number: String,
    service: String,
    state: &'static str,
    words: String,
    /// Where it is called to.
    desk: String,
    ahead: usize,
    wait: String,
    issued: String,
    qr: String,
    site: String,
}

/// In the language that was chosen on the first page.
fn spoken(desk: Desk, lang: &str) -> Desk {
    match Lang::from_tag(lang) {
        Some(lang) => desk.speaking(lang),
        None => desk,
    }
}

/// By itself, and back to the first page when nobody goes on.
fn standing(desk: &Desk, hall: &Hall<'_>, body: String) -> Result<Response, Refusal> {
    let mut response = desk.page(Page { title: desk.voice.t("queue-kiosk"), stands: true, body, ..Page::default() })?;
    if let Ok(value) = HeaderValue::from_str(&format!("{}; url={FIRST}", hall.rules().idle)) {
        response.headers_mut().insert(HeaderName::from_static("refresh"), value);
    }
    Ok(response)
}

/// `GET /queue/kiosk`
pub async fn first(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(KIOSK)?;
    let desk = spoken(desk, &asked.lang);
    let hall = Hall::open(&desk)?;
    let own = desk.voice.lang();
    let (open, counters) = (hall.act().open()?, hall.counters()?);
    let offer = |service: &rihla_packs::QueueService| {
        let others = LANGS.map(|(lang, _)| lang).into_iter().filter(|lang| *lang != own);
        let names = std::iter::once(own).chain(others).map(|lang| (lang, said(&service.names, lang))).collect();
        Offer { code: service.code.clone(), names, waiting: hall.waiting(&open, &service.code).len() }
    };
    let body = FirstPage {
        voice: &desk.voice,
        author: desk.person.mark(),
        langs: LANGS,
        offers: hall.rules().services.iter().filter(|service| serves(&counters, &service.code)).map(offer).collect(),
        wrong: !asked.wrong.is_empty(),
    };
    standing(&desk, &hall, body.render()?)
}

/// Whether some desk of this hospital is for a service.
fn serves(counters: &[Counter], service: &str) -> bool {
    counters.iter().any(|counter| counter.serves(service))
}

/// `GET /queue/kiosk/{service}`
pub async fn service(desk: Desk, post: Post, Path(service): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(KIOSK)?;
    let desk = spoken(desk, &asked.lang);
    let hall = Hall::open(&desk)?;
    let (open, counters) = (hall.act().open()?, hall.counters()?);
    if hall.rules().service(&service).is_none() || !serves(&counters, &service) {
        return Err(Refusal::not_found());
    }
    let (voice, waiting) = (&desk.voice, hall.waiting(&open, &service).len());
    let body = ServicePage {
        voice,
        author: desk.person.mark(),
        id: hall.reserve()?,
        service: &service,
        name: hall.service(&service, voice),
        wait: hall.wait(&open, &counters, &service, waiting)?.map(|range| spread(voice, range)).unwrap_or_default(),
        waiting,
        priorities: hall.rules().held(hall.today).filter(|(_, one)| one.kiosk).map(|(_, one)| (one.code.clone(), said(&one.names, voice.lang()))).collect(),
        asks_number: post.is_there(),
    };
    standing(&desk, &hall, body.render()?)
}

/// `POST /queue/kiosk/take`
pub async fn take(desk: Desk, post: Post, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(KIOSK)?;
    desk.same_author(&typed.author)?;
    if ServerId::parse(&typed.id).is_none() {
        return Err(Refusal::invalid("RH-WEB-FORM-ID", "The form does not say which ticket it gives."));
    }
    let desk = spoken(desk, &typed.lang);
    let hall = Hall::open(&desk)?;
    // What a clerk alone may say is not taken from here, whatever is sent.
    let held = hall.rules().priority(&typed.priority, hall.today).filter(|(_, one)| one.kiosk);
    let priority = held.map(|(_, one)| Priority { code: one.code.clone(), by: "patient".to_owned() });
    let number = telephone(&typed.phone).filter(|_| post.is_there());
    let marks = number.map(|number| Left { about: typed.id.clone(), at: hall.now, lang: desk.voice.lang(), number }.mark());
    let code = desk.random_code();
    let new = New { id: &typed.id, code: &code, service: &typed.service, priority, patient: None, slot: None, focus: None };
    let ticket = hall.act().issue(new, marks.into_iter().collect()).await?;
    tell(&hall, &post).await;
    Ok(go(&of_code(&ticket.code, desk.voice.lang()), &[]))
}

fn of_code(code: &str, lang: Lang) -> String {
    format!("{FIRST}/ticket/{}?lang={}", percent(code), lang.tag())
}

/// `POST /queue/kiosk/check-in`: the code of a ticket or of an appointment, as a reader types it.
pub async fn check_in(desk: Desk, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(KIOSK)?;
    desk.same_author(&typed.author)?;
    let desk = spoken(desk, &typed.lang);
    let hall = Hall::open(&desk)?;
    let code: String = typed.code.trim().chars().take(LONGEST).collect();
    let unknown = || Ok(go(&format!("{FIRST}?lang={}&wrong=1", desk.voice.lang().tag()), &[]));
    if code.is_empty() || !code.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-') {
        return unknown();
    }
    let known = match hall.act().by_code(&code.to_ascii_uppercase())? {
        Some(ticket) => Some(ticket),
        None => come(&hall, &code).await?,
    };
    let Some(ticket) = known else { return unknown() };
    // Whoever missed their call and comes with their ticket waits again.
    if ticket.state == State::NoShow {
        hall.act().change(&ticket.id, ticket.version, |ticket, signed| ticket.back(signed)).await?;
    }
    Ok(go(&of_code(&ticket.code, desk.voice.lang()), &[]))
}

/// `GET /queue/kiosk/ticket/{code}`
pub async fn ticket(desk: Desk, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(KIOSK)?;
    let desk = spoken(desk, &asked.lang);
    let hall = Hall::open(&desk)?;
    let code: String = code.chars().take(LONGEST).filter(char::is_ascii_alphanumeric).collect();
    let ticket = if code.is_empty() { None } else { hall.act().by_code(&code)? };
    let ticket = ticket.ok_or_else(Refusal::not_found)?;
    let (voice, open, counters) = (&desk.voice, hall.act().open()?, hall.counters()?);
    let ahead = hall.waiting(&open, &ticket.service).iter().position(|one| one.id == ticket.id);
    let wait = ahead.map_or(Ok(None), |ahead| hall.wait(&open, &counters, &ticket.service, ahead))?;
    let called = counters.iter().find(|counter| ticket.state == State::Called && ticket.desk.as_deref() == Some(&counter.id));
    let body = TicketPage {
        voice,
        service: hall.service(&ticket.service, voice),
        state: ticket.state.code(),
        words: voice.t(&listed(key!("queue-kiosk-state-*"), ticket.state.code())),
        desk: called.map(|counter| Hall::named(counter, voice.lang())).unwrap_or_default(),
        ahead: ahead.unwrap_or(0),
        wait: wait.map(|range| spread(voice, range)).unwrap_or_default(),
        issued: voice.date_time(ticket.issued()),
        qr: qr(&ticket.code),
        site: desk.house.pack().site(desk.house.site()).map(|site| said(&site.names, voice.lang())).unwrap_or_default(),
        number: ticket.number,
    };
    standing(&desk, &hall, body.render()?)
}
