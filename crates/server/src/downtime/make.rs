//! Makes packs: reads the record, seals each page, writes the folder, and says how it went.

use super::folder::{self, Page};
use crate::age::{self, Recipient};
use crate::edge::told;
use crate::failure::{Failure, exit};
use crate::node::Node;
use rihla_downtime::{Board, Outcome};
use rihla_downtime_pack::{Listed, Lock, Pack, Source, catch_up, index, listed, ward};
use rihla_kernel::{Actor, Instant, Lang};
use rihla_store::Event;
use rihla_store::body::instant_text;
use rihla_store::trail::EventKind;
use rihla_web::World;
use rihla_web::text::{Html, Voice, Words};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Among the pages, sealed as they are: who is on which.
pub const LIST: &str = "list.html";
/// What came of the last try.
pub const STATUS: &str = "status.txt";
const SEALED: &str = ".age";

/// What `serve` is told of packs.
#[derive(Clone, Debug)]
pub struct DowntimeOptions {
    pub folder: PathBuf,
    /// A second folder, such as a disk of another machine. It may fail.
    pub second: Option<PathBuf>,
    pub minutes: u16,
    pub keep: usize,
    pub lang: Lang,
    /// Recipients of age.
    pub recipients: Vec<String>,
    /// A file with the passphrase of the pages that open themselves.
    pub passphrase: Option<PathBuf>,
}

/// Writes packs of one node.
pub struct Maker {
    node: Node,
    world: World,
    options: DowntimeOptions,
    recipients: Vec<Recipient>,
    lock: Option<Lock>,
    words: Arc<Words>,
    zone: jiff::tz::TimeZone,
    pub board: Board,
}

impl Maker {
    pub fn open(node: &Node, world: World, options: &DowntimeOptions) -> Result<Self, Failure> {
        let wrong = |why: &str| Failure::new(exit::USAGE, format!("--downtime: {why}"));
        let recipient = |text: &String| Recipient::parse(text).ok_or_else(|| wrong(&format!("{text} is no recipient of age: it begins with age1")));
        let recipients = options.recipients.iter().map(recipient).collect::<Result<Vec<_>, _>>()?;
        let lock = options.passphrase.as_ref().map(|file| {
            let text = std::fs::read_to_string(file).map_err(|error| Failure::path("cannot read the passphrase", file, &error))?;
            let mut salt = [0; 16];
            fill(node, &mut salt);
            Lock::new(text.trim_end_matches(['\r', '\n']), salt).map_err(|fault| wrong(&fault.to_string()))
        });
        let lock = lock.transpose()?;
        if recipients.is_empty() && lock.is_none() {
            return Err(wrong("pages are always sealed: say for whom with --downtime-recipient age1…, or name --downtime-passphrase-file FILE"));
        }
        let zone = jiff::tz::TimeZone::get(&node.zone).map_err(|error| Failure::new(exit::FAILED, format!("the time zone {}: {error}", node.zone)))?;
        let board = Board::new(options.folder.display().to_string(), options.second.as_ref().map(|second| second.display().to_string()), options.minutes);
        Ok(Self { node: node.clone(), world, options: options.clone(), recipients, lock, words: words()?, zone, board })
    }

    /// Makes one pack; what came of it stands on the board too.
    pub fn make(&self) -> Result<PathBuf, Failure> {
        let now = self.node.clock.now();
        match self.attempt(now) {
            Ok((whole, second, wards, patients)) => {
                self.leave(&format!("made {}: {wards} wards, {patients} patients\n{}", instant_text(now), second.as_deref().unwrap_or("")));
                self.board.made(Outcome { at: now, wards, patients, second });
                Ok(whole)
            }
            Err(failure) => {
                self.leave(&format!("FAULT {}: {}\n", instant_text(now), failure.line));
                self.board.failed(now, failure.line.clone());
                Err(failure)
            }
        }
    }

    /// For `rihla downtime status`, where no server answers. A full disk leaves the words of before, with their time.
    fn leave(&self, text: &str) {
        if let Err(error) = std::fs::write(self.options.folder.join(STATUS), text) {
            tracing::warn!("{}: {error}", self.options.folder.join(STATUS).display());
        }
    }

    fn attempt(&self, now: Instant) -> Result<(PathBuf, Option<String>, usize, usize), Failure> {
        let voice = Voice::new(self.words.clone(), self.options.lang, self.zone.clone(), now);
        let pack = collect(&self.node, self.world, &voice)?;
        let made = instant_text(now);
        let stamp: String = made.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
        let pages = self.pages(&voice, &pack, &stamp)?;
        let manifest = folder::manifest(now.0, made, &pages);
        // What leaves the record is in the trail before it is there.
        let wards: Vec<&str> = pack.sheets.iter().map(|sheet| sheet.ward.as_str()).collect();
        let patients = pack.sheets.iter().map(|sheet| sheet.patients.len()).sum();
        let (subject, detail) =
            (format!("{}/pack-{stamp}", self.options.folder.display()), format!("downtime: {patients} patients, wards {}", wards.join(" ")));
        self.node.store.note_event(&Event { subject: &subject, detail: &detail, ..Event::of(EventKind::Export, Actor::node("downtime")) });
        let write = |to: &PathBuf| {
            folder::write(to, &stamp, &manifest, &pages, self.options.keep).map_err(|error| Failure::path("cannot write the downtime pack to", to, &error))
        };
        let whole = write(&self.options.folder);
        // A second folder that fails takes nothing from the first, nor the other way round.
        let second = self.options.second.as_ref().and_then(|second| write(second).err()).map(|failure| failure.line);
        if let Some(line) = &second {
            tracing::error!("{line}");
        }
        Ok((whole?, second, pack.sheets.len(), patients))
    }

