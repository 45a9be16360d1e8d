//! What a message of a stay becomes, by tables.

use super::{Conduct, Going, blank};
use crate::Settings;
use crate::movement::{Asked, read};
use rihla_clinical::{Answers, Place, Spot, State, Stay};
use rihla_fhir::json::{Limits, parse};
use rihla_fhirpath::Zone;
use rihla_hl7v2::Message;
use rihla_kernel::{Fault, Instant};

/// 12 March 2026, noon in UTC.
const NOON: i64 = 1_773_316_800_000;

/// A message told in minutes after eight o'clock. `zbe`: number, action, historic and original as ZBE-1, ZBE-4 to ZBE-6.
fn asked(event: &str, place: &str, minute: u32, zbe: Option<(&str, &str)>, disposition: &str) -> Asked {
    let at = format!("20260312{:02}{:02}00+0000", 8 + minute / 60, minute % 60);
    let zbe = zbe.map(|(number, action)| format!("ZBE|{number}^GAM|{at}||{action}\r")).unwrap_or_default();
    let text = format!(
        "MSH|^~\\&|GAM|CHR|||{at}||ADT^{event}|C|P|2.5\rEVN|{event}|{at}||||{at}\rPID|1||1^^^H||A^B\r\
         PV1|1|I|{place}||||9^X||||||||||||S1^^^H|||||||||||||||||{disposition}\r{zbe}"
    );
    let mut settings = Settings::of_sender("urn:gam", jiff::tz::TimeZone::UTC);
    settings.systems.insert("H".into(), "urn:h".into());
    read(&Message::parse(&text, &rihla_hl7v2::Limits::default()).expect("message"), &settings).expect("understood")
}

fn place(id: &str) -> Place {
    let text = format!(
        r#"{{"resourceType":"Location","id":"{id}","physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}}]}}}}"#
    );
    Place::read(parse(text.as_bytes(), &Limits::default()).expect("json").root(), 1, &zone())
}

fn zone() -> Zone {
    Zone::named("Africa/Casablanca").expect("a zone")
}

/// What the server does, without a store: `known`, the code of the refusal, or how the stay stands.
fn obey(stay: &mut Stay, asked: &Asked) -> Result<&'static str, Fault> {
    let zone = zone();
    let conduct = Conduct { asked, words: None, now: Instant(NOON), zone: &zone };
    let told = asked.stay().and_then(|stay| stay.place.as_ref()).filter(|_| conduct.names_place()).map(|told| place(&told.unit));
    if conduct.is_known(stay, told.as_ref().map(|place| place.id.as_str())) {
        return Ok("known");
    }
    let going = conduct.going(stay, told.as_ref())?;
    let spot = told.filter(|_| going != Going::Nowhere).map(|place| Spot { location: place.id, slot: Some(0) });
    let mut after = stay.clone();
    conduct.apply(&mut after, spot, Answers::default())?;
    // Read back as it would be written.
    let text = after.write();
    let mut read = Stay::read(parse(text.as_bytes(), &Limits::default()).expect("json").root(), stay.version + 1, &zone);
    read.id = "s".into();
    *stay = read;
    Ok("done")
}

fn told(stay: &Stay) -> String {
    let mut out = match stay.state {
        State::Planned => "planned",
        State::Running => "here",
        State::OnLeave => "away",
        State::Finished => "gone",
        State::Void => "void",
    }
    .to_owned();
    for one in &stay.movements {
        let minute = |at: Option<Instant>| at.map_or("".to_owned(), |at| ((at.0 - NOON) / 60_000 + 240).to_string());
        let struck = if one.cancelled.is_some() { "-" } else { "" };
        out.push_str(&format!(" {struck}{}:{}-{}", one.spot.location, minute(one.from), if one.cancelled.is_some() { String::new() } else { minute(one.to) }));
    }
    out
}

type Row<'r> = (&'r str, &'r str, u32, Option<(&'r str, &'r str)>, &'r str, &'r str);

