//! A visit as it is in the record, and what is added to it besides its movements.

use crate::level::SYSTEM;
use rihla_clinical::emergency::EMERGENCY;
use rihla_clinical::{Stay, quoted};
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::view::Look;
use rihla_store::Stored;
use rihla_web::{Change, Desk, Members, Refusal, look};

/// How they came, and by what somebody without a name is told from another.
pub const ARRIVAL: &str = "urn:rihla:extension:emergency-arrival";
/// The system of reasons for coming.
pub const REASON: &str = "urn:rihla:emergency-reason";
/// Members of an Encounter that an act of this module may change.
const CHANGED: [&str; 4] = ["status", "statusHistory", "extension", "location"];

/// A visit with what the screens of this module say of it.
pub struct Visit {
    pub stay: Stay,
    pub note: String,
    /// Codes and free text.
    pub reason: String,
    pub words: String,
    /// Scale and level.
    pub level: Option<(String, String)>,
}

impl Visit {
    pub fn read(stored: &Stored, desk: &Desk) -> Option<Self> {
        look(stored, |value| Self::of(value, Stay::read(value, stored.vid, desk.record.zone()))).filter(|visit| visit.stay.class == EMERGENCY)
    }

    fn of(value: Value<'_>, stay: Stay) -> Self {
        let arrival = value.extensions("", ARRIVAL).into_iter().next();
        let part = |url: &str, path: &str| {
            let said = arrival.and_then(|one| one.extensions("", url).first().and_then(|part| part.text(path)));
            said.map(|text| text.into_owned()).unwrap_or_default()
        };
        let reason = value.text("reasonCode.coding.code").unwrap_or_default().into_owned();
        let words = value.text("reasonCode.text").unwrap_or_default().into_owned();
        let system = value.text("priority.coding.system").unwrap_or_default().into_owned();
        let scale = system.strip_prefix(SYSTEM).and_then(|rest| rest.strip_prefix(':')).map(str::to_owned);
        let level = scale.zip(value.text("priority.coding.code").map(|code| code.into_owned()));
        Self { note: part("note", "valueString"), reason, words, level, stay }
    }

    /// One visit that this desk may see.
    pub fn open(desk: &Desk, id: &str) -> Result<Self, Refusal> {
        Self::read(&desk.read("Encounter", id)?, desk).ok_or_else(Refusal::not_found)
    }
}

/// What a changed visit puts in the place of what is there, with more members of the caller's.
pub fn change(stay: &Stay, more: Members) -> Change {
    let text = stay.write();
    let mut members: Members = Vec::new();
    if let Ok(doc) = parse(text.as_bytes(), &Limits { values: usize::MAX, ..Limits::default() }) {
        members.extend(CHANGED.map(|name| (name, doc.root().get(name).map(rihla_web::written))));
    }
    members.extend(more);
    Change { ty: "Encounter", id: stay.id.clone(), version: stay.version, members }
}

/// How they came, as an extension; `mode`, `note`: one of them at least.
pub fn arrival(mode: &str, note: &str) -> String {
    let mut parts = Vec::new();
    parts.extend((!mode.is_empty()).then(|| format!(r#"{{"url":"mode","valueCode":{}}}"#, quoted(mode))));
    parts.extend((!note.is_empty()).then(|| format!(r#"{{"url":"note","valueString":{}}}"#, quoted(note))));
    format!(r#"{{"url":"{ARRIVAL}","extension":[{}]}}"#, parts.join(","))
}
