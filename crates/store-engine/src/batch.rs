//! One batch of transactions, applied to a back end's tables.
//!
//! Each transaction is first checked as a whole, then written; so one that is refused leaves nothing behind, and the
//! batch needs no savepoints. What decides about a transaction is here and once; a back end brings look-ups and rows.

use crate::audit::{self, Chain, HASH_BYTES, NewLink, Note, Noted};
use crate::claims;
use crate::fault;
use crate::memory::Memory;
use rihla_kernel::{Actor, ActorKind, Fault, FaultKind, Hlc, Origin, ServerId, Shard, SiteId, shard_of_text};
use rihla_store::backend::{
    AccessAction, Expect, LogicalId, Name, Outcome, Packed, ResourceRow, Snapshot, Step, TypeKey, VersionRow, Write, is_flag, is_own_mark,
};
use rihla_store::blob::{self, BlobHash};
use rihla_store::key::{KeyBuf, ResKey, Row};
use rihla_store::keys;
use rihla_store::prepared::Prepared;
use rihla_store::trail::{Access, Chunk, Entry, Name as Naming, NameOf, What};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

/// What the writer has done in the batch that it has not committed yet.
#[derive(Default)]
pub struct Pending {
    pub keys: KeyBuf,
    pub superseded: HashSet<Row>,
}

/// A back end's tables as its writer uses them: what it reads includes what the batch has written so far.
pub trait Tables {
    fn resource(&mut self, res: ResKey) -> Result<Option<ResourceRow>, Fault>;

    /// The number of a version, and whether it is a deletion.
    fn numbered(&mut self, row: Row) -> Result<Option<(u32, bool)>, Fault>;

    /// The key of an id that a client chose.
    fn named(&mut self, ty: TypeKey, id: &str) -> Result<Option<ResKey>, Fault>;

    /// Who holds a claim.
    fn holder(&mut self, claim: &str) -> Result<Option<ResKey>, Fault>;

    /// Whether all of these contents can be named.
    fn keeps(&mut self, hashes: &[BlobHash]) -> Result<bool, Fault>;

    /// The number of an actor, given one now if it has none yet.
    fn actor(&mut self, actor: &Actor) -> Result<u32, Fault>;

    /// The record in the midst of the batch, for assertions.
    fn view<'a>(&'a mut self, pending: &'a Pending) -> Box<dyn Snapshot + 'a>;

    /// A resource that holds nothing yet, under an id that a client chose.
    fn add_name(&mut self, ty: TypeKey, id: &str, res: ResKey) -> Result<(), Fault>;

    fn save_resource(&mut self, known: &ResourceRow, shard: Shard) -> Result<(), Fault>;

    fn add_version(&mut self, version: &VersionRow, shard: Shard, packed: Packed) -> Result<(), Fault>;

    /// A deletion: its version, in the shard of its resource, whose newest row it becomes.
    fn add_deletion(&mut self, version: &VersionRow) -> Result<(), Fault>;

    fn supersede(&mut self, row: Row, by: Row) -> Result<(), Fault>;

    fn name_blob(&mut self, hash: &BlobHash, row: Row) -> Result<(), Fault>;

    /// Has `res` hold these claims and no others.
    fn hold(&mut self, claims: &[Box<str>], res: ResKey, held_before: bool) -> Result<(), Fault>;

    /// Sets or takes away a piece of operational state.
    fn mark(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), Fault>;

    /// Appends a link to the audit chain.
    fn chain(&mut self, number: i64, entries: &[u8], hash: &[u8; HASH_BYTES]) -> Result<(), Fault>;

    /// Notes under which keys the entries of a block of links are found.
    fn note_block(&mut self, block: i64, keys: &[i64]) -> Result<(), Fault>;
}

