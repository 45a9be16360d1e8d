//! The auditor's page: what somebody did within some days, and the way to who looked at a patient's record.

use super::words::{Named, People, kinds, why};
use super::{READ, TRAIL};
use crate::desk::Desk;
use crate::door::go;
use crate::page::Page;
use crate::refuse::Refusal;
use crate::text::{Html, Voice, auto, ltr};
use askama::Template;
use axum::extract::{Form, Query};
use axum::response::Response;
use jiff::civil::Date;
use rihla_audit::{event_id, place_of_id};
use rihla_fhir::json::Value;
use rihla_fhir::view::{Names as PatientNames, Script};
use rihla_kernel::{Actor, ActorKind, Instant};
use rihla_store::backend::{AccessAction, LogicalId};
use rihla_store::trail::{EventKind, Seen, SeenWhat, TrailQuestion};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// Entries on a page.
const SHOWN: usize = 100;

struct Row {
    when: String,
    who: Named,
    place: Html,
    did: String,
    /// Id and name of patients.
    patients: Vec<(String, Html)>,
    /// Patients that are not named in the row.
    others: usize,
    why: String,
    denied: bool,
}

/// Patients named in one row.
const NAMED: usize = 3;

#[derive(Template)]
#[template(path = "audit/trail.html")]
struct List {
    voice: Voice,
    login: String,
    from: String,
    to: String,
    /// What was typed cannot be read.
    wrong: Option<String>,
    rows: Vec<Row>,
    older: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    list: String,
    #[serde(default)]
    before: String,
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    login: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// Names of people are kept out of addresses: a list has a name of its own.
pub(crate) async fn find(desk: Desk, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(READ)?;
    let word = |text: &str| text.split_whitespace().collect::<String>();
    let list = desk.keep(&format!("audit|{}|{}|{}", word(&typed.login), word(&typed.from), word(&typed.to)), "").await?;
    Ok(go(&format!("{TRAIL}?list={list}"), &[]))
}

pub(crate) async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let desk = super::opened(desk)?;
    let kept = desk.kept(&asked.list)?.unwrap_or_default();
    let mut parts = kept.split('|').skip(1).map(str::to_owned);
    let [login, from, to] = [(); 3].map(|()| parts.next().unwrap_or_default());
    let question = question(&desk, &login, &from, &to)?;
    let (mut rows, mut older, mut wrong) = (Vec::new(), None, None);
    match question {
        Ok(question) => {
            let question = TrailQuestion { before: place_of_id(&asked.before), ..question };
            let page = desk.record.trail(None, &question)?.ok_or_else(Refusal::not_found)?;
            let mut names = Names::default();
            for seen in &page.entries {
                rows.push(row(&desk, &mut names, seen)?);
            }
            older = page.next.map(|next| format!("{TRAIL}?list={}&before={}", asked.list, event_id(next)));
        }
        Err(key) => wrong = Some(desk.voice.t(key)),
    }
    let body = List { voice: desk.voice.clone(), login, from, to, wrong, rows, older }.render()?;
    desk.page(Page { title: desk.voice.t("audit-trail"), nav: TRAIL, body, ..Page::default() })
}

/// What is looked for, or the key of the words that say what was typed wrong.
fn question(desk: &Desk, login: &str, from: &str, to: &str) -> Result<Result<TrailQuestion, &'static str>, Refusal> {
    let mut question = TrailQuestion::all(SHOWN);
    if !login.is_empty() {
        let folded = rihla_identity::fold_login(login).unwrap_or_default();
        let account = desk.house.identity().accounts()?.into_iter().find(|account| account.login == folded);
        let Some(account) = account else { return Ok(Err(crate::key!("audit-nobody"))) };
        question.actor = Some(account.actor());
    }
    let begins = |day: Date| day.to_zoned(desk.house.zone().clone()).ok().map(|begins| Instant(begins.timestamp().as_millisecond()));
    for (text, last) in [(from, false), (to, true)].into_iter().filter(|(text, _)| !text.is_empty()) {
        let day = text.parse::<Date>().ok().and_then(|day| if last { day.tomorrow().ok() } else { Some(day) });
        let Some(at) = day.and_then(begins) else { return Ok(Err(crate::key!("audit-no-day"))) };
        *(if last { &mut question.to } else { &mut question.from }) = Some(at);
    }
    Ok(Ok(question))
}

