//! What a replanning keeps of the plan in force: decisions that are locked, and what changing the others costs.

use crate::failure::{Failure, exit};
use clap::Args;
use rihla_plan::terms::ChangePrice;
use rihla_plan::{Model, Plan, Terms};

#[derive(Debug, Args)]
pub struct KeepOptions {
    /// Patients who stay as the plan in force has them, by their ids.
    #[arg(long, value_name = "PATIENT,…", value_delimiter = ',', requires = "from")]
    lock: Vec<String>,
    /// The first so many days stay as the plan in force has them: who is admitted on them, and their nurses.
    #[arg(long, value_name = "N", requires = "from")]
    lock_days: Option<u16>,
    /// What changes of the plan in force cost, such as day=5,room=2,theater=3,nurse=1,cancel=50; nothing, unless told.
    #[arg(long, value_name = "WHAT=N,…", value_delimiter = ',', requires = "from")]
    price: Vec<String>,
}

impl KeepOptions {
    /// Refuses what the instance does not have, or does not allow any more.
    pub fn terms(&self, model: &Model, base: Option<Plan>) -> Result<Terms, Failure> {
        let wrong = |why: String| Failure::new(exit::REJECTS, why);
        let mut terms = Terms { price: price(&self.price).map_err(wrong)?, ..Terms::default() };
        let Some(base) = base else { return Ok(terms) };
        let days = usize::from(self.lock_days.unwrap_or(0));
        terms.locked_patients = base.spots.iter().map(|spot| !spot.is_nowhere() && usize::from(spot.day) < days).collect();
        for id in &self.lock {
            let patient = model.names.persons.iter().position(|known| known == id);
            let lock = patient.and_then(|patient| terms.locked_patients.get_mut(patient));
            *lock.ok_or_else(|| wrong(format!("--lock: the instance has no patient {id}")))? = true;
        }
        let slots = model.slots();
        terms.locked_nurses = (0..model.rooms * slots).map(|place| place % slots < days * model.shifts).collect();
        terms.base = Some(base);
        terms.refused(model).map_or(Ok(terms), |why| Err(wrong(why)))
    }
}

fn price(told: &[String]) -> Result<ChangePrice, String> {
    let mut price = ChangePrice::default();
    for part in told {
        let (what, number) = part.split_once('=').ok_or_else(|| format!("--price {part}: write what and how much, such as day=5"))?;
        let number = number.parse().map_err(|_| format!("--price {part}: {number} is no whole number"))?;
        *match what {
            "day" => &mut price.day,
            "room" => &mut price.room,
            "theater" => &mut price.theater,
            "nurse" => &mut price.nurse,
            "cancel" => &mut price.cancel,
            _ => return Err(format!("--price {part}: there are day, room, theater, nurse and cancel")),
        } = number;
    }
    Ok(price)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

    use super::{KeepOptions, price};
    use rihla_plan::generate::{Size, generate};
    use rihla_plan::{Model, solve_moves};

    #[test]
    fn what_is_named_is_locked_and_what_is_not_there_is_refused() {
        let model = Model::new(&generate(Size::SMALL, 3)).expect("a sound instance");
        let base = solve_moves(&model, 1, 20_000).plan;
        let asked = |lock: &[&str], days| KeepOptions { lock: lock.iter().map(|id| (*id).to_owned()).collect(), lock_days: days, price: vec!["day=5".into()] };
        let one = model.names.persons[0].clone();
        let terms = asked(&[&one], None).terms(&model, Some(base.clone())).expect("it can be kept");
        assert_eq!(terms.locked_patients.iter().filter(|locked| **locked).count(), 1);
        assert!(terms.is_locked(0) && terms.price.day == 5 && !terms.locked_nurses.contains(&true));
        let terms = asked(&[], Some(2)).terms(&model, Some(base.clone())).expect("it can be kept");
        let early = base.spots.iter().filter(|spot| !spot.is_nowhere() && spot.day < 2).count();
        assert!(early > 0 && terms.locked_patients.iter().filter(|locked| **locked).count() == early);
        assert_eq!(terms.locked_nurses.iter().filter(|locked| **locked).count(), model.rooms * 6);
        assert!(asked(&["nobody"], None).terms(&model, Some(base)).is_err());
        assert!(price(&["day".into()]).is_err() && price(&["night=1".into()]).is_err() && price(&["day=x".into()]).is_err());
    }
}
