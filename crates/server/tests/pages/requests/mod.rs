//! What is asked of others about a patient, through the screens. The ids are those of `modules/requests/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

mod doing;

use super::amal::{filled, send, typed};
use rihla_testkit::{Client, Reply, Screen, TestSite};

const MINUTE: u64 = 60_000;
const NEW: &str = "/patients/amal/requests/new";

/// Says that the patient has no allergy.
async fn asked_of_allergies(client: &mut Client, patient: &str) {
    let none = format!(
        r#"{{"resourceType":"AllergyIntolerance","id":"none-{patient}","clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}}]}},"code":{{"coding":[{{"system":"http://snomed.info/sct","code":"716186003"}}]}},"patient":{{"reference":"Patient/{patient}"}}}}"#
    );
    assert_eq!(client.put(&format!("AllergyIntolerance/none-{patient}"), &none).await.status, 201);
}

/// Asks for something; the path of the first request's own page.
async fn ordered(screen: &mut Screen, fields: &[(&str, &str)]) -> String {
    let page = screen.get(NEW).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let reply = send(screen, NEW, &typed(&page, fields)).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let ids = page.hidden("_ids");
    format!("/patients/amal/requests/{}", ids.split(' ').next().expect("an id"))
}

/// Takes a step from the page of a request; where it led.
async fn step(screen: &mut Screen, path: &str, step: &str, reason: &str) -> String {
    let page = screen.get(path).await;
    let reply = send(screen, &format!("{path}/{step}"), &typed(&page, &[("reason", reason)])).await;
    reply.header("location").unwrap_or_default().to_owned()
}

/// The same by address, of whoever is offered no such step.
async fn forced(screen: &mut Screen, path: &str, step: &str, version: &str) -> String {
    let page = screen.get(NEW).await;
    let fields = [("_patient", "amal".to_owned()), ("_author", page.hidden("_author")), ("version", version.to_owned())];
    send(screen, &format!("{path}/{step}"), &fields).await.header("location").unwrap_or_default().to_owned()
}

/// REQ-3, REQ-4, REQ-5, REQ-6, REQ-10
#[tokio::test(flavor = "multi_thread")]
async fn several_things_are_asked_for_at_once_once_allergies_are_known() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut physician = site.screen("physician").await;
    let page = physician.get(NEW).await;
    assert!(page.text().contains("n’ont pas été demandées"), "{}", page.text());
    let nothing = send(&mut physician, NEW, &typed(&page, &[("q", "nume")])).await;
    assert!(
        nothing.text().contains("Rien n’est signé") && nothing.text().contains("Numération") && nothing.text().contains("dites pourquoi vous ne le pouvez"),
        "{}",
        nothing.text()
    );
    // Found as one types, without accents, and in Arabic.
    let found = physician.part("/patients/amal/requests/find", &[("_patient", "amal"), ("_author", &page.hidden("_author")), ("q", "echo abd")]).await;
    assert!(found.text().contains("Échographie abdominale") && !found.text().contains("<html"), "{}", found.text());
    let fields = [("o-blood-count", "1"), ("o-head-ct", "1"), ("override", "vital"), ("priority", "stat")];
    let refused = send(&mut physician, NEW, &typed(&page, &fields)).await;
    assert!(refused.text().contains("Répondez à la question") && refused.text().contains("Dites pourquoi"), "what a scanner asks for: {}", refused.text());
    let answers = [("a-head-ct-pregnancy", "no"), ("a-head-ct-contrast", "unknown"), ("a-head-ct-renal", "no"), ("reason", "Céphalée brutale")];
    let all = typed(&refused, &[fields.as_slice(), answers.as_slice()].concat());
    // Typed, and the browser dies.
    assert_eq!(send(&mut physician, "/drafts", &all).await.status, 303);
    let again = physician.get(NEW).await;
    assert!(again.text().contains("Brouillon retrouvé") && again.text().contains("Céphalée brutale"), "{}", again.text());
    assert_eq!(send(&mut physician, NEW, &all).await.status, 303);
    assert_eq!(send(&mut physician, NEW, &all).await.status, 303, "whoever sends a form twice asks once");
    let list = physician.get("/patients/amal/requests").await;
    let count = |words: &str| list.text().matches(words).count();
    assert!(count("Numération formule sanguine") == 1 && count("Scanner cérébral") == 1 && count("attend d’être accepté") == 2, "{}", list.text());
    assert!(!physician.get(NEW).await.text().contains("Brouillon retrouvé"), "what was signed is no draft");
    let requests = client.get("ServiceRequest?patient=amal&_sort=_id").await;
    assert_eq!(requests.count("entry"), 2);
    assert!(requests.text().contains("allergies-not-asked") && requests.text().contains("58410-2"), "{}", requests.text());
    // Asked for again: said, and not kept from anybody.
    asked_of_allergies(&mut client, "amal").await;
    site.pass(10 * MINUTE);
    let page = physician.get(NEW).await;
    assert!(!page.text().contains("n’ont pas été demandées"));
    let found = send(&mut physician, "/patients/amal/requests/find", &typed(&page, &[("q", "NFS")])).await;
    assert!(found.text().contains("Déjà demandé") && found.text().contains("<html"), "and without JavaScript: {}", found.text());
    ordered(&mut physician, &[("o-blood-count", "1")]).await;
    // A list of things.
    let set = physician.get("/patients/amal/requests/new?set=entry").await;
    assert!(set.text().matches(" checked").count() == 5, "{}", set.text());
    // What a role does not ask for is not offered to it, by address neither.
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get(NEW).await;
    let refused = send(&mut nurse, NEW, &typed(&page, &[("o-head-ct", "1"), ("reason", "x")])).await;
    assert!(refused.text().contains("Choisissez au moins une chose"), "{}", refused.text());
    assert_eq!(site.screen("technician").await.get(NEW).await.status, 403);
    let elsewhere = typed(&page, &[("o-low-salt", "1")]);
    assert_eq!(send(&mut nurse, "/patients/samir/requests/new", &elsewhere).await.status, 400, "a form of another patient");
    site.stop().await;
}

