//! Growth of children from birth to five years by the WHO Child Growth Standards: z-scores and curves.
//!
//! The method is that of the standards: `z = ((y/M)^L − 1) / (L·S)`, and for what is measured by weight beyond ±3 the
//! distance in steps of the one between the second and the third deviation (WHO, WHO Child Growth Standards: methods and
//! development, Geneva 2006, chapter 7).

mod tables;

use tables::{Lms, tables};
pub use tables::{Sex, Standard};

/// From so many days on somebody is measured standing: 24 months.
pub const STANDING_FROM: u32 = 731;
/// The last day of the standards: 60 months.
pub const LAST_DAY: u32 = 1_856;
/// A child is so much longer lying than standing, in centimetres.
const LYING: f64 = 0.7;

/// What was measured of a child on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// Days since birth.
    pub days: u32,
    pub weight_kg: Option<f64>,
    pub height_cm: Option<f64>,
    /// How the height was taken; none: as is usual at that age.
    pub lying: Option<bool>,
    pub head_cm: Option<f64>,
}

/// How far from the median, in deviations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Z {
    pub standard: Standard,
    pub z: f64,
}

impl Z {
    /// Beyond these a measure is more probably wrong than true, by the limits of the WHO's own programs.
    pub fn is_plausible(&self) -> bool {
        let (low, high) = match self.standard {
            Standard::WeightForAge => (-6.0, 5.0),
            Standard::HeightForAge => (-6.0, 6.0),
            _ => (-5.0, 5.0),
        };
        (low..=high).contains(&self.z)
    }
}

/// The z-scores that can be told of what was measured; none beyond five years.
pub fn z_scores(sex: Sex, measured: &Measured) -> Vec<Z> {
    let mut out = Vec::new();
    if measured.days > LAST_DAY {
        return out;
    }
    let days = f64::from(measured.days);
    let mut add = |standard: Standard, x: f64, value: Option<f64>| out.extend(value.and_then(|value| z(standard, sex, x, value)).map(|z| Z { standard, z }));
    let height = height(measured);
    add(Standard::WeightForAge, days, measured.weight_kg);
    add(Standard::HeightForAge, days, height);
    if let (Some(weight), Some(height)) = (measured.weight_kg, height) {
        let by_height = if measured.days < STANDING_FROM { Standard::WeightForLength } else { Standard::WeightForHeight };
        add(by_height, height, Some(weight));
        add(Standard::BmiForAge, days, Some(weight * 10_000.0 / (height * height)));
    }
    add(Standard::HeadForAge, days, measured.head_cm);
    out
}

/// The height as the standard of that age means it: lying before two years, standing after.
fn height(measured: &Measured) -> Option<f64> {
    let height = measured.height_cm?;
    Some(match (measured.days < STANDING_FROM, measured.lying) {
        (true, Some(false)) => height + LYING,
        (false, Some(true)) => height - LYING,
        _ => height,
    })
}

/// The z-score of one value; `x` in days, or in centimetres for a weight by length or height.
pub fn z(standard: Standard, sex: Sex, x: f64, value: f64) -> Option<f64> {
    let lms = tables()?.row(standard, sex, x)?;
    if !value.is_finite() || value <= 0.0 {
        return None;
    }
    let z = lms.z(value);
    if !standard.is_by_weight() || z.abs() <= 3.0 {
        return Some(z);
    }
    let side = z.signum();
    let (second, third) = (lms.value(2.0 * side), lms.value(3.0 * side));
    Some(side * 3.0 + (value - third) / (third - second).abs())
}

/// The value at a z-score, for a curve.
pub fn value(standard: Standard, sex: Sex, x: f64, z: f64) -> Option<f64> {
    tables()?.row(standard, sex, x).map(|lms| lms.value(z))
}

impl Lms {
    fn z(self, value: f64) -> f64 {
        if self.l == 0.0 { (value / self.m).ln() / self.s } else { ((value / self.m).powf(self.l) - 1.0) / (self.l * self.s) }
    }

    fn value(self, z: f64) -> f64 {
        if self.l == 0.0 { self.m * (self.s * z).exp() } else { self.m * (1.0 + self.l * self.s * z).powf(1.0 / self.l) }
    }
}
