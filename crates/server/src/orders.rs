//! What an operator can have done to a store: by a command that owns it, or by the server that runs on it.

use crate::audit::{self, AuditExport};
use crate::backup::{self, Form};
use crate::downtime;
use crate::export;
use crate::failure::{Failure, exit};
use crate::figures;
use crate::forecast;
use crate::modules;
use crate::node::{Node, Options};
use rihla_kernel::{Actor, Instant};
use rihla_store::Event;
use rihla_store::trail::EventKind;
use std::path::{Path, PathBuf};

/// One order. As text it is one line: a word, and a path if it takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    Verify,
    Rebuild,
    Backup(PathBuf, Form),
    Export(PathBuf),
    AuditExport(AuditExport),
    /// Who is in the house, as far as they were by then (milliseconds since 1970), for the drill of the downtime pack.
    Present(i64),
    /// The facts behind the figures, made anew, or only checked.
    Indicators {
        check: bool,
    },
    /// `train`, `off` or `on` ([`crate::forecast`]).
    Forecast(forecast::Act),
    Status,
    Shutdown,
}

impl Order {
    pub fn to_line(&self) -> String {
        match self {
            Self::Verify => "verify".into(),
            Self::Rebuild => "rebuild".into(),
            Self::Backup(path, Form::Unsaid) => format!("backup {}", path.display()),
            Self::Backup(path, Form::Plain) => format!("backup-plain {}", path.display()),
            Self::Backup(path, Form::Sealed(recipients)) => format!("backup-to {} {}", recipients.join(","), path.display()),
            Self::Export(path) => format!("export {}", path.display()),
            Self::AuditExport(order) => format!("audit-export {}", order.to_words()),
            Self::Present(at) => format!("present {at}"),
            Self::Indicators { check } => if *check { "indicators-check" } else { "indicators" }.into(),
            Self::Forecast(act) => format!("forecast {}", act.word()),
            Self::Status => "status".into(),
            Self::Shutdown => "shutdown".into(),
        }
    }

    pub fn parse(line: &str) -> Option<Self> {
        match line.trim_end_matches(['\r', '\n']).split_once(' ').unwrap_or((line.trim_end(), "")) {
            ("verify", "") => Some(Self::Verify),
            ("rebuild", "") => Some(Self::Rebuild),
            ("backup", path) if !path.is_empty() => Some(Self::Backup(path.into(), Form::Unsaid)),
            ("backup-plain", path) if !path.is_empty() => Some(Self::Backup(path.into(), Form::Plain)),
            ("backup-to", rest) => {
                let (recipients, path) = rest.split_once(' ').filter(|(_, path)| !path.is_empty())?;
                Some(Self::Backup(path.into(), Form::Sealed(recipients.split(',').map(str::to_owned).collect())))
            }
            ("export", path) if !path.is_empty() => Some(Self::Export(path.into())),
            ("audit-export", words) => AuditExport::parse(words).map(Self::AuditExport),
            ("present", at) => at.parse().ok().map(Self::Present),
            ("indicators", "") => Some(Self::Indicators { check: false }),
            ("indicators-check", "") => Some(Self::Indicators { check: true }),
            ("forecast", word) => forecast::Act::of(word).map(Self::Forecast),
            ("status", "") => Some(Self::Status),
            ("shutdown", "") => Some(Self::Shutdown),
            _ => None,
        }
    }
}

/// Carries an order out, saying what it finds line by line; returns the exit code. `Shutdown` is the caller's to do.
pub fn execute(node: &Node, order: &Order, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    note(node, order);
    match order {
        Order::Verify => verify(node, say),
        Order::Rebuild => rebuild(node, say),
        Order::Backup(file, form) => backup::take(node, file, form, say),
        Order::Export(dir) => export::write(node, dir, say).map(|()| 0),
        Order::AuditExport(order) => audit::export(node, order, say).map(|()| 0),
        Order::Present(at) => {
            downtime::present(node, Instant(*at))?.iter().for_each(|one| say(&one.to_line()));
            Ok(0)
        }
        Order::Indicators { check } => figures::recompute(node, *check, say),
        Order::Forecast(act) => forecast::execute(node, *act, say),
        Order::Status => status(node, say),
        Order::Shutdown => Ok(0),
    }
}

