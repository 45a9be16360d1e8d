//! A line to PostgreSQL that waits in place.
//!
//! Views are asked by handlers that need the answer before they go on. Measured (docs/decisions/0012), handing a question to
//! another thread or through an asynchronous client costs as much again as asking it here and waiting for the socket. The
//! codec is `postgres-protocol`; this is what it leaves to do: enter, prepare once, send many statements at once, read.

mod enter;
mod stream;
pub mod tls;
mod url;
mod value;

use url::Host;
pub use url::Place;
pub use value::{Fields, Value};

use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::IsNull;
use postgres_protocol::message::backend::{ErrorResponseBody, Message};
use postgres_protocol::message::frontend;
use std::collections::HashMap;
use std::io::{self, Read, Write};
use stream::Stream;

/// Why a question got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The line broke: what was asked may or may not have happened.
    Lost(io::ErrorKind),
    /// The database refused, with its five-character code; nothing of what was sent together has happened.
    Refused(String),
    /// The other side speaks something else.
    Garbled,
    /// The other side does not encrypt, or has not proven its name.
    Untrusted,
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        if error.get_ref().is_some_and(|cause| cause.is::<rustls::Error>()) {
            return Self::Untrusted;
        }
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Self::Garbled,
            kind => Self::Lost(kind),
        }
    }
}

impl Trouble {
    /// Whether the line cannot be used any more.
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Lost(_) | Self::Garbled | Self::Untrusted => true,
            // The server ends the session (shutdown, crash of another session, not ready yet), or became a standby.
            Self::Refused(code) => code.starts_with("57P") || code.starts_with("08") || code == STANDBY,
        }
    }
}

/// Read-only: what a standby answers who wants to write.
const STANDBY: &str = "25006";
const READ: usize = 16 << 10;
/// Statements are few and fixed; more than this means that one is made up anew each time.
const STATEMENTS: usize = 500;

pub struct Line {
    stream: Stream,
    inbound: BytesMut,
    out: BytesMut,
    prepared: HashMap<Box<str>, String>,
    /// Statements queued since the last answer.
    queued: usize,
}

impl Line {
    /// A line to the machine of a place that can be written to.
    pub fn open(place: &Place) -> Result<Self, Trouble> {
        let mut failed = Trouble::Lost(io::ErrorKind::NotFound);
        for (at, host) in place.hosts() {
            match Self::open_at(place, host) {
                Ok(line) => {
                    place.was_right(at);
                    return Ok(line);
                }
                // A refusal says more than that another machine is away.
                Err(trouble @ (Trouble::Refused(_) | Trouble::Untrusted)) => failed = trouble,
                Err(trouble) if matches!(failed, Trouble::Lost(_)) => failed = trouble,
                Err(_) => {}
            }
        }
        Err(failed)
    }

    fn open_at(place: &Place, host: &Host) -> Result<Self, Trouble> {
        let stream = Stream::open(host, place.tls.as_ref())?;
        let mut line = Self { stream, inbound: BytesMut::with_capacity(READ), out: BytesMut::with_capacity(READ), prepared: HashMap::new(), queued: 0 };
        line.enter(place)?;
        Ok(line)
    }

    fn flush(&mut self) -> Result<(), Trouble> {
        let sent = self.stream.write_all(&self.out).and_then(|()| self.stream.flush()).map_err(Trouble::from);
        self.out.clear();
        sent
    }

    /// The next message that answers something.
    fn next(&mut self) -> Result<Message, Trouble> {
        loop {
            match self.message()? {
                Message::NoticeResponse(_) | Message::ParameterStatus(_) | Message::NotificationResponse(_) => {}
                message => return Ok(message),
            }
        }
    }

    fn message(&mut self) -> Result<Message, Trouble> {
        loop {
            match Message::parse(&mut self.inbound)? {
                Some(message) => return Ok(message),
                None => self.fill()?,
            }
        }
    }

