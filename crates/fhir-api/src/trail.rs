//! Entries of the audit chain, shown among AuditEvents to whoever may audit (docs/decisions/0019-audit.md).
//!
//! A search gives the chain's entries first, newest first, then those that were sent to be stored. It looks through the chain
//! by patient, altid, date, action, outcome, type and subtype; asked by anything else, it says that the chain was left out.

use crate::answer::{Answer, Content};
use crate::ask::Ask;
use crate::bundle::BundleWriter;
use crate::history::{address, next_address};
use crate::messages;
use crate::refusal::{Refusal, Result};
use axum::http::StatusCode;
use rihla_audit::{codes_of, event_id, place_of_id, push_event};
use rihla_fhir::r4::TypeId;
use rihla_fhirpath::{Span, parse_date};
use rihla_kernel::{Actor, ActorKind, Fault, FaultKind, Instant};
use rihla_store::Scoped;
use rihla_store::trail::{Seen, TrailQuestion};

const NAME: &str = "AuditEvent";
/// Where the entries of the chain end and what is stored begins.
const STORED: &str = "stored";
const PAGE: usize = 50;
const PAGE_MAX: usize = 1_000;
/// Entries looked at for one page, found or not.
const LOOKED_AT: usize = 50_000;

/// What is asked of the chain.
#[derive(Default)]
struct Asked {
    patient: Option<String>,
    actor: Option<String>,
    /// First and last millisecond.
    dates: Option<Span>,
    /// Codes that an entry has to have, each one of a list.
    codes: Vec<Vec<String>>,
    count: usize,
    cursor: Option<String>,
}

/// The next page of the chain; `None`: what is stored is to be searched, with [`stored_pairs`].
pub fn search(ask: &Ask<'_>, record: &Scoped, ty: TypeId) -> Result<Option<Answer>> {
    if crate::history::name(ty) != NAME || !record.may_audit() {
        return Ok(None);
    }
    let Some(asked) = asked(ask)? else { return Ok(None) };
    let before = match asked.cursor.as_deref() {
        None => None,
        // A place in what is stored.
        Some(cursor) => match place_of_id(cursor) {
            Some(place) => Some(place),
            None => return Ok(None),
        },
    };
    let (patient, from, to) = (asked.patient.as_deref(), asked.dates.map(|span| Instant(span.lo)), asked.dates.map(|span| Instant(span.hi.saturating_add(1))));
    let mut found = Vec::new();
    let mut next = Some(STORED.to_owned());
    let mut question = TrailQuestion { patient: None, actor: None, from, to, before, limit: PAGE_MAX };
    if let Some(name) = &asked.actor {
        question.actor = Some(Actor::new(kind_of(name), name));
    }
    let mut looked_at = 0;
    while let Some(page) = record.trail(patient, &question)? {
        looked_at += page.entries.len();
        for seen in page.entries {
            if found.len() == asked.count {
                next = found.last().map(|last: &Seen| event_id(last.place));
                break;
            }
            if fits(&seen, &asked) {
                found.push(seen);
            }
        }
        match page.next.filter(|_| next.as_deref() == Some(STORED)) {
            Some(place) if looked_at < LOOKED_AT => question.before = Some(place),
            Some(place) => {
                next = Some(event_id(place));
                break;
            }
            None => break,
        }
    }
    Ok(Some(answer(ask, &found, next)))
}

fn answer(ask: &Ask<'_>, found: &[Seen], next: Option<String>) -> Answer {
    let mut links = vec![("self", address(ask.base, NAME, &ask.pairs))];
    links.extend(next.map(|cursor| ("next", next_address(ask.base, NAME, &ask.pairs, cursor))));
    let mut bundle = BundleWriter::new("searchset", None, &links);
    for seen in found {
        let mut json = Vec::new();
        push_event(seen, "rihla", &mut json);
        bundle.found_json(&format!("{}/{NAME}/{}", ask.base, event_id(seen.place)), &json);
    }
    Answer::of(StatusCode::OK, Content::Json(bundle.finish()))
}

/// Names and values.
pub type Pairs = Vec<(String, String)>;

