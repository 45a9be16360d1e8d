//! What became of each row, for whoever moves the hospital: a table of outcomes, and the rejected rows as they stood, to be
//! mended and read in with the same map.

use super::{CsvOptions, Summary};
use crate::failure::Failure;
use rihla_fhir_api::Lang;
use rihla_lists::{Outcome, Reason};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A row that is decided.
#[derive(Clone, Debug)]
pub struct Line {
    pub file: String,
    pub row: u64,
    /// Of the system before; empty where it could not be read.
    pub number: String,
    pub outcome: Outcome,
    pub reason: Reason,
    /// The number of the other record; empty where there is none.
    pub other: String,
    /// The row as it stood, of one that is rejected.
    pub raw: Vec<u8>,
}

/// Both files.
pub struct Report {
    path: PathBuf,
    out: BufWriter<File>,
    rejects: PathBuf,
    rejected: Option<BufWriter<File>>,
    separator: char,
    lang: Lang,
    pub summary: Summary,
}

impl Report {
    /// The report is made anew; the file of rejects when there is a first one.
    pub fn create(options: &CsvOptions, separator: u8) -> Result<Self, Failure> {
        let file = File::create(&options.report).map_err(|error| unwritable(&options.report, &error))?;
        let (path, rejects) = (options.report.clone(), options.rejects.clone());
        let separator = char::from(separator);
        let mut out = Self { path, out: BufWriter::new(file), rejects, rejected: None, separator, lang: options.lang, summary: Summary::default() };
        // The mark lets spreadsheets read it as UTF-8.
        let names = ["file", "row", "number", "outcome", "code", "sentence", "other"].join(&separator.to_string());
        out.write(&format!("\u{feff}{names}\r\n"))?;
        Ok(out)
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.out.write_all(text.as_bytes()).map_err(|error| unwritable(&self.path, &error))
    }

    /// `header`: the first row of the file that the line is of.
    pub fn add(&mut self, line: &Line, header: &[u8]) -> Result<(), Failure> {
        self.summary.count(line.outcome);
        let sentence = line.reason.sentence(self.lang);
        let row = line.row.to_string();
        let cells = [line.file.as_str(), &row, &line.number, line.outcome.code(), line.reason.code, &sentence, &line.other];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell, self.separator)).collect();
        self.write(&format!("{}\r\n", cells.join(&self.separator.to_string())))?;
        if line.outcome == Outcome::Rejected && !line.raw.is_empty() {
            self.reject(&line.raw, header)?;
        }
        Ok(())
    }

    fn reject(&mut self, raw: &[u8], header: &[u8]) -> Result<(), Failure> {
        let unwritable = |error| unwritable(&self.rejects, &error);
        let file = match &mut self.rejected {
            Some(file) => file,
            None => {
                let mut file = BufWriter::new(File::create(&self.rejects).map_err(unwritable)?);
                file.write_all(&ended(header)).map_err(unwritable)?;
                self.rejected.insert(file)
            }
        };
        file.write_all(&ended(raw)).map_err(unwritable)
    }

    pub fn finish(mut self) -> Result<Summary, Failure> {
        self.out.flush().map_err(|error| unwritable(&self.path, &error))?;
        if let Some(file) = &mut self.rejected {
            file.flush().map_err(|error| unwritable(&self.rejects, &error))?;
        }
        Ok(self.summary)
    }
}

/// A row with the end of a line, whatever it had.
fn ended(raw: &[u8]) -> Vec<u8> {
    let length = raw.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
    let mut out = raw.iter().take(length).copied().collect::<Vec<u8>>();
    out.extend_from_slice(b"\r\n");
    out
}

fn quoted(cell: &str, separator: char) -> String {
    if cell.contains([separator, '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::path("cannot write", path, error)
}
