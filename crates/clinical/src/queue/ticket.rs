//! A ticket: what it is about, what may become of it, and how it stands in the record.

use super::refusal;
use crate::object::{Object, concept, quoted, reference, written};
use crate::stay::{Signed, part, read_signed, sign};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_fhirpath::{Zone, parse_date};
use rihla_kernel::{Fault, Instant};
use rihla_packs::NoShow;
use rihla_store::body::instant_text;

/// The system of what the desks write, and the code of a ticket.
pub const CODING: &str = "urn:rihla:queue";
pub const TICKET: &str = "ticket";
/// The system of the codes by which a ticket or an appointment is known to the kiosk: at random, and of nobody.
pub const CODE: &str = "urn:rihla:queue-code";
/// A time of a ticket, of the same shape as those of emergency visits.
const TIME: &str = "urn:rihla:extension:queue-time";
/// When somebody was told to come (`valueDateTime`).
const SLOT: &str = "urn:rihla:extension:queue-slot";
/// Why a ticket is called before others: `code`, and `by` whom that was said.
const PRIORITY: &str = "urn:rihla:extension:queue-priority";
const MINUTE: i64 = 60_000;

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Called,
    Serving,
    Done,
    /// Gave up.
    Gone,
    NoShow,
}

impl State {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Waiting, "requested"),
        (Self::Called, "accepted"),
        (Self::Serving, "in-progress"),
        (Self::Done, "completed"),
        (Self::Gone, "cancelled"),
        (Self::NoShow, "failed"),
    ];

    /// `Task.status`.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, code)| code)
    }

    fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(state, _)| *state)
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Issued,
    Called,
    Begun,
    Ended,
    Transferred,
    NoShow,
    Back,
}

impl Moment {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Issued, "issued"),
        (Self::Called, "called"),
        (Self::Begun, "begun"),
        (Self::Ended, "ended"),
        (Self::Transferred, "transferred"),
        (Self::NoShow, "no-show"),
        (Self::Back, "back"),
    ];

    fn code(self) -> &'static str {
        Self::ALL.iter().find(|(moment, _)| *moment == self).map_or("", |(_, code)| code)
    }

    fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(moment, _)| *moment)
    }
}

/// One time of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    pub moment: Moment,
    /// Of a transfer the service before it; may be empty.
    pub what: String,
    /// When it was written down; `signed.at` is when it happened.
    pub recorded: Instant,
    pub signed: Signed,
}

/// Why somebody is called before others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priority {
    /// As the pack has it.
    pub code: String,
    /// `patient`, `clerk` or `age`.
    pub by: String,
}

#[derive(Clone, Debug)]
pub struct Ticket {
    pub id: String,
    pub version: u32,
    /// As it is called: a letter and three digits.
    pub number: String,
    /// By which the kiosk knows it.
    pub code: String,
    pub service: String,
    /// Nobody knows of whom most tickets are.
    pub patient: Option<String>,
    /// The desk that called it, or for which alone it waits.
    pub desk: Option<String>,
    pub state: State,
    pub priority: Option<Priority>,
    pub slot: Option<Instant>,
    pub times: Vec<Time>,
    source: Object,
    others: Vec<String>,
}

impl Ticket {
    /// One that waits from now on. `base`: members besides those of a ticket.
    pub fn new(id: String, number: String, code: String, service: String, base: Object, signed: Signed) -> Self {
        let issued = Time { moment: Moment::Issued, what: String::new(), recorded: signed.at, signed };
        let (version, state) = (0, State::Waiting);
        Self {
            id,
            version,
            number,
            code,
            service,
            patient: None,
            desk: None,
            state,
            priority: None,
            slot: None,
            times: vec![issued],
            source: base,
            others: Vec::new(),
        }
    }

