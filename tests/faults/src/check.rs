//! Whether a record holds exactly what its writers were told.

use crate::load::{Effect, Told, content_of, mark};
use crate::site::{Site, type_of};
use crate::texts::{patient, tail};
use rihla_kernel::FaultKind;
use rihla_store::blob::named_in;
use rihla_store::{HistoryOf, HistoryQuery};
use std::collections::{BTreeMap, BTreeSet};

/// What every resource went through: version and text, `None` for a deletion.
type Versions = BTreeMap<(String, String), Vec<(u32, Option<String>)>>;

/// What was found, for the curious.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub acknowledged: usize,
    /// Begun, and there although nobody was told.
    pub unheard: usize,
    /// Begun, and wholly absent.
    pub absent: usize,
}

/// Checks a record against all that was told of it, in order. Ends the test at the first thing that is not so.
pub fn record(site: &Site, told: &[Told]) -> Found {
    let mut found = Found::default();
    let mut versions = Versions::new();
    for done in told.iter().filter(|told| told.acknowledged) {
        found.acknowledged += 1;
        done.effects.iter().for_each(|effect| grow(&mut versions, effect));
    }
    for begun in in_flight(told) {
        let reached =
            site.store.mark(&mark(begun.thread)).expect("reads").and_then(|bytes| bytes.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))).unwrap_or(0);
        if reached == begun.number {
            found.unheard += 1;
            begun.effects.iter().for_each(|effect| grow(&mut versions, effect));
        } else {
            assert_eq!(reached, begun.number - 1, "the mark of thread {} is that of its last acknowledged write", begun.thread);
            found.absent += 1;
        }
    }
    each_version(site, &versions);
    searches(site, told, &versions);
    claims(site, &versions);
    assert_eq!(site.faults(), Vec::<String>::new());
    found
}

/// For each thread the write that was begun and not acknowledged.
fn in_flight(told: &[Told]) -> Vec<&Told> {
    let mut open: BTreeMap<u32, &Told> = BTreeMap::new();
    for one in told {
        if one.acknowledged {
            open.remove(&one.thread);
        } else {
            open.insert(one.thread, one);
        }
    }
    open.into_values().collect()
}

fn grow(versions: &mut Versions, effect: &Effect) {
    let known = versions.entry((effect.ty.clone(), effect.id.clone())).or_default();
    let next = known.last().map_or(1, |(vid, _)| vid + 1);
    assert!(effect.vid == next || effect.vid == 0, "{} {}: version {} follows {next}", effect.ty, effect.id, effect.vid);
    known.push((next, effect.text.clone()));
}

fn each_version(site: &Site, versions: &Versions) {
    for ((ty, id), all) in versions {
        let name = type_of(ty);
        for (vid, text) in all {
            match (site.scoped.vread(name, id, *vid), text) {
                (Ok(stored), Some(text)) => {
                    let json = String::from_utf8(stored.json()).expect("utf-8");
                    assert!(json.ends_with(tail(text)), "{ty}/{id} version {vid}: {json} is not {text}");
                    contents(site, text);
                }
                (Err(fault), None) => assert_eq!(fault.kind, FaultKind::Gone, "{ty}/{id} version {vid}"),
                (Ok(_), None) => panic!("{ty}/{id} version {vid} should be a deletion"),
                (Err(fault), Some(_)) => panic!("{ty}/{id} version {vid}: {fault}"),
            }
        }
        let history = site
            .scoped
            .history(&HistoryQuery { of: HistoryOf::Instance(name, id.clone()), since: None, at: None, count: 1000, cursor: None })
            .expect("history");
        assert_eq!(history.entries.len(), all.len(), "{ty}/{id} has no other versions");
    }
}

/// What a text names outside the rows is there too.
fn contents(site: &Site, text: &str) {
    for hash in named_in(text.as_bytes()) {
        let mut reader = site.scoped.get_blob(&hash, None).expect("kept before it was named");
        let mut found = Vec::new();
        while let Some(piece) = reader.next().expect("sound") {
            found.extend(piece);
        }
        assert!(found == content_of(group_in(text).unwrap_or_default()), "{hash:?} is what was kept");
    }
}

/// The newest text of what is not deleted.
fn live(versions: &Versions) -> impl Iterator<Item = (&str, &str, &str)> {
    versions.iter().filter_map(|((ty, id), all)| all.last().and_then(|(_, text)| text.as_deref()).map(|text| (ty.as_str(), id.as_str(), text)))
}

fn group_in(text: &str) -> Option<&str> {
    text.split_once(r#""urn:group","value":""#)?.1.split('"').next()
}

fn subject_in(text: &str) -> Option<&str> {
    text.split_once(r#""reference":"Patient/"#)?.1.split('"').next()
}

fn searches(site: &Site, told: &[Told], versions: &Versions) {
    let (mut groups, mut subjects): (BTreeMap<_, BTreeSet<_>>, BTreeMap<_, BTreeSet<_>>) = Default::default();
    for (ty, id, text) in live(versions) {
        groups.entry((ty, group_in(text).unwrap_or_default().to_owned())).or_default().insert(id.to_owned());
        if let Some(subject) = subject_in(text) {
            subjects.entry(subject.to_owned()).or_default().insert(id.to_owned());
        }
    }
    let asked: BTreeSet<String> = told.iter().map(Told::group).collect();
    for group in asked {
        for ty in ["Patient", "Observation"] {
            let found: BTreeSet<String> = site.search(ty, &format!("identifier=urn:group|{group}&_count=50")).into_iter().collect();
            assert_eq!(found, groups.remove(&(ty, group.clone())).unwrap_or_default(), "{ty} of write {group}");
        }
    }
    assert!(groups.is_empty(), "{groups:?}");
    for ((ty, id), _) in versions.iter().filter(|((ty, _), _)| ty == "Patient") {
        let found: BTreeSet<String> = site.search("Observation", &format!("subject={ty}/{id}&_count=500")).into_iter().collect();
        assert_eq!(found, subjects.remove(id).unwrap_or_default(), "observations of {id}");
    }
    for ty in ["Patient", "Observation"] {
        let total = site.scoped.search(&site.query(ty, "_total=accurate&_count=1")).expect("searches").total;
        assert_eq!(total, Some(live(versions).filter(|(of, ..)| *of == ty).count() as u64), "{ty} in all");
    }
}

/// A number in use cannot be given again; one that was given up can. Some patients stand for all.
fn claims(site: &Site, versions: &Versions) {
    let patients = versions.iter().filter(|((ty, _), all)| ty == "Patient" && !all.is_empty());
    for ((_, id), all) in patients.rev().take(12) {
        for (at, (_, text)) in all.iter().enumerate() {
            let Some(number) = text.as_deref().and_then(group_in) else { continue };
            let held = at + 1 == all.len();
            let again = site.commit(vec![site.put(&patient(number, "again", "Again"), None)]);
            assert_eq!(again.is_err(), held, "number {number} of {id}");
            if let Ok(outcomes) = again {
                let id = outcomes.first().map(|outcome| outcome.id.to_text()).unwrap_or_default();
                site.commit(vec![site.delete("Patient", &id)]).expect("deletes");
            }
        }
    }
}
