//! What is compared of two people, and how well it may agree.

use serde::{Deserialize, Serialize};

/// Systems of identifiers that are counted apart; further ones share the last place.
pub const SYSTEMS: usize = 4;
/// How many fields there are.
pub const FIELDS: usize = 15 + SYSTEMS;
/// How many levels there are.
pub const LEVELS: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    Given,
    Family,
    /// Whether given and family name stand where they should, or one in the place of the other.
    NameOrder,
    Birth,
    Sex,
    Father,
    Mother,
    Phone,
    House,
    Street,
    Quarter,
    City,
    PostalCode,
    Region,
    /// Whether street, quarter and city stand where they should.
    AddressOrder,
    /// A number of one of the systems, counted from 0 in the order in which they were met.
    Identifier(u8),
}

/// The fields that are not numbers, in the order of their places.
const FIXED: [Field; FIELDS - SYSTEMS] = [
    Field::Given,
    Field::Family,
    Field::NameOrder,
    Field::Birth,
    Field::Sex,
    Field::Father,
    Field::Mother,
    Field::Phone,
    Field::House,
    Field::Street,
    Field::Quarter,
    Field::City,
    Field::PostalCode,
    Field::Region,
    Field::AddressOrder,
];

impl Field {
    pub fn all() -> impl Iterator<Item = Field> {
        FIXED.into_iter().chain((0..SYSTEMS as u8).map(Field::Identifier))
    }

    /// Its place among the fields.
    pub fn place(self) -> usize {
        match self {
            Field::Identifier(system) => FIXED.len() + usize::from(system).min(SYSTEMS - 1),
            fixed => fixed.rank(),
        }
    }

    fn rank(self) -> usize {
        FIXED.iter().position(|field| *field == self).unwrap_or_default()
    }

    /// Whether people of one household have this in common although they are not one.
    pub fn is_shared_at_home(self) -> bool {
        use Field::{City, Family, Father, House, Identifier, Mother, Phone, PostalCode, Quarter, Region, Street};
        matches!(self, Family | Father | Mother | Phone | House | Street | Quarter | City | PostalCode | Region | Identifier(_))
    }
}

/// How well two values agree, best first. Not every field knows every level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Level {
    /// The same but for case, accents, signs, articles.
    Same,
    /// Another spelling of the same name, by the country's list.
    Spelling,
    /// Another spelling that sounds the same.
    Sound,
    /// One slip of the finger.
    Slip,
    /// Several slips.
    Slips,
    /// Day and month, or one name and the other, exchanged.
    Exchanged,
    /// One says less than the other, and what both say agrees.
    Part,
    /// Two of the three parts of a date.
    Most,
    /// Near: a year or two, a name that is somewhat like it.
    Near,
    Different,
}

pub const ALL_LEVELS: [Level; LEVELS] =
    [Level::Same, Level::Spelling, Level::Sound, Level::Slip, Level::Slips, Level::Exchanged, Level::Part, Level::Most, Level::Near, Level::Different];

impl Level {
    /// Whether the values are the same thing, written in one way or another.
    pub fn agrees(self) -> bool {
        self <= Level::Part
    }
}
