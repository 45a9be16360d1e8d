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
    /// Somebody asks for a merge.
    asked: bool,
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
        let (one, other) = (Shown::of(&desk, &pair.one)?, Shown::of(&desk, &pair.other)?);
        Some(Row { one, other, reasons: reasons(&desk.voice, &pair.verdict), asked: pair.asked.is_some() })
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
