//! The downtime pack of a server that is killed: as processes, with the program's own commands.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Patient, Place};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};

const PASSPHRASE: &str = "cheval agrafe pile correcte";

struct Machine(Place);

struct Server(Child);

impl Server {
    /// As the power does it.
    fn kill(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Machine {
    fn new() -> Self {
        let machine = Self(Place::fresh());
        let ward = r#"{"resourceType":"Location","id":"med","name":"Médecine","physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"wa"}]}}"#;
        let stay = r#"{"resourceType":"Encounter","id":"s","status":"in-progress","class":{"code":"EMER"},"subject":{"reference":"Patient/p"},"period":{"start":"2026-01-14T08:00:00Z"}}"#;
        fs::write(machine.0.folder().join("all.ndjson"), format!("{ward}\n{}\n{stay}\n", Patient::new().id("p").family("Alaoui").json())).unwrap();
        fs::write(machine.0.folder().join("passphrase"), PASSPHRASE).unwrap();
        assert_eq!(machine.run(&["import", "all.ndjson"]).0, 0);
        machine
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rihla"));
        command.current_dir(self.0.folder()).env_remove("RIHLA_STORE").args(["--store", &self.0.url(), "--key-file", "server.key", "--world", "training"]);
        command.args(words);
        command
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        self.typing(words, "")
    }

    fn typing(&self, words: &[&str], line: &str) -> (i32, String) {
        let mut child = self.command(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        // A program that reads nothing has closed its side.
        _ = child.stdin.take().unwrap().write_all(line.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
        (status.code().unwrap_or(-1), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
    }

    fn serve(&self) -> Server {
        let words = ["serve", "--listen", "127.0.0.1:0", "--downtime", "packs", "--downtime-to", "second", "--downtime-passphrase-file", "passphrase"];
        let mut server = Server(self.command(&words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the server starts"));
        let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("screens on")));
        server
    }

    /// Until a pack that is newer than `before` is whole: a reader asks again, as monitoring does.
    fn pack(&self, before: &str) -> String {
        for _ in 0..10_000 {
            let (code, said) = self.run(&["downtime", "status", "packs"]);
            if code == 0 && said.contains("last try  made") && said != before {
                return said;
            }
        }
        panic!("no pack was made")
    }
}

#[test]
fn a_pack_outlives_the_server_and_opens_without_it() {
    let machine = Machine::new();
    let mut server = machine.serve();
    machine.pack("");
    let (code, said) = machine.typing(&["downtime", "drill", "packs", "--passphrase"], PASSPHRASE);
    assert_eq!((code, said.contains("the paper is ready") && said.contains("everybody who is in a place now")), (0, true), "{said}");
    server.kill();
    for folder in ["packs", "second"] {
        let (code, said) = machine.typing(&["downtime", "drill", folder, "--passphrase"], PASSPHRASE);
        assert_eq!((code, said.contains("no server runs here")), (0, true), "{said}");
        let (code, said) = machine.typing(&["downtime", "open", folder, "--passphrase", "--ward", "without-ward"], PASSPHRASE);
        assert_eq!((code, said.contains("ALAOUI")), (0, true), "{said}");
    }
    let (code, said) = machine.typing(&["downtime", "open", "packs", "--passphrase", "--into", "open"], "une autre phrase longue");
    assert_eq!((code, said.contains("RH-DOWNTIME-OPEN")), (1, true), "{said}");
    assert_eq!(machine.run(&["downtime", "drill", "nowhere"]).0, 4);
    assert_eq!(machine.run(&["verify"]).0, 0);
}

#[test]
fn a_server_that_is_killed_while_it_writes_leaves_the_pack_before() {
    let machine = Machine::new();
    let mut server = machine.serve();
    machine.pack("");
    server.kill();
    for round in 0..6 {
        let mut server = machine.serve();
        // Each round a little further into the making of a pack.
        for _ in 0..round {
            machine.run(&["downtime", "status", "packs"]);
        }
        server.kill();
        let (code, said) = machine.typing(&["downtime", "drill", "packs", "--passphrase"], PASSPHRASE);
        assert_eq!(code, 0, "round {round}: {said}");
    }
}

#[test]
fn pages_are_sealed_or_the_server_does_not_start() {
    let machine = Machine::new();
    let (code, said) = machine.run(&["serve", "--listen", "127.0.0.1:0", "--downtime", "packs"]);
    assert_eq!((code, said.contains("always sealed")), (2, true), "{said}");
    fs::write(machine.0.folder().join("passphrase"), "trop court").unwrap();
    let (code, said) = machine.run(&["serve", "--listen", "127.0.0.1:0", "--downtime", "packs", "--downtime-passphrase-file", "passphrase"]);
    assert_eq!((code, said.contains("too weak")), (2, true), "{said}");
    let (code, said) = machine.run(&["serve", "--listen", "127.0.0.1:0", "--downtime", "packs", "--downtime-recipient", "age1nothing"]);
    assert_eq!((code, said.contains("no recipient")), (2, true), "{said}");
    assert!(!machine.0.folder().join("packs").exists());
}
