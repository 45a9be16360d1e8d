//! Simulated annealing over patients and nurses together.

use super::budget::Spent;
use crate::model::{Model, Spot};
use crate::rng::Rng;
use crate::solution::Plan;
use crate::state::{Delta, State};
use crate::terms::Terms;

/// Proposals between two looks at the budget, each of which sets a new temperature.
const STRIDE: u64 = 1024;
/// Strides between two reports.
const REPORT: u64 = 256;
/// The part of a cooling in which the prices of what is scarce count.
const GUIDED: f64 = 0.7;
/// From which part of a cooling on a broken rule is a trouble of its own.
const LATE: f64 = 0.5;
/// One move of so many is then a cascade.
const TROUBLED: usize = 8;
const THRESHOLDS: usize = 1024;

/// How many neighbourhoods there are.
pub const MOVES: usize = KINDS.len();

/// How a search is led. The defaults are what the measurements in `docs` were made with.
#[derive(Clone, Debug)]
pub struct Settings {
    pub start: f64,
    pub end: f64,
    /// What a minute of overtime costs at the start, as a part of what an unscheduled patient costs.
    pub hard_share: f64,
    /// By how much that has grown at the end.
    pub hard_growth: f64,
    /// How much of the price of what is scarce counts at the start.
    pub guide: f64,
    /// One relocation in so many goes to any place drawn, and one to another theatre; the others go where beds,
    /// genders and the surgeon's minutes allow.
    pub loose: usize,
    /// Relative frequency of each move, in the order of `Kind`.
    pub mix: [u32; MOVES],
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            start: 80.0,
            end: 0.3,
            hard_share: 1.0 / 120.0,
            hard_growth: 8.0,
            guide: 0.6,
            loose: 10,
            mix: [250, 200, 80, 10, 250, 60, 40, 20, 80, 40, 4],
        }
    }
}

/// The neighbourhoods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One patient to another day, room or theatre, or onto the plan.
    Relocate,
    /// Two patients change places.
    Swap,
    /// One patient takes a place and who is in the way goes elsewhere, up to a few deep.
    Eject,
    /// An optional patient is taken off the plan.
    Drop,
    /// Another nurse for a room-shift.
    Nurse,
    /// Two rooms change nurses on a slot.
    NurseSwap,
    /// One nurse for all of a stay's shifts on which they work.
    NurseStay,
    /// Two nurses change all their rooms on a slot.
    NurseTrade,
    /// One patient takes another's day in the theatre, who goes elsewhere or off the plan.
    Replace,
    /// Two rooms exchange stays, as many as one patient's change of room sets in motion.
    Exchange,
    /// One patient takes a place from several, who are put where they fit or off the plan: whoever breaks a rule late.
    Cascade,
}

pub const KINDS: [Kind; 11] = [
    Kind::Relocate,
    Kind::Swap,
    Kind::Eject,
    Kind::Drop,
    Kind::Nurse,
    Kind::NurseSwap,
    Kind::NurseStay,
    Kind::NurseTrade,
    Kind::Replace,
    Kind::Exchange,
    Kind::Cascade,
];

/// What to put back if a move of several steps is refused.
#[derive(Clone, Copy, Debug)]
pub(super) enum Undo {
    Patient(u16, Spot),
    Nurse(u32, u16),
}

/// A state, a temperature and the best plan seen.
pub struct Annealer<'m> {
    pub state: State<'m>,
    pub(super) rng: Rng,
    pub(super) settings: Settings,
    pub(super) hard_price: i64,
    pub(super) undo: Vec<Undo>,
    /// Patients who may be moved.
    pub(super) open: Vec<u16>,
    /// Who breaks a rule although the search is half over: looked at more often than others.
    pub(super) troubled: Vec<u16>,
    is_open: Vec<bool>,
    temperature: f64,
    swing: f64,
    /// What is scarce, and how many parts of 256 of it are taken off at present.
    prices: Vec<i64>,
    parts: i64,
    relief: Vec<i64>,
    relieved: bool,
    base_price: f64,
    thresholds: Vec<f32>,
    kinds: Vec<Kind>,
    best: Plan,
    best_soft: i64,
    best_hard: i64,
    pub proposed: u64,
    pub evaluated: u64,
    pub accepted: u64,
    pub by_kind: [[u64; 3]; MOVES],
}

