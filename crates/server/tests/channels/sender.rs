//! Another system, as it looks from outside: a connection, messages in frames, answers.

use rihla_exchange::queue::{Counts, Find, Found, State};
use rihla_exchange_console::Channel;
use rihla_testkit::{Folder, TestSite};
use std::path::PathBuf;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const NUMBERS: &str = "urn:example:hosp";

/// A file of channels, in a folder that goes with it.
pub struct File(Folder, PathBuf);

impl File {
    pub fn new(text: &str) -> Self {
        let folder = Folder::new();
        let path = folder.path().join("channels.toml");
        std::fs::write(&path, text).expect("written");
        Self(folder, path)
    }

    pub fn path(&self) -> PathBuf {
        assert!(self.0.path().exists());
        self.1.clone()
    }
}

/// One inbound channel of real care.
pub fn inbound(name: &str, patients: &str) -> String {
    format!("[[inbound]]\nname = \"{name}\"\nlisten = \"127.0.0.1:0\"\nlive = true\npatients = \"{patients}\"\nsystems = {{ HOSP = \"{NUMBERS}\" }}\n")
}

pub async fn site(file: &File) -> TestSite {
    let path = file.path();
    TestSite::with(|serve| serve.channels = Some(path)).await
}

/// A ward of four beds, by the codes of the sender: `CARD^1^A` to `CARD^1^D`.
pub async fn ward(site: &TestSite) {
    let of = |id: &str, level: &str, code: &str, more: &str| {
        format!(
            r#"{{"resourceType":"Location","id":"{id}","identifier":[{{"system":"urn:example:places","value":"{code}"}}],"name":"{id}","physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"{level}"}}]}}{more}}}"#
        )
    };
    let mut client = site.client().await;
    assert_eq!(client.put("Location/card", &of("card", "wa", "CARD", "")).await.status, 201);
    for bed in ["a", "b", "c", "d"] {
        let (id, code) = (format!("card-{bed}"), format!("CARD^1^{}", bed.to_uppercase()));
        let reply = client.put(&format!("Location/{id}"), &of(&id, "bd", &code, r#","partOf":{"reference":"Location/card"}"#)).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
    }
}

/// One movement as it is told: times of 15 January 2026 by the sender's clock, `HHMM`.
#[derive(Clone, Copy, Default)]
pub struct Move<'m> {
    pub event: &'m str,
    pub control_id: &'m str,
    pub number: &'m str,
    pub name: &'m str,
    pub stay: &'m str,
    /// PV1-3.
    pub place: &'m str,
    /// EVN-6, and ZBE-2 where there is a movement.
    pub at: &'m str,
    /// ZBE-1; none without.
    pub movement: &'m str,
    /// ZBE-4 to ZBE-6; `INSERT|N|` unless said.
    pub action: &'m str,
    /// PV1-2, I unless said; PV1-7; PV1-36.
    pub class: &'m str,
    pub doctor: &'m str,
    pub disposition: &'m str,
}

impl Move<'_> {
    pub fn text(&self) -> String {
        let Self { event, control_id, number, name, stay, place, at, movement, .. } = self;
        let or = |text: &str, usual: &str| if text.is_empty() { usual.to_owned() } else { text.to_owned() };
        let mut pv1 = vec![String::new(); 46];
        for (field, text) in [(1, "1"), (2, &or(self.class, "I")), (3, place), (7, self.doctor), (19, &format!("{stay}^^^HOSP^VN")), (36, self.disposition)] {
            pv1[field] = text.to_owned();
        }
        let at = format!("20260115{at}00");
        let zbe = if movement.is_empty() { String::new() } else { format!("ZBE|{movement}^GAM|{at}||{}\r", or(self.action, "INSERT|N|")) };
        format!(
            "MSH|^~\\&|GAM|CHR|RIHLA|CHR|{at}||ADT^{event}|{control_id}|T|2.5\rEVN|{event}|{at}||||{at}\rPID|1||{number}^^^HOSP^PI||{name}||19840517|F\rPV1{}\r{zbe}",
            pv1.join("|")
        )
    }
}

/// `name` as PID-5 writes it.
pub fn adt(event: &str, control_id: &str, number: &str, name: &str) -> String {
    format!(
        "MSH|^~\\&|GAM|CHR|RIHLA|CHR|20260115080000||ADT^{event}|{control_id}|T|2.5\rEVN|{event}|20260115080000\r\
         PID|1||{number}^^^HOSP^PI||{name}||19840517|F\rPV1|1|I|CARD^1^A||||||||||||||||S{control_id}^^^HOSP^VN\r"
    )
}

pub struct Sender(TcpStream);

impl Sender {
    pub async fn call(address: &str) -> Self {
        Self(TcpStream::connect(address).await.expect("the line is open"))
    }

    /// Sends a frame; the answer's text.
    pub async fn send(&mut self, content: &str) -> String {
        let frame = [&[0x0B], content.as_bytes(), &[0x1C, 0x0D]].concat();
        self.0.write_all(&frame).await.expect("sent");
        read(&mut self.0).await
    }
}

/// The content of the next frame.
pub async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(&[0x1C, 0x0D]) {
        bytes.push(stream.read_u8().await.expect("the frame is not cut"));
    }
    String::from_utf8(bytes[1..bytes.len() - 2].to_vec()).expect("text")
}

/// MSA-1 of an answer.
pub fn code(answer: &str) -> &str {
    answer.split('\r').find_map(|segment| segment.strip_prefix("MSA|")).and_then(|msa| msa.split('|').next()).expect("an acknowledgement")
}

/// Comes back once the counts of a channel are as they should be.
pub async fn until(channel: &Channel, fits: impl Fn(Counts) -> bool) {
    let mut changes = channel.queue.changes();
    while !fits(channel.queue.counts()) {
        changes.changed().await.expect("the queue is there");
    }
}

/// The one message of a control id, in a state.
pub fn found(channel: &Channel, control_id: &str, state: State) -> Found {
    let find = Find { control_id: control_id.to_owned(), state: Some(state), ..Find::default() };
    let (mut found, _) = channel.queue.find(&find, 10).expect("the journal is read");
    assert_eq!(found.len(), 1, "{control_id} {state:?}");
    found.remove(0)
}
