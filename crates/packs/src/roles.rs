//! Roles: who works with the program, and what each may do.

use crate::build::{code, names, provenance, texts};
use crate::read::{Problem, Section};
use crate::{Names, Provenance};
use std::collections::HashSet;

/// The roles of a country's hospitals.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    pub list: Vec<Role>,
    pub provenance: Option<Provenance>,
}

/// What somebody works as.
#[derive(Clone, Debug)]
pub struct Role {
    pub code: String,
    pub names: Names,
    /// Rights as modules declare them: `module.action`.
    pub permissions: Vec<String>,
}

impl Roles {
    pub fn role(&self, code: &str) -> Option<&Role> {
        self.list.iter().find(|role| role.code == code)
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Roles {
    let mut roles = Roles { list: Vec::new(), provenance: provenance(&mut root, out) };
    let mut codes = HashSet::new();
    for mut section in root.list("role", out) {
        let code = code(&mut section, "code", out);
        if code.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
            section.fault("code", "another role has this code", out);
        }
        let permissions = section.need(
            "permissions",
            "a list of rights, each module.action",
            // Some roles have an account before any module has pages for them.
            |value| match value.as_array() {
                Some(list) if list.is_empty() => Some(Vec::new()),
                _ => texts(value).filter(|list| list.iter().all(|right| right.contains('.'))),
            },
            out,
        );
        let names = names(&mut section, languages, out);
        section.end(out);
        if let (Some(code), Some(permissions)) = (code, permissions) {
            roles.list.push(Role { code, names, permissions });
        }
    }
    root.end(out);
    roles
}
