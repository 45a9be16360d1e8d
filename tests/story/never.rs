//! What must never happen to a record, whatever is asked of it.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use super::site::{Damage, Site};
use rihla_kernel::{Fault, FaultKind, Instant, NodeId, ServerId, Shard};
use rihla_store::backend::{Expect, Outcome, Step};

fn patient(number: &str) -> String {
    format!(r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:ipp","value":"{number}"}},{{"system":"urn:ipp","value":"{number}"}}]}}"#)
}

fn observation(patient: &str) -> String {
    format!(r#"{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},"subject":{{"reference":"Patient/{patient}"}}}}"#)
}

async fn commit(site: &Site, steps: Vec<Step>) -> Result<Vec<Outcome>, Fault> {
    site.scoped.commit(steps, vec![], vec![]).await
}

fn delete(site: &Site, ty: &str, id: &str) -> Step {
    Step::Delete { ty: site.ty(ty).0, id: id.into(), expect: Expect::Any }
}

fn assert_clean(site: &Site) {
    assert_eq!(site.verify().faults, Vec::<String>::new());
}

#[tokio::test]
async fn two_entries_of_one_transaction_cannot_take_the_same_number() {
    let site = Site::open_with_unique(&["urn:ipp"]);
    let refused = commit(&site, vec![site.put(&patient("1"), None), site.put(&patient("1"), None)]).await.expect_err("one number, two patients");
    assert_eq!((refused.kind, refused.code), (FaultKind::Conflict, "RH-STORE-CLAIMED"));
    assert_eq!(site.total("Patient", ""), 0);
    site.create(&patient("1")).await;
    assert_clean(&site);
}

#[tokio::test]
async fn a_number_passes_from_one_resource_to_another_in_one_transaction() {
    for giver_first in [true, false] {
        let site = Site::open_with_unique(&["urn:ipp"]);
        let giver = site.create(&patient("1")).await.id.to_text();
        let taker = site.create(&patient("2")).await.id.to_text();
        let mut steps = vec![site.put(&patient("3"), Some(&giver)), site.put(&patient("1"), Some(&taker))];
        if !giver_first {
            steps.reverse();
        }
        commit(&site, steps).await.expect("one gives up what the other takes");
        for (number, free) in [("1", false), ("2", true), ("3", false)] {
            assert_eq!(site.create_if(&patient(number), vec![]).await.is_ok(), free, "{number}, giver first: {giver_first}");
        }
        // And from one that is deleted to one that is made.
        let mut steps = vec![delete(&site, "Patient", &taker), site.put(&patient("1"), None)];
        if !giver_first {
            steps.reverse();
        }
        commit(&site, steps).await.expect("one gives up what the other takes");
        assert!(site.create_if(&patient("1"), vec![]).await.is_err());
        assert_clean(&site);
    }
}

#[tokio::test]
async fn one_transaction_speaks_of_a_resource_once_and_harms_no_other() {
    let site = Site::open();
    let known = site.create(&patient("1")).await.id.to_text();
    for id in [known.as_str(), "chosen"] {
        let good = site.scoped.submit(vec![site.put(&patient("2"), None)], vec![], vec![]).expect("submitted");
        let pairs = [
            vec![site.put(&patient("3"), Some(id)), site.put(&patient("4"), Some(id))],
            vec![site.put(&patient("3"), Some(id)), delete(&site, "Patient", id)],
            vec![delete(&site, "Patient", id), delete(&site, "Patient", id)],
        ];
        for pair in pairs {
            let refused = commit(&site, pair).await.expect_err("twice");
            assert_eq!((refused.kind, refused.code), (FaultKind::Invalid, "RH-STORE-TWICE"));
        }
        good.await.expect("answered").expect("who waited beside it is served");
    }
    assert_eq!(site.total("Patient", ""), 3);
    assert_clean(&site);
}

/// An id of this node's form whose key belongs to another resource: made up, or given before an older backup was restored.
#[tokio::test]
async fn a_made_up_id_never_leads_to_another_resource() {
    let mut site = Site::open();
    let real = site.create(&patient("1")).await.id.to_text();
    let own = ServerId::parse(&real).expect("own");
    let forged =
        |born: i64, shard: u16, key: u64| ServerId::new(Instant(born), Shard::new(u64::from(shard)), NodeId::new(u64::from(own.node().get())), key).to_text();
    let made_up = [
        forged(own.born().0 + 1, own.shard().get(), own.key()),
        forged(own.born().0, own.shard().get() + 1, own.key()),
        forged(own.born().0, own.shard().get(), own.key() + (1 << 32)),
        forged(own.born().0, own.shard().get(), 4_000_000),
    ];
    let mine = site.create(&observation(&real)).await.id.to_text();
    let mut others = Vec::new();
    for id in &made_up {
        others.push(site.create(&observation(id)).await.id.to_text());
    }
    // The right key under the wrong type.
    let wrong_type = site.create(&observation(&mine)).await.id.to_text();
    for step in ["in memory", "recovered", "rebuilt"] {
        match step {
            "recovered" => site = site.reopen(false),
            "rebuilt" => site.rebuild(),
            _ => {}
        }
        assert_eq!(site.search("Observation", &format!("subject=Patient/{real}")), [mine.as_str()], "{step}");
        for (id, observation) in made_up.iter().zip(&others) {
            assert_eq!(site.search("Observation", &format!("subject=Patient/{id}")), [observation.as_str()], "{step}");
        }
        assert_eq!(site.search("Observation", &format!("subject=Patient/{mine}")), [wrong_type.as_str()], "{step}");
        assert_clean(&site);
    }
    // Put under such an id, it is what the references meant.
    let late = site.update(&made_up[0], &patient("9")).await;
    assert!(late.created);
    assert_eq!(site.search("Observation", "patient.identifier=9"), [others[0].as_str()]);
    let site = site.reopen(false);
    assert_eq!(site.search("Observation", "patient.identifier=9"), [others[0].as_str()]);
    assert_clean(&site);
}

#[tokio::test]
async fn an_entry_may_refer_to_one_that_comes_later() {
    let site = Site::open();
    let later = site.put(&patient("1"), None);
    let id = match &later {
        Step::Put { name: rihla_store::backend::Name::New(id), .. } => id.to_text(),
        _ => String::new(),
    };
    let outcomes = commit(&site, vec![site.put(&observation(&id), None), later]).await.expect("committed");
    assert_eq!(site.search("Observation", &format!("subject=Patient/{id}")), [outcomes[0].id.to_text()]);
    assert_eq!(site.search("Observation", "patient.identifier=1"), [outcomes[0].id.to_text()]);
    assert_clean(&site);
}

#[tokio::test]
async fn a_number_in_the_wrong_hands_is_found() {
    let site = Site::open_with_unique(&["urn:ipp"]);
    site.create(&patient("1")).await;
    let other = site.create(&patient("2")).await;
    assert_clean(&site);
    let faults = || site.verify();
    site.damage(Damage::ClaimMoved);
    assert!(faults().faults.iter().any(|fault| fault.starts_with("claims")), "{:?}", faults().faults);
    site.damage(Damage::ClaimLost);
    // Nobody holds it: so it is too when a system is made unique after its numbers were given.
    assert_eq!((faults().faults, faults().unheld, faults().held), (vec![], 1, 1));
    site.delete("Patient", &other.id.to_text()).await;
    assert_eq!((faults().faults, faults().held), (vec![], 0));
}
