//! Two records side by side: merging them, agreeing to a merge that another asked for, and parting what was merged.

use crate::IDENTITY;
use crate::duplicates::LIST;
use crate::likely::{Reasons, reasons};
use crate::person::Shown;
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_web::text::Voice;
use rihla_web::{Banner, Decision, Desk, Page, Refusal, go, key};
use serde::Deserialize;

/// Characters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 5..=300;

#[derive(Deserialize)]
pub struct With {
    #[serde(default)]
    with: String,
}

#[derive(Template)]
#[template(path = "registration/merge.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    one: Shown,
    other: Option<Shown>,
    reasons: Reasons,
    /// They are merged: the first stands in the place of the second.
    merged: bool,
    /// Records merged into the first one.
    parts: Vec<Shown>,
    /// One of both is validated: it takes two officers.
    two: bool,
    /// Somebody asked for a merge, or that it be taken back; whether that was this person, which record would stay, and why.
    asked: Option<(bool, String, String)>,
    wrong: String,
    why: String,
    stays: String,
}

impl Body<'_> {
    fn both(&self) -> Vec<&Shown> {
        std::iter::once(&self.one).chain(&self.other).collect()
    }
}

/// `GET /patients/{patient}/merge?with=OTHER`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(with): Query<With>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    page(&desk, &patient, &with.with, "", &Act::default())
}

fn page(desk: &Desk, patient: &str, with: &str, wrong: &str, act: &Act) -> Result<Response, Refusal> {
    let one = Shown::of(desk, patient).ok_or_else(Refusal::not_found)?;
    let other = if with.is_empty() { None } else { Some(Shown::of(desk, with).ok_or_else(Refusal::not_found)?) };
    let links = desk.links(patient)?;
    let asked = match &other {
        Some(other) => desk.decision(&one.id, &other.id)?,
        None => None,
    };
    let asked = asked.and_then(|decision| match decision {
        Decision::Asked { stays, by, why } | Decision::PartAsked { stays, by, why } => Some((by == desk.person.actor().id(), stays, why)),
        Decision::Apart { .. } => None,
    });
    let verdict = match &other {
        Some(other) => desk.compared(&one.id, &other.id)?,
        None => None,
    };
    let body = Body {
        voice: &desk.voice,
        author: desk.person.mark(),
        merged: other.as_ref().is_some_and(|other| links.replaces.contains(&other.id)),
        parts: links.replaces.iter().filter_map(|id| Shown::of(desk, id)).collect(),
        two: one.validated || other.as_ref().is_some_and(|other| other.validated),
        reasons: verdict.map(|verdict| reasons(&desk.voice, &verdict)).unwrap_or_default(),
        asked,
        wrong: if wrong.is_empty() { String::new() } else { desk.voice.t(wrong) },
        why: act.why.clone(),
        stays: act.stays.clone(),
        one,
        other,
    };
    // Two people side by side are nobody's page.
    let banner = if with.is_empty() { Some(Banner::load(desk, patient)?) } else { None };
    let tab = banner.as_ref().map(|_| "merge");
    let mut response =
        desk.page(Page { title: desk.voice.t("registration-merge"), nav: LIST, patient: banner.as_ref(), tab, body: body.render()?, ..Page::default() })?;
    if !wrong.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Act {
    #[serde(rename = "_author")]
    author: String,
    with: String,
    /// The record that stays.
    stays: String,
    why: String,
}

/// `POST /patients/{patient}/merge`
pub async fn merge(desk: Desk, Path(patient): Path<String>, Form(act): Form<Act>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    desk.same_author(&act.author)?;
    let goes = if act.stays == patient { act.with.as_str() } else { patient.as_str() };
    if act.stays != patient && act.stays != act.with {
        return page(&desk, &patient, &act.with, key!("registration-wrong-stays"), &act);
    }
    if !REASON.contains(&act.why.trim().chars().count()) {
        return page(&desk, &patient, &act.with, key!("registration-wrong-why"), &act);
    }
    let both = [Shown::of(&desk, &act.stays), Shown::of(&desk, goes)];
    let two = both.iter().flatten().any(|shown| shown.validated);
    let own = desk.person.actor().id().to_owned();
    let agreed = match desk.decision(&act.stays, goes)? {
        Some(Decision::Asked { stays, by, .. }) => stays == act.stays && by != own,
        _ => false,
    };
    if two && !agreed {
        let asked = Decision::Asked { stays: act.stays.clone(), by: own, why: act.why.trim().to_owned() };
        desk.decide(&act.stays, goes, Some(&asked)).await?;
        return Ok(go(&format!("/patients/{patient}/merge?with={}", act.with), &[]));
    }
    match desk.merge(&act.stays, goes, act.why.trim()).await {
        Ok(()) => Ok(go(&format!("/patients/{}/merge?with={goes}", act.stays), &[])),
        Err(refusal) => match refusal.fault().and_then(|fault| WORDS.iter().find(|(code, _)| *code == fault.code)) {
            Some((_, words)) => page(&desk, &patient, &act.with, words, &act),
            None => Err(refusal),
        },
    }
}

/// Why two records are not merged, in the officer's words.
const WORDS: [(&str, &str); 2] = [("RH-MPI-TWO-STAYS", key!("registration-wrong-two-stays")), ("RH-MPI-MERGED", key!("registration-wrong-merged"))];

/// `POST /patients/{patient}/part`
pub async fn part(desk: Desk, Path(patient): Path<String>, Form(act): Form<Act>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    desk.same_author(&act.author)?;
    if !REASON.contains(&act.why.trim().chars().count()) {
        return page(&desk, &patient, &act.with, key!("registration-wrong-why"), &act);
    }
    desk.unmerge(&patient, &act.with, act.why.trim()).await?;
    Ok(go(&format!("/patients/{patient}/merge?with={}", act.with), &[]))
}
