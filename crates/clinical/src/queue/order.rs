//! Who is next at a desk, and why.

use super::ticket::{State, Ticket};
use rihla_kernel::Instant;
use rihla_packs::QueueRules;

const MINUTE: i64 = 60_000;

/// Why a ticket stands where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its priority passes whoever waits.
    Always,
    /// It has waited for so long that nobody who came later passes.
    Overdue,
    Priority,
    /// It came before those behind it.
    Turn,
}

/// A ticket with its reason.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'t> {
    pub ticket: &'t Ticket,
    pub why: Why,
}

/// Those of `waits` who wait, the next one first. `rank`: the place of a priority that holds today, and whether it passes
/// always.
///
/// Nobody is passed for ever: who is overdue stands behind earlier ones and such that pass always, and behind no others.
pub fn in_order<'t>(
    tickets: &'t [Ticket],
    waits: impl Fn(&Ticket) -> bool,
    rules: &QueueRules,
    rank: impl Fn(&str) -> Option<(usize, bool)>,
    now: Instant,
) -> Vec<Turn<'t>> {
    let mut all: Vec<_> = tickets
        .iter()
        .filter(|ticket| ticket.state == State::Waiting && waits(ticket))
        .map(|ticket| {
            let since = ticket.since(rules.no_show.keeps_place);
            let rank = ticket.priority.as_ref().and_then(|priority| rank(&priority.code));
            let why = match rank {
                Some((_, true)) => Why::Always,
                _ if now.0 - since.0 >= i64::from(rules.overdue) * MINUTE => Why::Overdue,
                Some(_) => Why::Priority,
                None => Why::Turn,
            };
            let place = rank.filter(|_| why != Why::Overdue).map_or(0, |(place, _)| place);
            ((why, place, since, &ticket.number), Turn { ticket, why })
        })
        .collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, turn)| turn).collect()
}
