//! What becomes of a patient: they go home, are admitted, transferred, or watched. Who is admitted waits for a place from that
//! moment on (FACTS §7, arts. 42 and 44: with no free bed as well, and by the physician's order).

use crate::TREAT;
use crate::sent::{Typed, act, answer, overtaken, when};
use crate::visit;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::emergency::Moment;
use rihla_clinical::{Signed, Stay, planned, refusal};
use rihla_kernel::{Fault, Instant};
use rihla_web::{Desk, Refusal};

/// What may be decided.
pub const DECISIONS: [&str; 4] = ["discharge", "admit", "transfer", "observation"];

/// `POST /emergency/{encounter}/decide`
pub async fn decide(desk: Desk, Path(encounter): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(TREAT)?;
    desk.same_author(&typed.author)?;
    let Some(what) = DECISIONS.into_iter().find(|known| *known == typed.what) else {
        return Err(Refusal::invalid("RH-EMERGENCY-DECISION", "The form does not say what was decided."));
    };
    let act = act(&desk);
    let mut stay = act.stay(&encounter)?;
    let decided = when(&desk, &typed.at, act.now).and_then(|at| decided(&mut stay, typed.version, what, act.signed_at(at), act.now));
    if let Err(fault) = decided {
        return answer(Err(fault));
    }
    let mut new = Vec::new();
    if what == "admit" {
        let id = desk.reserve("Encounter", &stay.patient)?;
        new.push((id.clone(), ordered(&desk, id, &stay, act.signed()).write()));
    }
    match desk.write_all(&new, vec![visit::change(&stay, Vec::new())], Vec::new()).await {
        Err(refusal) if overtaken(&refusal) => answer(Err(refusal::state())),
        done => done.and_then(|()| answer(Ok(()))),
    }
}

fn decided(stay: &mut Stay, seen: u32, what: &str, signed: Signed, now: Instant) -> Result<(), Fault> {
    // Whoever waits for a bed has an order already: a second one would be a second stay.
    if stay.version != seen || stay.time(Moment::Decision).is_some_and(|last| last.what == "admit") {
        return Err(refusal::state());
    }
    stay.mark(Moment::Decision, what, signed.clone(), now)?;
    let goes = matches!(what, "discharge" | "transfer");
    match (goes, stay.decision.is_some()) {
        (true, false) => stay.decide(signed),
        (false, true) => stay.undecide(),
        _ => Ok(()),
    }
}

/// The stay that waits for a place, as the admission desk knows it.
fn ordered(desk: &Desk, id: String, visit: &Stay, signed: Signed) -> Stay {
    let site = desk.house.pack().site(desk.house.site());
    let base = planned("emergency", "emd", site.map(|site| site.code.as_str()));
    let mut stay = Stay::new(id, visit.patient.clone(), "IMP".into(), base);
    stay.order = Some(signed);
    stay
}
