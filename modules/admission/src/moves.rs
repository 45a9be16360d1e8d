//! While the patient is here: another place or unit, theatre with the bed kept, leave and return, the expected departure.

use crate::form::{Sent, Typed};
use crate::{DECIDE, MOVE};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::{Change, Spot, Stay, refusal};
use rihla_web::{Desk, Refusal};

/// `POST /patients/{patient}/admission/transfer`
pub async fn transfer(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[MOVE])?;
    let (at, now, answers) = match sent.at() {
        Ok(at) => (at, sent.act.now, sent.answers()?),
        Err(fault) => return sent.answer(Err(fault)),
    };
    let keep = !typed.keep.is_empty();
    let how = move |stay: &mut Stay, spot: Option<Spot>| stay.transfer(spot.ok_or_else(refusal::no_place)?, answers.clone(), keep, at, now);
    sent.change_stay(sent.change(), how).await
}

/// `POST /patients/{patient}/admission/swap`: with another patient, whose stay `to` names.
pub async fn swap(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[MOVE])?;
    let stay = sent.act.stay(&typed.stay)?;
    if stay.patient != patient || stay.version != typed.version {
        return sent.answer(Err(refusal::state()));
    }
    sent.answer(sent.act.swap(&typed.stay, &typed.to).await)
}

/// `POST /patients/{patient}/admission/leave`: with a permission that a physician gives.
pub async fn leave(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    moved(&desk, &patient, &typed, &[DECIDE], |stay, at, now| stay.leave(at, now)).await
}

/// `POST /patients/{patient}/admission/back`
pub async fn back(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    moved(&desk, &patient, &typed, &[MOVE], |stay, at, now| stay.come_back(at, now)).await
}

async fn moved(
    desk: &Desk,
    patient: &str,
    typed: &Typed,
    any_of: &[rihla_kernel::Permission],
    how: impl Fn(&mut Stay, rihla_kernel::Instant, rihla_kernel::Instant) -> Result<(), rihla_kernel::Fault> + Sync,
) -> Result<Response, Refusal> {
    let sent = Sent::new(desk, patient, typed, any_of)?;
    let (at, now) = match sent.at() {
        Ok(at) => (at, sent.act.now),
        Err(fault) => return sent.answer(Err(fault)),
    };
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| how(stay, at, now)).await
}

/// `POST /patients/{patient}/admission/expect`
pub async fn expect(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[MOVE, DECIDE])?;
    let at = if typed.at.is_empty() { Ok(None) } else { sent.at().map(Some) };
    let at = match at {
        Ok(at) => at,
        Err(fault) => return sent.answer(Err(fault)),
    };
    let delay = desk.house.pack().stays.offered().map(|delay| delay.code.as_str()).find(|code| *code == typed.how);
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.expect(at, delay)).await
}
