//! Which days of a room are closed to whom, as one word a room and gender, so that all days on which a stay would
//! fit are found by a few shifts. Kept for the first 64 days of a horizon; a longer one is searched by draws alone.

use super::State;
use crate::model::Spot;

/// Days that one word holds.
pub const WORD_DAYS: usize = u64::BITS as usize;

impl State<'_> {
    /// Notes for both genders which days of a stretch in a room are closed.
    #[inline]
    pub(super) fn mark(&mut self, room: usize, days: std::ops::Range<usize>) {
        let model = self.model;
        let end = days.end.min(WORD_DAYS);
        let first = days.start.min(end);
        let capacity = usize::from(model.capacity[room]);
        let (mut all, mut closed) = (0u64, [0u64; 2]);
        for (at, today) in self.room_days[room * model.days + first..room * model.days + end].iter().enumerate() {
            let bit = 1 << (first + at);
            let full = today.count() >= capacity;
            all |= bit;
            closed[0] |= if full || today.genders[1] > 0 { bit } else { 0 };
            closed[1] |= if full || today.genders[0] > 0 { bit } else { 0 };
        }
        for (gender, bits) in closed.into_iter().enumerate() {
            let word = &mut self.closed[gender * model.rooms + room];
            *word = (*word & !all) | bits;
        }
    }

    /// Whether the patient could be admitted to this room on a day, given as a set of one, without breaking a rule of
    /// beds or genders, `without` being taken out of the house first: the patient, or who shall make way.
    #[inline]
    pub fn fits(&self, patient: usize, room: usize, day: u64, without: usize) -> bool {
        let model = self.model;
        let gender = usize::from(model.persons[patient].gender);
        let closed = self.closed[gender * model.rooms + room];
        let Some(window) = window(day, usize::from(model.persons[patient].stay)) else { return false };
        if closed & window == 0 {
            return true;
        }
        let spot = self.spots[without];
        usize::from(spot.room) == room && self.frees(closed & window, without, gender, spot)
    }

    /// Of these rooms, begun at one of them and gone round, the first where the patient fits on one of these days, the
    /// present place excepted, and those days.
    #[inline]
    pub fn first_fit(&self, patient: usize, rooms: &[u16], begin: usize, days: u64, without: usize) -> Option<(u16, u64)> {
        let model = self.model;
        let person = &model.persons[patient];
        let (gender, stay) = (usize::from(person.gender), usize::from(person.stay));
        let closed = &self.closed[gender * model.rooms..(gender + 1) * model.rooms];
        let (old, gone) = (self.spots[patient], self.spots[without]);
        let (late, early) = (rooms.get(begin..)?, rooms.get(..begin)?);
        if days.is_power_of_two() {
            let window = window(days, stay)?;
            let own = usize::from(old.day) < WORD_DAYS && days == 1 << old.day;
            let fits = |room: &u16| {
                let taken = closed[usize::from(*room)] & window;
                let freed = taken != 0 && *room == gone.room && self.frees(taken, without, gender, gone);
                (taken == 0 || freed) && !(own && *room == old.room)
            };
            return late.iter().chain(early).find(|room| fits(room)).map(|room| (*room, days));
        }
        for room in late.iter().chain(early) {
            let (mut taken, mut days) = (closed[usize::from(*room)], days);
            if *room == gone.room {
                taken &= !self.freed_by(without, gender, gone);
            }
            if *room == old.room && usize::from(old.day) < WORD_DAYS {
                days &= !(1 << old.day);
            }
            let fits = open_for(days, taken, stay);
            if fits != 0 {
                return Some((*room, fits));
            }
        }
        None
    }

    /// The days that are open to a gender once somebody has left their place.
    #[inline]
    fn freed_by(&self, person: usize, gender: usize, spot: Spot) -> u64 {
        let model = self.model;
        let (room, first) = (usize::from(spot.room), usize::from(spot.day));
        let end = model.end(person, first).min(WORD_DAYS);
        let others = u8::from(usize::from(model.persons[person].gender) != gender);
        let stay = &self.room_days[room * model.days + first.min(end)..room * model.days + end];
        let opens = |today: &super::RoomDay| today.count() <= usize::from(model.capacity[room]) && today.genders[1 - gender] == others;
        stay.iter().enumerate().fold(0, |days, (at, today)| days | (u64::from(opens(today)) << (first + at)))
    }

    /// Whether all of these days are open to a gender once somebody has left their place.
    #[inline]
    fn frees(&self, days: u64, person: usize, gender: usize, spot: Spot) -> bool {
        let model = self.model;
        let (room, first) = (usize::from(spot.room), usize::from(spot.day));
        // Cut at the horizon: a room without beds is closed beyond it too.
        let stay = if first < WORD_DAYS { window(1 << first, model.end(person, first) - first) } else { None };
        if days & !stay.unwrap_or(0) != 0 {
            return false;
        }
        let (capacity, others) = (usize::from(model.capacity[room]), u8::from(usize::from(model.persons[person].gender) != gender));
        let mut left = days;
        while left != 0 {
            let today = &self.room_days[room * model.days + left.trailing_zeros() as usize];
            if today.count() > capacity || today.genders[1 - gender] != others {
                return false;
            }
            left &= left - 1;
        }
        true
    }

    /// Of these days those on which the patient's surgeon has the minutes left; the day of a patient's own operation
    /// counts as one.
    #[inline]
    pub fn with_time(&self, patient: usize, days: u64) -> u64 {
        let model = self.model;
        let person = &model.persons[patient];
        let own = self.spots[patient].day;
        let (mut left, mut found) = (days, 0);
        while left != 0 {
            let day = left.trailing_zeros() as usize;
            left &= left - 1;
            let at = day * model.surgeons + usize::from(person.surgeon);
            let has = model.surgeon_minutes[at] - self.surgeon_used[at] >= person.duration || day == usize::from(own);
            found |= u64::from(has) << day;
        }
        found
    }
}

/// The days of a stay that begins on a day, given as a set of one; `None` if the set is empty.
#[inline]
fn window(day: u64, stay: usize) -> Option<u64> {
    let days = if stay < WORD_DAYS { (1 << stay) - 1 } else { u64::MAX };
    (day != 0).then(|| days << day.trailing_zeros())
}

/// The days of a set on which a stay of so many days would begin and find none of them closed.
#[inline]
fn open_for(days: u64, closed: u64, stay: usize) -> u64 {
    let days = days & !closed;
    if days == 0 {
        return 0;
    }
    let (mut closed, stay) = (closed, stay.min(WORD_DAYS));
    let mut covered = 1;
    while covered < stay {
        let step = covered.min(stay - covered);
        closed |= closed >> step;
        covered += step;
    }
    days & !closed
}

/// One of the days of a set, drawn.
#[inline]
pub fn pick_day(days: u64, rng: &mut crate::rng::Rng) -> Option<u16> {
    let mut skip = rng.below(days.count_ones() as usize);
    let mut left = days;
    while skip > 0 {
        left &= left - 1;
        skip -= 1;
    }
    (left != 0).then(|| left.trailing_zeros() as u16)
}
