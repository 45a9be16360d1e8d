//! The index of FLOW §3.2 for what the twin has, and its gate.
//!
//! Of the published weights those that the twin can reckon are kept and brought to one: E2 and E3 share access and waits
//! (0.30), E5 and B2 flow (0.25), R1 capacity (0.20). Order-to-action (0.15) and administrative load (0.10) are not simulated.

use super::measures::{Better, Of};

/// What is in the index, with its published weight before it is brought to one.
pub const PARTS: [(Of, f64, Better); 5] = [
    (Of::DoctorMedian, 0.15, Better::Less),
    (Of::StayMean, 0.15, Better::Less),
    (Of::BoardingMean, 0.125, Better::Less),
    (Of::Turnover, 0.125, Better::Less),
    (Of::Productivity, 0.20, Better::More),
];

/// ln(HOEI/100) of a run under a policy against the same run under the usual one; none where a part could not be reckoned.
pub fn log_index(base: &super::Indicators, other: &super::Indicators) -> Option<f64> {
    let mut sum = 0.0;
    for (of, weight, better) in PARTS {
        let (before, after) = (base.of(of)?.max(f64::MIN_POSITIVE), other.of(of)?.max(f64::MIN_POSITIVE));
        let ratio = if better == Better::More { after / before } else { before / after };
        sum += weight * ratio.clamp(0.5, 2.0).ln();
    }
    Some(sum / PARTS.iter().map(|(_, weight, _)| weight).sum::<f64>())
}

/// What a gate is about, and the most that its 95 % interval may reach beyond no change.
pub const GATES: [(&str, Of, f64); 4] =
    [("left-unseen", Of::LeftUnseen, 0.005), ("urgent-p90", Of::DoctorUrgentP90, 1.0), ("gap-sex", Of::GapSex, 5.0), ("gap-site", Of::GapSite, 10.0)];

/// Gates of FLOW §3.2 that nothing in the twin can say anything about.
pub const NOT_EVALUABLE: [&str; 5] = ["readmission", "mortality", "icu-bounce-back", "medication-errors", "overtime"];
