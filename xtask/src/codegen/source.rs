//! The definitions package as read from disk.

use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// What the tables are made from.
pub struct Source {
    /// StructureDefinitions of resources and data types, in package order.
    pub structures: Vec<Value>,
    /// R4's own data elements, path by path. The package's structures carry additions of their maker and of later
    /// FHIR versions; what is not listed here is no R4.
    pub data_elements: Vec<(String, Value)>,
    /// R4's JSON schema, by definition name: it has the few elements of resources that the data elements lack.
    pub schema: Value,
    pub search_parameters: Vec<Value>,
    pub compartments: Vec<Value>,
    value_sets: HashMap<String, Value>,
    code_systems: HashMap<String, Value>,
}

impl Source {
    pub fn read(package: &Path) -> Result<Self, String> {
        let folder = package.join("dist/fhir/r4");
        let read = |name: &str| resources(&folder.join(name));
        let mut definitions = read("profiles-types.json")?;
        definitions.extend(read("profiles-resources.json")?);
        let (structures, others): (Vec<_>, Vec<_>) = definitions.into_iter().partition(|it| text(it, "resourceType") == "StructureDefinition");
        let compartments = others.into_iter().filter(|it| text(it, "resourceType") == "CompartmentDefinition").collect();
        let mut value_sets = HashMap::new();
        let mut code_systems = HashMap::new();
        for name in ["v2-tables.json", "v3-codesystems.json", "valuesets.json"] {
            for resource in read(name)? {
                let url = text(&resource, "url").to_owned();
                match text(&resource, "resourceType") {
                    "ValueSet" => value_sets.insert(url, resource),
                    _ => code_systems.insert(url, resource),
                };
            }
        }
        Ok(Self {
            structures,
            data_elements: data_elements(read("dataelements.json")?),
            schema: schema(&folder.join("fhir.schema.json"))?,
            search_parameters: read("search-parameters.json")?,
            compartments,
            value_sets,
            code_systems,
        })
    }

    pub fn value_set(&self, url: &str) -> Option<&Value> {
        self.value_sets.get(url)
    }

    /// A code system whose every code is in the package.
    pub fn whole_code_system(&self, url: &str) -> Option<&Value> {
        self.code_systems.get(url).filter(|it| text(it, "content") == "complete")
    }
}

fn data_elements(definitions: Vec<Value>) -> Vec<(String, Value)> {
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::new();
    for definition in definitions {
        let Some(element) = definition.pointer("/snapshot/element/0") else { continue };
        let path = text(element, "path").to_owned();
        // Constrained types (SimpleQuantity) come after the type itself under the same path.
        if seen.insert(path.clone()) {
            found.push((path, element.clone()));
        }
    }
    found
}

fn schema(path: &Path) -> Result<Value, String> {
    let mut schema = json(path)?;
    Ok(schema.get_mut("definitions").map(Value::take).unwrap_or_default())
}

fn json(path: &Path) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error} (npm ci installs the definitions)", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn resources(path: &Path) -> Result<Vec<Value>, String> {
    let mut bundle = json(path)?;
    let entries = bundle.get_mut("entry").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    Ok(entries.into_iter().filter_map(|mut entry| entry.get_mut("resource").map(Value::take)).collect())
}

/// A string member, or nothing.
pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

/// The items of an array member, or nothing.
pub fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The last segment of a definition's address.
pub fn last_segment(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// A value set's short name in the tables: its address without version, and without FHIR's own prefix.
pub fn value_set_name(url: &str) -> &str {
    let plain = url.split('|').next().unwrap_or(url);
    plain.strip_prefix("http://hl7.org/fhir/ValueSet/").unwrap_or(plain)
}
