//! A folder of packs: what is named `pack-…` in it is whole.

use crate::failure::{Failure, exit};
use rihla_downtime_pack::{MANIFEST, Manifest, Part};
use ring::digest::{SHA256, digest};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const WHOLE: &str = "pack-";
const PART: &str = ".part-";
/// The largest manifest that is read.
const MANIFEST_MOST: u64 = 4 << 20;
/// The largest page that is read.
const PAGE_MOST: u64 = 256 << 20;

/// One page, in the form in which it lies on the disk.
pub struct Page {
    pub name: String,
    pub bytes: Vec<u8>,
}

pub fn hash(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the pages say of themselves.
pub fn manifest(at: i64, made: String, pages: &[Page]) -> Manifest {
    let part = |page: &Page| Part { name: page.name.clone(), bytes: page.bytes.len() as u64, hash: hash(&page.bytes) };
    Manifest { made, at, parts: pages.iter().map(part).collect() }
}

/// Writes a pack and, once it is whole, removes all but the newest `keep`. `stamp`: sorts packs by their time.
pub fn write(folder: &Path, stamp: &str, told: &Manifest, pages: &[Page], keep: usize) -> io::Result<PathBuf> {
    let make = |folder: &Path| DirBuilder::new().recursive(true).mode(0o700).create(folder);
    make(folder)?;
    // What a stopped process left is no pack.
    for left in named(folder, PART)? {
        fs::remove_dir_all(left)?;
    }
    let (part, whole) = (folder.join(format!("{PART}{stamp}")), folder.join(format!("{WHOLE}{stamp}")));
    make(&part)?;
    let text = told.to_text();
    for (name, bytes) in pages.iter().map(|page| (page.name.as_str(), page.bytes.as_slice())).chain([(MANIFEST, text.as_bytes())]) {
        let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(part.join(name))?;
        out.write_all(bytes)?;
        out.sync_all()?;
    }
    File::open(&part)?.sync_all()?;
    if whole.exists() {
        fs::remove_dir_all(&whole)?;
    }
    fs::rename(&part, &whole)?;
    File::open(folder)?.sync_all()?;
    let mut packs = named(folder, WHOLE)?;
    packs.sort();
    for old in packs.iter().rev().skip(keep.max(1)) {
        fs::remove_dir_all(old)?;
    }
    Ok(whole)
}

fn named(folder: &Path, head: &str) -> io::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(head) && entry.file_type()?.is_dir() {
            out.push(entry.path());
        }
    }
    Ok(out)
}

/// The newest pack of a folder; the folder itself, if it is a pack.
pub fn newest(folder: &Path) -> Result<PathBuf, Failure> {
    if folder.join(MANIFEST).is_file() {
        return Ok(folder.to_owned());
    }
    let packs = named(folder, WHOLE).map_err(|error| Failure::path("cannot read", folder, &error))?;
    let none = || Failure::new(exit::UNSOUND, format!("{} holds no downtime pack: the server writes it with `rihla serve --downtime`", folder.display()));
    packs.into_iter().max().ok_or_else(none)
}

/// What a pack says of itself.
pub fn told(pack: &Path) -> Result<Manifest, Failure> {
    let file = pack.join(MANIFEST);
    let read = File::open(&file).and_then(|from| {
        let mut text = String::new();
        from.take(MANIFEST_MOST).read_to_string(&mut text).map(|_| text)
    });
    let text = read.map_err(|error| Failure::path("cannot read", &file, &error))?;
    Manifest::parse(&text).ok_or_else(|| Failure::new(exit::UNSOUND, format!("{}: the manifest was changed or cut", file.display())))
}

/// A page as it lies there, held against its hash.
pub fn page(pack: &Path, part: &Part) -> Result<Vec<u8>, Failure> {
    let file = pack.join(&part.name);
    let mut bytes = Vec::new();
    let read = File::open(&file).and_then(|from| from.take(PAGE_MOST).read_to_end(&mut bytes));
    read.map_err(|error| Failure::path("cannot read", &file, &error))?;
    if hash(&bytes) != part.hash {
        return Err(Failure::new(exit::UNSOUND, format!("{}: the page was changed or cut since it was written", file.display())));
    }
    Ok(bytes)
}
