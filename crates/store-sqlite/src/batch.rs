//! One batch of transactions, applied to the writer's open SQLite transaction.
//!
//! Each transaction is first checked as a whole, then written; so one that is refused leaves nothing behind, and the
//! batch needs no savepoints.

use crate::audit::{self, Chunk, Entry, HASH_BYTES};
use crate::blobs;
use crate::claims;
use crate::fault;
use crate::shared::Shared;
use crate::view::{Pending, View};
use rihla_kernel::{Actor, Fault, FaultKind, Hlc, Instant, ServerId, Shard, SiteId, shard_of_text};
use rihla_store::backend::{AccessAction, Expect, LogicalId, Name, Outcome, ResourceRow, Snapshot, Step, TypeKey, Write, is_flag, is_own_mark};
use rihla_store::key::{ResKey, Row};
use rihla_store::keys;
use rihla_store::prepared::Prepared;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

/// What the writer remembers between batches to spare look-ups. Thrown away when a batch fails.
#[derive(Default)]
pub struct Caches {
    actors: HashMap<Actor, u32>,
    /// Keys of ids that clients chose and of resources referred to.
    names: HashMap<(TypeKey, Box<str>), ResKey>,
    /// Which of this node's ids stands behind a key.
    own: HashMap<ResKey, (ServerId, TypeKey)>,
    /// Display keys that are in the index already.
    displays: HashSet<Box<[u8]>>,
}

/// Names and displays kept at most; then the memory starts afresh.
const NAMES: usize = 50_000;
const DISPLAYS: usize = 20_000;

/// A batch under way.
pub struct Batch<'w> {
    pub shared: &'w Shared,
    pub conn: &'w Connection,
    pub caches: &'w mut Caches,
    pub hlc: Hlc,
    pub row: Row,
    pub patient_type: TypeKey,
    pub pending: Pending,
    pub superseded: Vec<(Row, Row)>,
    pub tally: HashMap<TypeKey, i64>,
    pub audit: Chunk,
}

/// A batch whose writes are done, before its commit.
pub struct Closed {
    pub pending: Pending,
    pub superseded: Vec<(Row, Row)>,
    pub tally: HashMap<TypeKey, i64>,
    pub hlc: Hlc,
    pub row: Row,
}

/// A resource as a step finds it.
struct Target {
    known: Option<ResourceRow>,
    /// The newest version's number and whether it is a deletion.
    newest: Option<(u32, bool)>,
}

impl Target {
    fn is_live(&self) -> bool {
        self.newest.is_some_and(|(_, deleted)| !deleted)
    }
}

impl<'w> Batch<'w> {
    pub fn new(shared: &'w Shared, conn: &'w Connection, caches: &'w mut Caches, hlc: Hlc, row: Row, patient_type: TypeKey) -> Self {
        Self {
            shared,
            conn,
            caches,
            hlc,
            row,
            patient_type,
            pending: Pending::default(),
            superseded: Vec::new(),
            tally: HashMap::new(),
            audit: Chunk::default(),
        }
    }

    /// Adds the audit entries of the batch, and the reads noted since the last, to the chain. Returns its new end.
    pub fn close(mut self, chain: [u8; HASH_BYTES], reads: &[(Actor, Entry)]) -> Result<(Closed, [u8; HASH_BYTES]), Fault> {
        for (actor, entry) in reads {
            let entry = Entry { actor: self.actor(actor)?, ..*entry };
            self.audit.push(&entry);
        }
        let mut end = chain;
        if !self.audit.is_empty() {
            end = audit::link(&chain, self.audit.bytes());
            self.execute("INSERT INTO audit (entries, hash) VALUES (?1, ?2)", (self.audit.bytes(), end))?;
        }
        Ok((Closed { pending: self.pending, superseded: self.superseded, tally: self.tally, hlc: self.hlc, row: self.row }, end))
    }

    /// Checks and writes one transaction. After an error nothing of it has been written, unless the error is the
    /// database's own, which ends the whole batch.
    pub fn apply(&mut self, write: Write) -> Result<Vec<Outcome>, Refusal> {
        let targets = self.check(&write)?;
        let actor = self.actor(&write.actor).map_err(Refusal::Batch)?;
        if self.caches.own.len() + write.steps.len() > NAMES {
            self.caches.own.clear();
        }
        // An earlier step may refer to what a later one makes.
        self.caches.own.extend(write.steps.iter().filter_map(|step| match step {
            Step::Put { ty, name: Name::New(id), .. } => Some((id.key() as ResKey, (*id, *ty))),
            _ => None,
        }));
        let mut outcomes = Vec::with_capacity(write.steps.len());
        for (step, target) in write.steps.into_iter().zip(targets) {
            let (action, done) = match step {
                Step::Put { ty, name, content, .. } => {
                    let action = if target.is_live() { AccessAction::Update } else { AccessAction::Create };
                    (action, self.put(ty, name, *content, target, actor, write.site))
                }
                Step::Delete { ty, id, .. } => (AccessAction::Delete, self.delete(ty, id, target, actor, write.site)),
            };
            let outcome = done.map_err(Refusal::Batch)?;
            self.audit_write(action, &outcome, actor, write.purpose as u8);
            outcomes.push(outcome);
        }
        for (name, value) in &write.marks {
            self.set_mark(name, value).map_err(Refusal::Batch)?;
        }
        Ok(outcomes)
    }

