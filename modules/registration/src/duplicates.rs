//! The list of pairs that may be one person.

use crate::IDENTITY;
use crate::likely::{Reasons, reasons};
use crate::person::Shown;
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use rihla_web::text::Voice;
use rihla_web::{Decision, Desk, Page, Refusal, go};
use serde::Deserialize;

pub const LIST: &str = "/duplicates";
/// Pairs on the page.
const SHOWN: usize = 50;

struct Row {
    one: Shown,
    other: Shown,
    reasons: Reasons,
    /// Somebody asks for a merge, or to part what was merged, and why.
    asked: bool,
    parts: bool,
    why: String,
}

#[derive(Template)]
#[template(path = "registration/duplicates.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    rows: Vec<Row>,
    more: bool,
    people: usize,
    due: usize,
}

/// `GET /duplicates`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    let (pairs, more) = desk.pairs(SHOWN)?;
    let row = |pair: rihla_web::Pair| {
        let (mut one, mut other) = (Shown::of(&desk, &pair.one)?, Shown::of(&desk, &pair.other)?);
        let parts = matches!(pair.asked, Some(Decision::PartAsked { .. }));
        let (stays, why) = match &pair.asked {
            Some(Decision::Asked { stays, why, .. } | Decision::PartAsked { stays, why, .. }) => (stays.as_str(), why.clone()),
            _ => ("", String::new()),
        };
        // The page of a merge is that of the record which stands for both.
        if parts && other.id == stays {
            std::mem::swap(&mut one, &mut other);
        }
        let reasons = pair.verdict.map(|verdict| reasons(&desk.voice, &verdict)).unwrap_or_default();
        Some(Row { one, other, reasons, asked: pair.asked.is_some(), parts, why })
    };
    let rows = pairs.into_iter().filter_map(row).collect();
    let standing = desk.index_of_people();
    let body = Body { voice: &desk.voice, author: desk.person.mark(), rows, more, people: standing.people, due: standing.due };
    desk.page(Page { title: desk.voice.t("registration-duplicates"), nav: LIST, body: body.render()?, ..Page::default() })
}

#[derive(Deserialize)]
pub struct Two {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    one: String,
    #[serde(default)]
    other: String,
}

/// `POST /duplicates/apart`: they are two people, as they stand now.
pub async fn apart(desk: Desk, Form(two): Form<Two>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    desk.same_author(&two.author)?;
    let (first, second) = if two.one <= two.other { (&two.one, &two.other) } else { (&two.other, &two.one) };
    let versions = (desk.read("Patient", first)?.vid, desk.read("Patient", second)?.vid);
    desk.decide(first, second, Some(&Decision::Apart { versions, by: desk.person.actor().id().to_owned() })).await?;
    Ok(go(LIST, &[]))
}

/// `POST /duplicates/one`: they stay one; what was asked for is over.
pub async fn one(desk: Desk, Form(two): Form<Two>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    desk.same_author(&two.author)?;
    desk.decide(&two.one, &two.other, None).await?;
    Ok(go(LIST, &[]))
}
