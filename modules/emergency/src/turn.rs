//! One after the other: what was asked of the record is still so when something is written because of it.
//!
//! A commit is refused where a resource changed, and not where a search would find something new meanwhile: that nobody else
//! wrote this visit down, or declared an event. The node of a site is one program, so a turn in it is enough.

use tokio::sync::{Mutex, MutexGuard};

static TURN: Mutex<()> = Mutex::const_new(());

/// Held until what depends on the answer is written.
pub async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}
