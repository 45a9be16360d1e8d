//! What is asked for and not done, results that nobody read, critical calls, and what was stopped.

use crate::asked::{all, instant};
use crate::clock::Span;
use crate::rows::{Group, Row, clock};
use crate::ward::Ward;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::Instant;
use rihla_packs::Priority;
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Desk, Refusal, look, percent};
use std::collections::{BTreeMap, BTreeSet};

/// Systems and codes as `modules/requests/spec.md` has them.
const TASK: &str = "urn:rihla:task";
const ORDERABLE: &str = "urn:rihla:orderable";
const ROLE: &str = "urn:rihla:role";
const STEP: &str = "urn:rihla:extension:request-step";
const OPEN: &str = "requested,accepted,in-progress,on-hold";

/// What a Task is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Doing,
    Reading,
    Telling,
}

struct Task {
    id: String,
    of: Of,
    person: usize,
    request: String,
    status: String,
    priority: Priority,
    due: Option<Instant>,
    asked: Option<Instant>,
    changed: Option<Instant>,
    /// The role that is to be told.
    role: String,
}

/// What a request says of itself.
pub struct Request {
    person: usize,
    patient: String,
    id: String,
    pub status: String,
    code: String,
    pub words: Html,
    asked: Option<Instant>,
    pub urgent: bool,
    /// Why it was stopped.
    reason: String,
    changed: Instant,
}

/// The rows of requests, and whether the list may not be whole.
pub fn rows(desk: &Desk, ward: &Ward, span: &Span<'_>, out: &mut Vec<Row>) -> Result<bool, Refusal> {
    let (tasks, mut cut) = tasks(desk, ward)?;
    let (mut known, more) = running(desk, ward)?;
    cut |= more;
    others(desk, ward, &tasks, &mut known)?;
    let mut doing = BTreeSet::new();
    for task in &tasks {
        let Some(request) = known.get(&task.request) else { continue };
        match task.of {
            Of::Doing => {
                doing.insert(task.request.as_str());
                out.extend(to_do(desk, task, request, span));
            }
            Of::Reading => out.push(to_read(desk, task, request)),
            Of::Telling => out.push(to_tell(desk, task, request)),
        }
    }
    let open = known.values().filter(|request| ["draft", "active", "on-hold"].contains(&request.status.as_str()) && !doing.contains(request.id.as_str()));
    out.extend(open.filter_map(|request| alone(desk, request, span)));
    cut |= stopped(desk, ward, span, out)?;
    Ok(cut)
}

/// What goes on, or waits for a signature, of all patients.
pub fn running(desk: &Desk, ward: &Ward) -> Result<(BTreeMap<String, Request>, bool), Refusal> {
    let (found, cut) = all(desk, "ServiceRequest", &[("patient", &ward.ids()), ("status", "draft,active,on-hold")])?;
    Ok((found.iter().filter_map(|stored| request(desk, ward, stored)).map(|one| (one.id.clone(), one)).collect(), cut))
}

impl Request {
    /// The number of the person in the ward.
    pub fn person(&self) -> usize {
        self.person
    }

    fn path(&self) -> String {
        format!("/patients/{}/requests/{}", percent(&self.patient), percent(&self.id))
    }
}

fn tasks(desk: &Desk, ward: &Ward) -> Result<(Vec<Task>, bool), Refusal> {
    if !desk.shows("Task") {
        return Ok((Vec::new(), false));
    }
    let code = ["request", "acknowledge", "critical-call"].map(|code| format!("{TASK}|{code}")).join(",");
    let (found, cut) = all(desk, "Task", &[("patient", &ward.ids()), ("code", &code), ("status", OPEN)])?;
    Ok((found.iter().filter_map(|stored| look(stored, |value| task(desk, ward, value, stored)).flatten()).collect(), cut))
}

