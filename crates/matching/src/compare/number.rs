//! Numbers that somebody was given: of telephones and of papers.

use crate::distance::slips;
use crate::field::Level;
use crate::prepared::unpack;

/// The best that two lists have in common; nothing if one is empty.
pub fn best(left: &[u64], right: &[u64]) -> Option<Level> {
    let pairs = left.iter().flat_map(|one| right.iter().map(|other| level(*one, *other)));
    pairs.min()
}

/// The same for each system of which both have a number.
pub fn by_system<'n>(left: &'n [(u8, u64)], right: &'n [(u8, u64)]) -> impl Iterator<Item = (u8, Level)> + 'n {
    (0..crate::field::SYSTEMS as u8).filter_map(move |system| {
        let of = |numbers: &'n [(u8, u64)]| numbers.iter().filter(move |number| number.0 == system).map(|number| number.1);
        let pairs = of(left).flat_map(|one| of(right).map(move |other| level(one, other)));
        pairs.min().map(|level| (system, level))
    })
}

fn level(one: u64, other: u64) -> Level {
    if one == other {
        return Level::Same;
    }
    let (Some(one), Some(other)) = (unpack(one), unpack(other)) else { return Level::Different };
    match slips(&one, &other, 2) {
        1 => Level::Slip,
        2 if one.len() >= 6 => Level::Slips,
        _ => Level::Different,
    }
}
