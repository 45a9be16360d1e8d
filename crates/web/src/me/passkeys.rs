//! A person's passkeys.

use crate::desk::Desk;
use crate::door::go;
use crate::entry::{options, party};
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use rihla_identity::{PasskeyShown, Refusal as Refused, Registration};
use serde::Deserialize;
use std::fmt::Write;

const PASSKEYS: &str = "/account/passkeys";

struct Listed {
    name: String,
    label: String,
    at: String,
    used: String,
}

#[derive(Template)]
#[template(path = "account/passkeys.html")]
struct Page {
    voice: Voice,
    author: String,
    party: Option<String>,
    passkeys: Vec<Listed>,
    wrong: Option<String>,
}

pub(crate) async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.fresh(PASSKEYS)?;
    page(&desk, None)
}

fn page(desk: &Desk, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let voice = &desk.voice;
    let passkeys = desk.house.identity().passkeys(desk.person.present.account.id)?;
    let listed = passkeys.into_iter().map(|passkey| Listed {
        name: name(&passkey),
        label: passkey.label.clone(),
        at: voice.date_time(passkey.at),
        used: voice.ago(passkey.used),
    });
    let page = Page { voice: voice.clone(), author: desk.person.mark(), party: party(&desk.house), passkeys: listed.collect(), wrong: desk.told(refused) };
    desk.own_page("account-passkeys", &page, refused)
}

/// Names a passkey in a form.
fn name(passkey: &PasskeyShown) -> String {
    passkey.credential.iter().fold(String::new(), |mut out, byte| {
        // Writing into a String has no way to fail.
        _ = write!(out, "{byte:02x}");
        out
    })
}

pub(crate) async fn offer(desk: Desk) -> Result<Response, Refusal> {
    Ok(options(&desk.house.identity().offer_new_passkey(&desk.fresh(PASSKEYS)?)?))
}

#[derive(Deserialize)]
pub(crate) struct New {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    challenge: String,
    #[serde(default)]
    passkey: String,
    #[serde(default)]
    label: String,
}

pub(crate) async fn add(desk: Desk, Form(form): Form<New>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    let fresh = desk.fresh(PASSKEYS)?;
    let label = Some(form.label.trim()).filter(|label| !label.is_empty());
    let label = label.map_or_else(|| desk.person.present.session.label.clone(), str::to_owned);
    let added = match Registration::from_json(&form.passkey) {
        Ok(answer) => desk.house.identity().add_passkey(&fresh, &form.challenge, &answer, &label).await,
        Err(refused) => Err(refused),
    };
    match added {
        Ok(()) => Ok(go("/account?done=passkey", &[])),
        Err(refused) => page(&desk, Some(&refused)),
    }
}

#[derive(Deserialize)]
pub(crate) struct Dropping {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    passkey: String,
}

pub(crate) async fn drop_one(desk: Desk, Form(form): Form<Dropping>) -> Result<Response, Refusal> {
    desk.same_author(&form.author)?;
    let fresh = desk.fresh(PASSKEYS)?;
    let identity = desk.house.identity();
    let known = identity.passkeys(desk.person.present.account.id)?.into_iter().find(|passkey| name(passkey) == form.passkey);
    let Some(known) = known else { return Ok(go(PASSKEYS, &[])) };
    match identity.drop_passkey(&fresh, &known.credential).await {
        Ok(()) => Ok(go("/account?done=passkey-dropped", &[])),
        Err(refused) => page(&desk, Some(&refused)),
    }
}
