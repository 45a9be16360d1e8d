//! How far an import is: a bar on a terminal, plain lines elsewhere.

use super::{ImportOptions, Summary};
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use rihla_kernel::{Clock, Instant};
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A plain line each time that this part of the bytes is done.
const STEPS: u64 = 20;

pub struct Progress {
    bar: ProgressBar,
    plain: bool,
    total: u64,
    done: AtomicU64,
    resources: AtomicU64,
    /// What is counted, in the plural.
    what: &'static str,
    begun: Instant,
    clock: Arc<dyn Clock>,
}

impl Progress {
    /// `total`: of what is added, bytes or rows.
    pub fn new(total: u64, what: &'static str, clock: Arc<dyn Clock>) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let bar = if plain { ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden()) } else { ProgressBar::new(total) };
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {percent}%  {msg}  {eta} left") {
            bar.set_style(style);
        }
        Self { bar, plain, total, done: AtomicU64::new(0), resources: AtomicU64::new(0), what, begun: clock.now(), clock }
    }

    /// More of the input is done, and more resources are in.
    pub fn add(&self, bytes: u64, resources: u64) {
        let before = self.done.fetch_add(bytes, Ordering::Relaxed);
        let resources = self.resources.fetch_add(resources, Ordering::Relaxed) + resources;
        let step = |bytes: u64| (bytes * STEPS).checked_div(self.total).unwrap_or(0);
        if !self.plain {
            self.bar.set_message(format!("{} {}, {}/s", HumanCount(resources), self.what, HumanCount(self.rate(resources))));
            self.bar.inc(bytes);
        } else if step(before + bytes) > step(before) && before + bytes < self.total {
            let seconds = self.seconds();
            let left = seconds * (self.total - before - bytes) as f64 / (before + bytes) as f64;
            let percent = (before + bytes) * 100 / self.total.max(1);
            say(&format!(
                "{percent:3} %  {resources} {}, {}/s, {} left",
                self.what,
                self.rate(resources),
                HumanDuration(Duration::from_secs_f64(left.max(0.0)))
            ));
        }
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    pub fn finish(&self, summary: &Summary, options: &ImportOptions) {
        self.clear();
        let mut line = format!("imported {} resources in {:.1} s, {}/s", summary.resources, self.seconds(), self.rate(summary.resources));
        if summary.known > 0 {
            line.push_str(&format!("; {} files or stretches were in already", summary.known));
        }
        if summary.rejected > 0 {
            line.push_str(&format!("; {} rejected, with reasons in {}", summary.rejected, options.rejects.display()));
        }
        say(&line);
    }

    fn seconds(&self) -> f64 {
        (self.clock.now().0 - self.begun.0).max(1) as f64 / 1000.0
    }

    fn rate(&self, resources: u64) -> u64 {
        (resources as f64 / self.seconds()) as u64
    }
}

fn say(line: &str) {
    // Nobody may be reading; the import goes on.
    _ = writeln!(std::io::stderr(), "{line}");
}
