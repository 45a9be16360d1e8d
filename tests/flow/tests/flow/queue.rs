//! The queue through its screens: kiosk, desk, display. The ids are those of `modules/queue/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Folder, Reply, Screen, TestSite};

const MINUTE: u64 = 60_000;

fn desk(id: &str, name: &str, arabic: &str, services: &[&str]) -> String {
    let codings: Vec<String> = services.iter().map(|service| format!(r#"{{"coding":[{{"system":"urn:rihla:queue-service","code":"{service}"}}]}}"#)).collect();
    format!(
        r#"{{"resourceType":"Location","id":"{id}","status":"active","name":"{name}","alias":["{arabic}"],"type":[{}],"physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"area"}}]}}}}"#,
        codings.join(",")
    )
}

async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    for (id, name, arabic, services) in [
        ("g1", "Guichet 1", "الشباك 1", &["registration"][..]),
        ("g2", "Guichet 2", "الشباك 2", &["registration"]),
        ("c1", "Caisse 1", "الصندوق 1", &["cashier"]),
    ] {
        assert_eq!(client.put(&format!("Location/{id}"), &desk(id, name, arabic, services)).await.status, 201);
    }
    for (id, family, birth) in [("amal", "Alami", "1984-05-02"), ("vieux", "Tazi", "1940-05-02")] {
        let json =
            format!(r#"{{"resourceType":"Patient","id":"{id}","gender":"female","birthDate":"{birth}","name":[{{"family":"{family}","given":["Amal"]}}]}}"#);
        assert_eq!(client.put(&format!("Patient/{id}"), &json).await.status, 201);
    }
    client
}

/// Takes a ticket at the kiosk: its page, and its code.
async fn take(kiosk: &mut Screen, service: &str, fields: &[(&str, &str)]) -> (Reply, String) {
    let page = kiosk.get(&format!("/queue/kiosk/{service}")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    let mut all = vec![("_author", author.as_str()), ("_id", id.as_str()), ("lang", "fr"), ("service", service)];
    all.extend(fields);
    let reply = kiosk.post("/queue/kiosk/take", &all).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let to = reply.header("location").expect("a ticket").to_owned();
    // Sent twice: the same ticket.
    assert_eq!(kiosk.post("/queue/kiosk/take", &all).await.header("location"), Some(to.as_str()));
    let code = to.split('/').next_back().and_then(|rest| rest.split('?').next()).unwrap_or_default().to_owned();
    (kiosk.get(&to).await, code)
}

/// Sits down at a desk.
async fn at(site: &TestSite, role: &str, desk: &str) -> Screen {
    let mut screen = site.screen(role).await;
    let author = screen.get("/queue").await.hidden("_author");
    assert_eq!(screen.post("/queue/desk", &[("_author", author.as_str()), ("desk", desk)]).await.status, 303);
    screen
}

async fn post(screen: &mut Screen, path: &str, fields: &[(&str, &str)]) -> String {
    let author = screen.get("/queue").await.hidden("_author");
    let mut all = vec![("_author", author.as_str())];
    all.extend(fields);
    let reply = screen.post(path, &all).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").unwrap_or_default().to_owned()
}

async fn call(screen: &mut Screen) -> String {
    post(screen, "/queue/call", &[]).await
}

/// The ticket of a number: id, version, text.
async fn ticket(client: &mut Client, site: &TestSite, number: &str) -> (String, String, String) {
    let day = "1-2026-01-15";
    let found = client.get(&format!("Task?identifier=urn:rihla:queue-number|{day}-{number}")).await;
    assert!(site.now() > 0 && found.at("entry.0.resource.id").is_some(), "{number}: {}", found.text());
    (found.at("entry.0.resource.id").unwrap(), found.at("entry.0.resource.meta.versionId").unwrap(), found.text().to_owned())
}

async fn act(client: &mut Client, site: &TestSite, screen: &mut Screen, number: &str, act: &str, more: &[(&str, &str)]) -> String {
    let (id, version, _) = ticket(client, site, number).await;
    let mut all = vec![("version", version.as_str())];
    all.extend(more);
    post(screen, &format!("/queue/tickets/{id}/{act}"), &all).await
}

/// QUE-2, QUE-3, QUE-5, QUE-6: from the kiosk to the desk and away.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_taken_called_served_and_ended() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut kiosk = site.screen("kiosk").await;
    let (page, code) = take(&mut kiosk, "registration", &[]).await;
    assert!(page.text().contains("A001") && page.text().contains("<svg") && !page.text().contains("Alami"), "{}", page.text());
    assert_eq!(page.header("refresh"), Some("60; url=/queue/kiosk"));
    site.pass(2 * MINUTE);
    take(&mut kiosk, "registration", &[("priority", "pregnancy")]).await;
    // What passes everybody is for a clerk to say.
    take(&mut kiosk, "registration", &[("priority", "emergency")]).await;
    assert!(!ticket(&mut client, &site, "A003").await.2.contains("queue-priority"));

    let mut clerk = site.screen("registration-clerk").await;
    assert!(clerk.get("/queue").await.text().contains("Quel guichet"), "the desk is asked for");
    let mut clerk = at(&site, "registration-clerk", "g1").await;
    let board = clerk.get("/queue").await;
    // QUE-15
    assert!(board.text().contains("ne les a pas encore validées"), "{}", board.text());
    assert!(board.text().contains("Guichet 1") && board.text().contains("Grossesse") && board.text().contains("priorité"), "{}", board.text());
    assert_eq!(call(&mut clerk).await, "/queue");
    let (_, _, text) = ticket(&mut client, &site, "A002").await;
    assert!(text.contains(r#""status":"accepted""#) && text.contains("Location/g1") && text.contains(r#""valueCode":"called""#), "{text}");
    assert!(text.contains(r#"{"system":"urn:rihla:queue","code":"ticket"}"#) && text.contains("urn:rihla:queue-service"), "{text}");
    // One after the other.
    assert!(call(&mut clerk).await.contains("RH-QUEUE-BUSY"));
    assert_eq!(act(&mut client, &site, &mut clerk, "A002", "begin", &[]).await, "/queue");
    site.pass(4 * MINUTE);
    assert_eq!(act(&mut client, &site, &mut clerk, "A002", "end", &[]).await, "/queue");
    assert!(ticket(&mut client, &site, "A002").await.2.contains(r#""status":"completed""#));
    assert_eq!(call(&mut clerk).await, "/queue");
    let told = kiosk.get(&format!("/queue/kiosk/ticket/{code}")).await;
    assert!(told.text().contains("Vous êtes appelé") && told.text().contains("Guichet 1"), "{}", told.text());
    site.stop().await;
}

/// QUE-4: with the times of the pack.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_waited_for_long_is_passed_no_more() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut kiosk = site.screen("kiosk").await;
    take(&mut kiosk, "registration", &[]).await;
    site.pass(14 * MINUTE);
    let mut kiosk = site.screen("kiosk").await;
    take(&mut kiosk, "registration", &[("priority", "disability")]).await;
    site.pass(17 * MINUTE);
    let mut clerk = at(&site, "registration-clerk", "g1").await;
    assert!(clerk.get("/queue").await.text().contains("attend depuis trop longtemps"));
    call(&mut clerk).await;
    assert!(ticket(&mut client, &site, "A001").await.2.contains(r#""status":"accepted""#));
    site.stop().await;
}

/// QUE-2, QUE-6: two kiosks and two desks at one moment.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_desks_one_calls_a_ticket_and_of_two_kiosks_each_has_a_number() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let (mut one, mut two) = (site.screen("kiosk").await, site.screen("kiosk").await);
    let (first, second) = tokio::join!(take(&mut one, "registration", &[]), take(&mut two, "registration", &[]));
    assert_ne!(first.1, second.1);
    for number in ["A001", "A002"] {
        ticket(&mut client, &site, number).await;
    }
    let (mut left, mut right) = (at(&site, "registration-clerk", "g1").await, at(&site, "nurse", "g2").await);
    // One ticket is left, and two call.
    assert_eq!(act(&mut client, &site, &mut left, "A002", "gone", &[]).await, "/queue");
    let authors = [left.get("/queue").await.hidden("_author"), right.get("/queue").await.hidden("_author")];
    let (own, other) = ([("_author", authors[0].as_str())], [("_author", authors[1].as_str())]);
    let (one, two) = tokio::join!(left.post("/queue/call", &own), right.post("/queue/call", &other));
    let said = [&one, &two].map(|reply| reply.header("location").unwrap_or_default().to_owned());
    let told = said.iter().filter(|to| to.contains("RH-QUEUE-RACED") || to.contains("RH-QUEUE-NOBODY")).count();
    assert_eq!((said.iter().filter(|to| *to == "/queue").count(), told), (1, 1), "{said:?}");
    let (_, _, text) = ticket(&mut client, &site, "A001").await;
    assert_eq!(text.matches(r#""valueCode":"called""#).count(), 1, "{text}");
    // Who was called elsewhere is not this desk's to pass on.
    let mut loser = if said[0] == "/queue" { right } else { left };
    assert!(act(&mut client, &site, &mut loser, "A001", "transfer", &[("to", "desk c1")]).await.contains("RH-QUEUE-ELSEWHERE"));
    // What a page showed is not what there is: it is said, and nothing done.
    let (id, _, _) = ticket(&mut client, &site, "A001").await;
    assert!(post(&mut loser, &format!("/queue/tickets/{id}/begin"), &[("version", "1")]).await.contains("RH-QUEUE-"));
    let page = loser.get("/queue?wrong=RH-QUEUE-RACED").await;
    assert!(page.text().contains("Un autre guichet") && page.text().contains("RH-QUEUE-RACED"), "{}", page.text());
    site.stop().await;
}

/// QUE-5, QUE-7, QUE-8
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_pauses_passes_on_and_notes_who_does_not_come() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut kiosk = site.screen("kiosk").await;
    let (_, code) = take(&mut kiosk, "registration", &[]).await;
    let mut clerk = at(&site, "registration-clerk", "g1").await;
    assert_eq!(post(&mut clerk, "/queue/pause", &[("pause", "break")]).await, "/queue");
    let place = client.get("Location/g1").await;
    assert!(place.text().contains(r#""status":"suspended""#) && place.text().contains(r#""valueCode":"break""#), "{}", place.text());
    assert!(clerk.get("/queue").await.text().contains("Guichet en pause"));
    assert!(call(&mut clerk).await.contains("RH-QUEUE-PAUSED"));
    assert_eq!(post(&mut clerk, "/queue/pause", &[]).await, "/queue");
    call(&mut clerk).await;
    assert!(act(&mut client, &site, &mut clerk, "A001", "no-show", &[]).await.contains("RH-QUEUE-EARLY"));
    for _ in 0..2 {
        site.pass(MINUTE);
        act(&mut client, &site, &mut clerk, "A001", "again", &[]).await;
    }
    site.pass(MINUTE);
    assert_eq!(act(&mut client, &site, &mut clerk, "A001", "no-show", &[]).await, "/queue");
    assert!(clerk.get("/queue").await.text().contains("Absents à l’appel"));
    // They come with their ticket, and wait again.
    let author = kiosk.get("/queue/kiosk").await.hidden("_author");
    let back = kiosk.post("/queue/kiosk/check-in", &[("_author", author.as_str()), ("lang", "ar"), ("code", &code.to_lowercase())]).await;
    assert_eq!(back.header("location"), Some(format!("/queue/kiosk/ticket/{code}?lang=ar").as_str()));
    assert!(ticket(&mut client, &site, "A001").await.2.contains(r#""valueCode":"back""#));
    // On to the cash desk, which alone calls them.
    call(&mut clerk).await;
    act(&mut client, &site, &mut clerk, "A001", "begin", &[]).await;
    assert_eq!(act(&mut client, &site, &mut clerk, "A001", "transfer", &[("to", "desk c1")]).await, "/queue");
    let (_, _, text) = ticket(&mut client, &site, "A001").await;
    assert!(text.contains("Location/c1") && text.contains(r#""code":"cashier""#) && text.contains(r#""valueCode":"transferred""#), "{text}");
    assert!(call(&mut clerk).await.contains("RH-QUEUE-NOBODY"));
    let mut cashier = at(&site, "cashier", "c1").await;
    let board = cashier.get("/queue").await;
    assert!(board.text().contains("A001") && !board.text().contains("DH") && !board.text().contains("MAD"), "{}", board.text());
    assert_eq!(call(&mut cashier).await, "/queue");
    site.stop().await;
}

/// QUE-3: a clerk gives a ticket and says of whom it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_gives_a_ticket_and_ties_it_to_a_patient() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut clerk = at(&site, "registration-clerk", "g1").await;
    let id = clerk.get("/queue").await.hidden("_id");
    post(&mut clerk, "/queue/issue", &[("_id", &id), ("service", "registration"), ("priority", "emergency")]).await;
    assert!(ticket(&mut client, &site, "A001").await.2.contains(r#""valueCode":"emergency""#));
    let id = clerk.get("/queue").await.hidden("_id");
    let to = post(&mut clerk, "/queue/issue", &[("_id", &id), ("service", "registration")]).await;
    let found = clerk.post(&format!("{to}/find"), &[("q", "Tazi")]).await;
    assert!(found.text().contains("TAZI"), "{}", found.text());
    let (_, version, _) = ticket(&mut client, &site, "A002").await;
    assert_eq!(post(&mut clerk, &format!("{to}/tie"), &[("version", &version), ("patient", "vieux")]).await, to);
    let (_, _, text) = ticket(&mut client, &site, "A002").await;
    assert!(text.contains(r#""for":{"reference":"Patient/vieux"}"#) && text.contains(r#""valueCode":"elderly""#), "{text}");
    assert!(clerk.get("/queue").await.text().contains("TAZI"));
    // Whoever works by care and does not care for them sees a number.
    let mut cashier = at(&site, "technician", "g2").await;
    let board = cashier.get("/queue").await;
    assert!(board.text().contains("A002"), "{}", board.text());
    // It goes on through calling and serving with its patient.
    call(&mut clerk).await;
    act(&mut client, &site, &mut clerk, "A001", "begin", &[]).await;
    act(&mut client, &site, &mut clerk, "A001", "end", &[]).await;
    call(&mut clerk).await;
    let (_, _, text) = ticket(&mut client, &site, "A002").await;
    assert!(text.contains(r#""status":"accepted""#) && text.contains("Patient/vieux"), "{text}");
    site.stop().await;
}

/// QUE-10, QUE-11, QUE-14
#[tokio::test(flavor = "multi_thread")]
async fn the_kiosk_speaks_three_languages_and_knows_a_code() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let appointment = r#"{"resourceType":"Appointment","id":"rdv","identifier":[{"system":"urn:rihla:queue-code","value":"K7-RDV-99"}],"status":"booked","start":"2026-01-15T09:30:00+01:00","end":"2026-01-15T10:00:00+01:00","serviceType":[{"coding":[{"system":"urn:rihla:queue-service","code":"cashier"}]}],"participant":[{"actor":{"reference":"Patient/amal"},"status":"accepted"}]}"#;
    assert_eq!(client.put("Appointment/rdv", appointment).await.status, 201);
    let later = appointment.replace("rdv", "rdv2").replace("K7-RDV-99", "K7-RDV-98").replace("2026-01-15", "2026-01-16");
    assert_eq!(client.put("Appointment/rdv2", &later).await.status, 201);
    let mut kiosk = site.screen("kiosk").await;
    let first = kiosk.get("/queue/kiosk").await;
    for word in ["Accueil et admission", "الاستقبال والقبول", "Registration", "العربية", "English"] {
        assert!(first.text().contains(word), "{word}: {}", first.text());
    }
    // No desk is for the pharmacy, and nothing leads out of here.
    assert!(!first.text().contains("Pharmacie") && !first.text().contains("href=\"/patients") && !first.text().contains("class=\"rail\""));
    assert_eq!(first.header("refresh"), Some("60; url=/queue/kiosk"));
    let arabic = kiosk.get("/queue/kiosk/registration?lang=ar").await;
    assert!(arabic.text().contains("dir=\"rtl\"") && arabic.text().contains("أخذ تذكرة") && !arabic.text().contains("name=\"phone\""), "{}", arabic.text());
    let author = first.hidden("_author");
    let mut say = Vec::new();
    for code in ["K7-RDV-98", "UNKNOWN", "../etc", "K7-RDV-99", "K7-RDV-99"] {
        let reply = kiosk.post("/queue/kiosk/check-in", &[("_author", author.as_str()), ("lang", "fr"), ("code", code)]).await;
        say.push(reply.header("location").unwrap_or_default().to_owned());
    }
    assert!(say[..3].iter().all(|to| to == "/queue/kiosk?lang=fr&wrong=1"), "{say:?}");
    assert_eq!(say[3], say[4], "once");
    let page = kiosk.get(&say[3]).await;
    assert!(page.text().contains("R001") && !page.text().contains("Alami") && !page.text().contains("ALAMI"), "{}", page.text());
    let (_, _, text) = ticket(&mut client, &site, "R001").await;
    assert!(text.contains("Patient/amal") && text.contains("queue-slot") && text.contains("Appointment/rdv"), "{text}");
    for path in ["/patients", "/patients/amal", "/queue", "/queue/display", "/emergency", "/beds"] {
        assert_eq!(kiosk.get(path).await.status, 403, "{path}");
    }
    site.stop().await;
}

/// QUE-9, QUE-12
#[tokio::test(flavor = "multi_thread")]
async fn the_display_tells_numbers_and_what_is_read_aloud() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut kiosk = site.screen("kiosk").await;
    let mut clerk = at(&site, "registration-clerk", "g1").await;
    for at in 1..=8 {
        let (page, _) = take(&mut kiosk, "registration", &[]).await;
        assert!(!page.text().contains("minutes</strong>"), "too little is known: {}", page.text());
        call(&mut clerk).await;
        let number = format!("A{at:03}");
        act(&mut client, &site, &mut clerk, &number, "begin", &[]).await;
        site.pass(MINUTE);
        act(&mut client, &site, &mut clerk, &number, "end", &[]).await;
    }
    let (page, _) = take(&mut kiosk, "registration", &[]).await;
    assert!(page.text().contains("moins de 5 minutes"), "{}", page.text());
    let mut display = site.screen("display").await;
    let wall = display.get("/queue/display").await;
    assert!(wall.text().contains("A009") && wall.text().contains("Aucun appel"), "{}", wall.text());
    assert_eq!(wall.header("refresh"), Some("300"));
    let mut events = display.listen(&wall).await;
    call(&mut clerk).await;
    let event = loop {
        let event = events.next().await.expect("an event");
        if event.data.contains("A 9") {
            break event;
        }
    };
    for word in ["Le numéro A 9 est attendu : Guichet 1.", "الشباك 1", "lang=\"ar\""] {
        assert!(event.data.contains(word), "{word}: {}", event.data);
    }
    for path in ["/patients", "/queue", "/queue/kiosk"] {
        assert_eq!(display.get(path).await.status, 403, "{path}");
    }
    site.stop().await;
}

/// QUE-13
#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_a_number_is_told_when_few_stand_before_them() {
    let folder = Folder::new();
    let file = folder.path().join("sms");
    let site = TestSite::with(|serve| serve.sms = Some(file.clone())).await;
    let mut client = filled(&site).await;
    let mut kiosk = site.screen("kiosk").await;
    for _ in 0..3 {
        take(&mut kiosk, "registration", &[]).await;
    }
    take(&mut kiosk, "registration", &[("phone", "06 12 34 56 78")]).await;
    let sent = || std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(sent(), "");
    assert!(!ticket(&mut client, &site, "A004").await.2.contains("0612345678"), "no number in the record");
    let mut clerk = at(&site, "registration-clerk", "g1").await;
    call(&mut clerk).await;
    let text = sent();
    assert!(text.ends_with('\n') && text.contains("\t0612345678\tVotre tour approche : numéro A 4, encore 2 avant vous."), "{text}");
    act(&mut client, &site, &mut clerk, "A001", "begin", &[]).await;
    act(&mut client, &site, &mut clerk, "A001", "end", &[]).await;
    call(&mut clerk).await;
    assert_eq!(sent(), text, "once");
    site.stop().await;
}