    /// None: it is no ticket.
    pub fn read(task: Value<'_>, version: u32, zone: &Zone) -> Option<Self> {
        let text = |path: &str| task.text(path).unwrap_or_default().into_owned();
        let coded = |list: &str, system: &str| {
            let found = task.all(list).into_iter().find(|one| one.text("system").as_deref() == Some(system));
            found.and_then(|one| one.text("value")).unwrap_or_default().into_owned()
        };
        let times: Vec<Time> = task.extensions("", TIME).into_iter().filter_map(|one| time(one, zone)).collect();
        let priority = task.extensions("", PRIORITY).first().map(|one| Priority { code: part(*one, "code", "valueCode"), by: part(*one, "by", "valueCode") });
        let slot = task.extensions("", SLOT).first().and_then(|one| parse_date(&one.text("valueDateTime")?, zone)).map(|span| Instant(span.lo));
        let own = |one: &Value<'_>| one.text("url").is_some_and(|url| [TIME, SLOT, PRIORITY].contains(&url.as_ref()));
        Some(Self {
            id: text("id"),
            version,
            number: shown(&coded("identifier", super::NUMBER)).to_owned(),
            code: coded("identifier", CODE),
            service: text("reasonCode.coding.code"),
            patient: task.reference("for.reference", "Patient").map(|id| id.into_owned()),
            desk: task.reference("location.reference", "Location").map(|id| id.into_owned()),
            state: State::of(&text("status")).filter(|_| !times.is_empty())?,
            priority,
            slot,
            times,
            source: Object::of(task),
            others: task.all("extension").into_iter().filter(|one| !own(one)).map(written).collect(),
        })
    }

