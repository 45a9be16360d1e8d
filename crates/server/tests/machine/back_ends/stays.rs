//! Who lies where stays claimed when a store is sealed, and when it moves; the narrow question finds it there.

use super::moved;
use super::places::Places;
use super::story::{open, put};
use rihla_kernel::{Actor, Purpose};
use rihla_server::key_orders::{self, KeyOrder};
use rihla_server::node::Node;
use rihla_store::Taken;

const BED: &str = r#""physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}"#;

fn lying(patient: &str, place: &str, status: &str) -> String {
    format!(
        r#"{{"resourceType":"Encounter","status":"in-progress","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}},"location":[{{"location":{{"reference":"Location/{place}"}},"status":"{status}",{BED}}}]}}"#
    )
}

fn kept(node: &Node, id: &str, text: &str) -> Result<(), &'static str> {
    let scoped = node.store.scoped(Actor::node("test"), Purpose::Operations);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(scoped.commit(vec![put(&scoped, &node.store, text, Some(id))], vec![], vec![])).map(drop).map_err(|fault| fault.code)
}

/// What is free, and what is refused, however the claims are kept.
fn holds(node: &Node) {
    let scoped = node.store.scoped(Actor::node("test"), Purpose::Operations);
    let taken: Vec<Taken> = scoped.occupancy(&[("b1", 1), ("b2", 1), ("b3", 1)]).expect("told").concat().iter().map(|slot| slot.taken).collect();
    assert_eq!(taken, [Taken::Occupied, Taken::Held, Taken::Free]);
    for place in ["b1", "b2"] {
        assert_eq!(kept(node, "new", &lying("chama", place, "active")), Err("RH-STORE-CLAIMED"), "{place}");
    }
    assert_eq!(kept(node, "new", &lying("amal", "b3", "active")), Err("RH-STORE-CLAIMED"), "amal lies elsewhere");
    let report = node.backend.verify(node.store.indexer(), &mut |_| {}).expect("verifies");
    assert_eq!((report.faults, report.unheld), (vec![], 0));
}

#[test]
fn who_lies_where_stays_claimed_when_a_store_is_sealed_and_moved() {
    let places = Places::new();
    let (first, database, last) = (places.sqlite("first"), places.postgres(), places.sqlite("last"));
    let node = open(&places, &first);
    for id in ["amal", "badr", "chama"] {
        assert_eq!(kept(&node, id, r#"{"resourceType":"Patient","name":[{"family":"X"}]}"#), Ok(()));
    }
    for id in ["b1", "b2", "b3"] {
        assert_eq!(kept(&node, id, &format!(r#"{{"resourceType":"Location","name":"{id}",{BED}}}"#)), Ok(()));
    }
    assert_eq!(kept(&node, "s1", &lying("amal", "b1", "active")), Ok(()));
    assert_eq!(kept(&node, "s2", &lying("badr", "b2", "reserved")), Ok(()));
    holds(&node);
    key_orders::obey(&node, &KeyOrder::Seal, &mut |_| {}).expect("sealed");
    holds(&node);
    node.close().expect("closes");
    moved(&places, &first, &database).expect("moves");
    let node = open(&places, &database);
    holds(&node);
    node.close().expect("closes");
    moved(&places, &database, &last).expect("moves back");
    let node = open(&places, &last);
    holds(&node);
    assert_eq!(kept(&node, "s1", &lying("amal", "b1", "completed")), Ok(()));
    assert_eq!(kept(&node, "new", &lying("chama", "b1", "active")), Ok(()));
    node.close().expect("closes");
}
