//! The client: one connection that is made when it is needed, one message at a time, each with its answer.

use super::{Line, Wrap};
use rihla_hl7v2::ack::{Acknowledged, read};
use rihla_hl7v2::mllp::{Deframer, Event, frame};
use rihla_hl7v2::{Charset, Limits, Message, charset};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

#[derive(Clone, Copy, Debug)]
pub struct ClientLimits {
    /// For the connection and TLS.
    pub connect: Duration,
    /// From the end of the message to the end of its answer.
    pub answer: Duration,
    /// Bytes of an answer.
    pub frame: usize,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), answer: Duration::from_secs(30), frame: 1 << 20 }
    }
}

/// Why there is no answer. The message may have arrived: it is sent again under the same control id.
#[derive(Debug, Error)]
pub enum NoAnswer {
    #[error("{address} cannot be reached: {why}. Check that it runs and that the line to it is open.")]
    Unreachable { address: String, why: String },
    #[error("{address} did not answer within {millis} ms. The message is sent again.")]
    Late { address: String, millis: u128 },
    #[error("The connection to {address} ended before the answer. The message is sent again.")]
    Broken { address: String },
    #[error("{address} answered with something that is no acknowledgement of this message. Ask who looks after it.")]
    Foreign { address: String },
}

/// A connection to one receiver.
pub struct Client {
    address: String,
    wrap: Arc<dyn Wrap>,
    limits: ClientLimits,
    charset: Charset,
    open: Option<(Box<dyn Line>, Deframer)>,
}

impl Client {
    /// `address`: host and port. `charset`: of answers without MSH-18.
    pub fn new(address: impl Into<String>, wrap: Arc<dyn Wrap>, limits: ClientLimits, charset: Charset) -> Self {
        Self { address: address.into(), wrap, limits, charset, open: None }
    }

    /// Sends a message and waits for its answer. After any failure the connection is closed and the next message makes a
    /// new one, so that a late answer to one message is never taken for that to another.
    pub async fn send(&mut self, content: &[u8], control_id: &str) -> Result<Acknowledged, NoAnswer> {
        let (mut line, mut deframer) = match self.open.take() {
            Some(open) => open,
            None => (self.connect().await?, Deframer::new(self.limits.frame)),
        };
        let late = || NoAnswer::Late { address: self.address.clone(), millis: self.limits.answer.as_millis() };
        let exchanged = timeout(self.limits.answer, exchange(&mut line, &mut deframer, content, control_id, self.charset)).await.map_err(|_| late())?;
        match exchanged {
            Ok(answer) => {
                self.open = Some((line, deframer));
                Ok(answer)
            }
            Err(Trouble::Broken) => Err(NoAnswer::Broken { address: self.address.clone() }),
            Err(Trouble::Foreign) => Err(NoAnswer::Foreign { address: self.address.clone() }),
        }
    }

    /// By `&mut self`: a line need not be shared between threads for the whole to be sent to another.
    async fn connect(&mut self) -> Result<Box<dyn Line>, NoAnswer> {
        let unreachable = |why: String| NoAnswer::Unreachable { address: self.address.clone(), why };
        let made = timeout(self.limits.connect, async { self.wrap.wrap(TcpStream::connect(&self.address).await?).await });
        match made.await {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(error)) => Err(unreachable(error.to_string())),
            Err(_) => Err(unreachable(format!("no answer within {} ms", self.limits.connect.as_millis()))),
        }
    }
}

enum Trouble {
    Broken,
    Foreign,
}

async fn exchange(line: &mut Box<dyn Line>, deframer: &mut Deframer, content: &[u8], control_id: &str, usual: Charset) -> Result<Acknowledged, Trouble> {
    line.write_all(&frame(content)).await.map_err(|_| Trouble::Broken)?;
    line.flush().await.map_err(|_| Trouble::Broken)?;
    let mut buffer = vec![0; 4096];
    loop {
        let size = line.read(&mut buffer).await.map_err(|_| Trouble::Broken)?;
        if size == 0 {
            return Err(Trouble::Broken);
        }
        let mut rest = buffer.get(..size).unwrap_or(&[]);
        while let Some(event) = deframer.next(&mut rest) {
            let Event::Frame(answer) = event else { continue };
            let answer = acknowledged(&answer, usual).ok_or(Trouble::Foreign)?;
            // A second answer (what became of an earlier message) may come before the one that is waited for.
            if answer.control_id == control_id {
                return Ok(answer);
            }
        }
    }
}

fn acknowledged(answer: &[u8], usual: Charset) -> Option<Acknowledged> {
    let (text, _) = charset::decode(answer, usual).ok()?;
    read(&Message::parse(&text, &Limits::default()).ok()?)
}
