//! The tables as the writer uses them: what a batch needs is fetched in one flight before it begins, what it changes is
//! gathered here and sent in one flight at its end.
//!
//! One process owns the store, so what the writer has read or written stays true until it writes again.

use crate::fault;
use crate::rows;
use crate::shared::{Shared, shard_of, shard_of_hash, short};
use crate::view::View;
use crate::wire::{Line, Value};
use rihla_kernel::{Actor, Fault, ServerId, Shard};
use rihla_store::backend::{Name, Packed, Reply, ResourceRow, Snapshot, Step, TypeKey, VersionRow, Write};
use rihla_store::blob::BlobHash;
use rihla_store::key::{ResKey, Row};
use rihla_store_engine::audit::HASH_BYTES;
use rihla_store_engine::batch::{Pending, Tables};
use std::collections::{BTreeMap, HashMap, HashSet};

type NameKey = (TypeKey, Box<str>);

/// What is kept between batches.
#[derive(Default)]
pub struct Known {
    /// With the shard; `None`: there is none.
    resources: HashMap<ResKey, Option<(ResourceRow, i16)>>,
    numbers: HashMap<Row, (u32, bool)>,
    names: HashMap<NameKey, Option<ResKey>>,
    pub next_actor: u32,
}

/// Entries kept at most; then the memory starts afresh.
const KNOWN: usize = 100_000;

/// What a batch has done so far.
#[derive(Default)]
pub struct Batched {
    first: Row,
    pub(crate) versions: Vec<(VersionRow, i16, Packed)>,
    pub(crate) resources: HashMap<ResKey, (ResourceRow, i16)>,
    /// Resources that leave the shard where they waited for their content.
    pub(crate) moved: Vec<(ResKey, i16)>,
    pub(crate) names: HashMap<NameKey, ResKey>,
    pub(crate) superseded: Vec<(Row, Row, i16)>,
    pub(crate) blobs: Vec<(BlobHash, Row)>,
    pub(crate) released: HashSet<ResKey>,
    pub(crate) taken: HashMap<Box<str>, ResKey>,
    pub(crate) marks: BTreeMap<Box<str>, Option<Vec<u8>>>,
    pub(crate) actors: Vec<(u32, i16, Box<str>)>,
    pub(crate) link: Option<(i64, Vec<u8>, [u8; HASH_BYTES])>,
    pub(crate) blocks: Vec<(i64, Vec<i64>)>,
    /// Who held claims before the batch.
    holders: HashMap<Box<str>, Option<ResKey>>,
}

impl Batched {
    pub fn version(&self, row: Row) -> Option<&VersionRow> {
        self.made(row).map(|(made, _, _)| made)
    }

    pub fn body(&self, row: Row) -> Option<(u32, &[u8])> {
        self.made(row).map(|(_, _, packed)| (packed.dictionary, packed.bytes.as_slice()))
    }

    fn made(&self, row: Row) -> Option<&(VersionRow, i16, Packed)> {
        self.versions.get(row.checked_sub(self.first)? as usize)
    }

    pub fn resource(&self, res: ResKey) -> Option<&ResourceRow> {
        self.resources.get(&res).map(|(known, _)| known)
    }

    pub fn is_empty(&self) -> bool {
        self.versions.is_empty() && self.resources.is_empty() && self.marks.is_empty() && self.link.is_none()
    }

    pub fn named(&self, ty: TypeKey, id: &str) -> Option<ResKey> {
        if self.names.is_empty() { None } else { self.names.get(&(ty, id.into())).copied() }
    }
}

impl Known {
    pub fn new(next_actor: u32) -> Self {
        Self { next_actor, ..Self::default() }
    }

    /// Takes over what a batch made true.
    pub fn learn(&mut self, batched: Batched) {
        if self.resources.len() + self.names.len() + self.numbers.len() > KNOWN {
            *self = Self::new(self.next_actor);
        }
        for (row, _, _) in &batched.superseded {
            self.numbers.remove(row);
        }
        self.numbers.extend(batched.versions.iter().map(|(made, _, _)| (made.row, (made.vid, made.deleted))));
        self.resources.extend(batched.resources.into_iter().map(|(res, known)| (res, Some(known))));
        self.names.extend(batched.names.into_iter().map(|(name, res)| (name, Some(res))));
    }
}

pub struct PgTables<'w> {
    pub shared: &'w Shared,
    pub line: &'w mut Line,
    pub known: &'w mut Known,
    pub batched: Batched,
}

