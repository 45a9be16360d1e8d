//! Short messages to telephones: where they go is the operator's to say, and nowhere unless told.

use crate::desk::{Desk, porter};
use crate::refuse::Refusal;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use rihla_kernel::{Fault, FaultKind, Instant, Lang};
use rihla_store::body::instant_text;
use std::convert::Infallible;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Takes messages; what becomes of them on their way is its own business. Numbers and texts stand in no log.
pub trait Messenger: Send + Sync {
    fn send(&self, at: Instant, to: &str, text: &str) -> Result<(), Fault>;
}

/// The messenger of this server, as pages are handed it; none unless the operator named one.
#[derive(Clone, Default)]
pub struct Post(Option<Arc<dyn Messenger>>);

impl Post {
    /// A file that messages are written to, if one is named.
    pub fn to_file(path: Option<&Path>) -> std::io::Result<Self> {
        let file = path.map(MessageFile::open).transpose()?;
        Ok(Self(file.map(|file| Arc::new(file) as Arc<dyn Messenger>)))
    }

    /// Whether anything is sent: where nothing is, no number is asked for.
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// What there is nobody to send is not sent.
    pub fn send(&self, at: Instant, to: &str, text: &str) -> Result<(), Fault> {
        self.0.as_ref().map_or(Ok(()), |messenger| messenger.send(at, to, text))
    }
}

impl<S: Sync> FromRequestParts<S> for Post {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// A line for each message at the end of a file: when, to which number, the text, with tabs between. Nothing leaves the
/// machine; what sends short messages reads it.
pub struct MessageFile(Mutex<File>);

impl MessageFile {
    /// Opened for its owner alone.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self(Mutex::new(options.open(path)?)))
    }
}

impl Messenger for MessageFile {
    fn send(&self, at: Instant, to: &str, text: &str) -> Result<(), Fault> {
        let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        let line = format!("{}\t{}\t{}\n", instant_text(at), plain(to), plain(text));
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())
            .and_then(|()| file.flush())
            .map_err(|_| Fault::new(FaultKind::Unavailable, "RH-WEB-MESSAGE", "A message could not be written to its file. Look whether the disk is full."))
    }
}

/// Under which names numbers are kept for as long as somebody waits.
const KEPT: &str = "message-to/";

/// A number that somebody left for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// What it was left for, by id.
    pub about: String,
    pub at: Instant,
    pub lang: Lang,
    pub number: String,
}

impl Left {
    /// To be kept with what is written, until it is let go.
    pub fn mark(&self) -> (String, Vec<u8>) {
        (format!("{KEPT}{}", self.about), format!("{}\t{}\t{}", self.at.0, self.lang.tag(), self.number).into_bytes())
    }

    fn read(name: &str, kept: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(kept);
        let mut parts = text.splitn(3, '\t');
        let (at, lang) = (Instant(parts.next()?.parse().ok()?), Lang::from_tag(parts.next()?)?);
        Some(Self { about: name.strip_prefix(KEPT)?.to_owned(), at, lang, number: parts.next()?.to_owned() })
    }
}

impl Desk {
    /// The numbers that were left and not let go.
    pub fn left_numbers(&self) -> Result<Vec<Left>, Refusal> {
        Ok(self.house.store().marks(KEPT)?.iter().filter_map(|(name, kept)| Left::read(name, kept)).collect())
    }

    /// Lets go of numbers: they were used, or nobody waits any more.
    pub async fn forget_numbers(&self, about: &[String]) -> Result<(), Refusal> {
        let marks: Vec<_> = about.iter().map(|about| (format!("{KEPT}{about}"), Vec::new())).collect();
        if !marks.is_empty() {
            porter(&self.house).commit(Vec::new(), Vec::new(), marks).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_as_it_was_left() {
        let left = Left { about: "t1".into(), at: Instant(5), lang: Lang::Arabic, number: "0612".into() };
        let (name, kept) = left.mark();
        assert_eq!(Left::read(&name, &kept), Some(left));
        assert_eq!(Left::read(&name, b""), None);
    }

    /// QUE-13
    #[test]
    fn a_message_is_one_line_at_the_end_of_the_file() {
        let path = std::env::temp_dir().join(format!("rihla-messages-{}", std::process::id()));
        for text in ["un\tdeux\ntrois", "encore"] {
            MessageFile::open(&path).expect("opened").send(Instant(0), "0612345678", text).expect("sent");
        }
        let text = std::fs::read_to_string(&path).expect("read");
        assert_eq!(text, "1970-01-01T00:00:00.000Z\t0612345678\tun deux trois\n1970-01-01T00:00:00.000Z\t0612345678\tencore\n");
        std::fs::remove_file(&path).expect("removed");
    }
}
