//! What an actor may see. Compiled once for a handle and asked for every version that would be shown.

use crate::backend::{Hit, TypeKey};
use crate::indexer::patients_of;
use crate::key::ResKey;
use crate::query::{Criterion, Query};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::compartment;
use rihla_kernel::SiteId;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// A limit on what a handle gives. Each part that is set narrows it.
#[derive(Clone, Debug, Default)]
pub struct AccessScope {
    pub(crate) types: Option<BTreeMap<TypeKey, TypeRule>>,
    /// For all types whose rule says nothing else.
    pub(crate) reach: Reach,
    /// Patients of whom nothing is shown, whatever else is said.
    pub(crate) hidden: Option<Arc<RoaringBitmap>>,
    /// Security labels (system, code) that keep a resource back.
    pub(crate) withheld: Option<Arc<BTreeSet<(String, String)>>>,
    pub(crate) name: OnceLock<u64>,
}

/// What is shown of a type.
#[derive(Clone, Debug, Default)]
pub struct TypeRule {
    /// Where and of whom, instead of what the scope says for all types.
    pub(crate) own: Option<Arc<Reach>>,
    /// Bits of [`Act`].
    pub(crate) acts: u8,
    /// One of these questions has to hold; none: no such limit.
    pub(crate) only: Option<Arc<Vec<Vec<Criterion>>>>,
    /// Names the questions.
    pub(crate) only_name: u64,
    /// Elements of the first level, each with the codes of which it has to bear one. All have to hold.
    pub(crate) coded: Vec<Arc<Coded>>,
    /// Elements of the first level, each with the texts of which it has to have one in what is written and in what it
    /// replaces. All have to hold.
    pub(crate) written_as: Vec<(String, BTreeSet<String>)>,
    /// The only elements that an update may change, by their names on the first level.
    pub(crate) touches: Option<Arc<BTreeSet<String>>>,
    /// Elements that are left out, by their names on the first level.
    pub(crate) omits: Option<Arc<BTreeSet<String>>>,
}

/// An element's name, and codes with their systems.
pub(crate) type Coded = (String, BTreeSet<(String, String)>);

/// At which sites and of which home patients; each limit that is not set is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reach {
    pub sites: Option<BTreeSet<SiteId>>,
    /// What belongs into a patient's compartment and names no patient is not let through either.
    pub patients: Option<Arc<RoaringBitmap>>,
}

static ANYWHERE: Reach = Reach { sites: None, patients: None };

/// What may be done with a type besides looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Act {
    Create = 1,
    Update = 2,
    Delete = 4,
}

impl Act {
    pub const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Delete];
}

impl TypeRule {
    /// All that patients and sites allow, to be looked at.
    pub fn shown() -> Self {
        Self::default()
    }

    /// The same, to be written too.
    pub fn written() -> Self {
        Self::shown().may(&[Act::Create, Act::Update, Act::Delete])
    }

    pub fn may(mut self, acts: &[Act]) -> Self {
        self.acts |= acts.iter().fold(0, |bits, act| bits | *act as u8);
        self
    }

    /// Of every patient and every site: who somebody is, and where things are.
    pub fn open(mut self) -> Self {
        self.own = Some(Arc::default());
        self
    }

    /// Of these home patients alone, at every site, whatever the scope says for other types.
    pub fn of_patients(mut self, patients: Arc<RoaringBitmap>) -> Self {
        self.own = Some(Arc::new(Reach { sites: None, patients: Some(patients) }));
        self
    }

    /// All but some elements, named on the first level: reasons, diagnoses. What is left out is not searched either, and
    /// what is shown in part is not written, since writing it back would lose the rest, but see [`Self::amended`].
    pub fn without(mut self, elements: impl IntoIterator<Item = String>) -> Self {
        (self.omits, self.acts) = (Some(Arc::new(elements.into_iter().collect())), 0);
        self
    }

    /// After [`Self::without`]: what is shown may be changed all the same, as long as what is left out stays as it is, and
    /// made, without what is left out.
    pub fn amended(self) -> Self {
        self.may(&[Act::Create, Act::Update])
    }

    /// What is there may be changed in these elements of the first level and in no other.
    pub fn touching(mut self, elements: impl IntoIterator<Item = String>) -> Self {
        self.touches = Some(Arc::new(elements.into_iter().collect()));
        self.may(&[Act::Update])
    }

