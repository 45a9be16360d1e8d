//! Registering people, and deciding about records that may be one person's (`modules/registration/spec.md`).

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Reply, Screen, TestSite};

const SALMA: [(&str, &str); 6] =
    [("family", "El Alami"), ("given", "Salma"), ("sex", "female"), ("birth", "17/05/1984"), ("phone", "06 12 34 56 78"), ("city", "Rabat")];

fn with(fields: &[(&'static str, &'static str)], more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let changed = |name: &str| more.iter().any(|(other, _)| *other == name);
    fields.iter().copied().filter(|(name, _)| !changed(name)).chain(more.iter().copied()).collect()
}

/// Fills in the page for somebody new and sends it.
async fn register(screen: &mut Screen, fields: &[(&str, &str)]) -> Reply {
    let page = screen.get("/patients/new").await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    let all: Vec<_> = [("_author", author.as_str()), ("_id", id.as_str())].into_iter().chain(fields.iter().copied()).collect();
    screen.post("/patients/new", &all).await
}

/// The id of somebody who was registered.
fn written(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").and_then(|to| to.strip_prefix("/patients/")).expect("a patient").to_owned()
}

async fn fhir(site: &TestSite, path: &str) -> Reply {
    site.client().await.get(path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_1_4_and_9_somebody_is_written_down_in_both_scripts_with_a_number_of_their_own() {
    let site = TestSite::start().await;
    let mut desk = site.screen("registration-clerk").await;
    let mut second = site.screen("registration-clerk").await;
    let proposed = desk.part("/patients/new/likely", &[("family", "benani"), ("given", "Salma")]).await;
    assert!(proposed.text().contains("id=\"given-ar-list\"") && proposed.text().contains("value=\"سلمى\""), "{}", proposed.text());
    let fields =
        with(&SALMA, &[("family_ar", "العلمي"), ("given_ar", "سلمى"), ("kind_0", "cin"), ("value_0", "AB123456"), ("paper", "cin"), ("mother", "Fatima")]);
    let id = written(&register(&mut desk, &fields).await);
    let read = fhir(&site, &format!("/Patient/{id}")).await;
    let at = |path: &str| read.at(path).unwrap_or_default();
    assert_eq!((at("name.0.family").as_str(), at("name.1.family").as_str(), at("birthDate").as_str()), ("El Alami", "العلمي", "1984-05-17"));
    assert_eq!((at("identifier.0.system").as_str(), at("identifier.0.value").as_str()), ("urn:rihla:ma:ipp:bsk", "00000001"));
    assert_eq!((at("identifier.1.system").as_str(), at("extension.0.valueCode").as_str()), ("urn:rihla:ma:cin", "validated"));
    assert_eq!(at("contact.0.name.given.0"), "Fatima");
    let other = with(&SALMA, &[("family", "Tazi"), ("given", "Omar"), ("sex", "male"), ("birth", "1950"), ("phone", "0700000000"), ("city", "Fès")]);
    let other = written(&register(&mut second, &other).await);
    let read = fhir(&site, &format!("/Patient/{other}")).await;
    assert_eq!((read.at("identifier.0.value").as_deref(), read.at("extension.0.valueCode").as_deref()), (Some("00000002"), Some("provisional")));
    let page = desk.get(&format!("/patients/{id}")).await;
    assert!(page.text().contains("EL ALAMI") && page.text().contains("00000001"), "{}", page.text());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_4_numbers_that_came_from_elsewhere_are_passed_and_a_form_sent_twice_writes_once() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    for at in 1..=5 {
        let text = format!(
            r#"{{"resourceType":"Patient","id":"old{at}","identifier":[{{"system":"urn:rihla:ma:ipp:bsk","value":"{:08}"}}],"name":[{{"family":"Old{at}"}}]}}"#,
            at + 3
        );
        assert_eq!(client.put(&format!("Patient/old{at}"), &text).await.status, 201);
    }
    let mut desk = site.screen("registration-clerk").await;
    let page = desk.get("/patients/new").await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    let all: Vec<_> = [("_author", author.as_str()), ("_id", id.as_str())].into_iter().chain(SALMA).collect();
    assert_eq!(written(&desk.post("/patients/new", &all).await), id);
    let number = fhir(&site, &format!("/Patient/{id}")).await.at("identifier.0.value").expect("a number");
    assert!(!["00000004", "00000005", "00000006", "00000007", "00000008"].contains(&number.as_str()), "{number}");
    desk.post("/patients/new", &all).await;
    assert_eq!(fhir(&site, "/Patient?family=El%20Alami&_summary=count").await.at("total").as_deref(), Some("1"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_2_and_3_who_is_probably_known_is_shown_with_the_reasons_and_confirmed_as_another() {
    let site = TestSite::start().await;
    let mut desk = site.screen("registration-clerk").await;
    let first = written(&register(&mut desk, &SALMA).await);
    let arabic = [("family_ar", "العلمي"), ("given_ar", "سلمى"), ("sex", "female"), ("birth", "17/05/1984"), ("phone", "+212612345678")];
    let list = desk.part("/patients/new/likely", &arabic).await;
    assert!(list.text().contains(&format!("href=\"/patients/{first}\"")) && list.text().contains("téléphone : identique"), "{}", list.text());
    let asked = register(&mut desk, &arabic).await;
    assert!(
        asked.status == 422 && asked.text().contains("probablement celui de cette personne") && asked.text().contains("C’est quelqu’un d’autre"),
        "{}",
        asked.text()
    );
    assert!(asked.text().contains("value=\"العلمي\""), "nothing that was typed is lost");
    let (author, id, others) = (asked.hidden("_author"), asked.hidden("_id"), asked.hidden("others"));
    let all: Vec<_> = [("_author", author.as_str()), ("_id", id.as_str()), ("others", others.as_str())].into_iter().chain(arabic).collect();
    assert_ne!(written(&desk.post("/patients/new", &all).await), first);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_2_of_a_masked_person_it_is_said_that_they_may_be_and_not_who() {
    let site = TestSite::start().await;
    let text = r#"{"resourceType":"Patient","id":"star","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"CEL"}]},"name":[{"family":"El Alami","given":["Salma"]}],"gender":"female","birthDate":"1984-05-17","telecom":[{"system":"phone","value":"0612345678"}]}"#;
    assert_eq!(site.client().await.put("Patient/star", text).await.status, 201);
    let mut desk = site.screen("registration-clerk").await;
    let list = desk.part("/patients/new/likely", &SALMA).await;
    assert!(list.text().contains("Un dossier protégé ressemble") && !list.text().contains("star") && !list.text().contains("identique"), "{}", list.text());
    let mut officer = site.screen("identity-officer").await;
    assert!(officer.part("/patients/new/likely", &SALMA).await.text().contains("/patients/star"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_8_and_10_somebody_unknown_is_written_down_and_what_is_wrong_is_said() {
    let site = TestSite::start().await;
    let mut desk = site.screen("registration-clerk").await;
    let wrong = register(&mut desk, &[("family", "El Alami"), ("birth", "31/02/1984")]).await;
    assert_eq!(wrong.status, 422);
    for said in ["4 champs sont à revoir", "href=\"#birth\"", "Écrivez le prénom", "value=\"31/02/1984\""] {
        assert!(wrong.text().contains(said), "{said}: {}", wrong.text());
    }
    let id = written(&register(&mut desk, &[("unknown", "1"), ("sex", "male"), ("birth", "1980"), ("about", "5"), ("no_phone", "unconscious")]).await);
    let read = fhir(&site, &format!("/Patient/{id}")).await;
    assert_eq!(
        (read.at("name.0.family").as_deref(), read.at("name.0.given.0").as_deref(), read.at("name.0.use").as_deref()),
        (Some("X"), Some("00000001"), Some("temp"))
    );
    assert_eq!(read.at("_birthDate.extension.0.valueInteger").as_deref(), Some("5"));
    site.stop().await;
}

/// Two records of Salma, written down by a clerk who said that they are two.
async fn twice(site: &TestSite, more: &[(&'static str, &'static str)]) -> (String, String) {
    let mut desk = site.screen("registration-clerk").await;
    let one = written(&register(&mut desk, &with(&SALMA, more)).await);
    let asked = register(&mut desk, &SALMA).await;
    let (author, id, others) = (asked.hidden("_author"), asked.hidden("_id"), asked.hidden("others"));
    let all: Vec<_> = [("_author", author.as_str()), ("_id", id.as_str()), ("others", others.as_str())].into_iter().chain(SALMA).collect();
    (one, written(&desk.post("/patients/new", &all).await))
}

async fn act(screen: &mut Screen, page: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
    let author = screen.get(page).await.hidden("_author");
    let all: Vec<_> = [("_author", author.as_str())].into_iter().chain(fields.iter().copied()).collect();
    screen.post(path, &all).await
}

#[tokio::test(flavor = "multi_thread")]
async fn dup_1_2_3_and_5_a_pair_is_listed_merged_shown_as_one_and_parted() {
    let site = TestSite::start().await;
    let (one, other) = twice(&site, &[]).await;
    let mut client = site.client().await;
    for (id, patient) in [("o1", &one), ("o2", &other)] {
        let text = format!(
            r#"{{"resourceType":"Observation","id":"{id}","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"8867-4"}}]}},"subject":{{"reference":"Patient/{patient}"}},"effectiveDateTime":"2026-01-0{}"}}"#,
            &id[1..]
        );
        assert_eq!(client.put(&format!("Observation/{id}"), &text).await.status, 201);
    }
    let mut officer = site.screen("identity-officer").await;
    let list = officer.get("/duplicates").await;
    assert!(list.text().contains(&one) && list.text().contains(&other) && list.text().contains("téléphone : identique"), "{}", list.text());
    let page = format!("/patients/{one}/merge?with={other}");
    let unsaid = act(&mut officer, &page, &format!("/patients/{one}/merge"), &[("with", &other), ("stays", &one), ("why", " ")]).await;
    assert!(unsaid.status == 422 && unsaid.text().contains("Dites en une phrase"));
    let merged = act(&mut officer, &page, &format!("/patients/{one}/merge"), &[("with", &other), ("stays", &one), ("why", "même carte, même mère")]).await;
    assert_eq!(merged.status, 303, "{}", merged.text());
    assert!(officer.get(&page).await.text().contains("tient lieu de"));
    assert!(!officer.get("/duplicates").await.text().contains(&other));

    let gone = client.get(&format!("/Patient/{other}")).await;
    assert_eq!((gone.at("active").as_deref(), gone.at("link.0.type").as_deref()), (Some("false"), Some("replaced-by")));
    let both = client.get(&format!("/Observation?subject=Patient/{one}&_sort=date&_total=accurate")).await;
    assert_eq!(
        (both.at("total").as_deref(), both.at("entry.0.resource.id").as_deref(), both.at("entry.1.resource.id").as_deref()),
        (Some("2"), Some("o1"), Some("o2"))
    );
    let everything = client.get(&format!("/Patient/{one}/$everything?_type=Observation")).await;
    assert_eq!(everything.at("total").as_deref(), Some("2"), "{}", everything.text());
    let told = client.get(&format!("/Provenance?target=Patient/{one}")).await;
    assert_eq!(told.at("entry.0.resource.reason.0.text").as_deref(), Some("même carte, même mère"));

    let written = r#"{"resourceType":"Observation","id":"o3","status":"final","code":{"text":"poids"},"subject":{"reference":"Patient/ID"}}"#;
    assert_eq!(client.put("Observation/o3", &written.replace("ID", &one)).await.status, 201);
    let parted = act(&mut officer, &page, &format!("/patients/{one}/part"), &[("with", &other), ("why", "deux cousines")]).await;
    assert_eq!(parted.status, 303, "{}", parted.text());
    let back = client.get(&format!("/Patient/{other}")).await;
    assert_eq!((back.at("active").as_deref(), back.at("link.0.type")), (Some("true"), None));
    let own = client.get(&format!("/Observation?subject=Patient/{one}&_total=accurate")).await;
    assert_eq!(own.at("total").as_deref(), Some("2"), "what was written since stays where it was written");

    let apart = act(&mut officer, "/duplicates", "/duplicates/apart", &[("one", &one), ("other", &other)]).await;
    assert_eq!(apart.status, 303, "{}", apart.text());
    assert!(!officer.get("/duplicates").await.text().contains(&other), "they are two");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dup_4_a_validated_identity_takes_two_officers() {
    let site = TestSite::start().await;
    let (one, other) = twice(&site, &[("paper", "cin")]).await;
    site.account("second", &[("identity-officer", None)], "").await;
    let mut first = site.screen("identity-officer").await;
    let mut second = site.stranger().await;
    second.sign_in("second", rihla_testkit::PASSWORD).await;
    let (page, path) = (format!("/patients/{one}/merge?with={other}"), format!("/patients/{one}/merge"));
    let fields = [("with", other.as_str()), ("stays", one.as_str()), ("why", "même carte")];
    assert!(first.get(&page).await.text().contains("Demander la fusion"));
    for _ in 0..2 {
        assert_eq!(act(&mut first, &page, &path, &fields).await.status, 303);
        assert_eq!(fhir(&site, &format!("/Patient/{other}")).await.at("active").as_deref(), Some("true"), "one officer does not merge");
    }
    assert!(first.get(&page).await.text().contains("Vous avez demandé"));
    assert!(second.get("/duplicates").await.text().contains("fusion demandée"));
    let otherwise = [("with", other.as_str()), ("stays", other.as_str()), ("why", "même carte")];
    assert_eq!(act(&mut second, &page, &path, &otherwise).await.status, 303);
    assert_eq!(fhir(&site, &format!("/Patient/{one}")).await.at("active").as_deref(), Some("true"), "another merge is another question");
    assert_eq!(act(&mut first, &page, &path, &otherwise).await.status, 303);
    assert_eq!(fhir(&site, &format!("/Patient/{one}")).await.at("active").as_deref(), Some("false"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_match_operation_grades_who_may_be_a_person_and_refuses_what_it_does_not_understand() {
    let site = TestSite::start().await;
    let mut desk = site.screen("registration-clerk").await;
    let id = written(&register(&mut desk, &SALMA).await);
    let mut client = site.client().await;
    let resource = r#"{"resourceType":"Patient","name":[{"family":"العلمي","given":["سلمى"]}],"gender":"female","birthDate":"1984-05-17","telecom":[{"system":"phone","value":"0612345678"}]}"#;
    let ask = |more: &str| format!(r#"{{"resourceType":"Parameters","parameter":[{{"name":"resource","resource":{resource}}}{more}]}}"#);
    let found = client.post("/Patient/$match", &ask(r#",{"name":"count","valueInteger":3}"#)).await;
    assert_eq!((found.status, found.at("total").as_deref(), found.at("entry.0.resource.id")), (200, Some("1"), Some(id)), "{}", found.text());
    assert!(["certain", "probable"].contains(&found.at("entry.0.search.extension.0.valueCode").expect("a grade").as_str()), "{}", found.text());
    assert!(found.at("entry.0.search.score").and_then(|score| score.parse::<f64>().ok()).is_some_and(|score| score > 0.9));
    for wrong in [r#",{"name":"count","valueInteger":0}"#, r#",{"name":"onlyCertain","valueBoolean":true}"#] {
        assert_eq!(client.post("/Patient/$match", &ask(wrong)).await.status, 400, "{wrong}");
    }
    assert_eq!(client.post("/Patient/$match", r#"{"resourceType":"Parameters"}"#).await.status, 400);
    assert_eq!(client.get("/Patient/$match").await.status, 400);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mov_1_and_2_a_stay_moves_with_all_that_names_it_and_both_records_say_so() {
    let site = TestSite::start().await;
    let mut desk = site.screen("registration-clerk").await;
    let one = written(&register(&mut desk, &SALMA).await);
    let omar = with(&SALMA, &[("family", "Tazi"), ("given", "Omar"), ("sex", "male"), ("birth", "1950"), ("phone", "0700000000"), ("city", "Fès")]);
    let other = written(&register(&mut desk, &omar).await);
    let mut client = site.client().await;
    let stay = |id: &str| {
        format!(
            r#"{{"resourceType":"Encounter","id":"{id}","status":"finished","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{one}","display":"EL ALAMI Salma"}},"period":{{"start":"2026-01-02"}}}}"#
        )
    };
    let sign = |id: &str, stay: &str| {
        format!(
            r#"{{"resourceType":"Observation","id":"{id}","status":"final","code":{{"text":"pouls"}},"subject":{{"reference":"Patient/{one}"}},"encounter":{{"reference":"Encounter/{stay}"}},"valueQuantity":{{"value":72.50}}}}"#
        )
    };
    for (path, text) in [("Encounter/e1", stay("e1")), ("Encounter/e2", stay("e2")), ("Observation/o1", sign("o1", "e1")), ("Observation/o2", sign("o2", "e2"))]
    {
        assert_eq!(client.put(path, &text).await.status, 201);
    }
    let mut officer = site.screen("identity-officer").await;
    let (page, number) = (format!("/patients/{one}/move"), "00000002");
    let unknown = act(&mut officer, &page, &page, &[("stay", "e1"), ("number", "99999999")]).await;
    assert!(unknown.status == 422 && unknown.text().contains("Aucun autre dossier"), "{}", unknown.text());
    let own = act(&mut officer, &page, &page, &[("stay", "e1"), ("number", "00000001")]).await;
    assert_eq!(own.status, 422, "not to where it is");
    let shown = act(&mut officer, &page, &page, &[("stay", "e1"), ("number", number)]).await;
    assert!(shown.text().contains("2 éléments seront déplacés") && shown.text().contains("TAZI Omar"), "{}", shown.text());
    assert_eq!(client.get("/Encounter/e1").await.at("subject.reference"), Some(format!("Patient/{one}")), "nothing moved yet");
    let fields = [("stay", "e1"), ("number", number), ("to", other.as_str()), ("why", "mauvais bracelet à l’admission")];
    let moved = act(&mut officer, &page, &page, &fields).await;
    assert_eq!(moved.status, 303, "{}", moved.text());

    let there = client.get("/Encounter/e1").await;
    assert_eq!((there.at("subject.reference"), there.at("subject.display")), (Some(format!("Patient/{other}")), None));
    let sign = client.get("/Observation/o1").await;
    assert_eq!((sign.at("subject.reference"), sign.at("valueQuantity.value").as_deref()), (Some(format!("Patient/{other}")), Some("72.50")));
    assert_eq!(client.get("/Observation/o2").await.at("subject.reference"), Some(format!("Patient/{one}")), "another stay stays");
    for (patient, said) in [(&one, "déplacé vers le dossier IPP Bouskoura 00000002"), (&other, "déplacé ici depuis le dossier IPP Bouskoura 00000001")] {
        let flags = client.get(&format!("/Flag?patient={patient}")).await;
        assert!(flags.text().contains(said), "{}", flags.text());
    }
    let told = client.get("/Provenance?target=Encounter/e1").await;
    assert_eq!(told.at("entry.0.resource.reason.0.text").as_deref(), Some("mauvais bracelet à l’admission"));
    assert_eq!(client.get(&format!("/Observation?patient={other}&_total=accurate")).await.at("total").as_deref(), Some("1"));

    let back = format!("/patients/{other}/move");
    let fields = [("stay", "e1"), ("number", "00000001"), ("to", one.as_str()), ("why", "c’était le bon bracelet")];
    assert_eq!(act(&mut officer, &back, &back, &fields).await.status, 303);
    assert_eq!(client.get("/Observation/o1").await.at("subject.reference"), Some(format!("Patient/{one}")));
    assert_eq!(act(&mut desk, "/patients/new", &page, &fields).await.status, 403, "a clerk does not");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mer_6_two_records_with_a_stay_each_that_goes_on_are_not_merged() {
    let site = TestSite::start().await;
    let (one, other) = twice(&site, &[]).await;
    let mut client = site.client().await;
    for (id, patient) in [("e1", &one), ("e2", &other)] {
        let text = format!(
            r#"{{"resourceType":"Encounter","id":"{id}","status":"in-progress","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}}}}"#
        );
        assert_eq!(client.put(&format!("Encounter/{id}"), &text).await.status, 201);
    }
    let mut officer = site.screen("identity-officer").await;
    let (page, path) = (format!("/patients/{one}/merge?with={other}"), format!("/patients/{one}/merge"));
    let fields = [("with", other.as_str()), ("stays", one.as_str()), ("why", "même carte")];
    let refused = act(&mut officer, &page, &path, &fields).await;
    assert_eq!((refused.status, refused.text().contains("Les deux dossiers ont un séjour en cours")), (422, true), "{}", refused.text());
    let ended = format!(r#"{{"resourceType":"Encounter","id":"e2","status":"finished","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{other}"}}}}"#);
    assert_eq!(client.put("Encounter/e2", &ended).await.status, 200);
    assert_eq!(act(&mut officer, &page, &path, &fields).await.status, 303);
    site.stop().await;
}
