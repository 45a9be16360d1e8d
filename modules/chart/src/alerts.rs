//! Alerts: what everybody who opens this chart has to know first. One is added, and ended with a reason; none is erased.

use crate::ALERT;
use crate::chart::{Chart, Content, Panel, Tab};
use crate::rows::{Row, behind, first_text, joined, said, words};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, Draft, DraftKey, Icon, Refusal, go, look, quoted};
use serde::Deserialize;

/// The longest text of an alert: it has to fit into the banner.
const LONGEST: usize = 120;
const FORM: &str = "chart.alert";
/// Why an alert was ended, beside the Flag's own period.
const REASON: &str = "urn:rihla:extension:flag-end-reason";

/// Kinds of alert (<https://hl7.org/fhir/R4/valueset-flag-category.html>), with their words.
const KINDS: [(&str, &str); 6] = [
    ("safety", rihla_web::key!("chart-alert-safety")),
    ("clinical", rihla_web::key!("chart-alert-clinical")),
    ("contact", rihla_web::key!("chart-alert-contact")),
    ("behavioral", rihla_web::key!("chart-alert-behavioral")),
    ("diet", rihla_web::key!("chart-alert-diet")),
    ("admin", rihla_web::key!("chart-alert-admin")),
];

/// One alert in the list.
struct Alert {
    id: String,
    version: u32,
    row: Row,
}

#[derive(Template)]
#[template(path = "chart/alerts.html")]
struct Page<'p> {
    voice: &'p Voice,
    running: Vec<Alert>,
    over: String,
    may: bool,
    here: String,
    patient: String,
    author: String,
    /// Of the alert that the form writes.
    id: String,
    name: String,
    kinds: Vec<(&'static str, String)>,
    typed: Typed,
    draft: Option<String>,
    wrong: &'static str,
    longest: usize,
}

/// What stands in the form.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    text: String,
    #[serde(default)]
    kind: String,
    /// The patient whose page the form was on.
    #[serde(default, rename = "_patient")]
    patient: String,
    /// Who began the form, and the id of the alert that it writes.
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default, rename = "_id")]
    id: String,
}

/// `GET /patients/{patient}/alerts`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let draft = chart.desk.draft(&key(chart.id()))?;
    let typed = draft.as_ref().map(typed_of).unwrap_or_default();
    page(&chart, typed, draft.map(|draft| chart.voice().time(draft.at)), "")
}

fn key(patient: &str) -> DraftKey<'_> {
    DraftKey { form: FORM, patient, stay: "" }
}

fn typed_of(draft: &Draft) -> Typed {
    Typed { text: draft.field("text").to_owned(), kind: draft.field("kind").to_owned(), ..Typed::default() }
}

fn page(chart: &Chart, typed: Typed, draft: Option<String>, wrong: &'static str) -> Result<Response, Refusal> {
    let (desk, voice) = (&chart.desk, chart.voice());
    let found = desk.search("Flag", &[("patient", chart.id()), ("_count", "200")])?;
    let mut alerts: Vec<(bool, String, Alert)> = Vec::new();
    for stored in &found.matches {
        alerts.extend(look(stored, |flag| read(flag, desk, stored.id.to_text(), stored.vid)));
    }
    alerts.sort_by(|a, b| b.1.cmp(&a.1));
    let (running, over): (Vec<_>, Vec<_>) = alerts.into_iter().partition(|(active, _, _)| *active);
    let over: Vec<Row> = over.into_iter().map(|(_, _, alert)| alert.row).collect();
    let over = crate::rows::render(voice, &over, "chart-alerts-over-none", found.next.is_some())?;
    let body = Page {
        voice,
        running: running.into_iter().map(|(_, _, alert)| alert).collect(),
        over: Panel { icon: Icon("history"), title: voice.t("chart-alerts-over"), more: None, part: "", class: "", inside: over }.render()?,
        may: desk.person.may(ALERT.0),
        here: chart.path("alerts"),
        patient: chart.id().to_owned(),
        author: desk.person.mark(),
        id: desk.reserve("Flag", chart.id())?,
        name: chart.patient.formal(),
        kinds: KINDS.iter().map(|(code, key)| (*code, voice.t(key))).collect(),
        typed,
        draft,
        wrong,
        longest: LONGEST,
    }
    .render()?;
    chart.page(Tab::Alerts, Content { body, ..Content::default() })
}

fn read(flag: Value<'_>, desk: &Desk, id: String, version: u32) -> (bool, String, Alert) {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let status = flag.text("status").unwrap_or_default().into_owned();
    let from = first_text(flag, &["period.start"]).unwrap_or_default();
    let to = first_text(flag, &["period.end"]).unwrap_or_default();
    let reason = flag.extensions("", REASON).first().and_then(|reason| reason.text("valueString")).unwrap_or_default().into_owned();
    let row = Row {
        what: auto(words(flag, "code", lang)),
        when: if from.is_empty() { Html::default() } else { crate::stays::span(&from, &to, voice) },
        more: joined([said(voice, flag, "category"), behind(desk, flag, "author"), reason]),
        struck: status == "entered-in-error",
        ..Row::default()
    };
    (status == "active", from, Alert { id, version, row })
}

