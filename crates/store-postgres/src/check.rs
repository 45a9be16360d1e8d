//! Is a database fit to carry a hospital's record? Asks and measures; keeps nothing but a few messages in the log.

mod rules;

use crate::fault;
use crate::wire::{Line, Place, Trouble};
use rihla_kernel::Fault;
use rihla_store_engine::check::{Finding, median};
use rules::{Ask, RULES};
use std::process::Command;
use std::time::Instant;

/// Times that each is measured.
const TIMES: usize = 51;

/// Checks the database at an address.
pub fn check(url: &str) -> Result<Vec<Finding>, Fault> {
    let place = Place::parse(url)?;
    let mut line = Line::open(&place).map_err(fault::of)?;
    RULES.iter().map(|rule| found(&mut line, &place, &rule.ask).map(|found| rule.judged(found))).collect()
}

fn found(line: &mut Line, place: &Place, ask: &Ask) -> Result<Option<String>, Fault> {
    match ask {
        Ask::Setting(name) => text(line, &format!("SELECT current_setting('{name}', true)")),
        Ask::Sql(sql) => text(line, sql),
        Ask::BuffersOfMemory => buffers_of_memory(line, place),
        Ask::Free => free(line, place),
        Ask::RoundTrip => milliseconds(line, "SELECT 1::bigint"),
        // A transaction of its own that leaves nothing in any table and waits for the disk as every commit does.
        Ask::Commit => milliseconds(line, "SELECT pg_logical_emit_message(true, 'rihla', 'check')::text"),
    }
}

/// One text; `None` if there is none, or if this user may not see it.
fn text(line: &mut Line, sql: &str) -> Result<Option<String>, Fault> {
    let mut found = None;
    let asked = line.ask(sql, &[], &mut |mut row| {
        found = row.optional()?.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        Ok(())
    });
    match asked {
        Ok(_) => Ok(found),
        Err(Trouble::Refused(code)) if code == "42501" => Ok(None),
        Err(trouble) => Err(fault::of(trouble)),
    }
}

fn milliseconds(line: &mut Line, sql: &str) -> Result<Option<String>, Fault> {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let begun = Instant::now();
        line.execute(sql, &[]).map_err(fault::of)?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(times).map(|time| format!("{time:.2}")))
}

fn is_near(place: &Place) -> bool {
    place.hosts().all(|(_, host)| host.is_near())
}

/// Memory can be seen only where the database is on this machine.
fn buffers_of_memory(line: &mut Line, place: &Place) -> Result<Option<String>, Fault> {
    let buffers = text(line, "SELECT pg_size_bytes(current_setting('shared_buffers'))::text")?.and_then(|bytes| bytes.parse::<f64>().ok());
    let memory = std::fs::read_to_string("/proc/meminfo").ok().filter(|_| is_near(place)).and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    });
    Ok(buffers.zip(memory).map(|(buffers, memory)| format!("{:.0}", buffers / (memory * 1024.0) * 100.0)))
}

/// The room where the data are, in GiB, if they are on this machine and this user may know where.
fn free(line: &mut Line, place: &Place) -> Result<Option<String>, Fault> {
    let folder = text(line, "SELECT setting FROM pg_settings WHERE name = 'data_directory'")?.filter(|_| is_near(place));
    let Some(folder) = folder else { return Ok(None) };
    let Ok(asked) = Command::new("df").args(["-Pk", &folder]).output() else { return Ok(None) };
    Ok(rihla_store_engine::place::free_gib(&String::from_utf8_lossy(&asked.stdout)).map(|free| format!("{free:.1}")))
}
