//! What stands around every request, whatever it asks for: who asks too often is sent away, what takes too long is ended,
//! and over TLS browsers are told to come by TLS alone.

use super::rate::Rates;
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// The longest that an answer may take to begin: the largest transaction takes a part of it.
const LONGEST: Duration = Duration::from_secs(120);
/// Two years (<https://www.rfc-editor.org/rfc/rfc6797>).
const BY_TLS_ALONE: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// For what says nothing else: it is no page, nothing is loaded for it, and its kind is what we say it is.
const PLAIN: [(HeaderName, HeaderValue); 3] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

#[derive(Clone)]
struct Around {
    rates: Arc<Rates>,
    /// A proxy on this machine ends TLS, and says from where a caller comes.
    proxied: bool,
    secure: bool,
}

/// The same app, with its guard. `secure`: callers come by TLS, ours or that of a proxy on this machine (`proxied`).
pub fn guarded(app: Router, rates: Arc<Rates>, secure: bool, proxied: bool) -> Router {
    app.layer(from_fn_with_state(Around { rates, proxied, secure }, around))
}

/// Says to all that is behind it who the proxy saw, as the machine that calls: for the audit trail, and for who is slowed down.
pub fn told_by_proxy(app: Router) -> Router {
    app.layer(from_fn(caller))
}

async fn caller(mut request: Request, next: Next) -> Response {
    let peer = peer(&request);
    if let Some(address) = forwarded(request.headers()).filter(|_| peer.is_loopback()) {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 0)));
    }
    next.run(request).await
}

fn peer(request: &Request) -> IpAddr {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip())
}

async fn around(State(around): State<Around>, request: Request, next: Next) -> Response {
    let peer = peer(&request);
    let address = if around.proxied && peer.is_loopback() { forwarded(request.headers()).unwrap_or(peer) } else { peer };
    let mut response = match around.rates.ask(address, credential(request.headers())) {
        Err(seconds) => too_often(seconds),
        Ok(()) => match tokio::time::timeout(LONGEST, next.run(request)).await {
            Ok(response) => response,
            Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "The request took too long and was ended. Ask for less at once.\n").into_response(),
        },
    };
    for (name, value) in PLAIN {
        response.headers_mut().entry(name).or_insert(value);
    }
    if around.secure {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, BY_TLS_ALONE);
    }
    response
}

fn too_often(seconds: u64) -> Response {
    let mut response = (StatusCode::TOO_MANY_REQUESTS, "Too many requests. Wait a moment and ask again.\n").into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The last address in the list is the one that the proxy itself saw.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// What a caller shows of itself: a token, or the cookies of a browser.
fn credential(headers: &HeaderMap) -> Option<&[u8]> {
    headers.get(header::AUTHORIZATION).or_else(|| headers.get(header::COOKIE)).map(HeaderValue::as_bytes)
}
