//! The channels of this server, as the pages reach them.

use axum::extract::Extension;
use rihla_exchange::queue::{Direction, Letter, Queue, Seq};
use rihla_exchange::{Patients, Settings};
use rihla_hl7v2::{Charset, Limits};
use rihla_web::Refusal;
use std::sync::Arc;

/// One channel in one direction.
#[derive(Clone)]
pub struct Channel {
    /// Letters, digits and dashes.
    pub name: String,
    pub direction: Direction,
    /// Where it listens, or whom it calls.
    pub address: String,
    pub queue: Arc<Queue>,
    /// How messages are read. Nothing for what goes out: that is sent again as it was, and not edited.
    pub settings: Option<Settings>,
    /// Of messages without MSH-18.
    pub charset: Charset,
    pub limits: Limits,
}

impl Channel {
    /// `in` or `out`, as addresses of pages say it.
    pub fn way(&self) -> &'static str {
        match self.direction {
            Direction::In => "in",
            Direction::Out => "out",
        }
    }

    pub fn path(&self) -> String {
        format!("{}/{}/{}", crate::ROOT, self.way(), self.name)
    }

    /// Whether a person may say that a message is of somebody new: the channel then writes them.
    pub fn makes_patients(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| settings.patients == Patients::Written)
    }

    /// A message by its place, as an address says it.
    pub(crate) fn letter(&self, seq: &str) -> Result<(Seq, Letter), Refusal> {
        let seq = Seq::read(seq).ok_or_else(Refusal::not_found)?;
        let letter = self.queue.letter(seq)?.ok_or_else(Refusal::not_found)?;
        Ok((seq, letter))
    }
}

/// All channels of a server, in the order of its file. The server lays it over the pages as an extension.
#[derive(Clone, Default)]
pub struct Console(Arc<Vec<Channel>>);

/// How handlers are given it; nothing where the server has no channels.
pub(crate) type Given = Option<Extension<Console>>;

impl Console {
    pub fn new(channels: Vec<Channel>) -> Self {
        Self(Arc::new(channels))
    }

    pub fn all(&self) -> &[Channel] {
        &self.0
    }
}

pub(crate) fn all(given: &Given) -> &[Channel] {
    given.as_ref().map_or(&[], |Extension(console)| console.all())
}

pub(crate) fn one<'c>(given: &'c Given, way: &str, name: &str) -> Result<&'c Channel, Refusal> {
    all(given).iter().find(|channel| channel.way() == way && channel.name == name).ok_or_else(Refusal::not_found)
}
