//! What all pages of the queue begin with: the handle for tickets and desks, this day, and the words for what there is.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use rihla_clinical::called;
use rihla_clinical::queue::{Act, CODING, Counter, Hour, Past, Range, SERVICE, State, TICKET, Ticket, estimate, in_order};
use rihla_kernel::{Fault, Instant, Lang};
use rihla_packs::QueueRules;
use rihla_store::Scoped;
use rihla_store::scope::{Act as Access, TypeRule};
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, Refusal, key};

/// A desk that called nobody for so long is not open, in milliseconds.
const OPEN: i64 = 60 * 60 * 1000;

/// The tickets and desks of this site.
pub struct Hall<'d> {
    pub desk: &'d Desk,
    pub now: Instant,
    pub today: Date,
    record: Scoped,
    dawn: Instant,
}

impl<'d> Hall<'d> {
    /// The caller has asked for its right before.
    pub fn open(desk: &'d Desk) -> Result<Self, Refusal> {
        // A display writes nothing, a kiosk no desks, and nobody takes a ticket away.
        let (serves, gives) = (desk.person.may(crate::SERVE.0), desk.person.may(crate::KIOSK.0));
        let ticket = if serves || gives { TypeRule::shown().may(&[Access::Create, Access::Update]) } else { TypeRule::shown() };
        let ticket = ticket.coded("code", (CODING.to_owned(), TICKET.to_owned()));
        let places = TypeRule::shown().open();
        let places = if serves { places.touching(["status", "extension"].map(str::to_owned)) } else { places };
        let services = &desk.house.pack().queue.services;
        let places = services.iter().fold(places, |rule, service| rule.coded("type", (SERVICE.to_owned(), service.code.clone())));
        let now = desk.house.clock().now();
        let zone = desk.voice.zone();
        let today = Timestamp::from_millisecond(now.0).map(|now| now.to_zoned(zone.clone()).date()).unwrap_or_default();
        let dawn = today.to_zoned(zone.clone()).map_or(now, |dawn| Instant(dawn.timestamp().as_millisecond()));
        Ok(Self { record: desk.hatch(vec![("Task", ticket), ("Location", places)])?, desk, now, today, dawn })
    }

    pub fn rules(&self) -> &'d QueueRules {
        &self.desk.house.pack().queue
    }

    pub fn act(&self) -> Act<'_> {
        let day = format!("{}-{}", self.desk.house.site().0, self.today);
        Act { record: &self.record, now: self.now, dawn: self.dawn, day, by: self.desk.author_reference(), rules: self.rules() }
    }

    /// An id for a ticket's form.
    pub fn reserve(&self) -> Result<String, Refusal> {
        Ok(self.record.reserve(rihla_web::type_of("Task")?, None)?.to_text())
    }

    /// The place of a priority that holds today, and whether it passes always.
    pub fn rank(&self, code: &str) -> Option<(usize, bool)> {
        self.rules().priority(code, self.today).map(|(place, priority)| (place, priority.always))
    }

    /// The desks of this hospital.
    pub fn counters(&self) -> Result<Vec<Counter>, Fault> {
        let own = self.desk.house.pack().site(self.desk.house.site()).map(|site| site.code.clone());
        let mut all = self.act().counters()?;
        all.retain(|counter| counter.house.is_none() || counter.house == own);
        Ok(all)
    }

    /// A desk's name in a language.
    pub fn named(counter: &Counter, lang: Lang) -> String {
        called(&counter.name, &counter.aliases, lang == Lang::Arabic).to_owned()
    }

    pub fn service(&self, code: &str, voice: &Voice) -> String {
        self.rules().service(code).map_or_else(|| code.to_owned(), |service| said(&service.names, voice.lang()))
    }

    /// The tickets that wait for any desk of a service, the next one first.
    pub fn waiting<'t>(&self, open: &'t [Ticket], service: &str) -> Vec<&'t Ticket> {
        in_order(open, |ticket| ticket.service == service, self.rules(), |code| self.rank(code), self.now).into_iter().map(|turn| turn.ticket).collect()
    }

    /// How long whoever stands behind so many others will wait; none: too little is known.
    pub fn wait(&self, open: &[Ticket], counters: &[Counter], service: &str, ahead: usize) -> Result<Option<Range>, Fault> {
        let served = self.act().past(service)?;
        let past: Vec<Past> = served.iter().filter_map(|ticket| self.past(ticket)).collect();
        let at_work = |counter: &&Counter| {
            let own = |ticket: &&Ticket| ticket.desk.as_deref() == Some(&counter.id) && ticket.state != State::Waiting;
            let last = open.iter().chain(&served).filter(own).flat_map(|ticket| &ticket.times).map(|time| time.signed.at.0).max();
            counter.pause.is_none() && counter.serves(service) && last.is_some_and(|last| self.now.0 - last < OPEN)
        };
        let desks = counters.iter().filter(at_work).count();
        Ok(estimate(&past, self.hour(self.now), ahead, desks, usize::from(self.rules().enough)))
    }

    fn past(&self, ticket: &Ticket) -> Option<Past> {
        let at = ticket.issued();
        Some(Past { at: self.hour(at), today: at >= self.dawn, waited: ticket.waited()?, served: ticket.served() })
    }

    fn hour(&self, at: Instant) -> Hour {
        let at = Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(self.desk.voice.zone().clone());
        Hour { weekend: matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday), hour: u8::try_from(at.hour()).unwrap_or(0) }
    }

    /// How a ticket came to be called before others, in words.
    pub fn priority(&self, ticket: &Ticket, voice: &Voice) -> String {
        let known = |code: &str| self.rules().priorities.iter().find(|one| one.code == code).map(|one| said(&one.names, voice.lang()));
        ticket.priority.as_ref().map(|one| known(&one.code).unwrap_or_else(|| one.code.clone())).unwrap_or_default()
    }
}

/// A name of the pack in a language, or in the first that it has.
pub fn said(names: &rihla_packs::Names, lang: Lang) -> String {
    names.get(lang.tag()).or_else(|| names.values().next()).cloned().unwrap_or_default()
}

/// A range in words.
pub fn spread(voice: &Voice, range: rihla_clinical::queue::Range) -> String {
    match (range.half, range.most) {
        (_, ..5) => voice.t("queue-wait-short"),
        (half, most) if half == most => voice.ta("queue-wait-about", &[("most", most.to_string())]),
        (half, most) => voice.ta("queue-wait-range", &[("half", half.to_string()), ("most", most.to_string())]),
    }
}

/// A number as it is read aloud: the letter, then the number without zeros before it.
pub fn spoken(number: &str) -> String {
    let digits = number.trim_start_matches(|sign: char| !sign.is_ascii_digit());
    let letter = number.strip_suffix(digits).unwrap_or_default();
    format!("{letter} {}", digits.trim_start_matches('0'))
}

/// The words for a refusal, of which the address holds the code.
pub fn wrong(voice: &Voice, code: &str) -> String {
    use rihla_clinical::queue::refusal as no;
    let known = [no::state(), no::raced(), no::busy(), no::paused(), no::nobody(), no::early(), no::elsewhere(), no::service(), no::numbers()];
    let known = known.iter().any(|fault| fault.code == code);
    if known { format!("{} ({code})", voice.t(&listed(key!("queue-refused-*"), code))) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// QUE-12
    #[test]
    fn a_number_is_read_aloud_without_its_zeros() {
        assert_eq!([spoken("A012"), spoken("R1204"), spoken("")], ["A 12", "R 1204", " "]);
    }
}
