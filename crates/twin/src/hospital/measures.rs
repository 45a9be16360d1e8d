//! What is counted of a run, and the indicators made of it (FLOW §3.1).

use super::Setting;
use super::figures::Figures;
use super::people::{DAY, Person};
use super::run::Window;

/// When somebody came to what; minutes of the run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Times {
    pub triage: Option<f64>,
    pub seen: Option<f64>,
    pub decided: Option<f64>,
    /// Out of the department, seen.
    pub left: Option<f64>,
    /// Out of the department, unseen.
    pub unseen: Option<f64>,
    pub in_bed: Option<f64>,
    pub put_off: bool,
    pub outlier: bool,
    pub transferred: bool,
}

#[derive(Debug, Default)]
pub struct Counted {
    pub times: Vec<Times>,
    /// Of beds left within the window: dirty, in cleaning, clean and empty; minutes.
    pub turnovers: Vec<[f64; 3]>,
    pub discharges: usize,
    /// Person-minutes in beds and in the department until the window opens, and until it closes.
    pub edges: Vec<[f64; 2]>,
    /// The largest gap in Little's law.
    pub gap: f64,
}

impl Counted {
    pub fn new(people: usize) -> Self {
        Self { times: vec![Times::default(); people], ..Self::default() }
    }
}

/// Whether more of it is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    Less,
    More,
    /// For reading the others.
    Neither,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Minutes,
    /// A part of one.
    Share,
    Count,
}

/// An indicator of the twin. Codes are those of FLOW §3.1, with what is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    pub code: &'static str,
    pub unit: Unit,
    pub better: Better,
}

macro_rules! measures {
    ($($name:ident $code:literal $unit:ident $better:ident;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Of { $($name),* }
        /// In the order of [`Of`].
        pub const MEASURES: &[Measure] = &[$(Measure { code: $code, unit: Unit::$unit, better: Better::$better }),*];
    };
}

measures! {
    TriageMean "e1-mean" Minutes Less;
    DoctorMedian "e2-median" Minutes Less;
    DoctorP90 "e2-p90" Minutes Less;
    DoctorUrgentP90 "e2-urgent-p90" Minutes Less;
    DoctorInTime "e2-in-time" Share More;
    StayMean "e3-mean" Minutes Less;
    StayHomeP90 "e3-home-p90" Minutes Less;
    StayAdmittedP90 "e3-admitted-p90" Minutes Less;
    StayWithinFour "e3-4h" Share More;
    StayOverTwelve "e3-12h" Share Less;
    LeftUnseen "e4" Share Less;
    BoardingMean "e5-mean" Minutes Less;
    BoardingP90 "e5-p90" Minutes Less;
    BoardingTwo "e5-2h" Share More;
    Crowding "e6" Share Less;
    BedOccupancy "b1" Share Neither;
    Turnover "b2" Minutes Less;
    TurnoverDirty "b2-dirty" Minutes Less;
    TurnoverCleaning "b2-cleaning" Minutes Neither;
    TurnoverEmpty "b2-empty" Minutes Neither;
    PutOff "put-off" Share Less;
    Outliers "outliers" Share Less;
    Transfers "transfers" Count Neither;
    Attendances "attendances" Count Neither;
    Discharges "discharges" Count Neither;
    Productivity "r1" Count More;
    GapSex "gap-sex" Minutes Less;
    GapSite "gap-site" Minutes Less;
}

/// One run's indicators; none where nobody was there to count.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicators(pub Vec<Option<f64>>);

impl Indicators {
    pub fn of(&self, which: Of) -> Option<f64> {
        self.0.get(which as usize).copied().flatten()
    }
}

/// The value below which a part of the values lies, linear between neighbours; sorts them.
pub fn quantile(values: &mut [f64], part: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let at = part * (values.len().checked_sub(1)?) as f64;
    let (low, high) = (values.get(at.floor() as usize)?, values.get(at.ceil() as usize)?);
    Some(low + (high - low) * at.fract())
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn share(values: &[f64], holds: impl Fn(f64) -> bool) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().filter(|value| holds(**value)).count() as f64 / values.len() as f64)
}

/// Lengths in minutes of those who came within the window.
#[derive(Default)]
struct Lengths {
    triage: Vec<f64>,
    doctor: Vec<f64>,
    urgent: Vec<f64>,
    in_time: usize,
    home: Vec<f64>,
    admitted: Vec<f64>,
    boarding: Vec<f64>,
    by_sex: [Vec<f64>; 2],
    by_site: Vec<Vec<f64>>,
    came: usize,
    unseen: usize,
    planned: usize,
    put_off: usize,
    in_bed: usize,
    outliers: usize,
    transfers: usize,
}

impl Lengths {
    fn take(&mut self, person: &Person, times: &Times, targets: &[f64]) {
        if person.stay.is_some() && times.in_bed.is_some() {
            self.in_bed += 1;
            self.outliers += usize::from(times.outlier);
            self.transfers += usize::from(times.transferred);
        }
        let Some(visit) = &person.visit else {
            self.planned += 1;
            self.put_off += usize::from(times.put_off);
            return;
        };
        self.came += 1;
        self.unseen += usize::from(times.unseen.is_some());
        self.triage.extend(times.triage.map(|at| at - person.comes));
        if let Some(waited) = times.seen.map(|at| at - person.comes) {
            self.doctor.push(waited);
            self.urgent.extend((visit.level <= 1).then_some(waited));
            self.in_time += usize::from(targets.get(visit.level).is_some_and(|most| waited <= *most));
            self.by_sex.get_mut(usize::from(person.female)).into_iter().for_each(|list| list.push(waited));
            self.by_site.get_mut(person.site).into_iter().for_each(|list| list.push(waited));
        }
        if let Some(left) = times.left {
            let list = if person.stay.is_some() { &mut self.admitted } else { &mut self.home };
            list.push(left - person.comes);
            self.boarding.extend(times.decided.map(|decided| left - decided));
        }
    }
}

