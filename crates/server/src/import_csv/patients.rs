//! A list of patients, row by row: who is known by number is left as they are; who is likely somebody is made and said.

use super::known::{Patient, by_number, hashed, mark_of, mark_value, of_mark, type_of};
use super::taken::{Taken, refused};
use crate::failure::Failure;
use crate::node::Node;
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::TypeId;
use rihla_kernel::{Fault, FaultKind};
use rihla_lists::Cells;
use rihla_lists::Person;
use rihla_lists::map::{self, Map};
use rihla_lists::reason::{self, Outcome, Reason};
use rihla_matching as matching;
use rihla_mpi::{Crowd, key_of};
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::key::ResKey;
use rihla_store::query::Handling;
use rihla_store::{Resolution, Scoped};
use std::collections::HashMap;

/// Keys beyond all records: those of rows that are not written.
const BEYOND: u64 = 1 << 32;

pub struct Patients<'t> {
    node: &'t Node,
    record: Scoped,
    map: &'t Map,
    of: &'t map::Patients,
    ty: TypeId,
    today: String,
    /// Nothing is written.
    dry: bool,
    crowd: Crowd,
    /// What rows of this run said, where nothing is written: by mark, with the newcomer's key.
    seen: HashMap<String, (String, u64)>,
    /// Numbers of newcomers whom the record does not have yet.
    coming: HashMap<u64, String>,
    rows: u64,
}

/// Somebody who bears a number.
struct Bearer {
    key: u64,
    called: String,
}

impl<'t> Patients<'t> {
    /// `today`: the day in the site.
    pub fn new(node: &'t Node, map: &'t Map, of: &'t map::Patients, today: String, dry: bool) -> Result<Self, Failure> {
        let crowd = Crowd::read(&node.store, &node.pack, &map.number.system)?;
        let (record, ty) = (node.for_task("import"), type_of("Patient")?);
        Ok(Self { node, record, map, of, ty, today, dry, crowd, seen: HashMap::new(), coming: HashMap::new(), rows: 0 })
    }

    /// The marks of the numbers that nobody else bears.
    pub fn holds(&self, cells: &Cells<'_>) -> Vec<String> {
        let numbers = self.of.numbers.iter().filter(|one| one.unique).chain([&self.map.number]);
        numbers.filter_map(|one| Some(mark_of("Patient", &one.system, cells.number(one).ok()??))).collect()
    }

    pub fn take(&mut self, cells: &Cells<'_>) -> Result<Taken, Failure> {
        self.rows += 1;
        let told = cells.number(&self.map.number).ok().flatten().unwrap_or_default().to_owned();
        let person = match Person::read(self.map, self.of, cells, &self.today) {
            Ok(person) => person,
            Err(reason) => return Ok(Taken::rejected(&told, reason)),
        };
        let plain = person.json();
        let (said, who) = (hashed(&plain), matched(&plain)?);
        if let Some(taken) = self.known(&person, &said, &who)? {
            return Ok(taken);
        }
        let (outcome, reason, other) = match self.crowd.who(&who) {
            Some(key) => (Outcome::Likely, reason::likely(), self.called(key)?),
            None => (Outcome::Made, reason::made(), String::new()),
        };
        let mut taken = Taken::decided(&person.number, outcome, reason, &other);
        let made = if self.dry { self.rehearse(&person, &said) } else { self.write(&person, said, &mut taken) };
        match made {
            Ok(key) => {
                self.crowd.put(key, &who);
                self.coming.insert(key, person.number.clone());
                taken.key = key;
                Ok(taken)
            }
            Err(fault) => Ok(Taken::rejected(&person.number, refused(&fault)?)),
        }
    }

    /// A row is in the record, or is not.
    pub fn settled(&mut self, key: u64, written: bool) {
        if !self.dry {
            self.coming.remove(&key);
        }
        if !written {
            self.crowd.remove(key);
        }
    }

