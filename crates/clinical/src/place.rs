//! A place in which somebody may lie: a Location as the commands and the boards read it.

use crate::object::{Object, quoted};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_fhirpath::{Zone, parse_date};
use rihla_kernel::Instant;
use rihla_store::body::instant_text;
use rihla_store::places;

/// <http://terminology.hl7.org/CodeSystem/v2-0116>
const STATUS: &str = "http://terminology.hl7.org/CodeSystem/v2-0116";
/// Nobody works there (`valueBoolean`).
const UNSTAFFED: &str = "urn:rihla:extension:place-unstaffed";
/// Whom a room takes (`valueCode`, <https://hl7.org/fhir/R4/valueset-administrative-gender.html>).
const SEX: &str = "urn:rihla:extension:room-sex";
/// Who lies there is isolated: the other places of the room stay empty (`valueBoolean`).
const ISOLATES: &str = "urn:rihla:extension:room-isolation";
/// What a place has (`valueCode`): oxygen, negative pressure.
const ATTRIBUTE: &str = "urn:rihla:extension:place-attribute";
/// What stands there (`valueCode`): bed, cot, chair, corridor.
const KIND: &str = "urn:rihla:extension:place-kind";

/// On the operational status: since when it is so (`valueInstant`).
const SINCE: &str = "urn:rihla:extension:since";

/// How clean it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hygiene {
    Clean,
    Dirty,
    Cleaning,
}

/// Whether it can be used at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Open,
    OutOfOrder,
    Unstaffed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: String,
    pub version: u32,
    pub name: String,
    /// In other scripts and languages.
    pub aliases: Vec<String>,
    /// What it is: site, ward, room, bed (<https://hl7.org/fhir/R4/codesystem-location-physical-type.html>).
    pub level: String,
    /// Whether somebody lies in it, not in a part of it.
    pub is_place: bool,
    pub capacity: u32,
    /// What stands there: bed, cot, chair, corridor.
    pub kind: String,
    /// What it is for, such as `ER` (<https://terminology.hl7.org/CodeSystem-v3-RoleCode.html>); empty where it is not said.
    pub function: String,
    pub hygiene: Hygiene,
    /// Since when it is so clean, where that was said.
    pub since: Option<Instant>,
    pub service: Service,
    pub sex: Option<String>,
    pub isolates: bool,
    pub attributes: Vec<String>,
    /// The id of the Location that it is a part of.
    pub above: Option<String>,
    source: Object,
    others: Vec<String>,
}

impl Place {
    pub fn read(place: Value<'_>, version: u32, zone: &Zone) -> Self {
        let text = |path: &str| place.text(path).unwrap_or_default().into_owned();
        let said = |url: &str, value: &str| place.extensions("", url).first().and_then(|one| one.text(value)).map(|text| text.into_owned());
        let state = text("operationalStatus.code");
        let service = match (text("status").as_str(), state.as_str()) {
            ("suspended" | "inactive", _) | (_, "C") => Service::OutOfOrder,
            _ if said(UNSTAFFED, "valueBoolean").as_deref() == Some("true") => Service::Unstaffed,
            _ => Service::Open,
        };
        let hygiene = match state.as_str() {
            "K" => Hygiene::Dirty,
            "H" => Hygiene::Cleaning,
            _ => Hygiene::Clean,
        };
        let others = place.all("extension").into_iter().filter(|one| one.text("url").as_deref() != Some(UNSTAFFED));
        Self {
            id: text("id"),
            version,
            name: text("name"),
            aliases: place.all("alias").iter().filter_map(|alias| alias.as_str()).map(|alias| alias.into_owned()).collect(),
            level: text("physicalType.coding.code"),
            is_place: places::is_place(place),
            capacity: places::capacity(place),
            kind: said(KIND, "valueCode").unwrap_or_else(|| "bed".to_owned()),
            function: text("type.coding.code"),
            hygiene,
            since: place
                .extensions("operationalStatus", SINCE)
                .first()
                .and_then(|one| parse_date(&one.text("valueInstant")?, zone))
                .map(|span| Instant(span.lo)),
            service,
            sex: said(SEX, "valueCode"),
            isolates: said(ISOLATES, "valueBoolean").as_deref() == Some("true"),
            attributes: place.extensions("", ATTRIBUTE).iter().filter_map(|one| one.text("valueCode")).map(|code| code.into_owned()).collect(),
            above: place.reference("partOf.reference", "Location").map(|id| id.into_owned()),
            source: Object::of(place),
            others: others.map(crate::object::written).collect(),
        }
    }

    /// The Location with another state of cleanness.
    pub fn with_hygiene(&self, hygiene: Hygiene, now: Instant) -> String {
        let mut out = self.source.clone();
        out.set("operationalStatus", operational(hygiene, Some(now)));
        out.text()
    }

    /// The Location put in or out of use. Whoever lies there stays.
    pub fn with_service(&self, service: Service) -> String {
        let mut out = self.source.clone();
        let mut extensions = self.others.clone();
        if service == Service::Unstaffed {
            extensions.push(format!(r#"{{"url":{},"valueBoolean":true}}"#, quoted(UNSTAFFED)));
        }
        out.set_list("extension", &extensions);
        out.set("status", quoted(if service == Service::OutOfOrder { "suspended" } else { "active" }));
        // What was closed by its operational status alone is open again.
        out.set("operationalStatus", operational(self.hygiene, self.since));
        out.text()
    }
}

/// Of a name and its aliases the one in Arabic letters, or the one that is not.
pub fn called<'n>(name: &'n str, aliases: &'n [String], arabic: bool) -> &'n str {
    let is_arabic = |text: &str| text.chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter));
    std::iter::once(name).chain(aliases.iter().map(String::as_str)).find(|text| is_arabic(text) == arabic).unwrap_or(name)
}

fn operational(hygiene: Hygiene, since: Option<Instant>) -> String {
    let (code, display) = match hygiene {
        Hygiene::Clean => ("U", "Unoccupied"),
        Hygiene::Dirty => ("K", "Contaminated"),
        Hygiene::Cleaning => ("H", "Housekeeping"),
    };
    let since = since.map(|at| format!(r#""extension":[{{"url":"{SINCE}","valueInstant":{}}}],"#, quoted(&instant_text(at)))).unwrap_or_default();
    format!(r#"{{{since}"system":{},"code":"{code}","display":"{display}"}}"#, quoted(STATUS))
}
