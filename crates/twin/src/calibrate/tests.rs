//! TWIN-13, TWIN-14. The log here is made up.

use super::{Mapping, calibrate};
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
