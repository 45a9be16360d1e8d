//! XPN and the name within XCN: names of people.

use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::Value;

/// Where the parts of a name stand.
struct Layout {
    family: usize,
    kind: usize,
    script: usize,
}

const PERSON: Layout = Layout { family: 1, kind: 7, script: 8 };
const CARER: Layout = Layout { family: 2, kind: 10, script: 15 };

/// XPN.
pub fn human(name: Value<'_>) -> Object {
    of(name, &PERSON)
}

/// The name within XCN.
pub fn carer(name: Value<'_>) -> Object {
    of(name, &CARER)
}

fn of(name: Value<'_>, layout: &Layout) -> Object {
    let at = |offset: usize| name.part(layout.family + offset);
    let mut out = Object::new();
    out.put("use", name.part(layout.kind).and_then(|it| tables::code("0200", &it)));
    out.put("family", name.component(layout.family).some());
    out.put("given", Node::list([at(1), at(2)].into_iter().flatten()));
    out.put("prefix", Node::list(at(4)));
    // A degree stands behind the name as a suffix does.
    out.put("suffix", Node::list([at(3), at(5)].into_iter().flatten()));
    if layout.kind == PERSON.kind {
        let script = name.part(layout.script).filter(|it| matches!(it.as_ref(), "I" | "P" | "A"));
        out.put("extension", script.map(|it| Node::list([representation(&it)])));
    }
    if out.get("family").is_none() && out.get("given").is_none() { Object::new() } else { out }
}

/// How the same name is written: ideographic, phonetic, alphabetic (table 0465). A name in Arabic script and one in Latin
/// script of the same person stand side by side by this.
fn representation(script: &str) -> Object {
    let code = match script {
        "I" => "IDE",
        "P" => "SYL",
        _ => "ABC",
    };
    Object::new().with("url", "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation").with("valueCode", code)
}

/// A name in one line, for people: `Dr Salma Alaoui`.
pub fn line(name: &Object) -> String {
    let texts = |key: &str| match name.get(key) {
        Some(Node::List(list)) => list.iter().filter_map(|it| if let Node::Text(text) = it { Some(text.as_str()) } else { None }).collect::<Vec<_>>().join(" "),
        Some(Node::Text(text)) => text.clone(),
        _ => String::new(),
    };
    [texts("prefix"), texts("given"), texts("family")].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}
