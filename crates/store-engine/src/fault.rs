//! What goes wrong on every back end, in the platform's words.

use rihla_kernel::{Fault, FaultKind};

pub fn full() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-FULL", "This node's store has used up its four thousand million keys; nothing was kept. It can still be read.")
}

/// Reads must be accounted for; when their entries cannot be written for long, reading ends before memory does.
pub fn audit_stuck() -> Fault {
    Fault::new(
        FaultKind::Unavailable,
        "RH-STORE-AUDIT-STUCK",
        "Accesses can no longer be recorded, so none are allowed. Free some space on the disk; reading then goes on by itself.",
    )
}

pub fn stopped() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-STOPPED", "The store is shutting down; nothing was kept. Try again once it runs.")
}

pub fn expired() -> Fault {
    Fault::new(FaultKind::Gone, "RH-SEARCH-EXPIRED", "This list was begun too long ago to be continued as it was. Start it again.")
}

pub fn newer() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-NEWER", "This store was written by a newer version of the program. Use that version, or restore a backup.")
}

pub fn missing() -> Fault {
    Fault::new(FaultKind::Internal, "RH-STORE-DAMAGED", "The log refers to a resource that it does not hold. Restore the last backup.")
}

pub fn purged() -> Fault {
    Fault::new(FaultKind::Gone, "RH-STORE-BLOB-PURGED", "The content was purged. Nobody can read it any more.")
}