impl<'m> Annealer<'m> {
    /// Starts from the plan in force if there is one, else from an empty house.
    pub fn new(model: &'m Model, terms: &'m Terms, mut settings: Settings, seed: u64) -> Annealer<'m> {
        if model.days > crate::state::WORD_DAYS {
            // What fits is not known of all days: any place is tried.
            settings.loose = 1;
        }
        let mut rng = Rng::new(seed);
        // A minute of overtime must not pay for one more patient, or the search ends on plans that nobody can use.
        let base_price = (f64::from(model.weights.unscheduled_optional) * settings.hard_share).max(1.0);
        let mut state = State::new(model, terms, &mut rng);
        if let Some(base) = &terms.base {
            state.load(base, &mut rng);
        }
        let open = (0..model.patients).filter(|patient| !terms.is_locked(*patient) && !model.allowed_days[*patient].is_empty());
        let open: Vec<u16> = open.map(|patient| patient as u16).collect();
        let kinds = KINDS.iter().zip(settings.mix).flat_map(|(kind, share)| std::iter::repeat_n(*kind, share as usize)).collect();
        let best = state.plan();
        let (best_soft, best_hard) = (state.soft, state.hard);
        Annealer {
            is_open: (0..model.patients).map(|patient| open.contains(&(patient as u16))).collect(),
            troubled: Vec::with_capacity(open.len()),
            open,
            hard_price: base_price as i64,
            temperature: settings.start,
            swing: 1.0,
            prices: super::scarcity::prices(model),
            parts: 0,
            relief: Vec::with_capacity(model.patients),
            relieved: false,
            base_price,
            thresholds: (0..THRESHOLDS).map(|at| -((at as f32 + 0.5) / THRESHOLDS as f32).ln()).collect(),
            undo: Vec::with_capacity(256),
            state,
            rng,
            settings,
            kinds,
            best,
            best_soft,
            best_hard,
            proposed: 0,
            evaluated: 0,
            accepted: 0,
            by_kind: [[0; 3]; MOVES],
        }
    }

    /// Cools to the end temperature over the budget, from a part of the start temperature.
    pub fn run(&mut self, spent: &Spent<'_>, warmth: f64, report: &dyn Fn(&Self, f64)) {
        let begin = self.proposed;
        let start = (self.settings.start * warmth).max(self.settings.end);
        for stride in 0u64.. {
            let fraction = spent.fraction(self.proposed - begin);
            if stride.is_multiple_of(REPORT) {
                report(self, fraction.min(1.0));
            }
            if fraction >= 1.0 {
                self.troubled.clear();
                self.guide(1.0);
                return;
            }
            self.temperature = start * (self.settings.end / start).powf(fraction);
            for _ in 0..STRIDE {
                self.step();
            }
            self.reprice(if warmth < 1.0 { 1.0 } else { fraction });
            self.guide(if warmth < 1.0 { 1.0 } else { fraction });
        }
    }

    /// Broken rules grow dearer as the search cools. Where one lasts all the same, its price swings, so that the plan
    /// is now let through the barrier around it and now driven out.
    fn reprice(&mut self, fraction: f64) {
        let due = self.base_price * self.settings.hard_growth.powf(fraction);
        let late = fraction > LATE && self.state.hard > 0;
        self.troubled.clear();
        if late {
            self.state.troubled(&mut self.troubled);
            self.troubled.retain(|patient| self.is_open[usize::from(*patient)]);
        }
        self.swing = match late {
            true if self.swing > 4.0 => 0.1,
            true => self.swing * 1.003,
            false if self.swing < 1.0 => (self.swing * 1.003).min(1.0),
            false => (self.swing * 0.997).max(1.0),
        };
        self.hard_price = (due * self.swing).max(1.0) as i64;
    }

    /// Lets the prices of what is scarce fade in steps; what follows the last step is led by the true cost alone. Where
    /// a rule stays broken late, those who need not be admitted make way: taking them off the plan is nearly free as
    /// long as their surgeon, or they themselves, are in trouble.
    fn guide(&mut self, fraction: f64) {
        let share = self.settings.guide * (1.0 - fraction / GUIDED).max(0.0);
        let parts = (share * 16.0).ceil() as i64 * 16;
        let relieves = !self.troubled.is_empty();
        if relieves {
            self.relieve(parts);
        } else if parts != self.parts || self.relieved {
            self.state.set_rebates(&self.prices, parts);
        }
        self.parts = parts;
        self.relieved = relieves;
        if parts > 0 || relieves {
            let soft = self.state.true_soft();
            self.note(soft);
        }
    }

    fn relieve(&mut self, parts: i64) {
        let model = self.state.model;
        let most = i64::from(model.weights.unscheduled_optional) * 7 / 8;
        self.relief.clear();
        self.relief.extend(self.prices.iter().map(|price| price * parts / 256));
        for patient in &self.troubled {
            let surgeon = usize::from(model.persons[usize::from(*patient)].surgeon);
            for other in &model.patients_of[surgeon] {
                self.relief[usize::from(*other)] = most;
            }
        }
        self.state.set_rebates(&self.relief, 256);
    }

    /// Remembers the present plan if it is the best.
    #[inline]
    fn note(&mut self, soft: i64) {
        if (self.state.hard, soft) < (self.best_hard, self.best_soft) {
            (self.best_hard, self.best_soft) = (self.state.hard, soft);
            self.state.write_plan(&mut self.best);
        }
    }

    fn step(&mut self) {
        self.proposed += 1;
        let pressing = !self.troubled.is_empty() && self.rng.below(TROUBLED) == 0;
        let drawn = if pressing { Some(Kind::Cascade) } else { self.rng.pick(&self.kinds).copied() };
        let Some(kind) = drawn else { return };
        let accepted = self.accepted;
        let evaluated = self.evaluated;
        match kind {
            Kind::Relocate => self.relocate(),
            Kind::Swap => self.swap(),
            Kind::Eject => self.eject(),
            Kind::Drop => self.drop_one(),
            Kind::Nurse => self.nurse(),
            Kind::NurseSwap => self.nurse_swap(),
            Kind::NurseStay => self.nurse_stay(),
            Kind::NurseTrade => self.nurse_trade(),
            Kind::Replace => self.replace(),
            Kind::Exchange => self.exchange(),
            Kind::Cascade => self.cascade(),
        }
        let row = &mut self.by_kind[kind as usize];
        row[0] += 1;
        row[1] += self.evaluated - evaluated;
        row[2] += self.accepted - accepted;
    }

    #[inline]
    pub(super) fn score(&self) -> i64 {
        self.state.soft + self.state.hard * self.hard_price
    }

    /// How much worse the next state may be: Metropolis' rule, drawn beforehand so that hopeless moves end early.
    #[inline]
    pub(super) fn threshold(&mut self) -> i64 {
        let draw = self.thresholds[self.rng.below(THRESHOLDS)];
        (f64::from(draw) * self.temperature) as i64
    }

    /// Takes the state as it is now.
    #[inline]
    pub(super) fn keep(&mut self) {
        self.accepted += 1;
        self.undo.clear();
        if self.parts == 0 && !self.relieved {
            self.note(self.state.soft);
        }
    }

    /// Decides on a move that is already made.
    #[inline]
    pub(super) fn judge(&mut self, before: (i64, i64), threshold: i64) {
        self.evaluated += 1;
        let was = before.0 + before.1 * self.hard_price;
        if self.score() - was <= threshold {
            self.keep();
        } else {
            self.take_back(before);
        }
    }

    /// Puts back what the steps of a move changed.
    pub(super) fn take_back(&mut self, before: (i64, i64)) {
        // All out before the first goes back in: on the way back a room must not hold more than it has places.
        for step in &self.undo {
            match step {
                Undo::Patient(patient, _) if !self.state.spot(usize::from(*patient)).is_nowhere() => self.state.remove_known(usize::from(*patient)),
                _ => {}
            }
        }
        while let Some(step) = self.undo.pop() {
            match step {
                Undo::Patient(_, spot) if spot.is_nowhere() => {}
                Undo::Patient(patient, spot) => self.state.insert_known(usize::from(patient), spot, Delta::default()),
                Undo::Nurse(place, nurse) => self.state.set_nurse_known(place as usize, nurse, 0),
            }
        }
        (self.state.soft, self.state.hard) = before;
    }

    /// Removes a patient from the plan, to be put back by `take_back`.
    #[inline]
    pub(super) fn lift(&mut self, patient: usize) {
        self.undo.push(Undo::Patient(patient as u16, self.state.spot(patient)));
        if !self.state.spot(patient).is_nowhere() {
            self.state.remove(patient);
        }
    }

    /// The best plan's broken rules and cost, rules first.
    pub fn best_cost(&self) -> (i64, i64) {
        (self.best_hard, self.best_soft)
    }

    pub fn best_plan(&self) -> &Plan {
        &self.best
    }

    /// Goes on from a plan.
    pub fn restart(&mut self, plan: &Plan) {
        self.state.load(plan, &mut self.rng);
        self.swing = 1.0;
        self.keep();
    }

    /// Mends the best plan's nurses and theatres exactly.
    pub fn repair_best(&mut self) {
        let best = self.best.clone();
        self.restart(&best);
        super::repair::repair(&mut self.state);
        self.keep();
    }
}
