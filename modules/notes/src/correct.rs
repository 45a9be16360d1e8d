//! Correcting what was signed: with a reason, so that the words before stay readable. Who comes second is shown the words of
//! who came first beside their own.

use crate::form::{Field, REASON, Typed};
use crate::note::{Note, json_of, with_correction};
use crate::whose::Whose;
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_kernel::{Fault, FaultKind};
use rihla_packs::Note as Kind;
use rihla_web::text::Voice;
use rihla_web::{Desk, DraftKey, Refusal, go, percent};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "notes/correct.html")]
struct Body<'b> {
    voice: &'b Voice,
    title: String,
    back: String,
    here: String,
    form: String,
    patient: &'b str,
    stay: String,
    author: String,
    version: u32,
    name: String,
    fields: Vec<Field>,
    reason: String,
    reason_wrong: Option<String>,
    longest: usize,
    faults: bool,
    /// Who changed the note while this was typed.
    meanwhile: Option<String>,
    draft: Option<String>,
}

/// A note that somebody may correct.
struct Of {
    whose: Whose,
    note: Note,
    kind: Kind,
    form: String,
}

impl Of {
    fn open(desk: Desk, patient: &str, note: &str) -> Result<Self, Refusal> {
        let whose = Whose::open(desk, patient)?;
        let note = whose.note(note)?;
        let kind = whose.kind_of(&note).cloned().ok_or_else(Refusal::not_found)?;
        if !whose.may_correct(&note) {
            return Err(Fault::new(FaultKind::Forbidden, "RH-NOTES-NOT-YOURS", "A note is corrected by who wrote it, or by who signs it.").into());
        }
        let form = format!("notes.correct.{}", note.id);
        Ok(Self { whose, note, kind, form })
    }

    fn stay(&self) -> &str {
        self.note.stay.as_deref().unwrap_or("")
    }

    fn key(&self) -> DraftKey<'_> {
        DraftKey { form: &self.form, patient: self.whose.id(), stay: self.stay() }
    }
}

/// `GET /patients/{patient}/notes/{note}/correct`
pub async fn show(desk: Desk, Path((patient, note)): Path<(String, String)>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, &note)?;
    let draft = of.whose.desk.draft(&of.key())?;
    let typed = draft.as_ref().map_or_else(|| Typed::of_note(&of.note), |draft| Typed::of_draft(&of.kind, draft));
    form(&of, &typed, &[], false, draft.map(|draft| of.whose.voice().time(draft.at)))
}

/// `POST /patients/{patient}/notes/{note}/correct`
pub async fn save(desk: Desk, Path((patient, note)): Path<(String, String)>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let typed = Typed::of(fields);
    desk.own_form(typed.field("_author"), typed.field("_patient"), &patient)?;
    let again = desk.clone();
    let of = Of::open(desk, &patient, &note)?;
    if typed.field("version") != of.note.version.to_string() {
        return form(&of, &typed, &[], true, None);
    }
    let faults = typed.faults(&of.kind, true);
    if !faults.is_empty() {
        return form(&of, &typed, &faults, false, None);
    }
    match write(&of, &typed).await {
        Err(refusal) if refusal.fault().is_some_and(|fault| matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict)) => {
            // Somebody was a moment faster: their words are read and shown.
            form(&Of::open(again, &patient, &note)?, &typed, &[], true, None)
        }
        decided => decided.map(|()| go(&of.whose.path(&percent(&note)), &[])),
    }
}

async fn write(of: &Of, typed: &Typed) -> Result<(), Refusal> {
    let desk = &of.whose.desk;
    let waits = of.kind.is_cosigned_of(&desk.person.role.code) || of.note.state == crate::note::State::Waits;
    let status = if waits { r#""preliminary""# } else { r#""amended""# };
    let sections = typed.sections(&of.whose, &of.kind);
    let (now, by, why) = (desk.instant(), desk.author_reference(), typed.reason());
    let members = |root: rihla_fhir::json::Value<'_>| {
        let extension = with_correction(root, &why, &now, &by);
        vec![("extension", Some(extension)), ("status", Some(status.to_owned())), ("section", Some(json_of(&sections)))]
    };
    desk.amend("Composition", &of.note.id, of.note.version, members, vec![desk.without_draft(&of.key())]).await
}

fn form(of: &Of, typed: &Typed, faults: &[(String, &'static str)], meanwhile: bool, draft: Option<String>) -> Result<Response, Refusal> {
    let (whose, voice) = (&of.whose, of.whose.voice());
    let title = whose.desk.named(&of.kind.names).into_owned();
    let last = of.note.corrections.last();
    let who = last.map_or(of.note.author.as_str(), |last| last.by.as_str());
    let body = Body {
        voice,
        title: voice.ta("notes-correct-of", &[("kind", title.as_str())]),
        back: whose.path(&percent(&of.note.id)),
        here: whose.path(&format!("{}/correct", percent(&of.note.id))),
        form: of.form.clone(),
        patient: whose.id(),
        stay: of.stay().to_owned(),
        author: whose.desk.person.mark(),
        version: of.note.version,
        name: whose.banner.formal(),
        fields: typed.fields(whose, &of.kind, faults, meanwhile.then_some(&of.note)),
        reason: typed.field("reason").to_owned(),
        reason_wrong: faults.iter().find(|(name, _)| name == "reason").map(|(_, key)| voice.t(key)),
        longest: REASON,
        faults: !faults.is_empty(),
        meanwhile: meanwhile.then(|| voice.ta("notes-meanwhile", &[("who", who)])),
        draft,
    };
    let page = body.render()?;
    whose.page(body.title.clone(), page)
}
