//! How a stay ends: the medical decision, the physical departure and the administrative closure are three times. Departure
//! alone frees the place, and nothing holds it up. And death, which two people can undo.

use crate::refusal;
use crate::stay::{Belongings, ExitStep, Signed, State, Stay};
use rihla_kernel::{Fault, Instant};

/// Steps of the administrative exit (FACTS §7, art. 79): register of leavers, bill or papers, belongings, exit slip.
pub const STEPS: u8 = 4;
/// The step that says how the costs are met.
const SETTLED: u8 = 2;
/// How it says so.
pub const PROOFS: [&str; 2] = ["receipt", "third-party"];
/// How patients leave: at home, to another hospital, against advice, without a word.
pub const DISPOSITIONS: [&str; 5] = ["home", "transfer-out", "aadvice", "absconded", "oth"];
/// The disposition of whoever died here.
pub const DIED: &str = "exp";

impl Stay {
    /// A physician decides that the patient may go.
    pub fn decide(&mut self, signed: Signed) -> Result<(), Fault> {
        self.is_in(&[State::Running, State::OnLeave])?;
        if self.decision.is_some() {
            return Err(refusal::state());
        }
        if self.from.is_some_and(|from| signed.at < from) {
            return Err(refusal::order());
        }
        self.decision = Some(signed);
        Ok(())
    }

    /// The decision is taken back: the patient stays.
    pub fn undecide(&mut self) -> Result<(), Fault> {
        self.is_in(&[State::Running, State::OnLeave])?;
        self.decision.take().map(drop).ok_or_else(refusal::state)
    }

    /// The patient goes. Whatever was kept or promised is free.
    pub fn depart(&mut self, how: &str, at: Instant, now: Instant) -> Result<(), Fault> {
        if !matches!(self.state, State::Running | State::OnLeave) {
            return Err(refusal::state());
        }
        self.follows(at, now)?;
        let how = if self.death.is_some() { DIED } else { how };
        self.movements.iter_mut().filter(|one| one.holds()).for_each(|one| one.ends(at));
        self.unreserve(at);
        (self.state, self.to, self.disposition) = (State::Finished, Some(at), Some(how.to_owned()));
        (self.expected, self.delay) = (None, None);
        Ok(())
    }

    /// The next step of the administrative exit. Whether the patient is still here, gone with or without a decision, or died
    /// does not matter.
    pub fn step(&mut self, number: u8, proof: &str, text: &str, signed: Signed) -> Result<(), Fault> {
        if !matches!(self.state, State::Running | State::OnLeave | State::Finished) {
            return Err(refusal::state());
        }
        // Whoever went without a word is entered among the leavers as well; who is still here needs a decision.
        let leaves = self.decision.is_some() || self.state == State::Finished || self.death.is_some();
        if !leaves || number > STEPS || usize::from(number) != self.steps.len() + 1 {
            return Err(refusal::steps());
        }
        let proven = match number {
            SETTLED => PROOFS.contains(&proof) && (proof != "receipt" || !text.is_empty()),
            _ => proof.is_empty(),
        };
        if !proven {
            return Err(refusal::proof());
        }
        self.steps.push(ExitStep { number, proof: proof.to_owned(), text: text.to_owned(), signed });
        Ok(())
    }

    /// When the patient is expected to go, and what keeps them.
    pub fn expect(&mut self, at: Option<Instant>, delay: Option<&str>) -> Result<(), Fault> {
        self.is_in(&[State::Running, State::OnLeave])?;
        (self.expected, self.delay) = (at, delay.map(str::to_owned));
        Ok(())
    }

    /// Writes down what the patient had with them; a second person signs it afterwards.
    pub fn list_belongings(&mut self, text: &str, signed: Signed) -> Result<(), Fault> {
        if !matches!(self.state, State::Planned | State::Running | State::OnLeave) {
            return Err(refusal::state());
        }
        self.belongings.push(Belongings { text: text.to_owned(), first: signed, second: None });
        Ok(())
    }

    /// The second signature under the last list.
    pub fn sign_belongings(&mut self, signed: Signed) -> Result<(), Fault> {
        let open = self.belongings.iter_mut().rev().find(|one| one.second.is_none()).ok_or_else(refusal::state)?;
        if open.first.account == signed.account {
            return Err(refusal::two_people());
        }
        open.second = Some(signed);
        Ok(())
    }

    /// The patient died.
    pub fn die(&mut self, signed: Signed) -> Result<(), Fault> {
        self.is_in(&[State::Running, State::OnLeave])?;
        if self.from.is_some_and(|from| signed.at < from) {
            return Err(refusal::order());
        }
        (self.death, self.undo) = (Some(signed), None);
        Ok(())
    }

    /// One person says that the death was entered by error; another confirms it. Then the stay is what it was before.
    pub fn undo_death(&mut self, signed: Signed) -> Result<(), Fault> {
        if self.death.is_none() {
            return Err(refusal::state());
        }
        match self.undo.take() {
            None => self.undo = Some(signed),
            Some(first) if first.account == signed.account => {
                self.undo = Some(first);
                return Err(refusal::two_people());
            }
            Some(first) => {
                self.death = None;
                self.undone.push((first, signed));
                if self.disposition.as_deref() == Some(DIED) {
                    self.disposition = Some("oth".to_owned());
                }
            }
        }
        Ok(())
    }
}
