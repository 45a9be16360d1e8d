//! Proves a chain, link by link: it names the first that is bad, whatever was edited, taken out, moved or cut off.

use super::head::{Heads, PublicKey, Said};
use super::{HASH_BYTES, Hash, keys_of, link};
use crate::sum::Sum;
use rihla_kernel::Fault;
use rihla_store::trail::{EVERY_KEY, Name, NameOf, Record, block_of, read};
use std::collections::{BTreeSet, HashMap};

/// What the tables say of a number that the chain names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    Same,
    Other,
    Nothing,
}

impl Says {
    pub fn of(same: bool) -> Self {
        if same { Self::Same } else { Self::Other }
    }
}

pub type SaysOf<'s> = dyn FnMut(&Name) -> Result<Says, Fault> + 's;

/// Faults named at most.
const NAMED: usize = 50;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub links: i64,
    pub entries: u64,
    pub bytes: u64,
    /// What finds entries, as it follows from the full blocks up to the last one that is noted.
    pub index: Sum,
    /// In the order of the chain.
    pub faults: Vec<String>,
}

/// A chain on its way past.
pub struct Checker {
    before: Hash,
    first: Hash,
    expected: i64,
    said: Said,
    /// Actors and origins, which share their numbers, as the chain named them, with the link that did.
    named: HashMap<u32, (Name, i64)>,
    /// Keys of the block under way.
    open: BTreeSet<i64>,
    /// The last block that is noted in the tables.
    noted: i64,
    checked: Checked,
}

impl Checker {
    /// `noted`: the last block of which the tables tell what is in it.
    pub fn new(heads: &Heads, trusted: &[PublicKey], noted: i64) -> Self {
        let (said, faults) = heads.check(trusted);
        let checked = Checked { faults, ..Checked::default() };
        Self { before: [0; HASH_BYTES], first: [0; HASH_BYTES], expected: 1, said, named: HashMap::new(), open: BTreeSet::new(), noted, checked }
    }

    fn fault(&mut self, text: String) {
        if self.checked.faults.len() < NAMED {
            self.checked.faults.push(text);
        }
    }

    /// The next link. `says`: what the tables tell of a number.
    pub fn link(&mut self, number: i64, entries: &[u8], hash: &[u8], says: &mut SaysOf<'_>) -> Result<(), Fault> {
        if number != self.expected {
            self.fault(format!("audit: link {} is missing; link {number} comes instead", self.expected));
        }
        let made = link(&self.before, entries);
        if hash != made {
            self.fault(format!("audit: the chain is broken at link {number}"));
        }
        if number == 1 {
            self.first = made;
        }
        self.hold_against_heads(number, hash);
        match read(entries) {
            Ok(link) => {
                for record in &link.records {
                    match record {
                        Record::Entry(_) => self.checked.entries += 1,
                        Record::Name(name) => self.name(number, name, says)?,
                    }
                }
            }
            Err(_) => self.fault(format!("audit: link {number} cannot be read")),
        }
        self.index(number, entries);
        self.checked.bytes += (entries.len() + hash.len()) as u64;
        self.checked.links = number;
        // What is stored is gone on with, so that one changed link does not make all that follow seem bad.
        self.before = hash.first_chunk().copied().unwrap_or_default();
        self.expected = number + 1;
        Ok(())
    }

    fn hold_against_heads(&mut self, number: i64, hash: &[u8]) {
        for (name, said, store) in self.said.remove(&number).unwrap_or_default() {
            if hash != said {
                self.fault(format!("audit: link {number} is not the one that {name} speaks of"));
            } else if store != self.first {
                self.fault(format!("audit: {name} belongs to another chain"));
            }
        }
    }

    fn name(&mut self, number: i64, name: &Name, says: &mut SaysOf<'_>) -> Result<(), Fault> {
        let what = if name.of == NameOf::Patient { "patient" } else { "party" };
        // The same patient is never named twice; a party by each process that it speaks to.
        if name.of != NameOf::Patient {
            match self.named.get(&name.number) {
                Some((before, _)) if before == name => return Ok(()),
                Some((_, at)) => {
                    let at = *at;
                    self.fault(format!("audit: link {number} gives {what} {} another name than link {at}", name.number));
                }
                None => _ = self.named.insert(name.number, (name.clone(), number)),
            }
        }
        match says(name)? {
            Says::Same => {}
            Says::Other => self.fault(format!("audit: {what} {} was named in link {number}, and the tables say another name", name.number)),
            Says::Nothing => self.fault(format!("audit: {what} {} was named in link {number}, and the tables do not know it", name.number)),
        }
        Ok(())
    }

    fn index(&mut self, number: i64, entries: &[u8]) {
        let block = block_of(number);
        if block > self.noted {
            return;
        }
        self.open.extend(keys_of(entries));
        if block_of(number + 1) > block {
            for key in std::iter::once(EVERY_KEY).chain(std::mem::take(&mut self.open)) {
                self.checked.index.add(&index_row(key, block));
            }
        }
    }

    /// What was said of links that did not come.
    pub fn finish(mut self) -> Checked {
        let last = self.expected - 1;
        for (link, heads) in std::mem::take(&mut self.said) {
            for (name, _, _) in heads {
                self.fault(format!("audit: {name} speaks of link {link}, and the chain ends at link {last}: it was cut off"));
            }
        }
        self.checked
    }
}

/// A row of what finds entries, as it is summed.
pub fn index_row(key: i64, block: i64) -> [u8; 16] {
    (i128::from(key) << 64 | i128::from(block)).to_be_bytes()
}
