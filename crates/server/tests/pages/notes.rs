//! What is written about a patient, through the screens. The ids are those of `modules/notes/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use super::amal::{filled, send, typed};
use rihla_testkit::{Screen, TestSite};

const MINUTE: u64 = 60_000;
const FORM: &str = "/patients/amal/notes/new/progress";

/// Writes a note of evolution; the path of its own page.
async fn written(screen: &mut Screen, assessment: &str) -> String {
    let page = screen.get(FORM).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let id = page.hidden("_id");
    let reply = send(screen, FORM, &typed(&page, &[("s-assessment", assessment)])).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    format!("/patients/amal/notes/{id}")
}

/// NOTE-1, NOTE-2, NOTE-3, NOTE-10, NOTE-11
#[tokio::test(flavor = "multi_thread")]
async fn a_note_begins_with_what_is_known_and_is_a_draft_until_it_is_signed() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let allergy = r#"{"resourceType":"AllergyIntolerance","id":"al","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"code":{"text":"Pénicilline"},"patient":{"reference":"Patient/amal"}}"#;
    assert_eq!(client.put("AllergyIntolerance/al", allergy).await.status, 201);
    let mut physician = site.screen("physician").await;
    let list = physician.get("/patients/amal/notes").await;
    assert!(list.text().contains("Note d’évolution") && list.text().contains("Aucune note"), "{}", list.text());
    assert!(!list.text().contains("Transmission ciblée</a>") || !list.text().contains("/notes/new/nursing"), "another's kind is not offered");
    let admission = physician.get("/patients/amal/notes/new/admission").await;
    assert!(admission.text().contains("Pénicilline"), "what is known of allergies is there to be read over");
    // Typed, and the browser dies: it is there again for its author on this patient alone.
    let page = physician.get(FORM).await;
    let draft = typed(&page, &[("s-assessment", "Va <mieux>\nApyrexie")]);
    assert_eq!(send(&mut physician, "/drafts", &draft).await.status, 303);
    let again = physician.get(FORM).await;
    assert!(again.text().contains("Va &#60;mieux&#62;") && again.text().contains("Brouillon retrouvé"), "{}", again.text());
    assert!(!physician.get("/patients/samir/notes/new/progress").await.text().contains("mieux"));
    assert!(!site.screen("resident").await.get(FORM).await.text().contains("mieux"));
    // What is required is said, and nothing that was typed is lost.
    let refused = send(&mut physician, FORM, &typed(&again, &[("s-objective", "TA 12/8"), ("s-assessment", " ")])).await;
    assert!(refused.text().contains("La note n’est pas signée") && refused.text().contains("TA 12/8"), "{}", refused.text());
    let saved = send(&mut physician, FORM, &typed(&again, &[("s-assessment", "Va <mieux>\nApyrexie"), ("s-objective", "TA 12/8")])).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let list = physician.get("/patients/amal/notes").await;
    let text = list.text();
    assert!(text.contains("Va &#60;mieux&#62;\nApyrexie") && text.contains("TA 12/8") && text.contains("Personne physician"), "{text}");
    assert!(!text.contains("Ce que dit le patient"), "what says nothing is left out");
    assert!(!physician.get(FORM).await.text().contains("Brouillon retrouvé"), "what was signed is no draft");
    let id = again.hidden("_id");
    let twice = send(&mut physician, FORM, &typed(&again, &[("s-assessment", "Zinzolin")])).await;
    assert_eq!(twice.status, 303, "whoever sends a form twice writes once");
    assert!(!physician.get(&format!("/patients/amal/notes/{id}")).await.text().contains("Zinzolin"));
    assert!(physician.get(&format!("/patients/amal/notes/{id}")).await.text().contains("data-print"));
    // Other kinds, other roles.
    assert_eq!(physician.get("/patients/amal/notes/new/nursing").await.status, 403);
    assert_eq!(site.screen("nurse").await.get(FORM).await.status, 403);
    assert_eq!(site.screen("registration-clerk").await.get("/patients/amal/notes").await.status, 403);
    assert_eq!(physician.get("/patients/amal/notes/new/nothing").await.status, 404);
    assert_eq!(physician.get(&format!("/patients/samir/notes/{id}")).await.status, 404, "another's note is none of this patient");
    site.stop().await;
}