    fn set_mark(&self, name: &str, value: &[u8]) -> Result<(), Fault> {
        if value.is_empty() && !is_flag(name) {
            return self.execute("DELETE FROM mark WHERE name = ?1", [name]);
        }
        self.execute("INSERT INTO mark (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value))
    }

    fn check(&mut self, write: &Write) -> Result<Vec<Target>, Refusal> {
        if write.marks.iter().any(|(name, _)| is_own_mark(name)) {
            return Err(Refusal::Transaction(own_mark()));
        }
        if !write.assertions.is_empty() {
            let view = View::of_writer(self.shared, self.conn, &self.pending);
            for assertion in &write.assertions {
                if !assertion(&view).map_err(Refusal::Transaction)? {
                    return Err(Refusal::Transaction(raced()));
                }
            }
        }
        claims::each_once(&write.steps).map_err(Refusal::Transaction)?;
        let mut targets = Vec::with_capacity(write.steps.len());
        for step in &write.steps {
            targets.push(self.check_step(step)?);
        }
        if write.steps.iter().any(|step| matches!(step, Step::Put { content, .. } if !content.claims.is_empty())) {
            let changed: Vec<Option<ResKey>> = targets.iter().map(|target| target.known.as_ref().map(|known| known.res)).collect();
            if let Some(refused) = claims::check(self.conn, &write.steps, &changed).map_err(Refusal::Batch)? {
                return Err(Refusal::Transaction(refused));
            }
        }
        let named = write.steps.iter().filter_map(|step| if let Step::Put { content, .. } = step { Some(&content.blobs) } else { None });
        for hashes in named.filter(|hashes| !hashes.is_empty()) {
            if !blobs::all_kept(self.shared, self.conn, hashes).map_err(Refusal::Batch)? {
                return Err(Refusal::Transaction(rihla_store::blob::unknown()));
            }
        }
        Ok(targets)
    }

    fn check_step(&mut self, step: &Step) -> Result<Target, Refusal> {
        let (target, expect) = match step {
            Step::Put { name: Name::New(_), .. } => return Ok(Target { known: None, newest: None }),
            Step::Put { ty, name: Name::Id(id), expect, .. } => (self.target(*ty, id)?, *expect),
            Step::Delete { ty, id, expect } => (self.target(*ty, id)?, *expect),
        };
        match expect {
            Expect::Any => Ok(target),
            Expect::Absent if !target.is_live() => Ok(target),
            Expect::Present if target.is_live() => Ok(target),
            Expect::Version(wanted) if target.is_live() && target.newest.is_some_and(|(found, _)| found == wanted) => Ok(target),
            Expect::Absent | Expect::Present | Expect::Version(_) => Err(Refusal::Transaction(Fault::new(
                FaultKind::PreconditionFailed,
                "RH-STORE-VERSION",
                "The resource is not at the version that the request names. Read it again and repeat the change on the newest version.",
            ))),
        }
    }

    fn target(&mut self, ty: TypeKey, id: &str) -> Result<Target, Refusal> {
        let view = View::of_tables(self.shared, self.conn);
        let known = match view.find(ty, id).map_err(Refusal::Batch)? {
            Some(res) => view.resource(res).map_err(Refusal::Batch)?,
            None => None,
        };
        let newest = match &known {
            Some(known) if known.row > 0 => self
                .conn
                .prepare_cached("SELECT vid, body IS NULL FROM version WHERE row = ?1")
                .and_then(|mut statement| statement.query_row([known.row], |row| Ok((row.get(0)?, row.get(1)?))).optional())
                .map_err(|error| Refusal::Batch(fault::of(error)))?,
            _ => None,
        };
        Ok(Target { known, newest })
    }

    fn put(&mut self, ty: TypeKey, name: Name, content: Prepared, target: Target, actor: u32, site: SiteId) -> Result<Outcome, Fault> {
        let created = !target.is_live();
        let (vid, prev) = (target.newest.map_or(1, |(vid, _)| vid + 1), target.known.as_ref().map_or(0, |known| known.row));
        let mut known = match (target.known, name) {
            (Some(known), _) => known,
            (None, Name::New(id)) => ResourceRow { res: id.key() as ResKey, ty, row: 0, patient: 0, id: LogicalId::Server(id) },
            // Another step of this transaction may have referred to the id and so made its row.
            (None, Name::Id(id)) => self.resource_of(ty, &id)?,
        };
        let version = self.next_version()?;
        known.row = version.0;
        known.patient = match &content.home {
            Some(_) if ty == self.patient_type => known.res,
            Some(home) => self.key_of(self.patient_type, home)?,
            None => 0,
        };
        let shard = self.shard_of(&known, content.home.as_deref());
        self.save_resource(&known, shard)?;
        self.execute(
            "INSERT INTO version (row, res, ty, vid, prev, hlc, shard, actor, site, node, dictionary, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11)",
            (known.row, known.res, ty, vid, prev, version.1.0 as i64, shard.get(), actor, site.0, content.packed.dictionary, &content.packed.bytes),
        )?;
        self.replace(prev, known.row)?;
        for hash in &content.blobs {
            blobs::name(self.conn, hash, known.row)?;
        }
        claims::hold(self.conn, &content.claims, known.res, prev > 0)?;
        self.push_keys(&content, &known)?;
        if created {
            *self.tally.entry(ty).or_default() += 1;
        }
        Ok(Outcome { ty, id: known.id, vid, hlc: version.1, row: known.row, created, unchanged: false })
    }

    fn delete(&mut self, ty: TypeKey, id: Box<str>, target: Target, actor: u32, site: SiteId) -> Result<Outcome, Fault> {
        let live = target.is_live();
        let vid = target.newest.map_or(0, |(vid, _)| vid);
        let Some(mut known) = target.known.filter(|_| live) else {
            return Ok(Outcome { ty, id: LogicalId::Chosen(id), vid, hlc: self.hlc, row: 0, created: false, unchanged: true });
        };
        let prev = known.row;
        let version = self.next_version()?;
        known.row = version.0;
        self.execute("UPDATE resource SET row = ?2 WHERE res = ?1", (known.res, known.row))?;
        self.execute(
            "INSERT INTO version (row, res, ty, vid, prev, hlc, shard, actor, site, node, dictionary, body) \
             SELECT ?1, res, ty, ?2, ?3, ?4, shard, ?5, ?6, 0, 0, NULL FROM resource WHERE res = ?7",
            (known.row, vid + 1, prev, version.1.0 as i64, actor, site.0, known.res),
        )?;
        self.replace(prev, known.row)?;
        claims::hold(self.conn, &[], known.res, true)?;
        keys::push_deleted(ty, known.row, &mut self.pending.keys);
        *self.tally.entry(ty).or_default() -= 1;
        Ok(Outcome { ty, id: known.id, vid: vid + 1, hlc: version.1, row: known.row, created: false, unchanged: false })
    }

    fn next_version(&mut self) -> Result<(Row, Hlc), Fault> {
        // The last number of all stands for "no tick yet reached" in the writer's own view.
        self.row = self.row.checked_add(1).filter(|row| *row < Row::MAX).ok_or_else(fault::full)?;
        self.hlc = self.hlc.tick(self.shared.clock.now());
        Ok((self.row, self.hlc))
    }

    fn replace(&mut self, prev: Row, by: Row) -> Result<(), Fault> {
        if prev > 0 {
            self.execute("INSERT INTO superseded (row, by) VALUES (?1, ?2)", (prev, by))?;
            self.superseded.push((prev, by));
            self.pending.superseded.insert(prev);
        }
        Ok(())
    }

    /// A server id carries its shard; an id that a client chose takes it from the home patient.
    fn shard_of(&self, known: &ResourceRow, home: Option<&str>) -> Shard {
        match (&known.id, home) {
            (LogicalId::Server(id), _) => id.shard(),
            (_, Some(home)) => ServerId::parse(home).map_or_else(|| shard_of_text(home), ServerId::shard),
            (_, None) => Shard::REFERENCE,
        }
    }

    fn save_resource(&self, known: &ResourceRow, shard: Shard) -> Result<(), Fault> {
        let (born, id) = match &known.id {
            LogicalId::Server(id) => (id.born(), None),
            LogicalId::Chosen(id) => (Instant(0), Some(id)),
        };
        self.execute(
            "INSERT INTO resource (res, ty, row, patient, born, shard, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
             ON CONFLICT (res) DO UPDATE SET row = excluded.row, patient = excluded.patient, shard = excluded.shard",
            (known.res, known.ty, known.row, known.patient, born.0, shard.get(), id),
        )
    }

    fn push_keys(&mut self, content: &Prepared, known: &ResourceRow) -> Result<(), Fault> {
        let mut references = Vec::with_capacity(content.references.len());
        for reference in &content.references {
            references.push((reference.field, reference.ty, self.key_of(reference.ty, &reference.id)?));
        }
        keys::complete(content, known, &references, self.patient_type, &mut self.pending.keys);
        for display in content.displays.iter() {
            if !self.caches.displays.contains(display) {
                if self.caches.displays.len() >= DISPLAYS {
                    self.caches.displays.clear();
                }
                self.caches.displays.insert(display.into());
                self.pending.keys.push(display);
            }
        }
        Ok(())
    }

    /// The integer of a name, given one now if it has none yet.
    fn key_of(&mut self, ty: TypeKey, id: &str) -> Result<ResKey, Fault> {
        if let Some(own) = ServerId::parse(id).filter(|own| own.node() == self.shared.node) {
            // Most often the key inside is the key. But an id of this form may be made up, or come from before an older
            // backup was restored, and its key belong to another resource by now.
            if let Some(res) = self.own_key(ty, own)? {
                return Ok(res);
            }
        }
        self.resource_of(ty, id).map(|known| known.res)
    }

    fn own_key(&mut self, ty: TypeKey, own: ServerId) -> Result<Option<ResKey>, Fault> {
        let Ok(res) = ResKey::try_from(own.key()) else { return Ok(None) };
        if let Some(known) = self.caches.own.get(&res) {
            return Ok((*known == (own, ty)).then_some(res));
        }
        let found = View::of_tables(self.shared, self.conn).resource(res)?;
        let Some((id, found)) = found.and_then(|found| if let LogicalId::Server(id) = found.id { Some((id, found.ty)) } else { None }) else { return Ok(None) };
        if self.caches.own.len() < NAMES {
            self.caches.own.insert(res, (id, found));
        }
        Ok((found == ty && id == own).then_some(res))
    }

    fn resource_of(&mut self, ty: TypeKey, id: &str) -> Result<ResourceRow, Fault> {
        let row = |res| ResourceRow { res, ty, row: 0, patient: 0, id: LogicalId::Chosen(id.into()) };
        let name = (ty, Box::<str>::from(id));
        if let Some(res) = self.caches.names.get(&name) {
            return Ok(row(*res));
        }
        let found: Option<ResKey> = self
            .conn
            .prepare_cached("SELECT res FROM directory WHERE ty = ?1 AND id = ?2")
            .and_then(|mut statement| statement.query_row((ty, id), |row| row.get(0)).optional())
            .map_err(fault::of)?;
        let res = match found {
            Some(res) => res,
            None => self.new_name(ty, id)?,
        };
        if self.caches.names.len() >= NAMES {
            self.caches.names.clear();
        }
        self.caches.names.insert(name, res);
        Ok(row(res))
    }

    fn new_name(&self, ty: TypeKey, id: &str) -> Result<ResKey, Fault> {
        let res = self.shared.next_res.fetch_add(1, Ordering::SeqCst);
        self.execute("INSERT INTO directory (ty, id, res) VALUES (?1, ?2, ?3)", (ty, id, res))?;
        self.execute("INSERT INTO resource (res, ty, row, patient, born, shard, id) VALUES (?1, ?2, 0, 0, 0, 0, ?3)", (res, ty, id))?;
        Ok(res)
    }

    fn actor(&mut self, actor: &Actor) -> Result<u32, Fault> {
        if let Some(number) = self.caches.actors.get(actor) {
            return Ok(*number);
        }
        let number = number_of(self.conn, actor)?;
        self.caches.actors.insert(actor.clone(), number);
        Ok(number)
    }

    fn audit_write(&mut self, action: AccessAction, outcome: &Outcome, actor: u32, purpose: u8) {
        if self.shared.audit && !outcome.unchanged {
            self.audit.push(&Entry { action, purpose, ty: outcome.ty, actor, millis: outcome.hlc.instant().0, res: 0, row: outcome.row, shown: 0 });
        }
    }

    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), Fault> {
        self.conn.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map(|_| ()).map_err(fault::of)
    }
}

fn number_of(conn: &Connection, actor: &Actor) -> Result<u32, Fault> {
    let kind = actor.kind() as u8;
    conn.prepare_cached("INSERT INTO actor (kind, id) VALUES (?1, ?2) ON CONFLICT (kind, id) DO UPDATE SET id = excluded.id RETURNING actor")
        .and_then(|mut statement| statement.query_row((kind, actor.id()), |row| row.get(0)))
        .map_err(fault::of)
}

/// Somebody else made an assertion false between the caller's look and the writer's.
pub fn raced() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-STORE-RACED", "Another change came first. Look again and repeat.")
}

fn own_mark() -> Fault {
    Fault::new(FaultKind::Invalid, "RH-STORE-MARK", "This name of operational state belongs to the node itself. Use another one.")
}

/// Whom an error stops.
pub enum Refusal {
    Transaction(Fault),
    Batch(Fault),
}
