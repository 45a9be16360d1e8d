//! Opening a pack where no server is: `rihla downtime open`.

use super::folder;
use crate::age::{self, Identity};
use crate::failure::{Failure, exit};
use rihla_downtime_pack::{Part, unlock};
use std::fs::{DirBuilder, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// What opens pages.
pub enum Key {
    Identities(Vec<Identity>),
    Passphrase(String),
}

impl Key {
    /// From a file of identities, or a passphrase as the first line of standard input.
    pub fn read(identity: Option<&Path>) -> Result<Self, Failure> {
        let Some(file) = identity else {
            eprintln!("passphrase:");
            let mut line = String::new();
            let read = std::io::stdin().read_line(&mut line);
            read.map_err(|error| Failure::new(exit::USAGE, format!("no passphrase was read: {error}")))?;
            return Ok(Self::Passphrase(line.trim_end_matches(['\r', '\n']).to_owned()));
        };
        let text = std::fs::read_to_string(file).map_err(|error| Failure::path("cannot read the key", file, &error))?;
        let none = || Failure::new(exit::FAILED, format!("{} holds no identity of age: lines that begin with AGE-SECRET-KEY-1", file.display()));
        Ok(Self::Identities(Identity::parse_file(&text).ok_or_else(none)?))
    }

    /// The name of a page once it is open; `None`: it is sealed for another kind of key.
    pub fn opens<'p>(&self, part: &'p Part) -> Option<&'p str> {
        match self {
            Self::Identities(_) => part.name.strip_suffix(".age"),
            Self::Passphrase(_) => part.name.ends_with(".html").then_some(part.name.as_str()),
        }
    }

    pub fn open(&self, name: &str, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        let failed = |why: String| Failure::new(exit::FAILED, format!("{name}: {why}"));
        match self {
            Self::Identities(all) => {
                let mut out = Vec::new();
                age::open(bytes, all).and_then(|mut opener| opener.read_to_end(&mut out)).map_err(|error| failure_of(name, &error))?;
                Ok(out)
            }
            Self::Passphrase(passphrase) => {
                let page = std::str::from_utf8(bytes).map_err(|error| failed(error.to_string()))?;
                unlock(page, passphrase).map(String::into_bytes).map_err(|fault| failed(fault.to_string()))
            }
        }
    }
}

fn failure_of(name: &str, error: &std::io::Error) -> Failure {
    Failure::new(exit::FAILED, format!("{name}: {error}"))
}

/// Opens the newest pack of a folder: all of it into `into`, or the page of one ward to standard output.
pub fn open(from: &Path, key: &Key, into: Option<&Path>, ward: Option<&str>) -> Result<u8, Failure> {
    let pack = folder::newest(from)?;
    let told = folder::told(&pack)?;
    eprintln!("the pack of {}: what happened since is not in it", told.made);
    let parts: Vec<(&Part, &str)> = told.parts.iter().filter_map(|part| key.opens(part).map(|name| (part, name))).collect();
    if parts.is_empty() {
        return Err(Failure::new(exit::FAILED, "no page of this pack is sealed for that kind of key: try --identity FILE, or --passphrase"));
    }
    if let Some(ward) = ward {
        let file = rihla_downtime_pack::Sheet { ward: ward.to_owned(), ..Default::default() }.file();
        let is = |name: &str| [format!("{file}.html"), format!("{ward}.html")].iter().any(|one| one == name);
        let found = parts.iter().find(|(_, name)| is(name));
        let known = || parts.iter().map(|(_, name)| name.trim_end_matches(".html")).collect::<Vec<_>>().join(", ");
        let (part, name) = found.ok_or_else(|| Failure::new(exit::USAGE, format!("--ward {ward}: the pack has {}", known())))?;
        let plain = key.open(name, &folder::page(&pack, part)?)?;
        let mut out = std::io::stdout().lock();
        return out.write_all(&plain).and_then(|()| out.flush()).map(|()| 0).map_err(|error| failure_of(name, &error));
    }
    let Some(into) = into else {
        return Err(Failure::new(exit::USAGE, "say where the pages go with --into DIR, or which ward is printed with --ward"));
    };
    let failed = |error: std::io::Error| Failure::path("cannot write to", into, &error);
    DirBuilder::new().recursive(true).mode(0o700).create(into).map_err(failed)?;
    for (part, name) in parts {
        let plain = key.open(name, &folder::page(&pack, part)?)?;
        let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(into.join(name)).map_err(failed)?;
        out.write_all(&plain).map_err(failed)?;
        println!("{name}");
    }
    eprintln!("these pages are in the clear: remove {} when the downtime is over", into.display());
    Ok(0)
}
