//! Search parameters and compartments.

use super::source::{Source, items, last_segment, text};
use serde_json::Value;
use std::fmt::Write;

const PREFIX: &str = "http://hl7.org/fhir/SearchParameter/";

/// Every search parameter that has an expression.
pub fn parameters(source: &Source) -> Result<String, String> {
    let mut out = String::from(
        "# parameter (address below http://hl7.org/fhir/SearchParameter/), type, code, bases; = expression; > targets; ? comparators; + component, its expression\n",
    );
    for parameter in source.search_parameters.iter().filter(|it| !text(it, "expression").is_empty()) {
        let url = text(parameter, "url");
        let id = url.strip_prefix(PREFIX).ok_or_else(|| format!("search parameter outside FHIR: {url}"))?;
        let _ = writeln!(out, "{id}\t{}\t{}\t{}", text(parameter, "type"), text(parameter, "code"), joined(parameter, "base"));
        let _ = writeln!(out, " = {}", one_line(text(parameter, "expression")));
        for (mark, key) in [('>', "target"), ('?', "comparator")] {
            if parameter.get(key).is_some() {
                let _ = writeln!(out, " {mark} {}", joined(parameter, key));
            }
        }
        for component in items(parameter, "component") {
            let definition = last_segment(text(component, "definition"));
            let _ = writeln!(out, " + {definition}\t{}", one_line(text(component, "expression")));
        }
    }
    Ok(out)
}

fn joined(value: &Value, key: &str) -> String {
    items(value, key).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}

fn one_line(expression: &str) -> String {
    expression.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Which parameters put a resource into a compartment.
pub fn compartments(source: &Source) -> String {
    let mut out = String::from("# compartment, resource type, parameters that put it there\n");
    for compartment in &source.compartments {
        for resource in items(compartment, "resource").iter().filter(|it| !items(it, "param").is_empty()) {
            let _ = writeln!(out, "{}\t{}\t{}", text(compartment, "code"), text(resource, "code"), joined(resource, "param"));
        }
    }
    out
}