/// The parameters for what is stored, and what there is to say of the chain.
pub fn stored_pairs(ask: &Ask<'_>, record: &Scoped, ty: TypeId) -> Result<(Pairs, Vec<Fault>)> {
    let mut said = Vec::new();
    let mut pairs = ask.pairs.clone();
    if crate::history::name(ty) == NAME && record.may_audit() {
        if asked(ask)?.is_none() {
            said.push(left_out());
        }
        pairs.retain(|(name, value)| name != "_cursor" || value != STORED);
    }
    Ok((pairs, said))
}

/// `None`: the chain does not answer to these parameters.
fn asked(ask: &Ask<'_>) -> Result<Option<Asked>> {
    let mut out = Asked { count: PAGE, ..Asked::default() };
    for (name, value) in &ask.pairs {
        let wrong = || Refusal::with(&messages::BAD_QUERY, name);
        match name.as_str() {
            "patient" if out.patient.is_none() => out.patient = Some(value.strip_prefix("Patient/").unwrap_or(value).to_owned()),
            "altid" | "agent" if out.actor.is_none() => out.actor = Some(value.rsplit('|').next().unwrap_or(value).to_owned()),
            "date" => {
                let span = bounds(value, ask).ok_or_else(wrong)?;
                let both = out.dates.unwrap_or(Span { lo: Span::OPEN_START, hi: Span::OPEN_END });
                out.dates = Some(Span { lo: both.lo.max(span.lo), hi: both.hi.min(span.hi) });
            }
            "action" | "outcome" | "type" | "subtype" => {
                out.codes.push(value.split(',').map(|code| format!("{name}={}", code.rsplit('|').next().unwrap_or(code))).collect());
            }
            "_count" => out.count = value.parse::<usize>().map_err(|_| wrong())?.clamp(1, PAGE_MAX),
            "_cursor" => out.cursor = Some(value.clone()),
            "_format" | "_pretty" | "_total" => {}
            _ => return Ok(None),
        }
    }
    Ok(Some(out))
}

/// <https://hl7.org/fhir/R4/search.html#date>.
fn bounds(value: &str, ask: &Ask<'_>) -> Option<Span> {
    let (prefix, text) = value.split_at_checked(2).filter(|(prefix, _)| prefix.bytes().all(|byte| byte.is_ascii_lowercase())).unwrap_or(("eq", value));
    let Span { lo, hi } = parse_date(text, ask.zone)?;
    Some(match prefix {
        "eq" | "ap" => Span { lo, hi },
        "ge" => Span { lo, hi: Span::OPEN_END },
        "gt" | "sa" => Span { lo: hi.saturating_add(1), hi: Span::OPEN_END },
        "le" => Span { lo: Span::OPEN_START, hi },
        "lt" | "eb" => Span { lo: Span::OPEN_START, hi: lo.saturating_sub(1) },
        _ => return None,
    })
}

fn fits(seen: &Seen, asked: &Asked) -> bool {
    let has = codes_of(seen);
    asked.codes.iter().all(|list| list.iter().any(|code| has.contains(code)))
}

fn kind_of(name: &str) -> ActorKind {
    match name.split_once('/') {
        Some(("Account", _)) => ActorKind::Person,
        Some(("Client", _)) => ActorKind::System,
        _ => ActorKind::Node,
    }
}

fn left_out() -> Fault {
    Fault::new(
        FaultKind::Invalid,
        "RH-AUDIT-LEFT-OUT",
        "The audit chain was not looked through: it answers to patient, altid, date, action, outcome, type and subtype only. Ask without the other parameters.",
    )
}

/// An entry by its id; `None`: the id is not one of the chain's, or not for this reader.
pub fn read(record: &Scoped, ty: TypeId, id: &str) -> Result<Option<Answer>> {
    let Some(place) = place_of_id(id).filter(|_| crate::history::name(ty) == NAME) else { return Ok(None) };
    let after = rihla_store::trail::TrailPlace { link: place.link, entry: place.entry.saturating_add(1) };
    let question = TrailQuestion { before: Some(after), ..TrailQuestion::all(1) };
    let page = record.trail(None, &question)?;
    Ok(page.and_then(|page| page.entries.into_iter().find(|seen| seen.place == place)).map(|seen| {
        let mut json = Vec::new();
        push_event(&seen, "rihla", &mut json);
        Answer::of(StatusCode::OK, Content::Json(json))
    }))
}