/// What a batch has to know before it begins.
#[derive(Default)]
struct Wanted {
    resources: HashSet<ResKey>,
    names: HashSet<NameKey>,
    claims: HashSet<Box<str>>,
}

// One row at a time (see `rows`): resources by key, names and claims by their text.
const RESOURCES: &str = "SELECT r.res, r.row, r.patient, r.born, r.ty, r.shard, r.id, v.vid, v.body IS NULL FROM unnest($1::bigint[]) AS i (res) \
                         CROSS JOIN LATERAL (SELECT * FROM resource r WHERE r.res = i.res LIMIT 1) r \
                         LEFT JOIN LATERAL (SELECT * FROM version v WHERE v.row = r.row AND v.shard = r.shard LIMIT 1) v ON true";
const NAMES: &str = "SELECT i.at, d.res FROM unnest($1::bytea[], $2::smallint[], $3::smallint[]) WITH ORDINALITY AS i (name, ty, shard, at) \
                     CROSS JOIN LATERAL (SELECT d.res FROM directory d WHERE d.name = i.name AND d.ty = i.ty AND d.shard = i.shard LIMIT 1) d";
pub const CLAIMS: &str = "SELECT i.at, c.res FROM unnest($1::bytea[], $2::smallint[]) WITH ORDINALITY AS i (name, shard, at) \
                      CROSS JOIN LATERAL (SELECT c.res FROM claim c WHERE c.name = i.name AND c.shard = i.shard LIMIT 1) c";

impl<'w> PgTables<'w> {
    pub fn new(shared: &'w Shared, line: &'w mut Line, known: &'w mut Known, row: Row) -> Self {
        Self { shared, line, known, batched: Batched { first: row + 1, ..Batched::default() } }
    }

    /// Fetches what the transactions speak of.
    pub fn prefetch(&mut self, waiting: &[(Write, Reply)], patient_type: TypeKey) -> Result<(), Fault> {
        let mut wanted = Wanted::default();
        for step in waiting.iter().flat_map(|(write, _)| &write.steps) {
            match step {
                Step::Put { ty, name, content, .. } => {
                    if let Name::Id(id) = name {
                        self.want(*ty, id, &mut wanted);
                    }
                    content.references.iter().for_each(|reference| self.want(reference.ty, &reference.id, &mut wanted));
                    content.home.iter().for_each(|home| self.want(patient_type, home, &mut wanted));
                    wanted.claims.extend(content.claims.iter().cloned());
                }
                Step::Delete { ty, id, .. } => self.want(*ty, id, &mut wanted),
            }
        }
        let found = self.fetch_names(wanted.names, wanted.claims)?;
        wanted.resources.extend(found);
        self.fetch_resources(wanted.resources)
    }

    fn want(&self, ty: TypeKey, id: &str, wanted: &mut Wanted) {
        if let Some(own) = ServerId::parse(id).filter(|own| own.node() == self.shared.node) {
            if let Ok(res) = ResKey::try_from(own.key())
                && !self.known.resources.contains_key(&res)
            {
                wanted.resources.insert(res);
            }
            return;
        }
        let name = (ty, Box::from(id));
        match self.known.names.get(&name) {
            Some(Some(res)) if !self.known.resources.contains_key(res) => {
                wanted.resources.insert(*res);
            }
            Some(_) => {}
            None => {
                wanted.names.insert(name);
            }
        }
    }

