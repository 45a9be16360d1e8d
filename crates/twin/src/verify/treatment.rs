//! A treatment centre that others modelled, with its published results: Nelson, Foundations and Methods of Stochastic
//! Simulation (2013), exercise 13, as the package treat-sim 3.0.0 has it (<https://pypi.org/project/treat-sim/3.0.0/>).
//!
//! Patients come between six in the morning and midnight, are triaged, and go one of two ways. Injured: a trauma room, then
//! a cubicle. Others: registration, examination, and six in ten a cubicle. What is published are means over 100 runs of 19
//! hours, each with half the width of its 95 % interval.

use super::Check;
use crate::sim::{Agenda, Draw, First, Sample, Station, Stream};

/// Arrivals an hour from six in the morning on.
const HOURLY: [f64; 18] = [
    71.0 / 30.0,
    2.8,
    8.833_333_333_333_33,
    10.433_333_333_333_3,
    14.8,
    26.266_666_666_666_7,
    31.4,
    18.066_666_666_666_7,
    16.466_666_666_666_7,
    12.033_333_333_333_3,
    11.6,
    28.866_666_666_666_7,
    18.033_333_333_333_3,
    11.5,
    5.3,
    4.066_666_666_666_67,
    2.2,
    2.1,
];
const UNTIL: f64 = 19.0 * 60.0;
const INJURED: f64 = 0.12;
const TREATED: f64 = 0.6;

const TRIAGE: Draw = Draw::Exponential(3.0);
const REGISTRATION: Draw = Draw::Lognormal { mean: 5.0, deviation: std::f64::consts::SQRT_2 };
const EXAMINATION: Draw = Draw::Normal { mean: 16.0, deviation: 1.732_050_807_568_877_2, least: 0.5 };
const TRAUMA: Draw = Draw::Exponential(90.0);
const CUBICLE: Draw = Draw::Lognormal { mean: 13.3, deviation: std::f64::consts::SQRT_2 };
const TRAUMA_CUBICLE: Draw = Draw::Lognormal { mean: 30.0, deviation: 2.0 };

/// What is counted of a run, in the order of [`NAMES`].
const NAMES: [&str; 8] = ["arrivals", "triage wait", "registration wait", "exam wait", "treatment wait", "total time", "trauma wait", "throughput"];

/// Triage desks, clerks, examination rooms, trauma rooms, cubicles, cubicles for the injured.
type Rooms = [usize; 6];

/// A published mean, with half its interval where it was published too.
type Published = [(f64, Option<f64>); 8];

/// FLOW §3.5.
const SCENARIOS: [(&str, Rooms, Published); 4] = [
    (
        "base",
        [1, 1, 3, 2, 1, 1],
        [
            (227.40, Some(3.12)),
            (31.92, Some(3.64)),
            (104.14, Some(4.71)),
            (24.59, Some(1.71)),
            (134.91, Some(4.79)),
            (228.93, Some(4.86)),
            (155.55, Some(15.0)),
            (163.12, Some(1.63)),
        ],
    ),
    (
        "triage + 1",
        [2, 1, 3, 2, 1, 1],
        [(227.40, Some(3.12)), (1.23, Some(0.16)), (131.62, Some(5.61)), (25.61, None), (136.71, None), (226.89, None), (176.60, None), (163.84, None)],
    ),
    (
        "examination + 1",
        [1, 1, 4, 2, 1, 1],
        [
            (227.40, Some(3.12)),
            (31.92, Some(3.64)),
            (104.14, Some(4.71)),
            (0.14, Some(0.01)),
            (149.36, None),
            (218.08, None),
            (155.55, Some(15.0)),
            (166.74, None),
        ],
    ),
    (
        "treatment + 1",
        [1, 1, 3, 2, 2, 1],
        [
            (227.40, Some(3.12)),
            (31.92, Some(3.64)),
            (104.14, Some(4.71)),
            (24.59, Some(1.71)),
            (2.15, Some(0.17)),
            (187.15, Some(4.73)),
            (155.55, Some(15.0)),
            (196.43, Some(1.33)),
        ],
    ),
];

/// Runs that were published, and the quantile of Student's t of their intervals.
const PUBLISHED_RUNS: f64 = 100.0;
const T_99: f64 = 1.984;

pub fn checks(seed: u64, replications: u64) -> Vec<Check> {
    let mut out = Vec::new();
    for (name, rooms, published) in SCENARIOS {
        let mut found: [Sample; 8] = Default::default();
        let mut gap = 0.0_f64;
        for run in 0..replications {
            let (means, little) = Centre::new(seed, run, rooms).run();
            gap = gap.max(little);
            found.iter_mut().zip(means).for_each(|(sample, mean)| mean.into_iter().for_each(|mean| sample.add(mean)));
        }
        for ((what, sample), (mean, half)) in NAMES.iter().zip(&found).zip(published) {
            // Where no interval was published, a hundred runs of ours would have this one.
            let theirs = half.map_or(sample.deviation() / PUBLISHED_RUNS.sqrt(), |half| half / T_99);
            // Published figures have two decimals.
            let within = 3.0 * (theirs.powi(2) + sample.error().powi(2)).sqrt() + 0.005;
            out.push(Check { what: format!("treatment centre, {name}: {what}"), expected: mean, found: sample.mean(), within });
        }
        out.push(Check { what: format!("treatment centre, {name}: Little's law, six queues"), expected: 0.0, found: gap, within: 1e-9 });
    }
    out
}

