//! What the figures need of a resource. Times are milliseconds since 1970, places and people are the store's keys.

use rihla_store::key::ResKey;

/// One resource, as integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Visit(Visit),
    Stay(Stay),
    Place(Place),
    Lab(Lab),
    Ticket(Ticket),
    /// An antibiotic that was given.
    Dose {
        patient: ResKey,
        at: i64,
    },
}

/// An emergency visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    pub patient: ResKey,
    /// Where the patient came to.
    pub place: ResKey,
    pub arrival: Option<i64>,
    pub triage: Option<i64>,
    pub contact: Option<i64>,
    /// The decision to admit.
    pub admit: Option<i64>,
    pub end: Option<i64>,
    pub away: Away,
    pub spans: Vec<Span>,
}

/// How somebody left whom no physician saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Away {
    /// They did not, or came back.
    #[default]
    No,
    Unseen,
    /// Sent to another place with advice.
    Redirected,
}

impl Away {
    const ALL: [Self; 3] = [Self::No, Self::Unseen, Self::Redirected];
}

/// A time for which a patient was in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub place: ResKey,
    pub from: i64,
    pub to: Option<i64>,
}

/// A stay in a ward.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stay {
    pub patient: ResKey,
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub died: bool,
    pub spans: Vec<Span>,
}

/// A site, ward, room or place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub above: ResKey,
    pub ward: bool,
    pub emergency: bool,
    /// Slots; none of what is no place to lie in.
    pub capacity: u32,
    /// Since when it is open and staffed, or not, as it was written. The first holds for all time before.
    pub open: Vec<(i64, bool)>,
}

/// A laboratory request that was signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lab {
    pub place: ResKey,
    pub asked: Option<i64>,
    pub done: Option<i64>,
    /// It will not be done.
    pub off: bool,
}

/// A ticket of a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticket {
    pub place: ResKey,
    pub issued: Option<i64>,
    pub slot: Option<i64>,
    pub called: Option<i64>,
    /// Gone before being called.
    pub over: bool,
}

/// What stands for no time.
const NEVER: i64 = i64::MIN;

struct Out(Vec<i64>);

impl Out {
    fn time(&mut self, at: Option<i64>) {
        self.0.push(at.unwrap_or(NEVER));
    }

    fn spans(&mut self, spans: &[Span]) {
        self.0.push(spans.len() as i64);
        for span in spans {
            self.0.extend([i64::from(span.place), span.from]);
            self.time(span.to);
        }
    }
}

struct In<'t>(std::str::Split<'t, char>);

impl In<'_> {
    fn int(&mut self) -> Option<i64> {
        let text = self.0.next()?;
        if text.is_empty() { Some(NEVER) } else { text.parse().ok() }
    }

    fn key(&mut self) -> Option<ResKey> {
        self.int()?.try_into().ok()
    }

    fn time(&mut self) -> Option<Option<i64>> {
        Some(self.int()?).map(|at| Some(at).filter(|at| *at != NEVER))
    }

    fn yes(&mut self) -> Option<bool> {
        Some(self.int()? != 0)
    }

    fn spans(&mut self) -> Option<Vec<Span>> {
        let count = self.int()?;
        (0..count).map(|_| Some(Span { place: self.key()?, from: self.int()?, to: self.time()? })).collect()
    }
}

impl Fact {
    /// Whose resource it is; 0: nobody's.
    pub fn patient(&self) -> ResKey {
        match self {
            Self::Visit(visit) => visit.patient,
            Self::Stay(stay) => stay.patient,
            Self::Dose { patient, .. } => *patient,
            Self::Place(_) | Self::Lab(_) | Self::Ticket(_) => 0,
        }
    }

    /// One line: equal facts are equal texts.
    pub fn to_line(&self) -> String {
        let mut out = Out(Vec::new());
        match self {
            Self::Visit(one) => {
                out.0.extend([1, i64::from(one.patient), i64::from(one.place)]);
                [one.arrival, one.triage, one.contact, one.admit, one.end].into_iter().for_each(|at| out.time(at));
                out.0.push(one.away as i64);
                out.spans(&one.spans);
            }
            Self::Stay(one) => {
                out.0.extend([2, i64::from(one.patient)]);
                [one.from, one.to].into_iter().for_each(|at| out.time(at));
                out.0.push(i64::from(one.died));
                out.spans(&one.spans);
            }
            Self::Place(one) => {
                out.0.extend([3, i64::from(one.above), i64::from(one.ward), i64::from(one.emergency), i64::from(one.capacity)]);
                out.0.extend(one.open.iter().flat_map(|(since, open)| [*since, i64::from(*open)]));
            }
            Self::Lab(one) => {
                out.0.extend([4, i64::from(one.place)]);
                [one.asked, one.done].into_iter().for_each(|at| out.time(at));
                out.0.push(i64::from(one.off));
            }
            Self::Ticket(one) => {
                out.0.extend([5, i64::from(one.place)]);
                [one.issued, one.slot, one.called].into_iter().for_each(|at| out.time(at));
                out.0.push(i64::from(one.over));
            }
            Self::Dose { patient, at } => out.0.extend([6, i64::from(*patient), *at]),
        }
        let texts: Vec<String> = out.0.iter().map(|number| if *number == NEVER { String::new() } else { number.to_string() }).collect();
        texts.join(",")
    }

    /// None: another version wrote it.
    pub fn parse(line: &str) -> Option<Self> {
        let mut read = In(line.split(','));
        Some(match read.int()? {
            1 => Self::Visit(Visit {
                patient: read.key()?,
                place: read.key()?,
                arrival: read.time()?,
                triage: read.time()?,
                contact: read.time()?,
                admit: read.time()?,
                end: read.time()?,
                away: usize::try_from(read.int()?).ok().and_then(|at| Away::ALL.get(at).copied())?,
                spans: read.spans()?,
            }),
            2 => Self::Stay(Stay { patient: read.key()?, from: read.time()?, to: read.time()?, died: read.yes()?, spans: read.spans()? }),
            3 => {
                let mut place = Place { above: read.key()?, ward: read.yes()?, emergency: read.yes()?, capacity: read.key()?, open: Vec::new() };
                while let Some(since) = read.int() {
                    place.open.push((since, read.yes()?));
                }
                Self::Place(place)
            }
            4 => Self::Lab(Lab { place: read.key()?, asked: read.time()?, done: read.time()?, off: read.yes()? }),
            5 => Self::Ticket(Ticket { place: read.key()?, issued: read.time()?, slot: read.time()?, called: read.time()?, over: read.yes()? }),
            6 => Self::Dose { patient: read.key()?, at: read.int()? },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_all_of_a_fact() {
        let span = Span { place: 9, from: 5, to: None };
        let facts = [
            Fact::Visit(Visit { patient: 3, place: 4, arrival: Some(-1), end: Some(7), away: Away::Redirected, spans: vec![span, span], ..Visit::default() }),
            Fact::Stay(Stay { patient: 1, from: Some(0), died: true, spans: vec![span], ..Stay::default() }),
            Fact::Place(Place { above: 2, ward: true, capacity: 4, open: vec![(1, true), (2, false)], ..Place::default() }),
            Fact::Lab(Lab { asked: Some(1), off: true, ..Lab::default() }),
            Fact::Ticket(Ticket { slot: Some(1), ..Ticket::default() }),
            Fact::Dose { patient: 1, at: 2 },
        ];
        for fact in facts {
            assert_eq!(Fact::parse(&fact.to_line()), Some(fact));
        }
        assert_eq!(Fact::parse("7,1"), None);
    }
}
