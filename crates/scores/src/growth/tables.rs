//! The tables of the standards, read once when somebody first asks.

use crate::shipped::TABLES;
use std::sync::OnceLock;

/// The sexes of the standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Male,
    Female,
}

/// What is held against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standard {
    WeightForAge,
    HeightForAge,
    BmiForAge,
    HeadForAge,
    WeightForLength,
    WeightForHeight,
}

impl Standard {
    pub const ALL: [Self; 6] = [Self::WeightForAge, Self::HeightForAge, Self::BmiForAge, Self::HeadForAge, Self::WeightForLength, Self::WeightForHeight];

    pub fn code(self) -> &'static str {
        match self {
            Self::WeightForAge => "weight-for-age",
            Self::HeightForAge => "height-for-age",
            Self::BmiForAge => "bmi-for-age",
            Self::HeadForAge => "head-for-age",
            Self::WeightForLength => "weight-for-length",
            Self::WeightForHeight => "weight-for-height",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standard| standard.code() == code)
    }

    pub(super) fn is_by_weight(self) -> bool {
        !matches!(self, Self::HeightForAge | Self::HeadForAge)
    }

    /// The first and the last day, or centimetre, of its table.
    pub fn span(self) -> Option<(f64, f64)> {
        let block = tables()?.blocks.iter().find(|block| block.standard == self)?;
        Some((block.first, block.first + block.step * (block.rows.len().saturating_sub(1)) as f64))
    }
}

/// Skewness, median, coefficient of variation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lms {
    pub l: f64,
    pub m: f64,
    pub s: f64,
}

struct Block {
    standard: Standard,
    sex: Sex,
    first: f64,
    step: f64,
    rows: Vec<Lms>,
}

pub(super) struct Tables {
    blocks: Vec<Block>,
}

/// The shipped tables; none if the file is broken, which a test holds.
pub(super) fn tables() -> Option<&'static Tables> {
    static READ: OnceLock<Option<Tables>> = OnceLock::new();
    READ.get_or_init(|| Tables::parse(TABLES)).as_ref()
}

impl Tables {
    fn parse(text: &str) -> Option<Self> {
        let mut blocks: Vec<Block> = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let fields: Vec<&str> = line.split('\t').collect();
            match fields.as_slice() {
                ["@", standard, sex, first, step, _] => {
                    let sex = if *sex == "male" { Sex::Male } else { Sex::Female };
                    blocks.push(Block {
                        standard: Standard::from_code(standard)?,
                        sex,
                        first: first.parse().ok()?,
                        step: step.parse().ok()?,
                        rows: Vec::new(),
                    });
                }
                [l, m, s] => blocks.last_mut()?.rows.push(Lms { l: l.parse().ok()?, m: m.parse().ok()?, s: s.parse().ok()? }),
                _ => return None,
            }
        }
        Some(Self { blocks })
    }

    /// The row nearest to a day or a centimetre; none outside the table.
    pub fn row(&self, standard: Standard, sex: Sex, x: f64) -> Option<Lms> {
        let block = self.blocks.iter().find(|block| block.standard == standard && block.sex == sex)?;
        let at = ((x - block.first) / block.step).round();
        if at < 0.0 || !at.is_finite() || at > block.rows.len() as f64 {
            return None;
        }
        block.rows.get(at as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_tables_are_whole() {
        let tables = tables().expect("tables");
        let lengths: Vec<(Standard, usize)> = tables.blocks.iter().map(|block| (block.standard, block.rows.len())).collect();
        for standard in Standard::ALL {
            let rows = match standard {
                Standard::WeightForLength => 651,
                Standard::WeightForHeight => 551,
                _ => 1_857,
            };
            assert_eq!(lengths.iter().filter(|found| **found == (standard, rows)).count(), 2, "{standard:?}");
        }
        assert_eq!(Standard::WeightForLength.span(), Some((45.0, 110.0)));
    }
}
