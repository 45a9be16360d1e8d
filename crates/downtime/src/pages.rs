//! The pages: one a ward, one for all, and the list of what is entered afterwards.

use crate::pack::{Allergies, Pack, Patient, Presence, Sheet};
use askama::Template;
use rihla_web::text::Voice;

/// Empty lines of a sheet that is filled in by hand.
const LINES: usize = 12;
/// Numbered lines of the list of what is entered afterwards: one printed page.
const CATCH_UP: usize = 40;
/// Labels to cut out, of each patient.
const LABELS: usize = 3;

#[derive(Template)]
#[template(path = "ward.html")]
struct Ward<'p> {
    voice: &'p Voice,
    pack: &'p Pack,
    sheet: &'p Sheet,
    lines: usize,
    labels: usize,
    catch_up: usize,
}

/// The file of a ward: what is known, and empty sheets to write on. Prints on A4.
pub fn ward(voice: &Voice, pack: &Pack, sheet: &Sheet) -> Result<String, askama::Error> {
    Ward { voice, pack, sheet, lines: LINES, labels: LABELS, catch_up: CATCH_UP }.render()
}

/// Where somebody is.
struct Found<'p> {
    patient: &'p Patient,
    sheet: &'p Sheet,
}

#[derive(Template)]
#[template(path = "index.html")]
struct Index<'p> {
    voice: &'p Voice,
    pack: &'p Pack,
    found: Vec<Found<'p>>,
    /// What the files of the wards end in, as `.html`.
    ending: &'p str,
}

/// The page of the whole house: wards, who is where by name, telephones.
pub fn index(voice: &Voice, pack: &Pack, ending: &str) -> Result<String, askama::Error> {
    let mut found: Vec<Found> = pack.sheets.iter().flat_map(|sheet| sheet.patients.iter().map(move |patient| Found { patient, sheet })).collect();
    // The order would tell how a masked name begins.
    let order = |one: &Found| (one.patient.masked, if one.patient.masked { one.patient.place.clone() } else { one.patient.name.clone() });
    found.sort_by_cached_key(order);
    Index { voice, pack, found, ending }.render()
}

#[derive(Template)]
#[template(path = "catch-up.html")]
struct CatchUp<'p> {
    voice: &'p Voice,
    pack: &'p Pack,
    catch_up: usize,
}

/// The list of what is entered once the program is back, for the whole house.
pub fn catch_up(voice: &Voice, pack: &Pack) -> Result<String, askama::Error> {
    CatchUp { voice, pack, catch_up: CATCH_UP }.render()
}
