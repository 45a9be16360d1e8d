//! Large content outside the rows: whole or refused, sealed, durable before it is named, and gone when it is purged.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use super::site::Site;
use rihla_kernel::{Actor, Entropy, Fault, FaultKind, Instant, Purpose, SeededEntropy, SiteId};
use rihla_store::Scoped;
use rihla_store::backend::Backend;
use rihla_store::blob::{BlobHash, BlobRef};
use rihla_store::scope::AccessScope;
use rihla_store_engine::verify::Report;
use std::io::{self, Read};

const FRAME: usize = 256 << 10;

/// Bytes that no compression and no chance makes equal.
fn content(seed: u64, length: usize) -> Vec<u8> {
    let entropy = SeededEntropy::new(seed);
    let mut out: Vec<u8> = (0..length.div_ceil(8)).flat_map(|_| entropy.next_u64().to_le_bytes()).collect();
    out.truncate(length);
    out
}

fn put(site: &Site, bytes: &[u8]) -> BlobRef {
    site.scoped.put_blob(&mut &bytes[..]).expect("kept")
}

fn get(scoped: &Scoped, hash: &BlobHash, range: Option<std::ops::Range<u64>>) -> Result<Vec<u8>, Fault> {
    let mut reader = scoped.get_blob(hash, range)?;
    let mut out = Vec::new();
    while let Some(piece) = reader.next()? {
        assert!(!piece.is_empty() && piece.len() <= 1 << 20);
        out.extend(piece);
    }
    Ok(out)
}

fn document(patient: &str, hash: &BlobHash) -> String {
    format!(
        r#"{{"resourceType":"DocumentReference","status":"current","subject":{{"reference":"Patient/{patient}"}},"content":[{{"attachment":{{"contentType":"application/pdf","url":"{}"}}}}]}}"#,
        hash.address()
    )
}

/// The content as the back end keeps it, sealed.
fn sealed(site: &Site, hash: &BlobHash) -> Option<Vec<u8>> {
    site.keeper.sealed(hash)
}

fn lose(site: &Site, hash: &BlobHash) {
    assert!(sealed(site, hash).is_some());
    site.keeper.seal_as(hash, None);
}

fn report(site: &Site) -> Report {
    site.verify()
}

fn holds(held: &[u8], bytes: &[u8]) -> bool {
    held.windows(bytes.len()).any(|window| window == bytes)
}

const FAR: Instant = Instant(i64::MAX);

#[test]
fn content_of_any_length_comes_back_whole_and_in_parts() {
    let site = Site::open();
    for (seed, length) in (1u64..).zip([0, 1, 15, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 3 * FRAME + 17]) {
        let bytes = content(seed, length);
        let kept = put(&site, &bytes);
        assert_eq!(kept.bytes, length as u64);
        assert_eq!(get(&site.scoped, &kept.hash, None).expect("reads"), bytes, "{length}");
        assert_eq!(site.scoped.get_blob(&kept.hash, None).expect("there").size(), length as u64);
        let borders = [0, 1, 100, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, length.saturating_sub(1), length, length + 5, usize::MAX >> 1];
        for from in borders {
            for to in borders.into_iter().filter(|to| from <= *to) {
                let part = get(&site.scoped, &kept.hash, Some(from as u64..to as u64)).expect("reads");
                assert_eq!(part, bytes[from.min(length)..to.min(length)], "{length}: {from}..{to}");
            }
        }
        assert!(length < 8 || !holds(&sealed(&site, &kept.hash).expect("kept"), &bytes[..8]), "what is kept does not show what is in it");
    }
    assert_eq!((report(&site).blobs, report(&site).faults), (8, vec![]));
    assert_eq!(site.keeper.uploads(), 0);
}

/// Gives bytes without end being in sight.
struct Long {
    left: usize,
    entropy: SeededEntropy,
}

impl Read for Long {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = into.len().min(self.left).min(50_000);
        into[..length].fill(self.entropy.next_u64() as u8);
        self.left -= length;
        Ok(length)
    }
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

#[test]
fn long_content_takes_little_memory() {
    const LENGTH: usize = 160 << 20;
    let site = Site::open();
    let before = peak_kib();
    let kept = site.scoped.put_blob(&mut Long { left: LENGTH, entropy: SeededEntropy::new(3) }).expect("kept");
    let mut reader = site.scoped.get_blob(&kept.hash, None).expect("there");
    let mut length = 0;
    while let Some(piece) = reader.next().expect("reads") {
        length += piece.len();
    }
    assert_eq!(length, LENGTH);
    // Other tests of this process may run meanwhile; they need a few megabytes each.
    let more = peak_kib().saturating_sub(before);
    assert!(more < 80 << 10, "{more} KiB more");
}

