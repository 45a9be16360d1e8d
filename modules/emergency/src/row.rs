//! What somebody waits for, since when, and whether that is late. Pure as far as the pack and the clock go.

use crate::level::Shown;
use crate::visit::Visit;
use rihla_clinical::emergency::Moment;
use rihla_kernel::Instant;
use rihla_web::Desk;

const MINUTE: i64 = 60_000;

/// What is awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// A code of the words.
    pub what: &'static str,
    pub since: Instant,
    /// Minutes that it may take; none: nobody set any.
    pub target: Option<u16>,
    /// From when on the target runs.
    pub from: Instant,
}

impl Wait {
    /// Minutes since the target began to run.
    pub fn minutes(&self, now: Instant) -> i64 {
        ((now.0 - self.from.0) / MINUTE).max(0)
    }

    /// Minutes beyond the target.
    pub fn late(&self, now: Instant) -> Option<i64> {
        let over = self.minutes(now) - i64::from(self.target?);
        (over > 0).then_some(over)
    }
}

/// What a visit waits for. `asked`: since when the oldest request without a result is open.
pub fn wait(visit: &Visit, level: Option<&Shown>, within: u16, asked: Option<Instant>) -> Option<Wait> {
    let stay = &visit.stay;
    let arrived = stay.arrived()?;
    let at = |moment: Moment| stay.first_time(moment).map(|time| time.signed.at);
    let open = |what: &'static str, since: Instant| Some(Wait { what, since, target: None, from: since });
    if let Some(last) = stay.time(Moment::Decision) {
        let what = match last.what.as_str() {
            "admit" => "bed",
            "observation" => "observation",
            _ => "departure",
        };
        return open(what, last.signed.at);
    }
    if let Some(went) = stay.time(Moment::Went) {
        // They are somewhere else: what is missing here is that somebody writes what was decided.
        return open("decision", went.signed.at);
    }
    match (at(Moment::Contact), level) {
        (Some(contact), _) => asked.map_or_else(|| open("decision", contact), |asked| open("result", asked)),
        (None, None) => Some(Wait { what: "triage", since: arrived, target: Some(within), from: arrived }),
        (None, Some(level)) => {
            let since = at(Moment::TriageEnd).unwrap_or(arrived);
            Some(Wait { what: "doctor", since, target: level.target, from: arrived })
        }
    }
}

/// Whether somebody who still waits for a physician is to be sorted again.
pub fn retriage_due(visit: &Visit, level: Option<&Shown>, now: Instant) -> bool {
    let waits = visit.stay.first_time(Moment::Contact).is_none() && visit.stay.time(Moment::Decision).is_none();
    let last = visit.stay.time(Moment::TriageEnd).map(|time| time.signed.at);
    let after = level.and_then(|level| level.retriage);
    waits && last.zip(after).is_some_and(|(last, after)| now.0 - last.0 > i64::from(after) * MINUTE)
}

/// The place of a line: who is late first, of these the most urgent, then who came first. Nobody knows yet how urgent it is
/// with whoever was not sorted: they stand behind the first level.
pub fn order(late: bool, level: Option<&Shown>, arrived: Instant) -> (bool, usize, bool, Instant) {
    (!late, level.map_or(0, |level| level.rank), level.is_none(), arrived)
}

