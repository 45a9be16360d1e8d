//! Movements of this house as others are told of them.

use crate::going::take;
use crate::sender::{File, site, ward};
use rihla_clinical::{Act, Answers, Change, DEPARTURE, Object, Stay};
use rihla_kernel::{Actor, ActorKind, Instant, Purpose};
use rihla_testkit::TestSite;
use tokio::net::{TcpListener, TcpStream};

fn answers() -> Answers {
    Answers { medical: "Location/card".into(), nursing: "Location/card".into() }
}

/// The next message: event, ZBE and PV1-3.
async fn told(stream: &mut TcpStream) -> (String, String, String) {
    let message = take(stream).await;
    let segment = |name: &str| message.split('\r').find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    let field = |line: &str, nth: usize| line.split('|').nth(nth).unwrap_or_default().to_owned();
    let event = field(&segment("MSH"), 8);
    (event.split('^').nth(1).unwrap_or_default().to_owned(), segment("ZBE"), field(&segment("PV1"), 3))
}

/// The house's own commands, by somebody at a screen.
async fn change(
    site: &TestSite,
    minute: i64,
    to: Option<&str>,
    how: impl Fn(&mut Stay, Option<rihla_clinical::Spot>, Instant, Instant) -> Result<(), rihla_kernel::Fault> + Sync,
) {
    let record = site.node.store.scoped(Actor::new(ActorKind::Person, "nurse"), Purpose::Treatment);
    let now = Instant(site.now());
    let act = Act { record: &record, now, by: r#"{"display":"nurse"}"#.into() };
    let at = Instant(now.0 + (minute - 60) * 60_000);
    let change = Change { to, ..Change::of("s1") };
    if act.stay("s1").is_err() {
        let mut base = Object::default();
        base.set("identifier", r#"[{"system":"urn:example:hosp","value":"S1"}]"#.into());
        let new = Stay::new("s1".into(), "salma".into(), "IMP".into(), base);
        act.begin(&new, &change, |stay, spot| how(stay, spot, at, now)).await.expect("begun");
    } else {
        act.change(&change, |stay, spot| how(stay, spot, at, now)).await.expect("done");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn adt_8_movements_here_are_told_with_their_numbers_and_what_did_not_happen_is_cancelled() {
    let receiver = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = receiver.local_addr().expect("its port").port();
    let file = File::new(&format!(
        "[[outbound]]\nname = \"lab\"\naddress = \"127.0.0.1:{port}\"\nevents = [\"A01\", \"A02\", \"A03\", \"A11\", \"A12\", \"A13\", \"A37\", \"A40\", \"Z99\"]\n\
         sending_application = \"RIHLA\"\nauthorities = {{ \"urn:example:hosp\" = {{ name = \"HOSP\", kind = \"PI\" }} }}\nalso_training = true\n"
    ));
    let site = site(&file).await;
    while site.node.store.mark("ex/feed/lab").expect("read").is_none() {
        tokio::task::yield_now().await;
    }
    ward(&site).await;
    let mut client = site.client().await;
    for (id, number) in [("salma", "1001"), ("selma", "1002")] {
        let text = format!(
            r#"{{"resourceType":"Patient","id":"{id}","identifier":[{{"system":"urn:example:hosp","value":"{number}"}}],"name":[{{"family":"Alami"}}]}}"#
        );
        assert_eq!(client.put(&format!("Patient/{id}"), &text).await.status, 201);
    }
    change(&site, 0, Some("card-a"), |stay, spot, at, now| stay.admit(spot.expect("a place"), answers(), at, now)).await;
    let mut stream = receiver.accept().await.expect("it calls").0;
    let zbe = |id: &str, time: &str, rest: &str| format!("ZBE|s1.{id}^RIHLA|202601150{time}00+0100||{rest}|card^^^^^^^^^CARD|card^^^^^^^^^CARD|");
    let is = |event: &str, zbe: String, place: &str| (event.to_owned(), zbe, place.to_owned());
    assert_eq!(told(&mut stream).await, is("A01", zbe("m1", "800", "INSERT|N|") + "HMS", "CARD^1^A"));
    change(&site, 10, Some("card-b"), |stay, spot, at, now| stay.transfer(spot.expect("a place"), answers(), false, at, now)).await;
    assert_eq!(told(&mut stream).await, is("A02", zbe("m2", "810", "INSERT|N|") + "L", "CARD^1^B"));
    change(&site, 20, None, |stay, _, _, now| stay.correct("m2", Instant(now.0 - 55 * 60_000), "heure", now)).await;
    assert_eq!(told(&mut stream).await, is("Z99", zbe("m2", "805", "UPDATE|N|A02") + "L", "CARD^1^B"));
    change(&site, 20, None, |stay, _, _, now| stay.cancel("m2", "erreur", now)).await;
    assert_eq!(told(&mut stream).await, is("A12", zbe("m2", "805", "CANCEL|N|A02") + "L", "CARD^1^A"));
    change(&site, 30, None, |stay, _, at, now| stay.depart("home", at, now)).await;
    assert_eq!(told(&mut stream).await, is("A03", zbe("departure", "830", "INSERT|N|") + "HMS", "CARD^1^A"));
    change(&site, 40, None, |stay, _, _, now| stay.cancel(DEPARTURE, "erreur", now)).await;
    assert_eq!(told(&mut stream).await, is("A13", zbe("departure", "830", "CANCEL|N|A03") + "HMS", "CARD^1^A"));
    // A merge and its undoing, by an officer.
    let mut officer = site.screen("identity-officer").await;
    let author = officer.get("/patients/salma/merge?with=selma").await.hidden("_author");
    let fields = [("_author", author.as_str()), ("with", "selma"), ("stays", "salma"), ("why", "même personne")];
    assert_eq!(officer.post("/patients/salma/merge", &fields).await.status, 303);
    let merged = take(&mut stream).await;
    assert!(merged.contains("ADT^A40^ADT_A39") && merged.contains("PID|||1001^") && merged.contains("MRG|1002^"), "{merged}");
    assert_eq!(officer.post("/patients/salma/part", &fields).await.status, 303);
    let parted = take(&mut stream).await;
    assert!(parted.contains("ADT^A37^ADT_A37") && parted.contains("PID|||1001^") && parted.contains("\rPID|||1002^"), "{parted}");
    site.stop().await;
}
