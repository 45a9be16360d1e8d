//! Where stores are in these tests, and what moves are done with.

use rihla_kernel::{Clock, Entropy, ManualClock, SeededEntropy};
use rihla_server::keys::{KeySource, KeySources};
use rihla_server::moving::Means;
use rihla_server::node::Options;
use rihla_store_engine::carry::Pace;
use rihla_test_postgres::Database;
use rihla_testkit::Folder;
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct Places {
    folder: Folder,
    databases: RefCell<Vec<Database>>,
    pub clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
}

impl Places {
    pub fn new() -> Self {
        Self {
            folder: Folder::new(),
            databases: RefCell::default(),
            clock: Arc::new(ManualClock::at(1_790_000_000_000)),
            entropy: Arc::new(SeededEntropy::new(3)),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn sqlite(&self, name: &str) -> String {
        format!("sqlite:{}", self.path(name).display())
    }

    pub fn postgres(&self) -> String {
        let database = Database::fresh();
        let url = database.url();
        self.databases.borrow_mut().push(database);
        url
    }

    /// Changes a database behind everybody's back.
    pub fn behind(&self, url: &str, sql: &str) {
        self.databases.borrow().iter().find(|database| database.url() == url).expect("one of these").sql(sql);
    }

    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    pub fn entropy(&self) -> Arc<dyn Entropy> {
        self.entropy.clone()
    }

    /// One key for all stores here.
    fn keys(&self) -> KeySources {
        KeySources { server: KeySource::File(Some(self.path("server.key"))), root: None }
    }

    pub fn options(&self, url: &str) -> Options {
        Options { url: url.into(), pack: None, site: None, audit: true, keys: self.keys() }
    }

    pub fn means(&self, pace: Pace) -> Means {
        let means = Means::of(&self.options("")).expect("the pack");
        Means { clock: self.clock(), entropy: self.entropy(), roots: Some(self.keys().of(self.folder.path())), pace, ..means }
    }

    /// What the file of an SQLite store holds.
    pub fn bytes_of(&self, url: &str) -> Vec<u8> {
        fs::read(Path::new(url.strip_prefix("sqlite:").expect("a folder")).join("record.db")).expect("a store")
    }
}
