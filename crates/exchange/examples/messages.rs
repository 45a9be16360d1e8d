//! What an ADT message costs, in CPU time of the whole process: read and mapped; kept, judged and written to a SQLite store.
//!
//! `cargo run --release -p rihla-exchange --example messages -- FOLDER [MESSAGES] [LANES] [commands]`: the folder is made and
//! taken away. `commands`: by the commands of the house, each stay with beds of its own; else as the messages say.

#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic, reason = "a measurement")]

#[path = "../tests/house/filing.rs"]
mod filing;

use cpu_time::ProcessTime;
use rihla_exchange::Settings;
use rihla_exchange::intake::letter;
use rihla_exchange::map::map;
use rihla_exchange::queue::{Direction, Queue, QueueLimits};
use rihla_exchange::reconcile::{ByLetters, Trust};
use rihla_exchange::work::{BackOff, Step, Worker};
use rihla_hl7v2::{Charset, Limits, Message};
use rihla_kernel::ManualClock;
use std::path::PathBuf;
use std::sync::Arc;

/// A stay has five messages.
const EVENTS: [&str; 5] = ["A01", "A02", "A08", "A02", "A03"];

fn message(number: usize) -> String {
    let (patient, event) = (number / EVENTS.len(), EVENTS[number % EVENTS.len()]);
    // There and back, so that each movement is to another place than the one before.
    let bed = format!("{patient}^{}", ["B", "C", "C", "B", "B"][number % EVENTS.len()]);
    let minute = number % EVENTS.len();
    format!(
        "MSH|^~\\&|GAM|CHR|RIHLA|CHR|20260312091500+0000||ADT^{event}^ADT_A01|C{number}|P|2.5|||AL|NE||UNICODE UTF-8\rEVN|{event}|20260312091500+0000||||20260312090000\r\
         PID|1||{patient:08}^^^CHR&1.2.504.1&ISO^PI~AB{patient:06}^^^ETAT^NN||Alaoui{}^Salma^Nour^^Mme^^L~علوي^سلمى^^^^^D|Bennani^Zoubida|19{:02}0203|F|||12 rue des Orangers^^Kénitra^^14000^MAR^H||^PRS^CP^^212^6^{patient:08}||||M\r\
         PV1|1|I|CARD^{bed}^CHR||||10203^Chraïbi^Hélène^^^Dr^^^CHR&1.2.504.1&ISO^L^^^DN||||||||||||S{patient:07}^^^CHR&1.2.504.1&ISO^VN|||||||||||||||||||||||||20260110003000\r\
         ZBE|M{number}^GAM^1.2.504.2^ISO|202601100{minute}3000||INSERT|N||Cardiologie^^^^^^^^^UM-CARD|Soins^^^^^^^^^UF-1201|HMS\r",
        patient % 97,
        patient % 90 + 10
    )
}

fn main() {
    let mut words = std::env::args().skip(1);
    let folder = PathBuf::from(words.next().expect("a folder"));
    let mut number = |otherwise: usize| words.next().map_or(otherwise, |it| it.parse().expect("a number"));
    let (count, lanes) = (number(5_000), number(32));
    let by_commands = words.next().is_some_and(|word| word == "commands");
    let texts: Vec<String> = (0..count).map(message).collect();
    let mut settings = Settings::of_sender("urn:sender", jiff::tz::TimeZone::get("Africa/Casablanca").expect("zone"));
    settings.systems.insert("1.2.504.1".into(), "urn:chr".into());
    let per = |start: ProcessTime| start.elapsed().as_secs_f64() * 1e6 / count as f64;
    let say = |what: &str, micros: f64| println!("{what}: {micros:.1} µs CPU a message, {:.0} a CPU-second", 1e6 / micros);

    let start = ProcessTime::now();
    let bytes: usize = texts.iter().map(|it| map(&Message::parse(it, &Limits::default()).expect("message"), &settings).bundle.write().len()).sum();
    say(&format!("read, mapped, written as JSON ({} bytes to {})", texts[0].len(), bytes / count), per(start));

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime");
    let clock = Arc::new(ManualClock::at(1_770_000_000_000));
    let (vault, record) = filing::open(&folder, &clock);
    if by_commands {
        runtime.block_on(furnish(&record, count));
        *record.commands.lock().expect("settings") = Some(settings.clone());
    }
    let queue = Arc::new(Queue::open(vault, clock, Direction::In, "gam", QueueLimits::default()).expect("opens"));
    let start = ProcessTime::now();
    runtime.block_on(keep(&queue, &settings, &texts, lanes));
    let kept = per(start);
    say("kept in the journal, durable", kept);

    let start = ProcessTime::now();
    runtime.block_on(async {
        let mut working = tokio::task::JoinSet::new();
        for _ in 0..lanes {
            let worker = Worker {
                queue: queue.clone(),
                record: record.clone(),
                settings: settings.clone(),
                charset: Charset::Utf8,
                limits: Limits::default(),
                trust: Trust::Live { keeps_patients: true },
                likeness: Arc::new(ByLetters),
                back_off: BackOff { first: 0, most: 0 },
                attempts: 100,
            };
            working.spawn(async move {
                while worker.queue.counts().waiting > 0 {
                    if matches!(worker.step().await.expect("worked"), Step::Idle) {
                        tokio::task::yield_now().await;
                    }
                }
            });
        }
        working.join_all().await;
    });
    let filed = per(start);
    say("judged, mapped and in the record, durable", filed);
    say("all together", kept + filed);
    println!("{} patients, {} dead letters, {} parked", record.find("Patient", &[("_count", "1000")]).len(), queue.counts().dead, queue.counts().parked);
    let _ = std::fs::remove_dir_all(&folder);
}

/// Beds for all.
async fn furnish(record: &filing::OnStore, count: usize) {
    let bed = |at: usize, letter: &str| {
        format!(
            r#"{{"resource":{{"resourceType":"Location","id":"b{at}{letter}","identifier":[{{"value":"CARD^{at}^{letter}"}}],"physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}}]}}}},"request":{{"method":"PUT","url":"Location/b{at}{letter}"}}}}"#
        )
    };
    let beds: Vec<String> = (0..count.div_ceil(EVENTS.len())).flat_map(|at| [bed(at, "B"), bed(at, "C")]).collect();
    for some in beds.chunks(500) {
        record.write(&format!(r#"{{"resourceType":"Bundle","type":"transaction","entry":[{}]}}"#, some.join(","))).await;
    }
}

/// As many lines as there are lanes, each with all messages of its patients, so that they come in order.
async fn keep(queue: &Arc<Queue>, settings: &Settings, texts: &[String], lanes: usize) {
    let mut kept = tokio::task::JoinSet::new();
    for lane in 0..lanes {
        let (queue, settings) = (queue.clone(), settings.clone());
        let mine: Vec<String> = texts.iter().enumerate().filter(|(at, _)| at / EVENTS.len() % lanes == lane).map(|(_, it)| it.clone()).collect();
        kept.spawn(async move {
            for text in mine {
                let new = letter(text.as_bytes(), &Message::parse(&text, &Limits::default()).expect("message"), &settings);
                queue.accept(new).await.expect("kept");
            }
        });
    }
    kept.join_all().await;
}
