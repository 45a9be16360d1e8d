//! Requests and the systems that answer them. The ids are those of `modules/requests/spec.md`.

use crate::movements::House;
use crate::sender::{File, inbound};
use rihla_exchange::queue::Find;
use rihla_testkit::{Client, Reply, Screen};

pub fn lis() -> String {
    inbound("lis", "named").replace("systems = { ", "kinds = [\"ORU\"]\nsystems = { RIHLA = \"urn:rihla:request\", ")
}

/// Asks for something of Salma; the path of its page, its id and its number.
pub async fn ordered(house: &House, physician: &mut Screen, what: &str) -> (String, String, String) {
    let new = "/patients/salma/requests/new";
    let page = physician.get(new).await;
    let hidden: Vec<_> = ["_form", "_patient", "_stay", "_author", "_ids"].into_iter().map(|name| (name, page.hidden(name))).collect();
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([(what, "1"), ("override", "vital"), ("priority", "urgent"), ("reason", "bilan"), ("a-glucose-fasting", "yes")]);
    let reply = physician.post(new, &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let id = page.hidden("_ids").split(' ').next().expect("an id").to_owned();
    let request = house.site.client().await.get(&format!("/ServiceRequest/{id}")).await;
    let number = request.at("identifier.0.value").expect("a number of the house");
    assert!(number.len() == 14 && request.text().contains("PLAC"), "{}", request.text());
    (format!("/patients/salma/requests/{id}"), id, number)
}

pub struct Told<'t> {
    pub control_id: &'t str,
    /// PID-3 and PID-5.
    pub patient: (&'t str, &'t str),
    pub placer: &'t str,
    pub filler: &'t str,
    /// OBR-25 and OBX-11.
    pub status: &'t str,
    pub potassium: &'t str,
    /// OBX-8.
    pub flag: &'t str,
}

pub const SALMA: (&str, &str) = ("1001", "El Alami^Salma");

impl Told<'_> {
    pub fn text(&self) -> String {
        let Self { control_id, patient: (number, name), placer, filler, status, potassium, flag } = self;
        format!(
            "MSH|^~\\&|LABO|CHR|RIHLA|CHR|20260115090000||ORU^R01|{control_id}|T|2.5\rPID|1||{number}^^^HOSP^PI||{name}||19840517|F\r\
             ORC|RE|{placer}|{filler}\rOBR|1|{placer}|{filler}|24326-1^Ionogramme^LN|||20260115075000|||||||||||||||20260115085500||LAB|{status}\r\
             OBX|1|NM|2823-3^Potassium^LN||{potassium}|mmol/L^^UCUM|3.5-5.1|{flag}|||{status}|||20260115075000|||||20260115085000\r"
        )
    }
}

async fn count(client: &mut Client, question: &str) -> usize {
    client.get(question).await.count("entry")
}

/// What was left out of a message, or why it was filed otherwise.
fn remarked(house: &House, control_id: &str) -> String {
    let find = Find { control_id: control_id.to_owned(), ..Find::default() };
    let (found, _) = house.channel.queue.find(&find, 5).expect("the journal is read");
    house.channel.queue.letter(found.first().expect("it came").seq).expect("read").expect("there").why
}

fn steps(request: &Reply) -> Vec<String> {
    let of = |at: usize| {
        let step = (0..6).find_map(|part| {
            let url = request.at(&format!("extension.{at}.extension.{part}.url"))?;
            (url == "step").then(|| request.at(&format!("extension.{at}.extension.{part}.valueCode"))).flatten()
        });
        step.unwrap_or_default()
    };
    (0..10).map(of).filter(|step| !step.is_empty()).collect()
}

