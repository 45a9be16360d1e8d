//! A request as the record has it: a ServiceRequest, and the Task of doing it.

use super::look;
use super::state::{Move, Phase, Side};
use crate::{Object, quoted, reference, written};
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::{Instant, Lang, ServerId};
use rihla_packs::Priority;
use rihla_store::Stored;
use rihla_store::body::instant_text;

/// The system of what can be asked for, by its code in the pack.
pub const ORDERABLE: &str = "urn:rihla:orderable";
/// The system of kinds of requests.
pub const KIND: &str = "urn:rihla:request-kind";
/// The system of questions to whoever asks.
pub const ASK: &str = "urn:rihla:request-ask";
/// The system of kinds of units, in `Location.type`.
pub const UNIT: &str = "urn:rihla:unit-kind";
/// Our kinds of tasks.
pub const TASK: &str = "urn:rihla:task";
/// The one of doing what is asked for.
pub const DOING: &str = "request";
/// A step that was taken: which, when, when it was written down, by whom, why.
const STEP: &str = "urn:rihla:extension:request-step";
/// Why something was asked for although nobody knew of allergies.
pub const UNKNOWN_ALLERGIES: &str = "urn:rihla:extension:allergies-not-asked";

/// The system of the house's own numbers of requests, by which other systems name them (ORC-2, OBR-2).
pub const NUMBER: &str = "urn:rihla:request";
/// The mark of a report that another system sent: a digest of what it told, by which the same words under another control id
/// are known.
pub const TOLD: &str = "urn:rihla:extension:told-as";
/// Digits of such a number: the end of an id, which says the node and the node's own count. It fits the 22 letters that
/// HL7 v2.3 leaves for it, and a barcode.
const DIGITS: usize = 14;

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub step: Move,
    /// When it was.
    pub at: String,
    /// When it was written down.
    pub recorded: String,
    pub by: String,
    /// The mark of the account.
    pub account: String,
    pub reason: String,
}

/// A request. Instants are as FHIR writes them.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: String,
    pub version: u32,
    /// Empty for who is not shown whose it is.
    pub patient: String,
    pub stay: Option<String>,
    pub phase: Phase,
    /// Codes of the pack; empty for what another system asks for.
    pub code: String,
    pub kind: String,
    pub words: String,
    pub priority: Priority,
    pub reason: String,
    pub asked_at: String,
    pub wanted: Option<String>,
    /// When it should be done.
    pub due: Option<String>,
    pub orderer: String,
    /// The mark of who asked.
    pub account: String,
    /// A Location that does it.
    pub unit: Option<String>,
    /// Codes of questions with the codes of answers.
    pub answers: Vec<(String, String)>,
    pub steps: Vec<Taken>,
    /// Id and version of the Task.
    pub task: Option<(String, u32)>,
    /// Who has it in hand.
    pub owner: String,
}

impl Request {
    /// None: it was deleted, or its two halves contradict each other.
    pub fn read(stored: &Stored, task: Option<&Stored>, lang: Lang) -> Option<Self> {
        let doing = task.and_then(|task| look(task, |value| Doing::of(value, task)));
        look(stored, |value| Self::of(value, stored, doing, lang)).flatten()
    }

