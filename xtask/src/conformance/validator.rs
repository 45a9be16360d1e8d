//! Verdicts of the reference validator on whole resources: `cases.json` names files and what is expected of each.

use super::examples::problems;
use super::{Outcome, argued, read};
use rihla_fhir::json::{Limits, parse};
use std::path::Path;

const ARGUED: &str = "docs/conformance/validator.txt";

pub fn run(folder: &Path) -> Result<Outcome, String> {
    let argued = argued(ARGUED)?;
    let cases: serde_json::Value = serde_json::from_slice(&read(&folder.join("cases.json"))?).map_err(|error| format!("cases.json: {error}"))?;
    let mut outcome = Outcome::default();
    for case in cases.as_array().into_iter().flatten() {
        let text = |key: &str| case.get(key).and_then(serde_json::Value::as_str).unwrap_or("");
        let bytes = read(&folder.join(text("file")))?;
        let found = match parse(&bytes, &Limits::default()) {
            Ok(doc) => problems(doc.root()),
            Err(error) => format!("no JSON: {error}"),
        };
        let verdict = match (text("expect"), found.is_empty()) {
            ("valid", true) | ("invalid", false) => String::new(),
            ("valid", false) => format!("refused ({found})"),
            _ => "accepted".to_owned(),
        };
        outcome.count(text("name"), &verdict, &argued);
    }
    Ok(outcome)
}
