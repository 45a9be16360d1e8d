//! What goes out: the first of the queue, again and again until it is answered for, then the next.

use super::client::Client;
use crate::queue::{Letter, Queue, Seq, Settled, State};
use crate::work::BackOff;
use rihla_hl7v2::ack::{AckCode, Acknowledged};
use rihla_kernel::Fault;
use std::sync::Arc;

/// One receiver's queue and line.
pub struct Courier {
    queue: Arc<Queue>,
    client: Client,
    back_off: BackOff,
    /// How often a message is sent again that the receiver rejects for now (AR, CR).
    rejections: u32,
    /// Failures in a row, of the line and of its rejections.
    failures: u32,
}

/// What one step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Idle,
    Taken(Seq),
    /// The receiver says that the message is wrong, or rejected it too often: it is a dead letter, and the next one goes.
    Refused(Seq),
    /// No answer, or rejected for now: it is sent again after so many milliseconds. Those behind it wait.
    Again(Seq, u64, String),
}

impl Courier {
    pub fn new(queue: Arc<Queue>, client: Client, back_off: BackOff, rejections: u32) -> Self {
        Self { queue, client, back_off, rejections, failures: 0 }
    }

    pub async fn step(&mut self) -> Result<Sent, Fault> {
        let Some((seq, letter)) = self.queue.next()? else { return Ok(Sent::Idle) };
        if letter.state == State::Done {
            // That it was answered for was kept, and we did not hear of it.
            self.queue.settled(seq, &Settled::Done { why: String::new() });
            return Ok(Sent::Taken(seq));
        }
        match self.client.send(&letter.new.content, &letter.new.control_id).await {
            Ok(answer) => self.answered(seq, &letter, answer).await,
            Err(trouble) => Ok(self.again(seq, trouble.to_string())),
        }
    }

    async fn answered(&mut self, seq: Seq, letter: &Letter, answer: Acknowledged) -> Result<Sent, Fault> {
        let for_now = matches!(answer.code, AckCode::Reject | AckCode::CommitReject) && self.failures < self.rejections;
        if for_now {
            return Ok(self.again(seq, answer.reason));
        }
        self.failures = 0;
        let (end, sent) = if answer.code.is_success() {
            (Settled::Done { why: answer.reason }, Sent::Taken(seq))
        } else {
            (Settled::Dead { code: answer.code.name().to_owned(), why: answer.reason }, Sent::Refused(seq))
        };
        if let Err(fault) = self.queue.settle(seq, letter, end).await {
            // It is sent once more, under the same control id.
            self.queue.give_back(seq, |_| self.back_off.after(0));
            return Err(fault);
        }
        Ok(sent)
    }

    fn again(&mut self, seq: Seq, why: String) -> Sent {
        let wait = self.back_off.after(self.failures);
        self.failures = self.failures.saturating_add(1);
        self.queue.give_back(seq, |_| wait);
        Sent::Again(seq, wait, why)
    }
}
