//! Quantity and Range (<https://hl7.org/fhir/R4/datatypes.html#Quantity>), with every digit as it was written.

use super::Look;
use crate::json::Value;

/// A measured amount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quantity {
    /// `<`, `<=`, `>=` or `>`; empty for an exact value.
    pub comparator: String,
    /// The digits as they were written: `1.50` stays `1.50`.
    pub value: String,
    /// The unit as it is shown; its code where no unit was written.
    pub unit: String,
    /// The UCUM code, if it has one.
    pub code: String,
}

impl Quantity {
    pub fn of(value: Value<'_>) -> Option<Self> {
        let own = |path: &str| value.text(path).map(|text| text.into_owned()).unwrap_or_default();
        let number = value.get("value")?.number_source()?.to_owned();
        let code = own("code");
        let unit = value.text("unit").map_or_else(|| code.clone(), |unit| unit.into_owned());
        Some(Self { comparator: own("comparator"), value: number, unit, code })
    }

    pub fn at(value: Value<'_>, path: &str) -> Option<Self> {
        value.at(path).and_then(Self::of)
    }

    /// Whether both are measured in one unit: by UCUM code where both have one, else by what was written.
    pub fn same_unit(&self, other: &Self) -> bool {
        if self.code.is_empty() || other.code.is_empty() { self.unit == other.unit } else { self.code == other.code }
    }

    /// For drawing and comparing only; what is shown is [`Self::value`].
    pub fn number(&self) -> Option<f64> {
        self.value.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

/// A range with one or two ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    pub low: Option<Quantity>,
    pub high: Option<Quantity>,
}

impl Range {
    /// `None` if neither end is given.
    pub fn of(value: Value<'_>) -> Option<Self> {
        let range = Self { low: Quantity::at(value, "low"), high: Quantity::at(value, "high") };
        (range.low.is_some() || range.high.is_some()).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, parse};

    #[test]
    fn units_are_one_by_their_code_before_their_text() {
        let of = |code: &str, unit: &str| Quantity { code: code.into(), unit: unit.into(), ..Quantity::default() };
        assert!(of("mmol/L", "mmol/l").same_unit(&of("mmol/L", "mmol/L")));
        assert!(!of("g/L", "unit").same_unit(&of("mg/L", "unit")));
        assert!(of("", "mmol/L").same_unit(&of("mmol/L", "mmol/L")) && !of("", "g").same_unit(&of("mg", "mg")));
    }

    #[test]
    fn digits_stay_as_they_were_written() {
        let doc = parse(br#"{"q":{"value":1.50,"comparator":"<","code":"mg"},"r":{"high":{"value":5}},"empty":{}}"#, &Limits::default()).expect("json");
        let quantity = Quantity::at(doc.root(), "q").expect("a quantity");
        assert_eq!((quantity.value.as_str(), quantity.comparator.as_str(), quantity.unit.as_str()), ("1.50", "<", "mg"));
        let range = doc.root().at("r").and_then(Range::of).expect("a range");
        assert!(range.low.is_none() && range.high.is_some_and(|high| high.number() == Some(5.0)));
        assert!(doc.root().at("empty").and_then(Range::of).is_none());
    }
}
