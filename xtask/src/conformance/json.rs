//! A JSON parser's verdicts: `y_` must parse, `n_` must not, `i_` may do either but must come to an end.

use super::{Argued, Outcome, file_name, files, read};
use rihla_fhir::json::{Limits, parse};
use std::path::Path;

pub fn run(folder: &Path) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let [mut accepted, mut refused, mut free] = [0; 3];
    for path in files(folder, "json")? {
        let name = file_name(&path);
        let parses = parse(&read(&path)?, &Limits::default()).is_ok();
        let verdict = match name.get(..2) {
            Some("y_") if !parses => "must be accepted",
            Some("n_") if parses => "must be refused",
            Some("y_") => {
                accepted += 1;
                ""
            }
            Some("n_") => {
                refused += 1;
                ""
            }
            _ => {
                free += 1;
                ""
            }
        };
        outcome.count(&name, verdict, &Argued::new());
    }
    println!("{accepted} rightly accepted, {refused} rightly refused, {free} free to do either");
    Ok(outcome)
}
