//! Being sent to and fro between this server and a program.

use crate::desk::Visitor;
use crate::door::go;
use crate::guard;
use crate::page;
use crate::refuse::Refusal;
use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

#[derive(Template)]
#[template(path = "programs/on.html")]
struct On<'o> {
    words: String,
    address: &'o str,
}

/// Whether a page of another origin sent the browser here. It then brings no session, whoever is signed in
/// (<https://www.rfc-editor.org/rfc/rfc6265#section-5.2>, `SameSite=Strict`).
pub(super) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// Whether the browser came by a form of ours, which keeps it from being sent on to another origin (`form-action`).
pub(super) fn is_from_here(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin")
}

/// A page that goes on by itself: asked for by a page of ours, the next one comes with the session.
pub(crate) fn on(visitor: &Visitor, address: &str) -> Result<Response, Refusal> {
    let words = visitor.voice.t("program-going-on");
    let mut response = page::bare(visitor, &words, &On { words: words.clone(), address }.render()?);
    let refresh = HeaderValue::from_str(&format!("0; url={address}")).map_err(|_| Refusal::not_found())?;
    response.headers_mut().insert(header::REFRESH, refresh);
    Ok(response)
}

/// Sends the browser to a program.
pub(super) fn out(visitor: &Visitor, headers: &HeaderMap, address: &str) -> Result<Response, Refusal> {
    if is_from_here(headers) { on(visitor, address) } else { Ok(go(address, &[])) }
}

/// Answers a form with a program's address. Where a policy cannot name it, as it can no address in brackets, a page goes on.
pub(super) fn after_form(visitor: &Visitor, address: &str) -> Result<Response, Refusal> {
    if address.starts_with("http://[") { on(visitor, address) } else { Ok(go(address, &[])) }
}

/// Lets the forms of a page end at some programs' addresses as well; no other page does.
pub(super) fn may_end_at<'a>(mut response: Response, addresses: impl Iterator<Item = &'a str>) -> Response {
    let mut origins: Vec<&str> = addresses.filter_map(origin).collect();
    origins.sort_unstable();
    origins.dedup();
    if let Ok(policy) = HeaderValue::from_str(&guard::policy(&origins)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Keeps the status of what went wrong.
pub(super) fn with(mut response: Response, status: StatusCode) -> Response {
    *response.status_mut() = status;
    response
}

/// Scheme and host, or the scheme alone where it is a program's own. Registered addresses hold nothing that ends a policy.
fn origin(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once(':')?;
    match rest.strip_prefix("//") {
        Some(rest) if matches!(scheme, "http" | "https") => {
            let host = rest.split(['/', '?', ';', ',']).next()?;
            address.get(..scheme.len() + "://".len() + host.len())
        }
        _ => address.get(..=scheme.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_where_a_program_is_and_nothing_more() {
        assert_eq!(origin("https://app.test:8443/cb?tenant=1"), Some("https://app.test:8443"));
        assert_eq!(origin("http://127.0.0.1:5000/cb"), Some("http://127.0.0.1:5000"));
        assert_eq!(origin("https://app.test;script-src/x"), Some("https://app.test"));
        assert_eq!(origin("ma.hopital.chart:/cb"), Some("ma.hopital.chart:"));
        assert_eq!(origin("nothing"), None);
    }
}
