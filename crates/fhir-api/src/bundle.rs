//! Writing bundles: stored bodies are spliced in as bytes (<https://hl7.org/fhir/R4/bundle.html>).

use crate::lang::Lang;
use crate::refusal::{Issue, push_outcome};
use crate::subset::Shape;
use axum::http::StatusCode;
use rihla_fhir::json::{Limits, escape_into, parse};
use rihla_fhir::r4::tables;
use rihla_kernel::Instant;
use rihla_store::body::{push_decimal, push_instant};
use rihla_store::{Stored, backend::LogicalId};

/// How an entry came to be in a searchset (<https://hl7.org/fhir/R4/valueset-search-entry-mode.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Match,
    Include,
}

/// A bundle that grows entry by entry.
pub struct BundleWriter {
    out: Vec<u8>,
    entries: usize,
}

impl BundleWriter {
    pub fn new(bundle_type: &str, total: Option<u64>, links: &[(&str, String)]) -> Self {
        let mut out = Vec::with_capacity(4096);
        out.extend_from_slice(b"{\"resourceType\":\"Bundle\",\"type\":\"");
        out.extend_from_slice(bundle_type.as_bytes());
        out.push(b'"');
        if let Some(total) = total {
            out.extend_from_slice(b",\"total\":");
            out.extend_from_slice(total.to_string().as_bytes());
        }
        for (position, (relation, url)) in links.iter().enumerate() {
            out.extend_from_slice(if position == 0 { b",\"link\":[{\"relation\":\"" } else { b",{\"relation\":\"" });
            out.extend_from_slice(relation.as_bytes());
            out.extend_from_slice(b"\",\"url\":");
            escape_into(url, &mut out);
            out.push(b'}');
        }
        if !links.is_empty() {
            out.push(b']');
        }
        Self { out, entries: 0 }
    }

    fn open(&mut self) {
        self.out.extend_from_slice(if self.entries == 0 { b",\"entry\":[{" } else { b",{" });
        self.entries += 1;
    }

    /// A resource that was found.
    pub fn found(&mut self, base: &str, stored: &Stored, shape: &Shape, mode: Mode) {
        self.open();
        self.push_full_url(base, stored);
        self.out.extend_from_slice(b",\"resource\":");
        push_shaped(stored, shape, &mut self.out);
        self.out.extend_from_slice(match mode {
            Mode::Match => b",\"search\":{\"mode\":\"match\"}}",
            Mode::Include => b",\"search\":{\"mode\":\"include\"}}",
        });
    }

