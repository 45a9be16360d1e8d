//! A full disk: refused with a clear error, nothing half kept, reads go on, and all runs again once there is room.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use rihla_faults::check;
use rihla_faults::disk::Disk;
use rihla_faults::load::{Told, Worker};
use rihla_faults::site::{Folder, Site, type_of};
use rihla_faults::texts::{observation, patient, tail};
use rihla_faults::vfs;
use rihla_kernel::{Fault, FaultKind};
use std::cell::RefCell;
use std::sync::Arc;

/// A store of its own on a disk of its own.
struct OnDisk {
    disk: Arc<Disk>,
    site: Option<Site>,
    name: String,
    folder: Folder,
}

impl OnDisk {
    fn new(name: &str) -> Self {
        let (disk, folder) = (Arc::new(Disk::new(1)), Folder::new());
        assert!(vfs::register(name, &disk));
        let mut new = Self { disk, site: None, name: name.into(), folder };
        new.reopen();
        new
    }

    fn site(&self) -> &Site {
        self.site.as_ref().expect("open")
    }

    fn reopen(&mut self) {
        self.site = None;
        self.site = Some(Site::open_on(self.folder.path(), Some(&self.name)).expect("opens"));
    }
}

fn assert_full(fault: &Fault) {
    assert_eq!((fault.kind, fault.code), (FaultKind::Unavailable, "RH-STORE-DISK-FULL"));
}

/// One writer, told of on the side.
#[derive(Default)]
struct Log(RefCell<Vec<Told>>);

impl Log {
    fn tell(&self, told: &Told) {
        self.0.borrow_mut().push(told.clone());
    }
}

/// Keys in memory at which the writer begins to write them into the index.
const FLUSH_AT: u64 = 150_000;

#[test]
fn a_write_that_does_not_fit_is_refused_and_leaves_nothing() {
    let mut on = OnDisk::new("full-writes");
    let log = Log::default();
    for (thread, room) in (0u32..).zip([0u32, 1, 100, 4_200, 9_000, 30_000, 90_000]) {
        {
            let mut worker = Worker::new(on.site(), thread, 7, 400);
            for _ in 0..12 {
                worker.write(&|told| log.tell(told)).expect("there is room");
            }
            on.disk.leave_room(Some(room));
            let refused = (0..100).find_map(|_| worker.write(&|told| log.tell(told)).err()).expect("the disk fills");
            assert_full(&refused);
            for _ in 0..3 {
                assert_full(&worker.write(&|told| log.tell(told)).expect_err("still full"));
            }
            assert!(!on.site().search("Patient", "gender=female").is_empty(), "reads go on");
            on.disk.leave_room(None);
            for _ in 0..5 {
                worker.write(&|told| log.tell(told)).expect("there is room again");
            }
            // One that is refused last, so that it is seen to be absent.
            on.disk.leave_room(Some(10));
            assert_full(&worker.write(&|told| log.tell(told)).expect_err("full"));
            on.disk.leave_room(None);
        }
        let found = check::record(on.site(), &log.0.borrow());
        assert_eq!((found.unheard, found.absent), (0, thread as usize + 1));
        if thread % 3 == 2 {
            on.reopen();
            check::record(on.site(), &log.0.borrow());
        }
    }
}

#[test]
fn many_waiting_writers_are_all_refused_or_wholly_kept() {
    let on = OnDisk::new("full-import");
    let site = on.site();
    let home = site.create(&patient("1", "home", "Alami")).expect("created");
    let unit = |unit: usize| (0..100).map(|at| site.put(&observation(&home, &format!("unit-{unit}"), at, 200), None)).collect::<Vec<_>>();
    on.disk.leave_room(Some(600_000));
    let waiting: Vec<_> = (0..40).map(|at| site.scoped.submit(unit(at), vec![], vec![]).expect("submitted")).collect();
    let answers: Vec<_> = waiting.into_iter().map(|answer| answer.blocking_recv().expect("answered")).collect();
    answers.iter().filter_map(|answer| answer.as_ref().err()).for_each(assert_full);
    assert!(answers.iter().any(Result::is_err), "the disk fills");
    for _ in 0..2 {
        for (at, answer) in answers.iter().enumerate() {
            let kept = site.search("Observation", &format!("identifier=urn:group|unit-{at}&_count=200")).len();
            assert_eq!(kept, if answer.is_ok() { 100 } else { 0 }, "unit {at}");
        }
        assert_eq!(site.faults(), Vec::<String>::new());
        on.disk.leave_room(None);
    }
    for (at, _) in answers.iter().enumerate().filter(|(_, answer)| answer.is_err()) {
        site.commit(unit(at)).expect("taken in again");
        assert_eq!(site.search("Observation", &format!("identifier=urn:group|unit-{at}&_count=200")).len(), 100);
    }
    assert_eq!(site.faults(), Vec::<String>::new());
}