/// NOTE-4, NOTE-5, R15
#[tokio::test(flavor = "multi_thread")]
async fn what_a_student_writes_waits_for_a_second_signature() {
    let site = TestSite::start().await;
    filled(&site).await;
    let (mut student, mut physician) = (site.screen("student").await, site.screen("physician").await);
    let note = written(&mut student, "Pneumopathie").await;
    let page = student.get(&note).await;
    assert!(page.text().contains("à cosigner") && !page.text().contains("/sign\"") && !page.text().contains("/strike\""), "{}", page.text());
    assert_eq!(student.get("/notes/unsigned").await.status, 403);
    assert!(site.screen("nurse").await.get(&note).await.text().contains("à cosigner"), "everybody reads it, and that it waits");
    let waiting = physician.get("/notes/unsigned").await;
    assert!(waiting.text().contains("ALAMI Amal") && waiting.text().contains(&note) && waiting.text().contains("Personne student"), "{}", waiting.text());
    assert!(!site.screen("nurse").await.get("/notes/unsigned").await.text().contains(&note), "a nurse signs other kinds");
    // The student mends it meanwhile: what the physician had read is not what they would sign.
    let read = physician.get(&note).await;
    let correcting = student.get(&format!("{note}/correct")).await;
    let mended = typed(&correcting, &[("s-assessment", "Pneumopathie basale droite"), ("reason", "côté oublié")]);
    assert_eq!(send(&mut student, &format!("{note}/correct"), &mended).await.status, 303);
    let stale = send(&mut physician, &format!("{note}/sign"), &typed(&read, &[])).await;
    assert!(stale.header("location").is_some_and(|to| to.ends_with("wrong=RH-NOTES-CHANGED")));
    let read = physician.get(&note).await;
    assert!(
        read.text().contains("basale droite") && read.text().contains("<s><bdi>Pneumopathie</bdi></s>") && read.text().contains("côté oublié"),
        "{}",
        read.text()
    );
    assert_eq!(send(&mut physician, &format!("{note}/sign"), &typed(&read, &[])).await.header("location"), Some(note.as_str()));
    let signed = student.get(&note).await;
    assert!(
        signed.text().contains("cosignée par") && signed.text().contains("Personne physician") && !signed.text().contains("à cosigner"),
        "{}",
        signed.text()
    );
    assert!(physician.get("/notes/unsigned").await.text().contains("Rien n’attend"));
    // What was signed is out of the student's reach, by address too.
    assert_eq!(student.get(&format!("{note}/correct")).await.status, 403);
    let late = typed(&correcting, &[("s-assessment", "Autre chose"), ("reason", "x")]);
    assert_eq!(send(&mut student, &format!("{note}/correct"), &late).await.status, 403);
    assert!(!physician.get(&note).await.text().contains("Autre chose"));
    // A resident signs students' notes, and not their own letter.
    let mut resident = site.screen("resident").await;
    let letter = resident.get("/patients/amal/notes/new/discharge").await;
    let fields = [("s-reason", "a"), ("s-course", "b"), ("s-diagnoses", "c"), ("s-treatment", "d"), ("s-follow-up", "e")];
    assert_eq!(send(&mut resident, "/patients/amal/notes/new/discharge", &typed(&letter, &fields)).await.status, 303);
    let own = format!("/patients/amal/notes/{}", letter.hidden("_id"));
    let refused = send(&mut resident, &format!("{own}/sign"), &typed(&letter, &[("version", "1")])).await;
    assert!(refused.header("location").is_some_and(|to| to.ends_with("RH-NOTES-NOT-YOURS")));
    site.stop().await;
}