/// REQ-15, REQ-16
#[tokio::test(flavor = "multi_thread")]
async fn req_15_a_result_that_bears_a_requests_number_answers_it_first_last_and_corrected() {
    let mut house = House::new(&File::new(&lis())).await;
    house.site.client().await.take_into_care("salma").await;
    let mut client = house.site.client().await;
    let mut physician = house.site.screen("physician").await;
    let (path, id, number) = ordered(&house, &mut physician, "o-electrolytes").await;
    let placer = format!("{number}^RIHLA");
    let first = Told { control_id: "R1", patient: SALMA, placer: &placer, filler: "L77^LABO", status: "P", potassium: "4.2", flag: "N" };
    assert_eq!(house.tell(&first.text()).await, "done");
    let request = client.get(&format!("/ServiceRequest/{id}")).await;
    assert_eq!(
        (request.at("status").as_deref(), steps(&request).as_slice()),
        (Some("active"), ["accept".to_owned(), "start".to_owned()].as_slice()),
        "{}",
        request.text()
    );
    let inbox = physician.get("/results/inbox").await;
    assert!(inbox.text().contains("provisoire") && inbox.text().contains("4,2") && inbox.text().contains("demandé par vous"), "{}", inbox.text());
    // The last word, under one number of the sender's: one report, one task of reading it.
    let last = Told { control_id: "R2", status: "F", potassium: "4.4", ..first };
    assert_eq!(house.tell(&last.text()).await, "done");
    let request = client.get(&format!("/ServiceRequest/{id}")).await;
    assert_eq!((request.at("status").as_deref(), steps(&request).last().map(String::as_str)), (Some("completed"), Some("done")), "{}", request.text());
    assert!(request.text().contains(r#""display":"LABO""#) && request.text().contains("Channel/lis"), "by whom: {}", request.text());
    let report = client.get("/DiagnosticReport?patient=salma").await;
    assert_eq!(report.count("entry"), 1, "{}", report.text());
    assert_eq!(report.at("entry.0.resource.basedOn.0.reference").as_deref(), Some(format!("ServiceRequest/{id}").as_str()));
    assert_eq!(count(&mut client, "/ServiceRequest?patient=salma").await, 1, "the laboratory's note is no second request");
    assert_eq!(count(&mut client, "/Task?patient=salma&code=urn:rihla:task|acknowledge").await, 1);
    assert_eq!(count(&mut client, "/Task?patient=salma&code=urn:rihla:task|critical-call").await, 0);
    let page = physician.get(&path).await;
    assert!(page.text().contains("Faite") && page.text().contains("LABO") && page.text().contains("4,4"), "{}", page.text());
    // The same words under another control id, and a first result that comes late: nothing is written.
    let version = report.at("entry.0.resource.meta.versionId");
    assert_eq!(house.tell(&Told { control_id: "R3", ..last }.text()).await, "done");
    assert_eq!(house.tell(&Told { control_id: "R4", ..first }.text()).await, "done");
    assert!(remarked(&house, "R4").contains("what is final stays"), "{}", remarked(&house, "R4"));
    let report = client.get("/DiagnosticReport?patient=salma").await;
    assert_eq!(report.at("entry.0.resource.meta.versionId"), version);
    assert_eq!(count(&mut client, "/Task?patient=salma&code=urn:rihla:task|acknowledge").await, 1);
    // Read; then corrected: new again to who asked.
    let task = client.get("/Task?patient=salma&code=urn:rihla:task|acknowledge").await.at("entry.0.resource.id").expect("a task");
    let inbox = physician.get("/results/inbox").await;
    let shown = (inbox.hidden("_author"), inbox.hidden("version"));
    assert_eq!(physician.post(&format!("/results/inbox/{task}"), &[("_author", &shown.0), ("version", &shown.1)]).await.status, 303);
    assert!(physician.get("/results/inbox").await.text().contains("Tous les résultats sont lus"));
    assert_eq!(house.tell(&Told { control_id: "R5", status: "C", potassium: "5.4", flag: "H", ..last }.text()).await, "done");
    let inbox = physician.get("/results/inbox").await;
    assert!(inbox.text().contains("5,4") && inbox.text().contains("anormal") && inbox.text().contains("HL7 R5"), "{}", inbox.text());
    assert_eq!(count(&mut client, "/DiagnosticReport?patient=salma&status=corrected").await, 1);
    assert_eq!(count(&mut client, "/Task?patient=salma&code=urn:rihla:task|acknowledge&status=requested").await, 1);
    house.site.stop().await;
}

/// REQ-15, REQ-14
#[tokio::test(flavor = "multi_thread")]
async fn req_15_a_flag_of_the_sender_opens_the_call_and_a_number_without_authority_is_ours() {
    let mut house = House::new(&File::new(&lis())).await;
    house.site.client().await.take_into_care("salma").await;
    let mut client = house.site.client().await;
    let (mut physician, mut technician) = (house.site.screen("physician").await, house.site.screen("technician").await);
    let (_, id, number) = ordered(&house, &mut physician, "o-electrolytes").await;
    let told = Told { control_id: "C1", patient: SALMA, placer: &number.to_lowercase(), filler: "", status: "F", potassium: "7.1", flag: "HH" };
    assert_eq!(house.tell(&told.text()).await, "done");
    assert_eq!(client.get(&format!("/ServiceRequest/{id}")).await.at("status").as_deref(), Some("completed"));
    let calls = technician.get("/results/critical").await;
    assert!(calls.text().contains("Médecin résident") && calls.text().contains("7,1"), "{}", calls.text());
    assert!(physician.get("/results/inbox").await.text().contains("critique"));
    house.site.stop().await;
}

/// REQ-16
#[tokio::test(flavor = "multi_thread")]
async fn req_16_a_request_that_is_answered_in_parts_is_done_with_the_last_of_them() {
    let mut house = House::new(&File::new(&lis())).await;
    house.site.client().await.take_into_care("salma").await;
    let mut client = house.site.client().await;
    let mut physician = house.site.screen("physician").await;
    let (_, id, number) = ordered(&house, &mut physician, "o-electrolytes").await;
    let placer = format!("{number}^RIHLA");
    let one = |control_id, filler, status| Told { control_id, patient: SALMA, placer: &placer, filler, status, potassium: "4.2", flag: "" }.text();
    // Two examinations in one message, the second still to come; then it comes in a message of its own.
    let second = one("P1", "L2^LABO", "P")
        .split_once("ORC|")
        .map(|(_, rest)| format!("ORC|{}", rest.replace("24326-1^Ionogramme", "2000-8^Calcium")))
        .expect("an order");
    assert_eq!(house.tell(&format!("{}{second}", one("P1", "L1^LABO", "F"))).await, "done");
    let status = async |client: &mut Client| client.get(&format!("/ServiceRequest/{id}")).await.at("status").expect("a status");
    assert_eq!(status(&mut client).await, "active");
    assert_eq!(count(&mut client, "/DiagnosticReport?patient=salma").await, 2);
    assert_eq!(count(&mut client, "/Task?patient=salma&code=urn:rihla:task|acknowledge").await, 2, "each part is read");
    assert_eq!(house.tell(&one("P2", "L3^LABO", "F")).await, "done");
    assert_eq!(status(&mut client).await, "active", "one part is still a first result");
    let last = one("P3", "L2^LABO", "F").replace("24326-1^Ionogramme", "2000-8^Calcium");
    assert_eq!(house.tell(&last).await, "done");
    assert_eq!(status(&mut client).await, "completed");
    house.site.stop().await;
}

/// REQ-17
#[tokio::test(flavor = "multi_thread")]
async fn req_17_what_answers_no_request_that_runs_is_filed_all_the_same_and_says_why() {
    let mut house = House::new(&File::new(&lis())).await;
    house.site.client().await.take_into_care("salma").await;
    let mut client = house.site.client().await;
    let mut physician = house.site.screen("physician").await;
    let (_, id, number) = ordered(&house, &mut physician, "o-electrolytes").await;
    let placer = format!("{number}^RIHLA");
    let told = Told { control_id: "W1", patient: ("1002", "Tazi^Omar"), placer: &placer, filler: "", status: "F", potassium: "4.0", flag: "" };
    assert_eq!(house.tell(&told.text()).await, "done");
    assert!(remarked(&house, "W1").contains("another patient"), "{}", remarked(&house, "W1"));
    assert_eq!(count(&mut client, "/DiagnosticReport?patient=omar").await, 1, "nothing is lost");
    let request = client.get(&format!("/ServiceRequest/{id}")).await;
    assert_eq!((request.at("meta.versionId").as_deref(), request.at("status").as_deref()), (Some("1"), Some("active")), "{}", request.text());
    // The right patient's comes all the same, and does not take the place of the other's.
    assert_eq!(house.tell(&Told { control_id: "W2", patient: SALMA, ..told }.text()).await, "done");
    assert_eq!(client.get(&format!("/ServiceRequest/{id}")).await.at("status").as_deref(), Some("completed"));
    assert_eq!((count(&mut client, "/DiagnosticReport?patient=omar").await, count(&mut client, "/DiagnosticReport?patient=salma").await), (1, 1));
    // Cancelled here before the result came, and a number that is nobody's.
    let (path, stopped, number) = ordered(&house, &mut physician, "o-crp").await;
    let page = physician.get(&path).await;
    let hidden: Vec<_> = ["_patient", "_author", "version"].into_iter().map(|name| (name, page.hidden(name))).collect();
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("reason", "plus utile"));
    assert_eq!(physician.post(&format!("{path}/cancel"), &fields).await.status, 303);
    let placer = format!("{number}^RIHLA");
    assert_eq!(house.tell(&Told { control_id: "W3", patient: SALMA, placer: &placer, filler: "L9^LABO", ..told }.text()).await, "done");
    assert!(remarked(&house, "W3").contains("was cancelled"), "{}", remarked(&house, "W3"));
    assert_eq!(client.get(&format!("/ServiceRequest/{stopped}")).await.at("status").as_deref(), Some("revoked"));
    let placer = "0000000000ZZZZ^RIHLA";
    assert_eq!(house.tell(&Told { control_id: "W4", patient: SALMA, placer, filler: "L10^LABO", ..told }.text()).await, "done");
    assert!(remarked(&house, "W4").contains("none here has this number"), "{}", remarked(&house, "W4"));
    assert_eq!(count(&mut client, "/DiagnosticReport?patient=salma").await, 3);
    house.site.stop().await;
}

/// REQ-17: laboratories begin their numbers anew; whose a result is, is said by the patient's number alone.
#[tokio::test(flavor = "multi_thread")]
async fn req_17_a_number_of_the_laboratory_that_comes_again_for_somebody_else_takes_nothing_from_the_first() {
    let mut house = House::new(&File::new(&lis())).await;
    house.site.client().await.take_into_care("salma").await;
    let mut client = house.site.client().await;
    let mut physician = house.site.screen("physician").await;
    let omar = Told { control_id: "N1", patient: ("1002", "Tazi^Omar"), placer: "", filler: "1^LABO", status: "F", potassium: "6.9", flag: "H" };
    assert_eq!(house.tell(&omar.text()).await, "done");
    assert_eq!(house.tell(&Told { control_id: "N2", patient: SALMA, potassium: "4.1", flag: "", ..omar }.text()).await, "done");
    let values = async |client: &mut Client, patient: &str| client.get(&format!("/Observation?patient={patient}")).await;
    let theirs = values(&mut client, "omar").await;
    assert!(theirs.count("entry") == 1 && theirs.text().contains("6.9"), "what the first has stays: {}", theirs.text());
    assert!(values(&mut client, "salma").await.text().contains("4.1"));
    // The same where it answers a request.
    let (_, id, number) = ordered(&house, &mut physician, "o-electrolytes").await;
    let placer = format!("{number}^RIHLA");
    let omar = Told { control_id: "N3", filler: "2^LABO", ..omar };
    assert_eq!(house.tell(&omar.text()).await, "done");
    assert_eq!(house.tell(&Told { control_id: "N4", patient: SALMA, placer: &placer, potassium: "4.3", flag: "", ..omar }.text()).await, "done");
    assert_eq!((count(&mut client, "/DiagnosticReport?patient=omar").await, count(&mut client, "/Observation?patient=omar").await), (2, 2));
    assert_eq!(count(&mut client, &format!("/DiagnosticReport?patient=salma&based-on=ServiceRequest/{id}")).await, 1);
    // Corrected by its sender: one report of each, still.
    assert_eq!(house.tell(&Told { control_id: "N5", status: "C", potassium: "6.8", ..omar }.text()).await, "done");
    assert_eq!((count(&mut client, "/DiagnosticReport?patient=omar").await, count(&mut client, "/DiagnosticReport?patient=salma").await), (2, 2));
    house.site.stop().await;
}

/// REQ-12, REQ-16: what a laboratory measured in other units, or besides, is not written over by a form of ours.
#[tokio::test(flavor = "multi_thread")]
async fn req_16_what_another_system_reported_is_shown_whole_and_corrected_there() {
    let mut house = House::new(&File::new(&lis())).await;
    house.site.client().await.take_into_care("salma").await;
    let mut client = house.site.client().await;
    let (mut physician, mut technician) = (house.site.screen("physician").await, house.site.screen("technician").await);
    let (path, _, number) = ordered(&house, &mut physician, "o-electrolytes").await;
    let placer = format!("{number}^RIHLA");
    let one = |control_id, filler, status, value| Told { control_id, patient: SALMA, placer: &placer, filler, status, potassium: value, flag: "" }.text();
    // A first result in another unit: the form of the house does not take its number for one of its own unit.
    assert_eq!(house.tell(&one("U1", "L1^LABO", "P", "164").replace("mmol/L", "mg/L")).await, "done");
    let page = technician.get(&format!("{path}/result")).await;
    assert!(page.status == 200 && !page.text().contains("value=\"164\""), "{}", page.text());
    assert_eq!(house.tell(&one("U2", "L1^LABO", "F", "165").replace("mmol/L", "mg/L")).await, "done");
    let second = one("U3", "L2^LABO", "F", "2.31").replace("24326-1^Ionogramme", "2000-8^Calcium").replace("2823-3^Potassium", "2000-8^Calcium");
    assert_eq!(house.tell(&second).await, "done");
    let page = physician.get(&path).await;
    assert!(page.text().contains("165") && page.text().contains("2,31"), "each part of the answer: {}", page.text());
    assert_eq!(technician.get(&format!("{path}/result")).await.status, 403, "it is corrected where it was made");
    assert!(!technician.get(&path).await.text().contains("corriger le résultat"));
    assert_eq!(count(&mut client, "/Observation?patient=salma&status=entered-in-error").await, 0);
    house.site.stop().await;
}
