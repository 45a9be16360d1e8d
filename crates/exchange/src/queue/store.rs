//! One queue: what is kept, and what of it is in memory.

use super::lanes::Lanes;
use super::letter::{Letter, NewLetter, State, lanes_as_bytes, lanes_of_bytes};
use super::names::{Direction, Names, Seq};
use rihla_identity::keeping::{decode, encode, sha256};
use rihla_identity::{Change, Vault};
use rihla_kernel::{Clock, Fault, FaultKind, Instant};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// What a queue takes at most.
#[derive(Clone, Copy, Debug)]
pub struct QueueLimits {
    /// Messages that wait; one more is refused, and its sender sends it again later.
    pub waiting: usize,
    /// Whether what became of each message is noted for those who tell its sender ([`Queue::ended`]).
    pub notes_ends: bool,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self { waiting: 200_000, notes_ends: false }
    }
}

/// What became of a message that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    New(Seq),
    /// The same bytes under the same control id came before: the answer was lost on its way.
    Again(Seq, State),
}

/// What is done with a message that was worked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// `why`: what was left out, if something was.
    Done {
        why: String,
    },
    Parked {
        code: String,
        why: String,
    },
    Dead {
        code: String,
        why: String,
    },
}

/// What a person says of a parked message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is of this patient.
    Of(String),
    /// It is of somebody who is not known yet.
    New,
    /// What stood in its way is out of it: it is tried as it is, with what was decided before.
    Again,
    /// Nothing is to be done with it.
    Discard { why: String },
}

/// How many are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub waiting: usize,
    pub parked: usize,
    pub dead: usize,
}

struct Held {
    lanes: Lanes,
    last: Seq,
    dead: usize,
}

/// One channel's messages in one direction. One process owns it.
pub struct Queue {
    vault: Arc<dyn Vault>,
    clock: Arc<dyn Clock>,
    pub(super) names: Names,
    limits: QueueLimits,
    held: Mutex<Held>,
    changes: watch::Sender<u64>,
}

