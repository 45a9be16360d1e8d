//! The first start: whoever reads the server's terminal makes the first administrator.

use super::told::two_passwords;
use super::{stayed, told, welcome};
use crate::cookies::Came;
use crate::desk::Visitor;
use crate::door::go;
use crate::people::ADMINISTER;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use rihla_identity::{DisplayName, Grant, Profile, Refusal as Refused};
use serde::Deserialize;

#[derive(Deserialize, Default)]
pub(crate) struct Founding {
    #[serde(default)]
    code: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    name_ar: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

#[derive(Template)]
#[template(path = "account/setup.html")]
struct Page<'f> {
    voice: Voice,
    site: String,
    form: &'f Founding,
    wrong: Option<String>,
}

pub(crate) async fn show(visitor: Visitor) -> Result<Response, Refusal> {
    page(&visitor, &Founding::default(), None)
}

fn page(visitor: &Visitor, form: &Founding, refused: Option<&Refused>) -> Result<Response, Refusal> {
    if visitor.house.is_founded()? {
        return Ok(go("/", &[]));
    }
    let voice = &visitor.voice;
    let wrong = refused.map(|refused| told(voice, refused));
    stayed(visitor, refused, &voice.t("account-setup"), &Page { voice: voice.clone(), site: super::site(visitor), form, wrong })
}

pub(crate) async fn make(visitor: Visitor, came: Came, Form(form): Form<Founding>) -> Result<Response, Refusal> {
    let house = &visitor.house;
    let made = if form.password == form.again {
        house.identity().set_up(&form.code, profile(&visitor, &form), &form.password, &came.client).await
    } else {
        Err(two_passwords())
    };
    let refused = match made {
        Ok(proven) => match welcome(house, &came, proven, "/account").await? {
            Ok(response) => return Ok(response),
            Err(refused) => refused,
        },
        Err(refused) => refused,
    };
    page(&visitor, &form, Some(&refused))
}

/// The first account holds the role that administers accounts, for the whole site.
fn profile(visitor: &Visitor, form: &Founding) -> Profile {
    let house = &visitor.house;
    let administers = |role: &&rihla_packs::Role| role.permissions.iter().any(|right| right == ADMINISTER.0);
    let grants = house.pack().roles.list.iter().filter(administers).take(1).map(|role| Grant::new(&role.code, house.site(), None)).collect();
    Profile { login: form.login.clone(), names: names(&form.name, &form.name_ar), grants, practitioner: None }
}

/// A name in Latin letters and one in Arabic, whichever was typed.
pub(crate) fn names(latin: &str, arabic: &str) -> Vec<DisplayName> {
    let typed = [("fr", latin.trim()), ("ar", arabic.trim())];
    typed.into_iter().filter(|(_, name)| !name.is_empty()).map(|(lang, name)| DisplayName::new(lang, name)).collect()
}
