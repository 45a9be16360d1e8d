//! What people are allergic to most, and how it shows.

use crate::build::{code, names, provenance};
use crate::read::{Problem, Section};
use crate::{Names, Provenance};
use std::collections::HashSet;

#[derive(Clone, Debug, Default)]
pub struct Allergens {
    pub agents: Vec<Agent>,
    pub reactions: Vec<Reaction>,
    pub provenance: Option<Provenance>,
}

#[derive(Clone, Debug)]
pub struct Agent {
    pub code: String,
    pub names: Names,
    /// A code of <https://hl7.org/fhir/R4/valueset-allergy-intolerance-category.html>.
    pub kind: String,
    /// Agents of one class may stand for one another.
    pub class: String,
}

#[derive(Clone, Debug)]
pub struct Reaction {
    pub code: String,
    pub names: Names,
}

const KINDS: [&str; 4] = ["biologic", "environment", "food", "medication"];

impl Allergens {
    pub fn agent(&self, code: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.code == code)
    }

    pub fn reaction(&self, code: &str) -> Option<&Reaction> {
        self.reactions.iter().find(|reaction| reaction.code == code)
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Allergens {
    let mut found = Allergens { provenance: provenance(&mut root, out), ..Allergens::default() };
    let mut codes = HashSet::new();
    for mut section in root.list("agent", out) {
        let code = code(&mut section, "code", out);
        if code.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
            section.fault("code", "another agent has this code", out);
        }
        let names = names(&mut section, languages, out);
        let kind = section.need(
            "kind",
            "biologic, environment, food or medication",
            |value| value.as_str().filter(|kind| KINDS.contains(kind)).map(str::to_owned),
            out,
        );
        let class = section.text("class", out);
        section.end(out);
        if let (Some(code), Some(kind), Some(class)) = (code, kind, class) {
            found.agents.push(Agent { code, names, kind, class });
        }
    }
    let mut codes = HashSet::new();
    for mut section in root.list("reaction", out) {
        let code = code(&mut section, "code", out);
        if code.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
            section.fault("code", "another reaction has this code", out);
        }
        let names = names(&mut section, languages, out);
        section.end(out);
        found.reactions.extend(code.map(|code| Reaction { code, names }));
    }
    root.end(out);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::Table;

    fn faults(text: &str) -> Vec<String> {
        let table: Table = text.parse().expect("toml");
        let mut out = Vec::new();
        read(Section::root("allergens.toml", &table), &["fr".to_owned()], &mut out);
        out.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_agent_is_told_once_with_its_kind() {
        let text = "provenance = { source = \"s\", validator = \"\" }\n[[agent]]\ncode = \"latex\"\nnames = { fr = \"Latex\" }\nkind = \"environment\"\nclass = \"latex\"\n[[reaction]]\ncode = \"rash\"\nnames = { fr = \"Éruption\" }\n";
        assert_eq!(faults(text), [""; 0]);
        assert_eq!(faults(&text.replace("environment", "weather")), ["allergens.toml: agent[0].kind: biologic, environment, food or medication is expected"]);
        let again = "[[agent]]\ncode = \"latex\"\nnames = { fr = \"Latex\" }\nkind = \"food\"\nclass = \"latex\"\n";
        assert_eq!(faults(&text.replace("[[reaction]]", &format!("{again}[[reaction]]"))), ["allergens.toml: agent[1].code: another agent has this code"]);
    }
}
