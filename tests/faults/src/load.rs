//! Writes of every kind by several threads, each told to a listener before and after.
//!
//! A write is named by its thread and its number; each resource that it puts carries that name as an identifier, and the
//! mark of the thread is its number. So whoever finds the record later can tell for each write whether it is there.

use crate::site::{Site, new_id};
use crate::texts::{observation, patient};
use rihla_kernel::{Entropy, Fault, SeededEntropy};
use rihla_store::backend::{Outcome, Step};
use std::fmt::Write as _;

/// What a write does to one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    pub ty: String,
    pub id: String,
    /// The version that it made; 0 while that is not known.
    pub vid: u32,
    /// `None`: it was deleted.
    pub text: Option<String>,
}

/// One write, begun or acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub acknowledged: bool,
    pub thread: u32,
    pub number: u32,
    pub effects: Vec<Effect>,
}

impl Told {
    pub fn group(&self) -> String {
        group(self.thread, self.number)
    }

    /// One line; no text of a resource holds a tab.
    pub fn to_line(&self) -> String {
        let mut line = format!("{}\t{}\t{}", if self.acknowledged { "done" } else { "begun" }, self.thread, self.number);
        for effect in &self.effects {
            write!(line, "\t{}\t{}\t{}\t{}", effect.ty, effect.id, effect.vid, effect.text.as_deref().unwrap_or("-")).expect("memory");
        }
        line
    }

    /// `None` for a line that was cut off.
    pub fn parse(line: &str) -> Option<Self> {
        let mut parts = line.strip_suffix('\n')?.split('\t');
        let acknowledged = match parts.next()? {
            "done" => true,
            "begun" => false,
            _ => return None,
        };
        let (thread, number) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let mut effects = Vec::new();
        while let Some(ty) = parts.next() {
            let (id, vid, text) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
            effects.push(Effect { ty: ty.into(), id: id.into(), vid, text: (text != "-").then(|| text.into()) });
        }
        Some(Self { acknowledged, thread, number, effects })
    }
}

pub fn group(thread: u32, number: u32) -> String {
    format!("{thread}-{number}")
}

/// The content that a write named `group` keeps outside the rows.
pub fn content_of(group: &str) -> Vec<u8> {
    let entropy = SeededEntropy::new(group.bytes().fold(7, |sum, byte| sum * 31 + u64::from(byte)));
    let length = entropy.next_u64() as usize % 300_000;
    (0..length / 8).flat_map(|_| entropy.next_u64().to_le_bytes()).collect()
}

pub fn mark(thread: u32) -> String {
    format!("load-{thread}")
}

/// One thread of writes.
pub struct Worker<'s> {
    site: &'s Site,
    thread: u32,
    number: u32,
    entropy: SeededEntropy,
    patients: Vec<String>,
    observations: Vec<String>,
    /// How long notes are: long ones soon teach a dictionary.
    note: usize,
}

/// A write made ready.
struct Ready {
    steps: Vec<Step>,
    effects: Vec<Effect>,
}

impl<'s> Worker<'s> {
    pub fn new(site: &'s Site, thread: u32, seed: u64, note: usize) -> Self {
        Self { site, thread, number: 0, entropy: SeededEntropy::new(seed ^ u64::from(thread) << 32), patients: Vec::new(), observations: Vec::new(), note }
    }

    /// Makes one write; `tell` hears of it before and, if it was acknowledged, after. A refused one is as if it had not been.
    pub fn write(&mut self, tell: &dyn Fn(&Told)) -> Result<(), Fault> {
        self.number += 1;
        let Ready { steps, effects } = match self.ready() {
            Ok(ready) => ready,
            Err(fault) => {
                self.number -= 1;
                return Err(fault);
            }
        };
        let mut told = Told { acknowledged: false, thread: self.thread, number: self.number, effects };
        tell(&told);
        let marks = vec![(mark(self.thread), self.number.to_be_bytes().to_vec())];
        let committed = self.site.commit_marked(steps, marks);
        match &committed {
            Ok(outcomes) => {
                self.keep(&mut told, outcomes);
                told.acknowledged = true;
                tell(&told);
            }
            Err(_) => self.number -= 1,
        }
        committed.map(|_| ())
    }

