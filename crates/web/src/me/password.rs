//! A new password, and the PIN for shared stations.

use crate::desk::Desk;
use crate::door::go;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use rihla_identity::Refusal as Refused;
use serde::Deserialize;

const PASSWORD: &str = "/account/password";
const PIN: &str = "/account/pin";

#[derive(Template)]
#[template(path = "account/password.html")]
struct Page {
    voice: Voice,
    author: String,
    login: String,
    wrong: Option<String>,
}

pub(crate) async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.fresh(PASSWORD)?;
    page(&desk, None)
}

fn page(desk: &Desk, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let login = desk.person.present.account.login.clone();
    let page = Page { voice: desk.voice.clone(), author: desk.person.mark(), login, wrong: desk.told(refused) };
    desk.own_page("account-password-new", &page, refused)
}

#[derive(Deserialize)]
pub(crate) struct New {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

pub(crate) async fn set(desk: Desk, Form(form): Form<New>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    let fresh = desk.fresh(PASSWORD)?;
    let done = if form.password == form.again { desk.house.identity().set_password(&fresh, &form.password).await } else { Err(crate::entry::two_passwords()) };
    match done {
        Ok(()) => Ok(go("/account?done=password", &[])),
        Err(refused) => page(&desk, Some(&refused)),
    }
}

#[derive(Template)]
#[template(path = "account/pin.html")]
struct PinPage {
    voice: Voice,
    author: String,
    /// There is one already.
    has: bool,
    badge: bool,
    wrong: Option<String>,
}

pub(crate) async fn show_pin(desk: Desk) -> Result<Response, Refusal> {
    desk.fresh(PIN)?;
    pin_page(&desk, None)
}

fn pin_page(desk: &Desk, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let (badge, has) = desk.house.identity().badge_and_pin(desk.person.present.account.id)?;
    let page = PinPage { voice: desk.voice.clone(), author: desk.person.mark(), has, badge, wrong: desk.told(refused) };
    desk.own_page("account-pin", &page, refused)
}

#[derive(Deserialize)]
pub(crate) struct NewPin {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    drop: String,
}

pub(crate) async fn set_pin(desk: Desk, Form(form): Form<NewPin>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    let fresh = desk.fresh(PIN)?;
    let pin = form.drop.is_empty().then_some(form.pin.as_str());
    match desk.house.identity().set_pin(&fresh, pin).await {
        Ok(()) => Ok(go("/account?done=pin", &[])),
        Err(refused) => pin_page(&desk, Some(&refused)),
    }
}
