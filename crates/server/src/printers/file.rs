//! The file of label printers.

use rihla_bands::Dpi;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;
use toml::Spanned;

/// Printers that one server knows.
const MOST: usize = 500;
/// How long a page waits for a printer, unless told.
const PATIENCE_MS: u64 = 4_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    printer: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: Spanned<String>,
    address: Spanned<String>,
    dpi: Spanned<u32>,
    labels: Spanned<Vec<String>>,
    place: Spanned<String>,
    #[serde(default = "yes")]
    answers: bool,
    #[serde(default)]
    also_training: bool,
    patience_ms: Option<Spanned<u64>>,
}

fn yes() -> bool {
    true
}

/// One printer.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    /// HOST:PORT.
    pub address: String,
    pub dpi: Dpi,
    /// Kinds of labels that it has loaded.
    pub labels: Vec<String>,
    /// Where it stands, as people say it.
    pub place: String,
    /// It says how it is when it is asked; a box between may not.
    pub answers: bool,
    pub also_training: bool,
    pub patience: Duration,
}

/// Reads the file; what is wrong begins with its line. `kinds`: the labels that the pack knows.
pub fn parse(text: &str, kinds: &[&str]) -> Result<Vec<Named>, String> {
    let file: File = toml::from_str(text).map_err(|error| said(text, error.span().map_or(0, |span| span.start), error.message()))?;
    let mut seen = BTreeSet::new();
    if file.printer.len() > MOST {
        return Err(format!("more than {MOST} printers"));
    }
    file.printer.into_iter().map(|row| named(text, kinds, row, &mut seen)).collect()
}

fn named(text: &str, kinds: &[&str], row: Row, seen: &mut BTreeSet<String>) -> Result<Named, String> {
    let name = row.name.get_ref();
    let plain = !name.is_empty() && name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !plain {
        return Err(said(text, row.name.span().start, "a printer's name is at most forty small letters, digits and dashes"));
    }
    if !seen.insert(name.clone()) {
        return Err(said(text, row.name.span().start, "two printers have this name"));
    }
    let address = row.address.get_ref();
    let port =
        address.rsplit_once(':').filter(|(host, _)| !host.is_empty() && !host.contains(char::is_whitespace)).and_then(|(_, port)| port.parse::<u16>().ok());
    if port.is_none_or(|port| port == 0) {
        return Err(said(text, row.address.span().start, "write HOST:PORT; label printers usually listen at port 9100"));
    }
    let dpi = Dpi::of(*row.dpi.get_ref()).ok_or_else(|| said(text, row.dpi.span().start, "203 and 300 dots an inch are known"))?;
    let labels = row.labels.get_ref();
    if labels.is_empty() {
        return Err(said(text, row.labels.span().start, "name the labels that it has loaded"));
    }
    if let Some(unknown) = labels.iter().find(|label| !kinds.contains(&label.as_str())) {
        return Err(said(text, row.labels.span().start, &format!("the pack knows no label {unknown}; it knows {}", kinds.join(", "))));
    }
    if row.place.get_ref().trim().is_empty() {
        return Err(said(text, row.place.span().start, "say where the printer stands: people choose it by that"));
    }
    let patience = row.patience_ms.as_ref().map_or(PATIENCE_MS, |given| *given.get_ref());
    if let Some(given) = row.patience_ms.filter(|given| !(100..=20_000).contains(given.get_ref())) {
        return Err(said(text, given.span().start, "from 100 to 20000 milliseconds"));
    }
    Ok(Named {
        name: name.clone(),
        address: address.clone(),
        dpi,
        labels: row.labels.into_inner(),
        place: row.place.into_inner(),
        answers: row.answers,
        also_training: row.also_training,
        patience: Duration::from_millis(patience),
    })
}

fn said(text: &str, at: usize, why: &str) -> String {
    let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    format!("line {line}: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [&str; 4] = ["band-adult", "band-newborn", "label-small", "label-large"];
    const ONE: &str = "# printers\n[[printer]]\nname = \"door\"\naddress = \"10.0.0.9:9100\"\ndpi = 203\nlabels = [\"band-adult\"]\nplace = \"Accueil\"\n";

    #[test]
    fn bnd_7_the_file_of_the_runbook_is_one() {
        let runbook = include_str!("../../../../docs/runbooks/printers.md");
        let text = runbook.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("its file");
        let printers = parse(text, &KINDS).expect("it can be used");
        assert_eq!((printers.len(), printers[0].answers, printers[1].dpi), (2, true, Dpi::D300));
        assert!(parse("", &KINDS).expect("nothing").is_empty());
    }

    #[test]
    fn bnd_7_what_is_wrong_is_said_with_its_line() {
        for (from, to, expected) in [
            ("door", "The door", "line 3: a printer's name"),
            ("10.0.0.9:9100", "10.0.0.9", "line 4: write HOST:PORT"),
            ("dpi = 203", "dpi = 96", "line 5: 203 and 300"),
            ("dpi = 203\n", "", "line 2: missing field `dpi`"),
            ("\"band-adult\"", "\"hat\"", "line 6: the pack knows no label hat; it knows band-adult"),
            ("[\"band-adult\"]", "[]", "line 6: name the labels"),
            ("Accueil", " ", "line 7: say where"),
            ("place = \"Accueil\"\n", "place = \"Accueil\"\npatience_ms = 5\n", "line 8: from 100"),
            ("place = \"Accueil\"\n", "place = \"Accueil\"\npatients = 5\n", "line 8: unknown field"),
        ] {
            let why = parse(&ONE.replace(from, to), &KINDS).expect_err(to);
            assert!(why.starts_with(expected), "{why}");
        }
        assert!(parse(&format!("{ONE}{ONE}"), &KINDS).is_err_and(|why| why == "line 10: two printers have this name"));
    }
}
