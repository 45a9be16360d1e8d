//! The back end that a node holds, chosen by the store's address.

use crate::node::Options;
use rihla_kernel::{Clock, Entropy, Fault, FaultKind};
use rihla_store::backend::SharedBackend;
use rihla_store::indexer::Indexer;
use rihla_store_engine::vault::{Keeps, Roots};
use rihla_store_postgres::PostgresBackend;
use rihla_store_sqlite::{Report, SqliteBackend};
use std::path::Path;
use std::sync::Arc;

/// What operators ask of a store and the contract of `store` does not hold.
#[derive(Clone)]
pub enum Held {
    Sqlite(Arc<SqliteBackend>),
    Postgres(Arc<PostgresBackend>),
}

/// Whether an address names a database, and not a folder.
pub fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// An address without the password in it, that means the same to everybody on this machine.
pub fn shown(url: &str) -> String {
    if is_postgres(url)
        && let Some((scheme, rest)) = url.split_once("://")
        && let Some((login, place)) = rest.split_once('@')
        && let Some((user, _)) = login.split_once(':')
    {
        return format!("{scheme}://{user}@{place}");
    }
    match url.strip_prefix("sqlite:").map(std::path::absolute) {
        Some(Ok(path)) => format!("sqlite:{}", path.display()),
        _ => url.into(),
    }
}

impl Held {
    /// Opens the store at `url`; `folder` is that of an SQLite store.
    pub fn open(url: &str, folder: &Path, options: &Options, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, indexer: Arc<Indexer>) -> Result<Self, Fault> {
        if is_postgres(url) {
            let mut how = rihla_store_postgres::Options::new(clock, entropy, indexer);
            (how.audit, how.roots) = (options.audit, Some(options.keys.of(folder)));
            return rihla_store_postgres::open(url, how).map(Self::Postgres);
        }
        let mut how = rihla_store_sqlite::Options::new(clock, entropy, indexer);
        (how.audit, how.roots) = (options.audit, Some(options.keys.of(folder)));
        rihla_store_sqlite::open(folder, how).map(Self::Sqlite)
    }

    /// Opens the target of a move, which nobody else may open yet.
    pub fn open_target(
        url: &str,
        folder: &Path,
        roots: Option<Arc<dyn Roots>>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        indexer: Arc<Indexer>,
    ) -> Result<Self, Fault> {
        if is_postgres(url) {
            let mut how = rihla_store_postgres::Options::new(clock, entropy, indexer);
            (how.moving, how.roots) = (true, roots);
            return rihla_store_postgres::open(url, how).map(Self::Postgres);
        }
        let mut how = rihla_store_sqlite::Options::new(clock, entropy, indexer);
        (how.moving, how.roots) = (true, roots);
        rihla_store_sqlite::open(folder, how).map(Self::Sqlite)
    }

    pub fn shared(&self) -> SharedBackend {
        match self {
            Self::Sqlite(backend) => backend.clone(),
            Self::Postgres(backend) => backend.clone(),
        }
    }

    /// The keys of the store.
    pub fn keeps(&self) -> &dyn Keeps {
        match self {
            Self::Sqlite(backend) => backend.as_ref(),
            Self::Postgres(backend) => backend.as_ref(),
        }
    }

    pub fn verify(&self, indexer: &Indexer, progress: &mut dyn FnMut(u64)) -> Result<Report, Fault> {
        match self {
            Self::Sqlite(backend) => backend.verify(indexer, progress),
            Self::Postgres(backend) => backend.verify(indexer, progress),
        }
    }

    pub fn rebuild(&self, indexer: &Arc<Indexer>, progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        match self {
            Self::Sqlite(backend) => backend.rebuild(indexer, progress),
            Self::Postgres(backend) => backend.rebuild(indexer, progress),
        }
    }

    pub fn backup(&self, file: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Fault> {
        match self {
            Self::Sqlite(backend) => backend.backup(file, progress),
            Self::Postgres(_) => Err(by_its_own_means()),
        }
    }
}

/// Copies of a database are made beside the program.
pub fn by_its_own_means() -> Fault {
    Fault::new(
        FaultKind::Invalid,
        "RH-BACKUP-POSTGRES",
        "A store on PostgreSQL is copied by PostgreSQL's own means: pg_dump, or a base backup with archived logs.",
    )
}
