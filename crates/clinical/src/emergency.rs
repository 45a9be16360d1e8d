//! The times of an emergency visit: each act with when it happened, when it was written down, and by whom, so that waits can be
//! reckoned (FLOW §3.1, E1–E6). Which of `arrived`, `triaged` and `in-progress` a visit is follows from them, and so does its
//! `Encounter.statusHistory`.

use crate::object::quoted;
use crate::refusal;
use crate::stay::{Signed, State, Stay};
use rihla_fhirpath::Zone;
use rihla_kernel::{Fault, Instant};
use rihla_store::body::instant_text;

/// The class of emergency visits (<https://hl7.org/fhir/R4/v3/ActEncounterCode/vs.html>).
pub const EMERGENCY: &str = "EMER";

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Arrival,
    TriageBegin,
    TriageEnd,
    /// The first medical contact: billing may begin after it and not before (FACTS §7, art. 42).
    Contact,
    /// `what`: the decision.
    Decision,
    /// Went before anybody decided; `at` is when they were last seen.
    LeftUnseen,
    Return,
    /// Sent to a named place where their need is met: `what`, as the pack calls it. Nobody left unseen.
    Redirected,
    /// In an event with many victims, `what`: a category of the pack.
    Category,
    /// In an event with many victims, `what`: where they were taken, so that they are found. It moves nobody.
    Went,
}

impl Moment {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Arrival, "arrival"),
        (Self::TriageBegin, "triage-begin"),
        (Self::TriageEnd, "triage-end"),
        (Self::Contact, "contact"),
        (Self::Decision, "decision"),
        (Self::LeftUnseen, "left-unseen"),
        (Self::Return, "return"),
        (Self::Redirected, "redirected"),
        (Self::Category, "category"),
        (Self::Went, "went"),
    ];

    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(moment, _)| *moment == self).map_or("", |(_, code)| code)
    }

    pub(crate) fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(moment, _)| *moment)
    }
}

/// One time of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    pub moment: Moment,
    /// More about it, as a code; may be empty.
    pub what: String,
    /// When it was written down; `signed.at` is when it happened.
    pub recorded: Instant,
    pub signed: Signed,
}

impl Stay {
    /// The last time of a moment.
    pub fn time(&self, moment: Moment) -> Option<&Time> {
        self.times.iter().rev().find(|time| time.moment == moment)
    }

    /// The first time of a moment: a second triage does not change how long the first was waited for.
    pub fn first_time(&self, moment: Moment) -> Option<&Time> {
        self.times.iter().find(|time| time.moment == moment)
    }

    /// Since when the patient is in the department, or back in it.
    pub fn arrived(&self) -> Option<Instant> {
        self.first_time(Moment::Arrival).map(|time| time.signed.at).or(self.from)
    }

    /// Writes a time down. It lies after the arrival and not after `now`.
    pub fn mark(&mut self, moment: Moment, what: &str, signed: Signed, now: Instant) -> Result<(), Fault> {
        if self.class != EMERGENCY || self.state != State::Running {
            return Err(refusal::state());
        }
        if self.death.is_some() {
            return Err(refusal::dead());
        }
        if signed.at > now || self.arrived().is_some_and(|arrived| signed.at < arrived) {
            return Err(refusal::order());
        }
        self.times.push(Time { moment, what: what.to_owned(), recorded: now, signed });
        Ok(())
    }

    /// Somebody examines the patient: once.
    pub fn take_charge(&mut self, signed: Signed, now: Instant) -> Result<(), Fault> {
        if self.first_time(Moment::Contact).is_some() {
            return Err(refusal::state());
        }
        self.mark(Moment::Contact, "", signed, now)
    }

    /// The patient went before anybody decided.
    pub fn left_unseen(&mut self, signed: Signed, now: Instant) -> Result<(), Fault> {
        if self.time(Moment::Decision).is_some() {
            return Err(refusal::state());
        }
        let seen = signed.at;
        self.mark(Moment::LeftUnseen, "", signed, now)?;
        self.depart("absconded", seen, now)
    }

    /// The patient is sent to a place where their need is met, before anybody took charge.
    pub fn redirect(&mut self, to: &str, signed: Signed, now: Instant) -> Result<(), Fault> {
        if self.time(Moment::Decision).is_some() || self.first_time(Moment::Contact).is_some() {
            return Err(refusal::state());
        }
        let at = signed.at;
        self.mark(Moment::Redirected, to, signed, now)?;
        self.depart("oth", at, now)
    }

    /// Somebody who was dead when they came (FACTS §7, art. 46): nobody is admitted, and no stay goes on.
    pub fn arrived_dead(&mut self, category: &str, signed: Signed, now: Instant) -> Result<(), Fault> {
        let at = signed.at;
        self.arrive(at, now)?;
        self.mark(Moment::Arrival, "", signed.clone(), now)?;
        self.mark(Moment::Category, category, signed.clone(), now)?;
        self.death = Some(signed);
        (self.state, self.to, self.disposition) = (State::Finished, Some(at), Some(crate::exit::DIED.to_owned()));
        Ok(())
    }

