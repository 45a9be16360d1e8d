//! What a sealed store keeps to itself, and how its keys change while it is in use.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use crate::keeper::Keeper;
use crate::story::site::{How, Root, Site};
use rihla_kernel::{Instant, SeededEntropy};
use rihla_store::backend::Backend;
use rihla_store::people::PeopleQuery;
use rihla_store_engine::vault::{Stage, keeping};
use std::sync::Arc;

const UNIQUE: &[&str] = &["urn:ipp"];
/// What nobody may find: names, numbers, an address, a note, a draft, the beginning of a letter.
const SECRETS: [&str; 9] = ["Benjelloun", "benjelloun", "Ghizlane", "AB123987", "0661987654", "Oulfa", "Zweifelhaft", "getippt", "Sehr geehrte"];

fn patient(at: u32) -> String {
    format!(
        r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:ipp","value":"{at}"}},{{"system":"urn:cin","value":"AB123987"}}],"name":[{{"family":"Benjelloun","given":["Ghizlane"]}}],"telecom":[{{"system":"phone","value":"0661987654"}}],"address":[{{"city":"Oulfa"}}],"birthDate":"1980-05-17"}}"#
    )
}

fn encounter(patient: &str) -> String {
    format!(
        r#"{{"resourceType":"Encounter","status":"finished","class":{{"code":"AMB"}},"subject":{{"reference":"Patient/{patient}","display":"Ghizlane Benjelloun"}},"text":{{"status":"generated","div":"<div>Zweifelhaft</div>"}}}}"#
    )
}

/// People, a stay, a draft and a letter.
async fn told(site: &Site) -> rihla_store::blob::BlobHash {
    for at in 1..=5 {
        site.update(&format!("p{at}"), &patient(at)).await;
    }
    site.update("e1", &encounter("p1")).await;
    site.update("p2", &patient(22)).await;
    site.scoped.commit(vec![], vec![], vec![("draft:nurse:p1".into(), b"getippt".to_vec())]).await.expect("kept");
    let letter = site.scoped.put_blob(&mut "Sehr geehrte Frau Benjelloun".as_bytes()).expect("kept").hash;
    site.update(
        "d1",
        &format!(
            r#"{{"resourceType":"DocumentReference","status":"current","subject":{{"reference":"Patient/p1"}},"content":[{{"attachment":{{"url":"{}"}}}}]}}"#,
            letter.address()
        ),
    )
    .await;
    letter
}

fn found(site: &Site) {
    assert_eq!(site.search("Patient", "name=benj").len(), 5);
    assert_eq!(site.search("Patient", "identifier=urn:cin|AB123987").len(), 5);
    assert_eq!(site.search("Patient", "identifier=urn:ipp|22"), ["p2"]);
    assert_eq!(site.search("Patient", "phone=0661987654").len(), 5);
    assert_eq!(site.search("Encounter", "subject.family=Benjelloun"), ["e1"]);
    let json = String::from_utf8(site.scoped.read(site.ty("Encounter"), "e1").expect("there").json()).expect("text");
    assert!(json.contains("Zweifelhaft"));
    assert_eq!(site.store.mark("draft:nurse:p1").expect("reads"), Some(b"getippt".to_vec()));
    assert_eq!(site.verify().faults, Vec::<String>::new());
}

fn shown(site: &Site) -> Vec<&'static str> {
    let written = site.keeper.written();
    SECRETS.into_iter().filter(|secret| written.windows(secret.len()).any(|window| window == secret.as_bytes())).collect()
}

#[tokio::test]
async fn nothing_that_names_somebody_stands_in_the_files() {
    let clear = Site::open_in_the_clear(UNIQUE);
    told(&clear).await;
    clear.flush();
    // The search itself works: in the clear they are found, but for what compression hides.
    assert!(["benjelloun", "getippt"].iter().all(|secret| shown(&clear).contains(secret)), "{:?}", shown(&clear));

    let site = Site::open_with_unique(UNIQUE);
    told(&site).await;
    assert_eq!(shown(&site), Vec::<&str>::new());
    site.flush();
    found(&site);
    assert_eq!(shown(&site), Vec::<&str>::new());
    let site = site.reopen(false);
    found(&site);
    site.rebuild();
    found(&site);
    let site = site.reopen(true);
    assert_eq!(shown(&site), Vec::<&str>::new());
}

