//! Does everything agree? What is asked of the tables; the checks are those of every back end.

use crate::backend::PostgresBackend;
use crate::blobs;
use crate::shared::{shard_of, short};
use crate::tables::blob_shard;
use crate::view::View;
use crate::wire::{Fields, Value};
use rihla_kernel::Fault;
use rihla_store::backend::Snapshot;
use rihla_store::blob::BlobHash;
use rihla_store::indexer::Indexer;
use rihla_store::key::{ResKey, Row};
use rihla_store::trail::Trail;
use rihla_store_engine::memory::read;
use rihla_store_engine::verify::{self, Books, Report};
use std::collections::HashSet;

impl PostgresBackend {
    /// Checks the store. `progress` hears how many versions have been looked at.
    pub fn verify(&self, indexer: &Indexer, progress: &mut dyn FnMut(u64)) -> Result<Report, Fault> {
        // What is under way is let finish, so that counts and rows belong to one moment.
        let tally = self.between(|writer| Ok((writer.row, read(&writer.shared.tally).clone())))?;
        let view = View::of_reader(self.shared(), Some(tally.0));
        view.pin()?;
        let mut report = verify::check(&view, indexer, tally.1, progress)?;
        let kept = blobs::check(self, &view)?;
        (report.blobs, report.blob_orphans, report.blob_strays) = (kept.blobs, kept.orphans, kept.strays);
        kept.faults.into_iter().for_each(|fault| report.fault(fault));
        Ok(report)
    }
}

impl View<'_> {
    pub fn count_of(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, Fault> {
        let mut found = 0;
        self.ask(sql, values, &mut |mut row: Fields<'_>| {
            found = row.i64()?.max(0) as u64;
            Ok(())
        })?;
        Ok(found)
    }
}

impl Books for View<'_> {
    fn snapshot(&self) -> &dyn Snapshot {
        self
    }

    fn dangling(&self) -> Result<u64, Fault> {
        self.count_of("SELECT count(*) FROM resource WHERE row = 0", &[])
    }

    fn held(&self, names: &HashSet<&str>, res: ResKey) -> Result<u64, Fault> {
        let mut held = 0;
        for name in names {
            let values = [Value::Bytes(&short(name)), Value::I16(shard_of(name)), Value::I64(res.into())];
            held += self.count_of("SELECT count(*) FROM claim WHERE name = $1 AND shard = $2 AND res = $3", &values)?;
        }
        Ok(held)
    }

    fn held_upto(&self, row: Row) -> Result<u64, Fault> {
        let sql = "SELECT count(*) FROM claim c LEFT JOIN resource r ON r.res = c.res WHERE coalesce(r.row, 0) <= $1";
        self.count_of(sql, &[Value::I64(row.into())])
    }

    fn named_by(&self, hash: &BlobHash, row: Row) -> Result<Option<bool>, Fault> {
        let (name, shard) = (Value::Bytes(&hash.0), Value::I16(blob_shard(hash)));
        if self.count_of("SELECT count(*) FROM blob WHERE hash = $1 AND shard = $2", &[name, shard])? == 0 {
            return Ok(None);
        }
        let named = self.count_of("SELECT count(*) FROM blob_use WHERE hash = $1 AND shard = $2 AND row = $3", &[name, shard, Value::I64(row.into())])?;
        Ok(Some(named > 0))
    }

    fn trail(&self) -> &dyn Trail {
        self
    }

    fn each_block(&self, each: &mut dyn FnMut(i64, i64)) -> Result<(), Fault> {
        self.ask("SELECT key, block FROM audit_index", &[], &mut |mut row| {
            each(row.i64()?, row.i64()?);
            Ok(())
        })
    }

    fn marks(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        self.marks_of(prefix)
    }
}
