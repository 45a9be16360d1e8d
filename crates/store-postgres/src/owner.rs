//! One process owns a store: a row says which, and every commit names it.
//!
//! The row's `epoch` grows whenever a process takes the store or comes back on a new line, and a commit that was sent under
//! an earlier one is refused by the database. Whether an owner still lives is seen from its session. So there is no lock to
//! hold, nothing to expire, and nothing to clean up after a crash.

use crate::fault;
use crate::wire::{Line, Trouble, Value};
use rihla_kernel::Fault;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// What this process holds.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    pub epoch: i64,
    /// Commits of the owner, all counted.
    pub turn: i64,
}

/// How long a session that just ended may be seen.
const LINGER: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

const LOOK: &str = "SELECT o.epoch, o.turn, EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.pid = o.pid AND a.backend_start = o.began AND a.datname = current_database()) FROM owner o WHERE shard = 0";
const TAKE: &str = "UPDATE owner SET epoch = epoch + 1, pid = pg_backend_pid(), \
                    began = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()) WHERE epoch = $1 AND shard = 0 RETURNING turn";

/// Takes a store that nobody has open.
pub fn take(line: &mut Line) -> Result<Owner, Fault> {
    let begun = Instant::now();
    loop {
        let (mut epoch, mut lives) = (0, true);
        line.ask(LOOK, &[], &mut |mut row| {
            (epoch, _, lives) = (row.i64()?, row.i64()?, row.bool()?);
            Ok(())
        })
        .map_err(fault::of)?;
        if !lives {
            return register(line, epoch).map_err(fault::of)?.ok_or_else(fault::in_use);
        }
        if begun.elapsed() > LINGER {
            return Err(fault::in_use());
        }
        pause(PAUSE);
    }
}

/// Makes this line the owner's; `None` if another process has the store now. A commit under way on a line that broke ends
/// before this returns, for better or worse: both change the same row.
pub fn register(line: &mut Line, epoch: i64) -> Result<Option<Owner>, Trouble> {
    let turn = line.number(TAKE, &[Value::I64(epoch)])?;
    Ok(turn.map(|turn| Owner { epoch: epoch + 1, turn }))
}

/// Says that nobody has the store open any more.
pub fn leave(line: &mut Line, epoch: i64) -> Result<(), Trouble> {
    line.execute("UPDATE owner SET pid = NULL, began = NULL WHERE epoch = $1 AND shard = 0", &[Value::I64(epoch)]).map(|_| ())
}

/// Waits a moment for another process.
pub fn pause(time: Duration) {
    let (_open, never) = channel::<()>();
    let _: Result<(), RecvTimeoutError> = never.recv_timeout(time);
}
