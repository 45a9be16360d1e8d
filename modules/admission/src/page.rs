//! A patient's stay on one page: where they are, what may be done next, the exit step by step, and what happened.

use crate::kind::KINDS;
use crate::lines::{named, state_key};
use crate::written::{DEATH, DECISION, Written};
use crate::{BIRTH, DECIDE, DESK, MOVE, ORDER, SEE, STAY, lines};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_clinical::exit::{DISPOSITIONS, PROOFS, STEPS};
use rihla_clinical::propose::{Need, propose};
use rihla_clinical::{House, State, Stay, stays_in};
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_kernel::Instant;
use rihla_web::text::{Voice, listed};
use rihla_web::{BANNER, Banner, CLINICAL, Desk, Page, Refusal, look};
use serde::Deserialize;

/// Stays of a patient that are read.
const READ: &str = "20";
/// Places that are offered; more are on the boards.
const OFFERED: usize = 60;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    wrong: String,
}

/// What may be chosen: a code or an id, with its words.
type Choice = (String, String);

/// One step of the administrative exit.
struct StepLine {
    number: u8,
    words: String,
    done: Option<String>,
    next: bool,
}

/// The stay that is going on, or the last one.
struct Now {
    id: String,
    version: u32,
    state: String,
    code: &'static str,
    ordered: bool,
    here: String,
    /// The id of where they are.
    here_id: String,
    kept: String,
    promised: String,
    decided: Option<String>,
    died: Option<String>,
    undo: bool,
    leaves: bool,
    steps: Vec<StepLine>,
    belongings: Vec<(String, bool)>,
    unsigned: bool,
}

#[derive(Clone, Copy)]
struct May {
    order: bool,
    desk: bool,
    moves: bool,
    decides: bool,
    reserves: bool,
    carries: bool,
}

#[derive(Template)]
#[template(path = "admission/page.html")]
struct Body<'b> {
    voice: &'b Voice,
    patient: &'b str,
    name: String,
    author: String,
    wrong: String,
    now: Option<Now>,
    /// The id of a stay that the form would make, where none goes on.
    new: Option<String>,
    /// The id of a transport that the form would ask for.
    task: String,
    kinds: Vec<Choice>,
    places: Vec<Choice>,
    units: Vec<Choice>,
    /// Others who lie in the same ward.
    swaps: Vec<Choice>,
    ways: Vec<Choice>,
    delays: Vec<Choice>,
    proofs: Vec<Choice>,
    may: May,
    movements: String,
}

/// A patient's stays, the newest first.
pub fn stays_of(desk: &Desk, patient: &str) -> Result<Vec<Stay>, Refusal> {
    if !desk.shows("Encounter") {
        return Ok(Vec::new());
    }
    let found = desk.search("Encounter", &[("patient", patient), ("_sort", "-_lastUpdated"), ("_count", READ)])?;
    let read = |stored: &rihla_store::Stored| look(stored, |value| Stay::read(value, stored.vid, desk.record.zone()));
    let mut stays: Vec<Stay> = found.matches.iter().filter_map(read).filter(|stay| stay.class != "AMB").collect();
    stays.sort_by_key(|stay| (!goes_on(stay), std::cmp::Reverse(stay.from)));
    Ok(stays)
}

/// Whether its exit was ours to close: it was ordered here, or somebody began its exit. Stays of the past, which were read in
/// from the system before, wait for nothing.
fn is_ours(stay: &Stay) -> bool {
    stay.order.is_some() || stay.decision.is_some() || !stay.steps.is_empty()
}

fn goes_on(stay: &Stay) -> bool {
    matches!(stay.state, State::Planned | State::Running | State::OnLeave)
}

