//! The file that names the channels. What is wrong with it is said with its line, and no channel is opened.

use crate::failure::{Failure, exit};
use jiff::tz::TimeZone;
use rihla_exchange::movement::Event;
use rihla_hl7v2::Charset;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// `[[inbound]]` and `[[outbound]]`, each as often as there are channels.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    pub inbound: Vec<Inbound>,
    pub outbound: Vec<Outbound>,
}

/// Letters, digits and dashes: part of an address, and of names in the store.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(pub String);

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if fits { Ok(Self(text)) } else { Err("a channel's name has letters, digits and dashes, 64 at most") }
    }
}

/// An address of this machine and a port.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Listen(pub SocketAddr);

impl TryFrom<String> for Listen {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = text.strip_prefix("localhost:").map_or_else(|| text.clone(), |port| format!("127.0.0.1:{port}"));
        text.parse().map(Self).map_err(|_| "write an address and a port, as in 127.0.0.1:2575")
    }
}

/// Somebody else's host and port.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Receiver {
    pub host: String,
    pub port: u16,
}

impl TryFrom<String> for Receiver {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
        let (host, port) = parts.filter(|(host, port)| !host.is_empty() && *port > 0).ok_or("write HOST:PORT")?;
        Ok(Self { host, port })
    }
}

impl Receiver {
    pub fn is_here(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// By its name in MSH-18.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Set(pub Charset);

impl TryFrom<String> for Set {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Charset::named(&text).map(Self).map_err(|error| error.to_string())
    }
}

/// An IANA name.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Zone(pub TimeZone);

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        TimeZone::get(&text).map(Self).map_err(|error| error.to_string())
    }
}

/// An event of ADT: `A01`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Told(pub Event);

impl TryFrom<String> for Told {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Event::of_code(&text).map(Self).ok_or_else(|| format!("{text} is no event that this program tells; A01 is one"))
    }
}

/// What a channel does with the patients that it names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Writes {
    /// Never writes them.
    #[default]
    Named,
    /// Writes those who are known; of others a person says whether they are new.
    Written,
    /// The sender is where patients are first known: who is not known is new.
    Kept,
}

/// One line that others call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbound {
    pub name: Spanned<Name>,
    pub listen: Listen,
    /// In the clear also where others than this machine hear it.
    #[serde(default)]
    pub clear: bool,
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
    /// Who vouches for callers; they then show a certificate.
    pub authorities: Option<PathBuf>,
    /// Real care: what is not certain is asked of a person.
    pub live: bool,
    #[serde(default)]
    pub patients: Writes,
    /// Stays are referred to and not written.
    #[serde(default)]
    pub stays_named: bool,
    /// System of numbers by assigning authority.
    #[serde(default)]
    pub systems: BTreeMap<String, String>,
    /// System of numbers without an authority.
    #[serde(default)]
    pub usual_system: String,
    /// System of the codes of places (PV1-3, ZBE-7, ZBE-8); any that a place bears, unless said.
    #[serde(default)]
    pub places: String,
    /// Types of patient identifiers by which patients are looked up, in order.
    pub patient_types: Option<Vec<String>>,
    #[serde(default)]
    pub charset: Set,
    pub zone: Option<Zone>,
    /// The outbound channel by which senders are told what became of messages, where they ask for it (MSH-16).
    pub answers: Option<String>,
    #[serde(default = "adt")]
    pub kinds: Vec<String>,
    /// MSH-11. P where patients are real, T elsewhere, unless said.
    pub processing: Option<Vec<String>>,
    #[serde(default)]
    pub limits: Bounds,
}

fn adt() -> Vec<String> {
    vec!["ADT".to_owned()]
}

/// What one line takes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    pub connections: usize,
    /// Of one message.
    pub bytes: usize,
    pub segments: usize,
    /// Messages that wait; one more is refused for now.
    pub waiting: usize,
    /// Silence between messages.
    pub idle_seconds: u64,
    /// From one piece of a message to the next.
    pub piece_seconds: u64,
    /// How often a message is tried that fails for a reason of its own.
    pub attempts: u32,
    /// Days that what is done with stays in the journal; for ever, unless said.
    pub keep_days: Option<u16>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { connections: 64, bytes: 16 << 20, segments: 20_000, waiting: 200_000, idle_seconds: 3_600, piece_seconds: 30, attempts: 5, keep_days: None }
    }
}

/// One receiver that this server calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbound {
    pub name: Spanned<Name>,
    pub address: Receiver,
    #[serde(default)]
    pub clear: bool,
    /// Who vouches for the receiver.
    pub authority: Option<PathBuf>,
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
    /// Where patients are not real nothing goes out, unless this says so.
    #[serde(default)]
    pub also_training: bool,
    #[serde(default)]
    pub events: Vec<Told>,
    /// Kinds of requests of the pack that this receiver fills: they go to it as ORM^O01.
    #[serde(default)]
    pub orders: Vec<String>,
    #[serde(default)]
    pub charset: Set,
    pub zone: Option<Zone>,
    #[serde(default)]
    pub sending_application: String,
    #[serde(default)]
    pub sending_facility: String,
    #[serde(default)]
    pub receiving_application: String,
    #[serde(default)]
    pub receiving_facility: String,
    #[serde(default = "version")]
    pub version: String,
    /// Which numbers go: by system.
    pub authorities: BTreeMap<String, Authority>,
    #[serde(default = "answer")]
    pub answer_seconds: u64,
}

fn version() -> String {
    "2.5".to_owned()
}

