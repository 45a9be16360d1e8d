//! `rihla plan`: plans a hospital from a file, checks a plan, explains a patient's place in it.

mod keep;

use crate::failure::{Failure, exit};
use crate::input::text;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rihla_plan::explain::explain;
use rihla_plan::search::Clock;
use rihla_plan::{Limit, Model, Options, Plan, Progress, Solved, Verdict, evaluate, solve};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// How many other days an explanation names.
const MOST_ALTERNATIVES: usize = 8;
const DEFAULT_MOVES: u64 = 20_000_000;

#[derive(Debug, Subcommand)]
pub enum PlanOrder {
    /// Plans the instance and writes the best plan found. Both files are in the format of the timetabling competition.
    Solve(SolveOptions),
    /// Counts what a plan breaks and what it costs.
    Check { instance: PathBuf, solution: PathBuf },
    /// Says why a patient is where and when they are, and what stands against another day or room.
    Explain { instance: PathBuf, solution: PathBuf, patient: String },
}

#[derive(Debug, Args)]
pub struct SolveOptions {
    instance: PathBuf,
    /// Stops after so many moves; the one limit under which a run can be repeated exactly.
    #[arg(long, value_name = "N", conflicts_with_all = ["cpu_seconds", "seconds"])]
    moves: Option<u64>,
    /// Stops after so many seconds of CPU time, all threads together.
    #[arg(long, value_name = "S", conflicts_with = "seconds")]
    cpu_seconds: Option<f64>,
    /// Stops after so many seconds.
    #[arg(long, value_name = "S")]
    seconds: Option<f64>,
    #[arg(long, value_name = "T", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    /// Searches side by side, which exchange their best; as many as threads, unless told. The plan depends on it.
    #[arg(long, value_name = "L", value_parser = clap::value_parser!(u16).range(1..=256))]
    lanes: Option<u16>,
    #[arg(long, value_name = "K", default_value_t = 1)]
    seed: u64,
    /// A plan to start from: the one in force, where something of it is to be kept.
    #[arg(long, value_name = "SOLUTION")]
    from: Option<PathBuf>,
    #[command(flatten)]
    keep: keep::KeepOptions,
    #[arg(long, value_name = "SOLUTION")]
    out: PathBuf,
}

/// CPU time of the thread that asks.
struct ThreadClock;

impl Clock for ThreadClock {
    fn seconds(&self) -> f64 {
        cpu_time::ThreadTime::now().as_duration().as_secs_f64()
    }
}

struct WallClock(Instant);

impl Clock for WallClock {
    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// Does what `rihla plan …` asks for.
pub fn run(order: &PlanOrder) -> Result<u8, Failure> {
    match order {
        PlanOrder::Solve(options) => solve_file(options),
        PlanOrder::Check { instance, solution } => {
            let (model, plan) = read_both(instance, solution)?;
            let verdict = evaluate(&model, &plan);
            print!("{}", verdict.to_text());
            if verdict.violations.total() > 0 { Err(Failure::new(exit::UNSOUND, "the plan breaks rules")) } else { Ok(0) }
        }
        PlanOrder::Explain { instance, solution, patient } => {
            let (model, plan) = read_both(instance, solution)?;
            let told = explain(&model, &plan, patient).ok_or_else(|| Failure::new(exit::FAILED, format!("the instance has no patient {patient}")))?;
            print!("{}", told.to_text(&model, MOST_ALTERNATIVES));
            Ok(0)
        }
    }
}

fn read_model(path: &Path) -> Result<Model, Failure> {
    Model::parse(&text(path)?).map_err(|error| Failure::new(exit::REJECTS, format!("{}: {error}", path.display())))
}

fn read_plan(model: &Model, path: &Path) -> Result<Plan, Failure> {
    Plan::parse(model, &text(path)?).map_err(|error| Failure::new(exit::REJECTS, format!("{}: {error}", path.display())))
}

fn read_both(instance: &Path, solution: &Path) -> Result<(Model, Plan), Failure> {
    let model = read_model(instance)?;
    let plan = read_plan(&model, solution)?;
    Ok((model, plan))
}

fn solve_file(asked: &SolveOptions) -> Result<u8, Failure> {
    let model = read_model(&asked.instance)?;
    let base = asked.from.as_deref().map(|path| read_plan(&model, path)).transpose()?;
    let limit = match (asked.moves, asked.cpu_seconds, asked.seconds) {
        (Some(moves), _, _) => Limit::Moves(moves),
        (_, Some(seconds), _) => Limit::CpuSeconds(seconds),
        (_, _, Some(seconds)) => Limit::Seconds(seconds),
        _ => Limit::Moves(DEFAULT_MOVES),
    };
    let threads = usize::from(asked.threads);
    let options = Options { threads, lanes: asked.lanes.map_or(threads, usize::from), ..Options::new(asked.seed, limit) };
    let terms = asked.keep.terms(&model, base)?;
    let bar = ProgressBar::with_draw_target(Some(1_000), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}") {
        bar.set_style(style);
    }
    let clock: &dyn Clock = if matches!(limit, Limit::Seconds(_)) { &WallClock(Instant::now()) } else { &ThreadClock };
    let solved = solve(&model, &terms, &options, clock, &|progress| show(&bar, progress));
    bar.finish_and_clear();
    write(&asked.out, &solved.plan.to_json(&model))?;
    finish(&solved)
}

/// One lane speaks for all; the others are much alike.
fn show(bar: &ProgressBar, progress: Progress) {
    if progress.lane == 0 {
        bar.set_position((progress.done * 1_000.0) as u64);
        let state = if progress.feasible { "" } else { ", rules still broken" };
        bar.set_message(format!("cost {}{state}, {} M moves", progress.soft, progress.moves / 1_000_000));
    }
}

/// The file is whole or as it was: a plan in force must not be lost to a full disk.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let beside = path.with_extension("partial");
    std::fs::write(&beside, text).map_err(|error| Failure::path("cannot write", &beside, &error))?;
    std::fs::rename(&beside, path).map_err(|error| Failure::path("cannot write", path, &error))
}

fn finish(solved: &Solved) -> Result<u8, Failure> {
    let Verdict { violations, .. } = solved.verdict;
    print!("{}", solved.verdict.to_text());
    println!("changes: {}\nmoves: {}\nevaluated: {}", solved.change, solved.moves, solved.evaluated);
    if violations.total() > 0 {
        return Err(Failure::new(exit::UNSOUND, "no plan was found that keeps all rules; the one written breaks the fewest"));
    }
    Ok(0)
}
