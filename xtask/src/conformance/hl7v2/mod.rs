//! HL7 v2 messages with the FHIR bundle that the implementation guide's samples expect of each.
//!
//! What is compared is listed in docs/conformance/hl7v2.md; a message counts when all of it is equal.

mod facts;
mod speed;

pub use speed::run as speed;

use super::{Outcome, argued, file_name, files, read};
use facts::{Facts, facts};
use rihla_exchange::map::map;
use rihla_exchange::{Patients, Settings};
use rihla_fhir::issue::{Issues, Severity};
use rihla_fhir::json::parse;
use rihla_fhir::validate::{Options, validate};
use rihla_hl7v2::{Charset, Limits, Message, charset};
use std::path::{Path, PathBuf};

const ARGUED: &str = "docs/conformance/hl7v2.txt";
/// Under which the samples put what has no address of its own.
const BASE: &str = "http://example.com/v2-to-fhir-converter";

/// The messages of a folder.
pub fn messages(folder: &Path) -> Result<Vec<PathBuf>, String> {
    files(folder, "hl7")
}

pub fn settings() -> Settings {
    let mut settings = Settings::of_sender(BASE, rihla_exchange::utc());
    settings.patients = Patients::Written;
    settings
}

pub fn run(folder: &Path) -> Result<Outcome, String> {
    let argued = argued(ARGUED)?;
    let settings = settings();
    let mut outcome = Outcome::default();
    for path in messages(folder)? {
        let name = file_name(&path);
        let bytes = read(&path)?;
        let expected = read(&path.with_file_name(format!("{name}.expected.json")))?;
        let expected: serde_json::Value = serde_json::from_slice(&expected).map_err(|error| format!("{name}: {error}"))?;
        let verdict = match difference(&bytes, &expected, &settings) {
            Ok(paths) => paths.join(", "),
            Err(error) => format!("refused: {error}"),
        };
        outcome.count(&name, &verdict, &argued);
    }
    Ok(outcome)
}

/// The paths that differ. With `RIHLA_SHOW=1` the values too.
fn difference(bytes: &[u8], expected: &serde_json::Value, settings: &Settings) -> Result<Vec<String>, String> {
    let (text, _) = charset::decode(bytes, Charset::Utf8).map_err(|error| error.to_string())?;
    let message = Message::parse(&text, &Limits::default()).map_err(|error| error.to_string())?;
    let ours = map(&message, settings).bundle.write();
    let problems = invalid(&ours)?;
    if !problems.is_empty() {
        return Err(format!("what is written is no valid FHIR: {problems}"));
    }
    let ours: serde_json::Value = serde_json::from_slice(&ours).map_err(|error| format!("the bundle is no JSON: {error}"))?;
    let (ours, theirs) = (facts(&ours, &message), facts(expected, &message));
    let show = std::env::var_os("RIHLA_SHOW").is_some();
    let mut paths = Vec::new();
    for (path, wanted, found) in Facts::compare(&theirs, &ours) {
        if show {
            println!("    {path}\n      expected {wanted:?}\n      found    {found:?}");
        }
        paths.push(path);
    }
    Ok(paths)
}

/// What base R4 says against a bundle, and against the resources in it.
fn invalid(bundle: &[u8]) -> Result<String, String> {
    let doc = parse(bundle, &rihla_fhir::json::Limits::default()).map_err(|error| error.to_string())?;
    let resources = doc.root().get("entry").into_iter().flat_map(|it| it.items()).filter_map(|it| it.get("resource"));
    let mut issues = Issues::default();
    for value in std::iter::once(doc.root()).chain(resources) {
        // A transaction may name a patient by a search.
        validate(value, None, Options { conditional_references: true }, &mut (), &mut issues);
    }
    let errors = issues.list().iter().filter(|it| it.severity() == Severity::Error);
    Ok(errors.map(|it| format!("{} {}", it.expression, it.code())).collect::<Vec<_>>().join("; "))
}
