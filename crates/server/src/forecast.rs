//! `rihla forecast`: learns from the record, or turns estimates off and on.

use crate::failure::{Failure, exit};
use crate::node::Node;
use clap::Subcommand;
use rihla_web::forecasts::{MARK, kept};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum Act {
    /// Learns from finished visits and admissions, judges on the later ones, and keeps both.
    Train,
    /// Shows no estimates anywhere.
    Off,
    /// Shows those again that beat the naive forecast.
    On,
}

impl Act {
    const ALL: [(Self, &'static str); 3] = [(Self::Train, "train"), (Self::Off, "off"), (Self::On, "on")];

    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }

    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
    }
}

/// Called where no other task waits for this thread.
pub fn execute(node: &Node, act: Act, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let own = node.for_task("forecast");
    let before = kept(&node.store).map_err(|_| Failure::new(exit::FAILED, "what was learned before cannot be read"))?;
    let next = match (act, before) {
        (Act::Train, before) => {
            let zone = jiff::tz::TimeZone::get(&node.zone).map_err(|error| Failure::new(exit::FAILED, format!("the time zone {}: {error}", node.zone)))?;
            rihla_forecasts::learn(&own, &zone, node.clock.now(), before)?
        }
        (_, None) => return Err(Failure::new(exit::FAILED, "nothing was learned yet: rihla forecast train")),
        (act, Some(before)) => rihla_forecast::Kept { off: act == Act::Off, ..before },
    };
    let written = own.submit(Vec::new(), Vec::new(), vec![(MARK.to_owned(), next.to_json())])?;
    written.blocking_recv().map_err(|_| Failure::new(exit::FAILED, "the store was closed"))??;
    next.to_lines().iter().for_each(|line| say(line));
    Ok(0)
}
