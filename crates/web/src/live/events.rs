//! Server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>) as a body.

use axum::body::{Bytes, HttpBody};
use std::convert::Infallible;
use std::fmt::Write;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// What a page listens to; ends when the hub lets go of it.
pub struct Events(pub(super) mpsc::Receiver<Bytes>);

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(http_body::Frame::data(bytes))))
    }
}

/// One event that puts a part in place of the one on the page. It says nothing of where the page stands: that comes when
/// all parts of a round are through.
pub(super) fn part(name: &str, markup: &str) -> Bytes {
    let mut out = String::with_capacity(markup.len() + 96);
    _ = write!(out, "data: <hx-partial hx-target=\"#{name}\" hx-swap=\"innerMorph\">");
    for (nth, line) in markup.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        // A line of markup is a line of data; indentation says nothing.
        out.push_str(if nth == 0 { "" } else { "\ndata: " });
        // To a browser a lone carriage return ends a line too, and what follows it would be an order.
        out.extend(line.trim().chars().map(|letter| if matches!(letter, '\r' | '\0') { ' ' } else { letter }));
    }
    out.push_str("</hx-partial>\n\n");
    Bytes::from(out)
}

/// Says nothing, and shows both sides that the other is there.
pub(super) const STILL_HERE: Bytes = Bytes::from_static(b":\n\n");

/// Where the page stands, though nothing on it changed.
pub(super) fn reached(tick: u32) -> Bytes {
    Bytes::from(format!("id: {tick}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_markup_is_a_line_of_data() {
        let event = part("chart-alerts", "<ul>\n  <li>a\rid: 9</li>\n\n</ul>\n");
        let expected = "data: <hx-partial hx-target=\"#chart-alerts\" hx-swap=\"innerMorph\"><ul>\ndata: <li>a id: 9</li>\ndata: </ul></hx-partial>\n\n";
        assert_eq!(event, expected.as_bytes());
    }
}
