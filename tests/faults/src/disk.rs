//! A disk that forgets what was not synced, and that can be full.
//!
//! What a program writes stays in memory, seen by its own later reads, until it asks for a sync; so a killed process
//! leaves on the real disk exactly what a loss of power would. A real disk may also have written some of the rest
//! already, in any order and with the last sector torn: with [`Disk::leak`] a seeded part of what is unsynced is written
//! at once as well.

use rihla_kernel::{Entropy, SeededEntropy};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// What a sector holds; a write is torn between sectors, as SQLite expects of disks that are sold today
/// (<https://sqlite.org/psow.html>).
const SECTOR: usize = 512;

/// The file that is written to in the end. Errors are SQLite's result codes.
pub trait Media {
    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), i32>;
    fn write(&self, at: u64, bytes: &[u8]) -> Result<(), i32>;
    fn truncate(&self, size: u64) -> Result<(), i32>;
}

/// One thing that was asked for and is not certain yet.
enum Change {
    Write { at: u64, bytes: Vec<u8> },
    Truncate(u64),
}

/// A file as its program sees it.
#[derive(Default)]
pub struct File {
    changes: Vec<Change>,
    size: Option<u64>,
}

/// All files of one disk, and its faults.
pub struct Disk {
    files: Mutex<HashMap<PathBuf, Arc<Mutex<File>>>>,
    /// Bytes that can be written until the disk is full.
    room: AtomicI64,
    /// Of 256 unsynced writes, how many reach the disk at once.
    leak: AtomicU8,
    entropy: SeededEntropy,
    /// Writes refused because the disk was full.
    refused: Mutex<u64>,
    refusal: Condvar,
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Disk {
    pub fn new(seed: u64) -> Self {
        Self {
            files: Mutex::default(),
            room: AtomicI64::new(i64::MAX),
            leak: AtomicU8::new(0),
            entropy: SeededEntropy::new(seed),
            refused: Mutex::default(),
            refusal: Condvar::new(),
        }
    }

    /// The disk takes this many bytes more; `None`: as many as come. What overwrites needs room too, as on file systems
    /// that never write in place.
    pub fn leave_room(&self, bytes: Option<u32>) {
        self.room.store(bytes.map_or(i64::MAX, i64::from), Ordering::SeqCst);
    }

    /// Has `of_256` of 256 unsynced writes reach the disk at once, some of them torn.
    pub fn leak(&self, of_256: u8) {
        self.leak.store(of_256, Ordering::SeqCst);
    }

    /// How many writes were refused because the disk was full.
    pub fn refused(&self) -> u64 {
        *lock(&self.refused)
    }

    /// Waits until more than `before` writes were refused.
    pub fn wait_refused(&self, before: u64) {
        let waited = self.refusal.wait_while(lock(&self.refused), |refused| *refused <= before);
        drop(waited.unwrap_or_else(|poisoned| poisoned.into_inner()));
    }

    pub fn file(&self, path: &Path) -> Arc<Mutex<File>> {
        lock(&self.files).entry(path.to_path_buf()).or_default().clone()
    }

    pub fn forget(&self, path: &Path) {
        lock(&self.files).remove(path);
    }

    /// Whether a file holds anything, as its program sees it; `None` if it is not known here.
    pub fn holds_data(&self, path: &Path) -> Option<bool> {
        let file = lock(&self.files).get(path).cloned();
        file.and_then(|file| lock(&file).size).map(|size| size > 0)
    }

    /// How many of `wanted` bytes still fit.
    fn take_room(&self, wanted: usize) -> usize {
        let take = |room: i64| if room == i64::MAX { Some(room) } else { Some((room - wanted as i64).max(0)) };
        let before = self.room.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).unwrap_or(0);
        usize::try_from(before).map_or(wanted, |room| room.min(wanted))
    }

    /// How much of a write reaches the disk before it is synced.
    fn leaked(&self, length: usize) -> usize {
        let leak = self.leak.load(Ordering::SeqCst);
        if leak == 0 {
            return 0;
        }
        let [chance, torn, part, ..] = self.entropy.next_u64().to_le_bytes();
        match (chance < leak, torn < 64) {
            (false, _) => 0,
            (true, false) => length,
            (true, true) => (length * usize::from(part) / 256).next_multiple_of(SECTOR).min(length),
        }
    }

    pub fn write(&self, file: &mut File, media: &dyn Media, at: u64, bytes: &[u8]) -> Result<(), i32> {
        let fits = self.take_room(bytes.len());
        let (kept, _) = bytes.split_at(fits);
        let (early, _) = kept.split_at(self.leaked(fits));
        if !early.is_empty() {
            media.write(at, early)?;
        }
        file.size = Some(file.size().max(at + fits as u64));
        file.changes.push(Change::Write { at, bytes: kept.to_vec() });
        if fits == bytes.len() {
            return Ok(());
        }
        *lock(&self.refused) += 1;
        self.refusal.notify_all();
        Err(rusqlite::ffi::SQLITE_FULL)
    }

    pub fn sync(&self, file: &mut File, media: &dyn Media) -> Result<(), i32> {
        for change in file.changes.drain(..) {
            match change {
                Change::Write { at, bytes } => media.write(at, &bytes)?,
                Change::Truncate(size) => media.truncate(size)?,
            }
        }
        Ok(())
    }
}

