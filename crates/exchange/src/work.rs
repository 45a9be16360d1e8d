//! Working with what waits: whose it is, then into the record, or to a person.

use crate::datatype::identifier::Number;
use crate::map::{Mapped, map_of, numbers};
use crate::movement::{self, Act, Asked, Person};
use crate::queue::{Learned, Letter, Queue, Seq, Settled, State};
use crate::reconcile::{Known, Likeness, Trust, Verdict, judge};
use crate::{Patients, Settings};
use rihla_hl7v2::ack::Complaint;
use rihla_hl7v2::{Charset, Limits, Message, charset};
use rihla_kernel::{Fault, FaultKind};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Whose a message is, when that is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    Patient(String),
    New,
    /// It is about no patient.
    Nobody,
}

/// A message that is to be filed.
pub struct Work {
    /// What an ADT message asks, for the commands that admit and move.
    pub asked: Option<Asked>,
    /// What is written otherwise.
    pub mapped: Mapped,
    pub whose: Whose,
    /// What the channel learns by this message, where a person decided whose it is.
    pub learned: Vec<Learned>,
}

/// Why a message was not filed.
#[derive(Debug)]
pub enum Unfiled {
    /// A person decides: the house refuses what it asks as things stand. Its code and sentence are shown to them.
    Waits(Fault),
    Fault(Fault),
}

impl From<Fault> for Unfiled {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

pub type Filing<'r> = Pin<Box<dyn Future<Output = Result<(), Unfiled>> + Send + 'r>>;

/// The marks that say that a message is done with, and what was left out of it in sentences.
pub type Marking<'r> = &'r (dyn Fn(&[String]) -> Vec<(String, Vec<u8>)> + Send + Sync);

/// The record, as a channel needs it. The server wires it.
pub trait Record: Send + Sync {
    /// Patients who bear one of the numbers, each once.
    fn known(&self, numbers: &[Number]) -> Result<Vec<Known>, Fault>;

    /// The record that stands for a patient now: their own, or the one into which it was merged. Nothing if there is none.
    fn standing(&self, id: &str) -> Result<Option<String>, Fault>;

    /// Writes what the message says together with its marks: both or neither.
    fn file<'r>(&'r self, work: &'r Work, marks: Marking<'r>) -> Filing<'r>;
}

/// How often, and after how long, something is tried again. Milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct BackOff {
    pub first: u64,
    pub most: u64,
}

impl BackOff {
    /// The wait after so many attempts: doubled each time.
    pub fn after(&self, attempts: u32) -> u64 {
        self.first.saturating_mul(1_u64.checked_shl(attempts.min(40)).unwrap_or(u64::MAX)).min(self.most)
    }
}

/// What one step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing may be worked with now.
    Idle,
    Filed(Seq),
    Parked(Seq),
    Dead(Seq),
    /// The record could not be written now; it is tried again after so many milliseconds.
    Later(Seq, u64),
}

/// Numbers that are learned from one message.
const LEARNED: usize = 4;

/// One channel's worker.
pub struct Worker {
    pub queue: Arc<Queue>,
    pub record: Arc<dyn Record>,
    pub settings: Settings,
    pub charset: Charset,
    pub limits: Limits,
    pub trust: Trust,
    pub likeness: Arc<dyn Likeness>,
    pub back_off: BackOff,
    /// How often a message is tried that fails for a reason of its own, before it is a dead letter.
    pub attempts: u32,
}

impl Worker {
    /// Works with one message. To be called again at once unless it says [`Step::Idle`] or [`Step::Later`].
    pub async fn step(&self) -> Result<Step, Fault> {
        let Some((seq, letter)) = self.queue.next()? else { return Ok(Step::Idle) };
        if letter.state == State::Done {
            // It was written, and the answer that it was did not reach us.
            self.queue.settled(seq, &Settled::Done { why: String::new() });
            return Ok(Step::Filed(seq));
        }
        let fault = match self.work(seq, &letter).await {
            Ok(step) => return Ok(step),
            Err(fault) => fault,
        };
        let mut wait = 0;
        let tries = self.queue.give_back(seq, |tries| {
            wait = self.back_off.after(tries);
            wait
        });
        // A store that is away comes back; what fails again and again for another reason will not mend itself.
        if fault.kind == FaultKind::Unavailable || tries < self.attempts {
            return Ok(Step::Later(seq, wait));
        }
        self.bury(seq, &letter, fault.code.to_string(), fault.text.to_string()).await
    }

