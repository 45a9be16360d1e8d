//! A list of codes as a table, one code a row, and the CodeSystem that it is (<https://hl7.org/fhir/R4/codesystem.html>).

use crate::rows::{Row, Rows};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::io::BufRead;

/// Codes of one list.
const MOST: usize = 200_000;
/// Signs of a code, and of what it is called.
const LONGEST_CODE: usize = 64;
const LONGEST_WORDS: usize = 1_000;
/// Levels of codes within one another.
const DEEPEST: usize = 16;
/// Faults that are told; a table that is read wrongly has one in each row.
const TOLD: usize = 20;

/// What the columns are called in the first row, in any order: `code`, the words in each language, the code that this one
/// belongs to, and whether it may be chosen (`0`, `no`, `non`: a chapter).
const COLUMNS: [&str; 6] = ["code", "fr", "ar", "en", "parent", "selectable"];

/// What the table does not say of itself.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// Names the system in every code that is written: it stays the same from one version to the next.
    pub url: &'a str,
    pub version: &'a str,
    /// What people call it.
    pub title: &'a str,
    /// The id of the resource.
    pub id: &'a str,
}

/// Why a table is no list of codes: each fault with the line of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    pub told: Vec<(u64, String)>,
    /// All of them, also those that are not told.
    pub count: usize,
}

impl Faults {
    fn add(&mut self, line: u64, what: impl Into<String>) {
        self.count += 1;
        if self.told.len() < TOLD {
            self.told.push((line, what.into()));
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (line, what) in &self.told {
            writeln!(out, "line {line}: {what}")?;
        }
        match self.count.saturating_sub(self.told.len()) {
            0 => Ok(()),
            more => writeln!(out, "and {more} more"),
        }
    }
}

struct Code {
    line: u64,
    /// French, Arabic, English; empty where the table has none.
    words: [String; 3],
    parent: String,
    selectable: bool,
}

/// Reads a table. `Ok`: the CodeSystem as JSON on one line, and how many codes it has.
pub fn read<R: BufRead>(about: &About<'_>, mut rows: Rows<R>) -> Result<(String, usize), Faults> {
    let mut faults = Faults::default();
    let mut next = |faults: &mut Faults| match rows.row() {
        Ok(row) => row,
        Err(error) => {
            faults.add(0, format!("the file cannot be read ({})", error.kind()));
            None
        }
    };
    let columns = next(&mut faults).and_then(|row| columns(&row, &mut faults));
    let Some(columns) = columns else {
        if faults.count == 0 {
            faults.add(1, "the file is empty");
        }
        return Err(faults);
    };
    let (mut order, mut codes) = (Vec::new(), HashMap::new());
    while let Some(row) = next(&mut faults) {
        let Some((code, read)) = code(&columns, &row, &mut faults) else { continue };
        if order.len() >= MOST {
            faults.add(row.line, "more than 200,000 codes");
            break;
        }
        if let Some(before) = codes.insert(code.clone(), read) {
            faults.add(row.line, format!("{code} stands on line {} already", before.line));
        } else {
            order.push(code);
        }
    }
    let mut within = BTreeMap::<&str, Vec<&str>>::new();
    for code in &order {
        let Some(read) = codes.get(code) else { continue };
        if !read.parent.is_empty() && !codes.contains_key(&read.parent) {
            faults.add(read.line, format!("{code} belongs to {}, which is not in the table", read.parent));
        }
        within.entry(&read.parent).or_default().push(code);
    }
    let mut out = head(about, order.len());
    let mut written = BTreeSet::new();
    let tree = Tree { codes: &codes, within: &within };
    tree.push("", 0, &mut out, &mut written);
    let sound = faults.count == 0;
    for code in order.iter().filter(|code| sound && !written.contains(code.as_str())) {
        let line = codes.get(code).map_or(0, |read| read.line);
        faults.add(line, format!("{code} belongs to itself in a circle, or stands more than {DEEPEST} levels deep"));
    }
    out.push('}');
    if faults.count == 0 { Ok((out, order.len())) } else { Err(faults) }
}

/// Where each known column stands.
fn columns(row: &Row, faults: &mut Faults) -> Option<[Option<usize>; 6]> {
    let Ok(cells) = &row.cells else {
        faults.add(row.line, "the first row cannot be read: check separator and encoding");
        return None;
    };
    let mut found = [None; 6];
    for (at, cell) in cells.iter().enumerate() {
        let name = cell.trim().trim_start_matches('\u{feff}').to_ascii_lowercase();
        match COLUMNS.iter().position(|known| *known == name).and_then(|known| found.get_mut(known)) {
            Some(place) if place.is_none() => *place = Some(at),
            Some(_) => faults.add(row.line, format!("two columns are called {name}")),
            None => faults.add(row.line, format!("a column is called {cell:?}; known are {}", COLUMNS.join(", "))),
        }
    }
    let [code, fr, ar, en, ..] = found;
    if code.is_none() || fr.or(ar).or(en).is_none() {
        faults.add(row.line, "the first row has to name a column code, and one of fr, ar, en");
    }
    (faults.count == 0).then_some(found)
}

fn code(columns: &[Option<usize>; 6], row: &Row, faults: &mut Faults) -> Option<(String, Code)> {
    let Ok(cells) = &row.cells else {
        faults.add(row.line, "the row cannot be read: a quotation mark is not closed, or the encoding is another one");
        return None;
    };
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return None;
    }
    let [code, fr, ar, en, parent, selectable] = columns.map(|at| at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim()));
    let words = [fr, ar, en].map(|words| words.split_whitespace().collect::<Vec<_>>().join(" "));
    // https://hl7.org/fhir/R4/datatypes.html#code
    let is_code = !code.is_empty() && code.len() <= LONGEST_CODE && !code.contains("  ") && !code.chars().any(char::is_control);
    let selectable = match selectable.to_ascii_lowercase().as_str() {
        "" | "1" | "yes" | "oui" | "true" => Some(true),
        "0" | "no" | "non" | "false" => Some(false),
        _ => None,
    };
    if !is_code {
        faults.add(row.line, "the code is empty, longer than 64 signs, or has signs that a code has not");
    } else if words.iter().all(String::is_empty) {
        faults.add(row.line, format!("{code} has no words in any language"));
    } else if words.iter().any(|words| words.chars().count() > LONGEST_WORDS) {
        faults.add(row.line, format!("{code} is called by more than {LONGEST_WORDS} signs"));
    } else if let Some(selectable) = selectable {
        return Some((code.to_owned(), Code { line: row.line, words, parent: parent.to_owned(), selectable }));
    } else {
        faults.add(row.line, format!("{code}: selectable is 1 or 0"));
    }
    None
}

