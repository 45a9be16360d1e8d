//! What is done with a message before it is answered for: it is read as far as can be without looking anything up, and kept.

use crate::line::{Answering, Handler, Peer};
use crate::movement::{self, Refusal};
use crate::queue::{Accepted, Letter, NewLetter, Queue, State};
use crate::{Settings, map};
use rihla_hl7v2::ack::{AckCode, Answer, Complaint, Severity, acknowledge, refuse};
use rihla_hl7v2::{Charset, ErrorCode, Limits, Message, Place, charset};
use rihla_identity::keeping::sha256;
use rihla_kernel::{Clock, Fault, FaultKind, Instant};
use std::sync::Arc;

/// What a channel takes.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Of messages without MSH-18.
    pub charset: Charset,
    pub limits: Limits,
    /// Message types by MSH-9.1: `ADT`, `ORU`. All others are rejected (code 200).
    pub kinds: Vec<String>,
    /// MSH-11: `P` on a channel of real care, so that no trial message is filed (code 202).
    pub processing: Vec<String>,
}

/// One channel's door.
pub struct Intake {
    pub queue: Arc<Queue>,
    pub settings: Settings,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
}

/// The outcome, before it is written as an answer.
struct Taken {
    commit: AckCode,
    application: AckCode,
    complaints: Vec<Complaint>,
}

impl Intake {
    /// The answer to a frame; nothing if the sender wants none.
    pub async fn take(&self, frame: &[u8]) -> Option<Vec<u8>> {
        let (text, set) = match charset::decode(frame, self.rules.charset) {
            Ok(found) => found,
            Err(error) => return Some(self.refused(&String::from_utf8_lossy(frame), &Complaint::from(&error))),
        };
        let message = match Message::parse(&text, &self.rules.limits) {
            Ok(message) => message,
            Err(error) => return Some(self.refused(&text, &Complaint::from(&error))),
        };
        let taken = self.keep(frame, &message).await;
        self.answer(&message, set, &taken)
    }

    async fn keep(&self, frame: &[u8], message: &Message<'_>) -> Taken {
        if let Err(complaint) = self.check(message) {
            let rejected = matches!(complaint.condition, ErrorCode::UnsupportedType | ErrorCode::UnsupportedProcessing | ErrorCode::UnsupportedEvent);
            let (commit, application) = if rejected { (AckCode::CommitReject, AckCode::Reject) } else { (AckCode::CommitError, AckCode::Error) };
            return Taken { commit, application, complaints: vec![complaint] };
        }
        match self.queue.accept(letter(frame, message, &self.settings)).await {
            Ok(Accepted::New(_) | Accepted::Again(..)) => Taken { commit: AckCode::CommitAccept, application: AckCode::Accept, complaints: Vec::new() },
            // Sending it again later helps: that is what a rejection says.
            Err(fault) => Taken { commit: AckCode::CommitReject, application: AckCode::Reject, complaints: vec![of_fault(&fault)] },
        }
    }

    fn check(&self, message: &Message<'_>) -> Result<(), Complaint> {
        let header = message.header();
        let (kind, event) = header.event();
        if !self.rules.kinds.iter().any(|it| it == kind) {
            return Err(complaint(
                ErrorCode::UnsupportedType,
                9,
                "RH-EX-TYPE",
                format!("This channel takes no {kind:?} messages. It takes {}.", self.rules.kinds.join(", ")),
            ));
        }
        let processing = header.processing();
        if !self.rules.processing.iter().any(|it| *it == processing) {
            let sentence =
                format!("MSH-11 is {processing:?}; this channel takes {}. Send trial messages to the training server.", self.rules.processing.join(", "));
            return Err(complaint(ErrorCode::UnsupportedProcessing, 11, "RH-EX-PROCESSING", sentence));
        }
        if header.control_id().is_empty() {
            return Err(complaint(ErrorCode::RequiredFieldMissing, 10, "RH-EX-CONTROL-ID", "MSH-10 is empty. Give each message an id of its own.".to_owned()));
        }
        if kind == "ADT" && movement::Event::of_code(event).is_some() {
            movement::read(message, &self.settings).map_err(|refusal: Refusal| Complaint::from(&refusal))?;
        } else if kind == "ADT" {
            return Err(Complaint::from(&Refusal::Event { event: event.to_owned() }));
        }
        Ok(())
    }

    /// Original mode has one answer, given when the message is kept: what is in the queue is worked with whatever happens.
    /// In enhanced mode the first answer says that it is kept, if MSH-15 wants it; what became of it is another message.
    fn answer(&self, message: &Message<'_>, set: Charset, taken: &Taken) -> Option<Vec<u8>> {
        let header = message.header();
        let code = if !header.is_enhanced() {
            taken.application
        } else if header.accept_wanted().is_for(taken.commit.is_success()) {
            taken.commit
        } else {
            return None;
        };
        let time = stamp(self.clock.now());
        let control_id = format!("A{}", fingerprint(&[header.control_id().as_bytes(), time.as_bytes()]));
        let answer = Answer { code, complaints: &taken.complaints, time: &time, control_id: &control_id, wants_accept: false };
        let written = acknowledge(&header, message.marks(), &answer).write();
        Some(in_set(&written, set))
    }

