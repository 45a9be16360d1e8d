//! Somebody sorts a victim, or sorts them again, or says where they were taken. Each time is kept, with who and when.

use super::{categories, event, page, priority, sorts};
use crate::sent::{act, overtaken};
use crate::visit::change;
use crate::{MASS, SEE};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::emergency::Moment;
use rihla_clinical::{Stay, refusal};
use rihla_fhir::view::Look;
use rihla_kernel::Fault;
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
    pub category: String,
    pub went: String,
}

/// `POST /emergency/mass/{event}/note`
pub async fn note(desk: Desk, Path(event): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    desk.same_author(&typed.author)?;
    if !sorts(&desk) {
        desk.require(MASS)?;
    }
    let event = event::find(&desk, &event)?;
    let category = categories(&desk).into_iter().find(|known| known.code == typed.category && !known.dead);
    let went = desk.house.pack().triage.mass.ways.iter().find(|way| way.code == typed.went);
    let (Some((id, version)), true) = (typed.chosen(), category.is_some() || went.is_some()) else {
        return page::wrong_note(&desk, &event, &typed, "RH-EMERGENCY-VICTIM");
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
        Ok(()) => Ok(go(&format!("{}/{}", super::PATH, percent(&event.id)), &[])),
        Err(refused) if overtaken(&refused) => page::wrong_note(&desk, &event, &typed, refusal::state().code),
        Err(refused) => match refused.fault().map(|fault| fault.code) {
            Some(code) if code.starts_with("RH-STAY-") => page::wrong_note(&desk, &event, &typed, code),
            _ => Err(refused),
        },
    }
}

impl Typed {
    /// The visit and the version of it that was on screen.
    pub fn chosen(&self) -> Option<(&str, u32)> {
        self.who.split_once(' ').and_then(|(id, version)| Some((id, version.parse::<u32>().ok()?)))
    }

    /// Whether this visit was chosen.
    pub fn is_of(&self, id: &str) -> bool {
        self.chosen().is_some_and(|(chosen, _)| chosen == id)
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
