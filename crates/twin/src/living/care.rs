//! The emergency department: triage, box, doctor, results, decision, departure.

use super::{Act, Busy, Living, Now, Post, Purpose, Seen, State, Visit};

/// Levels whose patients wait for no box and never go of themselves.
const FIRST: [&str; 2] = ["1", "2"];
/// Levels whose patients stay until they are seen.
const STAY: [&str; 3] = ["1", "2", "3A"];

impl Living {
    pub(super) fn care(&mut self, now: Now, seen: &Seen, acts: &mut Vec<Act>) {
        self.sort(now, seen);
        self.see(now, seen, acts);
        for visit in &seen.visits {
            acts.extend(self.goes_on(now, visit));
        }
    }

    /// Whoever came first is sorted first.
    fn sort(&mut self, now: Now, seen: &Seen) {
        let mut waits: Vec<&Visit> = seen.visits.iter().filter(|visit| visit.is_adult && visit.level.is_none() && visit.contact.is_none()).collect();
        waits.sort_by_key(|visit| visit.arrived);
        for visit in waits {
            let nurses = now.on(self.params.triage);
            if self.is_busy_with(&visit.id) || self.free(Post::Triage, visit.site, nurses) == 0 {
                continue;
            }
            let (id, patient, site) = (visit.id.clone(), visit.patient.clone(), visit.site);
            let until = now.at + self.takes(&id, Purpose::Triage, self.params.minutes.triage);
            let then = Act::Triage { visit: id.clone(), patient, site, level: self.level(&id), began: now.at };
            self.busy.push(Busy { post: Post::Triage, site, of: id, until, then: Some(then), place: None });
        }
    }

    /// The most urgent first, and of those whoever came first.
    fn see(&mut self, now: Now, seen: &Seen, acts: &mut Vec<Act>) {
        let mut waits: Vec<&Visit> = seen.visits.iter().filter(|visit| visit.level.is_some() && visit.contact.is_none()).collect();
        waits.sort_by(|a, b| (&a.level, a.arrived).cmp(&(&b.level, b.arrived)));
        let mut taken: Vec<&str> = Vec::new();
        for visit in waits {
            let doctors = now.on(self.params.doctors);
            if self.is_busy_with(&visit.id) || self.free(Post::Doctor, visit.site, doctors) == 0 {
                continue;
            }
            let spot =
                seen.spots.iter().find(|spot| spot.is_box && spot.site == visit.site && spot.state == State::Ready && !taken.contains(&spot.id.as_str()));
            let at_once = visit.level.as_deref().is_some_and(|level| FIRST.contains(&level));
            if spot.is_none() && visit.place.is_none() && !at_once {
                continue;
            }
            let (id, patient, site) = (visit.id.clone(), visit.patient.clone(), visit.site);
            if let (Some(spot), None) = (spot, &visit.place) {
                taken.push(&spot.id);
                acts.push(Act::Box { visit: id.clone(), patient: patient.clone(), site, place: spot.id.clone() });
            }
            acts.push(Act::Charge { visit: id.clone(), patient, site });
            let until = now.at + self.takes(&id, Purpose::Consultation, self.params.minutes.consultation);
            self.busy.push(Busy { post: Post::Doctor, site, of: id, until, then: None, place: None });
        }
    }

    /// What happens to somebody who waits for nobody's hands.
    fn goes_on(&self, now: Now, visit: &Visit) -> Option<Act> {
        let (id, patient, site) = (visit.id.clone(), visit.patient.clone(), visit.site);
        let Some(contact) = visit.contact else {
            let stays = !visit.is_adult || visit.level.as_deref().is_some_and(|level| STAY.contains(&level));
            let patience = self.takes(&id, Purpose::Patience, self.params.minutes.patience);
            let goes = !stays && !self.is_busy_with(&id) && now.at > visit.arrived + patience;
            return goes.then_some(Act::LeaveUnseen { visit: id, patient, site });
        };
        let since = |purpose, draw| self.takes(&id, purpose, draw);
        let minutes = &self.params.minutes;
        match visit.decision.as_ref().map(|(what, at)| (what.as_str(), *at)) {
            None => {
                let due = contact + since(Purpose::Consultation, minutes.consultation) + since(Purpose::Results, minutes.results);
                let what = self.fate(visit);
                (now.at >= due).then_some(Act::Decide { visit: id, patient, site, what })
            }
            Some(("observation", at)) => {
                let due = at + since(Purpose::Watching, minutes.watching);
                let what = if self.is_admitted(visit) { "admit" } else { "discharge" };
                (now.at >= due).then_some(Act::Decide { visit: id, patient, site, what })
            }
            Some(("discharge" | "transfer", at)) => {
                let due = at + since(Purpose::Leaving, minutes.leaving);
                (now.at >= due).then_some(Act::Depart { stay: id, patient, site })
            }
            Some(_) => None,
        }
    }

    fn level(&self, visit: &str) -> String {
        let mut left = self.stream(visit, Purpose::Level).unit() * self.params.level.iter().map(|level| level.share).sum::<f64>();
        for level in &self.params.level {
            left -= level.share;
            if left < 0.0 {
                return level.code.clone();
            }
        }
        self.params.level.last().map(|level| level.code.clone()).unwrap_or_default()
    }

    fn is_admitted(&self, visit: &Visit) -> bool {
        let share = self.params.level.iter().find(|level| Some(&level.code) == visit.level.as_ref()).map_or(0.2, |level| level.admitted);
        self.stream(&visit.id, Purpose::Fate).unit() < share
    }

    fn fate(&self, visit: &Visit) -> &'static str {
        let mut stream = self.stream(&visit.id, Purpose::Fate);
        let first = stream.unit();
        // The same first number says whether they are admitted in the end.
        if first >= 0.05 && stream.unit() < self.params.watched {
            return "observation";
        }
        if self.is_admitted(visit) { "admit" } else { "discharge" }
    }
}
