//! The back end that a site stands on.

use rihla_kernel::Fault;
use rihla_store::backend::SharedBackend;
use rihla_store::indexer::Indexer;
use rihla_store_postgres::PostgresBackend;
use rihla_store_sqlite::{Report, SqliteBackend};
use std::sync::Arc;

/// What is done to a store behind its contract, whichever it is.
#[derive(Clone)]
pub enum Back {
    Sqlite(Arc<SqliteBackend>),
    Postgres(Arc<PostgresBackend>),
}

impl Back {
    pub fn shared(&self) -> SharedBackend {
        match self {
            Self::Sqlite(backend) => backend.clone(),
            Self::Postgres(backend) => backend.clone(),
        }
    }

    /// Writes the keys in memory to the index now.
    pub fn flush(&self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(backend) => backend.flush(),
            Self::Postgres(backend) => backend.flush(),
        }
    }

    /// Ends the writer as a crash would.
    pub fn abandon(&self) {
        match self {
            Self::Sqlite(backend) => backend.abandon(),
            Self::Postgres(backend) => backend.abandon(),
        }
    }

    pub fn rebuild(&self, indexer: &Arc<Indexer>, progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        match self {
            Self::Sqlite(backend) => backend.rebuild(indexer, progress),
            Self::Postgres(backend) => backend.rebuild(indexer, progress),
        }
    }

    pub fn verify(&self, indexer: &Indexer, progress: &mut dyn FnMut(u64)) -> Result<Report, Fault> {
        match self {
            Self::Sqlite(backend) => backend.verify(indexer, progress),
            Self::Postgres(backend) => backend.verify(indexer, progress),
        }
    }
}