fn story(rows: &[Row<'_>]) {
    let mut stay = blank("p");
    for (event, place, minute, zbe, disposition, expected) in rows {
        let became = match obey(&mut stay, &asked(event, place, *minute, *zbe, disposition)) {
            Ok("known") => "known".to_owned(),
            Ok(_) => told(&stay),
            Err(fault) => fault.code.to_string(),
        };
        assert_eq!(became, *expected, "{event} {place} {minute}");
    }
}

#[test]
fn movements_with_numbers_are_found_by_them() {
    let (insert, of) = ("INSERT|N", |action: &'static str| action);
    story(&[
        ("A01", "a", 0, Some(("1", insert)), "", "here a:0-"),
        ("A01", "a", 0, Some(("1", insert)), "", "known"),
        ("A02", "b", 60, Some(("2", insert)), "", "here a:0-60 b:60-"),
        // Between both, told late: where the patient is now stays.
        ("A02", "c", 30, Some(("3", of("INSERT|Y"))), "", "here a:0-30 c:30-60 b:60-"),
        ("A02", "c", 30, Some(("3", of("INSERT|Y"))), "", "known"),
        ("A12", "a", 30, Some(("3", of("CANCEL|N|A02"))), "", "RH-STAY-NOT-LAST"),
        ("A12", "a", 60, Some(("9", of("CANCEL|N|A02"))), "", "RH-STAY-MOVEMENT"),
        ("Z99", "d", 20, Some(("3", of("UPDATE|Y|A02"))), "", "here a:0-20 d:20-60 b:60-"),
        ("Z99", "e", 60, Some(("2", of("UPDATE|N|A02"))), "", "here a:0-20 d:20-60 e:60-"),
        ("A12", "d", 60, Some(("2", of("CANCEL|N|A02"))), "", "here a:0-20 d:20- -e:60-"),
        ("A12", "d", 60, Some(("2", of("CANCEL|N|A02"))), "", "known"),
        ("A02", "e", 60, Some(("2", insert)), "", "known"),
        ("A21", "", 90, Some(("4", insert)), "", "away a:0-20 d:20-90 -e:60- d:90-"),
        ("A22", "", 100, Some(("5", insert)), "", "here a:0-20 d:20-90 -e:60- d:90-100 d:100-"),
        ("A53", "", 100, Some(("5", of("CANCEL|N|A22"))), "", "away a:0-20 d:20-90 -e:60- d:90- -d:100-"),
        ("A52", "", 90, Some(("4", of("CANCEL|N|A21"))), "", "here a:0-20 d:20- -e:60- -d:90- -d:100-"),
        ("A03", "", 120, Some(("6", insert)), "20", "RH-EX-DEATH"),
        ("A03", "", 120, Some(("6", insert)), "01", "gone a:0-20 d:20-120 -e:60- -d:90- -d:100-"),
        ("A03", "", 120, Some(("6", insert)), "01", "known"),
        ("Z99", "", 110, Some(("6", of("UPDATE|N|A03"))), "", "gone a:0-20 d:20-110 -e:60- -d:90- -d:100-"),
        ("A13", "", 110, Some(("6", of("CANCEL|N|A03"))), "", "here a:0-20 d:20- -e:60- -d:90- -d:100-"),
        ("A13", "", 110, Some(("6", of("CANCEL|N|A03"))), "", "known"),
        ("A03", "", 130, Some(("7", insert)), "01", "gone a:0-20 d:20-130 -e:60- -d:90- -d:100-"),
        // Told again, it takes back the first departure, not this one.
        ("A13", "", 110, Some(("6", of("CANCEL|N|A03"))), "", "known"),
    ]);
}

#[test]
fn without_numbers_time_and_place_tell_and_doubt_waits() {
    story(&[
        ("A02", "b", 0, None, "", "RH-STAY-STATE"),
        ("A01", "", 0, None, "", "RH-EX-PLACELESS"),
        ("A01", "a", 0, None, "", "here a:0-"),
        ("A01", "a", 0, None, "", "known"),
        ("A01", "a", 5, None, "", "RH-STAY-STATE"),
        ("A02", "b", 60, None, "", "here a:0-60 b:60-"),
        ("A02", "b", 60, None, "", "known"),
        ("A02", "b", 65, None, "", "here a:0-60 b:60-"),
        ("A02", "c", 30, None, "", "RH-STAY-ORDER"),
        // It did not happen then: which one is meant is not guessed.
        ("A12", "a", 61, None, "", "RH-STAY-MOVEMENT"),
        ("A12", "a", 60, None, "", "here a:0- -b:60-"),
        ("A12", "a", 60, None, "", "known"),
        ("A11", "", 0, None, "", "void -a:0- -b:60-"),
        ("A11", "", 0, None, "", "known"),
        ("A03", "", 90, None, "", "RH-STAY-STATE"),
    ]);
    story(&[
        ("A04", "", 0, None, "", "here"),
        ("A04", "", 0, None, "", "known"),
        ("A02", "a", 10, None, "", "here a:10-"),
        ("A06", "b", 20, None, "", "here a:10-20 b:20-"),
        ("A07", "b", 30, None, "", "here a:10-20 b:20-"),
        ("A03", "", 40, None, "zz", "gone a:10-20 b:20-40"),
    ]);
    story(&[
        ("A05", "a", 0, None, "", "planned a:240-"),
        ("A38", "a", 10, None, "", "void a:240-240"),
        ("A38", "a", 10, None, "", "known"),
        ("A01", "a", 20, None, "", "RH-STAY-STATE"),
    ]);
}

#[test]
fn a_clock_that_is_ahead_tells_now_and_one_that_is_far_ahead_is_refused() {
    let mut stay = blank("p");
    obey(&mut stay, &asked("A01", "a", 244, None, "")).expect("done");
    assert_eq!(stay.from, Some(Instant(NOON)));
    let late = obey(&mut blank("p"), &asked("A01", "a", 250, None, "")).expect_err("it is to come");
    assert_eq!(late.code, "RH-STAY-ORDER");
}