/// Why they came, in the reader's language and in the words that were typed.
pub fn reason(desk: &Desk, visit: &Visit) -> String {
    let known = desk.house.pack().triage.reasons.iter().find(|word| word.code == visit.reason);
    let named = known.map(|word| desk.named(&word.names).into_owned()).unwrap_or_default();
    // Where nothing was typed the text is the name in the language of the record.
    let typed = known.is_none_or(|word| word.names.values().all(|name| *name != visit.words));
    let words = if typed { visit.words.clone() } else { String::new() };
    [named, words].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_clinical::{Object, Signed, Stay};

    const BASE: i64 = 1_768_464_000_000;

    fn now(minute: i64) -> Instant {
        Instant(BASE + minute * MINUTE)
    }

    fn level(rank: usize, target: u16) -> Shown {
        Shown {
            scale: "s".into(),
            code: rank.to_string(),
            colour: "red".into(),
            sign: "●",
            words: String::new(),
            target: Some(target),
            retriage: Some(target),
            rank,
        }
    }

    fn visit(times: &[(Moment, &str, i64)]) -> Visit {
        let mut stay = Stay::new("e".into(), "p".into(), "EMER".into(), Object::default());
        stay.arrive(now(0), now(0)).expect("arrived");
        for (moment, what, at) in times {
            let signed = Signed { at: now(*at), account: "a".into(), by: "{}".into() };
            stay.mark(*moment, what, signed, now(1_000)).expect("marked");
        }
        Visit { stay, note: String::new(), reason: String::new(), words: String::new(), level: None }
    }

    /// EMG-7
    #[test]
    fn each_step_waits_for_the_next() {
        let triaged = [(Moment::Arrival, "", 0), (Moment::TriageEnd, "", 4)];
        let seen = [triaged[0], triaged[1], (Moment::Contact, "", 20)];
        let said = |times: &[(Moment, &str, i64)], level: Option<&Shown>, asked| wait(&visit(times), level, 5, asked).map(|wait| (wait.what, wait.since));
        let two = level(1, 20);
        assert_eq!(said(&triaged[..1], None, None), Some(("triage", now(0))));
        assert_eq!(said(&triaged, Some(&two), None), Some(("doctor", now(4))));
        assert_eq!(said(&seen, Some(&two), None), Some(("decision", now(20))));
        assert_eq!(said(&seen, Some(&two), Some(now(25))), Some(("result", now(25))));
        for (what, waits) in [("admit", "bed"), ("discharge", "departure"), ("transfer", "departure"), ("observation", "observation")] {
            let decided = [seen[0], seen[1], seen[2], (Moment::Decision, what, 60)];
            assert_eq!(said(&decided, Some(&two), Some(now(25))), Some((waits, now(60))));
        }
    }

    /// EMG-8
    #[test]
    fn the_target_runs_from_the_arrival_and_is_passed_a_minute_later() {
        let visit = visit(&[(Moment::Arrival, "", 0), (Moment::TriageEnd, "", 4)]);
        let two = level(1, 20);
        let wait = wait(&visit, Some(&two), 5, None).expect("waits");
        assert_eq!([wait.late(now(20)), wait.late(now(21)), wait.late(now(50))], [None, Some(1), Some(30)]);
        assert_eq!([retriage_due(&visit, Some(&two), now(24)), retriage_due(&visit, Some(&two), now(25))], [false, true]);
    }

    /// EMG-8: the delays between one and two hours, minute by minute.
    #[test]
    fn delays_of_an_hour_and_more_are_passed_at_their_own_minute() {
        let visit = visit(&[(Moment::Arrival, "", 0), (Moment::TriageEnd, "", 3)]);
        for (target, rank) in [(60_u16, 2), (90, 3), (119, 3), (120, 4)] {
            let known = level(rank, target);
            let wait = wait(&visit, Some(&known), 5, None).expect("waits");
            for minute in 0..=130_i64 {
                let over = minute - i64::from(target);
                assert_eq!(wait.late(now(minute)), (over > 0).then_some(over), "{target} at {minute}");
            }
            // A part of a minute is no minute.
            assert_eq!(wait.late(Instant(now(i64::from(target)).0 + MINUTE - 1)), None);
            let due = |minute: i64| retriage_due(&visit, Some(&known), now(minute));
            assert_eq!([due(3 + i64::from(target)), due(4 + i64::from(target))], [false, true]);
        }
    }

    /// EMG-18: whoever was taken somewhere is not late for a physician of the department.
    #[test]
    fn of_whoever_was_taken_somewhere_a_decision_is_awaited() {
        let sorted = [(Moment::Arrival, "", 0), (Moment::TriageEnd, "", 1), (Moment::Category, "ua", 1), (Moment::Went, "theatre", 9)];
        let wait = wait(&visit(&sorted), Some(&level(0, 1)), 5, None).expect("waits");
        assert_eq!((wait.what, wait.since, wait.late(now(90))), ("decision", now(9), None));
    }

    /// EMG-8
    #[test]
    fn the_late_come_first_then_the_urgent_then_the_earlier() {
        let mut all = [
            ("calm", order(false, Some(&level(4, 120)), now(0))),
            ("late calm", order(true, Some(&level(4, 120)), now(0))),
            ("late urgent", order(true, Some(&level(1, 20)), now(30))),
            ("first level", order(false, Some(&level(0, 1)), now(50))),
            ("not sorted", order(false, None, now(49))),
            ("calm later", order(false, Some(&level(4, 120)), now(1))),
        ];
        all.sort_by_key(|(_, order)| *order);
        let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["late urgent", "late calm", "first level", "not sorted", "calm", "calm later"]);
    }
}
