//! SQLite's errors in the platform's words.

use rihla_kernel::{Fault, FaultKind};
pub use rihla_store_engine::fault::stopped;
use rusqlite::ErrorCode;

pub fn of(error: rusqlite::Error) -> Fault {
    let code = match &error {
        rusqlite::Error::SqliteFailure(failure, _) => Some(failure.code),
        _ => None,
    };
    match code {
        Some(ErrorCode::DiskFull) => disk_full(),
        Some(ErrorCode::SystemIoFailure) => disk(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Fault::new(FaultKind::Internal, "RH-STORE-DAMAGED", "The store's file is damaged. Stop the node and restore the last backup.")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Fault::new(FaultKind::Unavailable, "RH-STORE-NOT-WRITABLE", "The store's folder cannot be opened for writing. Check its owner and rights.")
        }
        // SQLite's own sentences may quote data; only its number is passed on.
        _ => Fault::new(FaultKind::Internal, "RH-STORE-SQL", format!("The database refused a statement ({:?}).", error.sqlite_error_code())),
    }
}

pub fn disk_full() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-DISK-FULL", "The disk is full; nothing was kept. Free some space, then try again.")
}

pub fn disk() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-STORE-IO", "The disk did not take or give data; nothing was kept. Check the disk, then try again.")
}

pub fn io(error: &std::io::Error) -> Fault {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return disk_full();
    }
    Fault::new(FaultKind::Unavailable, "RH-STORE-IO", format!("The store's folder could not be used ({}).", error.kind()))
}
