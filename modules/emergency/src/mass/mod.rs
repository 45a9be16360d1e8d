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

pub use arrive::{arrive, find};
pub use end::end;
pub use note::note;
pub use page::{index, part, said, show};
pub use start::start;

use crate::board::moment;
use crate::level::{MASS, SYSTEM};
use crate::{ARRIVE, NOTICE, SEE, TREAT, TRIAGE};
use askama::Template;
use rihla_clinical::Stay;
use rihla_clinical::emergency::Moment;
use rihla_kernel::Instant;
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

/// What every page of emergency says while an event goes on; else nothing. There is no patient in it.
pub fn notice(desk: &Desk) -> Result<String, Refusal> {
    let Some(event) = is_told(desk).then(|| event::running(desk)).transpose()?.flatten() else { return Ok(String::new()) };
    let since = moment(&desk.voice, event.begun.at);
    Ok(Notice { voice: &desk.voice, event: &event, since, leads: desk.person.may(SEE.0) }.render()?)
}

/// Whether somebody works on a page of emergency.
fn is_told(desk: &Desk) -> bool {
    desk.person.may(SEE.0) || desk.person.may(ARRIVE.0)
}

/// The part that follows it.
pub fn live(desk: &Desk) -> Vec<(&'static str, String)> {
    if is_told(desk) { vec![(NOTICE, format!("{OF_HATCH}mass"))] } else { Vec::new() }
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

/// The source of categories that nobody of the hospital confirmed.
fn unsigned(desk: &Desk) -> Option<String> {
    let provenance = desk.house.pack().triage.mass.provenance.as_ref()?;
    provenance.validator.is_none().then(|| provenance.source.clone())
}

/// The last category of a victim who lives: when it was given, and as `Encounter.priority`.
pub fn category(desk: &Desk, stay: &Stay) -> Option<(Instant, String)> {
    let last = stay.time(Moment::Category)?;
    let known = desk.house.pack().triage.mass.category(&last.what)?;
    Some((last.signed.at, priority(desk, known)))
}

/// A category as `Encounter.priority`, in the language in which the house keeps its record.
fn priority(desk: &Desk, category: &MassCategory) -> String {
    let words = category.names.get(&desk.house.pack().default_language).cloned().unwrap_or_default();
    format!(r#"{{"coding":[{{"system":{},"code":{}}}],"text":{}}}"#, quoted(&format!("{SYSTEM}:{MASS}")), quoted(&category.code), quoted(&words))
}
