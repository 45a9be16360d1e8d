//! The way in: a model, terms and a limit go in, the best plan found comes out.

use crate::evaluate::{Verdict, evaluate};
use crate::model::Model;
use crate::search::{Annealer, Budget, Clock, MOVES, NoClock, Settings, Spent};
use crate::solution::Plan;
use crate::terms::Terms;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// Moves of all lanes together. The only limit under which a run can be repeated exactly.
    Moves(u64),
    /// CPU-seconds of all threads together.
    CpuSeconds(f64),
    /// Seconds on the wall.
    Seconds(f64),
}

/// How to search. The plan depends on the seed, the lanes and the moves; on how many threads they run it does not.
#[derive(Clone, Debug)]
pub struct Options {
    pub seed: u64,
    pub limit: Limit,
    /// Searches side by side, which exchange their best.
    pub lanes: usize,
    pub threads: usize,
    pub settings: Settings,
    /// Exact repair of slots and days after each round.
    pub repair: bool,
}

impl Options {
    pub fn new(seed: u64, limit: Limit) -> Options {
        Options { seed, limit, lanes: 1, threads: 1, settings: Settings::default(), repair: true }
    }

    fn of_lane(&self, share: f64) -> Budget {
        let lanes = self.lanes.max(1);
        match self.limit {
            Limit::Moves(moves) => Budget::moves((moves as f64 * share) as u64 / lanes as u64),
            Limit::CpuSeconds(seconds) => Budget::seconds(seconds * share / lanes as f64),
            Limit::Seconds(seconds) => Budget::seconds(seconds * share * self.threads.clamp(1, lanes) as f64 / lanes as f64),
        }
    }
}

/// How far a search is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub lane: usize,
    pub round: usize,
    /// Of the whole budget of this lane, from 0 to 1.
    pub done: f64,
    pub soft: i64,
    /// Whether the best plan so far keeps all rules.
    pub feasible: bool,
    pub moves: u64,
}

/// The best plan found and what it took.
#[derive(Clone, Debug)]
pub struct Solved {
    pub plan: Plan,
    /// Counted from nothing, not taken over from the search.
    pub verdict: Verdict,
    /// The price of changes, which is part of what the search minimised.
    pub change: i64,
    /// Moves tried; those given up early, since nothing could make them acceptable any more, are counted here alone.
    pub moves: u64,
    /// Moves whose full change of cost was evaluated.
    pub evaluated: u64,
    /// By kind of move: tried, evaluated, accepted.
    pub by_kind: [[u64; 3]; MOVES],
}

/// Rounds after the first begin from this part of the start temperature.
const REHEAT: f64 = 0.35;
/// Of a lane alone: the last round goes on from the best of the others.
const LAST: f64 = 0.2;
/// Lanes side by side exchange their best between rounds, which pays for more of them.
const ROUNDS_TOGETHER: [(f64, f64); 4] = [(0.55, 1.0), (0.15, REHEAT), (0.15, REHEAT), (0.15, REHEAT)];

/// Moves for each patient after which a slower cooling gains less than another cooling does.
const ENOUGH: u64 = 1_000_000;
const MOST_COOLINGS: u64 = 8;
/// What a budget of time is taken for: a number that is a little wrong is better than a plan that depends on a clock.
const MOVES_A_SECOND: f64 = 3e6;

/// The rounds of a run: which share of the budget, and from which part of the start temperature.
fn rounds(model: &Model, options: &Options) -> Vec<(f64, f64)> {
    let lanes = options.lanes.max(1);
    if lanes > 1 {
        return ROUNDS_TOGETHER.to_vec();
    }
    let moves = match options.limit {
        Limit::Moves(moves) => moves,
        Limit::CpuSeconds(seconds) | Limit::Seconds(seconds) => (seconds * MOVES_A_SECOND) as u64,
    };
    let coolings = (moves / (ENOUGH * model.patients.max(1) as u64)).clamp(1, MOST_COOLINGS);
    let first = (0..coolings).map(|_| ((1.0 - LAST) / coolings as f64, 1.0));
    first.chain([(LAST, REHEAT)]).collect()
}

