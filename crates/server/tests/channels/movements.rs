//! Movements that another system tells go through the commands of the house.

use crate::sender::{File, Move, Sender, code, inbound, site, until, ward};
use rihla_exchange::queue::{Decision, Find, State};
use rihla_exchange_console::Channel;
use rihla_testkit::{Reply, TestSite};

/// A site with a ward, four people and a channel on which they are told.
pub struct House {
    pub site: TestSite,
    pub channel: Channel,
    sender: Sender,
}

const PEOPLE: [(&str, &str, &str); 4] =
    [("salma", "1001", "El Alami^Salma"), ("omar", "1002", "Tazi^Omar"), ("hiba", "1003", "Idrissi^Hiba"), ("ali", "1004", "Bennis^Ali")];

impl House {
    pub async fn new(file: &File) -> Self {
        let site = site(file).await;
        ward(&site).await;
        for (id, number, name) in PEOPLE {
            let (family, given) = name.split_once('^').expect("a name");
            let text = format!(
                r#"{{"resourceType":"Patient","id":"{id}","identifier":[{{"system":"urn:example:hosp","value":"{number}"}}],"name":[{{"family":"{family}","given":["{given}"]}}],"gender":"female","birthDate":"1984-05-17"}}"#
            );
            assert_eq!(site.client().await.put(&format!("Patient/{id}"), &text).await.status, 201);
        }
        let channel = site.console.all()[0].clone();
        let sender = Sender::call(&channel.address).await;
        Self { site, channel, sender }
    }

    /// What became of a message: `done`, or the code with which it waits.
    pub async fn tell(&mut self, text: &str) -> String {
        let before = self.channel.queue.counts();
        let answer = self.sender.send(text).await;
        assert_eq!(code(&answer), "AA", "{answer}");
        until(&self.channel, |counts| counts.waiting == 0 || counts.parked > before.parked || counts.dead > before.dead).await;
        self.became(text.split('|').nth(9).expect("MSH-10"))
    }

    /// What became of the last message of a control id.
    pub fn became(&self, control_id: &str) -> String {
        let find = Find { control_id: control_id.to_owned(), ..Find::default() };
        let (found, _) = self.channel.queue.find(&find, 5).expect("the journal is read");
        let letter = self.channel.queue.letter(found.first().expect("it came").seq).expect("read").expect("there");
        match letter.state {
            State::Done => "done".to_owned(),
            State::Waiting => "waiting".to_owned(),
            _ => letter.code,
        }
    }

    async fn go(&mut self, told: Move<'_>) -> String {
        let (_, number, name) = PEOPLE.iter().find(|(id, _, _)| *id == told.name).expect("somebody");
        self.tell(&Move { number, name, ..told }.text()).await
    }

    /// A person tries it again, or sets it aside.
    async fn decide(&mut self, control_id: &str, decision: Decision) -> String {
        let before = self.channel.queue.counts();
        let find = Find { control_id: control_id.to_owned(), state: Some(State::Parked), ..Find::default() };
        let seq = self.channel.queue.find(&find, 1).expect("the journal is read").0.first().expect("parked").seq;
        self.channel.queue.decide(seq, decision, "integrator").await.expect("decided");
        until(&self.channel, |counts| counts.waiting == 0 || counts.parked >= before.parked).await;
        self.became(control_id)
    }

    pub async fn stay(&self, number: &str) -> Reply {
        let reply = self.site.client().await.get(&format!("/Encounter?identifier=urn:example:hosp%7C{number}")).await;
        assert_eq!(reply.count("entry"), 1, "{}", reply.text());
        reply
    }

