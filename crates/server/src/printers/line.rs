//! One printer at a raw port: asked how it is, sent the order, asked again, all within its patience.

use super::file::Named;
use rihla_bands::Unprinted;
use std::io::{Error, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

/// The largest order: some thousand labels.
const ORDER: usize = 4 << 20;
/// Asks a printer how it is; it answers in three lines between STX and ETX (Zebra Programming Guide, `~HS`).
const HOW: &[u8] = b"~HS\r\n";
const LINES: usize = 3;
/// Much more than such an answer has.
const ANSWER: usize = 4 << 10;
const ETX: u8 = 3;

pub struct Line {
    address: String,
    answers: bool,
    patience: Duration,
    /// One order after another: two at once would be cut into each other.
    turn: Mutex<()>,
}

impl Line {
    pub fn new(printer: &Named) -> Self {
        Self { address: printer.address.clone(), answers: printer.answers, patience: printer.patience, turn: Mutex::new(()) }
    }

    /// Sends an order. What went wrong says whether something may have been printed.
    pub async fn send(&self, order: &[u8]) -> Result<(), Unprinted> {
        if order.len() > ORDER {
            return Err(Unprinted::TooLarge);
        }
        let Ok(turn) = tokio::time::timeout(self.patience, self.turn.lock()).await else { return Err(Unprinted::Busy) };
        let begun = AtomicBool::new(false);
        let sent = tokio::time::timeout(self.patience, self.talk(order, &begun)).await;
        drop(turn);
        let may_have_printed = begun.load(Ordering::Relaxed);
        sent.unwrap_or(Err(if may_have_printed { Unprinted::Unsure } else { Unprinted::Silent }))
    }

    async fn talk(&self, order: &[u8], begun: &AtomicBool) -> Result<(), Unprinted> {
        let away = |error: Error| {
            tracing::warn!("the printer at {} was not reached: {error}", self.address);
            Unprinted::Away
        };
        let stream = TcpStream::connect(&self.address).await.map_err(away)?;
        if self.answers {
            write(&stream, HOW).await.map_err(away)?;
            state(&read(&stream).await.map_err(|_| Unprinted::Silent)?)?;
        }
        begun.store(true, Ordering::Relaxed);
        let unsure = |_| Unprinted::Unsure;
        write(&stream, order).await.map_err(unsure)?;
        if self.answers {
            // What is answered after the order shows that the order was read.
            write(&stream, HOW).await.map_err(unsure)?;
            read(&stream).await.map_err(unsure)?;
        }
        Ok(())
    }
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> Result<(), Error> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads one answer.
async fn read(stream: &TcpStream) -> Result<Vec<u8>, Error> {
    let mut answer = Vec::new();
    let mut part = [0; 512];
    while answer.iter().filter(|byte| **byte == ETX).count() < LINES {
        stream.readable().await?;
        match stream.try_read(&mut part) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => answer.extend_from_slice(part.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        if answer.len() > ANSWER {
            return Err(ErrorKind::InvalidData.into());
        }
    }
    Ok(answer)
}

/// Whether it can print: the second and third field of its first line say paper and pause, the third and fourth of its
/// second line head and ribbon.
fn state(answer: &[u8]) -> Result<(), Unprinted> {
    let text = String::from_utf8_lossy(answer);
    let lines: Vec<Vec<&str>> = text.split('\u{2}').skip(1).map(|line| line.split('\u{3}').next().unwrap_or_default().split(',').collect()).collect();
    let is = |line: usize, field: usize| lines.get(line).and_then(|line| line.get(field)).is_some_and(|flag| flag.trim() == "1");
    match () {
        () if is(0, 1) => Err(Unprinted::Paper),
        () if is(1, 2) => Err(Unprinted::Open),
        () if is(1, 3) => Err(Unprinted::Ribbon),
        () if is(0, 2) => Err(Unprinted::Paused),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bnd_6_an_answer_says_what_stands_in_the_way() {
        let answer = |one: &str, two: &str| state(format!("\u{2}{one}\u{3}\r\n\u{2}{two}\u{3}\r\n\u{2}1234,0\u{3}\r\n").as_bytes());
        let (fine, two) = ("030,0,0,1245,000,0,0,0,000,0,0,0", "001,0,0,0,1,2,6,0,00000000,1,000");
        assert_eq!(answer(fine, two), Ok(()));
        assert_eq!(answer("030,1,0,1245,000,0,0,0,000,0,0,0", two), Err(Unprinted::Paper));
        assert_eq!(answer("030,0,1,1245,000,0,0,0,000,0,0,0", two), Err(Unprinted::Paused));
        assert_eq!(answer(fine, "001,0,1,0,1,2,6,0,00000000,1,000"), Err(Unprinted::Open));
        assert_eq!(answer(fine, "001,0,0,1,1,2,6,0,00000000,1,000"), Err(Unprinted::Ribbon));
    }
}
