//! What stands in front of every page: where a change may come from, what a browser may do with a page, and the words for
//! what went wrong.

use crate::desk::Visitor;
use crate::house::House;
use crate::refuse::{self, Refusal};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rihla_kernel::{Fault, FaultKind};

/// Everything from here, nothing inline, nothing around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; form-action 'self'";

/// The policy of a page whose forms end at some origins besides ours.
pub(crate) fn policy(origins: &[&str]) -> String {
    std::iter::once(POLICY).chain(origins.iter().copied()).collect::<Vec<_>>().join(" ")
}

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()"),
];

pub(crate) async fn guard(State(house): State<House>, request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let visitor = Visitor::of(&house, request.headers(), &path);
    let (mut response, typed) = match first(&house, &request) {
        Some(refusal) => (refusal.into_response(), None),
        None => match Typed::of(request).await {
            Ok((request, typed)) => (next.run(request).await, typed),
            Err(refusal) => (refusal.into_response(), None),
        },
    };
    let refusal = response.extensions_mut().remove::<Refusal>().or_else(|| bare(&response));
    if let Some(refusal) = refusal {
        response = refuse::shown(&refusal, &visitor, typed);
    }
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Fields in which people type secrets: `type="password"` in the templates.
const SECRETS: [&str; 4] = ["password", "pin", "again", "badge"];
/// The longest form that is given back to who typed it.
const LONGEST: usize = 256 << 10;

/// What somebody sent in with a form of theirs, so that a page which says that nothing was kept gives it back.
pub(crate) struct Typed(Bytes);

impl Typed {
    /// The request, and what was typed if it is a form that names its author: nothing else is handed back.
    async fn of(request: Request) -> Result<(Request, Option<Self>), Refusal> {
        if !is_short_form(&request) {
            return Ok((request, None));
        }
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, LONGEST).await.map_err(|_| Refusal::invalid("RH-WEB-REQUEST", "The form did not come whole."))?;
        Ok((Request::from_parts(parts, Body::from(body.clone())), Some(Self(body))))
    }

    /// Its fields, if it names its author and holds no secret: that is never put into a page.
    pub fn fields(&self) -> Vec<(String, String)> {
        let fields = std::str::from_utf8(&self.0).map(crate::drafts::pairs).unwrap_or_default();
        let holds = |wanted: &[&str]| fields.iter().any(|(name, _)| wanted.contains(&name.as_str()));
        if holds(&["_author"]) && !holds(&SECRETS) { fields } else { Vec::new() }
    }
}

fn is_short_form(request: &Request) -> bool {
    let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let is_form = text(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let length: Option<usize> = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    request.method() == Method::POST && is_form && length.is_some_and(|length| length <= LONGEST)
}

/// Pages that are there before the first account is.
const BEFORE_ACCOUNTS: [&str; 3] = ["/setup", "/preferences", "/favicon.ico"];

/// What keeps a request from its page, whoever asks.
fn first(house: &House, request: &Request) -> Option<Refusal> {
    let asks_for_a_program = request.uri().path() == rihla_smart::AUTHORIZE;
    if !asks_for_a_program && !may_act(request.method(), request.headers()) {
        return Some(foreign());
    }
    if BEFORE_ACCOUNTS.contains(&request.uri().path()) {
        return None;
    }
    match house.is_founded() {
        Ok(true) => None,
        Ok(false) => Some(Refusal::set_up()),
        Err(refusal) => Some(refusal),
    }
}

/// An act has to come from a page of ours
/// (<https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site>); who sends neither header is no browser.
fn may_act(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if method.is_safe() {
        return true;
    }
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text("host"),
        (None, None) => true,
    }
}

/// What was refused before a handler saw it, which comes as a bare line of text.
fn bare(response: &Response) -> Option<Refusal> {
    let text = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let status = response.status();
    let kind = match status.as_u16() {
        404 => FaultKind::NotFound,
        405 => FaultKind::Forbidden,
        413 => FaultKind::TooLarge,
        400..=499 => FaultKind::Invalid,
        _ => return None,
    };
    (text || status == axum::http::StatusCode::METHOD_NOT_ALLOWED)
        .then(|| Fault::new(kind, "RH-WEB-REQUEST", "The address or the form is not as it has to be.").into())
}

fn foreign() -> Refusal {
    Fault::new(FaultKind::Forbidden, "RH-WEB-FOREIGN", "An act has to come from a page of this server.").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_given_back_to_its_author_and_a_secret_never() {
        let fields = |body: &'static str| Typed(Bytes::from_static(body.as_bytes())).fields();
        assert_eq!(fields("_author=a&text=Chute").len(), 2);
        assert!(fields("text=Chute").is_empty());
        assert!(fields("_author=a&pin=4711&again=4711").is_empty() && fields("_author=a&password=x").is_empty() && fields("_author=a&badge=1").is_empty());
    }

    #[test]
    fn another_origin_may_look_and_not_act() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
        };
        let post = |pairs| may_act(&Method::POST, &headers(pairs));
        assert!(may_act(&Method::GET, &headers(&[("sec-fetch-site", "cross-site")])));
        assert!(post(&[("sec-fetch-site", "same-origin")]) && post(&[]));
        assert!(!post(&[("sec-fetch-site", "cross-site")]) && !post(&[("sec-fetch-site", "same-site")]));
        assert!(post(&[("origin", "http://here:80"), ("host", "here:80")]));
        assert!(!post(&[("origin", "http://there"), ("host", "here")]) && !post(&[("origin", "null"), ("host", "here")]));
    }
}