/// NOTE-5, NOTE-6, NOTE-7
#[tokio::test(flavor = "multi_thread")]
async fn two_who_correct_at_once_lose_nothing_and_what_is_struck_stays() {
    let site = TestSite::start().await;
    filled(&site).await;
    let (mut student, mut physician, mut resident) = (site.screen("student").await, site.screen("physician").await, site.screen("resident").await);
    let note = written(&mut student, "Premier avis").await;
    let correct = format!("{note}/correct");
    let (one, other) = (physician.get(&correct).await, resident.get(&correct).await);
    site.pass(MINUTE);
    assert_eq!(send(&mut physician, &correct, &typed(&one, &[("s-assessment", "Avis du médecin"), ("reason", "précision")])).await.status, 303);
    let both = send(&mut resident, &correct, &typed(&other, &[("s-assessment", "Avis du résident"), ("reason", "complément")])).await;
    let text = both.text();
    assert!(
        text.contains("Personne physician") && text.contains("Avis du médecin") && text.contains("Avis du résident") && text.contains("complément"),
        "{text}"
    );
    let merged = typed(&both, &[("s-assessment", "Avis du médecin et du résident"), ("reason", "complément")]);
    assert_eq!(send(&mut resident, &correct, &merged).await.status, 303);
    let page = physician.get(&note).await;
    assert!(
        page.text().contains("Avis du médecin et du résident")
            && page.text().contains("<s><bdi>Avis du médecin</bdi></s>")
            && page.text().contains("<s><bdi>Premier avis</bdi></s>"),
        "{}",
        page.text()
    );
    // A correction without a reason is none.
    let form = physician.get(&correct).await;
    assert!(send(&mut physician, &correct, &typed(&form, &[("s-assessment", "x"), ("reason", " ")])).await.text().contains("dites pourquoi"));
    // In the wrong chart.
    let page = physician.get(&note).await;
    let strike = format!("{note}/strike");
    assert!(send(&mut physician, &strike, &typed(&page, &[("reason", "")])).await.header("location").is_some_and(|to| to.ends_with("RH-NOTES-REASON")));
    assert_eq!(send(&mut physician, &strike, &typed(&page, &[("reason", "autre patient")])).await.header("location"), Some(note.as_str()));
    let list = physician.get("/patients/amal/notes").await;
    assert!(list.text().contains("erreur de saisie") && list.text().contains("autre patient") && list.text().contains("<s>"), "{}", list.text());
    assert!(physician.get("/notes/unsigned").await.text().contains("Rien n’attend"), "what is struck through waits for nobody");
    assert_eq!(physician.get(&correct).await.status, 403);
    site.stop().await;
}

/// NOTE-8, NOTE-9, NOTE-12
#[tokio::test(flavor = "multi_thread")]
async fn what_was_earlier_has_both_times_and_forms_keep_to_their_patient_and_person() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let form = "/patients/amal/notes/new/nursing";
    let page = nurse.get(form).await;
    let future = send(&mut nurse, form, &typed(&page, &[("s-focus", "Chute"), ("at", "2031-01-01T10:00")])).await;
    assert!(future.text().contains("pas encore venu") && future.text().contains("Chute"), "{}", future.text());
    // The test's clock begins at half past eight.
    let saved = send(&mut nurse, form, &typed(&page, &[("s-focus", "Chute"), ("at", "2026-01-15T03:10")])).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let list = nurse.get("/patients/amal/notes").await;
    assert!(list.text().contains("03:10") && list.text().contains("écrite le"), "{}", list.text());
    let page = nurse.get(form).await;
    let mut elsewhere = typed(&page, &[("s-focus", "x")]);
    assert_eq!(send(&mut nurse, "/patients/samir/notes/new/nursing", &elsewhere).await.status, 400);
    elsewhere.retain(|(name, _)| *name != "_author");
    elsewhere.push(("_author", "somebody-else".to_owned()));
    assert_eq!(send(&mut nurse, form, &elsewhere).await.status, 409);
    let stay = typed(&page, &[("s-focus", "x"), ("_stay", "another")]);
    let stay: Vec<_> = stay.into_iter().filter(|(name, value)| *name != "_stay" || value == "another").collect();
    assert_eq!(send(&mut nurse, form, &stay).await.status, 400);
    let foreign = r#"{"resourceType":"Composition","id":"f","status":"final","type":{"text":"Brought"},"subject":{"reference":"Patient/amal"},"date":"2025-01-01","author":[{"display":"Elsewhere"}],"title":"From elsewhere","section":[{"title":"S","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a &lt; b</p><p>c</p></div>"}}]}"#;
    assert_eq!(client.put("Composition/f", foreign).await.status, 201);
    let list = nurse.get("/patients/amal/notes").await;
    assert!(list.text().contains("From elsewhere") && list.text().contains("a &#60; b\nc"), "{}", list.text());
    assert!(!nurse.get("/patients/amal/notes/f").await.text().contains("/correct\""), "what others wrote is theirs");
    site.stop().await;
}

