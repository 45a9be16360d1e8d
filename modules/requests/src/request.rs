//! A request as the record has it: a ServiceRequest, and the Task of doing it.

use crate::state::{Move, Phase};
use rihla_clinical::{Object, quoted, reference};
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::{Instant, Lang};
use rihla_packs::{Names, Orderable, Priority};
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::{look, written};

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
const UNKNOWN_ALLERGIES: &str = "urn:rihla:extension:allergies-not-asked";

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
            patient: value.reference("subject.reference", "Patient")?.into_owned(),
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

/// What is asked for.
pub struct New<'n> {
    pub id: &'n str,
    pub one: &'n Orderable,
    pub kind: &'n Names,
    pub patient: &'n str,
    pub stay: Option<&'n str>,
    /// A Location that does it.
    pub unit: Option<&'n str>,
    pub priority: Priority,
    pub reason: &'n str,
    pub wanted: Option<Instant>,
    pub due: Instant,
    pub answers: &'n [(String, String)],
    /// Of those that were asked for together the first.
    pub requisition: &'n str,
    /// Why it is asked for although nobody knows of allergies: a code.
    pub override_code: &'n str,
    pub now: Instant,
    pub by: &'n str,
    pub account: &'n str,
    /// Whether another has to sign it first.
    pub draft: bool,
}

impl New<'_> {
    pub fn request(&self) -> String {
        let mut out = Object::default();
        out.set("resourceType", quoted("ServiceRequest"));
        let mut extensions = vec![format!(r#"{{"url":"urn:rihla:extension:written-by","valueString":{}}}"#, quoted(self.account))];
        if !self.override_code.is_empty() {
            extensions.push(format!(r#"{{"url":"{UNKNOWN_ALLERGIES}","valueCode":{}}}"#, quoted(self.override_code)));
        }
        out.set_list("extension", &extensions);
        out.set("requisition", format!(r#"{{"system":"urn:rihla:requisition","value":{}}}"#, quoted(self.requisition)));
        let phase = if self.draft { Phase::Draft } else { Phase::Asked };
        out.set("status", quoted(phase.request()));
        out.set("intent", quoted("order"));
        out.set("category", format!("[{}]", rihla_web::concept(KIND, &self.one.kind, self.kind)));
        out.set("priority", quoted(self.priority.code()));
        out.set("code", code_of(self.one));
        out.set("subject", reference(&format!("Patient/{}", self.patient)));
        if let Some(stay) = self.stay {
            out.set("encounter", reference(&format!("Encounter/{stay}")));
        }
        if let Some(wanted) = self.wanted {
            out.set("occurrenceDateTime", quoted(&instant_text(wanted)));
        }
        out.set("authoredOn", quoted(&instant_text(self.now)));
        out.set("requester", self.by.to_owned());
        if let Some(unit) = self.unit {
            out.set("locationReference", format!("[{}]", reference(&format!("Location/{unit}"))));
        }
        if !self.reason.is_empty() {
            out.set("reasonCode", format!(r#"[{{"text":{}}}]"#, quoted(self.reason)));
        }
        let said = |(ask, value): &(String, String)| format!(r#"{{"identifier":{{"system":{},"value":{}}}}}"#, quoted(&format!("{ASK}:{ask}")), quoted(value));
        out.set_list("supportingInfo", &self.answers.iter().map(said).collect::<Vec<_>>());
        out.text()
    }

    pub fn task(&self) -> String {
        task_json(&Doable {
            request: self.id,
            patient: self.patient,
            stay: self.stay,
            kind: &self.one.kind,
            priority: self.priority,
            due: self.due,
            now: self.now,
            by: self.by,
        })
    }
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

/// The concept of something that can be asked for: its LOINC code beside the house's own.
pub fn code_of(one: &Orderable) -> String {
    let own = rihla_web::concept(ORDERABLE, &one.code, &one.names);
    let Some(loinc) = &one.loinc else { return own };
    own.replacen(r#"{"coding":["#, &format!(r#"{{"coding":[{{"system":"http://loinc.org","code":{}}},"#, quoted(loinc)), 1)
}

/// A ServiceRequest after a step.
pub fn stepped(value: Value<'_>, to: Phase, step: &str) -> String {
    let mut out = Object::of(value);
    let mut extensions: Vec<String> = value.all("extension").into_iter().map(written).collect();
    extensions.push(step.to_owned());
    out.set_list("extension", &extensions);
    out.set("status", quoted(to.request()));
    out.text()
}

/// Its Task after a step.
pub fn task_stepped(value: Value<'_>, to: Phase, step: Move, signed: &Signed<'_>) -> String {
    let mut out = Object::of(value);
    out.set("status", quoted(to.task()));
    out.set("lastModified", quoted(&instant_text(signed.recorded)));
    if step.side() == crate::state::Side::Doer {
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
