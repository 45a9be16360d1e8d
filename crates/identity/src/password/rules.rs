//! Which passwords and PINs may be chosen (NIST SP 800-63B-4, 3.1.1.2): length and guessability, no composition rules, no
//! change for its own sake.

use super::Blocklist;
use crate::refusal::Refusal;
use rihla_kernel::FaultKind;
use unicode_normalization::UnicodeNormalization;

/// Characters of the longest password: long enough for any phrase, short enough to be hashed without harm.
pub const PASSWORD_MAX: usize = 256;
/// Bytes that are looked at; beyond, nothing is read.
const BYTES_MAX: usize = 4 * PASSWORD_MAX;

pub(crate) const PIN_BESIDE_BADGE: usize = 4;
pub(crate) const PIN_ALONE: usize = 6;
const PIN_MAX: usize = 12;

/// Whose password it will be.
pub(crate) struct Context<'c> {
    pub login: &'c str,
    pub names: Vec<&'c str>,
    /// The fewest characters.
    pub shortest: usize,
}

/// A password in the one form that is hashed (NFKC): an é is the same from every keyboard. None if it is too long to be one.
pub(crate) fn normal(typed: &str) -> Option<String> {
    (typed.len() <= BYTES_MAX).then(|| typed.nfkc().collect::<String>()).filter(|text| text.chars().count() <= PASSWORD_MAX)
}

/// The form of a new password that is hashed, or why it may not be chosen.
pub(crate) fn check_password(typed: &str, context: &Context<'_>, list: &Blocklist) -> Result<String, Refusal> {
    let password = normal(typed).ok_or_else(|| Refusal::new(FaultKind::Invalid, "RH-ID-PASSWORD-LONG", "A password has at most 256 characters."))?;
    if password.chars().count() < context.shortest {
        return Err(if context.shortest > 8 {
            Refusal::new(FaultKind::Invalid, "RH-ID-PASSWORD-SHORT", "A password that stands alone has at least 15 characters: take a short sentence.")
        } else {
            Refusal::new(FaultKind::Invalid, "RH-ID-PASSWORD-SHORT", "A password beside a second factor has at least 8 characters.")
        });
    }
    let own = context.names.iter().copied().chain([context.login]);
    if list.refuses(&password, own) {
        return Err(Refusal::new(
            FaultKind::Invalid,
            "RH-ID-PASSWORD-COMMON",
            "This password is among the first that are guessed: common words, names, years or rows of keys. Take a sentence of your own.",
        ));
    }
    Ok(password)
}

/// A PIN as it is hashed, and whether it may stand without a badge.
pub(crate) fn check_pin(typed: &str) -> Result<(String, bool), Refusal> {
    let pin = typed_pin(typed).ok_or_else(|| Refusal::new(FaultKind::Invalid, "RH-ID-PIN-FORM", "A PIN has 4 to 12 digits; 6 or more without a badge."))?;
    let digits: Vec<u8> = pin.bytes().collect();
    let steps: Vec<u8> = digits.windows(2).filter_map(|pair| Some(pair.last()?.wrapping_sub(*pair.first()?))).collect();
    let even = steps.windows(2).all(|pair| pair.first() == pair.last());
    let halves = digits.len().is_multiple_of(2) && digits.get(..digits.len() / 2) == digits.get(digits.len() / 2..);
    let year = digits.len() == 4 && (pin.starts_with("19") || pin.starts_with("20"));
    let mirrored = digits.iter().eq(digits.iter().rev());
    if even || halves || year || mirrored {
        return Err(Refusal::new(FaultKind::Invalid, "RH-ID-PIN-COMMON", "This PIN is among the first that are guessed: a row, a repetition or a year."));
    }
    Ok((pin, digits.len() >= PIN_ALONE))
}

/// Digits from any keyboard as ASCII ones.
pub(crate) fn typed_pin(typed: &str) -> Option<String> {
    let digit = |sign: char| match sign {
        '0'..='9' => Some(sign),
        '٠'..='٩' => char::from_digit(u32::from(sign) - u32::from('٠'), 10),
        _ => None,
    };
    if typed.len() > 2 * PIN_MAX {
        return None;
    }
    let pin: String = typed.chars().map(digit).collect::<Option<_>>()?;
    (PIN_BESIDE_BADGE..=PIN_MAX).contains(&pin.len()).then_some(pin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, shortest: usize) -> Result<String, &'static str> {
        let context = Context { login: "s.benani", names: vec!["Souad BÉNANI"], shortest };
        check_password(typed, &context, &Blocklist::new([])).map_err(|refusal| refusal.code_of())
    }

    #[test]
    fn length_is_counted_in_characters_and_nothing_else_is_prescribed() {
        // Written in two ways, one password of 15 characters.
        let composed = "thé à la menthé";
        let apart = "the\u{301} a\u{300} la menthe\u{301}";
        assert_eq!(check(composed, 15), Ok(composed.to_owned()));
        assert_eq!(check(apart, 15), check(composed, 15));
        assert_eq!(check("thé à la menth", 15), Err("RH-ID-PASSWORD-SHORT"));
        assert_eq!(check("قطار يعبر الليل", 15), Ok("قطار يعبر الليل".to_owned()));
        assert_eq!(check("vr-7 qzk", 8), Ok("vr-7 qzk".to_owned()));
        let long: String = "galet menthe ".chars().cycle().take(64).collect::<String>() + "x1";
        assert_eq!(check(&long, 15), Ok(long.clone()));
        assert_eq!(check(&"ab ".repeat(100), 15), Err("RH-ID-PASSWORD-LONG"));
        assert_eq!(check(&"x".repeat(1 << 20), 15), Err("RH-ID-PASSWORD-LONG"));
        assert_eq!(check("Souad Bénani 1987", 15), Err("RH-ID-PASSWORD-COMMON"));
    }

    #[test]
    fn pins_that_are_guessed_first_may_not_be_chosen() {
        for wrong in ["1234", "4321", "0000", "1212", "123456", "13579", "1990", "2026", "1221", "482482"] {
            assert_eq!(check_pin(wrong).expect_err(wrong).code_of(), "RH-ID-PIN-COMMON", "{wrong}");
        }
        for wrong in ["", "123", "12a4", "1234567890123", "12 34"] {
            assert_eq!(check_pin(wrong).expect_err(wrong).code_of(), "RH-ID-PIN-FORM", "{wrong}");
        }
        assert_eq!(check_pin("4827"), Ok(("4827".into(), false)));
        assert_eq!(check_pin("٤٨٢٧٠٣"), Ok(("482703".into(), true)));
    }
}
