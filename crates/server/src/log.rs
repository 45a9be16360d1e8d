//! The node's log on standard error: one line an event, `TIME LEVEL message name=value`, times in UTC. Events carry no bodies, queries or ids of
//! patients (docs/ARCHITECTURE.md).

use crate::system::SystemClock;
use rihla_kernel::Clock;
use rihla_store::body::instant_text;
use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::panic;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

const BROKEN_PIPE: i32 = 141;

struct Lines {
    most: Level,
}

/// Sends events of `most` and above to standard error, and makes defects say where they are but not what they held.
pub fn start(most: Level) {
    // Only a second call fails, and then there is a log already.
    let _ = tracing::subscriber::set_global_default(Lines { most });
    panic::set_hook(Box::new(|defect| {
        // Whoever read what a command prints has read enough (`rihla … | head`): no defect, and what a shell calls a broken pipe.
        if defect.payload().downcast_ref::<String>().is_some_and(|why| why.starts_with("failed printing to stdout")) {
            std::process::exit(BROKEN_PIPE);
        }
        let place = defect.location().map_or_else(|| "an unknown place".to_owned(), |place| format!("{}:{}", place.file(), place.line()));
        _ = writeln!(std::io::stderr(), "ERROR defect at {place}");
    }));
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.most && metadata.target().starts_with("rihla")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        _ = writeln!(std::io::stderr(), "{} {}", instant_text(SystemClock.now()), one_line(&line.0));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// Nothing that came in makes a line of its own, or orders for a terminal.
fn one_line(text: &str) -> String {
    text.chars().flat_map(|letter| if letter.is_control() { letter.escape_default().collect::<Vec<_>>() } else { vec![letter] }).collect()
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a String cannot fail.
        _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_in_stays_on_its_line() {
        assert_eq!(one_line("a\nERROR b\u{1b}[31m é"), "a\\nERROR b\\u{1b}[31m é");
    }
}
