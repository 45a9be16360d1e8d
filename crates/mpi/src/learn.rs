//! Weights from the site's own records, where there are enough of them and they are not odd; else the usual ones stay.

use crate::index::{Mpi, rules};
use crate::person::person;
use rihla_fhir::json::{Limits, parse};
use rihla_kernel::{Fault, FaultKind};
use rihla_matching::file::File;
use rihla_matching::{Field, Level, Model, NameRules, Person};
use rihla_packs::Pack;

/// Records from which weights are learned, at least: with fewer the usual ones are the better choice
/// (docs/decisions/0021-matching.md).
pub const LEAST: usize = 5_000;
/// Records that are looked at, the oldest first: some hundred megabytes for as long as it takes.
pub const MOST: usize = 30_000;
/// Pairs of one person, at least.
const PAIRS: f64 = 200.0;
/// Of a hundred records at most so many have another of the same person: more is a file that was taken in twice.
const SHARE: f64 = 0.5;
/// How much oftener one person's records agree than strangers' do, at least.
const TELLS: f64 = 5.0;
/// Fields without which nobody is told from anybody.
const NEEDED: [Field; 3] = [Field::Given, Field::Family, Field::Birth];
/// Any number: what is learned from the same records is the same.
const SEED: u64 = 26;
/// Versions read at once.
const PAGE: usize = 500;

/// What came of learning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Learning {
    /// The weights are the site's own now.
    Learnt { records: usize, pairs: f64 },
    /// Too few records, or too few of one person, for weights of one's own.
    TooFew { records: usize, pairs: f64 },
    /// The records are odd: weights from them would join strangers, or nobody.
    Odd { records: usize, pairs: f64 },
}

/// Weights from people of whom each record is one; `least` records at least. The same people in the same order teach the same.
pub fn learnt(rules: &NameRules, people: &[Person], least: usize) -> (Learning, Option<Model>) {
    let records = people.len();
    if records < least {
        return (Learning::TooFew { records, pairs: 0.0 }, None);
    }
    let file = File::one(rules, people, SEED);
    let pairs = file.model.same * file.pairs.count(records);
    if pairs < PAIRS {
        return (Learning::TooFew { records, pairs }, None);
    }
    if pairs > records as f64 * SHARE || !tells(&file.model) {
        return (Learning::Odd { records, pairs }, None);
    }
    (Learning::Learnt { records, pairs }, Some(file.model))
}

/// Whether one person's records agree on the same name and birth much oftener than strangers' do.
fn tells(model: &Model) -> bool {
    let share = |list: &[f64], level: Level| list.get(level as usize).copied().unwrap_or(0.0);
    NEEDED.iter().all(|field| {
        let of = |field: &rihla_matching::model::FieldModel| {
            let (same, strangers) = (share(&field.same, Level::Same), share(&field.strangers, Level::Same));
            same.is_finite() && strangers.is_finite() && same > 0.2 && same > strangers * TELLS
        };
        model.field(*field).is_some_and(of)
    })
}

impl Mpi {
    /// Learns from the records that are there. Two that were merged teach as two: somebody said that they are one.
    pub fn learn(&self, pack: &Pack) -> Result<Learning, Fault> {
        let people = self.everybody()?;
        let (learning, model) = learnt(&rules(pack), &people, LEAST);
        if let Some(model) = model {
            self.weigh(&model);
        }
        Ok(learning)
    }

