//! On a real store: what messages say is in the record once, however often they come.

#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic, reason = "tests")]

mod house;

use house::filing::{OnStore, open};
use house::{adt, oru};
use rihla_exchange::intake::letter;
use rihla_exchange::queue::{Accepted, Direction, Queue, QueueLimits, State};
use rihla_exchange::reconcile::{ByLetters, Trust};
use rihla_exchange::work::{BackOff, Step, Worker};
use rihla_exchange::{Patients, Settings, Stays};
use rihla_hl7v2::{Charset, Limits, Message, charset};
use rihla_kernel::ManualClock;
use std::path::{Path, PathBuf};
use std::sync::Arc;

struct Hospital {
    folder: PathBuf,
    record: Arc<OnStore>,
    worker: Worker,
}

impl Hospital {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rihla-exchange-{name}-{}", std::process::id()));
        let clock = Arc::new(ManualClock::at(1_770_000_000_000));
        let (vault, record) = open(&folder, &clock);
        let queue = Arc::new(Queue::open(vault, clock, Direction::In, "all", QueueLimits::default()).expect("opens"));
        let mut settings = Settings::of_sender("urn:sender", jiff::tz::TimeZone::UTC);
        settings.systems.insert("HOSP".into(), "urn:hosp".into());
        settings.systems.insert("1.2.504.1".into(), "urn:chr".into());
        let worker = Worker {
            queue,
            record: record.clone(),
            settings,
            charset: Charset::Utf8,
            limits: Limits::default(),
            trust: Trust::Filling,
            likeness: Arc::new(ByLetters),
            back_off: BackOff { first: 1, most: 1 },
            attempts: 1,
        };
        Self { folder, record, worker }
    }

    /// Brings a message and works with it; what became of it.
    async fn take(&self, bytes: &[u8]) -> (State, String) {
        let (text, _) = charset::decode(bytes, Charset::Utf8).expect("character set");
        let message = Message::parse(&text, &Limits::default()).expect("message");
        let Accepted::New(seq) = self.worker.queue.accept(letter(bytes, &message, &self.worker.settings)).await.expect("kept") else {
            return (State::Done, "came before".into());
        };
        while self.worker.step().await.expect("worked") != Step::Idle {}
        let letter = self.worker.queue.letter(seq).expect("read").expect("kept");
        (letter.state, letter.why)
    }

    fn count(&self, ty: &str) -> usize {
        self.record.find(ty, &[]).len()
    }
}

impl Drop for Hospital {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn a_stay_is_one_stay_through_all_its_messages() {
    let hospital = Hospital::new("stay");
    for (event, id) in [("A01", "1"), ("A02", "2"), ("A08", "3"), ("A21", "4"), ("A22", "5"), ("A03", "6")] {
        let (state, why) = hospital.take(adt(event, id, "100", "Alaoui^Salma", "19540203").as_bytes()).await;
        assert_eq!((state, why.as_str()), (State::Done, ""), "{event}");
    }
    assert_eq!((hospital.count("Patient"), hospital.count("Encounter")), (1, 1));
    let found = hospital.record.find("Encounter", &[("identifier", "urn:hosp|S-100")]);
    assert!(found[0].1.contains(r#""status":"finished""#) && found[0].1.contains(r#""versionId":"6""#), "{}", found[0].1);
}

#[tokio::test]
async fn a_corrected_result_replaces_the_one_before_it() {
    let hospital = Hospital::new("result");
    let first = oru("1", "100^^^HOSP^PI");
    assert_eq!(hospital.take(first.as_bytes()).await.0, State::Done);
    let corrected = first.replace("|1|P|", "|2|P|").replace("11.20", "12.40").replace("|L|||F", "|N|||C");
    assert_eq!(hospital.take(corrected.as_bytes()).await, (State::Done, String::new()));
    assert_eq!((hospital.count("Patient"), hospital.count("Observation"), hospital.count("DiagnosticReport"), hospital.count("ServiceRequest")), (1, 1, 1, 1));
    let found = hospital.record.find("Observation", &[("code", "718-7")]);
    assert!(found[0].1.contains("12.40") && found[0].1.contains("corrected"), "{}", found[0].1);
}

#[tokio::test]
async fn a_laboratory_names_patients_and_stays_and_never_writes_them() {
    let mut hospital = Hospital::new("named");
    hospital.take(adt("A01", "1", "100", "Alaoui^Salma", "19540203").as_bytes()).await;
    hospital.worker.settings.patients = Patients::Named;
    hospital.worker.settings.stays = Stays::Named;
    // The laboratory knows a stay that nobody here knows yet, and calls one that is known finished.
    for (id, visit) in [("2", "S-100"), ("3", "S-999")] {
        let stay = format!("\rPV1|1|O|LAB||||||||||||||||{visit}^^^HOSP^VN||||||||||||||||||||||||||20260101|20260102\rOBR|");
        let message = oru(id, "100^^^HOSP^PI").replace("Alaoui^Salma", "ALAOUI^S").replace("\rOBR|", &stay);
        assert_eq!(hospital.take(message.as_bytes()).await, (State::Done, String::new()));
    }
    let patients = hospital.record.find("Patient", &[]);
    assert!(patients[0].1.contains("Salma") && patients[0].1.contains(r#""versionId":"1""#), "{}", patients[0].1);
    let of_hers = hospital.record.find("Observation", &[("patient", &patients[0].0)]);
    assert_eq!(of_hers.len(), 2);
    assert!(of_hers.iter().any(|it| it.1.contains(r#""value":"S-999""#)), "the number of the stay is kept: {of_hers:?}");
    let stays = hospital.record.find("Encounter", &[]);
    assert!(stays.len() == 1 && stays[0].1.contains(r#""status":"in-progress""#), "{stays:?}");
}

/// Each message of a folder, in the order of its name.
fn folder(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> =
        std::fs::read_dir(path).into_iter().flatten().map(|it| it.expect("file").path()).filter(|it| it.extension().is_some_and(|it| it == "hl7")).collect();
    found.sort();
    found.iter().map(|it| (it.display().to_string(), std::fs::read(it).expect("message"))).collect()
}

#[tokio::test]
async fn every_message_of_the_corpora_is_filed_or_refused_with_a_sentence() {
    let own = folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus"));
    let samples = folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/shared-data/hl7v2-pairs"));
    if samples.is_empty() {
        println!("skipped: the public samples are not in target/shared-data");
    }
    let hospital = Hospital::new("corpora");
    let mut unexpected = Vec::new();
    for (name, bytes) in own.iter().chain(&samples) {
        // Each sample stands for itself: their control ids repeat.
        let (state, why) = hospital.take(bytes).await;
        // Events of the samples that are not understood: A09, A10, A14 to A16, A25 to A27, A29, A41, A45, A60.
        let understood = !name.contains("refused")
            && !["A09", "A10", "A14", "A15", "A16", "A25", "A26", "A27", "A29", "A41", "A45", "A60"].iter().any(|it| name.contains(it));
        if state != (if understood { State::Done } else { State::Dead }) || (state == State::Dead && why.len() < 20) {
            unexpected.push(format!("{name}: {state:?} {why}"));
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
}