/// Names of people on one page.
#[derive(Default)]
pub(super) struct Names {
    people: People,
    patients: HashMap<String, Html>,
}

impl Names {
    pub fn person(&mut self, desk: &Desk, actor: &Actor) -> Result<Named, Refusal> {
        self.people.named(desk, actor)
    }

    /// A patient's name, or the id of one who cannot be read.
    pub fn patient_of(&mut self, desk: &Desk, id: &str) -> (String, Html) {
        let id = id.to_owned();
        let name = self.patients.entry(id.clone()).or_insert_with(|| {
            let named =
                desk.read("Patient", &id).ok().and_then(|stored| crate::record::look(&stored, |patient| name_of(patient, Script::of_lang(desk.voice.lang()))));
            named.filter(|name| !name.is_empty()).map_or_else(|| ltr(&id), auto)
        });
        (id, name.clone())
    }
}

fn name_of(patient: Value<'_>, script: Script) -> String {
    PatientNames::of(patient).first(script).map(rihla_fhir::view::HumanName::formal).unwrap_or_default()
}

fn row(desk: &Desk, names: &mut Names, seen: &Seen) -> Result<Row, Refusal> {
    let voice = &desk.voice;
    let all: Vec<&LogicalId> = seen.patients().collect();
    let patients: Vec<_> = all.iter().take(NAMED).map(|id| names.patient_of(desk, &id.to_text())).collect();
    let place = match (seen.origin.station(), seen.origin.address()) {
        (Some(station), _) => auto(station),
        (None, Some(address)) => ltr(address),
        (None, None) => Html::default(),
    };
    Ok(Row {
        when: voice.date_time(seen.at),
        who: names.people.named(desk, &seen.actor)?,
        place,
        did: did(voice, seen),
        others: all.len() - patients.len(),
        patients,
        why: if seen.actor.kind() == ActorKind::Person && matches!(seen.what, SeenWhat::Access { .. }) { why(voice, seen.purpose) } else { String::new() },
        denied: seen.denied,
    })
}

fn did(voice: &Voice, seen: &Seen) -> String {
    match &seen.what {
        SeenWhat::Access { action, ty, .. } => {
            let key = match action {
                AccessAction::Create => "audit-did-create",
                AccessAction::Read => "audit-did-read",
                AccessAction::Update => "audit-did-update",
                AccessAction::Delete => "audit-did-delete",
                AccessAction::Execute => "audit-did-search",
            };
            voice.ta(key, &[("what", kinds(voice, &BTreeSet::from([*ty])))])
        }
        SeenWhat::Event { kind, detail, .. } => {
            let said = voice.t(event_key(*kind));
            if *kind == EventKind::BrokenGlass && !detail.is_empty() { voice.ta("audit-said", &[("what", said.as_str()), ("why", detail)]) } else { said }
        }
    }
}

fn event_key(kind: EventKind) -> &'static str {
    match kind {
        EventKind::SignIn => "audit-event-sign-in",
        EventKind::LockOut => "audit-event-lock-out",
        EventKind::SignOut => "audit-event-sign-out",
        EventKind::AccountChange => "audit-event-account-change",
        EventKind::SecretChange => "audit-event-secret-change",
        EventKind::KeyChange => "audit-event-key-change",
        EventKind::BrokenGlass => "audit-event-broken-glass",
        EventKind::Export => "audit-event-export",
        EventKind::Backup => "audit-event-backup",
        EventKind::Consent => "audit-event-consent",
        EventKind::TrailRead => "audit-event-trail-read",
        EventKind::Service => "audit-event-service",
        EventKind::StationChange => "audit-event-station-change",
    }
}
