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

/// One event that puts a part in place of the one on the page.
pub(super) fn part(tick: u32, name: &str, markup: &str) -> Bytes {
    let mut out = String::with_capacity(markup.len() + 96);
    _ = write!(out, "id: {tick}\ndata: <hx-partial hx-target=\"#{name}\" hx-swap=\"innerMorph\">");
    for (nth, line) in markup.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        // A line of markup is a line of data; indentation says nothing.
        out.push_str(if nth == 0 { "" } else { "\ndata: " });
        out.push_str(line.trim());
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
        let event = part(7, "chart-alerts", "<ul>\n  <li>a</li>\n\n</ul>\n");
        let expected = "id: 7\ndata: <hx-partial hx-target=\"#chart-alerts\" hx-swap=\"innerMorph\"><ul>\ndata: <li>a</li>\ndata: </ul></hx-partial>\n\n";
        assert_eq!(event, expected.as_bytes());
    }
}
