//! Which names this server answers to. A page from elsewhere can point its own name at this machine and would then be of
//! one origin with us; it cannot make a browser say that it asks for `localhost`.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Names besides this machine's own.
#[derive(Clone, Debug, Default)]
pub struct Hosts(Arc<Option<String>>);

impl Hosts {
    /// `base`: the address that links carry, if it is not the one that clients call.
    pub fn new(base: Option<&str>) -> Self {
        let host = base.and_then(|base| base.split_once("://")).and_then(|(_, rest)| rest.split('/').next());
        Self(Arc::new(host.map(|host| name(host).to_ascii_lowercase())))
    }

    fn knows(&self, host: &str) -> bool {
        let name = name(host).to_ascii_lowercase();
        matches!(name.as_str(), "localhost" | "127.0.0.1" | "[::1]") || self.0.as_deref() == Some(name.as_str())
    }
}

/// A host without its port.
fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Refuses what was meant for another server. Who names no host is no browser.
pub async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let named = request.uri().host().or_else(|| request.headers().get(header::HOST).and_then(|host| host.to_str().ok()));
    if named.is_none_or(|host| hosts.knows(host)) {
        return next.run(request).await;
    }
    (StatusCode::MISDIRECTED_REQUEST, Body::from("This server does not answer to that name. Call it as localhost, or start it with --base.\n")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_name_is_not_ours() {
        let hosts = Hosts::new(Some("https://dossier.example:8443/fhir"));
        for ours in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080", "[::1]", "dossier.example", "dossier.example:8443"] {
            assert!(hosts.knows(ours), "{ours}");
        }
        for foreign in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "[::2]"] {
            assert!(!hosts.knows(foreign), "{foreign}");
        }
        assert!(!Hosts::new(None).knows("dossier.example"));
    }
}
