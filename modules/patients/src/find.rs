//! Finding people as one types. What was typed is kept on the server under a random name, so that a list can be come back
//! to and no address holds a name.

use crate::FIND;
use crate::person::Line;
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use rihla_store::people::PeopleQuery;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Command, Desk, Page, Refusal, go};
use serde::Deserialize;

/// People on a page.
const SHOWN: usize = 30;
/// The longest question.
const LONGEST: usize = 200;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    /// The name under which this page keeps its question.
    #[serde(default)]
    list: String,
}

#[derive(Deserialize)]
pub struct Listed {
    /// The random name of a question that was asked before.
    #[serde(default)]
    list: String,
}

#[derive(Template)]
#[template(path = "patients/find.html")]
struct Find<'f> {
    voice: &'f Voice,
    q: &'f str,
    list: &'f str,
    answer: String,
}

/// The answer for a page that is on screen, which learns under which name its question is kept.
#[derive(Template)]
#[template(path = "patients/part.html")]
struct Part<'p> {
    answer: String,
    list: &'p str,
}

#[derive(Template)]
#[template(path = "patients/answer.html")]
struct Answer<'a> {
    voice: &'a Voice,
    asked: bool,
    lines: Vec<Line>,
    more: bool,
    /// What was typed and not used.
    unused: String,
    /// Not everybody can be found yet.
    incomplete: bool,
    recent: bool,
}

/// `GET /patients`, `GET /patients?list=NAME`
pub async fn show(desk: Desk, Query(listed): Query<Listed>) -> Result<Response, Refusal> {
    desk.require(FIND)?;
    let q = if listed.list.is_empty() { String::new() } else { desk.kept(&listed.list)?.unwrap_or_default() };
    page(&desk, &q, &listed.list)
}

/// `POST /patients/find`
pub async fn find(desk: Desk, Form(asked): Form<Asked>) -> Result<Response, Refusal> {
    desk.require(FIND)?;
    let q: String = asked.q.trim().chars().take(LONGEST).collect();
    let path = if q.is_empty() { "/patients".to_owned() } else { format!("/patients?list={}", desk.keep(&q, &asked.list).await?) };
    if !desk.wants_part() {
        return Ok(go(&path, &[]));
    }
    let list = path.split_once("list=").map_or("", |(_, list)| list);
    let mut response = desk.part(Part { answer: answer(&desk, &q)?, list }.render()?);
    if let Ok(path) = HeaderValue::from_str(&path) {
        response.headers_mut().insert(HeaderName::from_static("hx-replace-url"), path);
    }
    Ok(response)
}

/// `GET /patients/{patient}`: the chart, for who may read it; else what identifies the person.
pub async fn open(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    desk.require(FIND)?;
    if desk.person.may(rihla_web::CLINICAL.0) {
        return Ok(go(&format!("/patients/{patient}/chart"), &[]));
    }
    let banner = rihla_web::Banner::load(&desk, &patient)?;
    desk.note_recent(&banner.id).await?;
    let audits = desk.person.may(rihla_web::AUDIT_READ.0);
    let moves = desk.person.may("admission.see");
    let keeps = desk.person.may("registration.identity");
    let prints = desk.person.may("bands.print");
    let body = Identity { voice: &desk.voice, banner: &banner, audits, moves, keeps, prints }.render()?;
    desk.page(Page {
        title: desk.voice.t("patients-identity"),
        nav: "/patients",
        patient: Some(&banner),
        live: rihla_web::BANNER.map(|part| (part, patient.clone())).to_vec(),
        body,
        ..Page::default()
    })
}

#[derive(Template)]
#[template(path = "patients/identity.html")]
struct Identity<'i> {
    voice: &'i Voice,
    banner: &'i rihla_web::Banner,
    /// Who looked at the record may be shown.
    audits: bool,
    /// Where the patient lies and moves may be shown.
    moves: bool,
    /// They guard identities.
    keeps: bool,
    /// They print wristbands and labels.
    prints: bool,
}

fn page(desk: &Desk, q: &str, list: &str) -> Result<Response, Refusal> {
    let body = Find { voice: &desk.voice, q, list, answer: answer(desk, q)? }.render()?;
    desk.page(Page { title: desk.voice.t("patients-find"), nav: "/patients", body, ..Page::default() })
}

/// Who was found; where nothing was typed, whose charts were opened last.
fn answer(desk: &Desk, q: &str) -> Result<String, Refusal> {
    if q.is_empty() {
        return recent(desk);
    }
    let people = desk.record.find_people(&PeopleQuery { text: q, rules: desk.house.name_rules(), limit: SHOWN })?;
    let lines = people.found.iter().filter_map(|person| line(person, desk)).collect();
    let answer = Answer {
        voice: &desk.voice,
        asked: true,
        lines,
        more: people.more,
        unused: people.unused.join(" "),
        incomplete: !people.warnings.is_empty(),
        recent: false,
    };
    Ok(answer.render()?)
}

/// Somebody who was found, with what tells them from others of the name.
fn line(person: &rihla_store::people::Person, desk: &Desk) -> Option<Line> {
    Line::of(&person.stored, desk).map(|line| Line { homonym: person.homonym, inactive: line.inactive || person.inactive, ..line })
}

fn recent(desk: &Desk) -> Result<String, Refusal> {
    let found = desk.recent()?;
    let lines = found.iter().filter_map(|id| desk.read("Patient", id).ok()).filter_map(|stored| Line::of(&stored, desk)).collect();
    Ok(Answer { voice: &desk.voice, asked: false, lines, more: false, unused: String::new(), incomplete: false, recent: true }.render()?)
}

/// What the command bar finds here.
pub fn commands(desk: &Desk, q: &str) -> Result<Vec<Command>, Refusal> {
    if !desk.person.may(FIND.0) {
        return Ok(Vec::new());
    }
    let people = desk.record.find_people(&PeopleQuery { text: q, rules: desk.house.name_rules(), limit: 6 })?;
    let command = |line: Line| {
        let mut label = auto(&line.name);
        if !line.second.is_empty() {
            label.push_text("  ");
            label.push(&auto(&line.second));
        }
        for (so, words) in [(line.homonym, "patients-homonym"), (line.died, "patients-died"), (line.inactive, "patients-inactive")] {
            if so {
                label.push_text(format!(" · {}", desk.voice.t(words)));
            }
        }
        let mut detail = Html::text(format!("{} · {}", line.sex, line.birth));
        if let Some((_, number)) = &line.number {
            detail.push_text(" · ");
            detail.push(number);
        }
        Command { icon: "user", label, detail, path: format!("/patients/{}", line.id) }
    };
    Ok(people.found.iter().filter_map(|person| line(person, desk)).map(command).collect())
}
