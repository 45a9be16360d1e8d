//! Many victims at once (plan blanc): an event that is said to begin and to be over, arrivals in one chain of keys, one list
//! by category, and what is left of it as figures.

mod arrive;
mod end;
mod event;
mod note;
mod page;
mod report;
mod start;
mod victim;

pub use arrive::arrive;
pub use end::end;
pub use note::note;
pub use page::{index, part, show};
pub use start::start;

use crate::board::moment;
use crate::level::{MASS, SYSTEM};
use crate::{NOTICE, SEE, TREAT, TRIAGE};
use askama::Template;
use rihla_packs::MassCategory;
use rihla_web::text::Voice;
use rihla_web::{Desk, OF_HATCH, Refusal, quoted};

/// Where the mode is, and its events.
pub const PATH: &str = "/emergency/mass";

#[derive(Template)]
#[template(path = "emergency/notice.html")]
struct Notice<'n> {
    voice: &'n Voice,
    event: &'n event::Event,
    since: String,
    leads: bool,
}

/// What every page of emergency says while an event goes on; else nothing. The same for whoever may see the board.
pub fn notice(desk: &Desk) -> Result<String, Refusal> {
    let Some(event) = event::running(desk)? else { return Ok(String::new()) };
    let since = moment(&desk.voice, event.begun.at);
    Ok(Notice { voice: &desk.voice, event: &event, since, leads: desk.person.may(SEE.0) }.render()?)
}

/// The part that follows it, for whoever may see the board.
pub fn live(desk: &Desk) -> Vec<(&'static str, String)> {
    if desk.person.may(SEE.0) { vec![(NOTICE, format!("{OF_HATCH}mass"))] } else { Vec::new() }
}

/// Whether somebody may say how urgent a victim is.
fn sorts(desk: &Desk) -> bool {
    desk.person.may(TRIAGE.0) || desk.person.may(TREAT.0)
}

/// Categories that this person may choose: that somebody was dead when they came is a physician's to say.
fn categories(desk: &Desk) -> Vec<&MassCategory> {
    let all = desk.house.pack().triage.mass.active(crate::level::today(desk));
    all.iter().filter(|category| sorts(desk) && (!category.dead || desk.person.may(TREAT.0))).collect()
}

/// A category as `Encounter.priority`, in the language in which the house keeps its record.
fn priority(desk: &Desk, category: &MassCategory) -> String {
    let words = category.names.get(&desk.house.pack().default_language).cloned().unwrap_or_default();
    format!(r#"{{"coding":[{{"system":{},"code":{}}}],"text":{}}}"#, quoted(&format!("{SYSTEM}:{MASS}")), quoted(&category.code), quoted(&words))
}
