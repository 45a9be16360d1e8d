//! Acknowledgements: what the receiver answers.
//!
//! Original mode has one answer, after the message was worked with (AA, AE, AR). Enhanced mode has two: that it is kept
//! safely (CA, CE, CR) and what became of it (AA, AE, AR), each sent if MSH-15 and MSH-16 want it.

use crate::{Draft, ErrorCode, Header, Marks, Message, ParseError, Place, Value};

/// MSA-1 (table 0008).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckCode {
    /// AA: done.
    Accept,
    /// AE: understood, and something in it is wrong.
    Error,
    /// AR: not for us, or not now; sending it again may help.
    Reject,
    /// CA: kept safely; an answer on what became of it may follow.
    CommitAccept,
    /// CE: not kept, it is wrong.
    CommitError,
    /// CR: not kept, not for us.
    CommitReject,
}

impl AckCode {
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "AA",
            Self::Error => "AE",
            Self::Reject => "AR",
            Self::CommitAccept => "CA",
            Self::CommitError => "CE",
            Self::CommitReject => "CR",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        [Self::Accept, Self::Error, Self::Reject, Self::CommitAccept, Self::CommitError, Self::CommitReject].into_iter().find(|it| it.name() == name)
    }

    pub fn is_success(self) -> bool {
        matches!(self, Self::Accept | Self::CommitAccept)
    }

    pub fn is_commit(self) -> bool {
        matches!(self, Self::CommitAccept | Self::CommitError | Self::CommitReject)
    }
}

/// ERR-4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
    Information,
}

/// One ERR segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub condition: ErrorCode,
    pub severity: Severity,
    pub place: Place,
    /// A stable code of our own, ERR-5.
    pub code: String,
    /// What a person at the sender's can do about it, ERR-8.
    pub sentence: String,
}

impl From<&ParseError> for Complaint {
    fn from(error: &ParseError) -> Self {
        let (condition, place) = error.condition();
        Self { condition, severity: Severity::Error, place, code: error.code().to_owned(), sentence: error.to_string() }
    }
}

/// Who answers, when, under which name.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    pub code: AckCode,
    pub complaints: &'a [Complaint],
    /// MSH-7, as `YYYYMMDDHHMMSS+ZZZZ`.
    pub time: &'a str,
    /// MSH-10 of the answer.
    pub control_id: &'a str,
    /// Whether the answer is itself to be answered for: one that goes by a line of its own.
    pub wants_accept: bool,
}

/// The answer to a message: back to where it came from, in its version, its delimiters and its character set.
pub fn acknowledge(header: &Header<'_>, marks: Marks, answer: &Answer<'_>) -> Draft {
    let mut draft = Draft::new(marks);
    let (_, event) = header.event();
    draft.add("MSH", |msh| {
        for (to, from) in [(3, 5), (4, 6), (5, 3), (6, 4)] {
            copy(&header.field(from), marks, |repetition, component, sub, text| _ = msh.put(to, repetition, component, sub, text));
        }
        msh.set(7, answer.time).set_all(9, &["ACK", event, "ACK"]).set(10, answer.control_id);
        let or = |text: std::borrow::Cow<'_, str>, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text.into_owned() };
        msh.set(11, &or(header.processing(), "P")).set(12, &or(header.version(), "2.5"));
        if header.is_enhanced() {
            // An answer is answered itself unless it says not to.
            msh.set(15, if answer.wants_accept { "AL" } else { "NE" }).set(16, "NE");
        }
        msh.set(18, &header.charset_name().unwrap_or_default());
    });
    draft.add("MSA", |msa| {
        msa.set(1, answer.code.name()).set(2, &header.control_id());
        if let Some(first) = answer.complaints.first() {
            // Read by versions before 2.5, which have no ERR-8.
            msa.set(3, &short(&first.sentence));
        }
    });
    for complaint in answer.complaints {
        draft.add("ERR", |err| {
            let place = &complaint.place;
            let number = |it: usize| if it == 0 { String::new() } else { it.to_string() };
            err.set_all(2, &[&place.segment, &number(place.sequence), &number(place.field)]);
            let (code, display) = complaint.condition.row();
            err.set_all(3, &[code, display, "HL70357"]);
            err.set(
                4,
                match complaint.severity {
                    Severity::Error => "E",
                    Severity::Warning => "W",
                    Severity::Information => "I",
                },
            );
            err.set(5, &complaint.code).set(8, &complaint.sentence);
        });
    }
    draft
}

