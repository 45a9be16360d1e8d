//! A person as they are written down somewhere: what is known, in the words in which it is known.

use serde::{Deserialize, Serialize};

/// Everything may be missing, and everything may be there more than once. Texts are taken as they were typed, in any script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// One entry a way in which the name is written: in Latin and in Arabic letters, of birth and of marriage.
    pub names: Vec<PersonName>,
    pub birth: Option<Birth>,
    pub sex: Option<Sex>,
    /// Given names of the father and of the mother, one entry a way of writing.
    pub father: Vec<String>,
    pub mother: Vec<String>,
    pub phones: Vec<String>,
    pub addresses: Vec<Address>,
    pub identifiers: Vec<Identifier>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// All given names, parted by spaces.
    pub given: String,
    /// All family names, parted by spaces, in any order.
    pub family: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// As they stand under one another: house and street, quarter or place.
    pub lines: Vec<String>,
    pub city: String,
    pub postal_code: String,
    pub region: String,
}

/// A number that somebody gave to somebody. None is trusted alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// Who gives such numbers; compared as it is.
    pub system: String,
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Sex {
    Female,
    Male,
}

/// A date of birth as far as it is known. Digits are not judged: a month 15 is a slip that still tells something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Birth {
    pub year: u16,
    /// 0: not known.
    pub month: u8,
    /// 0: not known.
    pub day: u8,
    /// How many years the year may be off, as when an age was estimated.
    pub about: u8,
}

impl Birth {
    /// Reads `1984`, `1984-05`, `1984-05-17` and `19840517`; anything else is not a date.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits: String = text.chars().filter(|sign| *sign != '-').collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !matches!(digits.len(), 4 | 6 | 8) {
            return None;
        }
        let part = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |part| part.parse::<u16>().ok());
        Some(Self { year: part(0, 4)?, month: part(4, 6)? as u8, day: part(6, 8)? as u8, about: 0 })
    }

    pub fn is_full(self) -> bool {
        self.month != 0 && self.day != 0
    }
}
