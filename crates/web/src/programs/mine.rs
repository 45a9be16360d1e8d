//! What a person has let in, and taking it back.

use super::MINE;
use super::words::{Line, lines};
use crate::desk::Desk;
use crate::door::go;
use crate::me::role_at;
use crate::patient::Banner;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Query};
use axum::response::Response;
use serde::Deserialize;

struct Listed {
    id: String,
    program: String,
    role: String,
    patient: Option<String>,
    since: String,
    used: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "programs/mine.html")]
struct Mine {
    voice: Voice,
    author: String,
    programs: Vec<Listed>,
    done: bool,
}

#[derive(Deserialize)]
pub(super) struct Came {
    #[serde(default)]
    done: String,
}

/// `GET /account/programs`
pub(super) async fn show(desk: Desk, Query(came): Query<Came>) -> Result<Response, Refusal> {
    let (smart, voice) = (desk.house.smart(), &desk.voice);
    let mut programs = Vec::new();
    for grant in smart.grants(desk.person.present.account.id)? {
        let (role, unit) = grant.acting.split_once('/').unwrap_or((&grant.acting, ""));
        programs.push(Listed {
            program: smart.client(&grant.client)?.map_or_else(|| grant.client.clone(), |client| client.name),
            role: role_at(&desk.house, voice, role, Some(unit).filter(|unit| !unit.is_empty())),
            // Whom the person sees no more is not named any more either.
            patient: grant.patient.as_deref().and_then(|id| Banner::load(&desk, id).ok()).map(|banner| banner.short()),
            since: voice.date_time(grant.at),
            used: voice.ago(grant.used),
            lines: lines(voice, &grant.scopes, |_| true),
            id: grant.id,
        });
    }
    let body = Mine { voice: voice.clone(), author: desk.person.mark(), programs, done: !came.done.is_empty() };
    desk.own_page("program-mine", &body, None)
}

#[derive(Deserialize)]
pub(super) struct Ending {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    grant: String,
}

/// `POST /account/programs`: asks for nothing more, as ending a session does.
pub(super) async fn take_back(desk: Desk, Form(form): Form<Ending>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    desk.house.smart().take_back(desk.person.present.account.id, &form.grant).await?;
    Ok(go(&format!("{MINE}?done=1"), &[]))
}
