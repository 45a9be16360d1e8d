//! Copies of a store, sealed for recipients or in the clear, and the proof that one can be restored.
//!
//! A sealed copy is one age file with a tar in it: what the backup says of itself, the record, the contents. So it can be opened
//! with `age -d` and `tar x` where this program is not at hand.

mod drill;
mod manifest;
mod tar;

pub use drill::drill;
pub use manifest::Manifest;

use crate::age::{self, Identity, Recipient, unreadable};
use crate::failure::{Failure, exit};
use crate::held::{Held, by_its_own_means, is_postgres};
use crate::node::{Node, Options};
use rihla_store::body::push_instant;
use rihla_store_sqlite::figures;
use rihla_web::World;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const RECORD: &str = "record.db";
const BLOBS: &str = "blobs/";
/// How an age file begins.
const SEALED: &[u8] = b"age-encryption.org/";

/// In what form a copy is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nobody said: in the clear where patients are made up, refused where they are real.
    Unsaid,
    Plain,
    /// For these recipients.
    Sealed(Vec<String>),
}

impl Form {
    /// For those named, if any were.
    pub fn of(recipients: Vec<String>) -> Self {
        if recipients.is_empty() { Self::Unsaid } else { Self::Sealed(recipients) }
    }
}

/// Writes a copy of a store that is in use.
pub fn take(node: &Node, file: &Path, form: &Form, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    match form {
        Form::Sealed(recipients) => sealed(node, file, &parsed(recipients)?, say)?,
        Form::Unsaid if world(node)? == World::Production && matches!(node.backend, Held::Sqlite(_)) => {
            let line = "patients of this store are real, so a copy is sealed: say for whom with --to RECIPIENT (`age-keygen` and `rihla keys identity` make one), or say --plain";
            return Err(Failure::new(exit::USAGE, line));
        }
        Form::Unsaid | Form::Plain => copy(node, file, file, say)?,
    }
    say(&format!("backup written to {}", file.display()));
    Ok(0)
}

fn world(node: &Node) -> Result<World, Failure> {
    let kept = node.store.mark(crate::accounts::WORLD)?;
    Ok(kept.and_then(|kept| World::from_tag(&String::from_utf8_lossy(&kept))).unwrap_or(World::Production))
}

fn parsed(recipients: &[String]) -> Result<Vec<Recipient>, Failure> {
    let one = |text: &String| {
        Recipient::parse(text)
            .ok_or_else(|| Failure::new(exit::USAGE, format!("--to {text}: a recipient begins with age1 and is written as age-keygen prints it")))
    };
    recipients.iter().map(one).collect()
}

fn copy(node: &Node, to: &Path, named: &Path, say: &mut dyn FnMut(&str)) -> Result<(), Failure> {
    let mut quarter = 1;
    let written = node.backend.backup(to, &mut |pages, all| {
        while quarter < 4 && pages * 4 >= all * quarter {
            say(&format!("{} %", quarter * 25));
            quarter += 1;
        }
    });
    written.map_err(|fault| Failure::copy(named, fault))
}

/// A folder for its owner alone; what an earlier run left in it is removed.
fn scratch(folder: &Path) -> Result<(), Failure> {
    let made = if folder.exists() { fs::remove_dir_all(folder) } else { Ok(()) }.and_then(|()| DirBuilder::new().recursive(true).mode(0o700).create(folder));
    made.map_err(|error| Failure::path("cannot make", folder, &error))
}

fn sealed(node: &Node, file: &Path, recipients: &[Recipient], say: &mut dyn FnMut(&str)) -> Result<(), Failure> {
    if file.exists() {
        return Err(Failure::new(exit::FAILED, format!("{} exists already. Choose another name; nothing was overwritten", file.display())));
    }
    if let Held::Postgres(_) = node.backend {
        return Err(by_its_own_means().into());
    }
    // Beside the store, where what is in it stands anyway; the place of the backup may be anywhere.
    let place = node.folder.join("backup.part");
    scratch(&place)?;
    let part = file.with_added_extension("part");
    let done = copy(node, &place.join(RECORD), file, say).and_then(|()| pack(node, &place, &part, recipients)).and_then(|()| {
        let named = fs::rename(&part, file).and_then(|()| File::open(parent(file)).and_then(|folder| folder.sync_all()));
        named.map_err(|error| Failure::path("cannot write", file, &error))
    });
    if done.is_err() {
        // The first error is the one to report.
        _ = fs::remove_file(&part);
    }
    fs::remove_dir_all(&place).map_err(|error| Failure::path("cannot remove", &place, &error))?;
    done
}

