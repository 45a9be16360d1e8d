//! Asking a person whether a program may: which one, what it gets, of whom, for how long, and where it sends them.

use super::words::{Line, lasts, lines};
use super::{CONSENT, away, signed, wrong};
use crate::desk::{Desk, Visitor};
use crate::drafts::pairs;
use crate::me::role_at;
use crate::page::Page;
use crate::patient::IDENTITY;
use crate::record::look;
use crate::refuse::{Refusal, percent};
use crate::text::Voice;
use askama::Template;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_smart::{AUTHORIZE, Ask, Authorized, Decision, Form};
use rihla_store::Stored;
use rihla_store::people::PeopleQuery;

/// People that an answer of the finder shows.
const SHOWN: usize = 12;
const LONGEST: usize = 200;

/// Somebody whom the program may be about.
struct Choice {
    id: String,
    name: String,
    second: String,
    birth: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "programs/consent.html")]
struct Consent {
    voice: Voice,
    author: String,
    act: &'static str,
    /// With what the program asked: who changes the language is asked again.
    asked_with: String,
    ticket: String,
    program: String,
    site: String,
    role: String,
    /// Where the person is sent.
    host: String,
    lines: Vec<Line>,
    lasts: String,
    about: Option<Choice>,
    choose: bool,
    q: String,
    asked: bool,
    people: Vec<Choice>,
    more: bool,
    wrong: Option<String>,
}

/// What the person said, as it came.
#[derive(Default)]
struct Typed {
    author: String,
    asked_with: String,
    ticket: String,
    act: String,
    q: String,
    patient: String,
    /// None: the page was not answered yet.
    scopes: Option<Vec<String>>,
}

impl Typed {
    fn read(body: &str) -> Self {
        let mut typed = Self { scopes: Some(Vec::new()), ..Self::default() };
        for (name, value) in pairs(body) {
            match name.as_str() {
                "_author" => typed.author = value,
                "asked" => typed.asked_with = value,
                "ticket" => typed.ticket = value,
                "act" => typed.act = value,
                "q" => typed.q = value.trim().chars().take(LONGEST).collect(),
                "patient" => typed.patient = value,
                "scope" => typed.scopes.get_or_insert_default().push(value),
                _ => {}
            }
        }
        typed
    }
}

/// `GET /oauth/authorize`
pub(super) async fn ask(visitor: Visitor, desk: Result<Desk, Refusal>, headers: HeaderMap, uri: Uri) -> Result<Response, Refusal> {
    let query = uri.query().unwrap_or("");
    let desk = match desk {
        Ok(desk) => desk,
        Err(_) if away::is_from_elsewhere(&headers) => return away::on(&visitor, &format!("{AUTHORIZE}?{query}")),
        Err(refusal) => return Err(refusal),
    };
    let asked = Form::new(pairs(query)).and_then(|form| desk.house.smart().authorize(&form, &signed_of(&desk)?));
    match asked {
        Ok(Authorized::Ask(ask)) => page(&desk, *ask, Typed { asked_with: query.to_owned(), ..Typed::default() }, None),
        Ok(Authorized::Send(address)) => away::out(&visitor, &headers, &address),
        Err(refused) => wrong(&desk, &refused),
    }
}

fn signed_of(desk: &Desk) -> Result<rihla_smart::Signed, rihla_smart::Refused> {
    signed(desk).map_err(|_| rihla_smart::Refused::new(rihla_smart::Error::AccessDenied, "Sign in first."))
}

/// `POST /oauth/authorize`: a program may ask by a form of its own page. It is asked again by an address, since what another
/// origin posts comes without a session and does nothing here.
pub(super) async fn ask_by_form(visitor: Visitor, body: Bytes) -> Result<Response, Refusal> {
    let fields = pairs(&String::from_utf8_lossy(&body));
    let query = fields.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect::<Vec<_>>().join("&");
    away::on(&visitor, &format!("{AUTHORIZE}?{query}"))
}

