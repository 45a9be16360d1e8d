//! The patient comes: a stay that was ordered begins, in a place, or in a unit where no place is free. An emergency stay that
//! goes on ends in the same moment.

use crate::form::{Sent, Typed};
use crate::page::stays_of;
use crate::{DESK, MOVE, ORDER};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::{Change, Spot, State, refusal};
use rihla_web::{Desk, Refusal};

/// `POST /patients/{patient}/admission/admit`
pub async fn admit(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[DESK, MOVE, ORDER])?;
    let (at, now, answers) = match sent.at() {
        Ok(at) => (at, sent.act.now, sent.answers()?),
        Err(fault) => return sent.answer(Err(fault)),
    };
    if typed.to.is_empty() {
        return sent.answer(Err(refusal::no_place()));
    }
    // Whoever was in the emergency department is there no more.
    let emergency = stays_of(&desk, &patient)?.into_iter().find(|stay| stay.state == State::Running && stay.class == "EMER" && stay.id != typed.stay);
    let change = Change { ends: emergency.as_ref().map(|stay| stay.id.as_str()), ..sent.change() };
    let how = move |stay: &mut rihla_clinical::Stay, spot: Option<Spot>| {
        if stay.order.is_none() {
            return Err(refusal::order_missing());
        }
        stay.admit(spot.ok_or_else(refusal::no_place)?, answers.clone(), at, now)
    };
    sent.change_stay(change, how).await
}
