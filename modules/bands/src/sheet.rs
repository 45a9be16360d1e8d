//! Labels for the browser's own print: nothing but them, each a page of its true size.

use crate::PRINT;
use crate::deliver::{UNKNOWN, label_of};
use crate::page::wrong;
use crate::pairs::pairs;
use crate::print::{copies, words_of_pair};
use crate::unknown::unknown_wearer;
use crate::wearer::Wearer;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rihla_labels::svg;
use rihla_packs::{LabelKind, Worn};
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal};
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    label: String,
    copies: String,
    pair: String,
    of: String,
}

#[derive(Template)]
#[template(path = "bands/sheet.html")]
struct Body<'b> {
    voice: &'b Voice,
    back: String,
    /// Each with the code of its kind, by which the style sheet knows its size.
    drawings: Vec<(String, String)>,
    wrong: String,
}

/// `GET /patients/{patient}/bands/sheet`: what was asked for and remembered a moment ago.
pub async fn patient(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    let labels = &desk.house.pack().labels;
    let back = format!("/patients/{patient}/bands");
    if asked.pair.is_empty() {
        let kind = labels.kind(&asked.label).ok_or_else(Refusal::not_found)?;
        let wearers = vec![Wearer::load(&desk, &patient)?; usize::from(copies(&asked.copies).unwrap_or(1))];
        return sheet(&desk, back, &wearers.iter().map(|wearer| (wearer, kind)).collect::<Vec<_>>());
    }
    let pair = pairs(&desk, &patient)?.into_iter().find(|pair| pair.number == asked.pair).ok_or_else(Refusal::not_found)?;
    let kind = |worn: Worn| labels.kinds.iter().find(|kind| kind.worn == worn).ok_or_else(Refusal::not_found);
    let of = |id: &str| Wearer::load(&desk, id).map(|wearer| Wearer { pair: words_of_pair(&desk, &pair), ..wearer });
    let (mother, child) = (of(&pair.mother)?, of(&pair.child)?);
    sheet(&desk, back, &[(&mother, kind(Worn::Band)?), (&child, kind(Worn::NewbornBand)?)])
}

/// `GET /bands/unknown/sheet`: numbers that were taken, and no others.
pub async fn unknown(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    let taken = desk.printed(UNKNOWN)?.into_iter().find(|printed| printed.of == asked.of).ok_or_else(Refusal::not_found)?;
    let kind = desk.house.pack().labels.kind(&asked.label).ok_or_else(Refusal::not_found)?;
    let first: u64 = taken.of.parse().map_err(|_| Refusal::not_found())?;
    let wearers: Vec<Wearer> = (first..first.saturating_add(u64::from(taken.copies))).map(|number| unknown_wearer(&desk, number)).collect();
    sheet(&desk, "/bands/unknown".to_owned(), &wearers.iter().map(|wearer| (wearer, kind)).collect::<Vec<_>>())
}

fn sheet(desk: &Desk, back: String, all: &[(&Wearer, &LabelKind)]) -> Result<Response, Refusal> {
    let mut fault = "";
    let mut drawings = Vec::new();
    for (wearer, kind) in all {
        match label_of(desk, wearer, kind).and_then(|label| svg(&label, &wearer.number).map_err(|fault| fault.code())) {
            Ok(drawing) => drawings.push((kind.code.clone(), drawing)),
            Err(code) => fault = code,
        }
    }
    let body = Body { voice: &desk.voice, back, drawings, wrong: wrong(&desk.voice, fault) }.render()?;
    desk.page(Page { title: desk.voice.t("bands-sheet"), nav: "/patients", body, ..Page::default() })
}

/// `GET /bands/sheet.css`: the sizes of pages, which a style sheet alone can say (<https://www.w3.org/TR/css-page-3/>).
pub async fn style(desk: Desk) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    let size = |kind: &LabelKind| format!("@page {0}{{size:{1}mm {2}mm;margin:0}}.kind-{0}{{page:{0}}}", kind.code, kind.width, kind.height);
    let text: String = desk.house.pack().labels.kinds.iter().map(size).collect();
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text).into_response())
}
