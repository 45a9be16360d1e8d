//! One attempt at a transaction: everything is decided on what the record holds now, and the one writer makes sure that it
//! still holds when the steps are written.

use super::links::{LinkKind, edits};
use super::part::{Criteria, Destination, Job, Part, Resource, place};
use crate::ask::Criterion;
use crate::caller::{Caller, Interaction, on};
use crate::incoming::Incoming;
use crate::messages;
use crate::refusal::{Refusal, Result};
use crate::route::check_id;
use crate::update;
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Entry, FieldUse, IndexValue, Target as Named, compartment};
use rihla_kernel::ServerId;
use rihla_store::backend::{Assertion, Expect, Name, Step};
use rihla_store::indexer::Rewrites;
use rihla_store::query::Query;
use rihla_store::{Resolution, Scoped};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What an entry turned out to speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Not decided yet: it needs the id of its patient.
    Undecided,
    New(ServerId),
    Id(String, Expect),
    /// A conditional create that found its resource: nothing is written.
    Existing(String),
    /// A conditional delete that found nothing.
    Nothing,
    Read,
}

/// The steps of a transaction, ready for the writer.
pub struct Attempt {
    pub targets: Vec<Target>,
    pub steps: Vec<Step>,
    /// For each step, the entry it comes from.
    pub origin: Vec<usize>,
    /// For each entry, the stored form of its resource, if asked for.
    pub bodies: Vec<Vec<u8>>,
    pub assertions: Vec<Assertion>,
}

/// Decides everything. `resolve_criteria` reads a conditional reference.
pub fn decide(caller: &dyn Caller, parts: &[Part<'_>], read_criteria: Criterion<'_>, keep_bodies: bool) -> Result<Attempt> {
    let mut decider = Decider {
        caller,
        record: caller.record(Interaction::Update)?,
        parts,
        targets: Vec::with_capacity(parts.len()),
        assertions: Vec::new(),
        rewrites: Rewrites::default(),
        searches: HashMap::new(),
        renames_relative: false,
    };
    for part in parts {
        may(caller, part).map_err(|refusal| place(refusal, part.position))?;
        let target = decider.resolve(part).map_err(|refusal| place(refusal, part.position))?;
        decider.targets.push(target);
    }
    decider.reserve_patients()?;
    decider.resolve_references(read_criteria)?;
    decider.reserve_others()?;
    decider.refuse_duplicates()?;
    decider.steps(keep_bodies)
}

/// Each entry is an interaction of its own; what it reads is judged when it is read.
fn may(caller: &dyn Caller, part: &Part<'_>) -> Result<()> {
    let interaction = match &part.job {
        Job::Create { .. } => Interaction::Create,
        Job::Update { .. } => Interaction::Update,
        Job::Delete { .. } => Interaction::Delete,
        Job::Read { .. } => return Ok(()),
    };
    type_of(part).map_or(Ok(()), |ty| on(caller, interaction, ty).map(drop))
}

struct Decider<'a, 'd> {
    caller: &'a dyn Caller,
    /// The handle that writes.
    record: &'a Scoped,
    parts: &'a [Part<'d>],
    targets: Vec<Target>,
    assertions: Vec<Assertion>,
    rewrites: Rewrites,
    /// Searches that entries of this bundle are named by (`Patient?identifier=…`).
    searches: HashMap<&'a str, usize>,
    /// An entry that is named by an address got another id.
    renames_relative: bool,
}

