//! TWIN-13, TWIN-14. The log here is made up.

use super::{Mapping, calibrate, figures};
use crate::hospital::Figures;
use crate::sim::{Draw, Stream};

const MAPPING: &str = r#"
case = "id"
activity = "what"
time = "when"
attributes = ["hard"]
urgent = ["hard"]
[[interval]]
name = "wait"
from = ["in"]
to = ["out"]
at = ["in"]
"#;

/// Cases an hour apart or so; hard ones take three times as long. After `shift` of them everything takes so many times as long.
fn log(cases: u32, shift: u32, times: f64) -> String {
    let mut stream = Stream::of(1, 2, 3, 4);
    let mut out = String::from("id,what,when,hard,\"a, b\"\n");
    let mut now = 1_600_000_000.0;
    for n in 0..cases {
        now += Draw::Exponential(3_600.0).from(&mut stream);
        let hard = stream.chance(0.4);
        let mean = if hard { 90.0 } else { 30.0 } * if n >= shift { times } else { 1.0 };
        let minutes = Draw::Lognormal { mean, deviation: mean / 4.0 }.from(&mut stream);
        let out_at = now + 60.0 * minutes;
        out += &format!("{n},in,{now},{hard},\"x \"\"y\"\"\"\n{n},out,{out_at},,\n");
    }
    out + "broken,in,no time,,\n"
}

/// TWIN-13: what is learned before the cut covers what comes after it, and is better than the naive forecast.
#[test]
fn a_steady_log_is_foretold() {
    let mapping = Mapping::parse(MAPPING).expect("it is sound");
    let found = calibrate(&log(600, 600, 1.0), &mapping, 0.6).expect("it can be read");
    assert_eq!((found.cases, found.unread_lines), (600, 1));
    assert!(found.holds(), "{}", found.to_text());
    assert!((found.arrivals.a_day_before - 24.0).abs() < 3.0 && found.arrivals.distance < 0.12, "{}", found.to_text());
    assert_eq!(found.routes.len(), 2);
    let length = &found.intervals[0];
    assert_eq!(length.before + length.after + length.open_at_cut, 600);
    assert!(length.open_at_cut <= 5);
    assert!(found.to_json().contains("\"chosen\""));
}

/// TWIN-14: a house that changed is not foretold, and the verdict says so.
#[test]
fn a_log_that_changed_does_not_hold() {
    let mapping = Mapping::parse(MAPPING).expect("it is sound");
    let found = calibrate(&log(600, 360, 3.0), &mapping, 0.6).expect("it can be read");
    assert!(!found.holds() && found.intervals[0].distance > 0.4, "{}", found.to_text());
    assert!(calibrate("id,what\n1,in\n", &mapping, 0.6).is_err_and(|why| why.contains("when")));
    assert!(calibrate(&log(30, 30, 1.0), &mapping, 0.6).is_err_and(|why| why.contains("hundred")));
    assert!(calibrate(&log(200, 200, 1.0), &mapping, 1.0).is_err());
    assert!(Mapping::parse("case = 1").is_err() && Mapping::own().is_ok());
}

/// TWIN-15: what the log tells stands in the place of assumptions, and only that; what it tells too little of is said.
#[test]
fn figures_are_taken_from_a_log() {
    let told = format!("{MAPPING}figure = \"care.laboratory\"\n[figures]\narrivals = true\nsite = \"B\"\n");
    let mapping = Mapping::parse(&told).expect("it is sound");
    let own = Figures::own().expect("it is sound");
    let mut taken = own.clone();
    let learned = figures(&log(1_500, 1_500, 1.0), &mapping, 0.8, "log of 2020", &mut taken).expect("it can be read");
    assert_eq!(learned.taken.len(), 4, "{learned:?}");
    assert!(learned.left.len() == 1 && learned.left[0].starts_with("arrivals.months: 48 days, 365"), "{learned:?}");
    let laboratory = &taken.care.laboratory;
    assert!((laboratory.value.mean - 54.0).abs() < 5.0 && laboratory.source.starts_with("log of 2020: wait, 1"), "{laboratory:?}");
    assert!((taken.arrivals.hours.value.iter().sum::<f64>() - 1_200.0).abs() < 0.5);
    assert!((taken.sites[1].arrivals - 24.0).abs() < 2.0 && (taken.sites[0].arrivals - own.sites[0].arrivals).abs() < 1e-9);
    assert_eq!(taken.assumptions().0, own.assumptions().0 - 3);
    let again = Figures::parse(&taken.to_toml().expect("it can be written")).expect("it can be read");
    assert_eq!(again.to_toml(), taken.to_toml());
}

/// TWIN-15: a log of one illness fills nothing unless its mapping says so, and a name that is not there is said.
#[test]
fn nothing_is_taken_that_nobody_named() {
    let take = |more: &str| {
        let mapping = Mapping::parse(&format!("{MAPPING}{more}")).expect("it is sound");
        figures(&log(300, 300, 1.0), &mapping, 0.6, "log", &mut Figures::own().expect("it is sound"))
    };
    assert!(take("").is_err_and(|why| why.contains("names no figure")));
    assert!(take("figure = \"care.magic\"\n").is_err_and(|why| why.contains("care.magic")));
    assert!(take("[figures]\narrivals = true\nsite = \"Z\"\n").is_err_and(|why| why.contains("site Z")));
    assert!(Mapping::own().is_ok_and(|own| !own.figures.arrivals && own.intervals.iter().all(|interval| interval.figure.is_none())));
}
