//! Records that were merged: whoever stands in the place of others is asked about together with them.
//!
//! A merge is a link between two Patients (<https://hl7.org/fhir/R4/patient-definitions.html#Patient.link>), and what refers to
//! either stays as it was written. So a question about the one who stays is widened when it is asked. Merges are few: who was
//! merged into whom is remembered here, read again after this node wrote such a link, and once a minute for those of others.

use crate::backend::{Hit, Name, Snapshot, Step};
use crate::indexer::Indexer;
use crate::key::{FAMILY_PEOPLE, KeyBuf, KeyRange, ResKey, Row, row_of};
use crate::people::{KIND_REPLACED, body_of};
use crate::query::{Criterion, Query, Want};
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, Instant};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// Links read at once.
const CHUNK: usize = 1_024;
/// After so long what other nodes wrote is looked for, in milliseconds; a write of this node is true within that time.
const AGAIN: i64 = 60_000;

/// Somebody who was merged into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    pub res: ResKey,
    pub id: String,
}

/// Who was merged into whom.
#[derive(Default)]
pub(crate) struct Merged(RwLock<Known>);

#[derive(Default)]
struct Known {
    /// The tick that it was read at, and when.
    upto: Row,
    at: i64,
    /// This node wrote such a link: it may become true until then.
    open_until: i64,
    into: HashMap<ResKey, Vec<Gone>>,
}

impl Known {
    fn is_fresh(&self, tick: Row, now: i64) -> bool {
        self.at != 0 && (tick <= self.upto || now >= self.open_until && (0..AGAIN).contains(&now.saturating_sub(self.at)))
    }
}

impl Merged {
    /// Who was merged into a patient.
    pub fn gone_into(&self, view: &dyn Snapshot, indexer: &Indexer, now: Instant, patient: ResKey) -> Result<Vec<Gone>, Fault> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.is_fresh(view.tick(), now.0) {
            return Ok(known.into.get(&patient).cloned().unwrap_or_default());
        }
        drop(known);
        let into = read(view, indexer)?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Whoever read an older state does not put it in the place of a newer one.
        if view.tick() >= known.upto {
            (known.upto, known.at, known.into) = (view.tick(), now.0.max(1), into);
        }
        Ok(known.into.get(&patient).cloned().unwrap_or_default())
    }

    /// Hears what this node is about to write.
    pub fn hear(&self, steps: &[Step], patient: u16, now: Instant) {
        let links = |step: &Step| match step {
            Step::Put { ty, name, content, .. } if *ty == patient => {
                content.across.iter().any(|key| key.starts_with(&[FAMILY_PEOPLE, KIND_REPLACED])) || self.names(name)
            }
            Step::Delete { ty, id, .. } if *ty == patient => self.is_gone(id),
            _ => false,
        };
        if steps.iter().any(links) {
            self.0.write().unwrap_or_else(PoisonError::into_inner).open_until = now.0.saturating_add(AGAIN);
        }
    }

    fn names(&self, name: &Name) -> bool {
        match name {
            Name::Id(id) => self.is_gone(id),
            _ => false,
        }
    }

    fn is_gone(&self, id: &str) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.into.values().flatten().any(|gone| gone.id == id)
    }

    /// The question with those who were merged beside each patient that it names.
    pub fn widened<'q>(&self, view: &dyn Snapshot, indexer: &Indexer, now: Instant, query: &'q Query) -> Result<Cow<'q, Query>, Fault> {
        let mut out = Cow::Borrowed(query);
        for (at, part) in query.parts.iter().enumerate().filter(|(_, part)| part.ty.0 != indexer.patient_type()) {
            for (place, criterion) in part.criteria.iter().enumerate() {
                if let Some(wider) = self.wider(view, indexer, now, criterion)?
                    && let Some(criterion) = out.to_mut().parts.get_mut(at).and_then(|part| part.criteria.get_mut(place))
                {
                    *criterion = wider;
                }
            }
        }
        Ok(out)
    }

    fn wider(&self, view: &dyn Snapshot, indexer: &Indexer, now: Instant, criterion: &Criterion) -> Result<Option<Criterion>, Fault> {
        let Criterion::Any { fields, want, negated } = criterion else { return Ok(None) };
        let patient = indexer.patient_type();
        let asked = want.iter().filter_map(|one| match one {
            Want::Reference { ty: Some(ty), id } if ty.0 == patient => Some((*ty, id)),
            _ => None,
        });
        let mut more = Vec::new();
        for (ty, id) in asked {
            // Nobody is looked up while nobody was merged.
            if self.is_empty(view, indexer, now)? {
                return Ok(None);
            }
            if let Some(key) = view.find(patient, id)? {
                more.extend(self.gone_into(view, indexer, now, key)?.into_iter().map(|gone| Want::Reference { ty: Some(ty), id: gone.id }));
            }
        }
        let all = || want.iter().cloned().chain(more.iter().cloned()).collect();
        Ok((!more.is_empty()).then(|| Criterion::Any { fields: fields.clone(), want: all(), negated: *negated }))
    }

    fn is_empty(&self, view: &dyn Snapshot, indexer: &Indexer, now: Instant) -> Result<bool, Fault> {
        // Key 0 is nobody's; asking for it brings what is known up to date.
        self.gone_into(view, indexer, now, 0)?;
        Ok(self.0.read().unwrap_or_else(PoisonError::into_inner).into.is_empty())
    }
}

/// Everybody who was merged, from the index of Patients whose links say so.
fn read(view: &dyn Snapshot, indexer: &Indexer) -> Result<HashMap<ResKey, Vec<Gone>>, Fault> {
    let mut out: HashMap<ResKey, Vec<Gone>> = HashMap::new();
    let (mut range, mut keys) = (KeyRange::prefix(vec![FAMILY_PEOPLE, KIND_REPLACED]), KeyBuf::new());
    loop {
        keys.clear();
        view.scan(&range, false, CHUNK, &mut keys)?;
        for row in keys.iter().map(row_of).filter(|row| view.is_current(*row)) {
            let Some(hit) = view.hit(row, true)?.filter(|hit| !hit.version.deleted) else { continue };
            if let Some(stays) = stays_for(view, indexer, &hit)? {
                out.entry(stays).or_default().push(Gone { res: hit.resource.res, id: hit.resource.id.to_text() });
            }
        }
        match keys.len().checked_sub(1).and_then(|last| keys.get(last)) {
            Some(last) if keys.len() == CHUNK => range.from = crate::key::after(last),
            _ => return Ok(out),
        }
    }
}

/// The record that stands in the place of a version's.
fn stays_for(view: &dyn Snapshot, indexer: &Indexer, hit: &Hit) -> Result<Option<ResKey>, Fault> {
    let text = body_of(hit);
    let Ok(doc) = parse(&text, &Limits { bytes: usize::MAX, values: usize::MAX, ..Limits::default() }) else { return Ok(None) };
    let links = doc.root().all("link").into_iter().filter(|link| link.text("type").as_deref() == Some("replaced-by"));
    let id = links.filter_map(|link| link.reference("other.reference", "Patient")).next();
    id.map_or(Ok(None), |id| view.find(indexer.patient_type(), &id))
}
