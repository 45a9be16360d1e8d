//! The rules of bundles: <https://hl7.org/fhir/R4/bundle.html#invs>.

use super::Visitor;
use super::format::is_absolute;
use super::primitive::text_of;
use super::walk::Walk;
use crate::issue::Problem;
use crate::json::Value;
use std::collections::HashSet;

impl<'d, V: Visitor<'d>> Walk<'d, '_, V> {
    pub(super) fn bundle(&mut self, bundle: Value<'d>) {
        let Some(kind) = text_of(bundle, "type") else { return };
        let kind = kind.as_ref();
        if let Some(total) = bundle.get("total").filter(|_| !matches!(kind, "searchset" | "history")) {
            self.fail(Problem::BundleTotal, total, &[]);
        }
        let mut full_urls = HashSet::new();
        for (position, entry) in bundle.get("entry").into_iter().flat_map(|it| it.items()).enumerate() {
            self.entry(kind, entry);
            self.full_url(kind, entry, &mut full_urls);
            if position == 0 {
                self.first_entry(kind, entry);
            }
        }
        if kind == "document" {
            self.document(bundle);
        }
    }

    /// bdl-2 to bdl-5.
    fn entry(&mut self, kind: &str, entry: Value<'d>) {
        let (resource, request, response) = (entry.get("resource"), entry.get("request"), entry.get("response"));
        if entry.get("search").is_some() && kind != "searchset" {
            self.fail(Problem::BundleSearch, entry, &[]);
        }
        if request.is_some() != matches!(kind, "batch" | "transaction" | "history") {
            self.fail(Problem::BundleRequest, entry, &[]);
        }
        if response.is_some() != matches!(kind, "batch-response" | "transaction-response" | "history") {
            self.fail(Problem::BundleResponse, entry, &[]);
        }
        if resource.is_none() && request.is_none() && response.is_none() {
            self.fail(Problem::BundleEntryEmpty, entry, &[]);
        }
    }

    /// bdl-7 and bdl-8, and that a RESTful address agrees with the resource it is given for.
    fn full_url(&mut self, kind: &str, entry: Value<'d>, seen: &mut HashSet<String>) {
        let resource = entry.get("resource");
        let Some(at) = entry.get("fullUrl") else { return };
        let Some(url) = at.as_str() else { return };
        if url.contains("/_history/") {
            self.fail(Problem::BundleFullUrlVersion, at, &[]);
        }
        let version = resource.and_then(|it| it.get("meta")).and_then(|it| text_of(it, "versionId")).unwrap_or_default();
        if kind != "history" && !seen.insert(format!("{url}|{version}")) {
            self.fail(Problem::BundleFullUrlTwice, at, &[]);
        }
        if !is_absolute(&url) {
            return self.fail(Problem::BundleFullUrlRelative, at, &[]);
        }
        let Some(resource) = resource.filter(|_| url.starts_with("http")) else { return };
        let (ty, id) = (text_of(resource, "resourceType").unwrap_or_default(), text_of(resource, "id"));
        let Some(id) = id else {
            // What is being created has no id yet; an outcome is not kept anywhere.
            if !matches!(kind, "batch" | "transaction") && ty != "OperationOutcome" {
                self.fail(Problem::BundleFullUrlId, at, &[]);
            }
            return;
        };
        let mut segments = url.rsplit('/');
        let (last, before) = (segments.next().unwrap_or(""), segments.next().unwrap_or(""));
        if self.tables.resource_type(before).is_some() && (last != id || before != ty) {
            self.fail(Problem::BundleFullUrlId, at, &[]);
        }
    }

    /// bdl-11 and bdl-12.
    fn first_entry(&mut self, kind: &str, entry: Value<'d>) {
        let expected = match kind {
            "document" => "Composition",
            "message" => "MessageHeader",
            _ => return,
        };
        let found = entry.get("resource").and_then(|it| text_of(it, "resourceType"));
        if found.as_deref() != Some(expected) {
            self.fail(Problem::BundleFirst, entry, &[kind, expected]);
        }
    }

    /// bdl-9, and that the composition's direct references are in the bundle:
    /// <https://hl7.org/fhir/R4/documents.html#content>.
    fn document(&mut self, bundle: Value<'d>) {
        let identifier = bundle.get("identifier");
        if !identifier.is_some_and(|it| it.get("system").is_some() && it.get("value").is_some()) {
            self.fail(Problem::BundleIdentifier, bundle, &[]);
        }
        let mut included = HashSet::new();
        for entry in bundle.get("entry").into_iter().flat_map(|it| it.items()) {
            include(entry, &mut included);
        }
        let composition = bundle.get("entry").and_then(|it| it.items().next()).and_then(|it| it.get("resource"));
        let mut found = Vec::new();
        if let Some(composition) = composition {
            for path in COMPOSITION_REFERENCES {
                references(composition, path, &mut found);
            }
            section_entries(composition, &mut found);
        }
        for at in found {
            let text = at.as_str().unwrap_or_default();
            if !text.starts_with('#') && !included.contains(text.as_ref()) {
                self.fail(Problem::BundleNotIncluded, at, &[]);
            }
        }
    }
}

const COMPOSITION_REFERENCES: [&[&str]; 6] = [&["subject"], &["encounter"], &["author"], &["attester", "party"], &["custodian"], &["event", "detail"]];

/// Every way in which a reference may name the entry.
fn include(entry: Value<'_>, included: &mut HashSet<String>) {
    let resource = entry.get("resource");
    let part = |key| resource.and_then(|it| text_of(it, key));
    let version = resource.and_then(|it| it.get("meta")).and_then(|it| text_of(it, "versionId"));
    let relative = part("resourceType").zip(part("id")).map(|(ty, id)| format!("{ty}/{id}"));
    for address in text_of(entry, "fullUrl").map(|it| it.into_owned()).into_iter().chain(relative) {
        included.extend(version.as_ref().map(|it| format!("{address}/_history/{it}")));
        included.insert(address);
    }
}

/// The `reference` texts below a path of elements.
fn references<'d>(value: Value<'d>, path: &[&str], found: &mut Vec<Value<'d>>) {
    match path.split_first() {
        None => found.extend(value.get("reference")),
        Some((key, rest)) => value.get(key).into_iter().flat_map(|it| it.each()).for_each(|it| references(it, rest, found)),
    }
}

fn section_entries<'d>(value: Value<'d>, found: &mut Vec<Value<'d>>) {
    let mut open: Vec<_> = value.get("section").into_iter().flat_map(|it| it.items()).collect();
    while let Some(section) = open.pop() {
        references(section, &["entry"], found);
        open.extend(section.get("section").into_iter().flat_map(|it| it.items()));
    }
}
