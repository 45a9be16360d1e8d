//! No room: a full disk, and no connection left. Refused with a code, nothing half kept, and the store goes on by itself.

#![allow(clippy::expect_used, reason = "tests")]

use crate::keeper::{Keeper, options};
use crate::story::site::Site;
use rihla_kernel::{Fault, FaultKind};
use rihla_store_postgres::open;
use rihla_test_postgres::{Own, Setup};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Barrier;
use std::time::Duration;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime")
}

fn at(url: &str) -> Site {
    Site::of(&[], |how| Keeper::opened(open(url, options(how)).expect("opens")))
}

/// Something that takes up all that is left of a disk.
struct Ballast(PathBuf);

impl Ballast {
    fn fill(server: &Own) -> Self {
        let path = server.data().join("ballast");
        let mut file = File::create(&path).expect("a file");
        let piece = [1; 4096];
        while file.write_all(&piece).is_ok() {}
        Self(path)
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).expect("removed");
    }
}

/// A transaction of a patient and observations with text that does not shrink when packed.
fn write(site: &Site, name: &str, bytes: usize) -> Result<(), Fault> {
    let mut seed = name.bytes().fold(7u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let mut noise = |length: usize| {
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + (seed >> 59) as u8 % 26)
        };
        (0..length).map(|_| next()).collect::<String>()
    };
    let mut steps = vec![site.put(&format!(r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:n","value":"{name}"}}]}}"#), None)];
    steps.extend((0..4).map(|_| {
        let text = format!(
            r#"{{"resourceType":"Observation","identifier":[{{"system":"urn:n","value":"{name}"}}],"status":"final","code":{{"text":"x"}},"note":[{{"text":"{}"}}]}}"#,
            noise(bytes)
        );
        site.put(&text, None)
    }));
    runtime().block_on(site.scoped.commit(steps, vec![], vec![])).map(|_| ())
}

fn is_whole(site: &Site, name: &str) -> bool {
    let found = ["Patient", "Observation"].map(|ty| site.search(ty, &format!("identifier=urn:n|{name}")).len());
    assert!(found == [1, 4] || found == [0, 0], "{name}: {found:?}");
    found == [1, 4]
}

#[test]
fn a_full_disk_refuses_writes_until_there_is_room() {
    let server = Setup { durable: true, disk: 160, ..Setup::default() }.start();
    let site = at(&server.make_database("record"));
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    for round in 0..3 {
        write(&site, &format!("before{round}"), 100).expect("there is room");
        kept.push(format!("before{round}"));
        let ballast = Ballast::fill(&server);
        // What fits into pages that are there already is still kept.
        for number in 0..40 {
            let name = format!("r{round}n{number}");
            match write(&site, &name, 3_000) {
                Ok(()) => kept.push(name),
                Err(fault) => {
                    assert_eq!((fault.kind, fault.code), (FaultKind::Unavailable, "RH-STORE-DISK-FULL"), "{fault}");
                    refused.push(name);
                }
            }
        }
        assert!(refused.len() >= (round + 1) * 10, "the disk was full: {} of {} refused", refused.len(), kept.len() + refused.len());
        assert!(is_whole(&site, "before0"), "reads go on");
        drop(ballast);
        write(&site, &format!("after{round}"), 3_000).expect("there is room again");
        kept.push(format!("after{round}"));
    }
    let holds = |site: &Site| {
        assert!(kept.iter().all(|name| is_whole(site, name)));
        assert!(!refused.iter().any(|name| is_whole(site, name)));
        assert_eq!(site.total("Patient", ""), kept.len() as u64);
        assert_eq!(site.verify().faults, Vec::<String>::new());
    };
    holds(&site);
    site.store.close().expect("closes");
    drop(site);
    holds(&at(&server.url("record")));
}

#[test]
fn an_index_that_finds_no_room_stays_in_memory() {
    let server = Setup { disk: 160, ..Setup::default() }.start();
    let site = at(&server.make_database("record"));
    for number in 0..400 {
        write(&site, &format!("n{number}"), 10).expect("there is room");
    }
    let waiting = site.store.status().expect("status").keys_in_memory;
    let ballast = Ballast::fill(&server);
    assert_eq!(site.backend().flush().expect_err("no room").code, "RH-STORE-DISK-FULL");
    assert!(is_whole(&site, "n7") && is_whole(&site, "n399"));
    assert_eq!(site.store.close().expect_err("no room").code, "RH-STORE-DISK-FULL");
    drop((ballast, site));
    let site = at(&server.url("record"));
    assert_eq!(site.store.status().expect("status").keys_in_memory, waiting, "taken from the log again");
    site.flush();
    assert_eq!(site.store.status().expect("status").keys_in_memory, 0);
    assert!((0..400).all(|number| is_whole(&site, &format!("n{number}"))));
    assert_eq!(site.verify().faults, Vec::<String>::new());
}

#[test]
fn a_log_without_room_ends_the_database_and_loses_nothing() {
    let settings = ["restart_after_crash=off", "wal_recycle=off", "min_wal_size=32MB", "max_wal_size=64MB"].map(String::from).to_vec();
    let mut server = Setup { durable: true, disk: 200, log_too: true, settings, ..Setup::default() }.start();
    let url = server.make_database("record");
    let site = Site::of(&[], |how| {
        let mut options = options(how);
        options.patience = Duration::from_millis(300);
        Keeper::opened(open(&url, options).expect("opens"))
    });
    let (mut kept, mut refused, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
    let mut write_on = |count: usize| {
        for _ in 0..count {
            let name = format!("n{}", kept.len() + refused.len() + doubtful.len());
            match write(&site, &name, 1_000).map_err(|fault| fault.code) {
                Ok(()) => kept.push(name),
                Err("RH-STORE-DISK-FULL" | "RH-STORE-AWAY") => refused.push(name),
                Err("RH-STORE-UNKNOWN") => doubtful.push(name),
                Err(code) => panic!("{code}"),
            }
        }
    };
    write_on(20);
    let ballast = Ballast::fill(&server);
    write_on(5);
    // Until the database ends itself, as it does when it cannot write its log.
    while server.does("postgres", "SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000))") {}
    write_on(5);
    drop(ballast);
    server.restart();
    write_on(20);
    assert!(kept.len() >= 40 && doubtful.len() <= 1 && !refused.is_empty(), "{} {} {}", kept.len(), refused.len(), doubtful.len());
    assert!(kept.iter().all(|name| is_whole(&site, name)));
    assert!(!refused.iter().any(|name| is_whole(&site, name)));
    doubtful.iter().for_each(|name| _ = is_whole(&site, name));
    assert_eq!(site.verify().faults, Vec::<String>::new());
}

const LIMIT: usize = 6;

/// A database whose owner may hold few connections.
fn few() -> (Own, String) {
    let server = Setup { listens: true, ..Setup::default() }.start();
    server.sql("postgres", &format!("CREATE ROLE node LOGIN CONNECTION LIMIT {LIMIT}"));
    server.sql("postgres", "CREATE DATABASE record OWNER node");
    let url = server.address("node", "record");
    (server, url)
}

fn held(server: &Own, wanted: impl Fn(usize) -> bool) -> usize {
    // A session that ended is seen for a moment longer.
    let count = || server.sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE usename = 'node'").parse().expect("a number");
    (0..500).map(|_| count()).find(|found| wanted(*found)).expect("it becomes so")
}

/// Reads by so many at once that each needs a line of its own; how many were refused for want of one.
fn crowd(site: &Site, readers: usize) -> usize {
    let together = Barrier::new(readers);
    std::thread::scope(|scope| {
        let reading = |_| {
            scope.spawn(|| {
                together.wait();
                let mut refused = 0;
                for _ in 0..20 {
                    if let Err(fault) = site.scoped.search(&site.query("Patient", "identifier=urn:n|one")) {
                        assert_eq!((fault.kind, fault.code), (FaultKind::Unavailable, "RH-STORE-CONNECTIONS"), "{fault}");
                        refused += 1;
                    }
                }
                refused
            })
        };
        let readers: Vec<_> = (0..readers).map(reading).collect();
        readers.into_iter().map(|reader| reader.join().expect("ends well")).sum()
    })
}

#[test]
fn without_a_connection_a_reader_is_told_and_the_writer_goes_on() {
    let (server, url) = few();
    let site = at(&url);
    write(&site, "one", 10).expect("written");
    let mut refused = 0;
    for round in 0..20 {
        refused += crowd(&site, 40);
        write(&site, &format!("more{round}"), 10).expect("the writer has its own line");
        assert!(is_whole(&site, "one"), "once the crowd is gone there is room");
        assert!(held(&server, |_| true) <= LIMIT);
    }
    assert!(refused > 0, "forty readers were never more than {LIMIT} at once");
    site.store.close().expect("closes");
    drop(site);
    held(&server, |found| found == 0);
}

#[test]
fn connections_do_not_pile_up() {
    let (server, url) = few();
    server.sql("postgres", "ALTER ROLE node CONNECTION LIMIT -1");
    let site = at(&url);
    write(&site, "one", 10).expect("written");
    for _ in 0..4 {
        assert_eq!(crowd(&site, 60), 0);
    }
    let after = held(&server, |found| found <= 33);
    for _ in 0..4 {
        assert_eq!(crowd(&site, 60), 0);
    }
    held(&server, |found| found <= after.max(33));
    // A store that finds no connection left does not open, and takes none with it.
    server.sql("postgres", "ALTER ROLE node CONNECTION LIMIT 1");
    let how = crate::story::site::How::new(&[], std::sync::Arc::new(rihla_kernel::ManualClock::at(0)));
    assert_eq!(open(&url, options(&how)).map(|_| ()).expect_err("no connection").code, "RH-STORE-CONNECTIONS");
    site.store.close().expect("closes");
    drop(site);
    held(&server, |found| found == 0);
}
