//! Published example resources: each is accepted and survives the round trip through XML.

use super::{Outcome, argued, file_name, files, read};
use rihla_fhir::issue::{Issues, Lang, Severity};
use rihla_fhir::json::{Kind, Limits, Value, parse};
use rihla_fhir::validate::{Options, validate};
use rihla_fhir::xml;
use std::collections::BTreeSet;
use std::path::Path;

const ARGUED: &str = "docs/conformance/examples.txt";

pub fn run(folder: &Path) -> Result<Outcome, String> {
    let argued = argued(ARGUED)?;
    let mut outcome = Outcome::default();
    for path in files(folder, "json")? {
        let verdict = one(&path, &read(&path)?)?;
        outcome.count(&file_name(&path), &verdict, &argued);
    }
    Ok(outcome)
}

/// What is wrong with an example, in codes; empty if nothing is.
fn one(path: &Path, bytes: &[u8]) -> Result<String, String> {
    let doc = match parse(bytes, &Limits::default()) {
        Ok(doc) => doc,
        Err(error) => return Ok(format!("no JSON: {error}")),
    };
    let refused = problems(doc.root());
    let parts = [refused, round_trip(doc.root()), same_as_xml(path, doc.root())?];
    Ok(parts.iter().filter(|it| !it.is_empty()).map(String::as_str).collect::<Vec<_>>().join("; "))
}

/// JSON to XML to JSON gives the same values, and the XML of that is the same text; empty if so.
fn round_trip(root: Value<'_>) -> String {
    let step = || -> Result<(), String> {
        let xml = xml::write(root).map_err(|error| format!("to XML: {error}"))?;
        let json = xml::read(&xml, &Limits::default()).map_err(|error| format!("from XML: {error}"))?;
        let back = parse(&json, &Limits::default()).map_err(|error| format!("JSON from XML: {error}"))?;
        if let Some(path) = difference(root, back.root()) {
            return Err(format!("differs after XML at {path}"));
        }
        let again = xml::write(back.root()).map_err(|error| format!("to XML again: {error}"))?;
        if again == xml { Ok(()) } else { Err("the second XML differs from the first".to_owned()) }
    };
    step().err().unwrap_or_default()
}

/// The XML file's values are those of the JSON file beside it.
fn same_as_xml(path: &Path, root: Value<'_>) -> Result<String, String> {
    let path = path.with_extension("xml");
    if !path.exists() {
        return Ok(String::new());
    }
    let json = match xml::read(&read(&path)?, &Limits::default()) {
        Ok(json) => json,
        Err(error) => return Ok(format!("XML: {error}")),
    };
    let doc = parse(&json, &Limits::default()).map_err(|error| error.to_string())?;
    Ok(difference(root, doc.root()).map(|at| format!("XML differs at {at}")).unwrap_or_default())
}

/// Where two values first differ. Order of members is no value; digits of numbers are.
fn difference(a: Value<'_>, b: Value<'_>) -> Option<String> {
    let here = Some(String::new());
    if a.kind() != b.kind() || a.len() != b.len() {
        return here;
    }
    match a.kind() {
        Kind::Object => a.members().find_map(|member| {
            let key = member.key();
            let below = b.get(&key).map_or(Some(String::new()), |other| difference(member.value, other));
            below.map(|rest| format!(".{key}{rest}"))
        }),
        Kind::Array => a.items().zip(b.items()).enumerate().find_map(|(position, (a, b))| difference(a, b).map(|rest| format!("[{position}]{rest}"))),
        Kind::String => here.filter(|_| a.as_str() != b.as_str()),
        _ => here.filter(|_| a.source() != b.source()),
    }
}

/// The own codes of the errors found; the sentences go to the screen.
pub fn problems(root: Value<'_>) -> String {
    let mut issues = Issues::default();
    validate(root, None, Options::default(), &mut (), &mut issues);
    let mut codes = BTreeSet::new();
    for issue in issues.list().iter().filter(|it| it.severity() == Severity::Error) {
        println!("  {}: {} {}", issue.expression, issue.message(Lang::English), issue.code());
        codes.insert(issue.code());
    }
    codes.into_iter().collect::<Vec<_>>().join(" ")
}
