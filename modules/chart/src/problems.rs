//! Problems and allergies.

use crate::chart::{Chart, Content, Panel, Tab};
use crate::rows::{Panels, Row, first_text, joined, render, state, words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_web::text::{Html, auto};
use rihla_web::{Desk, Icon, Refusal, look};

/// The most that a page shows of either.
const MOST: &str = "200";

/// A problem with what decides its place in the list.
struct Problem {
    row: Row,
    active: bool,
    since: String,
}

/// `GET /patients/{patient}/problems`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let voice = chart.voice();
    let panel = |icon, title: &str, inside| Panel { icon: Icon(icon), title: voice.t(title), more: None, part: "", class: "wide", inside }.render();
    let (active, over, cut) = problems(&chart.desk, chart.id())?;
    let panels = vec![
        panel("clipboard-list", "chart-problems-active", render(voice, &active, "chart-problems-none", cut)?)?,
        panel("triangle-alert", "chart-allergies", allergies(&chart.desk, chart.id())?)?,
        panel("history", "chart-problems-over", render(voice, &over, "chart-problems-over-none", false)?)?,
    ];
    let body = Panels { title: voice.t("chart-tab-problems"), panels }.render()?;
    chart.page(Tab::Problems, Content { body, ..Content::default() })
}

/// Problems that go on, those that are over or were entered in error, and whether there are more.
pub fn problems(desk: &Desk, patient: &str) -> Result<(Vec<Row>, Vec<Row>, bool), Refusal> {
    let page = desk.search("Condition", &[("patient", patient), ("_count", MOST)])?;
    let mut found: Vec<Problem> = page.matches.iter().filter_map(|stored| look(stored, |condition| problem(condition, desk))).collect();
    found.sort_by(|a, b| b.since.cmp(&a.since));
    let (active, over): (Vec<_>, Vec<_>) = found.into_iter().partition(|problem| problem.active);
    let rows = |list: Vec<Problem>| list.into_iter().map(|problem| problem.row).collect();
    Ok((rows(active), rows(over), page.next.is_some()))
}

fn problem(condition: Value<'_>, desk: &Desk) -> Problem {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let (clinical, verified) = (state(condition, "clinicalStatus"), state(condition, "verificationStatus"));
    let struck = verified == "entered-in-error";
    let over = matches!(clinical.as_str(), "inactive" | "resolved" | "remission");
    let since = first_text(condition, &["onsetDateTime", "onsetPeriod.start", "recordedDate"]).unwrap_or_default();
    let until = first_text(condition, &["abatementDateTime", "abatementPeriod.end"]);
    let when = match (&until, since.is_empty()) {
        (Some(until), false) => Html::text(format!("{} – {}", voice.date(since.as_str()), voice.date(until.as_str()))),
        (_, false) => Html::text(voice.date(since.as_str())),
        _ => Html::default(),
    };
    let doubt = match verified.as_str() {
        "provisional" | "differential" | "unconfirmed" => voice.t("chart-problem-unsure"),
        "refuted" => voice.t("chart-problem-refuted"),
        _ => String::new(),
    };
    let code = rihla_fhir::view::Concept::at(condition, "code").and_then(|code| code.code("http://hl7.org/fhir/sid/icd-10")).map(|code| code.into_owned());
    let mut more =
        joined([words(condition, "severity", lang), words(condition, "bodySite", lang), condition.text("note.text").unwrap_or_default().into_owned()]);
    if let Some(code) = code {
        if !more.is_empty() {
            more.push_text(" · ");
        }
        more.push(&rihla_web::text::ltr(format!("ICD-10 {code}")));
    }
    Problem {
        active: !over && !struck && verified != "refuted",
        since,
        row: Row { what: auto(words(condition, "code", lang)), when, more, badge: doubt, struck, ..Row::default() },
    }
}

/// The list of allergies with their reactions.
pub fn allergies(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let (rows, cut) = allergy_rows(desk, patient)?;
    render(&desk.voice, &rows, "chart-allergies-not-asked", cut)
}

/// Those that hold: what was entered in error is in the list and not here.
pub fn allergies_that_hold(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let (mut rows, cut) = allergy_rows(desk, patient)?;
    rows.retain(|row| !row.struck);
    render(&desk.voice, &rows, "chart-allergies-not-asked", cut)
}

fn allergy_rows(desk: &Desk, patient: &str) -> Result<(Vec<Row>, bool), Refusal> {
    let page = desk.search("AllergyIntolerance", &[("patient", patient), ("_count", MOST)])?;
    let mut rows: Vec<Row> = page.matches.iter().filter_map(|stored| look(stored, |allergy| allergy_row(allergy, desk))).collect();
    rows.sort_by_key(|row| (row.struck, !row.on));
    Ok((rows, page.next.is_some()))
}

fn allergy_row(allergy: Value<'_>, desk: &Desk) -> Row {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let severe = allergy.text("criticality").as_deref() == Some("high");
    let badge = match (severe, state(allergy, "clinicalStatus").as_str()) {
        (_, "inactive" | "resolved") => voice.t("chart-allergy-over"),
        (true, _) => voice.t("chart-allergy-high"),
        _ => String::new(),
    };
    let reactions =
        allergy.all("reaction.manifestation").into_iter().filter_map(|found| rihla_fhir::view::Concept(found).words(lang)).map(|found| found.into_owned());
    let when = first_text(allergy, &["recordedDate", "onsetDateTime"]).map(|when| Html::text(voice.date(when.as_str()))).unwrap_or_default();
    Row {
        what: auto(words(allergy, "code", lang)),
        when,
        more: joined(reactions.chain([allergy.text("note.text").unwrap_or_default().into_owned()])),
        badge,
        on: severe,
        struck: matches!(state(allergy, "verificationStatus").as_str(), "entered-in-error" | "refuted"),
        ..Row::default()
    }
}
