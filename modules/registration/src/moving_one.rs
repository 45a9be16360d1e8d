//! Moving one document or result to the record of the person whose it is.

use crate::IDENTITY;
use crate::moving::{REASON, whose};
use crate::people::Said;
use crate::person::Shown;
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Banner, Desk, Page, Refusal, Single, Told, go, key};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Act {
    #[serde(rename = "_author")]
    author: String,
    /// The resource type.
    kind: String,
    item: String,
    /// A number of the person whose it is, as typed.
    number: String,
    /// Their record, once it was looked at.
    to: String,
    why: String,
}

struct Line {
    id: String,
    when: String,
    by: Html,
}

#[derive(Template)]
#[template(path = "registration/moving-one.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    from: Shown,
    kinds: Vec<Said>,
    /// What the kind is called; empty: none was chosen.
    kind: String,
    lines: Vec<Line>,
    more: bool,
    to: Option<Shown>,
    count: usize,
    act: &'b Act,
    wrong: String,
    done: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Came {
    kind: String,
    done: String,
}

/// `GET /patients/{patient}/move/one?kind=…`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(came): Query<Came>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    page(&desk, &patient, &Act { kind: came.kind, ..Act::default() }, "", !came.done.is_empty())
}

fn called(voice: &Voice, ty: &str) -> String {
    voice.t(&listed(key!("registration-single-*"), ty))
}

fn page(desk: &Desk, patient: &str, act: &Act, wrong: &str, done: bool) -> Result<Response, Refusal> {
    let voice = &desk.voice;
    let banner = Banner::load(desk, patient)?;
    let from = Shown::of(desk, patient).ok_or_else(Refusal::not_found)?;
    let to = if act.to.is_empty() { None } else { Shown::of(desk, &act.to) };
    let count = if to.is_some() { desk.size_of_single(patient, &act.kind, &act.item)? } else { 0 };
    let (singles, more) = if act.kind.is_empty() { (Vec::new(), false) } else { desk.singles(patient, &act.kind)? };
    let undated = || voice.t("registration-single-undated");
    let line = |one: Single| Line { id: one.id, when: if one.at.is_empty() { undated() } else { voice.date_time(one.at.as_str()) }, by: auto(one.by) };
    let body = Body {
        voice,
        author: desk.person.mark(),
        from,
        kinds: Desk::single_kinds().map(|ty| Said { code: ty.to_owned(), words: called(voice, ty) }).collect(),
        kind: if act.kind.is_empty() { String::new() } else { called(voice, &act.kind) },
        lines: singles.into_iter().map(line).collect(),
        more,
        to,
        count,
        act,
        wrong: if wrong.is_empty() { String::new() } else { voice.t(wrong) },
        done,
    };
    let (title, body) = (voice.t("registration-single"), body.render()?);
    let mut response = desk.page(Page { title, nav: "/patients", patient: Some(&banner), tab: Some("move"), body, ..Page::default() })?;
    if !wrong.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// `POST /patients/{patient}/move/one`: first who it goes to is shown, then it goes.
pub async fn act(desk: Desk, Path(patient): Path<String>, Form(act): Form<Act>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    desk.same_author(&act.author)?;
    if act.item.is_empty() {
        return page(&desk, &patient, &Act { to: String::new(), ..act }, key!("registration-wrong-single"), false);
    }
    if act.to.is_empty() {
        return match whose(&desk, &act.number)?.filter(|to| *to != patient) {
            Some(to) => page(&desk, &patient, &Act { to, ..act }, "", false),
            None => page(&desk, &patient, &act, key!("registration-wrong-number"), false),
        };
    }
    if !REASON.contains(&act.why.trim().chars().count()) {
        return page(&desk, &patient, &act, key!("registration-wrong-why"), false);
    }
    let (from, to) = (Shown::of(&desk, &patient), Shown::of(&desk, &act.to));
    let (from, to) = (from.ok_or_else(Refusal::not_found)?, to.ok_or_else(Refusal::not_found)?);
    // An alert is read by everybody: it speaks the language of the house.
    let voice = desk.voice.in_lang(desk.house.lang());
    let what = called(&voice, &act.kind);
    let left = voice.ta("registration-single-left", &[("to", to.numbered().as_str()), ("what", &what)]);
    let came = voice.ta("registration-single-came", &[("from", from.numbered().as_str()), ("what", &what)]);
    desk.move_single((&act.kind, &act.item), &patient, &act.to, &Told { why: act.why.trim(), left: &left, came: &came }).await?;
    Ok(go(&format!("/patients/{patient}/move/one?kind={}&done=1", rihla_web::percent(&act.kind)), &[]))
}
