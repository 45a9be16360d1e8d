//! Messages on their way into the record: kept, judged, filed or asked about; what is not certain is filed nowhere.

#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic, reason = "tests")]

mod house;

use house::{House, adt, oru};
use rihla_exchange::intake::{Intake, Rules};
use rihla_exchange::queue::{Accepted, Decision, Find, Seq, State};
use rihla_exchange::reconcile::Trust;
use rihla_exchange::work::{Step, Whose};
use rihla_hl7v2::{Charset, Limits};
use rihla_kernel::{Fault, FaultKind};

const LIVE: Trust = Trust::Live { keeps_patients: true };

#[tokio::test]
async fn what_is_certain_is_filed_with_its_end_in_one_commit() {
    let house = House::new(LIVE);
    let seq = house.bring(&adt("A01", "1", "100", "Alaoui^Salma", "19540203")).await;
    assert_eq!(house.step().await, Step::Filed(seq));
    assert_eq!(house.record.filed()[0].0, Whose::New);
    // The mark of the end went with the transaction: what was filed is done, whatever happens next.
    assert!(house.record.filed()[0].1.iter().any(|(name, _)| *name == format!("ex/in/gam/j/{seq}")));
    assert_eq!(house.queue.letter(seq).expect("read").expect("kept").state, State::Done);
    assert_eq!(house.step().await, Step::Idle);
}

#[tokio::test]
async fn a_message_sent_twice_is_filed_once() {
    let house = House::new(LIVE);
    let message = adt("A01", "1", "100", "Alaoui^Salma", "19540203");
    let seq = house.bring(&message).await;
    assert_eq!(house.accept(&message).await, Accepted::Again(seq, State::Waiting));
    house.run().await;
    assert_eq!(house.accept(&message).await, Accepted::Again(seq, State::Done));
    // The same id on another message is a mistake of the sender, and no reason to lose the message.
    assert!(matches!(house.accept(&adt("A08", "1", "100", "Alaoui^Salma", "19540203")).await, Accepted::New(_)));
}

