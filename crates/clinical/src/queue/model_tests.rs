//! Any order of arrivals and acts at several desks: who is next is as the rules say, nobody is passed for ever, no ticket is
//! at two desks, and a transfer takes no time away.

use super::*;
use crate::object::{Object, written};
use crate::stay::Signed;
use proptest::prelude::*;
use rihla_fhir::json::{Limits, parse};
use rihla_fhirpath::Zone;
use rihla_kernel::Instant;
use rihla_packs::{NoShow, QueueRules};
use std::collections::BTreeSet;

const MINUTE: i64 = 60_000;
const BASE: i64 = 1_768_464_000_000;
const OVERDUE: u16 = 30;

fn at(minute: i64) -> Instant {
    Instant(BASE + minute * MINUTE)
}

fn signed(minute: i64) -> Signed {
    Signed { at: at(minute), account: "a".into(), by: r#"{"display":"A"}"#.into() }
}

fn rules() -> QueueRules {
    QueueRules { overdue: OVERDUE, no_show: NoShow { calls: 2, minutes: 1, keeps_place: false }, ..QueueRules::default() }
}

/// `always` passes everybody, `one` stands before `two`.
fn rank(code: &str) -> Option<(usize, bool)> {
    ["always", "one", "two"].iter().position(|known| *known == code).map(|place| (place, place == 0))
}

fn ticket(nth: usize, minute: i64, priority: &str) -> Ticket {
    let mut ticket = Ticket::new(format!("t{nth}"), format!("A{nth:03}"), format!("c{nth}"), "registration".into(), Object::default(), signed(minute));
    ticket.priority = (!priority.is_empty()).then(|| Priority { code: priority.into(), by: "clerk".into() });
    ticket
}

fn counter(id: &str, service: &str) -> Counter {
    let json = format!(r#"{{"id":"{id}","name":"{id}","status":"active","type":[{{"coding":[{{"system":"{SERVICE}","code":"{service}"}}]}}]}}"#);
    let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
    Counter::read(doc.root(), 1, &Zone::utc()).expect("a desk")
}

fn calling(id: &str, service: &str) -> impl Fn(&Ticket) -> bool {
    let counter = counter(id, service);
    move |ticket| counter.may_call(ticket)
}

fn names(tickets: &[Ticket], minute: i64) -> Vec<(String, Why)> {
    let rules = rules();
    in_order(tickets, calling("d1", "registration"), &rules, rank, at(minute)).into_iter().map(|turn| (turn.ticket.id.clone(), turn.why)).collect()
}

fn again(ticket: &Ticket) -> (Ticket, String) {
    let text = ticket.write("1-2026-01-15");
    let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
    (Ticket::read(doc.root(), 1, &Zone::utc()).expect("a ticket"), written(doc.root()))
}

/// QUE-3, QUE-4
#[test]
fn a_priority_passes_until_somebody_is_overdue() {
    let tickets = [ticket(0, 0, ""), ticket(1, 5, "two"), ticket(2, 10, "one"), ticket(3, 20, "always")];
    let said = |minute| names(&tickets, minute).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(said(29), ["t3", "t2", "t1", "t0"]);
    assert_eq!(said(30), ["t3", "t0", "t2", "t1"]);
    assert_eq!(said(60), ["t3", "t0", "t1", "t2"]);
    assert_eq!(names(&tickets, 30)[1].1, Why::Overdue);
}

/// QUE-2, QUE-6
#[test]
fn a_ticket_reads_as_it_was_written_and_says_its_times() {
    let mut one = ticket(1, 0, "one");
    one.slot = Some(at(10));
    one.call("d1", signed(12)).expect("called");
    let (mut one, text) = again(&one);
    assert!(
        text.contains(r#""status":"accepted""#) && text.contains(r#""reference":"Location/d1""#) && text.contains("urn:rihla:extension:queue-time"),
        "{text}"
    );
    assert!(text.contains(r#""code":{"coding":[{"system":"urn:rihla:queue","code":"ticket"}"#) && text.contains("urn:rihla:queue-service"), "{text}");
    assert_eq!((one.number.as_str(), one.waited(), one.slot), ("A001", Some(2 * MINUTE), Some(at(10))));
    assert_eq!(one.begin("d2", signed(13)).expect_err("another desk").code, "RH-QUEUE-ELSEWHERE");
    one.begin("d1", signed(13)).expect("begun");
    one.end("d1", signed(20)).expect("ended");
    let (one, text) = again(&one);
    assert_eq!((one.state, one.served()), (State::Done, Some(7 * MINUTE)));
    assert!(text.contains(r#""status":"completed""#) && text.contains(r#""executionPeriod":{"start""#), "{text}");
    assert_eq!(again(&one).1, text);
}

/// QUE-7
#[test]
fn nobody_is_absent_before_they_were_called_often_enough() {
    let rule = rules().no_show;
    let mut one = ticket(1, 0, "");
    one.call("d1", signed(5)).expect("called");
    assert_eq!(one.no_show("d1", rule, signed(9)).expect_err("one call").code, "RH-QUEUE-EARLY");
    let close = Signed { at: Instant(at(5).0 + 10_000), ..signed(5) };
    one.call_again("d1", close).expect("again");
    assert_eq!(one.calls(rule.minutes), 1, "two calls in ten seconds are one");
    one.call_again("d1", signed(7)).expect("again");
    assert_eq!(one.no_show("d1", rule, signed(7)).expect_err("just now").code, "RH-QUEUE-EARLY");
    one.no_show("d1", rule, signed(8)).expect("absent");
    let (mut one, text) = again(&one);
    assert!(text.contains(r#""status":"failed""#) && one.desk.is_none(), "{text}");
    one.back(signed(20)).expect("back");
    assert_eq!((one.since(false), one.since(true), one.calls(1)), (at(20), at(0), 0));
}

/// QUE-8
#[test]
fn a_transfer_keeps_the_time_of_arrival_and_may_name_a_desk() {
    let mut one = ticket(1, 0, "");
    one.call("d1", signed(5)).expect("called");
    one.begin("d1", signed(6)).expect("begun");
    assert_eq!(one.transfer("d2", "cashier", None, signed(10)).expect_err("not theirs").code, "RH-QUEUE-ELSEWHERE");
    one.transfer("d1", "cashier", Some("d9"), signed(10)).expect("transferred");
    let (one, text) = again(&one);
    assert_eq!((one.state, one.since(false), one.waited(), one.served()), (State::Waiting, at(0), None, Some(4 * MINUTE)), "{text}");
    assert!(text.contains(r#""valueCode":"registration""#), "{text}");
    let tickets = [one];
    let rules = rules();
    let waits = |id: &str| in_order(&tickets, calling(id, "cashier"), &rules, rank, at(11)).len();
    assert_eq!((waits("d9"), waits("d8")), (1, 0));
    let mut one = tickets[0].clone();
    assert_eq!(one.call("d8", signed(12)).expect_err("for d9 alone").code, "RH-QUEUE-ELSEWHERE");
    one.call("d9", signed(12)).expect("called");
    assert_eq!(one.waited(), Some(2 * MINUTE), "at the second desk");
}

/// QUE-5
#[test]
fn a_pause_stands_in_the_desk_and_goes() {
    let open = counter("d1", "registration");
    let paused = open.with_pause(Some(("break", &signed(3))));
    let doc = parse(paused.as_bytes(), &Limits::default()).expect("json");
    let paused = Counter::read(doc.root(), 2, &Zone::utc()).expect("a desk");
    assert_eq!(paused.pause.as_ref().map(|pause| (pause.code.as_str(), pause.signed.as_ref().map(|signed| signed.at))), Some(("break", Some(at(3)))));
    let text = paused.with_pause(None);
    assert!(text.contains(r#""status":"active""#) && !text.contains("queue-pause"), "{text}");
}

#[derive(Clone, Debug)]
enum Event {
    Arrive(usize),
    Call(usize),
    Finish(usize),
    Transfer(usize, usize),
    Absent(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..4usize).prop_map(Event::Arrive),
        4 => (0..3usize).prop_map(Event::Call),
        3 => (0..3usize).prop_map(Event::Finish),
        1 => (0..3usize, 0..3usize).prop_map(|(from, to)| Event::Transfer(from, to)),
        1 => (0..3usize).prop_map(Event::Absent),
    ]
}

const DESKS: [&str; 3] = ["d0", "d1", "d2"];

fn here<'t>(tickets: &'t mut [Ticket], desk: &str) -> Option<&'t mut Ticket> {
    tickets.iter_mut().find(|one| one.desk.as_deref() == Some(desk) && matches!(one.state, State::Called | State::Serving))
}

fn take(event: &Event, minute: i64, tickets: &mut Vec<Ticket>) -> Option<String> {
    let desk = |at: usize| DESKS[at % DESKS.len()];
    match event {
        Event::Arrive(kind) => tickets.push(ticket(tickets.len(), minute, ["", "one", "two", ""][*kind])),
        Event::Call(at) => {
            let desk = desk(*at);
            if here(tickets, desk).is_none() {
                let rules = rules();
                let next = in_order(tickets, calling(desk, "registration"), &rules, rank, self::at(minute)).first().map(|turn| turn.ticket.id.clone())?;
                tickets.iter_mut().find(|one| one.id == next)?.call(desk, signed(minute)).expect("who is next may be called");
                return Some(next);
            }
        }
        Event::Finish(at) => {
            let one = here(tickets, desk(*at))?;
            _ = one.begin(desk(*at), signed(minute));
            one.end(desk(*at), signed(minute)).expect("ended");
        }
        Event::Transfer(from, to) => {
            let one = here(tickets, desk(*from))?;
            let since = one.since(false);
            one.transfer(desk(*from), "registration", Some(desk(*to)), signed(minute)).expect("transferred");
            assert_eq!(one.since(false), since);
        }
        Event::Absent(at) => {
            let one = here(tickets, desk(*at))?;
            if one.no_show(desk(*at), rules().no_show, signed(minute)).is_ok() {
                assert!(one.calls(1) >= 2);
            }
        }
    }
    None
}

proptest! {
    /// QUE-3, QUE-4, QUE-6: whatever happens, a ticket is at one desk at most, and whoever is called was not passed over
    /// somebody who has waited for longer than the house allows.
    #[test]
    fn nobody_is_passed_for_ever(events in prop::collection::vec((event(), 0..4i64), 0..80)) {
        let (mut tickets, mut minute) = (Vec::<Ticket>::new(), 0);
        for (event, later) in &events {
            minute += later;
            let called = take(event, minute, &mut tickets);
            if let Some(called) = called.and_then(|id| tickets.iter().find(|one| one.id == id)) {
                let passed = tickets.iter().filter(|one| one.state == State::Waiting && one.desk.is_none() && one.since(false) < called.since(false));
                for one in passed {
                    prop_assert!(at(minute).0 - one.since(false).0 < i64::from(OVERDUE) * MINUTE, "{} passed {}", called.id, one.id);
                }
            }
            let busy: Vec<&str> = tickets.iter().filter(|one| matches!(one.state, State::Called | State::Serving)).filter_map(|one| one.desk.as_deref()).collect();
            prop_assert_eq!(busy.iter().collect::<BTreeSet<_>>().len(), busy.len());
        }
        for one in &tickets {
            let (read, _) = again(one);
            prop_assert_eq!((&read.times, read.state, &read.desk), (&one.times, one.state, &one.desk));
        }
    }

    /// QUE-3: among those who are not overdue the place of the priority decides, then the time.
    #[test]
    fn the_order_is_that_of_the_data(kinds in prop::collection::vec((0..4usize, 0..29i64), 1..20)) {
        let codes = ["always", "one", "two", ""];
        let tickets: Vec<Ticket> = kinds.iter().enumerate().map(|(nth, (kind, minute))| ticket(nth, *minute, codes[*kind])).collect();
        let mut expected: Vec<_> = kinds.iter().enumerate().map(|(nth, (kind, minute))| (*kind, *minute, nth)).collect();
        expected.sort();
        let expected: Vec<String> = expected.into_iter().map(|(_, _, nth)| format!("t{nth}")).collect();
        let found: Vec<String> = names(&tickets, 29).into_iter().map(|(id, _)| id).collect();
        prop_assert_eq!(found, expected);
    }
}