fn head(about: &About<'_>, count: usize) -> String {
    let name: String = about.title.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let name = if name.starts_with(|sign: char| sign.is_ascii_alphabetic()) { name } else { format!("Codes{name}") };
    let mut out = String::from("{\"resourceType\":\"CodeSystem\"");
    let texts = [("id", about.id), ("language", "fr"), ("url", about.url), ("version", about.version), ("name", name.as_str()), ("title", about.title)];
    for (key, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        out.push_str(&format!(",\"{key}\":{}", quoted(text)));
    }
    out.push_str(&format!(",\"status\":\"active\",\"caseSensitive\":true,\"content\":\"complete\",\"count\":{count}"));
    out.push_str(",\"property\":[{\"code\":\"notSelectable\",\"uri\":\"http://hl7.org/fhir/concept-properties#notSelectable\",\"type\":\"boolean\"}]");
    out
}

struct Tree<'c> {
    codes: &'c HashMap<String, Code>,
    within: &'c BTreeMap<&'c str, Vec<&'c str>>,
}

impl<'c> Tree<'c> {
    /// Writes the codes that belong to one, as deep as they may stand.
    fn push(&self, parent: &str, depth: usize, out: &mut String, written: &mut BTreeSet<&'c str>) {
        let Some(codes) = self.within.get(parent).filter(|_| depth < DEEPEST) else { return };
        out.push_str(",\"concept\":[");
        for (nth, code) in codes.iter().enumerate() {
            if nth > 0 {
                out.push(',');
            }
            written.insert(code);
            self.push_one(code, depth, out, written);
        }
        out.push(']');
    }

