//! Whoever is not urgent is sent to a place where their need is met, with advice that is written down: by a physician, or by a
//! nurse under the protocol that the hospital signed. Never for payment (FACTS §7, art. 42); and they may come back into the
//! same visit.

use crate::level::{Shown, today};
use crate::sent::{act, overtaken, when};
use crate::visit::{Visit, change};
use crate::{TREAT, TRIAGE};
use askama::Template;
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_clinical::emergency::Moment;
use rihla_clinical::{Signed, refusal};
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, Instant};
use rihla_store::Stored;
use rihla_web::text::Voice;
use rihla_web::{Banner, Desk, DraftKey, Page, Refusal, go, key, look, percent, quoted};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Of the Communication that says what a redirected patient was told: of the visit everybody at the desks is shown more than
/// they need to know of this. The place and the time stand among the times of the visit.
const ADVICE: &str = "urn:rihla:emergency";
const FORM: &str = "emergency.redirect";
const LONGEST: usize = 1_000;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    #[serde(rename = "_patient")]
    patient: String,
    /// The id that the advice would be given.
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "_version")]
    version: u32,
    place: String,
    advice: String,
    at: String,
}

#[derive(Template)]
#[template(path = "emergency/redirect.html")]
struct Body<'b> {
    voice: &'b Voice,
    notice: String,
    path: String,
    form: &'b str,
    stay: &'b str,
    patient: &'b str,
    name: String,
    author: String,
    id: String,
    version: u32,
    typed: &'b Typed,
    draft: Option<String>,
    faults: BTreeMap<&'static str, String>,
    reason: String,
    level: Option<Shown>,
    places: Vec<(String, String)>,
    protocol: String,
    /// Nobody of the hospital signed the protocol.
    unsigned: bool,
    /// What was typed, where there is no form any more in which it could stand.
    unsaved: String,
    /// Why nobody is sent elsewhere here; empty: they may be.
    barred: String,
}

/// Whether somebody who waits may be sent elsewhere: nobody took charge, nothing is decided, and the level is one of the pack's.
pub fn is_open(desk: &Desk, visit: &Visit) -> bool {
    let level = visit.level.as_ref().is_some_and(|(scale, code)| desk.house.pack().triage.redirect.holds_for(scale, code));
    let stay = &visit.stay;
    level && stay.state == rihla_clinical::State::Running && stay.first_time(Moment::Contact).is_none() && stay.time(Moment::Decision).is_none()
}

/// Whether this person may: a physician, or a nurse once the protocol is signed.
pub fn may(desk: &Desk) -> bool {
    desk.person.may(TREAT.0) || (desk.person.may(TRIAGE.0) && desk.house.pack().triage.redirect.nurses_may(today(desk)))
}

/// The words for a place; the code where the pack has forgotten it.
pub fn place(desk: &Desk, code: &str) -> String {
    desk.house.pack().triage.redirect.place(code).map_or_else(|| code.to_owned(), |place| desk.named(&place.names).into_owned())
}

/// What was written down last as advice; nothing for whom such things are not shown.
pub fn advice(desk: &Desk, visit: &str) -> Result<String, Refusal> {
    if !desk.shows("Communication") {
        return Ok(String::new());
    }
    let (visit, category) = (format!("Encounter/{visit}"), format!("{ADVICE}|advice"));
    let found = desk.search("Communication", &[("encounter", &visit), ("category", &category), ("_sort", "-sent"), ("_count", "1")])?;
    let read = |stored: &Stored| look(stored, |value| value.text("payload.contentString").unwrap_or_default().into_owned());
    Ok(found.matches.first().and_then(read).unwrap_or_default())
}

/// `GET /emergency/{encounter}/redirect`
pub async fn show(desk: Desk, Path(encounter): Path<String>) -> Result<Response, Refusal> {
    desk.require(TRIAGE)?;
    let visit = Visit::open(&desk, &encounter)?;
    let draft = desk.draft(&draft_key(&visit))?;
    let field = |name: &str| draft.as_ref().map(|draft| draft.field(name).to_owned()).unwrap_or_default();
    let typed = Typed { place: field("place"), advice: field("advice"), at: field("at"), ..Typed::default() };
    page(&desk, &visit, &typed, draft.map(|draft| crate::board::moment(&desk.voice, draft.at)), BTreeMap::new())
}

fn draft_key(visit: &Visit) -> DraftKey<'_> {
    DraftKey { form: FORM, patient: &visit.stay.patient, stay: &visit.stay.id }
}

