//! Writing a note: a form from the template of the pack, kept as a draft while it is typed, signed in one commit.

use crate::WRITE;
use crate::form::{Field, Typed};
use crate::note::New;
use crate::prefill;
use crate::whose::Whose;
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use rihla_kernel::{Fault, FaultKind, Instant};
use rihla_packs::Note as Kind;
use rihla_store::body::instant_text;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, DraftKey, Refusal, go, look, percent};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Stays that a note can be of.
const STAYS: &str = "10";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    stay: String,
}

/// A stay as it is chosen.
pub struct Choice {
    pub id: String,
    pub words: Html,
    pub path: String,
    pub here: bool,
}

#[derive(Template)]
#[template(path = "notes/form.html")]
struct Body<'b> {
    voice: &'b Voice,
    title: String,
    back: String,
    /// Where the form goes, and where its page is.
    act: String,
    here: String,
    form: String,
    patient: &'b str,
    stay: String,
    stays: Vec<Choice>,
    author: String,
    id: String,
    name: String,
    fields: Vec<Field>,
    at: String,
    at_wrong: Option<String>,
    faults: bool,
    draft: Option<String>,
    waits: bool,
    confirmed: bool,
}

/// What a form is about.
struct Of<'o> {
    whose: &'o Whose,
    kind: &'o Kind,
    /// The id of a stay, or empty.
    stay: String,
    form: String,
}

impl<'o> Of<'o> {
    fn new(whose: &'o Whose, kind: &str, stay: &str) -> Result<Self, Refusal> {
        whose.desk.require(WRITE)?;
        let kind = whose.desk.house.pack().notes.note(kind).ok_or_else(Refusal::not_found)?;
        if !whose.kinds().any(|own| own.code == kind.code) {
            return Err(Fault::new(FaultKind::Forbidden, "RH-WEB-NOT-YOURS", "This role does not write notes of this kind.").into());
        }
        Ok(Self { whose, kind, stay: stay.to_owned(), form: format!("notes.{}", kind.code) })
    }

    fn key(&self) -> DraftKey<'_> {
        DraftKey { form: &self.form, patient: self.whose.id(), stay: &self.stay }
    }

    fn here(&self) -> String {
        let of = if self.stay.is_empty() { String::new() } else { format!("?stay={}", percent(&self.stay)) };
        format!("{}{of}", self.whose.path(&format!("new/{}", self.kind.code)))
    }
}

/// `GET /patients/{patient}/notes/new/{kind}?stay=…`
pub async fn show(desk: Desk, Path((patient, kind)): Path<(String, String)>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient)?;
    let stays = stays(&whose, &kind, &asked.stay)?;
    if !asked.stay.is_empty() && !stays.iter().any(|stay| stay.here) {
        return Err(Refusal::not_found());
    }
    let stay = stays.iter().find(|stay| stay.here).map(|stay| stay.id.clone()).unwrap_or_default();
    let of = Of::new(&whose, &kind, &stay)?;
    let draft = whose.desk.draft(&of.key())?;
    let typed = match &draft {
        Some(draft) => Typed::of_draft(of.kind, draft),
        None => Typed::begun(of.kind, |what| prefill::lines(&whose.desk, whose.id(), what))?,
    };
    form(&of, stays, &typed, &[], draft.map(|draft| whose.voice().time(draft.at)))
}

/// `POST /patients/{patient}/notes/new/{kind}`
pub async fn save(desk: Desk, Path((patient, kind)): Path<(String, String)>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let typed = Typed::of(fields);
    desk.own_form(typed.field("_author"), typed.field("_patient"), &patient)?;
    let whose = Whose::open(desk, &patient)?;
    let of = Of::new(&whose, &kind, typed.field("_stay"))?;
    let stays = stays(&whose, &kind, &of.stay)?;
    if !of.stay.is_empty() && !stays.iter().any(|stay| stay.here) {
        return Err(Refusal::invalid("RH-NOTES-STAY", "The stay that the note is of is not one of this patient's."));
    }
    let mut faults = typed.faults(of.kind, false);
    let earlier = typed.earlier(&whose).map_err(|key| faults.push(("at".to_owned(), key))).ok().flatten();
    if !faults.is_empty() {
        return form(&of, stays, &typed, &faults, None);
    }
    let json = json(&of, &typed, earlier);
    let id = typed.field("_id");
    whose.desk.create_as(id, &json, vec![whose.desk.without_draft(&of.key())]).await?;
    Ok(go(&format!("{}#n-{id}", whose.path("")), &[]))
}

