//! `postgres://USER:PASSWORD@HOST:PORT/DATABASE?host=FOLDER&sslmode=disable`

use rihla_kernel::{Fault, FaultKind};
use std::fmt;

/// Where a database is, and as whom to enter.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    pub user: String,
    pub password: Option<String>,
    /// A name or address, or the folder of a socket.
    pub host: String,
    pub port: u16,
    pub database: String,
}

impl fmt::Debug for Place {
    /// Without the password: this is written to logs.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "postgres://{}@{}:{}/{}", self.user, self.host, self.port, self.database)
    }
}

const PORT: u16 = 5432;

impl Place {
    pub fn parse(url: &str) -> Result<Self, Fault> {
        let rest =
            url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")).ok_or_else(|| refused("it does not begin with postgres://"))?;
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (decoded(user)?, Some(decoded(password)?)),
            None => (decoded(login)?, None),
        };
        let (host, port) = match address.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((host, port)) => (host, port.parse().map_err(|_| refused("its port is no number"))?),
            None => (address, PORT),
        };
        let user = if user.is_empty() { "rihla".into() } else { user };
        let database = if database.is_empty() { user.clone() } else { decoded(database)? };
        let mut place = Self { user, password, host: decoded(host.trim_matches(['[', ']']))?, port, database };
        let mut encrypted = None;
        for (name, value) in options.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
            match (name, value) {
                ("host", folder) => place.host = decoded(folder)?,
                ("port", port) => place.port = port.parse().map_err(|_| refused("its port is no number"))?,
                ("sslmode", "disable") => encrypted = Some(false),
                ("sslmode", _) => encrypted = Some(true),
                _ => return Err(refused("it has an option that is not known")),
            }
        }
        if place.host.is_empty() {
            place.host = "localhost".into();
        }
        place.check_line(encrypted)?;
        Ok(place)
    }

    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// Patients' data do not cross a network in the clear unless it is said.
    fn check_line(&self, encrypted: Option<bool>) -> Result<(), Fault> {
        let near = self.is_socket() || matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        match encrypted {
            Some(true) => {
                Err(refused("encrypted lines are not available yet; use a socket, a tunnel on this machine, or sslmode=disable on a line that is safe"))
            }
            None if !near => Err(refused("the line to another machine is not encrypted; say sslmode=disable if it is safe")),
            _ => Ok(()),
        }
    }
}

fn refused(why: &str) -> Fault {
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

    #[test]
    fn addresses_are_read() {
        let place = Place::parse("postgres://me:p%40ss@localhost:5433/record").expect("read");
        assert_eq!(
            (place.user.as_str(), place.password.as_deref(), place.host.as_str(), place.port, place.database.as_str()),
            ("me", Some("p@ss"), "localhost", 5433, "record")
        );
        assert!(!format!("{place:?}").contains("p@ss"));
        let place = Place::parse("postgresql:///record?host=%2Frun%2Fpostgresql").expect("read");
        assert_eq!((place.user.as_str(), place.host.as_str(), place.port, place.database.as_str()), ("rihla", "/run/postgresql", 5432, "record"));
        assert_eq!(Place::parse("postgres://me@[::1]:1/x").expect("read").host, "::1");
    }

    #[test]
    fn what_would_go_in_the_clear_is_refused() {
        assert!(Place::parse("postgres://me@db.example/record").is_err());
        assert!(Place::parse("postgres://me@db.example/record?sslmode=require").is_err());
        assert!(Place::parse("postgres://me@db.example/record?sslmode=disable").is_ok());
        assert!(Place::parse("sqlite:x").is_err() && Place::parse("postgres://me@localhost:x/").is_err() && Place::parse("postgres://%zz@localhost/").is_err());
    }
}
