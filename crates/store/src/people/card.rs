//! What a Patient is found by, taken from the values that the index takes; and the keys of numbers.
//!
//! Numbers stand in the index on disk under their own letters and digits, because a token's hash has no beginning that
//! could be typed: `7, kind, text, row`. Each Patient also leaves `7, 0, row`, which tells a store whose index was made
//! before these keys were.

use super::rules::PhoneRules;
use crate::blind::Blind;
use crate::key::{FAMILY_PEOPLE, KeyBuf};
use crate::keys::{DateClass, cut};
use rihla_fhir::json::Value;
use rihla_fhir::r4::TypeId;
use rihla_fhirpath::{Entry, FieldId, IndexValue, field, normalize};

/// Kinds of keys.
pub(crate) const KIND_MADE: u8 = 0;
pub(crate) const KIND_IDENTIFIER: u8 = 1;
pub(crate) const KIND_PHONE: u8 = 2;
/// No number, but that another record stands for this one now.
pub(crate) const KIND_REPLACED: u8 = 3;
/// Longer numbers are cut; what is shown is looked at anyway.
const NUMBER_BYTES: usize = 40;

/// The fields of Patient that matter here.
#[derive(Clone, Debug)]
pub struct PeopleFields {
    /// Family, given, and the whole name as text.
    pub(crate) names: Vec<FieldId>,
    pub(crate) birth: Option<FieldId>,
    pub(crate) active: Option<FieldId>,
    identifier: Option<FieldId>,
    telecom: Option<FieldId>,
}

impl PeopleFields {
    pub(crate) fn of(patient: TypeId) -> Self {
        let named = |path: &str| (0..=u16::MAX).map(FieldId).find(|id| field(*id).is_some_and(|info| info.type_id == patient && info.path == path));
        Self {
            names: ["name.family", "name.given", "name.text"].into_iter().filter_map(named).collect(),
            birth: named("birthDate"),
            active: named("active"),
            identifier: named("identifier"),
            telecom: named("telecom"),
        }
    }
}

/// One version of a Patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Card {
    /// Folded, each once, in order.
    pub words: Vec<Box<str>>,
    /// Year, month and day as decimal digits; what is not known is 0.
    pub birth: u32,
    pub inactive: bool,
    /// Another record stands for this one.
    pub replaced: bool,
    pub identifiers: Vec<String>,
    pub phones: Vec<String>,
}

impl Card {
    pub fn of(entries: &[Entry<'_>], fields: &PeopleFields, replaced: bool) -> Self {
        let mut card = Self { replaced, ..Self::default() };
        for entry in entries {
            let at = Some(entry.field);
            match &entry.value {
                IndexValue::String(text) if fields.names.contains(&entry.field) => card.words.extend(words(&normalize(text)).map(Into::into)),
                IndexValue::Date { lo, hi } if at == fields.birth => card.birth = birth(DateClass::of(*lo, *hi), *lo),
                IndexValue::Token { code: Some(code), .. } if at == fields.active => card.inactive = code == "false",
                IndexValue::Token { code: Some(code), .. } if at == fields.identifier => card.identifiers.push(compact(code)),
                IndexValue::Token { code: Some(code), .. } if at == fields.telecom => card.phones.extend(phone(code)),
                _ => {}
            }
        }
        card.words.sort_unstable();
        card.words.dedup();
        card.identifiers.retain(|text| !text.is_empty());
        card.inactive |= replaced;
        card
    }

    /// Appends the keys of its numbers, without the row.
    pub fn push_keys(&self, blind: Option<&Blind>, out: &mut KeyBuf) {
        let kinds = [(KIND_IDENTIFIER, &self.identifiers), (KIND_PHONE, &self.phones)];
        out.push(&[FAMILY_PEOPLE, KIND_MADE]);
        if self.replaced {
            out.push(&[FAMILY_PEOPLE, KIND_REPLACED]);
        }
        for (kind, text) in kinds.into_iter().flat_map(|(kind, texts)| texts.iter().map(move |text| (kind, text))) {
            match blind {
                Some(blind) => blind.push_text(&[FAMILY_PEOPLE, kind], text, out),
                None => out.push_with(|key| key.extend_from_slice(&number_head(kind, text, true))),
            }
        }
    }
}

/// Whether a Patient's links say that another record stands for it.
pub(crate) fn is_replaced(patient: Value<'_>) -> bool {
    let links = patient.get("link");
    let kinds = links.iter().flat_map(|links| links.items()).filter_map(|link| link.get("type"));
    kinds.filter_map(|kind| kind.as_str()).any(|kind| kind == "replaced-by")
}

/// Where numbers stand that begin so; `whole`: the key of the number itself, without its row.
pub(crate) fn number_head(kind: u8, text: &str, whole: bool) -> Vec<u8> {
    let mut key = vec![FAMILY_PEOPLE, kind];
    key.extend_from_slice(cut(text, NUMBER_BYTES).as_bytes());
    if whole {
        key.push(0);
    }
    key
}

pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty())
}

/// Letters and digits only.
pub(crate) fn compact(text: &str) -> String {
    normalize(text).replace(' ', "")
}

/// Addresses of other kinds have letters or too few digits.
fn phone(text: &str) -> Option<String> {
    let digits = PhoneRules::stored(text);
    (digits.len() >= 4 && !text.contains('@')).then_some(digits)
}

/// A date of birth from its first moment: at most twelve hours from the same midnight in UTC.
pub(crate) fn birth(class: DateClass, lo: i64) -> u32 {
    const DAY: i64 = 86_400_000;
    let (year, month, day) = civil(lo.saturating_add(DAY / 2).div_euclid(DAY));
    let Ok(year) = u32::try_from(year) else { return 0 };
    match class {
        DateClass::Long => 0,
        DateClass::Year => year * 10_000,
        DateClass::Month => year * 10_000 + month * 100,
        _ => year * 10_000 + month * 100 + day,
    }
}

/// Days since 1970 as a date (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days.saturating_add(719_468);
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * from_march + 2) / 5 + 1, if from_march < 10 { from_march + 3 } else { from_march - 9 });
    (year_of_era + era * 400 + i64::from(month <= 2), month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(19_782), (2024, 2, 29));
        // Midnight in Casablanca, an hour before that in UTC.
        assert_eq!(birth(DateClass::Day, 19_782 * 86_400_000 - 3_600_000), 20_240_229);
        assert_eq!(birth(DateClass::Year, 0), 19_700_000);
    }
}
