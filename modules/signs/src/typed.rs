//! What was typed into the grid: values, what is refused beside its field, and what has to be confirmed.

use crate::value::{Value, choice};
use rihla_packs::{Measure, Sign, SignKind};
use rihla_scores::Number;
use rihla_web::text::Voice;
use std::collections::BTreeMap;

/// What stands before the code of a sign, so that no code is another field of the form.
pub const HEAD: &str = "sign-";
/// The longest text of a field.
const LONGEST: usize = 40;

/// A form as it was sent, or as a draft keeps it.
#[derive(Clone, Debug, Default)]
pub struct Typed(BTreeMap<String, String>);

/// What is wrong with one field, or strange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The id of the field.
    pub field: String,
    pub words: String,
}

/// A form that was read.
#[derive(Debug, Default)]
pub struct Read<'s> {
    pub values: Vec<(&'s Sign, Value)>,
    pub wrong: Vec<Said>,
    pub strange: Vec<Said>,
    /// Names the strange values: who confirms these confirms no others.
    pub mark: String,
}

impl Typed {
    pub fn of(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }

    /// A field of the form, without white space around it.
    pub fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    pub fn sign(&self, code: &str) -> &str {
        self.field(&format!("{HEAD}{code}"))
    }

    pub fn put(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text);
    }

    pub fn read<'s>(&self, signs: &[&'s Sign], voice: &Voice) -> Read<'s> {
        let mut read = Read::default();
        for sign in signs {
            let text = self.sign(&sign.code);
            if text.is_empty() {
                continue;
            }
            let found = if text.chars().count() > LONGEST { Err(voice.t("signs-wrong-number")) } else { value(sign, text, voice, &mut read) };
            match found {
                Ok(value) => read.values.push((sign, value)),
                Err(words) => read.wrong.push(Said { field: format!("{HEAD}{}", sign.code), words }),
            }
        }
        read
    }
}

fn value(sign: &Sign, text: &str, voice: &Voice, read: &mut Read<'_>) -> Result<Value, String> {
    match &sign.kind {
        SignKind::Number(measure) => {
            let number = decimal(text, measure, voice)?;
            doubt(sign, &sign.code, &number, measure, voice, read);
            Ok(Value::Number(number))
        }
        SignKind::Pair(parts, _) => {
            let mut halves = text.split(['/', ' ', '-']).filter(|half| !half.is_empty());
            let (Some(high), Some(low), None) = (halves.next(), halves.next(), halves.next()) else { return Err(voice.t("signs-wrong-pair")) };
            let [first, second] = parts.as_ref();
            let (high, low) = (decimal(high, &first.measure, voice)?, decimal(low, &second.measure, voice)?);
            if Number::parse(&high) <= Number::parse(&low) {
                return Err(voice.t("signs-wrong-order"));
            }
            doubt(sign, &first.code, &high, &first.measure, voice, read);
            doubt(sign, &second.code, &low, &second.measure, voice, read);
            Ok(Value::Pair([high, low]))
        }
        SignKind::Choice(_) => choice(sign, text).map(|choice| Value::Choice(choice.code.clone())).ok_or_else(|| voice.t("signs-wrong-choice")),
    }
}

/// A number as people type it, in any of the house's digits and with comma or point, as FHIR writes it.
fn decimal(text: &str, measure: &Measure, voice: &Voice) -> Result<String, String> {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).map(western).collect();
    let number = Number::parse(&plain).ok_or_else(|| voice.t("signs-wrong-number"))?;
    let fine = plain.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if fine > usize::from(measure.decimals) {
        return Err(voice.tn("signs-wrong-decimals", usize::from(measure.decimals)));
    }
    if !within(number, measure.possible) {
        let (low, high) = ends(measure.possible, voice);
        return Err(voice.ta("signs-wrong-impossible", &[("low", low), ("high", high), ("unit", measure.unit.clone())]));
    }
    // A leading zero too many is no other number.
    let (whole, fraction) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
    let whole = Some(whole.trim_start_matches('0')).filter(|whole| !whole.is_empty()).unwrap_or("0");
    Ok(fraction.map_or_else(|| whole.to_owned(), |fraction| format!("{whole}.{fraction}")))
}

/// The digits and the mark of a decimal as FHIR has them.
pub fn western(letter: char) -> char {
    let digit = |zero: char| char::from_digit(u32::from(letter) - u32::from(zero), 10).unwrap_or(letter);
    match letter {
        ',' | '٫' => '.',
        '٠'..='٩' => digit('٠'),
        '۰'..='۹' => digit('۰'),
        other => other,
    }
}

