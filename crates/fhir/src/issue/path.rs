//! The FHIRPath of a value, found from the root. Walking keeps no path, because most resources have no issue.

use crate::json::{Kind, Value};
use crate::r4::{TypeId, tables};
use std::fmt::Write;

/// `Patient.name[0].family`; a choice as `Observation.value.ofType(Quantity)`.
pub(crate) fn expression_of(root: Value<'_>, target: Value<'_>) -> String {
    let mut scope = resource_type(root);
    let mut out = scope.map_or("Resource", |ty| tables().type_name(ty)).to_owned();
    let mut at = root;
    while at.index() < target.index() {
        match at.kind() {
            Kind::Object => {
                let Some(member) = at.members().take_while(|it| it.value.index() <= target.index()).last() else { break };
                let key = member.key();
                scope = scope.and_then(|ty| push_key(ty, &key, &mut out));
                if scope.is_none() && !out.ends_with(')') {
                    // Below what the tables do not know there is nothing more to name.
                    break;
                }
                at = member.value;
                if scope.is_some_and(|ty| tables().type_name(ty) == "Resource") {
                    scope = if at.is_array() { scope } else { resource_type(at) };
                }
            }
            Kind::Array => {
                let Some((position, item)) = at.items().take_while(|it| it.index() <= target.index()).enumerate().last() else { break };
                let _ = write!(out, "[{position}]");
                at = item;
                if scope.is_some_and(|ty| tables().type_name(ty) == "Resource") {
                    scope = resource_type(at);
                }
            }
            _ => break,
        }
    }
    out
}

fn resource_type(value: Value<'_>) -> Option<TypeId> {
    value.get("resourceType")?.as_plain_str().and_then(|name| tables().resource_type(name))
}

fn push_key(scope: TypeId, key: &str, out: &mut String) -> Option<TypeId> {
    let tables = tables();
    let child = tables.child(scope, key.strip_prefix('_').unwrap_or(key))?;
    let row = tables.element(child.element)?;
    let _ = if row.choice { write!(out, ".{}.ofType({})", row.name, tables.type_name(child.ty)) } else { write!(out, ".{}", row.name) };
    Some(child.ty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, parse};

    #[test]
    fn paths_name_items_choices_and_siblings() {
        let text = br##"{"resourceType":"Observation","valueQuantity":{"value":1},"note":[{"text":"a"},{"text":"b"}],"_status":{"extension":[{"url":"u"}]},"contained":[{"resourceType":"Patient","name":[{"given":["x","y"]}]}],"nothing":{"a":1}}"##;
        let doc = parse(text, &Limits::default()).expect("json");
        let root = doc.root();
        let at = |path: &[&str]| {
            let mut value = root;
            for step in path {
                value = match step.parse::<usize>() {
                    Ok(position) => value.items().nth(position).expect("item"),
                    Err(_) => value.get(step).expect("member"),
                };
            }
            expression_of(root, value)
        };
        assert_eq!(at(&[]), "Observation");
        assert_eq!(at(&["valueQuantity", "value"]), "Observation.value.ofType(Quantity).value");
        assert_eq!(at(&["note", "1", "text"]), "Observation.note[1].text");
        assert_eq!(at(&["_status", "extension", "0", "url"]), "Observation.status.extension[0].url");
        assert_eq!(at(&["contained", "0", "name", "0", "given", "1"]), "Observation.contained[0].name[0].given[1]");
        assert_eq!(at(&["nothing", "a"]), "Observation");
    }
}
