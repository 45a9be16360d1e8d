//! What a country hands to the twin, as plain values.

/// A sex as the record writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    Female,
    Male,
}

impl Sex {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }
}

/// A text in the language of the clinic, and in that of the people.
#[derive(Clone, Debug, Default)]
pub struct Pair {
    pub fr: String,
    pub ar: String,
}

#[derive(Clone, Debug)]
pub struct Name {
    pub arabic: String,
    /// The spelling met most comes first.
    pub latin: Vec<String>,
    pub weight: u32,
}

#[derive(Clone, Debug)]
pub struct Place {
    pub name: Pair,
    pub province: Pair,
    pub region: Pair,
    pub population: u32,
}

#[derive(Clone, Debug)]
pub struct Scheme {
    pub code: String,
    pub name: Pair,
    /// Who manages it today.
    pub manager: String,
}

#[derive(Clone, Debug)]
pub struct Manager {
    pub code: String,
    pub short: String,
    pub name: Pair,
}

#[derive(Clone, Debug)]
pub struct Site {
    pub code: String,
    pub name: Pair,
    /// The system of the patient numbers that this site gives.
    pub patient_number: Numbered,
}

/// A number that people carry: its system, and a mask in which A is a letter, 9 a digit and X either.
#[derive(Clone, Debug, Default)]
pub struct Numbered {
    pub system: String,
    pub mask: String,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Lists {
    /// ISO 3166-1, two letters.
    pub country: String,
    pub zone: String,
    pub group_code: String,
    pub group_name: Pair,
    pub sites: Vec<Site>,
    pub group_number: Option<Numbered>,
    pub identity_card: Option<Numbered>,
    pub passport: Option<Numbered>,
    pub professional: Option<Numbered>,
    pub insured: Option<String>,
    /// Masks of mobile telephone numbers.
    pub phones: Vec<String>,
    pub female_names: Vec<Name>,
    pub male_names: Vec<Name>,
    pub family_names: Vec<Name>,
    pub places: Vec<Place>,
    pub schemes: Vec<Scheme>,
    pub managers: Vec<Manager>,
}
