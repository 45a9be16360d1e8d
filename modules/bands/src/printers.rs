//! The label printers of the house, as the pages reach them. The server knows how they are called; the pages know what they
//! have loaded and where they stand.

use axum::extract::Extension;
use rihla_labels::Dpi;
use std::pin::Pin;
use std::sync::Arc;

/// One printer.
#[derive(Clone, Debug)]
pub struct Printer {
    /// Small letters, digits and dashes.
    pub name: String,
    pub address: String,
    /// Where it stands, as people say it.
    pub place: String,
    pub dpi: Dpi,
    /// Kinds of labels that it has loaded, by their codes in the pack.
    pub labels: Vec<String>,
}

/// Why an order was not printed, or may not have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unprinted {
    /// The file of printers does not name it, or it has not this label.
    Unknown,
    /// No line to it: switched off, unplugged, another address.
    Away,
    /// It took the call and said nothing; the order was not sent.
    Silent,
    /// The line broke, or it fell silent, after the order began: it may have printed.
    Unsure,
    /// Others print on it.
    Busy,
    TooLarge,
    Paper,
    Open,
    Ribbon,
    Paused,
}

impl Unprinted {
    /// What is kept and read over the telephone; the catalogue has words for each.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "RH-PRINT-UNKNOWN",
            Self::Away => "RH-PRINT-AWAY",
            Self::Silent => "RH-PRINT-SILENT",
            Self::Unsure => "RH-PRINT-UNSURE",
            Self::Busy => "RH-PRINT-BUSY",
            Self::TooLarge => "RH-PRINT-LARGE",
            Self::Paper => "RH-PRINT-PAPER",
            Self::Open => "RH-PRINT-OPEN",
            Self::Ribbon => "RH-PRINT-RIBBON",
            Self::Paused => "RH-PRINT-PAUSED",
        }
    }
}

/// What becomes of an order.
pub type Sending<'s> = Pin<Box<dyn Future<Output = Result<(), Unprinted>> + Send + 's>>;

/// How orders reach printers; within limits of time and size, and nowhere but to those that were named.
pub trait Wire: Send + Sync {
    fn send<'s>(&'s self, printer: &'s str, order: String) -> Sending<'s>;
}

/// All printers of a server, in the order of its file. The server lays it over the pages as an extension.
#[derive(Clone, Default)]
pub struct Printers(Option<Arc<Named>>);

struct Named {
    all: Vec<Printer>,
    wire: Arc<dyn Wire>,
}

/// How handlers are given them.
pub(crate) type Given = Option<Extension<Printers>>;

impl Printers {
    pub fn new(all: Vec<Printer>, wire: Arc<dyn Wire>) -> Self {
        Self(Some(Arc::new(Named { all, wire })))
    }

    pub fn all(&self) -> &[Printer] {
        self.0.as_ref().map_or(&[], |named| &named.all)
    }

    /// A printer that has a label loaded.
    pub(crate) fn with_label(&self, name: &str, label: &str) -> Option<&Printer> {
        self.all().iter().find(|printer| printer.name == name && printer.labels.iter().any(|loaded| loaded == label))
    }

    pub(crate) async fn send(&self, printer: &str, order: String) -> Result<(), Unprinted> {
        match &self.0 {
            Some(named) => named.wire.send(printer, order).await,
            None => Err(Unprinted::Unknown),
        }
    }
}

pub(crate) fn all(given: &Given) -> Printers {
    given.as_ref().map(|Extension(printers)| printers.clone()).unwrap_or_default()
}
