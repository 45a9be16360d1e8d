//! Where accounts, sessions and secrets are kept: named values, and changes that hold together or not at all.

mod memory;
mod record;
mod told;

pub use memory::MemoryVault;
pub use record::RecordVault;
pub(crate) use told::account_name;
pub use told::{EventKind, Told};

use rihla_kernel::{Fault, FaultKind};
use std::future::Future;
use std::pin::Pin;

/// The end of a commit.
pub type Committed<'v> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'v>>;

/// A keeper of operational state.
pub trait Vault: Send + Sync {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Fault>;

    /// Values whose names begin with `prefix`, in the order of the names.
    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault>;

    /// Writes all that a change sets if all that it expects is so, and nothing otherwise (`RH-ID-CHANGED`). Durable when it
    /// returns. A change that was begun is brought to its end even if nobody waits for it any more.
    fn commit(&self, change: Change) -> Committed<'_>;

    /// Leaves an event in the audit trail. A keeper without one hears it and does nothing.
    fn tell(&self, _told: Told) {}
}

/// What is to be written, and what must still be so.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub(crate) expect: Vec<(String, Option<Vec<u8>>)>,
    /// An empty value takes a name away.
    pub(crate) set: Vec<(String, Vec<u8>)>,
    /// What the audit trail hears once it is written.
    pub(crate) told: Vec<Told>,
    /// Whether a keeper that can write nothing now may hold it in memory until it can.
    pub(crate) passing: bool,
}

impl Change {
    /// `value`: as it was read, or none if the name was not there.
    pub fn expect(&mut self, name: impl Into<String>, value: Option<Vec<u8>>) -> &mut Self {
        self.expect.push((name.into(), value));
        self
    }

    pub fn put(&mut self, name: impl Into<String>, value: Vec<u8>) -> &mut Self {
        self.set.push((name.into(), value));
        self
    }

    pub fn remove(&mut self, name: impl Into<String>) -> &mut Self {
        self.put(name, Vec::new())
    }

    pub fn tell(&mut self, told: Told) -> &mut Self {
        self.told.push(told);
        self
    }

    /// For what somebody needs in order to read: sessions and the counters of signing in. While the record takes nothing
    /// they are held in memory, and a process that ends then forgets them.
    pub fn passing(&mut self) -> &mut Self {
        self.passing = true;
        self
    }

    fn holds(&self, read: impl Fn(&str) -> Result<Option<Vec<u8>>, Fault>) -> Result<bool, Fault> {
        for (name, value) in &self.expect {
            if read(name)? != *value {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The code of a commit before which something that it expects had changed.
pub const CHANGED: &str = "RH-ID-CHANGED";

fn changed() -> Fault {
    Fault::new(FaultKind::Conflict, CHANGED, "Somebody else changed this meanwhile. Look at it again and repeat the change.")
}
