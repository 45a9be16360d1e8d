//! The transaction that a message becomes.

use crate::node::Object;
use rihla_fhir::json::escape_into;
use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;

/// One resource and how it is written.
#[derive(Clone, Debug)]
pub struct Entry {
    pub resource: Object,
    /// Its type and the search that finds it when it is there already, such as `identifier=…`. Without one it is new.
    pub ty: &'static str,
    pub known_by: String,
    /// Whether what is there is replaced, or left as it is.
    pub replaces: bool,
    /// The id of what is written, where that is decided.
    pub id: String,
}

#[derive(Clone, Debug, Default)]
pub struct Bundle {
    entries: Vec<Entry>,
    /// Places by type and search.
    known: HashMap<String, usize>,
}

impl Bundle {
    /// Appends an entry and gives its place, or the place of the entry that is found by the same search: a transaction may
    /// not write one resource twice.
    pub fn add(&mut self, entry: Entry) -> usize {
        let place = self.entries.len();
        if !entry.known_by.is_empty() {
            match self.known.entry(format!("{}?{}", entry.ty, entry.known_by)) {
                MapEntry::Occupied(known) => return *known.get(),
                MapEntry::Vacant(free) => _ = free.insert(place),
            }
        }
        self.entries.push(entry);
        place
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn resource_mut(&mut self, place: usize) -> Option<&mut Object> {
        self.entries.get_mut(place).map(|it| &mut it.resource)
    }

    pub fn resource(&self, place: usize) -> Option<&Object> {
        self.entries.get(place).map(|it| &it.resource)
    }

    /// Within the bundle an entry is referred to by this; the server replaces it by the id that it gives.
    pub fn full_url(place: usize) -> String {
        format!("urn:uuid:00000000-0000-4000-8000-{place:012x}")
    }

    /// As JSON text.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.entries.len() * 600 + 64);
        out.extend_from_slice(b"{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[");
        for (place, entry) in self.entries.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"fullUrl\":");
            escape_into(&Self::full_url(place), &mut out);
            out.extend_from_slice(b",\"resource\":");
            entry.resource.write(&mut out);
            out.extend_from_slice(b",\"request\":");
            entry.request().write(&mut out);
            out.push(b'}');
        }
        out.extend_from_slice(b"]}");
        out
    }
}

impl Entry {
    fn request(&self) -> Object {
        let request = Object::new();
        if !self.id.is_empty() {
            return request.with("method", "PUT").with("url", format!("{}/{}", self.ty, self.id));
        }
        match (self.known_by.as_str(), self.replaces) {
            ("", _) => request.with("method", "POST").with("url", self.ty),
            (search, true) => request.with("method", "PUT").with("url", format!("{}?{search}", self.ty)),
            (search, false) => request.with("method", "POST").with("url", self.ty).with("ifNoneExist", search),
        }
    }
}
