//! What a workflow module tells the shell about its screens.

use crate::commands::Command;
use crate::desk::Desk;
use crate::house::House;
use crate::refuse::Refusal;
use crate::text::Catalogue;
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
