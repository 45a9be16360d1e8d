//! Does everything agree? What is asked of the tables; the checks are those of every back end.

use crate::backend::{SqliteBackend, marks_of};
use crate::blobs;
use crate::claims;
use crate::fault;
use crate::view::View;
use rihla_kernel::Fault;
use rihla_store::backend::Snapshot;
use rihla_store::blob::BlobHash;
use rihla_store::indexer::Indexer;
use rihla_store::key::{ResKey, Row};
use rihla_store::trail::Trail;
use rihla_store_engine::memory::read;
use rihla_store_engine::verify::{self, Books, Report};
use std::collections::HashSet;

impl SqliteBackend {
    /// Checks the store. `progress` hears how many versions have been looked at.
    pub fn verify(&self, indexer: &Indexer, progress: &mut dyn FnMut(u64)) -> Result<Report, Fault> {
        // What is under way is let finish, so that counts and rows belong to one moment.
        let tally = self.between(|writer| Ok((writer.row, read(&writer.shared.tally).clone())))?;
        let view = View::of_reader(self.shared(), Some(tally.0))?;
        view.pin()?;
        let mut report = verify::check(&view, indexer, tally.1, progress)?;
        let kept = blobs::check(self, view.connection()?)?;
        (report.blobs, report.blob_orphans, report.blob_strays) = (kept.blobs, kept.orphans, kept.strays);
        kept.faults.into_iter().for_each(|fault| report.fault(fault));
        Ok(report)
    }
}

impl Books for View<'_> {
    fn snapshot(&self) -> &dyn Snapshot {
        self
    }

    fn dangling(&self) -> Result<u64, Fault> {
        self.connection()?.query_row("SELECT count(*) FROM resource WHERE row = 0", [], |row| row.get::<_, u32>(0)).map(u64::from).map_err(fault::of)
    }

    fn held(&self, names: &HashSet<&str>, res: ResKey) -> Result<u64, Fault> {
        claims::held(self.connection()?, names, res)
    }

    fn held_upto(&self, row: Row) -> Result<u64, Fault> {
        claims::count(self.connection()?, row)
    }

    fn named_by(&self, hash: &BlobHash, row: Row) -> Result<Option<bool>, Fault> {
        blobs::named_by(self.connection()?, hash, row)
    }

    fn trail(&self) -> &dyn Trail {
        self
    }

    fn each_block(&self, each: &mut dyn FnMut(i64, i64)) -> Result<(), Fault> {
        let mut statement = self.connection()?.prepare("SELECT key, block FROM audit_index").map_err(fault::of)?;
        let mut rows = statement.query([]).map_err(fault::of)?;
        while let Some(row) = rows.next().map_err(fault::of)? {
            each(row.get(0).map_err(fault::of)?, row.get(1).map_err(fault::of)?);
        }
        Ok(())
    }

    fn marks(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        marks_of(self.connection()?, prefix).map_err(fault::of)
    }
}
