//! The numbers of fields: kept in a table that only grows, because stores hold them.

use super::FieldInfo;
use super::compile::{Compiled, Source, compile};
use crate::{FieldId, ParamKind};
use rihla_fhir::r4::tables;
use std::collections::{HashMap, HashSet};

const OWN: &str = include_str!("../../tables/fields.tsv");
const HEAD: &str = "# field, resource type, kind, path. The record stores the number: append only; kept by `cargo xtask codegen`.\n";

/// The table with a line for every field that the compiler finds: existing lines stay as they are, new ones follow.
///
/// `cargo xtask codegen` writes it to `crates/fhirpath/tables/fields.tsv`, and `--check` compares.
pub fn generate(existing: &str) -> String {
    let compiled = compile(tables());
    let table = Table::parse(existing);
    let mut missing: Vec<(&str, &str, &str)> = compiled.sources.iter().map(key).filter(|key| !table.numbers.contains_key(key)).collect();
    missing.sort_unstable();
    let mut out = if existing.is_empty() { HEAD.to_owned() } else { existing.to_owned() };
    let next = table.rows.iter().map(|(number, ..)| number + 1).max().unwrap_or(1);
    for (number, (type_name, kind, path)) in (next..).zip(missing) {
        out.push_str(&format!("{number}\t{type_name}\t{kind}\t{path}\n"));
    }
    out
}

pub(crate) struct Table<'t> {
    rows: Vec<(u16, Key<'t>)>,
    numbers: HashMap<Key<'t>, u16>,
}

/// Type, kind, path.
type Key<'t> = (&'t str, &'t str, &'t str);

impl Table<'static> {
    pub fn own() -> Self {
        Self::parse(OWN)
    }

    /// What each number stands for, by number.
    pub fn infos(&self, compiled: &Compiled) -> Vec<Option<FieldInfo>> {
        let with_system: HashSet<Key<'_>> = compiled.sources.iter().filter(|source| source.has_system()).map(key).collect();
        let count = self.rows.iter().map(|(number, ..)| usize::from(*number) + 1).max().unwrap_or(0);
        let mut out = vec![None; count];
        for (number, row @ (type_name, kind, path)) in &self.rows {
            let (Some(type_id), Some(kind), Some(slot)) = (tables().type_id(type_name), kind_named(kind), out.get_mut(usize::from(*number))) else { continue };
            *slot = Some(FieldInfo { type_id, kind, path, has_system: with_system.contains(row) });
        }
        out
    }
}

impl<'t> Table<'t> {
    fn parse(text: &'t str) -> Self {
        let row = |line: &'t str| {
            let mut columns = line.split('\t');
            let number = columns.next()?.parse().ok()?;
            Some((number, (columns.next()?, columns.next()?, columns.next()?)))
        };
        let rows: Vec<(u16, Key<'t>)> = text.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect();
        let numbers = rows.iter().map(|(number, key)| (*key, *number)).collect();
        Self { rows, numbers }
    }

    /// The number of each source, by its position. `None` where the table lags behind, which a test refuses.
    pub fn number_all(&self, compiled: &Compiled) -> Vec<Option<FieldId>> {
        compiled.sources.iter().map(|source| self.numbers.get(&key(source)).copied().map(FieldId)).collect()
    }
}

fn key(source: &Source) -> Key<'_> {
    (tables().type_name(source.type_id), kind_name(source.kind), &source.text)
}

const KINDS: &[(ParamKind, &str)] = &[
    (ParamKind::Token, "token"),
    (ParamKind::String, "string"),
    (ParamKind::Date, "date"),
    (ParamKind::Reference, "reference"),
    (ParamKind::Number, "number"),
    (ParamKind::Quantity, "quantity"),
    (ParamKind::Uri, "uri"),
    (ParamKind::Composite, "composite"),
    (ParamKind::Special, "special"),
];

/// The name that FHIR gives a kind.
fn kind_name(kind: ParamKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| name)
}

fn kind_named(name: &str) -> Option<ParamKind> {
    KINDS.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
}
