//! Who is where for how long, counted twice: by time and by person. Little's law says that both are the same
//! (Little 1961, <https://doi.org/10.1287/opre.9.3.383>); in a finite run it holds exactly.

/// A sum whose rounding is summed beside it (Neumaier 1974,
/// <https://doi.org/10.1002/zamm.19740540106>).
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    whole: f64,
    rest: f64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        let sum = self.whole + value;
        self.rest += if self.whole.abs() >= value.abs() { (self.whole - sum) + value } else { (value - sum) + self.whole };
        self.whole = sum;
    }

    fn value(self) -> f64 {
        self.whole + self.rest
    }
}

/// The book of one queue, of one group of servers, or of a whole house.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    there: u64,
    since: f64,
    /// Person-minutes, as time went by.
    by_time: Sum,
    by_time_squared: Sum,
    came: u64,
    /// When all that went did so, less when all came.
    between: Sum,
}

impl Ledger {
    pub fn comes(&mut self, now: f64) {
        self.pass(now);
        self.there += 1;
        self.came += 1;
        self.between.add(-now);
    }

    /// Whoever goes came before: a book that is told otherwise stays at nobody.
    pub fn goes(&mut self, now: f64) {
        self.pass(now);
        self.there = self.there.saturating_sub(1);
        self.between.add(now);
    }

    fn pass(&mut self, now: f64) {
        let there = self.there as f64;
        self.by_time.add(there * (now - self.since));
        self.by_time_squared.add(there * there * (now - self.since));
        self.since = now;
    }

    /// Closes the book of a run of so many minutes.
    pub fn close(&mut self, now: f64) {
        self.pass(now);
    }

    pub fn there(&self) -> u64 {
        self.there
    }

    pub fn came(&self) -> u64 {
        self.came
    }

    /// Persons at a time, over the whole run.
    pub fn mean(&self) -> f64 {
        self.by_time.value() / self.since.max(f64::MIN_POSITIVE)
    }

    /// The variance of how many are there.
    pub fn variance(&self) -> f64 {
        self.by_time_squared.value() / self.since.max(f64::MIN_POSITIVE) - self.mean().powi(2)
    }

    /// Person-minutes by the persons: from when each came to when they went, or to the end of the run.
    pub fn by_person(&self) -> f64 {
        let mut all = self.between;
        all.add(self.there as f64 * self.since);
        all.value()
    }

    /// How far the two counts are apart, as a part of what was counted: by Little's law nothing but rounding.
    pub fn gap(&self) -> f64 {
        (self.by_time.value() - self.by_person()).abs() / self.by_time.value().abs().max(1.0)
    }
}