    /// Returns the resources that were found and are not known.
    fn fetch_names(&mut self, names: HashSet<NameKey>, claims: HashSet<Box<str>>) -> Result<Vec<ResKey>, Fault> {
        let (names, claims): (Vec<NameKey>, Vec<Box<str>>) = (names.into_iter().collect(), claims.into_iter().collect());
        let mut found: [Vec<Option<ResKey>>; 2] = [vec![None; names.len()], vec![None; claims.len()]];
        let short_names: Vec<_> = names.iter().map(|(_, id)| short(id)).collect();
        let short_claims: Vec<_> = claims.iter().map(|claim| short(claim)).collect();
        let mut lists = Vec::with_capacity(2);
        if !names.is_empty() {
            let keys: Vec<&[u8]> = short_names.iter().map(AsRef::as_ref).collect();
            let types: Vec<i16> = names.iter().map(|(ty, _)| *ty as i16).collect();
            let shards: Vec<i16> = names.iter().map(|(_, id)| shard_of(id)).collect();
            self.line.queue(NAMES, &[Value::Byteas(&keys), Value::I16s(&types), Value::I16s(&shards)]).map_err(fault::of)?;
            lists.push(0);
        }
        if !claims.is_empty() {
            let keys: Vec<&[u8]> = short_claims.iter().map(AsRef::as_ref).collect();
            let shards: Vec<i16> = claims.iter().map(|claim| shard_of(claim)).collect();
            self.line.queue(CLAIMS, &[Value::Byteas(&keys), Value::I16s(&shards)]).map_err(fault::of)?;
            lists.push(1);
        }
        if lists.is_empty() {
            return Ok(Vec::new());
        }
        self.line
            .send(&mut |statement, mut row| {
                let at = row.i64()? - 1;
                let res = row.key()?;
                let slot = lists.get(statement).and_then(|list| found.get_mut(*list)).and_then(|found| found.get_mut(usize::try_from(at).ok()?));
                if let Some(slot) = slot {
                    *slot = Some(res);
                }
                Ok(())
            })
            .map_err(fault::of)?;
        let [of_names, of_claims] = found;
        self.batched.holders.extend(claims.into_iter().zip(of_claims));
        let unknown = of_names.iter().flatten().filter(|res| !self.known.resources.contains_key(res)).copied().collect();
        self.known.names.extend(names.into_iter().zip(of_names));
        Ok(unknown)
    }

    fn fetch_resources(&mut self, wanted: HashSet<ResKey>) -> Result<(), Fault> {
        if wanted.is_empty() {
            return Ok(());
        }
        let keys: Vec<i64> = wanted.iter().copied().map(i64::from).collect();
        let (known, node) = (&mut *self.known, self.shared.node);
        known.resources.extend(wanted.into_iter().map(|res| (res, None)));
        self.line
            .ask(RESOURCES, &[Value::I64s(&keys)], &mut |mut row| {
                let (found, shard) = rows::resource_in_shard(&mut row, node)?;
                if found.row > 0 {
                    known.numbers.insert(found.row, (row.i32()? as u32, row.bool()?));
                }
                known.resources.insert(found.res, Some((found, shard)));
                Ok(())
            })
            .map_err(fault::of)?;
        Ok(())
    }

    fn held(&mut self, res: ResKey) -> Result<Option<(ResourceRow, i16)>, Fault> {
        if let Some(known) = self.batched.resources.get(&res) {
            return Ok(Some(known.clone()));
        }
        if !self.known.resources.contains_key(&res) {
            self.fetch_resources(HashSet::from([res]))?;
        }
        Ok(self.known.resources.get(&res).cloned().flatten())
    }
}