impl File {
    /// Takes over the size of what is on the disk, if nobody has opened the file before.
    pub fn opened(&mut self, size: u64) {
        self.size.get_or_insert(size);
    }

    pub fn size(&self) -> u64 {
        self.size.unwrap_or(0)
    }

    pub fn truncate(&mut self, size: u64) {
        self.size = Some(size);
        self.changes.push(Change::Truncate(size));
    }

    /// Reads what was written last, synced or not. Returns whether all of it was there; the rest is zeros.
    pub fn read(&self, media: &dyn Media, at: u64, into: &mut [u8]) -> Result<bool, i32> {
        media.read(at, into)?;
        for change in &self.changes {
            match change {
                Change::Write { at: from, bytes } => patch(into, at, bytes, *from),
                Change::Truncate(size) => {
                    let kept = usize::try_from(size.saturating_sub(at)).unwrap_or(usize::MAX).min(into.len());
                    into.iter_mut().skip(kept).for_each(|byte| *byte = 0);
                }
            }
        }
        Ok(at + into.len() as u64 <= self.size())
    }
}

/// Lays `bytes`, which begin at `from`, over a stretch that begins at `at`.
fn patch(into: &mut [u8], at: u64, bytes: &[u8], from: u64) {
    let skip = usize::try_from(at.saturating_sub(from)).unwrap_or(usize::MAX);
    let begin = usize::try_from(from.saturating_sub(at)).unwrap_or(usize::MAX);
    for (to, byte) in into.iter_mut().skip(begin).zip(bytes.iter().skip(skip)) {
        *to = *byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[derive(Default)]
    struct Memory(RefCell<Vec<u8>>);

    impl Media for Memory {
        fn read(&self, at: u64, into: &mut [u8]) -> Result<(), i32> {
            let held = self.0.borrow();
            into.iter_mut().zip(at as usize..).for_each(|(to, at)| *to = held.get(at).copied().unwrap_or(0));
            Ok(())
        }

        fn write(&self, at: u64, bytes: &[u8]) -> Result<(), i32> {
            let mut held = self.0.borrow_mut();
            let (from, end) = (at as usize, at as usize + bytes.len());
            let longer = held.len().max(end);
            held.resize(longer, 0);
            held[from..end].copy_from_slice(bytes);
            Ok(())
        }

        fn truncate(&self, size: u64) -> Result<(), i32> {
            self.0.borrow_mut().resize(size as usize, 0);
            Ok(())
        }
    }

    fn seen(file: &File, media: &Memory, at: u64, length: usize) -> (Vec<u8>, bool) {
        let mut out = vec![9; length];
        let whole = file.read(media, at, &mut out).expect("reads");
        (out, whole)
    }

    #[test]
    fn the_program_sees_its_writes_and_the_disk_only_what_was_synced() {
        let (disk, media, mut file) = (Disk::new(1), Memory::default(), File::default());
        file.opened(0);
        disk.write(&mut file, &media, 0, b"abcdef").expect("writes");
        disk.sync(&mut file, &media).expect("syncs");
        disk.write(&mut file, &media, 4, b"XYZ").expect("writes");
        file.truncate(6);
        disk.write(&mut file, &media, 8, b"!").expect("writes");
        assert_eq!(seen(&file, &media, 0, 9), (b"abcdXY\0\0!".to_vec(), true));
        assert_eq!(seen(&file, &media, 5, 6), (b"Y\0\0!\0\0".to_vec(), false));
        assert_eq!(*media.0.borrow(), b"abcdef");
        disk.sync(&mut file, &media).expect("syncs");
        assert_eq!(*media.0.borrow(), b"abcdXY\0\0!");
    }

    #[test]
    fn a_full_disk_takes_what_fits_and_says_so() {
        let (disk, media, mut file) = (Disk::new(1), Memory::default(), File::default());
        disk.leave_room(Some(4));
        assert_eq!(disk.write(&mut file, &media, 0, b"abc"), Ok(()));
        assert_eq!(disk.write(&mut file, &media, 3, b"def"), Err(rusqlite::ffi::SQLITE_FULL));
        assert_eq!(seen(&file, &media, 0, 4), (b"abcd".to_vec(), true));
        disk.leave_room(None);
        assert_eq!(disk.write(&mut file, &media, 3, b"def"), Ok(()));
    }

    #[test]
    fn leaks_are_whole_sectors_of_some_of_the_writes() {
        let (disk, media, mut file) = (Disk::new(7), Memory::default(), File::default());
        disk.leak(128);
        for at in 0..64u64 {
            disk.write(&mut file, &media, at * 4096, &[1; 4096]).expect("writes");
        }
        let held = media.0.borrow();
        let sectors: Vec<bool> = held.chunks(512).map(|sector| sector.iter().all(|byte| *byte == 1)).collect();
        assert!(held.chunks(512).zip(&sectors).all(|(sector, written)| *written || sector.iter().all(|byte| *byte == 0)));
        let pages: Vec<usize> = sectors.chunks(8).map(|page| page.iter().filter(|written| **written).count()).collect();
        assert!(pages.contains(&0) && pages.contains(&8) && pages.iter().any(|count| (1..8).contains(count)), "{pages:?}");
    }
}
