//! The work of a shift and the round list, through the screens. The ids are those of `modules/shift/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_kernel::ActorKind;
use rihla_store::trail::TrailQuestion;
use rihla_testkit::{Client, PASSWORD, Reply, Screen, TestSite};

const MINUTE: u64 = 60_000;
const LIST: &str = "/shift?ward=card";
const BED: &str = r#"{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}"#;

fn location(id: &str, level: &str, above: &str) -> String {
    let above = if above.is_empty() { String::new() } else { format!(r#","partOf":{{"reference":"Location/{above}"}}"#) };
    let physical = BED.replace("\"bd\"", &format!("\"{level}\""));
    format!(r#"{{"resourceType":"Location","id":"{id}","name":"Nom-{id}","alias":["اسم {id}"],"physicalType":{physical}{above}}}"#)
}

/// Somebody who lies in a bed of the ward since a moment, in the care of all who act for the site.
async fn lies(client: &mut Client, patient: &str, place: &str, since: &str, more: &str) {
    put(client, &format!("Location/{place}"), &location(place, "bd", "card-r")).await;
    let person = format!(
        r#"{{"resourceType":"Patient","id":"{patient}","gender":"female","birthDate":"1984-05-02","name":[{{"family":"{patient}","given":["Amal"]}}]}}"#
    );
    put(client, &format!("Patient/{patient}"), &person).await;
    client.take_into_care(patient).await;
    let stay = format!(
        r#"{{"resourceType":"Encounter","id":"stay-{patient}","status":"in-progress","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}},"period":{{"start":"{since}"}},"location":[{{"id":"m1","location":{{"reference":"Location/{place}"}},"physicalType":{BED},"status":"active","period":{{"start":"{since}"}}}}]{more}}}"#
    );
    put(client, &format!("Encounter/stay-{patient}"), &stay).await;
}

async fn put(client: &mut Client, path: &str, json: &str) {
    let reply = client.put(path, json).await;
    assert!([200, 201].contains(&reply.status), "{path}: {}", reply.text());
}

const YESTERDAY: &str = "2026-01-14T08:00:00Z";

async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    for (id, level, above) in [("card", "wa", ""), ("card-r", "ro", "card")] {
        put(&mut client, &format!("Location/{id}"), &location(id, level, above)).await;
    }
    for (patient, place) in [("amal", "card-1"), ("dina", "card-2"), ("samir", "card-3")] {
        lies(&mut client, patient, place, YESTERDAY, "").await;
        let none = format!(
            r#"{{"resourceType":"AllergyIntolerance","id":"none-{patient}","clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}}]}},"code":{{"coding":[{{"system":"http://snomed.info/sct","code":"716186003"}}]}},"patient":{{"reference":"Patient/{patient}"}}}}"#
        );
        put(&mut client, &format!("AllergyIntolerance/none-{patient}"), &none).await;
    }
    client
}

/// A score of a set as `modules/signs` writes it.
async fn score(client: &mut Client, id: &str, patient: &str, at: &str, total: u8, level: &str, status: &str) {
    let json = format!(
        r#"{{"resourceType":"Observation","id":"{id}","status":"{status}","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"survey"}}]}}],"code":{{"coding":[{{"system":"urn:rihla:score","code":"news2"}}]}},"subject":{{"reference":"Patient/{patient}"}},"encounter":{{"reference":"Encounter/stay-{patient}"}},"effectiveDateTime":"{at}","valueQuantity":{{"value":{total}}},"interpretation":[{{"coding":[{{"system":"urn:rihla:score:level","code":"{level}"}}]}}]}}"#
    );
    put(client, &format!("Observation/{id}"), &json).await;
}

/// The hidden fields of a form, with what is typed into it.
fn typed<'f>(page: &'f Reply, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let names = ["_form", "_patient", "_stay", "_author", "_id", "_ids", "_path", "version"];
    let hidden = names.iter().map(|name| (*name, page.hidden(name))).filter(|(_, value)| !value.is_empty());
    hidden.chain(fields.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
}

async fn send(screen: &mut Screen, path: &str, fields: &[(&str, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let reply = screen.post(path, &fields).await;
    assert_eq!(reply.status, 303, "{path}: {}", reply.text());
    reply
}

/// Fills in a form and sends it in; the page's reserved id.
async fn filed(screen: &mut Screen, path: &str, fields: &[(&str, &str)]) -> String {
    let page = screen.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    send(screen, path, &typed(&page, fields)).await;
    let id = page.hidden("_id");
    if id.is_empty() { page.hidden("_ids").split(' ').next().expect("an id").to_owned() } else { id }
}

async fn step(screen: &mut Screen, request: &str, step: &str, reason: &str) {
    let page = screen.get(request).await;
    send(screen, &format!("{request}/{step}"), &typed(&page, &[("reason", reason)])).await;
}

/// The panels of the page in their order: late, due, new.
fn groups(page: &Reply) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.text());
    page.text().split("<section class=\"panel shift-group").skip(1).map(|part| part.split("</section>").next().unwrap_or_default().to_owned()).collect()
}

/// In which order some words stand, of those that are there.
fn order<'w>(text: &str, words: &[&'w str]) -> Vec<&'w str> {
    let mut at: Vec<(usize, &str)> = words.iter().filter_map(|word| Some((text.find(word)?, *word))).collect();
    at.sort_unstable();
    at.into_iter().map(|(_, word)| word).collect()
}

