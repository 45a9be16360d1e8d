//! Types and their elements.

use super::source::{Source, items, last_segment, text, value_set_name};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write;

/// One type with the elements that it adds to its base.
pub struct Type {
    name: String,
    kind: &'static str,
    base: String,
    elements: Vec<Element>,
}

impl Type {
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_resource(&self) -> bool {
        self.kind == "resource"
    }

    /// Whether it adds the element of this path to its base.
    pub fn has(&self, path: &str) -> bool {
        self.elements.iter().any(|element| element.path == path)
    }
}

struct Element {
    /// Without the type's own name: `component.code`.
    path: String,
    min: u64,
    max: String,
    types: String,
    /// Required bindings only.
    value_set: String,
}

/// Elements every backbone or data type inherits; the reader of the tables adds them back.
const INHERITED: [&str; 3] = ["id", "extension", "modifierExtension"];

/// Where the package's backbone cardinality is that of a later FHIR version. R4:
/// <https://hl7.org/fhir/R4/evidencevariable.html>
const R4_CARDINALITY: [(&str, u64, &str); 1] = [("EvidenceVariable.characteristic", 1, "*")];

/// Additions that the package's schema carries too. R4 has neither: <https://hl7.org/fhir/R4/devicedefinition.html>,
/// <https://hl7.org/fhir/R4/observationdefinition.html>.
const NOT_R4: [&str; 2] = ["DeviceDefinition.classification", "ObservationDefinition.publisher"];

/// Every R4 type of the package.
pub fn types(source: &Source) -> Result<Vec<Type>, String> {
    let r4 = R4::new(source);
    let mut types = Vec::new();
    for structure in &source.structures {
        let name = text(structure, "name");
        let constraint = text(structure, "derivation") == "constraint";
        if constraint || text(structure, "kind") == "logical" || !r4.has_type(structure) {
            continue;
        }
        let base = last_segment(text(structure, "baseDefinition")).to_owned();
        types.push(Type { name: name.to_owned(), kind: kind(structure), base, elements: elements(structure, &r4) });
    }
    types.sort_by(|a, b| (rank(a.kind), &a.name).cmp(&(rank(b.kind), &b.name)));
    Ok(types)
}

fn kind(structure: &Value) -> &'static str {
    let is_abstract = structure.get("abstract").and_then(Value::as_bool).unwrap_or(false);
    match text(structure, "kind") {
        "primitive-type" => "primitive",
        "complex-type" if is_abstract => "abstract-complex",
        "complex-type" => "complex",
        _ if is_abstract => "abstract-resource",
        _ => "resource",
    }
}

fn rank(kind: &str) -> u8 {
    match kind {
        "primitive" => 0,
        "abstract-complex" => 1,
        "complex" => 2,
        "abstract-resource" => 3,
        _ => 4,
    }
}

/// What R4's data elements say.
struct R4<'s> {
    by_path: HashMap<&'s str, &'s Value>,
    /// Every path that has a data element below it.
    parents: HashSet<String>,
    order: &'s [(String, Value)],
    schema: &'s Value,
}

impl<'s> R4<'s> {
    fn new(source: &'s Source) -> Self {
        let mut parents = HashSet::new();
        for (path, _) in &source.data_elements {
            let mut at = path.as_str();
            while let Some((parent, _)) = at.rsplit_once('.') {
                parents.insert(parent.to_owned());
                at = parent;
            }
        }
        let by_path = source.data_elements.iter().map(|(path, element)| (path.as_str(), element)).collect();
        Self { by_path, parents, order: &source.data_elements, schema: &source.schema }
    }

    fn has_type(&self, structure: &Value) -> bool {
        // Later FHIR versions' types (SubscriptionStatus) carry their version.
        text(structure, "fhirVersion") == "4.0.1" || self.parents.contains(text(structure, "name"))
    }

    /// Content references have no data element of their own; they stand where their parent does.
    fn has_element(&self, path: &str, element: &Value) -> bool {
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let refers = element.get("contentReference").is_some() && self.parents.contains(parent);
        self.by_path.contains_key(path) || self.parents.contains(path) || refers || (self.in_schema(path) && !self.is_addition(path))
    }