    /// What is written, and what it replaces, has a text in an element of the first level; asked again with the same element,
    /// that or the other text.
    pub fn written_as(mut self, element: &str, text: &str) -> Self {
        match self.written_as.iter_mut().find(|(known, _)| known == element) {
            Some((_, texts)) => _ = texts.insert(text.to_owned()),
            None => self.written_as.push((element.to_owned(), BTreeSet::from([text.to_owned()]))),
        }
        self
    }

    /// Only what bears a code in an element of the first level; asked again with the same element, that or the other code.
    pub fn coded(mut self, element: &str, code: (String, String)) -> Self {
        match self.coded.iter_mut().find(|coded| coded.0 == element) {
            Some(coded) => _ = Arc::make_mut(coded).1.insert(code),
            None => self.coded.push(Arc::new((element.to_owned(), BTreeSet::from([code])))),
        }
        self
    }

    /// Only what answers to one of some questions, each on this type by itself: a category, a code. An empty list shows
    /// nothing.
    pub fn only(mut self, questions: &[Query]) -> Self {
        let parts = questions.iter().filter_map(|query| query.single().map(|part| part.criteria.clone()));
        self.only = Some(Arc::new(parts.collect()));
        self.only_name = questions.iter().fold(1, |name, query| mixed(name, query.fingerprint));
        self
    }
}

/// Whether a resource of a type is about a patient: what does not say about whom is not everybody's.
fn is_about_patients(ty: TypeKey) -> bool {
    static KNOWN: OnceLock<RoaringBitmap> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let about = |ty: &TypeId| compartment("Patient").is_some_and(|patients| patients.membership(*ty).is_some()) || !patients_of(*ty).is_empty();
        tables().resource_types().filter(about).map(|ty| u32::from(ty.0)).collect()
    });
    known.contains(u32::from(ty))
}

impl AccessScope {
    /// Everything: the node itself.
    pub fn everything() -> Self {
        Self::default()
    }

    pub fn only_types(self, types: impl IntoIterator<Item = TypeKey>) -> Self {
        self.with_rules(types.into_iter().map(|ty| (ty, TypeRule::written())))
    }

    /// Shows the types that have a rule, each as its rule says.
    pub fn with_rules(mut self, rules: impl IntoIterator<Item = (TypeKey, TypeRule)>) -> Self {
        (self.types, self.name) = (Some(rules.into_iter().collect()), OnceLock::new());
        self
    }

    pub fn only_sites(mut self, sites: impl IntoIterator<Item = SiteId>) -> Self {
        (self.reach.sites, self.name) = (Some(sites.into_iter().collect()), OnceLock::new());
        self
    }

    pub fn only_patients(self, patients: impl IntoIterator<Item = ResKey>) -> Self {
        self.among(Arc::new(patients.into_iter().collect()))
    }

    /// The same for a set that many handles share.
    pub fn among(mut self, patients: Arc<RoaringBitmap>) -> Self {
        (self.reach.patients, self.name) = (Some(patients), OnceLock::new());
        self
    }

    /// Shows nothing of some patients.
    pub fn without_patients(mut self, hidden: Arc<RoaringBitmap>) -> Self {
        (self.hidden, self.name) = (Some(hidden).filter(|hidden| !hidden.is_empty()), OnceLock::new());
        self
    }

    /// Keeps back what bears one of some security labels (`meta.security`).
    pub fn without_labels(mut self, labels: Arc<BTreeSet<(String, String)>>) -> Self {
        (self.withheld, self.name) = (Some(labels).filter(|labels| !labels.is_empty()), OnceLock::new());
        self
    }

    pub fn is_everything(&self) -> bool {
        self.types.is_none() && self.reach == ANYWHERE && self.hidden.is_none() && self.withheld.is_none()
    }

    /// Whether a version is let through as far as that can be told without its body; [`crate::search::Gate`] tells the rest.
    pub(crate) fn allows(&self, hit: &Hit) -> bool {
        self.allows_that(hit.version.ty, hit.version.site, hit.resource.patient)
    }

    /// The same for a version of which no more is known. `patient`: its home patient, or 0.
    pub fn allows_that(&self, ty: TypeKey, site: SiteId, patient: ResKey) -> bool {
        let Some(reach) = self.reach_of(ty) else { return false };
        let near = reach.sites.as_ref().is_none_or(|sites| sites.contains(&site));
        let known = reach.patients.as_ref().is_none_or(|patients| if patient == 0 { !is_about_patients(ty) } else { patients.contains(patient) });
        near && known && !self.hides(patient)
    }

