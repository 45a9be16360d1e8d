//! Which movement a change of a stay is, with what ZBE says of it.
//!
//! Two versions of a stay of ours tell it: each movement is an entry with an id, and what did not happen stays in it. For
//! stays that others wrote as a whole, [`super::event`] has to do.

use crate::movement::Event;
use rihla_clinical::{Answers, DEPARTURE, Kind, Movement, State, Stay};
use rihla_kernel::Instant;

/// A movement that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub event: Event,
    /// Its id within the stay, or `departure`.
    pub id: String,
    /// When it happened; of what did not, when it was said to have.
    pub at: Option<Instant>,
    /// ZBE-5: others have happened since.
    pub historic: bool,
    /// ZBE-6.
    pub original: Option<Event>,
    pub answers: Answers,
    /// ZBE-9: H where they stay, M medicine, S nursing; L another place under the same units.
    pub nature: &'static str,
}

/// Nothing if no movement changed.
pub fn moved(before: Option<&Stay>, after: &Stay) -> Option<Change> {
    struck(before, after).or_else(|| departed(before, after)).or_else(|| begun(before, after)).or_else(|| corrected(before?, after))
}

fn of<'s>(before: Option<&'s Stay>, id: &str) -> Option<&'s Movement> {
    before.and_then(|stay| stay.movements.iter().find(|one| one.id == id))
}

fn told(one: &Movement) -> bool {
    !matches!(one.kind, Kind::Reservation | Kind::Hold)
}

/// The event by which a movement is first told.
fn event(stay: &Stay, one: &Movement) -> Event {
    let inpatient = matches!(stay.class.as_str(), "IMP" | "ACUTE" | "NONAC");
    match one.kind {
        Kind::Admission if inpatient => Event::Admit,
        Kind::Admission => Event::Register,
        Kind::Leave => Event::LeaveStart,
        Kind::Return if stay.movements.iter().any(|other| other.kind == Kind::Leave && other.cancelled.is_none() && other.to == one.from) => Event::LeaveEnd,
        _ => Event::Transfer,
    }
}

fn cancelling(event: Event) -> Event {
    match event {
        Event::Admit | Event::Register => Event::CancelAdmit,
        Event::LeaveStart => Event::CancelLeaveStart,
        Event::LeaveEnd => Event::CancelLeaveEnd,
        _ => Event::CancelTransfer,
    }
}

fn change(stay: &Stay, one: &Movement, event: Event) -> Change {
    let later = |other: &&Movement| other.cancelled.is_none() && told(other) && other.from > one.from;
    let historic = stay.movements.iter().any(|other| later(&other)) || (stay.state == State::Finished && stay.to > one.from);
    Change { event, id: one.id.clone(), at: one.from, historic, original: None, answers: one.answers.clone(), nature: nature(stay, one) }
}

/// What it changed of where the patient is and who answers for them.
fn nature(stay: &Stay, one: &Movement) -> &'static str {
    let past = stay.movements.iter().filter(|other| other.kind.is_presence() && other.id != one.id && other.from < one.from);
    let Some(last) = past.max_by_key(|other| other.from) else { return "HMS" };
    match (last.answers.medical != one.answers.medical, last.answers.nursing != one.answers.nursing) {
        (true, true) => "HMS",
        (true, false) => "M",
        (false, true) => "S",
        (false, false) => "L",
    }
}

fn struck(before: Option<&Stay>, after: &Stay) -> Option<Change> {
    let newly = |one: &&Movement| one.cancelled.is_some() && told(one) && of(before, &one.id).is_some_and(|was| was.cancelled.is_none());
    let one = after.movements.iter().rfind(newly)?;
    let original = before.map_or(Event::Transfer, |before| event(before, one));
    Some(Change { original: Some(original), historic: false, ..change(after, one, cancelling(original)) })
}

fn departed(before: Option<&Stay>, after: &Stay) -> Option<Change> {
    let was = before.is_some_and(|stay| stay.state == State::Finished);
    let answers = |stay: &Stay| stay.movements.iter().rfind(|one| one.kind.is_presence() && one.cancelled.is_none()).map(|one| one.answers.clone());
    let of = |event: Event, at: Option<Instant>, original: Option<Event>| {
        let answers = answers(after).unwrap_or_default();
        Some(Change { event, id: DEPARTURE.to_owned(), at, historic: false, original, answers, nature: "HMS" })
    };
    match (was, after.state == State::Finished) {
        (false, true) => of(Event::Discharge, after.to, None),
        (true, false) => of(Event::CancelDischarge, before.and_then(|stay| stay.to), Some(Event::Discharge)),
        (true, true) if before.is_some_and(|stay| stay.to != after.to) => of(Event::UpdateMovement, after.to, Some(Event::Discharge)),
        _ => None,
    }
}

