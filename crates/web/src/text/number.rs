//! Decimals as text: what the source wrote is what is shown, with the marks of the language.
//!
//! Thousands are set apart by a narrow no-break space in all three languages. CLDR has a comma in English and a point in
//! Moroccan Arabic: beside a decimal comma in the other languages of the same ward, `1,234` and `1.234` are read wrong.

use super::Voice;
use rihla_kernel::Lang;
use std::borrow::Cow;

const NARROW_SPACE: char = '\u{202F}';
/// Keeps a sign before its number in a line that runs from right to left, as CLDR's `ar` does.
const LEFT_TO_RIGHT_MARK: char = '\u{200E}';

impl Voice {
    /// A decimal in the marks of the language, as precise as it was written. What is no decimal is shown as it came.
    pub fn number(&self, text: &str) -> String {
        localised(self.lang(), text)
    }
}

pub(super) fn localised(lang: Lang, text: &str) -> String {
    let Some(parts) = Parts::of(text) else { return text.to_owned() };
    let mut out = String::with_capacity(text.len() + 8);
    if parts.negative {
        if lang.right_to_left() {
            out.push(LEFT_TO_RIGHT_MARK);
        }
        out.push('-');
    }
    let digits = parts.whole.len();
    for (at, digit) in parts.whole.chars().enumerate() {
        if at > 0 && (digits - at) % 3 == 0 {
            out.push(NARROW_SPACE);
        }
        out.push(digit);
    }
    if let Some(fraction) = parts.fraction {
        out.push(if lang == Lang::English { '.' } else { ',' });
        out.push_str(fraction);
    }
    out
}

/// A number of a dose: `1` for `1.0`, which is read as 10, and `0.5` for `.5`, which is read as 5.
pub(super) fn given(text: &str) -> Cow<'_, str> {
    let text: Cow<'_, str> = if text.starts_with('.') { format!("0{text}").into() } else { text.into() };
    if Parts::of(&text).is_none_or(|parts| parts.fraction.is_none_or(|fraction| !fraction.ends_with('0'))) {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned().into()
}

/// A decimal without exponent (<https://hl7.org/fhir/R4/datatypes.html#decimal>).
pub(super) struct Parts<'t> {
    pub negative: bool,
    pub whole: &'t str,
    pub fraction: Option<&'t str>,
}

impl<'t> Parts<'t> {
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(whole, fraction)| (whole, Some(fraction)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(whole) && fraction.is_none_or(digits)).then_some(Self { negative, whole, fraction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_precision_of_the_source_stays() {
        for (text, french, english) in [
            ("1.50", "1,50", "1.50"),
            ("0", "0", "0"),
            ("12345.00", "12\u{202F}345,00", "12\u{202F}345.00"),
            ("1234567", "1\u{202F}234\u{202F}567", "1\u{202F}234\u{202F}567"),
            ("999", "999", "999"),
            ("-0.10", "-0,10", "-0.10"),
            (
                "123456789012345678901234.5",
                "123\u{202F}456\u{202F}789\u{202F}012\u{202F}345\u{202F}678\u{202F}901\u{202F}234,5",
                "123\u{202F}456\u{202F}789\u{202F}012\u{202F}345\u{202F}678\u{202F}901\u{202F}234.5",
            ),
        ] {
            assert_eq!(localised(Lang::French, text), french);
            assert_eq!(localised(Lang::English, text), english);
        }
        assert_eq!(localised(Lang::Arabic, "-1234.5"), "\u{200E}-1\u{202F}234,5");
    }

    #[test]
    fn doses_have_no_trailing_zero_and_a_leading_one() {
        for (text, shown) in [("1.0", "1"), ("1.50", "1.5"), ("0.50", "0.5"), (".5", "0.5"), ("10", "10"), ("100.00", "100"), ("0.0", "0"), ("x.0", "x.0")] {
            assert_eq!(given(text), shown);
        }
    }

    #[test]
    fn what_is_no_decimal_is_shown_as_it_came() {
        for text in ["", "-", "1.", ".5", "1e3", "1,5", "négatif", "+1", "1.2.3"] {
            assert_eq!(localised(Lang::French, text), text);
        }
    }
}
