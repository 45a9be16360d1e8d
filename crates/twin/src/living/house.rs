//! Wards: who gets a bed, who goes home, what is cleaned.

use super::{Act, Busy, Living, Lying, MINUTE, Now, Post, Purpose, Seen, Spot, State, Waiting, chosen};

/// Hours in which it is decided who goes home.
const ROUNDS: std::ops::Range<usize> = 8..13;
/// Hours in which people go home.
const GOING: std::ops::Range<usize> = 9..20;

impl Living {
    pub(super) fn house(&mut self, now: Now, seen: &Seen, acts: &mut Vec<Act>) {
        for stay in &seen.waiting {
            self.place(now, seen, stay);
        }
        for stay in &seen.lying {
            acts.extend(self.leaves(now, stay));
        }
        self.clean(now, seen, acts);
    }

    /// A bed that is ready in the ward that fits, or in another that takes adults; it is kept while they are carried there.
    fn place(&mut self, now: Now, seen: &Seen, stay: &Waiting) {
        if self.is_busy_with(&stay.id) {
            return;
        }
        let wanted = chosen(&self.params.wards, self.stream(&stay.id, Purpose::Ward).unit());
        let kept = |spot: &Spot| self.over.contains(&spot.id) || self.busy.iter().any(|busy| busy.place.as_deref() == Some(spot.id.as_str()));
        let fits = |spot: &&Spot| spot.site == stay.site && !spot.is_box && spot.state == State::Ready && self.takes_adults(&spot.ward) && !kept(spot);
        let own = |spot: &&Spot| spot.ward.ends_with(&format!("-{wanted}"));
        // Intensive care takes nobody because there is room.
        let other = |spot: &&Spot| !spot.ward.ends_with("-rea");
        let found = seen.spots.iter().filter(fits).find(own).or_else(|| seen.spots.iter().filter(fits).find(other));
        let Some(spot) = found.map(|spot| spot.id.clone()) else { return };
        let until = now.at + self.takes(&stay.id, Purpose::Carrying, self.params.minutes.carrying);
        let then = Act::Admit { stay: stay.id.clone(), patient: stay.patient.clone(), site: stay.site, place: spot.clone() };
        self.busy.push(Busy { post: Post::Way, site: stay.site, of: stay.id.clone(), until, then: Some(then), place: Some(spot) });
    }

    fn takes_adults(&self, ward: &str) -> bool {
        ward.rsplit_once('-').is_some_and(|(_, code)| self.params.wards.contains_key(code))
    }

    fn leaves(&self, now: Now, stay: &Lying) -> Option<Act> {
        if !self.takes_adults(&stay.ward) {
            return None;
        }
        let (id, patient, site) = (stay.id.clone(), stay.patient.clone(), stay.site);
        let Some(decided) = stay.decided else {
            let due = stay.from + self.takes(&id, Purpose::Stay, self.params.minutes.stay);
            // Rounds reach them one after another.
            let turn = (self.stream(&id, Purpose::Ward).unit() * 60.0) as i64;
            let minute = now.at.div_euclid(MINUTE).rem_euclid(60);
            return (now.at >= due && ROUNDS.contains(&now.hour) && minute >= turn).then_some(Act::MayGo { stay: id, patient, site });
        };
        let due = decided + self.takes(&id, Purpose::Going, self.params.minutes.going);
        (now.at >= due && GOING.contains(&now.hour)).then_some(Act::Depart { stay: id, patient, site })
    }

    fn clean(&mut self, now: Now, seen: &Seen, acts: &mut Vec<Act>) {
        // A box is waited for more than a bed.
        let mut dirty: Vec<&Spot> = seen.spots.iter().filter(|spot| matches!(spot.state, State::Dirty | State::Cleaning)).collect();
        dirty.sort_by_key(|spot| (spot.state != State::Cleaning, !spot.is_box, &spot.id));
        for spot in dirty {
            let cleaners = now.on(self.params.cleaners);
            if self.is_busy_with(&spot.id) || self.free(Post::Cleaner, spot.site, cleaners) == 0 {
                continue;
            }
            let act = |over| Act::Clean { place: spot.id.clone(), ward: spot.ward.clone(), site: spot.site, over };
            if spot.state == State::Dirty {
                acts.push(act(false));
            }
            // The same place is not cleaned in the same time each day.
            let whole = self.takes(&format!("{}{}", spot.id, now.at / (60 * MINUTE)), Purpose::Cleaning, self.params.minutes.cleaning);
            let takes = if spot.is_box { whole / 2 } else { whole };
            self.busy.push(Busy { post: Post::Cleaner, site: spot.site, of: spot.id.clone(), until: now.at + takes, then: Some(act(true)), place: None });
        }
    }
}
