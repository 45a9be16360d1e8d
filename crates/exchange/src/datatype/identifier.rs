//! CX, EI, XCN, XON, PL: numbers, who gave them, and what they name.

use super::coded::in_address;
use super::{name, time};
use crate::Settings;
use crate::map::Placer;
use crate::node::{Node, Object};
use rihla_hl7v2::Value;

/// A number and the system in which it is unique.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number {
    pub system: String,
    pub value: String,
}

impl Number {
    /// As a search parameter's value: `system|value`.
    pub fn token(&self) -> String {
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace(',', "\\,").replace('$', "\\$");
        format!("{}|{}", in_query(&escaped(&self.system)), in_query(&escaped(&self.value)))
    }

    pub fn identifier(&self) -> Object {
        Object::new().with("system", self.system.as_str()).with("value", self.value.as_str())
    }
}

/// A text within a query: addresses stay readable.
pub fn in_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ':' | '/' => out.push(character),
            other => out.push_str(&in_address(other.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

/// The system of an assigning authority (HD: name, universal id, its type), nothing if it says nothing.
pub fn authority(value: Value<'_>, settings: &Settings) -> Option<String> {
    system_of(value.sub(1).some().as_deref(), value.sub(2).some().as_deref(), value.sub(3).some().as_deref(), settings)
}

fn system_of(name: Option<&str>, universal: Option<&str>, kind: Option<&str>, settings: &Settings) -> Option<String> {
    if let Some(known) = [universal, name].into_iter().flatten().find_map(|it| settings.systems.get(it.trim())) {
        return Some(known.clone());
    }
    if let Some(id) = universal {
        match kind {
            Some("ISO") => return Some(format!("urn:oid:{}", id.trim())),
            Some("UUID" | "GUID") => return Some(format!("urn:uuid:{}", id.trim().to_ascii_lowercase())),
            Some("URI") => return Some(id.trim().to_owned()),
            _ => {}
        }
    }
    name.or(universal).map(|it| format!("{}{}", settings.unknown_system, in_address(it.trim())))
}

/// CX: the number and its system; the usual system if it names no authority. Nothing if there is none: it could be anybody's.
pub fn number(value: Value<'_>, settings: &Settings) -> Option<Number> {
    let text = value.part(1)?.trim().to_owned();
    let system = authority(value.component(4), settings).or_else(|| usual(settings))?;
    Some(Number { system, value: text })
}

fn usual(settings: &Settings) -> Option<String> {
    (!settings.usual_system.is_empty()).then(|| settings.usual_system.clone())
}

/// CX as a FHIR identifier.
pub fn identifier(value: Value<'_>, settings: &Settings) -> Object {
    let Some(number) = value.part(1) else { return Object::new() };
    let system = authority(value.component(4), settings).or_else(|| usual(settings));
    let mut out = Object::new().with("type", value.part(5).map(|it| kind(it.trim()))).with("system", system).with("value", number.trim());
    out.put("period", time::period_of_days(value.part(7), value.part(8)));
    out
}

/// A type of identifier (table 0203).
pub fn kind(code: &str) -> Object {
    let coding = Object::new().with("system", "http://terminology.hl7.org/CodeSystem/v2-0203").with("code", code);
    Object::new().with("coding", Node::list([coding]))
}

/// EI: a number that an application gave (order numbers).
pub fn entity(value: Value<'_>, settings: &Settings) -> Option<Number> {
    let text = value.part(1)?.trim().to_owned();
    let part = |number: usize| value.part(number);
    let system = system_of(part(2).as_deref(), part(3).as_deref(), part(4).as_deref(), settings).or_else(|| usual(settings))?;
    Some(Number { system, value: text })
}

/// EI of who placed an order: some systems that fill orders give it back without its authority.
pub fn placer(value: Value<'_>, settings: &Settings) -> Option<Placer> {
    let text = value.part(1)?.trim().to_owned();
    let part = |number: usize| value.part(number);
    Some(Placer { value: text, system: system_of(part(2).as_deref(), part(3).as_deref(), part(4).as_deref(), settings) })
}

/// XCN: somebody who cares, referred to by number and name. Nobody is made from a message.
pub fn carer(value: Value<'_>, settings: &Settings) -> Object {
    let mut out = Object::new();
    if let Some(id) = value.part(1) {
        let system = authority(value.component(9), settings).unwrap_or_else(|| settings.usual_system.clone());
        let identifier = Object::new().with("type", value.part(13).map(|it| kind(it.trim()))).with("system", system).with("value", id.trim());
        out.put("identifier", identifier);
    }
    out.put("display", name::line(&name::carer(value)));
    if !out.is_empty() {
        out.put("type", "Practitioner");
    }
    out
}

/// XON: an organisation, referred to by number and name.
pub fn organization(value: Value<'_>, settings: &Settings) -> Object {
    let mut out = Object::new();
    if let Some(id) = value.part(10).or_else(|| value.part(3)) {
        let system = authority(value.component(6), settings).unwrap_or_else(|| settings.usual_system.clone());
        out.put("identifier", Object::new().with("system", system).with("value", id.trim()));
    }
    out.put("display", value.part(1));
    if !out.is_empty() {
        out.put("type", "Organization");
    }
    out
}

/// PL: a place by unit, room and bed within a facility.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub unit: String,
    pub room: String,
    pub bed: String,
    pub facility: String,
    pub building: String,
    pub floor: String,
}

impl Place {
    pub fn read(value: Value<'_>) -> Option<Self> {
        let at = |number: usize| value.part(number).map(|it| it.trim().to_owned()).unwrap_or_default();
        let place = Self { unit: at(1), room: at(2), bed: at(3), facility: at(4), building: at(7), floor: at(8) };
        (place != Self::default()).then_some(place)
    }

    /// The parts that are there, from the facility down to the bed.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        [&self.facility, &self.building, &self.floor, &self.unit, &self.room, &self.bed].into_iter().map(String::as_str).filter(|it| !it.is_empty())
    }

    /// By which the house knows the place: unit, room and bed, as the sender joins them. The system is empty where any will do.
    pub fn number(&self, settings: &Settings) -> Option<Number> {
        let value = [self.unit.as_str(), &self.room, &self.bed].join("^");
        let value = value.trim_matches('^').to_owned();
        let of_facility = settings.systems.get(&self.facility).filter(|_| settings.places.is_empty());
        let system = of_facility.unwrap_or(&settings.places).clone();
        (!value.is_empty()).then_some(Number { system, value })
    }

    /// A reference to the place by the name that its sender gives it: unit, room and bed.
    pub fn reference(&self, settings: &Settings) -> Object {
        let value = [self.unit.as_str(), &self.room, &self.bed].join("^");
        let value = value.trim_end_matches('^');
        let mut out = Object::new().with("type", "Location");
        if !value.is_empty() {
            let system = match self.facility.as_str() {
                "" => settings.usual_system.clone(),
                facility => system_of(Some(facility), None, None, settings).unwrap_or_default(),
            };
            out.put("identifier", Object::new().with("system", system).with("value", value));
        }
        out.with("display", self.parts().collect::<Vec<_>>().join(" / "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_hl7v2::{Limits, Message};

    #[test]
    fn a_number_is_of_whoever_gave_it() {
        let mut settings = Settings::of_sender("urn:s", jiff::tz::TimeZone::UTC);
        settings.systems.insert("HOSP".into(), "urn:hosp".into());
        settings.systems.insert("1.2.3".into(), "urn:known".into());
        let cases = [
            ("7^^^HOSP", Some("urn:hosp")),
            ("7^^^OTHER&1.2.3&ISO", Some("urn:known")),
            ("7^^^OTHER&1.2.4&ISO", Some("urn:oid:1.2.4")),
            ("7^^^&A0-B1&UUID", Some("urn:uuid:a0-b1")),
            ("7^^^A B/C", Some("urn:s/Identifier/A%20B%2FC")),
            ("7", Some("urn:s/Identifier")),
            ("^^^HOSP", None),
            ("\"\"^^^HOSP", None),
        ];
        let of = |text: &str, settings: &Settings| {
            let line = format!("MSH|^~\\&|{text}");
            let message = Message::parse(&line, &Limits::default()).expect("message");
            number(message.header().field(3), settings).map(|it| it.system)
        };
        for (text, system) in cases {
            assert_eq!(of(text, &settings).as_deref(), system, "{text}");
        }
        settings.usual_system.clear();
        assert_eq!(of("7", &settings), None, "a number without an authority could be anybody's");
    }

    #[test]
    fn a_token_cannot_break_out_of_its_search() {
        let number = Number { system: "urn:x".into(), value: "1&_id=2|3,4 é".into() };
        assert_eq!(number.token(), "urn:x|1%26_id%3D2%5C%7C3%5C%2C4%20%C3%A9");
    }
}
