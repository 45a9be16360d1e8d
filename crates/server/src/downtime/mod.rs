//! Paper for when the power fails: made by the server every quarter of an hour, opened and tried without it. Why so is in
//! docs/decisions/0030-downtime.md, what is on it in `crates/downtime`.

mod drill;
mod folder;
mod make;
mod open;

pub use drill::{Found, drill};
pub use make::{DowntimeOptions, Maker, present, run};
pub use open::{Key, open};

use crate::admin;
use crate::failure::Failure;
use crate::node::Options;
use crate::orders::Order;
use crate::system::SystemClock;
use clap::{Args, Subcommand};
use rihla_downtime_pack::Listed;
use rihla_kernel::{Clock, Lang};
use std::path::{Path, PathBuf};

/// What `serve` is told on the command line.
#[derive(Debug, Args)]
pub struct DowntimeArguments {
    /// Writes paper for when the power fails into this folder: a page for each ward, sealed.
    #[arg(long, env = "RIHLA_DOWNTIME", value_name = "DIR")]
    downtime: Option<PathBuf>,
    /// A second folder for it, such as a disk of another machine; where it fails, that is said and the first stands.
    #[arg(long, value_name = "DIR", requires = "downtime")]
    downtime_to: Option<PathBuf>,
    /// Minutes between two packs.
    #[arg(long, default_value_t = 15, value_name = "MIN", value_parser = clap::value_parser!(u16).range(1..=240))]
    downtime_every: u16,
    /// Packs that are kept.
    #[arg(long, default_value_t = 4, value_name = "N")]
    downtime_keep: usize,
    /// Seals the pages for this recipient of age (age1…); several may be named.
    #[arg(long, env = "RIHLA_DOWNTIME_RECIPIENT", value_name = "RECIPIENT", value_delimiter = ',')]
    downtime_recipient: Vec<String>,
    /// Makes pages that open themselves in a browser, for whoever types the passphrase in this file: 16 characters or more.
    #[arg(long, env = "RIHLA_DOWNTIME_PASSPHRASE_FILE", value_name = "FILE")]
    downtime_passphrase_file: Option<PathBuf>,
}

impl DowntimeArguments {
    pub fn options(self, lang: Lang) -> Option<DowntimeOptions> {
        Some(DowntimeOptions {
            folder: self.downtime?,
            second: self.downtime_to,
            minutes: self.downtime_every,
            keep: self.downtime_keep,
            lang,
            recipients: self.downtime_recipient,
            passphrase: self.downtime_passphrase_file,
        })
    }
}

/// What is done with packs where they lie.
#[derive(Clone, Debug, Subcommand)]
pub enum DowntimeOrder {
    /// Opens the newest pack of a folder, on any machine with this program.
    Open {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        /// The file with the identity of age that opens it.
        #[arg(long, visible_alias = "key", value_name = "FILE", required_unless_present = "passphrase")]
        identity: Option<PathBuf>,
        /// Reads the passphrase from standard input.
        #[arg(long, conflicts_with = "identity")]
        passphrase: bool,
        /// Where the pages go, in the clear.
        #[arg(long, value_name = "DIR", required_unless_present = "ward")]
        into: Option<PathBuf>,
        /// Prints the page of one ward instead: its id, or `index`, `without-ward`, `catch-up`.
        #[arg(long, value_name = "WARD", conflicts_with = "into")]
        ward: Option<String>,
    },
    /// Says whether every ward could work from the newest pack: its age, its pages, and, with a key, who is on them.
    Drill {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        /// The file with the identity of age that opens it.
        #[arg(long, visible_alias = "key", value_name = "FILE")]
        identity: Option<PathBuf>,
        /// Reads the passphrase from standard input.
        #[arg(long, conflicts_with = "identity")]
        passphrase: bool,
    },
    /// Says when the newest pack was made, and what came of the last try.
    Status {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
}

pub fn give(options: &Options, order: &DowntimeOrder) -> Result<u8, Failure> {
    match order {
        DowntimeOrder::Open { dir, identity, into, ward, .. } => open(dir, &Key::read(identity.as_deref())?, into.as_deref(), ward.as_deref()),
        DowntimeOrder::Drill { dir, identity, passphrase } => {
            let key = (identity.is_some() || *passphrase).then(|| Key::read(identity.as_deref())).transpose()?;
            let now = present_by_server(options, dir)?;
            Ok(drill(dir, key.as_ref(), SystemClock.now(), now.as_deref()).print())
        }
        DowntimeOrder::Status { dir } => status(dir),
    }
}

/// What the server on this store says of who is there; `None` where none runs, or where there is no pack to compare with.
fn present_by_server(options: &Options, dir: &Path) -> Result<Option<Vec<Listed>>, Failure> {
    let Some(connection) = admin::connect(&options.socket()?) else { return Ok(None) };
    let Ok(told) = folder::newest(dir).and_then(|pack| folder::told(&pack)) else { return Ok(None) };
    let mut out = Vec::new();
    admin::ask(connection, &Order::Present(told.at).to_line(), &mut |line| out.extend(Listed::parse(line)))?;
    Ok(Some(out))
}

fn status(dir: &Path) -> Result<u8, Failure> {
    let pack = folder::newest(dir)?;
    let told = folder::told(&pack)?;
    println!("newest    {} of {}, {} files", pack.display(), told.made, told.parts.len());
    if let Ok(said) = std::fs::read_to_string(dir.join(make::STATUS)) {
        said.lines().filter(|line| !line.is_empty()).for_each(|line| println!("last try  {line}"));
    }
    Ok(0)
}
