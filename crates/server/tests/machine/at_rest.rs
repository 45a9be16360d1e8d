//! What an operator does about a store at rest, as processes: sealing it, changing its keys, backups, and the drill.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Patient, Place};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

struct Machine(Place);

impl Machine {
    fn new() -> Self {
        Self(Place::fresh())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.folder().join(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        self.command_on(&self.0.url(), words)
    }

    fn command_on(&self, url: &str, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rihla"));
        command.current_dir(self.0.folder()).env_remove("RIHLA_STORE").args(["--store", url, "--key-file", "server.key"]).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        let Output { status, stdout, stderr } = self.command(words).output().expect("the program runs");
        (status.code().expect("an exit code"), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
    }

    fn did(&self, words: &[&str]) -> String {
        let (code, said) = self.run(words);
        assert_eq!(code, 0, "{words:?}: {said}");
        said
    }

    fn serve(&self) -> Server {
        let child = self.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut server = Server(child);
        let mut lines = BufReader::new(server.0.stdout.take().expect("its output")).lines();
        assert!(lines.any(|line| line.expect("a line").contains("screens on")));
        server
    }

    fn patients(&self, count: usize) {
        let lines: String = (0..count).map(|n| Patient::new().family(&format!("Benjelloun{n}")).json() + "\n").collect();
        fs::write(self.path("patients.ndjson"), lines).expect("written");
        self.did(&["import", "--again", "patients.ndjson"]);
        fs::remove_file(self.path("patients.ndjson")).expect("removed");
    }

    fn exported(&self) -> String {
        let dir = self.path("exported");
        self.did(&["export", "exported"]);
        let text = fs::read_to_string(dir.join("Patient.ndjson")).expect("patients");
        fs::remove_dir_all(dir).expect("removed");
        text
    }
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn holds(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).any(|path| {
        if path.is_dir() { holds(&path, text) } else { fs::read(path).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes())) }
    })
}

#[test]
fn a_store_is_sealed_and_gets_new_keys_while_it_is_served_and_a_kill_loses_nothing() {
    let machine = Machine::new();
    machine.patients(600);
    let before = machine.exported();
    let (code, said) = machine.run(&["keys", "status"]);
    assert_eq!((code, said.contains("not sealed")), (6, true), "{said}");
    assert_eq!(machine.run(&["keys", "rotate"]).0, 1);
    let server = machine.serve();
    let said = machine.did(&["keys", "seal"]);
    assert!(said.contains("everything is sealed with the newest key") && said.contains("blind index  yes"), "{said}");
    let (code, said) = machine.run(&["keys", "seal"]);
    assert_eq!((code, said.contains("RH-STORE-SEALED")), (1, true), "{said}");
    // Whenever the kill comes, nothing is lost, and the next server goes on by itself.
    let mut rotation = machine.command(&["keys", "rotate"]).stdout(Stdio::piped()).spawn().expect("runs");
    let mut said = String::new();
    BufReader::new(rotation.stdout.take().expect("its output")).read_line(&mut said).expect("a line");
    drop(server);
    _ = rotation.wait();
    let server = machine.serve();
    assert!(machine.did(&["keys", "resume"]).contains("data key     2 of "));
    machine.did(&["keys", "rewrap", "--to-root-key-file", "root.key"]);
    machine.did(&["shutdown"]);
    drop(server);
    let (code, said) = machine.run(&["verify"]);
    assert_eq!((code, said.contains("RH-STORE-KEY")), (1, true), "{said}");
    machine.did(&["--root-key-file", "root.key", "verify"]);
    machine.did(&["--root-key-file", "root.key", "keys", "rewrap", "--to-root-key-command", "cat root.key"]);
    if !machine.0.is_database() {
        assert!(!holds(&machine.path("store"), "enjelloun"), "a name stands in the files");
    }
    let after = machine.command(&["--root-key-file", "root.key", "export", "exported"]).output().expect("runs");
    assert!(after.status.success());
    assert_eq!(fs::read_to_string(machine.path("exported/Patient.ndjson")).expect("patients"), before);
}

#[test]
fn a_backup_is_sealed_and_the_drill_tells_whether_it_is_a_record() {
    let machine = Machine::new();
    if machine.0.is_database() {
        return;
    }
    machine.patients(40);
    machine.did(&["keys", "seal"]);
    let before = machine.exported();
    let (code, said) = machine.run(&["backup", "copy.age"]);
    assert_eq!((code, said.contains("--to RECIPIENT")), (2, true), "{said}");
    let recipient = machine.did(&["keys", "identity", "id.txt"]).trim().to_owned();
    assert_eq!(machine.run(&["keys", "identity", "id.txt"]).0, 1, "no key is overwritten");
    let (code, said) = machine.run(&["backup", "copy.age", "--to", "age1nobody"]);
    assert_eq!((code, said.contains("age1nobody")), (2, true), "{said}");
    machine.did(&["backup", "copy.age", "--to", &recipient]);
    assert_eq!(machine.run(&["backup", "copy.age", "--to", &recipient]).0, 1, "no backup is overwritten");
    assert!(!machine.path("store/backup.part").exists() && !machine.path("copy.age.part").exists());

    let drill = |file: &str, more: &[&str]| machine.run(&[&["restore", "--drill", file, "--within", "."], more].concat());
    let (code, said) = drill("copy.age", &["--identity", "id.txt"]);
    assert!(code == 0 && said.contains("resources      40") && said.contains("is a record"), "{said}");
    assert_eq!(drill("copy.age", &[]).0, 2, "without its identity nothing can be said");
    machine.did(&["keys", "identity", "other.txt"]);
    let (code, said) = drill("copy.age", &["--identity", "other.txt"]);
    assert_eq!((code, said.contains("sealed for others")), (4, true), "{said}");
    fs::rename(machine.path("server.key"), machine.path("away.key")).expect("moved");
    let (code, said) = drill("copy.age", &["--identity", "id.txt"]);
    assert_eq!((code, said.contains("RH-STORE-KEY")), (4, true), "{said}");
    fs::rename(machine.path("away.key"), machine.path("server.key")).expect("moved");

    // One bit changed, and a cut: both are said.
    let whole = fs::read(machine.path("copy.age")).expect("there");
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for bytes in [&changed[..], &whole[..whole.len() - 1000], &whole[..100]] {
        fs::write(machine.path("damaged.age"), bytes).expect("written");
        let (code, said) = drill("damaged.age", &["--identity", "id.txt"]);
        assert_eq!((code, said.contains("DOES NOT RESTORE")), (4, true), "{said}");
    }
    assert!(!fs::read_dir(machine.0.folder()).expect("a folder").any(|entry| entry.expect("one").file_name().to_string_lossy().starts_with("rihla-drill")));

    machine.did(&["backup", "plain.db", "--plain"]);
    let (code, said) = drill("plain.db", &[]);
    assert_eq!((code, said.contains("held against itself alone")), (0, true), "{said}");
    let restored = machine.command_on("sqlite:again", &["restore", "copy.age", "--identity", "id.txt"]).output().expect("runs");
    assert!(restored.status.success(), "{restored:?}");
    assert!(machine.command_on("sqlite:again", &["export", "exported"]).status().expect("runs").success());
    assert_eq!(fs::read_to_string(machine.path("exported/Patient.ndjson")).expect("patients"), before);
}
