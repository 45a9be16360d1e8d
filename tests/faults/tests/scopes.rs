//! Limits on what may be seen, where so much may be seen that a search goes another way than for a few.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use rihla_faults::site::{Folder, Site, new_id, put_by, query_by};
use rihla_kernel::{Actor, Purpose, SiteId};
use rihla_store::Scoped;
use rihla_store::scope::AccessScope;
use std::collections::BTreeSet;

/// More than a chain or `_has` reads as a list before it looks at each candidate instead.
const MANY: u32 = 1_400;
const HIDDEN: u32 = 20;

fn patient(number: u32) -> String {
    format!(r#"{{"resourceType":"Patient","identifier":[{{"value":"{number}"}}],"name":[{{"family":"Alami"}}]}}"#)
}

fn observation(patient: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"urn:c","code":"c"}}]}},"subject":{{"reference":"Patient/{patient}"}}}}"#
    )
}

fn all(scoped: &Scoped, ty: &str, text: &str) -> BTreeSet<String> {
    rihla_faults::site::search_by(scoped, ty, &format!("{text}&_count=500")).into_iter().collect()
}

#[test]
fn many_targets_hide_none_that_may_not_be_seen() {
    let folder = Folder::new();
    let site = Site::open(folder.path());
    let (ours, theirs) = (site.as_site(SiteId(1)), site.as_site(SiteId(2)));
    let node = |store: &rihla_store::Store| store.scoped(Actor::node("scopes"), Purpose::Treatment);
    let (our, their) = (node(&ours), node(&theirs));
    let commit = |scoped: &Scoped, steps| scoped.submit(steps, vec![], vec![]).expect("submitted").blocking_recv().expect("answered").expect("kept");
    // Patients of ours with observations of ours; of theirs with ours; of ours with theirs.
    let mut groups: [BTreeSet<String>; 3] = Default::default();
    let mut observed: [BTreeSet<String>; 3] = Default::default();
    for (group, count) in [MANY, HIDDEN, HIDDEN].into_iter().enumerate() {
        let (of_patient, of_observation) = [(&our, &our), (&their, &our), (&our, &their)][group];
        let steps: Vec<_> = (0..count).map(|at| put_by(of_patient, &ours, &patient(at), None)).collect();
        groups[group] = steps.iter().filter_map(new_id).collect();
        commit(of_patient, steps);
        let steps: Vec<_> = groups[group].iter().map(|id| put_by(of_observation, &ours, &observation(id), None)).collect();
        observed[group] = steps.iter().filter_map(new_id).collect();
        commit(of_observation, steps);
    }
    let scoped = site.store.scoped_to(Actor::node("scopes"), Purpose::Treatment, AccessScope::everything().only_sites([SiteId(1)]));
    let everything = node(&site.store);
    for (ty, question, shown, all_of) in [
        ("Observation", "patient.family=alami", &observed[0], observed.iter().flatten().count()),
        ("Observation", "code=c&subject:Patient.name=alami", &observed[0], observed.iter().flatten().count()),
        ("Patient", "_has:Observation:patient:code=c", &groups[0], groups.iter().flatten().count()),
        ("Patient", "family=alami&_has:Observation:subject:code=urn:c|c", &groups[0], groups.iter().flatten().count()),
    ] {
        assert_eq!(all(&scoped, ty, question), *shown, "{question}");
        let total = |scoped: &Scoped| scoped.search(&query_by(scoped, ty, &format!("{question}&_total=accurate&_count=1"))).expect("searches").total;
        assert_eq!(total(&scoped), Some(shown.len() as u64), "{question}");
        assert_eq!(total(&everything), Some(all_of as u64), "{question}");
    }
}
