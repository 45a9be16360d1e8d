//! Taking in bundles and single resources without HTTP: what an import and a replay do.

use crate::api::Limits;
use crate::ask::Ask;
use crate::headers::{Conditions, Preferences, Return, Strictness};
use crate::lang::Lang;
use crate::messages;
use crate::pairs;
use crate::refusal::{Refusal, Result};
use crate::route::check_id;
use crate::transaction::{Destination, Job, Part, commit, examine_linked, place, read};
use rihla_fhir::json::{Doc, Value};
use rihla_fhirpath::Zone;
use rihla_store::Scoped;
use rihla_store::backend::Expect;

/// Reads resources on behalf of one actor.
pub struct Loader<'a> {
    record: &'a Scoped,
    zone: &'a Zone,
    limits: Limits,
}

impl<'a> Loader<'a> {
    pub fn new(record: &'a Scoped, zone: &'a Zone) -> Self {
        Self { record, zone, limits: Limits::OWN }
    }

    /// What a document asks to be done: the entries of a transaction or batch, the resources of a collection, or the one
    /// resource that it is. Documents and messages are resources: what they hold belongs together.
    pub fn parts<'d>(&self, root: Value<'d>) -> Result<Vec<Part<'d>>> {
        let text = |name: &str| root.get(name).and_then(|value| value.as_plain_str());
        match (text("resourceType"), text("type")) {
            (Some("Bundle"), Some("transaction" | "batch")) => read(&self.ask(), root),
            (Some("Bundle"), Some("collection" | "searchset")) => self.collection(root),
            (Some("Bundle"), Some("document" | "message")) | (Some(_), _) if text("type") != Some("history") => Ok(vec![self.part(root, 0)?]),
            (Some(_), _) => Err(Refusal::new(&messages::BUNDLE_TYPE)),
            (None, _) => Err(Refusal::new(&messages::NOT_A_RESOURCE)),
        }
    }

    fn collection<'d>(&self, bundle: Value<'d>) -> Result<Vec<Part<'d>>> {
        let mut parts = Vec::new();
        for (position, entry) in crate::transaction::entries(&self.ask(), bundle)?.enumerate() {
            let mode = entry.get("search").and_then(|search| search.get("mode")).and_then(|mode| mode.as_plain_str());
            let Some(resource) = entry.get("resource").filter(|_| mode != Some("outcome")) else { continue };
            let mut part = self.part(resource, position).map_err(|refusal| place(refusal, position))?;
            part.full_url = entry.get("fullUrl").and_then(|url| url.as_str());
            parts.push(part);
        }
        Ok(parts)
    }

    /// One resource: under the id that it has, or as a new one.
    pub fn part<'d>(&self, resource: Value<'d>, position: usize) -> Result<Part<'d>> {
        let resource = examine_linked(self.zone, resource, None)?;
        let job = match resource.incoming.id() {
            Some(id) => {
                check_id(&id)?;
                Job::Update { resource, to: Destination::Id(id), expect: Expect::Any }
            }
            None => Job::Create { resource, unless: None },
        };
        Ok(Part { position, full_url: None, job })
    }

    /// Writes all parts in one commit, together with `marks`; returns how many resources were written.
    pub async fn commit(&self, parts: &[Part<'_>], marks: &[(String, Vec<u8>)]) -> Result<usize> {
        let ask = self.ask();
        let read_criteria = |ty, text: &str| ask.criteria(ty, &pairs::parse(text)?);
        let done = commit(ask.caller, parts, &read_criteria, marks, false).await?;
        Ok(done.iter().filter(|done| done.outcome.is_some()).count())
    }

    fn ask(&self) -> Ask<'_> {
        Ask {
            caller: self.record,
            zone: self.zone,
            base: "",
            lang: Lang::default(),
            limits: &self.limits,
            conditions: Conditions::default(),
            prefer: Preferences { shown: Some(Return::Minimal), handling: Strictness::Strict },
            shown: Return::Minimal,
            pairs: Vec::new(),
            capabilities: None,
            matching: None,
        }
    }
}

/// Reads a document of any size that fits in memory.
pub fn read_json(bytes: &[u8]) -> Result<Doc<'_>> {
    crate::intake::parse(bytes, &Limits::OWN)
}
