//! The twin of a hospital, from the command line.

use crate::failure::{Failure, exit};
use crate::input;
use clap::{Args, Subcommand};
use rihla_twin::calibrate::{self, Mapping, calibrate};
use rihla_twin::hospital::ask::Asked;
use rihla_twin::hospital::{Figures, MEASURES, People, Policy, Setting, simulate};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum TwinOrder {
    /// Proves the simulation: formulas of queues within 1 %, Little's law at every queue, and a published model.
    Verify {
        /// Runs of the published model, for each of its four scenarios.
        #[arg(long, default_value_t = 1_000, value_name = "N")]
        replications: u64,
        /// The same seed gives the same figures.
        #[arg(long, default_value_t = 20_260_101)]
        seed: u64,
    },
    /// Runs the simulated hospital once and prints its indicators.
    Run(RunOptions),
    /// Compares two ways of running the same hospital, met by the same people: differences with 95 % intervals, index and gate.
    Experiment(ExperimentOptions),
    /// Learns from the first part of an event log (CSV) and says how it did on the rest: coverage of 90 % intervals and
    /// interval score beside the naive forecast.
    Calibrate {
        log: PathBuf,
        /// Which column is what, and which lengths are meant; the public log of sepsis cases, unless told.
        #[arg(long, value_name = "FILE")]
        map: Option<PathBuf>,
        /// The part of the cases to learn from.
        #[arg(long, default_value_t = 0.6, value_name = "PART")]
        split: f64,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Writes the figures of the simulated hospital with what the log tells in the place of assumptions, for `--figures`.
        #[arg(long, value_name = "FILE")]
        write: Option<PathBuf>,
        /// What the log tells nothing of is taken from here; from the hospital that comes with the program, unless told.
        #[arg(long, value_name = "FILE", requires = "write")]
        figures: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub struct RunOptions {
    #[arg(long, default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(u16).range(60..=5_000))]
    beds: u16,
    /// Days that are counted, after two weeks of warming up.
    #[arg(long, default_value_t = 28, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=365))]
    days: u16,
    #[arg(long, default_value = "usual", value_name = "NAME")]
    policy: String,
    #[arg(long, default_value_t = 20_260_101)]
    seed: u64,
    /// The hospital's figures, as `calibrate --write` writes them; those that come with the program, unless told.
    #[arg(long, value_name = "FILE")]
    figures: Option<PathBuf>,
    /// Says how much CPU time the run took, and of that a simulated day.
    #[arg(long)]
    time: bool,
}

#[derive(Debug, Args)]
pub struct ExperimentOptions {
    /// Two of usual, ours, calling, beds, cleaning, boxes, foreseen; the last five change one thing of the usual.
    #[arg(long, default_value = "usual,usual", value_name = "BASE,OTHER")]
    compare: String,
    /// One thing more on the other side, at every site and hour: triage+1, physician+1, box+2, cleaner+1, bed+10.
    #[arg(long, default_value = "", value_name = "WHAT+N")]
    what: String,
    #[arg(long, default_value_t = 20, value_name = "N")]
    runs: u64,
    #[arg(long, default_value_t = 28, value_name = "N")]
    days: usize,
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    beds: usize,
    /// 1 to 12.
    #[arg(long, default_value_t = 1, value_name = "N")]
    month: usize,
    #[arg(long, default_value_t = 20_260_101)]
    seed: u64,
    /// The hospital's figures, as `calibrate --write` writes them; those that come with the program, unless told.
    #[arg(long, value_name = "FILE")]
    figures: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

pub fn run(order: &TwinOrder) -> Result<u8, Failure> {
    match order {
        TwinOrder::Verify { replications, seed } => Ok(verify(*replications, *seed)),
        TwinOrder::Run(options) => once(options),
        TwinOrder::Experiment(options) => experiment(options),
        TwinOrder::Calibrate { log, map, split, out, write, figures } => calibrate_log(log, map.as_deref(), *split, out, write.as_deref(), figures.as_deref()),
    }
}

fn verify(replications: u64, seed: u64) -> u8 {
    let checks = rihla_twin::verify::all(seed, replications.max(2));
    let held = checks.iter().filter(|check| check.holds()).count();
    for check in &checks {
        println!("{check}");
    }
    println!("{held} of {} hold", checks.len());
    if held == checks.len() { 0 } else { exit::UNSOUND }
}

fn once(options: &RunOptions) -> Result<u8, Failure> {
    let wrong = |why: String| Failure::new(exit::FAILED, why);
    let policy =
        Policy::named(&options.policy).ok_or_else(|| wrong(format!("no policy is named {}; there are {}", options.policy, Policy::NAMES.join(", "))))?;
    let setting = Setting::of(usize::from(options.days), options.seed);
    let figures = hospital(options.figures.as_deref())?.scaled(usize::from(options.beds));
    let began = cpu_time::ProcessTime::now();
    let people = People::draw(&figures, setting, 0);
    let outcome = simulate(&figures, policy, &people, setting);
    let seconds = began.elapsed().as_secs_f64();
    println!("simulation: {} beds, {} days counted, {} people", figures.beds(), setting.days, people.count());
    for (measure, value) in MEASURES.iter().zip(&outcome.indicators.0) {
        println!("{:<16} {}", measure.code, value.map_or("-".into(), |value| format!("{value:.3}")));
    }
    if options.time {
        let days = setting.warm + setting.days + 2;
        println!("{seconds:.3} s of CPU for {days} simulated days, {:.4} s a day", seconds / days as f64);
    }
    Ok(0)
}

fn experiment(options: &ExperimentOptions) -> Result<u8, Failure> {
    let (base, other) = options.compare.split_once(',').unwrap_or((&options.compare, &options.compare));
    let ExperimentOptions { runs, days, beds, month, seed, .. } = *options;
    let figures = options.figures.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let asked = Asked { base: base.trim().into(), other: other.trim().into(), more: options.what.clone(), runs, days, beds, month, seed, figures };
    let found = asked.compare_in(hospital(options.figures.as_deref())?).map_err(|why| Failure::new(exit::FAILED, why))?;
    print!("{}", found.to_text(&asked));
    let files = [(&options.json, found.to_json(&asked)), (&options.csv, found.to_csv(&asked))];
    files.iter().filter_map(|(path, text)| path.as_ref().map(|path| (path, text))).try_for_each(|(path, text)| write(path, text))?;
    Ok(0)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure::path("cannot write", path, &error))
}

/// The figures in a file, or those that come with the program.
fn hospital(path: Option<&Path>) -> Result<Figures, Failure> {
    let told = path.map_or_else(|| Ok(Figures::own()), |path| input::text(path).map(|text| Figures::parse(&text)))?;
    told.map_err(|why| Failure::new(exit::REJECTS, path.map_or(why.clone(), |path| format!("{}: {why}", path.display()))))
}

/// Exit code 6 where a forecast did not earn its place; the figures are written all the same, and say where they are from.
fn calibrate_log(log: &Path, map: Option<&Path>, split: f64, out: &Path, write_to: Option<&Path>, base: Option<&Path>) -> Result<u8, Failure> {
    let mapping = map.map_or_else(|| Ok(Mapping::own()), |map| input::text(map).map(|text| Mapping::parse(&text)))?;
    let mapping = mapping.map_err(|why| Failure::new(exit::REJECTS, why))?;
    let text = input::text(log)?;
    let found = calibrate(&text, &mapping, split).map_err(|why| Failure::new(exit::REJECTS, why))?;
    write(out, &found.to_json())?;
    print!("{}", found.to_text());
    if let Some(path) = write_to {
        let mut figures = hospital(base)?;
        let source = format!("log {}, the first {:.0} % of its cases", log.file_name().unwrap_or_default().display(), 100.0 * split);
        let learned = calibrate::figures(&text, &mapping, split, &source, &mut figures).map_err(|why| Failure::new(exit::REJECTS, why))?;
        write(path, &figures.to_toml().map_err(|why| Failure::new(exit::FAILED, why))?)?;
        learned.taken.iter().for_each(|line| println!("taken: {line}"));
        learned.left.iter().for_each(|line| println!("left as it was: {line}"));
        let (guesses, all) = figures.assumptions();
        println!("{guesses} of {all} groups of figures are assumptions still");
    }
    Ok(if found.holds() { 0 } else { exit::WARNED })
}
