//! Before the patient comes: a stay is prepared, ordered, or given up.

use crate::form::{Sent, Typed};
use crate::kind::{self, Kind};
use crate::{BIRTH, DESK, ORDER};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::{Change, Stay, refusal};
use rihla_fhir::view::Look;
use rihla_web::{Desk, Refusal, look};

/// `POST /patients/{patient}/admission/plan`
pub async fn plan(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[DESK, ORDER, BIRTH])?;
    let unknown = || Refusal::invalid("RH-ADMISSION-KIND", "The form does not say what kind of admission it is.");
    let kind = kind::kind(&typed.kind).ok_or_else(unknown)?;
    if rihla_kernel::ServerId::parse(&typed.stay).is_none() {
        return Err(Refusal::invalid("RH-WEB-FORM-ID", "The form does not say which resource it writes."));
    }
    let site = desk.house.pack().site(desk.house.site()).map(|site| site.code.clone());
    let mut new = Stay::new(typed.stay.clone(), patient.clone(), kind.class.to_owned(), kind.base(site.as_deref()));
    new.order = kind.may_be_ordered_by(&desk).then(|| sent.act.signed());
    let change = Change { seen: None, to: None, ..sent.change() };
    sent.answer(sent.act.begin(&new, &change, |_, _| Ok(())).await.map(drop))
}

/// `POST /patients/{patient}/admission/order`
pub async fn order(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[ORDER, BIRTH])?;
    let may = kind_of(&desk, &typed.stay)?.map_or(desk.person.may(ORDER.0), |kind| kind.may_be_ordered_by(&desk));
    let signed = sent.act.signed();
    let how = move |stay: &mut Stay, _| {
        if !may || stay.order.is_some() || stay.state != rihla_clinical::State::Planned {
            return Err(refusal::state());
        }
        stay.order = Some(signed.clone());
        Ok(())
    };
    sent.change_stay(sent.change(), how).await
}

/// The kind that a stay was prepared as.
fn kind_of(desk: &Desk, stay: &str) -> Result<Option<&'static Kind>, Refusal> {
    let stored = desk.read("Encounter", stay)?;
    let codes = look(&stored, |stay| stay.all("type.coding").iter().filter_map(|coding| coding.text("code")).map(|code| code.into_owned()).collect::<Vec<_>>());
    Ok(codes.into_iter().flatten().find_map(|code| kind::kind(&code)))
}

/// `POST /patients/{patient}/admission/unplan`
pub async fn unplan(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[DESK, ORDER])?;
    let now = sent.act.now;
    sent.change_stay(sent.change(), move |stay, _| stay.cancel_plan(now)).await
}
