//! Carrying patients: asked for from a stay, begun and ended by a porter, who is told from where to where and what to beware
//! of, and not whom.

use crate::who::name_of;
use crate::{CARRY, TRANSPORT};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::{Object, concept, quoted, reference};
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::FaultKind;
use rihla_store::backend::{Expect, Name, Step};
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal, go, look, percent, read_on, type_of};
use serde::Deserialize;

/// Our kinds of tasks.
const SYSTEM: &str = "urn:rihla:task";
/// Tasks that are shown.
const MOST: &str = "100";

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    id: String,
    #[serde(default)]
    stay: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default, rename = "_patient")]
    patient: String,
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    version: u32,
}

struct Line {
    id: String,
    version: u32,
    from: String,
    to: String,
    since: String,
    /// Who carries, once begun.
    by: String,
    begun: bool,
    beware: Vec<String>,
}

#[derive(Template)]
#[template(path = "beds/transports.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    carries: bool,
    lines: Vec<Line>,
}

/// `GET /beds/transports`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(CARRY)?;
    let code = format!("{SYSTEM}|transport");
    let found = desk.search("Task", &[("code", code.as_str()), ("status", "requested,in-progress"), ("_sort", "authored-on"), ("_count", MOST)])?;
    let lines = found.matches.iter().filter_map(|stored| look(stored, |task| line(&desk, task, stored.id.to_text(), stored.vid))).collect();
    let body = Body { voice: &desk.voice, author: desk.person.mark(), carries: desk.person.may(CARRY.0), lines }.render()?;
    desk.page(Page { title: desk.voice.t("beds-transports"), nav: "/beds/transports", body, ..Page::default() })
}

fn line(desk: &Desk, task: Value<'_>, id: String, version: u32) -> Line {
    let place = |of: Value<'_>, path: &str| of.reference(path, "Location").map(|id| name_of(desk, &id)).unwrap_or_default();
    let inputs = task.all("input");
    let beware = inputs.iter().filter_map(|input| input.reference("valueReference.reference", "Flag")).filter_map(|flag| {
        let stored = desk.read("Flag", &flag).ok()?;
        let words = |flag: Value<'_>| Concept::at(flag, "code").and_then(|code| code.words(desk.voice.lang())).map(|words| words.into_owned());
        look(&stored, words).flatten()
    });
    Line {
        id,
        version,
        from: place(task, "location.reference"),
        to: inputs.iter().map(|input| place(*input, "valueReference.reference")).find(|name| !name.is_empty()).unwrap_or_default(),
        since: task.text("authoredOn").map(|at| desk.voice.ago(at.as_ref())).unwrap_or_default(),
        by: task.text("owner.display").unwrap_or_default().into_owned(),
        begun: task.text("status").as_deref() == Some("in-progress"),
        beware: beware.collect(),
    }
}

/// `POST /beds/transports`: somebody is to be carried.
pub async fn ask(desk: Desk, Form(wanted): Form<Wanted>) -> Result<Response, Refusal> {
    desk.require(TRANSPORT)?;
    desk.same_author(&wanted.author)?;
    if name_of(&desk, &wanted.to).is_empty() {
        return Err(Refusal::invalid("RH-BEDS-WHERE", "The form does not say where to."));
    }
    let (flags, _) = read_on(&desk, "Flag", &wanted.patient)?;
    let holds = |flag: &&rihla_store::Stored| look(flag, |flag| flag.text("status").as_deref() == Some("active")).unwrap_or(false);
    let input = |kind: &str, to: String| format!(r#"{{"type":{},"valueReference":{}}}"#, concept(SYSTEM, kind), reference(&to));
    let mut inputs = vec![input("to", format!("Location/{}", wanted.to))];
    inputs.extend(flags.iter().filter(holds).map(|flag| input("precaution", format!("Flag/{}", flag.id.to_text()))));
    let mut task = Object::default();
    task.set("resourceType", quoted("Task"));
    task.set("status", quoted("requested"));
    task.set("intent", quoted("order"));
    task.set("code", concept(SYSTEM, "transport"));
    task.set("for", reference(&format!("Patient/{}", wanted.patient)));
    task.set("encounter", reference(&format!("Encounter/{}", wanted.stay)));
    task.set("authoredOn", quoted(&desk.instant()));
    task.set("requester", desk.author_reference());
    if !wanted.from.is_empty() {
        task.set("location", reference(&format!("Location/{}", wanted.from)));
    }
    task.set_list("input", &inputs);
    desk.create_as(&wanted.id, &task.text(), Vec::new()).await?;
    Ok(go(&format!("/patients/{}/admission", percent(&wanted.patient)), &[]))
}

/// `POST /beds/transports/{task}/begin`
pub async fn begin(desk: Desk, Path(task): Path<String>, Form(wanted): Form<Wanted>) -> Result<Response, Refusal> {
    step(&desk, &task, &wanted, "requested", "in-progress").await
}

/// `POST /beds/transports/{task}/end`
pub async fn end(desk: Desk, Path(task): Path<String>, Form(wanted): Form<Wanted>) -> Result<Response, Refusal> {
    step(&desk, &task, &wanted, "in-progress", "completed").await
}

/// Takes a task a step on: when, and by whom. What a porter is not shown of it stays as it is.
async fn step(desk: &Desk, id: &str, wanted: &Wanted, from: &str, to: &str) -> Result<Response, Refusal> {
    desk.require(CARRY)?;
    desk.same_author(&wanted.author)?;
    let (ty, now) = (type_of("Task")?, desk.instant());
    let stored = desk.read("Task", id)?;
    let changed = look(&stored, |task| {
        if task.text("status").as_deref() != Some(from) || stored.vid != wanted.version {
            return None;
        }
        let start = task.text("executionPeriod.start").map_or_else(|| now.clone(), |start| start.into_owned());
        let end = if to == "completed" { format!(r#","end":{}"#, quoted(&now)) } else { String::new() };
        let mut out = Object::of(task);
        out.set("status", quoted(to));
        out.set("executionPeriod", format!(r#"{{"start":{}{end}}}"#, quoted(&start)));
        out.set("owner", desk.author_reference());
        Some(out.text())
    });
    // Somebody else was faster: the list shows how it is.
    if let Some(changed) = changed.flatten() {
        let content = desk.record.amended(ty, id, stored.vid, changed.as_bytes())?;
        let step = Step::Put { ty: ty.0, name: Name::Id(id.into()), expect: Expect::Version(stored.vid), content };
        match desk.record.commit(vec![step], Vec::new(), Vec::new()).await {
            Err(fault) if !matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) => return Err(fault.into()),
            _ => {}
        }
    }
    Ok(go("/beds/transports", &[]))
}
