//! What a channel learned: a number of the sender's, and whose a person said that it is.

use super::names::Names;
use super::store::Queue;
use crate::datatype::identifier::Number;
use crate::movement::Person;
use crate::reconcile::Known;
use rihla_identity::Change;
use rihla_identity::keeping::{Fields, Later, Taken, Wire, decode, encode};
use rihla_kernel::{Fault, Instant};

/// A number that a person decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    pub number: Number,
    /// The patient's id then.
    pub patient: String,
    /// Who they were told to be, in the message that was decided: another person under the number is asked about again.
    pub names: Vec<(String, String)>,
    pub birth_date: String,
    pub sex: String,
    /// The account that decided, and when.
    pub by: String,
    pub at: Option<Instant>,
    later: Later,
}

impl Learned {
    pub fn of(number: Number, patient: &str, told: &Person, by: &str, at: Option<Instant>) -> Self {
        Self {
            number,
            patient: patient.to_owned(),
            names: told.names.clone(),
            birth_date: told.birth_date.clone(),
            sex: told.sex.clone(),
            by: by.to_owned(),
            at,
            later: Later::default(),
        }
    }

    /// Who bears the number, as they were told to be.
    pub fn as_known(&self) -> Known {
        let Self { number, patient, names, birth_date, sex, .. } = self.clone();
        Known { id: patient, numbers: vec![number], names, birth_date, sex }
    }
}

/// Between the parts of a name, and between names: control characters that no name holds.
const PART: char = '\u{1f}';
const NAME: char = '\u{1e}';

impl Wire for Learned {
    fn put(&self, out: &mut Fields) {
        let names: Vec<String> = self.names.iter().map(|(family, given)| format!("{family}{PART}{given}")).collect();
        let texts = [&self.number.system, &self.number.value, &self.patient, &names.join(&NAME.to_string()), &self.birth_date, &self.sex, &self.by];
        texts.iter().zip(1..).for_each(|(text, tag)| out.text(tag, text));
        out.time(8, self.at.unwrap_or(Instant(0)));
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        let number = Number { system: from.text(1)?, value: from.text(2)? };
        let (patient, names) = (from.text(3)?, from.text(4)?);
        let names = names.split(NAME).filter_map(|name| name.split_once(PART)).map(|(family, given)| (family.to_owned(), given.to_owned())).collect();
        let (birth_date, sex, by) = (from.text(5)?, from.text(6)?, from.text(7)?);
        let at = Some(from.time(8)?).filter(|at| at.0 > 0);
        Some(Self { number, patient, names, birth_date, sex, by, at, later: from.later() })
    }
}

impl Queue {
    /// Whose a person said that a number is, on this channel.
    pub fn learned(&self, number: &Number) -> Result<Option<Learned>, Fault> {
        self.kept(&self.names.number(&number.system, &number.value))?.map(|bytes| decode(&bytes)).transpose()
    }

    /// What is learned, as a change of operational state.
    pub fn learning(&self, learned: &Learned) -> (String, Vec<u8>) {
        (self.names.number(&learned.number.system, &learned.number.value), encode(learned))
    }

    /// The next message with the number is asked about again.
    pub async fn forget(&self, number: &Number) -> Result<(), Fault> {
        let mut change = Change::default();
        change.remove(self.names.number(&number.system, &number.value));
        self.changed(change).await
    }
}

impl Names {
    /// A number that a channel learned.
    fn number(&self, system: &str, value: &str) -> String {
        self.hashed('n', &[system.as_bytes(), &[0], value.as_bytes()].concat())
    }
}
