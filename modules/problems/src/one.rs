//! One problem or allergy: what is said of it, and what may become of it.

use crate::since::since;
use crate::whose::Whose;
use crate::{ALLERGIES, WRITE};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::{FaultKind, Permission};
use rihla_store::Stored;
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Allergy, Desk, Members, Refusal, Struck, go, look, percent, quoted, written};
use serde::Deserialize;

/// The longest reason.
const REASON: usize = 300;
/// What may be said of an act that was refused.
const WRONG: [&str; 3] = ["RH-PROBLEMS-REASON", "RH-PROBLEMS-CHANGED", "RH-PROBLEMS-SINCE"];

/// What differs between the two.
struct Sort {
    ty: &'static str,
    /// The path of its pages below a patient.
    below: &'static str,
    permission: Permission,
    clinical: &'static str,
    verification: &'static str,
    /// How what is over is called.
    over: &'static str,
}

const PROBLEM: Sort = Sort {
    ty: "Condition",
    below: "problems",
    permission: WRITE,
    clinical: "http://terminology.hl7.org/CodeSystem/condition-clinical",
    verification: "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    over: "resolved",
};
const ALLERGY: Sort = Sort {
    ty: "AllergyIntolerance",
    below: "allergies",
    permission: ALLERGIES,
    clinical: "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
    verification: "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
    over: "inactive",
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    wrong: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Done {
    reason: String,
    until: String,
    version: u32,
    #[serde(rename = "_patient")]
    patient: String,
    #[serde(rename = "_author")]
    author: String,
}

#[derive(Template)]
#[template(path = "problems/one.html")]
struct Body<'b> {
    voice: &'b Voice,
    what: Html,
    facts: Vec<(String, Html)>,
    struck: Option<(Html, Html, String)>,
    in_error: bool,
    /// It holds: it may be ended or ruled out.
    holds: bool,
    problem: bool,
    here: String,
    back: String,
    patient: &'b str,
    author: String,
    version: u32,
    name: String,
    wrong: Option<String>,
    longest: usize,
}

/// `GET /patients/{patient}/problems/{condition}`
pub async fn problem(desk: Desk, Path((patient, id)): Path<(String, String)>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    show(desk, &patient, &id, &PROBLEM, &asked)
}

/// `GET /patients/{patient}/allergies/{allergy}`
pub async fn allergy(desk: Desk, Path((patient, id)): Path<(String, String)>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    show(desk, &patient, &id, &ALLERGY, &asked)
}

/// `POST /patients/{patient}/problems/{condition}/{act}`
pub async fn problem_act(desk: Desk, Path(path): Path<(String, String, String)>, Form(done): Form<Done>) -> Result<Response, Refusal> {
    act(desk, path, done, &PROBLEM).await
}

/// `POST /patients/{patient}/allergies/{allergy}/{act}`
pub async fn allergy_act(desk: Desk, Path(path): Path<(String, String, String)>, Form(done): Form<Done>) -> Result<Response, Refusal> {
    act(desk, path, done, &ALLERGY).await
}

/// Whether it goes on, as far as anybody has said.
pub fn holds(one: Value<'_>) -> bool {
    let state = |path: &str| Concept::at(one, path).and_then(|concept| concept.any_code());
    let wrong = matches!(state("verificationStatus").as_deref(), Some("entered-in-error" | "refuted"));
    !wrong && !matches!(state("clinicalStatus").as_deref(), Some("inactive" | "resolved" | "remission"))
}

fn read(whose: &Whose, id: &str, sort: &Sort) -> Result<Stored, Refusal> {
    let stored = whose.desk.read(sort.ty, id)?;
    let path = if sort.ty == "Condition" { "subject.reference" } else { "patient.reference" };
    let own = look(&stored, |one| one.reference(path, "Patient").as_deref() == Some(whose.id()));
    if own == Some(true) { Ok(stored) } else { Err(Refusal::not_found()) }
}

fn show(desk: Desk, patient: &str, id: &str, sort: &Sort, asked: &Asked) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, patient, sort.permission)?;
    let stored = read(&whose, id, sort)?;
    let voice = whose.voice();
    let wrong = WRONG.contains(&asked.wrong.as_str()).then(|| voice.t(&listed(rihla_web::key!("problems-refused-*"), &asked.wrong)));
    let here = whose.path(&format!("{}/{}", sort.below, percent(id)));
    let body = look(&stored, |one| {
        let words = |path: &str| Concept::at(one, path).and_then(|concept| concept.words(voice.lang())).map(|words| words.into_owned());
        let name = if sort.ty == "Condition" { words("code").unwrap_or_default() } else { Allergy::of(one, voice).what };
        let struck = Struck::of(one).map(|said| (auto(said.reason), auto(said.by), voice.date_time(said.at.as_str())));
        let verified = Concept::at(one, "verificationStatus").and_then(|status| status.any_code());
        Body {
            voice,
            what: auto(if name.is_empty() { voice.t("problems-unnamed") } else { name }),
            facts: facts(one, voice),
            struck,
            in_error: verified.as_deref() == Some("entered-in-error"),
            holds: holds(one),
            problem: sort.ty == "Condition",
            here: here.clone(),
            back: whose.path("problems"),
            patient: whose.id(),
            author: whose.desk.person.mark(),
            version: stored.vid,
            name: whose.banner.formal(),
            wrong,
            longest: REASON,
        }
        .render()
    });
    let body = body.ok_or_else(Refusal::not_found)??;
    whose.page(voice.t(if sort.ty == "Condition" { "problems-one" } else { "problems-one-allergy" }), body)
}

