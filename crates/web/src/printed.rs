//! What was printed about somebody: a second wristband or certificate is a fact that the next person wants to know.

use crate::desk::Desk;
use crate::refuse::Refusal;
use rihla_kernel::{Instant, SiteId};

/// Prints that are remembered about one patient or register.
const REMEMBERED: usize = 500;

/// The register of wristbands that are numbered before anybody wears them.
pub const UNKNOWN_BANDS: &str = "unknown-bands";

/// `U1-00042`: the number of such a band, of the site and of a number that grows.
pub fn band_number(site: SiteId, number: u64) -> String {
    format!("U{}-{number:05}", site.0)
}

/// The number of a band as it was typed, or as a hand scanner types what the code holds: the sign of the code's kind
/// (ISO/IEC 15424, `]d2`), then (90) with the hospital's own number (<https://ref.gs1.org/ai/90>). The number as it is printed,
/// and where it stands in the register.
pub fn band_of(typed: &str) -> Option<(String, u64)> {
    let mut text = typed.trim();
    if let Some(rest) = text.strip_prefix(']') {
        text = rest.get(2..)?;
    }
    let text = text.trim_start_matches('\u{1d}');
    let text = text.strip_prefix("(90)").or_else(|| text.strip_prefix("90")).unwrap_or(text).trim();
    let (site, number) = text.strip_prefix(['U', 'u'])?.split_once('-')?;
    let digits = |text: &str| !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (site, number) = if digits(site) && digits(number) { (site.parse().ok()?, number.parse().ok()?) } else { return None };
    Some((band_number(SiteId(site), number), number))
}

/// One print that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub at: Instant,
    /// Who asked for it, as [`crate::session::Person::author`] names them.
    pub by: String,
    /// Which paper, as its module names it: small letters, digits, dashes.
    pub paper: String,
    /// The stay or other thing that it is about, by id; empty: the patient.
    pub of: String,
    /// The printer of the house; empty: the browser's own.
    pub printer: String,
    pub copies: u16,
    /// The code of what went wrong; empty: it went out.
    pub fault: String,
}

impl Desk {
    /// What was printed about a patient, or of a register, newest first.
    pub fn printed(&self, about: &str) -> Result<Vec<Printed>, Refusal> {
        let kept = self.house.store().mark(&mark(about))?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&kept).split('\n').filter_map(read).collect())
    }

    /// How often a paper about something has gone out already.
    pub fn times_printed(&self, about: &str, paper: &str, of: &str) -> Result<usize, Refusal> {
        Ok(self.printed(about)?.iter().filter(|one| one.paper == paper && one.of == of && one.fault.is_empty()).count())
    }

    /// Remembers a print, whether it went out or not.
    pub async fn note_printed(&self, about: &str, print: &Printed) -> Result<(), Refusal> {
        let mark = mark(about);
        let _turn = self.house.turn(&mark).await;
        let mut all = self.printed(about)?;
        all.insert(0, print.clone());
        all.truncate(REMEMBERED);
        let text = all.iter().map(line).collect::<Vec<_>>().join("\n");
        Ok(self.record.commit_passing(vec![(mark, text.into_bytes())]).await?)
    }
}

impl Desk {
    /// Takes so many numbers of a register of papers that are numbered before anybody is written on them, and says the
    /// first. They are taken whether the print goes out or not: no two papers bear one number.
    pub async fn take_numbers(&self, register: &str, count: u64) -> Result<u64, Refusal> {
        let mark = next_mark(register);
        let _turn = self.house.turn(&mark).await;
        let first = self.next_number(register)?;
        let next = first.saturating_add(count).to_string();
        self.record.commit(Vec::new(), Vec::new(), vec![(mark, next.into_bytes())]).await?;
        Ok(first)
    }
}

impl Desk {
    /// The first number of such a register that no paper bears yet.
    pub fn next_number(&self, register: &str) -> Result<u64, Refusal> {
        let kept = self.house.store().mark(&next_mark(register))?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&kept).parse().unwrap_or(1))
    }
}

fn next_mark(register: &str) -> String {
    format!("printed-next/{register}")
}

fn mark(about: &str) -> String {
    format!("printed/{about}")
}

fn line(one: &Printed) -> String {
    let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let Printed { at, by, paper, of, printer, copies, fault } = one;
    format!("{}\t{}\t{}\t{}\t{}\t{copies}\t{}", at.0, plain(by), plain(paper), plain(of), plain(printer), plain(fault))
}

fn read(line: &str) -> Option<Printed> {
    let mut parts = line.split('\t');
    let at = Instant(parts.next()?.parse().ok()?);
    let mut word = || parts.next().map(str::to_owned);
    let (by, paper, of, printer, copies, fault) = (word()?, word()?, word()?, word()?, word()?, word()?);
    Some(Printed { at, by, paper, of, printer, copies: copies.parse().ok()?, fault })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_read_as_it_is_typed_and_as_a_scanner_types_it() {
        let known = Some(("U1-00042".to_owned(), 42));
        for typed in ["U1-00042", " u1-42 ", "90U1-00042", "(90)U1-00042", "]d290U1-00042", "]C1\u{1d}90U1-00042"] {
            assert_eq!(band_of(typed), known, "{typed}");
        }
        assert_eq!(band_of("U65535-123456").map(|(number, _)| number).as_deref(), Some("U65535-123456"));
        for typed in ["", "42", "U1", "U-42", "U1-", "U1-4x", "]", "]d", "00000042", "9000000042", "U70000-1", "U1-1234567890123"] {
            assert_eq!(band_of(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_line_reads_as_it_was_written_whatever_its_words_hold() {
        let one = Printed {
            at: Instant(1_700_000_000_000),
            by: "a\tb".to_owned(),
            paper: "band".to_owned(),
            of: String::new(),
            printer: "up\nstairs".to_owned(),
            copies: 2,
            fault: String::new(),
        };
        let expected = Printed { by: "a b".to_owned(), printer: "up stairs".to_owned(), ..one.clone() };
        assert_eq!(read(&line(&one)), Some(expected));
        assert_eq!(read("nonsense"), None);
    }
}
