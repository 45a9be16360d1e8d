//! A message as the description of what it asks.

use super::act::{Act, Action, Asked, Carer, Movement, PatientNumber, Person, Stay, Told, Unit};
use super::event::{Concerns, Event};
use crate::Settings;
use crate::datatype::identifier::{self, Number, Place};
use crate::datatype::{name, time};
use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::ack::{Complaint, Severity};
use rihla_hl7v2::{ErrorCode, Message, Place as Spot, Segment, Value};
use thiserror::Error;

/// Why a message asks nothing that can be done.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    #[error("This is no ADT message, or its event {event:?} is not one that is understood here. Ask for the list of events of this channel.")]
    Event { event: String },
    #[error("The message has no {segment} segment. Send it with this event.")]
    Segment { segment: &'static str },
    #[error("{segment}-{field} is empty: {what}. Send it with this event.")]
    Missing { segment: &'static str, field: usize, what: &'static str },
    #[error("ZBE-4 is {found:?}. It is INSERT, UPDATE or CANCEL, and fits the event: {event} is sent with {wanted}.")]
    Action { found: String, event: &'static str, wanted: &'static str },
}

impl From<&Refusal> for Complaint {
    fn from(refusal: &Refusal) -> Self {
        let (condition, place, code) = match refusal {
            Refusal::Event { .. } => (ErrorCode::UnsupportedEvent, Spot::new("MSH", 1, 9), "RH-EX-EVENT"),
            Refusal::Segment { segment } => (ErrorCode::SegmentSequence, Spot::new(segment, 1, 0), "RH-EX-SEGMENT"),
            Refusal::Missing { segment, field, .. } => (ErrorCode::RequiredFieldMissing, Spot::new(segment, 1, *field), "RH-EX-MISSING"),
            Refusal::Action { .. } => (ErrorCode::TableValue, Spot::new("ZBE", 1, 4), "RH-EX-ACTION"),
        };
        Self { condition, severity: Severity::Error, place, code: code.to_owned(), sentence: refusal.to_string() }
    }
}

/// Reads what is asked. Pure: nothing is looked up.
pub fn read(message: &Message<'_>, settings: &Settings) -> Result<Asked, Refusal> {
    let (kind, event) = message.header().event();
    let event = if event.is_empty() { message.segment("EVN").map_or("", |it| it.field(1).component(1).raw()) } else { event };
    let event = Event::of_code(event).filter(|_| kind == "ADT").ok_or_else(|| Refusal::Event { event: event.to_owned() })?;
    let pid = message.segment("PID").ok_or(Refusal::Segment { segment: "PID" })?;
    let person = person(pid, settings);
    if person.numbers.is_empty() {
        return Err(Refusal::Missing { segment: "PID", field: 3, what: "nobody is named" });
    }
    let movement = message.segment("ZBE").map(|zbe| movement(zbe, event, settings)).transpose()?;
    let act = match event.concerns() {
        Concerns::Person if event == Event::CreatePerson => Act::CreatePerson,
        Concerns::Person => Act::UpdatePerson,
        Concerns::Two => of_two(message, event, &person, settings)?,
        Concerns::Stay => of_stay(message, event, movement.as_ref(), settings)?,
    };
    Ok(Asked { event, told: told(message, movement.as_ref(), settings), person, movement, act })
}

fn told(message: &Message<'_>, movement: Option<&Movement>, settings: &Settings) -> Told {
    let header = message.header();
    let mut told = Told {
        control_id: header.control_id().into_owned(),
        application: header.field(3).text().into_owned(),
        facility: header.field(4).text().into_owned(),
        ..Told::default()
    };
    if let Some(evn) = message.segment("EVN") {
        told.occurred = time::date_time(evn.field(6), settings);
        told.recorded = time::date_time(evn.field(2), settings);
        told.operator = evn.field(5).repeats().next().map(|it| carer(it, settings)).unwrap_or_default();
    }
    told.occurred = told.occurred.or_else(|| movement.and_then(|it| it.starts.clone()));
    told
}