    async fn work(&self, seq: Seq, letter: &Letter) -> Result<Step, Fault> {
        let work = match self.read(letter) {
            Ok(work) => work,
            Err(Failed::Ask { code, why }) => {
                self.queue.settle(seq, letter, Settled::Parked { code, why }).await?;
                return Ok(Step::Parked(seq));
            }
            Err(Failed::Unfit { code, why }) => return self.bury(seq, letter, code, why).await,
            Err(Failed::Fault(fault)) => return Err(fault),
        };
        let marks = |remarks: &[String]| {
            let why = work.mapped.remarks.iter().chain(remarks).map(String::as_str).collect::<Vec<_>>().join(" ");
            let mut marks = self.queue.marks(seq, letter, &Settled::Done { why });
            marks.extend(work.learned.iter().map(|learned| self.queue.learning(learned)));
            marks
        };
        match self.record.file(&work, &marks).await {
            Ok(()) => {
                self.queue.settled(seq, &Settled::Done { why: String::new() });
                Ok(Step::Filed(seq))
            }
            Err(Unfiled::Waits(fault)) => {
                self.queue.settle(seq, letter, Settled::Parked { code: fault.code.to_string(), why: fault.text.to_string() }).await?;
                Ok(Step::Parked(seq))
            }
            Err(Unfiled::Fault(fault)) => self.failed(seq, letter, fault).await,
        }
    }

    async fn failed(&self, seq: Seq, letter: &Letter, fault: Fault) -> Result<Step, Fault> {
        match fault {
            fault if matches!(fault.kind, FaultKind::Unavailable | FaultKind::Conflict | FaultKind::Internal) => Err(fault),
            fault => self.bury(seq, letter, fault.code.to_string(), fault.text.to_string()).await,
        }
    }

    async fn bury(&self, seq: Seq, letter: &Letter, code: String, why: String) -> Result<Step, Fault> {
        self.queue.settle(seq, letter, Settled::Dead { code, why }).await?;
        Ok(Step::Dead(seq))
    }

    /// What is to be filed.
    fn read(&self, letter: &Letter) -> Result<Work, Failed> {
        let broken = |error: rihla_hl7v2::ParseError| Failed::Unfit { code: error.code().to_owned(), why: error.to_string() };
        let (text, _) = charset::decode(&letter.new.content, self.charset).map_err(broken)?;
        let message = Message::parse(&text, &self.limits).map_err(broken)?;
        let asked = match message.header().event().0 {
            "ADT" => Some(movement::read(&message, &self.settings).map_err(|refusal| {
                let complaint = Complaint::from(&refusal);
                Failed::Unfit { code: complaint.code, why: complaint.sentence }
            })?),
            _ => None,
        };
        let whose = match self.whose(&message, asked.as_ref(), letter)? {
            Verdict::Theirs(id) => Whose::Patient(id),
            Verdict::New if message.segment("PID").is_none() => Whose::Nobody,
            Verdict::New => Whose::New,
            Verdict::Ask { code, why } => return Err(Failed::Ask { code: code.to_owned(), why }),
        };
        let id = match &whose {
            Whose::Patient(id) => Some(id.as_str()),
            Whose::New | Whose::Nobody => None,
        };
        let learned = self.learns(&message, &whose, letter).map_err(Failed::Fault)?;
        Ok(Work { asked, mapped: map_of(&message, &self.settings, id), whose, learned })
    }

