//! What a replanning must keep: decisions that are locked, and the price of changing the others.

use crate::model::{Model, NONE, Spot};
use crate::solution::Plan;

/// What it costs to depart from the plan in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangePrice {
    /// For each day that an admission moves; a whole cancellation counts as `cancel`.
    pub day: u32,
    pub room: u32,
    pub theater: u32,
    /// For each room-shift that gets another nurse.
    pub nurse: u32,
    /// A patient who was admitted is not any more.
    pub cancel: u32,
}

/// Locks and prices, both relative to a plan in force.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The plan in force, which the search also starts from.
    pub base: Option<Plan>,
    pub price: ChangePrice,
    /// By patient: stays as in `base`. Missing entries are open.
    pub locked_patients: Vec<bool>,
    /// By `room * slots + slot`: the nurse stays as in `base`. Missing entries are open.
    pub locked_nurses: Vec<bool>,
}

impl Terms {
    pub fn is_locked(&self, patient: usize) -> bool {
        self.base.is_some() && self.locked_patients.get(patient).copied().unwrap_or(false)
    }

    /// The first locked patient whose place in the plan in force the instance does not allow any more, in words. Such
    /// a patient would be neither kept nor planned, so ask before solving.
    pub fn refused(&self, model: &Model) -> Option<String> {
        let base = self.base.as_ref()?;
        let broken = |patient: &usize| {
            let spot = base.spots.get(*patient).copied().unwrap_or(Spot::NOWHERE);
            self.is_locked(*patient) && if spot.is_nowhere() { model.persons[*patient].mandatory } else { !model.allows(*patient, spot) }
        };
        let patient = (0..model.patients).find(broken)?;
        Some(format!("patient {} is locked where the instance does not allow it", model.names.persons[patient]))
    }

    #[inline]
    pub fn is_nurse_locked(&self, place: usize) -> bool {
        self.locked_nurses.get(place).copied().unwrap_or(false) && self.base.is_some()
    }

    /// The price of this spot for a patient.
    #[inline]
    pub fn spot_price(&self, patient: usize, spot: Spot) -> i64 {
        let Some(base) = self.base.as_ref() else { return 0 };
        let Some(was) = base.spots.get(patient).filter(|was| !was.is_nowhere()) else { return 0 };
        if spot.is_nowhere() {
            return i64::from(self.price.cancel);
        }
        let days = i64::from(spot.day.abs_diff(was.day)) * i64::from(self.price.day);
        let room = if spot.room == was.room { 0 } else { i64::from(self.price.room) };
        let theater = if spot.theater == was.theater { 0 } else { i64::from(self.price.theater) };
        days + room + theater
    }

    /// The price of this nurse in a room on a slot.
    #[inline]
    pub fn nurse_price(&self, place: usize, nurse: u16) -> i64 {
        let Some(base) = self.base.as_ref() else { return 0 };
        match base.nurses.get(place) {
            Some(was) if *was != NONE && *was != nurse => i64::from(self.price.nurse),
            _ => 0,
        }
    }

    /// The price of a whole plan, counted from nothing. Nurses of rooms that stand empty count too, as the search counts them.
    pub fn price_of(&self, model: &Model, plan: &Plan) -> i64 {
        let spots: i64 = plan.spots.iter().enumerate().map(|(patient, spot)| self.spot_price(patient, *spot)).sum();
        let nurses: i64 = (0..model.rooms * model.slots()).map(|place| plan.nurses.get(place).map_or(0, |nurse| self.nurse_price(place, *nurse))).sum();
        spots + nurses
    }
}