    fn pages(&self, voice: &Voice, pack: &Pack, stamp: &str) -> Result<Vec<Page>, Failure> {
        let unsaid = |error: &dyn std::fmt::Display| Failure::new(exit::FAILED, format!("a page of the downtime pack: {error}"));
        let mut out = Vec::new();
        for sheet in &pack.sheets {
            let html = ward(voice, pack, sheet).map_err(|error| unsaid(&error))?;
            self.seal(voice, &mut out, stamp, &format!("{}.html", sheet.file()), &sheet.name, &html)?;
        }
        let all = index(voice, pack, ".html").map_err(|error| unsaid(&error))?;
        self.seal(voice, &mut out, stamp, "index.html", &voice.t("sheet-index"), &all)?;
        let late = catch_up(voice, pack).map_err(|error| unsaid(&error))?;
        self.seal(voice, &mut out, stamp, "catch-up.html", &voice.t("sheet-late"), &late)?;
        let lines: Vec<String> = listed(pack).iter().map(Listed::to_line).collect();
        self.seal(voice, &mut out, stamp, LIST, LIST, &format!("<!doctype html><html><pre>\n{}\n</pre></html>", Html::text(lines.join("\n")).as_str()))?;
        Ok(out)
    }

    fn seal(&self, voice: &Voice, out: &mut Vec<Page>, stamp: &str, name: &str, title: &str, html: &str) -> Result<(), Failure> {
        self.for_recipients(out, name, html.as_bytes())?;
        if let Some(lock) = &self.lock {
            let mut nonce = [0; 12];
            fill(&self.node, &mut nonce);
            let page = lock.seal(voice, title, &format!("{stamp} {name}"), html, nonce)?;
            out.push(Page { name: name.to_owned(), bytes: page.into_bytes() });
        }
        Ok(())
    }

    fn for_recipients(&self, out: &mut Vec<Page>, name: &str, plain: &[u8]) -> Result<(), Failure> {
        if self.recipients.is_empty() {
            return Ok(());
        }
        let sealed = age::seal(Vec::new(), &self.recipients, self.node.entropy.as_ref()).and_then(|mut sealer| {
            sealer.write_all(plain)?;
            sealer.finish()
        });
        let bytes = sealed.map_err(|error| Failure::new(exit::FAILED, format!("{name} could not be sealed: {error}")))?;
        out.push(Page { name: format!("{name}{SEALED}"), bytes });
        Ok(())
    }
}

fn collect(node: &Node, world: World, voice: &Voice) -> Result<Pack, Failure> {
    let is_masked = |patient: &str| node.rights.is_masked(patient);
    let source = Source { record: node.for_task("downtime"), country: &node.pack, site: node.site, world, is_masked: &is_masked };
    Ok(rihla_downtime_pack::collect(&source, voice)?)
}

fn fill(node: &Node, bytes: &mut [u8]) {
    for part in bytes.chunks_mut(8) {
        for (to, from) in part.iter_mut().zip(node.entropy.next_u64().to_le_bytes()) {
            *to = from;
        }
    }
}

/// Makes a pack now, and one every so many minutes, until the server ends. What fails is said and tried again the next time.
pub async fn run(maker: Arc<Maker>, mut stopped: watch::Receiver<bool>) {
    let every = Duration::from_secs(60 * u64::from(maker.options.minutes.max(1)));
    loop {
        let making = maker.clone();
        match tokio::task::spawn_blocking(move || making.make()).await {
            Ok(Err(failure)) => tracing::error!("no downtime pack was made: {failure}"),
            Ok(Ok(whole)) => tracing::info!(pack = %whole.display(), "a downtime pack was made"),
            Err(_) => {}
        }
        if tokio::time::timeout(every, told(&mut stopped)).await.is_ok() {
            return;
        }
    }
}

/// Who is in the house now, for the drill; of patients those whose stay is as it was at `at`: what changed since a pack was
/// made cannot be on it.
pub fn present(node: &Node, at: Instant) -> Result<Vec<Listed>, Failure> {
    let voice = Voice::new(words()?, Lang::French, jiff::tz::TimeZone::UTC, node.clock.now());
    let pack = collect(node, World::Production, &voice)?;
    let record = node.for_task("downtime");
    let ty = rihla_fhir::r4::tables().resource_type("Encounter");
    let unchanged = |stay: &str| ty.and_then(|ty| record.read(ty, stay).ok()).is_some_and(|stored| stored.last_updated <= at);
    let mut out = listed(&pack);
    out.retain(|one| match one {
        Listed::Ward { .. } => true,
        Listed::Patient { stay, .. } => unchanged(stay),
    });
    Ok(out)
}

/// The words of the sheets, with those of the shell that names and allergies are told by.
fn words() -> Result<Arc<Words>, Failure> {
    let catalogues: Vec<_> = rihla_web::catalogues().iter().chain([&rihla_downtime_pack::WORDS]).collect();
    let unread = |faults: Vec<String>| Failure::new(exit::FAILED, format!("the words of the sheets cannot be read:\n{}", faults.join("\n")));
    Words::new(&catalogues).map(Arc::new).map_err(unread)
}
