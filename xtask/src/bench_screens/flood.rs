//! People who read while strangers try to come in: the same reads in turns without and with a flood of wrong sign-ins.

use super::http::{call, enter};
use super::live::first_patient;
use super::share;
use crate::bench::process::Server;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What the house has to bear (issue "only the right people").
const ATTEMPTS_A_MINUTE: u32 = 2_000;
/// Pages that are read in a second, by people who signed in before.
const READS_A_SECOND: u32 = 40;
/// Each turn, and how often it is each one's.
const TURN: Duration = Duration::from_secs(10);
const TURNS: usize = 5;
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// How tries ended, by status.
#[derive(Default)]
struct Tries {
    refused: usize,
    told_to_wait: usize,
    other: usize,
}

pub async fn measure(server: &Server, password: &str) -> Result<Value, String> {
    let local = tokio::task::LocalSet::new();
    local.run_until(turns(server, password)).await
}

async fn turns(server: &Server, password: &str) -> Result<Value, String> {
    let address = server.address.clone();
    let patient = first_patient(&address).await?;
    let cookie = enter(&address, "physician", password, "fr").await?;
    let path = format!("/patients/{patient}/chart");
    let (tries, mut sent) = (Rc::new(RefCell::new(Tries::default())), 0);
    let (mut calm, mut flooded) = (Vec::new(), Vec::new());
    let (mut calm_cpu, mut flooded_cpu) = (0.0, 0.0);
    for _ in 0..TURNS {
        let before = server.usage().cpu_seconds;
        calm.extend(reads(&address, &path, &cookie).await?);
        let between = server.usage().cpu_seconds;
        let flood = tokio::task::spawn_local(flood(address.clone(), sent, tries.clone()));
        flooded.extend(reads(&address, &path, &cookie).await?);
        sent = flood.await.map_err(|error| error.to_string())?;
        calm_cpu += between - before;
        flooded_cpu += server.usage().cpu_seconds - between;
    }
    calm.sort_by(f64::total_cmp);
    flooded.sort_by(f64::total_cmp);
    let seconds = TURN.as_secs_f64() * TURNS as f64;
    let tries = tries.borrow();
    Ok(json!({
        "attempts": sent, "refused": tries.refused, "told_to_wait": tries.told_to_wait, "other": tries.other, "reads": calm.len(),
        "calm_p50_ms": share(&calm, 0.5), "calm_p99_ms": share(&calm, 0.99), "flooded_p50_ms": share(&flooded, 0.5), "flooded_p99_ms": share(&flooded, 0.99),
        "calm_cores": calm_cpu / seconds, "flooded_cores": flooded_cpu / seconds,
    }))
}

/// Reads at an even pace for one turn, in milliseconds each.
async fn reads(address: &str, path: &str, cookie: &str) -> Result<Vec<f64>, String> {
    let (begun, mut out) = (Instant::now(), Vec::new());
    for nth in 0.. {
        let at = due(nth, READS_A_SECOND);
        if at >= TURN {
            return Ok(out);
        }
        tokio::time::sleep(at.saturating_sub(begun.elapsed())).await;
        let answer = call(address, "GET", path, cookie, "").await?;
        if !answer.head.starts_with("HTTP/1.1 200") {
            return Err(format!("{path}: {}", answer.head.lines().next().unwrap_or("")));
        }
        out.push(answer.whole.as_secs_f64() * 1e3);
    }
    Ok(out)
}

/// Wrong sign-ins at an even pace for one turn, whoever is still waited for; how many were sent so far.
async fn flood(address: String, from: u32, tries: Rc<RefCell<Tries>>) -> u32 {
    let begun = Instant::now();
    for nth in 0.. {
        let at = due(nth, ATTEMPTS_A_MINUTE / 60);
        if at >= TURN {
            return from + nth;
        }
        tokio::time::sleep(at.saturating_sub(begun.elapsed())).await;
        let (address, tries, name) = (address.clone(), tries.clone(), from + nth);
        tokio::task::spawn_local(async move {
            // Every other try is at an account that is there.
            let login = if name % 2 == 0 { "nurse".to_owned() } else { format!("stranger{name}") };
            let answer = call(&address, "POST", "/sign-in", FORM, &format!("login={login}&password=guess+number+{name}+of+many")).await;
            let status = answer.ok().and_then(|answer| answer.head.get(9..12).map(str::to_owned));
            let mut tries = tries.borrow_mut();
            match status.as_deref() {
                Some("403") => tries.refused += 1,
                Some("503" | "429") => tries.told_to_wait += 1,
                _ => tries.other += 1,
            }
        });
    }
    from
}

/// When the `nth` of so many a second is due.
fn due(nth: u32, a_second: u32) -> Duration {
    Duration::from_secs_f64(f64::from(nth) / f64::from(a_second))
}