    /// A record that may be the person's, with how likely it is.
    pub fn likely(&mut self, base: &str, stored: &Stored, shape: &Shape, likely: &crate::matching::Likely) {
        self.open();
        self.push_full_url(base, stored);
        self.out.extend_from_slice(b",\"resource\":");
        push_shaped(stored, shape, &mut self.out);
        let grade = format!(r#"{{"url":"http://hl7.org/fhir/StructureDefinition/match-grade","valueCode":"{}"}}"#, likely.grade);
        self.out.extend_from_slice(format!(r#","search":{{"extension":[{grade}],"mode":"match","score":{:.4}}}}}"#, likely.score.clamp(0.0, 1.0)).as_bytes());
    }

    /// A resource that is shown and not stored.
    pub fn found_json(&mut self, full_url: &str, json: &[u8]) {
        self.open();
        self.out.extend_from_slice(b"\"fullUrl\":");
        escape_into(full_url, &mut self.out);
        self.out.extend_from_slice(b",\"resource\":");
        self.out.extend_from_slice(json);
        self.out.extend_from_slice(b",\"search\":{\"mode\":\"match\"}}");
    }

    /// What there is to say about the search itself (<https://hl7.org/fhir/R4/search.html#errors>).
    pub fn said(&mut self, issues: &[Issue], lang: Lang) {
        self.open();
        self.out.extend_from_slice(b"\"resource\":");
        push_outcome(issues, lang, &mut self.out);
        self.out.extend_from_slice(b",\"search\":{\"mode\":\"outcome\"}}");
    }

    /// A version, as history shows it (<https://hl7.org/fhir/R4/http.html#history>).
    pub fn version(&mut self, base: &str, stored: &Stored, shape: &Shape) {
        self.open();
        self.push_full_url(base, stored);
        if !stored.deleted {
            self.out.extend_from_slice(b",\"resource\":");
            push_shaped(stored, shape, &mut self.out);
        }
        let chosen = matches!(stored.id, LogicalId::Chosen(_));
        let (method, status) = match (stored.deleted, stored.vid, chosen) {
            (true, ..) => ("DELETE", "204"),
            (false, 1, false) => ("POST", "201"),
            (false, 1, true) => ("PUT", "201"),
            (false, ..) => ("PUT", "200"),
        };
        self.out.extend_from_slice(b",\"request\":{\"method\":\"");
        self.out.extend_from_slice(method.as_bytes());
        self.out.extend_from_slice(b"\",\"url\":\"");
        self.out.extend_from_slice(tables().type_name(stored.ty).as_bytes());
        if method != "POST" {
            self.out.push(b'/');
            stored.id.push_to(&mut self.out);
        }
        self.out.extend_from_slice(b"\"},\"response\":");
        self.push_response(status, None, Some((stored.vid, stored.last_updated)));
        self.out.extend_from_slice(b"}}");
    }

    /// What became of one entry of a batch or transaction.
    pub fn response(&mut self, resource: Option<&[u8]>, status: StatusCode, location: Option<&str>, version: Option<(u32, Instant)>, outcome: Option<&[u8]>) {
        self.open();
        if let Some(resource) = resource {
            self.out.extend_from_slice(b"\"resource\":");
            self.out.extend_from_slice(resource);
            self.out.push(b',');
        }
        self.out.extend_from_slice(b"\"response\":");
        self.push_response(&status.to_string(), location, version);
        if let Some(outcome) = outcome {
            self.out.extend_from_slice(b",\"outcome\":");
            self.out.extend_from_slice(outcome);
        }
        self.out.extend_from_slice(b"}}");
    }

    /// Leaves the object open for an outcome.
    fn push_response(&mut self, status: &str, location: Option<&str>, version: Option<(u32, Instant)>) {
        self.out.extend_from_slice(b"{\"status\":\"");
        self.out.extend_from_slice(status.as_bytes());
        self.out.push(b'"');
        if let Some(location) = location {
            self.out.extend_from_slice(b",\"location\":");
            escape_into(location, &mut self.out);
        }
        if let Some((vid, updated)) = version {
            self.out.extend_from_slice(b",\"etag\":\"W/\\\"");
            push_decimal(vid, &mut self.out);
            self.out.extend_from_slice(b"\\\"\",\"lastModified\":\"");
            push_instant(updated, &mut self.out);
            self.out.push(b'"');
        }
    }

    fn push_full_url(&mut self, base: &str, stored: &Stored) {
        self.out.extend_from_slice(b"\"fullUrl\":\"");
        self.out.extend_from_slice(base.as_bytes());
        self.out.push(b'/');
        self.out.extend_from_slice(tables().type_name(stored.ty).as_bytes());
        self.out.push(b'/');
        stored.id.push_to(&mut self.out);
        self.out.push(b'"');
    }

    pub fn finish(mut self) -> Vec<u8> {
        if self.entries > 0 {
            self.out.push(b']');
        }
        self.out.push(b'}');
        self.out
    }
}

/// Appends the resource, or the part of it that is asked for.
pub fn push_shaped(stored: &Stored, shape: &Shape, out: &mut Vec<u8>) {
    if *shape == Shape::Whole {
        return stored.push_json(out);
    }
    let json = stored.json();
    match parse(&json, &Limits::default()) {
        Ok(doc) => shape.push(doc.root(), stored.ty, out),
        Err(_) => out.extend_from_slice(&json),
    }
}
