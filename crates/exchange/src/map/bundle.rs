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

/// A resource that others made of an entry, or beside all: JSON, and how it is written.
#[derive(Clone, Debug)]
pub struct Written {
    pub ty: &'static str,
    /// Empty for the entry's own, where it is only referred to.
    pub json: String,
    pub how: How,
}

#[derive(Clone, Debug)]
pub enum How {
    /// New. With a search, refused if one that it finds has come meanwhile.
    New { known_by: String },
    /// The next version, unless somebody was faster.
    Next { id: String, version: u32 },
    /// It is there and stays as it is; what refers to the entry refers to it.
    Stays { id: String },
}

impl Written {
    fn request(&self, ty: &'static str) -> Object {
        let request = Object::new();
        match &self.how {
            How::New { known_by } if known_by.is_empty() => request.with("method", "POST").with("url", ty),
            How::New { known_by } => request.with("method", "PUT").with("url", format!("{ty}?{known_by}")).with("ifNoneMatch", "*"),
            How::Next { id, version } => request.with("method", "PUT").with("url", format!("{ty}/{id}")).with("ifMatch", format!("W/\"{version}\"")),
            How::Stays { id } => request.with("method", "POST").with("url", ty).with("ifNoneExist", format!("_id={id}")),
        }
    }
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
        self.write_with(&[], &[])
    }

    /// The same, with what others made in the place of entries, and more beside them.
    pub fn write_with(&self, instead: &[(usize, Written)], beside: &[Written]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.entries.len() * 600 + 64);
        out.extend_from_slice(b"{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[");
        for (place, entry) in self.entries.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"fullUrl\":");
            escape_into(&Self::full_url(place), &mut out);
            out.extend_from_slice(b",\"resource\":");
            let written = instead.iter().find(|(at, _)| *at == place).map(|(_, written)| written);
            match written.filter(|written| !written.json.is_empty()) {
                Some(written) => out.extend_from_slice(written.json.as_bytes()),
                None => entry.resource.write(&mut out),
            }
            out.extend_from_slice(b",\"request\":");
            written.map_or_else(|| entry.request(), |written| written.request(entry.ty)).write(&mut out);
            out.push(b'}');
        }
        for (nth, written) in beside.iter().enumerate() {
            out.extend_from_slice(if nth + self.entries.len() > 0 { b",{\"resource\":" } else { b"{\"resource\":" });
            out.extend_from_slice(written.json.as_bytes());
            out.extend_from_slice(b",\"request\":");
            written.request(written.ty).write(&mut out);
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
