//! What agreement and disagreement are worth: the model of Fellegi and Sunter (1969), with the frequency of what agrees and
//! a third sort of pairs, two people of one household.

mod fit;
mod score;
#[cfg(test)]
mod tests;
mod usual;

pub use fit::{Fit, Pairs};
pub use score::{Rival, Score};

use crate::field::{FIELDS, Field, LEVELS, Level};
use crate::prepared::{NONE, Prepared, Role, Texts};
use serde::{Deserialize, Serialize};

/// How often pairs of each sort agree at each level, in one field. Each row sums to one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldModel {
    /// One person written down twice.
    pub same: [f64; LEVELS],
    /// Two people who have nothing to do with each other.
    pub strangers: [f64; LEVELS],
    /// Two people of one household.
    pub home: [f64; LEVELS],
    /// How rare what two agree on is on average, as a power of two; 0 where rarity does not count.
    pub rarity: f64,
}

/// Everything that was learned from the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub(crate) fields: Vec<FieldModel>,
    /// The share of all pairs that are one person, and that are two of one household.
    pub same: f64,
    pub home: f64,
    /// Whose numbers `Field::Identifier` stands for, by place.
    #[serde(default)]
    pub systems: Vec<String>,
}

/// How one person's two records agree before anything was seen: mostly the same, everything else a little.
const EXPECTED: [f64; LEVELS] = [0.80, 0.03, 0.03, 0.06, 0.02, 0.01, 0.02, 0.01, 0.01, 0.01];
/// How two of one household agree in what they share, before anything was seen.
const HOME: [f64; LEVELS] = [0.70, 0.03, 0.03, 0.04, 0.02, 0.01, 0.02, 0.01, 0.01, 0.13];

/// Of two of one household there is at least one for so many who are one.
const HOME_AT_LEAST: f64 = 0.5;

impl Model {
    pub fn field(&self, field: Field) -> Option<&FieldModel> {
        self.fields.get(field.place())
    }

    /// The same weights for a question to `people`, of whom one is the person asked for with the chance `known`.
    pub fn for_question(&self, people: usize, known: f64) -> Self {
        let same = (known / people.max(1) as f64).clamp(1e-12, 0.5);
        // A file without families must not teach that there are none: whoever asks may ask about a twin.
        let home = (self.home / self.same.max(f64::MIN_POSITIVE)).max(HOME_AT_LEAST) * same;
        Self { fields: self.fields.clone(), same, home: home.clamp(1e-12, 0.4), systems: self.systems.clone() }
    }

    /// The same weights for systems of numbers that stand in another order; what was never learned is as usual.
    pub fn in_order_of(&self, systems: &[String]) -> Self {
        let usual = Self::default();
        let mut out = self.clone();
        for at in 0..crate::field::SYSTEMS {
            let known = systems.get(at).and_then(|system| self.systems.iter().position(|own| own == system));
            let from = known.map_or((&usual, at), |place| (self, place));
            let learnt = from.0.field(Field::Identifier(from.1 as u8)).copied();
            if let (Some(place), Some(learnt)) = (out.fields.get_mut(Field::Identifier(at as u8).place()), learnt) {
                *place = learnt;
            }
        }
        out.systems = systems.to_vec();
        out
    }
}

impl FieldModel {
    fn of(list: &[f64; LEVELS], level: Level) -> f64 {
        list.get(level as usize).copied().unwrap_or(f64::MIN_POSITIVE)
    }
}

/// How rare what each person has is on average, by field, as a power of two.
pub(crate) fn rarities(vocabulary: &dyn Texts, people: &[Prepared]) -> [f64; FIELDS] {
    let mut sums = [(0.0f64, 0u32); FIELDS];
    let mut add = |field: Field, share: f32| {
        if let Some((sum, count)) = sums.get_mut(field.place()) {
            (*sum, *count) = (*sum + f64::from(share), *count + 1);
        }
    };
    for person in people {
        let words = |list: &[u32], role: Role| list.iter().map(|word| vocabulary.share_of_word(*word, role)).reduce(|a, b| a * b);
        if let Some(name) = person.names.first() {
            words(&name.given, Role::Given).into_iter().for_each(|share| add(Field::Given, share));
            words(&name.family, Role::Family).into_iter().for_each(|share| add(Field::Family, share));
        }
        words(person.father.get(..1).unwrap_or_default(), Role::Parent).into_iter().for_each(|share| add(Field::Father, share));
        words(person.mother.get(..1).unwrap_or_default(), Role::Parent).into_iter().for_each(|share| add(Field::Mother, share));
        let Some(place) = person.places.first() else { continue };
        let [street, quarter, city] = place.lines;
        let texts = [(Field::House, place.house), (Field::Street, street), (Field::Quarter, quarter), (Field::City, city)];
        for (field, text) in texts.into_iter().chain([(Field::PostalCode, place.postal), (Field::Region, place.region)]) {
            if text != NONE {
                add(field, vocabulary.share_of_text(text));
            }
        }
    }
    sums.map(|(sum, count)| if count == 0 { 0.0 } else { (sum / f64::from(count)).log2() })
}
