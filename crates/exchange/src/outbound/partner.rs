//! For whom a message is written.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rihla_fhir::json::Value;
use rihla_hl7v2::{Charset, Marks};
use std::collections::BTreeMap;

/// One receiver, as its channel's configuration describes it.
#[derive(Clone, Debug)]
pub struct Partner {
    /// MSH-3 to MSH-6.
    pub sending_application: String,
    pub sending_facility: String,
    pub receiving_application: String,
    pub receiving_facility: String,
    /// MSH-12: `2.5`.
    pub version: String,
    /// MSH-11: `P`, `T` or `D`.
    pub processing: String,
    pub charset: Charset,
    pub marks: Marks,
    /// Zone in which times are written.
    pub zone: TimeZone,
    /// What CX-4 writes for a system: the authority's name and OID, each may be empty. Numbers of systems that are not named
    /// here are not sent: whom they serve is decided by who sets the channel up.
    pub authorities: BTreeMap<String, Authority>,
    /// Whether an answer is wanted that it was kept (MSH-15 AL), besides the one on what became of it.
    pub enhanced: bool,
}

/// An assigning authority.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authority {
    pub name: String,
    /// OID without `urn:oid:`.
    pub oid: String,
    /// Type of the numbers (table 0203), used where the record does not say.
    pub kind: String,
}

/// A number as CX-1, CX-4 (three parts) and CX-5.
pub(super) struct Cx {
    pub value: String,
    pub authority: Authority,
    pub kind: String,
}

impl Partner {
    /// A FHIR identifier for this receiver; nothing if its system is not sent.
    pub(super) fn number(&self, identifier: Value<'_>) -> Option<Cx> {
        let text = |key: &str| identifier.get(key).and_then(|it| it.as_str()).map(|it| it.into_owned()).unwrap_or_default();
        let (value, system) = (text("value"), text("system"));
        let authority = self.authorities.get(&system).filter(|_| !value.is_empty())?.clone();
        let coded = identifier.get("type").and_then(|it| it.get("coding")).and_then(|it| it.items().next()).and_then(|it| it.get("code"));
        let kind = coded.and_then(|it| it.as_str()).map_or_else(|| authority.kind.clone(), |it| it.into_owned());
        Some(Cx { value, authority, kind })
    }

    /// A FHIR date or time as the receiver reads it: in its zone, with the offset.
    pub(super) fn time(&self, text: &str) -> String {
        let Ok(instant) = text.parse::<Timestamp>() else {
            return text.chars().filter(|it| it.is_ascii_digit()).take(8).collect();
        };
        instant.to_zoned(self.zone.clone()).strftime("%Y%m%d%H%M%S%z").to_string()
    }
}
