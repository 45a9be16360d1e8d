//! XmR charts: which months or weeks differ from the others by more than chance does (Wheeler; FLOW §3.3).

/// Limits of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub centre: f64,
    pub lower: f64,
    pub upper: f64,
    pub signals: Vec<Signal>,
}

/// Why a point is not chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Above(usize),
    Below(usize),
    /// The last of eight in a row on one side of the centre.
    Run(usize),
}

/// The factor of the mean moving range.
const WIDTH: f64 = 2.66;
/// So many points at least.
const LEAST: usize = 6;
const RUN: usize = 8;

/// None of fewer than six points: limits would be made of chance.
pub fn chart(points: &[f64]) -> Option<Chart> {
    if points.len() < LEAST {
        return None;
    }
    let centre = points.iter().sum::<f64>() / points.len() as f64;
    let moves = points.iter().zip(points.iter().skip(1)).map(|(one, next)| (next - one).abs());
    let range = WIDTH * moves.sum::<f64>() / (points.len() - 1) as f64;
    // No wait and no share lies below nothing.
    let (lower, upper) = ((centre - range).max(0.0), centre + range);
    let mut signals = Vec::new();
    let (mut run, mut side) = (0, std::cmp::Ordering::Equal);
    for (at, point) in points.iter().enumerate() {
        if *point > upper {
            signals.push(Signal::Above(at));
        } else if *point < lower {
            signals.push(Signal::Below(at));
        }
        let now = point.total_cmp(&centre);
        run = if now == side && now != std::cmp::Ordering::Equal { run + 1 } else { 1 };
        side = now;
        if run == RUN {
            signals.push(Signal::Run(at));
        }
    }
    Some(Chart { centre, lower, upper, signals })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_beyond_the_limits_and_a_run_are_said() {
        assert_eq!(chart(&[1.0; 5]), None);
        let mut points = vec![10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 30.0];
        let found = chart(&points).expect("a chart");
        assert_eq!(found.signals.iter().filter(|one| matches!(one, Signal::Above(8))).count(), 1, "{found:?}");
        points = vec![1.0, 1.1, 1.0, 1.1, 1.0, 1.1, 1.0, 1.1, 3.0, 3.1, 3.0, 3.1];
        assert!(chart(&points).expect("a chart").signals.contains(&Signal::Run(7)));
    }

    #[test]
    fn the_limits_are_those_of_the_textbook() {
        let found = chart(&[4.0, 6.0, 4.0, 6.0, 4.0, 6.0]).expect("a chart");
        assert_eq!((found.centre, found.upper, found.lower), (5.0, 5.0 + 2.66 * 2.0, 0.0));
    }
}
