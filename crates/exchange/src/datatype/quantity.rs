//! NM, SN, CQ: measured values. Digits stay as they were written.

use super::coded;
use crate::Settings;
use crate::node::{Node, Object};
use rihla_hl7v2::Value;

/// Digits that JSON takes for a number: no plus sign, no leading zeros, no bare point. Nothing if the text is no number.
pub fn decimal(text: &str) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if !is_digits(whole) || !fraction.is_none_or(is_digits) || (whole.is_empty() && fraction.is_none_or(str::is_empty)) || digits.len() > 30 {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(match fraction {
        Some(fraction) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
        _ => format!("{sign}{whole}"),
    })
}

/// A number with the unit of OBX-6 (CWE).
pub fn quantity(number: &str, unit: Value<'_>, settings: &Settings) -> Option<Object> {
    let mut out = Object::new().with("value", Node::Bare(decimal(number)?));
    put_unit(&mut out, unit, settings);
    Some(out)
}

pub fn put_unit(out: &mut Object, unit: Value<'_>, settings: &Settings) {
    let Some(code) = unit.part(1) else {
        return out.put("unit", unit.part(2));
    };
    out.put("unit", unit.part(2).unwrap_or_else(|| code.clone()));
    if let Some(system) = unit.part(3) {
        out.put("system", coded::system(&system, settings));
        out.put("code", code.trim());
    }
}

/// SN: `>^100`, `^182`, `10^-^20`, `^1^:^128`. The key of `value[x]` and what stands there.
pub fn structured(value: Value<'_>, unit: Value<'_>, settings: &Settings) -> Option<(&'static str, Object)> {
    let first = value.part(2);
    let second = value.part(4);
    match (first, value.part(3).as_deref().map(str::trim), second) {
        (Some(low), Some("-"), high) => {
            let mut range = Object::new().with("low", quantity(&low, unit, settings));
            range.put("high", high.and_then(|it| quantity(&it, unit, settings)));
            (!range.is_empty()).then_some(("valueRange", range))
        }
        (Some(numerator), Some(":" | "/"), Some(denominator)) => {
            let plain = |text: &str| decimal(text).map(|it| Object::new().with("value", Node::Bare(it)));
            let ratio = Object::new().with("numerator", plain(&numerator)?).with("denominator", plain(&denominator)?);
            Some(("valueRatio", ratio))
        }
        (Some(number), _, None) => {
            let mut out = quantity(&number, unit, settings)?;
            // "Not equal" has no comparator in FHIR, and a value without it would say the opposite.
            match value.part(1).as_deref().map(str::trim) {
                None | Some("=" | "") => {}
                Some(sign @ ("<" | ">" | "<=" | ">=")) => out.put("comparator", sign),
                Some(_) => return None,
            }
            Some(("valueQuantity", out))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_become_numbers_that_json_takes() {
        let cases =
            [("1.50", Some("1.50")), ("+7", Some("7")), ("007", Some("7")), (".5", Some("0.5")), ("-0.10", Some("-0.10")), ("5.", Some("5")), ("0", Some("0"))];
        for (text, wanted) in cases {
            assert_eq!(decimal(text).as_deref(), wanted, "{text}");
        }
        for bad in ["", ".", "-", "1e3", "1,5", "12 mg", "1.2.3", "٣"] {
            assert_eq!(decimal(bad), None, "{bad}");
        }
    }
}
