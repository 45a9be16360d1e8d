//! What could not be taken in, and why: one JSON line a reject, so that it can be mended and imported.

use crate::failure::Failure;
use rihla_fhir::json::{Edits, escape_into, minify_into};
use rihla_fhir_api::{Lang, Refusal, read_json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The file of rejects; it is made when there is a first one.
pub struct Rejects {
    path: PathBuf,
    file: Mutex<Option<BufWriter<File>>>,
    count: AtomicU64,
}

impl Rejects {
    pub fn to(path: &Path) -> Self {
        Self { path: path.to_owned(), file: Mutex::new(None), count: AtomicU64::new(0) }
    }

    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// `text` is the rejected line; a rejected file stays where it is.
    pub fn add(&self, source: &Path, line: Option<u64>, refusal: &Refusal, lang: Lang, text: Option<&[u8]>) -> Result<(), Failure> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let record = record(source, line, refusal, lang, text);
        let unwritable = |error: std::io::Error| Failure::path("cannot write", &self.path, &error);
        let mut file = self.file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if file.is_none() {
            *file = Some(BufWriter::new(File::create(&self.path).map_err(unwritable)?));
        }
        match file.as_mut() {
            Some(file) => file.write_all(&record).and_then(|()| file.flush()).map_err(unwritable),
            None => Ok(()),
        }
    }
}

fn record(source: &Path, line: Option<u64>, refusal: &Refusal, lang: Lang, text: Option<&[u8]>) -> Vec<u8> {
    let mut out = b"{\"source\":".to_vec();
    escape_into(&source.display().to_string(), &mut out);
    if let Some(line) = line {
        out.extend_from_slice(format!(",\"line\":{line}").as_bytes());
    }
    out.extend_from_slice(b",\"reasons\":[");
    for (position, issue) in refusal.issues.iter().enumerate() {
        out.extend_from_slice(if position > 0 { b",{\"code\":" } else { b"{\"code\":" });
        escape_into(issue.code(), &mut out);
        out.extend_from_slice(b",\"text\":");
        escape_into(&issue.text(lang), &mut out);
        if let Some(expression) = &issue.expression {
            out.extend_from_slice(b",\"expression\":");
            escape_into(expression, &mut out);
        }
        out.push(b'}');
    }
    out.push(b']');
    if let Some(text) = text {
        match read_json(text) {
            Ok(doc) => {
                out.extend_from_slice(b",\"resource\":");
                minify_into(doc.root(), &Edits::default(), &mut out);
            }
            Err(_) => {
                out.extend_from_slice(b",\"text\":");
                escape_into(&String::from_utf8_lossy(text), &mut out);
            }
        }
    }
    out.extend_from_slice(b"}\n");
    out
}
