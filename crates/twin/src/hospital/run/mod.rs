//! One run of the hospital: from the door to the bed and out of it, event by event.

mod stay;

use super::figures::Figures;
use super::measures::{Counted, Times};
use super::people::Person;
use super::policy::{Calling, Opening, Policy};
use super::pool::{Pool, Who};
use super::wards::Wards;
use crate::sim::{Agenda, Ledger};

/// What is counted of a run: who comes within these minutes, and what happens within them.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub from: f64,
    pub until: f64,
    /// The run goes on so that those who came late are counted to their end.
    pub end: f64,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Comes(Who),
    Triaged(Who),
    LosesPatience(Who),
    SeenFirst(Who),
    Tested(Who),
    Reviewed(Who),
    Treated(Who),
    LeavesDepartment(Who),
    InBed(Who),
    LeavesBed(Who),
    Cleaned(usize, usize),
    Hour,
    Round,
    PutOff(Who),
    WindowOpens,
    WindowCloses,
}

/// Where somebody is in the emergency department.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Elsewhere,
    ForTriage,
    InTriage,
    ForBox,
    ForDoctor,
    WithDoctor,
    Gone,
}

/// What became of somebody so far.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    stage: Stage,
    /// The physician is to decide, not to see for the first time.
    review: bool,
    bed: Option<(usize, usize)>,
    /// They lie in another ward than their own.
    outlier: bool,
}

struct Place {
    triage: Pool,
    boxes: Pool,
    physicians: Pool,
    wards: Wards,
    /// Everybody in the department.
    there: Ledger,
}

pub struct Hospital<'r> {
    figures: &'r Figures,
    policy: Policy,
    people: &'r [Person],
    window: Window,
    agenda: Agenda<Event>,
    places: Vec<Place>,
    courses: Vec<Course>,
    counted: Counted,
}

impl<'r> Hospital<'r> {
    pub fn new(figures: &'r Figures, policy: Policy, people: &'r [Person], window: Window) -> Self {
        let place = |site: &super::figures::Site| Place {
            triage: Pool::new(1),
            boxes: Pool::new(site.boxes),
            physicians: Pool::new(1),
            wards: Wards::new(site),
            there: Ledger::default(),
        };
        Self {
            figures,
            policy,
            people,
            window,
            agenda: Agenda::default(),
            places: figures.sites.iter().map(place).collect(),
            courses: vec![Course::default(); people.len()],
            counted: Counted::new(people.len()),
        }
    }

    /// Runs to the end and hands over what was counted.
    pub fn run(mut self) -> Counted {
        self.begin();
        while let Some(event) = self.agenda.next_before(self.window.end) {
            self.happens(event);
        }
        let now = self.agenda.now();
        for place in &mut self.places {
            [&mut place.triage, &mut place.boxes, &mut place.physicians].into_iter().for_each(|pool| pool.close(now));
            [&mut place.wards.waiting, &mut place.wards.taken, &mut place.there].into_iter().for_each(|ledger| ledger.close(now));
            let pools = [&place.triage, &place.boxes, &place.physicians].map(Pool::gap);
            let books = [&place.wards.waiting, &place.wards.taken, &place.there].map(Ledger::gap);
            self.counted.gap = pools.into_iter().chain(books).fold(self.counted.gap, f64::max);
        }
        self.counted
    }

    fn begin(&mut self) {
        self.agenda.after(self.window.from, Event::WindowOpens);
        self.agenda.after(self.window.until, Event::WindowCloses);
        self.hour();
        self.agenda.after(self.figures.usual.rounds_every.value, Event::Round);
        for (who, person) in self.people.iter().enumerate() {
            if person.there_at_first {
                self.lies_at_first(who);
            } else {
                self.agenda.after(person.comes, Event::Comes(who));
            }
        }
    }

    fn lies_at_first(&mut self, who: Who) {
        let Some((person, stay)) = self.person(who) else { return };
        let Some(place) = self.places.get_mut(person.site) else { return };
        let Some(bed) = place.wards.free(stay.ward) else { return };
        self.courses.get_mut(who).into_iter().for_each(|course| course.bed = Some((person.site, bed)));
        self.lies_down(who);
    }

    fn person(&self, who: Who) -> Option<(&'r Person, &'r super::people::Stay)> {
        let people: &'r [Person] = self.people;
        people.get(who).and_then(|person| person.stay.as_ref().map(|stay| (person, stay)))
    }

