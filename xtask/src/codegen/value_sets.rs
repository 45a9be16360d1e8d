//! The codes of the value sets that R4 binds as required.

use super::source::{Source, items, text};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Each value set with its codes by system. One that the package cannot list says so and is not checked.
pub fn table(source: &Source, names: &BTreeSet<String>) -> String {
    let mut out = String::from("# value set; below it each system with its codes, or ? and why the codes cannot be listed\n");
    for name in names {
        let _ = writeln!(out, "{name}");
        let url = if name.contains("://") { name.clone() } else { format!("http://hl7.org/fhir/ValueSet/{name}") };
        let mut listed = Vec::new();
        match expand(source, &url, &mut listed, 0) {
            Ok(()) => listed.iter().for_each(|(system, codes)| write_system(&mut out, system, codes)),
            Err(why) => {
                let _ = writeln!(out, " ? {why}");
            }
        }
    }
    out
}

fn write_system(out: &mut String, system: &str, codes: &[String]) {
    let _ = writeln!(out, " {system}");
    for code in codes {
        let _ = writeln!(out, "  {code}");
    }
}

type Listed = Vec<(String, Vec<String>)>;

fn expand(source: &Source, url: &str, listed: &mut Listed, depth: usize) -> Result<(), String> {
    let plain = url.split('|').next().unwrap_or(url);
    let set = source.value_set(plain).ok_or_else(|| format!("{plain} is not in the package"))?;
    if depth > 8 || set.pointer("/compose/exclude").is_some() {
        return Err(format!("{plain} excludes codes or includes itself"));
    }
    for include in set.pointer("/compose/include").and_then(Value::as_array).into_iter().flatten() {
        for inner in items(include, "valueSet").iter().filter_map(Value::as_str) {
            expand(source, inner, listed, depth + 1)?;
        }
        let system = text(include, "system");
        if system.is_empty() {
            continue;
        }
        let codes = if include.get("filter").is_some() {
            return Err(format!("{system} is filtered"));
        } else if items(include, "concept").is_empty() {
            let whole = source.whole_code_system(system).ok_or_else(|| format!("{system} is not listed in the package"))?;
            let mut codes = Vec::new();
            flatten(items(whole, "concept"), &mut codes);
            codes
        } else {
            items(include, "concept").iter().map(|it| text(it, "code").to_owned()).collect()
        };
        listed.push((system.to_owned(), codes));
    }
    Ok(())
}

fn flatten(concepts: &[Value], codes: &mut Vec<String>) {
    for concept in concepts {
        codes.push(text(concept, "code").to_owned());
        flatten(items(concept, "concept"), codes);
    }
}
