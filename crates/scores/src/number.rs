//! Numbers as they were written, exact to a thousandth: `35.05` is neither 35.0 nor 35.1 by an accident of binary fractions.

/// A decimal in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(i64);

const UNIT: i64 = 1_000;
/// Longer whole numbers are a slip of the finger.
const DIGITS: usize = 9;

impl Number {
    /// A decimal as FHIR writes it, without exponent. What is finer than a thousandth is cut off, which changes no rounding
    /// to one or two decimals. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || whole.len() > DIGITS {
            return None;
        }
        let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
        let value = whole.parse::<i64>().ok()? * UNIT + fraction.parse::<i64>().ok()?;
        Some(Self(if negative { -value } else { value }))
    }

    /// A whole number.
    pub fn whole(value: i32) -> Self {
        Self(i64::from(value) * UNIT)
    }

    pub(crate) fn of(value: f64) -> Option<Self> {
        // As Rust prints it: the shortest text that is this number.
        Self::parse(&format!("{value}"))
    }

    /// To so many decimals, half away from zero: as a chart has no column between two of its own.
    #[must_use]
    pub fn rounded(self, decimals: u8) -> Self {
        let step = match decimals {
            0 => UNIT,
            1 => 100,
            2 => 10,
            _ => 1,
        };
        let half = step / 2;
        let up = if self.0 < 0 { self.0 - half } else { self.0 + half };
        Self(up / step * step)
    }

    pub fn to_f64(self) -> f64 {
        // Exact: nine digits and three decimals are far within 53 bits.
        self.0 as f64 / UNIT as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).expect(text)
    }

    #[test]
    fn decimals_are_exact_and_halves_go_away_from_zero() {
        for (text, decimals, rounded) in
            [("35.05", 1, "35.1"), ("35.049", 1, "35"), ("8.5", 0, "9"), ("8.4999", 0, "8"), ("-0.5", 0, "-1"), ("1.005", 2, "1.01")]
        {
            assert_eq!(number(text).rounded(decimals), number(rounded), "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_is_none() {
        for text in ["", "-", "1.", ".5", "1e3", "1,5", "+1", "1.2.3", "12345678901", "٣"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
