//! One request with everything that was done with it, and what may be done next.

use crate::SEE;
use crate::form::time_of;
use crate::list::{phase_words, words_of};
use crate::order::due;
use crate::report::Report;
use crate::result::{corrects, typed};
use crate::whose::{Whose, act, kind_of, may, priority, waits};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use rihla_clinical::request::Request;
use rihla_clinical::request::{Move, Phase};
use rihla_clinical::request::{REASON, Wanted};
use rihla_kernel::FaultKind;
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Desk, Refusal, go, percent};
use serde::Deserialize;

/// What may be said of a step that was refused.
const WRONG: [&str; 6] = ["RH-REQUEST-STATE", "RH-REQUEST-CHANGED", "RH-REQUEST-REASON", "RH-REQUEST-TIME", "RH-REQUEST-FOREIGN", "RH-REQUEST-NOT-YOURS"];

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What was refused a moment ago.
    wrong: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Stepping {
    version: u32,
    reason: String,
    /// When it was, where it is entered afterwards.
    at: String,
    /// From the worklist: go back there.
    back: String,
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "_patient")]
    patient: String,
    #[serde(rename = "_author")]
    author: String,
}

/// A step that may be taken, with its words.
pub struct Way {
    pub code: &'static str,
    pub words: String,
    /// It stops something: a reason is asked for.
    pub stops: bool,
}

/// A step that was taken.
struct Line {
    words: String,
    at: String,
    late: Option<String>,
    by: Html,
    reason: Html,
}

#[derive(Template)]
#[template(path = "requests/one.html")]
struct Body<'b> {
    voice: &'b Voice,
    here: String,
    back: String,
    patient: &'b str,
    author: String,
    version: u32,
    task: String,
    words: Html,
    phase: String,
    waits: String,
    late: bool,
    facts: Vec<(String, Html)>,
    lines: Vec<Line>,
    ways: Vec<Way>,
    reports: Vec<Report>,
    /// Where a result is typed.
    result: Option<String>,
    /// There is one already that was typed here.
    again: bool,
    wrong: Option<String>,
    longest: usize,
}

/// `GET /patients/{patient}/requests/{request}`
pub async fn show(desk: Desk, Path((patient, request)): Path<(String, String)>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient, SEE)?;
    let request = whose.request(&request)?;
    let (voice, desk) = (whose.voice(), &whose.desk);
    let here = whose.path(&percent(&request.id));
    let task = if request.phase == Phase::Draft { desk.reserve("Task", whose.id())? } else { String::new() };
    let reports = Report::all(&whose, &request)?;
    let own = typed(&reports);
    let types = may(desk, &request, Move::Done) || corrects(desk, &request, own);
    let body = Body {
        voice,
        back: whose.path(""),
        patient: whose.id(),
        author: desk.person.mark(),
        version: request.version,
        task,
        words: words_of(&request, desk),
        phase: phase_words(voice, request.phase),
        waits: waits(desk, &request),
        late: request.is_late(&desk.instant()),
        facts: facts(&whose, &request),
        lines: request.steps.iter().map(|step| line(voice, step)).collect(),
        ways: ways(desk, &request),
        again: own.is_some(),
        result: types.then(|| format!("{here}/result")),
        wrong: WRONG.contains(&asked.wrong.as_str()).then(|| voice.t(&listed(rihla_web::key!("requests-refused-*"), &asked.wrong))),
        longest: REASON,
        reports,
        here,
    };
    let page = body.render()?;
    whose.page(voice.t("requests-one"), page)
}

/// The steps that may be taken next; that it is done is said with the result.
pub fn ways(desk: &Desk, request: &Request) -> Vec<Way> {
    let own = Move::all().filter(|step| *step != Move::Done && may(desk, request, *step));
    own.map(|step| Way { code: step.code(), words: desk.voice.t(&listed(rihla_web::key!("requests-do-*"), step.code())), stops: step.needs_reason() }).collect()
}

fn line(voice: &Voice, step: &rihla_clinical::request::Taken) -> Line {
    Line {
        words: voice.t(&listed(rihla_web::key!("requests-step-*"), step.step.code())),
        at: voice.date_time(step.at.as_str()),
        late: (step.at != step.recorded).then(|| voice.date_time(step.recorded.as_str())),
        by: auto(&step.by),
        reason: auto(&step.reason),
    }
}

fn facts(whose: &Whose, request: &Request) -> Vec<(String, Html)> {
    let (voice, desk, pack) = (whose.voice(), &whose.desk, whose.catalogue());
    let mut out = vec![
        (voice.t("requests-kind"), Html::text(kind_of(desk, &request.kind))),
        (voice.t("requests-priority"), Html::text(priority(voice, request.priority))),
        (voice.t("requests-orderer"), auto(&request.orderer)),
        (voice.t("requests-asked"), Html::text(voice.date_time(request.asked_at.as_str()))),
    ];
    out.extend(request.wanted.as_ref().map(|at| (voice.t("requests-wanted"), Html::text(voice.date_time(at.as_str())))));
    out.extend(request.due.as_ref().map(|at| (voice.t("requests-due"), Html::text(voice.date_time(at.as_str())))));
    if !request.reason.is_empty() {
        out.push((voice.t("requests-reason"), auto(&request.reason)));
    }
    for (ask, answer) in &request.answers {
        let Some(known) = pack.ask(ask) else { continue };
        let words = known.answers.iter().find(|(code, _)| code == answer).map_or_else(|| answer.clone(), |(_, names)| desk.named(names).into_owned());
        out.push((desk.named(&known.names).into_owned(), auto(words)));
    }
    out
}

/// `POST /patients/{patient}/requests/{request}/{step}`
pub async fn step(desk: Desk, Path((patient, request, step)): Path<(String, String, String)>, Form(stepping): Form<Stepping>) -> Result<Response, Refusal> {
    let whose = Whose::sent(desk, &patient, SEE, &stepping.patient, &stepping.author)?;
    let step = Move::of(&step).filter(|step| *step != Move::Done).ok_or_else(Refusal::not_found)?;
    let found = whose.request(&request)?;
    let here = whose.path(&percent(&request));
    let back = if stepping.back == "work" { "/requests".to_owned() } else { here.clone() };
    let desk = &whose.desk;
    if found.version != stepping.version {
        return Ok(go(&format!("{here}?wrong=RH-REQUEST-CHANGED"), &[]));
    }
    if found.phase.after(step).is_some() && !may(desk, &found, step) {
        return Ok(go(&format!("{here}?wrong=RH-REQUEST-NOT-YOURS"), &[]));
    }
    let acting = act(desk);
    let minutes = whose.catalogue().kind(&found.kind).map_or(0, |kind| kind.target(found.priority));
    let task = (step == Move::Sign).then_some((stepping.id.as_str(), due(minutes, acting.now)));
    let at = match stepping.at.trim() {
        "" => None,
        typed => match time_of(&desk.voice, typed) {
            Some(at) => Some(at),
            None => return Ok(go(&format!("{here}?wrong=RH-REQUEST-TIME"), &[])),
        },
    };
    let wanted = Wanted { seen: Some(stepping.version), reason: &stepping.reason, at, task };
    match acting.step(&request, step, &wanted, Vec::new()).await {
        Ok(_) => Ok(go(&back, &[])),
        Err(fault) if WRONG.contains(&fault.code) && fault.kind != FaultKind::Internal => Ok(go(&format!("{here}?wrong={}", fault.code), &[])),
        Err(fault) => Err(fault.into()),
    }
}
