//! The audit trail as its operators and auditors handle it: `rihla audit`, signed heads (docs/decisions/0019-audit.md).

mod atna;
mod export;
mod heads;
mod verify;

pub use atna::{Repository, Sender, Unsent, send_all};
pub use export::{AuditExport, write as export};
pub use heads::{HeadsKept, keep_heads};
pub use verify::{AuditVerify, newest_head, verify};

use crate::failure::{Failure, exit};
use crate::node::Options;
use crate::orders::{Order, absolute, give};
use clap::Subcommand;
use std::path::PathBuf;

/// What `rihla audit` is told.
#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    /// Proves the chain of a store that no server has open, or of an export; needs no key but the public one. Names the first
    /// bad link, name or head, and an end that was cut off.
    Verify {
        /// A folder that `rihla audit export` wrote; the store unless told.
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
        /// The key by which heads have to be signed, as 64 hexadecimal digits; may be said again for an earlier key.
        #[arg(long, value_name = "KEY")]
        public_key: Vec<String>,
        /// Heads that were kept outside the store.
        #[arg(long, value_name = "FILE")]
        heads: Vec<PathBuf>,
    },
    /// Prints the newest signed head.
    Head,
    /// Writes entries as AuditEvent, and beside them the whole chain with its heads, so that it can be proved elsewhere.
    Export {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        /// Entries about this patient only, by id.
        #[arg(long, value_name = "ID")]
        patient: Option<String>,
        /// Entries of this actor only, as in Account/…
        #[arg(long, value_name = "NAME")]
        actor: Option<String>,
        /// From this day on, as in 2026-01-31.
        #[arg(long, value_name = "DAY")]
        from: Option<String>,
        /// Before this day.
        #[arg(long, value_name = "DAY")]
        to: Option<String>,
    },
}

/// Does what the command line says.
pub fn run(options: &Options, command: AuditCommand) -> Result<u8, Failure> {
    match command {
        AuditCommand::Verify { dir, public_key, heads } => verify(options, &AuditVerify::read(dir, &public_key, &heads)?, &mut |line| println!("{line}")),
        AuditCommand::Head => newest_head(options, &mut |line| println!("{line}")),
        AuditCommand::Export { dir, patient, actor, from, to } => {
            let order = AuditExport { dir: absolute(&dir)?, patient, actor, from, to };
            order.check().map_err(|wrong| Failure::new(exit::USAGE, wrong))?;
            give(options, &Order::AuditExport(order))
        }
    }
}