/// `POST /oauth/consent`
pub(super) async fn answer(visitor: Visitor, mut desk: Desk, body: Bytes) -> Result<Response, Refusal> {
    let typed = Typed::read(&String::from_utf8_lossy(&body));
    desk.browser.path = format!("{AUTHORIZE}?{}", typed.asked_with);
    desk.same_author(&typed.author)?;
    let (signed, smart) = (signed(&desk)?, desk.house.smart());
    let ask = match smart.asked_again(&signed, &typed.ticket) {
        Ok(ask) => ask,
        Err(refused) => return wrong(&desk, &refused),
    };
    let allow = typed.act == "allow";
    if !allow && typed.act != "refuse" {
        return page(&desk, ask, typed, None);
    }
    let chosen = Some(typed.patient.as_str()).filter(|id| allow && ask.choose_patient && !id.is_empty());
    if allow && ask.choose_patient && chosen.is_none_or(|id| desk.read("Patient", id).is_err()) {
        let words = desk.voice.t("program-choose-first");
        return page(&desk, ask, typed, Some(words));
    }
    let scopes = typed.scopes.as_deref().unwrap_or_default().join(" ");
    let decision = Decision { allow, scopes: Some(scopes.as_str()), patient: chosen };
    match smart.decide(&signed, &typed.ticket, decision).await {
        Ok(address) => away::after_form(&visitor, &address),
        Err(refused) => wrong(&desk, &refused),
    }
}

fn page(desk: &Desk, ask: Ask, typed: Typed, wrong: Option<String>) -> Result<Response, Refusal> {
    let voice = &desk.voice;
    let about = ask.patient.as_deref().map(|id| Ok::<_, Refusal>(choice(desk, &desk.read("Patient", id)?, ""))).transpose()?.flatten();
    let (people, more) = if ask.choose_patient { people(desk, &typed)? } else { (Vec::new(), false) };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let left = |scope: &str| typed.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|one| one == scope));
    let body = Consent {
        voice: voice.clone(),
        author: desk.person.mark(),
        act: CONSENT,
        asked_with: typed.asked_with,
        ticket: ask.ticket,
        program: ask.client.name,
        site: desk.house.pack().site(desk.house.site()).map(|site| desk.named(&site.names).into_owned()).unwrap_or_default(),
        role: role_at(&desk.house, voice, &desk.person.role.code, desk.person.unit.as_deref()),
        host: host(&ask.redirect).to_owned(),
        lines: lines(voice, &ask.scopes, left),
        lasts: lasts(voice, &ask.scopes, desk.house.smart().policy()),
        about,
        choose: ask.choose_patient,
        asked: !typed.q.is_empty(),
        q: typed.q,
        people,
        more,
        wrong,
    };
    let response = desk.page(Page { title: voice.t("program-consent"), body: body.render()?, ..Page::default() })?;
    Ok(away::with(away::may_end_at(response, std::iter::once(ask.redirect.as_str())), status))
}

/// Who was found, or whose charts were opened last; as this person may see them.
fn people(desk: &Desk, typed: &Typed) -> Result<(Vec<Choice>, bool), Refusal> {
    if !desk.person.may(IDENTITY.0) {
        return Ok((Vec::new(), false));
    }
    if typed.q.is_empty() {
        let known = desk.recent()?.into_iter().take(SHOWN);
        return Ok((known.filter_map(|id| choice(desk, &desk.read("Patient", &id).ok()?, &typed.patient)).collect(), false));
    }
    let found = desk.record.find_people(&PeopleQuery { text: &typed.q, rules: desk.house.name_rules(), limit: SHOWN })?;
    Ok((found.found.iter().filter_map(|person| choice(desk, &person.stored, &typed.patient)).collect(), found.more))
}

fn choice(desk: &Desk, stored: &Stored, chosen: &str) -> Option<Choice> {
    let id = stored.id.to_text();
    look(stored, |patient| {
        let names = Names::of(patient);
        let script = Script::of_lang(desk.voice.lang());
        Choice {
            name: names.first(script).map_or_else(|| id.clone(), HumanName::formal),
            second: names.second(script).map(HumanName::formal).unwrap_or_default(),
            birth: patient.text("birthDate").map(|birth| desk.voice.date(birth.as_ref())).unwrap_or_default(),
            chosen: id == chosen,
            id: id.clone(),
        }
    })
}

/// What a person can judge of an address: its host, or the scheme that is the program's own.
fn host(address: &str) -> &str {
    match address.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?']).next().unwrap_or(rest),
        None => address.split(':').next().unwrap_or(address),
    }
}
