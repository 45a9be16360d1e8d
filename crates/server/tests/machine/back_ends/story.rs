//! A record with everything in it that a move has to carry.

use super::places::Places;
use rihla_fhir::json::{self, Edits, Limits};
use rihla_fhir::r4::tables;
use rihla_fhirpath::extract;
use rihla_kernel::{Actor, FaultKind, Purpose, SiteId};
use rihla_server::export;
use rihla_server::node::Node;
use rihla_store::backend::{Expect, Name, Outcome, Step};
use rihla_store::blob::BlobHash;
use rihla_store::indexer::Rewrites;
use rihla_store::query::Handling;
use rihla_store::{HistoryOf, HistoryQuery, Scoped, Settings, Store};
use rihla_store_engine::verify::Report;
use std::collections::BTreeMap;
use std::fs;

pub fn open(places: &Places, url: &str) -> Node {
    Node::open_from(&places.options(url), places.clock(), places.entropy()).expect("opens")
}

/// Why a store is not opened.
pub fn refused(places: &Places, url: &str) -> String {
    Node::open_from(&places.options(url), places.clock(), places.entropy()).map(|_| ()).expect_err("refused").to_string()
}

/// What `rihla export` writes, by file.
pub fn export(places: &Places, url: &str, name: &str) -> BTreeMap<String, String> {
    let (node, dir) = (open(places, url), places.path(name));
    export::write(&node, &dir, &mut |_| {}).expect("exports");
    node.close().expect("closes");
    let files = fs::read_dir(dir).expect("written").map(|entry| entry.expect("a file").path());
    files.map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read_to_string(path).expect("text"))).collect()
}

pub struct Story {
    runtime: tokio::runtime::Runtime,
    /// The patient whose id the server gave.
    patient: String,
    kept: BlobHash,
    purged: BlobHash,
    unique: String,
}

pub fn put(scoped: &Scoped, store: &Store, text: &str, id: Option<&str>) -> Step {
    let doc = json::parse(text.as_bytes(), &Limits::default()).expect("json");
    let ty = tables().resource_type(&doc.root().get("resourceType").and_then(|name| name.as_str()).expect("a type")).expect("a type");
    let mut entries = Vec::new();
    extract(doc.root(), ty, store.indexer().zone(), &mut entries);
    let content = scoped.prepare(ty, doc.root(), &Edits::default(), &entries, &Rewrites::new()).expect("prepared");
    let home = content.home.as_deref().filter(|_| ty.0 != store.indexer().patient_type());
    let name = match id {
        Some(id) => Name::Id(id.into()),
        None => Name::New(scoped.reserve(ty, home).expect("reserved")),
    };
    Step::Put { ty: ty.0, name, expect: Expect::Any, content: Box::new(content) }
}

fn observation(subject: &str, value: u32, note: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"8867-4"}}]}},"subject":{{"reference":"{subject}"}},"effectiveDateTime":"2026-03-01T10:00:00Z","valueQuantity":{{"value":{value}}},"note":[{{"text":"{note}"}}]}}"#
    )
}

impl Story {
    /// All of it, with enough bodies to learn a dictionary from.
    pub fn told(places: &Places, url: &str) -> Self {
        Self::tell(places, url, true)
    }

    pub fn told_in_short(places: &Places, url: &str) -> Self {
        Self::tell(places, url, false)
    }

