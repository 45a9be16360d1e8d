//! IND-10: the arithmetic against one that is as plain as can be.

#![allow(clippy::expect_used, reason = "a test")]

use jiff::tz::TimeZone;
use proptest::prelude::*;
use rihla_indicators::fact::{Away, Fact, Lab, Place, Span, Stay, Visit};
use rihla_indicators::figure::{Period, Question, Unit, figure, morning, series};
use rihla_indicators::{CODES, Facts, Figure};

const PERIOD: Period = Period { from: 1_000, to: 2_000 };

fn asked(unit: Unit) -> Question {
    Question { period: PERIOD, unit, now: 1_800, morning }
}

fn of(facts: &Facts, code: &str, unit: Unit) -> Figure {
    figure(facts, code, &asked(unit)).expect("a figure")
}

prop_compose! {
    fn visit()(arrival in 500_i64..2_500, triage in proptest::option::of(-50_i64..300), contact in proptest::option::of(0_i64..300), end in proptest::option::of(300_i64..400), left in 0_u8..3) -> Visit {
        let after = |wait: Option<i64>| wait.map(|wait| arrival + wait);
        let away = match left {
            1 if end.is_some() && contact.is_none() => Away::Unseen,
            2 if end.is_some() && contact.is_none() => Away::Redirected,
            _ => Away::No,
        };
        Visit { patient: 0, place: 1, arrival: Some(arrival), triage: after(triage), contact: after(contact), end: after(end), away, ..Visit::default() }
    }
}

prop_compose! {
    fn stay()(from in 0_i64..2_000, moved in 1_i64..500, more in 1_i64..500, open in any::<bool>(), two in any::<bool>()) -> Stay {
        let (middle, to) = (from + moved, from + moved + more);
        let end = (!open).then_some(to);
        let spans = if two { vec![Span { place: 11, from, to: Some(middle) }, Span { place: 12, from: middle, to: end }] } else { vec![Span { place: 11, from, to: end }] };
        Stay { patient: 0, from: Some(from), to: end, died: false, spans }
    }
}

/// Two wards with a bed each.
fn house() -> Facts {
    let mut facts = Facts::new(TimeZone::UTC);
    for ward in [1, 2] {
        facts.put(ward, Some(Fact::Place(Place { ward: true, open: vec![(5_000, true)], ..Place::default() })));
        facts.put(ward + 10, Some(Fact::Place(Place { above: ward, capacity: 1, open: vec![(5_000, true)], ..Place::default() })));
    }
    facts
}

/// The share of milliseconds, each asked alone.
fn present(stays: &[Stay], place: Option<u32>) -> i64 {
    let spans = || stays.iter().flat_map(|stay| &stay.spans).filter(|span| place.is_none_or(|place| span.place == place));
    (1_000..1_800).map(|at| spans().filter(|span| span.from <= at && span.to.is_none_or(|to| at < to)).count() as i64).sum()
}

