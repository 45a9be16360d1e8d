//! Linking one's account with the one that one has at the hospital's identity provider.

use crate::cookies::Came;
use crate::desk::Desk;
use crate::door::go;
use crate::entry::{begun, provider};
use crate::house::House;
use crate::programs::away::on;
use crate::refuse::Refusal;
use crate::session::present;
use crate::text::Voice;
use askama::Template;
use axum::extract::Form;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use rihla_identity::{Outside, Refusal as Refused, Use};
use rihla_oidc::Wish;
use serde::Deserialize;

const LINK: &str = "/account/provider";

#[derive(Template)]
#[template(path = "account/provider.html")]
struct Page {
    voice: Voice,
    author: String,
    name: String,
    linked: bool,
    wrong: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Bare {
    #[serde(default, rename = "_author")]
    author: String,
}

pub(crate) async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.fresh(LINK)?;
    page(&desk, None)
}

fn page(desk: &Desk, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let name = provider(&desk.house)?.settings().name(desk.voice.tag()).to_owned();
    let linked = desk.house.identity().is_linked(desk.person.present.account.id)?;
    let page = Page { voice: desk.voice.clone(), author: desk.person.mark(), name, linked, wrong: desk.told(refused) };
    desk.own_page("account-provider", &page, refused)
}

/// To the provider, where they have to prove who they are there.
pub(crate) async fn begin(desk: Desk, visitor: crate::desk::Visitor, Form(form): Form<Bare>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    let account = desk.fresh(LINK)?.account().to_text();
    match provider(&desk.house)?.begin(Wish { next: LINK, anew: true, link: &account }).await {
        Ok(start) => {
            // A form ends at no other origin; a page of ours goes there.
            let mut response = on(&visitor, &start.address)?;
            let cookie = HeaderValue::from_str(&begun(&desk.house, &start)).map_err(|_| Refusal::not_found())?;
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(fault) => page(&desk, Some(&fault.into())),
    }
}

/// Back from the provider: whoever began has to sit here still.
pub(crate) async fn linked(house: &House, came: &Came, account: &str, outside: &Outside) -> Result<Response, Refusal> {
    let token = came.session.as_deref().ok_or_else(|| Refusal::again(LINK))?;
    let present = present(house, token, Use::Person).await?.filter(|present| present.account.id.to_text() == account).ok_or_else(|| Refusal::again(LINK))?;
    let fresh = house.identity().fresh(&present).map_err(|_| Refusal::again(LINK))?;
    match house.identity().link(&fresh, outside).await {
        Ok(()) => Ok(go("/account?done=linked", &[])),
        Err(refused) => Err(refused.into()),
    }
}

pub(crate) async fn drop_link(desk: Desk, Form(form): Form<Bare>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    match desk.house.identity().unlink(&desk.fresh(LINK)?).await {
        Ok(()) => Ok(go("/account?done=unlinked", &[])),
        Err(refused) => page(&desk, Some(&refused)),
    }
}
