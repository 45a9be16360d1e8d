//! A chart of growth as SVG: the curves of the standard at 0, ±2 and ±3 deviations and the child's points. It needs no script
//! and prints; in a page from right to left time runs from right to left too.

use crate::growth::unit;
use rihla_scores::growth::{STANDING_FROM, Sex, Standard, value};
use rihla_web::text::{Html, Voice};
use std::fmt::Write;

/// One measure: days or centimetres, and its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// Of the drawing, in its own units.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 40.0;
const TOP: f64 = 14.0;
const FOOT: f64 = 34.0;
/// Curves with their class.
const CURVES: [(f64, &str); 5] = [(-3.0, "three"), (-2.0, "two"), (0.0, "median"), (2.0, "two"), (3.0, "three")];
/// Stretches of which a curve is made.
const STEPS: u32 = 60;
const MONTH: f64 = 30.4375;

/// Where values stand on the drawing.
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
    mirrored: bool,
}

impl Frame {
    fn across(&self, x: f64) -> f64 {
        let part = (x - self.x.0) / (self.x.1 - self.x.0);
        let room = WIDTH - LEFT - RIGHT;
        LEFT + if self.mirrored { (1.0 - part) * room } else { part * room }
    }

    fn down(&self, y: f64) -> f64 {
        TOP + (1.0 - (y - self.y.0) / (self.y.1 - self.y.0)) * (HEIGHT - TOP - FOOT)
    }
}

