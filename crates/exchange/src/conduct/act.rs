//! Each act by the command that does it.

use super::known::Target;
use super::{Conduct, fault};
use crate::movement::{Act, Event, Stay as Told};
use crate::tables;
use rihla_clinical::{Answers, DEPARTURE, Kind, Named, Spot, State, Stay, refusal};
use rihla_kernel::Fault;

/// How patients leave, where the message does not say it in a code of table 0112 that is known.
const UNSAID: &str = "oth";
/// The code of our table for those who died.
const DIED: &str = "exp";

impl Conduct<'_> {
    pub(super) fn act(&self, stay: &mut Stay, spot: Option<Spot>, answers: Answers) -> Result<Vec<String>, Fault> {
        let (at, now) = (self.at(), self.now);
        match &self.asked.act {
            Act::Admit(_) => {
                stay.admit(spot.ok_or_else(fault::placeless)?, answers, at, now)?;
                self.name_last(stay);
            }
            Act::Register(_) => match spot {
                Some(spot) => {
                    stay.admit(spot, answers, at, now)?;
                    self.name_last(stay);
                }
                None => stay.arrive(at, now)?,
            },
            Act::PreAdmit(told) => self.plan(stay, told, spot, answers)?,
            Act::Transfer(_) => return self.transfer(stay, spot.ok_or_else(fault::placeless)?, answers),
            Act::Discharge(told) => self.discharge(stay, told)?,
            Act::ChangeClass(_) => {
                stay.goes_on()?;
                if let Some(spot) = spot {
                    return self.transfer(stay, spot, answers);
                }
            }
            Act::UpdateStay(told) => return Ok(self.update(stay, told)),
            Act::ChangeDoctor(_) => stay.goes_on()?,
            Act::LeaveStart(_) => {
                stay.leave(at, now)?;
                self.name_last(stay);
            }
            Act::LeaveEnd(_) => {
                stay.come_back(at, now)?;
                self.name_last(stay);
            }
            Act::Cancel { what, stay: told } => self.cancel(stay, *what, told)?,
            Act::UpdateMovement { original, .. } => self.correct(stay, *original, spot, answers)?,
            _ => {}
        }
        Ok(Vec::new())
    }

    /// The movement that was just entered bears the sender's number.
    fn name_last(&self, stay: &mut Stay) {
        let numbers = self.numbers();
        if let Some(last) = stay.movements.iter_mut().rfind(|one| one.cancelled.is_none() && one.kind != Kind::Reservation) {
            add(&mut last.numbers, numbers);
        }
    }

    fn plan(&self, stay: &mut Stay, told: &Told, spot: Option<Spot>, answers: Answers) -> Result<(), Fault> {
        if stay.state != State::Planned {
            return Err(refusal::state());
        }
        let expected = |text: &Option<String>| text.as_deref().and_then(|it| self.instant(it));
        stay.from = expected(&told.expected_start).or(stay.from);
        stay.expected = expected(&told.expected_end).or(stay.expected);
        spot.map_or(Ok(()), |spot| stay.reserve(spot, answers, self.now))
    }

    fn transfer(&self, stay: &mut Stay, spot: Spot, answers: Answers) -> Result<Vec<String>, Fault> {
        let (at, now) = (self.at(), self.now);
        if !self.asked.is_current() {
            stay.insert(spot, answers, at)?;
            let new = stay.movements.iter_mut().find(|one| one.from == Some(at) && one.cancelled.is_none());
            new.into_iter().for_each(|one| add(&mut one.numbers, self.numbers()));
            return Ok(Vec::new());
        }
        if stay.here().is_none() && stay.kept().is_none() {
            stay.settle(spot, answers, at, now)?;
            self.name_last(stay);
            return Ok(Vec::new());
        }
        match stay.transfer(spot, answers, false, at, now) {
            // Somebody here moved them before the message came: what it tells is so.
            Err(fault) if fault.code == refusal::same_place().code => {
                self.name_last(stay);
                Ok(vec!["The patient lies there already; the movement here stays as it is.".to_owned()])
            }
            Err(fault) => Err(fault),
            Ok(()) => {
                self.name_last(stay);
                Ok(Vec::new())
            }
        }
    }

    fn discharge(&self, stay: &mut Stay, told: &Told) -> Result<(), Fault> {
        let how = tables::code("0112", &told.disposition).unwrap_or(UNSAID);
        if how == DIED && stay.death.is_none() {
            return Err(fault::death());
        }
        stay.depart(how, self.at(), self.now)?;
        add(&mut stay.departures, self.numbers());
        Ok(())
    }

    fn update(&self, stay: &mut Stay, told: &Told) -> Vec<String> {
        if let Some(at) = told.expected_end.as_deref().and_then(|it| self.instant(it))
            && stay.goes_on().is_ok()
        {
            stay.expected = Some(at);
        }
        Vec::new()
    }

    fn cancel(&self, stay: &mut Stay, what: Event, told: &Told) -> Result<(), Fault> {
        match what {
            Event::PreAdmit => return stay.cancel_plan(self.now),
            Event::ChangeDoctor if told.attending.is_empty() => return Err(fault::doctor()),
            Event::ChangeDoctor => return stay.goes_on(),
            // A visit without a place has no movement: it is the stay that was not.
            Event::Admit if stay.movements.is_empty() && stay.state == State::Running => {
                stay.state = State::Void;
                return Ok(());
            }
            _ => {}
        }
        match self.target(stay, what)? {
            Target::Movement(id) => stay.cancel(&id, &self.why(), self.now),
            Target::Departure => stay.cancel(DEPARTURE, &self.why(), self.now),
            Target::Gone => Ok(()),
        }
    }

    /// A movement that was told was otherwise: at another time, in another place, or others answered.
    fn correct(&self, stay: &mut Stay, original: Event, spot: Option<Spot>, answers: Answers) -> Result<(), Fault> {
        let (at, why) = (self.at(), self.why());
        if original == Event::Discharge {
            self.departure_is_named(stay)?;
            return if stay.to == Some(at) { Ok(()) } else { stay.correct(DEPARTURE, at, &why, self.now) };
        }
        let found = self.found(stay)?.ok_or_else(refusal::unknown)?;
        let (id, from, kind, was) = (found.id.clone(), found.from, found.kind, (found.spot.clone(), found.answers.clone()));
        if from != Some(at) {
            stay.correct(&id, at, &why, self.now)?;
        }
        let spot = spot.unwrap_or_else(|| was.0.clone());
        if kind.is_presence() && (spot.location != was.0.location || answers != was.1) {
            stay.relocate(&id, spot, answers, &why)?;
        }
        Ok(())
    }

    fn departure_is_named(&self, stay: &Stay) -> Result<(), Fault> {
        if self.names_departure(stay) { Ok(()) } else { Err(refusal::unknown()) }
    }
}

fn add(known: &mut Vec<Named>, numbers: Vec<Named>) {
    numbers.into_iter().for_each(|number| {
        if !known.contains(&number) {
            known.push(number)
        }
    });
}