    fn push_one(&self, code: &str, depth: usize, out: &mut String, written: &mut BTreeSet<&'c str>) {
        let Some(read) = self.codes.get(code) else { return };
        let [fr, ar, en] = &read.words;
        let display = [fr, en, ar].into_iter().find(|words| !words.is_empty()).map_or("", String::as_str);
        out.push_str(&format!("{{\"code\":{},\"display\":{}", quoted(code), quoted(display)));
        let named: Vec<String> = [("fr", fr), ("ar", ar), ("en", en)]
            .into_iter()
            .filter(|(_, words)| !words.is_empty())
            .map(|(lang, words)| format!("{{\"language\":\"{lang}\",\"value\":{}}}", quoted(words)))
            .collect();
        out.push_str(&format!(",\"designation\":[{}]", named.join(",")));
        if !read.selectable {
            out.push_str(",\"property\":[{\"code\":\"notSelectable\",\"valueBoolean\":true}]");
        }
        self.push(code, depth + 1, out, written);
        out.push('}');
    }
}

/// A text in JSON (<https://www.rfc-editor.org/rfc/rfc8259#section-7>).
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for sign in text.chars() {
        match sign {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            sign if sign.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(sign))),
            sign => out.push(sign),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Encoding;
    use rihla_fhir::view::Look;

    const ABOUT: About<'static> = About { url: "http://hl7.org/fhir/sid/icd-10", version: "2019", title: "CIM-10", id: "icd-10" };

    fn table(text: &str) -> Result<(String, usize), Faults> {
        read(&ABOUT, Rows::new(text.as_bytes(), b';', Encoding::named("UTF-8").expect("UTF-8")))
    }

    #[test]
    fn code_1_a_table_becomes_a_complete_code_system_with_its_levels_and_languages() {
        let (json, count) =
            table("code;fr;ar;en;parent;selectable\nI;Maladies;أمراض;;;non\nA00;\"Choléra \"\"vrai\"\"\";الكوليرا;Cholera;I;\nB;Autre;;;;\n").expect("a list");
        let doc = rihla_fhir::json::parse(json.as_bytes(), &rihla_fhir::json::Limits::default()).expect("JSON");
        let root = doc.root();
        assert_eq!((count, root.text("url").as_deref(), root.text("content").as_deref()), (3, Some(ABOUT.url), Some("complete")));
        assert!(json.contains(r#"{"code":"I","display":"Maladies","designation":[{"language":"fr","value":"Maladies"},{"language":"ar","value":"أمراض"}],"property":[{"code":"notSelectable","valueBoolean":true}],"concept":[{"code":"A00","display":"Choléra \"vrai\"""#), "{json}");
        assert!(json.ends_with(r#"{"code":"B","display":"Autre","designation":[{"language":"fr","value":"Autre"}]}]}"#), "{json}");
    }

    #[test]
    fn code_2_all_that_is_wrong_is_told_with_its_line() {
        let faults = table("code;fr;parent\nA;un;\nA;deux;\nB;;\n;trois;\nC;quatre;X\n").expect_err("faults");
        assert_eq!(faults.told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5, 6]);
        let wrong = |text: &str| table(text).expect_err("faults").to_string();
        assert!(wrong("code;libelle\nA;un\n").contains("\"libelle\""));
        assert!(wrong("code;parent\nA;\n").contains("one of fr, ar, en"));
        assert!(wrong("").contains("empty"));
        assert!(wrong("code;fr;parent\nA;un;B\nB;deux;A\n").contains("in a circle"));
        let deep: String = (1..40).map(|nth| format!("C{nth};mot;C{}\n", nth - 1)).collect();
        assert!(wrong(&format!("code;fr;parent\nC0;mot;\n{deep}")).contains("16 levels"));
    }
}