impl Queue {
    /// Reads what waits. After a crash every message that was answered for is here.
    pub fn open(vault: Arc<dyn Vault>, clock: Arc<dyn Clock>, direction: Direction, channel: &str, limits: QueueLimits) -> Result<Self, Fault> {
        let names = Names::of(direction, channel).ok_or_else(channel_name)?;
        let mut lanes = Lanes::default();
        let mut last = Seq(0);
        let mut standing: Vec<(Seq, Vec<u64>, bool)> = Vec::new();
        for (kind, parked) in [('w', false), ('p', true)] {
            for (name, value) in vault.list(&names.list(kind))? {
                let (Some(seq), Some(keys)) = (Names::seq(&name), lanes_of_bytes(value.get(1..).unwrap_or(&[]))) else { return Err(damaged()) };
                standing.push((seq, keys, parked));
            }
        }
        standing.sort_unstable_by_key(|(seq, _, _)| *seq);
        for (seq, keys, parked) in standing {
            lanes.push(seq, keys);
            if parked {
                lanes.park(seq);
            }
            last = last.max(seq);
        }
        let dead = vault.list(&names.list('d'))?.len();
        // What is done with stands in the journal alone; time has passed since, and places rise with it.
        last = last.max(Seq::first_at(clock.now()));
        Ok(Self { vault, clock, names, limits, held: Mutex::new(Held { lanes, last, dead }), changes: watch::Sender::new(0) })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears of every change: something came, was decided, is done with. Who found nothing to do waits for this, or until
    /// [`Queue::due`].
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// When the next message that was given back may be tried again.
    pub fn due(&self) -> Option<Instant> {
        self.held().lanes.due()
    }

    fn stir(&self) {
        self.changes.send_modify(|it| *it = it.wrapping_add(1));
    }

    pub fn counts(&self) -> Counts {
        let held = self.held();
        Counts { waiting: held.lanes.len(), parked: held.lanes.parked(), dead: held.dead }
    }

    /// How many messages of the same patients wait behind one.
    pub fn behind(&self, seq: Seq) -> usize {
        self.held().lanes.behind(seq)
    }

    /// Keeps a message. When this returns it is durable, and its sender may be told so.
    pub async fn accept(self: &Arc<Self>, new: NewLetter) -> Result<Accepted, Fault> {
        let queue = self.clone();
        whole(async move { queue.take_in(new).await }).await
    }

    async fn take_in(&self, new: NewLetter) -> Result<Accepted, Fault> {
        let known = self.names.known(&new.sender, &new.control_id);
        let mark = seen(&new.content);
        let before = if new.control_id.is_empty() { None } else { self.vault.read(&known)? };
        if let Some(before) = &before {
            let (seq, hash) = before.split_at_checked(8).ok_or_else(damaged)?;
            let seq = Seq(u64::from_be_bytes(seq.try_into().map_err(|_| damaged())?));
            if hash == mark {
                let state = self.letter(seq)?.map_or(State::Done, |it| it.state);
                return Ok(Accepted::Again(seq, state));
            }
        }
        let seq = self.reserve()?;
        let mut change = Change::default();
        if !new.control_id.is_empty() {
            // Two who bring the same at once do not both succeed.
            change.expect(known.clone(), before).put(known, [seq.0.to_be_bytes().as_slice(), &mark].concat());
        }
        self.begin(&mut change, seq, &Letter { new: new.clone(), ..Letter::default() });
        self.vault.commit(change).await?;
        self.held().lanes.push(seq, new.lanes);
        self.stir();
        Ok(Accepted::New(seq))
    }

    fn reserve(&self) -> Result<Seq, Fault> {
        let now = self.clock.now();
        let mut held = self.held();
        if held.lanes.len() >= self.limits.waiting {
            return Err(full());
        }
        held.last = held.last.next(now);
        Ok(held.last)
    }

    fn begin(&self, change: &mut Change, seq: Seq, letter: &Letter) {
        let item = self.names.item('j', seq);
        // A clock that went back must not write over what was kept.
        change.expect(item.clone(), None).put(item, encode(letter));
        change.put(self.names.item('w', seq), standing(&letter.new.lanes));
    }

    /// The oldest message that may be worked with now. It is the caller's until it is settled or given back.
    pub fn next(&self) -> Result<Option<(Seq, Letter)>, Fault> {
        let Some(seq) = self.held().lanes.next(self.clock.now()) else { return Ok(None) };
        match self.letter(seq) {
            Ok(Some(letter)) => Ok(Some((seq, letter))),
            Ok(None) => Err(damaged()),
            Err(fault) => {
                self.held().lanes.give_back(seq, self.clock.now());
                Err(fault)
            }
        }
    }

    pub fn letter(&self, seq: Seq) -> Result<Option<Letter>, Fault> {
        self.vault.read(&self.names.item('j', seq))?.map(|bytes| decode(&bytes)).transpose()
    }

    /// What the end of a message changes, to be committed together with what was made of it. When that is done, call
    /// [`Queue::settled`]; if it was not, [`Queue::give_back`].
    pub fn marks(&self, seq: Seq, letter: &Letter, end: &Settled) -> Vec<(String, Vec<u8>)> {
        let mut letter = letter.clone();
        letter.attempts = letter.attempts.saturating_add(1);
        letter.changed = Some(self.clock.now());
        let (state, code, why) = match end {
            Settled::Done { why } => (State::Done, "", why),
            Settled::Parked { code, why } => (State::Parked, code.as_str(), why),
            Settled::Dead { code, why } => (State::Dead, code.as_str(), why),
        };
        letter.state = state;
        code.clone_into(&mut letter.code);
        why.clone_into(&mut letter.why);
        let mut marks = vec![(self.names.item('j', seq), encode(&letter)), (self.names.item('w', seq), Vec::new())];
        match end {
            Settled::Done { .. } => {}
            Settled::Parked { .. } => marks.push((self.names.item('p', seq), standing(&letter.new.lanes))),
            Settled::Dead { .. } => marks.push((self.names.item('d', seq), vec![1])),
        }
        if self.limits.notes_ends && !matches!(end, Settled::Parked { .. }) {
            marks.push((self.names.item('o', seq), vec![1]));
        }
        marks
    }

    /// Messages of which it was decided what became of them, and whose senders were not told yet.
    pub fn ended(&self) -> Result<Vec<(Seq, Letter)>, Fault> {
        let mut out = Vec::new();
        for (name, _) in self.vault.list(&self.names.list('o'))? {
            let Some(seq) = Names::seq(&name) else { return Err(damaged()) };
            out.extend(self.letter(seq)?.map(|letter| (seq, letter)));
        }
        Ok(out)
    }

    /// The sender was told, or does not want to be.
    pub async fn told(&self, seq: Seq) -> Result<(), Fault> {
        let mut change = Change::default();
        change.remove(self.names.item('o', seq));
        self.vault.commit(change).await
    }

    /// The marks of an end were committed.
    pub fn settled(&self, seq: Seq, end: &Settled) {
        let mut held = self.held();
        match end {
            Settled::Parked { .. } => held.lanes.park(seq),
            Settled::Done { .. } => held.lanes.finish(seq),
            Settled::Dead { .. } => {
                held.dead += 1;
                held.lanes.finish(seq);
            }
        }
        drop(held);
        self.stir();
    }

    /// Commits an end by itself, where nothing was made of the message.
    pub async fn settle(self: &Arc<Self>, seq: Seq, letter: &Letter, end: Settled) -> Result<(), Fault> {
        let (queue, marks) = (self.clone(), self.marks(seq, letter, &end));
        whole(async move {
            queue.write(marks).await?;
            queue.settled(seq, &end);
            Ok(())
        })
        .await
    }

    /// Nothing came of it this time; it is tried again after `wait` milliseconds, and its patients' other messages wait.
    /// Returns how often that was since the server began.
    pub fn give_back(&self, seq: Seq, wait: impl FnOnce(u32) -> u64) -> u32 {
        let now = self.clock.now();
        let mut held = self.held();
        let tries = held.lanes.tries(seq);
        held.lanes.give_back(seq, Instant(now.0.saturating_add_unsigned(wait(tries))));
        tries + 1
    }

    /// A person says whose a parked message is. Refused if it is not parked any more.
    pub async fn decide(self: &Arc<Self>, seq: Seq, decision: Decision, by: &str) -> Result<(), Fault> {
        let (queue, by) = (self.clone(), by.to_owned());
        whole(async move { queue.decided(seq, decision, &by).await }).await
    }

    async fn decided(&self, seq: Seq, decision: Decision, by: &str) -> Result<(), Fault> {
        let (mut letter, before) = self.as_it_is(seq, State::Parked)?;
        letter.by = by.to_owned();
        letter.changed = Some(self.clock.now());
        let mut change = Change::default();
        change.expect(self.names.item('j', seq), Some(before)).remove(self.names.item('p', seq));
        let discarded = match decision {
            Decision::Of(id) if !is_id(&id) => return Err(no_id()),
            Decision::Of(id) => {
                letter.whose = Some(id);
                false
            }
            Decision::New => {
                letter.whose = Some(String::new());
                false
            }
            Decision::Again => false,
            Decision::Discard { why } => {
                letter.why = why;
                true
            }
        };
        letter.state = if discarded { State::Discarded } else { State::Waiting };
        change.put(self.names.item('j', seq), encode(&letter));
        if !discarded {
            change.put(self.names.item('w', seq), standing(&letter.new.lanes));
        } else if self.limits.notes_ends {
            change.put(self.names.item('o', seq), vec![1]);
        }
        self.vault.commit(change).await?;
        let mut held = self.held();
        if discarded {
            held.lanes.finish(seq)
        } else {
            held.lanes.unpark(seq)
        }
        drop(held);
        self.stir();
        Ok(())
    }

    /// Sends a message through again, as it was or with other bytes, under a place of its own; what it was stays as it is. A
    /// dead letter leaves the dead by this. `edited` brings its own patient and lanes.
    pub async fn replay(self: &Arc<Self>, seq: Seq, edited: Option<NewLetter>, by: &str) -> Result<Seq, Fault> {
        let (queue, by) = (self.clone(), by.to_owned());
        whole(async move { queue.again(seq, edited, &by).await }).await
    }

    async fn again(&self, seq: Seq, edited: Option<NewLetter>, by: &str) -> Result<Seq, Fault> {
        let before = self.vault.read(&self.names.item('j', seq))?.ok_or_else(absent)?;
        let mut old: Letter = decode(&before)?;
        if matches!(old.state, State::Waiting | State::Parked) {
            return Err(busy());
        }
        let was_dead = old.state == State::Dead;
        let next = self.reserve()?;
        let copy = Letter { new: edited.unwrap_or_else(|| old.new.clone()), by: by.to_owned(), copy_of: Some(seq), ..Letter::default() };
        let mut change = Change::default();
        if was_dead {
            old.state = State::Discarded;
            old.by = by.to_owned();
            old.changed = Some(self.clock.now());
            change.expect(self.names.item('j', seq), Some(before)).put(self.names.item('j', seq), encode(&old)).remove(self.names.item('d', seq));
        }
        self.begin(&mut change, next, &copy);
        self.vault.commit(change).await?;
        let mut held = self.held();
        held.dead -= usize::from(was_dead).min(held.dead);
        held.lanes.push(next, copy.new.lanes);
        drop(held);
        self.stir();
        Ok(next)
    }

    fn as_it_is(&self, seq: Seq, wanted: State) -> Result<(Letter, Vec<u8>), Fault> {
        let bytes = self.vault.read(&self.names.item('j', seq))?.ok_or_else(absent)?;
        let letter: Letter = decode(&bytes)?;
        if letter.state == wanted { Ok((letter, bytes)) } else { Err(busy()) }
    }

    async fn write(&self, marks: Vec<(String, Vec<u8>)>) -> Result<(), Fault> {
        let mut change = Change::default();
        for (name, value) in marks {
            change.put(name, value);
        }
        self.vault.commit(change).await
    }

    /// Takes what was done with before `until` out of the journal. Returns how many. What waits, is parked or dead stays.
    pub async fn sweep(&self, until: Instant) -> Result<usize, Fault> {
        const AT_ONCE: usize = 500;
        let mut over = Vec::new();
        for (name, bytes) in self.vault.list(&self.names.list('j'))? {
            let Some(seq) = Names::seq(&name) else { continue };
            if seq.instant() >= until {
                break;
            }
            let letter: Letter = decode(&bytes)?;
            if matches!(letter.state, State::Done | State::Discarded) {
                over.push((name, self.names.known(&letter.new.sender, &letter.new.control_id)));
            }
        }
        for part in over.chunks(AT_ONCE) {
            let names = part.iter().flat_map(|(item, known)| [item, known]);
            self.write(names.map(|name| (name.clone(), Vec::new())).collect()).await?;
        }
        Ok(over.len())
    }

    pub(super) fn last(&self) -> Seq {
        self.held().last
    }

    pub(super) fn kept(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.vault.read(name)
    }

    pub(super) async fn changed(&self, change: Change) -> Result<(), Fault> {
        self.vault.commit(change).await
    }

    pub(super) fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        self.vault.list(prefix)
    }
}