proptest! {
    #[test]
    fn waits(visits in proptest::collection::vec(visit(), 0..40)) {
        let mut facts = Facts::new(TimeZone::UTC);
        for (at, visit) in visits.iter().enumerate() {
            facts.put(100 + at as u32, Some(Fact::Visit(visit.clone())));
        }
        let ours: Vec<&Visit> = visits.iter().filter(|visit| visit.arrival.is_some_and(|at| (1_000..1_800).contains(&at))).collect();
        let mut waits: Vec<i64> = ours.iter().filter_map(|visit| Some(visit.triage? - visit.arrival?)).filter(|wait| *wait >= 0).collect();
        waits.sort_unstable();
        let found = of(&facts, "e1", Unit::House);
        let half = waits.len() / 2;
        let middle: Vec<i64> = if waits.len() % 2 == 1 { waits.iter().skip(half).take(1).copied().collect() } else { waits.iter().skip(half.saturating_sub(1)).take(2).copied().collect() };
        prop_assert_eq!(found.median, (!waits.is_empty()).then(|| middle.iter().sum::<i64>() / middle.len() as i64));
        prop_assert_eq!(found.denominator, waits.len() as i64);
        if let Some(p90) = found.p90 {
            let below = waits.iter().filter(|wait| **wait <= p90).count();
            prop_assert!(below * 10 >= waits.len() * 9 && waits.iter().filter(|wait| **wait < p90).count() * 10 < waits.len() * 9);
        }
        let unseen = of(&facts, "e4", Unit::House);
        prop_assert_eq!((unseen.numerator, unseen.denominator), (ours.iter().filter(|visit| visit.away == Away::Unseen).count() as i64, ours.len() as i64));
        // Whom no physician was to see, since they left or were sent elsewhere, lacks no time of a physician.
        let lacking = ours.iter().filter(|visit| visit.end.is_some() && visit.contact.is_none() && visit.away == Away::No).count();
        prop_assert_eq!(of(&facts, "e2", Unit::House).missing, lacking as u64);
        // Parts of the period make the whole.
        let parts = series(&facts, "e1", &[1_000, 1_300, 1_800], &asked(Unit::House));
        prop_assert_eq!(parts.iter().map(|part| part.denominator).sum::<i64>(), found.denominator);
        prop_assert_eq!(parts.iter().map(|part| part.missing).sum::<u64>(), found.missing);
    }

    #[test]
    fn beds(stays in proptest::collection::vec(stay(), 0..20)) {
        let mut facts = house();
        for (at, stay) in stays.iter().enumerate() {
            facts.put(100 + at as u32, Some(Fact::Stay(stay.clone())));
        }
        let whole = of(&facts, "b1", Unit::House);
        prop_assert_eq!((whole.numerator, whole.denominator), (present(&stays, None), 2 * 800));
        let wards: Vec<Figure> = [1, 2].iter().map(|ward| of(&facts, "b1", Unit::Ward(*ward))).collect();
        prop_assert_eq!(wards.iter().map(|ward| ward.numerator).collect::<Vec<_>>(), vec![present(&stays, Some(11)), present(&stays, Some(12))]);
        let gone: Vec<&Stay> = stays.iter().filter(|stay| stay.to.is_some_and(|to| (1_000..1_800).contains(&to))).collect();
        let length = of(&facts, "b4", Unit::House);
        prop_assert_eq!((length.numerator, length.denominator), (gone.iter().filter_map(|stay| Some(stay.to? - stay.from?)).sum(), gone.len() as i64));
        let empty = of(&facts, "b2", Unit::House);
        prop_assert_eq!((empty.numerator, empty.denominator), (whole.denominator - whole.numerator, gone.len() as i64));
        // Who left the first ward, for the second or for good.
        let left = stays.iter().filter_map(|stay| stay.spans.first()?.to).filter(|to| (1_000..1_800).contains(to)).count();
        prop_assert_eq!(of(&facts, "b4", Unit::Ward(1)).denominator, left as i64);
    }
}

const DAY: i64 = 86_400_000;

/// Any fact of the first hundred days, of one of three patients.
fn any_fact() -> impl Strategy<Value = Fact> {
    let time = || (0_i64..100, proptest::option::of(0_i64..30));
    let span = (time(), 0_u32..3, any::<bool>()).prop_map(|((from, long), patient, visit)| {
        let (from, to) = (from * DAY, long.map(|long| (from + long) * DAY));
        let spans = vec![Span { place: if visit { 1 } else { 11 }, from, to }];
        match visit {
            true => Fact::Visit(Visit {
                patient,
                place: 1,
                arrival: Some(from),
                triage: Some(from + 5),
                contact: Some(from + 9),
                admit: to,
                end: to,
                away: Away::No,
                spans,
            }),
            false => Fact::Stay(Stay { patient, from: Some(from), to, died: false, spans }),
        }
    });
    let dose = (0_i64..100, 0_u32..3).prop_map(|(at, patient)| Fact::Dose { patient, at: at * DAY + 20 });
    let lab = time().prop_map(|(asked, long)| Fact::Lab(Lab { place: 2, asked: Some(asked * DAY), done: long.map(|long| (asked + long) * DAY), off: false }));
    let place = any::<bool>().prop_map(|emergency| Fact::Place(Place { ward: true, emergency, open: vec![(0, true)], ..Place::default() }));
    prop_oneof![6 => span, 3 => dose, 2 => lab, 1 => place]
}

proptest! {
    /// What is remembered is what is reckoned anew, whatever was written in between.
    #[test]
    fn remembered(acts in proptest::collection::vec((0_u32..12, proptest::option::weighted(0.8, any_fact())), 1..25)) {
        let mut facts = house();
        let periods = [(0, 34), (34, 62), (62, 100), (0, 100)].map(|(from, to)| Period { from: from * DAY, to: to * DAY });
        for (key, fact) in acts {
            // The wards keep their keys; one of them may become an emergency department.
            let key = if matches!(fact, Some(Fact::Place(_))) { 1 } else { 100 + key };
            facts.put(key, fact);
            let fresh = facts.clone();
            for (code, period, unit) in CODES.iter().flat_map(|code| periods.map(|period| (code, period, Unit::House))) {
                let asked = Question { period, unit, now: 200 * DAY, morning };
                prop_assert_eq!(figure(&facts, code, &asked), figure(&fresh, code, &asked), "{}", code);
            }
        }
    }
}
