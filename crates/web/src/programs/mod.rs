//! Programs that people let into the record: being asked, opening one from a patient's page, what one has let in, and an
//! administrator's list. Their rules are in `rihla_smart`.

pub(crate) mod away;
mod consent;
mod launch;
mod list;
mod mine;
mod one;
mod register;
mod words;

pub(crate) use launch::is_any;

use crate::desk::Desk;
use crate::house::House;
use crate::page::Page;
use crate::refuse::Refusal;
use crate::session::Acting;
use crate::text::Voice;
use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use rihla_smart::{AUTHORIZE, Error, Refused, Signed};

pub(crate) const PROGRAMS: &str = "/programs";
const CONSENT: &str = "/oauth/consent";
const MINE: &str = "/account/programs";

pub(crate) fn routes() -> Router<House> {
    Router::new()
        .route(AUTHORIZE, get(consent::ask).post(consent::ask_by_form))
        .route(CONSENT, post(consent::answer))
        .route(PROGRAMS, get(list::show))
        .route("/programs/new", get(register::show).post(register::register))
        .route("/programs/{id}", get(one::show).post(one::decide))
        .route("/patients/{patient}/programs", get(launch::show).post(launch::open))
        .route(MINE, get(mine::show).post(mine::take_back))
}

/// The person at this screen, for a program: in the role that they act in.
fn signed(desk: &Desk) -> Result<Signed, Refusal> {
    let acting = Acting { role: desk.person.role.code.clone(), unit: desk.person.unit.clone() };
    Signed::of(&desk.person.present, &acting.text()).map_err(|_| Refusal::second_owed())
}

#[derive(Template)]
#[template(path = "programs/wrong.html")]
struct Wrong {
    voice: Voice,
    /// For whoever writes the program.
    detail: String,
}

/// What a program asked wrongly and may not be told by sending the person on.
fn wrong(desk: &Desk, refused: &Refused) -> Result<Response, Refusal> {
    if refused.error == Error::ServerError {
        tracing::error!("programs: {}", refused.text);
    }
    let body = Wrong { voice: desk.voice.clone(), detail: refused.text.clone() }.render()?;
    let mut response = desk.page(Page { title: desk.voice.t("program-wrong"), body, ..Page::default() })?;
    *response.status_mut() = StatusCode::from_u16(refused.error.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
    Ok(response)
}
