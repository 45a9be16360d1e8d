//! `rihla audit export`: entries as AuditEvent for whoever reads them, and the chain with its heads for whoever proves it.

use crate::failure::{Failure, exit};
use crate::node::Node;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rihla_audit::push_event;
use rihla_fhir::base64;
use rihla_fhir::r4::tables;
use rihla_kernel::{Actor, ActorKind, Instant};
use rihla_store::Event;
use rihla_store::trail::{EventKind, TrailQuestion};
use rihla_store_engine::audit::head_marks;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The whole chain, one link a line.
pub const LINKS: &str = "links.ndjson";
/// The signed heads, one a line.
pub const HEADS: &str = "heads.txt";
const EVENTS: &str = "AuditEvent.ndjson";

/// What is written where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditExport {
    pub dir: PathBuf,
    pub patient: Option<String>,
    pub actor: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// Between the words of an order's line.
const BETWEEN: char = '\u{1f}';

impl AuditExport {
    pub fn to_words(&self) -> String {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        let dir = self.dir.display().to_string();
        [dir, or_empty(&self.patient), or_empty(&self.actor), or_empty(&self.from), or_empty(&self.to)].join(&BETWEEN.to_string())
    }

    pub fn parse(words: &str) -> Option<Self> {
        let words: Vec<&str> = words.split(BETWEEN).collect();
        let [dir, patient, actor, from, to] = words.try_into().ok()?;
        let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (!dir.is_empty()).then(|| Self { dir: dir.into(), patient: told(patient), actor: told(actor), from: told(from), to: told(to) })
    }

    pub fn check(&self) -> Result<(), String> {
        for (name, day) in [("--from", &self.from), ("--to", &self.to)] {
            if day.as_ref().is_some_and(|day| day.parse::<Date>().is_err()) {
                return Err(format!("{name}: write a day as in 2026-01-31"));
            }
        }
        Ok(())
    }

    fn question(&self, node: &Node) -> Result<TrailQuestion, Failure> {
        let zone = TimeZone::get(&node.zone).unwrap_or(TimeZone::UTC);
        let day = |day: &Option<String>| -> Option<Instant> {
            let begins = day.as_ref()?.parse::<Date>().ok()?.to_zoned(zone.clone()).ok()?;
            Some(Instant(begins.timestamp().as_millisecond()))
        };
        let patient = match &self.patient {
            Some(id) => {
                let ty = tables().resource_type("Patient").ok_or_else(|| Failure::new(exit::FAILED, "no patients are known to this program"))?;
                Some(node.store.key_for_platform(ty, id)?.ok_or_else(|| Failure::new(exit::FAILED, format!("--patient {id}: no such patient")))?)
            }
            None => None,
        };
        let actor = self.actor.as_deref().map(|name| named(node, name)).transpose()?;
        Ok(TrailQuestion { patient, actor, from: day(&self.from), to: day(&self.to), before: None, limit: PAGE })
    }
}

fn named(node: &Node, name: &str) -> Result<Actor, Failure> {
    let backend = node.backend.shared();
    for kind in [ActorKind::Person, ActorKind::System, ActorKind::Node] {
        let actor = Actor::new(kind, name);
        if backend.trail().number_of(&actor)?.is_some() {
            return Ok(actor);
        }
    }
    Err(Failure::new(exit::FAILED, format!("--actor {name}: nobody of this name has done anything")))
}

/// Entries read at once.
const PAGE: usize = 2_000;
/// Links read at once.
const STEP: i64 = 256;

/// Writes the files and says what they hold.
pub fn write(node: &Node, order: &AuditExport, say: &mut dyn FnMut(&str)) -> Result<(), Failure> {
    order.check().map_err(|wrong| Failure::new(exit::USAGE, wrong))?;
    let question = order.question(node)?;
    fs::create_dir_all(&order.dir).map_err(|error| Failure::path("cannot make", &order.dir, &error))?;
    node.store.note_event(&Event { subject: "audit trail", patient: order.patient.as_deref(), ..Event::of(EventKind::Export, Actor::node("audit-export")) });
    // Heads first: none of them speaks of a link that is not written.
    let heads = node.store.marks(head_marks())?;
    let mut file = Out::make(&order.dir, HEADS)?;
    for (_, head) in &heads {
        file.line(head)?;
    }
    file.end()?;
    let links = write_links(node, &order.dir)?;
    let events = write_events(node, &order.dir, question)?;
    say(&format!("{events} entries, {links} links and {} heads written to {}", heads.len(), order.dir.display()));
    say("`rihla audit verify DIR` proves them anywhere");
    Ok(())
}

struct Out {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Out {
    fn make(dir: &Path, name: &str) -> Result<Self, Failure> {
        let path = dir.join(name);
        let file = File::create(&path).map_err(|error| Failure::path("cannot write", &path, &error))?;
        Ok(Self { path, file: BufWriter::new(file) })
    }

    fn line(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file.write_all(bytes).and_then(|()| self.file.write_all(b"\n")).map_err(|error| Failure::path("cannot write", &self.path, &error))
    }

    fn end(mut self) -> Result<(), Failure> {
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(|error| Failure::path("cannot write", &self.path, &error))
    }
}

fn write_links(node: &Node, dir: &Path) -> Result<i64, Failure> {
    let backend = node.backend.shared();
    let last = backend.trail().end()?.0;
    let mut file = Out::make(dir, LINKS)?;
    let mut count = 0;
    for from in (1..=last).step_by(STEP as usize) {
        let mut lines = Vec::new();
        backend.trail().links(from, last.min(from + STEP - 1), &mut |number, entries, hash| {
            let mut line = format!(r#"{{"link":"{number}","entries":""#).into_bytes();
            base64::encode_into(entries, &mut line);
            line.extend_from_slice(br#"","hash":""#);
            base64::encode_into(hash, &mut line);
            line.extend_from_slice(br#""}"#);
            lines.push(line);
        })?;
        count += lines.len() as i64;
        lines.iter().try_for_each(|line| file.line(line))?;
    }
    file.end()?;
    Ok(count)
}

fn write_events(node: &Node, dir: &Path, mut question: TrailQuestion) -> Result<usize, Failure> {
    let mut file = Out::make(dir, EVENTS)?;
    let mut count = 0;
    loop {
        let page = node.store.trail(&question)?;
        for seen in &page.entries {
            let mut line = Vec::new();
            push_event(seen, "rihla", &mut line);
            file.line(&line)?;
        }
        count += page.entries.len();
        match page.next {
            Some(next) => question.before = Some(next),
            None => break,
        }
    }
    file.end()?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_comes_back_from_its_words() {
        let order = AuditExport { dir: "/tmp/a b".into(), patient: Some("p1".into()), actor: None, from: Some("2026-01-31".into()), to: None };
        assert_eq!(AuditExport::parse(&order.to_words()), Some(order.clone()));
        assert_eq!((AuditExport::parse("x"), order.check()), (None, Ok(())));
        assert!(AuditExport { to: Some("yesterday".into()), ..order }.check().is_err());
    }
}
