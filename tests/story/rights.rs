//! What a handle with few rights is shown, and what it may write.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

use super::site::Site;
use rihla_kernel::{Actor, Fault, Purpose};
use rihla_store::people::{NameRules, PeopleQuery};
use rihla_store::query::Handling;
use rihla_store::scope::{AccessScope, Act, TypeRule};
use rihla_store::{EverythingQuery, HistoryOf, HistoryQuery, Scoped};
use roaring::RoaringBitmap;
use std::collections::BTreeSet;
use std::sync::Arc;

fn observation(patient: &str, category: &str, label: &str) -> String {
    let subject = if patient.is_empty() { String::new() } else { format!(r#","subject":{{"reference":"Patient/{patient}"}}"#) };
    let meta = if label.is_empty() { String::new() } else { format!(r#""meta":{{"security":[{{"system":"urn:l","code":"{label}"}}]}},"#) };
    format!(
        r#"{{"resourceType":"Observation",{meta}"status":"final","category":[{{"coding":[{{"system":"urn:k","code":"{category}"}}]}}],"code":{{"coding":[{{"system":"urn:c","code":"pulse"}}]}}{subject},"effectiveDateTime":"2026-01-15","performer":[{{"reference":"Practitioner/doctor"}}]}}"#
    )
}

fn condition(patient: &str) -> String {
    format!(r#"{{"resourceType":"Condition","code":{{"coding":[{{"system":"urn:c","code":"flu"}}]}},"subject":{{"reference":"Patient/{patient}"}}}}"#)
}

/// Three people, each with a sign and a diagnosis; Amal's chart has also what a label keeps back and what is not a sign.
async fn ward() -> Site {
    let site = Site::open();
    for (id, family) in [("amal", "Alami"), ("badr", "Alaoui"), ("vip", "Alaa")] {
        site.update(id, &format!(r#"{{"resourceType":"Patient","name":[{{"family":"{family}"}}]}}"#)).await;
        site.update(&format!("{id}-sign"), &observation(id, "vital-signs", "")).await;
        site.update(&format!("{id}-flu"), &condition(id)).await;
    }
    site.update("doctor", r#"{"resourceType":"Practitioner","name":[{"family":"Tazi"}]}"#).await;
    site.update("amal-lab", &observation("amal", "laboratory", "")).await;
    site.update("amal-secret", &observation("amal", "vital-signs", "R")).await;
    site.update("nobody", &observation("", "vital-signs", "")).await;
    site
}

/// Finds everybody but the very important, knows the signs of Amal, and no diagnosis.
fn nurse(site: &Site) -> Scoped {
    let key = |id: &str| site.store.key_for_platform(site.ty("Patient"), id).expect("looked up").expect("there");
    let signs = site.query("Observation", "category=urn:k|vital-signs");
    let rules = [
        (site.ty("Patient").0, TypeRule::shown().open()),
        (site.ty("Practitioner").0, TypeRule::shown()),
        (site.ty("Observation").0, TypeRule::shown().only(&[signs]).may(&[Act::Create, Act::Update])),
    ];
    let labels = BTreeSet::from([("urn:l".to_owned(), "R".to_owned())]);
    let scope = AccessScope::everything()
        .with_rules(rules)
        .only_patients([key("amal"), key("vip")])
        .without_patients(Arc::new(RoaringBitmap::from_iter([key("vip")])))
        .without_labels(Arc::new(labels));
    site.store.scoped_to(Actor::node("nurse"), Purpose::Treatment, scope)
}

fn shown(scoped: &Scoped, site: &Site, ty: &str, text: &str) -> Vec<String> {
    let pairs: Vec<(String, String)> =
        text.split('&').filter(|pair| !pair.is_empty()).filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect();
    let query = scoped.query(&[site.ty(ty)], &pairs, Handling::Strict).expect("a query").0;
    let page = scoped.search(&query).expect("searches");
    if let Some(total) = page.total {
        assert_eq!(total, page.matches.len() as u64, "{ty}?{text}");
    }
    let mut ids: Vec<String> = page.matches.iter().chain(&page.included).map(|found| found.id.to_text()).collect();
    ids.sort();
    ids
}

fn history(of: HistoryOf) -> HistoryQuery {
    HistoryQuery { of, since: None, at: None, count: 50, cursor: None }
}

#[tokio::test]
async fn every_way_of_asking_shows_what_may_be_seen_and_no_more() {
    let site = ward().await;
    let nurse = nurse(&site);
    for (ty, question, expected) in [
        ("Observation", "_total=accurate", &["amal-sign"][..]),
        ("Observation", "code=pulse&_total=accurate", &["amal-sign"]),
        ("Observation", "patient=Patient/amal&code=pulse&_sort=-date&_total=accurate", &["amal-sign"]),
        ("Observation", "patient=Patient/badr&_total=accurate", &[]),
        ("Observation", "patient=Patient/vip", &[]),
        ("Observation", "category=laboratory", &[]),
        ("Observation", "code:not=other", &["amal-sign"]),
        ("Observation", "_id=amal-sign,amal-lab,amal-secret,badr-sign,vip-sign,nobody", &["amal-sign"]),
        ("Observation", "patient.family=alaoui", &[]),
        ("Observation", "patient.family=alami&_include=Observation:patient&_include=Observation:performer", &["amal", "amal-sign", "doctor"]),
        ("Condition", "_total=accurate", &[]),
        ("Condition", "code=flu", &[]),
        ("Patient", "_total=accurate", &["amal", "badr"]),
        ("Patient", "family=ala", &["amal", "badr"]),
        ("Patient", "_has:Condition:patient:code=flu", &[]),
        ("Patient", "_has:Observation:patient:category=laboratory", &[]),
        ("Patient", "_has:Observation:patient:code=pulse", &["amal"]),
        ("Patient", "_id=badr&_revinclude=Observation:patient&_revinclude=Condition:patient", &["badr"]),
        ("Patient", "_id=amal&_revinclude=Observation:patient&_revinclude=Condition:patient", &["amal", "amal-sign"]),
    ] {
        assert_eq!(shown(&nurse, &site, ty, question), expected, "{ty}?{question}");
    }
    let seen = |ty: &str, id: &str| nurse.read(site.ty(ty), id).map(|_| true).unwrap_or_default();
    for (ty, id, may) in
        [("Observation", "amal-sign", true), ("Observation", "amal-lab", false), ("Observation", "amal-secret", false), ("Patient", "vip", false)]
    {
        assert_eq!(seen(ty, id), may, "{id}");
        assert_eq!(nurse.vread(site.ty(ty), id, 1).is_ok(), may, "{id}");
        assert_eq!(nurse.history(&history(HistoryOf::Instance(site.ty(ty), id.into()))).is_ok(), may, "{id}");
    }
    let everything = nurse.everything("amal", &EverythingQuery::default()).expect("shown");
    assert_eq!(everything.matches.iter().map(|found| found.id.to_text()).collect::<Vec<_>>(), ["amal", "amal-sign"]);
    assert_eq!(nurse.everything("vip", &EverythingQuery::default()).expect_err("hidden").code, "RH-STORE-NOT-FOUND");
    let latest = nurse.latest_by_code("amal", site.ty("Observation"), "code", 9).expect("shown");
    assert_eq!(latest.groups.iter().flat_map(|group| &group.newest).map(|found| found.id.to_text()).collect::<Vec<_>>(), ["amal-sign"]);
    let found = nurse.find_people(&PeopleQuery { text: "ala", rules: &NameRules::default(), limit: 9 }).expect("found");
    assert_eq!(found.found.len(), 2);
    let mut told: Vec<String> = nurse.history(&history(HistoryOf::System)).expect("shown").entries.iter().map(|entry| entry.id.to_text()).collect();
    told.sort();
    assert_eq!(told, ["amal", "amal-sign", "badr", "doctor"]);
    let (mut fed, _) = nurse.feed(None, 100).map(|(changes, next)| (changes.iter().map(|one| one.id.to_text()).collect::<Vec<_>>(), next)).expect("fed");
    fed.sort();
    assert_eq!(fed, ["amal", "amal-sign", "badr", "doctor"]);
}

#[tokio::test]
async fn what_was_deleted_stays_hidden_from_whom_it_was_hidden() {
    let site = ward().await;
    for id in ["amal-secret", "amal-lab", "amal-sign"] {
        site.delete("Observation", id).await;
    }
    let nurse = nurse(&site);
    let (changes, _) = nurse.feed(None, 100).expect("fed");
    let deleted: Vec<String> = changes.iter().filter(|one| one.deleted).map(|one| one.id.to_text()).collect();
    assert_eq!(deleted, ["amal-sign"]);
}

#[tokio::test]
async fn only_what_is_allowed_is_written_and_only_about_ones_own_patients() {
    let site = ward().await;
    let nurse = nurse(&site);
    let write = async |steps| -> Result<(), Fault> { nurse.commit(steps, vec![], vec![]).await.map(drop) };
    let sign = |patient: &str, id: Option<&str>| site.put(&observation(patient, "vital-signs", ""), id);
    write(vec![sign("amal", None)]).await.expect("her own patient");
    write(vec![sign("amal", Some("amal-sign"))]).await.expect("what she sees");
    let delete = rihla_store::backend::Step::Delete { ty: site.ty("Observation").0, id: "amal-sign".into(), expect: rihla_store::backend::Expect::Any };
    for (what, steps) in [
        ("another patient", vec![sign("badr", None)]),
        ("a hidden patient", vec![sign("vip", None)]),
        ("nobody", vec![sign("", None)]),
        ("a patient who is not there", vec![sign("ghost", None)]),
        ("what is another's", vec![sign("amal", Some("badr-sign"))]),
        ("what a label keeps back", vec![sign("amal", Some("amal-secret"))]),
        ("a kind that she does not see", vec![site.put(&observation("amal", "laboratory", ""), None)]),
        ("what would become another kind", vec![site.put(&observation("amal", "laboratory", ""), Some("amal-sign"))]),
        ("a type that she does not write", vec![site.put(&condition("amal"), None)]),
        ("an act that she may not do", vec![delete]),
        ("one of two", vec![sign("amal", None), sign("badr", None)]),
    ] {
        assert_eq!(write(steps).await.expect_err(what).code, "RH-STORE-NOT-ALLOWED", "{what}");
    }
    assert_eq!(site.total("Observation", ""), 7);
    assert_eq!(site.total("Condition", ""), 3);
}

#[tokio::test]
async fn what_is_left_out_of_a_resource_is_not_searched_and_the_rest_is_not_written() {
    let site = ward().await;
    let stay = |tag: &str, reason: &str| {
        format!(
            r#"{{"resourceType":"Encounter",{tag}"status":"in-progress","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/amal"}},"reasonCode":[{{"text":"{reason}"}}],"diagnosis":[{{"condition":{{"reference":"Condition/amal-flu"}}}}],"length":{{"value":1.50}}}}"#
        )
    };
    site.update("stay", &stay("", "flu")).await;
    site.update("tagged", &stay(r#""meta":{"tag":[{"code":"t"}]},"#, "flu")).await;
    let rule = TypeRule::written().without(["reasonCode", "diagnosis"].map(String::from));
    let scope = AccessScope::everything().with_rules([(site.ty("Encounter").0, rule), (site.ty("Patient").0, TypeRule::shown())]);
    let clerk = site.store.scoped_to(Actor::node("clerk"), Purpose::Operations, scope);
    let text = |id: &str| String::from_utf8(clerk.read(site.ty("Encounter"), id).expect("shown").json()).expect("text");
    assert!(text("stay").ends_with(
        r#""tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}]},"status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/amal"},"length":{"value":1.50}}"#
    ));
    assert!(text("tagged").contains(r#""tag":[{"code":"t"},{"system""#));
    assert_eq!(shown(&clerk, &site, "Encounter", "status=in-progress"), ["stay", "tagged"]);
    for (ty, name) in
        [("Encounter", "diagnosis"), ("Encounter", "reason-code"), ("Encounter", "diagnosis:missing"), ("Patient", "_has:Encounter:patient:reason-code")]
    {
        let pairs = [(name.to_owned(), "true".to_owned())];
        let refused = clerk.query(&[site.ty(ty)], &pairs, Handling::Strict).expect_err(name);
        assert_eq!(refused.code, "RH-SEARCH-NOT-ALLOWED", "{name}");
    }
    let refused = clerk.commit(vec![site.put(&stay("", "none"), Some("stay"))], vec![], vec![]).await;
    assert_eq!(refused.expect_err("would lose the diagnosis").code, "RH-STORE-NOT-ALLOWED");
}