    fn of(value: Value<'_>, stored: &Stored, doing: Option<Doing>, lang: Lang) -> Option<Self> {
        let own = |path: &str| value.text(path).unwrap_or_default().into_owned();
        let code = |path: &str, system: &str| Concept::at(value, path).and_then(|one| one.code(system)).unwrap_or_default().into_owned();
        let phase = Phase::of(&own("status"), doing.as_ref().map(|doing| doing.status.as_str()))?;
        let steps: Vec<Taken> = value.extensions("", STEP).into_iter().filter_map(taken).collect();
        let doing = doing.unwrap_or_default();
        Some(Self {
            id: stored.id.to_text(),
            version: stored.vid,
            patient: value.reference("subject.reference", "Patient").unwrap_or_default().into_owned(),
            stay: value.reference("encounter.reference", "Encounter").map(|id| id.into_owned()),
            phase,
            code: code("code", ORDERABLE),
            kind: code("category", KIND),
            words: Concept::at(value, "code").and_then(|one| one.words(lang)).unwrap_or_default().into_owned(),
            priority: Priority::of(&own("priority")).unwrap_or(Priority::Routine),
            reason: own("reasonCode.text"),
            asked_at: own("authoredOn"),
            wanted: value.text("occurrenceDateTime").map(|at| at.into_owned()),
            due: doing.due,
            orderer: own("requester.display"),
            account: value.extensions("", "urn:rihla:extension:written-by").first().and_then(|one| one.text("valueString")).unwrap_or_default().into_owned(),
            unit: value.reference("locationReference.reference", "Location").map(|id| id.into_owned()),
            answers: value.all("supportingInfo").into_iter().filter_map(answer).collect(),
            steps,
            task: doing.id.map(|id| (id, doing.version)),
            owner: doing.owner,
        })
    }

    /// When it came to stand as it does.
    pub fn since(&self) -> &str {
        self.steps.last().map_or(self.asked_at.as_str(), |step| step.at.as_str())
    }

    pub fn is_late(&self, now: &str) -> bool {
        // Instants of this house are written in one form, so that they compare as texts.
        self.phase.is_open() && self.due.as_deref().is_some_and(|due| due < now)
    }
}

/// What a Task says.
#[derive(Default)]
struct Doing {
    id: Option<String>,
    version: u32,
    status: String,
    due: Option<String>,
    owner: String,
}

impl Doing {
    fn of(value: Value<'_>, stored: &Stored) -> Self {
        let own = |path: &str| value.text(path).unwrap_or_default().into_owned();
        Self {
            id: Some(stored.id.to_text()),
            version: stored.vid,
            status: own("status"),
            due: value.text("restriction.period.end").map(|at| at.into_owned()),
            owner: own("owner.display"),
        }
    }
}

fn taken(said: Value<'_>) -> Option<Taken> {
    let part = |url: &str, path: &str| said.extensions("", url).first().and_then(|part| part.text(path)).unwrap_or_default().into_owned();
    Some(Taken {
        step: Move::of(&part("step", "valueCode"))?,
        at: part("at", "valueDateTime"),
        recorded: part("recorded", "valueDateTime"),
        by: part("by", "valueReference.display"),
        account: part("account", "valueString"),
        reason: part("reason", "valueString"),
    })
}

/// An answer to a question, kept as a reference that names both by their codes.
fn answer(said: Value<'_>) -> Option<(String, String)> {
    let ask = said.text("identifier.system")?.strip_prefix(ASK)?.strip_prefix(':')?.to_owned();
    Some((ask, said.text("identifier.value")?.into_owned()))
}

/// Who takes a step, and when.
pub struct Signed<'s> {
    pub at: Instant,
    pub recorded: Instant,
    /// A Reference as JSON.
    pub by: &'s str,
    /// The mark of the account.
    pub account: &'s str,
    pub reason: &'s str,
}

