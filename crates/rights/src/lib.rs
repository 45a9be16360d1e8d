//! Who may see what: of a role, a unit and what the record says of care, the scope that the store applies. `spec.md` beside
//! this crate has the rules, each with an id.

mod care;
mod class;
mod glass;
mod load;
#[cfg(test)]
mod tests;
mod ties;

pub use glass::{Breaking, Glass};

use care::Care;
use class::Class;
use rihla_fhirpath::Zone;
use rihla_kernel::{Actor, Clock, Fault, Instant, Purpose, SiteId};
use rihla_packs::{Pack, Patients};
use rihla_store::Store;
use rihla_store::scope::AccessScope;
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Somebody in a role.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Who {
    /// The account's name among actors; broken glass is kept under it.
    pub account: String,
    /// The id of the Practitioner in the record.
    pub practitioner: Option<String>,
    /// A role of the pack; none sees nothing.
    pub role: String,
    pub site: SiteId,
    /// The id of a Location or Organization; none: the whole site.
    pub unit: Option<String>,
}

/// The rights of one node.
pub struct Rights {
    store: Store,
    clock: Arc<dyn Clock>,
    classes: HashMap<String, Arc<Class>>,
    care: Mutex<Care>,
}

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

impl Rights {
    /// Reads the pack's classes against the record's tables. Ties are made with the first question.
    pub fn new(store: Store, pack: &Pack, zone: Zone, clock: Arc<dyn Clock>) -> Result<Self, Fault> {
        let node = store.scoped(Actor::node("rights"), Purpose::Operations);
        let mut classes = HashMap::new();
        for class in &pack.access.classes {
            let made = Arc::new(Class::of(class, &node)?);
            classes.extend(class.roles.iter().map(|role| (role.clone(), made.clone())));
        }
        let longest = pack.access.classes.iter().map(|class| i64::from(class.look_back_days)).max().unwrap_or(0) * DAY;
        let care = Mutex::new(Care::new(zone, pack.access.masks.iter().cloned().collect(), longest));
        Ok(Self { store, clock, classes, care })
    }

    /// What somebody may see and write now. The purpose of breaking the glass has no scope of its own: what was broken is
    /// part of every scope for as long as it holds.
    pub fn scope(&self, who: &Who) -> Result<AccessScope, Fault> {
        let Some(class) = self.classes.get(&who.role) else { return Ok(AccessScope::everything().only_types([])) };
        let now = self.clock.now();
        let glass = self.broken_by(&who.account)?;
        let mut care = self.care();
        care.advance(&self.store, now)?;
        let glass = care.of_one_person(glass);
        let related = care.related(&holders(who), Instant(now.0 - class.look_back));
        let denied = care.denied(&parties(who), now);
        let mut scope = class.scope();
        let mut known = related.as_ref() - &denied;
        known |= &glass;
        let mut hidden = denied;
        if !class.masked {
            // Whoever works for a whole site and not by care is tied to everybody there: that is no care.
            let cared_for = if class.patients == Patients::Related { related } else { Arc::default() };
            hidden |= care.masked() - cared_for.as_ref();
        }
        hidden -= &glass;
        match class.patients {
            Patients::All => {}
            Patients::Related => scope = scope.among(Arc::new(known)),
            Patients::None => scope = scope.among(Arc::default()),
        }
        if class.own_site {
            scope = scope.only_sites([who.site]);
        }
        Ok(scope.without_patients(Arc::new(hidden)))
    }

    /// Whether somebody takes care of a patient, now or not longer ago than their role looks back, or their role is about all
    /// patients. A broken glass is no care.
    pub fn cares(&self, who: &Who, patient: &str) -> Result<bool, Fault> {
        let Some(class) = self.classes.get(&who.role) else { return Ok(false) };
        if class.patients != Patients::Related {
            return Ok(class.patients == Patients::All);
        }
        let Some(key) = self.key(patient)? else { return Ok(false) };
        let now = self.clock.now();
        let mut care = self.care();
        care.advance(&self.store, now)?;
        Ok(care.related(&holders(who), Instant(now.0 - class.look_back)).contains(key))
    }

    /// Whether a patient is masked, whoever asks.
    pub fn is_masked(&self, patient: &str) -> Result<bool, Fault> {
        let Some(key) = self.key(patient)? else { return Ok(false) };
        let mut care = self.care();
        care.advance(&self.store, self.clock.now())?;
        Ok(care.masked().contains(key))
    }

    /// Whether a role may break the glass at all.
    pub fn may_break(&self, role: &str) -> bool {
        self.classes.get(role).is_some_and(|class| class.glass)
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }

    /// A tie that ended stays ended, so what a panic left is still right.
    fn care(&self) -> MutexGuard<'_, Care> {
        self.care.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// What ties to somebody: themselves and the unit in which they act, or the whole site.
fn holders(who: &Who) -> Vec<String> {
    let mut out: Vec<String> = who.practitioner.iter().map(|id| format!("Practitioner/{id}")).collect();
    match &who.unit {
        Some(unit) => out.extend([format!("Location/{unit}"), format!("Organization/{unit}")]),
        None => out.push(ties::site(who.site)),
    }
    out
}

/// As what a consent may name somebody.
fn parties(who: &Who) -> Vec<String> {
    let person = who.practitioner.iter().map(|id| format!("Practitioner/{id}"));
    person.chain(who.unit.iter().map(|unit| format!("Organization/{unit}"))).collect()
}

/// Patients by key.
pub(crate) type Keys = RoaringBitmap;