    /// Status of a stay, and its entries: place and status, struck through with a minus.
    async fn movements(&self, number: &str) -> String {
        let reply = self.stay(number).await;
        let at = |path: &str| reply.at(&format!("entry.0.resource.{path}")).unwrap_or_default();
        let mut out = at("status");
        for entry in 0..reply.count("entry.0.resource.location") {
            let gone = if reply.count(&format!("entry.0.resource.location.{entry}.modifierExtension")) > 0 { "-" } else { "" };
            let place = at(&format!("location.{entry}.location.reference"));
            out.push_str(&format!(" {gone}{} {}", place.trim_start_matches("Location/card-"), at(&format!("location.{entry}.status"))));
        }
        out
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn adt_1_movements_go_by_the_houses_commands_and_what_it_refuses_waits_with_its_code() {
    let file = File::new(&inbound("gam", "named"));
    let mut house = House::new(&file).await;
    let salma = Move { name: "salma", stay: "S1", ..Move::default() };
    let omar = Move { name: "omar", stay: "S2", ..Move::default() };
    assert_eq!(
        house.go(Move { event: "A01", control_id: "C1", place: "CARD^1^A", at: "0600", movement: "M1", doctor: "77^Alaoui^Nour", ..salma }).await,
        "done"
    );
    assert_eq!(house.movements("S1").await, "in-progress a active");
    let stay = house.stay("S1").await;
    let of = |path: &str| stay.at(&format!("entry.0.resource.{path}"));
    assert_eq!((of("location.0.physicalType.coding.0.code").as_deref(), of("participant.0.individual.display").as_deref()), (Some("bd"), Some("Nour Alaoui")));
    // Somebody lies there: the message waits, and goes through once the place is free.
    assert_eq!(house.go(Move { event: "A01", control_id: "C2", place: "CARD^1^A", at: "0610", movement: "N1", ..omar }).await, "RH-PLACE-TAKEN");
    assert_eq!(house.go(Move { event: "A02", control_id: "C3", place: "CARD^1^B", at: "0620", movement: "M2", ..salma }).await, "done");
    assert_eq!(house.movements("S1").await, "in-progress a completed b active");
    assert_eq!(house.site.client().await.get("/Location/card-a").await.at("operationalStatus.code").as_deref(), Some("K"), "who left a place left it dirty");
    assert_eq!(house.decide("C2", Decision::Again).await, "done");
    assert_eq!(house.movements("S2").await, "in-progress a active");
    // Her transfer is taken back, and omar lies in her place by now.
    let cancel = Move { event: "A12", control_id: "C4", place: "CARD^1^A", at: "0620", movement: "M2", action: "CANCEL|N|A02", ..salma };
    assert_eq!(house.go(cancel).await, "RH-PLACE-TAKEN");
    assert_eq!(house.go(Move { event: "A02", control_id: "C5", place: "CARD^1^C", at: "0630", movement: "N2", ..omar }).await, "done");
    assert_eq!(house.decide("C4", Decision::Again).await, "done");
    assert_eq!(house.movements("S1").await, "in-progress a active -b completed");
    // Said once more under other control ids: nothing is done twice.
    let before = (house.stay("S1").await.text().to_owned(), house.stay("S2").await.text().to_owned());
    let again = [
        Move { event: "A01", control_id: "D1", place: "CARD^1^A", at: "0600", movement: "M1", ..salma },
        Move { event: "A02", control_id: "D3", place: "CARD^1^B", at: "0620", movement: "M2", ..salma },
        Move { control_id: "D4", ..cancel },
        Move { event: "A02", control_id: "D5", place: "CARD^1^C", at: "0630", movement: "N2", ..omar },
    ];
    for told in again {
        assert_eq!(house.go(told).await, "done");
    }
    assert_eq!((house.stay("S1").await.text(), house.stay("S2").await.text()), (before.0.as_str(), before.1.as_str()));
    house.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adt_2_what_is_not_known_or_cannot_be_waits_with_a_reason() {
    let file = File::new(&inbound("gam", "named"));
    let mut house = House::new(&file).await;
    let hiba = Move { name: "hiba", stay: "S3", ..Move::default() };
    assert_eq!(house.go(Move { event: "A01", control_id: "C1", place: "CARD^9^Z", at: "0600", ..hiba }).await, "RH-EX-PLACE");
    let page = house.site.screen("integrator").await.get("/exchange/in/gam?state=parked").await;
    assert!(page.text().contains("Cette place n’est pas connue ici."), "{}", page.text());
    let place = r#"{"resourceType":"Location","id":"new","identifier":[{"value":"CARD^9^Z"}],"name":"z","physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}}"#;
    assert_eq!(house.site.client().await.put("Location/new", place).await.status, 201);
    assert_eq!(house.decide("C1", Decision::Again).await, "done");
    let omar = Move { name: "omar", stay: "S2", ..Move::default() };
    assert_eq!(house.go(Move { event: "A02", control_id: "C2", place: "CARD^1^A", at: "0600", ..omar }).await, "RH-EX-STAY");
    let ali = Move { name: "ali", stay: "S4", ..Move::default() };
    assert_eq!(house.go(Move { event: "A01", control_id: "C3", place: "CARD^1^B", at: "0700", ..ali }).await, "done");
    assert_eq!(house.go(Move { event: "A02", control_id: "C4", place: "CARD^1^C", at: "0650", ..ali }).await, "RH-STAY-ORDER");
    let dead = r#"{"resourceType":"Patient","id":"salma","identifier":[{"system":"urn:example:hosp","value":"1001"}],"name":[{"family":"El Alami","given":["Salma"]}],"gender":"female","birthDate":"1984-05-17","deceasedBoolean":true}"#;
    assert_eq!(house.site.client().await.put("Patient/salma", dead).await.status, 200);
    let salma = Move { name: "salma", stay: "S1", ..Move::default() };
    assert_eq!(house.go(Move { event: "A01", control_id: "C5", place: "CARD^1^D", at: "0700", ..salma }).await, "RH-STAY-DEAD");
    assert_eq!(house.movements("S4").await, "in-progress b active", "what waits has changed nothing");
    house.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adt_3_a_stay_is_told_from_its_plan_to_its_departure_and_what_did_not_happen_is_struck_through() {
    let file = File::new(&inbound("gam", "named"));
    let mut house = House::new(&file).await;
    let salma = Move { name: "salma", stay: "S1", ..Move::default() };
    let steps = [
        (Move { event: "A05", control_id: "C1", place: "CARD^1^A", at: "0500", ..salma }, "planned a planned"),
        (Move { event: "A01", control_id: "C2", place: "CARD^1^A", at: "0600", movement: "M1", ..salma }, "in-progress -a completed a active"),
        (Move { event: "A21", control_id: "C3", place: "CARD^1^A", at: "0610", movement: "M2", ..salma }, "onleave -a completed a completed a reserved"),
        (
            Move { event: "A52", control_id: "C4", place: "CARD^1^A", at: "0610", movement: "M2", action: "CANCEL|N|A21", ..salma },
            "in-progress -a completed a active -a completed",
        ),
        (
            Move { event: "Z99", control_id: "C5", place: "CARD^1^B", at: "0605", movement: "M1", action: "UPDATE|N|A01", ..salma },
            "in-progress -a completed b active -a completed",
        ),
        (
            Move { event: "A03", control_id: "C6", place: "CARD^1^B", at: "0700", movement: "M3", disposition: "02", ..salma },
            "finished -a completed b completed -a completed",
        ),
        (
            Move { event: "A13", control_id: "C7", place: "CARD^1^B", at: "0700", movement: "M3", action: "CANCEL|N|A03", ..salma },
            "in-progress -a completed b active -a completed",
        ),
    ];
    for (told, expected) in steps {
        assert_eq!(house.go(told).await, "done", "{}", told.control_id);
        assert_eq!(house.movements("S1").await, expected, "{}", told.control_id);
    }
    assert_eq!(house.stay("S1").await.at("entry.0.resource.period.start").as_deref(), Some("2026-01-15T05:05:00.000Z"));
    // A visit without a place, and what becomes of it.
    let omar = Move { name: "omar", stay: "S2", class: "E", ..Move::default() };
    let steps = [
        (Move { event: "A04", control_id: "E1", at: "0600", ..omar }, "in-progress"),
        (Move { event: "A06", control_id: "E2", place: "CARD^1^C", at: "0630", class: "I", ..omar }, "in-progress c active"),
        (Move { event: "A54", control_id: "E3", place: "CARD^1^C", at: "0640", doctor: "8^Tazi", ..omar }, "in-progress c active"),
    ];
    for (told, expected) in steps {
        assert_eq!(house.go(told).await, "done", "{}", told.control_id);
        assert_eq!(house.movements("S2").await, expected, "{}", told.control_id);
    }
    let stay = house.stay("S2").await;
    let of = |path: &str| stay.at(&format!("entry.0.resource.{path}"));
    assert_eq!((of("class.code").as_deref(), of("participant.0.individual.display").as_deref()), (Some("IMP"), Some("Tazi")));
    house.site.stop().await;
}
