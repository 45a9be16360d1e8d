//! Quantiles.

/// The value below which a part of the values lies, linear between neighbours; sorts them. None of nothing.
pub fn quantile(values: &mut [f64], part: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let at = part.clamp(0.0, 1.0) * values.len().checked_sub(1)? as f64;
    let (low, high) = (values.get(at.floor() as usize)?, values.get(at.ceil() as usize)?);
    Some(low + (high - low) * at.fract())
}