/// `GET /patients/{patient}/admission`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let banner = reached(&desk, &patient)?;
    let stays = stays_of(&desk, &patient)?;
    // What was prepared comes before what goes on: it is what has to be done next.
    let planned = stays.iter().find(|stay| stay.state == State::Planned);
    let current = planned.or_else(|| stays.iter().find(|stay| goes_on(stay)));
    let current = current.or_else(|| stays.iter().find(|stay| stay.state == State::Finished && !stay.is_closed() && is_ours(stay)));
    let emergency = current.is_some_and(|stay| stay.state == State::Running && stay.class == "EMER");
    let may = may(&desk);
    let prepares = (may.order || may.desk) && (emergency || current.is_none_or(|stay| stay.state == State::Finished));
    let new = if prepares { Some(desk.reserve("Encounter", &patient)?) } else { None };
    let house = House::read(&desk.record)?;
    let voice = &desk.voice;
    let said = |list: &str, code: &str| (code.to_owned(), voice.t(&listed(list, code)));
    let body = Body {
        voice,
        patient: &patient,
        name: banner.formal(),
        author: desk.person.mark(),
        wrong: wrong(voice, &asked.wrong),
        places: if current.is_some_and(goes_on) { places(&desk, &house, current)? } else { Vec::new() },
        units: house.wards().map(|ward| (ward.id.clone(), named(&desk, &ward.name, &ward.aliases))).collect(),
        swaps: if may.moves { current.map_or(Ok(Vec::new()), |stay| swaps(&desk, &house, stay))? } else { Vec::new() },
        now: current.map(|stay| now(&desk, &house, stay)),
        new,
        task: desk.reserve("Task", &patient)?,
        kinds: KINDS.iter().map(|kind| said(rihla_web::key!("admission-kind-*"), kind.code)).collect(),
        ways: DISPOSITIONS.iter().map(|code| said(rihla_web::key!("admission-way-*"), code)).collect(),
        delays: desk.house.pack().stays.offered().map(|delay| (delay.code.clone(), desk.named(&delay.names).into_owned())).collect(),
        proofs: PROOFS.iter().map(|code| said(rihla_web::key!("admission-proof-*"), code)).collect(),
        may,
        movements: lines::part(&desk, &patient)?,
    }
    .render()?;
    let live = BANNER.into_iter().chain([STAY]).map(|part| (part, patient.clone())).collect();
    desk.page(Page { title: voice.t("admission-title"), nav: "/patients", patient: Some(&banner), tab: Some("admission"), live, body, ..Page::default() })
}

/// Whose page it is. Who is in the care of others has stays that are not shown: the page does not say that there are none.
/// Whoever works by care may say why they look; others are told of a masked person no more than of nobody.
fn reached(desk: &Desk, patient: &str) -> Result<Banner, Refusal> {
    let banner = Banner::load(desk, patient);
    if banner.is_ok() || desk.person.may(CLINICAL.0) {
        desk.must_reach(patient)?;
    }
    banner
}

fn may(desk: &Desk) -> May {
    let may = |permission: rihla_kernel::Permission| desk.person.may(permission.0);
    May {
        order: may(ORDER) || may(BIRTH),
        desk: may(DESK),
        moves: may(MOVE),
        decides: may(DECIDE),
        reserves: desk.person.may("beds.reserve"),
        carries: desk.person.may("beds.transport"),
    }
}

/// Places that suit the patient, the best first.
fn places(desk: &Desk, house: &House, stay: Option<&Stay>) -> Result<Vec<Choice>, Refusal> {
    let entry = stay.and_then(|stay| stay.promised().or_else(|| stay.here()).or_else(|| stay.kept()));
    let ward = entry.and_then(|entry| house.ward_of(&entry.spot.location)).map(|ward| ward.id.clone()).unwrap_or_default();
    let own = |id: &str| stay.is_some_and(|stay| stay.promised().into_iter().chain(stay.kept()).any(|entry| entry.spot.location == id));
    let patient = stay.map(|stay| stay.patient.as_str()).unwrap_or_default();
    let sex = desk.read("Patient", patient).ok().and_then(|stored| look(&stored, |patient| patient.text("gender").unwrap_or_default().into_owned()));
    let mut seen = house.seen(&desk.record, None)?;
    // A place that is kept for or promised to this patient is free for them.
    for one in seen.iter_mut().filter(|one| own(&one.place.id)) {
        one.slots.iter_mut().for_each(|slot| *slot = rihla_store::Slot::default());
    }
    let need = Need { ward, sex: sex.unwrap_or_default(), ..Need::default() };
    let mut all = propose(house, &seen, &[], &need);
    all.retain(|one| one.seen.free() > 0);
    all.sort_by_key(|one| !own(&one.seen.place.id));
    let choice = |one: rihla_clinical::propose::Proposal| {
        let place = &one.seen.place;
        let ward = house.ward_of(&place.id).map(|ward| named(desk, &ward.name, &ward.aliases)).unwrap_or_default();
        let hygiene = match place.hygiene {
            rihla_clinical::Hygiene::Clean => String::new(),
            rihla_clinical::Hygiene::Dirty => format!(" ({})", desk.voice.t("admission-place-dirty")),
            rihla_clinical::Hygiene::Cleaning => format!(" ({})", desk.voice.t("admission-place-cleaning")),
        };
        (place.id.clone(), format!("{ward} · {}{hygiene}", named(desk, &place.name, &place.aliases)))
    };
    Ok(all.into_iter().take(OFFERED).map(choice).collect())
}

