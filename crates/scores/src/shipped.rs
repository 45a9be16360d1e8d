//! The scores inside the program.

use crate::{Fault, Score};
use std::collections::BTreeSet;
use std::sync::OnceLock;

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

    pub const SCORES: &[(&str, &str)] = SHIPPED;
    pub const TABLES: &str = GROWTH;
}

pub(crate) const TABLES: &str = built_in::TABLES;

/// All scores that a hospital has, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    pub list: Vec<Score>,
}

impl Scores {
    /// What is shipped. `Err` holds every fault of every file.
    pub fn shipped() -> Result<Self, Vec<Fault>> {
        Self::parse(built_in::SCORES)
    }

    /// Reads scores from texts, each with its file's name.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, Vec<Fault>> {
        let (mut list, mut faults, mut ids) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (file, text) in files {
            match Score::parse(file, text) {
                Ok(score) if !ids.insert(score.id.clone()) => faults.push(Fault { file: (*file).to_owned(), text: format!("{} is there twice", score.id) }),
                Ok(score) => list.push(score),
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(Self { list }) } else { Err(faults) }
    }

    /// What is shipped, read once. None if the files are broken, which a test of theirs holds.
    pub fn known() -> Option<&'static Self> {
        static KNOWN: OnceLock<Option<Scores>> = OnceLock::new();
        KNOWN.get_or_init(|| Self::shipped().ok()).as_ref()
    }

    /// The one of that id, if it may be reckoned: its cut-points were read in a source, or the hospital confirmed it, as the
    /// pack says by ids with who did.
    pub fn watched(id: &str, confirmed: &[(String, String)]) -> Option<&'static Score> {
        Self::known()?.score(id).filter(|score| score.is_active() || confirmed.iter().any(|(known, _)| *known == score.id))
    }

    pub fn score(&self, id: &str) -> Option<&Score> {
        self.list.iter().find(|score| score.id == id)
    }
}
