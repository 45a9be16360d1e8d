//! Forms that are made of questionnaires, through the screens. The ids are those of `modules/forms/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use super::amal::{self, send, typed};
use rihla_testkit::{Client, Screen, TestSite};

const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
const HERE: &str = "/patients/amal/forms/new/pain";

/// Pain, where it is if there is any, a weight that is known, and a sum.
fn pain() -> String {
    let ar = |text: &str| {
        format!(
            r#"{{"extension":[{{"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[{{"url":"lang","valueCode":"ar"}},{{"url":"content","valueString":"{text}"}}]}}]}}"#
        )
    };
    let calculated = format!(
        r#"{{"url":"{SDC}calculatedExpression","valueExpression":{{"language":"text/fhirpath","expression":"%resource.item.where(linkId='rest' or linkId='move').answer.value.sum()"}}}}"#
    );
    let observed = format!(r#"{{"url":"{SDC}observationExtract","valueBoolean":true}}"#);
    format!(
        r#"{{"resourceType":"Questionnaire","id":"pain","url":"urn:forms:pain","version":"1","status":"active","title":"Douleur","_title":{},"item":[
        {{"linkId":"any","type":"boolean","text":"Avez-vous mal ?","_text":{},"required":true}},
        {{"linkId":"where","type":"string","text":"Où ?","required":true,"enableWhen":[{{"question":"any","operator":"=","answerBoolean":true}}]}},
        {{"linkId":"rest","type":"integer","text":"Au repos"}},{{"linkId":"move","type":"integer","text":"Au mouvement"}},
        {{"linkId":"sum","type":"integer","text":"Total","readOnly":true,"code":[{{"system":"urn:s","code":"pain-sum"}}],"extension":[{calculated},{observed}]}},
        {{"linkId":"weight","type":"quantity","text":"Poids","code":[{{"system":"http://loinc.org","code":"29463-7"}}],"extension":[{{"url":"{SDC}observationLinkPeriod","valueDuration":{{"value":30,"system":"http://unitsofmeasure.org","code":"d"}}}},{{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unit","valueCoding":{{"system":"http://unitsofmeasure.org","code":"kg","display":"kg"}}}}]}},
        {{"linkId":"drug","type":"group","repeats":true,"text":"Médicament","item":[{{"linkId":"name","type":"string","text":"Nom"}}]}}]}}"#,
        ar("الألم"),
        ar("هل تشعر بألم؟")
    )
}

async fn filled() -> (TestSite, Client) {
    let site = TestSite::start().await;
    let mut client = amal::filled(&site).await;
    let put = client.put("Questionnaire/pain", &pain()).await;
    assert_eq!(put.status, 201, "{}", put.text());
    (site, client)
}

/// The path of a form that was completed.
async fn done(screen: &mut Screen, fields: &[(&str, &str)]) -> String {
    let page = screen.get(HERE).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let reply = send(screen, HERE, &typed(&page, fields)).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    format!("/patients/amal/forms/{}", page.hidden("_id"))
}

/// FORM-1, FORM-2, FORM-3, FORM-4, FORM-5
#[tokio::test(flavor = "multi_thread")]
async fn a_form_follows_what_is_typed_and_is_saved_with_what_comes_of_it() {
    let (site, mut client) = filled().await;
    let mut nurse = site.screen("nurse").await;
    let list = nurse.get("/patients/amal/forms").await;
    assert!(list.text().contains("Douleur") && list.text().contains("Aucun formulaire rempli"), "{}", list.text());
    let page = nurse.get(HERE).await;
    let text = page.text();
    assert!(text.contains("Avez-vous mal ?") && text.contains("(obligatoire)") && !text.contains("Où ?"), "{text}");
    // The button that works without JavaScript, and the part that follows the typing.
    let answers = [("q0.0", "true"), ("q2.0", "3"), ("q3.0", "4")];
    let again = send(&mut nurse, HERE, &typed(&page, &[&answers[..], &[("act", "again")]].concat())).await;
    assert!(again.status == 200 && again.text().contains("Où ?") && again.text().contains(">7<") || again.text().contains("<bdi>7</bdi>"), "{}", again.text());
    let part = send(&mut nurse, &format!("{HERE}/part"), &typed(&page, &answers)).await;
    assert!(part.status == 200 && part.text().contains("Où ?") && !part.text().contains("<form"), "{}", part.text());
    let more = send(&mut nurse, HERE, &typed(&page, &[&answers[..], &[("n6.0", "1"), ("act", "add:q6.0")]].concat())).await;
    assert!(more.text().contains("q6.1-7.0"), "one more row: {}", more.text());
    // Every keystroke is a draft of its author, on this patient.
    assert_eq!(send(&mut nurse, "/drafts", &typed(&page, &[("q0.0", "true"), ("q1.0", "Dos <bas>")])).await.status, 303);
    assert!(nurse.get(HERE).await.text().contains("Dos &#60;bas&#62;"));
    assert!(nurse.get("/patients/amal/forms").await.text().contains("brouillon"));
    assert!(!nurse.get("/patients/samir/forms/new/pain").await.text().contains("Dos"));
    // What is missing or wrong is said, and nothing that was typed is lost.
    let refused = send(&mut nurse, HERE, &typed(&page, &[("q0.0", "true"), ("q2.0", "peu"), ("act", "done")])).await;
    let text = refused.text();
    assert!(refused.status == 200 && text.contains("pas enregistré") && text.contains("un nombre.") && text.contains("peu"), "{text}");
    let saved = [&answers[..], &[("q1.0", "Dos"), ("q6.0-7.0", "Paracétamol"), ("act", "done")]].concat();
    let reply = send(&mut nurse, HERE, &typed(&page, &saved)).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let id = page.hidden("_id");
    let twice = send(&mut nurse, HERE, &typed(&page, &saved)).await;
    assert_eq!(twice.status, 303, "who sends a form twice writes once");
    // Gone back to and changed, it is not the same form sent twice.
    let changed = [&answers[..], &[("q1.0", "Genou"), ("act", "done")]].concat();
    let back = send(&mut nurse, HERE, &typed(&page, &changed)).await;
    assert!(back.status == 200 && back.text().contains("changé pendant") && back.text().contains("Genou"), "what was typed is not dropped: {}", back.text());
    let one = nurse.get(&format!("/patients/amal/forms/{id}")).await;
    assert!(["Dos", "Paracétamol", "terminé", "data-print", "Personne nurse"].iter().all(|part| one.text().contains(part)), "{}", one.text());
    assert!(!nurse.get(HERE).await.text().contains("Brouillon retrouvé"));
    let response = client.get(&format!("QuestionnaireResponse/{id}")).await;
    assert!(response.text().contains(r#""questionnaire":"urn:forms:pain|1""#) && response.text().contains(r#""status":"completed""#), "{}", response.text());
    let observations = client.get(&format!("Observation?_total=accurate&derived-from=QuestionnaireResponse/{id}")).await;
    assert!(observations.text().contains(r#""total":1"#) && observations.text().contains(r#""valueInteger":7"#), "{}", observations.text());
    site.stop().await;
}

/// FORM-6, FORM-17: put aside, gone on with, corrected, struck through.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_filled_in_is_corrected_with_a_reason_and_struck_through_with_what_came_of_it() {
    let (site, mut client) = filled().await;
    let (mut nurse, mut physician) = (site.screen("nurse").await, site.screen("physician").await);
    let path = done(&mut nurse, &[("q0.0", "true"), ("q2.0", "3"), ("act", "aside")]).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let of = format!("Observation?_total=accurate&derived-from=QuestionnaireResponse/{id}");
    assert!(nurse.get(&path).await.text().contains("commencé"));
    assert!(client.get(&of).await.text().contains(r#""total":0"#), "what is unfinished is no finding");
    let correct = format!("{path}/correct");
    assert_eq!(physician.get(&correct).await.status, 403, "it is gone on with by who began it");
    let page = nurse.get(&correct).await;
    assert!(page.text().contains("Où ?") && page.text().contains("value=\"3\""), "{}", page.text());
    let fields = [("q0.0", "true"), ("q1.0", "Dos"), ("q2.0", "3"), ("act", "done")];
    assert_eq!(send(&mut nurse, &correct, &typed(&page, &fields)).await.status, 303);
    assert!(client.get(&of).await.text().contains(r#""valueInteger":3"#));
    // A correction says why.
    let page = nurse.get(&correct).await;
    let fields = [("q0.0", "true"), ("q1.0", "Genou"), ("q2.0", "5"), ("act", "done")];
    let refused = send(&mut nurse, &correct, &typed(&page, &fields)).await;
    assert!(refused.text().contains("dites pourquoi") && refused.text().contains("Genou"), "{}", refused.text());
    let fields = [&fields[..], &[("reason", "mauvais côté")]].concat();
    assert_eq!(send(&mut nurse, &correct, &typed(&page, &fields)).await.status, 303);
    let stale = send(&mut nurse, &correct, &typed(&page, &fields)).await;
    assert!(stale.status == 200 && stale.text().contains("changé pendant"), "{}", stale.text());
    let one = nurse.get(&path).await;
    assert!(one.text().contains("corrigé") && one.text().contains("mauvais côté") && one.text().contains("Genou"), "{}", one.text());
    assert!(one.text().contains("Réponses avant cette correction") && one.text().contains("Dos"), "the answers before stay readable: {}", one.text());
    let found = client.get(&of).await;
    assert!(
        found.text().contains(r#""total":1"#) && found.text().contains(r#""valueInteger":5"#) && found.text().contains(r#""corrected""#),
        "{}",
        found.text()
    );
    let version = nurse.get(&path).await;
    assert_eq!(send(&mut nurse, &format!("{path}/strike"), &typed(&version, &[("reason", "autre patiente")])).await.header("location"), Some(path.as_str()));
    let struck = nurse.get(&path).await;
    assert!(struck.text().contains("erreur de saisie") && struck.text().contains("autre patiente") && struck.text().contains("<s>"), "{}", struck.text());
    assert!(client.get(&format!("{of}&status:not=entered-in-error")).await.text().contains(r#""total":0"#), "what came of it is struck too");
    site.stop().await;
}

/// FORM-7, FORM-8, FORM-9
#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_taken_over_and_what_is_faulty_or_another_s_is_refused() {
    let (site, mut client) = filled().await;
    let weight = r#"{"resourceType":"Observation","id":"w","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"subject":{"reference":"Patient/amal"},"effectiveDateTime":"DATE","valueQuantity":{"value":71.5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}"#;
    let (mut nurse, mut student) = (site.screen("nurse").await, site.screen("student").await);
    assert_eq!(client.put("Observation/w", &weight.replace("DATE", "2001-01-05T08:00:00Z")).await.status, 201);
    assert!(!nurse.get(HERE).await.text().contains("71.5"), "what is older than the form allows is not taken over");
    let yesterday = jiff::Timestamp::from_millisecond(site.now() - 24 * 60 * 60 * 1000).expect("a time").strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    assert_eq!(client.put("Observation/w", &weight.replace("DATE", &yesterday)).await.status, 200);
    let today = nurse.get(HERE).await;
    assert!(today.text().contains("value=\"71.5\"") && today.text().contains("à vérifier"), "{}", today.text());
    let faulty = r#"{"resourceType":"Questionnaire","id":"bad","status":"active","title":"Fautif","item":[{"linkId":"a","type":"choice","text":"?"}]}"#;
    assert_eq!(client.put("Questionnaire/bad", faulty).await.status, 201);
    let list = nurse.get("/forms?q=faut").await;
    assert!(list.text().contains("RH-FORMS-NO-OPTIONS") && !list.text().contains("Douleur"), "{}", list.text());
    assert_eq!(nurse.get("/patients/amal/forms/new/bad").await.status, 422);
    let draft = pain().replace("\"status\":\"active\"", "\"status\":\"draft\"").replace("\"id\":\"pain\"", "\"id\":\"soon\"");
    assert_eq!(client.put("Questionnaire/soon", &draft).await.status, 201);
    assert_eq!(nurse.get("/patients/amal/forms/new/soon").await.status, 409, "only an active form is filled in");
    assert_eq!(student.get(HERE).await.status, 403);
    let mut page = typed(&today, &[("q0.0", "false"), ("act", "done")]);
    page.iter_mut().filter(|(name, _)| *name == "_patient").for_each(|field| field.1 = "samir".to_owned());
    assert_eq!(send(&mut nurse, HERE, &page).await.status, 400, "a form of another patient writes nothing");
    let path = done(&mut nurse, &[("q0.0", "false"), ("act", "done")]).await;
    assert_eq!(student.get(&path).await.status, 200);
    assert_eq!(nurse.get(&path.replace("amal", "samir")).await.status, 404);
    // What another system sent is read even where its form is not here.
    let sent = r#"{"resourceType":"QuestionnaireResponse","id":"sent","questionnaire":"urn:elsewhere|3","status":"completed","subject":{"reference":"Patient/amal"},"authored":"2026-01-02T10:00:00Z","item":[{"linkId":"x","text":"Tabac","answer":[{"valueBoolean":true}]}]}"#;
    assert_eq!(client.put("QuestionnaireResponse/sent", sent).await.status, 201);
    let read = nurse.get("/patients/amal/forms/sent").await;
    assert!(
        read.text().contains("Tabac") && read.text().contains("Oui") && read.text().contains("n’est pas ici") && !read.text().contains("/correct"),
        "{}",
        read.text()
    );
    site.stop().await;
}

/// FORM-6: what was filled in before two records were found to be one person's is not lost from sight.
#[tokio::test(flavor = "multi_thread")]
async fn forms_of_a_record_that_was_merged_stand_in_the_list_of_who_stays() {
    let (site, mut client) = filled().await;
    let mut nurse = site.screen("nurse").await;
    let path = done(&mut nurse, &[("q0.0", "true"), ("q1.0", "Dos"), ("q2.0", "5"), ("q3.0", "4"), ("act", "done")]).await;
    for (id, other, kind) in [("amal", "samir", "replaced-by"), ("samir", "amal", "replaces")] {
        let link = format!(r#"{{"resourceType":"Patient","link":[{{"other":{{"reference":"Patient/{other}"}},"type":"{kind}"}}],"#);
        let linked = client.get(&format!("Patient/{id}")).await.text().replacen(r#"{"resourceType":"Patient","#, &link, 1);
        assert_eq!(client.put(&format!("Patient/{id}"), &linked).await.status, 200);
    }
    let list = nurse.get("/patients/samir/forms").await;
    assert!(list.text().contains(&format!("href=\"{path}\"")), "{}", list.text());
    assert_eq!(nurse.get(&path).await.status, 200);
    site.stop().await;
}
