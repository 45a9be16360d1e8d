//! Stays and visits over all sites: a line of time, and each by itself.

use crate::acts::acts;
use crate::chart::{Chart, Content, Panel};
use crate::documents::report;
use crate::medicines::{self, Medicines};
use crate::observation::Observation;
use crate::problems::{Problems, problem};
use crate::results::trend_of;
use crate::rows::{Row, behind, render, said, words};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_web::text::{Dated, Html, Moment, Voice, auto};
use rihla_web::{Desk, Icon, Refusal, look, percent, present_place};
use serde::Deserialize;

/// Stays of one page.
const STAYS: &str = "40";
/// Procedures beside them.
const ACTS: &str = "100";

#[derive(Deserialize)]
pub struct Asked {
    /// Where the list goes on.
    #[serde(default)]
    older: String,
}

/// States of a stay that goes on.
const RUNNING: [&str; 4] = ["arrived", "triaged", "in-progress", "onleave"];

/// One stay or visit.
pub struct Stay {
    pub id: String,
    pub kind: String,
    pub year: String,
    pub when: Html,
    pub site: String,
    pub place: String,
    pub reason: String,
    pub running: bool,
    pub in_error: bool,
    pub state: String,
}

#[derive(Template)]
#[template(path = "chart/stays.html")]
struct Stays<'s> {
    voice: &'s Voice,
    base: String,
    stays: Vec<Stay>,
    older: Option<String>,
    newest: Option<String>,
    /// Procedures, on the first page.
    acts: String,
}

impl Stays<'_> {
    /// Whether a year begins with this entry.
    fn opens_year(&self, at: &usize) -> bool {
        let year = |at: usize| self.stays.get(at).map(|stay| stay.year.as_str());
        *at == 0 || year(*at) != year(*at - 1)
    }
}

/// `GET /patients/{patient}/stays`
pub async fn list(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let (stays, next) = stays(&chart.desk, chart.id(), STAYS, &asked.older, true)?;
    let here = chart.path("stays");
    let older = next.map(|cursor| format!("{here}?older={}", percent(&cursor)));
    let acts = if asked.older.is_empty() {
        let inside = acts(&chart.desk, chart.id(), ACTS, true)?;
        Panel { icon: Icon("scan-line"), title: chart.voice().t("chart-acts"), more: None, part: "", class: "", inside }.render()?
    } else {
        String::new()
    };
    let body = Stays { voice: chart.voice(), base: here.clone(), stays, older, newest: (!asked.older.is_empty()).then_some(here), acts }.render()?;
    chart.page("stays", Content { body, ..Content::default() })
}

/// Stays, newest first, and where the list goes on. Without those in error for a page that has no room for them.
pub fn stays(desk: &Desk, patient: &str, count: &str, older: &str, with_errors: bool) -> Result<(Vec<Stay>, Option<String>), Refusal> {
    let mut parameters = vec![("patient", patient), ("_sort", "-date"), ("_count", count)];
    if !older.is_empty() {
        parameters.push(("_cursor", older));
    }
    if !with_errors {
        parameters.push(("status:not", "entered-in-error"));
    }
    let page = desk.search("Encounter", &parameters)?;
    let found = page.matches.iter().filter_map(|stored| look(stored, |stay| read(stay, desk, stored.id.to_text()))).collect();
    Ok((found, page.next))
}

fn read(stay: Value<'_>, desk: &Desk, id: String) -> Stay {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let from = stay.text("period.start").map(|from| from.into_owned()).unwrap_or_default();
    let status = stay.text("status").unwrap_or_default().into_owned();
    let kind = words(stay, "type", lang);
    let reason = stay.all("reasonCode").into_iter().find_map(|reason| Concept(reason).words(lang)).map(|reason| reason.into_owned());
    Stay {
        id,
        kind: if kind.is_empty() { class(stay, voice) } else { kind },
        year: year(&from, voice),
        when: span(&from, stay.text("period.end").as_deref().unwrap_or(""), voice),
        site: behind(desk, stay, "serviceProvider"),
        place: present_place(stay).or_else(|| stay.all("location").into_iter().next_back()).map(|place| behind(desk, place, "location")).unwrap_or_default(),
        reason: reason.unwrap_or_else(|| {
            stay.all("diagnosis").into_iter().map(|diagnosis| behind(desk, diagnosis, "condition")).find(|name| !name.is_empty()).unwrap_or_default()
        }),
        running: RUNNING.contains(&status.as_str()),
        in_error: status == "entered-in-error",
        state: state(&status, voice),
    }
}

