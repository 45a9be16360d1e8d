//! What a channel learns of a person's decision.

use crate::movements::House;
use crate::sender::{File, Move, inbound, until};
use rihla_exchange::queue::{Find, State};

#[tokio::test(flavor = "multi_thread")]
async fn adt_6_a_number_that_a_person_decided_is_learned_shown_and_can_be_forgotten() {
    let file = File::new(&inbound("gam", "named"));
    let mut house = House::new(&file).await;
    let told = Move { event: "A01", control_id: "C1", number: "P-9", name: "Alami^Selma", stay: "S1", place: "CARD^1^A", at: "0600", ..Move::default() };
    assert_eq!(house.tell(&told.text()).await, "RH-EX-UNKNOWN");
    let seq = |control_id: &str| {
        let find = Find { control_id: control_id.to_owned(), ..Find::default() };
        house.channel.queue.find(&find, 1).expect("the journal is read").0[0].seq
    };
    let path = format!("/exchange/in/gam/{}", seq("C1"));
    let mut screen = house.site.screen("integrator").await;
    let author = screen.get(&path).await.hidden("_author");
    let fields = [("_author", author.as_str()), ("whose", "number"), ("number", "1001")];
    assert_eq!(screen.post(&format!("{path}/decide"), &fields).await.status, 200);
    let fields = [("_author", author.as_str()), ("whose", "salma")];
    assert_eq!(screen.post(&format!("{path}/decide"), &fields).await.status, 303);
    until(&house.channel, |counts| counts.waiting == 0).await;
    assert_eq!(house.became("C1"), "done");
    // The same number: nobody is asked.
    let next = Move { event: "A02", control_id: "C2", place: "CARD^1^B", at: "0610", ..told };
    assert_eq!(house.tell(&next.text()).await, "done");
    assert_eq!(house.stay("S1").await.at("entry.0.resource.subject.reference").as_deref(), Some("Patient/salma"));
    // The same number of somebody else: somebody is.
    let other = Move { event: "A02", control_id: "C3", place: "CARD^1^C", at: "0620", name: "Bennis^Yassine", ..told };
    assert_eq!(house.tell(&other.text()).await, "RH-EX-TRAITS");
    let at = format!("/exchange/in/gam/{}", {
        let find = Find { control_id: "C3".to_owned(), state: Some(State::Parked), ..Find::default() };
        house.channel.queue.find(&find, 1).expect("the journal is read").0[0].seq
    });
    let page = screen.get(&at).await;
    assert!(page.text().contains("Ce canal tient ce numéro pour celui de"), "{}", page.text());
    let fields = [("_author", author.as_str()), ("number", "urn:example:hosp|P-9")];
    assert_eq!(screen.post(&format!("{at}/forget"), &fields).await.status, 303);
    assert!(!screen.get(&at).await.text().contains("Ce canal tient ce numéro"));
    let fields = [("_author", author.as_str()), ("whose", "discard"), ("why", "une autre personne")];
    assert_eq!(screen.post(&format!("{at}/decide"), &fields).await.status, 303);
    let again = Move { control_id: "C4", place: "CARD^1^C", at: "0630", ..next };
    assert_eq!(house.tell(&again.text()).await, "RH-EX-UNKNOWN", "what was forgotten is asked about");
    house.site.stop().await;
}
