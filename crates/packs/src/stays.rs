//! What a hospital says about stays in its own words: what keeps a patient who may go.

use crate::build::{code, names, names_at, provenance};
use crate::read::{Problem, Section};
use crate::{Names, Provenance};
use std::collections::HashSet;
use toml::Value;

#[derive(Clone, Debug, Default)]
pub struct Stays {
    /// In the order in which they are offered.
    pub delays: Vec<Delay>,
    pub provenance: Option<Provenance>,
}

/// One reason for which somebody stays who may go.
#[derive(Clone, Debug)]
pub struct Delay {
    /// As a stay keeps it.
    pub code: String,
    pub names: Names,
    /// As a board says it beside the patient.
    pub waits: Names,
    /// Whether it may still be chosen; what was chosen is read either way.
    pub offered: bool,
}

impl Stays {
    pub fn delay(&self, code: &str) -> Option<&Delay> {
        self.delays.iter().find(|delay| delay.code == code)
    }

    pub fn offered(&self) -> impl Iterator<Item = &Delay> {
        self.delays.iter().filter(|delay| delay.offered)
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Stays {
    let provenance = provenance(&mut root, out);
    let (mut delays, mut codes) = (Vec::new(), HashSet::new());
    for mut section in root.list("delay", out) {
        let code = code(&mut section, "code", out);
        if code.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
            section.fault("code", "another delay has this code", out);
        }
        let names = names(&mut section, languages, out);
        let waits = names_at(&mut section, "waits", languages, out);
        let offered = section.need("offered", "true or false", Value::as_bool, out);
        section.end(out);
        if let (Some(code), Some(offered)) = (code, offered) {
            delays.push(Delay { code, names, waits, offered });
        }
    }
    root.end(out);
    Stays { delays, provenance }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::Table;

    const ROW: &str = "[[delay]]\ncode = \"bus\"\noffered = true\nnames = { fr = \"le car\" }\nwaits = { fr = \"attend le car\" }\n";

    fn of(rows: &str) -> (Stays, Vec<String>) {
        let table: Table = format!("provenance = {{ source = \"s\", validator = \"\" }}\n{rows}").parse().expect("TOML");
        let mut out = Vec::new();
        let stays = read(Section::root("stays.toml", &table), &["fr".to_owned()], &mut out);
        (stays, out.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn a_reason_that_is_not_offered_any_more_is_still_read() {
        let (stays, problems) = of(&format!("{ROW}{}", ROW.replace("bus", "donkey").replace("true", "false")));
        assert_eq!(problems, [""; 0]);
        assert_eq!(stays.offered().map(|delay| delay.code.as_str()).collect::<Vec<_>>(), ["bus"]);
        assert_eq!(stays.delay("donkey").map(|delay| delay.waits.len()), Some(1));
        assert!(stays.delay("camel").is_none());
    }

    #[test]
    fn what_is_wrong_with_a_reason_is_named() {
        assert_eq!(of(&format!("{ROW}{ROW}")).1, ["stays.toml: delay[1].code: another delay has this code"]);
        assert_eq!(
            of(&ROW.replace("waits = { fr", "waits = { de")).1,
            ["stays.toml: delay[0].waits: de is no language of this pack", "stays.toml: delay[0].waits: fr is missing"]
        );
    }
}
