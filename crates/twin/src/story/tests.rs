use super::lists::{Manager, Name, Numbered, Pair, Place, Scheme, Site};
use super::*;
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Doc, Limits, parse};
use rihla_fhir::validate::{Options, validate};
use std::collections::HashSet;
use std::sync::LazyLock;

/// 2024-11-21T09:00:00Z.
const NOW: i64 = 1_732_179_600_000;

fn lists() -> Lists {
    let pair = |text: &str| Pair { fr: text.into(), ar: format!("ع {text}") };
    let names = |start: &str| {
        (0..24).map(|at| Name { arabic: format!("اسم{at}{start}"), latin: vec![format!("{start}{at}"), format!("{start}{at}h")], weight: 5 }).collect()
    };
    let numbered = |system: &str, mask: &str| Numbered { system: system.into(), mask: mask.into() };
    let site = |code: &str| Site { code: code.into(), name: pair(code), patient_number: numbered(&format!("urn:x:{code}"), "99999999") };
    Lists {
        country: "XX".into(),
        zone: "Africa/Casablanca".into(),
        group_code: "g".into(),
        group_name: pair("Groupe"),
        sites: vec![site("one"), site("two")],
        group_number: Some(numbered("urn:x:group", "9999999999")),
        identity_card: Some(numbered("urn:x:card", "AA999999")),
        passport: Some(numbered("urn:x:passport", "XXXXXXXXX")),
        professional: Some(numbered("urn:x:professional", "999999999")),
        insured: Some("urn:x:insured".into()),
        phones: vec!["+000699999999".into()],
        female_names: names("Fa"),
        male_names: names("Ma"),
        family_names: names("Na"),
        places: vec![Place { name: pair("Ville"), province: pair("Province"), region: pair("Région"), population: 1000 }],
        schemes: vec![Scheme { code: "s".into(), name: pair("Régime"), manager: "m".into() }],
        managers: vec![Manager { code: "m".into(), short: "M".into(), name: pair("Caisse") }],
    }
}

fn hospital(seed: u64, patients: u32) -> Hospital {
    Hospital::new(lists(), Setting { seed, patients, now: NOW }).expect("a hospital")
}

fn all(seed: u64, patients: u32) -> Vec<String> {
    let mut hospital = hospital(seed, patients);
    let mut lines = hospital.ground();
    while let Some(chart) = hospital.next_chart() {
        lines.extend(chart);
    }
    lines
}

/// The stories that most tests look at.
static STORIES: LazyLock<Vec<String>> = LazyLock::new(|| all(1, 300));

fn read(line: &str) -> Doc<'_> {
    parse(line.as_bytes(), &Limits::default()).expect("json")
}

fn text(doc: &Doc<'_>, path: &[&str]) -> Option<String> {
    let mut at = doc.root();
    for key in path {
        at = at.get(key)?;
    }
    at.as_str().map(|text| text.to_string())
}

fn kind(line: &str) -> &str {
    line.strip_prefix("{\"resourceType\":\"").and_then(|rest| rest.split('"').next()).expect("a type")
}

/// What stands between a mark and the next quote, each time.
fn after<'l>(line: &'l str, mark: &str) -> Vec<&'l str> {
    line.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(all(7, 25), all(7, 25));
    assert_ne!(all(7, 25), all(8, 25));
}

#[test]
fn every_line_is_valid_and_every_reference_leads_somewhere() {
    let lines = all(2, 80);
    let mut there = HashSet::new();
    for line in &lines {
        let doc = read(line);
        let mut issues = Issues::default();
        assert!(validate(doc.root(), None, Options::default(), &mut (), &mut issues).is_some(), "{line}");
        assert!(issues.accepted(), "{line}");
        assert!(there.insert(format!("{}/{}", kind(line), text(&doc, &["id"]).expect("id"))), "{line}");
    }
    for line in &lines {
        for reference in after(line, "\"reference\":\"") {
            assert!(there.contains(reference), "{reference} in {line}");
        }
    }
}

#[test]
fn every_kind_of_story_is_told() {
    let hospital = hospital(1, 300);
    assert!(hospital.kinds().len() > 25 && hospital.people.len() == 300);
    let told = hospital.plots.iter().filter(|plot| plot.share > 0.0).count();
    assert_eq!(hospital.kinds().len(), told);
    assert_eq!(hospital.kinds().get("dialysis"), Some(&1));
}

