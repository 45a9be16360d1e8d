//! PostgreSQL's errors in the platform's words.

use crate::wire::Trouble;
use rihla_kernel::{Fault, FaultKind};

pub fn of(trouble: Trouble) -> Fault {
    if trouble == Trouble::Untrusted {
        return Fault::new(
            FaultKind::Unavailable,
            "RH-STORE-TLS",
            "The database does not encrypt, or its certificate does not prove the name in the address, or it asks for a certificate of this node. Check ssl on the server, sslrootcert, sslcert and the host's name.",
        );
    }
    let Trouble::Refused(code) = &trouble else { return away() };
    // https://www.postgresql.org/docs/15/errcodes-appendix.html
    match code.as_str() {
        "53100" => Fault::new(FaultKind::Unavailable, "RH-STORE-DISK-FULL", "The database's disk is full; nothing was kept. Free some space, then try again."),
        "53300" => Fault::new(
            FaultKind::Unavailable,
            "RH-STORE-CONNECTIONS",
            "The database gives no further connections. Raise its max_connections, or close what else uses it.",
        ),
        "28000" | "28P01" => {
            Fault::new(FaultKind::Unavailable, "RH-STORE-LOGIN", "The database does not let this user in. Check user, password and pg_hba.conf.")
        }
        "3D000" => Fault::new(FaultKind::Unavailable, "RH-STORE-DATABASE", "The database does not exist. Create it, owned by the user that the address names."),
        "42501" | "25006" => Fault::new(
            FaultKind::Unavailable,
            "RH-STORE-NOT-WRITABLE",
            "The database cannot be written to by this user, or is a standby. Check rights and address.",
        ),
        "XX001" | "XX002" => Fault::new(FaultKind::Internal, "RH-STORE-DAMAGED", "The database is damaged. Stop the node and restore the last backup."),
        _ if trouble.is_lost() => away(),
        // PostgreSQL's own sentences may quote data; only its code is passed on.
        code => Fault::new(FaultKind::Internal, "RH-STORE-SQL", format!("The database refused a statement ({code}).")),
    }
}

pub fn away() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-AWAY", "The database cannot be reached; nothing was kept. Try again once it is back.")
}

/// The line broke after a commit was sent and did not come back in time.
pub fn unknown() -> Fault {
    Fault::new(
        FaultKind::Unavailable,
        "RH-STORE-UNKNOWN",
        "The database was lost in the midst of a commit, so it is not known yet whether the change was kept. Look before you repeat it.",
    )
}

/// The database is not the one that changes were acknowledged by.
pub fn behind() -> Fault {
    Fault::new(
        FaultKind::Unavailable,
        "RH-STORE-BEHIND",
        "The database came back without changes that it had acknowledged: a standby that lagged took over, or a copy was restored. Nothing is written any more. Find what is missing on the former server before you start the node again.",
    )
}

pub fn in_use() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-IN-USE", "Another process has this store open. Send the command to the running node, or stop it first.")
}

/// Another process took the store over; this one must not write any more.
pub fn taken() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-TAKEN", "Another process has taken this store over; nothing was kept. Stop this one.")
}