    /// Where and of whom a type is shown; `None`: nowhere.
    fn reach_of(&self, ty: TypeKey) -> Option<&Reach> {
        match &self.types {
            Some(rules) => rules.get(&ty).map(|rule| self.reach_by(rule)),
            None => Some(&self.reach),
        }
    }

    pub(crate) fn reach_by<'s>(&'s self, rule: &'s TypeRule) -> &'s Reach {
        rule.own.as_deref().unwrap_or(&self.reach)
    }

    /// What of a type its body decides.
    pub(crate) fn only(&self, ty: TypeKey) -> Option<&[Vec<Criterion>]> {
        self.types.as_ref()?.get(&ty)?.only.as_deref().map(Vec::as_slice)
    }

    pub(crate) fn coded(&self, ty: TypeKey) -> &[Arc<Coded>] {
        self.types.as_ref().and_then(|rules| rules.get(&ty)).map_or(&[], |rule| &rule.coded)
    }

    /// The elements of a type that are left out.
    pub(crate) fn omits(&self, ty: TypeKey) -> Option<&BTreeSet<String>> {
        self.types.as_ref()?.get(&ty)?.omits.as_deref().filter(|names| !names.is_empty())
    }

    pub(crate) fn touches(&self, ty: TypeKey) -> Option<&BTreeSet<String>> {
        self.types.as_ref()?.get(&ty)?.touches.as_deref()
    }

    pub(crate) fn written_as(&self, ty: TypeKey) -> &[(String, BTreeSet<String>)] {
        self.types.as_ref().and_then(|rules| rules.get(&ty)).map_or(&[], |rule| &rule.written_as)
    }

    pub(crate) fn withheld(&self) -> Option<&BTreeSet<(String, String)>> {
        self.withheld.as_deref()
    }

    /// The only patients of whom anything of a type is shown or written; `None`: no limit by patient.
    pub(crate) fn patients_of(&self, ty: TypeId) -> Option<&RoaringBitmap> {
        self.reach_of(ty.0)?.patients.as_deref().filter(|_| is_about_patients(ty.0))
    }

    /// Whether a type is shown of everybody, whole and of every site.
    pub(crate) fn is_of_everybody(&self, ty: TypeId) -> bool {
        let whole = self.only(ty.0).is_none() && self.coded(ty.0).is_empty() && self.omits(ty.0).is_none();
        whole && self.reach_of(ty.0).is_some_and(|reach| reach.patients.is_none() && reach.sites.is_none())
    }

    /// Whether a type may be written; of which patients, [`Self::patients_of`] tells.
    pub(crate) fn allows_act(&self, ty: TypeKey, act: Act) -> bool {
        self.types.as_ref().is_none_or(|rules| rules.get(&ty).is_some_and(|rule| rule.acts & act as u8 != 0))
    }

    pub(crate) fn hides(&self, patient: ResKey) -> bool {
        self.hidden.as_ref().is_some_and(|hidden| hidden.contains(patient))
    }

    /// Whether a patient is among those of whom the scope shows what it has no rule of its own for.
    pub(crate) fn reaches(&self, patient: ResKey) -> bool {
        self.reach.patients.as_ref().is_none_or(|patients| patients.contains(patient)) && !self.hides(patient)
    }

    pub fn allows_type(&self, ty: TypeKey) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains_key(&ty))
    }

    /// Names the scope, so that a cursor made under other rights is refused.
    pub fn fingerprint(&self) -> u64 {
        *self.name.get_or_init(|| self.make_name())
    }

    /// Each part with its length, so that no two scopes are written the same way.
    fn make_name(&self) -> u64 {
        let mut name = Name(0xcbf2_9ce4_8422_2325);
        name.reach(&self.reach);
        name.set(2, self.hidden.as_deref().map(|hidden| (hidden.len(), hidden.iter().map(u64::from))));
        if let Some(rules) = &self.types {
            name.add(4);
            name.add(rules.len() as u64);
            rules.iter().for_each(|(ty, rule)| name.rule(*ty, rule));
        }
        if let Some(labels) = &self.withheld {
            name.add(5);
            name.codes(labels);
        }
        name.0
    }
}

struct Name(u64);

impl Name {
    fn add(&mut self, value: u64) {
        self.0 = mixed(self.0, value);
    }

    fn set(&mut self, mark: u64, set: Option<(u64, impl Iterator<Item = u64>)>) {
        let Some((length, values)) = set else { return };
        self.add(mark);
        self.add(length);
        values.for_each(|value| self.add(value));
    }