/// Searches. The clock tells the CPU time of the thread that asks, or the wall's time, as the limit wants; it is not
/// asked under a limit in moves.
pub fn solve(model: &Model, terms: &Terms, options: &Options, clock: &dyn Clock, report: &(dyn Fn(Progress) + Sync)) -> Solved {
    let lanes = options.lanes.max(1);
    let rounds = rounds(model, options);
    let mut annealers: Vec<Annealer<'_>> = (0..lanes)
        .map(|lane| {
            let mut settings = options.settings.clone();
            // Lanes differ in how warm they start, so that one of them suits.
            settings.start *= [1.0, 0.6, 1.6, 1.0][lane % 4];
            Annealer::new(model, terms, settings, options.seed.wrapping_mul(1_000_003).wrapping_add(lane as u64))
        })
        .collect();
    for (round, (share, warmth)) in rounds.iter().enumerate() {
        let past: f64 = rounds.iter().take(round).map(|(share, _)| share).sum();
        if round > 0 {
            exchange(&mut annealers);
        }
        let budget = options.of_lane(*share);
        let per_thread = lanes.div_ceil(options.threads.clamp(1, lanes));
        std::thread::scope(|scope| {
            for (chunk, group) in annealers.chunks_mut(per_thread).enumerate() {
                let mut work = move || {
                    for (at, annealer) in group.iter_mut().enumerate() {
                        let lane = chunk * per_thread + at;
                        let told = |annealer: &Annealer<'_>, fraction: f64| report(progress(annealer, lane, round, past + share * fraction));
                        annealer.run(&Spent::new(budget, clock), *warmth, &told);
                        if options.repair {
                            annealer.repair_best();
                        }
                    }
                };
                if lanes > per_thread { drop(scope.spawn(work)) } else { work() }
            }
        });
    }
    result(model, terms, &annealers)
}

/// Solves with a budget of moves alone.
pub fn solve_moves(model: &Model, seed: u64, moves: u64) -> Solved {
    solve(model, &Terms::default(), &Options::new(seed, Limit::Moves(moves)), &NoClock, &|_| {})
}

fn progress(annealer: &Annealer<'_>, lane: usize, round: usize, done: f64) -> Progress {
    let (hard, soft) = annealer.best_cost();
    Progress { lane, round, done, soft, feasible: hard == 0, moves: annealer.proposed }
}

/// Every lane goes on from its own best, but the worse half take over the best of all.
fn exchange(annealers: &mut [Annealer<'_>]) {
    let mut order: Vec<usize> = (0..annealers.len()).collect();
    order.sort_by_key(|lane| (annealers[*lane].best_cost(), *lane));
    let Some(best) = order.first().map(|lane| annealers[*lane].best_plan().clone()) else { return };
    for (rank, lane) in order.iter().enumerate() {
        let from = if rank >= order.len().div_ceil(2) { best.clone() } else { annealers[*lane].best_plan().clone() };
        annealers[*lane].restart(&from);
    }
}

fn result(model: &Model, terms: &Terms, annealers: &[Annealer<'_>]) -> Solved {
    let best = annealers.iter().min_by_key(|annealer| annealer.best_cost()).map(|annealer| annealer.best_plan().clone());
    let plan = best.unwrap_or_else(|| Plan::empty(model));
    let mut by_kind = [[0; 3]; MOVES];
    for (sum, count) in by_kind.iter_mut().flatten().zip(annealers.iter().flat_map(|annealer| annealer.by_kind.iter().flatten())) {
        *sum += count;
    }
    Solved {
        verdict: evaluate(model, &plan),
        change: terms.price_of(model, &plan),
        moves: annealers.iter().map(|annealer| annealer.proposed).sum(),
        evaluated: annealers.iter().map(|annealer| annealer.evaluated).sum(),
        by_kind,
        plan,
    }
}
