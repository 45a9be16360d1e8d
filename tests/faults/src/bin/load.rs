//! Writes to a record on a disk that forgets what was not synced, or in a database, and tells of each write on standard
//! output, until somebody kills it: `rihla-fault-load FOLDER-OR-URL SEED LEAK NOTE`.
#![allow(clippy::expect_used, reason = "only tests use this program")]

use rihla_faults::disk::Disk;
use rihla_faults::load::{Told, Worker};
use rihla_faults::site::{Site, Ticking};
use rihla_faults::vfs;
use rusqlite::{Connection, OpenFlags};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

const DISK: &str = "forgetful";
const THREADS: u32 = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [place, seed, leak, note] = arguments.as_slice() else { std::process::exit(2) };
    let seed = seed.parse().expect("a seed");
    let in_database = place.starts_with("postgres://");
    let site = if in_database {
        Site::open_at(place, Arc::new(Ticking::new())).expect("opens")
    } else {
        let disk = Arc::new(Disk::new(seed));
        disk.leak(leak.parse().expect("a chance"));
        assert!(vfs::register(DISK, &disk));
        Site::open_on(Path::new(place), Some(DISK)).expect("opens")
    };
    let note = note.parse().expect("a length");
    let (acknowledged, heard) = channel();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (site, acknowledged) = (&site, acknowledged.clone());
            scope.spawn(move || work(Worker::new(site, thread, seed, note), &acknowledged));
        }
        let log = (!in_database).then(|| Path::new(place));
        keep_house(&site, log, &heard);
    });
}

fn work(mut worker: Worker<'_>, acknowledged: &Sender<()>) {
    while worker.write(&tell).is_ok() {
        acknowledged.send(()).expect("the housekeeper listens");
    }
}

/// Whole lines only; a reader that has gone ends the program.
fn tell(told: &Told) {
    let mut out = std::io::stdout().lock();
    let line = told.to_line() + "\n";
    if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(3);
    }
}

/// Has the index written out, and the log of a file worked into it, again and again while writes go on.
fn keep_house(site: &Site, folder: Option<&Path>, heard: &Receiver<()>) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = folder.map(|folder| Connection::open_with_flags_and_vfs(folder.join("record.db"), flags, DISK).expect("connects"));
    for (at, ()) in (1u64..).zip(heard.iter()) {
        if at % 37 == 0 {
            site.backend.flush().expect("flushes");
        }
        if let Some(conn) = conn.as_ref().filter(|_| at % 23 == 0) {
            // A reader may be in the way: then it is done the next time.
            conn.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).expect("a checkpoint");
        }
    }
}
