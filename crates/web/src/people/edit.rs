//! Making an account, and changing one: names, login, and roles by site and unit.

use super::form::{Line, Typed, wards};
use super::one::account;
use super::{ADMINISTER, PEOPLE, acts};
use crate::desk::Desk;
use crate::door::go;
use crate::me::with_status;
use crate::page::Page;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use rihla_identity::{Account, By, Refusal as Refused};

struct Choices {
    roles: Vec<(String, String)>,
    sites: Vec<(String, String)>,
    wards: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "account/edit.html")]
struct Edit {
    voice: Voice,
    author: String,
    /// None: a new account.
    id: Option<String>,
    typed: Typed,
    lines: Vec<Line>,
    choices: Choices,
    here: String,
    wrong: Option<String>,
    /// What stands there now, where somebody else changed it meanwhile.
    theirs: Vec<(String, String)>,
}

pub(crate) async fn new(desk: Desk) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    desk.fresh("/accounts/new")?;
    page(&desk, None, Typed::default(), None, Vec::new())
}

pub(crate) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    desk.fresh(&format!("{PEOPLE}/{id}/edit"))?;
    let account = account(&desk, &id)?;
    page(&desk, Some(id), Typed::of(&account), None, Vec::new())
}

fn page(desk: &Desk, id: Option<String>, typed: Typed, refused: Option<&Refused>, theirs: Vec<(String, String)>) -> Result<Response, Refusal> {
    let pack = desk.house.pack();
    let named = |(code, names): (&String, &rihla_packs::Names)| (code.clone(), desk.named(names).into_owned());
    let mut roles: Vec<_> = pack.roles.list.iter().map(|role| named((&role.code, &role.names))).collect();
    roles.sort_by(|a, b| a.1.cmp(&b.1));
    let sites = pack.sites.iter().map(|site| (site.number.0.to_string(), desk.named(&site.names).into_owned())).collect();
    let mut wards = wards(desk)?;
    // A unit that this record does not know is kept under its id.
    for line in &typed.lines {
        if !line.unit.is_empty() && !wards.iter().any(|(id, _)| *id == line.unit) {
            wards.push((line.unit.clone(), line.unit.clone()));
        }
    }
    let title = desk.voice.t(if id.is_some() { crate::key!("account-edit") } else { crate::key!("account-new") });
    let body = Edit {
        voice: desk.voice.clone(),
        author: desk.person.mark(),
        id,
        lines: typed.with_spare(),
        typed,
        choices: Choices { roles, sites, wards },
        here: desk.house.site().0.to_string(),
        wrong: desk.told(refused),
        theirs,
    };
    desk.page(Page { title, nav: PEOPLE, body: body.render()?, ..Page::default() }).map(|response| with_status(response, refused))
}

pub(crate) async fn create(desk: Desk, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    let typed = Typed::read(&String::from_utf8_lossy(&body));
    desk.same_author(&typed.author)?;
    let fresh = desk.fresh("/accounts/new")?;
    match desk.house.identity().create(By::Person(&fresh), typed.profile(desk.house.site())).await {
        Ok(made) => acts::handed(&desk, &headers, &made.account, &made.invitation, false),
        Err(refused) => page(&desk, None, typed, Some(&refused), Vec::new()),
    }
}

pub(crate) async fn change(desk: Desk, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    let typed = Typed::read(&String::from_utf8_lossy(&body));
    desk.same_author(&typed.author)?;
    let fresh = desk.fresh(&format!("{PEOPLE}/{id}/edit"))?;
    let known = account(&desk, &id)?;
    match desk.house.identity().change(By::Person(&fresh), known.id, typed.version, typed.profile(desk.house.site())).await {
        Ok(_) => Ok(go(&format!("{PEOPLE}/{id}?done=changed"), &[])),
        Err(refused) if refused.code_of() == "RH-ID-CHANGED" => {
            // What was typed stays, beside what stands there now; sending it again is a decision.
            let now = account(&desk, &id)?;
            let theirs = theirs(&desk, &now, &typed);
            page(&desk, Some(id), Typed { version: now.version, ..typed }, Some(&refused), theirs)
        }
        Err(refused) => page(&desk, Some(id), typed, Some(&refused), Vec::new()),
    }
}

/// What somebody else's version says otherwise.
fn theirs(desk: &Desk, now: &Account, typed: &Typed) -> Vec<(String, String)> {
    let saved = Typed::of(now);
    let voice = &desk.voice;
    let mut out = Vec::new();
    let texts = [
        (crate::key!("account-login"), &saved.login, &typed.login),
        (crate::key!("account-name"), &saved.name, &typed.name),
        (crate::key!("account-name-ar"), &saved.name_ar, &typed.name_ar),
        (crate::key!("account-practitioner"), &saved.practitioner, &typed.practitioner),
    ];
    out.extend(texts.into_iter().filter(|(_, saved, typed)| saved != typed).map(|(key, saved, _)| (voice.t(key), saved.clone())));
    if saved.lines != typed.lines {
        let roles: Vec<_> = now.grants.iter().map(|grant| crate::me::role_at(&desk.house, voice, &grant.role, grant.unit.as_deref())).collect();
        out.push((voice.t("account-roles"), roles.join(", ")));
    }
    let state = now.state();
    out.push((voice.t("account-state"), voice.t(super::state_words(state))));
    out
}