impl Tables for PgTables<'_> {
    fn resource(&mut self, res: ResKey) -> Result<Option<ResourceRow>, Fault> {
        Ok(self.held(res)?.map(|(known, _)| known))
    }

    fn numbered(&mut self, row: Row) -> Result<Option<(u32, bool)>, Fault> {
        if let Some(made) = self.batched.version(row) {
            return Ok(Some((made.vid, made.deleted)));
        }
        if let Some(known) = self.known.numbers.get(&row) {
            return Ok(Some(*known));
        }
        let found = View::of_tables(self.shared, self.line).version(row)?.map(|version| (version.vid, version.deleted));
        self.known.numbers.extend(found.map(|found| (row, found)));
        Ok(found)
    }

    fn named(&mut self, ty: TypeKey, id: &str) -> Result<Option<ResKey>, Fault> {
        let name = (ty, Box::from(id));
        if let Some(res) = self.batched.names.get(&name) {
            return Ok(Some(*res));
        }
        if !self.known.names.contains_key(&name) {
            self.fetch_names(HashSet::from([name.clone()]), HashSet::new())?;
        }
        Ok(self.known.names.get(&name).copied().flatten())
    }

    fn holder(&mut self, claim: &str) -> Result<Option<ResKey>, Fault> {
        if let Some(res) = self.batched.taken.get(claim) {
            return Ok(Some(*res));
        }
        if !self.batched.holders.contains_key(claim) {
            self.fetch_names(HashSet::new(), HashSet::from([claim.into()]))?;
        }
        Ok(self.batched.holders.get(claim).copied().flatten().filter(|res| !self.batched.released.contains(res)))
    }

    fn keeps(&mut self, hashes: &[BlobHash]) -> Result<bool, Fault> {
        crate::blobs::all_kept(self.line, hashes)
    }

    fn actor(&mut self, actor: &Actor) -> Result<u32, Fault> {
        let kind = i16::from(actor.kind() as u8);
        let here = self.batched.actors.iter().find(|(_, of, id)| *of == kind && **id == *actor.id());
        if let Some((number, _, _)) = here {
            return Ok(*number);
        }
        let values = [Value::I16(kind), Value::Bytes(actor.id().as_bytes())];
        let found = self.line.number("SELECT actor::bigint FROM actor WHERE kind = $1 AND id = $2 AND shard = 0", &values).map_err(fault::of)?;
        if let Some(found) = found {
            return Ok(found as u32);
        }
        self.known.next_actor += 1;
        self.batched.actors.push((self.known.next_actor, kind, actor.id().into()));
        Ok(self.known.next_actor)
    }

    fn view<'a>(&'a mut self, pending: &'a Pending) -> Box<dyn Snapshot + 'a> {
        Box::new(View::of_writer(self.shared, self.line, pending, &self.batched))
    }

    fn add_name(&mut self, ty: TypeKey, id: &str, res: ResKey) -> Result<(), Fault> {
        self.batched.names.insert((ty, id.into()), res);
        let empty = ResourceRow { res, ty, row: 0, patient: 0, id: rihla_store::backend::LogicalId::Chosen(id.into()) };
        self.batched.resources.insert(res, (empty, Shard::REFERENCE.get() as i16));
        Ok(())
    }

    fn save_resource(&mut self, known: &ResourceRow, shard: Shard) -> Result<(), Fault> {
        let mut shard = shard.get() as i16;
        // What was there before was looked at when the step was checked; what was not is new.
        let before = self.batched.resources.get(&known.res).or_else(|| self.known.resources.get(&known.res).and_then(Option::as_ref));
        match before.map(|(before, kept)| (before.row, *kept)) {
            // Its versions stand in the shard of the first one, whoever it belongs to later.
            Some((row, kept)) if row > 0 => shard = kept,
            Some((_, kept)) if kept != shard => self.batched.moved.push((known.res, kept)),
            _ => {}
        }
        self.batched.resources.insert(known.res, (known.clone(), shard));
        Ok(())
    }

    fn add_version(&mut self, made: &VersionRow, shard: Shard, packed: Packed) -> Result<(), Fault> {
        let shard = self.batched.resources.get(&made.res).map_or(shard.get() as i16, |(_, kept)| *kept);
        self.batched.versions.push((*made, shard, packed));
        Ok(())
    }

    fn add_deletion(&mut self, made: &VersionRow) -> Result<(), Fault> {
        let (mut known, shard) = self.held(made.res)?.ok_or_else(rihla_store_engine::fault::missing)?;
        known.row = made.row;
        self.batched.resources.insert(made.res, (known, shard));
        self.batched.versions.push((*made, shard, Packed::default()));
        Ok(())
    }

    fn supersede(&mut self, row: Row, by: Row) -> Result<(), Fault> {
        let shard = self.batched.versions.last().map_or(0, |(_, shard, _)| *shard);
        self.batched.superseded.push((row, by, shard));
        Ok(())
    }

    fn name_blob(&mut self, hash: &BlobHash, row: Row) -> Result<(), Fault> {
        self.batched.blobs.push((*hash, row));
        Ok(())
    }

    fn hold(&mut self, claims: &[Box<str>], res: ResKey, held_before: bool) -> Result<(), Fault> {
        if held_before {
            self.batched.released.insert(res);
            self.batched.taken.retain(|_, holder| *holder != res);
        }
        self.batched.taken.extend(claims.iter().map(|claim| (claim.clone(), res)));
        Ok(())
    }

    fn mark(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), Fault> {
        self.batched.marks.insert(name.into(), value.map(<[u8]>::to_vec));
        Ok(())
    }

    fn chain(&mut self, number: i64, entries: &[u8], hash: &[u8; HASH_BYTES]) -> Result<(), Fault> {
        self.batched.link = Some((number, entries.to_vec(), *hash));
        Ok(())
    }

    fn note_block(&mut self, block: i64, keys: &[i64]) -> Result<(), Fault> {
        self.batched.blocks.push((block, keys.to_vec()));
        Ok(())
    }
}

/// The shard of a content's rows.
pub fn blob_shard(hash: &BlobHash) -> i16 {
    shard_of_hash(&hash.0)
}
