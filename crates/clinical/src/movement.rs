//! One movement of a stay: an entry of `Encounter.location` (docs/decisions/0023-stays-and-places.md).

use crate::object::{Object, concept, quoted, reference, written};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_fhirpath::{Zone, parse_date};
use rihla_kernel::Instant;
use rihla_store::body::instant_text;
use rihla_store::places::{self, SLOT};

const PHYSICAL: &str = "http://terminology.hl7.org/CodeSystem/location-physical-type";
/// What kind of movement an entry is (`valueCode`).
const KIND: &str = "urn:rihla:extension:movement-kind";
/// The units that answer for the patient; `rihla-rights` reads them too.
const MEDICAL: &str = "urn:rihla:extension:responsible-medical";
const NURSING: &str = "urn:rihla:extension:responsible-nursing";
/// As a modifier: the movement did not happen. Its value says why.
const CANCELLED: &str = "urn:rihla:extension:movement-cancelled";
/// As a modifier, of what is over: the place was kept for the patient or promised to them; they were not in it
/// (`valueBoolean`). Without it `completed` says that they were.
const ABSENT: &str = "urn:rihla:extension:movement-without-patient";
/// The movement was entered at another time than the one it bears (`valueString`: why).
const REASON: &str = "urn:rihla:extension:movement-reason";
/// By which another system names the movement (`valueIdentifier`; HL7 ZBE-1).
const NUMBER: &str = "urn:rihla:extension:movement-number";

/// How far an entry has come (<https://hl7.org/fhir/R4/valueset-encounter-location-status.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Promised: the patient has not come.
    Planned,
    /// The patient is there.
    Active,
    /// Kept for the patient, who is elsewhere.
    Reserved,
    Completed,
}

/// What an entry says that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Admission,
    Transfer,
    /// The place is kept while the patient is in theatre, in intensive care or at an examination.
    Hold,
    /// The place is kept while the patient is away from the hospital with permission.
    Leave,
    /// Back into a place that was kept.
    Return,
    Reservation,
}

impl Kind {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Admission, "admission"),
        (Self::Transfer, "transfer"),
        (Self::Hold, "hold"),
        (Self::Leave, "leave"),
        (Self::Return, "return"),
        (Self::Reservation, "reservation"),
    ];

    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, code)| code)
    }

    fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(kind, _)| *kind)
    }

    /// Whether the patient themself is in the place while it lasts.
    pub fn is_presence(self) -> bool {
        matches!(self, Self::Admission | Self::Transfer | Self::Return)
    }
}

/// Who answers for the patient: `Location/…` or `Organization/…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    pub medical: String,
    pub nursing: String,
}

/// A place with its slot, or a unit, a theatre, a corridor that has no slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub location: String,
    /// `None`: no place in which one lies.
    pub slot: Option<u32>,
}

/// A number by which another system names a movement: its later updates and cancellations bear it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub system: String,
    pub value: String,
}

impl Named {
    pub(crate) fn read(of: Value<'_>, url: &str) -> Vec<Self> {
        let text = |one: &Value<'_>, path: &str| one.text(path).unwrap_or_default().into_owned();
        let named = of.extensions("", url).into_iter();
        named.map(|one| Self { system: text(&one, "valueIdentifier.system"), value: text(&one, "valueIdentifier.value") }).collect()
    }