fn answer() -> u64 {
    30
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Authority {
    pub name: String,
    pub oid: String,
    /// Table 0203.
    pub kind: String,
}

/// Reads the file. `production`: its patients are real.
pub fn read(path: &Path) -> Result<File, Failure> {
    let wrong = |why: &str| Failure::new(exit::USAGE, format!("--channels {}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
    parse(&text).map_err(|why| wrong(&why))
}

/// The file's text; what is wrong begins with its line.
pub fn parse(text: &str) -> Result<File, String> {
    let file: File = toml::from_str(text).map_err(|error| said(text, error.span().map_or(0, |span| span.start), error.message()))?;
    let mut seen = BTreeSet::new();
    for channel in &file.inbound {
        let wrong = |why: &str| Err(said(text, channel.name.span().start, why));
        if !seen.insert(("in", channel.name.get_ref().0.as_str())) {
            return wrong("two inbound channels have this name");
        }
        if channel.certificate.is_some() != channel.key.is_some() {
            return wrong("a certificate goes with its key: name both, or none");
        }
        if channel.authorities.is_some() && channel.certificate.is_none() {
            return wrong("callers show certificates only where this line has one: name certificate and key");
        }
        if channel.certificate.is_none() && !channel.listen.0.ip().is_loopback() && !channel.clear {
            return wrong("this line leaves the machine in the clear. Name certificate and key; or say clear = true, if the network between is trusted");
        }
        if channel.answers.as_ref().is_some_and(|answers| file.outbound.iter().all(|other| other.name.get_ref().0 != *answers)) {
            return wrong("answers names no outbound channel of this file");
        }
        if !channel.systems.values().chain([&channel.usual_system]).any(|system| !system.is_empty()) {
            return wrong("no number of this channel identifies anybody: name systems, or usual_system");
        }
    }
    for channel in &file.outbound {
        let wrong = |why: &str| Err(said(text, channel.name.span().start, why));
        if !seen.insert(("out", channel.name.get_ref().0.as_str())) {
            return wrong("two outbound channels have this name");
        }
        if channel.certificate.is_some() != channel.key.is_some() {
            return wrong("a certificate goes with its key: name both, or none");
        }
        if channel.authority.is_none() && !channel.address.is_here() && !channel.clear {
            return wrong(
                "this line leaves the machine in the clear. Name the authority that vouches for the receiver; or say clear = true, if the network between is trusted",
            );
        }
        if (channel.events.is_empty() && channel.orders.is_empty()) || channel.authorities.is_empty() {
            return wrong("nothing would go out: name events or orders, and authorities with the systems whose numbers go");
        }
    }
    Ok(file)
}

fn said(text: &str, at: usize, why: &str) -> String {
    let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    format!("line {line}: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAM: &str = "# channels\n[[inbound]]\nname = \"gam\"\nlisten = \"127.0.0.1:0\"\nlive = true\nsystems = { HOSP = \"urn:hosp\" }\n";
    const LAB: &str = "[[outbound]]\nname = \"lab\"\naddress = \"lab.example:2575\"\nauthority = \"ca.pem\"\nevents = [\"A01\"]\nauthorities = { \"urn:hosp\" = { name = \"HOSP\" } }\n";

    #[test]
    fn a_file_says_what_it_has_to_and_the_rest_is_usual() {
        let file = parse(&format!("{GAM}{LAB}")).expect("a file");
        assert_eq!((file.inbound.len(), file.outbound.len()), (1, 1));
        let channel = &file.inbound[0];
        assert_eq!((channel.patients, channel.kinds.as_slice(), channel.limits.waiting), (Writes::Named, ["ADT".to_owned()].as_slice(), 200_000));
        assert!(parse("").expect("nothing").inbound.is_empty());
    }

    #[test]
    fn the_file_of_the_runbook_is_one() {
        let runbook = include_str!("../../../../docs/runbooks/hl7-channels.md");
        let text = runbook.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("its file");
        let file = parse(text).expect("it can be used");
        assert_eq!((file.inbound.len(), file.outbound.len(), file.inbound[0].limits.keep_days), (2, 1, Some(90)));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let cases = [
            (GAM.replace("gam", "g m"), "line 3: a channel's name"),
            (GAM.replace("127.0.0.1:0", "here"), "line 4: write an address"),
            (GAM.replace("live = true\n", ""), "line 2: missing field `live`"),
            (GAM.replace("127.0.0.1:0", "0.0.0.0:2575"), "line 3: this line leaves the machine in the clear"),
            (format!("{GAM}charset = \"EBCDIC\"\n"), "line 7: "),
            (format!("{GAM}patiens = \"kept\"\n"), "line 7: unknown field `patiens`"),
            (format!("{GAM}certificate = \"a.pem\"\n"), "line 3: a certificate goes with its key"),
            (format!("{GAM}authorities = \"a.pem\"\n"), "line 3: callers show certificates"),
            (format!("{GAM}answers = \"nobody\"\n"), "line 3: answers names no outbound channel"),
            (GAM.replace("systems = { HOSP = \"urn:hosp\" }", ""), "line 3: no number"),
            (format!("{GAM}{GAM}"), "line 9: two inbound channels"),
            (LAB.replace("authority = \"ca.pem\"\n", ""), "line 2: this line leaves the machine"),
            (LAB.replace("A01", "B01"), "line 5: B01 is no event"),
            (LAB.replace("lab.example:2575", "lab.example"), "line 3: write HOST:PORT"),
            (LAB.replace("[\"A01\"]", "[]"), "line 2: nothing would go out"),
        ];
        for (text, expected) in cases {
            let why = parse(&text).expect_err(&text);
            assert!(why.starts_with(expected), "{why}\n{text}");
        }
        assert!(parse(&format!("{}clear = true\n", GAM.replace("127.0.0.1:0", "0.0.0.0:2575"))).is_ok(), "clear by decision");
    }
}
