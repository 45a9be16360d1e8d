//! `rihla check-store`: is the place of a store fit for production?

use crate::failure::{Failure, exit};
use crate::held::is_postgres;
use crate::node::Options;
use rihla_store_engine::check::{Finding, Level};

/// Prints a line for each rule; the exit code says the worst of them.
pub fn run(options: &Options) -> Result<u8, Failure> {
    let findings = if is_postgres(&options.url) { rihla_store_postgres::check(&options.url) } else { rihla_store_sqlite::check(&options.folder()?) }?;
    for finding in &findings {
        println!("{}", finding.to_text());
    }
    let count = |level: Level| findings.iter().filter(|finding| finding.level == level).count();
    println!("{} ok, {} unknown, {} warnings, {} not fit", count(Level::Ok), count(Level::Unknown), count(Level::Warning), count(Level::Unfit));
    Ok(code(&findings))
}

fn code(findings: &[Finding]) -> u8 {
    match findings.iter().map(|finding| finding.level).max() {
        Some(Level::Unfit) => exit::UNSOUND,
        Some(Level::Warning) => exit::WARNED,
        _ => 0,
    }
}