/// What the writer remembers between batches to spare look-ups. Thrown away when a batch fails.
#[derive(Default)]
pub struct Caches {
    actors: HashMap<Actor, u32>,
    origins: HashMap<Origin, u32>,
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
pub struct Batch<'w, T> {
    pub memory: &'w Memory,
    pub tables: &'w mut T,
    pub caches: &'w mut Caches,
    pub hlc: Hlc,
    pub row: Row,
    pub patient_type: TypeKey,
    pub pending: Pending,
    pub superseded: Vec<(Row, Row)>,
    pub tally: HashMap<TypeKey, i64>,
    pub audit: Chunk,
    /// Entries of what was written; what was noted came before.
    written: Vec<Entry>,
    /// Under what its entries will be found.
    found: HashSet<i64>,
}

/// A batch whose writes are done, before its commit.
pub struct Closed {
    pub pending: Pending,
    pub superseded: Vec<(Row, Row)>,
    pub tally: HashMap<TypeKey, i64>,
    pub hlc: Hlc,
    pub row: Row,
    /// What it adds to the audit chain.
    pub link: Option<NewLink>,
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

impl<'w, T: Tables> Batch<'w, T> {
    pub fn new(memory: &'w Memory, tables: &'w mut T, caches: &'w mut Caches, hlc: Hlc, row: Row, patient_type: TypeKey) -> Self {
        Self {
            memory,
            tables,
            caches,
            hlc,
            row,
            patient_type,
            pending: Pending::default(),
            superseded: Vec::new(),
            tally: HashMap::new(),
            audit: Chunk::new(memory.clock.now().0),
            written: Vec::new(),
            found: HashSet::new(),
        }
    }

    /// Adds the audit entries of the batch, and what was noted since the last, to the chain.
    pub fn close(mut self, chain: &Chain, noted: &[Noted]) -> Result<Closed, Fault> {
        for noted in noted {
            let (actor, origin) = match &noted.note {
                Note::Access(note) => (self.actor(&note.actor)?, self.origin(&note.origin)?),
                Note::Event(note) => (self.actor(&note.actor)?, self.origin(&note.origin)?),
            };
            self.enter(&noted.entry(actor, origin));
        }
        for entry in std::mem::take(&mut self.written) {
            self.enter(&entry);
        }
        let mut link = None;
        if !self.audit.is_empty() {
            let (number, hash) = (chain.last + 1, audit::link(&chain.hash, self.audit.bytes()));
            self.tables.chain(number, self.audit.bytes(), &hash)?;
            let due = chain.gather.due();
            let noted = due.len();
            for (block, keys) in due {
                self.tables.note_block(*block, keys)?;
            }
            link = Some(NewLink { number, hash, keys: self.found.into_iter().collect(), noted });
        }
        Ok(Closed { pending: self.pending, superseded: self.superseded, tally: self.tally, hlc: self.hlc, row: self.row, link })
    }

    fn enter(&mut self, entry: &Entry) {
        self.audit.push(entry);
        self.found.extend(rihla_store::trail::keys_of(entry));
    }

    /// Checks and writes one transaction. After an error nothing of it has been written, unless the error is the
    /// database's own, which ends the whole batch.
    pub fn apply(&mut self, write: Write) -> Result<Vec<Outcome>, Refusal> {
        let targets = self.check(&write)?;
        let actor = self.actor(&write.actor).map_err(Refusal::Batch)?;
        let who = (write.purpose as u8, actor, self.origin(&write.origin).map_err(Refusal::Batch)?);
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
            let (outcome, patient) = done.map_err(Refusal::Batch)?;
            self.audit_write(action, &outcome, patient, who);
            outcomes.push(outcome);
        }
        for (name, value) in &write.marks {
            let taken_away = value.is_empty() && !is_flag(name);
            let sealed = if value.is_empty() { Ok(value.into()) } else { self.memory.vault.seal_state(name, value) };
            let kept = sealed.map_err(Refusal::Batch)?;
            self.tables.mark(name, (!taken_away).then_some(&*kept)).map_err(Refusal::Batch)?;
        }
        Ok(outcomes)
    }

