//! Issuing, calling and changing tickets: read, decide, commit. Of two who are at one ticket, one is told.

use super::counter::Counter;
use super::order::in_order;
use super::refusal;
use super::ticket::{CODE, CODING, Priority, State, TICKET, Ticket};
use crate::object::{Object, reference};
use crate::run::{read, type_of};
use crate::stay::Signed;
use crate::structure::pages;
use rihla_kernel::{Fault, FaultKind, Instant};
use rihla_packs::QueueRules;
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::body::instant_text;
use rihla_store::query::{Handling, Query};
use rihla_store::{Resolution, Scoped};

/// The system of the numbers of tickets: site, day and what is called.
pub const NUMBER: &str = "urn:rihla:queue-number";
/// Numbers that are looked at before it is said that too many are being issued.
const TRIES: u32 = 24;
/// Pages of tickets at most.
const PAGES: usize = 10;
/// Numbers of a letter and a day.
const MOST: u32 = 9_999;

/// One act of one person, or of a kiosk, on the tickets.
pub struct Act<'a> {
    pub record: &'a Scoped,
    pub now: Instant,
    /// When the day of the site began.
    pub dawn: Instant,
    /// Site and day, as numbers of tickets say them.
    pub day: String,
    /// A Reference to whoever acts, as JSON.
    pub by: String,
    pub rules: &'a QueueRules,
}

/// A ticket to be issued.
pub struct New<'n> {
    /// Reserved for it: the same form sent twice issues once.
    pub id: &'n str,
    /// At random.
    pub code: &'n str,
    pub service: &'n str,
    pub priority: Option<Priority>,
    pub patient: Option<String>,
    pub slot: Option<Instant>,
    /// A reference to the appointment for which somebody came.
    pub focus: Option<String>,
}

