//! From asking for a bed to its being clean again.

use super::{Event, Hospital};
use crate::hospital::people::DAY;
use crate::hospital::pool::Who;
use crate::hospital::wards::State;

impl Hospital<'_> {
    /// Somebody who is planned comes; without a bed by the afternoon they are put off.
    pub(super) fn planned(&mut self, who: Who) {
        let now = self.agenda.now();
        let until = (now / DAY).floor() * DAY + self.figures.usual.elective_until.value;
        self.agenda.after(until - now, Event::PutOff(who));
        self.asks_for_bed(who);
    }

    pub(super) fn put_off(&mut self, who: Who) {
        let now = self.agenda.now();
        if self.courses.get(who).is_none_or(|course| course.bed.is_some()) {
            return;
        }
        self.places.iter_mut().for_each(|place| place.wards.asks_no_more(who, now));
        self.times(who).into_iter().for_each(|times| times.put_off = true);
    }

    /// At one's own site, or where there is a ward of the kind.
    pub(super) fn asks_for_bed(&mut self, who: Who) {
        let now = self.agenda.now();
        let Some((person, stay)) = self.person(who) else { return };
        let has = |site: usize| self.places.get(site).is_some_and(|place| place.wards.has(stay.ward));
        let site = if has(person.site) { Some(person.site) } else { (0..self.places.len()).find(|&site| has(site)) };
        let Some(site) = site else { return };
        self.places.get_mut(site).into_iter().for_each(|place| place.wards.asks(who, now));
        self.give_beds(site);
        self.clean(site);
    }

    /// Gives beds to those who wait at a site, in the order in which they asked.
    pub(super) fn give_beds(&mut self, site: usize) {
        let now = self.agenda.now();
        let Some(asked) = self.places.get(site).map(|place| place.wards.asked.clone()) else { return };
        for (who, since) in asked {
            if let Some((at, bed)) = self.bed_for(site, who, now - since) {
                self.places.get_mut(site).into_iter().for_each(|place| place.wards.asks_no_more(who, now));
                self.gives(who, at, bed);
            }
        }
    }

    pub(super) fn bed_for(&self, site: usize, who: Who, waited: f64) -> Option<(usize, usize)> {
        /// So many beds stay free for the other site's own patients.
        const RESERVE: usize = 3;
        let ((person, stay), usual) = (self.person(who)?, &self.figures.usual);
        let elsewhere = waited >= usual.outlier_after.value;
        let here = self.places.get(site)?.wards.choose(stay.ward, elsewhere, self.policy.choice);
        if let Some(bed) = here {
            return Some((site, bed));
        }
        let far = person.visit.is_some() && waited >= usual.transfer_after.value;
        let others = self.places.iter().enumerate().filter(|(other, place)| far && *other != site && place.wards.count(stay.ward, &[State::Clean]) > RESERVE);
        others.filter_map(|(other, place)| Some((other, place.wards.free(stay.ward)?))).next()
    }

    pub(super) fn gives(&mut self, who: Who, site: usize, bed: usize) {
        let Some((person, stay)) = self.person(who) else { return };
        let Some(place) = self.places.get_mut(site) else { return };
        place.wards.set(bed, State::Held);
        let outlier = place.wards.beds.get(bed).is_some_and(|bed| bed.ward != stay.ward);
        if let Some(course) = self.courses.get_mut(who) {
            (course.bed, course.outlier) = (Some((site, bed)), outlier);
        }
        let transfer = if site == person.site { 0.0 } else { stay.transfer };
        self.times(who).into_iter().for_each(|times| (times.outlier, times.transferred) = (outlier, transfer > 0.0));
        if person.visit.is_some() {
            self.agenda.after(stay.transport, Event::LeavesDepartment(who));
        }
        self.agenda.after(stay.transport + transfer, Event::InBed(who));
    }

    pub(super) fn lies_down(&mut self, who: Who) {
        let now = self.agenda.now();
        let Some((_, stay)) = self.person(who) else { return };
        let Some(course) = self.courses.get(who).copied() else { return };
        let Some((site, bed)) = course.bed else { return };
        let Some(place) = self.places.get_mut(site) else { return };
        place.wards.set(bed, State::Taken);
        place.wards.taken.comes(now);
        if let Some(bed) = place.wards.beds.get_mut(bed)
            && let Some(left) = bed.left.take()
            && left >= self.window.from
            && left < self.window.until
        {
            self.counted.turnovers.push([bed.began - left, bed.clean - bed.began, now - bed.clean]);
        }
        self.times(who).into_iter().for_each(|times| times.in_bed = Some(now));
        let leaving = if self.policy.foreseen && stay.foreseen { stay.leaving * self.figures.beds.foreseen_factor.value } else { stay.leaving };
        let nights = stay.nights + f64::from(u8::from(course.outlier && stay.outlier_night));
        let leaves = ((now / DAY).floor() + nights) * DAY + stay.decided + leaving;
        self.agenda.after(leaves - now, Event::LeavesBed(who));
    }

    pub(super) fn leaves_bed(&mut self, who: Who) {
        let now = self.agenda.now();
        let Some((_, stay)) = self.person(who) else { return };
        let Some((site, bed)) = self.courses.get(who).and_then(|course| course.bed) else { return };
        if now >= self.window.from && now < self.window.until {
            self.counted.discharges += 1;
        }
        let policy = self.policy;
        self.places.get_mut(site).into_iter().for_each(|place| place.wards.left(bed, now, stay.cleaning, policy));
        self.clean(site);
    }

    pub(super) fn clean(&mut self, site: usize) {
        let (now, policy) = (self.agenda.now(), self.policy);
        let people = self.people;
        let Some(place) = self.places.get_mut(site) else { return };
        let asked: Vec<usize> = place.wards.asked.iter().filter_map(|(who, _)| people.get(*who)?.stay.as_ref().map(|stay| stay.ward)).collect();
        while let Some((bed, minutes)) = place.wards.clean_next(now, policy, |ward| asked.contains(&ward)) {
            self.agenda.after(minutes, Event::Cleaned(site, bed));
        }
    }

    pub(super) fn cleaned(&mut self, site: usize, bed: usize) {
        let now = self.agenda.now();
        self.places.get_mut(site).into_iter().for_each(|place| place.wards.cleaned(bed, now));
        self.give_beds(site);
        self.clean(site);
    }
}
