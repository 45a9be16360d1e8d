//! What statements give, column by column.

use crate::wire::{Fields, Trouble};
use rihla_kernel::{Hlc, Instant, NodeId, ServerId, Shard, SiteId};
use rihla_store::backend::{LogicalId, ResourceRow, VersionRow};

pub const VERSION: &str = "SELECT v.row, v.res, v.prev, v.hlc, v.vid, v.actor, v.ty, v.site, v.body IS NULL FROM version v WHERE v.row = $1";

/// The feed: what became true after a row, up to a tick.
pub const AFTER: &str = "SELECT v.row, v.res, v.prev, v.hlc, v.vid, v.actor, v.ty, v.site, v.body IS NULL FROM version v \
                         WHERE v.row > $1 AND v.row <= $2 ORDER BY v.row LIMIT $3";

// Where one table is looked into for each row of another, it is said so (LATERAL with a limit): a plan that was made when
// the second table was small would go through all of it otherwise, for as long as the session lives.

/// Versions beside their resources, which stand in the same shard; after it comes which versions.
pub const HITS: &str = "SELECT v.row, v.res, v.prev, v.hlc, v.vid, v.actor, v.ty, v.site, v.body IS NULL, r.res, r.row, r.patient, r.born, r.ty, r.shard, r.id, v.dictionary, v.body \
     FROM version v CROSS JOIN LATERAL (SELECT * FROM resource r WHERE r.res = v.res AND r.shard = v.shard LIMIT 1) r WHERE v.row ";

/// The newest version of a resource.
pub const NEWEST: &str = "SELECT v.row, v.res, v.prev, v.hlc, v.vid, v.actor, v.ty, v.site, v.body IS NULL, r.res, r.row, r.patient, r.born, r.ty, r.shard, r.id, v.dictionary, v.body \
     FROM resource r CROSS JOIN LATERAL (SELECT * FROM version v WHERE v.row = r.row AND v.shard = r.shard LIMIT 1) v WHERE r.res = $1";

pub const RESOURCE: &str = "r.res, r.row, r.patient, r.born, r.ty, r.shard, r.id";

pub const NAMED: &str = "SELECT res FROM directory WHERE name = $1 AND ty = $2 AND shard = $3";

pub fn version(row: &mut Fields<'_>) -> Result<VersionRow, Trouble> {
    Ok(VersionRow {
        row: row.key()?,
        res: row.key()?,
        prev: row.key()?,
        hlc: Hlc(row.i64()? as u64),
        vid: row.i32()? as u32,
        actor: row.i32()? as u32,
        ty: row.i16()? as u16,
        site: SiteId(row.i32()? as u16),
        deleted: row.bool()?,
    })
}

/// Reads [`RESOURCE`].
pub fn resource(row: &mut Fields<'_>, node: NodeId) -> Result<ResourceRow, Trouble> {
    resource_in_shard(row, node).map(|(known, _)| known)
}

pub fn resource_in_shard(row: &mut Fields<'_>, node: NodeId) -> Result<(ResourceRow, i16), Trouble> {
    let (res, newest, patient, born) = (row.key()?, row.key()?, row.key()?, row.i64()?);
    let (ty, shard) = (row.i16()? as u16, row.i16()?);
    let id = match row.optional()? {
        Some(id) => LogicalId::Chosen(std::str::from_utf8(id).map_err(|_| Trouble::Garbled)?.into()),
        None => LogicalId::Server(ServerId::new(Instant(born), Shard::new(shard as u64), node, u64::from(res))),
    };
    Ok((ResourceRow { res, ty, row: newest, patient, id }, shard))
}
