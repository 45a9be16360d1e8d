//! A door for trying out peers: it listens on a free port of this machine, keeps messages in memory and answers them.
//!
//! Prints `listening on ADDRESS`, and for each message that came its control id and event when its input ends.

#![allow(clippy::expect_used, reason = "a tool for tests")]

use rihla_exchange::Settings;
use rihla_exchange::intake::{Intake, Rules};
use rihla_exchange::line::{Plain, ServerLimits, serve};
use rihla_exchange::queue::{Direction, Find, Queue, QueueLimits};
use rihla_hl7v2::{Charset, Limits};
use rihla_identity::MemoryVault;
use rihla_kernel::ManualClock;
use std::io::Read;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("runtime");
    runtime.block_on(async {
        let clock = Arc::new(ManualClock::at(1_770_000_000_000));
        let queue = Queue::open(Arc::new(MemoryVault::default()), clock.clone(), Direction::In, "peers", QueueLimits::default());
        let queue = Arc::new(queue.expect("opens"));
        let rules = Rules { charset: Charset::Utf8, limits: Limits::default(), kinds: vec!["ADT".into(), "ORU".into()], processing: vec!["P".into()] };
        let intake = Intake { queue: queue.clone(), settings: Settings::of_sender("urn:peer", rihla_exchange::utc()), rules, clock };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("listening on {}", listener.local_addr().expect("address"));
        let (stop, heard) = watch::channel(false);
        let task = tokio::spawn(serve(listener, Arc::new(Plain), Arc::new(intake), ServerLimits::default(), heard));
        tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.expect("waited").expect("input");
        stop.send(true).expect("heard");
        task.await.expect("ended");
        for found in queue.find(&Find::default(), 1_000).expect("read").0.into_iter().rev() {
            println!("{} {} {}", found.letter.new.control_id, found.letter.new.event, found.letter.new.patient);
        }
    });
}
