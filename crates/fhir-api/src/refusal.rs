//! Why a request was not done, as an OperationOutcome (<https://hl7.org/fhir/R4/operationoutcome.html>).

use crate::lang::Lang;
use crate::messages::{self, Message};
use axum::http::StatusCode;
use rihla_fhir::json::escape_into;
use rihla_kernel::{Fault, FaultKind};

/// The system of the codes in `OperationOutcome.issue.details.coding`.
pub const CODE_SYSTEM: &str = "urn:rihla:code";

/// How bad an issue is (<https://hl7.org/fhir/R4/valueset-issue-severity.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Fatal,
    Error,
    Warning,
    Information,
}

impl Severity {
    fn code(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

/// One thing to say. The text is chosen when the language is known.
#[derive(Clone, Debug)]
pub struct Issue {
    pub severity: Severity,
    pub said: Said,
    /// Where in the resource, as a FHIRPath.
    pub expression: Option<String>,
}

/// Where an issue's words come from.
#[derive(Clone, Debug)]
pub enum Said {
    /// This crate's own catalogue, with what fills its gap.
    Ours(&'static Message, String),
    /// The record's.
    Record(Fault),
    /// The validator's.
    Validation(Box<rihla_fhir::issue::Issue>),
}

/// A request that was refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub status: StatusCode,
    pub issues: Vec<Issue>,
    /// For 405: what would be allowed here.
    pub allow: Option<&'static str>,
    /// For 401 and 403: how to come in, or what is missing.
    pub challenge: Option<String>,
}

pub type Result<T, E = Refusal> = std::result::Result<T, E>;

impl Refusal {
    pub fn new(message: &'static Message) -> Self {
        Self::with(message, String::new())
    }

    /// A refusal whose text has a gap; never fill it with what could name a patient unless the client sent it itself.
    pub fn with(message: &'static Message, detail: impl Into<String>) -> Self {
        let issue = Issue { severity: Severity::Error, said: Said::Ours(message, detail.into()), expression: None };
        let status = StatusCode::from_u16(message.status).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, issues: vec![issue], allow: None, challenge: None }
    }

    pub fn at(mut self, expression: impl Into<String>) -> Self {
        let expression = expression.into();
        for issue in &mut self.issues {
            issue.expression.get_or_insert_with(|| expression.clone());
        }
        self
    }

    /// The code of the first issue: what a test or an operator looks for.
    pub fn code(&self) -> &'static str {
        self.issues.first().map_or("", Issue::code)
    }

    /// One line for an operator: the first issue, and how many more there are.
    pub fn line(&self, lang: Lang) -> String {
        let Some(first) = self.issues.first() else { return self.status.to_string() };
        let place = first.place().map(|place| format!(" [{place}]")).unwrap_or_default();
        let more = if self.issues.len() > 1 { format!(" (+{})", self.issues.len() - 1) } else { String::new() };
        format!("{} {}{place}{more}", first.code(), first.text(lang))
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let status = status_of(fault.kind);
        Self { status, issues: vec![Issue { severity: Severity::Error, said: Said::Record(fault), expression: None }], allow: None, challenge: None }
    }
}

/// What HTTP says of a kind of fault.
pub fn status_of(kind: FaultKind) -> StatusCode {
    StatusCode::from_u16(kind.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// R4's own word for each kind of fault (<https://hl7.org/fhir/R4/valueset-issue-type.html>).
fn issue_type(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Invalid => "invalid",
        FaultKind::Unprocessable => "business-rule",
        FaultKind::NotFound => "not-found",
        FaultKind::Gone => "deleted",
        FaultKind::Conflict | FaultKind::PreconditionFailed => "conflict",
        FaultKind::Forbidden => "forbidden",
        FaultKind::TooLarge => "too-costly",
        FaultKind::Unavailable => "transient",
        FaultKind::Internal => "exception",
    }
}

impl Issue {
    pub fn warning(fault: Fault) -> Self {
        Self { severity: Severity::Warning, said: Said::Record(fault), expression: None }
    }

    pub fn information(message: &'static Message) -> Self {
        Self { severity: Severity::Information, said: Said::Ours(message, String::new()), expression: None }
    }

    pub fn code(&self) -> &'static str {
        match &self.said {
            Said::Ours(message, _) => message.code,
            Said::Record(fault) => fault.code,
            Said::Validation(issue) => issue.code(),
        }
    }

    fn kind(&self) -> &'static str {
        match &self.said {
            Said::Ours(message, _) => message.issue,
            Said::Record(fault) if self.severity == Severity::Warning && fault.kind == FaultKind::Invalid => "not-supported",
            Said::Record(fault) => issue_type(fault.kind),
            Said::Validation(issue) => issue.fhir_code(),
        }
    }

    pub fn text(&self, lang: Lang) -> String {
        match &self.said {
            Said::Ours(message, detail) => message.text(lang, detail),
            Said::Record(fault) => messages::of_fault(fault.code, lang).map_or_else(|| fault.text.to_string(), str::to_owned),
            Said::Validation(issue) => issue.message(lang),
        }
    }

    fn place(&self) -> Option<&str> {
        self.expression.as_deref()
    }
}

/// Appends an OperationOutcome that says `issues`.
pub fn push_outcome(issues: &[Issue], lang: Lang, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"resourceType\":\"OperationOutcome\",\"language\":\"");
    out.extend_from_slice(lang.tag().as_bytes());
    out.extend_from_slice(b"\",\"issue\":[");
    for (position, issue) in issues.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        push_issue(issue, lang, out);
    }
    out.extend_from_slice(b"]}");
}

fn push_issue(issue: &Issue, lang: Lang, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"severity\":\"");
    out.extend_from_slice(issue.severity.code().as_bytes());
    out.extend_from_slice(b"\",\"code\":\"");
    out.extend_from_slice(issue.kind().as_bytes());
    out.extend_from_slice(b"\",\"details\":{\"coding\":[{\"system\":\"");
    out.extend_from_slice(CODE_SYSTEM.as_bytes());
    out.extend_from_slice(b"\",\"code\":\"");
    out.extend_from_slice(issue.code().as_bytes());
    out.extend_from_slice(b"\"}],\"text\":");
    escape_into(&issue.text(lang), out);
    out.push(b'}');
    if let Said::Record(fault) = &issue.said {
        out.extend_from_slice(b",\"diagnostics\":");
        escape_into(&fault.text, out);
    }
    if let Some(place) = issue.place() {
        out.extend_from_slice(b",\"expression\":[");
        escape_into(place, out);
        out.push(b']');
    }
    out.push(b'}');
}
