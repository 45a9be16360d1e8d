//! Everybody of the record and those who are about to come, for whoever brings many people at once: each is held against
//! all, also against those who came a moment before and are not written yet.

use crate::index::{patient_type, rules, whole};
use rihla_kernel::Fault;
use rihla_matching::{Grade, Index, Model, Person};
use rihla_packs::Pack;
use rihla_store::Store;
use rihla_store::key::ResKey;

/// Versions read at once.
const PAGE: usize = 500;

/// An index of its own: that of the node hears of people once they are written.
pub struct Crowd {
    index: Index,
    own: Vec<String>,
}

impl Crowd {
    /// Reads everybody. `system`: of the numbers by which newcomers are told apart. As with the hospital's own, two records
    /// of one person never bear the same, so they tell nothing.
    pub fn read(store: &Store, pack: &Pack, system: &str) -> Result<Self, Fault> {
        let own = pack.identifiers.iter().filter(|one| one.unique).map(|one| one.system.clone()).chain([system.to_owned()]).collect();
        let mut crowd = Self { index: Index::new(rules(pack), Model::default()), own };
        let mut upto = 0;
        loop {
            let (people, reached) = store.patients_for_platform(upto, PAGE)?;
            for one in &people {
                let (person, links) = whole(store, &crowd.own, &one.stored)?;
                if links.replaced_by.is_none() {
                    crowd.index.put(u64::from(one.key), &person);
                }
            }
            if reached == upto {
                return Ok(crowd);
            }
            upto = reached;
        }
    }

    /// Who is most probably this person, if anybody is probable.
    pub fn who(&self, person: &Person) -> Option<u64> {
        let found = self.index.matches(&self.asked(person), 1).into_iter().next()?;
        (found.verdict.grade <= Grade::Probable).then_some(found.key)
    }

    /// Whether somebody may be this person at all; nothing if nobody has this key.
    pub fn may_be(&self, key: u64, person: &Person) -> Option<bool> {
        self.index.explain(key, &self.asked(person)).map(|verdict| verdict.grade != Grade::CertainlyNot)
    }

    /// Somebody comes, under a key of the caller's: that of a record, or beyond all of them.
    pub fn put(&mut self, key: u64, person: &Person) {
        let person = self.asked(person);
        self.index.put(key, &person);
    }

    /// They did not come after all.
    pub fn remove(&mut self, key: u64) {
        self.index.remove(key);
    }

    fn asked(&self, person: &Person) -> Person {
        let mut asked = person.clone();
        asked.identifiers.retain(|number| !self.own.contains(&number.system));
        asked
    }
}

/// The key of a patient's record, as [`Crowd`] knows it.
pub fn key_of(store: &Store, id: &str) -> Result<Option<ResKey>, Fault> {
    store.key_for_platform(patient_type()?, id)
}
