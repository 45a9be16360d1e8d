//! An authenticator app, and codes for whoever loses it.

use crate::desk::Desk;
use crate::door::go;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use rihla_identity::{Enrolment, Refusal as Refused};
use serde::Deserialize;

const APP: &str = "/account/app";
const CODES: &str = "/account/codes";

#[derive(Template)]
#[template(path = "account/app.html")]
struct Page {
    voice: Voice,
    author: String,
    /// There is an app already.
    has: bool,
    /// The new seed, shown once.
    seed: Option<Enrolment>,
    /// A code is waited for.
    begun: bool,
    wrong: Option<String>,
}

/// A form that says no more than who began it.
#[derive(Deserialize)]
pub(crate) struct Bare {
    #[serde(default, rename = "_author")]
    author: String,
}

pub(crate) async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.fresh(APP)?;
    page(&desk, None, false, None)
}

fn page(desk: &Desk, seed: Option<Enrolment>, begun: bool, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let has = desk.house.identity().ways(desk.person.present.account.id)?.totp;
    let page = Page { voice: desk.voice.clone(), author: desk.person.mark(), has, seed, begun, wrong: desk.told(refused) };
    desk.own_page("account-app", &page, refused)
}

pub(crate) async fn begin(desk: Desk, Form(form): Form<Bare>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    let seed = desk.house.identity().begin_totp(&desk.fresh(APP)?).await?;
    page(&desk, Some(seed), true, None)
}

#[derive(Deserialize)]
pub(crate) struct First {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    code: String,
}

pub(crate) async fn confirm(desk: Desk, Form(form): Form<First>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    let (identity, id) = (desk.house.identity(), desk.person.present.account.id);
    match identity.confirm_totp(&desk.fresh(APP)?, &form.code).await {
        // Whoever has no codes yet is offered them while they are here.
        Ok(()) if identity.ways(id)?.recovery == 0 => Ok(go("/account/codes", &[])),
        Ok(()) => Ok(go("/account?done=app", &[])),
        // A wrong code leaves the seed in the app; one that came too late begins again.
        Err(refused) => page(&desk, None, refused.code_of() == "RH-ID-CODE", Some(&refused)),
    }
}

pub(crate) async fn drop_app(desk: Desk, Form(form): Form<Bare>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    match desk.house.identity().drop_totp(&desk.fresh(APP)?).await {
        Ok(()) => Ok(go("/account?done=app-dropped", &[])),
        Err(refused) => page(&desk, None, false, Some(&refused)),
    }
}

#[derive(Template)]
#[template(path = "account/codes.html")]
struct Codes {
    voice: Voice,
    author: String,
    left: usize,
    /// New ones, shown once.
    codes: Vec<String>,
    wrong: Option<String>,
}

pub(crate) async fn codes(desk: Desk) -> Result<Response, Refusal> {
    desk.fresh(CODES)?;
    codes_page(&desk, Vec::new(), None)
}

fn codes_page(desk: &Desk, codes: Vec<String>, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let left = desk.house.identity().ways(desk.person.present.account.id)?.recovery;
    let page = Codes { voice: desk.voice.clone(), author: desk.person.mark(), left, codes, wrong: desk.told(refused) };
    desk.own_page("account-codes", &page, refused)
}

pub(crate) async fn make_codes(desk: Desk, Form(form): Form<Bare>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    match desk.house.identity().new_recovery(&desk.fresh(CODES)?).await {
        Ok(codes) => codes_page(&desk, codes.iter().map(|code| code.as_str().to_owned()).collect(), None),
        Err(refused) => codes_page(&desk, Vec::new(), Some(&refused)),
    }
}
