//! The rules of `spec.md` on a store.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use rihla_fhir::json::{Edits, Limits, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Zone, extract};
use rihla_kernel::{Actor, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_matching::Grade;
use rihla_mpi::{Decision, Mpi, merged, person, unmerged};
use rihla_packs::Pack;
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::indexer::{Indexer, Rewrites};
use rihla_store::{Scoped, Settings, Store};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

struct House {
    store: Store,
    mpi: Mpi,
    folder: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        _ = self.store.close();
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn patient() -> TypeId {
    tables().resource_type("Patient").expect("a type")
}

impl House {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::temp_dir().join(format!("rihla-mpi-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        let clock = Arc::new(ManualClock::at(1_768_464_000_000));
        let indexer = Arc::new(Indexer::new(Zone::named("Africa/Casablanca").expect("a zone"), Vec::new()).expect("tables"));
        let how = rihla_store_sqlite::Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
        let backend = rihla_store_sqlite::open(&folder, how).expect("opens");
        let store = Store::new(backend, Settings { clock, indexer, site: SiteId(1) });
        let mpi = Mpi::new(store.clone(), &Pack::built_in("ma").expect("there").expect("sound"));
        Self { store, mpi, folder }
    }

    fn node(&self) -> Scoped {
        self.store.scoped(Actor::node("test"), Purpose::Operations)
    }

    async fn put(&self, text: &str) {
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let id = doc.root().get("id").and_then(|id| id.as_str()).expect("an id").into_owned();
        let mut entries = Vec::new();
        extract(doc.root(), patient(), self.store.indexer().zone(), &mut entries);
        let content = self.node().prepare(patient(), doc.root(), &Edits::default(), &entries, &Rewrites::new()).expect("prepared");
        let step = Step::Put { ty: patient().0, name: Name::Id(id.as_str().into()), expect: Expect::Any, content: Box::new(content) };
        self.node().commit(vec![step], vec![], vec![]).await.expect("kept");
    }

    async fn delete(&self, id: &str) {
        let step = Step::Delete { ty: patient().0, id: id.into(), expect: Expect::Any };
        self.node().commit(vec![step], vec![], vec![]).await.expect("deleted");
    }

    fn json(&self, id: &str) -> Vec<u8> {
        self.node().read(patient(), id).expect("there").json()
    }

    fn asked(&self, text: &str) -> Vec<(String, Grade)> {
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        self.mpi.who_may_be(&person(doc.root()), 10).expect("found").0.into_iter().map(|found| (found.id, found.verdict.grade)).collect()
    }

    fn pairs(&self) -> Vec<(String, String)> {
        while self.mpi.work(10).expect("worked") {}
        self.mpi.pairs(100).expect("pairs").0.into_iter().map(|pair| (pair.one, pair.other)).collect()
    }

    async fn merge(&self, stays: &str, goes: &str) {
        let (stays, goes) = (self.json(stays), self.json(goes));
        let (one, other) = (parse(&stays, &Limits::default()).expect("json"), parse(&goes, &Limits::default()).expect("json"));
        let (stays, goes) = merged(one.root(), other.root()).expect("merged");
        for text in [stays, goes] {
            self.put(&String::from_utf8(text).expect("UTF-8")).await;
        }
    }
}

fn salma(id: &str, more: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","id":"{id}","name":[{{"family":"El Alami","given":["Salma"]}}],"gender":"female","birthDate":"1984-05-17","telecom":[{{"system":"phone","value":"0612345678"}}]{more}}}"#
    )
}

const ASKED: &str = r#"{"resourceType":"Patient","id":"x","name":[{"family":"العلمي","given":["سلمى"]}],"gender":"female","birthDate":"1984-05-17","telecom":[{"system":"phone","value":"+212 6 12 34 56 78"}]}"#;

#[tokio::test]
async fn find_1_and_3_somebody_is_found_in_the_other_script_follows_changes_and_is_gone_when_deleted() {
    let house = House::new();
    for at in 0..40 {
        house
            .put(&format!(
                r#"{{"resourceType":"Patient","id":"o{at}","name":[{{"family":"Tazi{at}","given":["Omar"]}}],"gender":"male","birthDate":"19{at:02}-01-01"}}"#
            ))
            .await;
    }
    assert_eq!(house.asked(ASKED), []);
    house.put(&salma("a", "")).await;
    let found = house.asked(ASKED);
    assert_eq!(found.first().map(|(id, _)| id.as_str()), Some("a"), "{found:?}");
    assert!(found[0].1 <= Grade::Probable, "{found:?}");
    house.put(r#"{"resourceType":"Patient","id":"a","name":[{"family":"Bennani","given":["Karim"]}],"gender":"male","birthDate":"1950-01-01"}"#).await;
    assert!(house.asked(ASKED).is_empty());
    house.put(&salma("a", "")).await;
    house.delete("a").await;
    assert!(house.asked(ASKED).is_empty());
}

#[tokio::test]
async fn dec_1_and_2_a_likely_pair_waits_until_somebody_says_that_they_are_two() {
    let house = House::new();
    house.put(&salma("a", "")).await;
    house.put(r#"{"resourceType":"Patient","id":"c","name":[{"family":"Tazi","given":["Omar"]}],"gender":"male","birthDate":"1990-01-01"}"#).await;
    house.put(&salma("b", r#","active":true"#)).await;
    let pair = [("a".to_owned(), "b".to_owned())];
    assert_eq!(house.pairs(), pair);
    let (one, other) = (house.node().read(patient(), "a").expect("a").vid, house.node().read(patient(), "b").expect("b").vid);
    let marks = Decision::marks("b", "a", Some(&Decision::Apart { versions: (one, other), by: "x".into() }));
    house.node().commit(vec![], vec![], marks.to_vec()).await.expect("decided");
    assert!(house.pairs().is_empty());
    house.put(&salma("b", r#","active":true,"maritalStatus":{"text":"x"}"#)).await;
    assert_eq!(house.pairs(), pair, "one of both has changed");
}

#[tokio::test]
async fn find_3_who_was_merged_is_found_as_the_one_who_stays_and_comes_back_when_parted() {
    let house = House::new();
    house.put(&salma("a", "")).await;
    house.put(&salma("b", r#","identifier":[{"system":"urn:x","value":"AB123456"}]"#)).await;
    house.merge("a", "b").await;
    let ids = |found: Vec<(String, Grade)>| found.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(ids(house.asked(ASKED)), ["a"]);
    assert!(house.pairs().is_empty());
    let by_number = salma("x", r#","identifier":[{"system":"urn:x","value":"AB123456"}]"#);
    assert_eq!(ids(house.asked(&by_number)), ["a"]);

    let (one, other) = (house.json("a"), house.json("b"));
    let (one, other) = (parse(&one, &Limits::default()).expect("json"), parse(&other, &Limits::default()).expect("json"));
    let (one, other) = unmerged(one.root(), other.root()).expect("parted");
    for text in [one, other] {
        house.put(&String::from_utf8(text).expect("UTF-8")).await;
    }
    let mut both = ids(house.asked(ASKED));
    both.sort();
    assert_eq!(both, ["a", "b"]);
}

#[tokio::test]
async fn somebody_of_a_name_and_a_birth_alone_is_found_among_others_who_share_parts_of_it() {
    let house = House::new();
    let of = |id: &str, day: u8| {
        format!(r#"{{"resourceType":"Patient","id":"{id}","name":[{{"family":"Of{id}","given":["Salma"]}}],"gender":"female","birthDate":"1984-05-{day}"}}"#)
    };
    for (id, day) in [("own", 10), ("other", 11), ("masked", 12), ("away", 13)] {
        house.put(&of(id, day)).await;
    }
    let found = house.asked(&of("own", 10));
    assert_eq!(found.first().map(|(id, _)| id.as_str()), Some("own"), "{found:?}");
}

#[tokio::test]
async fn dec_4_a_pair_that_somebody_asks_about_waits_first_however_unlike_the_two_are() {
    let house = House::new();
    house.put(&salma("a", "")).await;
    house.put(&salma("b", "")).await;
    house.put(r#"{"resourceType":"Patient","id":"c","name":[{"family":"Tazi","given":["Omar"]}],"gender":"male","birthDate":"1990-01-01"}"#).await;
    let of = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    let asked = Decision::Asked { stays: "c".into(), by: "Channel/gam".into(), why: "ADT^A40 C1".into() };
    house.node().commit(vec![], vec![], Decision::marks("c", "a", Some(&asked)).to_vec()).await.expect("asked");
    assert_eq!(house.pairs(), [of("a", "c"), of("a", "b")]);
    assert_eq!(house.mpi.pairs(1).expect("pairs").0[0].asked, Some(asked.clone()));
    house.node().commit(vec![], vec![], Decision::marks("a", "b", Some(&asked)).to_vec()).await.expect("asked");
    assert_eq!(house.pairs(), [of("a", "b"), of("a", "c")], "each stands once");
    house.node().commit(vec![], vec![], Decision::marks("a", "c", None).to_vec()).await.expect("over");
    assert_eq!(house.pairs(), [of("a", "b")]);
}