    /// Known additions, and alternatives of an R4 choice that a later version spells out.
    fn is_addition(&self, path: &str) -> bool {
        let added = NOT_R4.iter().any(|it| path.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
        let spelled_out = self
            .by_path
            .keys()
            .filter_map(|it| it.strip_suffix("[x]"))
            .any(|choice| path.strip_prefix(choice).is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_uppercase())));
        added || spelled_out
    }

    /// The schema names a backbone's definition after the resource and the backbone: `Observation_Component`.
    fn in_schema(&self, path: &str) -> bool {
        let mut segments = path.rsplit('.');
        let (name, parent) = (segments.next().unwrap_or(""), segments.next().unwrap_or(""));
        let owner = path.split('.').next().unwrap_or("");
        let definition = if owner == parent {
            owner.to_owned()
        } else {
            format!("{owner}_{}{}", parent.get(..1).unwrap_or("").to_uppercase(), parent.get(1..).unwrap_or(""))
        };
        let properties = self.schema.pointer(&format!("/{definition}/properties")).and_then(Value::as_object);
        let is_resource = self.schema.pointer(&format!("/{owner}/properties/resourceType")).is_some();
        let matches = |key: &String| name.strip_suffix("[x]").map_or(key == name, |choice| key.starts_with(choice));
        // The schema's data types carry the maker's additions; its resources do not.
        is_resource && properties.is_some_and(|it| it.keys().any(matches))
    }

    /// The data elements directly below `parent`, in R4's order.
    fn below<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = (&'s str, &'s Value)> + 'a {
        self.order.iter().filter(move |(path, _)| path.split('.').next() == Some(type_name)).map(|(path, element)| (path.as_str(), element))
    }
}

fn elements(structure: &Value, r4: &R4<'_>) -> Vec<Element> {
    let name = text(structure, "name");
    let specialises_quantity = text(structure, "baseDefinition").ends_with("/Quantity");
    let inherited: &[&str] = match kind(structure) {
        "resource" if text(structure, "baseDefinition").ends_with("/Resource") => &["id", "meta", "implicitRules", "language"],
        "resource" => &["id", "meta", "implicitRules", "language", "text", "contained", "extension", "modifierExtension"],
        "abstract-resource" if name == "DomainResource" => &["id", "meta", "implicitRules", "language"],
        "abstract-resource" => &[],
        "abstract-complex" if name == "Element" => &[],
        "abstract-complex" => &["id", "extension"],
        _ => &INHERITED,
    };
    let mut found: Vec<Element> = Vec::new();
    for element in structure.pointer("/snapshot/element").and_then(Value::as_array).into_iter().flatten() {
        let path = text(element, "path");
        let Some((_, below)) = path.split_once('.') else { continue };
        let last = below.rsplit('.').next().unwrap_or(below);
        let nested = below.contains('.');
        let is_inherited = if nested { INHERITED.contains(&last) } else { inherited.contains(&last) };
        if is_inherited || specialises_quantity || kind(structure) == "primitive" {
            continue;
        }
        if r4.has_element(path, element) || name == "DomainResource" || name == "BackboneElement" {
            found.push(row(below, r4.by_path.get(path).copied().unwrap_or(element), element));
        }
    }
    add_missing(name, r4, &mut found);
    for (path, min, max) in R4_CARDINALITY {
        if let Some(element) = found.iter_mut().find(|it| path.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) == Some(&it.path)) {
            (element.min, element.max) = (min, max.to_owned());
        }
    }
    found
}

/// R4 elements that the package's structure replaced by a later version's: put back behind their elder sibling.
fn add_missing(name: &str, r4: &R4<'_>, found: &mut Vec<Element>) {
    let mut after = None;
    for (path, element) in r4.below(name) {
        let Some((_, below)) = path.split_once('.') else { continue };
        match found.iter().position(|it| it.path == below) {
            Some(at) => after = Some(at),
            None if below.contains('.') && !INHERITED.iter().any(|last| below.ends_with(&format!(".{last}"))) => {
                let at = after.map_or(found.len(), |at| at + 1);
                found.insert(at, row(below, element, element));
                after = Some(at);
            }
            None => {}
        }
    }
}

/// `fact` is R4's data element; cardinality is the structure's, because a data element stands alone.
fn row(path: &str, fact: &Value, structure: &Value) -> Element {
    let binding = fact.get("binding").filter(|it| text(it, "strength") == "required");
    Element {
        path: path.to_owned(),
        min: structure.get("min").and_then(Value::as_u64).unwrap_or(0),
        max: text(structure, "max").to_owned(),
        types: type_list(fact),
        value_set: binding.map(|it| value_set_name(text(it, "valueSet")).to_owned()).unwrap_or_default(),
    }
}

fn type_list(element: &Value) -> String {
    if let Some(target) = element.get("contentReference").and_then(Value::as_str) {
        return format!("@{}", target.trim_start_matches('#'));
    }
    let mut list = Vec::new();
    for item in items(element, "type") {
        let mut name = match text(item, "code") {
            code if code.starts_with("http://hl7.org/fhirpath/") => system_type(text(element, "path")).to_owned(),
            code => code.to_owned(),
        };
        let targets: Vec<_> = items(item, "targetProfile").iter().filter_map(Value::as_str).map(last_segment).collect();
        if !targets.is_empty() {
            let _ = write!(name, "({})", targets.join(","));
        }
        list.push(name);
    }
    list.join("|")
}

