//! What a browser keeps for this server, and what it says of itself when somebody comes in.

use crate::desk::cookie;
use crate::house::House;
use crate::session;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use rihla_identity::{Client, Seat};
use rihla_kernel::{Fault, Origin};
use std::convert::Infallible;
use std::net::SocketAddr;

/// Proofs that somebody signed in here before, one a person.
pub(crate) const DEVICES: &str = "rihla_device";
/// The browser is a shared station.
pub(crate) const STATION: &str = "rihla_station";
/// Whose page was here last, by their mark: where they were is shown to nobody else.
pub(crate) const LAST: &str = "rihla_who";
/// Between the password and the second factor.
pub(crate) const STEP: &str = "rihla_step";
/// A sign-in that goes on at the identity provider.
pub(crate) const PROVIDER: &str = "rihla_provider";
/// What a person prefers: no secrets, and of nobody.
pub(crate) const LANG: &str = "rihla_lang";
pub(crate) const THEME: &str = "rihla_theme";
/// An invitation, out of the address.
pub(crate) const INVITATION: &str = "rihla_invitation";

/// People that one browser is known for: some two thousand bytes.
const KNOWN: usize = 20;
const BETWEEN: char = '~';
/// Browsers keep a cookie for no longer than this (RFC 6265bis, 5.5).
pub(crate) const LONG_S: i64 = 400 * 24 * 60 * 60;

impl House {
    /// A cookie's name as browsers keep it: over TLS with the prefix by which they take it from this very host alone
    /// (<https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes>).
    fn kept_as(&self, name: &str) -> String {
        if self.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// What a browser brought of a cookie of ours.
    pub fn brought<'h>(&self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        cookie(headers, &self.kept_as(name))
    }

    /// A cookie that scripts cannot read, for pages of this server. `age_s`: none ends with the browser.
    pub fn cookie(&self, name: &str, value: &str, age_s: Option<i64>) -> String {
        let age = age_s.map_or_else(String::new, |age| format!("; Max-Age={age}"));
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let name = self.kept_as(name);
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}")
    }

    pub(crate) fn no_cookie(&self, name: &str) -> String {
        self.cookie(name, "", Some(0))
    }
}

/// What a browser brought along.
#[derive(Clone, Debug, Default)]
pub(crate) struct Came {
    pub session: Option<String>,
    pub station: Option<String>,
    /// The mark of who was here last.
    pub last: Option<String>,
    pub step: Option<String>,
    pub provider: Option<String>,
    pub invitation: Option<String>,
    pub client: Client,
    pub label: String,
}

impl Came {
    pub fn seat(&self) -> Seat<'_> {
        Seat { station: self.station.as_deref(), before: self.session.as_deref(), label: &self.label, address: &self.client.address }
    }

    /// The cookie of devices with one more in front.
    pub fn devices_with(&self, new: &str) -> String {
        let others = self.client.devices.iter().map(String::as_str).filter(|old| *old != new);
        std::iter::once(new).chain(others).take(KNOWN).collect::<Vec<_>>().join(&BETWEEN.to_string())
    }
}

impl FromRequestParts<House> for Came {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Infallible> {
        let own = |name| house.brought(&parts.headers, name).filter(|value| !value.is_empty()).map(str::to_owned);
        let devices = own(DEVICES).map_or_else(Vec::new, |all| all.split(BETWEEN).take(KNOWN).map(str::to_owned).collect());
        let address = address(parts);
        let label = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).map_or_else(String::new, browser);
        Ok(Self {
            session: own(session::COOKIE),
            station: own(STATION),
            last: own(LAST),
            step: own(STEP),
            provider: own(PROVIDER),
            invitation: own(INVITATION),
            client: Client { address, devices },
            label,
        })
    }
}

/// From where a page is asked for, for the audit trail.
pub(crate) fn origin(house: &House, parts: &Parts) -> Result<Origin, Fault> {
    let station = house.brought(&parts.headers, STATION).filter(|token| !token.is_empty());
    let station = station.map(|token| house.identity().station(token)).transpose()?.flatten();
    Ok(Origin::new("rihla", station.as_ref().map_or("", |station| &station.name), &address(parts)))
}

/// The machine that calls, as the server's edge knows it.
fn address(parts: &Parts) -> String {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or_else(String::new, |peer| peer.0.ip().to_string())
}

/// A browser and a system in two words, for a person's list of their sessions.
fn browser(agent: &str) -> String {
    let first = |list: &[(&str, &'static str)]| list.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    let program = first(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")]);
    [program, system].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_in_two_words() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0";
        assert_eq!(browser(edge), "Edge · Windows");
        assert_eq!(browser("curl/8"), "");
    }

    #[test]
    fn a_browser_is_known_for_so_many_and_the_newest_come_first() {
        let old: Vec<String> = (0..30).map(|at| format!("d{at}")).collect();
        let came = Came { client: Client { address: String::new(), devices: old }, ..Came::default() };
        let cookie = came.devices_with("d3");
        assert!(cookie.starts_with("d3~d0~d1~d2~d4~"));
        assert_eq!(cookie.split(BETWEEN).count(), KNOWN);
    }
}
