//! Telling whoever left a telephone number that their turn is near, once.

use crate::hall::{Hall, said, spoken};
use rihla_packs::queue_words;
use rihla_web::{Left, Post, Refusal};

/// A number that nobody used for so long is let go, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Digits of a telephone number (ITU-T E.164: 15 at most).
const DIGITS: std::ops::RangeInclusive<usize> = 9..=15;

/// A telephone number as typed, in one form; none: it is none.
pub fn telephone(typed: &str) -> Option<String> {
    let plain: String = typed.chars().filter(|sign| !matches!(sign, ' ' | '.' | '-' | '(' | ')' | '\u{a0}' | '\u{202f}')).collect();
    let digits = plain.strip_prefix('+').unwrap_or(&plain);
    (DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(plain)
}

/// Sends what is due, and lets go of numbers that nobody waits with. What was done at a desk is done, also if this fails.
pub async fn tell(hall: &Hall<'_>, post: &Post) {
    if let Err(refusal) = told(hall, post).await {
        tracing::error!(code = refusal.fault().map(|fault| fault.code), "queue: who left a number was not told");
    }
}

async fn told(hall: &Hall<'_>, post: &Post) -> Result<(), Refusal> {
    let left = hall.desk.left_numbers()?;
    if left.is_empty() {
        return Ok(());
    }
    let (open, rules) = (hall.act().open()?, hall.rules());
    let mut over = Vec::new();
    for one in left {
        let stands = open.iter().find(|ticket| ticket.id == one.about);
        let ahead = stands.and_then(|ticket| hall.waiting(&open, &ticket.service).iter().position(|other| other.id == ticket.id));
        match (stands, ahead) {
            (Some(ticket), Some(ahead)) if ahead <= usize::from(rules.soon) => {
                let text = queue_words(&said(&rules.words.soon, one.lang), &spoken(&ticket.number), "", ahead);
                over.extend(sent(hall, post, &one, &text).then_some(one.about));
            }
            (Some(_), Some(_)) if hall.now.0 - one.at.0 < DAY => {}
            // Called, gone, or forgotten: nothing is sent any more. Whoever is called is not told that their turn is near.
            _ => over.push(one.about),
        }
    }
    hall.desk.forget_numbers(&over).await
}

/// What could not be sent is tried again with the next call.
fn sent(hall: &Hall<'_>, post: &Post, to: &Left, text: &str) -> bool {
    match post.send(hall.now, &to.number, text) {
        Ok(()) => true,
        Err(fault) => {
            tracing::error!(code = fault.code, "queue: {}", fault.text);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// QUE-13
    #[test]
    fn a_telephone_number_has_digits_and_perhaps_a_plus() {
        assert_eq!(telephone("06 12-34.56 78").as_deref(), Some("0612345678"));
        assert_eq!(telephone("+212 6 12 34 56 78").as_deref(), Some("+212612345678"));
        assert_eq!([telephone("0612"), telephone("abc"), telephone("06123456+8"), telephone("")], [None, None, None, None]);
    }
}
