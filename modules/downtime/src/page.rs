//! Is the paper ready, what to do when the power fails, and what was entered afterwards.

use crate::SEE;
use crate::board::{Board, State};
use crate::late::{Late, read};
use askama::Template;
use axum::extract::{Extension, Query};
use axum::response::Response;
use rihla_kernel::Instant;
use rihla_web::text::{Dated, Moment, Voice};
use rihla_web::{Desk, Page, Refusal};
use serde::Deserialize;

const HOUR: i64 = 3_600_000;
/// How far back is looked unless somebody says when the outage began, and at most.
const BACK: i64 = 24 * HOUR;
const LONGEST: i64 = 14 * 24 * HOUR;
/// FACTS 7, rule 18: minutes.
const OLDEST: i64 = 15 * 60_000;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    since: String,
}

#[derive(Template)]
#[template(path = "downtime/page.html")]
struct Body<'b> {
    voice: &'b Voice,
    state: State,
    made: String,
    ago: String,
    old: bool,
    fault: Option<(String, String)>,
    since: String,
    when: String,
    wrong: bool,
    late: Late,
}

/// `GET /downtime?since=2026-01-15T02:00`
pub async fn show(desk: Desk, Extension(board): Extension<Board>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let (state, now) = (board.state(), desk.voice.now());
    let typed = instant(&desk, &asked.since).filter(|at| *at <= now && now.0 - at.0 <= LONGEST);
    let since = typed.unwrap_or(Instant(now.0 - BACK));
    let at = state.last.as_ref().map(|last| last.at);
    let body = Body {
        voice: &desk.voice,
        made: at.map(|at| desk.voice.date_time(at)).unwrap_or_default(),
        ago: at.map(|at| desk.voice.ago(at)).unwrap_or_default(),
        old: at.is_none_or(|at| now.0 - at.0 >= OLDEST),
        fault: state.fault.clone().map(|(at, why)| (desk.voice.date_time(at), why)),
        wrong: typed.is_none() && !asked.since.is_empty(),
        when: desk.voice.date_time(since),
        late: read(&desk, since)?,
        since: asked.since,
        state,
    }
    .render()?;
    desk.page(Page { title: desk.voice.t("downtime-title"), nav: "/downtime", body, ..Page::default() })
}

/// A minute as it is typed, in the zone of the site.
fn instant(desk: &Desk, text: &str) -> Option<Instant> {
    let text = if text.len() == "2026-01-15T08:00".len() { format!("{text}:00") } else { text.to_owned() };
    let Moment::Full(at) = text.as_str().moment(desk.voice.zone()) else { return None };
    Some(Instant(at.timestamp().as_millisecond()))
}
