//! Which statements a question comes to: for tests that keep them in the repository, so that a change shows in review.

use crate::fault;
use rihla_kernel::Fault;
use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use std::cell::RefCell;

thread_local! {
    static HEARD: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Has a connection tell of its statements.
pub(crate) fn attach(conn: &mut Connection) -> Result<(), Fault> {
    conn.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(hear)).map_err(fault::of)
}

fn hear(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(_, sql) = event {
        HEARD.with_borrow_mut(|heard| heard.iter_mut().for_each(|heard| heard.push(sql.to_owned())));
    }
}

/// What `act` asks on this thread, in order; nothing if its store was not opened to be watched.
pub fn during<T>(act: impl FnOnce() -> T) -> (T, Vec<String>) {
    HEARD.set(Some(Vec::new()));
    let done = act();
    (done, HEARD.take().unwrap_or_default())
}
