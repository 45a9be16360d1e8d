//! Health cover: schemes, and who manages them from when to when.

use crate::build::{code, day, names, provenance};
use crate::read::{Problem, Section};
use crate::{Names, Provenance};
use jiff::civil::Date;
use std::collections::HashSet;

/// What people can be covered by, and by whom it is run.
#[derive(Clone, Debug, Default)]
pub struct Cover {
    pub schemes: Vec<Scheme>,
    pub managers: Vec<Manager>,
}

/// What a person is covered by.
#[derive(Clone, Debug)]
pub struct Scheme {
    pub code: String,
    pub names: Names,
    pub managed: Vec<Managed>,
    pub provenance: Provenance,
}

/// Who manages a scheme, and in which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Managed {
    pub manager: String,
    pub from: Option<Date>,
    pub until: Option<Date>,
}

/// Who runs a scheme and pays.
#[derive(Clone, Debug)]
pub struct Manager {
    pub code: String,
    /// What it is called in everyday speech.
    pub short: String,
    pub names: Names,
    pub provenance: Provenance,
}

impl Cover {
    pub fn scheme(&self, code: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.code == code)
    }

    pub fn manager(&self, code: &str) -> Option<&Manager> {
        self.managers.iter().find(|manager| manager.code == code)
    }

    /// Who manages a scheme on a day.
    pub fn manager_on(&self, scheme: &Scheme, day: Date) -> Option<&Manager> {
        let row = scheme.managed.iter().find(|row| row.from.is_none_or(|from| from <= day) && row.until.is_none_or(|until| day <= until))?;
        self.manager(&row.manager)
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Cover {
    let mut cover = Cover::default();
    for mut section in root.list("manager", out) {
        let code = code(&mut section, "code", out);
        let short = section.text("short", out);
        let names = names(&mut section, languages, out);
        let provenance = provenance(&mut section, out);
        section.end(out);
        if let (Some(code), Some(short), Some(provenance)) = (code, short, provenance) {
            cover.managers.push(Manager { code, short, names, provenance });
        }
    }
    let mut codes = HashSet::new();
    for mut section in root.list("scheme", out) {
        let code = code(&mut section, "code", out);
        if code.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
            section.fault("code", "another scheme has this code", out);
        }
        let managed = section.list("managed", out).into_iter().filter_map(|row| managed(row, &cover.managers, out)).collect();
        let names = names(&mut section, languages, out);
        let provenance = provenance(&mut section, out);
        section.end(out);
        if let (Some(code), Some(provenance)) = (code, provenance) {
            cover.schemes.push(Scheme { code, names, managed, provenance });
        }
    }
    root.end(out);
    cover
}

fn managed(mut row: Section<'_>, managers: &[Manager], out: &mut Vec<Problem>) -> Option<Managed> {
    let manager = row.text("manager", out);
    let from = row.may("from", "a day such as 2026-01-31", day, out);
    let until = row.may("until", "a day such as 2026-01-31", day, out);
    if manager.as_ref().is_some_and(|code| !managers.iter().any(|manager| manager.code == *code)) {
        row.fault("manager", "there is no such manager", out);
    }
    row.end(out);
    Some(Managed { manager: manager?, from, until })
}