/// The indicators of one run.
pub fn indicators(figures: &Figures, people: &[Person], counted: &Counted, window: Window, setting: Setting) -> Indicators {
    let mut lengths = Lengths { by_site: vec![Vec::new(); figures.sites.len()], ..Lengths::default() };
    let within = |person: &&(&Person, &Times)| person.0.comes >= window.from && person.0.comes < window.until && !person.0.there_at_first;
    let all: Vec<(&Person, &Times)> = people.iter().zip(&counted.times).collect();
    all.iter().filter(within).for_each(|(person, times)| lengths.take(person, times, &figures.triage.targets.value));
    let mut out = vec![None; MEASURES.len()];
    let mut set = |which: Of, value: Option<f64>| out.get_mut(which as usize).into_iter().for_each(|place| *place = value);
    emergency(&mut lengths, &mut set);
    let (days, minutes) = (setting.days as f64, window.until - window.from);
    let between = |at: usize| Some(counted.edges.get(1)?.get(at)? - counted.edges.first()?.get(at)?);
    let boxes: usize = figures.sites.iter().map(|site| site.boxes).sum();
    set(Of::Crowding, between(1).map(|there| there / (boxes as f64 * minutes)));
    set(Of::BedOccupancy, between(0).map(|taken| taken / (figures.beds() as f64 * minutes)));
    let turnovers = |at: usize| mean(&counted.turnovers.iter().filter_map(|parts| parts.get(at).copied()).collect::<Vec<_>>());
    let parts = [turnovers(0), turnovers(1), turnovers(2)];
    set(Of::Turnover, parts.iter().copied().sum());
    [Of::TurnoverDirty, Of::TurnoverCleaning, Of::TurnoverEmpty].into_iter().zip(parts).for_each(|(which, part)| set(which, part));
    let part = |count: usize, of: usize| (of > 0).then(|| count as f64 / of as f64);
    set(Of::PutOff, part(lengths.put_off, lengths.planned));
    set(Of::Outliers, part(lengths.outliers, lengths.in_bed));
    set(Of::Transfers, Some(lengths.transfers as f64 / days));
    set(Of::Attendances, Some(lengths.came as f64 / days));
    set(Of::Discharges, Some(counted.discharges as f64 / days));
    let hours: usize = figures.sites.iter().flat_map(|site| [&site.triage_nurses, &site.physicians, &site.cleaners]).flatten().sum();
    set(Of::Productivity, Some((lengths.doctor.len() + counted.discharges) as f64 / days / hours as f64));
    Indicators(out)
}

fn emergency(lengths: &mut Lengths, set: &mut impl FnMut(Of, Option<f64>)) {
    set(Of::TriageMean, mean(&lengths.triage));
    set(Of::DoctorInTime, (!lengths.doctor.is_empty()).then(|| lengths.in_time as f64 / lengths.doctor.len() as f64));
    set(Of::DoctorMedian, quantile(&mut lengths.doctor, 0.5));
    set(Of::DoctorP90, quantile(&mut lengths.doctor, 0.9));
    set(Of::DoctorUrgentP90, quantile(&mut lengths.urgent, 0.9));
    let all: Vec<f64> = lengths.home.iter().chain(&lengths.admitted).copied().collect();
    set(Of::StayMean, mean(&all));
    set(Of::StayWithinFour, share(&all, |minutes| minutes <= 240.0));
    set(Of::StayOverTwelve, share(&all, |minutes| minutes > 720.0));
    set(Of::StayHomeP90, quantile(&mut lengths.home, 0.9));
    set(Of::StayAdmittedP90, quantile(&mut lengths.admitted, 0.9));
    set(Of::LeftUnseen, (lengths.came > 0).then(|| lengths.unseen as f64 / lengths.came as f64));
    set(Of::BoardingMean, mean(&lengths.boarding));
    set(Of::BoardingTwo, share(&lengths.boarding, |minutes| minutes <= 120.0));
    set(Of::BoardingP90, quantile(&mut lengths.boarding, 0.9));
    let widest = |groups: &mut [Vec<f64>]| {
        let ends: Vec<f64> = groups.iter_mut().filter_map(|group| quantile(group, 0.9)).collect();
        (ends.len() > 1).then(|| ends.iter().copied().fold(f64::MIN, f64::max) - ends.iter().copied().fold(f64::MAX, f64::min))
    };
    set(Of::GapSex, widest(&mut lengths.by_sex));
    set(Of::GapSite, widest(&mut lengths.by_site));
}

/// The window of a run: so many days of warming up before, and two more after for those who came late.
pub fn window(setting: Setting) -> Window {
    let (from, days) = (setting.warm as f64 * DAY, setting.days as f64 * DAY);
    Window { from, until: from + days, end: from + days + 2.0 * DAY }
}
