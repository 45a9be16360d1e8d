//! Somebody says that it is over: what was written stays, and the report is of it.

use super::event;
use crate::MASS;
use crate::turn::turn;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_web::{Desk, Refusal, go, percent};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    why: String,
}

/// `POST /emergency/mass/{event}/end`
pub async fn end(desk: Desk, Path(event): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(MASS)?;
    desk.same_author(&typed.author)?;
    let _turn = turn().await;
    let event = event::find(&desk, &event)?;
    let back = format!("{}/{}", super::PATH, percent(&event.id));
    let why: String = typed.why.trim().chars().take(super::start::LONGEST).collect();
    if why.is_empty() {
        return Ok(go(&format!("{back}?wrong=RH-EMERGENCY-WHY"), &[]));
    }
    // Somebody else was faster: it is over.
    if event.over.is_none() {
        desk.change_by_node(event.end(desk.house.clock().now(), &desk.author_reference(), &why), Vec::new()).await?;
    }
    Ok(go(&back, &[]))
}