/// NOTE-13
#[tokio::test(flavor = "multi_thread")]
async fn a_scanned_paper_is_taken_in_with_its_kind_and_date() {
    const PAPERS: &str = "/patients/amal/documents";
    let site = TestSite::start().await;
    filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let form = "/patients/amal/documents/new";
    let page = nurse.get(form).await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    let fields = |kind: &'static str, date: &'static str| -> Vec<(&str, &str)> {
        vec![("_patient", "amal"), ("_author", author.as_str()), ("_id", id.as_str()), ("kind", kind), ("date", date), ("title", "Radio de Rabat")]
    };
    let script = nurse.upload(form, &fields("imaging", "2026-01-10"), ("file", b"<script>alert(1)</script>")).await;
    assert!(script.text().contains("ni un PDF") && script.text().contains("Radio de Rabat"), "{}", script.text());
    let refused = nurse.upload(form, &fields("", "2031-01-01"), ("file", b"")).await;
    for words in ["de quel type", "au plus tard", "Choisissez un fichier"] {
        assert!(refused.text().contains(words), "{words}: {}", refused.text());
    }
    let large = [b"%PDF-".as_slice(), &vec![b'x'; 8 << 20]].concat();
    let refused = nurse.upload(form, &fields("imaging", "2026-01-10"), ("file", &large)).await;
    assert!(refused.text().contains("dépasse 8 Mio"), "{}", refused.text());
    let whole = b"%PDF-1.4\n% une page\n%%EOF";
    assert_eq!(nurse.upload(form, &fields("imaging", "2026-01-10"), ("file", whole)).await.header("location"), Some(PAPERS));
    let list = nurse.get(PAPERS).await;
    assert!(list.text().contains("Radio de Rabat") && list.text().contains("Personne nurse"), "{}", list.text());
    let content = nurse.get(&format!("{PAPERS}/DocumentReference/{id}/0")).await;
    assert_eq!((content.header("content-type"), content.body.as_slice()), (Some("application/pdf"), whole.as_slice()));
    // In the wrong chart.
    let strike = format!("{PAPERS}/{id}/strike");
    let own = [("_patient", "amal"), ("_author", author.as_str()), ("version", "1")];
    let without = nurse.post(&strike, &own).await;
    assert!(without.header("location").is_some_and(|to| to.ends_with("wrong=1")));
    let because: Vec<_> = own.into_iter().chain([("reason", "autre patient")]).collect();
    assert_eq!(nurse.post(&strike, &because).await.header("location"), Some(PAPERS));
    let struck = nurse.get(PAPERS).await;
    assert!(struck.text().contains("<b class=\"struck\">"), "{}", struck.text());
    for role in ["student", "registration-clerk"] {
        assert_eq!(site.screen(role).await.get(form).await.status, 403, "{role}");
    }
    site.stop().await;
}

/// NOTE-14
#[tokio::test(flavor = "multi_thread")]
async fn a_handover_is_signed_by_who_leaves_and_by_who_comes() {
    let site = TestSite::start().await;
    filled(&site).await;
    let (mut leaves, mut comes) = (site.screen("nurse").await, site.screen("head-nurse").await);
    let form = "/patients/amal/notes/new/handover";
    let page = leaves.get(form).await;
    let note = format!("/patients/amal/notes/{}", page.hidden("_id"));
    let fields = [("s-situation", "J2 d’une pneumopathie, sous 2 L d’oxygène"), ("s-recommendation", "Gaz du sang à 20 h")];
    assert_eq!(send(&mut leaves, form, &typed(&page, &fields)).await.status, 303);
    let own = send(&mut leaves, &format!("{note}/sign"), &typed(&page, &[("version", "1")])).await;
    assert!(own.header("location").is_some_and(|to| to.ends_with("RH-NOTES-NOT-YOURS")), "nobody hands over to themselves");
    let waiting = comes.get("/notes/unsigned").await;
    assert!(waiting.text().contains(&note), "{}", waiting.text());
    let read = comes.get(&note).await;
    assert!(read.text().contains("Gaz du sang à 20 h"));
    assert_eq!(send(&mut comes, &format!("{note}/sign"), &typed(&read, &[])).await.header("location"), Some(note.as_str()));
    let both = leaves.get(&note).await;
    assert!(both.text().contains("Personne nurse") && both.text().contains("cosignée par <bdi>Personne head-nurse</bdi>"), "{}", both.text());
    site.stop().await;
}

/// NOTE-1: what was written before two records were found to be one person's is not lost from sight.
#[tokio::test(flavor = "multi_thread")]
async fn notes_of_a_record_that_was_merged_stand_in_the_list_of_who_stays() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut physician = site.screen("physician").await;
    let path = written(&mut physician, "Apyrexie").await;
    for (id, other, kind) in [("amal", "samir", "replaced-by"), ("samir", "amal", "replaces")] {
        let link = format!(r#"{{"resourceType":"Patient","link":[{{"other":{{"reference":"Patient/{other}"}},"type":"{kind}"}}],"#);
        let linked = client.get(&format!("Patient/{id}")).await.text().replacen(r#"{"resourceType":"Patient","#, &link, 1);
        assert_eq!(client.put(&format!("Patient/{id}"), &linked).await.status, 200);
    }
    let list = physician.get("/patients/samir/notes").await;
    assert!(list.text().contains("Apyrexie") && list.text().contains(&path), "{}", list.text());
    assert_eq!(physician.get(&path).await.status, 200);
    site.stop().await;
}
