//! The same input with the same clock and randomness is the same record on both back ends, byte for byte.

use super::places::Places;
use super::story::{export, open};
use rihla_fhir_api::Lang;
use rihla_server::import::{self, ImportOptions};
use rihla_testkit::{Patient, entry, observation, transaction};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Made-up patients with their stories, whose ids are chosen, and transactions whose ids the server gives.
fn input(dir: &Path) {
    let told =
        Command::new(env!("CARGO_BIN_EXE_rihla")).arg("demo-data").arg(dir).args(["--seed", "5", "--patients", "12", "--now", "2026-11-21T10:00:00Z"]).output();
    assert!(told.expect("runs").status.success());
    for number in 0..5 {
        let (patient, stay) =
            (format!("urn:uuid:00000000-0000-4000-8000-00000000000{number}"), format!("urn:uuid:00000000-0000-4000-9000-00000000000{number}"));
        let encounter = format!(
            r#"{{"resourceType":"Encounter","status":"finished","class":{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}},"subject":{{"reference":"{patient}"}}}}"#
        );
        let whole = transaction(&[
            entry(&patient, "POST", "Patient", "", &Patient::new().family(&format!("Série{number}")).birth_date("1980-02-29").json()),
            entry(&stay, "POST", "Encounter", "", &encounter),
            entry("", "POST", "Observation", "", &observation(&patient, "2026-03-01T10:00:00+01:00", &format!("{number}.50"))),
            entry(
                "",
                "PUT",
                &format!("Observation/chosen-{number}"),
                "",
                &format!(r#"{{"id":"chosen-{number}",{}"#, &observation("Patient/not-here", "2026-03", "7")[1..]),
            ),
        ]);
        fs::write(dir.join(format!("9-transaction-{number}.json")), whole).expect("written");
    }
}

fn imported(places: &Places, url: &str, dir: &Path) -> BTreeMap<String, String> {
    let node = open(places, url);
    let rejects = places.path("rejects.ndjson");
    let options = ImportOptions { paths: vec![dir.into()], rejects: rejects.clone(), again: false, in_order: true, lang: Lang::English };
    let (node, summary) = import::into(node, &options).expect("imports");
    assert_eq!((summary.rejected, rejects.exists()), (0, false));
    node.close().expect("closes");
    export(places, url, "export")
}

#[test]
fn the_same_import_gives_equal_bytes_on_both_back_ends() {
    let (one, other) = (Places::new(), Places::new());
    input(&one.path("input"));
    let on_sqlite = imported(&one, &one.sqlite("store"), &one.path("input"));
    let on_postgres = imported(&other, &other.postgres(), &one.path("input"));
    assert!(on_sqlite.len() > 10 && on_sqlite["Patient.ndjson"].lines().count() == 17, "{:?}", on_sqlite.keys());
    for (file, text) in &on_sqlite {
        assert_eq!(on_postgres.get(file).map(String::as_str), Some(text.as_str()), "{file}");
    }
    assert_eq!(on_sqlite.len(), on_postgres.len());
    // Other randomness is another node, so other ids: the test would see a difference.
    let third = Places::new();
    third.entropy().next_u64();
    assert_ne!(imported(&third, &third.sqlite("store"), &one.path("input")), on_sqlite);
}
