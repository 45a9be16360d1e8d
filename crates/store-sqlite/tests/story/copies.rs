//! Backups in files: whole, or refused.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use crate::story::site::Site;
use rihla_store::blob::BlobHash;

fn put(site: &Site, bytes: &[u8]) -> BlobHash {
    site.scoped.put_blob(&mut &bytes[..]).expect("kept").hash
}

#[tokio::test]
async fn a_backup_says_when_contents_are_missing() {
    let site = Site::open();
    let hashes = [put(&site, &[7; (256 << 10) + 1]), put(&site, b"nobody names this")];
    let address = hashes[0].address();
    site.create(&format!(r#"{{"resourceType":"DocumentReference","status":"current","content":[{{"attachment":{{"url":"{address}"}}}}]}}"#)).await;
    drop(site.copy());
    // The folder beside the file lost what nobody names, then what somebody does.
    let backup = site.keeper.folder().join("copy.backup");
    let beside = |hash: &BlobHash| site.keeper.folder().join("copy.backup.blobs").join(&hash.to_text()[..2]).join(hash.to_text());
    std::fs::remove_file(beside(&hashes[1])).expect("lost");
    rihla_store_sqlite::restore(&backup, &site.keeper.folder().join("again")).expect("nobody needs it");
    std::fs::remove_file(beside(&hashes[0])).expect("lost");
    let third = site.keeper.folder().join("third");
    assert_eq!(rihla_store_sqlite::restore(&backup, &third).expect_err("incomplete").code, "RH-BACKUP-BLOBS");
    assert!(!third.join("record.db").exists() && !third.join("blobs").exists(), "nothing is left, so that it can be tried again");
}

#[test]
fn a_store_is_not_restored_beside_the_log_of_another() {
    let site = Site::open();
    drop(site.copy());
    for left in ["record.db-wal", "record.db", "blobs"] {
        let folder = site.keeper.folder().join(format!("beside-{left}"));
        std::fs::create_dir_all(&folder).expect("made");
        std::fs::write(folder.join(left), b"left over").expect("written");
        assert_eq!(rihla_store_sqlite::restore(&site.keeper.folder().join("copy.backup"), &folder).expect_err("refused").code, "RH-RESTORE-EXISTS");
    }
}
