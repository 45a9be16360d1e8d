//! Growth of a child until five years: z-scores in words, and the child's points among the curves of the WHO.

use crate::READ;
use crate::curves::{self, Point};
use crate::of::Of;
use crate::sets::{Set, grouped};
use crate::value::{LOINC, Value};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_scores::growth::{LAST_DAY, Measured, STANDING_FROM, Sex, Standard, Z, z_scores};
use rihla_web::text::{Html, Voice, listed, ltr};
use rihla_web::{BANNER, Desk, Page, Refusal};

/// Measures that are read.
const MEASURES: &str = "300";
/// The signs that the standards are about.
const WEIGHT: &str = "weight";
const HEIGHT: &str = "height";
const HEAD: &str = "head";

/// One z-score in words.
struct Line {
    name: String,
    z: Html,
    words: String,
    /// A code of `signs-z-*`.
    code: &'static str,
    when: String,
    value: Html,
}

struct Chart {
    title: String,
    svg: String,
}

#[derive(Template)]
#[template(path = "signs/growth.html")]
struct Body<'b> {
    voice: &'b Voice,
    back: String,
    /// Why there is nothing to show: the key of its words.
    why: &'static str,
    age: String,
    lines: Vec<Line>,
    charts: Vec<Chart>,
}

/// What was measured of a child at one time.
struct Then {
    set: Set,
    measured: Measured,
}

/// `GET /patients/{patient}/growth`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, READ)?;
    let voice = of.voice();
    let days = of.who.days(voice.now(), voice);
    let why = match (of.who.sex(), days) {
        (None, _) => rihla_web::key!("signs-growth-no-sex"),
        (_, None) => rihla_web::key!("signs-growth-no-birth"),
        (_, Some(_)) => "",
    };
    let all = if why.is_empty() { thens(&of)? } else { Vec::new() };
    let why = if why.is_empty() && all.is_empty() { rihla_web::key!("signs-growth-none") } else { why };
    let (mut lines, mut charts) = (Vec::new(), Vec::new());
    if let Some(sex) = of.who.sex() {
        lines = Standard::ALL.into_iter().filter_map(|standard| line(voice, sex, standard, &all)).collect();
        charts = Standard::ALL.into_iter().filter_map(|standard| chart(voice, sex, standard, &all)).collect();
    }
    let age = of.banner.birth.as_deref().map(|birth| voice.age(birth, voice.now())).unwrap_or_default();
    let body = Body { voice, back: of.path("signs"), why, age, lines, charts }.render()?;
    let live = BANNER.into_iter().map(|part| (part, of.id().to_owned())).collect();
    of.desk.page(Page { title: voice.t("signs-growth"), nav: "/patients", patient: Some(&of.banner), tab: Some("signs"), live, body, ..Page::default() })
}

/// What was measured until the standards end, the oldest first.
fn thens(of: &Of) -> Result<Vec<Then>, Refusal> {
    let signs = &of.desk.house.pack().signs;
    let codes: Vec<String> = [WEIGHT, HEIGHT, HEAD].iter().filter_map(|code| signs.sign(code)?.loinc.first()).map(|loinc| format!("{LOINC}|{loinc}")).collect();
    let found = of.desk.search("Observation", &[("patient", of.id()), ("code", &codes.join(",")), ("_sort", "-date"), ("_count", MEASURES)])?;
    let sets = grouped(&of.desk, &found.matches).into_iter().map(|(_, set)| set).filter(|set| !set.in_error);
    let then = |set: Set| {
        let days = of.who.days(set.at, of.voice()).filter(|days| *days <= LAST_DAY)?;
        let number = |code: &str| match set.value(code) {
            Some(Value::Number(text)) => text.parse::<f64>().ok(),
            _ => None,
        };
        let measured = Measured { days, weight_kg: number(WEIGHT), height_cm: number(HEIGHT), lying: None, head_cm: number(HEAD) };
        Some(Then { set, measured })
    };
    let mut all: Vec<Then> = sets.filter_map(then).collect();
    all.sort_by_key(|then| then.set.at);
    Ok(all)
}

/// The last z-score of a standard.
fn line(voice: &Voice, sex: Sex, standard: Standard, all: &[Then]) -> Option<Line> {
    let (then, z) = all.iter().rev().find_map(|then| Some((then, z_scores(sex, &then.measured).into_iter().find(|z| z.standard == standard)?)))?;
    let code = words(&z);
    let (_, y) = point(standard, &then.measured)?;
    Some(Line {
        name: name(voice, standard),
        z: ltr(voice.number(&format!("{:.2}", z.z))),
        words: voice.t(&listed(rihla_web::key!("signs-z-*"), code)),
        code,
        when: voice.date(then.set.at),
        value: ltr(format!("{} {}", voice.number(&format!("{y:.1}")), unit(standard))),
    })
}

fn chart(voice: &Voice, sex: Sex, standard: Standard, all: &[Then]) -> Option<Chart> {
    let points: Vec<Point> = all
        .iter()
        .filter(|then| z_scores(sex, &then.measured).iter().any(|z| z.standard == standard && z.is_plausible()))
        .filter_map(|then| point(standard, &then.measured))
        .map(|(x, y)| Point { x, y })
        .collect();
    if points.is_empty() {
        return None;
    }
    let title = name(voice, standard);
    Some(Chart { svg: curves::svg(voice, sex, standard, &points, &title)?, title })
}

/// Where a measure stands on the chart of a standard: its days or centimetres, and its value.
fn point(standard: Standard, measured: &Measured) -> Option<(f64, f64)> {
    let days = f64::from(measured.days);
    match standard {
        Standard::WeightForAge => Some((days, measured.weight_kg?)),
        Standard::HeightForAge => Some((days, measured.height_cm?)),
        Standard::HeadForAge => Some((days, measured.head_cm?)),
        Standard::BmiForAge => Some((days, measured.weight_kg? * 10_000.0 / measured.height_cm?.powi(2))),
        Standard::WeightForLength if measured.days < STANDING_FROM => Some((measured.height_cm?, measured.weight_kg?)),
        Standard::WeightForHeight if measured.days >= STANDING_FROM => Some((measured.height_cm?, measured.weight_kg?)),
        _ => None,
    }
}

fn name(voice: &Voice, standard: Standard) -> String {
    voice.t(&listed(rihla_web::key!("signs-standard-*"), standard.code()))
}

pub fn unit(standard: Standard) -> &'static str {
    match standard {
        Standard::HeightForAge | Standard::HeadForAge => "cm",
        Standard::BmiForAge => "kg/m²",
        _ => "kg",
    }
}

/// Between which deviations; a value beyond the limits of the standards' own programs is said to be improbable.
fn words(z: &Z) -> &'static str {
    if !z.is_plausible() {
        return "improbable";
    }
    match z.z {
        z if z < -3.0 => "below-3",
        z if z < -2.0 => "below-2",
        z if z <= 2.0 => "within",
        z if z <= 3.0 => "above-2",
        _ => "above-3",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z_scores_turn_at_two_and_three() {
        let of = |z: f64| words(&Z { standard: Standard::WeightForAge, z });
        assert_eq!(
            [-6.01, -3.01, -3.0, -2.01, -2.0, 2.0, 2.01, 3.0, 3.01, 5.01].map(of),
            ["improbable", "below-3", "below-2", "below-2", "within", "within", "above-2", "above-2", "above-3", "improbable"]
        );
    }
}