/// Who lies in the same ward, with their places.
fn swaps(desk: &Desk, house: &House, stay: &Stay) -> Result<Vec<Choice>, Refusal> {
    let Some(ward) = stay.here().filter(|entry| entry.spot.slot.is_some()).and_then(|entry| house.ward_of(&entry.spot.location)) else {
        return Ok(Vec::new());
    };
    let places: Vec<&str> = house.places_of(&ward.id).into_iter().map(|place| place.id.as_str()).collect();
    let others = stays_in(&desk.record, &places)?;
    let choice = |other: &Stay| {
        let entry = other.here().filter(|entry| entry.spot.slot.is_some() && other.id != stay.id)?;
        let banner = desk.read("Patient", &other.patient).ok()?;
        let script = Script::of_lang(desk.voice.lang());
        let name = look(&banner, |patient| Names::of(patient).first(script).map(HumanName::formal)).flatten()?;
        Some((other.id.clone(), format!("{} · {name}", lines::place_name(desk, &entry.spot.location))))
    };
    Ok(others.iter().filter_map(choice).collect())
}

/// A place with its ward.
fn whole_name(desk: &Desk, house: &House, id: &str) -> String {
    let own = lines::place_name(desk, id);
    let ward = house.ward_of(id).filter(|ward| ward.id != id);
    ward.map_or_else(|| own.clone(), |ward| format!("{} · {own}", named(desk, &ward.name, &ward.aliases)))
}

fn now(desk: &Desk, house: &House, stay: &Stay) -> Now {
    let voice = &desk.voice;
    let place = |entry: Option<&rihla_clinical::Movement>| entry.map(|entry| whole_name(desk, house, &entry.spot.location)).unwrap_or_default();
    let written = Written::of(desk, &stay.id);
    let both = |what: &str, at: Instant| {
        let written = written.words(voice, what, Some(at)).map(|written| format!(" · {written}"));
        format!("{}{}", voice.date_time(at), written.unwrap_or_default())
    };
    let leaves = stay.decision.is_some() || stay.state == State::Finished || stay.death.is_some();
    let step = |number: u8| {
        let done = stay.steps.iter().find(|step| step.number == number);
        StepLine {
            number,
            words: voice.t(&listed(rihla_web::key!("admission-step-*"), &number.to_string())),
            done: done.map(|step| {
                let proof = if step.proof.is_empty() { String::new() } else { voice.t(&listed(rihla_web::key!("admission-proof-*"), &step.proof)) };
                let parts = [voice.date_time(step.signed.at), proof, step.text.clone()];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
            }),
            next: leaves && usize::from(number) == stay.steps.len() + 1,
        }
    };
    Now {
        id: stay.id.clone(),
        version: stay.version,
        state: voice.t(state_key(stay)),
        code: match stay.state {
            State::Planned => "planned",
            State::Running => "running",
            State::OnLeave => "leave",
            State::Finished => "gone",
            State::Void => "void",
        },
        ordered: stay.order.is_some(),
        here: place(stay.here()),
        here_id: stay.here().map(|entry| entry.spot.location.clone()).unwrap_or_default(),
        kept: place(stay.kept()),
        promised: place(stay.promised()),
        decided: stay.decision.as_ref().map(|signed| both(DECISION, signed.at)),
        died: stay.death.as_ref().map(|signed| both(DEATH, signed.at)),
        undo: stay.undo.is_some(),
        leaves,
        steps: (1..=STEPS).map(step).collect(),
        belongings: stay.belongings.iter().map(|one| (one.text.clone(), one.second.is_some())).collect(),
        unsigned: stay.belongings.iter().any(|one| one.second.is_none()),
    }
}

/// The words for a refusal, of which the address holds the code.
fn wrong(voice: &Voice, code: &str) -> String {
    const KNOWN: [&str; 15] = [
        "RH-STAY-STATE",
        "RH-STAY-DEAD",
        "RH-STAY-ORDER",
        "RH-STAY-ORDERED",
        "RH-STAY-SAME-PLACE",
        "RH-STAY-STEPS",
        "RH-STAY-PROOF",
        "RH-STAY-TWO-PEOPLE",
        "RH-STAY-NOT-LAST",
        "RH-STAY-MOVEMENT",
        "RH-STAY-ELSEWHERE",
        "RH-STAY-BUSY",
        "RH-PLACE-TAKEN",
        "RH-PLACE-CLOSED",
        "RH-PLACE-NONE",
    ];
    let words = KNOWN.contains(&code).then(|| voice.t(&listed(rihla_web::key!("admission-wrong-*"), code)));
    words.map(|words| format!("{words} ({code})")).unwrap_or_default()
}
