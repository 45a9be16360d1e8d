//! What a code of HL7 v2 is in FHIR, as data: `tables/codes.tsv`.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A code in FHIR. The system is empty where the element's binding names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub code: &'static str,
    pub system: &'static str,
    pub display: &'static str,
}

type Tables = HashMap<&'static str, HashMap<&'static str, Row>>;

/// By the table's number (or name) and the v2 code.
pub fn find(table: &str, code: &str) -> Option<Row> {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(read).get(table)?.get(code.trim()).copied()
}

/// The FHIR code alone.
pub fn code(table: &str, code: &str) -> Option<&'static str> {
    find(table, code).map(|it| it.code)
}

fn read() -> Tables {
    let mut tables = Tables::new();
    for line in include_str!("../tables/codes.tsv").lines().filter(|it| !it.starts_with('#')) {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or("");
        let (table, from) = (next(), next());
        tables.entry(table).or_default().insert(from, Row { code: next(), system: next(), display: next() });
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_can_be_found() {
        for line in include_str!("../tables/codes.tsv").lines().filter(|it| !it.starts_with('#')) {
            let fields: Vec<_> = line.split('\t').collect();
            assert_eq!(fields.len(), 5, "{line}");
            assert_eq!(find(fields[0], fields[1]).map(|it| it.code), Some(fields[2]), "{line} stands twice");
        }
        assert_eq!(code("0001", "X"), None);
    }
}
