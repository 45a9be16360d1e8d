//! What is announced is read again as it was meant.

#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic, reason = "tests")]

use rihla_exchange::datatype::identifier::Number;
use rihla_exchange::map::map;
use rihla_exchange::movement::{Act, Action, Asked, Event, Unit, read};
use rihla_exchange::outbound::{Announcement, Authority, Moved, Partner, announce};
use rihla_exchange::{Settings, instant_of};
use rihla_fhir::json::{Limits, parse};
use rihla_hl7v2::{Charset, Marks, Message, charset};
use std::collections::BTreeMap;

const NUMBERS: &str = "https://chr.example/numbers";
const MOVES: &str = "https://chr.example/movements";

const PATIENT: &str = r#"{"resourceType":"Patient","id":"p1","identifier":[
  {"type":{"coding":[{"code":"PI"}]},"system":"https://chr.example/numbers","value":"00012345"},
  {"system":"https://elsewhere.example","value":"secret"}],
 "name":[{"use":"official","family":"El Fassi|Benjelloun","given":["Zoé","Nour"]},{"use":"usual","family":"الفاسي","given":["زوي"]}],
 "telecom":[{"system":"phone","value":"0612345678","use":"mobile"},{"system":"email","value":"z@x.example","use":"home"},{"system":"phone","value":"0537000000","use":"work"}],
 "gender":"female","birthDate":"1954-02","address":[{"use":"home","line":["12 rue des Orangers"],"city":"Kénitra","postalCode":"14000","country":"MAR"}],
 "maritalStatus":{"coding":[{"code":"M"}]},"deceasedBoolean":false,
 "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName","valueString":"Bennani"}]}"#;

fn encounter(status: &str) -> String {
    let place = |status: &str, value: &str| format!(r#"{{"status":"{status}","location":{{"identifier":{{"value":"{value}"}}}}}}"#);
    let places = match status {
        "planned" => place("planned", "CHIR^7^A"),
        "finished" | "cancelled" => place("completed", "REA^3^1"),
        _ => [place("active", "REA^3^1"), place("completed", "CARD^12^B")].join(","),
    };
    format!(
        r#"{{"resourceType":"Encounter","identifier":[{{"type":{{"coding":[{{"code":"VN"}}]}},"system":"{NUMBERS}","value":"S26-0042"}}],"status":"{status}",
        "class":{{"code":"IMP"}},"period":{{"start":"2026-03-10T08:30:00+01:00"{}}},"location":[{places}],
        "participant":[{{"type":[{{"coding":[{{"code":"ATND"}}]}}],"individual":{{"identifier":{{"system":"{NUMBERS}","value":"10203"}},"display":"Dr Hélène Chraïbi"}}}}]}}"#,
        if status == "finished" { r#","end":"2026-03-15T11:00:00+01:00""# } else { "" }
    )
}

fn partner(charset: Charset) -> Partner {
    let authority = |name: &str, oid: &str, kind: &str| Authority { name: name.into(), oid: oid.into(), kind: kind.into() };
    Partner {
        sending_application: "RIHLA".into(),
        sending_facility: "CHR".into(),
        receiving_application: "LABO".into(),
        receiving_facility: "CHR".into(),
        version: "2.5".into(),
        processing: "P".into(),
        charset,
        marks: Marks::default(),
        zone: jiff::tz::TimeZone::get("Africa/Casablanca").expect("zone"),
        authorities: BTreeMap::from([(NUMBERS.to_owned(), authority("CHR", "1.2.504.1", "PI")), (MOVES.to_owned(), authority("RIHLA", "1.2.504.2", ""))]),
        enhanced: true,
    }
}

fn settings() -> Settings {
    let mut settings = Settings::of_sender("urn:sender", jiff::tz::TimeZone::UTC);
    settings.systems.insert("1.2.504.1".into(), NUMBERS.into());
    settings.systems.insert("1.2.504.2".into(), MOVES.into());
    settings
}

fn moved(historic: bool) -> Moved {
    let unit = |code: &str, name: &str| Some(Unit { code: code.into(), name: name.into() });
    Moved {
        number: Number { system: MOVES.into(), value: "M7".into() },
        starts: "2026-03-12T09:00:00+00:00".into(),
        historic,
        original: None,
        medical_unit: unit("UM-REA", "Réanimation"),
        nursing_unit: unit("UF-3301", "Soins & réanimation"),
        nature: "HMS".into(),
    }
}

fn text(event: Event, status: &str, charset: Charset) -> Option<String> {
    let stay = encounter(status);
    let (patient, stay) = (parse(PATIENT.as_bytes(), &Limits::default()).expect("patient"), parse(stay.as_bytes(), &Limits::default()).expect("stay"));
    let told = Announcement {
        event,
        control_id: "R-1",
        recorded: "2026-03-12T09:15:00+00:00",
        occurred: "2026-03-12T09:00:00+00:00",
        patient: patient.root(),
        encounter: Some(stay.root()),
        movement: Some(moved(false)),
        before: Some(Number { system: NUMBERS.into(), value: "00099999".into() }),
        other: Some(patient.root()),
        places: &BTreeMap::new(),
    };
    announce(&told, &partner(charset)).map(|draft| draft.write())
}

