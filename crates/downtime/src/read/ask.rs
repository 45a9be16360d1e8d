//! Questions to the record about many patients at once, each answered in few pages.

use rihla_fhir::r4::tables;
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, FaultKind};
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};
use rihla_web::look;
use std::collections::{BTreeMap, BTreeSet};

/// Resources of one page, and pages of one question.
const PAGE: &str = "1000";
const PAGES: usize = 10;
/// Records that were merged into one another, one after the other.
const LINKS: usize = 8;

/// Whatever fits; whether there is more than is read.
pub fn all(record: &Scoped, ty: &str, asked: &[(&str, &str)]) -> Result<(Vec<Stored>, bool), Fault> {
    let unknown = || Fault::new(FaultKind::Internal, "RH-DOWNTIME-TYPE", "The downtime pack asked for a resource type that R4 does not have.");
    let ty = tables().resource_type(ty).ok_or_else(unknown)?;
    let (mut out, mut cursor) = (Vec::new(), None);
    for _ in 0..PAGES {
        let mut pairs: Vec<(String, String)> = asked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        pairs.push(("_count".to_owned(), PAGE.to_owned()));
        pairs.extend(cursor.take().map(|cursor| ("_cursor".to_owned(), cursor)));
        let (query, _) = record.query(&[ty], &pairs, Handling::Strict)?;
        let page = record.search(&query)?;
        out.extend(page.matches);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok((out, false)),
        }
    }
    Ok((out, true))
}

/// Some patients with the records that were merged into theirs: what is known of a person stands under either.
pub struct People {
    /// By id; those that were merged away too.
    pub records: BTreeMap<String, Stored>,
    /// The record that holds now, of those that were merged into it.
    survivors: BTreeMap<String, String>,
}

impl People {
    pub fn read(record: &Scoped, ids: &[&str]) -> Result<Self, Fault> {
        let mut out = Self { records: BTreeMap::new(), survivors: BTreeMap::new() };
        let mut wanted: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        for _ in 0..LINKS {
            if wanted.is_empty() {
                break;
            }
            let names: Vec<String> = wanted.into_iter().collect();
            let (found, _) = all(record, "Patient", &[("_id", &names.join(","))])?;
            wanted = BTreeSet::new();
            for stored in found {
                let id = stored.id.to_text();
                let (into, away) = look(&stored, links).unwrap_or_default();
                if let Some(into) = into {
                    wanted.insert(into.clone());
                    out.survivors.insert(id.clone(), into);
                }
                wanted.extend(away);
                out.records.insert(id, stored);
            }
            wanted.retain(|id| !out.records.contains_key(id));
        }
        Ok(out)
    }

    /// The record that stands for a person.
    pub fn one(&self, id: &str) -> String {
        let mut at = id;
        for _ in 0..LINKS {
            match self.survivors.get(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        at.to_owned()
    }

    /// The ids of all records, for a question.
    pub fn asked(&self) -> String {
        self.records.keys().map(String::as_str).collect::<Vec<_>>().join(",")
    }

    /// By the record that stands for the person, in the order in which they were found.
    pub fn grouped(&self, found: Vec<Stored>, path: &str) -> BTreeMap<String, Vec<Stored>> {
        let mut out: BTreeMap<String, Vec<Stored>> = BTreeMap::new();
        for stored in found {
            if let Some(id) = look(&stored, |value| value.reference(path, "Patient").map(|id| id.into_owned())).flatten() {
                out.entry(self.one(&id)).or_default().push(stored);
            }
        }
        out
    }
}

/// <https://hl7.org/fhir/R4/valueset-link-type.html>: into which record this one was merged, and which into this one.
fn links(patient: rihla_fhir::json::Value<'_>) -> (Option<String>, Vec<String>) {
    let of = |kind: &str| -> Vec<String> {
        let links = patient.all("link").into_iter().filter(|link| link.text("type").as_deref() == Some(kind));
        links.filter_map(|link| link.reference("other.reference", "Patient").map(|id| id.into_owned())).collect()
    };
    (of("replaced-by").into_iter().next(), of("replaces"))
}
