//! Problems and allergies.

use crate::chart::{Chart, Content, Panel};
use crate::rows::{Row, first_text, instant, joined, render, state, words};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Allergies, Allergy, Desk, Icon, Refusal, look, percent, read_on};
use serde::Deserialize;

/// The most problems that a page shows under a heading.
const MOST: &str = "200";
/// Codes of what a patient had and has no more (<https://hl7.org/fhir/R4/valueset-condition-clinical.html>).
const OVER: &str = "inactive,resolved,remission";

/// Who writes problems and allergies is let to their own pages (`modules/problems`).
const WRITES: &str = "problems.write";
const WRITES_ALLERGIES: &str = "problems.allergies";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What was refused a moment ago.
    wrong: String,
}

#[derive(Template)]
#[template(path = "chart/problems.html")]
struct Body<'b> {
    voice: &'b Voice,
    title: String,
    patient: &'b str,
    author: String,
    /// Of what says that there is no allergy.
    id: String,
    problems: bool,
    allergies: bool,
    /// It can be said that there is none.
    none: bool,
    wrong: bool,
    panels: Vec<String>,
}

/// A problem with what decides its place in the list.
pub struct Problem {
    row: Row,
    active: bool,
    since: i64,
}

/// Problems that go on, and those that are over or were entered in error, newest first.
#[derive(Default)]
pub struct Problems {
    pub active: Vec<Row>,
    pub over: Vec<Row>,
    pub cut: bool,
    pub over_cut: bool,
}

impl Problems {
    pub fn sorted(mut found: Vec<Problem>) -> Self {
        found.sort_by_key(|problem| std::cmp::Reverse(problem.since));
        let (active, over): (Vec<_>, Vec<_>) = found.into_iter().partition(|problem| problem.active);
        let rows = |list: Vec<Problem>| list.into_iter().map(|problem| problem.row).collect();
        Self { active: rows(active), over: rows(over), ..Self::default() }
    }
}

/// `GET /patients/{patient}/problems`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let voice = chart.voice();
    let panel = |icon, title: &str, inside| Panel { icon: Icon(icon), title: voice.t(title), more: None, part: "", class: "wide", inside }.render();
    let found = problems(&chart.desk, chart.id())?;
    let panels = vec![
        panel("clipboard-list", "chart-problems-active", render(voice, &found.active, chart.desk.none_of(&["Condition"], "chart-problems-none"), found.cut)?)?,
        panel("triangle-alert", "chart-allergies", allergies(&chart.desk, chart.id())?)?,
        panel("history", "chart-problems-over", render(voice, &found.over, chart.desk.none_of(&["Condition"], "chart-problems-over-none"), found.over_cut)?)?,
    ];
    let may = |permission: &str| chart.desk.person.may(permission);
    let none = matches!(chart.patient.allergies, Allergies::NotAsked);
    let body = Body {
        voice,
        title: voice.t("chart-tab-problems"),
        patient: chart.id(),
        author: chart.desk.person.mark(),
        id: if none && may(WRITES_ALLERGIES) { chart.desk.reserve("AllergyIntolerance", chart.id())? } else { String::new() },
        problems: may(WRITES),
        allergies: may(WRITES_ALLERGIES),
        none,
        wrong: asked.wrong == "RH-PROBLEMS-ALLERGIC",
        panels,
    }
    .render()?;
    chart.page("problems", Content { body, ..Content::default() })
}

/// The problems of a patient.
pub fn problems(desk: &Desk, patient: &str) -> Result<Problems, Refusal> {
    // What goes on is asked for by itself, so that a long past cannot push it off the page.
    let active = desk.search("Condition", &[("patient", patient), ("clinical-status:not", OVER), ("_sort", "-_lastUpdated"), ("_count", MOST)])?;
    let over = desk.search("Condition", &[("patient", patient), ("clinical-status", OVER), ("_sort", "-_lastUpdated"), ("_count", MOST)])?;
    let found = active.matches.iter().chain(&over.matches).filter_map(|stored| look(stored, |condition| problem(condition, desk))).collect();
    // What was abated or entered in error may be among the first: a cut of either is a cut of what is over.
    let (cut, over_cut) = (active.next.is_some(), active.next.is_some() || over.next.is_some());
    Ok(Problems { cut, over_cut, ..Problems::sorted(found) })
}

pub fn problem(condition: Value<'_>, desk: &Desk) -> Problem {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let (clinical, verified) = (state(condition, "clinicalStatus"), state(condition, "verificationStatus"));
    let struck = verified == "entered-in-error";
    // Whoever noted an end has said that it is over, whatever the code says.
    let over = matches!(clinical.as_str(), "inactive" | "resolved" | "remission") || ABATED.iter().any(|end| condition.at(end).is_some());
    let since = first_text(condition, &["onsetDateTime", "onsetPeriod.start", "recordedDate"]).unwrap_or_default();
    let until = first_text(condition, &["abatementDateTime", "abatementPeriod.end"]).unwrap_or_default();
    let when = if until.is_empty() { Html::text(voice.date(since.as_str())) } else { crate::stays::span(&since, &until, voice) };
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
        since: instant(voice, &since),
        row: Row {
            what: auto(words(condition, "code", lang)),
            when,
            more,
            path: page_of(condition, desk, WRITES, "subject", "problems"),
            badge: doubt,
            struck,
            ..Row::default()
        },
    }
}