fn facts(one: Value<'_>, voice: &Voice) -> Vec<(String, Html)> {
    let words = |path: &str| Concept::at(one, path).and_then(|concept| concept.words(voice.lang())).map(|words| words.into_owned());
    let text = |path: &str| one.text(path).map(|text| text.into_owned());
    let mut out = Vec::new();
    let mut add = |key: &str, value: Option<Html>| out.extend(value.filter(|value| !value.is_empty()).map(|value| (voice.t(key), value)));
    add("problems-fact-code", Concept::at(one, "code").and_then(|code| code.code(crate::whose::DIAGNOSES)).map(rihla_web::text::ltr));
    add("problems-fact-reaction", words("reaction.manifestation").map(auto));
    add("problems-fact-since", text("onsetDateTime").map(|at| Html::text(voice.date(at.as_str()))));
    add("problems-fact-until", text("abatementDateTime").map(|at| Html::text(voice.date(at.as_str()))));
    add(
        "problems-fact-note",
        Some(auto(one.all("note.text").into_iter().filter_map(|note| note.as_str().map(|note| note.into_owned())).collect::<Vec<_>>().join(" · "))),
    );
    add("problems-fact-by", text("recorder.display").map(auto));
    add("problems-fact-written", text("recordedDate").map(|at| Html::text(voice.date_time(at.as_str()))));
    out
}

async fn act(desk: Desk, (patient, id, act): (String, String, String), done: Done, sort: &Sort) -> Result<Response, Refusal> {
    let whose = Whose::sent(desk, &patient, sort.permission, &done.patient, &done.author)?;
    read(&whose, &id, sort)?;
    let here = whose.path(&format!("{}/{}", sort.below, percent(&id)));
    let wrong = |code: &str| Ok(go(&format!("{here}?wrong={code}"), &[]));
    let reason = crate::whose::line(&done.reason);
    if act != "end" && (reason.is_empty() || reason.chars().count() > REASON) {
        return wrong("RH-PROBLEMS-REASON");
    }
    let desk = &whose.desk;
    let decided = match act.as_str() {
        "end" => {
            let Ok(until) = since(&done.until, whose.voice().now(), whose.voice().zone()) else { return wrong("RH-PROBLEMS-SINCE") };
            desk.amend(sort.ty, &id, done.version, |root| ended(root, sort, until, &reason), Vec::new()).await
        }
        "refute" => desk.amend(sort.ty, &id, done.version, |root| refuted(root, sort, &reason), Vec::new()).await,
        "strike" => desk.strike(sort.ty, &id, done.version, &reason, Vec::new()).await,
        _ => return Err(Refusal::not_found()),
    };
    match decided {
        Err(refusal) if refusal.fault().is_some_and(|fault| fault.kind == FaultKind::PreconditionFailed) => wrong("RH-PROBLEMS-CHANGED"),
        decided => decided.map(|()| go(&whose.path("problems"), &[])),
    }
}

fn coded(system: &str, code: &str) -> String {
    format!(r#"{{"coding":[{{"system":"{system}","code":"{code}"}}]}}"#)
}

fn ended(root: Value<'_>, sort: &Sort, until: Option<String>, reason: &str) -> Members {
    let mut members: Members = vec![("clinicalStatus", Some(coded(sort.clinical, sort.over)))];
    if let Some(until) = until.filter(|_| sort.ty == "Condition") {
        members.push(("abatementDateTime", Some(quoted(&until))));
    }
    members.extend(noted(root, reason));
    members
}

fn refuted(root: Value<'_>, sort: &Sort, reason: &str) -> Members {
    let mut members: Members = vec![("verificationStatus", Some(coded(sort.verification, "refuted")))];
    members.extend(noted(root, reason));
    members
}

/// The remarks with one more.
fn noted(root: Value<'_>, reason: &str) -> Option<(&'static str, Option<String>)> {
    if reason.is_empty() {
        return None;
    }
    let mut all: Vec<String> = root.get("note").map(|notes| notes.items().map(written).collect()).unwrap_or_default();
    all.push(format!(r#"{{"text":{}}}"#, quoted(reason)));
    Some(("note", Some(format!("[{}]", all.join(",")))))
}
