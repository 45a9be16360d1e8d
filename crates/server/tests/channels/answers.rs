//! What became of a message, for senders who ask.

use crate::going::take;
use crate::sender::{File, Move, Sender, code, inbound, site, until, ward};
use rihla_exchange::queue::Decision;
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn adt_10_whoever_asks_is_told_what_became_of_a_message_once_it_is_decided() {
    let receiver = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = receiver.local_addr().expect("its port").port();
    let line = format!(
        "[[outbound]]\nname = \"back\"\naddress = \"127.0.0.1:{port}\"\nevents = [\"A40\"]\nauthorities = {{ \"urn:example:hosp\" = {{ name = \"HOSP\" }} }}\nalso_training = true\n"
    );
    let file = File::new(&format!("{}answers = \"back\"\n{line}", inbound("gam", "kept")));
    let site = site(&file).await;
    ward(&site).await;
    let channel = site.console.all()[0].clone();
    let mut sender = Sender::call(&channel.address).await;
    let told = |control_id: &'static str, number: &'static str, name: &'static str| Move {
        event: "A01",
        control_id,
        number,
        name,
        stay: control_id,
        place: "CARD^1^A",
        at: "0600",
        ..Move::default()
    };
    let asks = |one: Move<'_>, wants: &str| one.text().replace("|T|2.5\r", &format!("|T|2.5|||AL|{wants}\r"));
    assert_eq!(code(&sender.send(&asks(told("B1", "2001", "Naciri^Rim"), "AL")).await), "CA");
    let mut stream = receiver.accept().await.expect("it calls").0;
    let answer = take(&mut stream).await;
    assert!(answer.contains("MSA|AA|B1") && answer.contains("|T|2.5|||AL|NE"), "{answer}");
    // The place is taken: nobody is told before a person has decided. Who does not ask is not told.
    assert_eq!(code(&sender.send(&asks(told("B2", "2002", "Filali^Adam"), "AL")).await), "CA");
    until(&channel, |counts| counts.parked == 1).await;
    let quiet = asks(Move { place: "CARD^1^B", ..told("B3", "2003", "Alaoui^Nour") }, "NE");
    assert_eq!(code(&sender.send(&quiet).await), "CA");
    until(&channel, |counts| counts.waiting == 0).await;
    let seq = crate::sender::found(&channel, "B2", rihla_exchange::queue::State::Parked).seq;
    channel.queue.decide(seq, Decision::Discard { why: "a trial".into() }, "integrator").await.expect("decided");
    let answer = take(&mut stream).await;
    assert!(answer.contains("MSA|AE|B2") && answer.contains("RH-PLACE-TAKEN"), "{answer}");
    site.stop().await;
}
