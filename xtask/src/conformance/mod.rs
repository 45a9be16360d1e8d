//! `cargo xtask conformance examples|forms|json|validator|speed|hl7v2 DIR`: the parser and the validator against public suites.
//!
//! A runner takes any folder of the suite's shape. Deviations that are argued stand in a committed table of file,
//! verdict and reason; one counts as passed only while the verdict is exactly the argued one.

mod examples;
mod forms;
mod hl7v2;
mod json;
mod speed;
mod validator;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Runs the command and returns the process's exit code.
pub fn run(args: &[String]) -> Result<u8, String> {
    let (suite, folder, cpu) = match args {
        [suite, folder] => (suite, Path::new(folder), false),
        [suite, folder, flag] if suite == "hl7v2" && flag == "--cpu" => (suite, Path::new(folder), true),
        _ => return Err("conformance examples|forms|json|validator|speed|hl7v2 DIR; hl7v2 DIR --cpu measures".to_owned()),
    };
    let outcome = match suite.as_str() {
        "examples" => examples::run(folder)?,
        "forms" => forms::run(folder)?,
        "json" => json::run(folder)?,
        "validator" => validator::run(folder)?,
        "hl7v2" if cpu => return hl7v2::speed(folder),
        "hl7v2" => hl7v2::run(folder)?,
        "speed" => return speed::run(folder),
        other => return Err(format!("conformance: no suite {other}; there are examples, forms, json, validator, speed, hl7v2")),
    };
    if outcome.argued > 0 {
        println!("{} as the suite wants, {} otherwise and argued", outcome.passed - outcome.argued, outcome.argued);
    }
    println!("{} passed, {} failed", outcome.passed, outcome.failed);
    Ok(u8::from(outcome.failed > 0))
}

/// How a suite went.
#[derive(Default)]
pub struct Outcome {
    pub passed: usize,
    pub failed: usize,
    pub argued: usize,
}

impl Outcome {
    /// Counts one case. `verdict` is empty when all is as the suite wants it.
    pub fn count(&mut self, name: &str, verdict: &str, argued: &Argued) {
        match argued.get(name) {
            None if verdict.is_empty() => self.passed += 1,
            Some((expected, reason)) if expected == verdict => {
                println!("argued: {name}: {verdict}: {reason}");
                self.passed += 1;
                self.argued += 1;
            }
            Some((expected, _)) => {
                println!("FAILED: {name}: {verdict:?}, argued was {expected}");
                self.failed += 1;
            }
            None => {
                println!("FAILED: {name}: {verdict}");
                self.failed += 1;
            }
        }
    }
}

/// By case name: the argued verdict and its reason.
pub type Argued = HashMap<String, (String, String)>;

/// Reads a table of argued deviations: name, verdict, reason, separated by tabs.
pub fn argued(path: &str) -> Result<Argued, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut found = Argued::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<_> = line.split('\t').collect();
        let [name, verdict, reason] = fields[..] else {
            return Err(format!("{path}: cannot read {line:?}"));
        };
        found.insert(name.to_owned(), (verdict.to_owned(), reason.to_owned()));
    }
    Ok(found)
}

/// The files of a folder with one extension, by name.
pub fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found: Vec<_> = entries.filter_map(|it| Some(it.ok()?.path())).filter(|it| it.extension().is_some_and(|it| it == extension)).collect();
    found.sort();
    if found.is_empty() {
        return Err(format!("{}: no .{extension} file here", folder.display()));
    }
    Ok(found)
}

pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

pub fn file_name(path: &Path) -> String {
    path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argued_case_passes_only_with_its_verdict() {
        let argued: Argued = [("a".to_owned(), ("X".to_owned(), "why".to_owned()))].into();
        let counted = |name: &str, verdict: &str| {
            let mut outcome = Outcome::default();
            outcome.count(name, verdict, &argued);
            (outcome.passed, outcome.failed, outcome.argued)
        };
        assert_eq!(counted("a", "X"), (1, 0, 1));
        assert_eq!(counted("a", "Y"), (0, 1, 0));
        assert_eq!(counted("a", ""), (0, 1, 0));
        assert_eq!(counted("b", ""), (1, 0, 0));
        assert_eq!(counted("b", "X"), (0, 1, 0));
    }
}