/// REQ-2, REQ-7, REQ-8
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_accepted_by_one_and_leaves_all_lists_when_it_is_stopped() {
    let site = TestSite::start().await;
    asked_of_allergies(&mut filled(&site).await, "amal").await;
    let (mut physician, mut technician, mut nurse) = (site.screen("physician").await, site.screen("technician").await, site.screen("nurse").await);
    let mut other = site.screen_of("t2", "technician").await;
    let request = ordered(&mut physician, &[("o-electrolytes", "1"), ("priority", "urgent")]).await;
    let work = technician.get("/requests").await;
    assert!(work.text().contains("Ionogramme sanguin") && work.text().contains("ALAMI Amal"), "{}", work.text());
    assert!(!nurse.get("/requests").await.text().contains("Ionogramme"), "others' work");
    // Two have the same page; one accepts, and the other is told.
    let (mine, theirs) = (technician.get(&request).await, other.get(&request).await);
    assert!(!mine.text().contains("/cancel\"") && mine.text().contains("/refuse\""), "who does it does not cancel it: {}", mine.text());
    assert_eq!(send(&mut technician, &format!("{request}/accept"), &typed(&mine, &[])).await.header("location"), Some(request.as_str()));
    let late = send(&mut other, &format!("{request}/accept"), &typed(&theirs, &[])).await;
    assert!(late.header("location").is_some_and(|to| to.ends_with("RH-REQUEST-CHANGED")));
    // No step is skipped, and a role does not take another's.
    assert!(step(&mut technician, &request, "resume", "").await.ends_with("RH-REQUEST-STATE"));
    assert!(forced(&mut nurse, &request, "start", "2").await.ends_with("RH-REQUEST-NOT-YOURS"));
    assert!(step(&mut technician, &request, "hold", " ").await.ends_with("RH-REQUEST-REASON"));
    // Late first: what is due is past.
    site.pass(121 * MINUTE);
    // Whoever left the screen for so long has to come back.
    let (mut technician, mut physician) = (site.screen_of("t3", "technician").await, site.screen_of("p3", "physician").await);
    assert!(technician.get("/requests").await.text().contains("en retard"));
    let seen = physician.get("/patients/amal/requests").await;
    assert!(seen.text().contains("attend d’être commencé") && seen.text().contains("en retard"), "{}", seen.text());
    // Stopped: it is in no list that waits, and the one who asked says why.
    assert_eq!(step(&mut physician, &request, "cancel", "Patient transféré").await, request);
    assert!(technician.get("/requests").await.text().contains("Rien n’attend"));
    let page = technician.get(&request).await;
    assert!(page.text().contains("Patient transféré") && page.text().contains("Acceptée") && !page.text().contains("/start\""), "{}", page.text());
    assert_eq!(step(&mut technician, &request, "start", "").await, "", "no form is left");
    site.stop().await;
}

