//! What two scopes both allow: the rights of a person, and what the person let a program do with them.

use crate::handle::Scoped;
use crate::key::ResKey;
use crate::query::{Criterion, Query};
use crate::scope::{AccessScope, Reach, TypeRule, mixed};
use rihla_fhir::r4::TypeId;
use rihla_kernel::Fault;
use std::sync::{Arc, OnceLock};

impl AccessScope {
    /// Allows exactly what both allow: never more than either.
    pub fn meet(&self, other: &Self) -> Self {
        let types = match (&self.types, &other.types) {
            (None, None) => None,
            (Some(rules), None) => Some(rules.iter().map(|(ty, rule)| (*ty, self.rule_with(rule, other, &TypeRule::written()))).collect()),
            (None, Some(rules)) => Some(rules.iter().map(|(ty, rule)| (*ty, self.rule_with(&TypeRule::written(), other, rule))).collect()),
            (Some(rules), Some(others)) => {
                Some(rules.iter().filter_map(|(ty, rule)| others.get(ty).map(|with| (*ty, self.rule_with(rule, other, with)))).collect())
            }
        };
        Self {
            types,
            reach: self.reach.meet(&other.reach),
            hidden: joined(self.hidden.as_ref(), other.hidden.as_ref(), |all, more| *all |= more),
            withheld: joined(self.withheld.as_ref(), other.withheld.as_ref(), |all, more| all.extend(more.iter().cloned())),
            name: OnceLock::new(),
        }
    }

    fn rule_with(&self, rule: &TypeRule, other: &Self, with: &TypeRule) -> TypeRule {
        let own = (rule.own.is_some() || with.own.is_some()).then(|| Arc::new(self.reach_by(rule).meet(other.reach_by(with))));
        let (only, only_name) = match (&rule.only, &with.only) {
            (None, None) => (None, 0),
            (Some(only), None) => (Some(only.clone()), rule.only_name),
            (None, Some(only)) => (Some(only.clone()), with.only_name),
            (Some(one), Some(two)) => (Some(Arc::new(both(one, two))), mixed(rule.only_name, with.only_name)),
        };
        let omits = joined(rule.omits.as_ref(), with.omits.as_ref(), |all, more| all.extend(more.iter().cloned()));
        let mut coded = rule.coded.clone();
        coded.extend(with.coded.iter().filter(|one| !rule.coded.contains(one)).cloned());
        let touches = match (&rule.touches, &with.touches) {
            (Some(one), Some(two)) => Some(Arc::new(one.as_ref() & two.as_ref())),
            (one, two) => one.as_ref().or(two.as_ref()).cloned(),
        };
        let mut written_as = rule.written_as.clone();
        written_as.extend(with.written_as.iter().filter(|one| !rule.written_as.contains(one)).cloned());
        TypeRule { own, acts: rule.acts & with.acts, only, only_name, coded, written_as, touches, omits }
    }

    /// Whether a question asks only about what is shown. What somebody else limits by a question of theirs must not tell,
    /// by what is left, of elements that this scope leaves out.
    pub fn lets_ask(&self, query: &Query) -> bool {
        query.parts.iter().all(|part| self.may_ask(part.ty, &part.criteria, &part.sort).is_ok())
    }
}

impl Reach {
    fn meet(&self, other: &Self) -> Self {
        let sites = match (&self.sites, &other.sites) {
            (Some(one), Some(two)) => Some(one & two),
            (one, two) => one.as_ref().or(two.as_ref()).cloned(),
        };
        let patients = match (&self.patients, &other.patients) {
            (Some(one), Some(two)) => Some(Arc::new(one.as_ref() & two.as_ref())),
            (one, two) => one.as_ref().or(two.as_ref()).cloned(),
        };
        Self { sites, patients }
    }
}

/// One of each, together: (a or b) and (c or d) is ac or ad or bc or bd.
fn both(one: &[Vec<Criterion>], two: &[Vec<Criterion>]) -> Vec<Vec<Criterion>> {
    one.iter().flat_map(|first| two.iter().map(|second| [first.as_slice(), second].concat())).collect()
}