/// Whom a PID names.
pub fn person(pid: Segment<'_>, settings: &Settings) -> Person {
    let names = pid.field(5).repeats().map(|it| {
        let human = name::human(it);
        (text(&human, "family"), text(&human, "given"))
    });
    Person {
        numbers: numbers(pid.field(3), settings),
        names: names.collect(),
        birth_date: time::date(pid.field(7)).unwrap_or_default(),
        sex: pid.field(8).part(1).and_then(|it| tables::code("0001", &it)).unwrap_or_default().to_owned(),
        mother: pid.field(6).repeats().next().map(|it| name::line(&name::human(it))).unwrap_or_default(),
        reliability: pid.field(32).repeats().filter_map(|it| it.part(1).map(|it| it.into_owned())).collect(),
    }
}

fn text(object: &Object, key: &str) -> String {
    match object.get(key) {
        Some(Node::Text(text)) => text.clone(),
        Some(Node::List(list)) => list.iter().filter_map(|it| if let Node::Text(text) = it { Some(text.as_str()) } else { None }).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

fn numbers(value: Value<'_>, settings: &Settings) -> Vec<PatientNumber> {
    let number = |it: Value<'_>| {
        let kind = it.part(5).map(|it| it.trim().to_owned()).unwrap_or_default();
        identifier::number(it, settings).map(|number| PatientNumber { number, kind })
    };
    value.repeats().filter_map(number).collect()
}

fn carer(value: Value<'_>, settings: &Settings) -> Carer {
    let number = value.part(1).map(|id| {
        let system = identifier::authority(value.component(9), settings).unwrap_or_else(|| settings.usual_system.clone());
        Number { system, value: id.trim().to_owned() }
    });
    Carer { number, name: name::line(&name::carer(value)) }
}

/// MRG, or in A24 and A37 a second PID.
fn of_two(message: &Message<'_>, event: Event, person: &Person, settings: &Settings) -> Result<Act, Refusal> {
    let own = person.numbers.clone();
    if matches!(event, Event::Link | Event::Unlink) {
        let second = message.segments().filter(|it| it.name() == "PID").nth(1).ok_or(Refusal::Segment { segment: "PID" })?;
        let other = numbers(second.field(3), settings);
        if other.is_empty() {
            return Err(Refusal::Missing { segment: "PID", field: 3, what: "the second patient is not named" });
        }
        return Ok(if event == Event::Link { Act::Link { one: own, other } } else { Act::Unlink { one: own, other } });
    }
    let mrg = message.segment("MRG").ok_or(Refusal::Segment { segment: "MRG" })?;
    let before = numbers(mrg.field(1), settings);
    if before.is_empty() {
        return Err(Refusal::Missing { segment: "MRG", field: 1, what: "the other number is not named" });
    }
    Ok(match event {
        Event::Merge => Act::Merge { kept: own, gone: before },
        Event::ChangeNumber => Act::ChangeNumber { from: before, to: own },
        _ => {
            let account = [mrg.field(3), mrg.field(5)].into_iter().find_map(|it| identifier::number(it.repeat(0), settings));
            let account = account.or_else(|| message.segment("PID").and_then(|pid| identifier::number(pid.field(18), settings)));
            let account = account.ok_or(Refusal::Missing { segment: "MRG", field: 3, what: "which account was another's is not said" })?;
            Act::MoveAccount { account, from: before, to: own }
        }
    })
}

fn of_stay(message: &Message<'_>, event: Event, movement: Option<&Movement>, settings: &Settings) -> Result<Act, Refusal> {
    let pv1 = message.segment("PV1").ok_or(Refusal::Segment { segment: "PV1" })?;
    let stay = stay(message, pv1, settings)?;
    if let Some(what) = event.cancels() {
        return Ok(Act::Cancel { what, stay });
    }
    Ok(match event {
        Event::Admit => Act::Admit(stay),
        Event::Register => Act::Register(stay),
        Event::PreAdmit => Act::PreAdmit(stay),
        Event::Transfer => Act::Transfer(stay),
        Event::Discharge => Act::Discharge(stay),
        Event::ToInpatient | Event::ToOutpatient => Act::ChangeClass(stay),
        Event::ChangeDoctor => Act::ChangeDoctor(stay),
        Event::LeaveStart => Act::LeaveStart(stay),
        Event::LeaveEnd => Act::LeaveEnd(stay),
        Event::UpdateMovement => {
            let movement = movement.ok_or(Refusal::Segment { segment: "ZBE" })?;
            let original = movement.original.ok_or(Refusal::Missing { segment: "ZBE", field: 6, what: "which movement is updated is not said" })?;
            Act::UpdateMovement { original, stay }
        }
        _ => Act::UpdateStay(stay),
    })
}

fn stay(message: &Message<'_>, pv1: Segment<'_>, settings: &Settings) -> Result<Stay, Refusal> {
    let visit = identifier::number(pv1.field(19).repeat(0), settings);
    // PAM lets a site name its stays by the account number.
    let visit = visit.or_else(|| message.segment("PID").and_then(|pid| identifier::number(pid.field(18), settings)));
    let visit = visit.ok_or(Refusal::Missing { segment: "PV1", field: 19, what: "which stay is meant is not said" })?;
    let pv2 = message.segment("PV2");
    let expected = |field: usize| pv2.and_then(|it| time::date_time(it.field(field), settings));
    let zbe = message.segment("ZBE");
    let unit = |field: usize| zbe.and_then(|it| unit(it.field(field)));
    Ok(Stay {
        visit,
        class: pv1.field(2).text().trim().to_owned(),
        place: Place::read(pv1.field(3)),
        prior_place: Place::read(pv1.field(6)),
        pending_place: Place::read(pv1.field(42)),
        temporary_place: Place::read(pv1.field(11)),
        attending: pv1.field(7).repeats().map(|it| carer(it, settings)).filter(|it| *it != Carer::default()).collect(),
        admitted: time::date_time(pv1.field(44), settings),
        left: time::date_time(pv1.field(45).repeat(0), settings),
        expected_start: expected(8),
        expected_end: expected(9),
        disposition: pv1.field(36).part(1).map(|it| it.trim().to_owned()).unwrap_or_default(),
        medical_unit: unit(7),
        nursing_unit: unit(8),
    })
}

/// XON: the code is its tenth component, or the third of older versions.
fn unit(value: Value<'_>) -> Option<Unit> {
    let code = value.part(10).or_else(|| value.part(3)).map(|it| it.trim().to_owned()).unwrap_or_default();
    let unit = Unit { code, name: value.part(1).map(|it| it.into_owned()).unwrap_or_default() };
    (unit != Unit::default()).then_some(unit)
}

fn movement(zbe: Segment<'_>, event: Event, settings: &Settings) -> Result<Movement, Refusal> {
    let numbers: Vec<Number> = zbe.field(1).repeats().filter_map(|it| identifier::entity(it, settings)).collect();
    if numbers.is_empty() {
        return Err(Refusal::Missing { segment: "ZBE", field: 1, what: "the movement has no number" });
    }
    let found = zbe.field(4).text().trim().to_owned();
    let fits = Action::read(&found).filter(|it| *it == wanted(event) || wanted(event) == Action::Insert && event == Event::UpdateStay);
    let action = fits.ok_or(Refusal::Action { found, event: event.code(), wanted: wanted(event).name() })?;
    Ok(Movement {
        numbers,
        starts: time::date_time(zbe.field(2), settings),
        ends: time::date_time(zbe.field(3), settings),
        action,
        historic: zbe.field(5).text() == "Y",
        original: Event::of_code(zbe.field(6).text().trim()),
        nature: zbe.field(9).part(1).map(|it| it.into_owned()).unwrap_or_default(),
    })
}

/// An event that takes back is sent with CANCEL, Z99 with UPDATE, all others begin a movement.
fn wanted(event: Event) -> Action {
    match event {
        Event::UpdateMovement => Action::Update,
        event if event.cancels().is_some() => Action::Cancel,
        _ => Action::Insert,
    }
}
