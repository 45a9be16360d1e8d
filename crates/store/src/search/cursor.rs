//! Where a page ended, as text for the next one.

use super::span::Place;
use crate::key::Row;
use crate::scope::AccessScope;
use rihla_kernel::{Fault, FaultKind};

/// The order in which the pages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// As the driver gives them.
    Natural = 0,
    /// As the index of the sort parameter gives them.
    Sorted = 1,
    /// Those without a value of the sort parameter, after the others.
    Valueless = 2,
    /// Few enough to be sorted as a whole for each page.
    Collected = 3,
}

/// Which condition the walk through the index follows, chosen for the first page: the order of an unsorted list is that
/// condition's, so later pages may not choose again when the data have moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lead {
    /// Not chosen yet.
    #[default]
    Free,
    /// No condition: all of the type.
    Type,
    /// By its place among the conditions.
    Condition(u8),
}

impl Lead {
    fn to_byte(self) -> u8 {
        match self {
            Self::Free => 0,
            Self::Type => 1,
            Self::Condition(at) => at.saturating_add(2),
        }
    }

    fn of_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Free,
            1 => Self::Type,
            at => Self::Condition(at - 2),
        }
    }
}

/// A continuation. It holds the tick of the first page, so that later ones see the same data, and fingerprints of the
/// question and of the rights, so that it serves no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub tick: Row,
    pub part: u16,
    pub phase: Phase,
    pub lead: Lead,
    pub place: Place,
    pub question: u64,
    pub scope: u64,
}

impl Cursor {
    /// For lists in row order.
    pub fn at_row(tick: Row, row: Row, question: u64, scope: u64) -> Self {
        Self { tick, part: 0, phase: Phase::Natural, lead: Lead::Free, place: Place { order: Vec::new(), row }, question, scope }
    }

    /// A continuation that fits the question and the rights, or why not.
    pub fn fitting(text: Option<&str>, question: u64, scope: &AccessScope) -> Result<Option<Self>, Fault> {
        let Some(text) = text else { return Ok(None) };
        let cursor = Self::parse(text)?;
        if cursor.question != question {
            return Err(Fault::new(
                FaultKind::Invalid,
                "RH-SEARCH-CURSOR",
                "This page mark belongs to another search. Follow the `next` link as it was given.",
            ));
        }
        if cursor.scope != scope.fingerprint() {
            return Err(Fault::new(FaultKind::Gone, "RH-SEARCH-RIGHTS-CHANGED", "Your rights have changed since the first page. Start the search again."));
        }
        Ok(Some(cursor))
    }

    pub fn to_text(&self) -> String {
        let mut bytes = Vec::with_capacity(32 + self.place.order.len());
        bytes.extend_from_slice(&self.tick.to_be_bytes());
        bytes.extend_from_slice(&self.part.to_be_bytes());
        bytes.push(self.phase as u8);
        bytes.push(self.lead.to_byte());
        bytes.extend_from_slice(&self.place.row.to_be_bytes());
        bytes.extend_from_slice(&self.question.to_be_bytes());
        bytes.extend_from_slice(&self.scope.to_be_bytes());
        bytes.extend_from_slice(&self.place.order);
        bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|half| char::from_digit(u32::from(half), 16)).collect()
    }

    pub fn parse(text: &str) -> Result<Self, Fault> {
        Self::read(text)
            .ok_or_else(|| Fault::new(FaultKind::Invalid, "RH-SEARCH-CURSOR", "This is no page mark of this server. Follow the `next` link as it was given."))
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() > 1024 {
            return None;
        }
        let halves: Vec<u8> = text.chars().map(|character| character.to_digit(16).map(|half| half as u8)).collect::<Option<_>>()?;
        let bytes: Vec<u8> = halves.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect();
        let (tick, rest) = bytes.split_first_chunk::<4>()?;
        let (part, rest) = rest.split_first_chunk::<2>()?;
        let (phase, rest) = rest.split_first()?;
        let (lead, rest) = rest.split_first()?;
        let (row, rest) = rest.split_first_chunk::<4>()?;
        let (question, rest) = rest.split_first_chunk::<8>()?;
        let (scope, order) = rest.split_first_chunk::<8>()?;
        let phase = [Phase::Natural, Phase::Sorted, Phase::Valueless, Phase::Collected].into_iter().find(|known| *known as u8 == *phase)?;
        Some(Self {
            tick: Row::from_be_bytes(*tick),
            part: u16::from_be_bytes(*part),
            phase,
            lead: Lead::of_byte(*lead),
            place: Place { order: order.to_vec(), row: Row::from_be_bytes(*row) },
            question: u64::from_be_bytes(*question),
            scope: u64::from_be_bytes(*scope),
        })
    }
}

/// FNV over what a list is asked for.
pub fn fingerprint(text: &[u8], numbers: &[i64]) -> u64 {
    let bytes = text.iter().copied().chain([0]).chain(numbers.iter().flat_map(|number| number.to_be_bytes()));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_nonsense_does_not() {
        let cursor = Cursor {
            tick: 7,
            part: 1,
            phase: Phase::Valueless,
            lead: Lead::Condition(3),
            place: Place { order: vec![0, 255, 3], row: 99 },
            question: u64::MAX,
            scope: 5,
        };
        assert_eq!(Cursor::parse(&cursor.to_text()), Ok(cursor));
        for text in ["", "xyz", "00", &"f".repeat(2000), "é"] {
            assert!(Cursor::parse(text).is_err(), "{text}");
        }
    }
}