/// SHIFT-1, SHIFT-2, SHIFT-7
#[tokio::test(flavor = "multi_thread")]
async fn signs_are_late_due_or_watched_as_the_last_score_says() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    for (patient, place) in [("ekram", "card-4"), ("farid", "card-5")] {
        lies(&mut client, patient, place, YESTERDAY, "").await;
    }
    // It is nine in the morning of the site, UTC+1.
    score(&mut client, "a", "amal", "2026-01-15T01:30:00Z", 2, "low", "final").await;
    score(&mut client, "a-struck", "amal", "2026-01-15T07:30:00Z", 0, "none", "entered-in-error").await;
    score(&mut client, "d-before", "dina", "2026-01-14T20:00:00Z", 0, "none", "final").await;
    score(&mut client, "d", "dina", "2026-01-15T05:00:00Z", 3, "low", "final").await;
    score(&mut client, "s", "samir", "2026-01-15T07:00:00Z", 9, "high", "final").await;
    score(&mut client, "e", "ekram", "2026-01-15T06:00:00Z", 0, "none", "final").await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get(LIST).await;
    let text = page.text();
    assert!(text.contains("<b>Matin</b>") && text.contains("de 06:00 à 14:00") && text.contains("5 patients") && text.contains("vu à 09:00"), "{text}");
    let all = groups(&page);
    assert_eq!(order(&all[0], &["AMAL", "DINA", "SAMIR", "EKRAM", "FARID"]), ["AMAL", "FARID"], "{}", all[0]);
    assert!(all[0].contains("2 en retard") && all[0].contains("aucune depuis 24 h") && all[0].contains("08:30"), "{}", all[0]);
    assert!(all[0].contains("href=\"/patients/amal/signs\"") && all[0].contains("Nom-card-1") && all[0].contains("41 ans"), "{}", all[0]);
    assert_eq!(order(&all[1], &["AMAL", "DINA", "SAMIR", "EKRAM", "FARID"]), ["SAMIR", "DINA"], "{}", all[1]);
    assert!(all[1].contains("Surveillance continue") && all[1].contains("12:00"), "{}", all[1]);
    assert!(!all.concat().contains("EKRAM"), "twelve hours later is another shift's");
    let by_patient = nurse.get("/shift?ward=card&by=patient").await;
    assert_eq!(order(by_patient.text(), &["AMAL", "DINA", "SAMIR", "EKRAM", "FARID"]), ["AMAL", "DINA", "SAMIR", "EKRAM", "FARID"], "by place");
    assert!(by_patient.text().contains("Rien n’attend."), "{}", by_patient.text());
    let arabic = site.screen_of("n2", "nurse").await.speaking("ar").get(LIST).await;
    assert!(arabic.text().contains("الصباح") && arabic.text().contains("أمران متأخران"), "{}", arabic.text());
    // Half an hour after the shift's end it is the next one's.
    site.pass(5 * 60 * MINUTE + 30 * MINUTE);
    let page = site.screen_of("n3", "nurse").await.get(LIST).await;
    assert!(page.text().contains("<b>Après-midi</b>") && groups(&page)[0].contains("DINA"), "{}", page.text());
    site.stop().await;
}