    pub(crate) fn write(&self, url: &str) -> String {
        let system = if self.system.is_empty() { String::new() } else { format!(r#""system":{},"#, quoted(&self.system)) };
        format!(r#"{{"url":{},"valueIdentifier":{{{system}"value":{}}}}}"#, quoted(url), quoted(&self.value))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Unique within the stay: `<stay>.<id>` is the movement's id for other systems (HL7 ZBE-1).
    pub id: String,
    pub kind: Kind,
    pub spot: Spot,
    pub status: Status,
    pub from: Option<Instant>,
    pub to: Option<Instant>,
    pub answers: Answers,
    /// Why it did not happen.
    pub cancelled: Option<String>,
    /// Why its time was corrected, or what was said with it.
    pub reason: String,
    /// What others call it.
    pub numbers: Vec<Named>,
    /// The entry as it came, with what is not known here, and the times that it bore.
    source: Object,
    came: (Option<Instant>, Option<Instant>),
    /// It was given another place than the one with which it came.
    moved: bool,
    /// Extensions that are not known here, as JSON; and those that modify.
    others: Vec<String>,
    modifiers: Vec<String>,
}

impl Movement {
    pub fn new(id: String, kind: Kind, spot: Spot, status: Status, from: Instant, answers: Answers) -> Self {
        Self {
            id,
            kind,
            spot,
            status,
            from: Some(from),
            to: None,
            answers,
            cancelled: None,
            reason: String::new(),
            numbers: Vec::new(),
            source: Object::default(),
            came: (None, None),
            moved: false,
            others: Vec::new(),
            modifiers: Vec::new(),
        }
    }

    /// Whether the patient is there, or the place is kept for them.
    pub fn holds(&self) -> bool {
        self.cancelled.is_none() && matches!(self.status, Status::Active | Status::Reserved)
    }

    pub fn ends(&mut self, at: Instant) {
        (self.status, self.to) = (Status::Completed, Some(at));
    }

    /// It was in another place.
    pub(crate) fn relocate(&mut self, spot: Spot) {
        (self.spot, self.moved) = (spot, true);
    }

    pub fn is_named(&self, number: &Named) -> bool {
        self.numbers.contains(number)
    }

    /// Whether it covers an instant.
    pub fn covers(&self, at: Instant) -> bool {
        self.cancelled.is_none() && self.from.is_some_and(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }

    pub fn read(entry: Value<'_>, zone: &Zone, number: usize) -> Self {
        let text = |path: &str| entry.text(path).unwrap_or_default().into_owned();
        let instant = |path: &str| parse_date(&text(path), zone).map(|span| Instant(span.lo));
        let said = |url: &str, value: &str| entry.extensions("", url).first().and_then(|one| one.text(value)).unwrap_or_default().into_owned();
        let status = match text("status").as_str() {
            "planned" => Status::Planned,
            "reserved" => Status::Reserved,
            "completed" => Status::Completed,
            _ if entry.at("period.end").is_some() => Status::Completed,
            _ => Status::Active,
        };
        let told = entry.extensions("", KIND).first().and_then(|one| one.text("valueCode")).and_then(|code| Kind::of(&code));
        let kind = told.unwrap_or(match (status, number) {
            (Status::Planned, _) => Kind::Reservation,
            (Status::Reserved, _) => Kind::Hold,
            (_, 0) => Kind::Admission,
            _ => Kind::Transfer,
        });
        let modifiers = entry.all("modifierExtension");
        let cancelled = modifiers.iter().find(|one| one.text("url").as_deref() == Some(CANCELLED));
        let known = [KIND, MEDICAL, NURSING, REASON, NUMBER, SLOT];
        let others = entry.all("extension").into_iter().filter(|one| !one.text("url").is_some_and(|url| known.contains(&url.as_ref())));
        Self {
            id: entry.text("id").map_or_else(|| format!("m{}", number + 1), |id| id.into_owned()),
            kind,
            spot: Spot {
                location: entry.reference("location.reference", "Location").unwrap_or_default().into_owned(),
                slot: places::is_place(entry).then(|| places::slot(entry)),
            },
            status,
            from: instant("period.start"),
            to: instant("period.end"),
            answers: Answers { medical: said(MEDICAL, "valueReference.reference"), nursing: said(NURSING, "valueReference.reference") },
            cancelled: cancelled.map(|why| why.text("valueString").unwrap_or_default().into_owned()),
            reason: said(REASON, "valueString"),
            numbers: Named::read(entry, NUMBER),
            others: others.map(written).collect(),
            modifiers: modifiers
                .iter()
                .filter(|one| !one.text("url").is_some_and(|url| [CANCELLED, ABSENT].contains(&url.as_ref())))
                .map(|one| written(*one))
                .collect(),
            source: Object::of(entry),
            came: (instant("period.start"), instant("period.end")),
            moved: false,
        }
    }

    /// The entry as JSON.
    pub fn write(&self) -> String {
        let mut out = self.source.clone();
        let mut extensions = self.others.clone();
        let mut say = |url: &str, value: &str, json: String| extensions.push(format!(r#"{{"url":{},"{value}":{json}}}"#, quoted(url)));
        say(KIND, "valueCode", quoted(self.kind.code()));
        if let Some(slot) = self.spot.slot.filter(|slot| *slot > 0) {
            say(SLOT, "valueUnsignedInt", slot.to_string());
        }
        for (url, unit) in [(MEDICAL, &self.answers.medical), (NURSING, &self.answers.nursing)] {
            if !unit.is_empty() {
                say(url, "valueReference", reference(unit));
            }
        }
        if !self.reason.is_empty() {
            say(REASON, "valueString", quoted(&self.reason));
        }
        extensions.extend(self.numbers.iter().map(|number| number.write(NUMBER)));
        let mut entry = Object::default();
        entry.set("id", quoted(&self.id));
        entry.set_list("extension", &extensions);
        let mut modifiers = self.modifiers.clone();
        if let Some(why) = &self.cancelled {
            modifiers.push(format!(r#"{{"url":{},"valueString":{}}}"#, quoted(CANCELLED), quoted(why)));
        } else if self.status == Status::Completed && !self.kind.is_presence() {
            modifiers.push(format!(r#"{{"url":{},"valueBoolean":true}}"#, quoted(ABSENT)));
        }
        entry.set_list("modifierExtension", &modifiers);
        // Another place than it came with: where somebody was is corrected.
        if self.source == Object::default() || self.moved {
            entry.set("location", reference(&format!("Location/{}", self.spot.location)));
            if self.spot.slot.is_some() {
                entry.set("physicalType", concept(PHYSICAL, "bd"));
            } else {
                out.remove("physicalType");
            }
        }
        let status = match self.status {
            Status::Planned => "planned",
            Status::Active => "active",
            Status::Reserved => "reserved",
            Status::Completed => "completed",
        };
        entry.set("status", quoted(status));
        let bounds = [("start", self.from), ("end", self.to)];
        let bounds: Vec<String> = bounds.iter().filter_map(|(name, at)| at.map(|at| format!(r#""{name}":{}"#, quoted(&instant_text(at))))).collect();
        // Times that did not change stay in the zone in which they were told.
        if !bounds.is_empty() && (self.from, self.to) != self.came {
            entry.set("period", format!("{{{}}}", bounds.join(",")));
        }
        out.overlay(entry, &["extension", "modifierExtension"]);
        out.text()
    }
}
