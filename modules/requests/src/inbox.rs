//! Results that nobody acknowledged: critical and abnormal first, one's own before others'.

use crate::report::Report;
use crate::whose::{Whose, act};
use crate::{ACKNOWLEDGE, INBOX};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::request::TASK;
use rihla_clinical::request::line;
use rihla_clinical::request::tasks::{self, FOR, about};
use rihla_clinical::{Object, quoted};
use rihla_fhir::view::Look;
use rihla_kernel::FaultKind;
use rihla_packs::Priority;
use rihla_store::Stored;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, Page, Refusal, go, look, percent};
use serde::Deserialize;

/// Results in the list.
const MOST: &str = "100";
/// The longest comment.
const COMMENT: usize = 300;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Answer {
    version: u32,
    comment: String,
    #[serde(rename = "_author")]
    author: String,
}

/// A result as lists show it.
pub struct Line {
    pub task: String,
    pub version: u32,
    pub path: String,
    pub name: Html,
    pub words: Html,
    pub report: Report,
    pub ago: String,
    pub own: bool,
    pub critical: bool,
    pub abnormal: bool,
    rank: (Priority, bool),
}

/// A critical result that waits for somebody of this role.
struct Due {
    line: Line,
    until: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "requests/inbox.html")]
struct Lines<'l> {
    voice: &'l Voice,
    author: String,
    /// Critical results that this role is to answer for.
    calls: Vec<Due>,
    lines: Vec<Line>,
    cut: bool,
    longest: usize,
}

#[derive(Template)]
#[template(path = "requests/live.html")]
struct Body<'b> {
    voice: &'b Voice,
    title: &'static str,
    part: &'static str,
    list: String,
}

/// `GET /results/inbox`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(ACKNOWLEDGE)?;
    let body = Body { voice: &desk.voice, title: rihla_web::key!("requests-inbox"), part: INBOX, list: part(&desk, "")? }.render()?;
    desk.page(Page { title: desk.voice.t("requests-inbox"), nav: "/results/inbox", live: vec![(INBOX, String::new())], body, ..Page::default() })
}

/// A list alone in its page, for both lists of results.
pub fn frame(desk: &Desk, title: &'static str, part: &'static str, list: String) -> Result<String, Refusal> {
    Ok(Body { voice: &desk.voice, title, part, list }.render()?)
}

/// The part that follows the record.
pub fn part(desk: &Desk, _: &str) -> Result<String, Refusal> {
    let (mut lines, mut cut) = (Vec::new(), false);
    if desk.shows("Task") && desk.shows("DiagnosticReport") {
        let code = format!("{TASK}|{}", tasks::ACKNOWLEDGE);
        let (found, more) = waiting(desk, &[("code", &code), ("status", "requested")], MOST)?;
        cut = more;
        lines = found.iter().filter_map(|task| of(desk, task)).collect();
    }
    lines.sort_by_key(|line| line.rank);
    let (calls, more) = calls(desk)?;
    Ok(Lines { voice: &desk.voice, author: desk.person.mark(), calls, lines, cut: cut || more, longest: COMMENT }.render()?)
}

/// Tasks that wait, and whether there are more than `most` of a priority: of each priority the oldest, so that a list that is
/// cut never lacks what is urgent for what is routine.
pub fn waiting(desk: &Desk, pairs: &[(&str, &str)], most: &str) -> Result<(Vec<Stored>, bool), Refusal> {
    let (mut all, mut cut) = (Vec::new(), false);
    for priority in Priority::ALL {
        let wanted = [pairs, &[("priority", priority.code()), ("_sort", "authored-on"), ("_count", most)]].concat();
        let found = desk.search("Task", &wanted)?;
        cut |= found.next.is_some();
        all.extend(found.matches);
    }
    Ok((all, cut))
}

/// Calls that are with this role now, what is due first.
fn calls(desk: &Desk) -> Result<(Vec<Due>, bool), Refusal> {
    if !desk.shows("Task") || !desk.shows("DiagnosticReport") {
        return Ok((Vec::new(), false));
    }
    let (code, role) = (format!("{TASK}|{}", tasks::CALL), format!("{}|{}", tasks::ROLE, desk.person.role.code));
    let found = desk.search("Task", &[("code", &code), ("status", "requested"), ("performer", &role), ("_sort", "authored-on"), ("_count", MOST)])?;
    let due = |task: &Stored| {
        let due = look(task, |task| task.text("restriction.period.end").map(|at| at.into_owned())).flatten()?;
        Some((due.clone(), Due { line: of(desk, task)?, until: desk.voice.date_time(due.as_str()), late: due < desk.instant() }))
    };
    let mut all: Vec<(String, Due)> = found.matches.iter().filter_map(due).collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok((all.into_iter().map(|(_, due)| due).collect(), found.next.is_some()))
}

/// What a Task about a result shows; nothing of whom this desk may not see.
pub fn of(desk: &Desk, task: &Stored) -> Option<Line> {
    let (patient, request) = about(task)?;
    let whose = Whose::open(desk.clone(), &patient, crate::SEE).ok()?;
    let request = whose.request(&request).ok()?;
    let report = Report::of_task(&whose, task)?;
    let (priority, account, since) = look(task, |task| {
        let account = task.extensions("", FOR).first().and_then(|one| one.text("valueString")).unwrap_or_default().into_owned();
        let priority = Priority::of(&task.text("priority").unwrap_or_default()).unwrap_or(Priority::Routine);
        (priority, account, task.text("lastModified").unwrap_or_default().into_owned())
    })?;
    let own = account == desk.person.mark();
    Some(Line {
        task: task.id.to_text(),
        version: task.vid,
        path: format!("/patients/{}/requests/{}", percent(&patient), percent(&request.id)),
        name: auto(whose.banner.formal()),
        words: crate::list::words_of(&request, desk),
        report,
        ago: desk.voice.ago(since.as_str()),
        own,
        critical: priority == Priority::Stat,
        abnormal: priority < Priority::Routine,
        rank: (priority, !own),
    })
}

/// `POST /results/inbox/{task}`: who read it, when, and what they say of it.
pub async fn acknowledge(desk: Desk, Path(task): Path<String>, Form(answer): Form<Answer>) -> Result<Response, Refusal> {
    desk.require(ACKNOWLEDGE)?;
    desk.same_author(&answer.author)?;
    let stored = desk.read("Task", &task)?;
    let acting = act(&desk);
    let comment: String = line(&answer.comment).chars().take(COMMENT).collect();
    let json = look(&stored, |task| {
        let known = task.all("code.coding").iter().any(|coding| coding.text("code").as_deref() == Some(tasks::ACKNOWLEDGE));
        if !known || task.text("status").as_deref() != Some("requested") {
            return None;
        }
        let mut out = Object::of(task);
        let now = quoted(&desk.instant());
        out.set("status", quoted("completed"));
        out.set("lastModified", now.clone());
        out.set("owner", desk.author_reference());
        out.set("executionPeriod", format!(r#"{{"end":{now}}}"#));
        if !comment.is_empty() {
            out.set("note", format!(r#"[{{"time":{now},"text":{}}}]"#, quoted(&comment)));
        }
        Some(out.text())
    });
    // What was acknowledged or changed meanwhile is seen on the list.
    if let Some(json) = json.flatten().filter(|_| stored.vid == answer.version) {
        let step = acting.amended("Task", &task, stored.vid, &json)?;
        match desk.record.commit(vec![step], Vec::new(), Vec::new()).await {
            Err(fault) if !matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) => return Err(fault.into()),
            _ => {}
        }
    }
    Ok(go("/results/inbox", &[]))
}