impl<'a, 'd> Decider<'a, 'd> {
    /// Decides what a search names, if the entry has one.
    fn resolve(&mut self, part: &'a Part<'d>) -> Result<Target> {
        match &part.job {
            Job::Read { .. } => Ok(Target::Read),
            Job::Create { unless: None, .. } => Ok(Target::Undecided),
            Job::Create { unless: Some(criteria), .. } => {
                let before = self.searches.insert(&criteria.text, self.targets.len());
                match self.find(&criteria.query)? {
                    // Two entries would both be created, although each asks to be the only one.
                    Resolution::None if before.is_some() => Err(Refusal::new(&messages::BUNDLE_DUPLICATE)),
                    Resolution::None => Ok(Target::Undecided),
                    Resolution::One(_, id) => Ok(Target::Existing(id.to_text())),
                    Resolution::Many => Err(Refusal::new(&messages::MANY_MATCHES)),
                }
            }
            Job::Update { to: Destination::Id(id), expect, .. } | Job::Delete { from: Destination::Id(id), expect, .. } => Ok(Target::Id(id.clone(), *expect)),
            Job::Update { to: Destination::Criteria(criteria), expect, resource } => self.resolve_update(criteria, *expect, &resource.incoming),
            Job::Delete { from: Destination::Criteria(criteria), expect, .. } => match self.find(&criteria.query)? {
                Resolution::None => Ok(Target::Nothing),
                Resolution::One(_, id) => Ok(Target::Id(id.to_text(), *expect)),
                Resolution::Many => Err(Refusal::new(&messages::MANY_MATCHES)),
            },
        }
    }

    fn resolve_update(&mut self, criteria: &'a Criteria, expect: Expect, incoming: &Incoming<'_>) -> Result<Target> {
        self.searches.insert(&criteria.text, self.targets.len());
        let resolution = self.find(&criteria.query)?;
        match update::target(&resolution, incoming)? {
            update::Target::New if matches!(expect, Expect::Version(_) | Expect::Present) => Err(Refusal::new(&messages::CHANGED)),
            update::Target::New => Ok(Target::Undecided),
            update::Target::Created(id) => Ok(Target::Id(id, Expect::Absent)),
            update::Target::Found(id) => Ok(Target::Id(id, expect)),
        }
    }

    fn find(&mut self, query: &Query) -> Result<Resolution> {
        let Some(ty) = query.single().map(|part| part.ty) else { return Ok(Resolution::None) };
        let record = on(self.caller, Interaction::Search, ty)?;
        let resolution = record.resolve(query)?;
        self.assertions.push(record.unchanged(query.clone(), resolution.clone()));
        Ok(resolution)
    }

    /// Patients come first, because their ids decide where what belongs to them lives.
    fn reserve_patients(&mut self) -> Result<()> {
        let patient = tables().resource_type("Patient");
        for position in 0..self.parts.len() {
            let undecided = self.targets.get(position) == Some(&Target::Undecided);
            if undecided && self.parts.get(position).and_then(written).map(|resource| resource.incoming.ty) == patient {
                self.reserve(position, None)?;
            }
            if !undecided || self.targets.get(position) != Some(&Target::Undecided) {
                self.name(position)?;
            }
        }
        Ok(())
    }

    fn reserve_others(&mut self) -> Result<()> {
        for position in 0..self.parts.len() {
            if self.targets.get(position) != Some(&Target::Undecided) {
                continue;
            }
            let Some(resource) = self.parts.get(position).and_then(written) else { continue };
            let home = self.home(&resource.incoming);
            self.reserve(position, home.as_deref())?;
            self.name(position)?;
        }
        Ok(())
    }

    fn reserve(&mut self, position: usize, home: Option<&str>) -> Result<()> {
        let Some(resource) = self.parts.get(position).and_then(written) else { return Ok(()) };
        let id = self.record.reserve(resource.incoming.ty, home)?;
        if let Some(target) = self.targets.get_mut(position) {
            *target = Target::New(id);
        }
        Ok(())
    }

    /// Remembers what an entry's fullUrl now stands for.
    fn name(&mut self, position: usize) -> Result<()> {
        let (Some(part), Some(target)) = (self.parts.get(position), self.targets.get(position)) else { return Ok(()) };
        let (Some(url), Some(resource)) = (part.full_url.as_deref(), written(part)) else { return Ok(()) };
        let id = match target {
            Target::New(id) => id.to_text(),
            Target::Id(id, _) | Target::Existing(id) => id.clone(),
            Target::Undecided | Target::Nothing | Target::Read => return Ok(()),
        };
        let ty = resource.incoming.ty;
        // A source that names its entries by address refers to them relatively too.
        if let Some(relative) = relative_name(url, ty).filter(|relative| relative.split('/').nth(1) != Some(id.as_str())) {
            self.rewrites.entry(relative.to_owned()).or_insert_with(|| (ty, id.clone()));
            self.renames_relative = true;
        }
        match self.rewrites.insert(url.to_owned(), (ty, id)) {
            None => Ok(()),
            Some(_) => Err(place(Refusal::new(&messages::BUNDLE_DUPLICATE), part.position)),
        }
    }

