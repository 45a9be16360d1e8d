//! The front page, being sent on, and what a person prefers: language and light.

use crate::assets;
use crate::desk::{Desk, Theme};
use crate::people;
use axum::extract::Form;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rihla_kernel::Lang;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Preferences {
    #[serde(default)]
    lang: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn prefer(Form(form): Form<Preferences>) -> Response {
    let year = "Path=/; SameSite=Strict; Max-Age=31536000";
    let lang = Lang::from_tag(&form.lang).map(|lang| format!("rihla_lang={}; {year}", lang.tag()));
    let theme = (!form.theme.is_empty()).then(|| format!("rihla_theme={}; {year}", Theme::from_tag(&form.theme).tag()));
    go(local(&form.next), &lang.into_iter().chain(theme).collect::<Vec<_>>())
}

/// The first page of a role: the first entry of its rail. Whose role has none yet is shown their account.
pub(crate) async fn home(desk: Desk) -> Response {
    let mut entries = desk.house.screens().iter().flat_map(|screens| screens.nav).chain(people::NAV).chain(crate::audit::NAV);
    go(entries.find(|entry| desk.person.may(entry.permission.0)).map_or("/account", |entry| entry.path), &[])
}

/// Icons that browsers ask for by themselves.
pub(crate) async fn favicon() -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, assets::url("mark.svg"))]).into_response()
}

/// A path of ours; anything else is the front page. Browsers drop tabs and line ends, and read a backslash as a slash.
pub(crate) fn local(path: &str) -> &str {
    let plain = path.bytes().all(|byte| byte > b' ' && byte != b'\\' && byte != 0x7F);
    let ours = path.starts_with('/') && !path.starts_with("//") && plain;
    if ours { path } else { "/" }
}

/// Sends the browser on, so that going back asks for nothing twice.
pub fn go(path: &str, cookies: &[String]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let out = response.headers_mut();
    out.insert(header::LOCATION, HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/")));
    out.insert(HeaderName::from_static("cache-control"), HeaderValue::from_static("no-store"));
    for cookie in cookies {
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            out.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_gone_to() {
        assert_eq!(local("/patients?list=1"), "/patients?list=1");
        for foreign in ["//elsewhere", "https://elsewhere", "", "/\\elsewhere", "/a\r\nb", "/\t/elsewhere", "/ /elsewhere"] {
            assert_eq!(local(foreign), "/", "{foreign}");
        }
    }
}
