//! From the scopes on one type to the one rule that the record has for it.
//!
//! A rule has one set of patients, one list of questions and one set of acts. Where scopes say more than that, the rule is
//! what lies within all of them: less than was granted in rare mixtures, and never more.

use super::{Acts, Level, Resource};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::compartment;
use rihla_kernel::{Fault, FaultKind};
use rihla_store::Scoped;
use rihla_store::query::{Criterion, Handling, Query};
use rihla_store::scope::{AccessScope, Act, TypeRule};
use roaring::RoaringBitmap;
use std::sync::Arc;

/// What is to be shown by a rule.
pub(super) enum Show {
    /// What was granted for an act; that act may be done with it.
    One(Acts, Option<Act>),
    /// What may be read and searched.
    Everything,
}

pub(super) struct Limits<'l> {
    pub ty: TypeId,
    /// Id and key of the patient of the context, if there is one in the record.
    pub patient: Option<&'l (&'l str, Arc<RoaringBitmap>)>,
    pub own: &'l AccessScope,
    pub node: &'l Scoped,
}

/// Scopes that differ in their acts alone.
struct Part<'s> {
    /// Of the patient of the context only.
    bound: bool,
    question: &'s [(String, String)],
    acts: Acts,
}

impl Limits<'_> {
    pub fn rule<'s>(&self, granted: impl Iterator<Item = &'s Resource>, show: &Show) -> Result<Option<TypeRule>, Fault> {
        let mut parts: Vec<Part<'s>> = Vec::new();
        for one in granted {
            let bound = one.level == Level::Patient;
            match parts.iter_mut().find(|part| part.bound == bound && part.question == one.question) {
                Some(part) => part.acts = part.acts.or(one.acts),
                None => parts.push(Part { bound, question: &one.question, acts: one.acts }),
            }
        }
        let wanted = match show {
            Show::One(acts, _) => *acts,
            Show::Everything => Acts::READ.or(Acts::SEARCH),
        };
        parts.retain(|part| part.acts.has(wanted) && (!part.bound || self.patient.is_some()));
        // Everything of whomever the person sees, or of the patient if nothing goes beyond: no questions.
        let all_bound = parts.iter().all(|part| part.bound);
        let whole = parts.iter().position(|part| part.question.is_empty() && (!part.bound || all_bound));
        if let Some(whole) = whole {
            parts = parts.into_iter().skip(whole).take(1).collect();
        }
        let rule = match (whole, parts.is_empty()) {
            (Some(_), _) => TypeRule::shown(),
            (None, true) => return Ok(None),
            (None, false) => match self.questions(&parts, all_bound)? {
                questions if questions.is_empty() => return Ok(None),
                questions => TypeRule::shown().only(&questions),
            },
        };
        let rule = match self.patient {
            Some((_, keys)) if all_bound => rule.of_patients(keys.clone()),
            _ => rule,
        };
        Ok(Some(rule.may(&acts_of(&parts, show))))
    }

    /// The questions of some parts. One that cannot be asked of the type, or that asks about what the person does not see,
    /// shows nothing.
    fn questions(&self, parts: &[Part<'_>], all_bound: bool) -> Result<Vec<Query>, Fault> {
        let mut out = Vec::new();
        for part in parts {
            let mut query = match self.node.query(&[self.ty], part.question, Handling::Strict) {
                Ok((query, _)) => query,
                Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::Unprocessable | FaultKind::Forbidden) => continue,
                Err(fault) => return Err(fault),
            };
            let asks = query.single().is_some_and(|part| !part.criteria.is_empty()) || part.question.is_empty();
            if !asks || !self.own.lets_ask(&query) || (part.bound && !all_bound && !self.bind(&mut query)) {
                continue;
            }
            out.push(query);
        }
        Ok(out)
    }

    /// Has a question hold for the patient of the context alone. Not where the type is in no compartment.
    fn bind(&self, query: &mut Query) -> bool {
        let membership = compartment("Patient").and_then(|patients| patients.membership(self.ty));
        let (Some(membership), Some((id, _)), Some(patient)) = (membership, self.patient, tables().resource_type("Patient")) else { return false };
        let within = Criterion::Compartment { fields: membership.fields.clone(), ty: patient, id: (*id).to_owned(), itself: membership.itself };
        query.parts.iter_mut().for_each(|part| part.criteria.push(within.clone()));
        // The patient is a part of the question: another patient's is another one.
        query.fingerprint = id.bytes().fold(query.fingerprint, |name, byte| (name ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        true
    }
}

/// What every part lets be done: what is shown by one part must not be written by another's right.
fn acts_of(parts: &[Part<'_>], show: &Show) -> Vec<Act> {
    let written = [Act::Create, Act::Update, Act::Delete];
    match show {
        Show::One(_, act) => act.iter().copied().collect(),
        Show::Everything => written.into_iter().filter(|act| parts.iter().all(|part| part.acts.has(Acts::of(*act)))).collect(),
    }
}