#[tokio::test]
async fn one_patients_messages_keep_their_order_while_others_pass() {
    let house = House::new(LIVE);
    house.record.person("p1", "100", "Alaoui", "Salma", "1954-02-03");
    let strange = house.bring(&adt("A01", "1", "100", "Bennis^Karim", "19900101")).await;
    let behind = house.bring(&adt("A02", "2", "100", "Alaoui^Salma", "19540203")).await;
    let other = house.bring(&adt("A01", "3", "200", "Fassi^Omar", "19700101")).await;
    assert_eq!((house.step().await, house.step().await, house.step().await), (Step::Parked(strange), Step::Filed(other), Step::Idle));
    assert_eq!(house.queue.behind(strange), 1);
    let letter = house.queue.letter(strange).expect("read").expect("kept");
    assert_eq!(letter.code, "RH-EX-TRAITS");
    assert!(letter.why.contains("1990-01-01") && letter.why.contains("Karim"), "{}", letter.why);

    let bad = house.queue.decide(strange, Decision::Of("p1/../x".into()), "registrar-7").await.expect_err("no id");
    assert_eq!(bad.code, "RH-EX-ID");
    let mut changes = house.queue.changes();
    changes.mark_unchanged();
    house.queue.decide(strange, Decision::Of("p1".into()), "registrar-7").await.expect("decided");
    assert!(changes.has_changed().expect("open"), "who waits for work hears of it");
    assert_eq!((house.step().await, house.step().await), (Step::Filed(strange), Step::Filed(behind)));
    let filed = house.record.filed();
    assert_eq!(filed[1].0, Whose::Patient("p1".into()));
    assert!(filed[1].2.contains(r#""url":"Patient/p1""#), "{}", filed[1].2);
    assert_eq!(house.queue.letter(strange).expect("read").expect("kept").by, "registrar-7");
}

#[tokio::test]
async fn results_of_somebody_who_is_not_known_wait_for_a_person() {
    let house = House::new(Trust::Live { keeps_patients: false });
    let unknown = house.bring(&oru("1", "999^^^HOSP^PI")).await;
    let numberless = house.bring(&oru("2", "")).await;
    assert_eq!((house.step().await, house.step().await), (Step::Parked(unknown), Step::Parked(numberless)));
    assert!(house.record.filed().is_empty());
    let code = |seq| house.queue.letter(seq).expect("read").expect("kept").code;
    assert_eq!((code(unknown).as_str(), code(numberless).as_str()), ("RH-EX-UNKNOWN", "RH-EX-NUMBERLESS"));

    house.queue.decide(numberless, Decision::Of("p9".into()), "biologist").await.expect("decided");
    house.queue.decide(unknown, Decision::Discard { why: "a test of the analyser".into() }, "biologist").await.expect("decided");
    assert_eq!((house.step().await, house.step().await), (Step::Filed(numberless), Step::Idle));
    let (_, _, bundle) = &house.record.filed()[0];
    assert!(bundle.contains(r#""valueQuantity":{"value":11.20"#) && bundle.contains("Patient/p9"), "{bundle}");
    assert_eq!(house.queue.letter(unknown).expect("read").expect("kept").state, State::Discarded);
    let refused = house.queue.decide(unknown, Decision::New, "biologist").await.expect_err("over");
    assert_eq!(refused.code, "RH-EX-STATE");
}

#[tokio::test]
async fn numbers_of_two_patients_in_one_message_are_asked_about() {
    let house = House::new(LIVE);
    house.record.person("p1", "100", "Alaoui", "Salma", "1954-02-03");
    house.record.person("p2", "100", "Alaoui", "Selma", "1954-02-03");
    let seq = house.bring(&adt("A01", "1", "100", "Alaoui^Salma", "19540203")).await;
    assert_eq!(house.step().await, Step::Parked(seq));
    assert_eq!(house.queue.letter(seq).expect("read").expect("kept").code, "RH-EX-SEVERAL");
}

#[tokio::test]
async fn a_store_that_is_away_is_waited_for_and_an_error_that_stays_becomes_a_dead_letter() {
    let house = House::new(LIVE);
    let seq = house.bring(&adt("A01", "1", "100", "Alaoui^Salma", "19540203")).await;
    house.record.fail(Some(Fault::new(FaultKind::Unavailable, "RH-X-AWAY", "away")));
    assert_eq!(house.step().await, Step::Later(seq, 1_000));
    assert_eq!(house.step().await, Step::Idle, "not before its time");
    assert_eq!(house.queue.due().map(|it| it.0), Some(1_770_000_001_000));
    house.clock.advance(1_000);
    assert_eq!(house.step().await, Step::Later(seq, 2_000));
    house.record.fail(Some(Fault::new(FaultKind::Internal, "RH-X-BROKEN", "broken")));
    house.clock.advance(2_000);
    assert_eq!(house.step().await, Step::Dead(seq));
    let behind = house.bring(&adt("A08", "2", "100", "Alaoui^Salma", "19540203")).await;
    house.record.fail(None);
    assert_eq!(house.step().await, Step::Filed(behind), "a dead letter holds nobody up");
    assert_eq!(house.queue.counts().dead, 1);

    let again = house.queue.replay(seq, None, "operator").await.expect("sent again");
    assert_eq!(house.step().await, Step::Filed(again));
    assert_eq!(house.queue.counts().dead, 0);
    let copy = house.queue.letter(again).expect("read").expect("kept");
    assert_eq!((copy.copy_of, copy.by.as_str()), (Some(seq), "operator"));
}

#[tokio::test]
async fn an_edited_message_goes_under_its_own_place_and_what_came_stays_as_it_was() {
    let house = House::new(LIVE);
    let wrong = adt("A01", "1", "100", "Alaoui^Salma", "19540203");
    let seq = house.bring(&wrong).await;
    house.record.fail(Some(Fault::new(FaultKind::Unprocessable, "RH-X-RULE", "no such unit")));
    assert_eq!(house.step().await, Step::Dead(seq));
    house.record.fail(None);
    let mended = house.letter(&adt("A01", "1", "200", "Alaoui^Salma", "19540203"));
    let copy = house.queue.replay(seq, Some(mended), "operator").await.expect("sent again");
    assert_eq!(house.step().await, Step::Filed(copy));
    assert_eq!(house.queue.letter(seq).expect("read").expect("kept").new.content, wrong.as_bytes());
    assert!(house.record.filed()[0].2.contains("200"));
}

#[tokio::test]
async fn the_console_finds_messages_by_what_people_know_of_them() {
    let house = House::new(LIVE);
    let first = house.bring(&adt("A01", "C-1", "100", "Alaoui^Salma", "19540203")).await;
    house.clock.advance(5 * 3_600_000);
    let second = house.bring(&adt("A03", "C-2", "200", "Fassi^Omar", "19700101")).await;
    house.run().await;
    let find = |what: Find| house.queue.find(&what, 10).expect("read").0.into_iter().map(|it| it.seq).collect::<Vec<Seq>>();
    assert_eq!(find(Find::default()), [second, first]);
    assert_eq!(find(Find { number: "200".into(), ..Find::default() }), [second]);
    assert_eq!(find(Find { event: "ADT^A01".into(), ..Find::default() }), [first]);
    assert_eq!(find(Find { control_id: "C-2".into(), ..Find::default() }), [second]);
    assert_eq!(find(Find { text: "Alaoui".into(), state: Some(State::Done), ..Find::default() }), [first]);
    assert_eq!(find(Find { until: Some(second.instant()), ..Find::default() }), [first]);
    assert!(find(Find { state: Some(State::Parked), ..Find::default() }).is_empty());
    assert!(house.queue.find(&Find::default(), 1).expect("read").1, "there is more");
    assert_eq!(house.queue.sweep(second.instant()).await.expect("swept"), 1);
    assert_eq!(find(Find::default()), [second]);
}

#[tokio::test]
async fn after_a_restart_on_the_store_all_that_was_answered_for_is_there_and_parked_ones_stay_parked() {
    let mut house = House::on_sqlite(LIVE);
    house.record.person("p1", "100", "Alaoui", "Salma", "1954-02-03");
    let parked = house.bring(&adt("A01", "1", "100", "Bennis^Karim", "19900101")).await;
    assert_eq!(house.step().await, Step::Parked(parked));
    let behind = house.bring(&adt("A02", "2", "100", "Alaoui^Salma", "19540203")).await;
    let other = house.bring(&adt("A01", "3", "200", "Fassi^Omar", "19700101")).await;
    house.restart();
    assert_eq!((house.queue.counts().waiting, house.queue.counts().parked), (2, 1));
    assert_eq!((house.step().await, house.step().await), (Step::Filed(other), Step::Idle));
    house.queue.decide(parked, Decision::Of("p1".into()), "registrar").await.expect("decided");
    assert_eq!((house.step().await, house.step().await), (Step::Filed(parked), Step::Filed(behind)));
    assert!(matches!(house.accept(&adt("A02", "2", "100", "Alaoui^Salma", "19540203")).await, Accepted::Again(..)));
    assert!(house.bring(&adt("A03", "4", "100", "Alaoui^Salma", "19540203")).await > other);
}

#[tokio::test]
async fn a_full_queue_refuses_and_loses_nothing() {
    let house = House::small(LIVE, 2);
    house.bring(&adt("A01", "1", "1", "A^B", "1990")).await;
    house.bring(&adt("A01", "2", "2", "A^B", "1990")).await;
    let refused = house.queue.accept(house.letter(&adt("A01", "3", "3", "A^B", "1990"))).await.expect_err("full");
    assert_eq!((refused.code, refused.kind), ("RH-EX-FULL", FaultKind::Unavailable));
    house.run().await;
    assert!(matches!(house.accept(&adt("A01", "3", "3", "A^B", "1990")).await, Accepted::New(_)));
}

#[tokio::test]
async fn a_number_that_is_changed_is_looked_for_under_the_old_one_and_a_merge_needs_somebody_who_stays() {
    let house = House::new(LIVE);
    house.record.person("p1", "PROV7", "Alaoui", "Salma", "1954-02-03");
    let with = |event: &str, id: &str, number: &str| adt(event, id, number, "Alaoui^Salma", "19540203") + "MRG|PROV7^^^HOSP^PI\r";
    let changed = house.bring(&with("A47", "1", "100")).await;
    assert_eq!(house.step().await, Step::Filed(changed));
    assert_eq!(house.record.filed()[0].0, Whose::Patient("p1".into()));
    let merged = house.bring(&with("A40", "2", "555")).await;
    assert_eq!(house.step().await, Step::Parked(merged));
    assert_eq!(house.queue.letter(merged).expect("read").expect("kept").code, "RH-EX-UNKNOWN");
}

#[tokio::test]
async fn a_merge_waits_for_both_patients() {
    let house = House::new(LIVE);
    for id in ["100", "200"] {
        house.record.person(&format!("p{id}"), id, "Alaoui", "Salma", "1954-02-03");
    }
    let one = house.bring(&adt("A08", "1", "100", "Alaoui^Salma", "19540203")).await;
    let other = house.bring(&adt("A08", "2", "200", "Alaoui^Yasmine", "19540203")).await;
    let merge = house.bring(&(adt("A40", "3", "100", "Alaoui^Salma", "19540203") + "MRG|200^^^HOSP^PI\r")).await;
    assert_eq!((house.step().await, house.step().await, house.step().await), (Step::Filed(one), Step::Parked(other), Step::Idle));
    house.queue.decide(other, Decision::Of("p200".into()), "registrar").await.expect("decided");
    assert_eq!((house.step().await, house.step().await), (Step::Filed(other), Step::Filed(merge)));
}

#[tokio::test]
async fn what_became_of_a_message_is_told_to_who_asked_for_it() {
    let house = House::new(LIVE);
    let rules = Rules { charset: Charset::Utf8, limits: Limits::default(), kinds: vec!["ADT".into()], processing: vec!["P".into()] };
    let intake = Intake { queue: house.queue.clone(), settings: house.settings(), rules, clock: house.clock.clone() };
    let asked = |id: &str, application: &str| adt("A01", id, id, "Alaoui^Salma", "19540203").replacen("|P|2.5\r", &format!("|P|2.5|||AL|{application}\r"), 1);
    let told = |seq| intake.outcome(&house.queue.letter(seq).expect("read").expect("kept")).map(|it| String::from_utf8(it.content).expect("text"));
    let good = house.bring(&asked("1", "AL")).await;
    assert_eq!(told(good), None, "nothing became of it yet");
    let silent = house.bring(&asked("2", "ER")).await;
    house.run().await;
    let answer = told(good).expect("wanted");
    assert!(answer.starts_with("MSH|^~\\&|RIHLA|CHR|GAM|CHR|") && answer.contains("\rMSA|AA|1\r"), "{answer}");
    assert_eq!(told(silent), None, "errors alone are wanted");

    house.record.fail(Some(Fault::new(FaultKind::Unprocessable, "RH-X-RULE", "The unit is not known.")));
    let bad = house.bring(&asked("3", "ER")).await;
    assert_eq!(house.step().await, Step::Dead(bad));
    let answer = told(bad).expect("wanted");
    assert!(answer.contains("\rMSA|AE|3|The unit is not known.\rERR|") && answer.contains("|RH-X-RULE|||The unit is not known."), "{answer}");
}

#[tokio::test]
async fn what_was_written_without_anybody_hearing_of_it_is_not_written_again() {
    let lost = || Some(Fault::new(FaultKind::Unavailable, "RH-STORE-STOPPED", "whether this was kept is not known"));
    let mut house = House::on_sqlite(LIVE);
    let first = house.bring(&adt("A01", "1", "100", "Alaoui^Salma", "19540203")).await;
    let behind = house.bring(&adt("A02", "2", "100", "Alaoui^Salma", "19540203")).await;
    house.record.mute(lost());
    assert!(matches!(house.step().await, Step::Later(seq, _) if seq == first));
    house.record.mute(None);
    house.clock.advance(60_000);
    assert_eq!((house.step().await, house.record.filed().len()), (Step::Filed(first), 1));
    house.record.mute(lost());
    assert!(matches!(house.step().await, Step::Later(seq, _) if seq == behind));
    house.record.mute(None);
    house.restart();
    assert_eq!((house.step().await, house.queue.counts().waiting, house.record.filed().len()), (Step::Idle, 0, 2));
}
