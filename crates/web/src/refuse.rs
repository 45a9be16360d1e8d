//! What went wrong, as a page that says what happened, what was kept and what to do.

use crate::desk::Visitor;
use crate::guard::Typed;
use crate::page;
use crate::standing::{Cause, RETRY_AFTER};
use crate::text::Voice;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rihla_kernel::{Fault, FaultKind};
use std::borrow::Cow;
use std::sync::Arc;

/// A handler's refusal. The guard in front of all pages gives it its words.
#[derive(Clone, Debug)]
pub struct Refusal(Arc<Why>);

#[derive(Debug)]
enum Why {
    Fault(Fault),
    /// Something has to be done first, on a page of its own; then the browser comes back.
    First {
        page: Cow<'static, str>,
        back: String,
    },
}

impl Refusal {
    /// Nobody is known, or the screen is locked.
    pub(crate) fn door(path: &str) -> Self {
        Self::first("/sign-in", path)
    }

    /// The person has to prove once more who they are.
    pub(crate) fn again(path: &str) -> Self {
        Self::first("/sign-in?again=1", path)
    }

    /// The person has to say in which of their roles they act.
    pub(crate) fn choice(path: &str) -> Self {
        Self::first("/acting", path)
    }

    /// The role needs a second factor, and the person has none.
    pub(crate) fn second_owed() -> Self {
        Self::first("/account?owed=1", "/")
    }

    /// There is no account yet.
    pub(crate) fn set_up() -> Self {
        Self::first("/setup", "/")
    }

    /// The patient is none of this person's: the page on which the glass may be broken comes first.
    pub(crate) fn glass(patient: &str, path: &str) -> Self {
        Self::first(crate::glass::path(patient), path)
    }

    fn first(page: impl Into<Cow<'static, str>>, back: &str) -> Self {
        Self(Arc::new(Why::First { page: page.into(), back: back.to_owned() }))
    }

    pub fn not_found() -> Self {
        Fault::new(FaultKind::NotFound, "RH-WEB-NO-PAGE", "There is no such page.").into()
    }

    /// The input is wrong and will stay so.
    pub fn invalid(code: &'static str, text: &'static str) -> Self {
        Fault::new(FaultKind::Invalid, code, text).into()
    }

    pub fn fault(&self) -> Option<&Fault> {
        match self.0.as_ref() {
            Why::Fault(fault) => Some(fault),
            Why::First { .. } => None,
        }
    }

    pub fn is_not_found(&self) -> bool {
        self.fault().is_some_and(|fault| fault.kind == FaultKind::NotFound)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self(Arc::new(Why::Fault(fault)))
    }
}

impl From<rihla_identity::Refusal> for Refusal {
    fn from(refusal: rihla_identity::Refusal) -> Self {
        refusal.fault.into()
    }
}

