//! HOEI: one number of many figures (FLOW §3.2), never of figures that are not there. It works on the means of weekly figures;
//! each is held against its own mean over the frozen baseline, cut at one half and two, and joined as a geometric mean by
//! weights that were published before. What lacks input is named, and the weights of the others are shared out anew.

/// Weeks that a mean is made of, at least.
pub const WEEKS: usize = 4;

/// A figure as the index takes it: weekly values of the baseline and of the period.
#[derive(Clone, Debug)]
pub struct Component {
    pub code: String,
    /// Thousandths.
    pub weight: i64,
    pub less_is_better: bool,
    pub base: Vec<f64>,
    pub now: Vec<f64>,
}

impl Component {
    /// Whether there are weeks enough, and nothing to divide by that is nothing.
    pub fn is_evaluable(&self) -> bool {
        let enough = |weeks: &[f64]| weeks.len() >= WEEKS && mean(weeks.iter().copied()) > 0.0;
        enough(&self.base) && enough(&self.now)
    }

    fn ratio(&self, base: f64, now: f64) -> f64 {
        let ratio = if self.less_is_better { base / now } else { now / base };
        ratio.clamp(0.5, 2.0)
    }
}

/// The index and what it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    pub value: f64,
    /// 95 of 100 draws lie between.
    pub low: f64,
    pub high: f64,
    /// Code, ratio and its share of the whole in thousandths.
    pub parts: Vec<(String, f64, i64)>,
    /// Thousandths of the published weights that have input.
    pub covered: i64,
}

/// None where no component has input. `seed` names the draws: the same seed gives the same interval.
pub fn index(components: &[Component], replicates: u32, seed: u64) -> Option<Index> {
    let with: Vec<&Component> = components.iter().filter(|one| one.is_evaluable()).collect();
    let covered: i64 = with.iter().map(|one| one.weight).sum();
    if covered <= 0 {
        return None;
    }
    let share = |one: &Component| one.weight as f64 / covered as f64;
    let joined = |ratios: &mut dyn Iterator<Item = (f64, f64)>| 100.0 * ratios.map(|(share, ratio)| share * ratio.ln()).sum::<f64>().exp();
    let ratio = |one: &Component| one.ratio(mean(one.base.iter().copied()), mean(one.now.iter().copied()));
    let value = joined(&mut with.iter().map(|one| (share(one), ratio(one))));
    let mut draws = Draws(seed);
    let mut all: Vec<f64> = (0..replicates)
        .map(|_| joined(&mut with.iter().map(|one| (share(one), one.ratio(draws.mean(&one.base), draws.mean(&one.now)))).collect::<Vec<_>>().into_iter()))
        .collect();
    all.sort_by(f64::total_cmp);
    let at = |share: usize| all.get((all.len() * share / 1000).min(all.len().saturating_sub(1))).copied().unwrap_or(value);
    let parts = with.iter().map(|one| (one.code.clone(), ratio(one), one.weight * 1000 / covered)).collect();
    Some(Index { value, low: at(25), high: at(975), parts, covered })
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len();
    if count == 0 { 0.0 } else { values.sum::<f64>() / count as f64 }
}

/// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The mean of as many weeks as there are, each drawn from all.
    fn mean(&mut self, weeks: &[f64]) -> f64 {
        let drawn: Vec<f64> = weeks.iter().filter_map(|_| weeks.get((self.next() % weeks.len() as u64) as usize).copied()).collect();
        mean(drawn.into_iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(code: &str, weight: i64, base: f64, now: f64) -> Component {
        Component { code: code.into(), weight, less_is_better: true, base: vec![base; 26], now: vec![now; 13] }
    }

    #[test]
    fn it_is_the_weighted_geometric_mean_of_clipped_ratios() {
        // FLOW §3.2: waits 0.30 −40 %, flow 0.25 +12 %, productivity 0.20 +8 %, turnaround 0.15 −35 %, admin 0.10 −40 %: 137.
        let flow = Component { less_is_better: false, ..part("flow", 250, 1.0, 1.12) };
        let productivity = Component { less_is_better: false, ..part("r1", 200, 1.0, 1.08) };
        let all = [part("waits", 300, 100.0, 60.0), flow, productivity, part("tat", 150, 100.0, 65.0), part("a1", 100, 100.0, 60.0)];
        let found = index(&all, 200, 1).expect("an index");
        assert_eq!(found.value.round(), 137.0, "{found:?}");
        assert_eq!((found.low.round(), found.high.round(), found.covered), (137.0, 137.0, 1000));
        let clipped = index(&[part("waits", 1000, 100.0, 1.0)], 200, 1).expect("an index");
        assert!((clipped.value - 200.0).abs() < 1e-9);
    }

    #[test]
    fn what_lacks_input_is_left_out_and_said() {
        let empty = Component { now: Vec::new(), ..part("l1", 600, 1.0, 1.0) };
        let found = index(&[part("e2", 400, 2.0, 1.0), empty.clone()], 200, 1).expect("an index");
        assert_eq!((found.covered, found.parts), (400, vec![("e2".to_owned(), 2.0, 1000)]));
        assert_eq!(index(&[empty], 200, 1), None);
    }

    #[test]
    fn one_seed_is_one_interval_around_the_value() {
        let noisy = Component {
            base: (0..26).map(|week| 90.0 + f64::from(week % 5) * 5.0).collect(),
            now: (0..13).map(|week| 60.0 + f64::from(week % 7) * 6.0).collect(),
            ..part("e2", 1000, 1.0, 1.0)
        };
        let once = index(std::slice::from_ref(&noisy), 500, 7).expect("an index");
        assert_eq!(Some(&once), index(&[noisy], 500, 7).as_ref());
        assert!(once.low < once.value && once.value < once.high, "{once:?}");
    }
}