/// The chart; none where the standard has no table.
pub fn svg(voice: &Voice, sex: Sex, standard: Standard, points: &[Point], title: &str) -> Option<String> {
    let frame = frame(voice, sex, standard, points)?;
    let mut out = String::new();
    let label = Html::text(title);
    write!(out, r#"<svg class="growth" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{}">"#, label.as_str()).ok()?;
    axes(&mut out, voice, standard, &frame).ok()?;
    for (z, class) in CURVES {
        curve(&mut out, voice, sex, standard, &frame, z, class).ok()?;
    }
    let line: Vec<String> = points.iter().map(|point| format!("{:.1},{:.1}", frame.across(point.x), frame.down(point.y))).collect();
    write!(out, r#"<polyline class="child" points="{}"/>"#, line.join(" ")).ok()?;
    for point in points {
        write!(out, r#"<circle class="child" cx="{:.1}" cy="{:.1}" r="4"/>"#, frame.across(point.x), frame.down(point.y)).ok()?;
    }
    out.push_str("</svg>");
    Some(out)
}

/// The first two years, or all five: as far as the child has come. By height the stretch around the child.
fn frame(voice: &Voice, sex: Sex, standard: Standard, points: &[Point]) -> Option<Frame> {
    let (first, last) = standard.span()?;
    let most = points.iter().map(|point| point.x).fold(f64::MIN, f64::max);
    // One day later the standard measures standing, and its curves step down.
    let half = f64::from(STANDING_FROM - 1);
    let end = if matches!(standard, Standard::WeightForLength | Standard::WeightForHeight) || most > half { last } else { half };
    let at = |step: u32| first + (end - first) * f64::from(step) / f64::from(STEPS);
    let own = |z: f64| (0..=STEPS).filter_map(move |step| value(standard, sex, at(step), z));
    let curves: Vec<f64> = [-3.0, 3.0].into_iter().flat_map(own).collect();
    let all = || curves.iter().copied().chain(points.iter().map(|point| point.y));
    let (low, high) = (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max));
    (high > low).then(|| Frame {
        x: (first, end),
        y: ((low - (high - low) * 0.04).floor(), (high + (high - low) * 0.04).ceil()),
        mirrored: voice.lang().right_to_left(),
    })
}

fn axes(out: &mut String, voice: &Voice, standard: Standard, frame: &Frame) -> std::fmt::Result {
    let by_height = matches!(standard, Standard::WeightForLength | Standard::WeightForHeight);
    let (step, each) = if by_height { (10.0, 1.0) } else { (if frame.x.1 > 800.0 { 6.0 } else { 2.0 }, MONTH) };
    let foot = HEIGHT - FOOT;
    let mut at = (frame.x.0 / each / step).ceil() * step;
    while at * each <= frame.x.1 + 1.0 {
        let x = frame.across(at * each);
        write!(
            out,
            r#"<line class="grid" x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{foot}"/><text x="{x:.1}" y="{:.1}" text-anchor="middle">{at:.0}</text>"#,
            foot + 15.0
        )?;
        at += step;
    }
    let rise = nice((frame.y.1 - frame.y.0) / 8.0);
    let mut at = (frame.y.0 / rise).ceil() * rise;
    let (start, anchor) = if frame.mirrored { (WIDTH - RIGHT + 6.0, "start") } else { (LEFT - 6.0, "end") };
    while at <= frame.y.1 {
        let y = frame.down(at);
        let text = voice.number(&format!("{at}"));
        write!(
            out,
            r#"<line class="grid" x1="{LEFT}" y1="{y:.1}" x2="{:.1}" y2="{y:.1}"/><text x="{start}" y="{:.1}" text-anchor="{anchor}">{text}</text>"#,
            WIDTH - RIGHT,
            y + 4.0
        )?;
        at += rise;
    }
    let across = voice.t(if by_height { "signs-growth-by-height" } else { "signs-growth-by-months" });
    write!(
        out,
        r#"<text class="unit" x="{:.1}" y="{:.1}" text-anchor="middle">{} · {}</text>"#,
        WIDTH / 2.0,
        HEIGHT - 4.0,
        Html::text(across).as_str(),
        unit(standard)
    )
}

/// 1, 2 or 5 times a power of ten, at least as large.
fn nice(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(1e-3).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= least).unwrap_or(power * 10.0)
}

fn curve(out: &mut String, voice: &Voice, sex: Sex, standard: Standard, frame: &Frame, z: f64, class: &str) -> std::fmt::Result {
    let mut points = Vec::new();
    let mut end = (0.0, 0.0);
    for step in 0..=STEPS {
        let x = frame.x.0 + (frame.x.1 - frame.x.0) * f64::from(step) / f64::from(STEPS);
        if let Some(y) = value(standard, sex, x, z) {
            end = (frame.across(x), frame.down(y));
            points.push(format!("{:.1},{:.1}", end.0, end.1));
        }
    }
    let sign = if z > 0.0 { "+" } else { "" };
    let (x, anchor) = if frame.mirrored { (end.0 - 4.0, "end") } else { (end.0 + 4.0, "start") };
    let text = if z == 0.0 { "0".to_owned() } else { format!("{sign}{}", voice.number(&format!("{z:.0}"))) };
    write!(
        out,
        r#"<polyline class="{class}" points="{}"/><text class="{class}" x="{x:.1}" y="{:.1}" text-anchor="{anchor}" direction="ltr">{text}</text>"#,
        points.join(" "),
        end.1 + 4.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_kernel::{Instant, Lang};
    use rihla_web::text::Words;
    use std::sync::Arc;

    fn drawn(lang: Lang, points: &[Point]) -> String {
        let words = Words::new(&[&crate::SCREENS.words]).expect("words");
        let voice = Voice::new(Arc::new(words), lang, jiff::tz::TimeZone::UTC, Instant(0));
        svg(&voice, Sex::Female, Standard::WeightForAge, points, "Poids <âge>").expect("a chart")
    }

    fn child(svg: &str) -> Vec<(f64, f64)> {
        let points = svg.split("class=\"child\" points=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("points");
        points.split(' ').map(|point| point.split_once(',').map(|(x, y)| (x.parse().expect("x"), y.parse().expect("y"))).expect("a point")).collect()
    }

    /// SIGN-13
    #[test]
    fn later_and_heavier_is_further_and_higher_and_mirrored_in_arabic() {
        let points = [Point { x: 30.0, y: 4.0 }, Point { x: 300.0, y: 8.0 }];
        let french = drawn(Lang::French, &points);
        let there = child(&french);
        assert!(there[0].0 < there[1].0 && there[0].1 > there[1].1, "{there:?}");
        let mirrored = child(&drawn(Lang::Arabic, &points));
        assert!(mirrored[0].0 > mirrored[1].0 && (mirrored[0].1 - there[0].1).abs() < 0.2, "{mirrored:?}");
        assert_eq!(french.matches("<polyline").count(), 6);
        assert!(french.contains("Poids &#60;âge&#62;") && !french.contains("NaN"), "{french}");
        assert!(there.iter().all(|(x, y)| (0.0..WIDTH).contains(x) && (0.0..HEIGHT).contains(y)));
    }
}
