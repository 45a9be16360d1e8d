//! `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/DATABASE?host=FOLDER&sslmode=verify-full&sslrootcert=FILE`

use super::tls::{self, Papers};
use rihla_kernel::{Fault, FaultKind};
use rustls::ClientConfig;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A name or address, or the folder of a socket; and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    pub name: String,
    pub port: u16,
}

/// Where a database is, and as whom to enter.
#[derive(Clone)]
pub struct Place {
    pub user: String,
    pub password: Option<String>,
    pub database: String,
    /// Machines of which one has the database that is written to.
    hosts: Vec<Host>,
    /// The place in `hosts` that was right last time.
    right: Arc<AtomicUsize>,
    pub tls: Option<Arc<ClientConfig>>,
}

impl fmt::Debug for Place {
    /// Without the password: this is written to logs.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self.hosts.iter().map(|host| format!("{}:{}", host.name, host.port)).collect();
        write!(out, "postgres://{}@{}/{}", self.user, hosts.join(","), self.database)
    }
}

const PORT: u16 = 5432;

impl Host {
    /// `NAME:PORT`, `[ADDRESS]:PORT`, or without a port.
    fn parse(text: &str) -> Result<Self, Fault> {
        let (name, port) = match text.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((name, port)) => (name, port.parse().map_err(|_| refused("its port is no number"))?),
            None => (text, PORT),
        };
        let name = decoded(name.trim_matches(['[', ']']))?;
        Ok(Self { name: if name.is_empty() { "localhost".into() } else { name }, port })
    }

    pub fn is_socket(&self) -> bool {
        self.name.starts_with('/')
    }

    /// Whether it is this machine.
    pub fn is_near(&self) -> bool {
        self.is_socket() || matches!(self.name.as_str(), "localhost" | "127.0.0.1" | "::1")
    }
}

impl Place {
    pub fn parse(url: &str) -> Result<Self, Fault> {
        let rest =
            url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")).ok_or_else(|| refused("it does not begin with postgres://"))?;
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, addresses) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (decoded(user)?, Some(decoded(password)?)),
            None => (decoded(login)?, None),
        };
        let user = if user.is_empty() { "rihla".into() } else { user };
        let database = if database.is_empty() { user.clone() } else { decoded(database)? };
        let mut hosts = addresses.split(',').map(Host::parse).collect::<Result<Vec<_>, _>>()?;
        let papers = options_of(options, &mut hosts)?;
        let tls = secured(&papers, &hosts)?;
        Ok(Self { user, password, database, hosts, right: Arc::default(), tls })
    }

    /// The hosts to try, the one that was right last time first.
    pub fn hosts(&self) -> impl Iterator<Item = (usize, &Host)> {
        let first = self.right.load(Ordering::Relaxed);
        let order = (0..self.hosts.len()).map(move |step| (first + step) % self.hosts.len());
        order.filter_map(|at| self.hosts.get(at).map(|host| (at, host)))
    }

    pub fn was_right(&self, at: usize) {
        self.right.store(at, Ordering::Relaxed);
    }
}

/// What follows the question mark (<https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS>).
fn options_of(options: &str, hosts: &mut Vec<Host>) -> Result<Papers, Fault> {
    let mut papers = Papers::default();
    for (name, value) in options.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
        let value = decoded(value)?;
        match name {
            "host" => *hosts = value.split(',').map(|name| Host { name: name.into(), port: hosts.first().map_or(PORT, |host| host.port) }).collect(),
            "port" => {
                let port = value.parse().map_err(|_| refused("its port is no number"))?;
                hosts.iter_mut().for_each(|host| host.port = port);
            }
            "sslmode" => papers.mode = Some(value),
            "sslrootcert" => papers.roots = Some(value.into()),
            "sslcert" => papers.certificate = Some(value.into()),
            "sslkey" => papers.key = Some(value.into()),
            _ => return Err(refused("it has an option that is not known")),
        }
    }
    Ok(papers)
}