    /// What is to be said where somebody bears a number of the row already.
    fn known(&self, person: &Person, said: &str, who: &matching::Person) -> Result<Option<Taken>, Failure> {
        let system = &self.map.number.system;
        let before = self.before(&mark_of("Patient", system, &person.number))?;
        let decided = |reason: Reason, other: &str| Ok(Some(Taken::decided(&person.number, Outcome::Known, reason, other)));
        if before.as_ref().is_some_and(|before| before == said) {
            return decided(reason::known_same(), &person.number);
        }
        let known = if before.is_some() { reason::known_changed() } else { reason::known() };
        let own = person.own.iter().map(|(system, value)| (system.as_str(), value.as_str(), reason::known_own()));
        for (system, value, known) in std::iter::once((system.as_str(), person.number.as_str(), known.clone())).chain(own) {
            let bearers = self.bearers(system, value)?;
            let [one] = bearers.as_slice() else {
                if bearers.is_empty() {
                    continue;
                }
                return Ok(Some(Taken::rejected(&person.number, reason::several())));
            };
            return if self.crowd.may_be(one.key, who) == Some(false) {
                Ok(Some(Taken::decided(&person.number, Outcome::Rejected, reason::other_person(), &one.called)))
            } else {
                decided(known, &one.called)
            };
        }
        // Taken in before, and not under this number any more: somebody decided that.
        if before.is_some() { decided(known, "") } else { Ok(None) }
    }

    /// What a row of this number said when it was taken in.
    fn before(&self, mark: &str) -> Result<Option<String>, Failure> {
        if let Some((said, _)) = self.seen.get(mark) {
            return Ok(Some(said.clone()));
        }
        Ok(self.node.store.mark(mark)?.and_then(|value| of_mark(&value)).map(|(said, _)| said))
    }

    fn bearers(&self, system: &str, value: &str) -> Result<Vec<Bearer>, Failure> {
        if let Some((_, key)) = self.seen.get(&mark_of("Patient", system, value)) {
            return Ok(vec![Bearer { key: *key, called: self.called(*key)? }]);
        }
        let mut out = Vec::new();
        for one in Patient::bearing(&self.record, system, value)? {
            let key = key_of(&self.node.store, &one.id)?.unwrap_or(0);
            out.push(Bearer { key: u64::from(key), called: one.called(&self.map.number.system) });
        }
        Ok(out)
    }

    /// How a report calls somebody.
    fn called(&self, key: u64) -> Result<String, Failure> {
        if let Some(number) = self.coming.get(&key) {
            return Ok(number.clone());
        }
        let stored = ResKey::try_from(key).ok().map(|key| self.node.store.patient_for_platform(key)).transpose()?.flatten();
        Ok(stored.map(|stored| Patient::of(&stored)).transpose()?.map(|one| one.called(&self.map.number.system)).unwrap_or_default())
    }

    /// Everything but the writing.
    fn rehearse(&mut self, person: &Person, said: &str) -> Result<u64, Fault> {
        self.record.made(person.json().as_bytes())?;
        let key = BEYOND + self.rows;
        let numbers = person.own.iter().map(|(system, value)| (system.as_str(), value.as_str()));
        for (system, value) in numbers.chain([(self.map.number.system.as_str(), person.number.as_str())]) {
            self.seen.insert(mark_of("Patient", system, value), (said.to_owned(), key));
        }
        Ok(key)
    }

    /// Patient and mark in one commit, if nobody bears the number by then.
    fn write(&self, person: &Person, said: String, taken: &mut Taken) -> Result<u64, Fault> {
        let id = self.record.reserve(self.ty, None)?;
        let (_, content) = self.record.made(person.json().as_bytes())?;
        let step = Step::Put { ty: self.ty.0, name: Name::New(id), expect: Expect::Absent, content };
        let system = &self.map.number.system;
        let (query, _) = self.record.query(&[self.ty], &by_number(system, &person.number), Handling::Strict)?;
        let nobody = self.record.unchanged(query, Resolution::None);
        let mark = (mark_of("Patient", system, &person.number), mark_value(&said, &id.to_text()));
        taken.asked = Some(self.record.submit(vec![step], vec![nobody], vec![mark])?);
        Ok(id.key())
    }
}

/// Somebody as matching knows them.
fn matched(json: &str) -> Result<matching::Person, Fault> {
    let doc =
        parse(json.as_bytes(), &Limits::default()).map_err(|_| Fault::new(FaultKind::Internal, "RH-CSV-JSON", "A row made no JSON. This is a defect."))?;
    Ok(rihla_mpi::person(doc.root()))
}