    /// The second answer of enhanced mode, once it is decided what became of a message: for the sender's outgoing queue.
    /// Nothing if MSH-16 does not want it, or a person has yet to decide.
    pub fn outcome(&self, letter: &Letter) -> Option<NewLetter> {
        let (text, set) = charset::decode(&letter.new.content, self.rules.charset).ok()?;
        let message = Message::parse(&text, &self.rules.limits).ok()?;
        let header = message.header();
        let code = match letter.state {
            State::Done => AckCode::Accept,
            State::Dead | State::Discarded => AckCode::Error,
            State::Waiting | State::Parked => return None,
        };
        if !header.is_enhanced() || !header.application_wanted().is_for(code.is_success()) {
            return None;
        }
        let complaints: Vec<Complaint> = (code == AckCode::Error).then(|| self.why(letter)).into_iter().collect();
        // Written anew after a crash, it is the same answer.
        let time = stamp(letter.changed.unwrap_or_else(|| self.clock.now()));
        let control_id = format!("O{}", fingerprint(&[letter.new.sender.as_bytes(), header.control_id().as_bytes()]));
        let written =
            acknowledge(&header, message.marks(), &Answer { code, complaints: &complaints, time: &time, control_id: &control_id, wants_accept: true }).write();
        let content = in_set(&written, set);
        Some(NewLetter { content, control_id, event: "ACK".to_owned(), lanes: letter.new.lanes.clone(), ..NewLetter::default() })
    }

    fn why(&self, letter: &Letter) -> Complaint {
        let code = if letter.code.is_empty() { "RH-EX-DISCARDED" } else { letter.code.as_str() };
        let sentence = if letter.why.is_empty() { "Nothing was done with the message. Ask the receiving site." } else { letter.why.as_str() };
        Complaint { condition: ErrorCode::Internal, severity: Severity::Error, place: Place::default(), code: code.to_owned(), sentence: sentence.to_owned() }
    }

    fn refused(&self, text: &str, complaint: &Complaint) -> Vec<u8> {
        let time = stamp(self.clock.now());
        let answer = Answer {
            code: AckCode::Reject,
            complaints: std::slice::from_ref(complaint),
            time: &time,
            control_id: &format!("A{}", fingerprint(&[text.as_bytes()])),
            wants_accept: false,
        };
        refuse(text, &answer).write().into_bytes()
    }
}

impl Handler for Intake {
    fn answer<'h>(&'h self, _peer: &'h Peer, frame: Vec<u8>) -> Answering<'h> {
        Box::pin(async move { self.take(&frame).await })
    }

    fn too_large(&self, size: usize, head: &[u8]) -> Option<Vec<u8>> {
        let sentence = format!("The message has {size} bytes; at most {} are taken. Send large documents by reference.", self.rules.limits.bytes);
        let complaint =
            Complaint { condition: ErrorCode::TooLong, severity: Severity::Error, place: Place::default(), code: "RH-V2-TOO-LARGE".to_owned(), sentence };
        Some(self.refused(&String::from_utf8_lossy(head), &complaint))
    }
}

/// A sentence of ours may have letters that the sender's set lacks; the answer counts, not the accent.
fn in_set(written: &str, set: Charset) -> Vec<u8> {
    set.encode(written).unwrap_or_else(|_| written.chars().map(|it| u8::try_from(it).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect())
}

fn complaint(condition: ErrorCode, field: usize, code: &str, sentence: String) -> Complaint {
    Complaint { condition, severity: Severity::Error, place: Place::new("MSH", 1, field), code: code.to_owned(), sentence }
}

fn of_fault(fault: &Fault) -> Complaint {
    let condition = if fault.kind == FaultKind::Unavailable { ErrorCode::Locked } else { ErrorCode::Internal };
    Complaint { condition, severity: Severity::Error, place: Place::default(), code: fault.code.to_string(), sentence: fault.text.to_string() }
}

/// A message as it comes into the queue: with what the console finds it by, and the lanes of its patients.
pub fn letter(frame: &[u8], message: &Message<'_>, settings: &Settings) -> NewLetter {
    let header = message.header();
    let (kind, event) = header.event();
    let numbers = map::numbers(message, settings);
    let visit = message.segment("PV1").map(|it| it.field(19).text().into_owned()).unwrap_or_default();
    NewLetter {
        content: frame.to_vec(),
        control_id: header.control_id().into_owned(),
        event: format!("{kind}^{event}"),
        sender: format!("{}^{}", header.field(3).text(), header.field(4).text()),
        patient: numbers.first().map(|it| format!("{}|{}", it.system, it.value)).unwrap_or_default(),
        visit,
        lanes: numbers.iter().map(|it| lane(&it.system, &it.value)).collect(),
    }
}

/// Names a patient's lane. Two that fall together merely wait for each other.
pub fn lane(system: &str, value: &str) -> u64 {
    let hash = sha256(&[system.as_bytes(), &[0], value.as_bytes()].concat());
    hash.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

fn fingerprint(parts: &[&[u8]]) -> String {
    rihla_identity::keeping::hex(sha256(&parts.concat()).get(..9).unwrap_or(&[]))
}

/// DTM in UTC.
pub(crate) fn stamp(at: Instant) -> String {
    jiff::Timestamp::from_millisecond(at.0).map(|it| it.strftime("%Y%m%d%H%M%S+0000").to_string()).unwrap_or_default()
}
