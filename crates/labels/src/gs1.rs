//! What stands in the code: one element string of the GS1 General Specifications
//! (<https://ref.gs1.org/standards/genspecs/>, section 3; <https://ref.gs1.org/ai/>).

use crate::fault::Fault;

/// A GSRN has eighteen digits, the last of which checks the others.
const GSRN: usize = 18;
/// What (90) may hold.
const OWN: usize = 30;

/// An application identifier with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    ai: &'static str,
    value: String,
}

impl Element {
    /// (8018), the number of whom a service is given to (<https://ref.gs1.org/ai/8018>): the organisation's GS1 company
    /// prefix, the patient's own number filled with zeros, and the check digit. `None` where prefix or number do not fit.
    pub fn gsrn(prefix: &str, number: &str) -> Option<Self> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let room = (GSRN - 1).checked_sub(prefix.len())?;
        if !digits(prefix) || !digits(number) || number.len() > room {
            return None;
        }
        let body = format!("{prefix}{number:0>room$}");
        let check = check_digit(&body);
        Some(Self { ai: "8018", value: format!("{body}{check}") })
    }

    /// (90), what was agreed upon between those who use it (<https://ref.gs1.org/ai/90>): the hospital's own number.
    pub fn own(number: &str) -> Result<Self, Fault> {
        let fits = !number.is_empty() && number.len() <= OWN && number.bytes().all(is_allowed);
        if fits { Ok(Self { ai: "90", value: number.to_owned() }) } else { Err(Fault::Number) }
    }

    pub fn identifier(&self) -> &'static str {
        self.ai
    }

    pub fn value(&self) -> &str {
        &self.value
    }

    /// Identifier and value as the code carries them after FNC1.
    pub(crate) fn data(&self) -> String {
        format!("{}{}", self.ai, self.value)
    }
}

/// The signs of GS1's character set 82 (General Specifications, figure 7.11-1).
fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./:;<=>?_".contains(&byte)
}

/// Digits weigh three and one in turn from the right (General Specifications, 7.9.1).
fn check_digit(body: &str) -> u32 {
    let weighed = body.bytes().rev().enumerate().map(|(at, byte)| u32::from(byte.wrapping_sub(b'0')) * if at % 2 == 0 { 3 } else { 1 });
    (10 - weighed.sum::<u32>() % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lab_1_a_gsrn_is_eighteen_digits_and_the_last_checks_the_others() {
        // The example of https://www.gs1.org/services/how-calculate-check-digit-manually: 37610425002123456 is checked by 9.
        let element = Element::gsrn("3761042", "5002123456").expect("it fits");
        assert_eq!((element.identifier(), element.value()), ("8018", "376104250021234569"));
        let short = Element::gsrn("6111000", "12").expect("it fits");
        assert!(short.value().len() == 18 && short.value().starts_with("61110000000000012"), "{}", short.value());
    }

    #[test]
    fn lab_1_what_does_not_fit_a_gsrn_is_none_and_the_own_number_is_held_to_the_set() {
        for (prefix, number) in [("6111000", "A12"), ("6111000", "12345678901"), ("", "12"), ("611100012345678901", "1"), ("61x", "1"), ("6111000", "")] {
            assert_eq!(Element::gsrn(prefix, number), None, "{prefix} {number}");
        }
        assert_eq!(Element::own("00000012").map(|one| one.data()), Ok("9000000012".to_owned()));
        for wrong in ["", "é", "a b", "^XA", &"1".repeat(31)] {
            assert_eq!(Element::own(wrong), Err(Fault::Number), "{wrong}");
        }
    }
}