/// SHIFT-3
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_late_after_its_target_and_leaves_an_open_list_when_it_is_stopped() {
    let site = TestSite::start().await;
    filled(&site).await;
    let (mut physician, mut nurse) = (site.screen("physician").await, site.screen("nurse").await);
    let soon = filed(&mut physician, "/patients/amal/requests/new", &[("o-electrolytes", "1"), ("priority", "urgent")]).await;
    filed(&mut physician, "/patients/dina/requests/new", &[("o-crp", "1")]).await;
    let page = nurse.get(LIST).await;
    let all = groups(&page);
    assert!(all[1].contains("Ionogramme sanguin</bdi> · attend d’être acceptée") && all[1].contains("11:00") && all[1].contains(">nouveau<"), "{}", all[1]);
    assert!(all[2].contains("Protéine C réactive") && !all[1].contains("Protéine"), "after the shift's end, so only new: {}", all[2]);
    let mut events = nurse.listen(&page).await;
    let request = format!("/patients/amal/requests/{soon}");
    step(&mut physician, &request, "cancel", "Patient transféré").await;
    let event = events.next().await.expect("the list is sent again");
    assert!(event.data.contains("shift-ward") && event.data.contains("Demande arrêtée") && event.data.contains("Patient transféré"), "{}", event.data);
    assert!(event.data.contains("Rien à venir"), "{}", event.data);
    site.pass(9 * 60 * MINUTE);
    let page = site.screen_of("n2", "nurse").await.get(LIST).await;
    assert!(groups(&page)[0].contains("Protéine C réactive"), "routine is to be done in eight hours: {}", page.text());
    // A student's draft waits for whoever signs such.
    let mut student = site.screen("student").await;
    filed(&mut student, "/patients/samir/requests/new", &[("o-crp", "1")]).await;
    assert!(groups(&site.screen_of("p2", "physician").await.get(LIST).await)[0].contains("Demande à signer"));
    assert!(!site.screen_of("n3", "nurse").await.get(LIST).await.text().contains("Demande à signer"));
    site.stop().await;
}

/// SHIFT-4
#[tokio::test(flavor = "multi_thread")]
async fn results_that_nobody_read_and_critical_calls_stand_first() {
    let site = TestSite::start().await;
    filled(&site).await;
    let (mut physician, mut technician) = (site.screen("physician").await, site.screen("technician").await);
    for (patient, potassium, critical) in [("amal", "4,2", ""), ("dina", "7,1", "1")] {
        let new = format!("/patients/{patient}/requests/new");
        let id = filed(&mut physician, &new, &[("o-electrolytes", "1")]).await;
        let request = format!("/patients/{patient}/requests/{id}");
        step(&mut technician, &request, "accept", "").await;
        step(&mut technician, &request, "start", "").await;
        let mut fields = vec![("v-potassium", potassium), ("ready", "final")];
        fields.extend((!critical.is_empty()).then_some(("critical", critical)));
        filed(&mut technician, &format!("{request}/result"), &fields).await;
    }
    let mut nurse = site.screen("nurse").await;
    let all = groups(&nurse.get(LIST).await);
    assert!(all[0].contains("Résultat critique à lire") && all[0].contains("Appel critique") && all[0].contains("Médecin résident, avant 09:30"), "{}", all[0]);
    assert_eq!(order(&all[0], &["DINA", "SAMIR"]), ["DINA", "SAMIR"], "critical before signs that are late: {}", all[0]);
    assert!(all[0].contains("href=\"/results/inbox#t-") && all[0].contains("href=\"/results/critical#t-"), "{}", all[0]);
    assert!(all[2].contains("Résultat à lire") && all[2].contains("AMAL"), "{}", all[2]);
    let inbox = physician.get("/results/inbox").await;
    for _ in 0..2 {
        let page = physician.get("/results/inbox").await;
        let form = page.text().split("action=\"/results/inbox/").nth(1).expect("a form").to_owned();
        let value = |name: &str| form.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
        let path = format!("/results/inbox/{}", form.split('"').next().expect("a task"));
        send(&mut physician, &path, &[("_author", inbox.hidden("_author")), ("version", value("version"))]).await;
    }
    let page = nurse.get(LIST).await;
    assert!(!groups(&page).concat().contains("à lire") && groups(&page)[0].contains("Appel critique"), "read, and nobody told yet: {}", page.text());
    site.stop().await;
}

