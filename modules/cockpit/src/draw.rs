//! A line of values as a picture; the table beside it says the same.

use rihla_indicators::control::Chart;
use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 160.0;
const EDGE: f64 = 8.0;

/// The values in their order, a gap where there is none, with limits if there are some. It runs the way of the language.
pub fn line(values: &[Option<f64>], chart: Option<&Chart>, label: &str, right_to_left: bool) -> String {
    let limits = chart.map(|chart| [chart.lower, chart.centre, chart.upper]);
    let most = values.iter().flatten().copied().chain(limits.into_iter().flatten()).fold(0.0_f64, f64::max).max(1e-9);
    let steps = values.len().saturating_sub(1).max(1) as f64;
    let across = |at: usize| {
        let x = EDGE + at as f64 / steps * (WIDTH - 2.0 * EDGE);
        if right_to_left { WIDTH - x } else { x }
    };
    let up = |value: f64| HEIGHT - EDGE - value / most * (HEIGHT - 2.0 * EDGE);
    let mut out = format!(r#"<svg class="figure-line" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{}">"#, escaped(label));
    for (at, level) in limits.into_iter().flatten().enumerate() {
        let class = if at == 1 { "centre" } else { "limit" };
        _ = write!(out, r#"<line class="{class}" x1="0" x2="{WIDTH}" y1="{0:.1}" y2="{0:.1}"/>"#, up(level));
    }
    let mut path = String::new();
    let mut pen = 'M';
    for (at, value) in values.iter().enumerate() {
        match value {
            Some(value) => {
                _ = write!(path, "{pen}{:.1} {:.1}", across(at), up(*value));
                _ = write!(out, r#"<circle cx="{:.1}" cy="{:.1}" r="3"/>"#, across(at), up(*value));
                pen = 'L';
            }
            None => pen = 'M',
        }
    }
    _ = write!(out, r#"<path d="{path}"/></svg>"#);
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_no_line_and_a_label_no_markup() {
        let drawn = line(&[Some(1.0), None, Some(2.0)], None, "a\"<b", false);
        assert_eq!((drawn.matches("<circle").count(), drawn.matches('M').count(), drawn.matches('L').count()), (2, 2, 0), "{drawn}");
        assert!(drawn.contains("a&quot;&lt;b"));
    }
}
