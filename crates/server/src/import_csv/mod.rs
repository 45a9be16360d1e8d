//! `rihla import --csv MAP`: lists of patients and of stays of the system before (`docs/runbooks/import-csv.md`).
//!
//! Everything that can be known to be wrong is said before anything is read in. Then each row is one commit, together with
//! the mark that it was taken in, so that a list that was stopped goes on where it was and a row that comes again changes
//! nothing. What is written is written by the node: channels tell others nothing of it.

mod check;
mod files;
mod known;
mod patients;
mod report;
mod stays;
mod taken;
mod units;

use crate::failure::{Failure, exit};
use crate::held::is_postgres;
use crate::import::Progress;
use crate::node::{self, Node, Options};
use check::{Checked, check, refused};
use jiff::tz::TimeZone;
use patients::Patients;
use report::Report;
use rihla_fhir_api::Lang;
use rihla_lists::map::Kind;
use rihla_lists::{Cells, Outcome, Row, Unread, reason};
use stays::Stays;
use std::path::PathBuf;
use std::sync::Arc;
use taken::{Came, Flow, Taken};
use units::Units;

/// What `import --csv` is told.
#[derive(Clone, Debug)]
pub struct CsvOptions {
    pub map: PathBuf,
    pub paths: Vec<PathBuf>,
    /// What became of each row.
    pub report: PathBuf,
    /// Rejected rows as they stood.
    pub rejects: PathBuf,
    /// Writes nothing to the record, and says what would become of each row.
    pub dry_run: bool,
    pub lang: Lang,
}

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub made: u64,
    /// Made, and maybe somebody who is here already.
    pub likely: u64,
    pub known: u64,
    pub rejected: u64,
}

impl Summary {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Made => self.made += 1,
            Outcome::Likely => self.likely += 1,
            Outcome::Known => self.known += 1,
            Outcome::Rejected => self.rejected += 1,
        }
    }

    fn line(&self, options: &CsvOptions) -> String {
        let dry = if options.dry_run { "dry run, nothing was written: " } else { "" };
        let rows = self.made + self.likely + self.known + self.rejected;
        let (made, report) = (self.made + self.likely, options.report.display());
        let mut line =
            format!("{dry}{rows} rows: {made} made, {} of them likely somebody who is known; {} known; {} rejected. ", self.likely, self.known, self.rejected);
        line.push_str(&format!("Row by row in {report}"));
        if self.rejected > 0 {
            line.push_str(&format!("; the rejected rows in {}", options.rejects.display()));
        }
        line
    }
}

pub fn run(options: &Options, csv: &CsvOptions) -> Result<u8, Failure> {
    // Looked at first: a mistyped map must not leave an empty store behind.
    let checked = check(csv, &node::pack(options.pack.as_deref())?)?;
    if csv.dry_run && !is_postgres(&options.url) && !options.folder()?.is_dir() {
        return Err(Failure::new(exit::FAILED, format!("there is no store at {}", options.url)));
    }
    let node = Node::open_with(options, Arc::new(crate::system::SystemClock))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(exit::FAILED, format!("no threads to run on: {error}")))?;
    let summary = runtime.block_on(take(&node, csv, &checked));
    runtime.shutdown_background();
    // What was committed is kept; the rest is taken in when the import is called again.
    let summary = summary?;
    node.close()?;
    eprintln!("{}", summary.line(csv));
    Ok(if summary.rejected > 0 { exit::REJECTS } else { 0 })
}

/// Takes a list in on a node that is open already.
pub async fn into(node: &Node, csv: &CsvOptions) -> Result<Summary, Failure> {
    take(node, csv, &check(csv, &node.pack)?).await
}

enum Taker<'t> {
    Patients(Box<Patients<'t>>),
    Stays(Box<Stays<'t>>),
}

impl<'t> Taker<'t> {
    fn new(node: &'t Node, csv: &CsvOptions, checked: &'t Checked) -> Result<Self, Failure> {
        let zone = TimeZone::get(&node.zone).map_err(|error| Failure::new(exit::FAILED, format!("the time zone of the site: {error}")))?;
        match &checked.map.kind {
            Kind::Patients(of) => {
                let now = jiff::Timestamp::from_millisecond(node.clock.now().0).unwrap_or_default();
                let today = now.to_zoned(zone).date().to_string();
                Ok(Self::Patients(Box::new(Patients::new(node, &checked.map, of, today, csv.dry_run)?)))
            }
            Kind::Stays(of) => {
                let record = node.for_task("import");
                let mut units = Units::read(&record)?;
                let problems = units.check(&record, &checked.units, &checked.map_file)?;
                if !problems.is_empty() {
                    return Err(refused(&problems));
                }
                Ok(Self::Stays(Box::new(Stays::new(node, &checked.map, of, units, zone, csv.dry_run)?)))
            }
        }
    }

    fn holds(&self, cells: &Cells<'_>) -> Vec<String> {
        match self {
            Self::Patients(taker) => taker.holds(cells),
            Self::Stays(taker) => taker.holds(cells),
        }
    }

    async fn take(&mut self, cells: &Cells<'_>) -> Result<Taken, Failure> {
        match self {
            Self::Patients(taker) => taker.take(cells),
            Self::Stays(taker) => taker.take(cells).await,
        }
    }

    /// Writes the line of the first row that waits; whether there was one.
    async fn settle(&mut self, flow: &mut Flow) -> Result<bool, Failure> {
        let Some((key, written)) = flow.settle().await? else { return Ok(false) };
        if let Self::Patients(taker) = self {
            taker.settled(key, written);
        }
        Ok(true)
    }
}

async fn take(node: &Node, csv: &CsvOptions, checked: &Checked) -> Result<Summary, Failure> {
    let mut taker = Taker::new(node, csv, checked)?;
    let mut flow = Flow::new(Report::create(csv, checked.map.separator)?);
    let progress = Progress::new(checked.rows, "rows", node.clock.clone());
    for list in &checked.lists {
        let mut problems = Vec::new();
        let opened = list.open(&checked.map, &checked.map_file, &mut problems)?;
        // It was sound a moment ago.
        let Some((header, mut rows)) = opened else { return Err(refused(&problems)) };
        let head: Arc<[u8]> = header.raw.clone().into();
        while let Some(row) = rows.row().map_err(|error| list.unreadable(&error))? {
            while flow.is_full() {
                taker.settle(&mut flow).await?;
            }
            let (holds, taken) = one(&mut taker, &mut flow, &row, header.width, &header.positions).await?;
            flow.push(Came { file: list.name(), row: row.line, raw: row.raw, header: head.clone(), holds }, taken);
            progress.add(1, 1);
        }
    }
    while taker.settle(&mut flow).await? {}
    progress.clear();
    flow.report.finish()
}

/// One row: what it holds while it is on its way, and what is decided of it.
async fn one(taker: &mut Taker<'_>, flow: &mut Flow, row: &Row, width: usize, positions: &[usize]) -> Result<(Vec<String>, Taken), Failure> {
    let cells = match &row.cells {
        Ok(cells) if cells.len() == width => Cells::new(cells, positions),
        Ok(_) | Err(Unread::Unclosed { .. }) => Err(reason::cells()),
        Err(Unread::Signs) => Err(reason::signs()),
    };
    let cells = match cells {
        Ok(cells) => cells,
        Err(reason) => return Ok((Vec::new(), Taken::rejected("", reason))),
    };
    let holds = taker.holds(&cells);
    if flow.holds_any(&holds) {
        while taker.settle(flow).await? {}
    }
    Ok((holds, taker.take(&cells).await?))
}