/// REQ-8
#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_leaves_the_worklist_that_is_open_without_being_asked() {
    let site = TestSite::start().await;
    asked_of_allergies(&mut filled(&site).await, "amal").await;
    let (mut physician, mut technician) = (site.screen("physician").await, site.screen("technician").await);
    let request = ordered(&mut physician, &[("o-crp", "1")]).await;
    let work = technician.get("/requests").await;
    assert!(work.text().contains("Protéine C réactive"));
    let mut events = technician.listen(&work).await;
    assert_eq!(step(&mut physician, &request, "strike", "autre patient").await, request);
    let event = events.next().await.expect("the list is sent again");
    assert!(event.data.contains("Rien n’attend"), "{}", event.data);
    site.stop().await;
}

/// REQ-9, R15
#[tokio::test(flavor = "multi_thread")]
async fn what_a_student_asks_for_is_a_draft_until_a_physician_signs_it() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    asked_of_allergies(&mut client, "amal").await;
    let (mut student, mut physician) = (site.screen("student").await, site.screen("physician").await);
    let request = ordered(&mut student, &[("o-crp", "1")]).await;
    assert_eq!(client.get("Task?patient=amal").await.count("entry"), 0, "nobody was asked yet");
    let page = student.get(&request).await;
    assert!(page.text().contains("à signer") && !page.text().contains("/sign\""), "{}", page.text());
    assert!(forced(&mut student, &request, "sign", "1").await.ends_with("RH-REQUEST-NOT-YOURS"));
    let mut technician = site.screen("technician").await;
    assert!(technician.get("/requests").await.text().contains("Rien n’attend"));
    assert_eq!(step(&mut physician, &request, "sign", "").await, request);
    assert!(technician.get("/requests").await.text().contains("Protéine C réactive"));
    let page = student.get(&request).await;
    assert!(page.text().contains("Personne student") && page.text().contains("Personne physician") && !page.text().contains("/cancel\""), "{}", page.text());
    site.stop().await;
}

