//! Values of search parameters (<https://hl7.org/fhir/R4/search.html#ptypes>).

use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Component, ParamKind, SearchParam, Span, Zone, normalize, parse_date};

/// A value with its prefix (<https://hl7.org/fhir/R4/search.html#prefix>).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison<T> {
    /// The value lies within.
    Within(T, T),
    NotWithin(T, T),
    /// Some of the value lies beyond.
    Above(T),
    Below(T),
    AtLeast(T),
    AtMost(T),
    /// All of the value lies beyond.
    StartsAfter(T),
    EndsBefore(T),
    /// Near: the two ranges overlap.
    About(T, T),
}

impl<T: PartialOrd + Copy> Comparison<T> {
    /// Whether a stored range fulfils it.
    pub fn admits(&self, lo: T, hi: T) -> bool {
        match *self {
            Self::Within(from, to) => lo >= from && hi <= to,
            Self::NotWithin(from, to) => !(lo >= from && hi <= to),
            Self::Above(bound) => hi > bound,
            Self::Below(bound) => lo < bound,
            Self::AtLeast(bound) => hi >= bound,
            Self::AtMost(bound) => lo <= bound,
            Self::StartsAfter(bound) => lo > bound,
            Self::EndsBefore(bound) => hi < bound,
            Self::About(from, to) => hi >= from && lo <= to,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum TokenSystem {
    Any,
    None,
    Is(String),
}

/// One value that is looked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    Token {
        system: TokenSystem,
        code: Option<String>,
    },
    /// `:text`: begins a display or text, folded.
    Text(String),
    /// Folded.
    StringStarts(String),
    StringContains(String),
    /// As written.
    StringExact(String),
    /// All of them hold for one value: `date=ge…` with `date=lt…` is one stretch of time.
    Date(Vec<Comparison<i64>>),
    Number(Comparison<f64>),
    Quantity {
        value: Comparison<f64>,
        system: Option<String>,
        code: Option<String>,
    },
    Uri(String),
    UriBelow(String),
    /// The id may be of any of the parameter's target types when `ty` is none.
    Reference {
        ty: Option<TypeId>,
        id: String,
    },
    ReferenceUrl(String),
    ReferenceIdentifier {
        system: TokenSystem,
        code: Option<String>,
    },
    Composite(Vec<Want>),
}

impl Want {
    /// A pair of which one part is a reference: only the writer knows its integer, so pairs are indexed without it.
    pub fn is_pair_with_reference(&self) -> bool {
        let is_reference = |part: &Want| matches!(part, Want::Reference { .. } | Want::ReferenceUrl(_) | Want::ReferenceIdentifier { .. });
        matches!(self, Want::Composite(parts) if parts.iter().any(is_reference))
    }
}

/// Reads one value (already split at commas) of a parameter. `None`: the value has not the form that the kind asks for.
pub fn read(param: &SearchParam, kind: ParamKind, modifier: Option<&str>, text: &str, zone: &Zone) -> Option<Want> {
    match (kind, modifier) {
        (ParamKind::Token, Some("text")) | (ParamKind::Reference, Some("text")) => folded(text).map(Want::Text),
        (ParamKind::Token, _) => Some(token(text, |system, code| Want::Token { system, code })),
        (ParamKind::String, Some("exact")) => Some(Want::StringExact(unescape(text))),
        (ParamKind::String, Some("contains")) => folded(text).map(Want::StringContains),
        (ParamKind::String, _) => folded(text).map(Want::StringStarts),
        (ParamKind::Uri, Some("below")) => Some(Want::UriBelow(unescape(text))),
        (ParamKind::Uri, _) => Some(Want::Uri(unescape(text))),
        (ParamKind::Date, _) => date(text, zone).map(|comparison| Want::Date(vec![comparison])),
        (ParamKind::Number, _) => number(text).map(Want::Number),
        (ParamKind::Quantity, _) => quantity(text),
        (ParamKind::Reference, Some("identifier")) => Some(token(text, |system, code| Want::ReferenceIdentifier { system, code })),
        (ParamKind::Reference, ty) => reference(text, ty),
        (ParamKind::Composite, _) => composite(param, text, zone),
        (ParamKind::Special, _) => None,
    }
}

/// As strings are compared. Of dashes and dots nothing would be left, and every string begins with nothing.
fn folded(text: &str) -> Option<String> {
    Some(normalize(&unescape(text)).into_owned()).filter(|folded| !folded.is_empty())
}

fn token(text: &str, make: impl Fn(TokenSystem, Option<String>) -> Want) -> Want {
    match split_once(text, '|') {
        None => make(TokenSystem::Any, Some(unescape(text))),
        Some((system, code)) => {
            let system = if system.is_empty() { TokenSystem::None } else { TokenSystem::Is(unescape(system)) };
            make(system, Some(unescape(code)).filter(|code| !code.is_empty()))
        }
    }
}

fn reference(text: &str, ty: Option<&str>) -> Option<Want> {
    let text = unescape(text);
    if let Some(name) = ty {
        return Some(Want::Reference { ty: Some(tables().resource_type(name)?), id: text });
    }
    if text.contains("://") || text.starts_with("urn:") {
        return Some(Want::ReferenceUrl(text));
    }
    match text.split_once('/') {
        None => Some(Want::Reference { ty: None, id: text }),
        Some((name, id)) => Some(Want::Reference { ty: Some(tables().resource_type(name)?), id: id.split('/').next()?.into() }),
    }
}

fn composite(param: &SearchParam, text: &str, zone: &Zone) -> Option<Want> {
    let parts = split(text, '$');
    if parts.len() != param.components.len() {
        return None;
    }
    let wants = parts.iter().zip(&param.components).map(|(part, Component { kind, .. })| read(param, *kind, None, part, zone));
    wants.collect::<Option<_>>().map(Want::Composite)
}

fn prefix(text: &str) -> (&str, &str) {
    const PREFIXES: [&str; 9] = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];
    match text.split_at_checked(2) {
        Some((head, rest)) if PREFIXES.contains(&head) => (head, rest),
        _ => ("eq", text),
    }
}

