//! A stay from the order to the exit slip, through the screens; and many who want one bed.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Patient, Reply, Screen, TestSite};

fn location(id: &str, level: &str, above: &str) -> String {
    let physical = format!(r#""physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"{level}"}}]}}"#);
    let above = if above.is_empty() { String::new() } else { format!(r#","partOf":{{"reference":"Location/{above}"}}"#) };
    format!(r#"{{"resourceType":"Location","id":"{id}","name":"Nom-{id}",{physical}{above}}}"#)
}

/// Two wards: one with two beds, one with a bed; and a theatre.
async fn house(client: &mut Client) {
    for (id, level, above) in [
        ("site", "si", ""),
        ("card", "wa", "site"),
        ("chir", "wa", "site"),
        ("bloc", "wa", "site"),
        ("card-r", "ro", "card"),
        ("chir-r", "ro", "chir"),
        ("card-1", "bd", "card-r"),
        ("card-2", "bd", "card-r"),
        ("chir-1", "bd", "chir-r"),
    ] {
        assert_eq!(client.put(&format!("Location/{id}"), &location(id, level, above)).await.status, 201);
    }
}

async fn people(client: &mut Client, ids: &[&str]) {
    for id in ids {
        assert_eq!(client.put(&format!("Patient/{id}"), &Patient::new().id(id).family(id).json()).await.status, 201);
        client.take_into_care(id).await;
    }
}

/// Sends a form of a patient's page; the refusal's code, or nothing.
async fn act(screen: &mut Screen, patient: &str, act: &str, fields: &[(&str, &str)]) -> String {
    let page = screen.get(&format!("/patients/{patient}/admission")).await;
    assert_eq!(page.status, 200, "{act}: {}", page.text());
    // The fields of the form itself, where it stands by itself.
    let form = page.text().split(&format!("/admission/{act}\"")).nth(1).unwrap_or(page.text());
    let hidden = |name: &str| form.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
    let (stay, version, author) = (hidden("stay"), hidden("version"), page.hidden("_author"));
    let own = [("stay", stay.as_str()), ("version", version.as_str()), ("_author", author.as_str()), ("_patient", patient)];
    let fields: Vec<_> = own.into_iter().filter(|(_, value)| !value.is_empty()).chain(fields.iter().copied()).collect();
    refused(&screen.post(&format!("/patients/{patient}/admission/{act}"), &fields).await)
}

fn refused(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert!(reply.header("location").is_some_and(|to| !to.contains("sign-in") && !to.contains("glass")), "{:?}", reply.header("location"));
    reply.header("location").and_then(|to| to.split_once("wrong=")).map(|(_, code)| code.to_owned()).unwrap_or_default()
}

/// Plans, orders and admits.
async fn admitted(physician: &mut Screen, clerk: &mut Screen, patient: &str, place: &str) -> String {
    assert_eq!(act(physician, patient, "plan", &[("kind", "planned")]).await, "");
    act(clerk, patient, "admit", &[("to", place)]).await
}

async fn state_of(client: &mut Client, place: &str) -> String {
    client.get(&format!("Location/{place}")).await.at("operationalStatus.code").unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stay_from_the_order_to_the_exit_slip() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    people(&mut client, &["amal", "badr"]).await;
    let (mut physician, mut clerk, mut nurse, mut manager) =
        (site.screen("physician").await, site.screen("registration-clerk").await, site.screen("nurse").await, site.screen("bed-manager").await);
    // A clerk prepares; nobody is admitted without an order.
    assert_eq!(act(&mut clerk, "amal", "plan", &[("kind", "planned")]).await, "");
    assert_eq!(act(&mut clerk, "amal", "admit", &[("to", "card-1")]).await, "RH-STAY-ORDERED");
    assert_eq!(act(&mut physician, "amal", "order", &[]).await, "");
    assert_eq!(act(&mut clerk, "amal", "admit", &[("to", "card-1")]).await, "");
    let mut board = manager.get("/beds/card").await;
    assert!(board.status == 200 && board.text().contains("AMAL") && board.text().contains("occupée"), "{}", board.text());
    let mut events = manager.listen(&board).await;
    // To theatre with the bed kept, and back; then to another ward's bed, in the care of the first.
    assert_eq!(act(&mut nurse, "amal", "transfer", &[("to", "bloc"), ("keep", "1")]).await, "");
    let heard = events.next().await.expect("an event").data;
    assert!(heard.contains("beds-board") && heard.contains("gardée") && heard.contains("AMAL"), "{heard}");
    assert_eq!(admitted(&mut physician, &mut clerk, "badr", "card-1").await, "RH-PLACE-TAKEN", "kept");
    assert_eq!(act(&mut nurse, "amal", "back", &[]).await, "");
    assert_eq!(act(&mut nurse, "amal", "transfer", &[("to", "chir-1"), ("medical", "card")]).await, "");
    assert_eq!((state_of(&mut client, "card-1").await.as_str(), state_of(&mut client, "chir-1").await.as_str()), ("K", ""));
    board = manager.get("/beds/chir").await;
    assert!(board.text().contains("Nom-card") && board.text().contains("répond"), "a guest: {}", board.text());
    // The dirty bed is promised to badr before it is clean; whoever cleans says so.
    let stay = clerk.get("/patients/badr/admission").await.hidden("stay");
    let page = clerk.get(&format!("/beds/promise/{stay}?ward=card")).await;
    assert!(page.text().contains("à nettoyer") && page.text().contains("prête"), "{}", page.text());
    let fields = [("place", "card-1"), ("version", &page.hidden("version")), ("_author", &page.hidden("_author"))];
    assert_eq!(refused(&clerk.post(&format!("/beds/promise/{stay}"), &fields).await), "");
    let mut cleaner = site.screen("cleaner").await;
    let board = cleaner.get("/beds/card").await;
    assert!(board.status == 200 && !board.text().contains("AMAL") && !board.text().contains("BADR"), "{}", board.text());
    for to in ["cleaning", "clean"] {
        let reply = cleaner.post("/beds/card/card-1/hygiene", &[("to", to), ("_author", &board.hidden("_author"))]).await;
        assert_eq!(reply.status, 303, "{}", reply.text());
    }
    assert_eq!(state_of(&mut client, "card-1").await, "U");
    assert_eq!(act(&mut clerk, "badr", "admit", &[("to", "card-1")]).await, "");
    // The exit: no step before the decision; departure frees the bed though nothing is paid.
    assert_eq!(act(&mut clerk, "amal", "step", &[("number", "1")]).await, "RH-STAY-STEPS");
    assert_eq!(act(&mut physician, "amal", "decide", &[]).await, "");
    assert_eq!(act(&mut clerk, "amal", "step", &[("number", "1")]).await, "");
    assert_eq!(act(&mut nurse, "amal", "depart", &[("how", "home")]).await, "");
    assert_eq!(state_of(&mut client, "chir-1").await, "K");
    assert!(manager.get("/beds/chir").await.text().contains("libre"));
    assert_eq!(act(&mut clerk, "amal", "step", &[("number", "2"), ("proof", "receipt")]).await, "RH-STAY-PROOF");
    assert_eq!(act(&mut clerk, "amal", "step", &[("number", "2"), ("proof", "receipt"), ("text", "Q-17")]).await, "");
    assert_eq!(act(&mut clerk, "amal", "step", &[("number", "4")]).await, "RH-STAY-STEPS");
    for number in ["3", "4"] {
        assert_eq!(act(&mut clerk, "amal", "step", &[("number", number)]).await, "");
    }
    assert!(clerk.get("/patients/amal/admission").await.text().contains("Clos"));
    let report = site.node.backend.verify(site.node.store.indexer(), &mut |_| {}).expect("verified");
    assert_eq!((report.faults, report.unheld), (vec![], 0));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_entered_wrongly_is_struck_through_and_a_death_is_undone_by_two() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    people(&mut client, &["amal", "badr"]).await;
    let (mut physician, mut clerk, mut other) = (site.screen("physician").await, site.screen("registration-clerk").await, site.screen("resident").await);
    let mut head = site.screen("head-nurse").await;
    assert_eq!(admitted(&mut physician, &mut clerk, "amal", "card-1").await, "");
    assert_eq!(act(&mut head, "amal", "transfer", &[("to", "chir-1")]).await, "");
    assert_eq!(act(&mut head, "amal", "cancel", &[("movement", "m2"), ("text", "mauvais patient")]).await, "");
    let page = head.get("/patients/amal/admission").await;
    assert!(page.text().contains("<s>Transfert") && page.text().contains("mauvais patient"), "{}", page.text());
    assert_eq!(admitted(&mut physician, &mut clerk, "badr", "card-1").await, "RH-PLACE-TAKEN", "amal is back there");
    assert_eq!(act(&mut physician, "amal", "death", &[]).await, "");
    assert_eq!(act(&mut head, "amal", "transfer", &[("to", "chir-1")]).await, "RH-STAY-DEAD");
    assert!(client.get("Patient/amal").await.at("deceasedDateTime").is_some(), "every page and every system hears of it");
    assert!(head.get("/patients/amal/admission").await.text().contains("Décédé"), "the banner says so");
    assert_eq!(act(&mut physician, "amal", "death-undo", &[]).await, "");
    assert_eq!(act(&mut physician, "amal", "death-undo", &[]).await, "RH-STAY-TWO-PEOPLE");
    assert_eq!(act(&mut other, "amal", "death-undo", &[]).await, "");
    assert_eq!(client.get("Patient/amal").await.at("deceasedDateTime"), None);
    assert_eq!(act(&mut head, "amal", "transfer", &[("to", "chir-1")]).await, "");
    // Two witnesses.
    assert_eq!(act(&mut head, "amal", "belongings", &[("text", "une montre")]).await, "");
    assert_eq!(act(&mut head, "amal", "belongings-sign", &[]).await, "RH-STAY-TWO-PEOPLE");
    assert_eq!(act(&mut clerk, "amal", "belongings-sign", &[]).await, "");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_change_places_and_an_emergency_stay_ends_where_the_other_begins() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    people(&mut client, &["amal", "badr"]).await;
    let (mut physician, mut clerk, mut nurse) = (site.screen("physician").await, site.screen("registration-clerk").await, site.screen("nurse").await);
    // Amal lies in the emergency department, as its own system says.
    let bed = r#""physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}"#;
    let emergency = format!(
        r#"{{"resourceType":"Encounter","id":"er","status":"in-progress","class":{{"code":"EMER"}},"subject":{{"reference":"Patient/amal"}},"period":{{"start":"2026-01-15T07:00:00Z"}},"reasonCode":[{{"text":"Douleur"}}],"location":[{{"location":{{"reference":"Location/chir-1"}},"status":"active",{bed},"period":{{"start":"2026-01-15T07:00:00Z"}}}}]}}"#
    );
    assert_eq!(client.put("Encounter/er", &emergency).await.status, 201);
    assert_eq!(admitted(&mut physician, &mut clerk, "amal", "card-1").await, "");
    let ended = client.get("Encounter/er").await;
    assert_eq!((ended.at("status").as_deref(), ended.at("reasonCode.0.text").as_deref()), (Some("finished"), Some("Douleur")), "{}", ended.text());
    assert_eq!(state_of(&mut client, "chir-1").await, "K");
    assert_eq!(admitted(&mut physician, &mut clerk, "badr", "card-2").await, "");
    let page = nurse.get("/patients/badr/admission").await;
    let other = page.text().split("id=\"swap\"").nth(1).and_then(|rest| rest.split("option value=\"").nth(1)).and_then(|rest| rest.split('"').next());
    let other = other.expect("somebody to change with").to_owned();
    assert_eq!(act(&mut nurse, "badr", "swap", &[("to", &other)]).await, "");
    let board = nurse.get("/beds/card").await.text().to_owned();
    let (first, second) = (board.split("place-card-1").nth(1).expect("a bed"), board.split("place-card-2").nth(1).expect("a bed"));
    assert!(first.split("</li>").next().unwrap().contains("BADR") && second.split("</li>").next().unwrap().contains("AMAL"), "{board}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_fifty_who_want_one_bed_one_gets_it_and_the_others_hear_so() {
    const MANY: usize = 50;
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    let ids: Vec<String> = (0..MANY).map(|at| format!("p{at}")).collect();
    people(&mut client, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut physician = site.screen("physician").await;
    let mut racing = tokio::task::JoinSet::new();
    for id in ids {
        assert_eq!(act(&mut physician, &id, "plan", &[("kind", "emergency")]).await, "");
        let mut clerk = site.screen("registration-clerk").await;
        racing.spawn(async move { act(&mut clerk, &id, "admit", &[("to", "card-1")]).await });
    }
    let heard: Vec<String> = racing.join_all().await;
    assert_eq!(heard.iter().filter(|code| code.is_empty()).count(), 1, "{heard:?}");
    assert_eq!(heard.iter().filter(|code| *code == "RH-PLACE-TAKEN").count(), MANY - 1, "{heard:?}");
    let report = site.node.backend.verify(site.node.store.indexer(), &mut |_| {}).expect("verified");
    assert_eq!((report.faults, report.unheld), (vec![], 0));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_census_of_a_past_minute_is_read_off_the_stays() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    people(&mut client, &["amal"]).await;
    let (mut physician, mut clerk) = (site.screen("physician").await, site.screen("registration-clerk").await);
    const HOUR: u64 = 3_600_000;
    assert_eq!(admitted(&mut physician, &mut clerk, "amal", "card-1").await, "");
    site.pass(2 * HOUR);
    // A screen that nobody used for so long covers itself.
    let mut manager = site.screen("bed-manager").await;
    assert_eq!(act(&mut manager, "amal", "transfer", &[("to", "chir-1")]).await, "");
    site.pass(2 * HOUR);
    let mut manager = site.screen("bed-manager").await;
    assert_eq!(act(&mut manager, "amal", "depart", &[("how", "home")]).await, "");
    site.pass(HOUR);
    let mut manager = site.screen("bed-manager").await;
    // The day begins at 08:00 UTC, which is 09:00 at the site.
    for (at, card, chir) in [("08:30", false, false), ("10:00", true, false), ("12:00", false, true), ("13:30", false, false)] {
        for (ward, there) in [("card", card), ("chir", chir)] {
            let page = manager.get(&format!("/beds/{ward}/census?at=2026-01-15T{}", at.replace(':', "%3A"))).await;
            assert_eq!(page.text().contains("AMAL"), there, "{ward} at {at}: {}", page.text());
        }
    }
    let wrong = manager.get("/beds/card/census?at=2030-01-01T00%3A00").await;
    assert!(wrong.text().contains("passées"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bed_3_the_bed_of_somebody_who_may_not_be_seen_is_not_free() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    people(&mut client, &["amal"]).await;
    let star = r#"{"resourceType":"Patient","id":"star","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"CEL"}]},"name":[{"family":"Vedette"}]}"#;
    assert_eq!(client.put("Patient/star", star).await.status, 201);
    let bed = r#""physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}"#;
    let stay = format!(
        r#"{{"resourceType":"Encounter","id":"s","status":"in-progress","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/star"}},"location":[{{"location":{{"reference":"Location/card-1"}},"status":"active",{bed}}}]}}"#
    );
    assert_eq!(client.put("Encounter/s", &stay).await.status, 201);
    let (mut physician, mut clerk) = (site.screen("physician").await, site.screen("registration-clerk").await);
    let (hidden, nobody) = (clerk.get("/patients/star/admission").await.status, clerk.get("/patients/nobody/admission").await.status);
    assert_eq!((hidden, nobody), (404, 404), "as if there were nobody");
    let board = clerk.get("/beds/card").await;
    let place = board.text().split("place-card-1").nth(1).and_then(|rest| rest.split("</li>").next()).expect("a bed");
    assert!(place.contains("occupée") && place.contains("identité non affichée") && !board.text().contains("VEDETTE"), "{place}");
    assert_eq!(admitted(&mut physician, &mut clerk, "amal", "card-1").await, "RH-PLACE-TAKEN");
    let page = clerk.get("/patients/amal/admission").await;
    assert!(!page.text().contains("value=\"card-1\"") && page.text().contains("value=\"card-2\""), "only what is free is offered");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bed_4_who_waits_is_listed_and_places_are_ranked_with_their_reasons() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    people(&mut client, &["amal", "badr"]).await;
    let oxygen = location("card-2", "bd", "card-r").replacen(
        r#","name""#,
        r#","extension":[{"url":"urn:rihla:extension:place-attribute","valueCode":"oxygen"}],"name""#,
        1,
    );
    assert_eq!(client.put("Location/card-2", &oxygen).await.status, 200);
    let (mut physician, mut manager) = (site.screen("physician").await, site.screen("bed-manager").await);
    assert_eq!(act(&mut physician, "amal", "plan", &[("kind", "planned")]).await, "");
    assert_eq!(act(&mut physician, "badr", "plan", &[("kind", "emergency")]).await, "");
    let list = manager.get("/beds").await;
    let at = |name: &str| list.text().find(name).unwrap_or_else(|| panic!("{name} waits: {}", list.text()));
    assert!(at("BADR") < at("AMAL") && list.text().contains("Aucune place promise"), "the urgent one first");
    let stay = list.text().split("/beds/promise/").nth(1).and_then(|rest| rest.split('"').next()).expect("a way").to_owned();
    let page = manager.get(&format!("/beds/promise/{stay}?ward=card&oxygen=1")).await;
    let rank = |place: &str| page.text().find(&format!("value=\"{place}\"")).expect("offered");
    assert!(rank("card-2") < rank("card-1") && page.text().contains("manque : Oxygène"), "{}", page.text());
    // Out of order: offered no more, and taken by nobody.
    let board = manager.get("/beds/card").await;
    let reply = manager.post("/beds/card/card-2/service", &[("to", "out-of-order"), ("_author", &board.hidden("_author"))]).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let page = manager.get(&format!("/beds/promise/{stay}?ward=card&oxygen=1")).await;
    assert!(!page.text().contains("value=\"card-2\""));
    assert_eq!(act(&mut manager, "badr", "admit", &[("to", "card-2")]).await, "RH-PLACE-CLOSED");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bed_9_a_porter_is_told_where_and_what_to_beware_of_and_not_whom() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    people(&mut client, &["amal"]).await;
    for (id, category, words) in [("iso", "safety", "Isolement contact"), ("debt", "admin", "Impayés")] {
        let json = format!(
            r#"{{"resourceType":"Flag","id":"{id}","status":"active","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/flag-category","code":"{category}"}}]}}],"code":{{"text":"{words}"}},"subject":{{"reference":"Patient/amal"}}}}"#
        );
        assert_eq!(client.put(&format!("Flag/{id}"), &json).await.status, 201);
    }
    let (mut physician, mut clerk) = (site.screen("physician").await, site.screen("registration-clerk").await);
    assert_eq!(admitted(&mut physician, &mut clerk, "amal", "card-1").await, "");
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get("/patients/amal/admission").await;
    let form = page.text().split("action=\"/beds/transports\"").nth(1).expect("a form");
    let hidden = |name: &str| form.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
    let own: Vec<(&str, String)> = ["id", "stay", "from", "_patient", "_author"].into_iter().map(|name| (name, hidden(name))).collect();
    let fields: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).chain([("to", "bloc")]).collect();
    for _ in 0..2 {
        assert_eq!(nurse.post("/beds/transports", &fields).await.status, 303, "the same form twice is one transport");
    }
    let mut porter = site.screen("porter").await;
    // An arrow does not turn with the script: in Arabic it would send them back.
    let mut arabic = site.screen("porter").await.speaking("ar");
    let text = arabic.get("/beds/transports").await.text().to_owned();
    assert!(!text.contains('→') && text.contains("من") && text.find("Nom-card-1") < text.find("Nom-bloc"), "{text}");
    for (act, state) in [("begin", "in-progress"), ("end", "completed")] {
        let list = porter.get("/beds/transports").await;
        let text = list.text();
        assert!(text.contains("Nom-card-1") && text.contains("Nom-bloc") && text.contains("Isolement contact"), "{text}");
        assert!(!text.contains("AMAL") && !text.contains("Patient/") && !text.contains("Impayés"), "{text}");
        let reply = porter
            .post(&format!("/beds/transports/{}/{act}", hidden("id")), &[("_author", &list.hidden("_author")), ("version", &list.hidden("version"))])
            .await;
        assert_eq!(reply.status, 303, "{}", reply.text());
        let task = client.get(&format!("Task/{}", hidden("id"))).await;
        assert_eq!((task.at("status").as_deref(), task.at("for.reference").as_deref()), (Some(state), Some("Patient/amal")), "{}", task.text());
    }
    assert!(porter.get("/beds/transports").await.text().contains("Aucun transport"));
    let task = client.get(&format!("Task/{}", hidden("id"))).await;
    assert!(task.at("executionPeriod.start").is_some() && task.at("executionPeriod.end").is_some());
    site.stop().await;
}

/// Marks a place as the board's form does; the refusal's code, or nothing.
async fn clean(screen: &mut Screen, ward: &str, place: &str, to: &str, at: &str) -> String {
    let board = screen.get(&format!("/beds/{ward}")).await;
    let fields = [("to", to), ("at", at), ("_author", &board.hidden("_author"))];
    refused(&screen.post(&format!("/beds/{ward}/{place}/hygiene"), &fields).await).split('#').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hours_of_paper_are_entered_in_order_and_both_times_are_told() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    people(&mut client, &["amal", "badr"]).await;
    let (mut physician, mut clerk) = (site.screen("physician").await, site.screen("registration-clerk").await);
    assert_eq!(admitted(&mut physician, &mut clerk, "amal", "card-1").await, "");
    // Nothing works from 09:00 to 13:00; the ward writes on paper.
    site.pass(4 * 3_600_000);
    let (mut physician, mut clerk, mut nurse) = (site.screen("physician").await, site.screen("registration-clerk").await, site.screen("nurse").await);
    let mut cleaner = site.screen("cleaner").await;
    let at = |time: &'static str| ("at", time);
    assert_eq!(act(&mut physician, "badr", "plan", &[("kind", "emergency")]).await, "");
    assert_eq!(act(&mut clerk, "badr", "admit", &[("to", "card-2"), at("2026-01-15T09:30")]).await, "");
    assert_eq!(act(&mut nurse, "amal", "transfer", &[("to", "chir-1"), at("2026-01-15T10:15")]).await, "");
    assert_eq!(clean(&mut cleaner, "card", "card-1", "clean", "2026-01-15T10:00").await, "RH-STAY-ORDER", "before amal left it");
    assert_eq!(clean(&mut cleaner, "card", "card-1", "clean", "2026-01-15T14:00").await, "RH-STAY-ORDER", "to come");
    assert_eq!(clean(&mut cleaner, "card", "card-1", "clean", "2026-01-15T10:45").await, "");
    assert_eq!(act(&mut physician, "amal", "decide", &[at("2026-01-15T13:30")]).await, "RH-STAY-ORDER", "to come");
    assert_eq!(act(&mut physician, "amal", "decide", &[at("2026-01-15T11:30")]).await, "");
    assert_eq!(act(&mut nurse, "amal", "depart", &[("how", "home"), at("2026-01-15T10:10")]).await, "RH-STAY-ORDER", "before the transfer");
    assert_eq!(act(&mut nurse, "amal", "depart", &[("how", "home"), at("2026-01-15T11:50")]).await, "");
    assert_eq!(act(&mut nurse, "badr", "transfer", &[("to", "card-1"), at("2026-01-15T12:10")]).await, "");
    assert_eq!(act(&mut physician, "badr", "death", &[at("2026-01-15T12:20")]).await, "");
    // Each thing with its time, and with that of the entry where more than an hour lies between.
    let page = nurse.get("/patients/amal/admission").await;
    let text = page.text().split("id=\"admission-movements\"").nth(1).expect("the movements");
    let of = |what: &str| text.split("<li").find(|line| line.contains(what)).unwrap_or_else(|| panic!("{what}: {text}"));
    assert!(of("Transfert").contains("10:15") && of("Transfert").contains("saisi à 13:00"), "{}", of("Transfert"));
    assert!(of("Départ").contains("11:50") && of("Départ").contains("saisi à 13:00"), "{}", of("Départ"));
    assert!(!of("Admission").contains("saisi"), "it was entered when it happened: {}", of("Admission"));
    let page = physician.get("/patients/badr/admission").await;
    assert!(page.text().contains("12:20") && page.text().contains("Après une panne"), "{}", page.text());
    let died = page.text().split("Décès constaté le").nth(1).and_then(|rest| rest.split("</dd>").next()).expect("the death");
    assert!(died.contains("12:20") && !died.contains("saisi"), "less than an hour lies between: {died}");
    // The past of the wards is that of the paper, and a place waits since it was left.
    let mut manager = site.screen("bed-manager").await;
    for (time, ward, who, there) in [
        ("10:00", "card", "AMAL", true),
        ("10:30", "card", "AMAL", false),
        ("10:30", "chir", "AMAL", true),
        ("09:45", "card", "BADR", true),
        ("12:00", "chir", "AMAL", false),
    ] {
        let page = manager.get(&format!("/beds/{ward}/census?at=2026-01-15T{}", time.replace(':', "%3A"))).await;
        assert_eq!(page.text().contains(who), there, "{who} in {ward} at {time}");
    }
    let board = manager.get("/beds/chir").await;
    assert!(board.text().contains("à 11:50, saisi le") && board.text().contains("13:00"), "{}", board.text());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lay_here_before_the_record_was_kept_leaves_as_everybody_does() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    people(&mut client, &["amal", "badr"]).await;
    let stay = |id: &str, patient: &str, status: &str, period: &str| {
        format!(
            r#"{{"resourceType":"Encounter","id":"{id}","status":"{status}","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}},"period":{{{period}}}}}"#
        )
    };
    let running = stay("now", "amal", "in-progress", r#""start":"2026-01-14T07:00:00Z""#).replace(
        r#""period""#,
        r#""location":[{"location":{"reference":"Location/card"},"status":"active","period":{"start":"2026-01-14T07:00:00Z"}}],"period""#,
    );
    assert_eq!(client.put("Encounter/now", &running).await.status, 201);
    assert_eq!(client.put("Encounter/past", &stay("past", "badr", "finished", r#""start":"2020-01-01","end":"2020-01-02""#)).await.status, 201);
    let (mut physician, mut clerk) = (site.screen("physician").await, site.screen("registration-clerk").await);
    assert_eq!(act(&mut physician, "amal", "decide", &[]).await, "");
    assert_eq!(act(&mut physician, "amal", "depart", &[("how", "home")]).await, "");
    assert!(clerk.get("/patients/amal/admission").await.text().contains("id=\"steps\""), "the steps wait");
    assert!(!clerk.get("/patients/badr/admission").await.text().contains("id=\"steps\""), "what is long over waits for nothing");
    site.stop().await;
}
