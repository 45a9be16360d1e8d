//! What was filled in about a patient, and what may be.

use crate::response::{Filled, State};
use crate::sheet::Sheet;
use crate::whose::{Whose, path_of};
use crate::{FILL, fill};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::view::Look;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, DraftKey, Refusal, look, percent};
use serde::Deserialize;

/// Responses on a page.
const PAGE: &str = "30";
/// Forms that are offered.
const OFFERED: &str = "100";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    older: String,
}

/// A form that may be filled in.
struct Way {
    path: String,
    words: Html,
    /// Something was typed into it and not saved.
    draft: Option<String>,
}

struct Row {
    path: String,
    title: Html,
    when: String,
    ago: String,
    author: Html,
    state: State,
}

#[derive(Template)]
#[template(path = "forms/patient.html")]
struct Body<'b> {
    voice: &'b Voice,
    ways: Vec<Way>,
    /// Those that other roles fill in.
    others: Vec<Way>,
    cut: bool,
    rows: Vec<Row>,
    older: Option<String>,
    none: String,
}

/// `GET /patients/{patient}/forms`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient)?;
    let (ways, others, cut) = ways(&whose)?;
    let (filled, next) = filled(&whose, &asked.older)?;
    let voice = whose.voice();
    let rows = filled.iter().map(|filled| row(&whose, filled)).collect::<Result<_, _>>()?;
    let older = next.map(|cursor| format!("{}?older={}", whose.path(""), percent(&cursor)));
    let none = voice.t(whose.desk.none_of(&["QuestionnaireResponse"], "forms-none-filled"));
    let body = Body { voice, ways, others, cut, rows, older, none }.render()?;
    whose.page(voice.t("forms-title"), body)
}

/// What may be filled in: for this role, and for others.
fn ways(whose: &Whose) -> Result<(Vec<Way>, Vec<Way>, bool), Refusal> {
    let desk = &whose.desk;
    if !desk.person.may(FILL.0) || !desk.shows("Questionnaire") {
        return Ok((Vec::new(), Vec::new(), false));
    }
    let found = desk.search("Questionnaire", &[("status", "active"), ("_sort", "title"), ("_count", OFFERED)])?;
    let (mut ways, mut others) = (Vec::new(), Vec::new());
    for sheet in found.matches.iter().filter_map(Sheet::of) {
        let form = fill::draft_of("fill", &sheet.id);
        let draft = desk.draft(&DraftKey { form: &form, patient: whose.id(), stay: "" })?;
        let own = sheet.users.is_empty() || sheet.users.contains(&desk.person.role.code);
        let among = if own { &mut ways } else { &mut others };
        among.push(Way {
            path: whose.path(&format!("new/{}", percent(&sheet.id))),
            words: auto(sheet.words(whose.voice().lang())),
            draft: draft.map(|draft| whose.voice().ago(draft.at)),
        });
    }
    Ok((ways, others, found.next.is_some()))
}

fn filled(whose: &Whose, older: &str) -> Result<(Vec<Filled>, Option<String>), Refusal> {
    if !whose.desk.shows("QuestionnaireResponse") {
        return Ok((Vec::new(), None));
    }
    let mut wanted = vec![("patient", whose.id()), ("_sort", "-authored"), ("_count", PAGE)];
    if !older.is_empty() {
        wanted.push(("_cursor", older));
    }
    let page = whose.desk.search("QuestionnaireResponse", &wanted)?;
    Ok((page.matches.iter().filter_map(Filled::any).collect(), page.next))
}

fn row(whose: &Whose, filled: &Filled) -> Result<Row, Refusal> {
    let voice = whose.voice();
    let title = title(&whose.desk, filled)?.unwrap_or_else(|| voice.t("forms-one"));
    Ok(Row {
        path: format!("{}/{}", path_of(&filled.patient), percent(&filled.id)),
        title: auto(title),
        when: voice.date_time(filled.authored.as_str()),
        ago: voice.ago(filled.authored.as_str()),
        author: auto(&filled.author),
        state: filled.state,
    })
}

/// The form's name, without reading all of it.
fn title(desk: &Desk, filled: &Filled) -> Result<Option<String>, Refusal> {
    let lang = desk.voice.lang();
    let of = |stored: &rihla_store::Stored| Sheet::of(stored).map(|sheet| sheet.words(lang).to_owned());
    if !desk.shows("Questionnaire") || filled.canonical.is_empty() {
        return Ok(look(&filled.stored, |root| root.text("_questionnaire.extension.valueString").map(|text| text.into_owned())).flatten());
    }
    if let Some(id) = filled.canonical.strip_prefix("Questionnaire/") {
        return Ok(desk.read("Questionnaire", id).ok().as_ref().and_then(of));
    }
    let url = filled.canonical.split('|').next().unwrap_or_default();
    let url = rihla_web::escaped(url);
    let found = desk.search("Questionnaire", &[("url", &url), ("_sort", "-_lastUpdated"), ("_count", "1")])?;
    Ok(found.matches.first().and_then(of))
}