    fn check(&mut self, write: &Write) -> Result<Vec<Target>, Refusal> {
        if write.marks.iter().any(|(name, _)| is_own_mark(name)) {
            return Err(Refusal::Transaction(own_mark()));
        }
        if !write.assertions.is_empty() {
            let view = self.tables.view(&self.pending);
            for assertion in &write.assertions {
                if !assertion(view.as_ref()).map_err(Refusal::Transaction)? {
                    return Err(Refusal::Transaction(raced()));
                }
            }
        }
        claims::each_once(&write.steps).map_err(Refusal::Transaction)?;
        // Prepared before the index became blind, which it does once in the life of a store.
        let blind = self.memory.vault.is_blind();
        if write.steps.iter().any(|step| matches!(step, Step::Put { content, .. } if content.blind != blind)) {
            return Err(Refusal::Transaction(raced()));
        }
        let mut targets = Vec::with_capacity(write.steps.len());
        for step in &write.steps {
            targets.push(self.check_step(step)?);
        }
        if write.steps.iter().any(|step| matches!(step, Step::Put { content, .. } if !content.claims.is_empty())) {
            let changed: Vec<Option<ResKey>> = targets.iter().map(|target| target.known.as_ref().map(|known| known.res)).collect();
            if let Some(refused) = claims::check(&write.steps, &changed, |claim| self.tables.holder(claim)).map_err(Refusal::Batch)? {
                return Err(Refusal::Transaction(refused));
            }
        }
        let named = write.steps.iter().filter_map(|step| if let Step::Put { content, .. } = step { Some(&content.blobs) } else { None });
        for hashes in named.filter(|hashes| !hashes.is_empty()) {
            if !self.tables.keeps(hashes).map_err(Refusal::Batch)? {
                return Err(Refusal::Transaction(blob::unknown()));
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
        let known = self.find(ty, id).map_err(Refusal::Batch)?;
        let newest = match &known {
            Some(known) if known.row > 0 => self.tables.numbered(known.row).map_err(Refusal::Batch)?,
            _ => None,
        };
        Ok(Target { known, newest })
    }

    fn find(&mut self, ty: TypeKey, id: &str) -> Result<Option<ResourceRow>, Fault> {
        if let Some(own) = ServerId::parse(id).filter(|own| own.node() == self.memory.node)
            && let Ok(res) = ResKey::try_from(own.key())
            && let Some(found) = self.tables.resource(res)?
            && found.ty == ty
            && found.id == LogicalId::Server(own)
        {
            return Ok(Some(found));
        }
        match self.tables.named(ty, id)? {
            Some(res) => self.tables.resource(res),
            None => Ok(None),
        }
    }

    fn put(&mut self, ty: TypeKey, name: Name, mut content: Prepared, target: Target, actor: u32, site: SiteId) -> Result<(Outcome, ResKey), Fault> {
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
        self.tables.save_resource(&known, shard)?;
        let made = VersionRow { row: known.row, res: known.res, ty, vid, deleted: false, hlc: version.1, actor, site, prev };
        let packed = self.memory.vault.seal_body(&made, std::mem::take(&mut content.packed))?;
        self.tables.add_version(&made, shard, packed)?;
        self.replace(prev, known.row)?;
        for hash in &content.blobs {
            self.tables.name_blob(hash, known.row)?;
        }
        self.tables.hold(&content.claims, known.res, prev > 0)?;
        self.push_keys(&content, &known)?;
        if created {
            *self.tally.entry(ty).or_default() += 1;
        }
        if vid == 1 && ty == self.patient_type && self.memory.audit {
            self.audit.name(&Naming { of: NameOf::Patient, number: known.res, name: known.id.to_text().into_bytes().into() });
        }
        Ok((Outcome { ty, id: known.id, vid, hlc: version.1, row: known.row, created, unchanged: false }, known.patient))
    }

    fn delete(&mut self, ty: TypeKey, id: Box<str>, target: Target, actor: u32, site: SiteId) -> Result<(Outcome, ResKey), Fault> {
        let live = target.is_live();
        let vid = target.newest.map_or(0, |(vid, _)| vid);
        let Some(mut known) = target.known.filter(|_| live) else {
            return Ok((Outcome { ty, id: LogicalId::Chosen(id), vid, hlc: self.hlc, row: 0, created: false, unchanged: true }, 0));
        };
        let prev = known.row;
        let version = self.next_version()?;
        known.row = version.0;
        let made = VersionRow { row: known.row, res: known.res, ty, vid: vid + 1, deleted: true, hlc: version.1, actor, site, prev };
        self.tables.add_deletion(&made)?;
        self.replace(prev, known.row)?;
        self.tables.hold(&[], known.res, true)?;
        keys::push_deleted(ty, known.row, &mut self.pending.keys);
        *self.tally.entry(ty).or_default() -= 1;
        Ok((Outcome { ty, id: known.id, vid: vid + 1, hlc: version.1, row: known.row, created: false, unchanged: false }, known.patient))
    }

    fn next_version(&mut self) -> Result<(Row, Hlc), Fault> {
        // The last number of all stands for "no tick yet reached" in the writer's own view.
        self.row = self.row.checked_add(1).filter(|row| *row < Row::MAX).ok_or_else(fault::full)?;
        self.hlc = self.hlc.tick(self.memory.clock.now());
        Ok((self.row, self.hlc))
    }

    fn replace(&mut self, prev: Row, by: Row) -> Result<(), Fault> {
        if prev > 0 {
            self.tables.supersede(prev, by)?;
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
        if let Some(own) = ServerId::parse(id).filter(|own| own.node() == self.memory.node) {
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
        let found = self.tables.resource(res)?;
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
        let found = self.tables.named(ty, id)?;
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

    fn new_name(&mut self, ty: TypeKey, id: &str) -> Result<ResKey, Fault> {
        let res = self.memory.next_res.fetch_add(1, Ordering::SeqCst);
        self.tables.add_name(ty, id, res)?;
        Ok(res)
    }

    fn actor(&mut self, actor: &Actor) -> Result<u32, Fault> {
        if let Some(number) = self.caches.actors.get(actor) {
            return Ok(*number);
        }
        let number = self.number(actor)?;
        self.caches.actors.insert(actor.clone(), number);
        Ok(number)
    }

    fn origin(&mut self, origin: &Origin) -> Result<u32, Fault> {
        if origin.is_unknown() || !self.memory.audit {
            return Ok(0);
        }
        if let Some(number) = self.caches.origins.get(origin) {
            return Ok(*number);
        }
        let number = self.number(&Actor::new(ActorKind::Place, origin.as_text()))?;
        self.caches.origins.insert(origin.clone(), number);
        Ok(number)
    }

    /// The number of a party or place; the chain says what it means.
    fn number(&mut self, party: &Actor) -> Result<u32, Fault> {
        let number = self.tables.actor(party)?;
        if self.memory.audit {
            self.audit.name(&Naming { of: NameOf::Actor(party.kind() as u8), number, name: party.id().as_bytes().into() });
        }
        Ok(number)
    }

    fn audit_write(&mut self, action: AccessAction, outcome: &Outcome, patient: ResKey, (purpose, actor, origin): (u8, u32, u32)) {
        if self.memory.audit && !outcome.unchanged {
            let patients = if patient > 0 { vec![patient] } else { Vec::new() };
            let access = Access { action, ty: outcome.ty, res: 0, row: outcome.row, shown: 0, patients };
            self.written.push(Entry { purpose, actor, origin, millis: outcome.hlc.instant().0, denied: false, what: What::Access(access) });
        }
    }
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
