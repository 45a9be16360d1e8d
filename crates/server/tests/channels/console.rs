//! What comes, and the pages.

use crate::sender::{File, NUMBERS, Sender, adt, code, found, inbound, site, until, ward};
use rihla_exchange::queue::State;
use rihla_store::trail::TrailQuestion;
use rihla_testkit::{Screen, TestSite};

const SALMA: &str = r#"{"resourceType":"Patient","id":"salma","identifier":[{"system":"urn:example:hosp","value":"1001"}],"name":[{"family":"El Alami","given":["Salma"]}],"gender":"female","birthDate":"1984-05-17"}"#;

async fn stays(site: &TestSite, patient: &str) -> usize {
    let reply = site.client().await.get(&format!("/Encounter?subject=Patient/{patient}&_summary=count")).await;
    reply.at("total").and_then(|total| total.parse().ok()).expect("a count")
}

/// Fills in a form of the page at `path` and sends it to `act` below it.
async fn act(screen: &mut Screen, path: &str, act: &str, fields: &[(&str, &str)]) -> rihla_testkit::Reply {
    let author = screen.get(path).await.hidden("_author");
    let all: Vec<_> = [("_author", author.as_str())].into_iter().chain(fields.iter().copied()).collect();
    screen.post(&format!("{path}/{act}"), &all).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_is_filed_at_once_by_the_channel_and_nonsense_is_rejected() {
    let file = File::new(&inbound("gam", "named"));
    let site = site(&file).await;
    ward(&site).await;
    assert_eq!(site.client().await.put("Patient/salma", SALMA).await.status, 201);
    let channel = site.console.all()[0].clone();
    let mut sender = Sender::call(&channel.address).await;
    assert_eq!(code(&sender.send("HELLO").await), "AR");
    assert_eq!(code(&sender.send(&adt("A01", "M1", "1001", "El Alami^Salma").replace("|T|2.5", "|P|2.5")).await), "AR", "real care goes to the real server");
    assert_eq!(code(&sender.send(&adt("A01", "M1", "1001", "El Alami^Salma")).await), "AA");
    until(&channel, |counts| counts.waiting == 0).await;
    assert_eq!(stays(&site, "salma").await, 1);
    // The answer was lost, and the sender says it again.
    assert_eq!(code(&sender.send(&adt("A01", "M1", "1001", "El Alami^Salma")).await), "AA");
    until(&channel, |counts| counts.waiting == 0).await;
    assert_eq!(stays(&site, "salma").await, 1);
    let entries = site.node.store.trail(&TrailQuestion::all(500)).expect("the trail").entries;
    assert!(entries.iter().any(|entry| entry.actor.id() == "Channel/gam"), "what a channel does is in its name");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn xc_1_to_4_an_unknown_number_is_parked_and_goes_to_whom_a_person_chooses() {
    let file = File::new(&inbound("gam", "named"));
    let site = site(&file).await;
    ward(&site).await;
    assert_eq!(site.client().await.put("Patient/salma", SALMA).await.status, 201);
    let channel = site.console.all()[0].clone();
    let mut sender = Sender::call(&channel.address).await;
    assert_eq!(code(&sender.send(&adt("A01", "M7", "9999", "Tazi^Omar")).await), "AA");
    until(&channel, |counts| counts.parked == 1).await;
    // Behind it, the same patient's next message waits.
    assert_eq!(code(&sender.send(&adt("A08", "M8", "9999", "Tazi^Omar")).await), "AA");
    assert_eq!(channel.queue.counts().waiting, 1);

    assert_eq!(site.screen("nurse").await.get("/exchange").await.status, 403);
    let mut screen = site.screen("integrator").await;
    let page = screen.get("/exchange").await;
    assert!(page.text().contains("/exchange/in/gam?state=parked") && page.text().contains("1 à décider"), "{}", page.text());
    let list = screen.get("/exchange/in/gam?state=parked").await;
    assert!(list.text().contains("M7") && list.text().contains("Personne n’a ce numéro ici."), "{}", list.text());
    assert!(!list.text().contains("Tazi") && !list.text().contains("9999"), "no patient's data in a list");
    let by_number = screen.post("/exchange/in/gam", &[("number", "9999"), ("state", "")]).await;
    assert!(by_number.text().contains("M7") && by_number.text().contains("M8"), "{}", by_number.text());

    let path = format!("/exchange/in/gam/{}", found(&channel, "M7", State::Parked).seq);
    let page = screen.get(&path).await;
    assert!(
        page.text().contains("Tazi · Omar") && page.text().contains("Nom <bdi dir=\"ltr\">PID-5</bdi>") && page.text().contains("1 message du même patient"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("value=\"new\""), "this channel makes no patients");
    for (fields, wrong) in [
        (&[("whose", "")][..], "Dites de qui"),
        (&[("whose", "number"), ("number", "0000")], "Aucun patient"),
        (&[("whose", "new")], "ne crée pas de patients"),
        (&[("whose", "discard"), ("why", "no")], "Donnez le motif"),
    ] {
        let reply = act(&mut screen, &path, "decide", fields).await;
        assert!(reply.status == 422 && reply.text().contains(wrong), "{}: {}", reply.status, reply.text());
    }
    assert_eq!(act(&mut screen, &path, "decide", &[("whose", "nobody-known")]).await.status, 404);
    assert_eq!(stays(&site, "salma").await, 0);
    let looked = act(&mut screen, &path, "decide", &[("whose", "number"), ("number", "1001")]).await;
    assert!(looked.status == 200 && looked.text().contains("value=\"salma\"") && looked.text().contains("EL ALAMI"), "who it is, first: {}", looked.text());
    assert_eq!((channel.queue.counts().parked, stays(&site, "salma").await), (1, 0), "nothing is decided by a number alone");
    let reply = act(&mut screen, &path, "decide", &[("whose", "salma")]).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some(path.as_str())), "{}", reply.text());
    found_done(&channel, "M7").await;
    assert_eq!(stays(&site, "salma").await, 1);
    assert!(screen.get(&path).await.text().contains("Décidé le"));
    // Somebody else's page still has the form.
    let late = act(&mut screen, &path, "decide", &[("whose", "salma")]).await;
    assert!(late.status == 422 && late.text().contains("plus rapide"), "XC-7 {}", late.text());
    site.stop().await;
}

async fn found_done(channel: &rihla_exchange_console::Channel, control_id: &str) {
    let mut changes = channel.queue.changes();
    let find = rihla_exchange::queue::Find { control_id: control_id.to_owned(), state: Some(State::Done), ..Default::default() };
    while channel.queue.find(&find, 1).expect("the journal is read").0.is_empty() {
        changes.changed().await.expect("the queue is there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn xc_5_and_6_what_was_set_aside_goes_through_again_edited_and_what_came_stays() {
    let file = File::new(&inbound("gam", "named"));
    let site = site(&file).await;
    ward(&site).await;
    assert_eq!(site.client().await.put("Patient/salma", SALMA).await.status, 201);
    let channel = site.console.all()[0].clone();
    let mut sender = Sender::call(&channel.address).await;
    let text = adt("A01", "M9", "1001", "Bennis^Yassine");
    assert_eq!(code(&sender.send(&text).await), "AA");
    until(&channel, |counts| counts.parked == 1).await;
    let mut screen = site.screen("integrator").await;
    let first = found(&channel, "M9", State::Parked).seq;
    let path = format!("/exchange/in/gam/{first}");
    let page = screen.get(&path).await;
    assert!(page.text().contains("ne concorde pas") && page.text().contains("value=\"salma\""), "why, and who bears the number: {}", page.text());
    assert_eq!(act(&mut screen, &path, "again", &[("way", "same")]).await.status, 422, "it stands in the queue");
    assert_eq!(act(&mut screen, &path, "decide", &[("whose", "discard"), ("why", "erreur de saisie")]).await.status, 303);
    let broken = act(&mut screen, &path, "again", &[("way", "edited"), ("text", "PID|1")]).await;
    assert!(broken.status == 422 && broken.text().contains("Ce n’est pas un message lisible."), "{}", broken.text());
    let edited = text.replace("Bennis^Yassine", "El Alami^Salma").replace('\r', "\r\n");
    let reply = act(&mut screen, &path, "again", &[("way", "edited"), ("text", &edited)]).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    found_done(&channel, "M9").await;
    assert_eq!(stays(&site, "salma").await, 1);
    let kept = channel.queue.letter(first).expect("read").expect("there");
    assert_eq!((kept.state, kept.new.content.as_slice()), (State::Discarded, text.as_bytes()));
    let copy = screen.get(reply.header("location").expect("the copy")).await;
    assert!(copy.text().contains(&path), "the copy names what it is a copy of");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_writes_patients_asks_who_is_new_and_one_that_keeps_them_does_not() {
    let file = File::new(&format!("{}{}", inbound("asks", "written"), inbound("keeps", "kept")));
    let site = site(&file).await;
    let (asks, keeps) = (site.console.all()[0].clone(), site.console.all()[1].clone());
    assert_eq!(code(&Sender::call(&asks.address).await.send(&adt("A28", "N1", "5001", "Tazi^Omar")).await), "AA");
    until(&asks, |counts| counts.parked == 1).await;
    let mut screen = site.screen("integrator").await;
    let path = format!("/exchange/in/asks/{}", found(&asks, "N1", State::Parked).seq);
    assert!(screen.get(&path).await.text().contains("remplace ce qui est dans son dossier"), "what a decision does to a record is said before it");
    assert_eq!(act(&mut screen, &path, "decide", &[("whose", "new")]).await.status, 303);
    found_done(&asks, "N1").await;
    assert_eq!(code(&Sender::call(&keeps.address).await.send(&adt("A28", "N2", "5002", "Idrissi^Hiba")).await), "AA");
    found_done(&keeps, "N2").await;
    for (number, family) in [("5001", "Tazi"), ("5002", "Idrissi")] {
        let reply = site.client().await.get(&format!("/Patient?identifier={NUMBERS}%7C{number}")).await;
        assert_eq!(reply.at("entry.0.resource.name.0.family").as_deref(), Some(family), "{}", reply.text());
    }
    site.stop().await;
}
