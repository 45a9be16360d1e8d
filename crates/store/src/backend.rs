//! What a database has to offer to carry the record. `store-sqlite` is one; the conformance story runs on each.

use crate::blob::Blobs;
use crate::key::{KeyBuf, KeyRange, ResKey, Row};
use crate::prepared::Prepared;
use crate::trail::{EventNote, Trail};
use rihla_kernel::{Actor, Fault, Hlc, NodeId, Origin, Purpose, ServerId, SiteId};
use std::sync::Arc;
use tokio::sync::{oneshot, watch};

/// The fixed number of a resource type (`rihla_fhir::r4`).
pub type TypeKey = u16;

/// One version as the log holds it, without its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionRow {
    pub row: Row,
    pub res: ResKey,
    pub ty: TypeKey,
    /// FHIR's `versionId`, from 1.
    pub vid: u32,
    pub deleted: bool,
    pub hlc: Hlc,
    pub actor: u32,
    pub site: SiteId,
    /// The version before this one, or 0.
    pub prev: Row,
}

/// What the store knows of a resource besides its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRow {
    pub res: ResKey,
    pub ty: TypeKey,
    /// The newest version, or 0 for a name that is referred to but holds nothing yet.
    pub row: Row,
    /// The home patient's key, or 0.
    pub patient: ResKey,
    pub id: LogicalId,
}

/// A resource's logical id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogicalId {
    Server(ServerId),
    Chosen(Box<str>),
}

impl LogicalId {
    pub fn push_to(&self, out: &mut Vec<u8>) {
        match self {
            Self::Server(id) => id.push_to(out),
            Self::Chosen(id) => out.extend_from_slice(id.as_bytes()),
        }
    }

    pub fn to_text(&self) -> String {
        match self {
            Self::Server(id) => id.to_text(),
            Self::Chosen(id) => id.to_string(),
        }
    }
}

/// A version together with its resource, and its stored body if asked for.
#[derive(Clone, Debug)]
pub struct Hit {
    pub version: VersionRow,
    pub resource: ResourceRow,
    /// In stored form (see [`crate::body`]); empty if not asked for or if the version is a deletion.
    pub body: Vec<u8>,
}

/// A consistent view of the record at a tick. Lives as long as one request.
pub trait Snapshot {
    /// Rows beyond this one do not exist here.
    fn tick(&self) -> Row;

    /// Whose ids carry the key of what they name.
    fn node(&self) -> NodeId;

    /// Appends the keys of `range` in order (or reverse), at most `limit`.
    fn scan(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> Result<(), Fault>;

    /// Whether `row` is the newest version of its resource at this tick, and holds data.
    fn is_current(&self, row: Row) -> bool;

    fn hit(&self, row: Row, with_body: bool) -> Result<Option<Hit>, Fault>;

    /// The newest version of a resource at this tick.
    fn current(&self, res: ResKey, with_body: bool) -> Result<Option<Hit>, Fault>;

    /// The newest version of a name at this tick, in as few look-ups as there can be.
    fn named(&self, ty: TypeKey, id: &str) -> Result<Option<Hit>, Fault> {
        if let Some((own, res)) = self.own(id)
            && let Some(hit) = self.current(res, true)?
            && hit.version.ty == ty
            && hit.resource.id == LogicalId::Server(own)
        {
            return Ok(Some(hit));
        }
        match self.find(ty, id)? {
            Some(res) => self.current(res, true),
            None => Ok(None),
        }
    }

    /// An id of this node, and the key that it carries.
    fn own(&self, id: &str) -> Option<(ServerId, ResKey)> {
        let own = ServerId::parse(id).filter(|id| id.node() == self.node())?;
        Some((own, ResKey::try_from(own.key()).ok()?))
    }

    /// The home patient of a version's resource, if it has one.
    fn patient_of(&self, row: Row) -> Result<Option<ResKey>, Fault>;

    /// A version without its resource and its body.
    fn version(&self, row: Row) -> Result<Option<VersionRow>, Fault>;

    /// The resource that a version belongs to.
    fn resource_of(&self, row: Row) -> Result<Option<ResKey>, Fault>;

    fn resource(&self, res: ResKey) -> Result<Option<ResourceRow>, Fault>;

    /// The key of a name, whether it holds data or is only referred to. An id of this node carries it.
    fn find(&self, ty: TypeKey, id: &str) -> Result<Option<ResKey>, Fault> {
        if let Some((own, res)) = self.own(id)
            && let Some(found) = self.resource(res)?
            && found.ty == ty
            && found.id == LogicalId::Server(own)
        {
            return Ok(Some(res));
        }
        self.in_directory(ty, id)
    }

    /// The key of an id that a client chose, or that another node gave.
    fn in_directory(&self, ty: TypeKey, id: &str) -> Result<Option<ResKey>, Fault>;

    /// Who holds each of some claims now, whatever the tick.
    fn claimed(&self, names: &[Box<str>]) -> Result<Vec<Option<ResKey>>, Fault>;

    /// The last row of the log, whatever the tick.
    fn last_row(&self) -> Result<Row, Fault>;

    /// The last row written at or before `hlc`, or 0.
    fn row_at(&self, hlc: Hlc) -> Result<Row, Fault> {
        let (mut low, mut high): (Row, Row) = (0, self.tick().min(self.last_row()?));
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            match self.version(middle)? {
                Some(version) if version.hlc <= hlc => low = middle,
                _ => high = middle - 1,
            }
        }
        Ok(low)
    }