/// Words for the class of an encounter (<https://hl7.org/fhir/R4/v3/ActEncounterCode/vs.html>).
fn class(stay: Value<'_>, voice: &Voice) -> String {
    match stay.text("class.code").as_deref() {
        Some("AMB") => voice.t("chart-class-ambulatory"),
        Some("EMER") => voice.t("chart-class-emergency"),
        Some("IMP" | "ACUTE" | "NONAC") => voice.t("chart-class-inpatient"),
        Some("SS") => voice.t("chart-class-day"),
        Some("HH" | "FLD") => voice.t("chart-class-home"),
        Some("VR") => voice.t("chart-class-remote"),
        _ => stay.text("class.display").map_or_else(|| voice.t("chart-class-other"), |words| words.into_owned()),
    }
}

/// Words for a status that is worth saying.
fn state(status: &str, voice: &Voice) -> String {
    match status {
        "planned" => voice.t("chart-stay-planned"),
        "arrived" | "triaged" | "in-progress" => voice.t("chart-stay-running"),
        "onleave" => voice.t("chart-stay-leave"),
        "cancelled" => voice.t("chart-stay-cancelled"),
        "entered-in-error" => voice.t("chart-in-error"),
        _ => String::new(),
    }
}

fn year(when: &str, voice: &Voice) -> String {
    match when.moment(voice.zone()) {
        Moment::Full(at) => at.year().to_string(),
        Moment::Day(day) => day.year().to_string(),
        Moment::Month(year, _) | Moment::Year(year) => year.to_string(),
        _ => String::new(),
    }
}

/// From when to when; a visit within a day is the day with its hours. Without a beginning it is until when.
pub fn span(from: &str, to: &str, voice: &Voice) -> Html {
    match (from.is_empty(), to.is_empty()) {
        (true, true) => return Html::default(),
        (true, false) => return Html::text(voice.ta("chart-until", &[("when", voice.date_time(to))])),
        (false, true) => return auto(voice.date_time(from)),
        (false, false) => {}
    }
    let (first, last) = (voice.date(from), voice.date(to));
    let hours = [from, to].into_iter().all(|end| matches!(end.moment(voice.zone()), Moment::Full(_)));
    match (first == last, hours) {
        (true, true) => Html::text(format!("{first}, {} – {}", voice.time(from), voice.time(to))),
        (true, false) => Html::text(first),
        (false, _) => Html::text(format!("{first} – {last}")),
    }
}

#[derive(Template)]
#[template(path = "chart/stay.html")]
struct One<'s> {
    voice: &'s Voice,
    stay: Stay,
    facts: Vec<(String, String)>,
    moves: String,
    panels: Vec<String>,
    back: String,
}

/// `GET /patients/{patient}/stays/{stay}`
pub async fn show(desk: Desk, Path((patient, stay)): Path<(String, String)>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let (desk, voice) = (&chart.desk, chart.voice());
    let stored = desk.read("Encounter", &stay)?;
    let own = look(&stored, |stay| stay.reference("subject.reference", "Patient").as_deref() == Some(chart.id())).unwrap_or(false);
    if !own {
        return Err(Refusal::not_found());
    }
    let stay_view = look(&stored, |value| read(value, desk, stay.clone())).ok_or_else(Refusal::not_found)?;
    let facts = look(&stored, |value| facts(value, desk)).unwrap_or_default();
    let moves = render(voice, &look(&stored, |value| moves(value, desk)).unwrap_or_default(), "chart-stay-no-moves", false)?;
    let title = stay_view.kind.clone();
    let panels = panels(&chart, &stay)?;
    let body = One { voice, stay: stay_view, facts, moves, panels, back: chart.path("stays") }.render()?;
    chart.page("stays", Content { title: Some(title), body, ..Content::default() })
}

fn facts(stay: Value<'_>, desk: &Desk) -> Vec<(String, String)> {
    let voice = &desk.voice;
    let people = stay.all("participant").into_iter().map(|part| {
        let role = said(voice, part, "type");
        let name = behind(desk, part, "individual");
        (if role.is_empty() { voice.t("chart-stay-with") } else { role }, name)
    });
    let more = [
        (voice.t("chart-stay-site"), behind(desk, stay, "serviceProvider")),
        (voice.t("chart-stay-class"), class(stay, voice)),
        (voice.t("chart-stay-source"), said(voice, stay, "hospitalization.admitSource")),
        (voice.t("chart-stay-exit"), said(voice, stay, "hospitalization.dischargeDisposition")),
        (voice.t("chart-stay-priority"), said(voice, stay, "priority")),
    ];
    more.into_iter().chain(people).filter(|(_, value)| !value.is_empty()).collect()
}

