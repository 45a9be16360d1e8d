//! The twin of a hospital, from the command line.

use crate::failure::{Failure, exit};
use clap::Subcommand;

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
}

pub fn run(order: &TwinOrder) -> Result<u8, Failure> {
    let TwinOrder::Verify { replications, seed } = order;
    let checks = rihla_twin::verify::all(*seed, (*replications).max(2));
    let held = checks.iter().filter(|check| check.holds()).count();
    for check in &checks {
        println!("{check}");
    }
    println!("{held} of {} hold", checks.len());
    Ok(if held == checks.len() { 0 } else { exit::UNSOUND })
}