fn parent(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn pack(node: &Node, place: &Path, part: &Path, recipients: &[Recipient]) -> Result<(), Failure> {
    let record = place.join(RECORD);
    let mut taken = Vec::new();
    push_instant(node.clock.now(), &mut taken);
    let told = Manifest {
        taken: String::from_utf8_lossy(&taken).into_owned(),
        program: env!("CARGO_PKG_VERSION").into(),
        root: node.backend.keeps().vault().root().unwrap_or_default(),
        figures: figures(&record)?,
    };
    let pack = || -> io::Result<()> {
        let out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part)?;
        let mut out = age::seal(BufWriter::new(out), recipients, node.entropy.as_ref())?;
        let text = told.to_text();
        tar::write(&mut out, manifest::NAME, text.len() as u64, &mut text.as_bytes())?;
        put(&mut out, RECORD, &record)?;
        let blobs = place.join(RECORD).with_added_extension("blobs");
        let folders = if blobs.exists() { listed(&blobs)? } else { Vec::new() };
        for folder in folders {
            for content in listed(&folder)? {
                let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                put(&mut out, &format!("{BLOBS}{}/{}", name(&folder), name(&content)), &content)?;
            }
        }
        tar::end(&mut out)?;
        out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    };
    pack().map_err(|error| Failure::path("cannot write", part, &error))
}

fn put(out: &mut dyn Write, name: &str, file: &Path) -> io::Result<()> {
    let mut content = File::open(file)?;
    let length = content.metadata()?.len();
    tar::write(out, name, length, &mut content)
}

fn listed(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

/// Whether a copy is sealed.
fn is_sealed(file: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(file)?.take(SEALED.len() as u64).read_to_end(&mut head)?;
    Ok(head == SEALED)
}

fn identities(file: Option<&Path>) -> Result<Vec<Identity>, Failure> {
    let Some(file) = file else {
        return Err(Failure::new(exit::USAGE, "this backup is sealed: say with --identity FILE where the key is that opens it"));
    };
    let text = fs::read_to_string(file).map_err(|error| Failure::path("cannot read the identity", file, &error))?;
    Identity::parse_file(&text)
        .ok_or_else(|| Failure::new(exit::FAILED, format!("{} holds no identity of age: lines that begin with AGE-SECRET-KEY-1", file.display())))
}

/// Opens a sealed copy into a folder; returns what it says of itself and where the copy in the clear is.
fn unpack(file: &Path, identities: &[Identity], folder: &Path) -> io::Result<(Manifest, PathBuf)> {
    let copy = folder.join(RECORD);
    let blobs = copy.with_added_extension("blobs");
    let mut told = None;
    let mut opener = age::open(BufReader::new(File::open(file)?), identities)?;
    tar::read(&mut opener, &mut |name, _, content| {
        let to = match name.strip_prefix(BLOBS) {
            None if name == manifest::NAME => {
                let mut text = String::new();
                content.take(1 << 16).read_to_string(&mut text)?;
                told = Manifest::parse(&text);
                return Ok(());
            }
            None if name == RECORD => copy.clone(),
            Some(place) if is_content(place) => blobs.join(place),
            _ => return Err(unreadable("what is in the file is no backup")),
        };
        fs::create_dir_all(parent(&to))?;
        let mut out = File::create(to)?;
        io::copy(content, &mut out).map(|_| ())
    })?;
    Ok((told.ok_or_else(|| unreadable("the backup does not say what it holds"))?, copy))
}

/// `aa/aabb…`: nothing else leaves the folder.
fn is_content(place: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    place.split_once('/').is_some_and(|(folder, name)| folder.len() == 2 && name.len() == 64 && hex(folder) && hex(name))
}

/// Makes a store from a copy. No server can be running on it, because it does not exist yet.
pub fn restore(options: &Options, file: &Path, identity: Option<&Path>) -> Result<u8, Failure> {
    if is_postgres(&options.url) {
        return Err(by_its_own_means().into());
    }
    let folder = options.folder()?;
    let told = into(&folder, file, identity)?;
    if let Some(root) = told.map(|told| told.root).filter(|root| !root.is_empty()) {
        println!("what it holds is sealed with the root key {root}, which is not in it");
    }
    println!("restored to {}; `rihla verify` proves it", folder.display());
    Ok(0)
}

/// Restores into a folder that holds no store; returns what the copy says of itself, if it does.
fn into(folder: &Path, file: &Path, identity: Option<&Path>) -> Result<Option<Manifest>, Failure> {
    fs::metadata(file).map_err(|error| Failure::path("cannot read", file, &error))?;
    let restore = |copy: &Path| rihla_store_sqlite::restore(copy, folder).map_err(|fault| Failure::copy(file, fault));
    if !is_sealed(file).map_err(|error| Failure::path("cannot read", file, &error))? {
        return restore(file).map(|()| None);
    }
    let identities = identities(identity)?;
    let place = folder.with_added_extension("restore.part");
    scratch(&place)?;
    let done = unpack(file, &identities, &place).map_err(|error| Failure::path("cannot open the backup", file, &error));
    let done = done.and_then(|(told, copy)| restore(&copy).map(|()| Some(told)));
    fs::remove_dir_all(&place).map_err(|error| Failure::path("cannot remove", &place, &error))?;
    done
}
