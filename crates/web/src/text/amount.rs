//! Numbers with their units, each as one run: what follows never turns them round.

use super::html::{Dir, has_arabic};
use super::number;
use super::{Html, Voice};
use rihla_fhir::view::{Quantity, Range};

const NO_BREAK: char = '\u{A0}';

/// How a number is written.
#[derive(Clone, Copy)]
enum Digits {
    /// A result: as precise as it was measured.
    AsMeasured,
    /// A dose: no trailing zero, which is read as a tenfold dose, and always a leading one.
    AsGiven,
}

/// A number as text, or two that another lies between; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    pub low: String,
    /// Empty where there is one number only.
    pub high: String,
}

impl Spread {
    pub fn one(number: impl Into<String>) -> Self {
        Self { low: number.into(), high: String::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.low.is_empty() && self.high.is_empty()
    }

    /// By which the catalogue chooses a form. Two numbers are many, even `1 to 2`.
    pub(super) fn n(&self) -> f64 {
        let number = |text: &str| text.parse::<f64>().unwrap_or(2.0);
        if self.high.is_empty() { number(&self.low) } else { number(&self.high).max(3.0) }
    }
}

impl Voice {
    /// A result: `< 1,50 mmol/L`, as precise as it was measured.
    pub fn quantity(&self, quantity: &Quantity) -> Html {
        let unit = self.symbol(&quantity.code, &quantity.unit);
        self.run(&self.digits(quantity, Digits::AsMeasured), &[unit])
    }

    /// A reference range: `3,5 – 5,1 mmol/L`, `≤ 5,1 mmol/L`.
    pub fn range(&self, range: &Range) -> Html {
        let end = |quantity: &Quantity| (self.digits(quantity, Digits::AsMeasured), self.symbol(&quantity.code, &quantity.unit));
        match (range.low.as_ref().map(end), range.high.as_ref().map(end)) {
            (None, None) => Html::default(),
            (Some((low, unit)), None) => self.run(&format!("≥{NO_BREAK}{low}"), &[unit]),
            (None, Some((high, unit))) => self.run(&format!("≤{NO_BREAK}{high}"), &[unit]),
            (Some((low, one)), Some((high, unit))) if one == unit || one.is_empty() => self.run(&format!("{low}{NO_BREAK}–{NO_BREAK}{high}"), &[unit]),
            (Some((low, unit)), Some((high, other))) => self.run(&format!("{low}{NO_BREAK}{unit}{NO_BREAK}–{NO_BREAK}{high}"), &[other]),
        }
    }

    /// A dose: `0,5 mg`, `10 unités`.
    pub fn dose(&self, quantity: &Quantity) -> Html {
        let n = quantity.value.parse().unwrap_or(2.0);
        self.run(&self.digits(quantity, Digits::AsGiven), &self.dose_words(&quantity.code, &quantity.unit, n))
    }

    /// A dose with room: `1 à 2 comprimés`.
    pub fn dose_range(&self, range: &Range) -> Html {
        let (Some(low), Some(high)) = (&range.low, &range.high) else {
            return range.low.as_ref().or(range.high.as_ref()).map(|only| self.dose(only)).unwrap_or_default();
        };
        let spread = Spread { low: low.value.clone(), high: high.value.clone() };
        let words = self.dose_words(&high.code, &high.unit, spread.n());
        if !low.unit.is_empty() && low.unit != high.unit {
            let mut out = self.dose(low);
            out.push_text(" – ");
            out.push(&self.dose(high));
            return out.isolated(self.way());
        }
        let ends = [low, high].map(|end| self.digits(end, Digits::AsGiven));
        let word_between = words.first().is_none_or(|word| !self.way().is_against(word));
        let [low, high] = ends;
        let numbers = if word_between { self.put("units-to", &[("low", low), ("high", high)]) } else { format!("{low}{NO_BREAK}–{NO_BREAK}{high}") };
        self.run(&numbers, &words)
    }

    /// An amount of one thing to another: `5 mg/mL`, `4 g/24 h`.
    pub fn ratio(&self, amount: &Quantity, each: &Quantity) -> Html {
        let mut words = self.dose_words(&amount.code, &amount.unit, amount.value.parse().unwrap_or(2.0));
        let unit = self.dose_words(&each.code, &each.unit, each.value.parse().unwrap_or(1.0)).join("/");
        let value = self.digits(each, Digits::AsGiven);
        words.push(if value == "1" || value.is_empty() { unit } else { format!("{value}{NO_BREAK}{unit}") });
        self.run(&self.digits(amount, Digits::AsGiven), &words)
    }

    /// One number or two, in the marks and words of the language.
    pub(super) fn spread(&self, spread: &Spread) -> String {
        let shown = |text: &str| number::localised(self.lang(), &number::given(text));
        if spread.high.is_empty() || spread.high == spread.low {
            return shown(&spread.low);
        }
        self.put("units-to", &[("low", shown(&spread.low)), ("high", shown(&spread.high))])
    }

    fn digits(&self, quantity: &Quantity, digits: Digits) -> String {
        let value = match digits {
            Digits::AsMeasured => self.number(&quantity.value),
            Digits::AsGiven => number::localised(self.lang(), &number::given(&quantity.value)),
        };
        match quantity.comparator.as_str() {
            "" => value,
            "<=" => format!("≤{NO_BREAK}{value}"),
            ">=" => format!("≥{NO_BREAK}{value}"),
            other => format!("{other}{NO_BREAK}{value}"),
        }
    }

    /// The number and its unit as one run: from left to right unless the unit is a word of a language that is not.
    fn run(&self, number: &str, unit: &[String]) -> Html {
        let in_words = self.lang().right_to_left() && unit.iter().any(|part| has_arabic(part));
        let dir = if in_words { Dir::RightToLeft } else { Dir::LeftToRight };
        let own = |text: &str| if dir.is_against(text) { Html::text(text).isolated(Dir::Auto) } else { Html::text(text) };
        let mut out = if in_words && number.contains(|sign: char| !sign.is_alphanumeric()) && !has_arabic(number) {
            Html::text(number).isolated(Dir::LeftToRight)
        } else {
            own(number)
        };
        let mut parts = unit.iter();
        let first = parts.next().map(|part| own(part)).unwrap_or_default();
        let joined = parts.fold(first, |unit, part| match in_words {
            true => self.th("units-per", &[("unit", unit), ("each", own(part))]),
            false => {
                let mut unit = unit;
                unit.push_text('/');
                unit.push(&own(part));
                unit
            }
        });
        if !joined.is_empty() {
            out.push_text(NO_BREAK);
            out.push(&joined);
        }
        out.isolated(dir)
    }

    /// The way in which the sentences of the language run.
    pub(super) fn way(&self) -> Dir {
        if self.lang().right_to_left() { Dir::RightToLeft } else { Dir::LeftToRight }
    }
}