#[tokio::test]
async fn a_store_in_the_clear_is_sealed_while_it_is_used() {
    let site = Site::open_in_the_clear(UNIQUE);
    let letter = told(&site).await;
    site.flush();
    keeping::seal(site.backend(), Root(1).key(), &SeededEntropy::new(9), Instant(1)).expect("sealed");
    // Half of it is in the clear, half is not, and the process is killed now and then.
    let mut site = site;
    for at in 6..9 {
        site.update(&format!("p{at}"), &patient(at)).await;
        site.keys().seal_slice().expect("a slice");
        assert_eq!(site.search("Patient", "name=benj").len() as u32, at);
        site = site.reopen(false);
    }
    site.resume();
    assert_eq!(site.keys().vault().ring().expect("a ring").stage, Stage::Done);
    for at in 6..9 {
        site.delete("Patient", &format!("p{at}")).await;
    }
    found(&site);
    let mut reader = site.scoped.get_blob(&letter, None).expect("there");
    assert_eq!(reader.next().expect("reads").expect("a piece"), "Sehr geehrte Frau Benjelloun".as_bytes());
    drop(reader);
    assert_eq!(site.create_if(&patient(22), vec![]).await.expect_err("the number is held").code, "RH-STORE-CLAIMED");
    let site = site.reopen(true);
    found(&site);
    site.keeper.forget_the_past();
    assert_eq!(shown(&site), Vec::<&str>::new());
}

#[tokio::test]
async fn a_new_key_seals_everything_and_a_kill_loses_nothing() {
    let mut site = Site::open_with_unique(UNIQUE);
    told(&site).await;
    let before = site.keys().vault().ring().expect("a ring").keys[0].number;
    keeping::rotate(site.backend(), &SeededEntropy::new(10), Instant(2)).expect("rotates");
    assert_eq!(keeping::rotate(site.backend(), &SeededEntropy::new(11), Instant(2)).expect_err("one at a time").code, "RH-STORE-SEALING");
    // Killed after each slice.
    let mut slices = 0;
    while site.keys().seal_slice().expect("a slice") != Stage::Done {
        slices += 1;
        site.update("e1", &encounter("p1")).await;
        site = site.reopen(false);
        found(&site);
    }
    assert!(slices > 2, "{slices}");
    let keys = site.keys().vault().ring().expect("a ring").keys;
    assert_eq!(keys.iter().map(|key| key.number).collect::<Vec<_>>(), [before + 1], "the old key has left");
    let site = site.reopen(true);
    found(&site);
}

#[tokio::test]
async fn what_is_sealed_opens_in_its_own_place_only() {
    let site = Site::open_with_unique(UNIQUE);
    told(&site).await;
    let refused = |site: &Site, id: &str| site.scoped.read(site.ty("Patient"), id).map(|_| ()).expect_err("refused").code;
    // Two people exchanged.
    site.keeper.exchange(3, 4);
    // Nothing read before is remembered.
    let site = site.reopen(true);
    assert_eq!((refused(&site, "p3"), refused(&site, "p4")), ("RH-STORE-SEAL", "RH-STORE-SEAL"));
    assert!(site.verify().faults.iter().any(|fault| fault.contains("row 3 cannot be read (RH-STORE-SEAL)")));
    site.keeper.exchange(3, 4);
    let mut site = site.reopen(true);
    // Another type, another version, a body in the clear.
    for (change, back) in [
        ("UPDATE version SET vid = vid + 1 WHERE row = 5", "UPDATE version SET vid = vid - 1 WHERE row = 5"),
        ("UPDATE version SET ty = ty + 1 WHERE row = 5", "UPDATE version SET ty = ty - 1 WHERE row = 5"),
        ("UPDATE version SET dictionary = 0 WHERE row = 5", "UPDATE version SET dictionary = 65536 WHERE row = 5"),
    ] {
        site.keeper.behind(change);
        site = site.reopen(true);
        assert!(site.verify().faults.iter().any(|fault| fault.contains("row 5 cannot be read (RH-STORE-SEAL)")), "{change}");
        site.keeper.behind(back);
        site = site.reopen(true);
    }
    found(&site);
}

