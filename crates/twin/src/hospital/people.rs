//! Who comes, and everything about them that chance decides. It is drawn before the run, from streams of their own, so that
//! every policy meets the same people.

use super::figures::{Figures, LEVELS, Length, Site};
use crate::sim::{Draw, Stream};

pub const DAY: f64 = 1_440.0;

/// Somebody, whether they come to the emergency department, are planned, or lie in a bed when the run begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub site: usize,
    pub comes: f64,
    pub female: bool,
    pub visit: Option<Visit>,
    pub stay: Option<Stay>,
    pub there_at_first: bool,
}

/// An emergency visit. Minutes.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// 0 to 5: level 1, 2, 3A, 3B, 4, 5.
    pub level: usize,
    pub triage: f64,
    /// How long they wait at most without a doctor; none: for ever.
    pub patience: Option<f64>,
    pub contact: f64,
    /// Until the last result; none: nothing is ordered.
    pub tests: Option<f64>,
    pub review: f64,
    pub treatment: f64,
}

/// A stay in a bed.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    /// The kind of ward, by its place in each site's list.
    pub ward: usize,
    pub nights: f64,
    /// When the round of the last day decides, in minutes of the day, and how long leaving takes from then.
    pub decided: f64,
    pub leaving: f64,
    pub foreseen: bool,
    /// One night more if in another ward than one's own.
    pub outlier_night: bool,
    pub transport: f64,
    pub transfer: f64,
    /// Of the bed, after them.
    pub cleaning: f64,
}

/// What a stream is for.
mod purpose {
    pub const ARRIVALS: u64 = 1_000;
    pub const PLANNED: u64 = 1_001;
    pub const PLANNED_TIME: u64 = 1_002;
    pub const LEVEL: u64 = 1_003;
    pub const SEX: u64 = 1_004;
    pub const TRIAGE: u64 = 1_005;
    pub const PATIENCE: u64 = 1_006;
    pub const CONTACT: u64 = 1_007;
    pub const TESTS: u64 = 1_008;
    pub const REVIEW: u64 = 1_009;
    pub const TREATMENT: u64 = 1_010;
    pub const ADMISSION: u64 = 1_011;
    pub const NIGHTS: u64 = 1_012;
    pub const LEAVING: u64 = 1_013;
    pub const MOVING: u64 = 1_014;
    pub const CLEANING: u64 = 1_015;
    pub const AT_FIRST: u64 = 1_016;
}

/// One site's numbers never meet another's.
const NUMBERS_OF_A_SITE: u64 = 1 << 40;
const PLANNED_FROM: u64 = 1 << 38;
const FIRST_FROM: u64 = 1 << 39;

/// Draws everybody of a run. `figures`: those of the hospital as it is, also where a scenario has more of something, so that
/// the people stay the same; `month`: 0 for January, in which the whole run lies; it begins on a Monday at midnight.
pub fn everybody(figures: &Figures, seed: u64, run: u64, month: usize, days: usize) -> Vec<Person> {
    let mut people = Vec::new();
    for (at, site) in figures.sites.iter().enumerate() {
        let maker = Maker { figures, site, at, seed, run, base: at as u64 * NUMBERS_OF_A_SITE };
        maker.at_first(&mut people);
        maker.emergencies(month, days, &mut people);
        maker.planned(days, &mut people);
    }
    people
}

struct Maker<'f> {
    figures: &'f Figures,
    site: &'f Site,
    at: usize,
    seed: u64,
    run: u64,
    base: u64,
}

/// Each weight as a part of their mean.
fn relative(weights: &[f64], at: usize) -> f64 {
    let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
    weights.get(at % weights.len().max(1)).copied().unwrap_or(mean) / mean.max(f64::MIN_POSITIVE)
}

/// Which of some weighted things a number from 0 to 1 falls on.
fn chosen(weights: impl Iterator<Item = f64> + Clone, unit: f64) -> usize {
    let mut left = unit * weights.clone().sum::<f64>();
    let mut last = 0;
    for (at, weight) in weights.enumerate().filter(|(_, weight)| *weight > 0.0) {
        last = at;
        left -= weight;
        if left < 0.0 {
            break;
        }
    }
    last
}

