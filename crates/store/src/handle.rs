//! The handle through which everything outside the platform reaches the record.

use crate::backend::{Assertion, Hit, LogicalId, Outcome, SharedBackend, Snapshot, Status, Step, VersionRow, Write};
use crate::body::{Head, compose_into, without};
use crate::indexer::{Indexer, Rewrites};
use crate::key::{ResKey, Row};
use crate::merged::Merged;
use crate::people::Finder;
use crate::prepared::Prepared;
use crate::query::{Handling, Query, parse};
use crate::scope::AccessScope;
use crate::search::{self, Cursor, Gate, Run};
use crate::standing::{Marks, Standing};
use crate::write_rules::StepRule;
use rihla_fhir::json::{Edits, Value};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::Entry;
use rihla_kernel::{Actor, Clock, Fault, FaultKind, Instant, Origin, Purpose, ServerId, Shard, SiteId, shard_of_text};
use std::sync::Arc;
use tokio::sync::{oneshot, watch};

/// What a store is run with, besides its back end.
pub struct Settings {
    pub clock: Arc<dyn Clock>,
    pub indexer: Arc<Indexer>,
    /// The site that this process writes for.
    pub site: SiteId,
}

/// The record. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) backend: SharedBackend,
    settings: Arc<Settings>,
    pub(crate) people: Arc<Finder>,
    merged: Arc<Merged>,
    pub(crate) standing: Arc<Standing>,
}

impl Store {
    pub fn new(backend: SharedBackend, settings: Settings) -> Self {
        let merged = Merged::default();
        // Where it cannot be read now, the first question reads it, and says why it cannot.
        let read = backend.snapshot(None).and_then(|view| merged.gone_into(view.as_ref(), &settings.indexer, settings.clock.now(), 0));
        drop(read);
        Self { backend, settings: Arc::new(settings), people: Arc::default(), merged: Arc::new(merged), standing: Arc::default() }
    }

    /// The only way to data: a handle for one actor and one purpose.
    pub fn scoped(&self, actor: Actor, purpose: Purpose) -> Scoped {
        self.scoped_to(actor, purpose, AccessScope::everything())
    }

    /// A handle that shows no more than `scope`.
    pub fn scoped_to(&self, actor: Actor, purpose: Purpose, scope: AccessScope) -> Scoped {
        let (backend, settings, people, merged) = (self.backend.clone(), self.settings.clone(), self.people.clone(), self.merged.clone());
        let standing = self.standing.clone();
        Scoped { backend, settings, people, merged, standing, actor, purpose, origin: Origin::unknown(), scope: Arc::new(scope), writes: None }
    }

    pub fn indexer(&self) -> &Arc<Indexer> {
        &self.settings.indexer
    }

    /// The newest tick: changes whenever something was committed.
    pub fn ticks(&self) -> watch::Receiver<Row> {
        self.backend.ticks()
    }

    pub fn status(&self) -> Result<Status, Fault> {
        self.backend.status()
    }

    /// Operational state by name, as [`Scoped::commit`] left it.
    pub fn mark(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        match self.standing.mark(name) {
            Some(value) => Ok(Some(value).filter(|value| !value.is_empty())),
            None => self.backend.mark(name),
        }
    }

    /// Operational state whose names begin with `prefix`, in the order of the names.
    pub fn marks(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        Ok(self.standing.over(prefix, self.backend.marks(prefix)?))
    }

    pub fn close(&self) -> Result<(), Fault> {
        self.backend.close()
    }
}

/// One version of one resource, as it is shown.
#[derive(Clone, Debug)]
pub struct Stored {
    pub ty: TypeId,
    pub id: LogicalId,
    pub vid: u32,
    pub last_updated: Instant,
    pub deleted: bool,
    /// Where it was written; not known of what was written a moment ago.
    pub site: Option<SiteId>,
    body: Vec<u8>,
}

impl Stored {
    /// A version as a scope shows it.
    pub(crate) fn of_hit(hit: Hit, scope: &AccessScope) -> Self {
        let Hit { version, resource, body } = hit;
        let body = match scope.omits(version.ty) {
            Some(names) if !body.is_empty() => without(&body, names),
            _ => body,
        };
        Self {
            ty: TypeId(version.ty),
            id: resource.id,
            vid: version.vid,
            last_updated: version.hlc.instant(),
            deleted: version.deleted,
            site: Some(version.site),
            body,
        }
    }