fn doubt(sign: &Sign, code: &str, number: &str, measure: &Measure, voice: &Voice, read: &mut Read<'_>) {
    if Number::parse(number).is_none_or(|number| within(number, measure.plausible)) {
        return;
    }
    let (low, high) = ends(measure.plausible, voice);
    let words = voice.ta("signs-strange", &[("value", voice.number(number)), ("low", low), ("high", high), ("unit", measure.unit.clone())]);
    read.strange.push(Said { field: format!("{HEAD}{}", sign.code), words });
    read.mark.push_str(&format!("{code}={number};"));
}

fn within(number: Number, (low, high): (i64, i64)) -> bool {
    let value = (number.to_f64() * 1_000.0).round();
    (low as f64..=high as f64).contains(&value)
}

/// Limits in thousandths, as people read them.
fn ends((low, high): (i64, i64), voice: &Voice) -> (String, String) {
    let text = |value: i64| voice.number(&format!("{}", value as f64 / 1_000.0));
    (text(low), text(high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_kernel::{Instant, Lang};
    use rihla_packs::Pack;
    use rihla_web::text::Words;
    use std::sync::Arc;

    fn voice() -> Voice {
        let words = Words::new(&[&crate::SCREENS.words]).expect("words");
        Voice::new(Arc::new(words), Lang::French, jiff::tz::TimeZone::UTC, Instant(0))
    }

    fn pack() -> Pack {
        Pack::built_in_names().next().and_then(Pack::built_in).expect("a pack").expect("sound")
    }

    /// Values by sign, fields that are wrong, fields that are strange.
    fn read(fields: &[(&str, &str)]) -> (Vec<(String, Value)>, Vec<String>, Vec<String>) {
        let pack = pack();
        let typed = Typed::of(fields.iter().map(|(code, text)| (format!("{HEAD}{code}"), (*text).to_owned())).collect());
        let signs: Vec<&Sign> = pack.signs.list.iter().collect();
        let read = typed.read(&signs, &voice());
        let fields = |said: &[Said]| said.iter().map(|said| said.field.trim_start_matches(HEAD).to_owned()).collect();
        (read.values.iter().map(|(sign, value)| (sign.code.clone(), value.clone())).collect(), fields(&read.wrong), fields(&read.strange))
    }

    fn one(code: &str, text: &str) -> Option<Value> {
        read(&[(code, text)]).0.pop().map(|(_, value)| value)
    }

    /// SIGN-3
    #[test]
    fn comma_point_and_arabic_digits_are_one_number() {
        for text in ["37,2", "37.2", " 37.2 ", "٣٧٫٢", "037,2"] {
            assert_eq!(one("temperature", text), Some(Value::Number("37.2".into())), "{text}");
        }
        for text in ["120/80", "120 80", "120-80", "١٢٠/٨٠", " 120 / 80 "] {
            assert_eq!(one("pressure", text), Some(Value::Pair(["120".into(), "80".into()])), "{text}");
        }
    }

    /// SIGN-4
    #[test]
    fn impossible_is_refused_and_implausible_is_asked() {
        let refused = |code: &str, text: &str| read(&[(code, text)]).1 == [code];
        for (code, text) in [
            ("temperature", "19.9"),
            ("temperature", "45.1"),
            ("temperature", "372"),
            ("temperature", "37,25"),
            ("temperature", "x"),
            ("temperature", "1e2"),
            ("temperature", "-37"),
            ("pulse", "72.5"),
            ("spo2", "101"),
            ("pressure", "12/8"),
            ("pressure", "120"),
            ("pressure", "80/120"),
            ("pressure", "80/80"),
            ("pressure", "120/80/60"),
            ("consciousness", "X"),
            ("consciousness", "a"),
        ] {
            assert!(refused(code, text), "{code} {text}");
        }
        for (code, text, strange) in [
            ("temperature", "34", false),
            ("temperature", "33,9", true),
            ("temperature", "41", false),
            ("temperature", "41.1", true),
            ("temperature", "20", true),
            ("pulse", "39", true),
            ("pressure", "221/80", true),
            ("pressure", "120/34", true),
            ("pressure", "220/130", false),
        ] {
            let (values, wrong, asked) = read(&[(code, text)]);
            assert_eq!((values.len(), wrong.len(), !asked.is_empty()), (1, 0, strange), "{code} {text}");
        }
    }

    #[test]
    fn who_confirms_one_value_confirms_no_other() {
        let pack = pack();
        let mark = |text: &str| {
            let typed = Typed::of([(format!("{HEAD}pulse"), text.to_owned())].into());
            typed.read(&[pack.signs.sign("pulse").expect("pulse")], &voice()).mark
        };
        assert_ne!(mark("30"), mark("31"));
        assert_eq!(mark("72"), "");
    }
}
