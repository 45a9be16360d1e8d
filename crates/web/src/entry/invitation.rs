//! Taking an invitation: the person chooses their password.

use super::sign_in::going_on;
use super::told::two_passwords;
use super::{stayed, told};
use crate::cookies::{Came, INVITATION};
use crate::desk::Visitor;
use crate::door::go;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Query};
use axum::http::header;
use axum::response::Response;
use rihla_identity::Refusal as Refused;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/invitation.html")]
struct Page {
    voice: Voice,
    site: String,
    /// Whom a good invitation is for: name and login.
    guest: Option<(String, String)>,
    wrong: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    code: String,
}

/// The code leaves the address at once: it would stand in the browser's history.
pub(crate) async fn show(visitor: Visitor, came: Came, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    if !asked.code.is_empty() {
        return Ok(keep(&visitor, &asked.code));
    }
    page(&visitor, &came, None)
}

fn keep(visitor: &Visitor, code: &str) -> Response {
    let plain: String = code.chars().filter(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')).take(128).collect();
    go("/invitation", &[visitor.house.cookie(INVITATION, &plain, None)])
}

fn page(visitor: &Visitor, came: &Came, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let voice = &visitor.voice;
    let code = came.invitation.as_deref().unwrap_or("");
    let guest = visitor.house.identity().invited(code)?.map(|account| (account.name(voice.tag()).to_owned(), account.login));
    let gone = (guest.is_none() && !code.is_empty()).then(|| voice.t("account-wrong-invitation"));
    let wrong = refused.map(|refused| told(voice, refused)).or(gone);
    stayed(visitor, refused, &voice.t("account-invitation"), &Page { voice: voice.clone(), site: super::site(visitor), guest, wrong })
}

#[derive(Deserialize)]
pub(crate) struct Accepting {
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

pub(crate) async fn accept(visitor: Visitor, came: Came, Form(form): Form<Accepting>) -> Result<Response, Refusal> {
    if !form.code.is_empty() {
        return Ok(keep(&visitor, form.code.trim()));
    }
    let code = came.invitation.as_deref().unwrap_or("");
    let step = if form.password == form.again { visitor.house.identity().accept(code, &form.password, &came.client).await } else { Err(two_passwords()) };
    let refused = match step {
        Ok(step) => match going_on(&visitor, &came, step, "/account").await? {
            Ok(mut response) => {
                if let Ok(gone) = visitor.house.no_cookie(INVITATION).parse() {
                    response.headers_mut().append(header::SET_COOKIE, gone);
                }
                return Ok(response);
            }
            Err(refused) => refused,
        },
        Err(refused) => refused,
    };
    page(&visitor, &came, Some(&refused))
}
