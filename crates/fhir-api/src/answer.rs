//! What comes back, before it is put into a form, and its way into an HTTP response.

use crate::format::Format;
use crate::headers::http_date;
use crate::intake;
use crate::lang::Lang;
use crate::messages;
use crate::refusal::{Issue, Refusal, Result, push_outcome};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use rihla_fhir::json::push_pretty;
use rihla_kernel::Instant;

/// When a client may try again what was not possible now, in seconds.
const RETRY_AFTER: u32 = 10;

/// The answer to one interaction, alone or as an entry of a bundle.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// The version spoken of: ETag and Last-Modified.
    pub version: Option<(u32, Instant)>,
    /// Below the base: `Patient/1/_history/2`.
    pub location: Option<String>,
    pub content: Content,
}

#[derive(Debug)]
pub enum Content {
    None,
    /// A resource.
    Json(Vec<u8>),
    /// What to say of an interaction whose sender asked for an OperationOutcome.
    Issues(Vec<Issue>),
    /// A Binary's own content.
    Raw {
        content_type: String,
        bytes: Vec<u8>,
    },
}

impl Answer {
    pub fn of(status: StatusCode, content: Content) -> Self {
        Self { status, version: None, location: None, content }
    }
}

/// How the answer is to look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub format: Format,
    pub pretty: bool,
    pub lang: Lang,
}

/// Writes the response.
pub fn respond(answer: Answer, look: Look, base: &str) -> Response<Body> {
    let is_raw = matches!(answer.content, Content::Raw { .. });
    let (content_type, bytes) = match answer.content {
        Content::None => (None, Vec::new()),
        Content::Raw { content_type, bytes } => (HeaderValue::from_str(&content_type).ok(), bytes),
        Content::Json(json) => dressed(json, look),
        Content::Issues(issues) => {
            let mut json = Vec::with_capacity(512);
            push_outcome(&issues, look.lang, &mut json);
            dressed(json, look)
        }
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_maybe_shared(bytes_of(value)) {
            headers.insert(name, value);
        }
    };
    if let Some((vid, updated)) = answer.version {
        set(header::ETAG, format!("W/\"{vid}\""));
        set(header::LAST_MODIFIED, http_date(updated));
    }
    if let Some(location) = answer.location {
        set(header::LOCATION, format!("{base}/{location}"));
    }
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    if is_raw {
        // What somebody stored must not run as a page of ours.
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    }
    response
}

fn bytes_of(text: String) -> axum::body::Bytes {
    axum::body::Bytes::from(text.into_bytes())
}

/// Writes the response to a request that was refused.
pub fn refuse(refusal: &Refusal, look: Look) -> Response<Body> {
    let mut json = Vec::with_capacity(512);
    push_outcome(&refusal.issues, look.lang, &mut json);
    let (content_type, bytes) = dressed(json, look);
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = refusal.status;
    if let Some(content_type) = content_type {
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    if let Some(allow) = refusal.allow {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    if refusal.status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
    }
    if let Some(challenge) = refusal.challenge.as_deref().and_then(|challenge| HeaderValue::from_str(challenge).ok()) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    // Of a body that was too large a part may still be on its way.
    if refusal.code() == messages::BODY_TOO_LARGE.code {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn dressed(json: Vec<u8>, look: Look) -> (Option<HeaderValue>, Vec<u8>) {
    let content_type = Some(HeaderValue::from_static(look.format.content_type()));
    if look.format == Format::Json && !look.pretty {
        return (content_type, json);
    }
    match redressed(&json, look) {
        Ok(bytes) => (content_type, bytes),
        // Stored resources always read back; if one does not, its JSON is better than nothing.
        Err(_) => (Some(HeaderValue::from_static(Format::Json.content_type())), json),
    }
}

fn redressed(json: &[u8], look: Look) -> Result<Vec<u8>> {
    let doc = intake::parse(json, &crate::api::Limits::OWN)?;
    match look.format {
        Format::Json => {
            let mut out = Vec::with_capacity(json.len() * 2);
            push_pretty(doc.root(), 0, &mut out);
            Ok(out)
        }
        Format::Xml => crate::xml::from_json(doc.root(), look.pretty),
    }
}