fn task(desk: &Desk, ward: &Ward, value: Value<'_>, stored: &Stored) -> Option<Task> {
    let at = |path: &str| value.text(path).and_then(|text| instant(&text, &desk.voice));
    let codes: Vec<String> = value.all("code.coding").into_iter().filter_map(|coding| coding.text("code")).map(|code| code.into_owned()).collect();
    let is = |code: &str| codes.iter().any(|known| known == code);
    let (of, request) = match () {
        () if is("critical-call") => (Of::Telling, "basedOn.reference"),
        () if is("acknowledge") => (Of::Reading, "basedOn.reference"),
        () => (Of::Doing, "focus.reference"),
    };
    let (person, _) = ward.whose(value, "for.reference")?;
    Some(Task {
        id: stored.id.to_text(),
        of,
        person,
        request: value.reference(request, "ServiceRequest")?.into_owned(),
        status: value.text("status").unwrap_or_default().into_owned(),
        priority: Priority::of(&value.text("priority").unwrap_or_default()).unwrap_or(Priority::Routine),
        due: at("restriction.period.end"),
        asked: at("authoredOn"),
        changed: at("lastModified"),
        role: Concept::at(value, "performerType").and_then(|role| role.code(ROLE)).unwrap_or_default().into_owned(),
    })
}

