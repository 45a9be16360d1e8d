//! One form as it was filled in, with who, when, and what was changed.

use crate::field::{Line, Lines, said};
use crate::fill::REASON;
use crate::response::{Filled, State};
use crate::sheet;
use crate::whose::Whose;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_questionnaire::{Answer, Filling, Form, Words, evaluate};
use rihla_store::{HistoryOf, HistoryQuery};
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Desk, Refusal, look, percent, type_of};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What may be said of an act that was refused.
const WRONG: [&str; 3] = ["RH-FORMS-REASON", "RH-FORMS-CHANGED", "RH-FORMS-NOT-YOURS"];
/// Versions that are looked through for answers that were changed.
const VERSIONS: usize = 50;
/// Items of another system's response that lie within items.
const DEPTH: usize = 12;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What was refused a moment ago.
    wrong: String,
}

/// Answers below one heading.
#[derive(Default)]
struct Section {
    heading: Option<Html>,
    answers: Vec<(Html, Vec<Html>)>,
}

/// Answers that stood before a correction.
struct Before {
    why: Html,
    by: Html,
    at: String,
    /// Each question that is answered otherwise now; without an answer where it had none.
    answers: Vec<(Html, Vec<Html>)>,
}

#[derive(Template)]
#[template(path = "forms/one.html")]
struct Body<'b> {
    voice: &'b Voice,
    title: Html,
    when: String,
    author: Html,
    state: State,
    struck: Option<(Html, Html, String)>,
    before: Vec<Before>,
    sections: Vec<Section>,
    /// The form itself is not here: the answers stand as they were sent.
    alone: bool,
    back: String,
    here: String,
    patient: &'b str,
    name: String,
    writer: String,
    version: u32,
    changes: bool,
    wrong: Option<String>,
    longest: usize,
}

/// `GET /patients/{patient}/forms/{response}`
pub async fn show(desk: Desk, Path((patient, response)): Path<(String, String)>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient)?;
    let filled = whose.filled(&response)?;
    let form = sheet::named(&whose.desk, &filled.canonical)?;
    let voice = whose.voice();
    let title = form.as_ref().map(|form| form.title.of(voice.lang()).to_owned()).filter(|title| !title.is_empty()).unwrap_or_else(|| voice.t("forms-one"));
    let sections = sections(&filled, form.as_ref(), voice);
    let body = Body {
        voice,
        title: auto(title.clone()),
        when: voice.date_time(filled.authored.as_str()),
        author: auto(&filled.author),
        state: filled.state,
        struck: filled.struck.as_ref().map(|struck| (auto(&struck.reason), auto(&struck.by), voice.date_time(struck.at.as_str()))),
        before: before(&whose, &filled, form.as_ref())?,
        sections,
        alone: form.is_none(),
        back: whose.path(""),
        here: whose.path(&percent(&filled.id)),
        patient: whose.id(),
        name: whose.banner.formal(),
        writer: whose.desk.person.mark(),
        version: filled.version,
        changes: whose.may_change(&filled),
        wrong: WRONG.contains(&asked.wrong.as_str()).then(|| voice.t(&listed(rihla_web::key!("forms-refused-*"), &asked.wrong))),
        longest: REASON,
    }
    .render()?;
    whose.page(title, body)
}

/// For each correction the answers that it changed, as they stood before; the newest first.
fn before(whose: &Whose, filled: &Filled, form: Option<&Form>) -> Result<Vec<Before>, Refusal> {
    let voice = whose.voice();
    let versions: Vec<Filled> = if filled.corrections.is_empty() {
        Vec::new()
    } else {
        let of = HistoryOf::Instance(type_of("QuestionnaireResponse")?, filled.id.clone());
        let page = whose.desk.record.history(&HistoryQuery { of, since: None, at: None, count: VERSIONS, cursor: None })?;
        page.entries.iter().filter_map(|stored| Filled::read(stored, whose.id())).collect()
    };
    let answers = |filled: &Filled| sections(filled, form, voice).into_iter().flat_map(|section| section.answers).collect::<Vec<_>>();
    let mut out = Vec::new();
    // A correction whose version before is not among those that were read is told all the same.
    for (number, correction) in filled.corrections.iter().enumerate().rev() {
        let made = versions.iter().rposition(|version| version.corrections.len() == number + 1);
        let pair = made.and_then(|made| Some((answers(versions.get(made)?), answers(versions.get(made + 1)?))));
        let changed = pair.map(|(new, old)| changed(&old, &new)).unwrap_or_default();
        out.push(Before { why: auto(&correction.why), by: auto(&correction.by), at: voice.date_time(correction.at.as_str()), answers: changed });
    }
    Ok(out)
}