    /// What was just written, without reading it again.
    pub fn written(outcome: &Outcome, body: Vec<u8>) -> Self {
        Self { ty: TypeId(outcome.ty), id: outcome.id.clone(), vid: outcome.vid, last_updated: outcome.hlc.instant(), deleted: false, site: None, body }
    }

    /// Appends the resource as JSON; nothing for a deletion.
    pub fn push_json(&self, out: &mut Vec<u8>) {
        if !self.deleted {
            compose_into(&Head { resource_type: tables().type_name(self.ty), id: &self.id, vid: self.vid, last_updated: self.last_updated }, &self.body, out);
        }
    }

    pub fn json(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.push_json(&mut out);
        out
    }
}

/// A page of a search.
#[derive(Debug)]
pub struct SearchPage {
    pub matches: Vec<Stored>,
    pub included: Vec<Stored>,
    pub total: Option<u64>,
    /// For the `_cursor` of the next page.
    pub next: Option<String>,
    pub warnings: Vec<Fault>,
}

/// Whom a conditional operation speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    None,
    One(TypeId, LogicalId),
    Many,
}

/// The record as one actor may see and change it.
#[derive(Clone)]
pub struct Scoped {
    pub(crate) backend: SharedBackend,
    settings: Arc<Settings>,
    pub(crate) people: Arc<Finder>,
    merged: Arc<Merged>,
    pub(crate) standing: Arc<Standing>,
    actor: Actor,
    pub(crate) purpose: Purpose,
    pub(crate) origin: Origin,
    pub(crate) scope: Arc<AccessScope>,
    /// What each act may be done with, in the order of [`crate::scope::Act::ALL`], where that is not what is shown.
    pub(crate) writes: Option<Arc<[AccessScope; 3]>>,
}

pub(crate) fn not_found() -> Fault {
    Fault::new(FaultKind::NotFound, "RH-STORE-NOT-FOUND", "No such resource, or none that you may see.")
}

impl Scoped {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(crate) fn indexer(&self) -> &Arc<Indexer> {
        &self.settings.indexer
    }

    /// The newest version. `Gone` if it was deleted.
    pub fn read(&self, ty: TypeId, id: &str) -> Result<Stored, Fault> {
        let view = self.backend.snapshot(None)?;
        let hit = self.current(view.as_ref(), ty, id)?;
        drop(view);
        if hit.version.deleted {
            return Err(Fault::new(FaultKind::Gone, "RH-STORE-DELETED", "The resource was deleted. Its earlier versions can still be read."));
        }
        self.note_one(&hit);
        Ok(Stored::of_hit(hit, &self.scope))
    }

    pub(crate) fn gate<'g>(&'g self, view: &'g dyn Snapshot) -> Gate<'g> {
        Gate { view, indexer: &self.settings.indexer, scope: &self.scope }
    }

    pub(crate) fn current(&self, view: &dyn Snapshot, ty: TypeId, id: &str) -> Result<Hit, Fault> {
        self.let_see(view, view.named(ty.0, id)?.ok_or_else(not_found)?)
    }

    pub fn vread(&self, ty: TypeId, id: &str, vid: u32) -> Result<Stored, Fault> {
        let view = self.backend.snapshot(None)?;
        let mut hit = self.current(view.as_ref(), ty, id)?;
        while hit.version.vid > vid && hit.version.prev > 0 {
            hit = view.hit(hit.version.prev, true)?.ok_or_else(not_found)?;
        }
        let shown = hit.version.vid == vid && self.gate(view.as_ref()).lets(&hit)?;
        drop(view);
        if !shown {
            return Err(not_found());
        }
        if hit.version.deleted {
            return Err(Fault::new(FaultKind::Gone, "RH-STORE-DELETED", "That version is the resource's deletion."));
        }
        self.note_one(&hit);
        Ok(Stored::of_hit(hit, &self.scope))
    }

    /// Reads a query for this handle. `types` are those searched.
    pub fn query(&self, types: &[TypeId], pairs: &[(String, String)], handling: Handling) -> Result<(Query, Vec<Fault>), Fault> {
        let (query, warnings) = parse(types, pairs, handling, &self.settings.indexer)?;
        // What is left out of what is shown would be told by what is found.
        query.parts.iter().try_for_each(|part| self.scope.may_ask(part.ty, &part.criteria, &part.sort))?;
        Ok((query, warnings))
    }