    /// Rows that hold versions newer than `after`, oldest first: the change feed.
    fn versions_after(&self, after: Row, limit: usize) -> Result<Vec<VersionRow>, Fault>;

    /// Current resources of a type, kept incrementally.
    fn count(&self, ty: TypeKey) -> u64;
}

/// What has to hold for a transaction to be written, decided again by the one writer.
pub type Assertion = Box<dyn Fn(&dyn Snapshot) -> Result<bool, Fault> + Send>;

/// What must be true of the target's present state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    Any,
    /// If-Match: `*`.
    Present,
    /// If-Match.
    Version(u32),
    /// If-None-Match: `*`.
    Absent,
}

/// Which resource an operation speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// Reserved by this node and not used before.
    New(ServerId),
    /// Any legal id; may or may not exist.
    Id(Box<str>),
}

/// One step of a transaction.
pub enum Step {
    Put { ty: TypeKey, name: Name, expect: Expect, content: Box<Prepared> },
    Delete { ty: TypeKey, id: Box<str>, expect: Expect },
}

/// Steps that happen together or not at all.
pub struct Write {
    pub actor: Actor,
    pub purpose: Purpose,
    pub origin: Origin,
    pub site: SiteId,
    pub steps: Vec<Step>,
    pub assertions: Vec<Assertion>,
    /// Operational state that is true exactly if the steps are: an import's progress, a queue's mark, a session. An empty
    /// value takes the mark away, but for [`is_flag`]s.
    pub marks: Vec<(String, Vec<u8>)>,
}

/// Marks that say all by being there, and so are kept without a value.
pub fn is_flag(name: &str) -> bool {
    name.starts_with("import:")
}

/// The node's own facts, which stand among the marks and which no transaction sets.
pub fn is_own_mark(name: &str) -> bool {
    matches!(name, "node" | "index" | "moving" | "moved" | "keyring")
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub ty: TypeKey,
    pub id: LogicalId,
    pub vid: u32,
    pub hlc: Hlc,
    pub row: Row,
    /// The resource did not exist (or was deleted) before.
    pub created: bool,
    /// A delete of something that was not there: nothing was written.
    pub unchanged: bool,
}

pub type Reply = oneshot::Sender<Result<Vec<Outcome>, Fault>>;

/// A read that was made, for the audit chain.
#[derive(Clone, Debug)]
pub struct AccessNote {
    pub actor: Actor,
    pub purpose: Purpose,
    pub origin: Origin,
    pub action: AccessAction,
    /// It was asked for and refused.
    pub denied: bool,
    pub ty: TypeKey,
    /// The resource read, or 0 for a question about a type.
    pub res: ResKey,
    /// How many resources were shown.
    pub shown: u32,
    /// Whose data were among them; each once, in order.
    pub patients: Vec<ResKey>,
}

/// What was done (<https://hl7.org/fhir/R4/valueset-audit-event-action.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AccessAction {
    Create = b'C',
    Read = b'R',
    Update = b'U',
    Delete = b'D',
    /// A search or another operation.
    Execute = b'E',
}

/// A body made small, with the dictionary that undoes it.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    pub dictionary: u32,
    pub bytes: Vec<u8>,
}

/// Figures of a running store, for operators and benchmarks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    pub tick: Row,
    pub resources: u64,
    pub versions: u64,
    pub bytes_on_disk: u64,
    /// Committed keys that wait to be written into the index on disk.
    pub keys_in_memory: u64,
}

/// A database that carries the record.
pub trait Backend: Send + Sync {
    fn node(&self) -> NodeId;

    /// A view at the newest tick, or at an earlier one from which a page goes on. `Gone` if that is too long ago.
    fn snapshot(&self, at: Option<Row>) -> Result<Box<dyn Snapshot + '_>, Fault>;

    /// Takes the next free resource keys; those never used stay holes.
    fn reserve(&self, count: u32) -> Result<ResKey, Fault>;

    fn pack(&self, ty: TypeKey, body: &[u8]) -> Result<Packed, Fault>;

    /// Hands a transaction to the writer. The reply comes once it is durable, or refused.
    fn submit(&self, write: Write, reply: Reply);

    /// Leaves one entry in the audit chain; durable within a second and before any later write is.
    fn note_access(&self, note: AccessNote);

    /// The same for what is no access to data.
    fn note_event(&self, note: EventNote);

    /// The audit chain, for those who may read it.
    fn trail(&self) -> &dyn Trail;

    /// The newest tick, for those who wait for changes.
    fn ticks(&self) -> watch::Receiver<Row>;

    /// Operational state by name (see [`Write::marks`]).
    fn mark(&self, name: &str) -> Result<Option<Vec<u8>>, Fault>;

    /// Operational state whose names begin with `prefix`, in the order of the names; the node's own facts are not among it.
    fn marks(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault>;

    /// Large content outside the rows.
    fn blobs(&self) -> &dyn Blobs;

    fn status(&self) -> Result<Status, Fault>;

    /// Writes everything out, so that the next opening has nothing to do.
    fn close(&self) -> Result<(), Fault>;
}

pub type SharedBackend = Arc<dyn Backend>;