    /// The numbers that a person said are somebody's, with the traits that came with them; none that somebody else bears.
    fn learns(&self, message: &Message<'_>, whose: &Whose, letter: &Letter) -> Result<Vec<Learned>, Fault> {
        let (Whose::Patient(id), Some(_), Some(pid)) = (whose, &letter.whose, message.segment("PID")) else { return Ok(Vec::new()) };
        let told = movement::person(pid, &self.settings);
        let mut out: Vec<Learned> = Vec::new();
        for number in self.looked_for(message, &told).into_iter().take(LEARNED) {
            let theirs = self.record.known(std::slice::from_ref(&number))?.iter().all(|known| known.id == *id);
            if theirs && out.iter().all(|other| other.number != number) {
                out.push(Learned::of(number, id, &told, &letter.by, letter.changed));
            }
        }
        Ok(out)
    }

    /// Whom the channel learned that the numbers name. A person whose traits changed since is asked about again.
    fn learned(&self, numbers: &[Number], told: &Person, known: &[Known]) -> Result<Option<Verdict>, Fault> {
        for number in numbers {
            let Some(learned) = self.queue.learned(number)? else { continue };
            let Some(id) = self.record.standing(&learned.patient)? else { continue };
            // Somebody else came to bear the number.
            if known.iter().any(|one| one.id != id) {
                return Ok(None);
            }
            let judged = judge(told, &[Known { id, ..learned.as_known() }], Trust::Live { keeps_patients: false }, self.likeness.as_ref());
            // Told otherwise than then, they may be told as the record has them.
            return Ok(Some(judged).filter(|judged| known.is_empty() || matches!(judged, Verdict::Theirs(_))));
        }
        Ok(None)
    }

    fn whose(&self, message: &Message<'_>, asked: Option<&Asked>, letter: &Letter) -> Result<Verdict, Failed> {
        match letter.whose.as_deref() {
            Some("") => return Ok(Verdict::New),
            // Whom a person chose may have been merged since.
            Some(id) => return Ok(Verdict::Theirs(self.record.standing(id).map_err(Failed::Fault)?.unwrap_or_else(|| id.to_owned()))),
            None => {}
        }
        let Some(pid) = message.segment("PID") else { return Ok(Verdict::New) };
        let told: Person = movement::person(pid, &self.settings);
        let act = asked.map(|it| &it.act);
        let looked_for = match act {
            // The number of PID is the new one, which nobody bears yet.
            Some(Act::ChangeNumber { from, .. }) => from.iter().map(|it| it.number.clone()).collect(),
            _ => self.looked_for(message, &told),
        };
        if looked_for.is_empty() {
            let why = "The message has a patient without a number. Say whose it is.".to_owned();
            return Ok(Verdict::Ask { code: "RH-EX-NUMBERLESS", why });
        }
        let known = self.record.known(&looked_for).map_err(Failed::Fault)?;
        if let Some(verdict) = self.learned(&looked_for, &told, &known).map_err(Failed::Fault)? {
            return Ok(verdict);
        }
        let trust = match (self.trust, self.settings.patients) {
            (Trust::Live { .. }, Patients::Named) => Trust::Live { keeps_patients: false },
            (trust, _) => trust,
        };
        let joins = matches!(act, Some(Act::Merge { .. } | Act::Link { .. } | Act::Unlink { .. } | Act::MoveAccount { .. } | Act::ChangeNumber { .. }));
        match judge(&told, &known, trust, self.likeness.as_ref()) {
            Verdict::New if joins && self.trust != Trust::Filling => {
                let why = "The message joins, parts or renames patients, and nobody here has this number.".to_owned();
                Ok(Verdict::Ask { code: "RH-EX-UNKNOWN", why })
            }
            verdict => Ok(verdict),
        }
    }

    /// The number by which the channel looks patients up, and others whose authority the channel knows: a number without one
    /// says nothing.
    fn looked_for(&self, message: &Message<'_>, told: &Person) -> Vec<Number> {
        let own = told.numbers.iter().map(|it| it.number.clone());
        let of_authorities = own.filter(|it| self.settings.systems.values().any(|known| *known == it.system));
        numbers(message, &self.settings).into_iter().take(1).chain(of_authorities).collect()
    }
}

enum Failed {
    /// It cannot be worked with as it is.
    Unfit {
        code: String,
        why: String,
    },
    /// A person decides.
    Ask {
        code: String,
        why: String,
    },
    Fault(Fault),
}
