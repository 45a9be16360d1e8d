//! The node's log on standard error: one line an event, `LEVEL message name=value`. Events carry no bodies, queries or ids of
//! patients (docs/ARCHITECTURE.md).

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::panic;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

struct Lines {
    most: Level,
}

/// Sends events of `most` and above to standard error, and makes defects say where they are but not what they held.
pub fn start(most: Level) {
    // Only a second call fails, and then there is a log already.
    let _ = tracing::subscriber::set_global_default(Lines { most });
    panic::set_hook(Box::new(|defect| {
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
        _ = writeln!(std::io::stderr(), "{}", line.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
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
