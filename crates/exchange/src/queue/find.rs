//! Finding messages in the journal, for the console.

use super::letter::{Letter, State};
use super::names::{Names, Seq};
use super::store::Queue;
use rihla_identity::keeping::decode;
use rihla_kernel::{Fault, Instant};

/// What is looked for. Empty fields say nothing; texts are looked for as parts.
#[derive(Clone, Debug, Default)]
pub struct Find {
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub state: Option<State>,
    pub control_id: String,
    /// Number of a patient or a stay.
    pub number: String,
    /// `ADT^A01`, `ADT`.
    pub event: String,
    /// Anywhere in the message, as it was written.
    pub text: String,
}

/// One message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub seq: Seq,
    pub letter: Letter,
}

/// Bits of a place within one stretch of the journal, which is read at once: four and a half hours.
const STRETCH_BITS: u32 = 36;
/// Stretches looked at without a time being given: about a month.
const STRETCHES: u64 = 160;

impl Queue {
    /// Newest first, at most `limit`; and whether there is more. It reads the journal back from `until` (or the last message)
    /// to `from` (or about a month), stretch by stretch, so that a search of today does not read last year.
    pub fn find(&self, what: &Find, limit: usize) -> Result<(Vec<Found>, bool), Fault> {
        // Parked and dead ones are few and have lists of their own.
        match what.state {
            Some(State::Parked) => return self.of_list('p', what, limit),
            Some(State::Dead) => return self.of_list('d', what, limit),
            Some(State::Waiting) => return self.of_list('w', what, limit),
            _ => {}
        }
        let last = what.until.map_or(self.last(), |it| Seq::first_at(it).min(self.last())).0 >> STRETCH_BITS;
        let first = what.from.map_or(last.saturating_sub(STRETCHES), |it| Seq::first_at(it).0 >> STRETCH_BITS);
        let mut found = Vec::new();
        for stretch in (first..=last).rev() {
            let prefix = format!("{}{stretch:07x}", self.names.list('j'));
            for (name, bytes) in self.list(&prefix)?.into_iter().rev() {
                let Some(seq) = Names::seq(&name) else { continue };
                let letter: Letter = decode(&bytes)?;
                if what.fits(seq, &letter) {
                    if found.len() == limit {
                        return Ok((found, true));
                    }
                    found.push(Found { seq, letter });
                }
            }
        }
        Ok((found, false))
    }

    fn of_list(&self, kind: char, what: &Find, limit: usize) -> Result<(Vec<Found>, bool), Fault> {
        let mut letters = Vec::new();
        for (name, _) in self.list(&self.names.list(kind))?.into_iter().rev() {
            let Some(seq) = Names::seq(&name) else { continue };
            let Some(letter) = self.letter(seq)? else { continue };
            if what.fits(seq, &letter) {
                if letters.len() == limit {
                    return Ok((letters, true));
                }
                letters.push(Found { seq, letter });
            }
        }
        Ok((letters, false))
    }
}

impl Find {
    fn fits(&self, seq: Seq, letter: &Letter) -> bool {
        let at = seq.instant();
        let new = &letter.new;
        let holds = |part: &str, whole: &[&str]| part.is_empty() || whole.iter().any(|it| it.contains(part));
        let text = self.text.is_empty() || memchr::memmem::find(&new.content, self.text.as_bytes()).is_some();
        self.from.is_none_or(|from| at >= from)
            && self.until.is_none_or(|until| at < until)
            && self.state.is_none_or(|state| letter.state == state)
            && holds(&self.control_id, &[&new.control_id])
            && holds(&self.number, &[&new.patient, &new.visit])
            && new.event.starts_with(&self.event)
            && text
    }
}
