//! What a form of the board sends, and where it leads.

use axum::response::Response;
use rihla_clinical::{Act, Change, Signed, Stay};
use rihla_kernel::{Fault, FaultKind, Instant};
use rihla_web::text::{Dated, Moment};
use rihla_web::{Desk, Refusal, go};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    pub author: String,
    /// The version that was on the board.
    pub version: u32,
    /// When, in the zone of the site; empty: now.
    pub at: String,
    pub what: String,
}

/// Acting as whoever sits here, now.
pub fn act(desk: &Desk) -> Act<'_> {
    Act { record: &desk.record, now: desk.house.clock().now(), by: desk.author_reference() }
}

/// A time as typed in the zone of the site; empty: now.
pub fn when(desk: &Desk, text: &str, now: Instant) -> Result<Instant, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(now);
    }
    let whole = if text.len() == "2026-01-15T08:00".len() { format!("{text}:00") } else { text.to_owned() };
    match whole.as_str().moment(desk.voice.zone()) {
        Moment::Full(at) => Ok(Instant(at.timestamp().as_millisecond())),
        _ => Err(rihla_clinical::refusal::order()),
    }
}

/// Changes a visit as it stood on the board; back to the board, with what was refused.
pub async fn change(desk: &Desk, id: &str, typed: &Typed, how: impl Fn(&mut Stay, Signed, Instant) -> Result<(), Fault> + Sync) -> Result<Response, Refusal> {
    desk.same_author(&typed.author)?;
    let act = act(desk);
    let at = match when(desk, &typed.at, act.now) {
        Ok(at) => at,
        Err(fault) => return answer(Err(fault)),
    };
    let signed = act.signed_at(at);
    let change = Change { seen: Some(typed.version), ..Change::of(id) };
    answer(act.change(&change, |stay, _| how(stay, signed.clone(), act.now)).await.map(drop))
}

/// Whether a write was refused since somebody else was faster.
pub fn overtaken(refusal: &Refusal) -> bool {
    refusal.fault().is_some_and(|fault| fault.kind == FaultKind::PreconditionFailed)
}

pub fn answer(done: Result<(), Fault>) -> Result<Response, Refusal> {
    match done {
        Ok(()) => Ok(go("/emergency", &[])),
        Err(fault) if fault.code.starts_with("RH-STAY-") => Ok(go(&format!("/emergency?wrong={}", fault.code), &[])),
        Err(fault) => Err(fault.into()),
    }
}