/// `POST /patients/{patient}/alerts`
pub async fn add(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(ALERT)?;
    let chart = Chart::open(desk, &patient)?;
    same_patient(&chart, &typed.patient)?;
    chart.desk.same_author(&typed.author)?;
    let text = typed.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((kind, label)) = KINDS.iter().find(|(code, _)| *code == typed.kind) else { return page(&chart, typed, None, "chart-alert-kind-missing") };
    if text.is_empty() {
        return page(&chart, typed, None, "chart-alert-text-missing");
    }
    if text.chars().count() > LONGEST {
        return page(&chart, typed, None, "chart-alert-text-long");
    }
    let json = flag(&chart, kind, &chart.voice().in_lang(rihla_kernel::Lang::French).t(label), &text);
    chart.desk.create_as(&typed.id, &json, vec![chart.desk.without_draft(&key(chart.id()))]).await?;
    Ok(go(&chart.path("alerts"), &[]))
}

fn flag(chart: &Chart, kind: &str, label: &str, text: &str) -> String {
    format!(
        r#"{{"resourceType":"Flag","status":"active","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/flag-category","code":{}}}],"text":{}}}],"code":{{"text":{}}},"subject":{{"reference":{}}},"period":{{"start":{}}},"author":{}}}"#,
        quoted(kind),
        quoted(label),
        quoted(text),
        quoted(&format!("Patient/{}", chart.id())),
        quoted(&chart.desk.instant()),
        chart.desk.author_reference()
    )
}

/// A form says whose page it was on: one that was left open in another tab cannot write into this chart.
fn same_patient(chart: &Chart, said: &str) -> Result<(), Refusal> {
    if said == chart.id() {
        return Ok(());
    }
    Err(Refusal::invalid("RH-CHART-OTHER-PATIENT", "The form was filled in on another patient's page."))
}

#[derive(Deserialize)]
pub struct Ending {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: u32,
    #[serde(default, rename = "_patient")]
    patient: String,
    #[serde(default, rename = "_author")]
    author: String,
}

/// `POST /patients/{patient}/alerts/{alert}/end`
pub async fn end(desk: Desk, Path((patient, alert)): Path<(String, String)>, Form(ending): Form<Ending>) -> Result<Response, Refusal> {
    desk.require(ALERT)?;
    let chart = Chart::open(desk, &patient)?;
    same_patient(&chart, &ending.patient)?;
    chart.desk.same_author(&ending.author)?;
    let stored = chart.desk.read("Flag", &alert)?;
    let own =
        look(&stored, |flag| flag.reference("subject.reference", "Patient").as_deref() == Some(chart.id()) && flag.text("status").as_deref() == Some("active"));
    if own != Some(true) {
        return Err(Refusal::not_found());
    }
    let reason = ending.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.is_empty() {
        return page(&chart, Typed::default(), None, "chart-alert-reason-missing");
    }
    let now = chart.desk.instant();
    chart.desk.update("Flag", &alert, ending.version, |flag, edits| ended(flag, edits, &now, &reason), Vec::new()).await?;
    Ok(go(&chart.path("alerts"), &[]))
}

fn ended(flag: Value<'_>, edits: &mut rihla_fhir::json::Edits, now: &str, reason: &str) {
    if let Some(status) = flag.get("status") {
        edits.replace_str(status, "inactive");
    }
    let start = flag.text("period.start").map(|start| format!(r#""start":{},"#, quoted(&start))).unwrap_or_default();
    let period = format!(r#"{{{start}"end":{}}}"#, quoted(now));
    let extension = format!(r#"[{{"url":{},"valueString":{}}}]"#, quoted(REASON), quoted(reason));
    // The status stands in every Flag: what a Flag may lack is put beside it.
    match (flag.get("period"), flag.get("extension"), flag.get("code")) {
        (Some(old), known, code) => {
            edits.replace(old, period);
            put_extension(edits, known, code, &extension);
        }
        (None, known, Some(code)) => {
            edits.replace(code, format!(r#"{},"period":{period}"#, code_source(code)));
            if let Some(known) = known {
                edits.replace(known, appended(known, &extension));
            }
        }
        (None, _, None) => {}
    }
}

fn put_extension(edits: &mut rihla_fhir::json::Edits, known: Option<Value<'_>>, code: Option<Value<'_>>, extension: &str) {
    match (known, code) {
        (Some(known), _) => edits.replace(known, appended(known, extension)),
        (None, Some(code)) => edits.replace(code, format!(r#"{},"extension":{extension}"#, code_source(code))),
        (None, None) => {}
    }
}

fn code_source(code: Value<'_>) -> String {
    code.source().to_owned()
}

fn appended(known: Value<'_>, extension: &str) -> String {
    let inside = known.source().trim_start_matches('[').trim_end_matches(']').to_owned();
    format!("[{inside},{}", extension.trim_start_matches('['))
}
