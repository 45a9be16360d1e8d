//! The files of a list: found, opened, and their first rows held against the map.

use crate::failure::Failure;
use crate::input::{self, Wanted};
use rihla_lists::Map;
use rihla_lists::{Row, Rows};
use rihla_packs::Problem;
use std::io::{BufReader, Read};
use std::path::PathBuf;

const ENDINGS: [&str; 3] = ["csv", "tsv", "txt"];
const BUFFER: usize = 256 << 10;

/// The rows of a file.
pub type FileRows = Rows<BufReader<Box<dyn Read + Send>>>;

/// One file.
#[derive(Clone, Debug)]
pub struct List {
    pub path: PathBuf,
    gzip: bool,
}

/// The first row of a file.
#[derive(Clone, Debug)]
pub struct Header {
    pub raw: Vec<u8>,
    /// How many cells a row has.
    pub width: usize,
    /// Where each column of the map stands.
    pub positions: Vec<usize>,
}

const WANTED: Wanted = Wanted { kinds: ".csv, .tsv or .txt", only: ".csv, .tsv and .txt are taken in with --csv" };

/// The files at and below the paths, in the order of their names. In a folder only those that end as tables do.
pub fn find(paths: &[PathBuf]) -> Result<Vec<List>, Failure> {
    input::find(paths, &WANTED, &|found| Ok(ENDINGS.contains(&found.ending).then(|| List { path: found.path.to_owned(), gzip: found.gzip })))
}

impl List {
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// What went wrong while it was read.
    pub fn unreadable(&self, error: &std::io::Error) -> Failure {
        Failure::path("cannot read", &self.path, error)
    }

    /// Its first row and those after it. What is wrong with the first row is added to `problems`.
    pub fn open(&self, map: &Map, map_file: &str, problems: &mut Vec<Problem>) -> Result<Option<(Header, FileRows)>, Failure> {
        let inner = input::reader(&self.path, self.gzip)?;
        let mut rows = Rows::new(BufReader::with_capacity(BUFFER, inner), map.separator, map.encoding.clone());
        let first = rows.row().map_err(|error| self.unreadable(&error))?;
        let mut wrong = Wrong { map_file, list: self.name(), problems };
        Ok(wrong.header(map, first).map(|header| (header, rows)))
    }
}

/// What is wrong with a first row.
struct Wrong<'w> {
    map_file: &'w str,
    list: String,
    problems: &'w mut Vec<Problem>,
}

impl Wrong<'_> {
    fn say(&mut self, file: &str, key: &str, text: String) {
        self.problems.push(Problem { file: file.to_owned(), key: key.to_owned(), text });
    }

    fn header(&mut self, map: &Map, first: Option<Row>) -> Option<Header> {
        let (list, map_file) = (self.list.clone(), self.map_file.to_owned());
        let Some(first) = first else {
            self.say(&list, "", "is empty; the first row names the columns".to_owned());
            return None;
        };
        if first.raw.starts_with(b"\xff\xfe") || first.raw.starts_with(b"\xfe\xff") {
            self.say(&list, "", "is written in UTF-16; save it as CSV in UTF-8".to_owned());
            return None;
        }
        let Ok(cells) = &first.cells else {
            self.say(&list, "", "its first row cannot be read with this separator and encoding".to_owned());
            return None;
        };
        let names: Vec<&str> = cells.iter().map(|name| name.trim()).collect();
        let before = self.problems.len();
        let mut positions = Vec::with_capacity(map.columns.len());
        for column in &map.columns {
            let mut found = names.iter().enumerate().filter(|(_, name)| **name == column.name);
            match (found.next(), found.next()) {
                (Some((at, _)), None) => positions.push(at),
                (Some(_), Some(_)) => self.say(&map_file, &column.key, format!("two columns of {list} are called {}", column.name)),
                (None, _) => self.say(&map_file, &column.key, format!("{list} has no column {}", column.name)),
            }
        }
        for name in map.kept_out.iter().filter(|name| !names.contains(&name.trim())) {
            self.say(&map_file, "kept_out", format!("{list} has no column {name}"));
        }
        for (at, name) in names.iter().enumerate() {
            let known = map.columns.iter().any(|column| column.name == *name) || map.kept_out.iter().any(|kept| kept.trim() == *name);
            if !known {
                let name = if name.is_empty() { format!("number {}", at + 1) } else { (*name).to_owned() };
                self.say(&list, "", format!("the column {name} is neither read by the map nor kept out by it"));
            }
        }
        (self.problems.len() == before).then(|| Header { raw: first.raw.clone(), width: cells.len(), positions })
    }
}