/// What was answered otherwise, or not answered, before.
fn changed(old: &[(Html, Vec<Html>)], new: &[(Html, Vec<Html>)]) -> Vec<(Html, Vec<Html>)> {
    let text = |(label, answers): &(Html, Vec<Html>)| (label.as_str().to_owned(), answers.iter().map(|answer| answer.as_str().to_owned()).collect::<Vec<_>>());
    let (olds, news): (Vec<_>, Vec<_>) = (old.iter().map(text).collect(), new.iter().map(text).collect());
    let lost = old.iter().zip(&olds).filter(|(_, text)| !news.contains(text)).map(|(line, _)| line.clone());
    let fresh =
        new.iter().zip(&news).filter(|(_, (label, _))| !olds.iter().any(|(other, _)| other == label)).map(|((label, _), _)| (label.clone(), Vec::new()));
    lost.chain(fresh).collect()
}

/// In the words of the form where all answers have their places in it; else as they were sent.
fn sections(filled: &Filled, form: Option<&Form>, voice: &Voice) -> Vec<Section> {
    let by_form = form.and_then(|form| {
        let (filling, lost) = look(&filled.stored, |value| Filling::of_response(form, value))?;
        let known = BTreeMap::new();
        // What was calculated then stands as it was sent: it is not worked out anew with what is known today.
        let mut read = form.clone();
        read.items.iter_mut().for_each(|item| item.calculated = None);
        let evaluated = evaluate(&read, &filling, &rihla_questionnaire::Launch::default());
        lost.is_empty().then(|| of_lines(Lines { voice, form: &read, last: &known, judged: false }.of(&evaluated)))
    });
    by_form.unwrap_or_else(|| {
        let mut out = vec![Section::default()];
        look(&filled.stored, |value| as_sent(value, voice, 0, &mut out));
        out
    })
}

fn of_lines(lines: Vec<Line>) -> Vec<Section> {
    let mut out = vec![Section::default()];
    for line in lines {
        match line.control {
            "heading" => out.push(Section { heading: Some(auto(line.label)), answers: Vec::new() }),
            "display" | "add" | "kept" | "none" => {}
            _ if line.said.is_empty() => {}
            _ => out.last_mut().map(|section| section.answers.push((auto(line.label), vec![line.said]))).unwrap_or_default(),
        }
    }
    out.retain(|section| !section.answers.is_empty());
    out
}

fn as_sent(of: Value<'_>, voice: &Voice, depth: usize, out: &mut Vec<Section>) {
    if depth > DEPTH {
        return;
    }
    for item in of.all("item") {
        let text = Words::at(item, "text");
        let label = if text.is_empty() { item.text("linkId").unwrap_or_default().into_owned() } else { text.of(voice.lang()).to_owned() };
        let answers = item.all("answer");
        let said: Vec<_> = answers.iter().filter_map(|answer| Answer::at(*answer, "value")).map(|answer| said(voice, &answer)).collect();
        if said.is_empty() && !item.all("item").is_empty() {
            out.push(Section { heading: Some(auto(label)), answers: Vec::new() });
        } else if let Some(section) = out.last_mut().filter(|_| !said.is_empty()) {
            section.answers.push((auto(label), said));
        }
        as_sent(item, voice, depth + 1, out);
        answers.into_iter().for_each(|answer| as_sent(answer, voice, depth + 1, out));
    }
    if depth == 0 {
        out.retain(|section| !section.answers.is_empty());
    }
}
