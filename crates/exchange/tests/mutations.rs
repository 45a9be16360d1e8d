//! Messages that were damaged on their way are read or refused: never a crash, and never FHIR that cannot be read.

#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use rihla_exchange::intake::letter;
use rihla_exchange::map::{map, map_of};
use rihla_exchange::movement::read;
use rihla_exchange::{Patients, Settings};
use rihla_fhir::json::{Limits, parse};
use rihla_hl7v2::{Charset, Message, charset};
use std::path::Path;
use std::sync::OnceLock;

/// Our own corpus, and the public samples where they are.
fn messages() -> &'static [Vec<u8>] {
    static ALL: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folders = [here.join("tests/corpus"), here.join("../../target/shared-data/hl7v2-pairs")];
        let mut paths: Vec<_> = folders.iter().flat_map(|it| std::fs::read_dir(it).into_iter().flatten()).map(|it| it.expect("file").path()).collect();
        paths.retain(|it| it.extension().is_some_and(|it| it == "hl7"));
        paths.sort();
        paths.iter().map(|it| std::fs::read(it).expect("message")).collect()
    })
}

fn exercise(bytes: &[u8]) {
    let mut settings = Settings::of_sender("urn:x", jiff::tz::TimeZone::UTC);
    for usual in [Charset::Utf8, Charset::Latin1] {
        let Ok((text, _)) = charset::decode(bytes, usual) else { continue };
        let Ok(message) = Message::parse(&text, &rihla_hl7v2::Limits::default()) else { continue };
        for patients in [Patients::Written, Patients::Named] {
            settings.patients = patients;
            for mapped in [map(&message, &settings), map_of(&message, &settings, Some("p1"))] {
                let written = mapped.bundle.write();
                parse(&written, &Limits::default()).expect("what is written is JSON");
            }
        }
        let _ = (read(&message, &settings), letter(bytes, &message, &settings));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_damaged_message_crashes_it(which in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4, any::<u8>()), 1..20)) {
        let mut bytes = which.get(messages()).clone();
        for (place, how, byte) in changes {
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => _ = bytes.remove(at),
                2 => bytes.insert(at, *place.get(b"|^~\\&\r\n\""),),
                _ => bytes.truncate(at.max(40)),
            }
        }
        exercise(&bytes);
    }
}

/// The segments that sites send, whether or not we read them, and one of a site's own.
const SEGMENTS: &str = "MSH MSA ERR EVN MRG PID PD1 NK1 PV1 PV2 ZBE AL1 IAM DG1 PR1 ROL GT1 IN1 IN2 ACC UB1 OBR OBX ORC NTE SPM SAC TQ1 TQ2 CTI \
                        FT1 BLG DSC SCH RGS AIS AIG AIL AIP TXA RXA RXC RXD RXE RXG RXO RXR PRT CON QRD QPD ZZZ";

#[test]
fn no_segment_that_is_empty_or_full_crashes_it() {
    for name in SEGMENTS.split(' ') {
        for content in ["", "|", &"|\"\"".repeat(70), &"|1^2^3^4^5&6&7^8~9^^^X&1.2&ISO^Y".repeat(70), &"|20240101".repeat(70), &"|٣\\X0\\".repeat(70)] {
            for kind in ["ADT^A01", "ADT^A40", "ORU^R01", "OML^O21", "SIU^S12", "MDM^T02", "VXU^V04", "RDE^O11"] {
                exercise(
                    format!(
                        "MSH|^~\\&|a|b|c|d|2024||{kind}|1|P|2.5\rPID|1||1^^^H^PI\rPV1|1|I|||||||||||||||||V\rORC|NW|P|F\rRXA|0|1|2024||8^x|1\r{name}{content}\r"
                    )
                    .as_bytes(),
                );
            }
        }
    }
}

#[test]
fn a_message_of_many_results_under_one_number_is_read_to_its_end() {
    let results = "OBX|1|NM|718-7^Hb^LN||1||||||F||||||||||S1^LABO\rNTE|1||x\r".repeat(9_000);
    let text = format!("MSH|^~\\&|a|b|c|d|2024||ORU^R01|1|P|2.5\rPID|1||1^^^H^PI\rOBR|1|P|F|718-7^Hb^LN\r{results}");
    let message = Message::parse(&text, &rihla_hl7v2::Limits::default()).expect("message");
    let mapped = map(&message, &Settings::of_sender("urn:x", jiff::tz::TimeZone::UTC));
    let searches: std::collections::BTreeSet<_> = mapped.bundle.entries().iter().map(|it| &it.known_by).collect();
    assert_eq!(searches.len(), 9_000 + 3, "patient, what was asked for, the report, and each result by itself");
}
