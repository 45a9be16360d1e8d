//! `cargo xtask bench plan DIR`: how near the planner comes to the best known plans, as one table.
//!
//! DIR holds `instances/*.json` in the competition's format and `best_known.csv`. Only CPU time of the searching
//! threads counts. With `--json FILE` each instance is one line of the file as soon as it is done, and a run with the
//! same figures goes on where an earlier one was stopped.

mod table;

use rihla_plan::{Limit, Model, Options, Solved, Terms, solve};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const USAGE: &str = "bench plan DIR [--cpu-seconds S | --moves N] [--seed K] [--threads T] [--only NAME,NAME] [--json FILE]\n  \
     [--no-repair] [--without MOVE,MOVE]   for what each idea is worth\n  \
     MOVE is one of relocate, swap, eject, drop, nurse, nurse-swap, nurse-stay, nurse-trade, replace, exchange,\n  cascade";

/// Names of the neighbourhoods, in the order of the search's mix.
const MOVES: [&str; rihla_plan::search::MOVES] =
    ["relocate", "swap", "eject", "drop", "nurse", "nurse-swap", "nurse-stay", "nurse-trade", "replace", "exchange", "cascade"];

/// CPU time of the thread that asks.
struct ThreadClock;

impl rihla_plan::search::Clock for ThreadClock {
    fn seconds(&self) -> f64 {
        cpu_time::ThreadTime::now().as_duration().as_secs_f64()
    }
}

struct Arguments {
    dir: PathBuf,
    limit: Limit,
    seed: u64,
    threads: usize,
    only: Vec<String>,
    json: Option<PathBuf>,
    repair: bool,
    without: Vec<String>,
}

fn read(words: &[String]) -> Result<Arguments, String> {
    let usage = || USAGE.to_owned();
    let mut words = words.iter();
    let (Some("plan"), Some(dir)) = (words.next().map(String::as_str), words.next()) else { return Err(usage()) };
    let (limit, seed, threads) = (Limit::CpuSeconds(60.0), 1, 1);
    let mut out = Arguments { dir: dir.into(), limit, seed, threads, only: Vec::new(), json: None, repair: true, without: Vec::new() };
    let list = |text: &String| text.split(',').map(str::to_owned).collect();
    while let Some(word) = words.next() {
        if word == "--no-repair" {
            out.repair = false;
            continue;
        }
        let value = words.next().ok_or_else(usage)?;
        match word.as_str() {
            "--cpu-seconds" => out.limit = Limit::CpuSeconds(value.parse().map_err(|_| usage())?),
            "--moves" => out.limit = Limit::Moves(value.parse().map_err(|_| usage())?),
            "--seed" => out.seed = value.parse().map_err(|_| usage())?,
            "--threads" => out.threads = value.parse().map_err(|_| usage())?,
            "--only" => out.only = list(value),
            "--without" => out.without = list(value),
            "--json" => out.json = Some(value.into()),
            _ => return Err(usage()),
        }
    }
    match out.without.iter().find(|name| !MOVES.contains(&name.as_str())) {
        Some(name) => Err(format!("there is no move {name}\n{USAGE}")),
        None => Ok(out),
    }
}

/// The one way in.
pub fn run(words: &[String]) -> Result<u8, String> {
    let arguments = read(words)?;
    let best = table::best_known(&text(&arguments.dir.join("best_known.csv"))?)?;
    let earlier = arguments.json.as_deref().filter(|file| file.exists()).map(text).transpose()?.unwrap_or_default();
    let mut lines: Vec<Value> = Vec::new();
    for (name, best) in best.iter().filter(|(name, _)| arguments.only.is_empty() || arguments.only.contains(name)) {
        let key = key(&arguments, name);
        let known = earlier.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find(|line| line["run"] == key);
        let line = match known {
            Some(line) => line,
            None => {
                let line = measure(&arguments, name, *best, key)?;
                if let Some(file) = &arguments.json {
                    append(file, &line)?;
                }
                line
            }
        };
        println!("{}", table::row(&line));
        lines.push(line);
    }
    println!("{}", table::summary(&lines));
    Ok(u8::from(lines.iter().any(|line| line["violations"] != 0)))
}

/// What must be equal for a measurement to stand for another.
fn key(arguments: &Arguments, name: &str) -> Value {
    let limit = match arguments.limit {
        Limit::Moves(moves) => format!("{moves} moves"),
        Limit::CpuSeconds(seconds) => format!("{seconds} cpu-s"),
        Limit::Seconds(seconds) => format!("{seconds} s"),
    };
    json!({
        "instance": name, "limit": limit, "seed": arguments.seed, "threads": arguments.threads,
        "repair": arguments.repair, "without": arguments.without,
    })
}

fn measure(arguments: &Arguments, name: &str, best: i64, key: Value) -> Result<Value, String> {
    let file = arguments.dir.join("instances").join(format!("{name}.json"));
    let model = Model::parse(&text(&file)?).map_err(|error| format!("{name}: {error}"))?;
    let mut options = Options::new(arguments.seed, arguments.limit);
    options.threads = arguments.threads;
    options.lanes = arguments.threads;
    options.repair = arguments.repair;
    for (share, _) in options.settings.mix.iter_mut().zip(MOVES).filter(|(_, name)| arguments.without.iter().any(|without| without == name)) {
        *share = 0;
    }
    let before = process_seconds();
    let solved = solve(&model, &Terms::default(), &options, &ThreadClock, &|_| {});
    Ok(line(&solved, best, process_seconds() - before, key))
}

fn line(solved: &Solved, best: i64, seconds: f64, key: Value) -> Value {
    let cost = solved.verdict.costs.total();
    let parts: serde_json::Map<String, Value> = solved.verdict.costs.parts().iter().map(|(name, cost)| ((*name).to_owned(), json!(cost))).collect();
    json!({
        "run": key, "violations": solved.verdict.violations.total(), "cost": cost, "best_known": best,
        "gap_percent": 100.0 * (cost - best) as f64 / best.max(1) as f64,
        "cpu_seconds": seconds, "moves": solved.moves, "evaluated": solved.evaluated, "parts": parts,
    })
}

/// CPU time of all threads; nothing else runs in this process meanwhile.
fn process_seconds() -> f64 {
    cpu_time::ProcessTime::now().as_duration().as_secs_f64()
}

fn text(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn append(file: &Path, line: &Value) -> Result<(), String> {
    use std::io::Write;
    let told = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut out = std::fs::OpenOptions::new().create(true).append(true).open(file).map_err(told)?;
    writeln!(out, "{line}").map_err(told)
}
