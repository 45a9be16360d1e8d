//! A victim comes: a tag, and as much as somebody can say. Nothing else holds them up.

use super::{categories, event, page, priority};
use crate::arrive::{begin, enter, is_here};
use crate::newcomer::{Newcomer, OLDEST};
use crate::sent::act;
use crate::visit;
use crate::{ARRIVE, SEE};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::emergency::Moment;
use rihla_clinical::{Stay, refusal};
use rihla_kernel::ServerId;
use rihla_packs::MassCategory;
use rihla_web::{Desk, Refusal, go, key, quoted};
use serde::Deserialize;
use std::collections::BTreeMap;

const LONGEST: usize = 200;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    /// The id that the victim would be given.
    #[serde(rename = "_id")]
    pub id: String,
    pub category: String,
    pub sex: String,
    pub age: String,
    pub note: String,
    /// That somebody who came dead is to be written as such: one key too far would do it, and only two people undo it.
    pub sure: String,
}

/// `POST /emergency/mass/{event}`
pub async fn arrive(desk: Desk, Path(event): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    desk.require(ARRIVE)?;
    desk.same_author(&typed.author)?;
    let event = event::find(&desk, &event)?;
    let (faults, category) = wrong(&desk, &typed, event.over.is_some());
    if !faults.is_empty() {
        return page::wrong_arrival(&desk, &event, &typed, faults);
    }
    // Sent twice: one victim.
    if desk.read("Patient", &typed.id).is_ok() || is_here(&desk, &typed.id)? {
        return Ok(go(super::PATH, &[]));
    }
    let act = act(&desk);
    let id = desk.reserve("Encounter", &typed.id)?;
    let mut stay = begin(&desk, &id, &typed.id, format!(r#"[{{"text":{}}}]"#, quoted(&event.name)));
    let note: String = typed.note.trim().chars().take(LONGEST).collect();
    if !note.is_empty() {
        stay.extend(visit::arrival("", &note));
    }
    let died = category.is_some_and(|category| category.dead);
    if let Some(category) = category {
        stay.source.set("priority", priority(&desk, category));
    }
    match category.filter(|category| category.dead) {
        Some(category) => stay.arrived_dead(&category.code, act.signed(), act.now)?,
        None => come(&desk, &mut stay, category)?,
    }
    let tagged = |number: &str| {
        let mut stay = stay.clone();
        let tag = format!("{}-{number}", event.letter);
        stay.source.set("identifier", format!(r#"[{{"system":{},"value":{}}}]"#, quoted(&event.tags()), quoted(&tag)));
        (id.clone(), stay.write())
    };
    let newcomer = Newcomer { id: &typed.id, sex: &typed.sex, age: typed.age.trim().parse().ok(), died: died.then_some(act.now) };
    newcomer.write(&desk, tagged).await?;
    Ok(go(super::PATH, &[]))
}

/// Whoever lives comes into the department; the category that they were given at the door is their triage.
fn come(desk: &Desk, stay: &mut Stay, category: Option<&MassCategory>) -> Result<(), Refusal> {
    let act = act(desk);
    enter(desk, stay, "", act.now)?;
    if let Some(category) = category {
        for (moment, what) in [(Moment::TriageBegin, ""), (Moment::TriageEnd, ""), (Moment::Category, category.code.as_str())] {
            stay.mark(moment, what, act.signed(), act.now)?;
        }
    }
    Ok(())
}

fn wrong<'d>(desk: &'d Desk, typed: &Typed, over: bool) -> (BTreeMap<&'static str, String>, Option<&'d MassCategory>) {
    let mut faults = BTreeMap::new();
    let mut say = |field: &'static str, words: &'static str| faults.insert(field, desk.voice.t(words));
    let category = categories(desk).into_iter().find(|known| known.code == typed.category);
    if category.is_none() && !typed.category.is_empty() {
        say("category", key!("emergency-wrong-category"));
    }
    if category.is_some_and(|category| category.dead) && typed.sure.is_empty() {
        say("sure", key!("emergency-wrong-sure"));
    }
    let age = typed.age.trim();
    if !age.is_empty() && !age.parse::<u16>().is_ok_and(|age| age <= OLDEST) {
        say("age", key!("emergency-wrong-age"));
    }
    if ServerId::parse(&typed.id).is_none() {
        say("form", key!("emergency-wrong-form"));
    }
    if over {
        say("form", key!("emergency-wrong-over"));
    }
    (faults, category)
}

/// What was refused of a victim, by its code.
pub fn codes() -> [&'static str; 6] {
    [refusal::state().code, refusal::order().code, refusal::dead().code, refusal::busy().code, "RH-EMERGENCY-WHY", "RH-EMERGENCY-VICTIM"]
}
