//! Pages of any origin may call what needs a token and no cookie (<https://fetch.spec.whatwg.org/#http-cors-protocol>).

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE, OPTIONS");
/// What FHIR and OAuth send.
const SENT: HeaderValue = HeaderValue::from_static(
    "Accept, Accept-Language, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer, X-Security-Context",
);
/// What FHIR answers with.
const SHOWN: HeaderValue = HeaderValue::from_static("Content-Location, ETag, Last-Modified, Location, WWW-Authenticate");

/// Answers what browsers ask before they call, and lets them show what comes back. Credentials are never among it.
pub async fn open_to_all(request: Request, next: Next) -> Response {
    let asks_first = request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks_first { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    allow(response.headers_mut(), asks_first);
    response
}

fn allow(out: &mut HeaderMap, asks_first: bool) {
    out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if asks_first {
        out.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        out.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT);
        out.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    } else {
        out.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
    }
}
