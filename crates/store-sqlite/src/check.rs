//! Is a folder fit to carry a record? Looks and measures; leaves nothing behind.

use crate::fault;
use rihla_kernel::Fault;
use rihla_store_engine::check::{Finding, Judge, Level, Rule, median};
use rihla_store_engine::place::{file_system, free_gib};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
enum Ask {
    FileSystem,
    MountOptions,
    /// GiB.
    Free,
    /// The folder's mode, in octal.
    Mode,
    /// That of the record's file.
    FileMode,
    /// Whether this user can write here.
    Writable,
    /// Milliseconds, the median of some.
    Flush,
}

const fn rule(name: &'static str, ask: Ask, judge: Judge, unit: &'static str, advice: &'static str, source: &'static str) -> Rule<Ask> {
    Rule { name, ask, judge, unit, advice, source }
}

/// Network file systems, whose locks and shared memory the write-ahead log cannot rely on, and such as are gone with the power.
const FAR: &[&str] = &["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs", "tmpfs", "ramfs"];

const RULES: &[Rule<Ask>] = &[
    rule(
        "file system",
        Ask::FileSystem,
        Judge::NoneOf(FAR, Level::Unfit),
        "",
        "Put the store on a disk of this machine: SQLite's log does not work over a network, and memory does not last.",
        "https://www.sqlite.org/wal.html",
    ),
    rule(
        "container layer",
        Ask::FileSystem,
        Judge::NoneOf(&["overlay", "aufs"], Level::Warning),
        "",
        "Mount a volume for the store: a container's own layer goes with the container.",
        "https://docs.docker.com/engine/storage/",
    ),
    rule(
        "write barriers",
        Ask::MountOptions,
        Judge::OneOf(&["on"], Level::Unfit),
        "",
        "Mount it without nobarrier and barrier=0: without barriers a power cut destroys what was flushed.",
        "https://man7.org/linux/man-pages/man5/ext4.5.html",
    ),
    rule(
        "free space",
        Ask::Free,
        Judge::AtLeast(1.0, 10.0),
        "GiB",
        "Make room before the disk is full: then nothing can be written any more.",
        "https://www.sqlite.org/rescode.html#full",
    ),
    rule(
        "may be written",
        Ask::Writable,
        Judge::OneOf(&["yes"], Level::Unfit),
        "",
        "Give the folder to the user who runs the node.",
        "https://www.sqlite.org/wal.html",
    ),
    rule(
        "rights of the folder",
        Ask::Mode,
        Judge::OneOf(&["700", "500", "not there yet"], Level::Warning),
        "",
        "chmod 700: nobody else on this machine may read patients' data.",
        "https://www.sqlite.org/security.html",
    ),
    rule(
        "rights of the record",
        Ask::FileMode,
        Judge::OneOf(&["600", "640", "644", "400", "440", "444", "not there yet"], Level::Unfit),
        "",
        "chmod 600: others may change the record behind the program's back.",
        "https://www.sqlite.org/security.html",
    ),
    rule(
        "flush",
        Ask::Flush,
        Judge::AtMost(10.0, 50.0),
        "ms",
        "Use a disk that flushes faster: whoever saves waits for one flush.",
        "https://www.sqlite.org/atomiccommit.html#_flushing_changes_to_mass_storage",
    ),
];

/// Times that a flush is measured.
const TIMES: usize = 21;

/// Checks the folder of a store, or the one in which it would be made.
pub fn check(folder: &Path) -> Result<Vec<Finding>, Fault> {
    let folder = std::path::absolute(folder).map_err(|error| fault::io(&error))?;
    let there = folder.ancestors().find(|part| part.is_dir()).unwrap_or(Path::new("/"));
    let real = there.canonicalize().map_err(|error| fault::io(&error))?;
    Ok(RULES.iter().map(|rule| rule.judged(found(rule.ask, &folder, &real))).collect())
}

/// `there`: the folder itself, or the nearest that exists.
fn found(ask: Ask, folder: &Path, there: &Path) -> Option<String> {
    let mount = || file_system(&fs::read_to_string("/proc/self/mountinfo").ok()?, there);
    match ask {
        Ask::FileSystem => mount().map(|(kind, _)| kind),
        Ask::MountOptions => {
            mount().map(|(_, options)| if options.split(',').any(|one| matches!(one, "nobarrier" | "barrier=0")) { "off" } else { "on" }.into())
        }
        Ask::Free => {
            let said = Command::new("df").arg("-Pk").arg(there).output().ok()?.stdout;
            free_gib(&String::from_utf8_lossy(&said)).map(|free| format!("{free:.1}"))
        }
        Ask::Mode => Some(mode(folder)),
        Ask::FileMode => Some(mode(&folder.join("record.db"))),
        Ask::Writable => Some(if flush(there, 1).is_some() { "yes" } else { "no" }.into()),
        Ask::Flush => flush(there, TIMES).map(|time| format!("{time:.2}")),
    }
}

fn mode(path: &Path) -> String {
    fs::metadata(path).map_or_else(|_| "not there yet".into(), |found| format!("{:o}", found.permissions().mode() & 0o777))
}

/// How long a small write takes to be on the disk; `None` if nothing can be written here.
fn flush(folder: &Path, times: usize) -> Option<f64> {
    let path: PathBuf = folder.join(format!(".check-{}", std::process::id()));
    let mut file = File::create_new(&path).ok()?;
    let measured = (0..times).map(|_| {
        let begun = Instant::now();
        file.write_all(&[0; 4096]).and_then(|()| file.sync_data()).ok().map(|()| begun.elapsed().as_secs_f64() * 1000.0)
    });
    let times: Option<Vec<f64>> = measured.collect();
    // It was made above and is of no use to anybody.
    let _ = fs::remove_file(&path);
    median(times?)
}