    fn text(&mut self, text: &str) {
        self.add(text.len() as u64);
        text.bytes().for_each(|byte| self.add(u64::from(byte)));
    }

    fn codes(&mut self, codes: &BTreeSet<(String, String)>) {
        self.add(codes.len() as u64);
        codes.iter().flat_map(|(system, code)| [system, code]).for_each(|text| self.text(text));
    }

    fn reach(&mut self, reach: &Reach) {
        self.set(1, reach.patients.as_deref().map(|patients| (patients.len(), patients.iter().map(u64::from))));
        self.set(3, reach.sites.as_ref().map(|sites| (sites.len() as u64, sites.iter().map(|site| u64::from(site.0)))));
    }

    fn rule(&mut self, ty: TypeKey, rule: &TypeRule) {
        let omits = rule.omits.as_deref();
        self.add(u64::from(ty) << 16 | u64::from(rule.acts) << 1 | u64::from(rule.own.is_some()));
        self.add((rule.coded.len() as u64) << 32 | omits.map_or(0, |names| names.len() as u64));
        self.add(rule.only_name);
        rule.own.iter().for_each(|own| self.reach(own));
        // Parts of a reach may be missing: what follows is not taken for one.
        self.add(6);
        for coded in &rule.coded {
            self.text(&coded.0);
            self.codes(&coded.1);
        }
        omits.into_iter().flatten().for_each(|name| self.text(name));
        self.add(7);
        rule.touches.iter().flat_map(|names| names.iter()).for_each(|name| self.text(name));
        self.add(8);
        for (element, texts) in &rule.written_as {
            self.text(element);
            self.add(texts.len() as u64);
            texts.iter().for_each(|text| self.text(text));
        }
    }
}

pub(crate) fn mixed(name: u64, value: u64) -> u64 {
    (name ^ value).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(name: &str) -> TypeKey {
        tables().resource_type(name).expect("a type").0
    }

    #[test]
    fn what_names_no_patient_is_shown_only_where_it_is_about_none() {
        let scope = AccessScope::everything().only_patients([7]);
        let here = SiteId(1);
        assert!(scope.allows_that(ty("Observation"), here, 7) && !scope.allows_that(ty("Observation"), here, 8));
        assert!(!scope.allows_that(ty("Observation"), here, 0));
        assert!(scope.allows_that(ty("Location"), here, 0) && !scope.allows_that(ty("Task"), here, 0));
    }

    #[test]
    fn an_open_type_is_shown_of_all_but_the_hidden() {
        let rules = [(ty("Patient"), TypeRule::shown().open()), (ty("Observation"), TypeRule::shown())];
        let hidden = Arc::new(RoaringBitmap::from_iter([9]));
        let scope = AccessScope::everything().with_rules(rules).only_sites([SiteId(1)]).only_patients([7, 9]).without_patients(hidden);
        assert!(scope.allows_that(ty("Patient"), SiteId(2), 8) && !scope.allows_that(ty("Patient"), SiteId(1), 9));
        assert!(scope.allows_that(ty("Observation"), SiteId(1), 7) && !scope.allows_that(ty("Observation"), SiteId(2), 7));
        assert!(!scope.allows_that(ty("Observation"), SiteId(1), 9) && !scope.allows_that(ty("Condition"), SiteId(1), 7));
    }

    #[test]
    fn each_limit_gives_another_name() {
        let label = |code: &str| Arc::new(BTreeSet::from([("s".to_owned(), code.to_owned())]));
        let scopes = [
            AccessScope::everything(),
            AccessScope::everything().only_patients([1]),
            AccessScope::everything().only_patients([1, 2]),
            AccessScope::everything().without_patients(Arc::new(RoaringBitmap::from_iter([1]))),
            AccessScope::everything().only_sites([SiteId(1)]),
            AccessScope::everything().only_types([1]),
            AccessScope::everything().with_rules([(1, TypeRule::shown().open())]),
            AccessScope::everything().without_labels(label("R")),
            AccessScope::everything().without_labels(label("V")),
        ];
        let names: BTreeSet<u64> = scopes.iter().map(AccessScope::fingerprint).collect();
        assert_eq!(names.len(), scopes.len());
        // A limit that is added after the name was asked for changes it.
        assert_ne!(scopes[1].clone().only_sites([SiteId(1)]).fingerprint(), scopes[1].fingerprint());
    }
}