/// Adds those requests that Tasks are about and that do not go on any more.
fn others(desk: &Desk, ward: &Ward, tasks: &[Task], known: &mut BTreeMap<String, Request>) -> Result<(), Refusal> {
    let wanted: BTreeSet<&str> = tasks.iter().map(|task| task.request.as_str()).filter(|id| !known.contains_key(*id)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let ids = wanted.into_iter().collect::<Vec<_>>().join(",");
    let (found, _) = all(desk, "ServiceRequest", &[("_id", &ids)])?;
    known.extend(found.iter().filter_map(|stored| request(desk, ward, stored)).map(|one| (one.id.clone(), one)));
    Ok(())
}

fn request(desk: &Desk, ward: &Ward, stored: &Stored) -> Option<Request> {
    look(stored, |value| {
        let voice = &desk.voice;
        let (person, one) = ward.whose(value, "subject.reference")?;
        let concept = Concept::at(value, "code");
        let code = concept.and_then(|code| code.code(ORDERABLE)).unwrap_or_default().into_owned();
        let own = desk.house.pack().requests.orderable(&code).map(|one| desk.named(&one.names).into_owned());
        let words = own.or_else(|| concept.and_then(|code| code.words(voice.lang())).map(|words| words.into_owned()));
        let last = value.extensions("", STEP).into_iter().next_back();
        let why = last.and_then(|step| step.extensions("", "reason").first().and_then(|reason| reason.text("valueString")).map(|text| text.into_owned()));
        Some(Request {
            person,
            patient: one.id.clone(),
            id: stored.id.to_text(),
            status: value.text("status").unwrap_or_default().into_owned(),
            code,
            words: auto(words.unwrap_or_else(|| voice.t("shift-unnamed"))),
            asked: value.text("authoredOn").and_then(|at| instant(&at, voice)),
            urgent: value.text("priority").is_some_and(|priority| priority != "routine"),
            reason: why.unwrap_or_default(),
            changed: stored.last_updated,
        })
    })
    .flatten()
}

/// The words of a request with how it stands.
fn told(voice: &Voice, request: &Request, status: &str) -> Html {
    let mut out = request.words.clone();
    if !status.is_empty() {
        out.push_text(" · ");
        out.push_text(voice.t(&listed(rihla_web::key!("shift-state-*"), status)));
    }
    out
}

fn to_do(desk: &Desk, task: &Task, request: &Request, span: &Span<'_>) -> Option<Row> {
    let (voice, now) = (&desk.voice, desk.voice.now());
    let fresh = task.asked.is_some_and(|asked| asked >= span.from);
    let row = |group, at: Instant| {
        let row = Row::new(group, task.person, "clipboard-list", voice.t("shift-request"), request.path()).at(at);
        Row { fresh: fresh && group != Group::New, critical: task.priority == Priority::Stat, ..row }.detail(told(voice, request, &task.status))
    };
    match (task.due, task.asked) {
        (Some(due), _) if due < now => Some(row(Group::Late, due)),
        (Some(due), _) if due <= span.to => Some(row(Group::Due, due)),
        (_, Some(asked)) if fresh => Some(row(Group::New, asked)),
        _ => None,
    }
}

/// Where a result is read or told: the list of those that wait, for whoever may do it; else the request.
fn way(desk: &Desk, task: &Task, request: &Request, permission: &str, list: &str) -> String {
    if desk.person.may(permission) { format!("{list}#t-{}", percent(&task.id)) } else { request.path() }
}

fn to_read(desk: &Desk, task: &Task, request: &Request) -> Row {
    let (group, what) = match task.priority {
        Priority::Stat => (Group::Late, rihla_web::key!("shift-result-critical")),
        Priority::Routine => (Group::New, rihla_web::key!("shift-result")),
        _ => (Group::Late, rihla_web::key!("shift-result-abnormal")),
    };
    let path = way(desk, task, request, "requests.acknowledge", "/results/inbox");
    let row = Row::new(group, task.person, "flask-conical", desk.voice.t(what), path).detail(request.words.clone());
    Row { at: task.changed, critical: task.priority == Priority::Stat, ..row }
}

fn to_tell(desk: &Desk, task: &Task, request: &Request) -> Row {
    let voice = &desk.voice;
    let role = desk.house.pack().roles.role(&task.role).map_or_else(|| task.role.clone(), |role| desk.named(&role.names).into_owned());
    let mut detail = request.words.clone();
    if let Some(due) = task.due {
        detail.push_text(" · ");
        detail.push_text(voice.ta("shift-call-until", &[("role", role), ("until", clock(voice, due))]));
    }
    let path = way(desk, task, request, "requests.do", "/results/critical");
    let row = Row::new(Group::Late, task.person, "phone", voice.t("shift-call"), path).detail(detail);
    Row { at: task.asked, critical: true, ..row }
}

/// A request that is nobody's task: a draft that this role may sign, or one that another system asks for.
fn alone(desk: &Desk, request: &Request, span: &Span<'_>) -> Option<Row> {
    let asked = request.asked?;
    let row = |group, what: &str| Row::new(group, request.person, "clipboard-list", desk.voice.t(what), request.path()).at(asked).detail(request.words.clone());
    if request.status == "draft" {
        let (pack, role) = (&desk.house.pack().requests, &desk.person.role.code);
        let one = pack.orderable(&request.code)?;
        let signs = desk.person.may("requests.order") && pack.is_ordered_by(one, role) && !pack.is_drafted_by(one, role);
        return signs.then(|| row(Group::Late, rihla_web::key!("shift-draft")));
    }
    (asked >= span.from).then(|| row(Group::New, rihla_web::key!("shift-request")))
}

/// What was asked for and stopped in this shift, with the reason.
fn stopped(desk: &Desk, ward: &Ward, span: &Span<'_>, out: &mut Vec<Row>) -> Result<bool, Refusal> {
    let since = format!("ge{}", instant_text(span.from));
    let asked = [("patient", ward.ids()), ("status", "revoked,entered-in-error".to_owned()), ("_lastUpdated", since)];
    let asked: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (found, cut) = all(desk, "ServiceRequest", &asked)?;
    for request in found.iter().filter_map(|stored| request(desk, ward, stored)) {
        let mut detail = request.words.clone();
        if !request.reason.is_empty() {
            detail.push_text(" · ");
            detail.push(&auto(&request.reason));
        }
        let row = Row::new(Group::New, request.person, "x", desk.voice.t("shift-stopped"), request.path());
        out.push(row.at(request.changed).detail(detail));
    }
    Ok(cut)
}