#[test]
fn equal_content_is_kept_once_however_many_send_it() {
    let site = Site::open();
    let bytes = content(9, 2 * FRAME + 3);
    let hashes: Vec<BlobHash> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| put(&site, &bytes).hash)).collect();
        threads.into_iter().map(|thread| thread.join().expect("kept")).collect()
    });
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
    assert_eq!(get(&site.scoped, &hashes[0], None).expect("reads"), bytes);
    assert_eq!((report(&site).blobs, site.keeper.uploads()), (1, 0));
}

#[test]
fn damage_is_never_given_as_content() {
    let bytes = content(4, 2 * FRAME + 1000);
    let frame = FRAME + 16;
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 8] = [
        ("first byte", |file| file[0] ^= 1),
        ("second frame", |file| file[FRAME + 16 + 5] ^= 0x80),
        ("a seal", |file| file[FRAME + 3] ^= 1),
        ("last byte", |file| *file.last_mut().expect("bytes") ^= 1),
        ("cut by one", |file| file.truncate(file.len() - 1)),
        ("cut at a frame", |file| file.truncate(2 * (FRAME + 16))),
        ("grown", |file| file.push(0)),
        ("frames exchanged", |file| {
            let (first, rest) = file.split_at_mut(FRAME + 16);
            first.swap_with_slice(&mut rest[..FRAME + 16]);
        }),
    ];
    for (what, damage) in damages {
        let site = Site::open();
        let hash = put(&site, &bytes).hash;
        let mut file = sealed(&site, &hash).expect("kept");
        damage(&mut file);
        site.keeper.seal_as(&hash, Some(&file));
        assert_eq!(get(&site.scoped, &hash, None).expect_err(what).code, "RH-STORE-BLOB-DAMAGED", "{what}");
        if what == "second frame" {
            assert_eq!(get(&site.scoped, &hash, Some(0..10)).expect("what is sound is given"), bytes[..10]);
            assert_eq!(get(&site.scoped, &hash, Some(0..frame as u64)).expect_err("not what is not").code, "RH-STORE-BLOB-DAMAGED");
        }
        assert!(report(&site).faults.iter().any(|fault| fault.contains(&hash.to_text())), "{what}");
    }
    let site = Site::open();
    let hash = put(&site, &bytes).hash;
    lose(&site, &hash);
    assert_eq!(get(&site.scoped, &hash, None).expect_err("lost").code, "RH-STORE-BLOB-DAMAGED");
    assert_eq!(report(&site).faults.len(), 1);
    assert_eq!(put(&site, &bytes).hash, hash);
    assert_eq!(get(&site.scoped, &hash, None).expect("sent again, it is whole again"), bytes);
    assert_eq!(report(&site).faults, Vec::<String>::new());
}

#[test]
fn a_source_that_breaks_leaves_nothing() {
    struct Breaks(usize);
    impl Read for Breaks {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(into.len().min(1000)).ok_or(io::ErrorKind::ConnectionReset)?;
            Ok(into.len().min(1000))
        }
    }
    let site = Site::open();
    for length in [0, 5000, FRAME + 5000] {
        assert_eq!(site.scoped.put_blob(&mut Breaks(length)).expect_err("broken").code, "RH-STORE-BLOB-SOURCE");
    }
    assert_eq!((site.keeper.uploads(), report(&site).blobs, report(&site).blob_strays), (0, 0, 0));
}

#[tokio::test]
async fn a_resource_names_only_what_is_there() {
    let site = Site::open();
    let unknown = BlobHash([7; 32]);
    let refused = site.create_if(&document("p", &unknown), vec![]).await.expect_err("nothing there");
    assert_eq!((refused.kind, refused.code), (FaultKind::Unprocessable, "RH-STORE-BLOB-UNKNOWN"));
    assert_eq!(site.total("DocumentReference", ""), 0);
    let kept = put(&site, b"letter");
    site.create(&document("p", &kept.hash)).await;
    lose(&site, &kept.hash);
    assert_eq!(site.create_if(&document("p", &kept.hash), vec![]).await.expect_err("lost").code, "RH-STORE-BLOB-UNKNOWN");
}