/// The ways in which an end is noted.
const ABATED: [&str; 5] = ["abatementDateTime", "abatementAge", "abatementPeriod", "abatementRange", "abatementString"];

/// The list of allergies with their reactions.
pub fn allergies(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let (rows, cut) = allergy_rows(desk, patient)?;
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    render(&desk.voice, &rows, desk.none_of(&["AllergyIntolerance"], "chart-allergies-not-asked"), cut)
}

/// Those that hold: what was refuted or entered in error is in the list and not here.
pub fn allergies_that_hold(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let (rows, cut) = allergy_rows(desk, patient)?;
    let rows: Vec<Row> = rows.into_iter().filter(|(holds, _)| *holds).map(|(_, row)| row).collect();
    render(&desk.voice, &rows, desk.none_of(&["AllergyIntolerance"], "chart-allergies-not-asked"), cut)
}

/// Each with whether it holds; those that do first, and of these the severe ones.
fn allergy_rows(desk: &Desk, patient: &str) -> Result<(Vec<(bool, Row)>, bool), Refusal> {
    let (found, cut) = read_on(desk, "AllergyIntolerance", patient)?;
    let mut rows: Vec<(bool, Row)> =
        found.iter().filter_map(|stored| look(stored, |allergy| linked(allergy_row(allergy, &desk.voice), allergy, desk))).collect();
    rows.sort_by_key(|(holds, row)| (!holds, !row.on));
    Ok((rows, cut))
}

fn linked((holds, row): (bool, Row), allergy: Value<'_>, desk: &Desk) -> (bool, Row) {
    (holds, Row { path: page_of(allergy, desk, WRITES_ALLERGIES, "patient", "allergies"), ..row })
}

/// Where more may be done about one, for whoever may.
fn page_of(one: Value<'_>, desk: &Desk, permission: &str, subject: &str, below: &str) -> String {
    let patient = one.reference(&format!("{subject}.reference"), "Patient").filter(|_| desk.person.may(permission));
    let id = one.text("id");
    patient.zip(id).map(|(patient, id)| format!("/patients/{}/{below}/{}", percent(&patient), percent(&id))).unwrap_or_default()
}

fn allergy_row(allergy: Value<'_>, voice: &Voice) -> (bool, Row) {
    let lang = voice.lang();
    let Allergy { what, severe } = Allergy::of(allergy, voice);
    let verified = state(allergy, "verificationStatus");
    let (badge, on) = match (verified.as_str(), state(allergy, "clinicalStatus").as_str()) {
        ("refuted", _) => (voice.t("chart-allergy-refuted"), false),
        (_, "inactive" | "resolved") => (voice.t("chart-allergy-over"), false),
        _ if severe => (voice.t("chart-allergy-high"), true),
        ("unconfirmed", _) => (voice.t("chart-problem-unsure"), false),
        _ => (String::new(), false),
    };
    let reactions =
        allergy.all("reaction.manifestation").into_iter().filter_map(|found| rihla_fhir::view::Concept(found).words(lang)).map(|found| found.into_owned());
    let when = first_text(allergy, &["recordedDate", "onsetDateTime"]).map(|when| Html::text(voice.date(when.as_str()))).unwrap_or_default();
    let row = Row {
        what: auto(what),
        when,
        more: joined(reactions.chain([allergy.text("note.text").unwrap_or_default().into_owned()])),
        badge,
        on,
        struck: verified == "entered-in-error",
        ..Row::default()
    };
    (!matches!(verified.as_str(), "entered-in-error" | "refuted"), row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::tests::voice;
    use rihla_fhir::json::{Limits, parse};
    use rihla_kernel::Lang;

    #[test]
    fn an_allergy_that_was_ruled_out_is_not_said_to_be_an_error() {
        let row = |status: &str| {
            let json = format!(r#"{{"verificationStatus":{{"coding":[{{"code":"{status}"}}]}},"reaction":[{{"substance":{{"text":"Latex"}}}}]}}"#);
            let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
            allergy_row(doc.root(), &voice(Lang::English))
        };
        let (holds, refuted) = row("refuted");
        assert_eq!((holds, refuted.struck, refuted.badge.as_str()), (false, false, "ruled out"));
        let (holds, wrong) = row("entered-in-error");
        assert_eq!((holds, wrong.struck, wrong.badge.as_str()), (false, true, ""));
        let (holds, right) = row("confirmed");
        assert!(holds && !right.struck && right.what.as_str().contains("Latex"));
    }
}