    /// Decides what conditional references name: an entry found by the same search, or a resource of the record
    /// (<https://hl7.org/fhir/R4/http.html#trules>).
    fn resolve_references(&mut self, read_criteria: Criterion<'_>) -> Result<()> {
        for part in self.parts {
            let Some(resource) = written(part) else { continue };
            for link in resource.links.iter().filter(|link| link.kind == LinkKind::Reference && link.text.contains('?')) {
                if self.rewrites.contains_key(link.text.as_ref()) {
                    continue;
                }
                let named = self.conditional(&link.text, read_criteria).map_err(|refusal| place(refusal, part.position))?;
                self.rewrites.insert(link.text.clone().into_owned(), named);
            }
        }
        Ok(())
    }

    fn conditional(&mut self, text: &str, read_criteria: Criterion<'_>) -> Result<(TypeId, String)> {
        let (name, query) = text.split_once('?').unwrap_or((text, ""));
        let Some(ty) = tables().resource_type(name) else { return Err(Refusal::with(&messages::UNKNOWN_TYPE, "?")) };
        if let Some(&position) = self.searches.get(text) {
            if self.targets.get(position) == Some(&Target::Undecided) {
                // Its own home is decided without this reference: only patients are homes, and those have their ids.
                self.reserve(position, None)?;
                self.name(position)?;
            }
            match self.targets.get(position) {
                Some(Target::New(id)) => return Ok((ty, id.to_text())),
                Some(Target::Id(id, _) | Target::Existing(id)) => return Ok((ty, id.clone())),
                _ => {}
            }
        }
        let query = read_criteria(ty, query)?;
        match self.find(&query)? {
            Resolution::One(ty, id) => Ok((ty, id.to_text())),
            Resolution::None => Err(Refusal::new(&messages::REFERENCE_UNRESOLVED)),
            Resolution::Many => Err(Refusal::new(&messages::REFERENCE_AMBIGUOUS)),
        }
    }

    /// The patient whom a resource belongs to, after renaming.
    fn home(&self, incoming: &Incoming<'_>) -> Option<String> {
        let homes: &[FieldUse] = compartment("Patient").and_then(|patients| patients.membership(incoming.ty)).map_or(&[], |membership| &membership.home);
        let patient = tables().resource_type("Patient")?;
        let at_home = incoming.entries.iter().filter(|entry| homes.iter().any(|used| used.field == entry.field));
        let named = at_home.filter_map(|entry| match &entry.value {
            IndexValue::Reference { target: Named::Local { type_id, id, .. } } => {
                let renamed = if self.renames_relative { self.rewrites.get(&relative(*type_id, id)) } else { None };
                Some(renamed.cloned().unwrap_or_else(|| (*type_id, id.to_string())))
            }
            IndexValue::Reference { target: Named::Absolute { url: text, .. } | Named::Urn { urn: text, .. } } => self.rewrites.get(text.as_ref()).cloned(),
            _ => None,
        });
        named.into_iter().find(|(ty, _)| *ty == patient).map(|(_, id)| id)
    }

    /// No resource may be spoken of twice (<https://hl7.org/fhir/R4/http.html#trules>).
    fn refuse_duplicates(&self) -> Result<()> {
        let mut seen = HashSet::with_capacity(self.parts.len());
        for (part, target) in self.parts.iter().zip(&self.targets) {
            let (Some(ty), Target::Id(id, _)) = (type_of(part), target) else { continue };
            if !seen.insert((ty, id.as_str())) {
                return Err(place(Refusal::new(&messages::BUNDLE_DUPLICATE), part.position));
            }
        }
        Ok(())
    }

