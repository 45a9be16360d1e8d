//! Made-up messages for the events that the public samples lack, with what each asks and what is written of it.
//!
//! `NAME.hl7` is a message in the character set that it names, `NAME.txt` what is expected. A line that differs is shown.
//! After a change of what is meant: `RIHLA_WRITE_CORPUS=1 cargo nextest run -p rihla-exchange corpus`, then read the difference.

#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic, reason = "tests")]

use rihla_exchange::datatype::identifier::{Number, Place};
use rihla_exchange::map::map;
use rihla_exchange::movement::{Act, Asked, PatientNumber, Stay, read};
use rihla_exchange::node::Node;
use rihla_exchange::{Settings, movement};
use rihla_hl7v2::{Charset, Limits, Message, ack, charset};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn settings() -> Settings {
    let mut settings = Settings::of_sender("urn:sender", jiff::tz::TimeZone::get("Africa/Casablanca").expect("zone"));
    settings.systems.insert("1.2.504.1".into(), "https://chr.example/numbers".into());
    settings.systems.insert("GAM".into(), "https://chr.example/movements".into());
    settings
}

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut found: Vec<_> =
        std::fs::read_dir(folder).expect("corpus").map(|it| it.expect("file").path()).filter(|it| it.extension().is_some_and(|it| it == "hl7")).collect();
    found.sort();
    found
}

fn short(number: &Number) -> String {
    format!("{}|{}", number.system.rsplit('/').next().unwrap_or(""), number.value)
}

fn numbers(numbers: &[PatientNumber]) -> String {
    numbers.iter().map(|it| format!("{} {}", short(&it.number), it.kind)).collect::<Vec<_>>().join(", ")
}

fn place(place: &Option<Place>) -> String {
    place.as_ref().map_or("-".into(), |it| it.parts().collect::<Vec<_>>().join("/"))
}

fn stay(stay: &Stay) -> String {
    let unit = |unit: &Option<movement::Unit>| unit.as_ref().map_or("-".into(), |it| format!("{} {}", it.code, it.name));
    let or = |text: &Option<String>| text.clone().unwrap_or("-".into());
    format!(
        "visit {} class {} at {} before {} doctors {} from {} to {} expected {} {} medicine {} nursing {}",
        short(&stay.visit),
        stay.class,
        place(&stay.place),
        place(&stay.prior_place),
        stay.attending.iter().map(|it| it.name.clone()).collect::<Vec<_>>().join(", "),
        or(&stay.admitted),
        or(&stay.left),
        or(&stay.expected_start),
        or(&stay.expected_end),
        unit(&stay.medical_unit),
        unit(&stay.nursing_unit)
    )
}

fn asked(asked: &Asked, out: &mut String) {
    let person = &asked.person;
    let names = person.names.iter().map(|(family, given)| format!("{family}, {given}")).collect::<Vec<_>>().join("; ");
    writeln!(out, "event {} occurred {}", asked.event.code(), asked.told.occurred.as_deref().unwrap_or("-")).expect("text");
    writeln!(out, "person {} | {names} | {} {} | mother {}", numbers(&person.numbers), person.birth_date, person.sex, person.mother).expect("text");
    if let Some(it) = &asked.movement {
        let original = it.original.map_or("-", |it| it.code());
        let ids = it.numbers.iter().map(short).collect::<Vec<_>>().join(", ");
        let starts = it.starts.as_deref().unwrap_or("-");
        writeln!(out, "movement {ids} {} from {starts} original {original} historic {} nature {}", it.action.name(), it.historic, it.nature).expect("text");
    }
    let act = match &asked.act {
        Act::Merge { kept, gone } => format!("merge: {} stays, {} goes", numbers(kept), numbers(gone)),
        Act::Link { one, other } => format!("link: {} and {}", numbers(one), numbers(other)),
        Act::Unlink { one, other } => format!("unlink: {} and {}", numbers(one), numbers(other)),
        Act::MoveAccount { account, from, to } => format!("move account {}: from {} to {}", short(account), numbers(from), numbers(to)),
        Act::ChangeNumber { from, to } => format!("change number: {} becomes {}", numbers(from), numbers(to)),
        Act::Cancel { what, .. } => format!("cancel {}", what.code()),
        Act::UpdateMovement { original, .. } => format!("update movement {}", original.code()),
        other => format!("{other:?}").split(['(', ' ']).next().unwrap_or("").to_lowercase(),
    };
    writeln!(out, "act {act}").expect("text");
    if let Some(it) = asked.stay() {
        writeln!(out, "stay {}", stay(it)).expect("text");
    }
}

/// What the message asks and what is written of it.
fn described(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (text, _) = charset::decode(bytes, Charset::Utf8).expect("character set");
    let message = Message::parse(&text, &Limits::default()).expect("message");
    match read(&message, &settings()) {
        Ok(it) => asked(&it, &mut out),
        Err(refusal) => {
            let complaint = ack::Complaint::from(&refusal);
            writeln!(out, "refused {} {}: {}", complaint.condition.row().0, complaint.code, complaint.sentence).expect("text");
        }
    }
    let mapped = map(&message, &settings());
    for entry in mapped.bundle.entries() {
        let status = entry.resource.text("status").unwrap_or("");
        let value = match entry.resource.get("valueString").or(entry.resource.get("valueQuantity")) {
            Some(value) => {
                let mut text = Vec::new();
                Node::write(value, &mut text);
                String::from_utf8(text).expect("text")
            }
            None => String::new(),
        };
        writeln!(out, "{} {} {status} {value}", entry.ty, entry.known_by).expect("text");
    }
    mapped.remarks.iter().for_each(|it| writeln!(out, "remark {it}").expect("text"));
    out.lines().map(|it| it.trim_end().to_owned() + "\n").collect()
}

#[test]
fn each_message_of_the_corpus_asks_what_it_is_meant_to() {
    let mut wrong = Vec::new();
    for path in corpus() {
        let found = described(&std::fs::read(&path).expect("message"));
        let beside = path.with_extension("txt");
        if std::env::var_os("RIHLA_WRITE_CORPUS").is_some() {
            std::fs::write(&beside, &found).expect("written");
        }
        let expected = std::fs::read_to_string(&beside).unwrap_or_default();
        if expected != found {
            wrong.push(format!("{}\nexpected:\n{expected}found:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_events_that_the_samples_lack_are_in_the_corpus() {
    let all: String = corpus().iter().map(|it| it.file_stem().expect("name").to_string_lossy().into_owned() + " ").collect();
    for event in movement::Event::all() {
        assert!(all.contains(&event.code().to_lowercase()), "{}", event.code());
    }
}

#[test]
fn what_is_written_of_the_corpus_is_valid_fhir() {
    use rihla_fhir::issue::{Issues, Severity};
    use rihla_fhir::validate::{Options, validate};
    for path in corpus() {
        let bytes = std::fs::read(&path).expect("message");
        let (text, _) = charset::decode(&bytes, Charset::Utf8).expect("character set");
        let message = Message::parse(&text, &Limits::default()).expect("message");
        let written = map(&message, &settings()).bundle.write();
        let doc = rihla_fhir::json::parse(&written, &rihla_fhir::json::Limits::default()).expect("JSON");
        let resources = doc.root().get("entry").into_iter().flat_map(|it| it.items()).filter_map(|it| it.get("resource"));
        for resource in resources {
            let mut issues = Issues::default();
            validate(resource, None, Options { conditional_references: true }, &mut (), &mut issues);
            let errors: Vec<_> = issues.list().iter().filter(|it| it.severity() == Severity::Error).map(|it| it.expression.clone()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        }
    }
}