#[test]
fn an_index_that_cannot_be_written_out_stays_in_memory() {
    let mut on = OnDisk::new("full-flush");
    let log = Log::default();
    let mut worker = Worker::new(on.site(), 0, 3, 60);
    for _ in 0..400 {
        worker.write(&|told| log.tell(told)).expect("there is room");
    }
    let keys = on.site().store.status().expect("status").keys_in_memory;
    for room in [0, 5_000, 60_000] {
        on.disk.leave_room(Some(room));
        assert_full(&on.site().backend.flush().expect_err(&format!("no room for the index in {room}")));
        assert!(!on.site().search("Patient", "gender=female").is_empty(), "reads go on");
        on.disk.leave_room(None);
        check::record(on.site(), &log.0.borrow());
    }
    on.disk.leave_room(Some(20_000));
    assert_full(&on.site().store.close().expect_err("no room for the index"));
    on.disk.leave_room(None);
    on.reopen();
    assert!(on.site().store.status().expect("status").keys_in_memory >= keys, "the keys are taken from the log again");
    on.site().backend.flush().expect("there is room");
    assert_eq!(on.site().store.status().expect("status").keys_in_memory, 0);
    check::record(on.site(), &log.0.borrow());
}

#[test]
fn a_dictionary_that_was_not_kept_is_not_used() {
    let mut on = OnDisk::new("full-dictionary");
    let site = on.site();
    let home = site.create(&patient("1", "home", "Alami")).expect("created");
    let text = |at: u32| observation(&home, &format!("g{at}"), at, 7_000);
    on.disk.leave_room(Some(0));
    let before = on.disk.refused();
    // Making ready is enough to teach.
    for at in 0..250 {
        site.put(&text(at), None);
    }
    on.disk.wait_refused(before);
    // Behind what the writer is doing now.
    assert_full(&site.create(&text(1)).expect_err("full"));
    on.disk.leave_room(None);
    let written: Vec<(String, String)> = (0..5).map(|at| (site.create(&text(at)).expect("created"), text(at))).collect();
    on.reopen();
    for (id, text) in &written {
        let json = on.site().scoped.read(type_of("Observation"), id).expect("readable").json();
        assert!(String::from_utf8(json).expect("utf-8").ends_with(tail(text)));
    }
    assert_eq!(on.site().faults(), Vec::<String>::new());
}

#[test]
fn reads_made_while_the_disk_is_full_are_in_the_audit_chain_afterwards() {
    let mut on = OnDisk::new("full-audit");
    let site = on.site();
    let id = site.create(&patient("1", "g", "Alami")).expect("created");
    let entries = |site: &Site| site.backend.verify(site.store.indexer(), &mut |_| {}).expect("verifies").audit_entries;
    on.disk.leave_room(Some(0));
    for _ in 0..20 {
        site.scoped.read(type_of("Patient"), &id).expect("reads go on");
        assert_full(&site.create(&patient("2", "g", "Alami")).expect_err("full"));
    }
    on.disk.leave_room(None);
    site.create(&patient("2", "g", "Alami")).expect("created");
    assert_eq!(entries(site), 2 + 20);
    on.reopen();
    assert_eq!(entries(on.site()), 2 + 20);
}

/// A patient of so many names that a few dozen of its like fill the memory that holds the index.
fn many_named(at: usize) -> String {
    let names: Vec<String> = (0..3_000).map(|name| format!(r#"{{"system":"urn:many","value":"{at}-{name}"}}"#)).collect();
    format!(r#"{{"resourceType":"Patient","identifier":[{}]}}"#, names.join(","))
}

#[test]
fn a_full_disk_is_not_asked_again_without_pause() {
    let on = OnDisk::new("full-idle");
    let site = on.site();
    // As many as fit before the index is due, whatever each of them adds to it.
    let waiting = || site.store.status().expect("status").keys_in_memory;
    let (mut made, mut each) = (0, 0);
    while waiting() + each < FLUSH_AT {
        let had = waiting();
        site.create(&many_named(made)).expect("created");
        each = waiting() - had;
        made += 1;
    }
    let before = on.disk.refused();
    on.disk.leave_room(Some(1_000_000));
    site.create(&many_named(made)).expect("there is room for one, and not for the index that is due");
    on.disk.wait_refused(before);
    let asked = on.disk.refused();
    // Work that lasts, and that the writer has no part in.
    for at in 0..80 {
        site.put(&many_named(at), None);
    }
    let again = on.disk.refused() - asked;
    assert!(again < 30, "asked {again} times more");
    on.disk.leave_room(None);
    site.backend.flush().expect("there is room");
    assert_eq!(site.search("Patient", &format!("identifier=urn:many|{made}-2999")).len(), 1);
    assert_eq!(site.faults(), Vec::<String>::new());
}