    fn tell(places: &Places, url: &str, long: bool) -> Self {
        let node = open(places, url);
        let unique = node.pack.identifiers.iter().find(|identifier| identifier.unique).expect("the hospital's own").system.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let blobs = node.store.scoped(Actor::node("scanner"), Purpose::Treatment);
        let kept = blobs.put_blob(&mut [7u8; 700_000].as_slice()).expect("kept").hash;
        let purged = blobs.put_blob(&mut b"gone".as_slice()).expect("kept").hash;
        blobs.put_blob(&mut b"lone".as_slice()).expect("kept");
        let mut story = Self { runtime, patient: String::new(), kept, purged, unique };
        let patient = format!(
            r#"{{"resourceType":"Patient","identifier":[{{"system":"{}","value":"1"}},{{"system":"{}","value":"{}"}}],"name":[{{"family":"Éloïse"}}]}}"#,
            story.unique,
            story.unique,
            "9".repeat(1500)
        );
        story.patient = story.write(&node, 1, &patient, None).id.to_text();
        story.write(&node, 2, r#"{"resourceType":"Patient","name":[{"family":"Autre"}]}"#, Some("autre"));
        story.changes(places, &node);
        if long {
            story.learns(&node);
        }
        node.backend.shared().blobs().purge(&purged).expect("purged");
        // Reads are accesses too.
        let query = blobs.query(&[tables().resource_type("Patient").expect("a type")], &[], Handling::Strict).expect("a query").0;
        blobs.search(&query).expect("found");
        node.close().expect("closes");
        story
    }

    /// Versions, deletions, names that hold nothing, resources that change their patient, operational state.
    fn changes(&self, places: &Places, node: &Node) {
        let patient = format!("Patient/{}", self.patient);
        for value in 0..20 {
            places.clock.advance(5);
            self.write(node, 1 + value as u16 % 2, &observation(&patient, value, "n"), Some(&format!("o{}", value % 6)));
        }
        self.write(node, 1, &observation("Patient/autre", 1, "moved"), Some("o1"));
        self.write(node, 1, &observation("Patient/not-here-yet", 1, "dangling"), None);
        self.write(
            node,
            1,
            r#"{"resourceType":"Group","type":"person","actual":true,"member":[{"entity":{"reference":"https://elsewhere.example/fhir/Patient/1"}}]}"#,
            None,
        );
        for (content, id) in [(self.kept, "kept"), (self.purged, "purged")] {
            let document = format!(
                r#"{{"resourceType":"DocumentReference","status":"current","subject":{{"reference":"{patient}"}},"content":[{{"attachment":{{"url":"{}"}}}}]}}"#,
                content.address()
            );
            self.write(node, 1, &document, Some(id));
        }
        let (store, scoped) = self.handle(node, 1);
        let delete = |id: &str| Step::Delete { ty: tables().resource_type("Observation").expect("a type").0, id: id.into(), expect: Expect::Any };
        let marks = [("draft:doctor:1", b"typed".to_vec()), ("session:x", vec![0, 255, 3]), ("import:abc", vec![])];
        let marks = marks.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        self.runtime.block_on(scoped.commit(vec![delete("o2"), delete("o3")], vec![], marks)).expect("deleted");
        self.runtime.block_on(scoped.commit(vec![put(&scoped, &store, &observation(&patient, 9, "again"), Some("o3"))], vec![], vec![])).expect("made again");
    }

    /// Writes until bodies are packed with a dictionary.
    fn learns(&self, node: &Node) {
        let patient = format!("Patient/{}", self.patient);
        let ty = tables().resource_type("Observation").expect("a type").0;
        let text = |at: usize| observation(&patient, at as u32, &format!("{at} {}", "au repos, sans fièvre, ".repeat(30 + at % 95)));
        let (store, scoped) = self.handle(node, 1);
        for from in (0..600).step_by(100) {
            let steps = (from..from + 100).map(|at| put(&scoped, &store, &text(at), None)).collect();
            self.runtime.block_on(scoped.commit(steps, vec![], vec![])).expect("kept");
        }
        let learned = (0..10_000_000).any(|_| {
            std::thread::yield_now();
            node.backend.shared().pack(ty, b"\x1f").expect("packs").dictionary > 0
        });
        assert!(learned, "no dictionary came of it");
        let steps = (600..620).map(|at| put(&scoped, &store, &text(at), None)).collect();
        self.runtime.block_on(scoped.commit(steps, vec![], vec![])).expect("kept");
    }

    fn handle(&self, node: &Node, site: u16) -> (Store, Scoped) {
        let settings = Settings { clock: node.clock.clone(), indexer: node.store.indexer().clone(), site: SiteId(site) };
        let store = Store::new(node.backend.shared(), settings);
        let scoped = store.scoped(Actor::node(&format!("writer-{site}")), Purpose::Treatment);
        (store, scoped)
    }

    pub fn write(&self, node: &Node, site: u16, text: &str, id: Option<&str>) -> Outcome {
        let (store, scoped) = self.handle(node, site);
        self.runtime.block_on(scoped.commit(vec![put(&scoped, &store, text, id)], vec![], vec![])).expect("written").remove(0)
    }

    pub fn patient(&self) -> &str {
        &self.patient
    }

    pub fn verify(&self, node: &Node) -> Report {
        let report = node.backend.verify(node.store.indexer(), &mut |_| {}).expect("verifies");
        assert_eq!(report.faults, Vec::<String>::new());
        report
    }

    /// Writes on after a move.
    pub fn goes_on(&self, node: &Node) {
        let patient = format!("Patient/{}", self.patient);
        assert_eq!(self.write(node, 1, &observation(&patient, 1, "next"), Some("o4")).vid, 4);
        let (store, scoped) = self.handle(node, 2);
        for value in ["1".to_string(), "9".repeat(1500)] {
            let taken = format!(r#"{{"resourceType":"Patient","identifier":[{{"system":"{}","value":"{value}"}}]}}"#, self.unique);
            let refused = self.runtime.block_on(scoped.commit(vec![put(&scoped, &store, &taken, None)], vec![], vec![])).expect_err("held");
            assert_eq!(refused.code, "RH-STORE-CLAIMED");
        }
        let made = self.write(node, 1, r#"{"resourceType":"Patient","name":[{"family":"Nouveau"}]}"#, None).id.to_text();
        assert!(made > self.patient);
    }
}

/// What can be seen of a store besides its present resources.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    node: u32,
    history: Vec<String>,
    feed: Vec<String>,
    marks: Vec<(String, Vec<u8>)>,
    content: usize,
    purged: FaultKind,
    by_name: Vec<String>,
    report: Report,
}

pub fn state(places: &Places, url: &str, story: &Story) -> State {
    let node = open(places, url);
    let report = story.verify(&node);
    let (store, scoped) = story.handle(&node, 1);
    let page = scoped.history(&HistoryQuery { of: HistoryOf::System, since: None, at: None, count: 2000, cursor: None }).expect("history");
    let history = page.entries.iter().map(|one| format!("{} {} {:?} {}", one.id.to_text(), one.vid, one.last_updated, String::from_utf8_lossy(&one.json())));
    let (changes, _) = scoped.changes(0, 5000).expect("the feed");
    let mut content = 0;
    let mut reader = scoped.get_blob(&story.kept, None).expect("there");
    while let Some(piece) = reader.next().expect("whole") {
        content += piece.len();
    }
    let purged = scoped.get_blob(&story.purged, None).map(|_| ()).expect_err("purged").kind;
    let query =
        scoped.query(&[tables().resource_type("Patient").expect("a type")], &[("family".into(), "eloise".into())], Handling::Strict).expect("a query").0;
    let by_name = scoped.search(&query).expect("found").matches.iter().map(|found| found.id.to_text()).collect();
    let state = State {
        node: node.backend.shared().node().get(),
        history: history.collect(),
        feed: changes.iter().map(|change| format!("{change:?}")).collect(),
        marks: store.marks("").expect("marks"),
        content,
        purged,
        by_name,
        // How often a store was looked at is no part of it, nor how many keys of replaced versions wait to be dropped.
        report: Report { audit_entries: 0, audit_bytes: 0, keys: 0, ..report },
    };
    node.close().expect("closes");
    state
}