#[tokio::test]
async fn content_is_shown_to_whoever_may_see_a_resource_that_names_it() {
    let site = Site::open();
    let patient = site.update("amal", r#"{"resourceType":"Patient"}"#).await;
    let (shown, orphan) = (put(&site, b"letter").hash, put(&site, b"nobody names this").hash);
    let document = site.create(&document("amal", &shown)).await;
    let through = |scope: AccessScope| site.store.scoped_to(Actor::node("test"), Purpose::Treatment, scope);
    let everything = AccessScope::everything;
    let home = site.backend().snapshot(None).expect("a view").find(patient.ty, "amal").expect("reads").expect("known");
    let allowed = [everything(), everything().only_types([document.ty]), everything().only_sites([SiteId(1)]), everything().only_patients([home])];
    let refused = [everything().only_types([patient.ty]), everything().only_sites([SiteId(2)]), everything().only_patients([home + 1])];
    for scope in allowed {
        assert_eq!(get(&through(scope), &shown, None).expect("shown"), b"letter");
    }
    for scope in refused {
        assert_eq!(get(&through(scope.clone()), &shown, None).expect_err("hidden").kind, FaultKind::NotFound);
        assert_eq!(get(&through(scope), &orphan, None).expect_err("hidden").kind, FaultKind::NotFound);
    }
    assert_eq!(get(&site.scoped, &orphan, None).expect("to the node itself"), b"nobody names this");
    assert_eq!(get(&site.scoped, &BlobHash([1; 32]), None).expect_err("unknown").kind, FaultKind::NotFound);
}

#[tokio::test]
async fn a_crash_between_content_and_resource_leaves_an_orphan_that_is_swept() {
    let site = Site::open();
    let (lost, used) = (put(&site, &content(1, 1000)).hash, put(&site, &content(2, 1000)).hash);
    site.keeper.half_an_upload();
    let stray = BlobHash([0x5A; 32]);
    site.keeper.seal_as(&stray, Some(b"content whose key was not committed"));
    let site = site.reopen(false);
    assert_eq!(site.keeper.uploads(), 0, "what was half sent is gone");
    let found = report(&site);
    assert_eq!((found.blobs, found.blob_orphans, found.blob_strays, found.faults), (2, 2, 1, vec![]));
    assert_eq!(get(&site.scoped, &lost, None).expect("acknowledged, so kept"), content(1, 1000));
    let document = site.create(&document("p", &used)).await.id.to_text();
    let blobs = site.backend().blobs();
    assert_eq!(blobs.sweep(Instant(0)).expect("swept"), 0, "younger than the limit");
    assert!(sealed(&site, &lost).is_some() && sealed(&site, &stray).is_none());
    // Neither a newer version nor a deletion makes content superfluous: the log still names it.
    site.update(&document, r#"{"resourceType":"DocumentReference","status":"superseded","content":[{"attachment":{"title":"x"}}]}"#).await;
    site.delete("DocumentReference", &document).await;
    assert_eq!(blobs.sweep(FAR).expect("swept"), 1);
    assert!(sealed(&site, &lost).is_none());
    assert_eq!(get(&site.scoped, &lost, None).expect_err("swept").kind, FaultKind::NotFound);
    assert_eq!(get(&site.scoped, &used, None).expect("named by an old version"), content(2, 1000));
    let found = report(&site);
    assert_eq!((found.blobs, found.blob_orphans, found.blob_strays, found.faults), (1, 0, 0, vec![]));
    assert_eq!(put(&site, &content(1, 1000)).hash, lost);
    assert_eq!(get(&site.scoped, &lost, None).expect("sent again"), content(1, 1000));
}

#[tokio::test]
async fn purged_content_cannot_be_read_by_anyone_with_any_copy() {
    let site = Site::open();
    let bytes = content(6, FRAME + 10);
    let hash = put(&site, &bytes).hash;
    let named = site.create(&document("p", &hash)).await;
    let stolen = sealed(&site, &hash).expect("a copy");
    let key = site.keeper.content_key(&hash);
    assert!(site.keeper.holds_key(&key));
    let blobs = site.backend().blobs();
    assert!(blobs.purge(&hash).expect("purged"));
    assert!(!site.keeper.holds_key(&key), "the key is nowhere any more");
    assert!(sealed(&site, &hash).is_none());
    site.keeper.seal_as(&hash, Some(&stolen));
    assert_eq!(get(&site.scoped, &hash, None).expect_err("purged").kind, FaultKind::Gone);
    assert!(site.scoped.read(rihla_fhir::r4::TypeId(named.ty), &named.id.to_text()).is_ok(), "the resource stays");
    assert_eq!(site.create_if(&document("p", &hash), vec![]).await.expect_err("purged").code, "RH-STORE-BLOB-UNKNOWN");
    assert!(blobs.purge(&hash).expect("once more does no harm"));
    assert!(!blobs.purge(&BlobHash([1; 32])).expect("nothing to purge"));
    assert_eq!(report(&site).faults, Vec::<String>::new());
    put(&site, &bytes);
    assert_eq!(get(&site.scoped, &hash, None).expect("kept anew, with another key"), bytes);
    assert!(!site.keeper.holds_key(&key));
}

#[tokio::test]
async fn a_copy_holds_the_contents() {
    let site = Site::open();
    let (named, orphan, purged) = (content(1, FRAME + 1), content(2, 10), content(3, 10));
    let hashes: Vec<BlobHash> = [&named, &orphan, &purged].map(|bytes| put(&site, bytes).hash).into();
    site.create(&document("p", &hashes[0])).await;
    site.backend().blobs().purge(&hashes[2]).expect("purged");
    let copy = site.copy();
    assert_eq!(get(&copy.scoped, &hashes[0], None).expect("restored"), named);
    assert_eq!(get(&copy.scoped, &hashes[1], None).expect("restored"), orphan);
    assert_eq!(get(&copy.scoped, &hashes[2], None).expect_err("purged").kind, FaultKind::Gone);
    assert_eq!((report(&copy).blobs, report(&copy).faults), (2, vec![]));
}