fn round(event: Event, status: &str) -> Asked {
    let written = text(event, status, Charset::Utf8).expect("announced");
    let bytes = Charset::Utf8.encode(&written).expect("UTF-8");
    let (back, _) = charset::decode(&bytes, Charset::Ascii).expect("MSH-18 says UTF-8");
    let message = Message::parse(&back, &rihla_hl7v2::Limits::default()).expect("own message");
    read(&message, &settings()).expect("understood")
}

#[test]
fn each_event_is_read_as_it_was_told() {
    let cases = [
        (Event::Admit, "in-progress"),
        (Event::Transfer, "in-progress"),
        (Event::Discharge, "finished"),
        (Event::Register, "in-progress"),
        (Event::PreAdmit, "planned"),
        (Event::UpdateStay, "in-progress"),
        (Event::CancelAdmit, "cancelled"),
        (Event::CancelTransfer, "in-progress"),
        (Event::CancelDischarge, "in-progress"),
        (Event::LeaveStart, "onleave"),
        (Event::LeaveEnd, "in-progress"),
        (Event::UpdatePerson, "in-progress"),
        (Event::CreatePerson, "in-progress"),
        (Event::Merge, "in-progress"),
        (Event::Unlink, "in-progress"),
    ];
    for (event, status) in cases {
        let asked = round(event, status);
        assert_eq!(asked.event, event);
        let numbers: Vec<_> = asked.person.numbers.iter().map(|it| (it.number.value.as_str(), it.number.system.as_str(), it.kind.as_str())).collect();
        assert_eq!(numbers, [("00012345", NUMBERS, "PI")], "numbers of other systems stay here");
        assert_eq!(asked.person.names, [("El Fassi|Benjelloun".into(), "Zoé Nour".into()), ("الفاسي".into(), "زوي".into())]);
        assert_eq!((asked.person.birth_date.as_str(), asked.person.sex.as_str()), ("1954-02", "female"));
        assert_eq!(asked.told.occurred.as_deref().and_then(instant_of).as_deref(), Some("2026-03-12T09:00:00Z"));
        match asked.stay() {
            Some(stay) => {
                assert_eq!(stay.visit, Number { system: NUMBERS.into(), value: "S26-0042".into() });
                let wanted = if status == "planned" { "CHIR/7/A" } else { "REA/3/1" };
                assert_eq!(stay.place.as_ref().map(|it| it.parts().collect::<Vec<_>>().join("/")).as_deref(), Some(wanted), "{event:?}");
                assert_eq!(stay.attending.first().map(|it| it.name.as_str()), Some("Dr Hélène Chraïbi"));
                assert_eq!(stay.nursing_unit, moved(false).nursing_unit);
                assert_eq!(stay.left.is_some(), status == "finished");
                let movement = asked.movement.as_ref().expect("movement");
                assert_eq!(movement.action, if event.cancels().is_some() { Action::Cancel } else { Action::Insert });
                assert_eq!(movement.original, event.cancels());
                assert_eq!(movement.numbers, [moved(false).number]);
            }
            None => assert!(matches!(asked.act, Act::CreatePerson | Act::UpdatePerson | Act::Merge { .. } | Act::Unlink { .. }), "{event:?}"),
        }
    }
}

#[test]
fn the_patient_comes_back_with_the_same_traits() {
    let written = text(Event::UpdatePerson, "in-progress", Charset::Utf8).expect("announced");
    let message = Message::parse(&written, &rihla_hl7v2::Limits::default()).expect("own message");
    let mapped = map(&message, &settings());
    let mut back = Vec::new();
    rihla_exchange::node::Node::Object(mapped.bundle.entries()[0].resource.clone()).write(&mut back);
    let back = String::from_utf8(back).expect("text");
    for wanted in [
        r#""family":"El Fassi|Benjelloun","given":["Zoé","Nour"]"#,
        r#""birthDate":"1954-02""#,
        r#""value":"0612345678","use":"mobile""#,
        r#""system":"email","value":"z@x.example""#,
        r#""value":"0537000000","use":"work""#,
        r#""city":"Kénitra""#,
        r#""deceasedBoolean":false"#,
        r#""valueString":"Bennani""#,
    ] {
        assert!(back.contains(wanted), "{wanted} in {back}");
    }
}

#[test]
fn a_message_that_would_name_nobody_is_not_written() {
    let mut stranger = partner(Charset::Utf8);
    stranger.authorities.clear();
    let patient = parse(PATIENT.as_bytes(), &Limits::default()).expect("patient");
    let told = Announcement {
        event: Event::CreatePerson,
        control_id: "1",
        recorded: "",
        occurred: "",
        patient: patient.root(),
        encounter: None,
        movement: None,
        before: None,
        other: None,
        places: &BTreeMap::new(),
    };
    assert!(announce(&told, &stranger).is_none());
    assert!(announce(&Announcement { event: Event::Merge, ..told }, &partner(Charset::Utf8)).is_none(), "a merge without the other number");
}

#[test]
fn a_set_that_lacks_a_letter_says_which() {
    let written = text(Event::CreatePerson, "in-progress", Charset::Latin1).expect("announced");
    assert_eq!(Charset::Latin1.encode(&written), Err('ا'));
}