    /// Deletes, then creates, then updates: R4's order.
    fn steps(mut self, keep_bodies: bool) -> Result<Attempt> {
        let mut attempt =
            Attempt { targets: Vec::new(), steps: Vec::new(), origin: Vec::new(), bodies: Vec::new(), assertions: std::mem::take(&mut self.assertions) };
        attempt.bodies.resize_with(if keep_bodies { self.parts.len() } else { 0 }, Vec::new);
        for rank in 0..3 {
            for (position, part) in self.parts.iter().enumerate().filter(|(_, part)| rank_of(&part.job) == rank) {
                let Some(step) = self.step(part, position, &mut attempt.bodies)? else { continue };
                attempt.steps.push(step);
                attempt.origin.push(position);
            }
        }
        attempt.targets = self.targets;
        Ok(attempt)
    }

    /// Index values with relative references renamed; the record itself renames only what is no local name.
    fn renamed_entries<'e>(&self, incoming: &Incoming<'e>) -> Option<Vec<Entry<'e>>> {
        if !self.renames_relative {
            return None;
        }
        let rename = |entry: &Entry<'e>| match &entry.value {
            IndexValue::Reference { target: Named::Local { type_id, id, version: None } } => match self.rewrites.get(&relative(*type_id, id)) {
                Some((ty, id)) => Entry {
                    field: entry.field,
                    value: IndexValue::Reference { target: Named::Local { type_id: *ty, id: Cow::Owned(id.clone()), version: None } },
                },
                None => entry.clone(),
            },
            _ => entry.clone(),
        };
        Some(incoming.entries.iter().map(rename).collect())
    }

    fn step(&self, part: &Part<'_>, position: usize, bodies: &mut [Vec<u8>]) -> Result<Option<Step>> {
        let (name, expect) = match self.targets.get(position) {
            Some(Target::New(id)) => (Name::New(*id), Expect::Absent),
            Some(Target::Id(id, expect)) => (Name::Id(id.as_str().into()), *expect),
            _ => return Ok(None),
        };
        let Some(resource) = written(part) else {
            let (Some(ty), Name::Id(id)) = (type_of(part), name) else { return Ok(None) };
            return Ok(Some(Step::Delete { ty: ty.0, id, expect }));
        };
        let Resource { incoming, links } = resource;
        let renamed = self.renamed_entries(incoming);
        let entries = renamed.as_deref().unwrap_or(&incoming.entries);
        let content = self.record.prepare(incoming.ty, incoming.value, &edits(links, &self.rewrites), entries, &self.rewrites)?;
        if let Some(body) = bodies.get_mut(position) {
            // A copy: what the caller may write is judged by the content itself.
            body.clone_from(&content.body);
        }
        Ok(Some(Step::Put { ty: incoming.ty.0, name, expect, content: Box::new(content) }))
    }
}

/// A relative reference as it stands in a resource.
fn relative(ty: TypeId, id: &str) -> String {
    format!("{}/{id}", tables().type_name(ty))
}

fn rank_of(job: &Job<'_>) -> usize {
    match job {
        Job::Delete { .. } => 0,
        Job::Create { .. } => 1,
        Job::Update { .. } => 2,
        Job::Read { .. } => 3,
    }
}

/// The resource that an entry brings.
pub fn written<'p, 'd>(part: &'p Part<'d>) -> Option<&'p Resource<'d>> {
    match &part.job {
        Job::Create { resource, .. } | Job::Update { resource, .. } => Some(resource),
        Job::Delete { .. } | Job::Read { .. } => None,
    }
}

/// The type of the resource that an entry speaks of.
pub fn type_of(part: &Part<'_>) -> Option<TypeId> {
    match &part.job {
        Job::Delete { ty, .. } => Some(*ty),
        _ => written(part).map(|resource| resource.incoming.ty),
    }
}

/// `Patient/1` of `http://x/fhir/Patient/1`.
fn relative_name(url: &str, ty: TypeId) -> Option<&str> {
    if !url.contains("://") {
        return None;
    }
    let (before, id) = url.rsplit_once('/')?;
    let (base, name) = before.rsplit_once('/')?;
    let known = name == tables().type_name(ty) && check_id(id).is_ok();
    known.then(|| url.get(base.len() + 1..)).flatten()
}
