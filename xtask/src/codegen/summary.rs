//! Which elements of a resource belong to its summary.

use super::elements::Type;
use super::source::{Source, items, text};
use serde_json::Value;
use std::fmt::Write;

/// Every resource type with the elements below it that R4 marks as summary.
pub fn table(source: &Source, types: &[Type]) -> String {
    let mut out = String::from("# resource type, the elements that R4 marks as summary; id and meta are always shown\n");
    for ty in types.iter().filter(|ty| ty.is_resource()) {
        let structure = source.structures.iter().find(|structure| text(structure, "name") == ty.name());
        let elements = structure.and_then(|structure| structure.get("snapshot")).map_or(&[][..], |snapshot| items(snapshot, "element"));
        let marked = elements.iter().filter_map(|element| summary_element(ty, element));
        let _ = writeln!(out, "{}\t{}", ty.name(), marked.collect::<Vec<_>>().join(" "));
    }
    out
}

/// The bare name of an element that is shown: `deceased` of `Patient.deceased[x]`.
fn summary_element<'e>(ty: &Type, element: &'e Value) -> Option<&'e str> {
    let below = text(element, "path").strip_prefix(ty.name())?.strip_prefix('.')?;
    let is_marked = element.get("isSummary").and_then(Value::as_bool).unwrap_or(false);
    let is_known = below == "implicitRules" || ty.has(below);
    (is_marked && is_known && !below.contains('.')).then(|| below.trim_end_matches("[x]"))
}
