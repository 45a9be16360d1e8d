//! A resource that a client sent: checked, and its index values taken, in one pass.

use crate::messages;
use crate::refusal::{Issue, Refusal, Result, Said, Severity};
use axum::http::StatusCode;
use rihla_fhir::issue::{self, Issues};
use rihla_fhir::json::Value;
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhir::validate::{Options, Visit, Visitor, validate, validate_frame};
use rihla_fhirpath::{Entry, Extractor, Zone};

/// A resource that may be stored.
pub struct Incoming<'d> {
    pub ty: TypeId,
    pub value: Value<'d>,
    pub entries: Vec<Entry<'d>>,
}

impl Incoming<'_> {
    /// The logical id that the resource says it has.
    pub fn id(&self) -> Option<String> {
        self.value.get("id").and_then(|id| id.as_str()).map(|id| id.into_owned())
    }
}

/// Checks a bundle but for the resources in it, which are examined one by one.
pub fn examine_frame(bundle: Value<'_>) -> Result<()> {
    let mut issues = Issues::default();
    validate_frame(bundle, &mut issues);
    if issues.accepted() { Ok(()) } else { Err(refusal(&issues)) }
}

/// Sees every element of a resource while it is checked.
pub trait Watcher<'d> {
    fn see(&mut self, visit: &Visit<'d>);
}

/// Checks a resource against base R4 and takes its index values.
pub fn examine<'d>(zone: &Zone, value: Value<'d>, expected: Option<TypeId>) -> Result<Incoming<'d>> {
    let ty = type_of(value, expected)?;
    let mut entries = Vec::with_capacity(16);
    let mut extractor = Extractor::new(value, ty, zone, &mut entries);
    let mut issues = Issues::default();
    let found = validate(value, Some(ty), Options::default(), &mut extractor, &mut issues);
    extractor.finish();
    accepted(&issues, found)?;
    Ok(Incoming { ty, value, entries })
}

/// The same for a resource in a transaction, where references may be searches, with somebody looking on.
pub fn examine_watching<'d, W: Watcher<'d>>(zone: &Zone, value: Value<'d>, expected: Option<TypeId>, watcher: &mut W) -> Result<Incoming<'d>> {
    let ty = type_of(value, expected)?;
    let mut entries = Vec::with_capacity(16);
    let mut both = Both { extractor: Extractor::new(value, ty, zone, &mut entries), watcher, open: 0, muted: None };
    let mut issues = Issues::default();
    let found = validate(value, Some(ty), Options { conditional_references: true }, &mut both, &mut issues);
    both.extractor.finish();
    accepted(&issues, found)?;
    Ok(Incoming { ty, value, entries })
}

/// The extractor, which looks at what is indexed, and a watcher, which looks at everything.
struct Both<'w, 'x, 'd, W> {
    extractor: Extractor<'x, 'd>,
    watcher: &'w mut W,
    open: usize,
    /// Below this level the extractor does not want to be told.
    muted: Option<usize>,
}

impl<'d, W: Watcher<'d>> Visitor<'d> for Both<'_, '_, 'd, W> {
    fn enter(&mut self, visit: &Visit<'d>) -> bool {
        self.watcher.see(visit);
        if self.muted.is_none() && !self.extractor.enter(visit) {
            self.muted = Some(self.open);
        }
        self.open += 1;
        true
    }

    fn leave(&mut self) {
        self.open = self.open.saturating_sub(1);
        match self.muted {
            None => self.extractor.leave(),
            Some(level) if level == self.open => self.muted = None,
            Some(_) => {}
        }
    }
}

fn accepted(issues: &Issues, found: Option<TypeId>) -> Result<()> {
    if found.is_none() || !issues.accepted() { Err(refusal(issues)) } else { Ok(()) }
}

/// The type that a tree says it is; a tree that says none is no resource.
fn type_of(value: Value<'_>, expected: Option<TypeId>) -> Result<TypeId> {
    let name = value.get("resourceType").and_then(|name| name.as_str());
    let ty = name.and_then(|name| tables().resource_type(&name)).ok_or_else(|| Refusal::new(&messages::NOT_A_RESOURCE))?;
    match expected {
        Some(expected) if expected != ty => Err(Refusal::with(&messages::TYPE_MISMATCH, tables().type_name(expected))),
        _ => Ok(ty),
    }
}

fn refusal(issues: &Issues) -> Refusal {
    let said = issues.list().iter().map(|issue| Issue {
        severity: match issue.severity() {
            issue::Severity::Error => Severity::Error,
            issue::Severity::Warning => Severity::Warning,
        },
        expression: Some(issue.expression.clone()),
        said: Said::Validation(Box::new(issue.clone())),
    });
    Refusal { status: StatusCode::UNPROCESSABLE_ENTITY, issues: said.collect(), allow: None, challenge: None }
}