fn begun(before: Option<&Stay>, after: &Stay) -> Option<Change> {
    let new = |one: &&Movement| one.cancelled.is_none() && told(one) && of(before, &one.id).is_none();
    let one = after.movements.iter().filter(new).max_by_key(|one| one.from)?;
    let event = match (event(after, one), before) {
        (Event::Transfer, Some(before)) => class_event(before, after).unwrap_or(Event::Transfer),
        (event, _) => event,
    };
    Some(change(after, one, event))
}

/// A movement that makes the stay one of another class is told as that.
fn class_event(before: &Stay, after: &Stay) -> Option<Event> {
    let inpatient = |stay: &Stay| matches!(stay.class.as_str(), "IMP" | "ACUTE" | "NONAC");
    match (inpatient(before), inpatient(after)) {
        (false, true) => Some(Event::ToInpatient),
        (true, false) => Some(Event::ToOutpatient),
        _ => None,
    }
}

fn corrected(before: &Stay, after: &Stay) -> Option<Change> {
    let other = |one: &&Movement| {
        let was = of(Some(before), &one.id);
        let same = |was: &Movement| (was.from, &was.spot.location, &was.answers) == (one.from, &one.spot.location, &one.answers);
        one.cancelled.is_none() && told(one) && was.is_some_and(|was| was.cancelled.is_none() && !same(was))
    };
    let one = after.movements.iter().rfind(other)?;
    Some(Change { original: Some(event(after, one)), ..change(after, one, Event::UpdateMovement) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_clinical::{Object, Spot};

    fn told(before: Option<&Stay>, after: &Stay) -> String {
        moved(before, after).map_or("-".to_owned(), |it| {
            let original = it.original.map(|event| format!(" of {}", event.code())).unwrap_or_default();
            format!("{} {} {}{}{original}", it.event.code(), it.id, it.nature, if it.historic { " historic" } else { "" })
        })
    }

    #[test]
    fn each_command_is_told_as_its_event_with_the_movement_that_it_is_about() {
        let spot = |place: &str| Spot { location: place.into(), slot: Some(0) };
        let ward = |name: &str| Answers { medical: format!("Location/{name}"), nursing: format!("Location/{name}") };
        let (at, now) = (|minute: i64| Instant(minute * 60_000), Instant(100 * 60_000));
        let mut stay = Stay::new("s".into(), "p".into(), "EMER".into(), Object::default());
        type Step<'s> = (&'s dyn Fn(&mut Stay) -> Result<(), rihla_kernel::Fault>, &'s str);
        let inpatient = |stay: &mut Stay| {
            stay.class = "IMP".into();
            stay.transfer(spot("b"), ward("w"), false, at(2), now)
        };
        let steps: [Step<'_>; 12] = [
            (&|stay| stay.admit(spot("a"), ward("u"), at(1), now), "A04 m1 HMS"),
            (&inpatient, "A06 m2 HMS"),
            (&|stay| stay.transfer(spot("c"), ward("w"), false, at(10), now), "A02 m3 L"),
            (&|stay| stay.correct("m3", at(8), "x", now), "Z99 m3 L of A02"),
            (&|stay| stay.cancel("m3", "x", now), "A12 m3 L of A02"),
            (&|stay| stay.leave(at(20), now), "A21 m4 L"),
            (&|stay| stay.come_back(at(30), now), "A22 m5 L"),
            (&|stay| stay.cancel("m5", "x", now), "A53 m5 L of A22"),
            (&|stay| stay.cancel("m4", "x", now), "A52 m4 L of A21"),
            (&|stay| stay.relocate("m1", spot("d"), ward("u"), "x"), "Z99 m1 HMS historic of A01"),
            (&|stay| stay.depart("home", at(40), now), "A03 departure HMS"),
            (&|stay| stay.cancel(DEPARTURE, "x", now), "A13 departure HMS of A03"),
        ];
        for (step, expected) in steps {
            let before = stay.clone();
            step(&mut stay).unwrap_or_else(|fault| panic!("{expected}: {fault:?}"));
            assert_eq!(told(Some(&before).filter(|stay| stay.state != State::Planned), &stay), expected);
        }
        assert_eq!(told(Some(&stay), &stay), "-");
    }
}
