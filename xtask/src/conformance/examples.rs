//! Published example resources: each is accepted and survives the round trip through XML.

use super::{Outcome, argued, file_name, files, read};
use rihla_fhir::issue::{Issues, Language, Severity};
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::validate::{Options, validate};
use std::collections::BTreeSet;
use std::path::Path;

const ARGUED: &str = "docs/conformance/examples.txt";

pub fn run(folder: &Path) -> Result<Outcome, String> {
    let argued = argued(ARGUED)?;
    let mut outcome = Outcome::default();
    for path in files(folder, "json")? {
        let verdict = one(&read(&path)?);
        outcome.count(&file_name(&path), &verdict, &argued);
    }
    Ok(outcome)
}

/// What is wrong with an example, in codes; empty if nothing is.
fn one(bytes: &[u8]) -> String {
    let doc = match parse(bytes, &Limits::default()) {
        Ok(doc) => doc,
        Err(error) => return format!("no JSON: {error}"),
    };
    problems(doc.root())
}

/// The own codes of the errors found; the sentences go to the screen.
pub fn problems(root: Value<'_>) -> String {
    let mut issues = Issues::default();
    validate(root, None, Options::default(), &mut (), &mut issues);
    let mut codes = BTreeSet::new();
    for issue in issues.list().iter().filter(|it| it.severity() == Severity::Error) {
        println!("  {}: {} {}", issue.expression, issue.message(Language::English), issue.code());
        codes.insert(issue.code());
    }
    codes.into_iter().collect::<Vec<_>>().join(" ")
}
