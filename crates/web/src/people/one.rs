//! One account: what it may do, how its person comes in, and what was decided about it.

use super::{ADMINISTER, PEOPLE, state_words};
use crate::desk::Desk;
use crate::me::{role_at, with_status};
use crate::page::Page;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_identity::{Account, AccountId, Refusal as Refused, Standing, State, Ways};
use rihla_kernel::Fault;
use serde::Deserialize;

struct Decided {
    what: String,
    when: String,
    by: String,
}

#[derive(Template)]
#[template(path = "account/person.html")]
struct One {
    voice: Voice,
    author: String,
    id: String,
    version: u64,
    name: String,
    other: String,
    login: String,
    practitioner: Option<String>,
    roles: Vec<String>,
    state: String,
    active: bool,
    suspended: bool,
    invited: bool,
    closed: bool,
    oneself: bool,
    demo: bool,
    ways: Ways,
    badge: bool,
    pin: bool,
    sessions: usize,
    history: Vec<Decided>,
    done: Option<String>,
    wrong: Option<String>,
}

const DONE: &[(&str, &str)] = &[
    ("changed", crate::key!("account-done-changed")),
    ("suspend", crate::key!("account-done-suspend")),
    ("resume", crate::key!("account-done-resume")),
    ("close", crate::key!("account-done-close")),
    ("badge", crate::key!("account-done-badge")),
];

#[derive(Deserialize)]
pub(crate) struct Came {
    #[serde(default)]
    done: String,
}

pub(crate) async fn show(desk: Desk, Path(id): Path<String>, Query(came): Query<Came>) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    let done = DONE.iter().find(|(known, _)| *known == came.done).map(|(_, key)| desk.voice.t(key));
    page(&desk, &account(&desk, &id)?, done, None)
}

/// An account by what stands in an address.
pub(super) fn account(desk: &Desk, id: &str) -> Result<Account, Refusal> {
    let found = AccountId::parse(id).map(|id| desk.house.identity().account(id)).transpose()?.flatten();
    found.ok_or_else(Refusal::not_found)
}

pub(super) fn page(desk: &Desk, account: &Account, done: Option<String>, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let (identity, voice) = (desk.house.identity(), &desk.voice);
    let (badge, pin) = identity.badge_and_pin(account.id)?;
    let name = account.name(voice.tag()).to_owned();
    let state = account.state();
    let history = account.history.iter().rev().map(|standing| decided(desk, standing)).collect::<Result<_, Fault>>()?;
    let body = One {
        voice: voice.clone(),
        author: desk.person.mark(),
        id: account.id.to_text(),
        version: account.version,
        other: account.names.iter().map(|other| other.text.clone()).find(|other| *other != name).unwrap_or_default(),
        name: name.clone(),
        login: account.login.clone(),
        practitioner: account.practitioner.clone(),
        roles: account.grants.iter().map(|grant| granted(desk, grant)).collect(),
        state: voice.t(state_words(state)),
        active: state == State::Active,
        suspended: state == State::Suspended,
        invited: state == State::Invited,
        closed: state == State::Closed,
        oneself: account.id == desk.person.present.account.id,
        demo: account.demo,
        ways: identity.ways(account.id)?,
        badge,
        pin,
        sessions: identity.sessions(account.id)?.len(),
        history,
        done,
        wrong: desk.told(refused),
    };
    desk.page(Page { title: name, nav: PEOPLE, body: body.render()?, ..Page::default() }).map(|response| with_status(response, refused))
}

/// A role with its unit; where it is for another site, that too.
fn granted(desk: &Desk, grant: &rihla_identity::Grant) -> String {
    let role = role_at(&desk.house, &desk.voice, &grant.role, grant.unit.as_deref());
    match desk.house.pack().site(grant.site).filter(|_| grant.site != desk.house.site()) {
        Some(site) => format!("{role} · {}", desk.named(&site.names)),
        None => role,
    }
}

fn decided(desk: &Desk, standing: &Standing) -> Result<Decided, Fault> {
    let by = AccountId::parse(&standing.by).map(|id| desk.house.identity().account(id)).transpose()?.flatten();
    let by = match by {
        Some(author) => author.name(desk.voice.tag()).to_owned(),
        // Tasks of the node: the operator, the first start, a demonstration.
        None => desk.voice.t("account-by-server"),
    };
    Ok(Decided { what: desk.voice.t(state_words(standing.state)), when: desk.voice.date_time(standing.at), by })
}