/// SHIFT-5
#[tokio::test(flavor = "multi_thread")]
async fn a_handover_waits_for_its_second_signature_and_is_listed_for_its_shift() {
    let site = TestSite::start().await;
    filled(&site).await;
    let (mut leaves, mut comes) = (site.screen("nurse").await, site.screen("head-nurse").await);
    let page = comes.get(LIST).await;
    assert!(page.text().contains("3 patients sans relève") && page.text().contains("href=\"/patients/amal/notes/new/handover\""), "{}", page.text());
    let fields = [("s-situation", "J2 d’une pneumopathie"), ("s-recommendation", "Gaz du sang à 20 h")];
    let id = filed(&mut leaves, "/patients/amal/notes/new/handover", &fields).await;
    let mut events = comes.listen(&page).await;
    let note = format!("/patients/amal/notes/{id}");
    let page = comes.get(LIST).await;
    assert!(
        groups(&page)[0].contains(&note) && groups(&page)[0].contains("À cosigner") && page.text().contains("attend la seconde signature"),
        "{}",
        page.text()
    );
    assert!(!groups(&site.screen("physician").await.get(LIST).await)[0].contains("À cosigner"), "nurses' own");
    let read = comes.get(&note).await;
    send(&mut comes, &format!("{note}/sign"), &typed(&read, &[])).await;
    while !events.next().await.expect("the list is sent again").data.contains("signée aussi par") {}
    let page = comes.get(LIST).await;
    assert!(page.text().contains("signée aussi par <bdi>Personne head-nurse</bdi>") && page.text().contains("2 patients sans relève"), "{}", page.text());
    assert!(!groups(&page)[0].contains("À cosigner"));
    // An hour before the shift ends the handover is to the next one, and asked for.
    site.pass(4 * 60 * MINUTE);
    let page = site.screen_of("n2", "nurse").await.get(LIST).await;
    assert!(page.text().contains("id=\"shift-handed\" open") && page.text().contains("Relèves · <b>Après-midi</b> · 3 patients"), "{}", page.text());
    site.stop().await;
}

/// SHIFT-6, SHIFT-8
#[tokio::test(flavor = "multi_thread")]
async fn who_came_and_who_is_to_leave_is_listed_and_whom_one_may_not_see_is_counted() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let leaves = |at: &str| format!(r#","extension":[{{"url":"urn:rihla:extension:expected-departure","valueDateTime":"{at}"}}]"#);
    lies(&mut client, "nouveau", "card-4", "2026-01-15T06:30:00Z", "").await;
    lies(&mut client, "sortant", "card-5", YESTERDAY, &leaves("2026-01-15T11:00:00Z")).await;
    lies(&mut client, "reste", "card-6", YESTERDAY, &leaves("2026-01-15T07:00:00Z")).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get(LIST).await;
    let all = groups(&page);
    let row = |group: &str, what: &str| group.split("<li").find(|row| row.contains(what)).unwrap_or_default().to_owned();
    assert!(row(&all[2], "Arrivée dans le service").contains("NOUVEAU") && !all[2].contains("AMAL"), "{}", all[2]);
    assert!(row(&all[1], "Sortie prévue").contains("SORTANT") && row(&all[0], "Sortie prévue").contains("RESTE"), "{}", page.text());
    assert!(!page.text().contains("prise en charge"), "everybody of the site is in the care of who acts for it");
    // Who works in another ward cares for nobody here.
    site.account("ailleurs", &[("nurse", Some("chir"))], "").await;
    let mut away = site.stranger().await;
    assert_eq!(away.sign_in("ailleurs", PASSWORD).await.status, 303);
    for path in [LIST, "/shift/round?ward=card"] {
        let page = away.get(path).await;
        assert!(page.text().contains("6 patients de ce service ne sont pas de votre prise en charge") && !page.text().contains("AMAL"), "{}", page.text());
    }
    for role in ["technician", "registration-clerk", "student", "cleaner"] {
        for path in [LIST, "/shift/round?ward=card"] {
            assert_eq!(site.screen(role).await.get(path).await.status, 403, "{role}");
        }
    }
    assert!(nurse.get("/shift?ward=nowhere").await.text().contains("card-1"), "the only ward with beds is the one");
    site.stop().await;
}

