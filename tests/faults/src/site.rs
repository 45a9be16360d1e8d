//! A record in a folder, opened on any disk, or in a database; written to and asked as an edge would.

use crate::back::Back;
use rihla_fhir::json::{self, Edits, Limits};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Zone, extract};
use rihla_kernel::{Actor, Clock, Fault, Instant, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_store::backend::{Expect, Name, Outcome, Step};
use rihla_store::indexer::{Indexer, Rewrites};
use rihla_store::query::{Handling, Query};
use rihla_store::{Scoped, Settings, Store};
use rihla_store_sqlite::open;
use rihla_test_postgres::Database;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The system of the one identifier that nobody may share.
pub const UNIQUE: &str = "urn:ipp";

/// A clock that moves by a millisecond each time it is looked at, so that times differ and tests repeat.
pub struct Ticking(ManualClock);

impl Ticking {
    pub fn new() -> Self {
        Self(ManualClock::at(1_790_000_000_000))
    }
}

impl Default for Ticking {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for Ticking {
    fn now(&self) -> Instant {
        self.0.advance(1);
        self.0.now()
    }
}

/// A folder that goes away with its value.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let path = std::env::temp_dir().join(format!("rihla-faults-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is the machine's to clean up.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Where a record is, while it is closed too.
pub enum Ground {
    Folder(Folder),
    Database(Database),
}

impl Ground {
    pub fn folder() -> Self {
        Self::Folder(Folder::new())
    }

    pub fn database() -> Self {
        Self::Database(Database::fresh())
    }

    /// The store's address, as commands take it.
    pub fn url(&self) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite:{}", folder.path().join("store").display()),
            Self::Database(database) => database.url(),
        }
    }

    pub fn open(&self, clock: Arc<dyn Clock>) -> Site {
        match self {
            Self::Folder(folder) => Site::open_with(folder.path(), None, clock),
            Self::Database(database) => Site::open_at(&database.url(), clock),
        }
        .expect("opens")
    }
}

fn indexer() -> Result<Arc<Indexer>, Fault> {
    Ok(Arc::new(Indexer::new(Zone::named("Africa/Casablanca").expect("a zone"), vec![UNIQUE.into()])?))
}

/// A record that this process owns.
pub struct Site {
    pub store: Store,
    pub scoped: Scoped,
    pub backend: Back,
    pub clock: Arc<dyn Clock>,
}

impl Site {
    pub fn open(folder: &Path) -> Self {
        Self::open_on(folder, None).expect("opens")
    }

    /// Opens a store on a registered file system, or on the machine's.
    pub fn open_on(folder: &Path, vfs: Option<&str>) -> Result<Self, Fault> {
        Self::open_with(folder, vfs, Arc::new(Ticking::new()))
    }

    pub fn open_with(folder: &Path, vfs: Option<&str>, clock: Arc<dyn Clock>) -> Result<Self, Fault> {
        let indexer = indexer()?;
        let mut options = rihla_store_sqlite::Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
        options.vfs = vfs.map(Into::into);
        Ok(Self::of(Back::Sqlite(open(folder, options)?), clock, indexer))
    }

    /// Opens the store in a database.
    pub fn open_at(url: &str, clock: Arc<dyn Clock>) -> Result<Self, Fault> {
        let indexer = indexer()?;
        let options = rihla_store_postgres::Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
        Ok(Self::of(Back::Postgres(rihla_store_postgres::open(url, options)?), clock, indexer))
    }

    fn of(backend: Back, clock: Arc<dyn Clock>, indexer: Arc<Indexer>) -> Self {
        let store = Store::new(backend.shared(), Settings { clock: clock.clone(), indexer, site: SiteId(1) });
        let scoped = store.scoped(Actor::node("faults"), Purpose::Treatment);
        Self { store, scoped, backend, clock }
    }

    /// The same record as another site of the group writes to it.
    pub fn as_site(&self, site: SiteId) -> Store {
        Store::new(self.backend.shared(), Settings { clock: self.clock.clone(), indexer: self.store.indexer().clone(), site })
    }

    pub fn put(&self, text: &str, id: Option<&str>) -> Step {
        put_by(&self.scoped, &self.store, text, id)
    }

    pub fn delete(&self, ty: &str, id: &str) -> Step {
        Step::Delete { ty: type_of(ty).0, id: id.into(), expect: Expect::Any }
    }

    /// Commits and waits, from a thread that is not the runtime's.
    pub fn commit(&self, steps: Vec<Step>) -> Result<Vec<Outcome>, Fault> {
        self.commit_marked(steps, vec![])
    }

    pub fn commit_marked(&self, steps: Vec<Step>, marks: Vec<(String, Vec<u8>)>) -> Result<Vec<Outcome>, Fault> {
        self.scoped.submit(steps, vec![], marks)?.blocking_recv().expect("the writer answers")
    }

    pub fn create(&self, text: &str) -> Result<String, Fault> {
        Ok(self.commit(vec![self.put(text, None)])?.remove(0).id.to_text())
    }

    pub fn query(&self, ty: &str, text: &str) -> Query {
        query_by(&self.scoped, ty, text)
    }

    /// The ids that a search finds, on however many pages.
    pub fn search(&self, ty: &str, text: &str) -> Vec<String> {
        search_by(&self.scoped, ty, text)
    }

    /// What `verify` has to say against the store.
    pub fn faults(&self) -> Vec<String> {
        self.backend.verify(self.store.indexer(), &mut |_| {}).expect("verifies").faults
    }
}

pub fn type_of(name: &str) -> TypeId {
    tables().resource_type(name).expect("a type")
}

/// A step that writes `text`, by whichever handle.
pub fn put_by(scoped: &Scoped, store: &Store, text: &str, id: Option<&str>) -> Step {
    let doc = json::parse(text.as_bytes(), &Limits::default()).expect("json");
    let ty = type_of(&doc.root().get("resourceType").and_then(|name| name.as_str()).expect("a type"));
    let mut entries = Vec::new();
    extract(doc.root(), ty, store.indexer().zone(), &mut entries);
    let content = scoped.prepare(ty, doc.root(), &Edits::default(), &entries, &Rewrites::new()).expect("prepared");
    let name = match id {
        Some(id) => Name::Id(id.into()),
        None => Name::New(scoped.reserve(ty, content.home.as_deref().filter(|_| ty.0 != store.indexer().patient_type())).expect("reserved")),
    };
    Step::Put { ty: ty.0, name, expect: Expect::Any, content: Box::new(content) }
}

/// The id that a step's new resource will have.
pub fn new_id(step: &Step) -> Option<String> {
    match step {
        Step::Put { name: Name::New(id), .. } => Some(id.to_text()),
        _ => None,
    }
}

pub fn query_by(scoped: &Scoped, ty: &str, text: &str) -> Query {
    let pairs: Vec<(String, String)> = text
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').expect("a pair"))
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    scoped.query(&[type_of(ty)], &pairs, Handling::Strict).expect("a query").0
}

pub fn search_by(scoped: &Scoped, ty: &str, text: &str) -> Vec<String> {
    let mut query = query_by(scoped, ty, text);
    let mut out = Vec::new();
    loop {
        let page = scoped.search(&query).expect("searches");
        out.extend(page.matches.iter().map(|found| found.id.to_text()));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return out,
        }
    }
}
