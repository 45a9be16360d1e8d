//! The row of tabs over all pages about one patient: each module adds its own, and none has to know another's.

use crate::desk::Desk;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;

/// A page about one patient that everybody who may see it is offered on all the others.
#[derive(Clone, Copy)]
pub struct Tab {
    /// Below `/patients/{patient}`, without a slash before it; empty: who the patient is.
    pub path: &'static str,
    /// The key of its words.
    pub label: &'static str,
    /// Its place in the row: the first page of a chart is 0.
    pub rank: u16,
    /// Whether somebody's row has it.
    pub shown: fn(&Desk) -> bool,
}

#[derive(Template)]
#[template(path = "web/tabs.html")]
struct Row<'r> {
    voice: &'r Voice,
    /// Address, words, and whether this is the page.
    tabs: Vec<(String, String, bool)>,
}

/// The row over a page of a patient; nothing where there is nowhere else to go.
pub(crate) fn row(desk: &Desk, patient: &str, here: &str) -> Result<String, Refusal> {
    let all = desk.house.screens().iter().flat_map(|screens| screens.tabs).chain(crate::audit::TABS);
    let mut tabs: Vec<&Tab> = all.filter(|tab| (tab.shown)(desk)).collect();
    if tabs.len() < 2 {
        return Ok(String::new());
    }
    tabs.sort_by_key(|tab| tab.rank);
    let address = |path: &str| if path.is_empty() { format!("/patients/{patient}") } else { format!("/patients/{patient}/{path}") };
    let tabs = tabs.into_iter().map(|tab| (address(tab.path), desk.voice.t(tab.label), tab.path == here)).collect();
    Ok(Row { voice: &desk.voice, tabs }.render()?)
}