#[tokio::test]
async fn without_its_key_a_store_does_not_open_and_says_which_is_missing() {
    let site = Site::open_with_unique(UNIQUE);
    told(&site).await;
    let named = site.keys().vault().root().expect("a root");
    let with = |roots: Option<Root>| {
        let how = How::new(&[], Arc::new(rihla_kernel::ManualClock::at(0)));
        How { roots: roots.map(|root| Arc::new(root) as Arc<dyn rihla_store_engine::vault::Roots>), ..how }
    };
    let (site, refused) = site.refused(&with(None));
    assert!(refused.code == "RH-STORE-KEY" && refused.text.contains(&named), "{}", refused.text);
    let (site, refused) = site.refused(&with(Some(Root(2))));
    assert!(refused.code == "RH-STORE-KEY" && refused.text.contains(&named), "{}", refused.text);
    // Another root key wraps the ring, and nothing else changes.
    let site = site.reopen(true);
    keeping::rewrap(site.backend(), Root(2).key()).expect("wrapped");
    let closed = site.into_keeper().try_reopen(&with(Some(Root(1)))).map(|_| ()).expect_err("refused");
    assert_eq!(closed.1.code, "RH-STORE-KEY");
    let keeper: Keeper = closed.0.open(&with(Some(Root(2))));
    assert_eq!(keeper.backend().mark("draft:nurse:p1").expect("reads"), Some(b"getippt".to_vec()));
    // What is put in the clear in place of what is sealed is refused.
    keeper.behind("UPDATE mark SET value = (SELECT hash FROM audit ORDER BY seq LIMIT 1) WHERE name = 'draft:nurse:p1'");
    let keeper = keeper.try_reopen(&with(Some(Root(2)))).map_err(|_| ()).expect("opens");
    assert_eq!(keeper.backend().mark("draft:nurse:p1").expect_err("refused").code, "RH-STORE-SEAL");
    // Nor does it go on in the clear when somebody takes the ring away.
    keeper.behind("DELETE FROM mark WHERE name = 'keyring'");
    let closed = keeper.try_reopen(&with(Some(Root(2)))).map(|_| ()).expect_err("refused");
    assert!(closed.1.code == "RH-STORE-KEY" && closed.1.text.contains("took it away"), "{}", closed.1.text);
}

#[tokio::test]
async fn the_finder_and_orders_answer_from_what_is_sealed() {
    let site = Site::open_with_unique(UNIQUE);
    told(&site).await;
    site.update("p9", &patient(9).replace("Benjelloun", "Bennis").replace("AB123987", "AB123000").replace("0661987654", "0661987000")).await;
    let rules = crate::story::people::rules();
    for filled in [false, true] {
        if filled {
            site.store.fill_people().expect("filled");
        }
        let find = |typed: &str| site.scoped.find_people(&PeopleQuery { text: typed, rules: &rules, limit: 20 }).expect("finds").found.len();
        assert_eq!((find("benj"), find("bennis"), find("ghizlane")), (5, 1, 6), "{filled}");
        assert_eq!((find("AB123"), find("AB123987"), find("AB123000")), (6, 5, 1), "{filled}");
        assert_eq!((find("0661987"), find("0661987000")), (6, 1), "{filled}");
    }
    let sorted = site.search("Patient", "_sort=family");
    assert_eq!((sorted.len(), sorted.last().map(String::as_str)), (6, Some("p9")));
    assert_eq!(site.search("Patient", "_sort=-family")[0], "p9");
    assert_eq!(site.search("Patient", "family:exact=Bennis"), ["p9"]);
    assert_eq!(site.search("Patient", "family:exact=bennis"), Vec::<String>::new());
    assert_eq!(site.search("Patient", "family:contains=njel").len(), 5);
    assert_eq!(site.search("Patient", "name=b").len(), 6);
    let first = site.first_page("Patient", "name=b&_count=4");
    let rest = site.page_after("Patient", "name=b&_count=4", &first.next.expect("more"));
    let mut all = [first.ids, rest.ids].concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 6, "no one twice and no one missing");
}
