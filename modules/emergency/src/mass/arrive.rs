//! A victim comes: a tag, and as much as somebody can say. Nothing else holds them up.

use super::{categories, event, page, priority};
use crate::arrive::{begin, dead, enter, found, is_here};
use crate::newcomer::{Newcomer, OLDEST, own_number};
use crate::sent::act;
use crate::turn::turn;
use crate::visit;
use crate::{ARRIVE, SEE};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::emergency::{EMERGENCY, Moment};
use rihla_clinical::{Stay, refusal};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_kernel::ServerId;
use rihla_packs::MassCategory;
use rihla_web::{Desk, Refusal, go, key, look, quoted};
use serde::Deserialize;
use std::collections::BTreeMap;

const LONGEST: usize = 200;

type Faults = BTreeMap<&'static str, String>;

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
    pub q: String,
    /// Who was chosen among those whom the hospital knows; empty: none of them; none: nobody said.
    pub patient: Option<String>,
}

impl Typed {
    fn known(&self) -> Option<&str> {
        self.patient.as_deref().filter(|id| !id.is_empty())
    }
}

/// `POST /emergency/mass/{event}`
pub async fn arrive(desk: Desk, Path(event): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    desk.require(ARRIVE)?;
    desk.same_author(&typed.author)?;
    let event = event::find(&desk, &event)?;
    let (mut faults, category) = wrong(&desk, &typed, event.over.is_some());
    let number = known(&desk, &event, &typed, category, &mut faults)?;
    if !faults.is_empty() {
        return page::wrong_arrival(&desk, &event, &typed, faults);
    }
    let _turn = turn().await;
    let patient = typed.known().unwrap_or(&typed.id);
    // Sent twice: one victim.
    if number.is_none() && desk.read("Patient", patient).is_ok() || is_here(&desk, patient)? {
        return Ok(go(super::PATH, &[]));
    }
    let act = act(&desk);
    let id = desk.reserve("Encounter", patient)?;
    let mut stay = begin(&desk, &id, patient, format!(r#"[{{"text":{}}}]"#, quoted(&event.name)));
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
    if let Some(number) = number {
        desk.create_by_node(&[tagged(&number)], Vec::new()).await?;
        return Ok(go(super::PATH, &[]));
    }
    let newcomer = Newcomer { id: &typed.id, sex: &typed.sex, age: typed.age.trim().parse().ok(), died: died.then_some(act.now) };
    newcomer.write(&desk, tagged).await?;
    Ok(go(super::PATH, &[]))
}

/// `POST /emergency/mass/{event}/find`: who is known by what was typed.
pub async fn find(desk: Desk, Path(event): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    desk.require(ARRIVE)?;
    if desk.wants_part() {
        return Ok(desk.part(found(&desk, &typed.q, typed.patient.as_deref())?));
    }
    page::wrong_arrival(&desk, &event::find(&desk, &event)?, &typed, BTreeMap::new())
}

/// The hospital's own number of whoever was chosen as known, which their tag bears; and what is wrong about them. Whoever came
/// dead and is known has their statement on a page of its own, since their record would say so from then on.
fn known(desk: &Desk, event: &event::Event, typed: &Typed, category: Option<&MassCategory>, faults: &mut Faults) -> Result<Option<String>, Refusal> {
    let Some(patient) = typed.known() else {
        // A key pressed while somebody looks for a name makes nobody unknown.
        if !typed.q.trim().is_empty() && typed.patient.is_none() {
            faults.insert("patient", desk.voice.t("emergency-wrong-known-which"));
        }
        return Ok(None);
    };
    let own = own_number(desk).map(|system| system.system.as_str());
    let number = |patient: Value<'_>| {
        let mine = patient.all("identifier").into_iter().find(|one| one.text("system").as_deref() == own);
        mine.and_then(|one| one.text("value").map(|value| value.into_owned()))
    };
    let number = look(&desk.read("Patient", patient)?, number).flatten();
    if category.is_some_and(|category| category.dead) || dead(desk, patient)? {
        faults.remove("sure");
        faults.insert("patient", desk.voice.t("emergency-wrong-known-dead"));
    } else if number.is_none() {
        faults.insert("patient", desk.voice.t("emergency-wrong-known-number"));
    } else if is_here(desk, patient)? && !is_tagged(desk, event, patient)? {
        faults.insert("patient", desk.voice.t("emergency-wrong-known-here"));
    }
    Ok(number)
}

/// Whether somebody is a victim of this event already.
fn is_tagged(desk: &Desk, event: &event::Event, patient: &str) -> Result<bool, Refusal> {
    let tags = format!("{}|", event.tags());
    let asked = [("patient", patient), ("identifier", tags.as_str()), ("class", EMERGENCY), ("_count", "1")];
    Ok(!desk.search_as_node("Encounter", &asked)?.matches.is_empty())
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

fn wrong<'d>(desk: &'d Desk, typed: &Typed, over: bool) -> (Faults, Option<&'d MassCategory>) {
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