/// A step as an extension.
pub fn step_json(step: Move, signed: &Signed<'_>) -> String {
    let why = if signed.reason.is_empty() { String::new() } else { format!(r#",{{"url":"reason","valueString":{}}}"#, quoted(signed.reason)) };
    format!(
        r#"{{"url":"{STEP}","extension":[{{"url":"step","valueCode":"{}"}},{{"url":"at","valueDateTime":{}}},{{"url":"recorded","valueDateTime":{}}},{{"url":"by","valueReference":{}}},{{"url":"account","valueString":{}}}{why}]}}"#,
        step.code(),
        quoted(&instant_text(signed.at)),
        quoted(&instant_text(signed.recorded)),
        signed.by,
        quoted(signed.account)
    )
}

/// What a Task of doing a request is made of.
pub struct Doable<'d> {
    pub request: &'d str,
    pub patient: &'d str,
    pub stay: Option<&'d str>,
    pub kind: &'d str,
    pub priority: Priority,
    pub due: Instant,
    pub now: Instant,
    pub by: &'d str,
}

pub fn task_json(of: &Doable<'_>) -> String {
    let focus = reference(&format!("ServiceRequest/{}", of.request));
    let mut out = Object::default();
    out.set("resourceType", quoted("Task"));
    out.set_list("basedOn", std::slice::from_ref(&focus));
    out.set("status", quoted(Phase::Asked.task()));
    out.set("intent", quoted("order"));
    out.set("priority", quoted(of.priority.code()));
    let kind = format!(r#"{{"system":"{KIND}","code":{}}}"#, quoted(of.kind));
    out.set("code", format!(r#"{{"coding":[{{"system":"{TASK}","code":"{DOING}"}},{kind}]}}"#));
    out.set("focus", focus);
    out.set("for", reference(&format!("Patient/{}", of.patient)));
    if let Some(stay) = of.stay {
        out.set("encounter", reference(&format!("Encounter/{stay}")));
    }
    out.set("authoredOn", quoted(&instant_text(of.now)));
    out.set("lastModified", quoted(&instant_text(of.now)));
    out.set("requester", of.by.to_owned());
    out.set("restriction", format!(r#"{{"period":{{"end":{}}}}}"#, quoted(&instant_text(of.due))));
    out.text()
}

/// A ServiceRequest after a step.
pub fn stepped(value: Value<'_>, to: Phase, step: &str) -> String {
    let mut out = Object::of(value);
    let mut extensions: Vec<String> = value.all("extension").into_iter().map(written).collect();
    extensions.push(step.to_owned());
    out.set_list("extension", &extensions);
    out.set("status", quoted(to.request()));
    // What was asked for before requests had numbers gets one with its next step.
    let mut numbers: Vec<String> = value.all("identifier").into_iter().map(written).collect();
    let placed = |one: &Value<'_>| {
        one.text("system").as_deref() == Some(NUMBER) || Concept::at(*one, "type").is_some_and(|kind| kind.any_code().as_deref() == Some("PLAC"))
    };
    if !value.all("identifier").iter().any(placed)
        && let Some(own) = value.text("id").and_then(|id| number_of(&id))
    {
        numbers.push(number_json(&own));
        out.set_list("identifier", &numbers);
    }
    out.text()
}

/// The house's own number of a request with an id of its own; none for an id that a client chose.
pub fn number_of(id: &str) -> Option<String> {
    ServerId::parse(id).and_then(|_| id.get(id.len().checked_sub(DIGITS)?..)).map(str::to_ascii_uppercase)
}

/// A number as an Identifier, of the type of a placer's (<https://terminology.hl7.org/CodeSystem-v2-0203.html>).
pub fn number_json(number: &str) -> String {
    format!(r#"{{"type":{},"system":"{NUMBER}","value":{}}}"#, crate::concept("http://terminology.hl7.org/CodeSystem/v2-0203", "PLAC"), quoted(number))
}

/// Its Task after a step.
pub fn task_stepped(value: Value<'_>, to: Phase, step: Move, signed: &Signed<'_>) -> String {
    let mut out = Object::of(value);
    out.set("status", quoted(to.task()));
    out.set("lastModified", quoted(&instant_text(signed.recorded)));
    if step.side() == Side::Doer {
        out.set("owner", signed.by.to_owned());
    }
    match step {
        Move::Start => out.set_within("executionPeriod", "start", Some(quoted(&instant_text(signed.at)))),
        Move::Done | Move::Fail => out.set_within("executionPeriod", "end", Some(quoted(&instant_text(signed.at)))),
        _ => {}
    }
    if signed.reason.is_empty() {
        out.remove("statusReason");
    } else {
        out.set("statusReason", format!(r#"{{"text":{}}}"#, quoted(signed.reason)));
    }
    out.text()
}

/// The search for the Tasks of requests.
pub fn doing() -> String {
    format!("{TASK}|{DOING}")
}
