//! One note with everything that was done to it: who signed it, what was corrected, and the words before.

use crate::form::REASON;
use crate::list::{Shown, title_of};
use crate::note::Note;
use crate::whose::Whose;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::r4::tables;
use rihla_store::{HistoryOf, HistoryQuery};
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Desk, Refusal};
use serde::Deserialize;

/// Versions of a note that are looked through for words that were changed.
const VERSIONS: usize = 50;
/// What may be said of an act that was refused.
const WRONG: [&str; 3] = ["RH-NOTES-REASON", "RH-NOTES-CHANGED", "RH-NOTES-NOT-YOURS"];

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What was refused a moment ago.
    wrong: String,
}

/// Words that stood before a correction.
struct Before {
    why: Html,
    by: Html,
    at: String,
    sections: Vec<(Html, Html)>,
}

#[derive(Template)]
#[template(path = "notes/one.html")]
struct Body<'b> {
    voice: &'b Voice,
    note: Shown,
    before: Vec<Before>,
    /// Older versions than are read.
    cut: bool,
    back: String,
    patient: &'b str,
    name: String,
    author: String,
    version: u32,
    signs: bool,
    corrects: bool,
    strikes: bool,
    wrong: Option<String>,
    longest: usize,
}

/// `GET /patients/{patient}/notes/{note}`
pub async fn show(desk: Desk, Path((patient, note)): Path<(String, String)>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient)?;
    let note = whose.note(&note)?;
    let (before, cut) = if note.corrections.is_empty() { (Vec::new(), false) } else { before(&whose, &note)? };
    let shown = Shown::of(&note, &whose);
    let body = Body {
        voice: whose.voice(),
        note: shown,
        before,
        cut,
        back: whose.path(""),
        patient: whose.id(),
        name: whose.banner.formal(),
        author: whose.desk.person.mark(),
        version: note.version,
        signs: whose.may_sign(&note),
        corrects: whose.may_correct(&note),
        strikes: whose.may_strike(&note),
        wrong: WRONG.contains(&asked.wrong.as_str()).then(|| whose.voice().t(&listed(rihla_web::key!("notes-refused-*"), &asked.wrong))),
        longest: REASON,
    }
    .render()?;
    whose.page(whose.voice().t("notes-one"), body)
}

/// For each correction what was changed by it, as it stood before; the newest first.
fn before(whose: &Whose, note: &Note) -> Result<(Vec<Before>, bool), Refusal> {
    let ty = tables().resource_type("Composition").ok_or_else(Refusal::not_found)?;
    let query = HistoryQuery { of: HistoryOf::Instance(ty, note.id.clone()), since: None, at: None, count: VERSIONS, cursor: None };
    let page = whose.desk.record.history(&query)?;
    let lang = whose.voice().lang();
    let versions: Vec<Note> = page.entries.iter().filter_map(|stored| Note::read(stored, whose.id(), lang)).collect();
    let mut out = Vec::new();
    for (new, old) in versions.iter().zip(versions.iter().skip(1)) {
        let Some(correction) = new.corrections.last().filter(|_| new.corrections.len() > old.corrections.len()) else { continue };
        let same = |section: &crate::note::Section| new.sections.iter().any(|other| other.code == section.code && other.text == section.text);
        let changed = old.sections.iter().filter(|section| !same(section)).map(|section| (auto(title_of(section, old, whose)), auto(&section.text)));
        out.push(Before {
            why: auto(&correction.why),
            by: auto(&correction.by),
            at: whose.voice().date_time(correction.at.as_str()),
            sections: changed.collect(),
        });
    }
    Ok((out, page.next.is_some()))
}
