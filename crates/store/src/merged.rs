//! Records that were merged: whoever stands in the place of others is asked about together with them.
//!
//! A merge is a link between two Patients (<https://hl7.org/fhir/R4/patient-definitions.html#Patient.link>), and what refers to
//! either stays as it was written. So a question about the one who stays is widened when it is asked, at its own tick: a look
//! into the index of links, and the bodies of those who are found there, which are nearly always none.

use crate::backend::{Hit, Snapshot};
use crate::indexer::Indexer;
use crate::key::{KeyBuf, KeyRange, ResKey, row_of};
use crate::keys::push_reference_prefix;
use crate::people::body_of;
use crate::query::{Criterion, Query, Want};
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::TypeId;
use rihla_fhir::view::Look;
use rihla_fhirpath::{FieldUse, find};
use rihla_kernel::Fault;
use std::borrow::Cow;

/// More records than this are not one person's.
const MOST: usize = 64;

/// Somebody who was merged into another.
pub(crate) struct Replaced {
    pub hit: Hit,
    pub id: String,
}

/// Who was merged into a patient.
pub(crate) fn replaced_by(view: &dyn Snapshot, indexer: &Indexer, patient: ResKey) -> Result<Vec<Replaced>, Fault> {
    let ty = indexer.patient_type();
    let mut out: Vec<Replaced> = Vec::new();
    for field in link_fields(ty) {
        let (mut prefix, mut keys) = (Vec::with_capacity(8), KeyBuf::new());
        push_reference_prefix(field.field.0, true, patient, &mut prefix);
        view.scan(&KeyRange::prefix(prefix), false, MOST, &mut keys)?;
        for row in keys.iter().map(row_of).filter(|row| view.is_current(*row)) {
            let Some(hit) = view.hit(row, true)?.filter(|hit| !hit.version.deleted && hit.version.ty == ty) else { continue };
            let known = out.iter().any(|one| one.hit.resource.res == hit.resource.res);
            if !known && says_so(view, indexer, &hit, patient)? {
                out.push(Replaced { id: hit.resource.id.to_text(), hit });
            }
        }
    }
    Ok(out)
}

fn link_fields(ty: u16) -> &'static [FieldUse] {
    find(TypeId(ty), "link").map_or(&[], |found| found.fields.as_slice())
}

/// Whether the link is one by which the other stands in this one's place: others may be of any kind.
fn says_so(view: &dyn Snapshot, indexer: &Indexer, hit: &Hit, patient: ResKey) -> Result<bool, Fault> {
    let text = body_of(hit);
    let Ok(doc) = parse(&text, &Limits { bytes: usize::MAX, values: usize::MAX, ..Limits::default() }) else { return Ok(false) };
    for link in doc.root().all("link") {
        if let (Some("replaced-by"), Some(other)) = (link.text("type").as_deref(), link.reference("other.reference", "Patient"))
            && view.find(indexer.patient_type(), &other)? == Some(patient)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The question with those who were merged beside each patient that it names.
pub(crate) fn widened<'q>(view: &dyn Snapshot, indexer: &Indexer, query: &'q Query) -> Result<Cow<'q, Query>, Fault> {
    let mut out = Cow::Borrowed(query);
    for (at, part) in query.parts.iter().enumerate().filter(|(_, part)| part.ty.0 != indexer.patient_type()) {
        for (place, criterion) in part.criteria.iter().enumerate() {
            if let Some(wider) = wider(view, indexer, criterion)?
                && let Some(criterion) = out.to_mut().parts.get_mut(at).and_then(|part| part.criteria.get_mut(place))
            {
                *criterion = wider;
            }
        }
    }
    Ok(out)
}

fn wider(view: &dyn Snapshot, indexer: &Indexer, criterion: &Criterion) -> Result<Option<Criterion>, Fault> {
    let Criterion::Any { fields, want, negated } = criterion else { return Ok(None) };
    let mut more = Vec::new();
    for one in want {
        let Want::Reference { ty: Some(ty), id } = one else { continue };
        if ty.0 != indexer.patient_type() {
            continue;
        }
        if let Some(key) = view.find(ty.0, id)? {
            more.extend(replaced_by(view, indexer, key)?.into_iter().map(|one| Want::Reference { ty: Some(*ty), id: one.id }));
        }
    }
    let all = || want.iter().cloned().chain(more.iter().cloned()).collect();
    Ok((!more.is_empty()).then(|| Criterion::Any { fields: fields.clone(), want: all(), negated: *negated }))
}
