//! Kept in memory: for tests, and for looking at rules without a store.

use super::{Change, Committed, Vault, changed};
use rihla_kernel::Fault;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Forgets everything with its value.
#[derive(Debug, Default)]
pub struct MemoryVault(Mutex<BTreeMap<String, Vec<u8>>>);

impl Vault for MemoryVault {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from = held.range(prefix.to_owned()..).take_while(|(name, _)| name.starts_with(prefix));
        Ok(from.map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    fn commit(&self, change: Change) -> Committed<'_> {
        Box::pin(async move {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if !change.holds(|name| Ok(held.get(name).cloned()))? {
                return Err(changed());
            }
            for (name, value) in change.set {
                if value.is_empty() {
                    held.remove(&name)
                } else {
                    held.insert(name, value)
                };
            }
            Ok(())
        })
    }
}
