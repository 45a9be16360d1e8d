//! A person's own account: how they come in, where they are signed in, and in which role they act.

mod acting;
mod factors;
mod passkeys;
mod password;
mod provider;
mod sessions;

use crate::desk::{Desk, named};
use crate::entry::told;
use crate::house::House;
use crate::page::Page;
use crate::refuse::{Refusal, note, status};
use crate::session::choices;
use crate::text::Voice;
use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::http::HeaderValue;
use axum::response::Response;
use axum::routing::{get, post};
use rihla_identity::Refusal as Refused;
use serde::Deserialize;

pub(crate) use acting::{unit_name, unit_words};
pub(crate) use provider::linked;

const OWN: &str = "/account";

pub(crate) fn routes() -> Router<House> {
    Router::new()
        .route(OWN, get(show))
        .route("/account/password", get(password::show).post(password::set))
        .route("/account/pin", get(password::show_pin).post(password::set_pin))
        .route("/account/app", get(factors::show).post(factors::confirm))
        .route("/account/app/begin", post(factors::begin))
        .route("/account/app/drop", post(factors::drop_app))
        .route("/account/codes", get(factors::codes).post(factors::make_codes))
        .route("/account/passkeys", get(passkeys::show).post(passkeys::add))
        .route("/account/passkeys/offer", post(passkeys::offer))
        .route("/account/passkeys/drop", post(passkeys::drop_one))
        .route("/account/provider", get(provider::show))
        .route("/account/provider/link", post(provider::begin))
        .route("/account/provider/drop", post(provider::drop_link))
        .route("/account/sessions", get(sessions::show).post(sessions::end))
        .route("/acting", get(acting::show).post(acting::choose))
}

/// Whether a path is of a person's own account.
pub(crate) fn is_own(path: &str) -> bool {
    path.strip_prefix(OWN).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What was done on the page before, by the key of its words.
const DONE: &[(&str, &str)] = &[
    ("password", crate::key!("account-done-password")),
    ("pin", crate::key!("account-done-pin")),
    ("app", crate::key!("account-done-app")),
    ("app-dropped", crate::key!("account-done-app-dropped")),
    ("passkey", crate::key!("account-done-passkey")),
    ("passkey-dropped", crate::key!("account-done-passkey-dropped")),
    ("sessions", crate::key!("account-done-sessions")),
    ("linked", crate::key!("account-done-linked")),
    ("unlinked", crate::key!("account-done-unlinked")),
];

#[derive(Deserialize)]
pub(crate) struct Came {
    #[serde(default)]
    pub done: String,
    #[serde(default)]
    owed: String,
}

pub(super) fn done(voice: &Voice, done: &str) -> Option<String> {
    DONE.iter().find(|(known, _)| *known == done).map(|(_, key)| voice.t(key))
}

#[derive(Template)]
#[template(path = "account/account.html")]
struct Own {
    voice: Voice,
    name: String,
    other_name: String,
    login: String,
    roles: Vec<String>,
    several: bool,
    practitioner: Option<String>,
    totp: bool,
    recovery: usize,
    passkeys: usize,
    /// The provider where they may have an account too, by its name, and whether it is linked.
    provider: Option<(String, bool)>,
    badge: bool,
    pin: bool,
    sessions: usize,
    programs: usize,
    owed: bool,
    done: Option<String>,
}

pub(crate) async fn show(desk: Desk, Query(came): Query<Came>) -> Result<Response, Refusal> {
    let (identity, account) = (desk.house.identity(), &desk.person.present.account);
    let ways = identity.ways(account.id)?;
    let (badge, pin) = identity.badge_and_pin(account.id)?;
    let choices = choices(&desk.house, account);
    let roles = choices.iter().map(|choice| role_at(&desk.house, &desk.voice, &choice.role, choice.unit.as_deref())).collect::<Vec<_>>();
    let body = Own {
        voice: desk.voice.clone(),
        name: desk.person.name.clone(),
        other_name: account.names.iter().map(|name| name.text.as_str()).find(|name| *name != desk.person.name).unwrap_or("").to_owned(),
        login: account.login.clone(),
        several: roles.len() > 1,
        roles,
        practitioner: account.practitioner.clone(),
        totp: ways.totp,
        recovery: ways.recovery,
        passkeys: ways.passkeys.len(),
        provider: match desk.house.provider() {
            Some(provider) => Some((provider.settings().name(desk.voice.tag()).to_owned(), identity.is_linked(account.id)?)),
            None => None,
        },
        badge,
        pin,
        sessions: identity.sessions(account.id)?.len(),
        programs: desk.house.smart().grants(account.id)?.len(),
        owed: desk.person.present.owes_second || !came.owed.is_empty() && !ways.totp && ways.passkeys.is_empty(),
        done: done(&desk.voice, &came.done),
    };
    desk.page(Page { title: desk.voice.t("account-own"), nav: OWN, body: body.render()?, ..Page::default() })
}

/// A role and where it is for, in the reader's words.
pub(crate) fn role_at(house: &House, voice: &Voice, role: &str, unit: Option<&str>) -> String {
    let role = house.pack().roles.role(role).map_or_else(|| role.to_owned(), |role| named(&role.names, voice.lang()).into_owned());
    match unit {
        Some(unit) => format!("{role} · {}", unit_name(house, unit, voice.lang())),
        None => role,
    }
}

impl Desk {
    /// A page of the account, perhaps with what went wrong.
    pub(super) fn own_page(&self, title: &str, body: &impl Template, refused: Option<&Refused>) -> Result<Response, Refusal> {
        let page = Page { title: self.voice.t(title), nav: OWN, body: body.render()?, ..Page::default() };
        self.page(page).map(|response| with_status(response, refused))
    }

    pub(crate) fn told(&self, refused: Option<&Refused>) -> Option<String> {
        refused.map(|refused| told(&self.voice, refused))
    }
}

pub(crate) fn with_status(mut response: Response, refused: Option<&Refused>) -> Response {
    if let Some(refused) = refused {
        note(&refused.fault);
        *response.status_mut() = status(refused.fault.kind);
        if let Some(seconds) = refused.retry_after_s {
            response.headers_mut().insert(axum::http::header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    response
}