/// What takes data out of the record is in the audit trail.
fn note(node: &Node, order: &Order) {
    let (kind, path) = match order {
        Order::Backup(file, _) => (EventKind::Backup, file),
        Order::Export(dir) => (EventKind::Export, dir),
        _ => return,
    };
    node.store.note_event(&Event { subject: &path.display().to_string(), ..Event::of(kind, Actor::node("operator")) });
}

/// Versions between two lines that say how far a long order is.
const STEP: u64 = 100_000;

/// Repeats a count each time that it has grown by a step.
pub(crate) fn stepwise(say: &mut dyn FnMut(&str), what: &str) -> impl FnMut(u64) {
    let mut next = STEP;
    move |done| {
        if done >= next {
            say(&format!("{done} {what}"));
            next = done - done % STEP + STEP;
        }
    }
}

fn verify(node: &Node, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let report = node.backend.verify(node.store.indexer(), &mut stepwise(say, "versions looked at"))?;
    say(&format!("versions       {}", report.versions));
    say(&format!("resources      {}", report.resources));
    say(&format!("index keys     {}", report.keys));
    say(&format!("audit entries  {} in {} bytes", report.audit_entries, report.audit_bytes));
    say(&format!("dangling       {} names are referred to but hold nothing", report.dangling));
    for fault in &report.faults {
        say(&format!("FAULT  {fault}"));
    }
    say(if report.faults.is_empty() { "clean: log, index, counts and audit chain agree" } else { "NOT CLEAN" });
    Ok(if report.faults.is_empty() { 0 } else { exit::UNSOUND })
}

fn rebuild(node: &Node, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    node.backend.rebuild(node.store.indexer(), &mut stepwise(say, "versions indexed"))?;
    say("the index was made anew from the log");
    Ok(0)
}

fn status(node: &Node, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let status = node.store.status()?;
    say(&format!("resources       {}", status.resources));
    say(&format!("versions        {}", status.versions));
    say(&format!("bytes on disk   {}", status.bytes_on_disk));
    say(&format!("keys in memory  {}", status.keys_in_memory));
    say(&format!("newest row      {}", status.tick));
    say(&format!("modules         {}", modules::line_of_own()));
    Ok(0)
}

/// Has the order done by the server on this store, or, where none runs, by this process. Lines go to standard output.
pub fn give(options: &Options, order: &Order) -> Result<u8, Failure> {
    own_or_running(options, &order.to_line(), &mut |line| println!("{line}"), |node, say| execute(node, order, say))
}

/// The same for any order, as the line by which a server knows it and as what this process does.
pub(crate) fn own_or_running(
    options: &Options,
    line: &str,
    say: &mut dyn FnMut(&str),
    act: impl FnOnce(&Node, &mut dyn FnMut(&str)) -> Result<u8, Failure>,
) -> Result<u8, Failure> {
    if let Some(connection) = crate::admin::connect(&options.socket()?) {
        return crate::admin::ask(connection, line, say);
    }
    if Order::parse(line) == Some(Order::Shutdown) {
        return Err(Failure::new(exit::IN_USE, "no server runs on this store"));
    }
    if !crate::held::is_postgres(&options.url) && !options.folder()?.is_dir() {
        return Err(Failure::new(exit::FAILED, format!("there is no store at {}", options.url)));
    }
    let node = Node::open(options)?;
    let done = act(&node, say);
    node.close()?;
    done
}

/// A path that means the same to the server, which stands in another folder.
pub fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::path("cannot use", path, &error))
}