/// A task of its own: were it dropped half-way because a connection ended, a message would be kept and not worked with.
async fn whole<T: Send + 'static>(work: impl Future<Output = Result<T, Fault>> + Send + 'static) -> Result<T, Fault> {
    tokio::spawn(work).await.map_err(|_| stopped())?
}

/// Marks without a value are taken away, and a message without a patient has no lanes: so a first byte.
fn standing(lanes: &[u64]) -> Vec<u8> {
    [vec![1], lanes_as_bytes(lanes)].concat()
}

fn seen(content: &[u8]) -> Vec<u8> {
    sha256(content).get(..16).unwrap_or(&[]).to_vec()
}

/// A FHIR id (<https://hl7.org/fhir/R4/datatypes.html#id>): it becomes part of an address.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.'))
}

fn no_id() -> Fault {
    Fault::new(FaultKind::Invalid, "RH-EX-ID", "This is no id of a patient. Choose the patient from the list.")
}

fn channel_name() -> Fault {
    Fault::new(FaultKind::Invalid, "RH-EX-CHANNEL", "A channel's name has letters, digits and dashes, 64 at most. Give it another one.")
}

fn full() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-EX-FULL", "Too many messages of this channel wait. Send this one again later, and see what stands in its way.")
}

fn absent() -> Fault {
    Fault::new(FaultKind::NotFound, "RH-EX-ABSENT", "There is no such message in the journal of this channel. It may be older than what is kept.")
}

fn busy() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-EX-STATE", "Somebody else, or the channel itself, has moved this message meanwhile. Look at it again.")
}

fn stopped() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-EX-STOPPED", "The server is stopping. Send the message again in a moment.")
}

fn damaged() -> Fault {
    Fault::new(FaultKind::Internal, "RH-EX-DAMAGED", "What is kept of a message cannot be read. Check the store and restore it from a backup.")
}
