//! TWIN-6 to TWIN-10.

use super::ask::Asked;
use super::experiment::{Gate, Side, compare};
use super::{Calling, Choice, Cleaning, Figures, More, Of, Opening, People, Policy, Setting, simulate};

fn small() -> Figures {
    Figures::own().expect("the data are sound").scaled(200)
}

/// TWIN-6: every figure says where it is from, and the hospital has a thousand beds at two sites.
#[test]
fn the_hospital_is_data_with_sources() {
    let figures = Figures::own().expect("the data are sound");
    assert_eq!((figures.beds(), figures.sites.len()), (1_000, 2));
    let (assumed, all) = figures.assumptions();
    assert!(assumed > 0 && assumed < all);
    assert!(Figures::parse(&include_str!("../../data/flow.toml").replace("boxes = 30", "boxes = 0")).is_err());
    assert!(Figures::parse(&include_str!("../../data/flow.toml").replace(", source = \"assumption\" }", " }")).is_err());
}

/// TWIN-7: the same seed is the same run, another is not; people do not depend on who meets them.
#[test]
fn policies_meet_the_same_people() {
    let (figures, setting) = (small(), Setting::of(3, 7));
    let people = People::draw(&figures, setting, 0);
    assert_eq!(people.0, People::draw(&figures, setting, 0).0);
    assert_ne!(people.0, People::draw(&figures, setting, 1).0);
    let mut more = figures.clone();
    More::Triage.add(1, &mut more);
    More::Bed.add(5, &mut more);
    let once = simulate(&more, Policy::OURS, &people, setting);
    assert_eq!(once, simulate(&more, Policy::OURS, &people, setting));
    let usual = simulate(&figures, Policy::USUAL, &people, setting);
    assert_eq!(usual.indicators.of(Of::Attendances), once.indicators.of(Of::Attendances));
    // The same on both sides is no difference at all.
    let side = Side { policy: Policy::OURS, more: None };
    let found = compare(&figures, side, side, setting, 2);
    assert!(found.lines.iter().all(|line| line.difference.mean == 0.0));
    assert!((found.index.expect("it can be reckoned").mean - 100.0).abs() < 1e-9);
}

/// TWIN-8: arrivals follow the hours, and levels their shares.
#[test]
fn people_are_as_the_figures_say() {
    let figures = Figures::own().expect("the data are sound");
    let people = People::draw(&figures, Setting { seed: 3, warm: 0, days: 40, month: 6 }, 0);
    let visits: Vec<_> = people.0.iter().filter(|person| person.visit.is_some()).collect();
    let a_day = visits.len() as f64 / 42.0;
    let expected = 520.0 * 103.0 / 100.0;
    assert!((a_day - expected).abs() < 0.03 * expected, "{a_day}");
    let at = |hour: usize| visits.iter().filter(|person| (person.comes / 60.0) as usize % 24 == hour).count() as f64;
    assert!((at(10) / at(4) - 108.0 / 25.0).abs() < 0.8);
    let second = visits.iter().filter(|person| person.visit.as_ref().is_some_and(|visit| visit.level == 1)).count() as f64;
    assert!((second / visits.len() as f64 - 0.10).abs() < 0.01);
    let admitted = |level| {
        let of: Vec<_> = visits.iter().filter(|person| person.visit.as_ref().is_some_and(|visit| visit.level == level)).collect();
        of.iter().filter(|person| person.stay.is_some()).count() as f64 / of.len() as f64
    };
    assert!((admitted(1) - 0.596).abs() < 0.04 && (admitted(4) - 0.04).abs() < 0.01);
}