impl Act<'_> {
    pub fn signed(&self) -> Signed {
        Signed { at: self.now, account: self.record.actor().id().to_owned(), by: self.by.clone() }
    }

    fn tickets(&self, more: &[(&str, String)], most: usize) -> Result<Vec<Ticket>, Fault> {
        let mut pairs = vec![("code", format!("{CODING}|{TICKET}"))];
        pairs.extend_from_slice(more);
        let found = pages(self.record, "Task", &pairs, most)?;
        let one = |stored: &rihla_store::Stored| read(stored, |value| Ticket::read(value, stored.vid, self.record.zone()));
        Ok(found.iter().map(one).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// The tickets of this day in some states.
    pub fn of_day(&self, states: &[State]) -> Result<Vec<Ticket>, Fault> {
        let states: Vec<&str> = states.iter().map(|state| state.code()).collect();
        self.tickets(&[("status", states.join(",")), ("authored-on", format!("ge{}", instant_text(self.dawn)))], PAGES)
    }

    /// Those who wait, were called or are being served.
    pub fn open(&self) -> Result<Vec<Ticket>, Fault> {
        self.of_day(&[State::Waiting, State::Called, State::Serving])
    }

    /// The last tickets of a service that were served, the newest first: a page of them.
    pub fn past(&self, service: &str) -> Result<Vec<Ticket>, Fault> {
        self.tickets(&[("code", format!("{}|{service}", super::SERVICE)), ("status", State::Done.code().into()), ("_sort", "-authored-on".into())], 1)
    }

    pub fn ticket(&self, id: &str) -> Result<Ticket, Fault> {
        let stored = self.record.read(type_of("Task")?, id)?;
        read(&stored, |value| Ticket::read(value, stored.vid, self.record.zone()))?.ok_or_else(refusal::state)
    }

    /// A ticket of this day by its code.
    pub fn by_code(&self, code: &str) -> Result<Option<Ticket>, Fault> {
        let asked = [("identifier", format!("{CODE}|{code}")), ("authored-on", format!("ge{}", instant_text(self.dawn)))];
        Ok(self.tickets(&asked, 1)?.into_iter().next())
    }

    /// The ticket of an appointment, if one was issued today.
    pub fn of_focus(&self, focus: &str) -> Result<Option<Ticket>, Fault> {
        let asked = [("focus", focus.to_owned()), ("authored-on", format!("ge{}", instant_text(self.dawn)))];
        Ok(self.tickets(&asked, 1)?.into_iter().next())
    }

    /// All desks, by their ids.
    pub fn counters(&self) -> Result<Vec<Counter>, Fault> {
        let services: Vec<String> = self.rules.services.iter().map(|service| format!("{}|{}", super::SERVICE, service.code)).collect();
        if services.is_empty() {
            return Ok(Vec::new());
        }
        let found = pages(self.record, "Location", &[("type", services.join(","))], PAGES)?;
        let one = |stored: &rihla_store::Stored| read(stored, |value| Counter::read(value, stored.vid, self.record.zone()));
        let mut all: Vec<Counter> = found.iter().map(one).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().filter(|one| !one.inactive).collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(all)
    }

    /// Issues a ticket with the next number of its service; `marks`: operational state that is true exactly if it is.
    pub async fn issue(&self, new: New<'_>, marks: Vec<(String, Vec<u8>)>) -> Result<Ticket, Fault> {
        if let Ok(known) = self.ticket(new.id) {
            return Ok(known);
        }
        let letter = self.rules.service(new.service).ok_or_else(refusal::service)?.letter;
        let mut base = Object::default();
        if let Some(focus) = &new.focus {
            base.set("focus", reference(focus));
        }
        let last = self.last_number(letter)?;
        for nth in last + 1..=(last + TRIES).min(MOST) {
            let mut ticket = Ticket::new(String::new(), format!("{letter}{nth:03}"), new.code.into(), new.service.into(), base.clone(), self.signed());
            (ticket.priority, ticket.patient, ticket.slot) = (new.priority.clone(), new.patient.clone(), new.slot);
            let (ty, content) = self.record.made(ticket.write(&self.day).as_bytes())?;
            let step = Step::Put { ty: ty.0, name: Name::Id(new.id.into()), expect: Expect::Absent, content };
            // Nobody else has this number at the moment of the commit.
            let free = self.record.unchanged(self.numbered(&ticket.number)?, Resolution::None);
            match self.record.commit(vec![step], vec![free], marks.clone()).await {
                Ok(_) => return self.ticket(new.id),
                Err(fault) if is_race(&fault) => {
                    if let Ok(known) = self.ticket(new.id) {
                        return Ok(known);
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        Err(refusal::numbers())
    }

    /// The greatest number of a letter that was issued today.
    fn last_number(&self, letter: char) -> Result<u32, Fault> {
        // Who was transferred keeps their number, so that the letter tells, and not the service.
        let asked = [("authored-on", format!("ge{}", instant_text(self.dawn))), ("_sort", "-authored-on".to_owned())];
        let greatest = |tickets: Vec<Ticket>| tickets.iter().filter_map(|ticket| ticket.number.strip_prefix(letter)?.parse().ok()).max();
        // It is among the newest, but where few come for this service.
        let newest = greatest(self.tickets(&asked, 1)?);
        Ok(newest.map_or_else(|| self.tickets(&asked, PAGES).map(greatest), |found| Ok(Some(found)))?.unwrap_or(0))
    }

    fn numbered(&self, number: &str) -> Result<Query, Fault> {
        let pairs = [("identifier".to_owned(), format!("{NUMBER}|{}-{number}", self.day))];
        Ok(self.record.query(&[type_of("Task")?], &pairs, Handling::Strict)?.0)
    }

    /// Calls the next ticket to a desk. `rank`: see [`in_order`].
    pub async fn call_next(&self, counter: &Counter, rank: impl Fn(&str) -> Option<(usize, bool)>) -> Result<Ticket, Fault> {
        if counter.pause.is_some() {
            return Err(refusal::paused());
        }
        let open = self.open()?;
        if open.iter().any(|ticket| matches!(ticket.state, State::Called | State::Serving) && ticket.desk.as_deref() == Some(&counter.id)) {
            return Err(refusal::busy());
        }
        let order = in_order(&open, |ticket| counter.may_call(ticket), self.rules, rank, self.now);
        let mut next = order.first().ok_or_else(refusal::nobody)?.ticket.clone();
        next.call(&counter.id, self.signed())?;
        self.put(next, Vec::new()).await
    }

    /// Changes a ticket as it stood on a page. `seen`: its version there.
    pub async fn change(&self, id: &str, seen: u32, how: impl FnOnce(&mut Ticket, Signed) -> Result<(), Fault>) -> Result<Ticket, Fault> {
        let mut ticket = self.ticket(id)?;
        if ticket.version != seen {
            return Err(refusal::raced());
        }
        how(&mut ticket, self.signed())?;
        self.put(ticket, Vec::new()).await
    }

    async fn put(&self, ticket: Ticket, marks: Vec<(String, Vec<u8>)>) -> Result<Ticket, Fault> {
        let step = self.amended("Task", &ticket.id, ticket.version, &ticket.write(&self.day))?;
        match self.record.commit(vec![step], Vec::new(), marks).await {
            Ok(_) => self.ticket(&ticket.id),
            Err(fault) if is_race(&fault) => Err(refusal::raced()),
            Err(fault) => Err(fault),
        }
    }

    fn amended(&self, ty: &str, id: &str, version: u32, json: &str) -> Result<Step, Fault> {
        let ty = type_of(ty)?;
        let content = self.record.amended(ty, id, version, json.as_bytes())?;
        Ok(Step::Put { ty: ty.0, name: Name::Id(id.into()), expect: Expect::Version(version), content })
    }

    /// Pauses a desk, or opens it again.
    pub async fn pause(&self, counter: &Counter, code: Option<&str>) -> Result<(), Fault> {
        let signed = self.signed();
        let json = counter.with_pause(code.map(|code| (code, &signed)));
        let step = self.amended("Location", &counter.id, counter.version, &json)?;
        match self.record.commit(vec![step], Vec::new(), Vec::new()).await {
            Err(fault) if is_race(&fault) => Err(refusal::raced()),
            decided => decided.map(drop),
        }
    }
}

fn is_race(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict)
}