/// Accepts and begins what was asked for; the page where its result is typed.
async fn begun(technician: &mut Screen, request: &str) -> Reply {
    assert_eq!(step(technician, request, "accept", "").await, request);
    assert_eq!(step(technician, request, "start", "").await, request);
    let page = technician.get(&format!("{request}/result")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page
}

/// The fields of the first form of a page that leads to a path beginning so.
fn within(page: &Reply, act: &str) -> (String, Vec<(&'static str, String)>) {
    let text = page.text();
    let at = text.find(&format!("action=\"{act}")).unwrap_or_else(|| panic!("no form to {act}: {text}"));
    let form = &text[at..];
    let form = &form[..form.find("</form>").expect("an end")];
    let value = |name: &str| form.split(&format!("name=\"{name}\" value=\"")).nth(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
    let fields = ["_author", "_id", "version"].into_iter().filter_map(|name| Some((name, value(name)?))).collect();
    (form.split('"').nth(1).unwrap_or_default().to_owned(), fields)
}

/// REQ-11, REQ-12, REQ-13
#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_reported_read_by_who_asked_and_new_again_once_it_is_corrected() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    asked_of_allergies(&mut client, "amal").await;
    let (mut physician, mut technician) = (site.screen("physician").await, site.screen("technician").await);
    let request = ordered(&mut physician, &[("o-electrolytes", "1")]).await;
    assert_eq!(technician.get(&format!("{request}/result")).await.status, 403, "no result of what nobody began");
    let page = begun(&mut technician, &request).await;
    assert!(page.text().contains("mmol/L") && page.text().contains("Potassium"), "{}", page.text());
    let result = format!("{request}/result");
    let wrong = send(&mut technician, &result, &typed(&page, &[("v-potassium", "quatre"), ("v-sodium", "140"), ("ready", "final")])).await;
    assert!(wrong.text().contains("Un nombre, tel que") && wrong.text().contains("\"140\""), "{}", wrong.text());
    let empty = send(&mut technician, &result, &typed(&page, &[("ready", "final")])).await;
    assert!(empty.text().contains("Une valeur au moins"));
    // Preliminary first: to be read, and the request goes on.
    let first = typed(&page, &[("v-potassium", "4,2"), ("ready", "preliminary")]);
    assert_eq!(send(&mut technician, &result, &first).await.header("location"), Some(request.as_str()));
    let inbox = physician.get("/results/inbox").await;
    assert!(inbox.text().contains("provisoire") && inbox.text().contains("4,2") && inbox.text().contains("demandé par vous"), "{}", inbox.text());
    assert!(technician.get(&request).await.text().contains("attend le résultat"));
    let twice = send(&mut technician, &result, &first).await;
    assert_eq!(twice.header("location"), Some(request.as_str()), "what stands already is not written again");
    let stale = send(&mut technician, &result, &typed(&page, &[("v-potassium", "4,3"), ("text", "Sérum trouble"), ("ready", "final")])).await;
    assert!(stale.status == 200 && stale.text().contains("vient de changer la demande"), "what was filed meanwhile is read first: {}", stale.text());
    assert!(
        stale.text().contains("\"4,3\"") && stale.text().contains("Sérum trouble") && stale.text().contains(r#"<b><bdi dir="ltr">4,2"#),
        "{}",
        stale.text()
    );
    let page = technician.get(&result).await;
    assert!(page.text().contains("value=\"4.2\""), "{}", page.text());
    let whole = typed(&page, &[("v-potassium", "4,2"), ("v-sodium", "140"), ("v-chloride", "102"), ("ready", "final")]);
    assert_eq!(send(&mut technician, &result, &whole).await.header("location"), Some(request.as_str()));
    let report = client.get("DiagnosticReport?patient=amal").await;
    assert!(report.count("entry") == 1 && report.text().contains(r#""status":"final""#), "{}", report.text());
    assert_eq!(client.get("Observation?patient=amal&status=final").await.count("entry"), 3);
    assert!(report.text().contains("ServiceRequest/") && client.get("ServiceRequest?patient=amal&status=completed").await.count("entry") == 1);
    // Read: by whom, and with what remark.
    let inbox = physician.get("/results/inbox").await;
    let (act, mut fields) = within(&inbox, "/results/inbox/");
    fields.push(("comment", "Rien à changer".to_owned()));
    assert_eq!(send(&mut physician, &act, &fields).await.status, 303);
    assert!(physician.get("/results/inbox").await.text().contains("Tous les résultats sont lus"));
    let read = client.get("Task?patient=amal&code=urn:rihla:task|acknowledge").await;
    assert!(read.text().contains("Rien à changer") && read.text().contains("Personne physician"), "{}", read.text());
    // Corrected with a reason: it is new again, and the words before stay in the record.
    let page = technician.get(&result).await;
    let silent = typed(&page, &[("v-potassium", "4,8"), ("v-sodium", "140"), ("v-chloride", "102")]);
    assert!(send(&mut technician, &result, &silent).await.text().contains("Dites pourquoi"));
    let spoken = typed(&page, &[("v-potassium", "4,8"), ("v-sodium", "140"), ("reason", "erreur de tube")]);
    assert_eq!(send(&mut technician, &result, &spoken).await.header("location"), Some(request.as_str()));
    let inbox = physician.get("/results/inbox").await;
    assert!(inbox.text().contains("4,8") && inbox.text().contains("erreur de tube") && inbox.text().contains("<s>"), "{}", inbox.text());
    assert_eq!(site.screen("nurse").await.get(&result).await.status, 403, "others' results");
    assert!(technician.get("/requests").await.text().contains("Faites depuis 24 h"));
    site.stop().await;
}

/// REQ-14
#[tokio::test(flavor = "multi_thread")]
async fn a_critical_result_is_told_to_somebody_who_reads_it_back_or_goes_to_the_next_role() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    asked_of_allergies(&mut client, "amal").await;
    let (mut physician, mut technician) = (site.screen("physician").await, site.screen("technician").await);
    // Beyond a limit that nobody confirmed: marked, and no call.
    let marked = ordered(&mut physician, &[("o-calcium", "1")]).await;
    let page = begun(&mut technician, &marked).await;
    assert_eq!(send(&mut technician, &format!("{marked}/result"), &typed(&page, &[("v-calcium", "1,2"), ("ready", "final")])).await.status, 303);
    assert!(technician.get("/results/critical").await.text().contains("Personne n’est à prévenir"));
    assert!(physician.get("/results/inbox").await.text().contains(">LL<"));
    // By hand.
    let request = ordered(&mut physician, &[("o-electrolytes", "1"), ("priority", "stat")]).await;
    let page = begun(&mut technician, &request).await;
    let fields = typed(&page, &[("v-potassium", "7,1"), ("critical", "1"), ("ready", "final")]);
    assert_eq!(send(&mut technician, &format!("{request}/result"), &fields).await.status, 303);
    let inbox = physician.get("/results/inbox").await;
    let place = |words: &str| inbox.text().find(words).expect("there");
    assert!(place("Ionogramme sanguin") < place("Calcémie") && inbox.text().contains("critique"), "what is critical comes first: {}", inbox.text());
    let calls = technician.get("/results/critical").await;
    assert!(calls.text().contains("Médecin résident") && calls.text().contains("7,1") && !calls.text().contains("en retard"), "{}", calls.text());
    let (act, fields) = within(&calls, "/results/critical/");
    assert_eq!(send(&mut technician, &act, &[fields.as_slice(), &[("whom", " ".to_owned()), ("outcome", "back".to_owned())]].concat()).await.status, 400);
    // Nobody answers: the next role, and the timer begins again.
    site.pass(31 * MINUTE);
    let mut technician = site.screen_of("t2", "technician").await;
    assert!(technician.get("/results/critical").await.text().contains("en retard"));
    let (act, fields) = within(&technician.get("/results/critical").await, "/results/critical/");
    let missed = [fields.as_slice(), &[("whom", "Dr Tazi".to_owned()), ("outcome", "none".to_owned())]].concat();
    assert_eq!(send(&mut technician, &act, &missed).await.status, 303);
    let calls = technician.get("/results/critical").await;
    assert!(calls.text().contains("À prévenir : Médecin,") && calls.text().contains("Dr Tazi") && !calls.text().contains("en retard"), "{}", calls.text());
    // An attempt that was sent twice, or on what was there before, writes nothing.
    assert_eq!(send(&mut technician, &act, &missed).await.status, 303);
    assert_eq!(client.get("Communication?patient=amal").await.count("entry"), 1);
    let (act, fields) = within(&calls, "/results/critical/");
    let told = [fields.as_slice(), &[("whom", "Dr Alaoui".to_owned()), ("outcome", "back".to_owned())]].concat();
    assert_eq!(send(&mut technician, &act, &told).await.status, 303);
    assert!(technician.get("/results/critical").await.text().contains("Personne n’est à prévenir"));
    assert_eq!(client.get("Communication?patient=amal&status=completed").await.count("entry"), 1);
    assert_eq!(client.get("Task?patient=amal&code=urn:rihla:task|critical-call&status=completed").await.count("entry"), 1);
    site.stop().await;
}

/// REQ-18
#[tokio::test(flavor = "multi_thread")]
async fn what_a_role_does_not_answer_in_time_goes_to_the_next_by_the_clock_and_stays_with_the_last() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    asked_of_allergies(&mut client, "amal").await;
    let (mut physician, mut technician) = (site.screen("physician").await, site.screen("technician").await);
    let request = ordered(&mut physician, &[("o-electrolytes", "1")]).await;
    let page = begun(&mut technician, &request).await;
    let fields = typed(&page, &[("v-potassium", "7,1"), ("critical", "1"), ("ready", "final")]);
    assert_eq!(send(&mut technician, &format!("{request}/result"), &fields).await.status, 303);
    assert!(!physician.get("/results/inbox").await.text().contains("attend votre fonction"), "the resident is called first");
    assert!(site.screen("resident").await.get("/results/inbox").await.text().contains("attend votre fonction"));
    let escalate = async || rihla_server::calls::escalate(&site.node, site.node.clock.now()).await.expect("looked at");
    site.pass(29 * MINUTE);
    assert_eq!(escalate().await, 0, "its time is not over");
    site.pass(2 * MINUTE);
    let mut watching = site.screen_of("t1", "technician").await;
    let list = watching.get("/results/critical").await;
    let mut events = watching.listen(&list).await;
    assert_eq!(escalate().await, 1);
    let event = events.next().await.expect("the list is sent again");
    assert!(event.data.contains("À prévenir : Médecin,") && event.data.contains("sans réponse dans le délai"), "{}", event.data);
    assert_eq!(escalate().await, 0, "the next role has its time");
    let mut physician = site.screen_of("p2", "physician").await;
    let inbox = physician.get("/results/inbox").await;
    assert!(inbox.text().contains("attend votre fonction") && inbox.text().contains("/results/critical#t-"), "{}", inbox.text());
    assert!(!site.screen_of("r2", "resident").await.get("/results/inbox").await.text().contains("attend votre fonction"));
    // After a long stop of the server no role is passed over; the last keeps it, overdue.
    site.pass(600 * MINUTE);
    assert_eq!(escalate().await, 1);
    site.pass(31 * MINUTE);
    assert_eq!(escalate().await, 0);
    let calls = site.screen_of("t2", "technician").await.get("/results/critical").await;
    assert!(calls.text().contains("Infirmier major") && calls.text().contains("en retard"), "{}", calls.text());
    let said = client.get("Communication?patient=amal&status=not-done").await;
    assert_eq!(said.count("entry"), 2, "each step with its time: {}", said.text());
    // Whoever answers ends it.
    let (act, fields) = within(&calls, "/results/critical/");
    let told = [fields.as_slice(), &[("whom", "Dr Alaoui".to_owned()), ("outcome", "back".to_owned())]].concat();
    assert_eq!(send(&mut site.screen_of("t2", "technician").await, &act, &told).await.status, 303);
    assert_eq!(client.get("Task?patient=amal&code=urn:rihla:task|critical-call&status=completed").await.count("entry"), 1);
    site.pass(600 * MINUTE);
    assert_eq!(escalate().await, 0);
    site.stop().await;
}

/// REQ-13, REQ-14: who reports is not who reads. The list of calls ends calls alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_not_taken_from_those_who_have_to_read_it_by_the_list_of_calls() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    asked_of_allergies(&mut client, "amal").await;
    let (mut physician, mut technician) = (site.screen("physician").await, site.screen("technician").await);
    let request = ordered(&mut physician, &[("o-electrolytes", "1")]).await;
    let page = begun(&mut technician, &request).await;
    let fields = typed(&page, &[("v-potassium", "7,1"), ("critical", "1"), ("ready", "final")]);
    assert_eq!(send(&mut technician, &format!("{request}/result"), &fields).await.status, 303);
    let reading = client.get("Task?patient=amal&code=urn:rihla:task|acknowledge").await.at("entry.0.resource.id").expect("a task");
    let (_, fields) = within(&technician.get("/results/critical").await, "/results/critical/");
    let told = [fields.as_slice(), &[("whom", "Dr Tazi".to_owned()), ("outcome", "back".to_owned())]].concat();
    let reply = send(&mut technician, &format!("/results/critical/{reading}"), &told).await;
    assert_eq!(client.get("Task?patient=amal&code=urn:rihla:task|acknowledge&status=requested").await.count("entry"), 1, "nobody read it");
    assert_eq!(reply.status, 404);
    site.stop().await;
}

/// REQ-13: however many wait, what is critical is among those that are shown; and it is said that there are more.
#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_that_is_cut_shows_what_is_critical_and_says_that_there_is_more() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    asked_of_allergies(&mut client, "amal").await;
    let (mut physician, mut technician) = (site.screen("physician").await, site.screen("technician").await);
    let request = ordered(&mut physician, &[("o-electrolytes", "1")]).await;
    let page = begun(&mut technician, &request).await;
    let fields = typed(&page, &[("v-potassium", "4,1"), ("ready", "final")]);
    assert_eq!(send(&mut technician, &format!("{request}/result"), &fields).await.status, 303);
    let task = client.get("Task?patient=amal&code=urn:rihla:task|acknowledge").await;
    let (id, report) = (task.at("entry.0.resource.id").expect("a task"), task.at("entry.0.resource.focus.reference").expect("a report"));
    let on = task.at("entry.0.resource.basedOn.0.reference").expect("a request");
    let one = |nth: usize| {
        format!(
            r#"{{"resource":{{"resourceType":"Task","id":"wait-{nth}","basedOn":[{{"reference":"{on}"}}],"status":"requested","intent":"order","priority":"routine","code":{{"coding":[{{"system":"urn:rihla:task","code":"acknowledge"}}]}},"focus":{{"reference":"{report}"}},"for":{{"reference":"Patient/amal"}},"authoredOn":"2001-01-01T00:00:00Z"}},"request":{{"method":"PUT","url":"Task/wait-{nth}"}}}}"#
        )
    };
    let all = (0..101).map(one).collect::<Vec<_>>().join(",");
    let sent = client.post("", &format!(r#"{{"resourceType":"Bundle","type":"transaction","entry":[{all}]}}"#)).await;
    assert_eq!(sent.status, 200, "{}", sent.text());
    let stat = client.get(&format!("Task/{id}")).await.text().replace(r#""priority":"routine""#, r#""priority":"stat""#);
    assert_eq!(client.put(&format!("Task/{id}"), &stat).await.status, 200);
    let inbox = physician.get("/results/inbox").await;
    assert!(inbox.text().contains(&format!("t-{id}")), "the newest, and critical");
    assert!(inbox.text().contains("il y en a d’autres"), "said that it is cut");
    site.stop().await;
}
