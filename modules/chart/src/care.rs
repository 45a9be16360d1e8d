//! Who cares for the patient, and what they were immunised against.

use crate::chart::{Chart, Content, Panel};
use crate::rows::{Panels, Row, behind, joined, render, said, state, words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_web::text::{Html, Voice, auto, ltr};
use rihla_web::{Desk, Icon, Refusal, look};

/// `GET /patients/{patient}/care`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let panel = |icon, title: &str, inside| Panel { icon: Icon(icon), title: chart.voice().t(title), more: None, part: "", class: "", inside }.render();
    let panels = vec![
        panel("users", "chart-team", team(&chart.desk, chart.id())?)?,
        panel("user", "chart-relatives", relatives(&chart.desk, chart.id())?)?,
        panel("syringe", "chart-vaccines", vaccines(&chart.desk, chart.id(), "200", true)?)?,
    ];
    let body = Panels { title: chart.voice().t("chart-tab-care"), panels }.render()?;
    chart.page("care", Content { body, ..Content::default() })
}

/// The people of the care teams, and the patient's own doctor.
pub fn team(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let mut rows = Vec::new();
    let stored = desk.read("Patient", patient)?;
    let own = |patient: Value<'_>| {
        patient.all("generalPractitioner").into_iter().map(|one| behind_itself(desk, one)).filter(|name| !name.is_empty()).collect::<Vec<_>>()
    };
    for name in look(&stored, own).unwrap_or_default() {
        rows.push(Row { what: auto(name), more: Html::text(desk.voice.t("chart-team-own-doctor")), ..Row::default() });
    }
    let teams = desk.search("CareTeam", &[("patient", patient), ("status", "active"), ("_count", "20")])?;
    for team in &teams.matches {
        let members = look(team, |team| {
            let name = team.text("name").unwrap_or_default().into_owned();
            let member = |part: Value<'_>| Row { what: auto(behind(desk, part, "member")), more: joined([role(desk, part), name.clone()]), ..Row::default() };
            team.all("participant").into_iter().map(member).collect::<Vec<_>>()
        });
        rows.extend(members.unwrap_or_default());
    }
    rows.retain(|row| !row.what.is_empty());
    render(&desk.voice, &rows, desk.none_of(&["CareTeam"], "chart-team-none"), teams.next.is_some())
}

/// The role in the words of the pack, where it is one of its roles.
fn role(desk: &Desk, part: Value<'_>) -> String {
    let known = desk.house.pack().roles.role(&state(part, "role"));
    known.map_or_else(|| words(part, "role", desk.voice.lang()), |role| desk.named(&role.names).into_owned())
}

/// A reference that is the value itself.
fn behind_itself(desk: &Desk, reference: Value<'_>) -> String {
    if let Some(display) = reference.text("display") {
        return display.into_owned();
    }
    let target = reference.text("reference").unwrap_or_default().into_owned();
    let Some((ty, id)) = target.split_once('/') else { return String::new() };
    let name = |found: Value<'_>| {
        rihla_fhir::view::Names::of(found).first(rihla_fhir::view::Script::of_lang(desk.voice.lang())).map(rihla_fhir::view::HumanName::formal)
    };
    desk.read(ty, id).ok().and_then(|stored| look(&stored, name).flatten()).unwrap_or_default()
}

fn relatives(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let script = rihla_fhir::view::Script::of_lang(desk.voice.lang());
    let person = |name: String, relation: String, phone: String| {
        let mut more = joined([relation]);
        if !phone.is_empty() {
            more.push_text(if more.is_empty() { "" } else { " · " });
            more.push(&ltr(phone));
        }
        Row { what: auto(name), more, ..Row::default() }
    };
    let named = |value: Value<'_>| rihla_fhir::view::Names::of(value).first(script).map(rihla_fhir::view::HumanName::formal).unwrap_or_default();
    let phone = |value: Value<'_>| {
        value
            .all("telecom")
            .into_iter()
            .find(|line| line.text("system").as_deref() == Some("phone"))
            .and_then(|line| line.text("value"))
            .unwrap_or_default()
            .into_owned()
    };
    let stored = desk.read("Patient", patient)?;
    let contacts = |patient: Value<'_>| {
        patient.all("contact").into_iter().map(|contact| person(named(contact), said(&desk.voice, contact, "relationship"), phone(contact))).collect::<Vec<_>>()
    };
    let mut rows = look(&stored, contacts).unwrap_or_default();
    let related = desk.search("RelatedPerson", &[("patient", patient), ("_count", "20")])?;
    rows.extend(related.matches.iter().filter_map(|one| look(one, |one| person(named(one), said(&desk.voice, one, "relationship"), phone(one)))));
    rows.retain(|row| !row.what.is_empty());
    render(&desk.voice, &rows, desk.none_of(&["RelatedPerson"], "chart-relatives-none"), related.next.is_some())
}

/// Vaccines given, newest first. Without those in error for a page that has no room for them.
pub fn vaccines(desk: &Desk, patient: &str, count: &str, with_errors: bool) -> Result<String, Refusal> {
    let voice = &desk.voice;
    let mut parameters = vec![("patient", patient), ("_sort", "-date"), ("_count", count)];
    parameters.extend((!with_errors).then_some(("status:not", "entered-in-error")));
    let page = desk.search("Immunization", &parameters)?;
    let rows: Vec<Row> = page.matches.iter().filter_map(|stored| look(stored, |vaccine| vaccine_row(vaccine, voice))).collect();
    render(voice, &rows, desk.none_of(&["Immunization"], "chart-vaccines-none"), page.next.is_some())
}

fn vaccine_row(vaccine: Value<'_>, voice: &Voice) -> Row {
    let not_given = vaccine.text("status").as_deref() == Some("not-done");
    let dose = vaccine.text("protocolApplied.doseNumberPositiveInt").map(|dose| voice.ta("chart-vaccine-dose", &[("dose", dose.as_ref())]));
    let lot = vaccine.text("lotNumber").map(|lot| voice.ta("chart-vaccine-lot", &[("lot", lot.as_ref())]));
    let dated = vaccine.text("occurrenceDateTime").map(|when| Html::text(voice.date(when.as_ref())));
    Row {
        what: auto(words(vaccine, "vaccineCode", voice.lang())),
        when: dated.or_else(|| vaccine.text("occurrenceString").map(auto)).unwrap_or_default(),
        more: joined(dose.into_iter().chain(lot)),
        badge: if not_given { voice.t("chart-vaccine-not-given") } else { String::new() },
        warns: not_given,
        struck: vaccine.text("status").as_deref() == Some("entered-in-error"),
        ..Row::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::tests::voice;
    use rihla_fhir::json::{Limits, parse};
    use rihla_kernel::Lang;

    #[test]
    fn a_vaccine_in_error_is_not_also_not_given_and_a_time_in_words_is_shown() {
        let row = |json: &str| vaccine_row(parse(json.as_bytes(), &Limits::default()).expect("json").root(), &voice(Lang::English));
        let wrong = row(r#"{"status":"entered-in-error","vaccineCode":{"text":"BCG"}}"#);
        assert_eq!((wrong.struck, wrong.badge.as_str()), (true, ""));
        assert_eq!(row(r#"{"status":"not-done"}"#).badge, "not given");
        assert_eq!(row(r#"{"status":"completed","occurrenceString":"à la naissance"}"#).when.as_str(), "<bdi>à la naissance</bdi>");
    }
}
