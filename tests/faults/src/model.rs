//! The record as simply as it can be said: a list of versions in memory, and questions answered by looking at each.

use std::collections::{BTreeMap, BTreeSet};

pub const FAMILIES: [&str; 3] = ["Alami", "Bennani", "Chaoui"];

/// What a resource says, as far as anyone asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Patient { family: usize, male: bool },
    Practitioner { family: usize },
    Observation { code: u8, value: u8, day: Option<u8>, subject: Option<String>, performer: Option<String> },
}

impl Content {
    pub fn ty(&self) -> &'static str {
        match self {
            Self::Patient { .. } => "Patient",
            Self::Practitioner { .. } => "Practitioner",
            Self::Observation { .. } => "Observation",
        }
    }

    pub fn text(&self) -> String {
        let family = |family: &usize| format!(r#""name":[{{"family":"{}"}}]"#, FAMILIES[family % FAMILIES.len()]);
        match self {
            Self::Patient { family: name, male } => {
                format!(r#"{{"resourceType":"Patient",{},"gender":"{}"}}"#, family(name), if *male { "male" } else { "female" })
            }
            Self::Practitioner { family: name } => format!(r#"{{"resourceType":"Practitioner",{}}}"#, family(name)),
            Self::Observation { code, value, day, subject, performer } => {
                let mut text = format!(r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"urn:c","code":"c{code}"}}]}}"#);
                if let Some(subject) = subject {
                    text.push_str(&format!(r#","subject":{{"reference":"Patient/{subject}"}}"#));
                }
                if let Some(day) = day {
                    text.push_str(&format!(r#","effectiveDateTime":"2024-01-{day:02}""#));
                }
                if let Some(performer) = performer {
                    text.push_str(&format!(r#","performer":[{{"reference":"Practitioner/{performer}"}}]"#));
                }
                text.push_str(&format!(r#","valueQuantity":{{"value":{value}}}}}"#));
                text
            }
        }
    }
}

#[derive(Clone, Debug)]
pub struct Version {
    pub vid: u32,
    pub site: u16,
    /// `None`: a deletion.
    pub content: Option<Content>,
}

pub type Name = (&'static str, String);

/// A made-up limit on what may be seen.
#[derive(Clone, Debug, Default)]
pub struct Lens {
    pub types: Option<BTreeSet<&'static str>>,
    pub sites: Option<BTreeSet<u16>>,
    pub patients: Option<BTreeSet<String>>,
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub resources: BTreeMap<Name, Vec<Version>>,
    /// All versions in the order in which they were made.
    pub log: Vec<(Name, u32)>,
}

impl Model {
    pub fn write(&mut self, ty: &'static str, id: &str, site: u16, content: Option<Content>) {
        let versions = self.resources.entry((ty, id.into())).or_default();
        let live = versions.last().is_some_and(|version| version.content.is_some());
        if content.is_some() || live {
            let vid = versions.len() as u32 + 1;
            versions.push(Version { vid, site, content });
            self.log.push(((ty, id.into()), vid));
        }
    }

    pub fn newest(&self, name: &Name) -> Option<&Version> {
        self.resources.get(name).and_then(|versions| versions.last())
    }

    /// The patient that a resource belongs to: by what it said last.
    fn home(&self, name: &Name) -> Option<String> {
        let said = self.resources.get(name)?.iter().rev().find_map(|version| version.content.as_ref())?;
        match said {
            Content::Patient { .. } => Some(name.1.clone()),
            Content::Practitioner { .. } => None,
            Content::Observation { subject, .. } => subject.clone(),
        }
    }

    pub fn shows(&self, lens: &Lens, name: &Name, version: &Version) -> bool {
        lens.types.as_ref().is_none_or(|types| types.contains(name.0))
            && lens.sites.as_ref().is_none_or(|sites| sites.contains(&version.site))
            && lens.patients.as_ref().is_none_or(|patients| self.home(name).map_or(name.0 != "Observation", |home| patients.contains(&home)))
    }

    /// What is there now and may be seen.
    pub fn live<'m>(&'m self, lens: &'m Lens, ty: &'static str) -> impl Iterator<Item = (&'m str, &'m Content)> {
        self.resources.iter().filter(move |(name, _)| name.0 == ty).filter_map(|(name, versions)| {
            let newest = versions.last().filter(|newest| self.shows(lens, name, newest))?;
            newest.content.as_ref().map(|content| (name.1.as_str(), content))
        })
    }

    pub fn seen(&self, lens: &Lens, ty: &'static str, id: &str) -> Option<&Content> {
        let name = (ty, id.to_string());
        self.newest(&name).filter(|newest| self.shows(lens, &name, newest)).and_then(|newest| newest.content.as_ref())
    }

    /// The versions in the log that may be seen, newest first.
    pub fn history(&self, lens: &Lens, wanted: impl Fn(&Name) -> bool) -> Vec<(String, u32, bool)> {
        let entries = self.log.iter().rev().filter(|(name, _)| wanted(name)).filter_map(|(name, vid)| {
            let version = self.resources.get(name)?.get(*vid as usize - 1)?;
            self.shows(lens, name, version).then(|| (name.1.clone(), *vid, version.content.is_none()))
        });
        entries.collect()
    }
}
