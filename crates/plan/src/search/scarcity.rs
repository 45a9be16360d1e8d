//! What an optional patient uses of what is short, as a price.
//!
//! All optional patients weigh the same, so a full hospital does best to admit those who need least of what is
//! short: of their surgeon's minutes, the theatres' minutes or the beds' days. The cost itself says so only at the
//! moment when one more fits. The price says it at each exchange: it is the value of the scarce unit to the last
//! patient who would still fit if each resource were one heap (the dual of that knapsack).

use crate::model::{Model, Person};

/// By patient: what the places it takes are worth to others; 0 for who must be admitted.
pub fn prices(model: &Model) -> Vec<i64> {
    let patients = model.persons.get(..model.patients).unwrap_or(&[]);
    let weight = f64::from(model.weights.unscheduled_optional);
    let theaters = per_unit(model.theater_minutes.iter().sum(), patients, &|person| person.duration);
    let beds = model.capacity.iter().map(|beds| i32::from(*beds)).sum::<i32>() * model.days as i32;
    let occupied: i32 = (model.patients..model.persons.len()).map(|occupant| model.end(occupant, 0) as i32).sum();
    let stay = |person: &Person| i32::from(person.stay).min(model.days as i32 - i32::from(person.release)).max(0);
    let beds = per_unit(beds - occupied, patients, &stay);
    let surgeons: Vec<f64> = (0..model.surgeons)
        .map(|surgeon| {
            let minutes = (0..model.days).map(|day| model.surgeon_minutes[day * model.surgeons + surgeon]).sum();
            let own: Vec<Person> = patients.iter().filter(|person| usize::from(person.surgeon) == surgeon).cloned().collect();
            per_unit(minutes, &own, &|person| person.duration)
        })
        .collect();
    let price = |person: &Person| {
        let duration = f64::from(person.duration);
        let surgeon = surgeons.get(usize::from(person.surgeon)).copied().unwrap_or(0.0);
        let part = (surgeon * duration).max(theaters * duration).max(beds * f64::from(stay(person))).min(1.0);
        if person.mandatory { 0 } else { (part * weight) as i64 }
    };
    patients.iter().map(price).collect()
}

/// The part of a patient's worth that one unit of a resource carries; 0 if there is enough for all.
fn per_unit(there: i32, patients: &[Person], use_of: &dyn Fn(&Person) -> i32) -> f64 {
    let mut left = there - patients.iter().filter(|person| person.mandatory).map(use_of).sum::<i32>();
    let mut uses: Vec<i32> = patients.iter().filter(|person| !person.mandatory).map(use_of).collect();
    uses.sort_unstable();
    for used in uses {
        left -= used;
        if left < 0 {
            return 1.0 / f64::from(used.max(1));
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{Size, generate};

    #[test]
    fn a_price_is_between_nothing_and_all() {
        for seed in 0..10 {
            let model = Model::new(&generate(Size::SMALL, seed)).unwrap();
            for (price, person) in prices(&model).iter().zip(&model.persons) {
                assert!((0..=i64::from(model.weights.unscheduled_optional)).contains(price));
                assert!(*price == 0 || !person.mandatory);
            }
        }
    }
}
