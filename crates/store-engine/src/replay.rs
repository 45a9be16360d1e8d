//! The index follows from the log: keys taken from stored bodies again.

use crate::fault;
use rihla_kernel::Fault;
use rihla_store::backend::{Snapshot, TypeKey};
use rihla_store::indexer::Indexer;
use rihla_store::key::{FAMILY_DELETED, FAMILY_DISPLAY, FAMILY_TYPE, KeyBuf, Row};
use rihla_store::keys;
use rihla_store::prepared::Prepared;

/// Appends the keys of one version, taken from its body; returns what else follows from it.
pub fn keys_of_row(view: &dyn Snapshot, indexer: &Indexer, patient_type: TypeKey, row: Row, keys: &mut KeyBuf) -> Result<Prepared, Fault> {
    let hit = view.hit(row, true)?.ok_or_else(fault::missing)?;
    if hit.version.deleted {
        keys::push_deleted(hit.version.ty, row, keys);
        return Ok(Prepared::default());
    }
    let content = indexer.reindex(hit.version.ty, &hit.resource.id, &hit.body)?;
    let mut known = hit.resource;
    known.row = row;
    known.patient = match &content.home {
        Some(_) if known.ty == patient_type => known.res,
        Some(home) => view.find(patient_type, home)?.unwrap_or(0),
        None => 0,
    };
    let mut references = Vec::with_capacity(content.references.len());
    for reference in &content.references {
        if let Some(res) = view.find(reference.ty, &reference.id)? {
            references.push((reference.field, reference.ty, res));
        }
    }
    keys::complete(&content, &known, &references, patient_type, keys);
    keys.append(&content.displays);
    Ok(content)
}

/// Appends the keys that a rebuilt index holds of the versions after `done`; returns the last of them. Versions that were
/// replaced keep only their place in the history of their type.
pub fn gather(view: &dyn Snapshot, indexer: &Indexer, done: Row, limit: usize, keys: &mut KeyBuf) -> Result<Row, Fault> {
    let versions = view.versions_after(done, limit)?;
    let end = versions.last().map_or(done, |last| last.row);
    for version in versions {
        let mut own = KeyBuf::new();
        keys_of_row(view, indexer, indexer.patient_type(), version.row, &mut own)?;
        let keep_all = version.deleted || view.is_current(version.row);
        let kept = own.iter().filter(|key| keep_all || matches!(key.first(), Some(&(FAMILY_TYPE | FAMILY_DELETED | FAMILY_DISPLAY))));
        kept.for_each(|key| keys.push(key));
    }
    Ok(end)
}
