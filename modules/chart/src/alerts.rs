//! Alerts: what everybody who opens this chart has to know first. One is added, and ended with a reason; none is erased.

use crate::ALERT;
use crate::chart::{Chart, Content, Panel};
use crate::rows::{Row, behind, first_text, instant, joined, said, words};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_fhir::json::{Edits, Value};
use rihla_fhir::view::Look;
use rihla_web::text::{Voice, auto};
use rihla_web::{Desk, Draft, DraftKey, Icon, Refusal, go, look, quoted, read_on, written};
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
    with_draft(&chart, "")
}

/// The page with what was typed into its form and not yet written.
fn with_draft(chart: &Chart, wrong: &'static str) -> Result<Response, Refusal> {
    let draft = chart.desk.draft(&key(chart.id()))?;
    let typed = draft.as_ref().map(typed_of).unwrap_or_default();
    page(chart, typed, draft.map(|draft| chart.voice().time(draft.at)), wrong)
}

fn key(patient: &str) -> DraftKey<'_> {
    DraftKey { form: FORM, patient, stay: "" }
}

fn typed_of(draft: &Draft) -> Typed {
    Typed { text: draft.field("text").to_owned(), kind: draft.field("kind").to_owned(), ..Typed::default() }
}

fn page(chart: &Chart, typed: Typed, draft: Option<String>, wrong: &'static str) -> Result<Response, Refusal> {
    let (desk, voice) = (&chart.desk, chart.voice());
    let (found, cut) = read_on(desk, "Flag", chart.id())?;
    let mut alerts: Vec<(bool, i64, Alert)> = Vec::new();
    for stored in &found {
        alerts.extend(look(stored, |flag| read(flag, desk, stored.id.to_text(), stored.vid)));
    }
    alerts.sort_by_key(|(_, from, _)| std::cmp::Reverse(*from));
    let (running, over): (Vec<_>, Vec<_>) = alerts.into_iter().partition(|(active, _, _)| *active);
    let over: Vec<Row> = over.into_iter().map(|(_, _, alert)| alert.row).collect();
    let over = crate::rows::render(voice, &over, "chart-alerts-over-none", cut)?;
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
    chart.page("alerts", Content { body, ..Content::default() })
}

fn read(flag: Value<'_>, desk: &Desk, id: String, version: u32) -> (bool, i64, Alert) {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let status = flag.text("status").unwrap_or_default().into_owned();
    let from = first_text(flag, &["period.start"]).unwrap_or_default();
    let to = first_text(flag, &["period.end"]).unwrap_or_default();
    let text = words(flag, "code", lang);
    let reason = flag.extensions("", REASON).first().and_then(|reason| reason.text("valueString")).unwrap_or_default().into_owned();
    let row = Row {
        what: auto(if text.is_empty() { voice.t("web-alert-unnamed") } else { text }),
        when: crate::stays::span(&from, &to, voice),
        more: joined([said(voice, flag, "category"), behind(desk, flag, "author"), reason]),
        struck: status == "entered-in-error",
        ..Row::default()
    };
    (status == "active", instant(voice, &from), Alert { id, version, row })
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
        return with_draft(&chart, "chart-alert-reason-missing");
    }
    let now = chart.desk.instant();
    chart.desk.update("Flag", &alert, ending.version, |flag, edits| ended(flag, edits, &now, &reason), Vec::new()).await?;
    Ok(go(&chart.path("alerts"), &[]))
}

fn ended(flag: Value<'_>, edits: &mut Edits, now: &str, reason: &str) {
    let end = format!(r#""end":{}"#, quoted(now));
    let extension = format!(r#"{{"url":{},"valueString":{}}}"#, quoted(REASON), quoted(reason));
    let mut lacking = String::new();
    match flag.get("period") {
        Some(period) => edits.replace(period, with_end(period, &end)),
        None => lacking.push_str(&format!(r#","period":{{{end}}}"#)),
    }
    match flag.get("extension") {
        Some(known) => edits.replace(known, appended(known, &extension)),
        None => lacking.push_str(&format!(r#","extension":[{extension}]"#)),
    }
    // The status stands in every Flag: what this one lacks is put beside it.
    if let Some(status) = flag.get("status") {
        edits.replace(status, format!(r#""inactive"{lacking}"#));
    }
}

/// The period with its end; what else it says stays.
fn with_end(period: Value<'_>, end: &str) -> String {
    let kept = period.members().filter(|member| !member.is("end") && !member.is("_end"));
    let mut members: Vec<String> = kept.map(|member| format!("{}:{}", quoted(&member.key()), written(member.value))).collect();
    members.push(end.to_owned());
    format!("{{{}}}", members.join(","))
}

fn appended(known: Value<'_>, extension: &str) -> String {
    let mut all: Vec<String> = known.each().map(written).collect();
    all.push(extension.to_owned());
    format!("[{}]", all.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, minify_into, parse};

    fn after(json: &str) -> String {
        let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
        let mut edits = Edits::default();
        ended(doc.root(), &mut edits, "2026-01-05", "guéri");
        let mut out = Vec::new();
        minify_into(doc.root(), &edits, &mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn an_ended_alert_has_its_reason_whatever_it_had_before() {
        let why = r#"{"url":"urn:rihla:extension:flag-end-reason","valueString":"guéri"}"#;
        assert_eq!(after(r#"{"status":"active"}"#), format!(r#"{{"status":"inactive","period":{{"end":"2026-01-05"}},"extension":[{why}]}}"#));
        let period = r#""period":{"id":"p","start":"2025","_start":{"id":"s"},"end":"2027"}"#;
        let kept = r#""period":{"id":"p","start":"2025","_start":{"id":"s"},"end":"2026-01-05"}"#;
        assert_eq!(
            after(&format!(r#"{{"extension":[{{"url":"u"}}],"status":"active",{period}}}"#)),
            format!(r#"{{"extension":[{{"url":"u"}},{why}],"status":"inactive",{kept}}}"#)
        );
        assert_eq!(after(&format!(r#"{{"status":"active",{period}}}"#)), format!(r#"{{"status":"inactive","extension":[{why}],{kept}}}"#));
        let without = after(r#"{"extension":[{"url":"u"}],"status":"active"}"#);
        assert_eq!(without, format!(r#"{{"extension":[{{"url":"u"}},{why}],"status":"inactive","period":{{"end":"2026-01-05"}}}}"#));
    }
}
