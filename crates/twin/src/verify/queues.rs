//! Queues whose balance is known by formula, simulated for long: within 1 %; and Little's law at each of them, exactly.

use super::Check;
use super::formulas::{erlang_b, erlang_c, wait};
use crate::sim::{Agenda, Draw, First, Ledger, Sample, Station, Stream};

/// A finite run of a queue obeys Little's law up to rounding.
const ROUNDING: f64 = 1e-9;
const LIMIT: f64 = 0.01;

pub fn checks(seed: u64) -> Vec<Check> {
    let mut out = Vec::new();
    for (servers, load, people) in [(1, 0.7, 8_000_000), (3, 2.1, 6_000_000), (12, 10.2, 8_000_000)] {
        waiting(seed, servers, load, people, &mut out);
    }
    for (draw, name) in [(Draw::Exponential(1.0), "exponential"), (LONG, "lognormal"), (Draw::Fixed(1.0), "fixed")] {
        without_limit(seed, draw, name, &mut out);
        loss(seed, draw, name, &mut out);
    }
    out
}

/// Mean 1, and three times as wide: lengths of stay look like this.
const LONG: Draw = Draw::Lognormal { mean: 1.0, deviation: 3.0 };

enum Event<W> {
    Comes,
    Goes(W),
}

fn close(what: String, expected: f64, found: f64) -> Check {
    Check { what, expected, found, within: LIMIT * expected }
}

/// M/M/c: so many servers, everybody waits.
fn waiting(seed: u64, servers: u32, load: f64, people: u64, out: &mut Vec<Check>) {
    let [mut gaps, mut lengths] = [1, 2].map(|purpose| Stream::of(seed, u64::from(servers), 0, purpose));
    let (between, length) = (Draw::Exponential(1.0 / load), Draw::Exponential(1.0));
    let mut agenda = Agenda::default();
    let mut station = Station::new(servers as usize, First);
    let (mut waits, mut waited, mut come) = (Sample::default(), 0_u64, 0);
    agenda.after(between.from(&mut gaps), Event::Comes);
    while let Some(event) = agenda.next_before(f64::INFINITY) {
        let now = agenda.now();
        let begins = match event {
            Event::Comes => {
                come += 1;
                if come < people {
                    agenda.after(between.from(&mut gaps), Event::Comes);
                }
                station.comes(now, now)
            }
            Event::Goes(()) => station.goes(now),
        };
        if let Some(came) = begins {
            waits.add(now - came);
            waited += u64::from(now > came);
            agenda.after(length.from(&mut lengths), Event::Goes(()));
        }
        if come == people && station.served.there() == 0 {
            break;
        }
    }
    let name = format!("M/M/{servers} at {:.0} %", 100.0 * load / f64::from(servers));
    out.push(close(format!("{name}: mean wait"), wait(servers, load, 1.0), waits.mean()));
    out.push(close(format!("{name}: part that waits"), erlang_c(servers, load), waited as f64 / waits.count() as f64));
    out.push(close(format!("{name}: people who wait"), load * wait(servers, load, 1.0), station.queue.mean()));
    out.push(Check { what: format!("{name}: Little's law, queue and servers"), expected: 0.0, found: station.gap(), within: ROUNDING });
}

/// M/G/∞: room for everybody; how many are there is a Poisson number whatever the lengths.
fn without_limit(seed: u64, length: Draw, name: &str, out: &mut Vec<Check>) {
    const LOAD: f64 = 40.0;
    const UNTIL: f64 = 400_000.0;
    // The house is empty at first, and some stay very long.
    const WARM: f64 = 2_000.0;
    let [mut gaps, mut lengths] = [3, 4].map(|purpose| Stream::of(seed, 0, 0, purpose));
    let between = Draw::Exponential(1.0 / LOAD);
    let (mut agenda, mut ledger, mut later) = (Agenda::default(), Ledger::default(), None);
    agenda.after(between.from(&mut gaps), Event::Comes);
    while let Some(event) = agenda.next_before(UNTIL) {
        let now = agenda.now();
        let later = if now >= WARM { Some(later.get_or_insert_with(|| Late::of(&ledger, WARM))) } else { None };
        match event {
            Event::Comes => {
                ledger.comes(now);
                later.into_iter().for_each(|later| later.ledger.comes(now - WARM));
                agenda.after(between.from(&mut gaps), Event::Comes);
                agenda.after(length.from(&mut lengths), Event::Goes(()));
            }
            Event::Goes(()) => {
                ledger.goes(now);
                later.into_iter().for_each(|later| later.ledger.goes(now - WARM));
            }
        }
    }
    ledger.close(UNTIL);
    let mut late = later.unwrap_or_else(|| Late::of(&ledger, WARM)).ledger;
    late.close(UNTIL - WARM);
    out.push(close(format!("M/G/∞, {name}: people there"), LOAD, late.mean()));
    out.push(close(format!("M/G/∞, {name}: variance of people there"), LOAD, late.variance()));
    out.push(Check { what: format!("M/G/∞, {name}: Little's law"), expected: 0.0, found: ledger.gap(), within: ROUNDING });
}

/// The book of a house from when it is no longer empty.
struct Late {
    ledger: Ledger,
}

impl Late {
    fn of(before: &Ledger, _from: f64) -> Self {
        let mut ledger = Ledger::default();
        (0..before.there()).for_each(|_| ledger.comes(0.0));
        Self { ledger }
    }
}

/// M/G/c/c: who finds no free bed goes elsewhere; Erlang's formula holds whatever the lengths.
fn loss(seed: u64, length: Draw, name: &str, out: &mut Vec<Check>) {
    const BEDS: u32 = 20;
    const LOAD: f64 = 18.0;
    const PEOPLE: u64 = 8_000_000;
    let [mut gaps, mut lengths] = [5, 6].map(|purpose| Stream::of(seed, 0, 0, purpose));
    let between = Draw::Exponential(1.0 / LOAD);
    let (mut agenda, mut station) = (Agenda::default(), Station::new(BEDS as usize, First));
    let (mut come, mut turned_away) = (0_u64, 0_u64);
    agenda.after(between.from(&mut gaps), Event::Comes);
    while let Some(event) = agenda.next_before(f64::INFINITY) {
        let now = agenda.now();
        match event {
            Event::Comes => {
                come += 1;
                if station.is_full() {
                    turned_away += 1;
                } else if station.comes((), now).is_some() {
                    agenda.after(length.from(&mut lengths), Event::Goes(()));
                }
                if come == PEOPLE {
                    break;
                }
                agenda.after(between.from(&mut gaps), Event::Comes);
            }
            Event::Goes(()) => _ = station.goes(now),
        }
    }
    station.close(agenda.now());
    let lost = erlang_b(BEDS, LOAD);
    out.push(close(format!("{BEDS} beds, {name}: part turned away"), lost, turned_away as f64 / come as f64));
    out.push(close(format!("{BEDS} beds, {name}: beds in use"), LOAD * (1.0 - lost), station.served.mean()));
    out.push(Check { what: format!("{BEDS} beds, {name}: Little's law"), expected: 0.0, found: station.gap(), within: ROUNDING });
}