    fn keep(&mut self, told: &mut Told, outcomes: &[Outcome]) {
        for (effect, outcome) in told.effects.iter_mut().zip(outcomes) {
            effect.vid = outcome.vid;
            assert_eq!(effect.id, outcome.id.to_text());
            let list = if effect.ty == "Patient" { &mut self.patients } else { &mut self.observations };
            if effect.text.is_none() {
                list.retain(|id| *id != effect.id);
            } else if outcome.created {
                list.push(effect.id.clone());
            }
        }
    }

    fn ready(&mut self) -> Result<Ready, Fault> {
        let mut ready = Ready { steps: Vec::new(), effects: Vec::new() };
        let group = group(self.thread, self.number);
        let Some(own) = self.any(&self.patients) else {
            self.put("Patient", patient(&group, &group, "Alami"), None, &mut ready);
            return Ok(ready);
        };
        let value = self.entropy.next_u64() as u32 % 200;
        match self.entropy.next_u64() % 20 {
            0 => self.with_content(&own, &group, value, &mut ready)?,
            1..=7 => _ = self.put("Observation", observation(&own, &group, value, self.note), None, &mut ready),
            8..=9 => _ = self.put("Patient", patient(&group, &group, "Bennani"), None, &mut ready),
            10 => _ = self.put("Patient", patient(&group, &group, "Chaoui"), Some(&own), &mut ready),
            // An id that a client chose.
            11 => _ = self.put("Observation", observation(&own, &group, value, 10), Some(&format!("chosen-{}-{}", self.thread, value % 4)), &mut ready),
            12..=13 => match self.any(&self.observations) {
                Some(id) => _ = self.put("Observation", observation(&own, &group, value, self.note), Some(&id), &mut ready),
                None => _ = self.put("Observation", observation(&own, &group, value, self.note), None, &mut ready),
            },
            14 => match self.any(&self.observations) {
                Some(id) => self.delete("Observation", &id, &mut ready),
                None => _ = self.put("Observation", observation(&own, &group, value, self.note), None, &mut ready),
            },
            _ => self.several(&group, value, &mut ready),
        }
        Ok(ready)
    }

    /// An observation that names content outside the rows.
    fn with_content(&self, own: &str, group: &str, value: u32, ready: &mut Ready) -> Result<(), Fault> {
        let kept = self.site.scoped.put_blob(&mut content_of(group).as_slice())?;
        let text = observation(own, group, value, 20).replacen("\"note\":[{\"text\":\"", &format!("\"note\":[{{\"text\":\"{} ", kept.hash.address()), 1);
        self.put("Observation", text, None, ready);
        Ok(())
    }

    /// A patient with three observations, one changed and one deleted: all or nothing.
    fn several(&mut self, group: &str, value: u32, ready: &mut Ready) {
        let admitted = self.put("Patient", patient(group, group, "Drissi"), None, ready);
        for step in 0..3 {
            self.put("Observation", observation(&admitted, group, value + step, self.note / 2), None, ready);
        }
        if let [first, .., last] = self.observations.as_slice() {
            let (first, last) = (first.clone(), last.clone());
            self.put("Observation", observation(&admitted, group, value, 30), Some(&first), ready);
            self.delete("Observation", &last, ready);
        }
    }

    fn put(&self, ty: &str, text: String, id: Option<&str>, ready: &mut Ready) -> String {
        let step = self.site.put(&text, id);
        let id = new_id(&step).or_else(|| id.map(Into::into)).unwrap_or_default();
        ready.steps.push(step);
        ready.effects.push(Effect { ty: ty.into(), id: id.clone(), vid: 0, text: Some(text) });
        id
    }

    fn delete(&self, ty: &str, id: &str, ready: &mut Ready) {
        ready.steps.push(self.site.delete(ty, id));
        ready.effects.push(Effect { ty: ty.into(), id: id.into(), vid: 0, text: None });
    }

    fn any(&self, list: &[String]) -> Option<String> {
        let at = usize::try_from(self.entropy.next_u64() >> 33).unwrap_or(0).checked_rem(list.len())?;
        list.get(at).cloned()
    }
}
