//! The commands of an operator, run as processes: import, export, verify, backup, restore and orders to a running node.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Patient, Place, bundle, entry, observation, transaction};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A store, a folder, and commands on them.
struct Site {
    place: Place,
}

impl Site {
    fn new() -> Self {
        Self { place: Place::fresh() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.folder().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rihla"));
        command.current_dir(self.place.folder()).env_remove("RIHLA_STORE").env_remove("RIHLA_KEY_FILE").args(["--store", &self.place.url()]).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        let Output { status, stdout, stderr } = self.command(words).output().expect("the program runs");
        (status.code().expect("an exit code"), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
    }

    /// Starts a server and waits for the line with its address.
    fn serve(&self) -> (Child, SocketAddr) {
        let mut child = self
            .command(&["--world", "training", "serve", "--open-fhir", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its first line");
        let address = line.trim().strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix("/fhir")).unwrap_or_else(|| panic!("{line:?}"));
        (child, address.parse().expect("an address"))
    }

    fn status(&self, name: &str) -> u64 {
        let (code, said) = self.run(&["status"]);
        assert_eq!(code, 0, "{said}");
        said.lines().find_map(|line| line.strip_prefix(name)).and_then(|rest| rest.trim().parse().ok()).unwrap_or_else(|| panic!("{said}"))
    }
}

fn nameless_patients(count: usize) -> String {
    (0..count).map(|n| Patient::new().family(&format!("Family{n}")).json() + "\n").collect()
}

#[test]
fn an_import_that_was_killed_goes_on_where_it_was() {
    let site = Site::new();
    site.write("in/patients.ndjson", &nameless_patients(40_000));
    for n in 0..20 {
        let one = |value: usize| {
            entry(&format!("urn:uuid:{value:08}-7a52-4f6b-9c39-6d6f0a1f2b3c"), "POST", "Patient", "", &Patient::new().family(&format!("B{n}")).json())
        };
        site.write(&format!("in/bundle-{n:02}.json"), &transaction(&(0..50).map(one).collect::<Vec<_>>()));
    }
    // Killed at its first, second… sign of life, and called again each time.
    for signs in 1..4 {
        let mut child = site.command(&["import", "in"]).stderr(Stdio::piped()).spawn().expect("the import starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its progress")).lines();
        (0..signs).for_each(|_| _ = lines.next());
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }
    let (code, said) = site.run(&["import", "in"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(site.status("resources"), 41_000, "each once: a patient without an id that came twice would be two");
    let (code, said) = site.run(&["verify"]);
    assert_eq!((code, said.contains("clean")), (0, true), "{said}");
    let (code, said) = site.run(&["import", "in"]);
    assert_eq!((code, said.contains("imported 0 resources")), (0, true), "{said}");
    let (code, _) = site.run(&["import", "--again", "in/bundle-00.json"]);
    assert_eq!((code, site.status("resources")), (0, 41_050));
}

#[test]
fn what_is_refused_is_named_and_the_rest_is_in() {
    let site = Site::new();
    let lines = [
        Patient::new().id("a").json(),
        r#"{"resourceType":"Patient","id":"b","gender":"unheard-of"}"#.into(),
        "{".into(),
        String::new(),
        Patient::new().id("a").family("Second").json(),
        observation("Patient/a", "2026-01-01", "70"),
        bundle("collection", &[format!(r#"{{"fullUrl":"urn:uuid:11111111-7a52-4f6b-9c39-6d6f0a1f2b3c","resource":{}}}"#, Patient::new().id("c").json())]),
    ];
    let path = site.write("lines.ndjson", &lines.join("\n"));
    site.write("bad/bundle.json", &transaction(&[entry("", "POST", "Patient", "", &Patient::new().json()), entry("", "POST", "Patient", "", &lines[1])]));
    let (code, said) = site.run(&["import", path.to_str().expect("text"), "bad", "--rejects", "no.ndjson"]);
    assert_eq!((code, said.contains("imported 4 resources")), (3, true), "{said}");
    let rejects = fs::read_to_string(site.path("no.ndjson")).expect("rejects");
    let mut places: Vec<_> = rejects.lines().map(|line| line.split("\"reasons\"").next().expect("a place").to_owned()).collect();
    places.sort();
    assert_eq!(places.len(), 3, "{rejects}");
    assert!(places[0].contains("\"line\":2,") && places[1].contains("\"line\":3,"), "{rejects}");
    assert!(rejects.contains("Bundle.entry[1].resource.gender") && rejects.contains("RH-API-MALFORMED-JSON"), "{rejects}");
    assert_eq!(site.status("resources"), 3, "Patient/a twice, Patient/c, one observation");
}

#[test]
fn bundles_that_refer_to_later_ones_wait_for_them() {
    let site = Site::new();
    let system = "http://example.org/n";
    site.write("in/1.json", &transaction(&[entry("", "POST", "Observation", "", &observation(&format!("Patient?identifier={system}|1"), "2026-01-01", "70"))]));
    site.write("in/2.json", &transaction(&[entry("", "POST", "Patient", "", &Patient::new().identifier(system, "1").json())]));
    site.write("in/3.json", &transaction(&[entry("", "POST", "Observation", "", &observation(&format!("Patient?identifier={system}|2"), "2026-01-01", "70"))]));
    let (code, said) = site.run(&["import", "in"]);
    assert_eq!((code, said.contains("imported 2 resources")), (3, true), "{said}");
    assert!(fs::read_to_string(site.path("import-rejects.ndjson")).expect("rejects").contains("RH-API-REFERENCE-UNRESOLVED"));
}

fn gzip(text: &str, path: &Path) {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(fs::File::create(path).expect("a file"), flate2::Compression::fast());
    out.write_all(text.as_bytes()).expect("written");
    out.finish().expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_from_a_running_node_is_what_its_reads_give() {
    let site = Site::new();
    let lines: String = (0..50).map(|n| Patient::new().id(&format!("p{}", 99 - n)).json() + "\n").collect();
    gzip(&lines, &site.write("patients.ndjson.gz", ""));
    let bundle = transaction(&[entry("", "POST", "Observation", "", &observation("Patient/p60", "2026-01-01", "70.50"))]);
    gzip(&bundle, &site.write("one.json.gz", ""));
    let (code, said) = site.run(&["import", "patients.ndjson.gz", "one.json.gz"]);
    assert_eq!(code, 0, "{said}");

    let (mut server, address) = site.serve();
    let mut client = Client::connect(address).await;
    client.put("Patient/p60", &Patient::new().id("p60").family("Changed").json()).await;
    client.delete("Patient/p61").await;
    let (code, said) = site.run(&["export", "out"]);
    assert_eq!((code, said.contains("exported 50 resources")), (0, true), "{said}");
    for file in ["Patient", "Observation"] {
        let text = fs::read_to_string(site.path("out").join(format!("{file}.ndjson"))).expect("an export");
        let mut ids = Vec::new();
        for line in text.lines() {
            let id = line.split("\"id\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
            assert_eq!(client.get(&format!("{file}/{id}")).await.text(), line);
            ids.push(id.to_owned());
        }
        assert!(!ids.is_empty() && ids.is_sorted(), "{file}: {ids:?}");
    }

    let (code, said) = site.run(&["import", "patients.ndjson.gz"]);
    assert_eq!((code, said.contains("RH-STORE-IN-USE")), (5, true), "{said}");
    let (code, said) = site.run(&["verify"]);
    assert_eq!((code, said.contains("clean")), (0, true), "{said}");
    let (code, said) = site.run(&["rebuild"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = site.run(&["backup", "copy.db", "--plain"]);
    if site.place.is_database() {
        assert_eq!((code, said.contains("pg_dump")), (1, true), "{said}");
    } else {
        assert_eq!(code, 0, "{said}");
    }
    let (code, said) = site.run(&["shutdown"]);
    assert_eq!(code, 0, "{said}");
    assert!(server.wait().expect("the server ends").success());
    assert_eq!(site.run(&["shutdown"]).0, 5, "nobody is there any more");
    if !site.place.is_database() {
        restored(&site);
    }
}

/// A copy that was made of a store in a folder becomes another store, once.
fn restored(site: &Site) {
    let restored = Site::new();
    let (code, said) = restored.run(&["restore", site.path("copy.db").to_str().expect("text")]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(restored.status("resources"), 50);
    assert_eq!(restored.run(&["restore", site.path("copy.db").to_str().expect("text")]).0, 1, "nothing is overwritten");
}

#[test]
fn what_went_wrong_is_named() {
    let site = Site::new();
    let (code, said) = site.run(&["import", "nowhere"]);
    assert_eq!((code, said.contains("nowhere")), (1, true), "{said}");
    assert!(!site.path("store").exists(), "a mistyped path leaves no store behind");
    if !site.place.is_database() {
        no_copy(&site);
    }
    let (code, said) = site.run(&["--pack", "atlantis", "serve", "--listen", "127.0.0.1:0"]);
    assert_eq!((code, said.contains("ma")), (2, true), "{said}");
    let (mut server, _) = site.serve();
    let (code, said) = site.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!((code, said.contains("rihla shutdown")), (5, true), "{said}");
    let (code, said) = site.run(&["backup", "nowhere/copy.db", "--plain"]);
    assert_eq!((code, said.contains(if site.place.is_database() { "pg_dump" } else { "nowhere/copy.db" })), (1, true), "{said}");
    assert_eq!(site.run(&["shutdown"]).0, 0);
    assert!(server.wait().expect("the server ends").success());
}

fn no_copy(site: &Site) {
    let (code, said) = site.run(&["restore", "nowhere.db"]);
    assert_eq!((code, said.contains("nowhere.db")), (1, true), "{said}");
    site.write("no-copy.db", "this is no database at all, whatever its name says");
    let (code, said) = site.run(&["restore", "no-copy.db"]);
    assert_eq!((code, said.contains("no copy of a store")), (1, true), "{said}");
}

#[test]
fn a_server_without_tls_serves_only_its_own_machine() {
    let site = Site::new();
    let (code, said) = site.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!((code, said.contains("without TLS")), (2, true), "{said}");
    let (code, said) = site.run(&["serve", "--listen", "here"]);
    assert_eq!((code, said.contains("127.0.0.1:8080")), (2, true), "{said}");
    if !site.place.is_database() {
        let (code, said) = site.run(&["verify"]);
        assert_eq!((code, said.contains("there is no store")), (1, true), "{said}");
    }
    let (code, said) = site.run(&["serve", "--open-fhir", "--listen", "127.0.0.1:0"]);
    assert_eq!((code, said.contains("--open-fhir") && said.contains("production")), (2, true), "{said}");
}

#[test]
fn a_server_that_is_told_to_end_closes_its_store() {
    let site = Site::new();
    let (mut server, _) = site.serve();
    let id = server.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
    assert!(server.wait().expect("the server ends").success());
    assert!(!site.path("store/admin.sock").exists());
    assert_eq!(site.status("resources"), 0);
}
