//! Printing: the order to a printer, or the browser's own; and what is remembered of it either way.

use crate::design::{label, media};
use crate::printers::{Printer, Printers};
use crate::wearer::Wearer;
use rihla_labels::{Label, MOST_COPIES, zpl};
use rihla_packs::LabelKind;
use rihla_web::{Desk, Printed, Refusal};

/// Why a band is printed once more.
pub const REASONS: [&str; 3] = ["damaged", "lost", "changed"];
/// Between a kind of label and the reason of a reprint, in what is remembered.
const WHY: &str = "--";
/// The register of numbered bands that nobody wears yet.
pub const UNKNOWN: &str = rihla_web::UNKNOWN_BANDS;
/// A test print, in what is remembered of a printer.
pub const TEST: &str = "test";

/// One print.
pub struct Job<'j> {
    /// The patient, or a register.
    pub about: &'j str,
    pub kind: &'j LabelKind,
    /// The other of a pair, or which numbers of a register.
    pub of: &'j str,
    /// Why it is printed once more; empty: for the first time, or a label.
    pub why: &'j str,
    pub labels: &'j [Label],
    pub copies: u16,
    /// Copies of each label; more than one kind of them has one each.
    pub each: u16,
    /// None: the browser's own.
    pub printer: Option<&'j Printer>,
}

/// What remembers the prints of one printer.
pub fn register(printer: &str) -> String {
    format!("printer/{printer}")
}

/// The name under which a print is remembered.
pub fn paper(kind: &str, why: &str) -> String {
    if why.is_empty() { kind.to_owned() } else { format!("{kind}{WHY}{why}") }
}

/// The kind of label and the reason in such a name.
pub fn kind_and_why(paper: &str) -> (&str, &str) {
    paper.split_once(WHY).unwrap_or((paper, ""))
}

/// How often a label has gone out already, for whatever reason.
pub fn times(desk: &Desk, about: &str, kind: &str, of: &str) -> Result<usize, Refusal> {
    let mut sum = 0;
    for why in [""].iter().chain(&REASONS) {
        sum += desk.times_printed(about, &paper(kind, why), of)?;
    }
    Ok(sum)
}

/// The label of somebody; the code of what cannot be printed, if it cannot.
pub fn label_of(desk: &Desk, wearer: &Wearer, kind: &LabelKind) -> Result<Label, &'static str> {
    let element = wearer.element(desk).map_err(|fault| fault.code())?;
    Ok(label(wearer, kind, element))
}

/// Prints and remembers. What could not be printed is remembered with its code, which comes back; nothing else fails
/// because a printer does.
pub async fn deliver(desk: &Desk, printers: &Printers, job: &Job<'_>) -> Result<Option<&'static str>, Refusal> {
    let fault = match job.printer {
        Some(printer) => order(job, printer, printers).await.err(),
        None => None,
    };
    let printed = Printed {
        at: desk.house.clock().now(),
        by: desk.person.author(),
        paper: paper(&job.kind.code, job.why),
        of: job.of.to_owned(),
        printer: job.printer.map(|printer| printer.name.clone()).unwrap_or_default(),
        copies: job.copies,
        fault: fault.unwrap_or_default().to_owned(),
    };
    desk.note_printed(job.about, &printed).await?;
    if let Some(printer) = job.printer {
        let of = format!("{} {}", job.about, job.of);
        desk.note_printed(&register(&printer.name), &Printed { of: of.trim_end().to_owned(), ..printed }).await?;
    }
    Ok(fault)
}

async fn order(job: &Job<'_>, printer: &Printer, printers: &Printers) -> Result<(), &'static str> {
    let mut order = String::new();
    for label in job.labels {
        order.push_str(&zpl(label, &media(job.kind), printer.dpi, job.each.min(MOST_COPIES)).map_err(|fault| fault.code())?);
    }
    printers.send(&printer.name, order).await.map_err(crate::Unprinted::code)
}
