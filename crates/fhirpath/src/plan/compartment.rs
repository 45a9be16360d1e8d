//! Compartments: which references put a resource next to a patient, an encounter and so on
//! (<https://hl7.org/fhir/R4/compartmentdefinition.html>).

use super::plans;
use crate::{FieldUse, ParamKind, SearchParam};
use rihla_fhir::r4::{TypeId, tables};

#[derive(Clone, Debug)]
pub struct Compartment {
    /// The type of the resource that the compartment is of.
    pub type_id: TypeId,
    members: Vec<(TypeId, Membership)>,
}

/// How resources of one type come into a compartment.
#[derive(Clone, Debug, Default)]
pub struct Membership {
    /// A reference in one of these to the compartment's own resource puts a resource in. Each use carries the
    /// compartment's type as its filter.
    pub fields: Vec<FieldUse>,
    /// Of those, the fields that decide with which patient a resource lives: the first reference to one, in the order
    /// of the document.
    pub home: Vec<FieldUse>,
    /// The compartment's own resource is in it.
    pub itself: bool,
}

/// Parameters that name whom a resource is about, before any other way of being in a patient's compartment.
const SUBJECTS: &[&str] = &["patient", "subject", "beneficiary", "individual"];

/// A compartment by the name of its type.
pub fn compartment(name: &str) -> Option<&'static Compartment> {
    let type_id = tables().resource_type(name)?;
    plans().compartments.iter().find(|compartment| compartment.type_id == type_id)
}

impl Compartment {
    /// `None`: resources of that type are never in it.
    pub fn membership(&self, type_id: TypeId) -> Option<&Membership> {
        let at = self.members.binary_search_by_key(&type_id, |(member, _)| *member).ok()?;
        self.members.get(at).map(|(_, membership)| membership)
    }

    /// The types that may be in it.
    pub fn members(&self) -> impl Iterator<Item = (TypeId, &Membership)> {
        self.members.iter().map(|(type_id, membership)| (*type_id, membership))
    }
}

pub(super) fn build(params: &[Vec<SearchParam>]) -> Vec<Compartment> {
    let one = |row: &rihla_fhir::r4::Compartment| {
        let mut members: Vec<_> = row.members.iter().map(|(member, codes)| (*member, membership(row.ty, *member, codes, params))).collect();
        members.sort_by_key(|(member, _)| *member);
        Compartment { type_id: row.ty, members }
    };
    tables().compartments().iter().map(one).collect()
}

fn membership(own: TypeId, member: TypeId, codes: &[&str], params: &[Vec<SearchParam>]) -> Membership {
    let of_type = params.get(member.index()).map_or(&[][..], Vec::as_slice);
    let uses = |code: &str| {
        let param = of_type.iter().find(|param| param.code == code && param.kind == ParamKind::Reference);
        let fields = param.map_or(&[][..], |param| param.fields.as_slice()).iter();
        let fits = fields.filter(move |used| used.target_filter.is_none_or(|filter| filter == own));
        fits.map(move |used| FieldUse { target_filter: Some(own), ..*used }).collect::<Vec<_>>()
    };
    let subject = SUBJECTS.iter().find(|code| codes.contains(code)).or(codes.first());
    let mut out = Membership { fields: Vec::new(), home: subject.map(|code| uses(code)).unwrap_or_default(), itself: own == member };
    for used in codes.iter().flat_map(|code| uses(code)) {
        if !out.fields.contains(&used) {
            out.fields.push(used);
        }
    }
    out
}
