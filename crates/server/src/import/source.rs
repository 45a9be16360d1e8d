//! What there is to import: files, found in folders, cut into units.

use crate::failure::Failure;
use crate::input::{self, Wanted};
use ring::digest::{SHA256, digest};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Lines of one commit: enough to share its cost, few enough that a kill costs little.
const STRETCH: usize = 256 << 10;
/// How much larger than its file a gzip document may be expected to be.
const GZIP_FACTOR: usize = 8;
/// The longest line.
const LONGEST_LINE: u64 = 64 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One JSON document a file.
    Document,
    /// One JSON document a line (<https://github.com/ndjson/ndjson-spec>).
    Lines,
}

/// One file.
#[derive(Debug)]
pub struct Source {
    pub path: PathBuf,
    pub bytes: u64,
    pub kind: Kind,
    gzip: bool,
    /// Tells this state of this file from any other: its place, size and time of change.
    identity: String,
}

/// What is committed at once.
#[derive(Clone, Debug)]
pub struct Unit {
    pub source: Arc<Source>,
    /// The name of the mark that says it is in.
    pub mark: String,
    /// Lines in memory; a document is read when its turn comes.
    pub text: Vec<u8>,
    /// Number of the first line, from 1.
    pub line: u64,
    /// Bytes of the file that it stands for, for the progress bar.
    pub share: u64,
    /// Whether it may be tried again after everything else.
    pub may_wait: bool,
}

const WANTED: Wanted = Wanted { kinds: ".json or .ndjson", only: ".json, .ndjson and .jsonl are taken in" };

/// The files at and below the paths, in the order of their names.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    input::find(paths, &WANTED, &|found| {
        let kind = match found.ending {
            "json" => Kind::Document,
            "ndjson" | "jsonl" => Kind::Lines,
            _ => return Ok(None),
        };
        let (path, about) = (found.path, found.about);
        let place = path.canonicalize().map_err(|error| Failure::path("cannot read", path, &error))?;
        let changed = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_nanos());
        let identity = format!("{}\n{}\n{changed}", place.display(), about.len());
        Ok(Some(Source { path: path.to_owned(), bytes: about.len(), kind, gzip: found.gzip, identity }))
    })
}

impl Source {
    /// The whole file, unpacked.
    pub fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or(0));
        input::reader(&self.path, self.gzip)?.read_to_end(&mut out).map_err(|error| Failure::path("cannot read", &self.path, &error))?;
        Ok(out)
    }

    /// Units begin at the same bytes each time, so the mark of a unit is found again after a kill.
    fn mark(&self, at: u64) -> String {
        let hash = digest(&SHA256, format!("{}\n{at}", self.identity).as_bytes());
        let mut mark = String::from("import:");
        for byte in hash.as_ref().iter().take(16) {
            // Writing to a String cannot fail.
            _ = write!(mark, "{byte:02x}");
        }
        mark
    }
}

/// The units of one file, in order.
pub struct Units {
    source: Arc<Source>,
    lines: Option<BufReader<Box<dyn Read + Send>>>,
    /// Unpacked bytes and lines given out.
    at: u64,
    line: u64,
    ended: bool,
}

impl Units {
    pub fn open(source: Source) -> Result<Self, Failure> {
        let lines = match source.kind {
            Kind::Lines => Some(BufReader::with_capacity(STRETCH, input::reader(&source.path, source.gzip)?)),
            Kind::Document => None,
        };
        Ok(Self { source: Arc::new(source), lines, at: 0, line: 1, ended: false })
    }

    /// Bytes of memory that the next unit's text takes.
    pub fn cost(&self) -> usize {
        let whole = usize::try_from(self.source.bytes).unwrap_or(usize::MAX);
        match self.source.kind {
            Kind::Lines => STRETCH,
            Kind::Document if self.source.gzip => whole.saturating_mul(GZIP_FACTOR),
            Kind::Document => whole,
        }
    }

    pub fn next(&mut self) -> Result<Option<Unit>, Failure> {
        if self.ended {
            return Ok(None);
        }
        let (at, line) = (self.at, self.line);
        let mut text = Vec::new();
        match &mut self.lines {
            None => self.ended = true,
            Some(lines) => {
                text.reserve(STRETCH + (16 << 10));
                while text.len() < STRETCH {
                    let read =
                        lines.take(LONGEST_LINE).read_until(b'\n', &mut text).map_err(|error| Failure::path("cannot read", &self.source.path, &error))?;
                    self.ended = read == 0;
                    if self.ended {
                        break;
                    }
                    self.line += 1;
                }
                self.at += text.len() as u64;
                if text.is_empty() {
                    return Ok(None);
                }
            }
        }
        let share = if self.lines.is_none() { self.source.bytes } else { self.share(text.len() as u64) };
        Ok(Some(Unit { mark: self.source.mark(at), source: Arc::clone(&self.source), text, line, share, may_wait: true }))
    }

    /// For a packed file the share is a guess, so that the bar does not run over.
    fn share(&self, unpacked: u64) -> u64 {
        if self.source.gzip { unpacked / GZIP_FACTOR as u64 } else { unpacked }
    }
}