    /// When they last went: without a word, or sent elsewhere.
    pub fn went_away(&self) -> Option<&Time> {
        self.times.iter().rev().find(|time| matches!(time.moment, Moment::LeftUnseen | Moment::Redirected))
    }

    /// Whoever went without a word, or was sent elsewhere, is back: the visit goes on, and says that they were away.
    pub fn back_again(&mut self, signed: Signed, now: Instant) -> Result<(), Fault> {
        let left = self.went_away().map(|time| time.signed.at).ok_or_else(refusal::state)?;
        if self.state != State::Finished || !self.steps.is_empty() {
            return Err(refusal::state());
        }
        if signed.at < left {
            return Err(refusal::order());
        }
        // Where they were before they went.
        let Some(last) = self.movements.iter().rev().find(|one| one.cancelled.is_none() && one.kind.is_presence()).cloned() else {
            return Err(refusal::state());
        };
        let at = signed.at;
        (self.state, self.to, self.disposition) = (State::Running, None, None);
        let spot = crate::movement::Spot { slot: None, ..last.spot };
        let entry = crate::movement::Movement::new(self.next_id(), crate::movement::Kind::Return, spot, crate::movement::Status::Active, at, last.answers);
        self.movements.push(entry);
        self.mark(Moment::Return, "", signed, now)
    }

    /// Of a visit whose times are kept: `arrived`, `triaged` or `in-progress`, with when each began.
    pub(crate) fn phases(&self) -> Vec<(&'static str, Instant)> {
        if self.class != EMERGENCY {
            return Vec::new();
        }
        let at = |moment: Moment| self.first_time(moment).map(|time| time.signed.at);
        let Some(arrival) = at(Moment::Arrival) else { return Vec::new() };
        let contact = at(Moment::Contact);
        // A triage that was written down after the contact is no phase of its own.
        let triage = at(Moment::TriageEnd).filter(|triage| contact.is_none_or(|contact| *triage <= contact));
        let later = [("triaged", triage), ("in-progress", contact)];
        [("arrived", arrival)].into_iter().chain(later.into_iter().filter_map(|(status, at)| Some((status, at?)))).collect()
    }
}