    fn everybody(&self) -> Result<Vec<Person>, Fault> {
        let (mut out, mut upto) = (Vec::new(), 0);
        while out.len() < MOST {
            let (page, reached) = self.store().patients_for_platform(upto, PAGE)?;
            for one in page.iter().filter(|one| !one.stored.deleted) {
                let json = one.stored.json();
                let limits = Limits { bytes: usize::MAX, values: usize::MAX, ..Limits::default() };
                let doc = parse(&json, &limits)
                    .map_err(|_| Fault::new(FaultKind::Internal, "RH-MPI-READ", "A patient of the record could not be read. Run `rihla verify`."))?;
                let mut read = person(doc.root());
                read.identifiers.retain(|number| !self.gives(&number.system));
                out.push(read);
            }
            if reached == upto {
                break;
            }
            upto = reached;
        }
        out.truncate(MOST);
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_matching::random::Random;
    use rihla_matching::{Birth, Identifier, PersonName, Sex};

    const FAMILIES: u64 = 400;

    fn rules_of_the_pack() -> NameRules {
        let pack = Pack::built_in("ma").expect("there").expect("sound");
        rules(&pack)
    }

    /// A made-up word, another for each number.
    fn word(number: u64) -> String {
        let parts = ["ba", "ri", "mou", "ta", "le", "za", "ni", "ko", "che", "du"];
        let part = |at: u64| parts[(number / at % 10) as usize];
        format!("{}{}{}", part(1), part(10), part(100))
    }

    fn somebody(random: &mut Random) -> Person {
        let birth = Birth { year: 1930 + random.below(90) as u16, month: 1 + random.below(12) as u8, day: 1 + random.below(28) as u8, about: 0 };
        Person {
            names: vec![PersonName { given: word(random.below(300)), family: word(random.below(FAMILIES)) }],
            birth: Some(birth),
            sex: Some(if random.below(2) == 0 { Sex::Female } else { Sex::Male }),
            phones: vec![format!("06{:08}", random.below(100_000_000))],
            identifiers: vec![Identifier { system: "urn:card".into(), value: format!("AB{:06}", random.below(1_000_000)) }],
            ..Person::default()
        }
    }

    /// So many records, of which so many are somebody's second; of those one in three lost the telephone.
    fn people(records: usize, twice: usize) -> Vec<Person> {
        let mut random = Random::new(1);
        let mut out: Vec<Person> = (0..records - twice).map(|_| somebody(&mut random)).collect();
        for at in 0..twice {
            let mut again = out[at].clone();
            if at % 3 == 0 {
                again.phones = vec![format!("07{:08}", random.below(100_000_000))];
            }
            out.push(again);
        }
        out
    }

    #[test]
    fn lea_1_weights_move_only_with_enough_records_and_enough_pairs() {
        let rules = rules_of_the_pack();
        assert_eq!(learnt(&rules, &people(900, 300), 1_000).0, Learning::TooFew { records: 900, pairs: 0.0 });
        let (few, model) = learnt(&rules, &people(1_500, 5), 1_000);
        assert!(matches!(few, Learning::TooFew { records: 1_500, pairs } if pairs < PAIRS) && model.is_none(), "{few:?}");
        let (enough, model) = learnt(&rules, &people(1_500, 300), 1_000);
        assert!(matches!(enough, Learning::Learnt { pairs, .. } if (250.0..350.0).contains(&pairs)), "{enough:?}");
        let model = model.expect("weights");
        let phone = |model: &Model| model.field(Field::Phone).map(|field| field.same[Level::Same as usize]).expect("a field");
        assert!((0.5..0.8).contains(&phone(&model)), "a third of the telephones were lost: {}", phone(&model));
    }

    #[test]
    fn lea_2_the_same_records_teach_the_same() {
        let (rules, people) = (rules_of_the_pack(), people(1_500, 300));
        assert_eq!(learnt(&rules, &people, 1_000).1, learnt(&rules, &people, 1_000).1);
    }

    #[test]
    fn lea_3_a_file_that_was_taken_in_again_and_again_is_refused() {
        let rules = rules_of_the_pack();
        let once = people(400, 0);
        let often: Vec<Person> = (0..4).flat_map(|_| once.iter().cloned()).collect();
        let (odd, model) = learnt(&rules, &often, 1_000);
        assert!(matches!(odd, Learning::Odd { records: 1_600, .. }) && model.is_none(), "{odd:?}");
        // Names and births that are nobody's own: everybody is called the same.
        let mut same = people(1_500, 300);
        same.iter_mut().for_each(|one| (one.names, one.birth) = (vec![PersonName { given: "x".into(), family: "x".into() }], None));
        let (odd, model) = learnt(&rules, &same, 1_000);
        assert!(!matches!(odd, Learning::Learnt { .. }) && model.is_none(), "{odd:?}");
    }
}
