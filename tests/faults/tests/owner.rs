//! One process owns a store.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use rihla_faults::site::{Folder, Site};
use rihla_kernel::FaultKind;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

#[test]
fn a_second_process_is_refused_until_the_first_has_gone() {
    let folder = Folder::new();
    let mut owner = Command::new(env!("CARGO_BIN_EXE_rihla-fault-load"))
        .args([folder.path().as_os_str(), "1".as_ref(), "0".as_ref(), "20".as_ref()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut told = BufReader::new(owner.stdout.take().expect("a pipe"));
    told.read_line(&mut String::new()).expect("it writes, so it owns the store");
    let refused = Site::open_on(folder.path(), None).err().expect("refused");
    assert_eq!((refused.kind, refused.code), (FaultKind::Unavailable, "RH-STORE-IN-USE"));
    owner.kill().expect("kills");
    // The end of the pipe: its owner is gone, however it went.
    told.read_to_end(&mut Vec::new()).expect("reads");
    owner.wait().expect("ended");
    let site = Site::open(folder.path());
    assert_eq!(site.faults(), Vec::<String>::new());
    let second = Site::open_on(folder.path(), None).err().expect("a process does not own a store twice either");
    assert_eq!(second.code, "RH-STORE-IN-USE");
}
