//! From values to points, a total and what it means; or to what is missing. A total is never made of some of its items.

use crate::{Band, Item, Kind, Number, Scale, Score};
use std::collections::BTreeMap;

/// What was measured or said, by the code of the sign.
pub type Values = BTreeMap<String, Given>;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    Number(Number),
    Choice(String),
}

/// What has to be known of somebody to tell whether a score is for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Completed years; none: not known.
    pub years: Option<u16>,
    /// None: not known, or not asked.
    pub pregnant: Option<bool>,
}

/// Why a score says nothing of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// It has limits of age, and nobody knows how old they are.
    AgeUnknown,
    /// From so many years on.
    TooYoung(u16),
    /// Up to so many years.
    TooOld(u16),
    Pregnant,
}

/// Why an item has no points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Nobody measured it, or what decides how it is read.
    Missing,
    /// It is beyond the limits of the score.
    Outside,
    /// A text where a number belongs, or a choice that the score does not have.
    Unknown,
}

/// What a score says of some values.
#[derive(Clone, Debug)]
pub struct Reading<'s> {
    pub score: &'s Score,
    /// Each item in the order of the score; settings are not among them.
    pub parts: Vec<(&'s Item, Result<i32, Lack>)>,
    /// Why it is not for this person; empty: it is.
    pub bars: Vec<Bar>,
}

impl<'s> Reading<'s> {
    /// The sum, if every item has its points and the score is for this person.
    pub fn total(&self) -> Option<i32> {
        if !self.bars.is_empty() || self.parts.is_empty() {
            return None;
        }
        self.parts.iter().map(|(_, points)| points.ok()).sum()
    }

    /// What the total means.
    pub fn band(&self) -> Option<&'s Band> {
        let total = self.total()?;
        let most = self.parts.iter().filter_map(|(_, points)| points.ok()).max()?;
        let fits = |band: &&Band| band.from <= total && band.to.is_none_or(|to| total <= to) && band.single.is_none_or(|single| most >= single);
        self.score.bands.iter().find(fits)
    }

    /// Items without points.
    pub fn lacking(&self) -> impl Iterator<Item = (&'s Item, Lack)> + '_ {
        self.parts.iter().filter_map(|(item, points)| points.err().map(|lack| (*item, lack)))
    }
}

/// Reads a score of somebody's values.
pub fn reckon<'s>(score: &'s Score, values: &Values, person: Person) -> Reading<'s> {
    let parts = score.items.iter().filter(|item| !item.setting).map(|item| (item, points(score, item, values))).collect();
    Reading { score, parts, bars: bars(score, person) }
}

fn bars(score: &Score, person: Person) -> Vec<Bar> {
    let applies = score.applies;
    let mut out = Vec::new();
    match (person.years, applies.years_from, applies.years_to) {
        (_, None, None) => {}
        (None, _, _) => out.push(Bar::AgeUnknown),
        (Some(years), from, to) => {
            out.extend(from.filter(|from| years < *from).map(Bar::TooYoung));
            out.extend(to.filter(|to| years > *to).map(Bar::TooOld));
        }
    }
    if applies.not_pregnant && person.pregnant == Some(true) {
        out.push(Bar::Pregnant);
    }
    out
}

fn points(score: &Score, item: &Item, values: &Values) -> Result<i32, Lack> {
    match &item.kind {
        Kind::Choice(choices) => {
            let chosen = chosen(item, values)?;
            choices.iter().find(|choice| choice.code == chosen).map(|choice| choice.points).ok_or(Lack::Unknown)
        }
        Kind::Number(scale) => match values.get(&item.measure) {
            None => Err(Lack::Missing),
            Some(Given::Choice(_)) => Err(Lack::Unknown),
            Some(Given::Number(number)) => looked_up(score, scale, number.rounded(scale.decimals), values),
        },
    }
}

/// The choice that was taken; what nobody took is missing unless it is a setting with a default.
fn chosen<'v>(item: &'v Item, values: &'v Values) -> Result<&'v str, Lack> {
    match values.get(&item.measure) {
        Some(Given::Choice(code)) => Ok(code),
        Some(Given::Number(_)) => Err(Lack::Unknown),
        None => item.default.as_deref().ok_or(Lack::Missing),
    }
}

fn looked_up(score: &Score, scale: &Scale, number: Number, values: &Values) -> Result<i32, Lack> {
    if scale.min.is_some_and(|min| number < min) || scale.max.is_some_and(|max| number > max) {
        return Err(Lack::Outside);
    }
    for table in &scale.tables {
        let mut holds = true;
        for (code, wanted) in &table.when {
            let item = score.item(code).ok_or(Lack::Unknown)?;
            // How the number is read depends on something that nobody said.
            holds = holds && chosen(item, values)? == wanted;
            if !holds {
                break;
            }
        }
        if holds {
            let step = table.steps.iter().find(|step| step.to.is_none_or(|to| number <= to));
            return step.map(|step| step.points).ok_or(Lack::Outside);
        }
    }
    Err(Lack::Missing)
}
