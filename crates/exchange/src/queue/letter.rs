//! One message as it is kept.

use super::names::Seq;
use rihla_identity::keeping::{Fields, Later, Taken, Wire};
use rihla_kernel::Instant;

/// Where a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// To be worked with.
    #[default]
    Waiting,
    /// In the record; or, of what goes, taken by the receiver.
    Done,
    /// Waits for a person, who says whose it is.
    Parked,
    /// Cannot be worked with as it is.
    Dead,
    /// A person said that nothing is to be done with it.
    Discarded,
}

impl State {
    const ALL: [Self; 5] = [Self::Waiting, Self::Done, Self::Parked, Self::Dead, Self::Discarded];

    /// For screens and searches.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Parked => "parked",
            Self::Dead => "dead",
            Self::Discarded => "discarded",
        }
    }
}

/// A message that comes into a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewLetter {
    /// The bytes as they came, or as they are to be sent.
    pub content: Vec<u8>,
    /// MSH-10.
    pub control_id: String,
    /// MSH-9: `ADT^A01`.
    pub event: String,
    /// MSH-3 and MSH-4, with `^` between.
    pub sender: String,
    /// The patient's number as `system|value`, for searching; empty if there is none.
    pub patient: String,
    pub visit: String,
    /// Names the lanes in which it stands: one for each patient.
    pub lanes: Vec<u64>,
}

/// A message in the journal, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    pub new: NewLetter,
    pub state: State,
    pub attempts: u32,
    /// Code and sentence of what is wrong, or of what was remarked.
    pub code: String,
    pub why: String,
    /// Who decided, where a person did.
    pub by: String,
    /// What was decided of a parked one: the patient's id, or empty for a new patient.
    pub whose: Option<String>,
    /// The message of which this is a copy that was sent again or edited.
    pub copy_of: Option<Seq>,
    pub changed: Option<Instant>,
    pub(crate) later: Later,
}

/// A patient's id may be empty (a new patient), which is not the same as nothing decided.
const DECIDED: char = '=';

impl Wire for Letter {
    fn put(&self, out: &mut Fields) {
        let new = &self.new;
        out.bytes(1, &new.content);
        for (tag, text) in [(2, &new.control_id), (3, &new.event), (4, &new.sender), (5, &new.patient), (6, &new.visit)] {
            out.text(tag, text);
        }
        out.bytes(7, &lanes_as_bytes(&new.lanes));
        out.number(8, State::ALL.iter().position(|it| *it == self.state).unwrap_or(0) as u64);
        out.number(9, u64::from(self.attempts));
        for (tag, text) in [(10, &self.code), (11, &self.why), (12, &self.by)] {
            out.text(tag, text);
        }
        out.text(13, &self.whose.as_ref().map(|it| format!("{DECIDED}{it}")).unwrap_or_default());
        out.number(14, self.copy_of.map_or(0, |it| it.0));
        out.time(15, self.changed.unwrap_or(Instant(0)));
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            new: NewLetter {
                content: from.bytes(1)?.to_vec(),
                control_id: from.text(2)?,
                event: from.text(3)?,
                sender: from.text(4)?,
                patient: from.text(5)?,
                visit: from.text(6)?,
                lanes: lanes_of_bytes(from.bytes(7)?)?,
            },
            state: State::ALL.get(from.small::<usize>(8)?).copied()?,
            attempts: from.small(9)?,
            code: from.text(10)?,
            why: from.text(11)?,
            by: from.text(12)?,
            whose: from.text(13)?.strip_prefix(DECIDED).map(str::to_owned),
            copy_of: Some(from.number(14)?).filter(|it| *it > 0).map(Seq),
            changed: Some(from.time(15)?).filter(|it| it.0 > 0),
            later: from.later(),
        })
    }
}

pub(super) fn lanes_as_bytes(lanes: &[u64]) -> Vec<u8> {
    lanes.iter().flat_map(|it| it.to_be_bytes()).collect()
}

pub(super) fn lanes_of_bytes(bytes: &[u8]) -> Option<Vec<u64>> {
    let whole = bytes.len().is_multiple_of(8);
    whole.then(|| bytes.chunks_exact(8).filter_map(|it| it.try_into().ok()).map(u64::from_be_bytes).collect())
}
