//! One answer to a question, and how it compares with another.

use crate::number::Number;
use crate::words::{Words, quoted};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use std::cmp::Ordering;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coding {
    pub system: String,
    pub code: String,
    pub display: Words,
}

impl Coding {
    pub fn of(value: Value<'_>) -> Self {
        let own = |name: &str| value.text(name).unwrap_or_default().into_owned();
        Self { system: own("system"), code: own("code"), display: Words::at(value, "display") }
    }

    /// Whether both name one concept. A coding without a system is of any.
    pub fn is(&self, other: &Self) -> bool {
        self.code == other.code && (self.system == other.system || self.system.is_empty() || other.system.is_empty())
    }

    pub fn json(&self) -> String {
        let one = |name: &str, text: &str| (!text.is_empty()).then(|| format!(r#""{name}":{}"#, quoted(text)));
        let mut members: Vec<_> = [one("system", &self.system), one("code", &self.code)].into_iter().flatten().collect();
        let display = self.display.members("display");
        if !display.is_empty() {
            members.push(display.trim_start_matches(',').to_owned());
        }
        format!("{{{}}}", members.join(","))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    pub value: Number,
    pub unit: Coding,
}

/// `value[x]` of an answer. Dates and times are as FHIR writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Boolean(bool),
    Decimal(Number),
    Integer(Number),
    Date(String),
    DateTime(String),
    Time(String),
    Text(String),
    Uri(String),
    Coding(Coding),
    Quantity(Quantity),
    /// A resource, and what it is called.
    Reference(String, String),
}

impl Answer {
    /// The member `{head}[x]` of an element: `valueString`, `answerCoding`, `initialBoolean`.
    pub fn at(value: Value<'_>, head: &str) -> Option<Self> {
        let member = value.members().find(|member| member.key().strip_prefix(head).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())))?;
        let (key, value) = (member.key(), member.value);
        let text = || value.as_str().map(|text| text.into_owned());
        let number = || value.number_source().and_then(Number::parse);
        Some(match key.strip_prefix(head)? {
            "Boolean" => Self::Boolean(value.as_bool()?),
            "Decimal" => Self::Decimal(number()?),
            "Integer" => Self::Integer(number()?),
            "Date" => Self::Date(text()?),
            "DateTime" => Self::DateTime(text()?),
            "Time" => Self::Time(text()?),
            "String" => Self::Text(text()?),
            "Uri" => Self::Uri(text()?),
            "Coding" => Self::Coding(Coding::of(value)),
            "Quantity" => {
                let amount = value.get("value").and_then(|amount| Number::parse(amount.number_source()?))?;
                let own = |name: &str| value.text(name).unwrap_or_default().into_owned();
                Self::Quantity(Quantity { value: amount, unit: Coding { system: own("system"), code: own("code"), display: Words::plain(&own("unit")) } })
            }
            "Reference" => Self::Reference(value.text("reference").unwrap_or_default().into_owned(), value.text("display").unwrap_or_default().into_owned()),
            _ => return None,
        })
    }

    /// `"valueX":…`, behind a head such as `value`.
    pub fn member(&self, head: &str) -> String {
        let (name, json) = match self {
            Self::Boolean(value) => ("Boolean", value.to_string()),
            Self::Decimal(value) => ("Decimal", value.to_string()),
            Self::Integer(value) => ("Integer", value.to_string()),
            Self::Date(text) => ("Date", quoted(text)),
            Self::DateTime(text) => ("DateTime", quoted(text)),
            Self::Time(text) => ("Time", quoted(text)),
            Self::Text(text) => ("String", quoted(text)),
            Self::Uri(text) => ("Uri", quoted(text)),
            Self::Coding(coding) => ("Coding", coding.json()),
            Self::Quantity(quantity) => ("Quantity", quantity.json()),
            Self::Reference(reference, display) => {
                let one = |name: &str, text: &str| (!text.is_empty()).then(|| format!(r#""{name}":{}"#, quoted(text)));
                let members: Vec<_> = [one("reference", reference), one("display", display)].into_iter().flatten().collect();
                ("Reference", format!("{{{}}}", members.join(",")))
            }
        };
        format!(r#""{head}{name}":{json}"#)
    }

    /// The number of an answer that is one, or that is a quantity.
    pub fn number(&self) -> Option<Number> {
        match self {
            Self::Decimal(number) | Self::Integer(number) => Some(*number),
            Self::Quantity(quantity) => Some(quantity.value),
            _ => None,
        }
    }

    /// Whether two answers say the same: numbers by their worth, codings by their codes, and never two kinds that have
    /// nothing to do with each other.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Coding(one), Self::Coding(two)) => one.is(two),
            (Self::Boolean(one), Self::Boolean(two)) => one == two,
            (Self::Reference(one, _), Self::Reference(two, _)) => one == two && !one.is_empty(),
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }

    /// None: they have no order. Quantities have one only within one unit; dates are compared as far as both say.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        if let (Self::Quantity(one), Self::Quantity(two)) = (self, other)
            && !(one.unit.is(&two.unit) || one.unit.code.is_empty() || two.unit.code.is_empty())
        {
            return None;
        }
        if let (Some(one), Some(two)) = (self.number(), other.number()) {
            return Some(one.cmp(&two));
        }
        match (self, other) {
            (Self::Date(one) | Self::DateTime(one), Self::Date(two) | Self::DateTime(two)) => moments(one, two),
            (Self::Time(one), Self::Time(two)) => Some(one.cmp(two)),
            (Self::Text(one) | Self::Uri(one), Self::Text(two) | Self::Uri(two)) => Some(one.cmp(two)),
            _ => None,
        }
    }
}

impl Quantity {
    pub fn json(&self) -> String {
        let one = |name: &str, text: &str| if text.is_empty() { String::new() } else { format!(r#","{name}":{}"#, quoted(text)) };
        // A code without its system says nothing (qty-3).
        let code = if self.unit.system.is_empty() { "" } else { self.unit.code.as_str() };
        format!(r#"{{"value":{}{}{}{}}}"#, self.value, one("unit", &self.unit.display.said), one("system", &self.unit.system), one("code", code))
    }
}

/// Two instants are compared as such; what is less than an instant, by the letters that both have.
fn moments(one: &str, two: &str) -> Option<Ordering> {
    if let (Ok(one), Ok(two)) = (one.parse::<jiff::Timestamp>(), two.parse::<jiff::Timestamp>()) {
        return Some(one.cmp(&two));
    }
    let length = one.len().min(two.len()).min("2000-01-01".len());
    Some(one.get(..length)?.cmp(two.get(..length)?))
}
