//! The measured processes: built, started, and their CPU time and memory read.

use super::place::Place;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Builds the program as it is delivered.
pub fn build(root: &Path) -> Result<PathBuf, String> {
    let built =
        Command::new("cargo").args(["build", "--release", "--package", "rihla-server"]).current_dir(root).status().map_err(|error| error.to_string())?;
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    if built.success() { Ok(folder.join("release/rihla")) } else { Err("the program does not build".into()) }
}

/// Imports the corpus and says what it cost.
pub fn import(program: &Path, store: &Place, corpus: &Path, resources: usize, audit: &str) -> Result<Value, String> {
    let (begun, before) = (Instant::now(), store.cpu_seconds());
    let mut child = Command::new(program)
        .args(["import", "--audit", audit, "--store"])
        .arg(store.to_string())
        .arg(corpus)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut usage = Usage::default();
    let status = loop {
        usage = Usage::of(child.id()).unwrap_or(usage);
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        wait(Duration::from_millis(20));
    };
    if !status.success() {
        return Err(format!("import ended with {status}"));
    }
    let seconds = begun.elapsed().as_secs_f64();
    let database = store.cpu_seconds() - before;
    let both = usage.cpu_seconds + database;
    Ok(json!({
        "resources_per_cpu_second": resources as f64 / both,
        "cpu_us_per_resource": both * 1e6 / resources as f64,
        "database_us_per_resource": database * 1e6 / resources as f64,
        "per_s": resources as f64 / seconds,
        "peak_memory_mb": usage.peak_mb,
    }))
}

/// Proves the store and says what its audit chain takes.
pub fn verify(program: &Path, store: &Place) -> Result<Value, String> {
    let output = Command::new(program).arg("verify").arg("--store").arg(store.to_string()).output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let chain: Vec<f64> = text
        .lines()
        .find(|line| line.starts_with("audit entries"))
        .into_iter()
        .flat_map(|line| line.split_whitespace().filter_map(|word| word.parse().ok()))
        .collect();
    let per_access = match chain.as_slice() {
        [entries, bytes] if *entries > 0.0 => bytes / entries,
        _ => 0.0,
    };
    Ok(json!({ "clean": output.status.success(), "audit_bytes_per_access": per_access }))
}

/// Lets time pass between two looks at another process.
#[allow(clippy::disallowed_methods)]
pub fn wait(time: Duration) {
    std::thread::sleep(time);
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub cpu_seconds: f64,
    pub memory_mb: f64,
    pub peak_mb: f64,
}

impl Usage {
    pub fn of(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let after_name: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        // Fields 14 and 15 of proc(5), in hundredths of a second; the name and what stands before it are cut off.
        let ticks: f64 = after_name.get(11)?.parse::<f64>().ok()? + after_name.get(12)?.parse::<f64>().ok()?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let kilobytes = |name: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .and_then(|rest| rest.split_whitespace().next())
                .and_then(|number| number.parse::<f64>().ok())
        };
        let (memory, peak) = (kilobytes("VmRSS:")?, kilobytes("VmHWM:")?);
        Some(Self { cpu_seconds: precise_cpu(pid).unwrap_or(0.0).max(ticks / 100.0), memory_mb: memory / 1024.0, peak_mb: peak / 1024.0 })
    }
}

/// Nanosecond CPU time summed over the threads that still live; the kernel's own count, in hundredths of a second, has
/// those that ended too.
pub fn precise_cpu(pid: u32) -> Option<f64> {
    let mut nanos = 0u64;
    for task in std::fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let stat = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        nanos += stat.split(' ').next()?.parse::<u64>().ok()?;
    }
    (nanos > 0).then_some(nanos as f64 / 1e9)
}

/// A running server.
pub struct Server {
    child: Child,
    store: Place,
    pub address: String,
}

impl Server {
    pub fn start(program: &Path, store: &Place, audit: &str) -> Result<Self, String> {
        let mut child = Command::new(program)
            .args(["serve", "--world", "training", "--open-fhir", "--listen", "127.0.0.1:0", "--audit", audit, "--store"])
            .arg(store.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut first = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut first).map_err(|error| error.to_string())?;
        }
        let address = first.split("http://").nth(1).and_then(|rest| rest.split(['/', ' ', '\n']).next()).unwrap_or("").to_string();
        if address.is_empty() {
            return Err("the server did not start".into());
        }
        Ok(Self { child, store: store.clone(), address })
    }

    pub fn usage(&self) -> Usage {
        Usage::of(self.child.id()).unwrap_or_default()
    }

    /// CPU seconds of the database under the server; none on SQLite.
    pub fn database_seconds(&self) -> f64 {
        self.store.cpu_seconds()
    }

    pub fn stop(mut self) -> Result<(), String> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().map_err(|error| error.to_string())?;
        let status = self.child.wait().map_err(|error| error.to_string())?;
        if asked.success() && status.success() { Ok(()) } else { Err(format!("the server ended with {status}")) }
    }
}