/// The package gives ids and extension addresses FHIRPath's String; R4 says what they are
/// (<https://hl7.org/fhir/R4/resource.html#id>, <https://hl7.org/fhir/R4/extensibility.html>).
fn system_type(path: &str) -> &'static str {
    match path {
        "Extension.url" => "uri",
        "Resource.id" => "id",
        _ => "string",
    }
}

/// The table of types.
pub fn table(types: &[Type]) -> String {
    let mut out = String::from("# type, kind, base; below it its own elements: path, cardinality, types (reference targets) or @content, required value set\n");
    for it in types {
        let _ = writeln!(out, "{}\t{}\t{}", it.name, it.kind, it.base);
        for element in &it.elements {
            let _ = write!(out, " {}\t{}..{}\t{}", element.path, element.min, element.max, element.types);
            let _ = if element.value_set.is_empty() { writeln!(out) } else { writeln!(out, "\t{}", element.value_set) };
        }
    }
    out
}

pub fn required_value_sets(types: &[Type]) -> BTreeSet<String> {
    types.iter().flat_map(|it| &it.elements).map(|it| it.value_set.clone()).filter(|it| !it.is_empty()).collect()
}

/// The fixed numbers of the resource types. The record stores them, so a number once given is never changed.
pub fn resource_types(types: &[Type], known: &str) -> Result<String, String> {
    let mut out = String::from("# number, resource type. The record stores the number: append only.\n");
    let mut next = 1;
    let mut given = HashSet::new();
    for line in known.lines().filter(|line| !line.starts_with('#')) {
        let (number, name) = line.split_once('\t').ok_or_else(|| format!("resource-types: cannot read {line:?}"))?;
        next = number.parse::<u16>().map_err(|error| format!("resource-types: {number}: {error}"))? + 1;
        let _ = writeln!(out, "{number}\t{name}");
        given.insert(name.to_owned());
    }
    for it in types.iter().filter(|it| it.kind == "resource" && !given.contains(&it.name)) {
        let _ = writeln!(out, "{next}\t{}", it.name);
        next += 1;
    }
    Ok(out)
}

/// Primitive types with the expression that R4 gives for their text.
pub fn primitives(source: &Source) -> Result<String, String> {
    let mut out = String::from("# primitive type, JSON kind, R4's expression for its text\n");
    for structure in source.structures.iter().filter(|it| text(it, "kind") == "primitive-type") {
        let name = text(structure, "name");
        let value = structure.pointer("/snapshot/element").and_then(Value::as_array).into_iter().flatten().find(|it| text(it, "path").ends_with(".value"));
        let extensions = value.and_then(|it| it.pointer("/type/0/extension")).and_then(Value::as_array);
        let regex = extensions.into_iter().flatten().find(|it| text(it, "url").ends_with("/regex")).map_or("", |it| text(it, "valueString"));
        let json = match name {
            "boolean" => "boolean",
            "decimal" | "integer" | "positiveInt" | "unsignedInt" => "number",
            _ => "string",
        };
        let _ = writeln!(out, "{name}\t{json}\t{regex}");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(name: &str) -> Type {
        Type { name: name.to_owned(), kind: "resource", base: "DomainResource".to_owned(), elements: Vec::new() }
    }

    #[test]
    fn numbers_once_given_stay_and_new_types_come_after() {
        let known = "# comment\n1\tPatient\n2\tGone\n";
        let table = resource_types(&[resource("Account"), resource("Patient")], known).expect("table");
        let rows: Vec<_> = table.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(rows, ["1\tPatient", "2\tGone", "3\tAccount"]);
        assert_eq!(resource_types(&[resource("Account"), resource("Patient")], &table).as_deref(), Ok(table.as_str()));
    }

    #[test]
    fn types_name_their_targets_and_ids_are_what_r4_says() {
        let reference = serde_json::json!({"path": "A.b", "type": [{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Patient", "http://hl7.org/fhir/StructureDefinition/Group"]}, {"code": "string"}]});
        assert_eq!(type_list(&reference), "Reference(Patient,Group)|string");
        let id = serde_json::json!({"path": "Resource.id", "type": [{"code": "http://hl7.org/fhirpath/System.String"}]});
        assert_eq!(type_list(&id), "id");
        assert_eq!(type_list(&serde_json::json!({"contentReference": "#A.b"})), "@A.b");
    }
}
