//! Where a person is signed in.

use super::{Came, done};
use crate::desk::Desk;
use crate::door::go;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Query};
use axum::response::Response;
use rihla_identity::Level;
use serde::Deserialize;

const SESSIONS: &str = "/account/sessions";

struct Listed {
    name: String,
    label: String,
    station: bool,
    since: String,
    used: String,
    how: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct Page {
    voice: Voice,
    author: String,
    sessions: Vec<Listed>,
    done: Option<String>,
}

pub(crate) async fn show(desk: Desk, Query(came): Query<Came>) -> Result<Response, Refusal> {
    let voice = &desk.voice;
    let sessions = desk.house.identity().sessions(desk.person.present.account.id)?;
    let listed = sessions.into_iter().map(|(name, session)| Listed {
        here: name == desk.person.session(),
        name,
        label: if session.label.is_empty() { voice.t("account-session-unnamed") } else { session.label.clone() },
        station: session.station.is_some(),
        since: voice.date_time(session.opened),
        used: voice.ago(session.used),
        how: voice.t(match session.level {
            Level::Pin => crate::key!("account-by-pin"),
            Level::Password => crate::key!("account-by-password"),
            Level::TwoFactors => crate::key!("account-by-two"),
        }),
    });
    let page = Page { voice: voice.clone(), author: desk.person.mark(), sessions: listed.collect(), done: done(voice, &came.done) };
    desk.own_page("account-sessions", &page, None)
}

#[derive(Deserialize)]
pub(crate) struct Ending {
    #[serde(default, rename = "_author")]
    author: String,
    /// One session by its name; empty: all but this one.
    #[serde(default)]
    session: String,
}

/// Ending one asks for nothing more: who sees a stranger in the list acts at once.
pub(crate) async fn end(desk: Desk, Form(form): Form<Ending>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    let identity = desk.house.identity();
    if form.session.is_empty() {
        identity.end_others(&desk.fresh(SESSIONS)?).await?;
    } else {
        identity.end_one(desk.person.present.account.id, &form.session).await?;
    }
    Ok(go("/account/sessions?done=sessions", &[]))
}