    fn visit(&self, who: Who) -> Option<(&'r Person, &'r super::people::Visit)> {
        let people: &'r [Person] = self.people;
        people.get(who).and_then(|person| person.visit.as_ref().map(|visit| (person, visit)))
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Comes(who) => self.comes(who),
            Event::Triaged(who) => self.triaged(who),
            Event::LosesPatience(who) => self.loses_patience(who),
            Event::SeenFirst(who) => self.seen_first(who),
            Event::Tested(who) => self.wants_doctor(who, true),
            Event::Reviewed(who) => self.reviewed(who),
            Event::Treated(who) => self.treated(who),
            Event::LeavesDepartment(who) => self.leaves_department(who),
            Event::InBed(who) => self.lies_down(who),
            Event::LeavesBed(who) => self.leaves_bed(who),
            Event::Cleaned(site, bed) => self.cleaned(site, bed),
            Event::Hour => self.hour(),
            Event::Round => self.round(),
            Event::PutOff(who) => self.put_off(who),
            Event::WindowOpens | Event::WindowCloses => self.window_edge(),
        }
    }

    fn times(&mut self, who: Who) -> Option<&mut Times> {
        self.counted.times.get_mut(who)
    }

    fn set(&mut self, who: Who, stage: Stage) {
        self.courses.get_mut(who).into_iter().for_each(|course| course.stage = stage);
    }

    fn comes(&mut self, who: Who) {
        let now = self.agenda.now();
        let Some((person, visit)) = self.visit(who) else { return self.planned(who) };
        if let Some(patience) = visit.patience {
            self.agenda.after(patience, Event::LosesPatience(who));
        }
        let Some(place) = self.places.get_mut(person.site) else { return };
        place.there.comes(now);
        if visit.level == 0 {
            // Straight to a box: whoever brings them is the triage.
            self.times(who).into_iter().for_each(|times| times.triage = Some(now));
            return self.wants_box(who);
        }
        place.triage.comes(who, now);
        self.set(who, Stage::ForTriage);
        self.triage_next(person.site);
    }

    fn triage_next(&mut self, site: usize) {
        let now = self.agenda.now();
        // Before triage nobody knows a level: first come, first triaged.
        while let Some(who) = self.places.get_mut(site).and_then(|place| place.triage.next(now, |_| 0.0)) {
            self.set(who, Stage::InTriage);
            self.times(who).into_iter().for_each(|times| times.triage = Some(now));
            let minutes = self.visit(who).map_or(0.0, |(_, visit)| visit.triage);
            self.agenda.after(minutes, Event::Triaged(who));
        }
    }

    fn triaged(&mut self, who: Who) {
        let now = self.agenda.now();
        let Some((person, visit)) = self.visit(who) else { return };
        self.places.get_mut(person.site).into_iter().for_each(|place| place.triage.goes(now));
        if visit.patience.is_some_and(|patience| person.comes + patience <= now) {
            self.leaves_unseen(who, person.site);
        } else {
            self.wants_box(who);
        }
        self.triage_next(person.site);
    }

    fn wants_box(&mut self, who: Who) {
        let now = self.agenda.now();
        let Some((person, _)) = self.visit(who) else { return };
        self.places.get_mut(person.site).into_iter().for_each(|place| place.boxes.comes(who, now));
        self.set(who, Stage::ForBox);
        self.box_next(person.site);
    }

    /// The smaller, the sooner.
    fn key(&self, who: Who, now: f64) -> f64 {
        const BEFORE_ALL: f64 = -1e12;
        let Some((person, visit)) = self.visit(who) else { return now };
        let target = self.figures.triage.targets.value.get(visit.level).copied().unwrap_or(1.0);
        match self.policy.calling {
            // Whoever waited the longest part of their delay alone would let level 2 wait behind late ones of level 4.
            _ if visit.level <= 1 => BEFORE_ALL * (2 - visit.level) as f64 + person.comes,
            Calling::Arrival => person.comes,
            Calling::Acuity => (person.comes - now) / target,
        }
    }

    fn box_next(&mut self, site: usize) {
        let (now, usual) = (self.agenda.now(), &self.figures.usual);
        let own = self.figures.sites.get(site).map_or(1, |site| site.boxes);
        if let Some(place) = self.places.get_mut(site) {
            let opened = if place.boxes.capacity > own { !place.boxes.waiting.is_empty() } else { place.boxes.waiting.len() >= usual.overflow_at.value };
            place.boxes.capacity = if self.policy.opening == Opening::Demand && opened { own + usual.overflow_boxes.value } else { own };
        }
        while let Some(mut boxes) = self.places.get_mut(site).map(|place| std::mem::take(&mut place.boxes)) {
            let next = boxes.next(now, |who| self.key(who, now));
            self.places.get_mut(site).into_iter().for_each(|place| place.boxes = std::mem::take(&mut boxes));
            match next {
                Some(who) => self.wants_doctor(who, false),
                None => return,
            }
        }
    }

    fn wants_doctor(&mut self, who: Who, review: bool) {
        let now = self.agenda.now();
        let Some((person, _)) = self.visit(who) else { return };
        if let Some(course) = self.courses.get_mut(who) {
            (course.review, course.stage) = (review, if review { Stage::WithDoctor } else { Stage::ForDoctor });
        }
        self.places.get_mut(person.site).into_iter().for_each(|place| place.physicians.comes(who, now));
        self.doctor_next(person.site);
    }

    fn doctor_next(&mut self, site: usize) {
        let now = self.agenda.now();
        while let Some(mut physicians) = self.places.get_mut(site).map(|place| std::mem::take(&mut place.physicians)) {
            let next = physicians.next(now, |who| self.key(who, now));
            self.places.get_mut(site).into_iter().for_each(|place| place.physicians = std::mem::take(&mut physicians));
            let Some(who) = next else { return };
            let Some((_, visit)) = self.visit(who) else { return };
            let review = self.courses.get(who).is_some_and(|course| course.review);
            self.set(who, Stage::WithDoctor);
            if review {
                self.agenda.after(visit.review, Event::Reviewed(who));
            } else {
                self.times(who).into_iter().for_each(|times| times.seen = Some(now));
                self.agenda.after(visit.contact, Event::SeenFirst(who));
            }
        }
    }

    fn doctor_free(&mut self, site: usize) {
        let now = self.agenda.now();
        self.places.get_mut(site).into_iter().for_each(|place| place.physicians.goes(now));
        self.doctor_next(site);
    }

    fn seen_first(&mut self, who: Who) {
        let Some((person, visit)) = self.visit(who) else { return };
        match visit.tests {
            Some(minutes) => self.agenda.after(minutes, Event::Tested(who)),
            None => self.decided(who),
        }
        self.doctor_free(person.site);
    }

    fn reviewed(&mut self, who: Who) {
        let Some((person, _)) = self.visit(who) else { return };
        self.decided(who);
        self.doctor_free(person.site);
    }

    /// Home after treatment, or a bed is asked for.
    fn decided(&mut self, who: Who) {
        let now = self.agenda.now();
        let Some((person, visit)) = self.visit(who) else { return };
        match &person.stay {
            None => self.agenda.after(visit.treatment, Event::Treated(who)),
            Some(_) => {
                self.times(who).into_iter().for_each(|times| times.decided = Some(now));
                self.asks_for_bed(who);
            }
        }
    }

    fn treated(&mut self, who: Who) {
        self.leaves_department(who);
    }

    fn leaves_department(&mut self, who: Who) {
        let now = self.agenda.now();
        let Some((person, _)) = self.visit(who) else { return };
        self.times(who).into_iter().for_each(|times| times.left = Some(now));
        self.set(who, Stage::Gone);
        if let Some(place) = self.places.get_mut(person.site) {
            place.boxes.goes(now);
            place.there.goes(now);
        }
        self.box_next(person.site);
    }

    fn loses_patience(&mut self, who: Who) {
        let now = self.agenda.now();
        let Some((person, _)) = self.visit(who) else { return };
        let stage = self.courses.get(who).map_or(Stage::Gone, |course| course.stage);
        let Some(place) = self.places.get_mut(person.site) else { return };
        match stage {
            Stage::ForTriage => place.triage.gives_up(who, now),
            Stage::ForBox => place.boxes.gives_up(who, now),
            Stage::ForDoctor => {
                place.physicians.gives_up(who, now);
                place.boxes.goes(now);
            }
            _ => return,
        }
        self.leaves_unseen(who, person.site);
        self.box_next(person.site);
    }

    fn leaves_unseen(&mut self, who: Who, site: usize) {
        let now = self.agenda.now();
        self.set(who, Stage::Gone);
        self.times(who).into_iter().for_each(|times| times.unseen = Some(now));
        self.places.get_mut(site).into_iter().for_each(|place| place.there.goes(now));
    }

    /// Shifts change at full hours; whoever is with somebody ends that first.
    fn hour(&mut self) {
        let hour = (self.agenda.now() / 60.0).round() as usize % 24;
        let at = |shifts: &super::figures::Shifts| shifts.get(hour).copied().unwrap_or(1);
        let figures = self.figures;
        for (site, staff) in figures.sites.iter().enumerate() {
            if let Some(place) = self.places.get_mut(site) {
                place.triage.capacity = at(&staff.triage_nurses);
                place.physicians.capacity = at(&staff.physicians);
                place.wards.cleaners = at(&staff.cleaners);
            }
            self.triage_next(site);
            self.doctor_next(site);
            self.give_beds(site);
            self.clean(site);
        }
        self.agenda.after(60.0, Event::Hour);
    }

    fn round(&mut self) {
        for site in 0..self.places.len() {
            self.places.get_mut(site).into_iter().for_each(|place| place.wards.found());
            self.clean(site);
        }
        self.agenda.after(self.figures.usual.rounds_every.value, Event::Round);
    }

    /// Person-minutes in beds and in the department, from the beginning to now: their difference is the window's.
    fn window_edge(&mut self) {
        let now = self.agenda.now();
        let sum = |ledger: &mut Ledger| {
            ledger.close(now);
            ledger.mean() * now
        };
        let of = |place: &mut Place| [sum(&mut place.wards.taken), sum(&mut place.there)];
        let [beds, there] = self.places.iter_mut().map(of).fold([0.0, 0.0], |all, one| [all[0] + one[0], all[1] + one[1]]);
        self.counted.edges.push([beds, there]);
    }
}
