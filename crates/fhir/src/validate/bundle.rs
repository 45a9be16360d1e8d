//! The rules of bundles: <https://hl7.org/fhir/R4/bundle.html#invs>.

use super::Visitor;
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
        let Some((ty, id)) = resource.and_then(|it| Some((text_of(it, "resourceType")?, text_of(it, "id")?))) else { return };
        let mut segments = url.rsplit('/');
        let (last, before) = (segments.next().unwrap_or(""), segments.next().unwrap_or(""));
        let restful = url.starts_with("http") && self.tables.resource_type(before).is_some();
        if restful && (last != id || before != ty) {
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

    /// bdl-9.
    fn document(&mut self, bundle: Value<'d>) {
        let identifier = bundle.get("identifier");
        if !identifier.is_some_and(|it| it.get("system").is_some() && it.get("value").is_some()) {
            self.fail(Problem::BundleIdentifier, bundle, &[]);
        }
    }
}
