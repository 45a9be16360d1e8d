//! Writing down somebody new.

use crate::REGISTER;
use crate::band::Band;
use crate::check::{Said, unusual, wrong};
use crate::likely::{Likely, List, enough, find, to_look_at};
use crate::typed::{Typed, own_number, patient};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::Response;
use rihla_packs::{Issuer, NameRole};
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal, go, key};

pub const NEW: &str = "/patients/new";
/// Numbers that are tried where another desk was faster.
const TRIES: u64 = 40;
/// Spellings that are proposed for one name.
const PROPOSED: usize = 4;
/// Why there is no telephone.
pub const NO_PHONE: [(&str, &str); 4] = [
    ("none", key!("registration-no-phone-none")),
    ("refused", key!("registration-no-phone-refused")),
    ("unconscious", key!("registration-no-phone-unconscious")),
    ("forgotten", key!("registration-no-phone-forgotten")),
];

#[derive(Template)]
#[template(path = "registration/new.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    typed: &'b Typed,
    wrong: Vec<(&'static str, String)>,
    unusual: Vec<(&'static str, String)>,
    kinds: Vec<(&'b str, String)>,
    papers: Vec<(&'b str, String)>,
    reasons: Vec<(&'static str, String)>,
    likely: String,
    /// Somebody was found who is probably the same: the clerk says that they are not.
    asks: bool,
    /// The number of the band is unusual: the clerk looks at it once more.
    odd: bool,
    /// What was looked at.
    others: String,
    /// Proposed spellings in the other script: family, given.
    proposed: [Vec<String>; 2],
}

/// `GET /patients/new`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    page(&desk, &Typed::default(), Vec::new(), (Vec::new(), true), false)
}

/// `POST /patients/new/likely`: who may be the same, while one types.
pub async fn likely(desk: Desk, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    let (all, complete) = find(&desk, &typed)?;
    let list = List { voice: &desk.voice, all, looked: enough(&typed), incomplete: !complete }.render()?;
    Ok(desk.part(Part { list, proposed: proposed(&desk, &typed) }.render()?))
}

#[derive(Template)]
#[template(path = "registration/part.html")]
struct Part {
    list: String,
    proposed: [Vec<String>; 2],
}

/// `POST /patients/new`
pub async fn create(desk: Desk, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    desk.same_author(&typed.author)?;
    let mut faults = wrong(&typed, desk.instant().get(..10).unwrap_or_default());
    let band = Band::read(&desk, &typed)?;
    faults.extend(band.wrong);
    let (all, complete) = find(&desk, &typed)?;
    let asks = !typed.is_unknown() && {
        let ask = to_look_at(&all);
        !ask.is_empty() && ask != typed.others
    };
    if !faults.is_empty() || asks || band.asks(&typed) || !typed.look.is_empty() {
        let faults = if typed.look.is_empty() { faults } else { Vec::new() };
        return page(&desk, &typed, faults, (all, complete), asks);
    }
    let id = write(&desk, &typed).await?;
    desk.note_recent(&id).await?;
    let then = if typed.then.is_empty() { "" } else { "/consents" };
    Ok(go(&format!("/patients/{id}{then}"), &[]))
}

/// Writes the Patient with the next of the hospital's own numbers.
async fn write(desk: &Desk, typed: &Typed) -> Result<String, Refusal> {
    with_number(desk, &|own| vec![(typed.id.clone(), patient(typed, desk.house.pack(), Some(own)))]).await?;
    Ok(typed.id.clone())
}

/// Ids and resources, from the system and the value of a number.
type Made<'m> = dyn Fn((&str, &str)) -> Vec<(String, String)> + Sync + 'm;

/// Writes resources of which one bears the next of the hospital's own numbers.
pub async fn with_number(desk: &Desk, made: &Made<'_>) -> Result<(), Refusal> {
    let Some(system) = own_number(desk.house.pack(), desk.house.site()) else {
        return Err(Refusal::invalid("RH-REG-NUMBER", "The pack gives this site no number of its own for patients."));
    };
    let width = system.pattern.as_ref().map_or(8, |pattern| pattern.mask().chars().count());
    let mut last = None;
    for (at, mark) in desk.next_numbers(&system.system, TRIES)? {
        match desk.create_all_as(&made((&system.system, &format!("{at:0width$}"))), vec![mark]).await {
            // Another desk, or an import, has this one.
            Err(refusal) if refusal.fault().is_some_and(|fault| fault.code == "RH-STORE-CLAIMED") => last = Some(refusal),
            decided => return decided,
        }
    }
    Err(last.unwrap_or_else(|| Refusal::invalid("RH-REG-NUMBER", "No number is left for another patient.")))
}

fn page(desk: &Desk, typed: &Typed, faults: Vec<Said>, (all, complete): (Vec<Likely>, bool), asks: bool) -> Result<Response, Refusal> {
    let (voice, pack) = (&desk.voice, desk.house.pack());
    let named = |issuers: &[Issuer]| {
        let systems = pack.identifiers.iter().filter(|system| issuers.contains(&system.issuer) && system.of.iter().any(|ty| *ty == patient_type()));
        systems.map(|system| (system.id.as_str(), desk.named(&system.names).into_owned())).collect::<Vec<_>>()
    };
    let said = |list: Vec<Said>| list.into_iter().map(|(field, key)| (field, voice.t(key))).collect::<Vec<_>>();
    let band = Band::read(desk, typed)?;
    let odd = band.asks(typed) && typed.look.is_empty();
    let refused = !faults.is_empty() || asks || odd;
    let mut typed = typed.clone();
    typed.band_seen = if band.odd.is_some() { band.number } else { String::new() };
    if typed.id.is_empty() {
        typed.id = desk.reserve_patient()?;
    }
    let body = Body {
        voice,
        author: desk.person.mark(),
        wrong: said(faults),
        unusual: said(unusual(&typed, pack).into_iter().chain(band.odd).collect()),
        odd,
        kinds: named(&[Issuer::State, Issuer::Insurer]),
        papers: named(&[Issuer::State]),
        reasons: NO_PHONE.iter().map(|(code, key)| (*code, voice.t(key))).collect(),
        others: to_look_at(&all),
        likely: List { voice, looked: enough(&typed), all, incomplete: !complete }.render()?,
        asks,
        proposed: proposed(desk, &typed),
        typed: &typed,
    };
    let mut response = desk.page(Page { title: voice.t("registration-new"), nav: NEW, body: body.render()?, ..Page::default() })?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn patient_type() -> rihla_fhir::r4::TypeId {
    rihla_fhir::r4::tables().resource_type("Patient").unwrap_or(rihla_fhir::r4::TypeId(0))
}

/// How the pack writes these names in the other script, the most frequent first. Never filled in by itself.
fn proposed(desk: &Desk, typed: &Typed) -> [Vec<String>; 2] {
    let of = |role: NameRole, latin: &str| {
        let latin = latin.trim();
        if latin.is_empty() {
            return Vec::new();
        }
        let rows = desk.house.pack().person_names.rows.iter().filter(|row| row.role == role);
        let mut found: Vec<_> = rows.filter(|row| row.latin.iter().any(|spelling| spelling.eq_ignore_ascii_case(latin))).collect();
        found.sort_by_key(|row| std::cmp::Reverse(row.weight));
        found.into_iter().map(|row| row.arabic.clone()).take(PROPOSED).collect()
    };
    [of(NameRole::Family, &typed.family), of(NameRole::Given, &typed.given)]
}
