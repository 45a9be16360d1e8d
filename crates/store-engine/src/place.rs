//! What the system says of a folder.

use std::path::Path;

/// Free space from what `df -Pk` prints (<https://pubs.opengroup.org/onlinepubs/9699919799/utilities/df.html>), in GiB.
pub fn free_gib(said: &str) -> Option<f64> {
    // The name of the file system may hold blanks: counted from the end, before it are capacity and mount point.
    let numbers = said.lines().nth(1)?.split('%').next()?;
    let free = numbers.split_whitespace().rev().nth(1)?;
    free.parse::<f64>().ok().map(|kib| kib / f64::from(1 << 20))
}

/// The kind of file system under a folder and its options, from `/proc/self/mountinfo`
/// (<https://www.kernel.org/doc/html/latest/filesystems/proc.html>).
pub fn file_system(mounts: &str, folder: &Path) -> Option<(String, String)> {
    let found = mounts.lines().filter_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let point = left.split(' ').nth(4)?.replace(r"\040", " ");
        let mut right = right.split(' ');
        let (kind, options) = (right.next()?.to_string(), right.nth(1)?.to_string());
        folder.starts_with(&point).then_some((point.len(), kind, options))
    });
    // The last one mounted on a place hides those before.
    found.enumerate().max_by_key(|(at, (length, _, _))| (*length, *at)).map(|(_, (_, kind, options))| (kind, options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_space_is_read() {
        let said = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/sda 1   263940716 20571508  2097152      22% /srv/a 5% b\n";
        assert_eq!(free_gib(said), Some(2.0));
        assert_eq!(free_gib("df: nowhere: No such file"), None);
    }

    #[test]
    fn the_nearest_mount_counts() {
        let mounts = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                      30 22 0:44 / /srv/with\\040blank rw - nfs4 host:/x rw,vers=4.2\n\
                      31 22 0:45 / /srv rw - xfs /dev/sdb rw,nobarrier\n";
        let kind = |folder: &str| file_system(mounts, Path::new(folder));
        assert_eq!(kind("/var/lib"), Some(("ext4".into(), "rw".into())));
        assert_eq!(kind("/srv/with blank/store"), Some(("nfs4".into(), "rw,vers=4.2".into())));
        assert_eq!(kind("/srv/store"), Some(("xfs".into(), "rw,nobarrier".into())));
    }
}
