//! What a house decides: who is called next, which bed, in which order beds are cleaned, when a box is opened, and whether
//! discharges are foreseen. Everything else is the same for every policy.

use serde::{Deserialize, Serialize};

/// Who is called next, by triage nurses, into boxes and by physicians.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calling {
    /// Levels 1 and 2 first, everybody else as they came.
    Arrival,
    /// Levels 1 and 2 first, then whoever has waited the largest part of the delay of their level.
    Acuity,
}

/// Which bed somebody is given who waits for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Their own ward's, and after a while the first that is free in another.
    FirstFree,
    /// Their own ward's; another's after a while, if no bed of their own ward is about to be clean, and then where most are free.
    Need,
}

/// In which order beds are cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cleaning {
    /// Cleaners find dirty beds on their rounds.
    Rounds,
    /// They are told at once, and clean first where somebody waits.
    Demand,
}

/// How many boxes of the emergency department are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opening {
    Fixed,
    /// Some more while many wait.
    Demand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub calling: Calling,
    pub choice: Choice,
    pub cleaning: Cleaning,
    pub opening: Opening,
    /// Letters, medicines and transport of foreseen discharges are prepared the day before.
    pub foreseen: bool,
}

impl Policy {
    pub const USUAL: Self = Self { calling: Calling::Arrival, choice: Choice::FirstFree, cleaning: Cleaning::Rounds, opening: Opening::Fixed, foreseen: false };
    pub const OURS: Self = Self { calling: Calling::Acuity, choice: Choice::Need, cleaning: Cleaning::Demand, opening: Opening::Fixed, foreseen: true };

    /// Names of policies, and of the usual one with one thing changed, so that each can be judged alone.
    pub const NAMES: [&'static str; 7] = ["usual", "ours", "calling", "beds", "cleaning", "boxes", "foreseen"];

    pub fn named(name: &str) -> Option<Self> {
        let usual = Self::USUAL;
        Some(match name {
            "usual" => usual,
            "ours" => Self::OURS,
            "calling" => Self { calling: Calling::Acuity, ..usual },
            "beds" => Self { choice: Choice::Need, ..usual },
            "cleaning" => Self { cleaning: Cleaning::Demand, ..usual },
            "boxes" => Self { opening: Opening::Demand, ..usual },
            "foreseen" => Self { foreseen: true, ..usual },
            _ => return None,
        })
    }
}

/// One more of something, at every site and hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum More {
    Triage,
    Physician,
    Box,
    Cleaner,
    /// In the largest ward.
    Bed,
}

impl More {
    pub const ALL: [(&'static str, Self); 5] =
        [("triage", Self::Triage), ("physician", Self::Physician), ("box", Self::Box), ("cleaner", Self::Cleaner), ("bed", Self::Bed)];

    /// `triage+1`, `bed+10`: what, and how many; at most 50.
    pub fn parse(text: &str) -> Option<(Self, usize)> {
        let (name, count) = text.split_once('+')?;
        let (_, more) = Self::ALL.into_iter().find(|(known, _)| *known == name)?;
        Some((more, count.parse().ok().filter(|count| (1..=50).contains(count))?))
    }

    /// The same hospital with so many more of it at every site.
    pub fn add(self, count: usize, figures: &mut super::Figures) {
        for site in &mut figures.sites {
            let shifts = match self {
                Self::Triage => &mut site.triage_nurses,
                Self::Physician => &mut site.physicians,
                Self::Cleaner => &mut site.cleaners,
                Self::Box => {
                    site.boxes += count;
                    continue;
                }
                Self::Bed => {
                    if let Some(ward) = site.wards.iter_mut().max_by_key(|ward| ward.beds) {
                        ward.beds += count;
                    }
                    continue;
                }
            };
            shifts.iter_mut().for_each(|there| *there += count);
        }
    }
}
