//! Random numbers that belong to somebody: a patient's length of treatment does not depend on who came before.

use std::f64::consts::TAU;

/// One stream of random numbers: SplitMix64 (Steele, Lea and Flood, 2014, <https://doi.org/10.1145/2714064.2660195>).
#[derive(Clone, Debug)]
pub struct Stream(u64);

impl Stream {
    /// The stream of a purpose of somebody in a run: equal in every policy that is tried on it.
    pub fn of(seed: u64, run: u64, whose: u64, purpose: u64) -> Self {
        let mut state = seed;
        for part in [run, whose, purpose] {
            state = mixed(state.wrapping_add(STEP) ^ mixed(part.wrapping_add(STEP)));
        }
        Self(state)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// From 0 up to and without 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    pub fn chance(&mut self, of_one: f64) -> bool {
        self.unit() < of_one
    }
}

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// How long something takes, in minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Draw {
    Fixed(f64),
    /// With this mean.
    Exponential(f64),
    /// With this mean and standard deviation of the time itself, not of its logarithm.
    Lognormal {
        mean: f64,
        deviation: f64,
    },
    /// With this mean and standard deviation, and never less than the least.
    Normal {
        mean: f64,
        deviation: f64,
        least: f64,
    },
}

impl Draw {
    pub fn from(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Fixed(minutes) => minutes,
            Self::Exponential(mean) => -mean * (1.0 - stream.unit()).ln(),
            Self::Lognormal { mean, deviation } => {
                let variance = (1.0 + (deviation / mean).powi(2)).ln();
                (mean.ln() - variance / 2.0 + variance.sqrt() * normal(stream)).exp()
            }
            Self::Normal { mean, deviation, least } => (mean + deviation * normal(stream)).max(least),
        }
    }
}

/// By Box and Muller (1958).
fn normal(stream: &mut Stream) -> f64 {
    let length = (-2.0 * (1.0 - stream.unit()).ln()).sqrt();
    length * (TAU * stream.unit()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Sample;

    #[test]
    fn draws_have_the_means_and_deviations_that_they_say() {
        let all = [
            (Draw::Fixed(3.0), 3.0, 0.0),
            (Draw::Exponential(7.0), 7.0, 7.0),
            (Draw::Lognormal { mean: 13.3, deviation: 1.4 }, 13.3, 1.4),
            (Draw::Lognormal { mean: 5.0, deviation: 8.0 }, 5.0, 8.0),
            (Draw::Normal { mean: 16.0, deviation: 1.7, least: 0.5 }, 16.0, 1.7),
        ];
        for (draw, mean, deviation) in all {
            let mut stream = Stream::of(1, 2, 3, 4);
            let sample: Sample = (0..400_000).map(|_| draw.from(&mut stream)).collect();
            assert!((sample.mean() - mean).abs() <= 5.0 * deviation / 632.0, "{draw:?}: {}", sample.mean());
            assert!((sample.deviation() - deviation).abs() <= 0.05 * deviation + 1e-9, "{draw:?}: {}", sample.deviation());
        }
    }

    #[test]
    fn streams_of_other_people_runs_and_purposes_are_others() {
        let first = |seed, run, whose, purpose| Stream::of(seed, run, whose, purpose).next();
        let all = [first(1, 1, 1, 1), first(2, 1, 1, 1), first(1, 2, 1, 1), first(1, 1, 2, 1), first(1, 1, 1, 2), first(1, 2, 1, 2)];
        assert!((0..all.len()).all(|one| (0..one).all(|other| all[one] != all[other])));
        assert_eq!(first(1, 1, 1, 1), all[0]);
    }
}