#[derive(Clone, Copy)]
struct Patient {
    number: u64,
    injured: bool,
    came: f64,
    /// Since when they wait where they are.
    since: f64,
}

/// Where a patient is: the place in [`Rooms`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    Triage,
    Registration,
    Examination,
    Trauma,
    Cubicle,
    TraumaCubicle,
}

enum Event {
    Comes,
    Done(Stop, Patient),
}

struct Centre {
    seed: u64,
    run: u64,
    agenda: Agenda<Event>,
    stations: [Station<Patient>; 6],
    come: u64,
    waits: [Sample; 6],
    total: Sample,
    finished: u64,
}

impl Centre {
    fn new(seed: u64, run: u64, rooms: Rooms) -> Self {
        let stations = rooms.map(|servers| Station::new(servers, First));
        Self { seed, run, agenda: Agenda::default(), stations, come: 0, waits: Default::default(), total: Sample::default(), finished: 0 }
    }

    /// A number that belongs to this patient and purpose, whatever the rooms.
    fn stream(&self, patient: u64, purpose: u64) -> Stream {
        Stream::of(self.seed, self.run, patient + 1, purpose + 16)
    }

    /// The means of [`NAMES`] where anybody was counted, and the largest gap in Little's law.
    fn run(mut self) -> ([Option<f64>; 8], f64) {
        self.plan_next();
        while let Some(event) = self.agenda.next_before(UNTIL) {
            match event {
                Event::Comes => self.comes(),
                Event::Done(stop, patient) => self.done(stop, patient),
            }
        }
        self.stations.iter_mut().for_each(|station| station.close(UNTIL));
        let gap = self.stations.iter().map(Station::gap).fold(0.0, f64::max);
        let seen = |sample: &Sample| Some(sample.mean()).filter(|_| sample.count() > 0);
        let [triage, registration, exam, trauma, cubicle, _] = &self.waits;
        let means =
            [Some(self.come as f64), seen(triage), seen(registration), seen(exam), seen(cubicle), seen(&self.total), seen(trauma), Some(self.finished as f64)];
        (means, gap)
    }

    /// The rate is that of the hour in which the one before came, as the published model has it.
    fn plan_next(&mut self) {
        let hour = (self.agenda.now() / 60.0) as usize % HOURLY.len();
        let rate = HOURLY.get(hour).copied().unwrap_or(1.0);
        let minutes = Draw::Exponential(60.0 / rate).from(&mut self.stream(self.come, 0));
        self.agenda.after(minutes, Event::Comes);
    }

    fn comes(&mut self) {
        let (number, now) = (self.come, self.agenda.now());
        self.come += 1;
        let injured = self.stream(number, 1).chance(INJURED);
        self.plan_next();
        self.goes_to(Stop::Triage, Patient { number, injured, came: now, since: now });
    }

    fn goes_to(&mut self, stop: Stop, patient: Patient) {
        let now = self.agenda.now();
        let patient = Patient { since: now, ..patient };
        let begins = self.stations.get_mut(stop as usize).and_then(|station| station.comes(patient, now));
        begins.into_iter().for_each(|patient| self.begins(stop, patient));
    }

    fn begins(&mut self, stop: Stop, patient: Patient) {
        let waited = self.agenda.now() - patient.since;
        self.waits.get_mut(stop as usize).into_iter().for_each(|waits| waits.add(waited));
        let length = match stop {
            Stop::Triage => TRIAGE,
            Stop::Registration => REGISTRATION,
            Stop::Examination => EXAMINATION,
            Stop::Trauma => TRAUMA,
            Stop::Cubicle => CUBICLE,
            Stop::TraumaCubicle => TRAUMA_CUBICLE,
        };
        let minutes = length.from(&mut self.stream(patient.number, 2 + stop as u64));
        self.agenda.after(minutes, Event::Done(stop, patient));
    }

    fn done(&mut self, stop: Stop, patient: Patient) {
        let now = self.agenda.now();
        let next = self.stations.get_mut(stop as usize).and_then(|station| station.goes(now));
        next.into_iter().for_each(|next| self.begins(stop, next));
        let onward = match stop {
            Stop::Triage if patient.injured => Some(Stop::Trauma),
            Stop::Triage => Some(Stop::Registration),
            Stop::Registration => Some(Stop::Examination),
            Stop::Examination => self.stream(patient.number, 9).chance(TREATED).then_some(Stop::Cubicle),
            Stop::Trauma => Some(Stop::TraumaCubicle),
            Stop::Cubicle | Stop::TraumaCubicle => None,
        };
        match onward {
            Some(stop) => self.goes_to(stop, patient),
            None => {
                self.finished += 1;
                if !patient.injured {
                    self.total.add(now - patient.came);
                }
            }
        }
    }
}