    pub fn search(&self, query: &Query) -> Result<SearchPage, Fault> {
        let cursor = Cursor::fitting(query.cursor.as_deref(), query.fingerprint, &self.scope)?;
        let blind = self.settings.indexer.is_blind();
        let view = self.backend.snapshot(cursor.as_ref().map(|cursor| cursor.tick))?;
        let wide = self.merged.widened(view.as_ref(), &self.settings.indexer, self.settings.clock.now(), query)?;
        let answer = search::answer(view.as_ref(), &self.settings.indexer, &self.scope, &wide, cursor)?;
        let mut warnings = Vec::new();
        let mut included = Vec::new();
        if let (false, Some(part)) = (query.includes.is_empty(), query.parts.first()) {
            let run = Run { view: view.as_ref(), indexer: &self.settings.indexer, scope: &self.scope, ty: part.ty };
            let (found, cut) = search::included(&run, &answer.hits, &query.includes)?;
            included = found;
            if cut {
                warnings.push(included_cut());
            }
        }
        drop(view);
        if blind != self.settings.indexer.is_blind() {
            // The index became blind in between, which it does once in the life of a store: half of the answer asked another one.
            return self.search(query);
        }
        let ty = query.single().map_or(TypeId(0), |part| part.ty);
        self.note_hits(ty, 0, answer.hits.iter().chain(&included));
        Ok(SearchPage {
            matches: answer.hits.into_iter().map(|hit| Stored::of_hit(hit, &self.scope)).collect(),
            included: included.into_iter().map(|hit| Stored::of_hit(hit, &self.scope)).collect(),
            total: answer.total,
            next: answer.next.map(|next| next.to_text()),
            warnings,
        })
    }

    /// Whom the criteria of a conditional operation name.
    pub fn resolve(&self, query: &Query) -> Result<Resolution, Fault> {
        let blind = self.settings.indexer.is_blind();
        let found = resolve_in(self.backend.snapshot(None)?.as_ref(), &self.settings.indexer, &self.scope, query);
        // See `search`.
        if blind == self.settings.indexer.is_blind() { found } else { self.resolve(query) }
    }

    /// Has the writer look again, just before it commits, whether the criteria still name the same.
    pub fn unchanged(&self, query: Query, resolution: Resolution) -> Assertion {
        let (indexer, scope) = (self.settings.indexer.clone(), self.scope.clone());
        Box::new(move |view| Ok(resolve_in(view, &indexer, &scope, &query)? == resolution))
    }

    /// An id for a new resource. `home`: the id of the patient that it belongs to.
    pub fn reserve(&self, ty: TypeId, home: Option<&str>) -> Result<ServerId, Fault> {
        let key = self.backend.reserve(1)?;
        let shard = match home {
            Some(home) => ServerId::parse(home).map_or_else(|| shard_of_text(home), ServerId::shard),
            None if ty.0 == self.settings.indexer.patient_type() => Shard::new(u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32),
            None => Shard::REFERENCE,
        };
        Ok(ServerId::new(self.settings.clock.now(), shard, self.backend.node(), u64::from(key)))
    }

