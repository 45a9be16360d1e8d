//! A class of the pack, ready for the store.

use crate::DAY;
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::Fault;
use rihla_packs::{AccessClass, Patients};
use rihla_store::Scoped;
use rihla_store::query::Handling;
use rihla_store::scope::{AccessScope, TypeRule};
use std::collections::BTreeSet;
use std::sync::Arc;

pub struct Class {
    pub patients: Patients,
    /// In milliseconds.
    pub look_back: i64,
    pub masked: bool,
    pub glass: bool,
    pub own_site: bool,
    rules: Vec<(u16, TypeRule)>,
    /// Whether the rules limit nothing, so that there need be none.
    all: bool,
    withheld: Arc<BTreeSet<(String, String)>>,
}

impl Class {
    pub fn of(class: &AccessClass, node: &Scoped) -> Result<Self, Fault> {
        let shown: Vec<TypeId> = class.shows.clone().unwrap_or_else(|| tables().resource_types().collect());
        let mut rules = Vec::with_capacity(shown.len());
        for ty in shown {
            rules.push((ty.0, rule(class, ty, node)?));
        }
        Ok(Self {
            patients: class.patients,
            look_back: i64::from(class.look_back_days) * DAY,
            masked: class.masked,
            glass: class.glass,
            own_site: class.own_site,
            all: class.shows.is_none()
                && class.writes.is_none()
                && class.only.is_empty()
                && class.coded.is_empty()
                && class.omits.is_empty()
                && class.touches.is_empty()
                && class.written_as.is_empty(),
            rules,
            withheld: Arc::new(class.withholds.iter().cloned().collect()),
        })
    }

    /// What the class itself says; whose data are shown is added by the caller.
    pub fn scope(&self) -> AccessScope {
        let scope = AccessScope::everything().without_labels(self.withheld.clone());
        if self.all { scope } else { scope.with_rules(self.rules.iter().cloned()) }
    }
}

fn rule(class: &AccessClass, ty: TypeId, node: &Scoped) -> Result<TypeRule, Fault> {
    let writes = class.writes.as_ref().is_none_or(|types| types.contains(&ty));
    let mut rule = if writes { TypeRule::written() } else { TypeRule::shown() };
    if class.open.contains(&ty) {
        rule = rule.open();
    }
    let mut questions = Vec::new();
    for (_, text) in class.only.iter().filter(|(of, _)| *of == ty) {
        let pairs: Vec<(String, String)> = text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect();
        questions.push(node.query(&[ty], &pairs, Handling::Strict)?.0);
    }
    if !questions.is_empty() {
        rule = rule.only(&questions);
    }
    for (_, element, label) in class.coded.iter().filter(|(of, _, _)| *of == ty) {
        rule = rule.coded(element, label.clone());
    }
    for (_, element, text) in class.written_as.iter().filter(|(of, _, _)| *of == ty) {
        rule = rule.written_as(element, text);
    }
    let omitted: Vec<String> = class.omits.iter().filter(|(of, _)| *of == ty).map(|(_, name)| name.clone()).collect();
    let rule = if omitted.is_empty() { rule } else { rule.without(omitted) };
    let rule = if class.amends.contains(&ty) { rule.amended() } else { rule };
    let touched: Vec<String> = class.touches.iter().filter(|(of, _)| *of == ty).map(|(_, name)| name.clone()).collect();
    Ok(if touched.is_empty() || writes { rule } else { rule.touching(touched) })
}