fn joined<T: Clone>(one: Option<&Arc<T>>, two: Option<&Arc<T>>, join: impl FnOnce(&mut T, &T)) -> Option<Arc<T>> {
    match (one, two) {
        (Some(one), Some(two)) => {
            let mut all = one.as_ref().clone();
            join(&mut all, two);
            Some(Arc::new(all))
        }
        (one, two) => one.or(two).cloned(),
    }
}

impl Scoped {
    /// The key by which scopes name a resource, if this handle may see it. It leaves no audit entry: nothing is shown.
    pub fn key_of(&self, ty: TypeId, id: &str) -> Result<Option<ResKey>, Fault> {
        let view = self.backend.snapshot(None)?;
        let Some(key) = view.find(ty.0, id)? else { return Ok(None) };
        let shown = self.gate(view.as_ref()).pass(view.current(key, false)?)?;
        Ok(shown.map(|hit| hit.resource.res))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Act;
    use proptest::prelude::*;
    use rihla_fhir::r4::tables;
    use rihla_kernel::SiteId;
    use roaring::RoaringBitmap;
    use std::collections::BTreeSet;

    const TYPES: [&str; 4] = ["Patient", "Observation", "Location", "Task"];
    const LABELS: [&str; 2] = ["R", "V"];
    const ELEMENTS: [&str; 2] = ["reason", "note"];
    const ACTS: [Act; 3] = [Act::Create, Act::Update, Act::Delete];

    fn ty(name: &str) -> TypeId {
        tables().resource_type(name).expect("a type")
    }

    fn criterion(id: u8) -> Criterion {
        Criterion::Id(vec![id.to_string()])
    }

    /// A question that the ids of a set answer to, as alternatives of one id each.
    fn only(ids: &BTreeSet<u8>) -> Option<Arc<Vec<Vec<Criterion>>>> {
        Some(Arc::new(ids.iter().map(|id| vec![criterion(*id)]).collect()))
    }

    fn patients() -> impl Strategy<Value = Arc<RoaringBitmap>> {
        prop::collection::btree_set(1u32..5, 0..4).prop_map(|set| Arc::new(set.into_iter().collect()))
    }

    fn sites() -> impl Strategy<Value = BTreeSet<SiteId>> {
        prop::collection::btree_set((1u16..4).prop_map(SiteId), 0..3)
    }

    fn reaches() -> impl Strategy<Value = Reach> {
        (prop::option::of(sites()), prop::option::of(patients())).prop_map(|(sites, patients)| Reach { sites, patients })
    }

    fn rules() -> impl Strategy<Value = TypeRule> {
        let asked = prop::option::of(prop::collection::btree_set(0u8..4, 0..4));
        let left_out = prop::option::of(prop::collection::btree_set(prop::sample::select(ELEMENTS.to_vec()), 0..3));
        let codes = prop::collection::btree_set(prop::sample::select(LABELS.to_vec()).prop_map(|code| ("urn:l".to_owned(), code.to_owned())), 0..3);
        let coded = prop::collection::btree_map(prop::sample::select(ELEMENTS.to_vec()), codes, 0..2);
        (prop::option::of(reaches()), 0u8..8, asked, left_out, coded).prop_map(|(own, acts, asked, left_out, coded)| TypeRule {
            coded: coded.into_iter().map(|(name, codes)| Arc::new((name.to_owned(), codes))).collect(),
            own: own.map(Arc::new),
            acts,
            only_name: asked.as_ref().map_or(0, |ids| ids.iter().fold(1, |name, id| mixed(name, u64::from(*id)))),
            only: asked.as_ref().and_then(only),
            touches: None,
            written_as: Vec::new(),
            omits: left_out.map(|names| Arc::new(names.into_iter().map(str::to_owned).collect())),
        })
    }

    fn scopes() -> impl Strategy<Value = AccessScope> {
        let types = prop::option::of(prop::collection::btree_map(prop::sample::select(TYPES.to_vec()).prop_map(|name| ty(name).0), rules(), 0..4));
        let labels = prop::collection::btree_set(prop::sample::select(LABELS.to_vec()).prop_map(|code| ("urn:l".to_owned(), code.to_owned())), 0..2);
        (types, reaches(), prop::option::of(patients()), prop::option::of(labels.prop_map(Arc::new))).prop_map(|(types, reach, hidden, withheld)| AccessScope {
            types,
            reach,
            hidden: hidden.filter(|set| !set.is_empty()),
            withheld: withheld.filter(|set| !set.is_empty()),
            name: OnceLock::new(),
        })
    }

    /// Whether questions let a resource of this id through.
    fn answers(questions: Option<&[Vec<Criterion>]>, id: u8) -> bool {
        let wanted = id.to_string();
        let holds = |criterion: &Criterion| matches!(criterion, Criterion::Id(ids) if ids.contains(&wanted));
        questions.is_none_or(|all| all.iter().any(|question| question.iter().all(holds)))
    }

    /// Resources by the code that each element bears.
    fn coded_as() -> impl Iterator<Item = impl Fn(&str) -> Option<(String, String)>> {
        let pairs = ["R", "V", "X"].into_iter().flat_map(|reason| ["R", "V", "X"].map(|note| (reason, note)));
        pairs.map(|(reason, note)| {
            move |element: &str| {
                let code = ELEMENTS.iter().zip([reason, note]).find(|(name, _)| **name == element)?.1;
                Some(("urn:l".to_owned(), code.to_owned()))
            }
        })
    }

    /// All that can be told of what a scope allows: types, sites, patients, ids, labels, elements, acts.
    fn table(scope: &AccessScope) -> Vec<bool> {
        let mut out = Vec::new();
        for name in TYPES {
            let ty = ty(name);
            for (site, patient) in (0..5u16).flat_map(|site| (0..6u32).map(move |patient| (SiteId(site), patient))) {
                let about = scope.allows_that(ty.0, site, patient);
                out.extend((0..5u8).map(|id| about && answers(scope.only(ty.0), id)));
                out.extend(coded_as().map(|bears| about && scope.coded(ty.0).iter().all(|coded| bears(&coded.0).is_some_and(|code| coded.1.contains(&code)))));
                out.extend(ACTS.map(|act| about && scope.allows_act(ty.0, act)));
            }
            out.extend((0..6u32).map(|patient| scope.allows_type(ty.0) && scope.patients_of(ty).is_none_or(|set| set.contains(patient))));
            out.extend(ELEMENTS.map(|name| scope.allows_type(ty.0) && !scope.omits(ty.0).is_some_and(|names| names.contains(name))));
        }
        let bears = |code: &str| scope.withheld().is_some_and(|labels| labels.contains(&("urn:l".to_owned(), code.to_owned())));
        out.extend(LABELS.map(|code| !bears(code)));
        out
    }

    proptest! {
        #[test]
        fn what_two_scopes_meet_in_is_exactly_what_both_allow((a, b) in (scopes(), scopes())) {
            let met = table(&a.meet(&b));
            let both: Vec<bool> = table(&a).into_iter().zip(table(&b)).map(|(one, two)| one && two).collect();
            prop_assert_eq!(met, both);
        }

        #[test]
        fn the_whole_record_changes_nothing_and_order_does_not_matter((a, b) in (scopes(), scopes())) {
            prop_assert_eq!(table(&a.meet(&AccessScope::everything())), table(&a));
            prop_assert_eq!(table(&a.meet(&b)), table(&b.meet(&a)));
            prop_assert_eq!(table(&a.meet(&a)), table(&a));
        }

        #[test]
        fn a_scope_that_allows_less_has_another_name((a, b) in (scopes(), scopes())) {
            let met = a.meet(&b);
            if table(&met) != table(&a) {
                prop_assert_ne!(met.fingerprint(), a.fingerprint());
            }
        }
    }
}