/// Patients' data do not cross a network in the clear, or to a machine that has not proven its name, unless it is said.
fn secured(papers: &Papers, hosts: &[Host]) -> Result<Option<Arc<ClientConfig>>, Fault> {
    let near = hosts.iter().all(Host::is_near);
    let asked = papers.roots.is_some() || papers.certificate.is_some() || papers.key.is_some();
    match papers.mode.as_deref() {
        Some("disable") if asked => Err(refused("it names certificates for a line that it wants in the clear")),
        Some("disable") => Ok(None),
        None if near && !asked => Ok(None),
        None | Some("verify-full") if papers.roots.is_some() => tls::config(papers).map(Some),
        None | Some("verify-full") => Err(refused(
            "the line to another machine is encrypted; name the file of the authority that signed its certificate (sslrootcert), or say sslmode=disable if the line is safe by other means",
        )),
        Some(_) => Err(refused("sslmode is verify-full or disable; what lies between does not tell who listens")),
    }
}

pub fn refused(why: &str) -> Fault {
    Fault::new(FaultKind::Invalid, "RH-STORE-URL", format!("The store's address cannot be used: {why}. Write postgres://USER@HOST/DATABASE."))
}

/// Undoes percent-encoding (<https://www.rfc-editor.org/rfc/rfc3986#section-2.1>).
fn decoded(text: &str) -> Result<String, Fault> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).ok_or_else(|| refused("a % in it is not followed by two digits"));
    while let Some(byte) = bytes.next() {
        out.push(if byte == b'%' { (digit(bytes.next())? << 4 | digit(bytes.next())?) as u8 } else { byte });
    }
    String::from_utf8(out).map_err(|_| refused("it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(place: &Place) -> Vec<(String, u16)> {
        place.hosts().map(|(_, host)| (host.name.clone(), host.port)).collect()
    }

    #[test]
    fn addresses_are_read() {
        let place = Place::parse("postgres://me:p%40ss@localhost:5433/record").expect("read");
        assert_eq!((place.user.as_str(), place.password.as_deref(), place.database.as_str()), ("me", Some("p@ss"), "record"));
        assert_eq!(names(&place), [("localhost".into(), 5433)]);
        assert!(!format!("{place:?}").contains("p@ss"));
        let place = Place::parse("postgresql:///record?host=%2Frun%2Fpostgresql").expect("read");
        assert_eq!((place.user.as_str(), place.database.as_str()), ("rihla", "record"));
        assert_eq!(names(&place), [("/run/postgresql".into(), 5432)]);
        assert_eq!(names(&Place::parse("postgres://me@[::1]:1/x").expect("read")), [("::1".into(), 1)]);
    }

    #[test]
    fn of_several_machines_the_one_that_was_right_comes_first() {
        let place = Place::parse("postgres://me@one:1,two,three:3/record?sslmode=disable").expect("read");
        assert_eq!(names(&place), [("one".into(), 1), ("two".into(), 5432), ("three".into(), 3)]);
        place.was_right(1);
        assert_eq!(names(&place.clone()), [("two".into(), 5432), ("three".into(), 3), ("one".into(), 1)]);
    }

    #[test]
    fn what_would_go_in_the_clear_or_to_a_stranger_is_refused() {
        for url in [
            "postgres://me@db.example/record",
            "postgres://me@localhost,db.example/record",
            "postgres://me@db.example/record?sslmode=require",
            "postgres://me@db.example/record?sslmode=verify-full",
            "postgres://me@db.example/record?sslrootcert=/nowhere.pem",
            "postgres://me@localhost/record?sslmode=disable&sslrootcert=/nowhere.pem",
        ] {
            assert!(Place::parse(url).is_err(), "{url}");
        }
        assert!(Place::parse("postgres://me@db.example/record?sslmode=disable").is_ok_and(|place| place.tls.is_none()));
        assert!(Place::parse("sqlite:x").is_err() && Place::parse("postgres://me@localhost:x/").is_err() && Place::parse("postgres://%zz@localhost/").is_err());
    }
}
