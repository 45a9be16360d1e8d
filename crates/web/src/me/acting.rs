//! In which of their roles somebody acts.

use super::role_at;
use crate::desk::{Member, porter};
use crate::door::{go, local};
use crate::house::House;
use crate::page::bare;
use crate::record::look;
use crate::refuse::Refusal;
use crate::session::{self, choices, mark_of};
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Query};
use axum::response::Response;
use rihla_fhir::r4::tables;
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, FaultKind, Lang};
use serde::Deserialize;

struct Choice {
    value: String,
    label: String,
    now: bool,
}

#[derive(Template)]
#[template(path = "account/acting.html")]
struct Page {
    voice: Voice,
    site: String,
    author: String,
    name: String,
    choices: Vec<Choice>,
    next: String,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
}

pub(crate) async fn show(member: Member, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let Member { visitor, present } = member;
    let (house, voice) = (&visitor.house, &visitor.voice);
    let now = session::acting(house, &present)?;
    let choices = choices(house, &present.account).into_iter().map(|choice| Choice {
        value: choice.text(),
        label: role_at(house, voice, &choice.role, choice.unit.as_deref()),
        now: now.as_ref() == Some(&choice),
    });
    let page = Page {
        voice: voice.clone(),
        site: house.pack().site(house.site()).map(|site| crate::desk::named(&site.names, voice.lang()).into_owned()).unwrap_or_default(),
        author: mark_of(present.account.id),
        name: present.account.name(voice.tag()).to_owned(),
        choices: choices.collect(),
        next: local(&asked.next).to_owned(),
    };
    Ok(bare(&visitor, &voice.t("account-acting"), &page.render()?))
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    acting: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn choose(member: Member, Form(form): Form<Chosen>) -> Result<Response, Refusal> {
    let Member { visitor, present } = member;
    if form.author != mark_of(present.account.id) {
        return Err(Fault::new(FaultKind::Conflict, "RH-WEB-OTHER-PERSON", "The form was begun by another person at this screen.").into());
    }
    let choice = choices(&visitor.house, &present.account).into_iter().find(|choice| choice.text() == form.acting);
    let choice = choice.ok_or_else(|| Refusal::invalid("RH-WEB-ACTING", "This is none of the person's roles here."))?;
    session::choose(&visitor.house, &present, &choice).await?;
    Ok(go(local(&form.next), &[]))
}

/// The name of a ward, or of another place or organization of the record, by its id.
pub(crate) fn unit_name(house: &House, id: &str, lang: Lang) -> String {
    let record = porter(house);
    let found = ["Location", "Organization"].into_iter().filter_map(|ty| tables().resource_type(ty)).find_map(|ty| record.read(ty, id).ok());
    let name = found.and_then(|stored| look(&stored, |unit| unit_words(unit, lang))).flatten();
    name.unwrap_or_else(|| id.to_owned())
}

/// A place's name; where it has one in the reader's script, that one.
pub(crate) fn unit_words(unit: rihla_fhir::json::Value<'_>, lang: Lang) -> Option<String> {
    let arabic = |text: &str| text.chars().any(|sign| matches!(sign, '\u{0600}'..='\u{06FF}'));
    let aliases = unit.all("alias").into_iter().filter_map(|alias| alias.as_str().map(|text| text.into_owned()));
    let alias = aliases.into_iter().find(|alias| lang == Lang::Arabic && arabic(alias));
    alias.or_else(|| unit.text("name").map(|name| name.into_owned()))
}
