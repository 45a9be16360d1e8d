//! A store of its own, written to and asked as an edge would. The back end is that of the tests that tell the story.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use crate::SEALED;
use crate::keeper::{Keeper, OwnBackend};
use rihla_fhir::json::{self, Edits, Limits};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Zone, extract};
use rihla_kernel::{Actor, Fault, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_store::backend::{Assertion, Expect, Name, Outcome, Step};
use rihla_store::indexer::{Indexer, Rewrites};
use rihla_store::query::{Handling, Query};
use rihla_store::{Scoped, Settings, Store};
use rihla_store_engine::vault::{Keeps, RootKey, Roots, keeping};
use rihla_store_engine::verify::Report;
use std::sync::Arc;

pub struct Site {
    pub store: Store,
    pub scoped: Scoped,
    pub keeper: Keeper,
    unique: Vec<String>,
    clock: Arc<ManualClock>,
}

/// What a back end is opened with.
pub struct How {
    pub clock: Arc<ManualClock>,
    pub entropy: Arc<SeededEntropy>,
    pub indexer: Arc<Indexer>,
    pub roots: Option<Arc<dyn Roots>>,
}

/// A root key that is at hand.
pub struct Root(pub u8);

impl Root {
    pub fn key(&self) -> RootKey {
        RootKey::new([self.0; 32])
    }
}

impl Roots for Root {
    fn root(&self) -> Result<RootKey, Fault> {
        Ok(self.key())
    }
}

impl How {
    pub fn new(unique: &[String], clock: Arc<ManualClock>) -> Self {
        let indexer = Arc::new(Indexer::new(Zone::named("Africa/Casablanca").expect("a zone"), unique.to_vec()).expect("tables"));
        Self { clock, entropy: Arc::new(SeededEntropy::new(1)), indexer, roots: Some(Arc::new(Root(1))) }
    }
}

/// Changes behind the store's back.
#[derive(Clone, Copy, Debug)]
pub enum Damage {
    /// The number that ends in `|1` belongs to somebody else.
    ClaimMoved,
    ClaimLost,
    /// The last key before the displays is gone from the index.
    KeyLost,
}

pub struct Found {
    pub ids: Vec<String>,
    pub next: Option<String>,
}

impl Site {
    pub fn open() -> Self {
        Self::open_with_unique(&[])
    }

    pub fn open_with_unique(unique: &[&str]) -> Self {
        let site = Self::of(unique, Keeper::fresh);
        if SEALED {
            site.seal();
        }
        site
    }

    pub fn open_in_the_clear(unique: &[&str]) -> Self {
        Self::of(unique, Keeper::fresh)
    }

    /// Seals the store, and all that it holds.
    pub fn seal(&self) {
        keeping::seal(self.backend(), Root(1).key(), &SeededEntropy::new(9), rihla_kernel::Instant(1)).expect("sealed");
        self.resume();
    }

    /// Goes on until everything is sealed with the newest key.
    pub fn resume(&self) {
        keeping::resume(self.backend(), self.store.indexer(), &mut |_| {}).expect("goes on");
    }

    pub fn keys(&self) -> &dyn Keeps {
        self.backend()
    }

    pub fn of(unique: &[&str], open: impl FnOnce(&How) -> Keeper) -> Self {
        Self::with(unique.iter().map(|one| one.to_string()).collect(), Arc::new(ManualClock::at(1_790_000_000_000)), open)
    }

    fn with(unique: Vec<String>, clock: Arc<ManualClock>, open: impl FnOnce(&How) -> Keeper) -> Self {
        let how = How::new(&unique, clock.clone());
        let keeper = open(&how);
        let store = Store::new(keeper.backend().clone(), Settings { clock: clock.clone(), indexer: how.indexer, site: SiteId(1) });
        let scoped = store.scoped(Actor::node("story"), Purpose::Treatment);
        Self { store, scoped, keeper, unique, clock }
    }

    /// Closes and opens the store again; `clean` or as after a crash, with nothing flushed.
    pub fn reopen(self, clean: bool) -> Self {
        let Site { store, scoped, keeper, unique, clock } = self;
        if clean {
            store.close().expect("closes");
        } else {
            keeper.backend().abandon();
        }
        drop((store, scoped));
        Self::with(unique, clock, |how| keeper.reopen(how))
    }

    /// Closes the store and fails to open it; the fault says why. It is open again afterwards.
    pub fn refused(self, other: &How) -> (Self, Fault) {
        let Site { store, scoped, keeper, unique, clock } = self;
        store.close().expect("closes");
        drop((store, scoped));
        let (closed, fault) = *keeper.try_reopen(other).map(|_| ()).expect_err("refused");
        (Self::with(unique, clock, |how| closed.open(how)), fault)
    }

    pub fn into_keeper(self) -> Keeper {
        self.store.close().expect("closes");
        self.keeper
    }

    pub fn flush(&self) {
        self.backend().flush().expect("flushes");
    }

    pub fn rebuild(&self) {
        self.backend().rebuild(self.store.indexer(), &mut |_| {}).expect("rebuilds");
    }

    pub fn verify(&self) -> Report {
        self.backend().verify(self.store.indexer(), &mut |_| {}).expect("verifies")
    }

    pub fn damage(&self, damage: Damage) {
        assert_eq!(self.keeper.damage(damage), 1, "{damage:?}");
    }

    /// A second store made from a copy of this one, as operators make it.
    pub fn copy(&self) -> Self {
        Self::with(self.unique.clone(), self.clock.clone(), |how| self.keeper.copy(how))
    }

    pub fn backend(&self) -> &OwnBackend {
        self.keeper.backend()
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