    fn fill(&mut self) -> Result<(), Trouble> {
        let held = self.inbound.len();
        self.inbound.resize(held + READ, 0);
        let read = self.inbound.get_mut(held..).map_or(Ok(0), |free| self.stream.read(free));
        self.inbound.truncate(held + read.as_ref().copied().unwrap_or(0));
        match read {
            Ok(0) => Err(Trouble::Lost(io::ErrorKind::UnexpectedEof)),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds a statement to what is sent next. All that is sent together happens together or not at all.
    pub fn queue(&mut self, sql: &str, values: &[Value<'_>]) -> Result<(), Trouble> {
        let name = match self.prepared.get(sql) {
            Some(name) => name.clone(),
            None => self.prepare(sql)?,
        };
        let serialize = |value: Value<'_>, out: &mut BytesMut| {
            value::write(value, out);
            Ok(IsNull::No)
        };
        frontend::bind("", &name, [1], values.iter().copied(), serialize, [1], &mut self.out).map_err(|_| Trouble::Garbled)?;
        frontend::execute("", 0, &mut self.out)?;
        self.queued += 1;
        Ok(())
    }

    fn prepare(&mut self, sql: &str) -> Result<String, Trouble> {
        if self.prepared.len() >= STATEMENTS {
            return Err(Trouble::Garbled);
        }
        let name = format!("s{}", self.prepared.len());
        frontend::parse(&name, sql, [], &mut self.out)?;
        self.prepared.insert(sql.into(), name.clone());
        Ok(name)
    }

    /// Sends what was queued and hears the answers: `each` gets the number of the statement and a row. Returns how many rows
    /// each statement changed or gave.
    pub fn send(&mut self, each: &mut dyn FnMut(usize, Fields<'_>) -> Result<(), Trouble>) -> Result<Vec<u64>, Trouble> {
        frontend::sync(&mut self.out);
        self.flush()?;
        let mut counts = Vec::with_capacity(std::mem::take(&mut self.queued));
        let (mut failed, mut refused) = (None, false);
        loop {
            match self.next()? {
                Message::DataRow(row) => {
                    if failed.is_none() {
                        failed = each(counts.len(), Fields::new(row.buffer())).err();
                    }
                }
                Message::CommandComplete(body) => counts.push(count_of(body.tag()?)),
                Message::EmptyQueryResponse => counts.push(0),
                Message::ErrorResponse(body) => {
                    failed = Some(refusal(&body)?);
                    refused = true;
                }
                Message::ReadyForQuery(_) => break,
                Message::ParseComplete | Message::BindComplete | Message::NoData | Message::CloseComplete | Message::PortalSuspended => {}
                _ => return Err(Trouble::Garbled),
            }
        }
        if refused {
            // It is not known which statements of the flight were parsed before the error.
            self.prepared.clear();
            self.run("DEALLOCATE ALL")?;
        }
        failed.map_or(Ok(counts), Err)
    }

    /// One statement by itself; the rows go to `each`.
    pub fn ask(&mut self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(Fields<'_>) -> Result<(), Trouble>) -> Result<u64, Trouble> {
        self.queue(sql, values)?;
        let counts = self.send(&mut |_, row| each(row))?;
        Ok(counts.first().copied().unwrap_or(0))
    }

    pub fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Trouble> {
        self.ask(sql, values, &mut |_| Ok(()))
    }

    /// The first column of the first row.
    pub fn number(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Option<i64>, Trouble> {
        let mut found = None;
        self.ask(sql, values, &mut |mut row| {
            found = row.optional()?.and_then(|bytes| bytes.first_chunk()).map(|bytes| i64::from_be_bytes(*bytes));
            Ok(())
        })?;
        Ok(found)
    }

    /// Statements in the simple form, without values: the schema and its kind.
    pub fn run(&mut self, sql: &str) -> Result<(), Trouble> {
        frontend::query(sql, &mut self.out)?;
        self.flush()?;
        let mut failed = None;
        loop {
            match self.next()? {
                Message::ErrorResponse(body) => failed = Some(refusal(&body)?),
                Message::ReadyForQuery(_) => return failed.map_or(Ok(()), Err),
                _ => {}
            }
        }
    }
}

fn refusal(body: &ErrorResponseBody) -> Result<Trouble, Trouble> {
    // The sentence may quote data; only the code is passed on.
    let code = body.fields().find(|field| Ok(field.type_() == b'C'))?;
    Ok(code.map_or(Trouble::Garbled, |field| Trouble::Refused(String::from_utf8_lossy(field.value_bytes()).into_owned())))
}

/// `INSERT 0 5`, `SELECT 3`: the last number.
fn count_of(tag: &str) -> u64 {
    tag.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0)
}
