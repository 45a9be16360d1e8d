//! One patient's pages, opened by somebody; and forms that are sent in from them.

use crate::desk::Desk;
use crate::patient::Banner;
use crate::refuse::Refusal;
use rihla_kernel::Permission;
use serde::Deserialize;

/// What a form says that strikes something through, ends or signs it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reasoned {
    pub reason: String,
    /// The version that was looked at.
    pub version: u32,
    /// The patient on whose page the form was, and who began it.
    #[serde(rename = "_patient")]
    pub patient: String,
    #[serde(rename = "_author")]
    pub author: String,
}

impl Desk {
    /// A patient whom this person may reach, for something that asks for a right: the banner, and the desk under which all
    /// that follows is looked at.
    pub fn open(self, patient: &str, permission: Permission) -> Result<(Self, Banner), Refusal> {
        self.require(permission)?;
        self.must_reach(patient)?;
        let banner = Banner::load(&self, patient)?;
        let desk = if banner.glass.is_some() { self.in_emergency()? } else { self };
        Ok((desk, banner))
    }

    /// The stay of a patient that goes on, by its id; none as well where this person is shown no stays.
    pub fn running_stay(&self, patient: &str) -> Result<Option<String>, Refusal> {
        if !self.shows("Encounter") {
            return Ok(None);
        }
        let asked = [("patient", patient), ("status", "arrived,triaged,in-progress,onleave"), ("_sort", "-date"), ("_count", "1")];
        Ok(self.search("Encounter", &asked)?.matches.first().map(|stored| stored.id.to_text()))
    }

    /// That a form was begun by who sends it in, on the page of the patient into whose chart it goes: one that was left open
    /// in another tab cannot write into this one.
    pub fn own_form(&self, author: &str, of: &str, patient: &str) -> Result<(), Refusal> {
        self.same_author(author)?;
        if of == patient { Ok(()) } else { Err(Refusal::invalid("RH-WEB-OTHER-PATIENT", "The form was filled in on another patient's page.")) }
    }
}
