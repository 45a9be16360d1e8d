//! A store in a folder of its own, written to and asked as an edge would.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use rihla_fhir::json::{self, Edits, Limits};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Zone, extract};
use rihla_kernel::{Actor, Fault, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_store::backend::{Assertion, Expect, Name, Outcome, Step};
use rihla_store::indexer::{Indexer, Rewrites};
use rihla_store::query::{Handling, Query};
use rihla_store::{Scoped, Settings, Store};
use rihla_store_sqlite::{Options, SqliteBackend, open};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

pub struct Site {
    pub store: Store,
    pub scoped: Scoped,
    backend: Arc<SqliteBackend>,
    folder: Folder,
    unique: Vec<String>,
    clock: Arc<ManualClock>,
}

/// Removed with the site.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[allow(dead_code)]
pub struct Found {
    pub ids: Vec<String>,
    pub next: Option<String>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

#[allow(dead_code)]
impl Site {
    pub fn open() -> Self {
        Self::open_with_unique(&[])
    }

    pub fn open_with_unique(unique: &[&str]) -> Self {
        let name = format!("rihla-story-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let folder = Folder(std::env::temp_dir().join(name));
        let clock = Arc::new(ManualClock::at(1_790_000_000_000));
        Self::at(folder, unique.iter().map(|one| one.to_string()).collect(), clock)
    }

    /// Opens the store that a folder holds already; the folder goes with the site.
    pub fn open_in(folder: PathBuf, unique: &[&str]) -> Self {
        Self::at(Folder(folder), unique.iter().map(|one| one.to_string()).collect(), Arc::new(ManualClock::at(1_790_000_000_000)))
    }

    pub fn folder(&self) -> &std::path::Path {
        &self.folder.0
    }

    /// Whether a store can be opened.
    pub fn try_open(folder: &std::path::Path) -> Result<(), Fault> {
        let indexer = Arc::new(Indexer::new(Zone::named("Africa/Casablanca").expect("a zone"), Vec::new())?);
        open(folder, Options::new(Arc::new(ManualClock::at(0)), Arc::new(SeededEntropy::new(1)), indexer)).map(|_| ())
    }

    fn at(folder: Folder, unique: Vec<String>, clock: Arc<ManualClock>) -> Self {
        let indexer = Arc::new(Indexer::new(Zone::named("Africa/Casablanca").expect("a zone"), unique.clone()).expect("tables"));
        let backend = open(&folder.0, Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone())).expect("opens");
        let store = Store::new(backend.clone(), Settings { clock: clock.clone(), indexer, site: SiteId(1) });
        let scoped = store.scoped(Actor::node("story"), Purpose::Treatment);
        Self { store, scoped, backend, folder, unique, clock }
    }

    /// Closes and opens the store again; `clean` or as after a crash, with nothing flushed.
    pub fn reopen(self, clean: bool) -> Self {
        let Site { store, scoped, backend, folder, unique, clock } = self;
        if clean {
            store.close().expect("closes");
        } else {
            backend.abandon();
        }
        drop((store, scoped, backend));
        Self::at(folder, unique, clock)
    }

    pub fn flush(&self) {
        self.backend.flush().expect("flushes");
    }

    /// Changes the file behind the store's back.
    pub fn damage(&self, sql: &str) {
        let conn = rusqlite::Connection::open(self.folder.0.join("record.db")).expect("opens");
        assert_eq!(conn.execute(sql, []).expect("runs"), 1);
    }

    /// A second store made from a backup of this one.
    pub fn backup_and_restore(&self) -> Self {
        let file = self.folder.0.join("copy.backup");
        self.backend.backup(&file, &mut |_, _| {}).expect("backs up");
        let folder = Folder(self.folder.0.with_extension("restored"));
        rihla_store_sqlite::restore(&file, &folder.0).expect("restores");
        assert!(rihla_store_sqlite::restore(&file, &folder.0).is_err(), "a store is not overwritten");
        Self::at(folder, self.unique.clone(), self.clock.clone())
    }

    pub fn backend(&self) -> &SqliteBackend {
        &self.backend
    }

    pub fn ty(&self, name: &str) -> TypeId {
        tables().resource_type(name).expect("a type")
    }

    pub async fn create(&self, text: &str) -> Outcome {
        self.create_if(text, vec![]).await.expect("created")
    }

    pub async fn create_if(&self, text: &str, assertions: Vec<Assertion>) -> Result<Outcome, Fault> {
        let step = self.put(text, None);
        Ok(self.scoped.commit(vec![step], assertions, vec![]).await?.remove(0))
    }

    pub async fn update(&self, id: &str, text: &str) -> Outcome {
        let step = self.put(text, Some(id));
        self.scoped.commit(vec![step], vec![], vec![]).await.expect("updated").remove(0)
    }

    pub async fn update_observation(&self, id: &str, text: &str) -> Outcome {
        self.update(id, text).await
    }

    pub fn put(&self, text: &str, id: Option<&str>) -> Step {
        self.clock.advance(3);
        let doc = json::parse(text.as_bytes(), &Limits::default()).expect("json");
        let ty = self.ty(&doc.root().get("resourceType").and_then(|name| name.as_str()).expect("a type"));
        let mut entries = Vec::new();
        extract(doc.root(), ty, self.store.indexer().zone(), &mut entries);
        let content = self.scoped.prepare(ty, doc.root(), &Edits::default(), &entries, &Rewrites::new()).expect("prepared");
        let name = match id {
            Some(id) => Name::Id(id.into()),
            None => Name::New(self.scoped.reserve(ty, content.home.as_deref().filter(|_| ty.0 != self.store.indexer().patient_type())).expect("reserved")),
        };
        Step::Put { ty: ty.0, name, expect: Expect::Any, content: Box::new(content) }
    }

    pub async fn delete(&self, ty: &str, id: &str) {
        self.clock.advance(3);
        let step = Step::Delete { ty: self.ty(ty).0, id: id.into(), expect: Expect::Any };
        self.scoped.commit(vec![step], vec![], vec![]).await.expect("deleted");
    }

    pub fn query(&self, ty: &str, text: &str) -> Query {
        let pairs: Vec<(String, String)> = text
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').expect("a pair"))
            .map(|(name, value)| (name.into(), value.replace("%20", " ")))
            .collect();
        self.scoped.query(&[self.ty(ty)], &pairs, Handling::Strict).expect("a query").0
    }

    pub fn search(&self, ty: &str, text: &str) -> Vec<String> {
        self.first_page(ty, text).ids
    }

    pub fn first_page(&self, ty: &str, text: &str) -> Found {
        let page = self.scoped.search(&self.query(ty, text)).expect("searches");
        Found { ids: page.matches.iter().map(|found| found.id.to_text()).collect(), next: page.next }
    }

    pub fn page_after(&self, ty: &str, text: &str, cursor: &str) -> Found {
        self.first_page(ty, &format!("{text}&_cursor={cursor}"))
    }

    pub fn total(&self, ty: &str, text: &str) -> u64 {
        let page = self.scoped.search(&self.query(ty, &format!("{text}&_total=accurate"))).expect("searches");
        page.total.expect("a total")
    }
}
