//! Files that are named to be taken in: themselves, or those in a folder that end as wanted; plain or packed.

use crate::failure::{Failure, exit};
use flate2::read::MultiGzDecoder;
use std::fs::{self, File, Metadata};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

const BUFFER: usize = 64 << 10;

/// What is taken in, in words.
pub struct Wanted {
    /// A path at which nothing is found: `PATH: no … file, plain or .gz, is there`.
    pub kinds: &'static str,
    /// A file that was named and ends otherwise: `PATH: only … , plain or .gz`.
    pub only: &'static str,
}

/// A file that was found.
pub struct Found<'f> {
    pub path: &'f Path,
    pub about: &'f Metadata,
    /// In small letters, without `.gz`.
    pub ending: &'f str,
    pub gzip: bool,
}

/// The files at and below the paths, in the order of their names. `take`: what becomes of a file; none if it ends otherwise,
/// which is an error for one that was named itself.
pub fn find<T>(paths: &[PathBuf], wanted: &Wanted, take: &dyn Fn(&Found<'_>) -> Result<Option<T>, Failure>) -> Result<Vec<T>, Failure> {
    let mut out = Vec::new();
    for path in paths {
        let before = out.len();
        gather(path, true, wanted, take, &mut out)?;
        if out.len() == before {
            return Err(Failure::new(exit::USAGE, format!("{}: no {} file, plain or .gz, is there", path.display(), wanted.kinds)));
        }
    }
    Ok(out)
}

fn gather<T>(path: &Path, named: bool, wanted: &Wanted, take: &dyn Fn(&Found<'_>) -> Result<Option<T>, Failure>, out: &mut Vec<T>) -> Result<(), Failure> {
    let unreadable = |error| Failure::path("cannot read", path, &error);
    let about = fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        let mut inner = Vec::new();
        for entry in fs::read_dir(path).map_err(unreadable)? {
            inner.push(entry.map_err(unreadable)?.path());
        }
        inner.sort();
        return inner.iter().try_for_each(|path| gather(path, false, wanted, take, out));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let (plain, gzip) = name.strip_suffix(".gz").map_or((name.as_str(), false), |plain| (plain, true));
    let ending = plain.rsplit_once('.').map_or("", |(_, ending)| ending);
    match take(&Found { path, about: &about, ending, gzip })? {
        Some(taken) => out.push(taken),
        None if named => return Err(Failure::new(exit::USAGE, format!("{}: only {}, plain or .gz", path.display(), wanted.only))),
        None => {}
    }
    Ok(())
}

/// A file that is text, whole.
pub fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::path("cannot read", path, &error))
}

/// What a file holds, unpacked.
pub fn reader(path: &Path, gzip: bool) -> Result<Box<dyn Read + Send>, Failure> {
    let file = File::open(path).map_err(|error| Failure::path("cannot read", path, &error))?;
    Ok(if gzip { Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, file))) } else { Box::new(file) })
}
