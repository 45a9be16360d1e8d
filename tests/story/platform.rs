//! What the platform's hub asks: changes without an actor, and operational state.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

use super::site::Site;
use rihla_kernel::{Actor, Purpose, SiteId};
use rihla_store::scope::AccessScope;

fn encounter(patient: &str) -> String {
    format!(r#"{{"resourceType":"Encounter","status":"planned","class":{{"code":"AMB"}},"subject":{{"reference":"Patient/{patient}"}}}}"#)
}

#[tokio::test]
async fn a_hub_hears_of_every_change_and_asks_each_subscriber() {
    let site = Site::open();
    site.update("amal", r#"{"resourceType":"Patient","name":[{"family":"Alami"}]}"#).await;
    site.update("e1", &encounter("amal")).await;
    site.update("ward", r#"{"resourceType":"Location","name":"Ward"}"#).await;
    site.delete("Encounter", "e1").await;
    let (changes, reached) = site.store.feed_for_platform(0, 100).expect("read");
    let told: Vec<(String, Option<String>, bool)> =
        changes.iter().map(|one| (one.change.id.to_text(), one.patient.as_ref().map(|id| id.to_text()), one.change.deleted)).collect();
    let amal = Some(String::from("amal"));
    assert_eq!(told, [("amal".into(), amal.clone(), false), ("e1".into(), amal.clone(), false), ("ward".into(), None, false), ("e1".into(), amal, true)]);
    assert_eq!(reached, 4);
    assert_eq!(site.store.feed_for_platform(reached, 100).expect("read"), (Vec::new(), 4));
    assert_eq!(site.store.feed_for_platform(1, 2).expect("read").1, 3);

    let with = |scope: AccessScope| site.store.scoped_to(Actor::node("t"), Purpose::Treatment, scope);
    let seen = |scope: AccessScope| {
        let scoped = with(scope);
        let answers: Vec<bool> = changes.iter().map(|one| scoped.may_see(one)).collect();
        let by_row: Vec<bool> = changes.iter().map(|one| scoped.allows(one.change.row).expect("asked")).collect();
        assert_eq!(answers, by_row);
        answers
    };
    assert_eq!(seen(AccessScope::everything()), [true; 4]);
    assert_eq!(seen(AccessScope::everything().only_sites([SiteId(9)])), [false; 4]);
    assert_eq!(seen(AccessScope::everything().only_types([site.ty("Encounter").0])), [false, true, false, true]);
    assert_eq!(seen(AccessScope::everything().only_patients([])), [false, false, true, false]);
    assert!(!site.scoped.allows(99).expect("asked"), "a row that is not there yet");
}

#[tokio::test]
async fn operational_state_is_listed_and_taken_away() {
    let site = Site::open();
    let set = |marks: &[(&str, &str)]| {
        let marks = marks.iter().map(|(name, value)| ((*name).to_string(), value.as_bytes().to_vec())).collect();
        site.scoped.commit(vec![], vec![], marks)
    };
    set(&[("session:b", "2"), ("session:a", "1"), ("sessions", "no"), ("draft:é", "x"), ("import:f", "")]).await.expect("kept");
    let names = |prefix: &str| site.store.marks(prefix).expect("listed").into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(site.store.marks("session:").expect("listed"), [("session:a".into(), b"1".to_vec()), ("session:b".into(), b"2".to_vec())]);
    assert_eq!(names("draft:"), ["draft:é"]);
    assert_eq!(names(""), ["draft:é", "import:f", "session:a", "session:b", "sessions"]);
    assert!(names("'%_").is_empty());

    set(&[("session:a", ""), ("session:none", "")]).await.expect("taken away");
    assert_eq!(names("session:"), ["session:b"]);
    assert_eq!(site.store.mark("session:a").expect("read"), None);
    let refused = set(&[("session:b", "3"), ("node", "mine")]).await.expect_err("the node's own");
    assert_eq!(refused.code, "RH-STORE-MARK");
    assert_eq!(site.store.mark("session:b").expect("read"), Some(b"2".to_vec()));
    let site = site.reopen(true);
    assert_eq!(site.store.marks("session:").expect("listed").len(), 1);
}
