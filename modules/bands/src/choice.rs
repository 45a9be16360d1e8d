//! The printers that a workstation chose: in a cookie of the browser, one printer for each kind of label.

use crate::printers::Printers;
use axum::http::HeaderMap;
use rihla_web::Desk;
use std::collections::BTreeMap;

const COOKIE: &str = "rihla_printers";
/// As long as browsers keep a cookie (RFC 6265bis, 5.5).
const KEPT_S: i64 = 400 * 24 * 60 * 60;
const BETWEEN: char = '~';
/// Kinds that are read from a cookie.
const MOST: usize = 40;

/// Printer by label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen(BTreeMap<String, String>);

impl Chosen {
    pub fn of(desk: &Desk, headers: &HeaderMap) -> Self {
        Self::read(desk.house.brought(headers, COOKIE).unwrap_or_default())
    }

    fn read(text: &str) -> Self {
        let pair = |part: &str| part.split_once(':').map(|(label, printer)| (label.to_owned(), printer.to_owned()));
        Self(text.split(BETWEEN).take(MOST).filter_map(pair).collect())
    }

    fn written(&self) -> String {
        self.0.iter().map(|(label, printer)| format!("{label}:{printer}")).collect::<Vec<_>>().join(&BETWEEN.to_string())
    }

    pub fn cookie(&self, desk: &Desk) -> String {
        desk.house.cookie(COOKIE, &self.written(), Some(KEPT_S))
    }

    /// Chooses a printer that there is; any other name means the browser's own.
    pub fn set(&mut self, label: &str, printer: &str, printers: &Printers) {
        match printers.with_label(printer, label) {
            Some(known) => self.0.insert(label.to_owned(), known.name.clone()),
            None => self.0.remove(label),
        };
    }

    /// The name of the printer for a label; empty: the browser's own.
    pub fn printer(&self, label: &str, printers: &Printers) -> String {
        self.0.get(label).filter(|name| printers.with_label(name, label).is_some()).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bnd_7_a_choice_reads_as_it_was_written_and_a_printer_that_went_is_not_chosen() {
        let chosen = Chosen::read("band-adult:door~label-small:ward");
        assert_eq!(Chosen::read(&chosen.written()), chosen);
        assert_eq!(chosen.printer("band-adult", &Printers::default()), "");
        assert_eq!(Chosen::read("nonsense"), Chosen::default());
    }
}
