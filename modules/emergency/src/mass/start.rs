//! Somebody says that many victims are coming.

use super::event::{self, json, next_letter};
use super::page;
use crate::MASS;
use crate::turn::turn;
use axum::extract::Form;
use axum::response::Response;
use rihla_kernel::ServerId;
use rihla_web::{Desk, Refusal, go, key};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The longest name or reason.
pub const LONGEST: usize = 200;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    /// The id that the event would be given.
    #[serde(rename = "_id")]
    pub id: String,
    pub name: String,
    pub why: String,
}

/// `POST /emergency/mass`
pub async fn start(desk: Desk, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(MASS)?;
    desk.same_author(&typed.author)?;
    let cut = |text: &str| text.trim().chars().take(LONGEST).collect::<String>();
    let (name, why) = (cut(&typed.name), cut(&typed.why));
    let _turn = turn().await;
    let events = event::all(&desk)?;
    // Sent twice.
    if events.iter().any(|known| known.id == typed.id) {
        return Ok(go(super::PATH, &[]));
    }
    let mut faults = BTreeMap::new();
    let mut say = |field: &'static str, words: &'static str| faults.insert(field, desk.voice.t(words));
    if ServerId::parse(&typed.id).is_none() {
        say("form", key!("emergency-wrong-form"));
    }
    if name.is_empty() {
        say("name", key!("emergency-wrong-event"));
    }
    if why.is_empty() {
        say("why", key!("emergency-wrong-why"));
    }
    if events.iter().any(|event| event.over.is_none()) {
        say("running", key!("emergency-wrong-running"));
    }
    if !faults.is_empty() {
        return page::refused(&desk, &typed, faults);
    }
    let letter = next_letter(events.first().map(|last| last.letter.as_str()));
    let group = json(&desk, &typed.id, &letter, &name, desk.house.clock().now(), &desk.author_reference(), &why);
    desk.create_by_node(&[(typed.id.clone(), group)], Vec::new()).await?;
    Ok(go(super::PATH, &[]))
}