fn moves(stay: Value<'_>, desk: &Desk) -> Vec<Row> {
    let here = present_place(stay).filter(|_| stay.text("status").is_some_and(|status| RUNNING.contains(&status.as_ref())));
    let one = |place: Value<'_>| {
        let text = |path: &str| place.text(path).map(|text| text.into_owned()).unwrap_or_default();
        let end = text("period.end");
        let running = here.is_some_and(|here| here.index() == place.index());
        Row {
            what: auto(behind(desk, place, "location")),
            when: span(&text("period.start"), &end, &desk.voice),
            badge: if running { desk.voice.t("chart-stay-here") } else { String::new() },
            on: running,
            // What modifies a movement says that the patient was not there: it was cancelled, or the place was only kept.
            struck: place.at("modifierExtension").is_some(),
            ..Row::default()
        }
    };
    stay.all("location").into_iter().rev().map(one).collect()
}

/// What belongs to the stay, a panel a kind; kinds without anything are left out.
fn panels(chart: &Chart, stay: &str) -> Result<Vec<String>, Refusal> {
    let desk = &chart.desk;
    let of_stay = |ty: &str, newest_first: &str| desk.search(ty, &[("patient", chart.id()), ("encounter", stay), ("_sort", newest_first), ("_count", "60")]);
    let mut lists: Vec<(&str, &str, Vec<Row>, bool)> = Vec::new();
    let page = of_stay("Condition", "-_lastUpdated")?;
    let found = Problems::sorted(page.matches.iter().filter_map(|stored| look(stored, |condition| problem(condition, desk))).collect());
    lists.push(("clipboard-list", "chart-problems-active", found.active, page.next.is_some()));
    lists.push(("history", "chart-problems-over", found.over, page.next.is_some()));
    let page = of_stay("Procedure", "-date")?;
    let found = page.matches.iter().filter_map(|stored| look(stored, |act| crate::acts::read(act, desk))).collect();
    lists.push(("scan-line", "chart-acts", found, page.next.is_some()));
    let page = of_stay("DiagnosticReport", "-date")?;
    lists.push(("file-text", "chart-reports", page.matches.iter().filter_map(|stored| report(stored, desk, chart.id())).collect(), page.next.is_some()));
    let page = of_stay("MedicationRequest", "-authoredon")?;
    let found = Medicines::sorted(page.matches.iter().filter_map(|stored| look(stored, |medicine| medicines::read(medicine, desk)).flatten()).collect());
    lists.push(("octagon-alert", "chart-medicines-never", found.never, page.next.is_some()));
    lists.push(("pill", "chart-medicines-running", found.running, page.next.is_some()));
    lists.push(("pill", "chart-medicines-over", found.over, page.next.is_some()));
    let page = of_stay("Observation", "-date")?;
    lists.push(("flask-conical", "chart-tab-results", results(chart, &page.matches)?, page.next.is_some()));
    let mut out = Vec::new();
    for (icon, title, rows, cut) in lists.into_iter().filter(|(_, _, rows, _)| !rows.is_empty()) {
        let inside = render(chart.voice(), &rows, "chart-results-none", cut)?;
        out.push(Panel { icon: Icon(icon), title: chart.voice().t(title), more: None, part: "", class: "", inside }.render()?);
    }
    out.extend(desk.not_all_shown(&["Condition", "Procedure", "DiagnosticReport", "MedicationRequest", "Observation"])?);
    Ok(out)
}

fn results(chart: &Chart, found: &[rihla_store::Stored]) -> Result<Vec<Row>, Refusal> {
    let voice = chart.voice();
    let row = |one: Observation| {
        Ok(Row {
            what: auto(&one.name),
            when: Html::text(voice.date_time(one.when.as_str())),
            more: one.value(voice)?,
            path: trend_of(chart.id(), &one.code),
            ..Row::default()
        })
    };
    found.iter().filter_map(|stored| Observation::of(stored, voice.lang())).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::tests::voice;
    use rihla_kernel::Lang;

    #[test]
    fn a_span_says_which_end_it_knows() {
        let said = |from, to| Lang::ALL.map(|lang| span(from, to, &voice(lang)).to_string());
        assert_eq!(said("", "2026-01-05"), ["jusqu’au 5 janv. 2026", "إلى غاية 5 يناير 2026", "until 5 Jan 2026"]);
        assert_eq!(said("2026-01-05T08:00:00Z", "2026-01-05T09:30:00Z")[0], "5 janv. 2026, 08:00 – 09:30");
        assert_eq!(said("2026-01-05", "2026-01-05")[0], "5 janv. 2026");
        assert_eq!(said("", "")[0], "");
    }
}
