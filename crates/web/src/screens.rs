//! What a workflow module tells the shell about its screens.

use crate::commands::Command;
use crate::desk::Desk;
use crate::house::House;
use crate::patient::CLINICAL;
use crate::refuse::Refusal;
use crate::tabs::Tab;
use crate::text::{Catalogue, Voice};
use askama::Template;
use axum::Router;
use rihla_kernel::{Module, Permission};

/// The screens of one workflow. `server/src/modules.rs` holds the one list of them.
pub struct Screens {
    pub module: &'static Module,
    pub words: Catalogue,
    /// Entries of the left rail, in their order.
    pub nav: &'static [Nav],
    /// Pages and acts. Paths begin with a slash and are the module's own.
    pub routes: fn() -> Router<House>,
    /// Its pages about one patient that stand in the row over all of them.
    pub tabs: &'static [Tab],
    /// Its answers to what was typed into the command bar.
    pub commands: Option<Answer>,
    /// Parts of pages that are sent again when what they show changes.
    pub parts: &'static [Part],
}

/// What a module answers to what was typed.
pub type Answer = fn(&Desk, &str) -> Result<Vec<Command>, Refusal>;

/// An entry of the left rail.
#[derive(Clone, Copy, Debug)]
pub struct Nav {
    pub path: &'static str,
    /// The key of its words.
    pub label: &'static str,
    pub icon: &'static str,
    /// Who has this right sees the entry.
    pub permission: Permission,
}

impl Part {
    /// Its markup for a desk. What is clinical is shown of patients in one's care; where a role is shown nothing of the
    /// kind, the part says so: nothing on record and nothing to be seen are not the same.
    pub fn shown(&self, desk: &Desk, about: &str) -> Result<String, Refusal> {
        if self.permission.is_some_and(|permission| permission == CLINICAL) {
            desk.must_reach(about)?;
            let told = self.watches.iter().filter(|ty| **ty != "Patient");
            if !told.clone().any(|ty| desk.shows(ty)) && told.count() > 0 {
                return desk.not_shown();
            }
        }
        (self.render)(desk, about)
    }
}

impl Desk {
    /// In the place of what this role is shown nothing of.
    pub fn not_shown(&self) -> Result<String, Refusal> {
        Ok(NotShown { voice: &self.voice, words: crate::key!("web-not-shown") }.render()?)
    }

    /// Said below what is shown, if this role is not shown all of these types.
    pub fn not_all_shown(&self, types: &[&str]) -> Result<Option<String>, Refusal> {
        let said = NotShown { voice: &self.voice, words: crate::key!("web-not-all-shown") };
        Ok(if types.iter().all(|ty| self.shows(ty)) { None } else { Some(said.render()?) })
    }
}

#[derive(Template)]
#[template(path = "web/not-shown.html")]
struct NotShown<'v> {
    voice: &'v Voice,
    words: &'static str,
}

/// A part of a page that follows the record.
#[derive(Clone, Copy)]
pub struct Part {
    /// `module.part`, as pages name it in [`crate::page::Page::live`].
    pub name: &'static str,
    /// Who may see it; `None`: whoever sits at a screen, and what it shows depends on them.
    pub permission: Option<Permission>,
    /// Resource types whose changes may change it.
    pub watches: &'static [&'static str],
    /// The part's markup for one desk; the argument is the id of the patient that it is about. What the desk may not see
    /// is not in it.
    pub render: fn(&Desk, &str) -> Result<String, Refusal>,
}
