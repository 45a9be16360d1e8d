//! The second signature on what was written under supervision, and the list of what waits for one.

use crate::SIGN;
use crate::note::{KIND, Note, appended};
use crate::whose::Whose;
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_kernel::FaultKind;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, Page, Reasoned, Refusal, go, look, percent, quoted};

/// Notes in the list.
const MOST: &str = "100";

/// `POST /patients/{patient}/notes/{note}/sign`
pub async fn sign(desk: Desk, Path((patient, note)): Path<(String, String)>, Form(signing): Form<Reasoned>) -> Result<Response, Refusal> {
    desk.require(SIGN)?;
    desk.own_form(&signing.author, &signing.patient, &patient)?;
    let whose = Whose::open(desk, &patient)?;
    let found = whose.note(&note)?;
    let here = whose.path(&percent(&note));
    if found.version != signing.version {
        return Ok(go(&format!("{here}?wrong=RH-NOTES-CHANGED"), &[]));
    }
    if !whose.may_sign(&found) {
        return Ok(go(&format!("{here}?wrong=RH-NOTES-NOT-YOURS"), &[]));
    }
    let desk = &whose.desk;
    let attester = format!(r#"{{"mode":"legal","time":{},"party":{}}}"#, quoted(&desk.instant()), desk.author_reference());
    let members = |root: rihla_fhir::json::Value<'_>| vec![("status", Some(r#""final""#.to_owned())), ("attester", Some(appended(root, "attester", attester)))];
    match desk.amend("Composition", &note, signing.version, members, Vec::new()).await {
        // What is signed is what was read: whoever changed it in between is read first.
        Err(refusal) if refusal.fault().is_some_and(|fault| fault.kind == FaultKind::PreconditionFailed) => {
            Ok(go(&format!("{here}?wrong=RH-NOTES-CHANGED"), &[]))
        }
        decided => decided.map(|()| go(&here, &[])),
    }
}

struct Line {
    path: String,
    kind: String,
    name: Html,
    author: Html,
    when: String,
    ago: String,
}

#[derive(Template)]
#[template(path = "notes/unsigned.html")]
struct Body<'b> {
    voice: &'b Voice,
    lines: Vec<Line>,
    cut: bool,
}

/// `GET /notes/unsigned`: the oldest first.
pub async fn waiting(desk: Desk) -> Result<Response, Refusal> {
    desk.require(SIGN)?;
    let role = &desk.person.role.code;
    let kinds = desk.house.pack().notes.list.iter().filter(|kind| kind.is_cosigned_by(role)).map(|kind| format!("{KIND}|{}", kind.code));
    let kinds = kinds.collect::<Vec<_>>().join(",");
    let (mut lines, mut cut) = (Vec::new(), false);
    if !kinds.is_empty() && desk.shows("Composition") {
        let found = desk.search("Composition", &[("status", "preliminary"), ("type", &kinds), ("_sort", "date"), ("_count", MOST)])?;
        cut = found.next.is_some();
        lines = found.matches.iter().filter_map(|stored| line(&desk, stored)).collect();
    }
    let body = Body { voice: &desk.voice, lines, cut }.render()?;
    desk.page(Page { title: desk.voice.t("notes-unsigned"), nav: "/notes/unsigned", body, ..Page::default() })
}

fn line(desk: &Desk, stored: &rihla_store::Stored) -> Option<Line> {
    let patient = look(stored, |note| note.reference("subject.reference", "Patient").map(|id| id.into_owned())).flatten()?;
    let note = Note::read(stored, &patient, desk.voice.lang())?;
    // What somebody wrote themselves is for another to sign.
    if note.by == desk.person.mark() {
        return None;
    }
    let person = desk.read("Patient", &patient).ok()?;
    let script = Script::of_lang(desk.voice.lang());
    let name = look(&person, |person| Names::of(person).first(script).map(HumanName::formal)).flatten().unwrap_or_default();
    let kind = desk.house.pack().notes.note(&note.kind).map_or_else(|| note.title.clone(), |kind| desk.named(&kind.names).into_owned());
    Some(Line {
        path: format!("/patients/{}/notes/{}", percent(&patient), percent(&note.id)),
        kind,
        name: auto(name),
        author: auto(&note.author),
        when: desk.voice.date_time(note.date.as_str()),
        ago: desk.voice.ago(note.date.as_str()),
    })
}
