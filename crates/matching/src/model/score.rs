//! What a comparison is worth, field by field.

use super::{FieldModel, Model};
use crate::compare::Comparison;
use crate::field::{FIELDS, Field, Level};
use serde::{Deserialize, Serialize};

/// No field speaks louder than this, so that no single one decides.
const LOUDEST: f64 = 24.0;
/// Rarity adds and takes at most so many bits.
const RAREST: f64 = 9.0;

/// What the pair is held against: what else could explain it best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rival {
    /// Two people who have nothing to do with each other.
    Strangers,
    /// Two people of one household.
    Home,
}

/// A score in bits: each doubles the odds that the two are one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// `prior` and all of `fields` together.
    pub bits: f64,
    /// What was to be expected before anything was compared.
    pub prior: f64,
    /// By place of the field; 0 where nothing is known.
    pub fields: [f64; FIELDS],
    /// Of those, how much rarity has added or taken.
    pub rarity: [f64; FIELDS],
    pub rival: Rival,
    /// That the two are one, from 0 to 1, all explanations together.
    pub probability: f64,
}

/// How much of a value's rarity counts at a level: two names that merely sound alike may be two.
fn counts(level: Level) -> f64 {
    match level {
        Level::Same | Level::Spelling => 1.0,
        Level::Sound | Level::Slip => 0.7,
        Level::Slips => 0.5,
        Level::Part => 0.6,
        _ => 0.0,
    }
}

impl Model {
    pub fn score(&self, comparison: &Comparison) -> Score {
        let mut against_strangers = [0.0; FIELDS];
        let mut against_home = [0.0; FIELDS];
        let mut rare = [0.0; FIELDS];
        let found = comparison.levels().iter().zip(comparison.rarity()).zip(&self.fields);
        let places = against_strangers.iter_mut().zip(against_home.iter_mut()).zip(rare.iter_mut());
        for ((((level, rarity), model), ((strangers, home), rare)), field) in found.zip(places).zip(Field::all()) {
            let Some(level) = *level else { continue };
            let adds = adjustment(model, level, f64::from(*rarity));
            let same = FieldModel::of(&model.same, level);
            *rare = adds;
            *strangers = ((same / FieldModel::of(&model.strangers, level)).log2() + adds).clamp(-LOUDEST, LOUDEST);
            // People of one household have a rare name in common as easily as a frequent one.
            let adds = if field.is_shared_at_home() { 0.0 } else { adds };
            *home = ((same / FieldModel::of(&model.home, level)).log2() + adds).clamp(-LOUDEST, LOUDEST);
        }
        let rest = (1.0 - self.same - self.home).max(f64::MIN_POSITIVE);
        let priors = [(self.same / rest).log2(), (self.same / self.home.max(f64::MIN_POSITIVE)).log2()];
        let [strangers, home] = [priors[0] + against_strangers.iter().sum::<f64>(), priors[1] + against_home.iter().sum::<f64>()];
        let probability = 1.0 / (1.0 + (-strangers).exp2() + (-home).exp2());
        if home < strangers {
            let rarity =
                std::array::from_fn(|at| if Field::all().nth(at).is_some_and(Field::is_shared_at_home) { 0.0 } else { rare.get(at).copied().unwrap_or(0.0) });
            Score { bits: home, prior: priors[1], fields: against_home, rarity, rival: Rival::Home, probability }
        } else {
            Score { bits: strangers, prior: priors[0], fields: against_strangers, rarity: rare, rival: Rival::Strangers, probability }
        }
    }
}

fn adjustment(model: &FieldModel, level: Level, rarity: f64) -> f64 {
    if rarity == 0.0 || model.rarity == 0.0 { 0.0 } else { ((model.rarity - rarity) * counts(level)).clamp(-RAREST, RAREST) }
}
