//! One process owns a store.

use crate::fault;
use rihla_kernel::{Fault, FaultKind};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Holds the store for this process until dropped; the system lets go of it too when the process dies.
#[derive(Debug)]
pub struct Ownership {
    _file: File,
}

pub fn take(folder: &Path) -> Result<Ownership, Fault> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("lock")).map_err(|error| fault::io(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(Ownership { _file: file }),
        Err(TryLockError::WouldBlock) => Err(Fault::new(
            FaultKind::Unavailable,
            "RH-STORE-IN-USE",
            "Another process has this store open. Send the command to the running node, or stop it first.",
        )),
        Err(TryLockError::Error(error)) => Err(fault::io(&error)),
    }
}