/// A date with its prefix; its precision makes it a range.
pub fn date(text: &str, zone: &Zone) -> Option<Comparison<i64>> {
    let (prefix, rest) = prefix(text);
    let Span { lo, hi, .. } = parse_date(rest, zone)?;
    Some(match prefix {
        "ne" => Comparison::NotWithin(lo, hi),
        "gt" => Comparison::Above(hi),
        "lt" => Comparison::Below(lo),
        "ge" => Comparison::AtLeast(lo),
        "le" => Comparison::AtMost(hi),
        "sa" => Comparison::StartsAfter(hi),
        "eb" => Comparison::EndsBefore(lo),
        // R4 leaves the width to the server; a tenth of the range's own length, at least a day, on both sides.
        "ap" => {
            let slack = ((hi - lo) / 10).max(86_400_000);
            Comparison::About(lo - slack, hi + slack)
        }
        _ => Comparison::Within(lo, hi),
    })
}

fn number(text: &str) -> Option<Comparison<f64>> {
    let (prefix, rest) = prefix(text);
    let value: f64 = rest.parse().ok().filter(|value: &f64| value.is_finite())?;
    let half = half_step(rest);
    Some(match prefix {
        "ne" => Comparison::NotWithin(value - half, value + half),
        "gt" => Comparison::Above(value),
        "lt" => Comparison::Below(value),
        "ge" => Comparison::AtLeast(value),
        "le" => Comparison::AtMost(value),
        "sa" => Comparison::StartsAfter(value),
        "eb" => Comparison::EndsBefore(value),
        // <https://hl7.org/fhir/R4/search.html#prefix>: 10 % of the stated value.
        "ap" => Comparison::About(value - value.abs() / 10.0, value + value.abs() / 10.0),
        _ => Comparison::Within(value - half, value + half),
    })
}

/// Half of the last written digit: `100` means 99.5 to 100.5, `100.00` means 99.995 to 100.005
/// (<https://hl7.org/fhir/R4/search.html#number>).
fn half_step(text: &str) -> f64 {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
    0.5 * 10f64.powi(exponent.saturating_sub(decimals).clamp(-300, 300))
}

fn quantity(text: &str) -> Option<Want> {
    let parts = split(text, '|');
    let unit = |at: usize| parts.get(at).map(|part| unescape(part)).filter(|part| !part.is_empty());
    if parts.len() > 3 {
        return None;
    }
    Some(Want::Quantity { value: number(parts.first()?)?, system: unit(1), code: unit(2) })
}

/// Splits at a separator that no backslash escapes (<https://hl7.org/fhir/R4/search.html#escaping>).
pub fn split(text: &str, separator: char) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((head, tail)) = split_once(rest, separator) {
        out.push(head);
        rest = tail;
    }
    out.push(rest);
    out
}

fn split_once(text: &str, separator: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if !escaped && character == separator {
            return text.get(..at).zip(text.get(at + character.len_utf8()..));
        }
        escaped = character == '\\' && !escaped;
    }
    None
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.extend(characters.next()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_makes_numbers_ranges() {
        assert_eq!(number("100"), Some(Comparison::Within(99.5, 100.5)));
        assert_eq!(number("1e2"), Some(Comparison::Within(50.0, 150.0)));
        assert_eq!(number("gt-5.40"), Some(Comparison::Above(-5.4)));
        assert_eq!(number("five"), None);
        assert_eq!(number("inf"), None);
    }

    #[test]
    fn escaped_separators_stay_in_the_value() {
        assert_eq!(split(r"a\,b,c", ','), [r"a\,b", "c"]);
        assert_eq!(
            token(r"http://s\|x|c\$d", |system, code| Want::Token { system, code }),
            Want::Token { system: TokenSystem::Is("http://s|x".into()), code: Some("c$d".into()) }
        );
        assert_eq!(token("|c", |system, code| Want::Token { system, code }), Want::Token { system: TokenSystem::None, code: Some("c".into()) });
        assert_eq!(token("s|", |system, code| Want::Token { system, code }), Want::Token { system: TokenSystem::Is("s".into()), code: None });
    }

    #[test]
    fn dates_compare_as_ranges() {
        let zone = Zone::utc();
        let day = date("2020-05-17", &zone).expect("a date");
        assert!(day.admits(1_589_673_600_000, 1_589_673_600_000 + 86_399_999));
        assert!(!day.admits(1_589_673_600_000, 1_589_673_600_000 + 86_400_000));
        let after = date("gt2020-05-17", &zone).expect("a date");
        assert!(!after.admits(1_589_673_600_000, 1_589_673_600_000 + 86_399_999));
        assert!(after.admits(1_589_673_600_000, i64::MAX));
        assert_eq!(date("yesterday", &zone), None);
    }
}