/// The answer to bytes that are no message: as much of the header as can be read.
pub fn refuse(text: &str, answer: &Answer<'_>) -> Draft {
    let line = text.trim_start_matches('\u{FEFF}').trim_start().split(['\r', '\n']).next().unwrap_or("");
    let limits = crate::Limits::default();
    match Message::parse(line, &limits).or_else(|_| Message::parse("MSH|^~\\&|", &limits)) {
        Ok(message) => acknowledge(&message.header(), message.marks(), answer),
        Err(_) => Draft::default(),
    }
}

/// MSA-3 has 80 characters.
fn short(sentence: &str) -> String {
    sentence.chars().take(80).collect()
}

fn copy(field: &Value<'_>, marks: Marks, mut put: impl FnMut(usize, usize, usize, &str)) {
    let repetition = field.repeat(0);
    for component in 1..=crate::value::pieces(repetition.raw(), marks.component) {
        put(0, component, 1, &repetition.component(component).text());
    }
}

/// What an answer says of the message that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    pub code: AckCode,
    /// MSA-2: the control id of the message that is answered.
    pub control_id: String,
    /// What went wrong, in the receiver's words: ERR-8, else ERR-3, else MSA-3.
    pub reason: String,
}

/// Reads an answer; `None` if a message is none.
pub fn read(message: &Message<'_>) -> Option<Acknowledged> {
    let msa = message.segment("MSA")?;
    let code = AckCode::read(msa.field(1).raw())?;
    let of_err = |err: crate::Segment<'_>| err.field(8).some().or_else(|| err.field(3).part(2)).map(|it| it.into_owned());
    let reasons: Vec<String> = message.segments().filter(|it| it.name() == "ERR").filter_map(of_err).collect();
    let reason = if reasons.is_empty() { msa.field(3).text().into_owned() } else { reasons.join(" ") };
    Some(Acknowledged { code, control_id: msa.field(2).text().into_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn answer<'a>(code: AckCode, complaints: &'a [Complaint]) -> Answer<'a> {
        Answer { code, complaints, time: "20240102030405+0000", control_id: "R1", wants_accept: false }
    }

    #[test]
    fn an_answer_goes_back_to_its_sender_in_the_senders_own_signs() {
        let text = "MSH*%~\\&*LAB%1.2%ISO*L*RIHLA*H*20240102**ADT%A01*77*P*2.5***AL*AL**8859/6\r";
        let message = Message::parse(text, &Limits::default()).expect("message");
        let complaint = Complaint {
            condition: ErrorCode::RequiredFieldMissing,
            severity: Severity::Error,
            place: Place::new("PID", 1, 3),
            code: "RH-V2-X".into(),
            sentence: "PID-3 is 100% empty.".into(),
        };
        let written = acknowledge(&message.header(), message.marks(), &answer(AckCode::CommitError, &[complaint])).write();
        let wanted = "MSH*%~\\&*RIHLA*H*LAB%1.2%ISO*L*20240102030405+0000**ACK%A01%ACK*R1*P*2.5***NE*NE**8859/6\r\
                      MSA*CE*77*PID-3 is 100\\S\\ empty.\rERR**PID%1%3*101%Required field missing%HL70357*E*RH-V2-X***PID-3 is 100\\S\\ empty.\r";
        assert_eq!(written, wanted);
        let back = Message::parse(&written, &Limits::default()).expect("answer");
        assert_eq!(read(&back), Some(Acknowledged { code: AckCode::CommitError, control_id: "77".into(), reason: "PID-3 is 100% empty.".into() }));
    }

    #[test]
    fn what_is_no_message_is_answered_as_far_as_its_header_goes() {
        let broken = "MSH|^~\\&|A|B|C|D|||ADT^A01|9|P|2.4\rpid|oops";
        let error = Message::parse(broken, &Limits::default()).expect_err("broken");
        let written = refuse(broken, &answer(AckCode::Reject, &[Complaint::from(&error)])).write();
        assert!(written.starts_with("MSH|^~\\&|C|D|A|B|") && written.contains("\rMSA|AR|9|"), "{written}");
        assert!(refuse("GET / HTTP/1.1", &answer(AckCode::Reject, &[])).write().contains("MSA|AR\r"));
    }
}
