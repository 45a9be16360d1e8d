//! Which unit does what is asked for: of those of the kind the one that is nearest to where the patient lies.

use rihla_clinical::request::UNIT;
use rihla_fhir::view::Look;
use rihla_store::Stored;
use rihla_web::{Desk, Refusal, look, present_place};

/// Units of one kind that are looked at.
const MOST: &str = "50";
/// Levels of a house, from a bed to the group.
const DEEP: usize = 8;
/// States of a stay during which somebody lies somewhere.
pub const RUNNING: &str = "in-progress,arrived,triaged,onleave";

/// The unit of a kind that shares the lowest level of the house with where the patient is: their floor before their
/// building, before the site. Of several that are as near, and of a patient without a place, the first.
pub fn nearest(desk: &Desk, kind: Option<&str>, stay: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(kind) = kind else { return Ok(None) };
    let code = format!("{UNIT}|{kind}");
    let found = desk.search("Location", &[("type", &code), ("_sort", "_id"), ("_count", MOST)])?;
    let mut units: Vec<String> = found.matches.iter().map(|stored| stored.id.to_text()).collect();
    if units.len() > 1
        && let Some(here) = stay.and_then(|stay| desk.read("Encounter", stay).ok()).and_then(|stay| place_of(&stay))
    {
        let levels = above(desk, &here);
        // A stable sort: of those that are as near the first stays first.
        units.sort_by_cached_key(|unit| {
            let theirs = above(desk, unit);
            levels.iter().position(|level| theirs.contains(level)).unwrap_or(DEEP)
        });
    }
    Ok(units.into_iter().next())
}

/// The Location where a stay is now.
pub fn place_of(stay: &Stored) -> Option<String> {
    look(stay, |stay| present_place(stay)?.reference("location.reference", "Location").map(|id| id.into_owned())).flatten()
}

/// A place and all in which it lies, from below.
fn above(desk: &Desk, place: &str) -> Vec<String> {
    let mut all = vec![place.to_owned()];
    while all.len() < DEEP {
        let next = all.last().and_then(|id| desk.read("Location", id).ok()).and_then(|place| look(&place, part_of).flatten());
        let Some(next) = next.filter(|next| !all.contains(next)) else { break };
        all.push(next);
    }
    all
}

fn part_of(place: rihla_fhir::json::Value<'_>) -> Option<String> {
    place.reference("partOf.reference", "Location").map(|id| id.into_owned())
}

/// What a place is called, in the reader's script.
pub fn name_of(desk: &Desk, id: &str) -> String {
    let named = |place: rihla_fhir::json::Value<'_>| {
        let aliases: Vec<String> = place.all("alias").iter().filter_map(|alias| alias.as_str()).map(|alias| alias.into_owned()).collect();
        let arabic = desk.voice.lang() == rihla_kernel::Lang::Arabic;
        rihla_web::text::marked(rihla_clinical::called(&place.text("name").unwrap_or_default(), &aliases, arabic))
    };
    desk.read("Location", id).ok().and_then(|place| look(&place, named)).unwrap_or_default()
}
