//! Somebody sorts a victim, or sorts them again, or says where they were taken. Each time is kept, with who and when.

use super::{categories, event, priority, sorts};
use crate::sent::act;
use crate::visit::change;
use crate::{MASS, SEE};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::emergency::Moment;
use rihla_clinical::{Stay, refusal};
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, FaultKind};
use rihla_packs::MassCategory;
use rihla_web::{Desk, Refusal, go, look, percent};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    /// The visit and the version of it that was on screen.
    who: String,
    category: String,
    went: String,
}

/// `POST /emergency/mass/{event}/note`
pub async fn note(desk: Desk, Path(event): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    desk.same_author(&typed.author)?;
    if !sorts(&desk) {
        desk.require(MASS)?;
    }
    let event = event::find(&desk, &event)?;
    let back = format!("{}/{}", super::PATH, percent(&event.id));
    let category = categories(&desk).into_iter().find(|known| known.code == typed.category && !known.dead);
    let went = desk.house.pack().triage.mass.ways.iter().find(|way| way.code == typed.went);
    let chosen = typed.who.split_once(' ').and_then(|(id, version)| Some((id, version.parse::<u32>().ok()?)));
    let (Some((id, version)), true) = (chosen, category.is_some() || went.is_some()) else {
        return Ok(go(&format!("{back}?wrong=RH-EMERGENCY-VICTIM"), &[]));
    };
    let tags = event.tags();
    let of_event = look(&desk.read("Encounter", id)?, |value| value.all("identifier").iter().any(|one| one.text("system").as_deref() == Some(tags.as_str())));
    if of_event != Some(true) {
        return Err(Refusal::not_found());
    }
    let act = act(&desk);
    let mut stay = act.stay(id)?;
    let marked = if stay.version == version { mark(&mut stay, category, went.map(|way| way.code.as_str()), &act) } else { Err(refusal::state()) };
    let members = category.map(|category| vec![("priority", Some(priority(&desk, category)))]).unwrap_or_default();
    let done = match marked {
        Ok(()) => desk.write_all(&[], vec![change(&stay, members)], Vec::new()).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(()) => Ok(go(&back, &[])),
        Err(refusal) => match refusal.fault() {
            Some(fault) if fault.kind == FaultKind::PreconditionFailed => Ok(go(&format!("{back}?wrong={}", refusal::state().code), &[])),
            Some(fault) if fault.code.starts_with("RH-STAY-") => Ok(go(&format!("{back}?wrong={}", fault.code), &[])),
            _ => Err(refusal),
        },
    }
}

fn mark(stay: &mut Stay, category: Option<&MassCategory>, went: Option<&str>, act: &rihla_clinical::Act<'_>) -> Result<(), Fault> {
    if let Some(category) = category {
        for moment in [Moment::TriageBegin, Moment::TriageEnd] {
            stay.mark(moment, "", act.signed(), act.now)?;
        }
        stay.mark(Moment::Category, &category.code, act.signed(), act.now)?;
    }
    went.map_or(Ok(()), |went| stay.mark(Moment::Went, went, act.signed(), act.now))
}