/// TWIN-2, TWIN-9: Little's law at every queue, whatever the policy; and each policy does what it is named for.
#[test]
fn books_close_and_policies_bite() {
    let (figures, setting) = (small(), Setting::of(7, 11));
    let people = People::draw(&figures, setting, 0);
    let run = |policy| simulate(&figures, policy, &people, setting);
    let usual = run(Policy::USUAL);
    for name in Policy::NAMES {
        let outcome = run(Policy::named(name).expect("it is named"));
        assert!(outcome.gap < 1e-9, "{name}: {}", outcome.gap);
    }
    let value = |outcome: &super::Outcome, of| outcome.indicators.of(of).expect("somebody was counted");
    let cleaning = run(Policy { cleaning: Cleaning::Demand, ..Policy::USUAL });
    assert!(value(&cleaning, Of::TurnoverDirty) < value(&usual, Of::TurnoverDirty));
    let opening = run(Policy { opening: Opening::Demand, ..Policy::USUAL });
    assert!(value(&opening, Of::StayMean) <= value(&usual, Of::StayMean));
    let need = run(Policy { choice: Choice::Need, ..Policy::USUAL });
    assert!(value(&need, Of::Outliers) <= value(&usual, Of::Outliers));
    assert!((0.5..1.0).contains(&value(&usual, Of::BedOccupancy)));
}

/// TWIN-9: in the whole house. In one that is overloaded fewer may be in time: short delays are then missed by all.
#[test]
fn calling_by_acuity_keeps_more_delays() {
    let (figures, usual) = (Figures::own().expect("the data are sound"), Side { policy: Policy::USUAL, more: None });
    let acuity = Side { policy: Policy { calling: Calling::Acuity, ..Policy::USUAL }, more: None };
    let found = compare(&figures, usual, acuity, Setting::of(7, 11), 4);
    let in_time = found.line("e2-in-time").expect("it is counted");
    assert!(in_time.difference.low > 0.0, "{in_time:?}");
}

/// TWIN-10: differences are paired; a gate that the twin cannot judge says so.
#[test]
fn one_more_physician_shortens_the_wait_and_gates_are_said() {
    let (figures, setting) = (small(), Setting::of(7, 5));
    let usual = Side { policy: Policy::USUAL, more: None };
    let found = compare(&figures, usual, Side { more: More::parse("physician+1"), ..usual }, setting, 6);
    let wait = found.line("e2-median").expect("it is counted");
    assert!(wait.difference.high < 0.0, "{wait:?}");
    assert!((wait.other.mean - wait.base.mean - wait.difference.mean).abs() < 1e-9);
    // People are the same on both sides, so the difference is surer than either side.
    assert!(wait.difference.high - wait.difference.low < 1.5 * (wait.base.high - wait.base.low));
    assert!(found.gates.iter().any(|(name, gate, _)| *name == "readmission" && *gate == Gate::NotEvaluable));
    assert_eq!([More::parse("physician+0"), More::parse("nurse+1"), More::parse("box+51")], [None; 3]);
}

/// TWIN-11: what is asked is bounded, and its command says all of it.
#[test]
fn what_is_asked_is_bounded_and_has_its_command() {
    let asked = Asked { other: "ours".into(), runs: 3, days: 2, ..Asked::default() };
    assert_eq!(asked.command(), "rihla twin experiment --compare usual,ours --runs 3 --days 2");
    let found = asked.compare().expect("it is sound");
    assert_eq!(found.runs, 3);
    assert!(found.to_csv(&asked).starts_with("# simulation"));
    assert!(found.to_json(&asked).contains("\"simulation\": true"));
    assert!(found.to_text(&asked).contains("e2-median"));
    let more = Asked { more: "triage+1".into(), beds: 300, month: 7, seed: 9, ..Asked::default() };
    assert_eq!(more.command(), "rihla twin experiment --compare usual,usual --what triage+1 --runs 20 --days 28 --beds 300 --month 7 --seed 9");
    let wrong = |asked: Asked| asked.compare().expect_err("it is refused");
    assert!(wrong(Asked { other: "best".into(), ..Asked::default() }).contains("best"));
    assert!(wrong(Asked { more: "nurse+1".into(), ..Asked::default() }).contains("nurse+1"));
    assert!(wrong(Asked::default()).contains("same"));
    for odd in [Asked { runs: 1, ..more.clone() }, Asked { days: 400, ..more.clone() }, Asked { beds: 5, ..more.clone() }, Asked { month: 13, ..more.clone() }]
    {
        assert!(wrong(odd).contains("between"));
    }
}