#[test]
fn who_is_in_hospital_lies_in_a_bed_of_their_own() {
    let lines = &*STORIES;
    let open: Vec<&String> = lines.iter().filter(|line| kind(line) == "Encounter" && line.contains("\"status\":\"in-progress\"")).collect();
    let stays = open.iter().filter(|line| line.contains("\"code\":\"IMP\"")).count();
    assert!((40..100).contains(&stays), "{stays} stays");
    let mut taken = HashSet::new();
    for line in open {
        let newborn = line.contains("-b1-e");
        let bed = line.contains(
            "\"status\":\"active\",\"physicalType\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/location-physical-type\",\"code\":\"bd\"",
        );
        assert!(bed || newborn, "{line}");
        let active = line.split("{\"location\":").find(|part| part.contains("\"status\":\"active\"")).expect("a place");
        assert!(newborn || taken.insert(after(active, "\"reference\":\"")[0].to_owned()), "{line}");
    }
}

#[test]
fn some_people_share_a_name() {
    let people = hospital(1, 300).people;
    let alike = |(at, (one, _)): (usize, &(Person, usize))| {
        let twin = |(other, _): &&(Person, usize)| one.family.arabic == other.family.arabic && one.given.arabic == other.given.arabic && one.sex == other.sex;
        people.iter().skip(at + 1).find(twin).is_some_and(|(other, _)| (one.birth.year() - other.birth.year()).abs() <= 4)
    };
    assert!(people.iter().enumerate().filter(|one| alike(*one)).count() >= 5);
}

#[test]
fn only_appointments_lie_ahead() {
    let now = hospital(1, 1).calendar.instant(NOW / 1000);
    for line in STORIES.iter().filter(|line| !matches!(kind(line), "Appointment")) {
        for mark in ["\"start\":\"", "\"end\":\"", "\"issued\":\"", "DateTime\":\"", "\"authoredOn\":\"", "\"date\":\""] {
            // A planned end of a prescription is a day, and lies ahead.
            for moment in after(line, mark).into_iter().filter(|moment| moment.len() > 10) {
                assert!(moment <= now.as_str(), "{moment} in {line}");
            }
        }
    }
}

#[test]
fn children_are_born_and_people_die() {
    let lines = &*STORIES;
    let count = |wanted: &str, part: &str| lines.iter().filter(|line| kind(line) == wanted && line.contains(part)).count();
    assert!(count("RelatedPerson", "\"MTH\"") >= 5 && count("Patient", "\"seealso\"") >= 5);
    assert!(count("Patient", "deceasedDateTime") >= 1);
    assert!(count("AllergyIntolerance", "no-known-allergies") > 50);
    assert!(count("Patient", "\"birthDate\":\"19") > 50);
    assert!(count("DocumentReference", "image/png") >= 1 && count("DocumentReference", "application/pdf") >= 1);
    let longest = lines.iter().filter(|line| kind(line) == "Encounter" && line.contains("Séance d'hémodialyse")).count();
    assert!(longest > 400, "{longest}");
}

#[test]
fn a_long_chart_and_a_crowd_have_the_size_asked_for() {
    let mut hospital = hospital(1, 0);
    let mut lines = Vec::new();
    hospital
        .huge(50, 505, &mut |more| {
            lines.extend(more);
            Ok::<(), ()>(())
        })
        .expect("written");
    let count = |wanted: &str| lines.iter().filter(|line| kind(line) == wanted).count();
    assert_eq!((count("Patient"), count("Encounter"), count("Observation")), (1, 50, 505));
    let crowd: HashSet<String> = hospital.crowd(500).collect();
    assert_eq!(crowd.len(), 500);
    for line in crowd.iter().chain(&lines) {
        let doc = read(line);
        let mut issues = Issues::default();
        assert!(validate(doc.root(), None, Options::default(), &mut (), &mut issues).is_some() && issues.accepted(), "{line}");
    }
}

#[test]
fn an_empty_list_and_an_unknown_zone_are_told() {
    let setting = Setting { seed: 1, patients: 1, now: NOW };
    let none = Hospital::new(Lists { places: Vec::new(), ..lists() }, setting).expect_err("no places");
    assert_eq!(none.to_string(), "the list of places is empty");
    let zone = Hospital::new(Lists { zone: "Mars/Base".into(), ..lists() }, setting).expect_err("no zone");
    assert_eq!(zone.to_string(), "the time zone Mars/Base is not known");
}
