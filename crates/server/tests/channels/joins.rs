//! Messages that join and part records ask; an identity officer decides.

use crate::movements::House;
use crate::sender::{File, Move, inbound};

fn join(event: &str, control_id: &str, kept: &str, gone: &str) -> String {
    let second = if event == "A37" { format!("PV1||N\rPID|1||{gone}^^^HOSP^PI||\r") } else { format!("MRG|{gone}^^^HOSP^PI\r") };
    format!(
        "MSH|^~\\&|GAM|CHR|RIHLA|CHR|20260115080000||ADT^{event}|{control_id}|T|2.5\rEVN|{event}|20260115080000\rPID|1||{kept}^^^HOSP^PI||^||19840517|F\r{second}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn adt_4_a_merge_and_its_undoing_are_asked_of_an_officer_and_nothing_merges_by_itself() {
    let file = File::new(&inbound("gam", "named"));
    let mut house = House::new(&file).await;
    assert_eq!(house.tell(&join("A40", "J1", "1001", "1002")).await, "done");
    let mut client = house.site.client().await;
    assert_eq!(client.get("/Linkage?_summary=count").await.at("total").as_deref(), Some("0"));
    assert_eq!(client.get("/Patient/omar").await.at("link.0.type"), None);
    let mut officer = house.site.screen("identity-officer").await;
    let list = officer.get("/duplicates").await;
    assert!(list.text().contains("fusion demandée") && list.text().contains("ADT^A40 J1 GAM"), "{}", list.text());
    let form = officer.get("/patients/salma/merge?with=omar").await;
    assert!(form.text().contains("ADT^A40 J1"), "{}", form.text());
    let author = form.hidden("_author");
    let fields = [("_author", author.as_str()), ("with", "omar"), ("stays", "salma"), ("why", "même personne")];
    assert_eq!(officer.post("/patients/salma/merge", &fields).await.status, 303);
    assert_eq!(client.get("/Patient/omar").await.at("link.0.type").as_deref(), Some("replaced-by"));
    assert!(!officer.get("/duplicates").await.text().contains("ADT^A40 J1"), "it is over");
    // Told again of what is one record already.
    assert_eq!(house.tell(&join("A40", "J2", "1001", "1002")).await, "done");
    assert!(!officer.get("/duplicates").await.text().contains("J2"));
    assert_eq!(house.tell(&join("A37", "J3", "1001", "1002")).await, "done");
    assert_eq!(client.get("/Patient/omar").await.at("link.0.type").as_deref(), Some("replaced-by"), "nothing parts by itself");
    let list = officer.get("/duplicates").await;
    assert!(list.text().contains("séparation demandée") && list.text().contains("/patients/salma/merge?with=omar"), "{}", list.text());
    let author = list.hidden("_author");
    let fields = [("_author", author.as_str()), ("with", "omar"), ("why", "deux personnes")];
    assert_eq!(officer.post("/patients/salma/part", &fields).await.status, 303);
    assert_eq!(client.get("/Patient/omar").await.at("link.0.type"), None);
    assert!(!officer.get("/duplicates").await.text().contains("J3"));
    house.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adt_5_a_stay_of_somebody_else_goes_to_whose_it_is_with_all_that_names_it() {
    let file = File::new(&inbound("gam", "named"));
    let mut house = House::new(&file).await;
    let told = Move { event: "A01", control_id: "C1", number: "1002", name: "Tazi^Omar", stay: "S1", place: "CARD^1^A", at: "0600", ..Move::default() };
    assert_eq!(house.tell(&told.text()).await, "done");
    let id = house.stay("S1").await.at("entry.0.resource.id").expect("an id");
    let pulse = format!(
        r#"{{"resourceType":"Observation","id":"pulse","status":"final","code":{{"text":"pouls"}},"subject":{{"reference":"Patient/omar"}},"encounter":{{"reference":"Encounter/{id}"}}}}"#
    );
    let mut client = house.site.client().await;
    assert_eq!(client.put("Observation/pulse", &pulse).await.status, 201);
    let mut text = join("A44", "J1", "1003", "1002");
    text = text.replace("MRG|1002^^^HOSP^PI", "MRG|1002^^^HOSP^PI||S1^^^HOSP^VN");
    assert_eq!(house.tell(&text).await, "done");
    assert_eq!(house.stay("S1").await.at("entry.0.resource.subject.reference").as_deref(), Some("Patient/hiba"));
    assert_eq!(client.get("/Observation/pulse").await.at("subject.reference").as_deref(), Some("Patient/hiba"));
    // It is nobody's of whom the message speaks.
    let other = text.replace("|J1|", "|J2|").replace("1003^", "1001^").replace("MRG|1002", "MRG|1004");
    assert_eq!(house.tell(&other).await, "RH-EX-STAY-OTHER");
    house.site.stop().await;
}