impl Maker<'_> {
    fn stream(&self, whose: u64, purpose: u64) -> Stream {
        Stream::of(self.seed, self.run, self.base + whose, purpose)
    }

    fn draw(&self, length: Length, whose: u64, purpose: u64) -> f64 {
        length.draw().from(&mut self.stream(whose, purpose))
    }

    /// A Poisson process whose rate follows hour, day and month, by thinning (Lewis and Shedler 1979,
    /// <https://doi.org/10.1002/nav.3800260304>).
    fn emergencies(&self, month: usize, days: usize, out: &mut Vec<Person>) {
        let arrivals = &self.figures.arrivals;
        let season = relative(&arrivals.months.value, month);
        let rate = |minute: f64| {
            let (hour, day) = ((minute / 60.0) as usize % 24, (minute / DAY) as usize % 7);
            self.site.arrivals / DAY * season * relative(&arrivals.hours.value, hour) * relative(&arrivals.weekdays.value, day)
        };
        let most = (0..7 * 24).map(|hour| rate(f64::from(hour) * 60.0 + 1.0)).fold(f64::MIN_POSITIVE, f64::max);
        let (mut stream, mut now, mut number) = (self.stream(0, purpose::ARRIVALS), 0.0, 0);
        loop {
            now += Draw::Exponential(1.0 / most).from(&mut stream);
            if now >= days as f64 * DAY {
                return;
            }
            if stream.chance(rate(now) / most) {
                number += 1;
                out.push(self.emergency(number, now));
            }
        }
    }

    fn emergency(&self, number: u64, now: f64) -> Person {
        let (triage, care) = (&self.figures.triage, &self.figures.care);
        let level = chosen(triage.mix.value.iter().copied(), self.stream(number, purpose::LEVEL).unit()).min(LEVELS - 1);
        let of_level = |shares: &[f64; LEVELS]| shares.get(level).copied().unwrap_or(0.0);
        let mut tests = self.stream(number, purpose::TESTS);
        let (wants_laboratory, wants_imaging) = (tests.unit(), tests.unit());
        let (laboratory, imaging) = (care.laboratory.value.draw().from(&mut tests), care.imaging.value.draw().from(&mut tests));
        let ordered = [
            (wants_laboratory < of_level(&care.laboratory_share.value)).then_some(laboratory),
            (wants_imaging < of_level(&care.imaging_share.value)).then_some(imaging),
        ];
        let mut admission = self.stream(number, purpose::ADMISSION);
        let stay = admission.chance(of_level(&triage.admitted.value)).then(|| {
            let ward = chosen(self.site.wards.iter().map(|ward| ward.share), admission.unit());
            self.stay(number, ward)
        });
        let visit = Visit {
            level,
            triage: if level == 0 { 0.0 } else { self.draw(triage.minutes.value, number, purpose::TRIAGE) },
            patience: (level > 1).then(|| self.draw(triage.patience.value, number, purpose::PATIENCE)),
            contact: self.draw(care.contact.value, number, purpose::CONTACT),
            tests: ordered.into_iter().flatten().reduce(f64::max),
            review: self.draw(care.review.value, number, purpose::REVIEW),
            treatment: self.draw(care.treatment.value, number, purpose::TREATMENT),
        };
        let female = self.stream(number, purpose::SEX).chance(self.figures.arrivals.female.value);
        Person { site: self.at, comes: now, female, visit: Some(visit), stay, there_at_first: false }
    }

    fn stay(&self, number: u64, ward: usize) -> Stay {
        let (beds, care) = (&self.figures.beds, &self.figures.care);
        let nights = self.site.wards.get(ward).map_or(1.0, |ward| self.draw(ward.nights, number, purpose::NIGHTS));
        let mut leaving = self.stream(number, purpose::LEAVING);
        let [from, until] = beds.round.value;
        let mut moving = self.stream(number, purpose::MOVING);
        Stay {
            ward,
            nights: nights.round().max(1.0),
            decided: from + (until - from) * leaving.unit(),
            leaving: beds.leaving.value.draw().from(&mut leaving),
            foreseen: leaving.chance(beds.foreseen_share.value),
            outlier_night: leaving.chance(beds.outlier_night.value),
            transport: care.transport.value.draw().from(&mut moving),
            transfer: care.transfer.value.draw().from(&mut moving),
            cleaning: self.draw(beds.cleaning.value, number, purpose::CLEANING),
        }
    }

    /// Planned admissions come between seven and ten in the morning; a part of one is one by chance.
    fn planned(&self, days: usize, out: &mut Vec<Person>) {
        let mut number = PLANNED_FROM;
        for day in 0..days {
            for (at, ward) in self.site.wards.iter().enumerate() {
                let mean = ward.planned.get(day % 7).copied().unwrap_or(0.0);
                let whose = PLANNED_FROM + (day * self.site.wards.len() + at) as u64;
                let more = self.stream(whose, purpose::PLANNED).chance(mean.fract());
                for _ in 0..mean as usize + usize::from(more) {
                    number += 1;
                    let comes = day as f64 * DAY + 420.0 + 180.0 * self.stream(number, purpose::PLANNED_TIME).unit();
                    out.push(self.without_visit(number, comes, at, false));
                }
            }
        }
    }

    /// Who lies in a bed when the run begins has a part of the stay behind them.
    fn at_first(&self, out: &mut Vec<Person>) {
        let mut number = FIRST_FROM;
        for (at, ward) in self.site.wards.iter().enumerate() {
            for _ in 0..ward.beds {
                number += 1;
                let mut chance = self.stream(number, purpose::AT_FIRST);
                if chance.chance(self.figures.beds.occupied_at_first.value) {
                    let mut person = self.without_visit(number, 0.0, at, true);
                    let behind = chance.unit();
                    person.stay.iter_mut().for_each(|stay| stay.nights = (stay.nights * behind).ceil().max(1.0));
                    out.push(person);
                }
            }
        }
    }

    fn without_visit(&self, number: u64, comes: f64, ward: usize, there_at_first: bool) -> Person {
        let female = self.stream(number, purpose::SEX).chance(self.figures.arrivals.female.value);
        Person { site: self.at, comes, female, visit: None, stay: Some(self.stay(number, ward)), there_at_first }
    }
}
