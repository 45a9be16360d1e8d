//! How long something will take, learned from what was seen and judged on what came later; see `spec.md`.
//!
//! ```text
//! rows in time order ─► before the cut: candidates, each foretold forward ─► the best, made conformal ─► frozen
//!                       after it: frozen model against the rolling naive one ─► verdict
//! ```

mod boost;
mod case;
mod judge;
mod kept;
mod model;
mod naive;
mod number;
mod train;

pub use boost::{Boost, Shape};
pub use case::{Case, Past};
pub use judge::{Judged, Score, Verdict, judge, kolmogorov};
pub use kept::{Kept, Kind, Predictor};
pub use model::{Candidate, Model, Range, fit};
pub use naive::Naive;
pub use number::quantile;
pub use train::train;

/// One thing that took its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// When it is foretold, in seconds of any origin.
    pub at: f64,
    /// When its length was known, in the same seconds.
    pub known: f64,
    /// Hour of the day, 0 to 23, and how urgent: the cells of the naive forecast.
    pub hour: u8,
    pub acuity: u8,
    /// NaN where nothing is known.
    pub features: Vec<f64>,
    /// How long it took; not negative.
    pub value: f64,
}
