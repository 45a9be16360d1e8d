//! What is looked at before anything is read in: the map, the columns of each file, and the texts that the map has to know.
//! All that is wrong is said at once, by row numbers: what stands in a row is nobody's business on a terminal.

use super::CsvOptions;
use super::files::{List, find};
use crate::failure::{Failure, exit};
use rihla_lists::Cells;
use rihla_lists::map::{Field, Kind, Map};
use rihla_lists::{Row, Unread};
use rihla_packs::{Pack, Problem};
use std::collections::BTreeMap;

/// Faults that are named; so many are one fault.
const NAMED: usize = 200;
/// Different texts of one field that are remembered.
const TEXTS: usize = 5_000;

/// What is sound and can be read in.
#[derive(Debug)]
pub struct Checked {
    pub map: Map,
    pub map_file: String,
    pub lists: Vec<List>,
    /// Rows of all files, without the first of each.
    pub rows: u64,
    /// Each unit that rows name, and where it is named first. The record says whether there is such a one.
    pub units: BTreeMap<String, String>,
}

pub fn check(options: &CsvOptions, pack: &Pack) -> Result<Checked, Failure> {
    let map_file = options.map.display().to_string();
    let text = std::fs::read_to_string(&options.map).map_err(|error| Failure::path("cannot read the map", &options.map, &error))?;
    let map = Map::parse(&map_file, &text, pack).map_err(|problems| refused(&problems))?;
    let lists = find(&options.paths)?;
    let mut looking = Looking { map: &map, map_file: &map_file, problems: Vec::new(), unknown: BTreeMap::new(), units: BTreeMap::new(), rows: 0 };
    let mut first: Option<(String, Vec<u8>)> = None;
    for list in &lists {
        let Some(header) = looking.at(list)? else { continue };
        // Rejected rows of all files stand under one first row.
        match &first {
            Some((name, known)) if header.trim_ascii() != known.trim_ascii() => {
                let text = format!("its first row is not that of {name}; read it in by itself");
                looking.problems.push(Problem { file: list.name(), key: String::new(), text });
            }
            Some(_) => {}
            None => first = Some((list.name(), header)),
        }
    }
    let Looking { mut problems, unknown, units, rows, .. } = looking;
    for ((key, _), Seen { place, count }) in unknown {
        let more = if count > 1 { format!(" ({count} rows)") } else { String::new() };
        problems.push(Problem { file: map_file.clone(), key, text: format!("does not know what stands in {place}{more}") });
    }
    if !problems.is_empty() {
        return Err(refused(&problems));
    }
    Ok(Checked { map, map_file, lists, rows, units })
}

/// All faults, as many as somebody reads.
pub fn refused(problems: &[Problem]) -> Failure {
    let mut lines: Vec<String> = problems.iter().take(NAMED).map(ToString::to_string).collect();
    if problems.len() > NAMED {
        lines.push(format!("and {} more", problems.len() - NAMED));
    }
    Failure::new(exit::USAGE, format!("nothing was read in:\n{}", lines.join("\n")))
}

struct Seen {
    place: String,
    count: u64,
}

struct Looking<'l> {
    map: &'l Map,
    map_file: &'l str,
    problems: Vec<Problem>,
    /// By field and text.
    unknown: BTreeMap<(String, String), Seen>,
    units: BTreeMap<String, String>,
    rows: u64,
}

impl Looking<'_> {
    /// The first row, if it is sound.
    fn at(&mut self, list: &List) -> Result<Option<Vec<u8>>, Failure> {
        let Some((header, mut rows)) = list.open(self.map, self.map_file, &mut self.problems)? else { return Ok(None) };
        while let Some(row) = rows.row().map_err(|error| list.unreadable(&error))? {
            self.rows += 1;
            match &row.cells {
                Ok(cells) if cells.len() == header.width => {
                    // What is wrong with a row by itself is said when its turn comes.
                    if let Ok(cells) = Cells::new(cells, &header.positions) {
                        self.row(list, &row, &cells);
                    }
                }
                Err(Unread::Unclosed { until }) => {
                    let text = format!("rows {} to {until}: longer than a row may be, or a quotation mark is not closed", row.line);
                    self.problems.push(Problem { file: list.name(), key: String::new(), text });
                }
                _ => {}
            }
        }
        Ok(Some(header.raw))
    }

    fn row(&mut self, list: &List, row: &Row, cells: &Cells<'_>) {
        let place = || format!("row {} of {}", row.line, list.name());
        for field in self.map.coded().into_iter().filter(|field| field.of(cells.as_slice()).is_err()) {
            let text = field.column().and_then(|at| cells.as_slice().get(at)).copied().unwrap_or_default();
            let room = self.unknown.len() < TEXTS;
            let key = (field.key.clone(), text.to_owned());
            match self.unknown.get_mut(&key) {
                Some(seen) => seen.count += 1,
                None if room => _ = self.unknown.insert(key, Seen { place: place(), count: 1 }),
                None => {}
            }
        }
        if let Kind::Stays(stays) = &self.map.kind
            && let Some(Ok(unit)) = stays.unit.as_ref().map(|field: &Field| field.of(cells.as_slice()))
            && !unit.is_empty()
            && self.units.len() < TEXTS
            && !self.units.contains_key(unit)
        {
            self.units.insert(unit.to_owned(), place());
        }
    }
}