/// SHIFT-9
#[tokio::test(flavor = "multi_thread")]
async fn the_round_list_has_what_a_round_asks() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    lies(&mut client, "ekram", "card-4", YESTERDAY, r#","reasonCode":[{"text":"Pneumopathie"}]"#).await;
    score(&mut client, "e1", "ekram", "2026-01-15T01:00:00Z", 2, "low", "final").await;
    score(&mut client, "e2", "ekram", "2026-01-15T07:00:00Z", 6, "medium", "final").await;
    let pulse = r#"{"resourceType":"Observation","id":"p","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"Patient/ekram"},"effectiveDateTime":"2026-01-15T07:00:00Z","valueQuantity":{"value":112,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}"#;
    put(&mut client, "Observation/p", pulse).await;
    put(&mut client, "Observation/p0", &pulse.replace("\"p\"", "\"p0\"").replace("T07:00", "T01:00").replace("112", "88")).await;
    put(&mut client, "Condition/c", r#"{"resourceType":"Condition","id":"c","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"text":"Diabète de type 2"},"subject":{"reference":"Patient/ekram"}}"#).await;
    put(&mut client, "AllergyIntolerance/a", r#"{"resourceType":"AllergyIntolerance","id":"a","criticality":"high","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"code":{"text":"Pénicilline"},"patient":{"reference":"Patient/ekram"}}"#).await;
    put(
        &mut client,
        "Flag/f",
        r#"{"resourceType":"Flag","id":"f","status":"active","code":{"text":"Risque de chute"},"subject":{"reference":"Patient/ekram"}}"#,
    )
    .await;
    let mut physician = site.screen("physician").await;
    filed(&mut physician, "/patients/ekram/requests/new", &[("o-crp", "1")]).await;
    filed(&mut physician, "/patients/ekram/notes/new/progress", &[("s-assessment", "Mieux sous\noxygène."), ("s-plan", "Poursuivre")]).await;
    let page = physician.get("/shift/round?ward=card").await;
    let text = page.text();
    let row = text.split("<tr>").find(|row| row.contains("EKRAM")).unwrap_or_else(|| panic!("{text}"));
    for said in ["Nom-card-4", "41 ans", "entré le 14 janv. 2026, J1", "Pneumopathie", "Diabète de type 2", "Pénicilline", "(grave)", "Risque de chute"] {
        assert!(row.contains(said), "{said}: {row}");
    }
    for said in ["6↑", "en hausse", "112", "Protéine C réactive", "Mieux sous oxygène.", "Personne physician", "class=\"blank\""] {
        assert!(row.contains(said), "{said}: {row}");
    }
    assert!(!row.contains("88") && !row.contains("Poursuivre"), "{row}");
    assert!(text.contains("Aucune allergie connue") && text.contains("Aucune mesure depuis 24 h"), "{text}");
    assert!(text.contains("<tfoot>") && text.contains("Imprimé par Personne physician (Médecin), 15 janv. 2026, 09:00"), "{text}");
    site.stop().await;
}

/// SHIFT-10: each question to the record leaves one entry in the audit chain.
#[tokio::test(flavor = "multi_thread")]
async fn thirty_patients_are_asked_about_at_once() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut physician = site.screen("physician").await;
    filed(&mut physician, "/patients/amal/requests/new", &[("o-crp", "1")]).await;
    let mut counts = Vec::new();
    for round in 0..2 {
        for at in (0..27).filter(|_| round == 1) {
            lies(&mut client, &format!("p{at}"), &format!("card-b{at}"), YESTERDAY, "").await;
            score(&mut client, &format!("s{at}"), &format!("p{at}"), "2026-01-15T07:00:00Z", 1, "low", "final").await;
        }
        for path in [LIST, "/shift/round?ward=card"] {
            let before = entries(&site).await;
            let page = physician.get(path).await;
            assert!(page.status == 200 && page.text().contains("P26") == (round == 1), "{}", page.text());
            counts.push(entries(&site).await - before);
        }
    }
    assert_eq!(counts[..2], counts[2..], "of three patients and of thirty");
    assert!(counts.iter().all(|count| (5..40).contains(count)), "{counts:?}");
    site.stop().await;
}

/// What people asked for so far; the other side of the interface acts as a program.
async fn entries(site: &TestSite) -> usize {
    site.node.for_task("chain").commit(vec![], vec![], vec![]).await.expect("chained");
    let all = site.node.store.trail(&TrailQuestion::all(100_000)).expect("the trail").entries;
    all.iter().filter(|entry| entry.actor.kind() == ActorKind::Person).count()
}