fn json(of: &Of<'_>, typed: &Typed, earlier: Option<Instant>) -> String {
    let desk = &of.whose.desk;
    let earlier = earlier.map(instant_text);
    let new = New {
        kind: of.kind,
        title: &desk.named(&of.kind.names),
        patient: of.whose.id(),
        stay: &of.stay,
        now: &desk.instant(),
        of: earlier.as_deref(),
        author: &desk.author_reference(),
        by: &desk.person.mark(),
        waits: of.kind.is_cosigned_of(&desk.person.role.code),
    };
    new.json(&typed.sections(of.whose, of.kind))
}

fn form(of: &Of<'_>, stays: Vec<Choice>, typed: &Typed, faults: &[(String, &'static str)], draft: Option<String>) -> Result<Response, Refusal> {
    let (whose, desk) = (of.whose, &of.whose.desk);
    let title = desk.named(&of.kind.names).into_owned();
    let body = Body {
        voice: whose.voice(),
        title: title.clone(),
        back: whose.path(""),
        act: whose.path(&format!("new/{}", of.kind.code)),
        here: of.here(),
        form: of.form.clone(),
        patient: whose.id(),
        stay: of.stay.clone(),
        stays,
        author: desk.person.mark(),
        id: Some(typed.field("_id")).filter(|id| !id.is_empty()).map_or_else(|| desk.reserve("Composition", whose.id()), |id| Ok(id.to_owned()))?,
        name: whose.banner.formal(),
        fields: typed.fields(whose, of.kind, faults, None),
        at: typed.field("at").to_owned(),
        at_wrong: faults.iter().find(|(name, _)| name == "at").map(|(_, key)| whose.voice().t(key)),
        faults: !faults.is_empty(),
        draft,
        waits: of.kind.is_cosigned_of(&desk.person.role.code),
        confirmed: of.kind.provenance.validator.is_some(),
    };
    whose.page(title, body.render()?)
}

/// The stays that a note can be of, the newest first. Without one that is asked for, it is of the one that goes on.
fn stays(whose: &Whose, kind: &str, asked: &str) -> Result<Vec<Choice>, Refusal> {
    if !whose.desk.shows("Encounter") {
        return Ok(Vec::new());
    }
    let wanted = [("patient", whose.id()), ("status:not", "cancelled,entered-in-error,planned"), ("_sort", "-date"), ("_count", STAYS)];
    let found = whose.desk.search("Encounter", &wanted)?;
    let mut running = None;
    let mut all = Vec::new();
    for stored in &found.matches {
        let id = stored.id.to_text();
        let told = look(stored, |stay| rihla_clinical::Stay::read(stay, stored.vid, whose.desk.record.zone()));
        let Some(stay) = told else { continue };
        if stay.to.is_none() && running.is_none() {
            running = Some(id.clone());
        }
        let voice = whose.voice();
        let from = stay.from.map_or_else(String::new, |from| voice.date_time(from));
        let until = stay.to.map(|to| format!(" – {}", voice.date_time(to))).unwrap_or_default();
        let path = format!("{}?stay={}", whose.path(&format!("new/{}", percent(kind))), percent(&id));
        all.push(Choice { words: auto(format!("{from}{until}")), path, here: false, id });
    }
    let chosen = if asked.is_empty() { running.unwrap_or_default() } else { asked.to_owned() };
    for choice in &mut all {
        choice.here = choice.id == chosen;
    }
    Ok(all)
}
