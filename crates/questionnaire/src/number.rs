//! Decimal numbers as they are written: `1.50` stays `1.50`, and sums are exact.

use std::cmp::Ordering;
use std::fmt;

/// Digits after the point that a quotient is rounded to.
const QUOTIENT: u32 = 8;
/// The most digits after the point.
const SCALE: u32 = 18;

/// `digits` × 10^-`scale`.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    digits: i128,
    scale: u32,
}

impl Number {
    pub const ZERO: Self = Self { digits: 0, scale: 0 };

    pub fn whole(value: i64) -> Self {
        Self { digits: i128::from(value), scale: 0 }
    }

    /// Reads `-12.50`, and `1.2e3` as JSON may write it. None: this is no number, or one with too many digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (plain, power) = match text.split_once(['e', 'E']) {
            Some((plain, power)) => (plain, power.parse::<i32>().ok().filter(|power| power.abs() <= 18)?),
            None => (text, 0),
        };
        let (negative, plain) = plain.strip_prefix('-').map_or((false, plain), |rest| (true, rest));
        let (before, after) = plain.split_once('.').unwrap_or((plain, ""));
        let all = format!("{before}{after}");
        let fits = !before.is_empty() && all.len() <= 24 && all.bytes().all(|byte| byte.is_ascii_digit()) && !plain.ends_with('.');
        let digits: i128 = fits.then(|| all.parse().ok()).flatten()?;
        let digits = if negative { -digits } else { digits };
        let scale = i32::try_from(after.len()).ok()? - power;
        if scale < 0 {
            return Some(Self { digits: digits.checked_mul(10i128.checked_pow(scale.unsigned_abs())?)?, scale: 0 });
        }
        let scale = scale.unsigned_abs();
        (scale <= SCALE).then_some(Self { digits, scale })
    }

    pub fn is_whole(self) -> bool {
        10i128.checked_pow(self.scale).is_some_and(|one| self.digits % one == 0)
    }

    /// The whole number that it is.
    pub fn to_whole(self) -> Option<i64> {
        if !self.is_whole() {
            return None;
        }
        i64::try_from(self.digits.checked_div(10i128.checked_pow(self.scale)?)?).ok()
    }

    /// Both with the same scale.
    fn level(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let to = |number: Self| number.digits.checked_mul(10i128.checked_pow(scale - number.scale)?);
        Some((to(self)?, to(other)?, scale))
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        let (one, two, scale) = self.level(other)?;
        Some(Self { digits: one.checked_add(two)?, scale })
    }

    pub fn negative(self) -> Self {
        Self { digits: self.digits.saturating_neg(), scale: self.scale }
    }

    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negative())
    }

    pub fn times(self, other: Self) -> Option<Self> {
        let product = Self { digits: self.digits.checked_mul(other.digits)?, scale: self.scale + other.scale };
        if product.scale > SCALE { product.rounded(SCALE) } else { Some(product) }
    }

    /// Rounded to eight digits after the point, without zeros at its end. None: by nought.
    pub fn over(self, other: Self) -> Option<Self> {
        let (one, two, _) = self.level(other)?;
        // One digit more than is kept, so that it is rounded and not cut.
        let digits = one.checked_mul(10i128.checked_pow(QUOTIENT + 1)?)?.checked_div(two)?;
        Self { digits, scale: QUOTIENT + 1 }.rounded(QUOTIENT).map(Self::trimmed)
    }

    /// The whole part of a quotient, and what is left.
    pub fn whole_over(self, other: Self) -> Option<(Self, Self)> {
        let (one, two, scale) = self.level(other)?;
        Some((Self { digits: one.checked_div(two)?, scale: 0 }, Self { digits: one.checked_rem(two)?, scale }))
    }

    /// Rounded to so many digits after the point, halves away from nought.
    pub fn rounded(self, to: u32) -> Option<Self> {
        if self.scale <= to {
            return Some(self);
        }
        let unit = 10i128.checked_pow(self.scale - to)?;
        let half = unit / 2;
        let moved = if self.digits < 0 { self.digits.checked_sub(half)? } else { self.digits.checked_add(half)? };
        Some(Self { digits: moved.checked_div(unit)?, scale: to })
    }

    fn trimmed(mut self) -> Self {
        while self.scale > 0 && self.digits % 10 == 0 {
            self.digits /= 10;
            self.scale -= 1;
        }
        self
    }

    pub fn decimals(self) -> u32 {
        self.scale
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        // What has too many digits to be made level differs before the point.
        self.level(*other).map_or_else(
            || (self.digits / 10i128.pow(self.scale.min(30))).cmp(&(other.digits / 10i128.pow(other.scale.min(30)))),
            |(one, two, _)| one.cmp(&two),
        )
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let scale = usize::try_from(self.scale).unwrap_or_default();
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = scale + 1);
        let (before, after) = digits.split_at_checked(digits.len() - scale).unwrap_or((&digits, ""));
        if after.is_empty() { write!(out, "{sign}{before}") } else { write!(out, "{sign}{before}.{after}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Number {
        Number::parse(text).expect(text)
    }

    #[test]
    fn digits_stay_as_they_are_written() {
        for text in ["0", "1.50", "-0.05", "120", "-3"] {
            assert_eq!(n(text).to_string(), text);
        }
        assert_eq!(n("1.2e3").to_string(), "1200");
        assert_eq!(n("12e-1").to_string(), "1.2");
        for wrong in ["", "-", "1.", ".5", "1,5", "12345678901234567890123456", "1e99", "NaN"] {
            assert!(Number::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn sums_are_exact_and_quotients_are_rounded() {
        assert_eq!(n("0.1").plus(n("0.2")).expect("a sum"), n("0.3"));
        assert_eq!(n("72").over(n("1.8").times(n("1.8")).expect("a square")).and_then(|bmi| bmi.rounded(1)).expect("an index").to_string(), "22.2");
        assert_eq!(n("2").over(n("3")).expect("a quotient").to_string(), "0.66666667");
        assert!(n("1").over(Number::ZERO).is_none());
        assert_eq!(n("-2.5").rounded(0).expect("rounded").to_string(), "-3");
        assert_eq!(n("7").whole_over(n("2")), Some((n("3"), n("1"))));
    }
}
