//! Pages that follow the record, and what somebody typed and did not save.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Client, Event, Events, PASSWORD, Patient, Screen, TestSite};

async fn two_patients(site: &TestSite) -> Client {
    let mut client = site.client().await;
    for (id, family) in [("p1", "Alaoui"), ("p2", "Berrada")] {
        let json = Patient::new().id(id).family(family).json();
        assert_eq!(client.put(&format!("Patient/{id}"), &json).await.status, 201);
        client.take_into_care(id).await;
    }
    client
}

async fn alert(client: &mut Client, id: &str, patient: &str, text: &str) {
    let json = format!(r#"{{"resourceType":"Flag","id":"{id}","status":"active","code":{{"text":"{text}"}},"subject":{{"reference":"Patient/{patient}"}}}}"#);
    let reply = client.put(&format!("Flag/{id}"), &json).await;
    assert!(reply.status < 300, "{}", reply.text());
}

/// Opens the page and sends its form in, as a browser does.
async fn add(screen: &mut Screen, patient: &str, text: &str) -> u16 {
    let path = format!("/patients/{patient}/alerts");
    let page = screen.get(&path).await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    screen.post(&path, &[("_patient", patient), ("_author", &author), ("_id", &id), ("kind", "safety"), ("text", text)]).await.status
}

/// The next event that holds a text.
async fn warning(events: &mut Events, text: &str) -> Event {
    loop {
        let event = events.next().await.expect("an event");
        if event.data.contains(text) {
            return event;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chart_5_an_alert_reaches_the_open_pages_of_its_patient_and_no_other() {
    let site = TestSite::start().await;
    let mut client = two_patients(&site).await;
    let (mut nurse, mut doctor) = (site.screen("nurse").await, site.screen("physician").await.speaking("ar"));
    let page = nurse.get("/patients/p1/chart").await;
    let other = doctor.get("/patients/p2/chart").await;
    let (mut here, mut there) = (nurse.listen(&page).await, doctor.listen(&other).await);
    assert_eq!(add(&mut doctor, "p1", "Risque de chute").await, 303);
    let event = warning(&mut here, "Risque").await;
    assert!(event.data.starts_with("<hx-partial hx-target=\"#web-warnings\"") && event.data.contains("Risque de chute"), "{}", event.data);
    assert!(event.data.len() < 2048, "{} bytes", event.data.len());
    // The other patient's page hears of its own alert first, so it heard nothing of this one.
    alert(&mut client, "f2", "p2", "Isolement").await;
    let event = warning(&mut there, "Isolement").await;
    assert!(event.data.contains("Isolement") && !event.data.contains("chute"), "{}", event.data);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_between_the_page_and_its_connection_comes_first() {
    let site = TestSite::start().await;
    let mut client = two_patients(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get("/patients/p1/chart").await;
    alert(&mut client, "f1", "p1", "Entre deux").await;
    let mut events = nurse.listen(&page).await;
    let event = events.next().await.expect("an event");
    assert!(event.data.contains("Entre deux") && event.id.is_empty(), "a part does not say where the page stands: the round is not through");
    let reached = events.any().await.expect("the place");

    // A connection that broke goes on from the last place it heard of.
    drop(events);
    alert(&mut client, "f1", "p1", "Pendant la coupure").await;
    let mut again = nurse.listen_at("/live?since=0&part=web-warnings:p1", &[("Last-Event-ID", &reached.id)]).await.expect("events");
    assert!(again.next().await.expect("an event").data.contains("Pendant la coupure"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_change_is_not_sent() {
    let site = TestSite::start().await;
    let mut client = two_patients(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get("/patients/p1/chart").await;
    let mut events = nurse.listen(&page).await;
    alert(&mut client, "f1", "p1", "Une fois").await;
    warning(&mut events, "Une fois").await;
    // The same words again are a new version and no news.
    alert(&mut client, "f1", "p1", "Une fois").await;
    alert(&mut client, "f1", "p1", "Autre chose").await;
    assert!(events.next().await.expect("an event").data.contains("Autre chose"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_session_is_over_hears_no_more() {
    let site = TestSite::start().await;
    let mut client = two_patients(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get("/patients/p1/chart").await;
    let mut events = nurse.listen(&page).await;
    assert_eq!(nurse.post("/sign-out", &[]).await.status, 303);
    assert_eq!(nurse.get("/patients/p1/chart").await.status, 303, "the session is over");
    alert(&mut client, "f1", "p1", "Secret").await;
    assert_eq!(events.next().await, None);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_hears_where_somebody_is_and_nothing_clinical() {
    let site = TestSite::start().await;
    let mut client = two_patients(&site).await;
    let mut clerk = site.screen("registration-clerk").await;
    let page = clerk.get("/patients/p1").await;
    let mut events = clerk.listen(&page).await;
    alert(&mut client, "f1", "p1", "Secret").await;
    let json = Patient::new().id("p1").family("Alaoui Mdaghri").json();
    client.put("Patient/p1", &json).await;
    let mut heard = String::new();
    while !heard.contains("MDAGHRI") {
        heard.push_str(&events.next().await.expect("an event").data);
    }
    assert!(!heard.contains("Secret"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chart_7_a_form_of_another_patients_page_writes_nothing() {
    let site = TestSite::start().await;
    let mut client = two_patients(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get("/patients/p2/alerts").await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    let mixed =
        nurse.post("/patients/p1/alerts", &[("_patient", "p2"), ("_author", &author), ("_id", &id), ("kind", "safety"), ("text", "Mauvais dossier")]).await;
    assert_eq!(mixed.status, 400);
    assert!(mixed.text().contains("RH-CHART-OTHER-PATIENT"));
    assert_eq!(add(&mut nurse, "p2", "Bon dossier").await, 303);
    assert_eq!(client.get("Flag?patient=p1").await.count("entry"), 0);
    let flags = client.get("Flag?patient=p2").await;
    assert_eq!(flags.at("entry.0.resource.code.text").as_deref(), Some("Bon dossier"));
    // Ending it needs its own patient as well.
    let id = flags.at("entry.0.resource.id").expect("an id");
    let wrong = nurse.post(&format!("/patients/p1/alerts/{id}/end"), &[("_patient", "p1"), ("_author", &author), ("version", "1"), ("reason", "x")]).await;
    assert_eq!(wrong.status, 404);
    let ended =
        nurse.post(&format!("/patients/p2/alerts/{id}/end"), &[("_patient", "p2"), ("_author", &author), ("version", "1"), ("reason", "Ne chute plus")]).await;
    assert_eq!(ended.status, 303);
    let flag = client.get(&format!("Flag/{id}")).await;
    assert_eq!(flag.at("status").as_deref(), Some("inactive"));
    assert_eq!(flag.at("extension.0.valueString").as_deref(), Some("Ne chute plus"));
    assert!(flag.at("period.end").is_some() && flag.at("period.start").is_some());
    let stale = nurse.post(&format!("/patients/p2/alerts/{id}/end"), &[("_patient", "p2"), ("_author", &author), ("version", "1"), ("reason", "x")]).await;
    assert_eq!(stale.status, 404, "what is over cannot be ended again");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chart_6_a_draft_comes_back_to_its_author_on_its_patient_only() {
    let site = TestSite::start().await;
    let mut client = two_patients(&site).await;
    for (id, family) in [("d1", "Tazi"), ("d2", "Fassi")] {
        let practitioner = format!(r#"{{"resourceType":"Practitioner","id":"{id}","name":[{{"family":"{family}"}}]}}"#);
        client.put(&format!("Practitioner/{id}"), &practitioner).await;
        let role = format!(
            r#"{{"resourceType":"PractitionerRole","id":"r{id}","active":true,"practitioner":{{"reference":"Practitioner/{id}"}},"code":[{{"coding":[{{"code":"physician"}}]}}]}}"#
        );
        client.put(&format!("PractitionerRole/r{id}"), &role).await;
    }
    let mut author = site.screen_of("d1", "").await;
    let mark = author.get("/patients/p1/alerts").await.hidden("_author");
    let typed = [
        ("_author", mark.as_str()),
        ("_form", "chart.alert"),
        ("_patient", "p1"),
        ("_stay", ""),
        ("_path", "/patients/p1/alerts"),
        ("text", "A moitié écr"),
        ("kind", "safety"),
    ];
    assert_eq!(author.part("/drafts", &typed).await.status, 200);

    // Another browser of the same person, after the first one died.
    let mut later = site.screen_of("d1", "").await;
    assert!(later.get("/patients/p1/alerts").await.text().contains("A moitié écr"));
    assert!(later.get("/drafts").await.text().contains("A moitié écr"));
    assert!(!later.get("/patients/p2/alerts").await.text().contains("A moitié écr"));
    let mut other = site.screen_of("d2", "").await;
    for path in ["/patients/p1/alerts", "/drafts"] {
        assert!(!other.get(path).await.text().contains("A moitié écr"), "{path}");
    }
    // Someone else who sat down at the screen: what the first one's page still sends is not filed as theirs.
    assert_eq!(other.part("/drafts", &typed).await.status, 409);
    assert!(!other.get("/drafts").await.text().contains("A moitié écr"));
    let mut unnamed = site.screen("physician").await;
    assert!(!unnamed.get("/patients/p1/alerts").await.text().contains("A moitié écr"));

    assert_eq!(add(&mut later, "p1", "A moitié écrit, et fini").await, 303);
    let page = later.get("/patients/p1/alerts").await;
    assert!(!page.text().contains("draft-back"), "what was saved is no draft any more");
    assert!(!later.get("/drafts").await.text().contains("A moitié écr"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_says_wrongly_where_it_belongs_is_refused() {
    let site = TestSite::start().await;
    let mut nurse = site.screen("nurse").await;
    for fields in [vec![("text", "x")], vec![("_form", "a/b"), ("text", "x")], vec![("_form", "a"), ("_patient", "../x"), ("text", "x")]] {
        let refused = nurse.part("/drafts", &fields).await;
        assert_eq!(refused.status, 400, "{fields:?}");
    }
    two_patients(&site).await;
    let author = nurse.get("/patients/p1/alerts").await.hidden("_author");
    for foreign in ["//elsewhere", "/\\elsewhere", "/\telsewhere"] {
        let dropped = nurse.post("/drafts", &[("_form", "a"), ("_author", &author), ("_drop", "1"), ("_path", foreign)]).await;
        assert_eq!(dropped.header("location"), Some("/"), "{foreign:?}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_writes_once() {
    let site = TestSite::start().await;
    let mut client = two_patients(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get("/patients/p1/alerts").await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    for _ in 0..2 {
        let sent = nurse.post("/patients/p1/alerts", &[("_patient", "p1"), ("_author", &author), ("_id", &id), ("kind", "safety"), ("text", "Une fois")]).await;
        assert_eq!(sent.status, 303);
    }
    assert_eq!(client.get("Flag?patient=p1").await.count("entry"), 1);
    let made_up = nurse.post("/patients/p1/alerts", &[("_patient", "p1"), ("_author", &author), ("_id", "mine"), ("kind", "safety"), ("text", "x")]).await;
    assert_eq!(made_up.status, 400);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_gives_way_to_the_next_one_in_its_browser() {
    let site = TestSite::start().await;
    two_patients(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get("/patients/p1/chart").await;
    assert_eq!(page.status, 200);
    let mut events = nurse.listen(&page).await;
    // Somebody else sits down without the first one having left.
    site.account("omar", &[("student", None)], "").await;
    let before = nurse.cookie("rihla_session").expect("a session").to_owned();
    assert_eq!(nurse.sign_in("omar", PASSWORD).await.status, 303);
    nurse.set_cookie("rihla_session", &before);
    assert_eq!(nurse.get("/patients/p1/chart").await.status, 303, "the old cookie opens nothing");
    let mut client = site.client().await;
    alert(&mut client, "f1", "p1", "Secret").await;
    assert_eq!(events.next().await, None);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_types_into_the_same_form_is_named_to_the_other_and_what_they_typed_is_not() {
    let site = TestSite::start().await;
    let mut client = two_patients(&site).await;
    let (mut nurse, mut doctor) = (site.screen("nurse").await, site.screen("physician").await);
    let (here, there) = (nurse.get("/patients/p1/alerts").await.hidden("_author"), doctor.get("/patients/p1/alerts").await.hidden("_author"));
    let typed = |author: &str, patient: &str, turn: &str, text: &str| {
        [("_form", "chart.alert"), ("_patient", patient), ("_author", author), ("_page", "a"), ("_turn", turn), ("text", text)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    async fn keep(screen: &mut Screen, fields: [(String, String); 6]) -> String {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let reply = screen.part("/drafts", &fields).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.text().to_owned()
    }
    assert!(!keep(&mut nurse, typed(&here, "p1", "1", "Chute")).await.contains('\n'), "nobody else is here");
    let said = keep(&mut doctor, typed(&there, "p1", "1", "Isolement")).await;
    assert!(said.contains("Personne nurse écrit ici aussi") && !said.contains("Chute"), "{said}");
    assert!(keep(&mut nurse, typed(&here, "p1", "2", "Chute la nuit")).await.contains("Personne physician"));
    assert!(!keep(&mut doctor, typed(&there, "p2", "1", "x")).await.contains('\n'), "another patient");
    // A request that was overtaken takes nothing back.
    keep(&mut nurse, typed(&here, "p1", "1", "Chu")).await;
    assert!(nurse.get("/patients/p1/alerts").await.text().contains("Chute la nuit"));
    // What is given up, saved or long past is not told of.
    assert!(!keep(&mut nurse, typed(&here, "p1", "3", "")).await.is_empty());
    assert!(!keep(&mut doctor, typed(&there, "p1", "2", "Isolement")).await.contains('\n'));
    assert_eq!(add(&mut doctor, "p1", "Isolement").await, 303);
    assert!(!keep(&mut nurse, typed(&here, "p1", "4", "Chute")).await.contains('\n'));
    // Whoever may not read of a patient is told nothing of them.
    assert_eq!(client.put("Patient/p3", &Patient::new().id("p3").family("Chraibi").json()).await.status, 201);
    keep(&mut nurse, typed(&here, "p3", "1", "x")).await;
    assert!(!keep(&mut doctor, typed(&there, "p3", "1", "x")).await.contains('\n'));
    site.stop().await;
}