/// `POST /emergency/{encounter}/redirect`
pub async fn redirect(desk: Desk, Path(encounter): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(TRIAGE)?;
    if !may(&desk) {
        desk.require(TREAT)?;
    }
    let mut visit = Visit::open(&desk, &encounter)?;
    desk.own_form(&typed.author, &typed.patient, &visit.stay.patient)?;
    // Sent a second time: it is there already.
    if desk.read("Communication", &typed.id).is_ok() {
        return Ok(go("/emergency", &[]));
    }
    let advice: String = typed.advice.trim().chars().take(LONGEST).collect();
    let mut faults = BTreeMap::new();
    let mut say = |field: &'static str, words: &'static str| faults.insert(field, desk.voice.t(words));
    if desk.house.pack().triage.redirect.place(&typed.place).is_none() {
        say("place", key!("emergency-wrong-place"));
    }
    if advice.is_empty() {
        say("advice", key!("emergency-wrong-advice"));
    }
    if visit.stay.version != typed.version {
        say("changed", key!("emergency-wrong-changed"));
    } else if !is_open(&desk, &visit) {
        say("changed", key!("emergency-redirect-barred"));
    } else if sent(&desk, &mut visit, &typed).is_err() {
        say("at", key!("emergency-wrong-at"));
    }
    if !faults.is_empty() {
        return page(&desk, &Visit::open(&desk, &encounter)?, &typed, None, faults);
    }
    let told = communication(&desk, &visit, &advice);
    match desk.write_all(&[(typed.id.clone(), told)], vec![change(&visit.stay, Vec::new())], vec![desk.without_draft(&draft_key(&visit))]).await {
        Err(refusal) if overtaken(&refusal) => {
            let faults = [("changed", desk.voice.t("emergency-wrong-changed"))].into();
            page(&desk, &Visit::open(&desk, &encounter)?, &typed, None, faults)
        }
        done => done.map(|()| go("/emergency", &[])),
    }
}

fn communication(desk: &Desk, visit: &Visit, advice: &str) -> String {
    let patient = quoted(&format!("Patient/{}", visit.stay.patient));
    format!(
        r#"{{"resourceType":"Communication","status":"completed","category":[{{"coding":[{{"system":"{ADVICE}","code":"advice"}}]}}],"subject":{{"reference":{patient}}},"encounter":{{"reference":{}}},"sent":{},"recipient":[{{"reference":{patient}}}],"sender":{},"payload":[{{"contentString":{}}}]}}"#,
        quoted(&format!("Encounter/{}", visit.stay.id)),
        quoted(&desk.instant()),
        desk.author_reference(),
        quoted(advice),
    )
}

fn sent(desk: &Desk, visit: &mut Visit, typed: &Typed) -> Result<(), Fault> {
    let act = act(desk);
    let at: Instant = when(desk, &typed.at, act.now)?;
    let signed: Signed = act.signed_at(at);
    if visit.stay.death.is_some() { Err(refusal::dead()) } else { visit.stay.redirect(&typed.place, signed, act.now) }
}

fn page(desk: &Desk, visit: &Visit, typed: &Typed, draft: Option<String>, faults: BTreeMap<&'static str, String>) -> Result<Response, Refusal> {
    let patient = visit.stay.patient.as_str();
    desk.must_reach(patient)?;
    let banner = Banner::load(desk, patient)?;
    let rules = &desk.house.pack().triage.redirect;
    let barred = match (is_open(desk, visit), may(desk)) {
        (true, true) => String::new(),
        (true, false) => desk.voice.t("emergency-redirect-unsigned"),
        (false, _) => desk.voice.t("emergency-redirect-barred"),
    };
    let refused = !faults.is_empty();
    let body = Body {
        voice: &desk.voice,
        notice: crate::mass::notice(desk)?,
        path: format!("/emergency/{}/redirect", percent(&visit.stay.id)),
        form: FORM,
        stay: &visit.stay.id,
        patient,
        name: banner.formal(),
        author: desk.person.mark(),
        id: if typed.id.is_empty() { desk.reserve("Communication", patient)? } else { typed.id.clone() },
        version: visit.stay.version,
        typed,
        draft,
        faults,
        reason: crate::row::reason(desk, visit),
        level: visit.level.as_ref().map(|(scale, code)| Shown::of(desk, scale, code)),
        places: rules.places.iter().map(|place| (place.code.clone(), desk.named(&place.names).into_owned())).collect(),
        protocol: desk.named(&rules.names).into_owned(),
        unsigned: !rules.nurses_may(today(desk)),
        unsaved: [rules.place(&typed.place).map(|_| place(desk, &typed.place)).unwrap_or_default(), typed.advice.trim().to_owned()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        barred,
    }
    .render()?;
    let live = crate::mass::live(desk);
    let mut response =
        desk.page(Page { title: desk.voice.t("emergency-redirect"), nav: "/emergency", patient: Some(&banner), live, body, ..Page::default() })?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
