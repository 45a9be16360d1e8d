//! Coming in, going out, and what a person prefers: language and light.

use crate::assets;
use crate::desk::{Desk, Theme, Visitor, cookie, named, porter};
use crate::house::House;
use crate::page;
use crate::record::look;
use crate::refuse::Refusal;
use crate::session;
use askama::Template;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rihla_fhir::r4::tables;
use rihla_fhir::view::{Concept, Look, Names, Script};
use rihla_kernel::Lang;
use rihla_store::query::Handling;
use serde::Deserialize;
use std::collections::BTreeMap;

/// People that the door lists; a larger house has accounts.
const LISTED: &str = "1000";

/// Somebody of the record who works here.
struct Worker {
    id: String,
    name: String,
    /// The role of the pack that their PractitionerRole names, if it does.
    role: String,
    what: String,
}

struct RoleChoice {
    code: String,
    name: String,
}

#[derive(Template)]
#[template(path = "web/door.html")]
struct Door {
    voice: crate::text::Voice,
    site: String,
    roles: Vec<RoleChoice>,
    groups: Vec<(String, Vec<Worker>)>,
    next: String,
    wrong: bool,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
}

pub(crate) async fn show(visitor: Visitor, axum::extract::Query(asked): axum::extract::Query<Asked>) -> Result<Response, Refusal> {
    door(&visitor, &asked.next, false)
}

fn door(visitor: &Visitor, next: &str, wrong: bool) -> Result<Response, Refusal> {
    let (house, lang) = (&visitor.house, visitor.voice.lang());
    let roles = house.pack().roles.list.iter().map(|role| RoleChoice { code: role.code.clone(), name: named(&role.names, lang).into_owned() });
    let mut groups: BTreeMap<String, Vec<Worker>> = BTreeMap::new();
    for worker in workers(house, lang)? {
        let known = house.pack().roles.role(&worker.role);
        let title = known.map_or_else(String::new, |role| named(&role.names, lang).into_owned());
        groups.entry(title).or_default().push(worker);
    }
    let site = house.pack().site(house.site()).map(|site| named(&site.names, lang).into_owned()).unwrap_or_default();
    let body = Door { voice: visitor.voice.clone(), site, roles: roles.collect(), groups: groups.into_iter().collect(), next: local(next).to_owned(), wrong };
    Ok(page::bare(visitor, &visitor.voice.t("web-door-title"), &body.render()?))
}

/// Who works here, by their PractitionerRole.
fn workers(house: &House, lang: Lang) -> Result<Vec<Worker>, Refusal> {
    let record = porter(house);
    let Some(ty) = tables().resource_type("PractitionerRole") else { return Ok(Vec::new()) };
    let pairs =
        [("active", "true"), ("_count", LISTED), ("_include", "PractitionerRole:practitioner")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (query, _) = record.query(&[ty], &pairs, Handling::Lenient)?;
    let page = record.search(&query)?;
    let names: BTreeMap<String, String> = page.included.iter().filter_map(|who| Some((who.id.to_text(), look(who, |who| person_name(who, lang))??))).collect();
    let script = |stored: &rihla_store::Stored| look(stored, |role| worker(role, &names, house, lang)).flatten();
    let mut found: Vec<Worker> = page.matches.iter().filter_map(script).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| a.id == b.id);
    Ok(found)
}

fn worker(role: rihla_fhir::json::Value<'_>, names: &BTreeMap<String, String>, house: &House, lang: Lang) -> Option<Worker> {
    let id = role.reference("practitioner.reference", "Practitioner")?.into_owned();
    let codes = role.all("code").into_iter().flat_map(|concept| Concept(concept).codings()).filter_map(|coding| coding.text("code"));
    let code = codes.into_iter().find(|code| house.pack().roles.role(code).is_some()).map(|code| code.into_owned()).unwrap_or_default();
    let what = role.at("specialty").map(Concept).and_then(|concept| concept.words(lang)).map(|words| words.into_owned()).unwrap_or_default();
    let name = names.get(&id).cloned().or_else(|| role.text("practitioner.display").map(|name| name.into_owned()))?;
    Some(Worker { id, name, role: code, what })
}

/// A person's name for a reader of that language.
pub(crate) fn person_name(person: rihla_fhir::json::Value<'_>, lang: Lang) -> Option<String> {
    Names::of(person).first(Script::of_lang(lang)).map(rihla_fhir::view::HumanName::formal)
}

#[derive(Deserialize)]
pub(crate) struct Entering {
    #[serde(default)]
    practitioner: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn enter(State(house): State<House>, visitor: Visitor, headers: HeaderMap, Form(form): Form<Entering>) -> Result<Response, Refusal> {
    let lang = visitor.voice.lang();
    let worker = workers(&house, lang)?.into_iter().find(|worker| !form.practitioner.is_empty() && worker.id == form.practitioner);
    // Someone whose role the record names sits down in that role, unless they say another.
    let role = [form.role.as_str(), worker.as_ref().map_or("", |worker| &worker.role)].into_iter().find_map(|code| house.pack().roles.role(code));
    let Some(role) = role else { return door(&visitor, &form.next, true) };
    let name = worker.as_ref().map_or_else(|| named(&role.names, lang).into_owned(), |worker| worker.name.clone());
    let token = session::open(&house, &role.code, worker.as_ref().map(|worker| worker.id.as_str()), &name, cookie(&headers, session::COOKIE)).await?;
    Ok(go(local(&form.next), &[format!("{}={token}; Path=/; HttpOnly; SameSite=Strict", session::COOKIE)]))
}

pub(crate) async fn leave(State(house): State<House>, headers: HeaderMap) -> Result<Response, Refusal> {
    if let Some(token) = cookie(&headers, session::COOKIE) {
        session::close(&house, token).await?;
    }
    Ok(go("/sign-in", &[format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0", session::COOKIE)]))
}

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

/// The first page of a role: the first entry of its rail.
pub(crate) async fn home(desk: Desk) -> Response {
    let mut entries = desk.house.screens().iter().flat_map(|screens| screens.nav);
    match entries.find(|entry| desk.person.may(entry.permission.0)) {
        Some(entry) => go(entry.path, &[]),
        None => Refusal::not_found().into_response(),
    }
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
