//! What a score is: items that give points, and what their sum means.

use crate::Number;
use std::collections::BTreeMap;

/// Words by language code: `fr`, `ar`, `en`.
pub type Words = BTreeMap<String, String>;

/// A score as its file says it, checked.
#[derive(Clone, Debug)]
pub struct Score {
    pub id: String,
    pub names: Words,
    /// What it is for.
    pub about: Words,
    /// The publication, as people cite it.
    pub source: String,
    pub licence: String,
    /// In which source its cut-points were read; empty: nobody did.
    pub read_in: String,
    /// Who of the hospital confirmed it; empty: nobody.
    pub validator: String,
    pub applies: Applies,
    pub items: Vec<Item>,
    /// The first that fits a total holds.
    pub bands: Vec<Band>,
}

/// Of whom a score says anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applies {
    /// Completed years, both included.
    pub years_from: Option<u16>,
    pub years_to: Option<u16>,
    pub not_pregnant: bool,
}

/// One part of a score.
#[derive(Clone, Debug)]
pub struct Item {
    pub code: String,
    /// The sign whose value it takes; its own code where the file names none.
    pub measure: String,
    pub names: Words,
    /// What is taken where nobody says anything: only for settings, never for what is measured.
    pub default: Option<String>,
    /// It steers other items and has no points.
    pub setting: bool,
    pub kind: Kind,
}

/// How an item gives points.
#[derive(Clone, Debug)]
pub enum Kind {
    Choice(Vec<Choice>),
    Number(Scale),
}

#[derive(Clone, Debug)]
pub struct Choice {
    pub code: String,
    pub points: i32,
    pub names: Words,
}

/// A number with its cut-points.
#[derive(Clone, Debug)]
pub struct Scale {
    pub unit: String,
    /// A value is rounded to so many before it is looked up.
    pub decimals: u8,
    pub min: Option<Number>,
    pub max: Option<Number>,
    /// The first whose conditions hold is read.
    pub tables: Vec<Table>,
}

/// Cut-points, perhaps only under conditions on choices.
#[derive(Clone, Debug)]
pub struct Table {
    /// Codes of other items with the choice that has to be taken.
    pub when: BTreeMap<String, String>,
    /// In rising order; the last may have no end.
    pub steps: Vec<Step>,
}

/// Up to and with `to` so many points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub to: Option<Number>,
    pub points: i32,
}

/// What a total means.
#[derive(Clone, Debug)]
pub struct Band {
    pub from: i32,
    pub to: Option<i32>,
    /// Only where one item alone has at least so many points.
    pub single: Option<i32>,
    pub level: Level,
    pub names: Words,
    /// Minutes until it should be taken again; 0: without a pause; none: it does not say.
    pub every: Option<u32>,
}

/// How much a band asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    None,
    Low,
    LowMedium,
    Medium,
    High,
}

impl Level {
    pub const ALL: [Self; 5] = [Self::None, Self::Low, Self::LowMedium, Self::Medium, Self::High];

    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::LowMedium => "low-medium",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }
}

impl Score {
    pub fn item(&self, code: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.code == code)
    }

    /// Whether it may be reckoned: somebody confirmed it, or its cut-points were read in a source.
    pub fn is_active(&self) -> bool {
        !self.validator.is_empty() || !self.read_in.is_empty()
    }

    /// Minutes until it should be taken again after a total that was kept with the code of its level; 0: without a pause.
    pub fn again_after(&self, total: i32, level: &str) -> Option<u32> {
        let fits = |band: &&Band| band.level.code() == level && band.from <= total && band.to.is_none_or(|to| total <= to);
        self.bands.iter().find(fits).and_then(|band| band.every)
    }

    /// The least and the greatest total.
    pub fn range(&self) -> (i32, i32) {
        self.items.iter().filter(|item| !item.setting).map(Item::range).fold((0, 0), |(low, high), (least, most)| (low + least, high + most))
    }
}

impl Item {
    /// The least and the greatest of its points.
    pub fn range(&self) -> (i32, i32) {
        let points: Vec<i32> = match &self.kind {
            Kind::Choice(choices) => choices.iter().map(|choice| choice.points).collect(),
            Kind::Number(scale) => scale.tables.iter().flat_map(|table| &table.steps).map(|step| step.points).collect(),
        };
        (points.iter().min().copied().unwrap_or(0), points.iter().max().copied().unwrap_or(0))
    }

    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            Kind::Choice(choices) => choices,
            Kind::Number(_) => &[],
        }
    }

    pub fn scale(&self) -> Option<&Scale> {
        match &self.kind {
            Kind::Choice(_) => None,
            Kind::Number(scale) => Some(scale),
        }
    }
}
