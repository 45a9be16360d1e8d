//! Patients that a channel writes.

use crate::movements::House;
use crate::sender::{File, Move, inbound};

fn told(control_id: &str, name: &str, phone: &str) -> String {
    format!(
        "MSH|^~\\&|GAM|CHR|RIHLA|CHR|20260115080000||ADT^A31|{control_id}|T|2.5\rEVN|A31|20260115080000\rPID|1||1001^^^HOSP^PI||{name}||19840517|F|||||{phone}\r"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn adt_7_a_message_writes_a_patient_field_by_field_and_never_over_a_validated_identity() {
    let file = File::new(&inbound("gam", "kept"));
    let mut house = House::new(&file).await;
    let known = r#"{"resourceType":"Patient","id":"salma","extension":[{"url":"urn:rihla:extension:identity-state","valueCode":"validated"}],"identifier":[{"system":"urn:example:hosp","value":"1001"},{"system":"urn:other","value":"9"}],"name":[{"use":"official","family":"El Alami","given":["Salma"]},{"use":"official","family":"العلمي","given":["سلمى"]}],"telecom":[{"system":"phone","use":"home","value":"0611111111"}],"gender":"female","birthDate":"1984-05-17","maritalStatus":{"text":"mariée"}}"#;
    let mut client = house.site.client().await;
    assert_eq!(client.put("Patient/salma", known).await.status, 200);
    assert_eq!(house.tell(&told("P1", "Alami^Salma", "0622222222")).await, "done");
    let after = client.get("/Patient/salma").await;
    let at = |path: &str| after.at(path).unwrap_or_default();
    assert_eq!((at("name.0.family").as_str(), at("name.1.family").as_str()), ("El Alami", "العلمي"));
    assert_eq!((at("maritalStatus.text").as_str(), at("identifier.1.value").as_str()), ("mariée", "9"), "what others said stays");
    assert!(after.text().contains("0622222222") && !after.text().contains("0611111111"), "{}", after.text());
    // What it says otherwise of the name waits for an officer.
    let page = house.site.screen("identity-officer").await.get("/patients/salma/correct").await;
    assert!(page.text().contains("value=\"Alami\""), "{}", page.text());
    let version = after.at("meta.versionId");
    assert_eq!(house.tell(&told("P2", "Alami^Salma", "0622222222")).await, "done");
    assert_eq!(client.get("/Patient/salma").await.at("meta.versionId"), version, "told again, nothing is written");
    house.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adt_9_somebody_new_is_written_and_admitted_in_one_commit_or_not_at_all() {
    let file = File::new(&inbound("gam", "kept"));
    let mut house = House::new(&file).await;
    let new = Move { event: "A01", control_id: "C1", number: "2001", name: "Naciri^Rim", stay: "S9", place: "CARD^1^A", at: "0600", ..Move::default() };
    assert_eq!(house.tell(&new.text()).await, "done");
    let stay = house.stay("S9").await;
    let patient = stay.at("entry.0.resource.subject.reference").expect("a patient");
    let mut client = house.site.client().await;
    assert_eq!(client.get(&format!("/{patient}")).await.at("name.0.family").as_deref(), Some("Naciri"));
    // The same person in another bed, under another stay: nobody is in two places.
    let twice = Move { control_id: "C2", stay: "S10", place: "CARD^1^B", at: "0610", ..new };
    assert_eq!(house.tell(&twice.text()).await, "RH-STAY-ELSEWHERE");
    // A place that is taken: who is new is not written either.
    let taken = Move { control_id: "C3", number: "2002", name: "Filali^Adam", stay: "S11", ..new };
    assert_eq!(house.tell(&taken.text()).await, "RH-PLACE-TAKEN");
    assert_eq!(client.get("/Patient?identifier=urn:example:hosp%7C2002").await.count("entry"), 0);
    // A number of a stay that is another's.
    let other = Move { control_id: "C4", number: "1002", name: "Tazi^Omar", place: "CARD^1^C", at: "0620", ..new };
    assert_eq!(house.tell(&other.text()).await, "RH-EX-STAY-OTHER");
    house.site.stop().await;
}
