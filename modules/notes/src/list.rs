//! A patient's notes as they were written, the newest first, each to be read in full.

use crate::note::{Note, State};
use crate::whose::{Whose, path_of};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, Refusal, percent};
use serde::Deserialize;

/// Notes on a page.
const PAGE: &str = "20";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// A kind of the pack alone.
    kind: String,
    older: String,
}

/// A note as it is read.
pub struct Shown {
    pub id: String,
    pub path: String,
    pub title: Html,
    /// When it was written; when what it tells was, where that was earlier.
    pub when: String,
    pub of: Option<String>,
    pub author: Html,
    pub signed: Option<(Html, String)>,
    pub waits: bool,
    /// Why, by whom and when it was struck through.
    pub struck: Option<(Html, Html, String)>,
    pub is_struck: bool,
    pub sections: Vec<(Html, Html)>,
    /// Why, by whom and when its words were changed last.
    pub corrected: Option<(Html, Html, String)>,
}

impl Shown {
    pub fn of(note: &Note, whose: &Whose) -> Self {
        let voice = whose.voice();
        let title = whose.kind_of(note).map_or_else(|| note.title.clone(), |kind| whose.desk.named(&kind.names).into_owned());
        let section = |section: &crate::note::Section| (auto(title_of(section, note, whose)), auto(&section.text));
        Self {
            id: note.id.clone(),
            path: format!("{}/{}", path_of(&note.patient), percent(&note.id)),
            title: auto(if title.is_empty() { voice.t("notes-untitled") } else { title }),
            when: voice.date_time(note.date.as_str()),
            of: note.of.as_ref().map(|of| voice.date_time(of.as_str())),
            author: auto(&note.author),
            signed: note.signed.as_ref().map(|(by, at)| (auto(by), voice.date_time(at.as_str()))),
            waits: note.state == State::Waits,
            struck: note.struck.as_ref().map(|struck| (auto(&struck.reason), auto(&struck.by), voice.date_time(struck.at.as_str()))),
            is_struck: note.state == State::Struck,
            sections: note.sections.iter().map(section).collect(),
            corrected: note.corrections.last().map(|last| (auto(&last.why), auto(&last.by), voice.date_time(last.at.as_str()))),
        }
    }
}

/// A section's title in the reader's language where the pack knows it.
pub fn title_of(section: &crate::note::Section, note: &Note, whose: &Whose) -> String {
    let known = whose.kind_of(note).and_then(|kind| kind.section(&section.code));
    known.map_or_else(|| section.title.clone(), |known| whose.desk.named(&known.names).into_owned())
}

/// A kind with its words and its address.
struct Way {
    words: String,
    path: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "notes/list.html")]
struct Body<'b> {
    voice: &'b Voice,
    writes: Vec<Way>,
    kinds: Vec<Way>,
    notes: Vec<Shown>,
    older: Option<String>,
    none: String,
}

/// `GET /patients/{patient}/notes`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient)?;
    let (notes, next) = read(&whose, &asked)?;
    let voice = whose.voice();
    let of_kind = |kind: &str| if kind.is_empty() { whose.path("") } else { format!("{}?kind={}", whose.path(""), percent(kind)) };
    let older = next.map(|cursor| format!("{}{}older={}", of_kind(&asked.kind), if asked.kind.is_empty() { "?" } else { "&" }, percent(&cursor)));
    let pack = &whose.desk.house.pack().notes;
    let kinds =
        pack.list.iter().map(|kind| Way { words: whose.desk.named(&kind.names).into_owned(), path: of_kind(&kind.code), here: asked.kind == kind.code });
    let all = Way { words: voice.t("notes-all"), path: of_kind(""), here: asked.kind.is_empty() };
    let body = Body {
        voice,
        writes: whose
            .kinds()
            .map(|kind| Way { words: whose.desk.named(&kind.names).into_owned(), path: whose.path(&format!("new/{}", kind.code)), here: false })
            .collect(),
        kinds: std::iter::once(all).chain(kinds).collect(),
        notes: notes.iter().map(|note| Shown::of(note, &whose)).collect(),
        older,
        none: voice.t(whose.desk.none_of(&["Composition"], "notes-none")),
    };
    whose.page(voice.t("notes-title"), body.render()?)
}

fn read(whose: &Whose, asked: &Asked) -> Result<(Vec<Note>, Option<String>), Refusal> {
    if !whose.desk.shows("Composition") {
        return Ok((Vec::new(), None));
    }
    let kind = format!("{}|{}", crate::note::KIND, rihla_web::escaped(&asked.kind));
    let mut wanted = vec![("patient", whose.id()), ("_sort", "-date"), ("_count", PAGE)];
    if !asked.kind.is_empty() {
        wanted.push(("type", &kind));
    }
    if !asked.older.is_empty() {
        wanted.push(("_cursor", &asked.older));
    }
    let page = whose.desk.search("Composition", &wanted)?;
    let lang = whose.voice().lang();
    Ok((page.matches.iter().filter_map(|stored| Note::any(stored, lang)).collect(), page.next))
}
