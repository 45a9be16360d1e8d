//! What an operator does about accounts on the machine: with the server running, and without.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::Place;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

struct Machine(Place);

/// A server; a test that fails leaves none behind.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

impl Machine {
    fn new() -> Self {
        Self(Place::fresh())
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rihla"));
        command.current_dir(self.0.folder()).env_remove("RIHLA_STORE").args(["--store", &self.0.url(), "--key-file", "server.key"]).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        let Output { status, stdout, stderr } = self.command(words).output().expect("the program runs");
        (status.code().expect("an exit code"), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
    }

    fn serve(&self, last: &str) -> (Server, Vec<String>) {
        self.serve_in(last, &[])
    }

    /// Starts a server; returns what it says until the line that holds `last`.
    fn serve_in(&self, last: &str, more: &[&str]) -> (Server, Vec<String>) {
        let child = self.command(&["serve", "--listen", "127.0.0.1:0"]).args(more).stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut server = Server(child);
        let mut said = Vec::new();
        for line in BufReader::new(server.0.stdout.take().expect("its output")).lines() {
            said.push(line.expect("a line"));
            if said.last().is_some_and(|line| line.contains(last)) {
                return (server, said);
            }
        }
        panic!("{last} was not said: {said:?}")
    }

    fn stop(&self, mut server: Server) {
        assert_eq!(self.run(&["shutdown"]).0, 0);
        assert!(server.0.wait().expect("it ends").success());
    }
}

#[test]
fn people_are_invited_suspended_and_listed_with_the_server_running_and_without() {
    let machine = Machine::new();
    let (server, said) = machine.serve("setup code");
    assert!(said.iter().any(|line| line.starts_with("setup code ")), "{said:?}");
    let (code, said) = machine.run(&["account", "invite", "s.bénani", "--name", "Souad Bénani", "--role", "administrator"]);
    assert_eq!((code, said.contains("invitation  ")), (0, true), "{said}");
    let (code, said) = machine.run(&["account", "setup-code"]);
    assert_eq!((code, said.contains("there is an account already")), (1, true), "{said}");
    machine.stop(server);

    let (code, said) = machine.run(&["account", "list"]);
    assert_eq!((code, said.as_str()), (0, "s.bénani\tinvited\tadministrator@bsk\tSouad Bénani\n"));
    let (code, said) = machine.run(&["account", "suspend", "S.BÉNANI"]);
    assert_eq!((code, said.contains("suspended")), (0, true), "{said}");
    let (server, said) = machine.serve("screens on");
    assert!(!said.iter().any(|line| line.contains("setup code")), "{said:?}");
    assert!(machine.run(&["account", "list"]).1.contains("\tsuspended\t"));
    for (words, expected) in [
        (&["account", "invite", "nobody"][..], "no account has this login"),
        (&["account", "invite", "x.y", "--role", "king"], "RH-ID-ROLE"),
        (&["account", "reset", "s.bénani"], "RH-ID-STATE"),
        (&["account", "demo"], "RH-ID-DEMO"),
    ] {
        let (code, said) = machine.run(words);
        assert_eq!((code, said.contains(expected)), (1, true), "{words:?}: {said}");
    }
    machine.stop(server);
}

#[test]
fn a_wrong_or_missing_key_is_said_in_words_that_help() {
    let machine = Machine::new();
    let (server, _) = machine.serve("setup code");
    machine.stop(server);
    let file = machine.0.folder().join("server.key");
    let key = fs::read_to_string(&file).expect("a key was made");
    fs::remove_file(&file).expect("removed");
    let (code, said) = machine.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!((code, said.contains("Put it back from its backup")), (1, true), "{said}");
    assert!(!file.exists(), "no other key is made in its place");
    let other = format!("echo {}", "ab".repeat(32));
    let run = |command: &str| {
        let done = Command::new(env!("CARGO_BIN_EXE_rihla"))
            .current_dir(machine.0.folder())
            .args(["--store", &machine.0.url(), "--key-command", command, "account", "list"])
            .output();
        let done = done.expect("the program runs");
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let (code, said) = run(&other);
    assert_eq!((code, said.contains("another server key")), (Some(1), true), "{said}");
    assert!(!said.contains("abab"), "no key in what is said");
    assert_eq!(run(&format!("echo {key}")).0, Some(0));
}

#[test]
fn a_demonstration_has_an_account_for_each_role_and_its_store_never_becomes_a_real_one() {
    let machine = Machine::new();
    let (server, _) = machine.serve_in("setup code", &["--world", "training"]);
    let (code, said) = machine.run(&["account", "demo"]);
    assert_eq!(code, 0, "{said}");
    for role in ["nurse", "physician", "administrator", "porter", "patient"] {
        assert!(said.lines().any(|line| line.starts_with(&format!("{role}\tdemo-"))), "{role}: {said}");
    }
    assert_eq!(machine.run(&["account", "demo"]), (0, String::new()), "each is made once");
    machine.stop(server);
    let (code, said) = machine.run(&["--world", "production", "account", "list"]);
    assert_eq!((code, said.contains("stays so")), (2, true), "{said}");
}