impl From<askama::Error> for Refusal {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "a template failed");
        Fault::new(FaultKind::Internal, "RH-WEB-TEMPLATE", "The page could not be written.").into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.fault().map_or(StatusCode::SEE_OTHER, |fault| status(fault.kind)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

pub(crate) fn status(kind: FaultKind) -> StatusCode {
    StatusCode::from_u16(kind.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The keys of what happened and what to do.
fn words(fault: &Fault) -> (&'static str, &'static str) {
    match Cause::of(fault.code).filter(|_| fault.kind == FaultKind::Unavailable) {
        _ if fault.code == UNKNOWN => return (crate::key!("web-wrong-unknown"), crate::key!("web-wrong-unknown-do")),
        Some(Cause::Disk) => return (crate::key!("web-wrong-disk"), crate::key!("web-wrong-disk-do")),
        Some(Cause::Database) => return (crate::key!("web-wrong-database"), crate::key!("web-wrong-database-do")),
        Some(Cause::Other) => return (crate::key!("web-wrong-store"), crate::key!("web-wrong-store-do")),
        None => {}
    }
    match fault.kind {
        FaultKind::Invalid | FaultKind::Unprocessable | FaultKind::TooLarge => (crate::key!("web-wrong-input"), crate::key!("web-wrong-input-do")),
        FaultKind::NotFound | FaultKind::Gone => (crate::key!("web-wrong-missing"), crate::key!("web-wrong-missing-do")),
        FaultKind::Conflict | FaultKind::PreconditionFailed => (crate::key!("web-wrong-conflict"), crate::key!("web-wrong-conflict-do")),
        FaultKind::Forbidden => (crate::key!("web-wrong-role"), crate::key!("web-wrong-role-do")),
        FaultKind::Unavailable => (crate::key!("web-wrong-busy"), crate::key!("web-wrong-busy-do")),
        FaultKind::Internal => (crate::key!("web-wrong-defect"), crate::key!("web-wrong-defect-do")),
    }
}

#[derive(Template)]
#[template(path = "web/refusal.html")]
struct RefusalBody<'v> {
    voice: &'v Voice,
    what: &'static str,
    todo: &'static str,
    code: &'static str,
    /// Where the same is asked for once more, while a later try may end better.
    again: Option<&'v str>,
    /// What was typed and not kept.
    typed: Vec<(String, String)>,
}

impl RefusalBody<'_> {
    /// What a person typed, without what the form says of itself and what was chosen from a list.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let is_code = |value: &str| value.bytes().all(|sign| sign.is_ascii_lowercase() || matches!(sign, b'-' | b'.' | b'_'));
        self.typed.iter().filter(move |(name, value)| !name.starts_with('_') && !is_code(value)).map(|(_, value)| value.as_str())
    }
}

/// A commit whose end nobody knows: it is not to be sent again unseen.
const UNKNOWN: &str = "RH-STORE-UNKNOWN";

/// Leaves in the log what an operator has to know of.
pub(crate) fn note(fault: &Fault) {
    if matches!(fault.kind, FaultKind::Internal | FaultKind::Unavailable) {
        tracing::error!(code = fault.code, "{}", fault.text);
    }
}

/// The page, in the reader's language. A part of a page gets the same words without the frame. Where a later try may end
/// better, what was typed comes back with a button that sends it once more.
pub(crate) fn shown(refusal: &Refusal, visitor: &Visitor, typed: Option<Typed>) -> Response {
    let fault = match refusal.0.as_ref() {
        Why::First { page, back } => return first(page, back, visitor),
        Why::Fault(fault) => fault,
    };
    note(fault);
    let voice = &visitor.voice;
    let (what, todo) = words(fault);
    let passes = fault.kind == FaultKind::Unavailable;
    let sent = typed.is_some();
    let typed = typed.filter(|_| passes).map(|typed| typed.fields()).unwrap_or_default();
    let again = Some(visitor.browser.path.as_str()).filter(|_| passes && fault.code != UNKNOWN && sent != typed.is_empty());
    let body = RefusalBody { voice, what, todo, code: fault.code, again, typed };
    let mut response = match body.render() {
        Ok(body) if visitor.browser.partial => page::html(&visitor.browser, body),
        Ok(body) => page::bare(visitor, &voice.t(what), &body),
        Err(_) => ().into_response(),
    };
    *response.status_mut() = status(fault.kind);
    if passes {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
    }
    response
}

/// A part cannot show another page: the whole browser goes there.
fn first(page: &str, back: &str, visitor: &Visitor) -> Response {
    let sign = if page.contains('?') { '&' } else { '?' };
    let to = if visitor.browser.partial || back == "/" { page.to_owned() } else { format!("{page}{sign}next={}", percent(back)) };
    let to = HeaderValue::from_str(&to).unwrap_or(HeaderValue::from_static("/sign-in"));
    let (status, name) = match visitor.browser.partial {
        true => (StatusCode::UNAUTHORIZED, header::HeaderName::from_static("hx-redirect")),
        false => (StatusCode::SEE_OTHER, header::LOCATION),
    };
    (status, [(name, to)]).into_response()
}

/// A text as a value in a query.
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