    /// Makes a validated resource ready to be written. `entries` are those that the same pass extracted.
    pub fn prepare(&self, ty: TypeId, resource: Value<'_>, edits: &Edits, entries: &[Entry<'_>], rewrites: &Rewrites) -> Result<Prepared, Fault> {
        let mut out = self.settings.indexer.prepare(ty, resource, edits, entries, rewrites);
        out.packed = self.backend.pack(ty.0, &out.body)?;
        Ok(out)
    }

    /// Writes all steps or none. Returns once they are durable.
    pub async fn commit(&self, steps: Vec<Step>, assertions: Vec<Assertion>, marks: Marks) -> Result<Vec<Outcome>, Fault> {
        let write = self.allowed(steps, assertions)?;
        let (outcome, along) = self.standing.along(marks, |marks| self.handed_over(write, marks));
        let outcome = outcome.await.map_err(|_| stopped()).flatten();
        self.standing.heard(&outcome, along, self.settings.clock.now());
        outcome
    }

    /// Hands steps to the writer and returns at once; the receiver hears what became of them.
    pub fn submit(&self, steps: Vec<Step>, assertions: Vec<Assertion>, marks: Marks) -> Result<oneshot::Receiver<Result<Vec<Outcome>, Fault>>, Fault> {
        Ok(self.handed_over(self.allowed(steps, assertions)?, marks))
    }

    /// Steps that this handle may take.
    fn allowed(&self, steps: Vec<Step>, assertions: Vec<Assertion>) -> Result<(Vec<Step>, Vec<Assertion>), Fault> {
        let (mut steps, mut assertions) = (steps, assertions);
        steps.iter_mut().for_each(|step| self.claim_slots(step));
        self.merged.hear(&steps, self.settings.indexer.patient_type(), self.settings.clock.now());
        if !self.writes_everything() && !steps.is_empty() {
            assertions.push(self.still_may(&steps)?);
        }
        Ok((steps, assertions))
    }

    fn handed_over(&self, (steps, assertions): (Vec<Step>, Vec<Assertion>), marks: Marks) -> oneshot::Receiver<Result<Vec<Outcome>, Fault>> {
        let (reply, outcome) = oneshot::channel();
        let write = Write { actor: self.actor.clone(), purpose: self.purpose, origin: self.origin.clone(), site: self.settings.site, steps, assertions, marks };
        self.backend.submit(write, reply);
        outcome
    }

    /// Refuses steps that this handle may not take, and has the writer look again.
    fn still_may(&self, steps: &[Step]) -> Result<Assertion, Fault> {
        let rules: Vec<StepRule> = steps.iter().map(StepRule::of).collect();
        self.may_write_or_noted(self.backend.snapshot(None)?.as_ref(), &rules)?;
        let own = self.clone();
        Ok(Box::new(move |view| match own.may_write(view, &rules) {
            Err(fault) if fault.kind == FaultKind::Forbidden => Ok(false),
            decided => decided.map(|()| true),
        }))
    }

    /// Versions newer than `after`, oldest first, as far as this handle may see them; and the row to go on from.
    pub fn changes(&self, after: Row, limit: usize) -> Result<(Vec<VersionRow>, Row), Fault> {
        let view = self.backend.snapshot(None)?;
        let mut rows = view.versions_after(after, limit)?;
        let reached = rows.last().map_or(after, |last| last.row);
        if !self.scope.is_everything() {
            let mut allowed = Vec::with_capacity(rows.len());
            for version in rows {
                if self.gate(view.as_ref()).pass(view.hit(version.row, false)?)?.is_some() {
                    allowed.push(version);
                }
            }
            rows = allowed;
        }
        Ok((rows, reached))
    }

    /// The logical id of a version's resource, without its content: to put rows in order before they are read. It leaves no
    /// entry of its own in the audit chain; [`Scoped::at_row`] does when the content is read.
    pub fn id_at_row(&self, row: Row) -> Result<LogicalId, Fault> {
        let view = self.backend.snapshot(None)?;
        self.gate(view.as_ref()).pass(view.hit(row, false)?)?.map(|hit| hit.resource.id).ok_or_else(not_found)
    }

    /// One version by its row, as the feed names it.
    pub fn at_row(&self, row: Row) -> Result<Stored, Fault> {
        let view = self.backend.snapshot(None)?;
        let hit = self.let_see(view.as_ref(), view.hit(row, true)?.ok_or_else(not_found)?)?;
        drop(view);
        self.note_one(&hit);
        Ok(Stored::of_hit(hit, &self.scope))
    }

    /// The records that were merged into a patient's.
    pub(crate) fn gone_into(&self, view: &dyn Snapshot, patient: ResKey) -> Result<Vec<ResKey>, Fault> {
        let gone = self.merged.gone_into(view, &self.settings.indexer, self.settings.clock.now(), patient)?;
        Ok(gone.into_iter().map(|gone| gone.res).collect())
    }
}

pub(crate) fn included_cut() -> Fault {
    Fault::new(
        FaultKind::TooLarge,
        "RH-SEARCH-INCLUDE-CUT",
        "More resources belong beside these than one page may hold; the rest was left out. Ask for fewer matches a page.",
    )
}

fn resolve_in(view: &dyn Snapshot, indexer: &Indexer, scope: &AccessScope, query: &Query) -> Result<Resolution, Fault> {
    let Some(part) = query.single() else { return Ok(Resolution::None) };
    if part.criteria.is_empty() {
        // No criterion would name everything of the type.
        return Ok(Resolution::Many);
    }
    Ok(match search::only_match(view, indexer, scope, part)? {
        Ok(hit) => Resolution::One(part.ty, hit.resource.id),
        Err(true) => Resolution::Many,
        Err(false) => Resolution::None,
    })
}

fn stopped() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-STOPPED", "The store is shutting down; whether this was kept is not known. Read it back once the store runs.")
}