    /// As JSON. `day`: the site and the day of which the number is.
    pub fn write(&self, day: &str) -> String {
        let mut out = self.source.clone();
        out.set("resourceType", quoted("Task"));
        if !self.id.is_empty() {
            out.set("id", quoted(&self.id));
        }
        if !out.has("identifier") {
            let one = |system: &str, value: &str| format!(r#"{{"system":{},"value":{}}}"#, quoted(system), quoted(value));
            out.set_list("identifier", &[one(super::NUMBER, &format!("{day}-{}", self.number)), one(CODE, &self.code)]);
        }
        out.set_list("extension", &self.extensions());
        out.set("status", quoted(self.state.code()));
        out.set("intent", quoted("order"));
        out.set("priority", quoted(if self.priority.is_some() { "urgent" } else { "routine" }));
        // The service stands beside the code too, since no search asks for reasons.
        let service = format!(r#"{{"system":"{}","code":{}}}"#, super::SERVICE, quoted(&self.service));
        out.set("code", format!(r#"{{"coding":[{{"system":"{CODING}","code":"{TICKET}"}},{service}]}}"#));
        out.set("reasonCode", concept(super::SERVICE, &self.service));
        for (name, ty, id) in [("for", "Patient", &self.patient), ("location", "Location", &self.desk)] {
            match id {
                Some(id) => out.set(name, reference(&format!("{ty}/{id}"))),
                None => out.remove(name),
            }
        }
        let at = |moment: Moment| self.times.iter().find(|time| time.moment == moment).map(|time| quoted(&instant_text(time.signed.at)));
        if let Some(issued) = at(Moment::Issued) {
            out.set("authoredOn", issued);
        }
        let last = self.times.iter().map(|time| time.recorded).max();
        out.set("lastModified", quoted(&instant_text(last.unwrap_or(Instant(0)))));
        out.set_within("executionPeriod", "start", at(Moment::Begun));
        out.set_within("executionPeriod", "end", at(Moment::Ended));
        out.text()
    }

    fn extensions(&self) -> Vec<String> {
        let mut out = self.others.clone();
        if let Some(slot) = self.slot {
            out.push(format!(r#"{{"url":"{SLOT}","valueDateTime":{}}}"#, quoted(&instant_text(slot))));
        }
        if let Some(priority) = &self.priority {
            let code = |url: &str, value: &str| format!(r#"{{"url":"{url}","valueCode":{}}}"#, quoted(value));
            out.push(format!(r#"{{"url":"{PRIORITY}","extension":[{},{}]}}"#, code("code", &priority.code), code("by", &priority.by)));
        }
        out.extend(self.times.iter().map(time_json));
        out
    }

    fn mark(&mut self, moment: Moment, what: &str, signed: Signed) {
        let recorded = signed.at;
        self.times.push(Time { moment, what: what.to_owned(), recorded, signed });
    }

    pub fn issued(&self) -> Instant {
        self.times.first().map_or(Instant(0), |time| time.signed.at)
    }

    /// Since when it stands in the queue: from the appointed time on for whoever came before it; a transfer takes nothing away,
    /// and whoever came back after their call stands behind those who came before that, unless the house says otherwise.
    pub fn since(&self, keeps_place: bool) -> Instant {
        let arrived = self.slot.map_or(self.issued(), |slot| slot.max(self.issued()));
        let back = self.times.iter().rev().find(|time| time.moment == Moment::Back && !keeps_place);
        back.map_or(arrived, |back| back.signed.at.max(arrived))
    }

    /// How long it was waited for the service that it is for now, in milliseconds; none: not called yet. What FLOW §3.1, P1
    /// reckons where there was no transfer.
    pub fn waited(&self) -> Option<i64> {
        let moved = self.times.iter().rposition(|time| time.moment == Moment::Transferred);
        let arrived = self.slot.map_or(self.issued(), |slot| slot.max(self.issued()));
        let from = moved.and_then(|at| self.times.get(at)).map_or(arrived, |time| time.signed.at);
        let called = self.times.iter().skip(moved.unwrap_or(0)).find(|time| time.moment == Moment::Called)?;
        Some((called.signed.at.0 - from.0).max(0))
    }

    /// How long serving it took, in milliseconds.
    pub fn served(&self) -> Option<i64> {
        let begun = self.times.iter().rposition(|time| time.moment == Moment::Begun)?;
        let over = self.times.iter().skip(begun).find(|time| matches!(time.moment, Moment::Ended | Moment::Transferred))?;
        Some((over.signed.at.0 - self.times.get(begun)?.signed.at.0).max(0))
    }

    /// The last time of a moment.
    pub fn last(&self, moment: Moment) -> Option<Instant> {
        self.times.iter().rev().find(|time| time.moment == moment).map(|time| time.signed.at)
    }

    /// Calls since it last came to wait, of which two that lie closer than so many minutes count as one.
    pub fn calls(&self, minutes: u16) -> u16 {
        let waits = |time: &Time| matches!(time.moment, Moment::Issued | Moment::Transferred | Moment::Back);
        let from = self.times.iter().rposition(waits).unwrap_or(0);
        let (mut count, mut last) = (0, None::<Instant>);
        for call in self.times.iter().skip(from).filter(|time| time.moment == Moment::Called) {
            if last.is_none_or(|last| call.signed.at.0 - last.0 >= i64::from(minutes) * MINUTE) {
                (count, last) = (count + 1, Some(call.signed.at));
            }
        }
        count
    }

    /// A desk calls it.
    pub fn call(&mut self, desk: &str, signed: Signed) -> Result<(), Fault> {
        if self.state != State::Waiting {
            return Err(refusal::state());
        }
        if self.desk.as_deref().is_some_and(|other| other != desk) {
            return Err(refusal::elsewhere());
        }
        (self.state, self.desk) = (State::Called, Some(desk.to_owned()));
        self.mark(Moment::Called, "", signed);
        Ok(())
    }

    /// The same desk calls it once more.
    pub fn call_again(&mut self, desk: &str, signed: Signed) -> Result<(), Fault> {
        self.at(State::Called, desk)?;
        self.mark(Moment::Called, "", signed);
        Ok(())
    }

    pub fn begin(&mut self, desk: &str, signed: Signed) -> Result<(), Fault> {
        self.at(State::Called, desk)?;
        self.state = State::Serving;
        self.mark(Moment::Begun, "", signed);
        Ok(())
    }

    pub fn end(&mut self, desk: &str, signed: Signed) -> Result<(), Fault> {
        self.at(State::Serving, desk)?;
        self.state = State::Done;
        self.mark(Moment::Ended, "", signed);
        Ok(())
    }

    fn at(&self, state: State, desk: &str) -> Result<(), Fault> {
        if self.state != state {
            return Err(refusal::state());
        }
        if self.desk.as_deref() == Some(desk) { Ok(()) } else { Err(refusal::elsewhere()) }
    }

    /// Nobody came, after as many calls as the house asks for.
    pub fn no_show(&mut self, desk: &str, rule: NoShow, signed: Signed) -> Result<(), Fault> {
        self.at(State::Called, desk)?;
        let since = self.last(Moment::Called).map_or(0, |last| signed.at.0 - last.0);
        if self.calls(rule.minutes) < rule.calls || since < i64::from(rule.minutes) * MINUTE {
            return Err(refusal::early());
        }
        (self.state, self.desk) = (State::NoShow, None);
        self.mark(Moment::NoShow, "", signed);
        Ok(())
    }

    /// They came after all.
    pub fn back(&mut self, signed: Signed) -> Result<(), Fault> {
        if self.state != State::NoShow {
            return Err(refusal::state());
        }
        self.state = State::Waiting;
        self.mark(Moment::Back, "", signed);
        Ok(())
    }

    /// Whoever was called to a desk, or is there, is that desk's.
    fn not_at_other(&self, desk: &str) -> Result<(), Fault> {
        let held = matches!(self.state, State::Called | State::Serving) && self.desk.as_deref() != Some(desk);
        if held { Err(refusal::elsewhere()) } else { Ok(()) }
    }

    /// They do not wait any longer; `desk`: who says so.
    pub fn gone(&mut self, desk: &str, signed: Signed) -> Result<(), Fault> {
        if !matches!(self.state, State::Waiting | State::Called | State::NoShow) {
            return Err(refusal::state());
        }
        self.not_at_other(desk)?;
        (self.state, self.desk) = (State::Gone, None);
        self.mark(Moment::Ended, "", signed);
        Ok(())
    }

    /// From a desk on to another, which alone calls it, or to whichever desk of a service is free; with the time at which they
    /// came.
    pub fn transfer(&mut self, from: &str, service: &str, desk: Option<&str>, signed: Signed) -> Result<(), Fault> {
        if !matches!(self.state, State::Waiting | State::Called | State::Serving) {
            return Err(refusal::state());
        }
        self.not_at_other(from)?;
        let before = std::mem::replace(&mut self.service, service.to_owned());
        (self.state, self.desk) = (State::Waiting, desk.map(str::to_owned));
        self.mark(Moment::Transferred, &before, signed);
        Ok(())
    }

    /// Says of whom it is. `priority`: what they have by their age; what was said before stays.
    pub fn tie(&mut self, patient: &str, priority: Option<Priority>) -> Result<(), Fault> {
        if matches!(self.state, State::Done | State::Gone) {
            return Err(refusal::state());
        }
        self.patient = Some(patient.to_owned());
        self.priority = self.priority.take().or(priority);
        Ok(())
    }
}

/// What is called of a number that says site and day as well.
fn shown(number: &str) -> &str {
    number.rsplit('-').next().unwrap_or(number)
}

fn time(one: Value<'_>, zone: &Zone) -> Option<Time> {
    let signed = read_signed(one, "", zone)?;
    let moment = Moment::of(&part(one, "moment", "valueCode"))?;
    let recorded = parse_date(&part(one, "recorded", "valueDateTime"), zone).map_or(signed.at, |span| Instant(span.lo));
    Some(Time { moment, what: part(one, "what", "valueCode"), recorded, signed })
}

fn time_json(time: &Time) -> String {
    let mut parts = vec![format!(r#"{{"url":"moment","valueCode":{}}}"#, quoted(time.moment.code()))];
    parts.extend((!time.what.is_empty()).then(|| format!(r#"{{"url":"what","valueCode":{}}}"#, quoted(&time.what))));
    parts.push(format!(r#"{{"url":"recorded","valueDateTime":{}}}"#, quoted(&instant_text(time.recorded))));
    parts.extend(sign(&time.signed, ""));
    format!(r#"{{"url":"{TIME}","extension":[{}]}}"#, parts.join(","))
}