/// `Encounter.statusHistory`: the phases that are over.
pub(crate) fn history(phases: &[(&'static str, Instant)], end: Option<Instant>) -> Vec<String> {
    let ends = phases.iter().skip(1).map(|(_, at)| Some(*at)).chain([end]);
    let over = phases.iter().zip(ends).filter_map(|((status, from), to)| Some((status, from, to?)));
    let entry = |(status, from, to): (&&'static str, &Instant, Instant)| {
        format!(r#"{{"status":"{status}","period":{{"start":{},"end":{}}}}}"#, quoted(&instant_text(*from)), quoted(&instant_text(to)))
    };
    over.map(entry).collect()
}

/// A time as it is read; none where it is no time of ours.
pub(crate) fn read(one: rihla_fhir::json::Value<'_>, zone: &Zone) -> Option<Time> {
    let at = |url: &str| rihla_fhirpath::parse_date(&crate::stay::part(one, url, "valueDateTime"), zone).map(|span| Instant(span.lo));
    let signed = crate::stay::read_signed(one, "", zone)?;
    let moment = Moment::of(&crate::stay::part(one, "moment", "valueCode"))?;
    Some(Time { moment, what: crate::stay::part(one, "what", "valueCode"), recorded: at("recorded").unwrap_or(signed.at), signed })
}

/// Its parts besides who and when.
pub(crate) fn parts(time: &Time) -> Vec<String> {
    let mut out = vec![format!(r#"{{"url":"moment","valueCode":{}}}"#, quoted(time.moment.code()))];
    out.extend((!time.what.is_empty()).then(|| format!(r#"{{"url":"what","valueCode":{}}}"#, quoted(&time.what))));
    out.push(format!(r#"{{"url":"recorded","valueDateTime":{}}}"#, quoted(&instant_text(time.recorded))));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Object;
    use crate::{Answers, Spot};
    use rihla_fhir::json::{Limits, parse};

    const MINUTE: i64 = 60_000;
    const BASE: i64 = 1_768_464_000_000;

    fn signed(minute: i64) -> Signed {
        Signed { at: Instant(BASE + minute * MINUTE), account: "a".into(), by: r#"{"display":"A"}"#.into() }
    }

    fn now(minute: i64) -> Instant {
        Instant(BASE + minute * MINUTE)
    }

    fn visit() -> Stay {
        let mut stay = Stay::new("e1".into(), "p1".into(), EMERGENCY.into(), Object::default());
        stay.admit(Spot { location: "er".into(), slot: None }, Answers::default(), now(0), now(0)).expect("arrived");
        stay.mark(Moment::Arrival, "", signed(0), now(0)).expect("marked");
        stay
    }

    fn again(stay: &Stay) -> (Stay, String) {
        let text = stay.write();
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        (Stay::read(doc.root(), 1, &Zone::utc()), text)
    }

    /// EMG-3, EMG-13
    #[test]
    fn the_state_and_its_history_follow_from_the_times() {
        let mut stay = visit();
        assert!(again(&stay).1.contains(r#""status":"arrived""#), "{}", stay.write());
        stay.mark(Moment::TriageBegin, "", signed(4), now(9)).expect("marked");
        stay.mark(Moment::TriageEnd, "", signed(6), now(9)).expect("marked");
        let (mut stay, text) = again(&stay);
        assert!(text.contains(r#""status":"triaged""#) && text.contains(r#""statusHistory":[{"status":"arrived""#), "{text}");
        assert_eq!(stay.time(Moment::TriageEnd).map(|time| (time.signed.at, time.recorded)), Some((now(6), now(9))));
        stay.take_charge(signed(20), now(20)).expect("taken");
        assert_eq!(stay.take_charge(signed(21), now(21)).expect_err("once").code, "RH-STAY-STATE");
        let (mut stay, text) = again(&stay);
        assert!(text.contains(r#""status":"in-progress""#) && text.contains(r#"{"status":"triaged""#), "{text}");
        stay.depart("home", now(90), now(90)).expect("gone");
        let (_, text) = again(&stay);
        assert!(text.contains(r#""status":"finished""#) && text.contains(r#"{"status":"in-progress","period":{"start""#), "{text}");
    }

    /// EMG-13
    #[test]
    fn a_time_lies_between_the_arrival_and_now() {
        let mut stay = visit();
        assert_eq!(stay.mark(Moment::Contact, "", signed(-1), now(5)).expect_err("before").code, "RH-STAY-ORDER");
        assert_eq!(stay.mark(Moment::Contact, "", signed(6), now(5)).expect_err("after").code, "RH-STAY-ORDER");
        assert!(stay.mark(Moment::Contact, "", signed(3), now(5)).is_ok());
    }

    /// EMG-17
    #[test]
    fn whoever_was_dead_when_they_came_has_a_visit_that_is_over() {
        let mut stay = Stay::new("e1".into(), "p1".into(), EMERGENCY.into(), Object::default());
        stay.arrived_dead("dead", signed(3), now(5)).expect("written");
        let (mut stay, text) = again(&stay);
        assert!(text.contains(r#""status":"finished""#) && text.contains(r#""code":"exp""#) && !text.contains("\"location\""), "{text}");
        assert_eq!((stay.state, stay.from, stay.to), (State::Finished, Some(now(3)), Some(now(3))));
        assert_eq!(stay.take_charge(signed(4), now(5)).expect_err("over").code, "RH-STAY-STATE");
        // Entered by error: two people undo it.
        stay.undo_death(Signed { account: "a".into(), ..signed(6) }).expect("asked");
        stay.undo_death(Signed { account: "b".into(), ..signed(7) }).expect("undone");
        assert_eq!((stay.death, stay.disposition.as_deref()), (None, Some("oth")));
    }

    /// EMG-19
    #[test]
    fn whoever_was_sent_elsewhere_comes_back_and_nobody_is_sent_after_a_contact() {
        let mut stay = visit();
        stay.redirect("consultation", signed(30), now(30)).expect("sent");
        let (mut stay, text) = again(&stay);
        assert!(text.contains(r#""valueCode":"redirected""#) && text.contains(r#""valueCode":"consultation""#), "{text}");
        assert_eq!((stay.state, stay.time(Moment::LeftUnseen)), (State::Finished, None));
        stay.back_again(signed(60), now(60)).expect("back");
        assert_eq!((stay.state, stay.to), (State::Running, None));
        stay.take_charge(signed(70), now(70)).expect("taken");
        assert_eq!(stay.redirect("consultation", signed(80), now(80)).expect_err("seen").code, "RH-STAY-STATE");
    }

    /// EMG-11
    #[test]
    fn whoever_left_unseen_comes_back_into_the_same_visit() {
        let mut stay = visit();
        stay.left_unseen(signed(30), now(45)).expect("left");
        assert_eq!((stay.state, stay.to), (State::Finished, Some(now(30))));
        let (mut stay, _) = again(&stay);
        assert_eq!(stay.back_again(signed(20), now(60)).expect_err("before they went").code, "RH-STAY-ORDER");
        stay.back_again(signed(60), now(60)).expect("back");
        let (stay, text) = again(&stay);
        assert_eq!((stay.state, stay.to, stay.here().map(|here| here.spot.location.as_str())), (State::Running, None, Some("er")), "{text}");
        assert_eq!(stay.time(Moment::LeftUnseen).map(|time| time.signed.at), Some(now(30)));
    }
}
