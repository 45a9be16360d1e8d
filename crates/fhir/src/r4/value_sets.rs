//! The codes of required bindings: <https://hl7.org/fhir/R4/terminologies.html#required>.

use super::hash::Index;

/// A value set of `tables/value-sets.txt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ValueSetId(u16);

/// All value sets that R4 binds as required.
#[derive(Debug, Default)]
pub struct ValueSets {
    sets: Vec<SetRow>,
    codes: Vec<CodeRow>,
    index: Index,
}

#[derive(Debug)]
struct SetRow {
    name: &'static str,
    /// False when its codes cannot be listed (all of UCUM, all media types): such a binding is not checked.
    listed: bool,
}

#[derive(Debug)]
struct CodeRow {
    set: ValueSetId,
    system: &'static str,
    code: &'static str,
}

impl ValueSets {
    pub(super) fn parse(table: &'static str) -> Self {
        let mut it = Self::default();
        let mut system = "";
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let set = ValueSetId(u16::try_from(it.sets.len().saturating_sub(1)).unwrap_or(u16::MAX));
            if let Some(code) = line.strip_prefix("  ") {
                it.codes.push(CodeRow { set, system, code });
            } else if line.starts_with(" ?") {
                it.sets.last_mut().into_iter().for_each(|row| row.listed = false);
            } else if let Some(found) = line.strip_prefix(' ') {
                system = found;
            } else {
                it.sets.push(SetRow { name: line, listed: true });
            }
        }
        it.index = Index::build(it.codes.iter().map(|row| (row.set.0, row.code)));
        it
    }

    pub(super) fn by_name(&self, name: &str) -> Option<ValueSetId> {
        let at = self.sets.binary_search_by(|row| row.name.cmp(name)).ok()?;
        u16::try_from(at).ok().map(ValueSetId)
    }

    /// The value set's address without its version.
    pub fn url(&self, set: ValueSetId) -> String {
        let name = self.sets.get(usize::from(set.0)).map_or("", |row| row.name);
        if name.contains("://") { name.to_owned() } else { format!("http://hl7.org/fhir/ValueSet/{name}") }
    }

    /// Whether a `code`, whose system the element implies, is in the set. A set that cannot be listed holds any code.
    pub fn has_code(&self, set: ValueSetId, code: &str) -> bool {
        self.find(set, code, None)
    }

    /// Whether a coding is in the set. A set that cannot be listed holds any coding.
    pub fn has_coding(&self, set: ValueSetId, system: &str, code: &str) -> bool {
        self.find(set, code, Some(system))
    }

    fn find(&self, set: ValueSetId, code: &str, system: Option<&str>) -> bool {
        if !self.sets.get(usize::from(set.0)).is_some_and(|row| row.listed) {
            return true;
        }
        let matches = |row: &CodeRow| row.set == set && row.code == code && system.is_none_or(|it| it == row.system);
        self.index.candidates(set.0, code).any(|at| self.codes.get(at).is_some_and(matches))
    }
}
