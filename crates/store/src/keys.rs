//! From extracted values to index keys.

use crate::backend::{ResourceRow, TypeKey};
use crate::blind::{Blind, Blinds};
use crate::key::{
    FAMILY_ACROSS, FAMILY_DELETED, FAMILY_DISPLAY, FAMILY_LOGICAL, FAMILY_PATIENT, FAMILY_TYPE, KeyBuf, ResKey, Row, STRING_BYTES, URI_BYTES, hash32,
    ordered_f64, ordered_time, push_u48, token,
};
use crate::prepared::Prepared;
use rihla_fhirpath::{Entry, IndexValue, normalize};

/// Stands for a missing clinical date: after every date.
pub const NO_DATE: u64 = 0xFFFF_FFFF_FFFF;

/// How long a date's range is. Each class is its own stretch of the index, so that an overlap is found by looking back
/// no further than the class's longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum DateClass {
    Instant = 0,
    Second = 1,
    Minute = 2,
    Day = 3,
    /// Up to 36 days; from here on the end stands in the key.
    Month = 4,
    /// Up to 370 days.
    Year = 5,
    Long = 6,
}

impl DateClass {
    pub const ALL: [DateClass; 7] = [Self::Instant, Self::Second, Self::Minute, Self::Day, Self::Month, Self::Year, Self::Long];

    pub fn of(lo: i64, hi: i64) -> Self {
        match hi.saturating_sub(lo) {
            0 => Self::Instant,
            999 => Self::Second,
            59_999 => Self::Minute,
            86_399_999 => Self::Day,
            span if span <= Self::Month.longest() => Self::Month,
            span if span <= Self::Year.longest() => Self::Year,
            _ => Self::Long,
        }
    }

    /// The longest span of the class, in milliseconds.
    pub fn longest(self) -> i64 {
        const DAY: i64 = 86_400_000;
        match self {
            Self::Instant => 0,
            Self::Second => 999,
            Self::Minute => 59_999,
            Self::Day => DAY - 1,
            Self::Month => 36 * DAY,
            Self::Year => 370 * DAY,
            Self::Long => i64::MAX,
        }
    }

    pub fn has_end(self) -> bool {
        self >= Self::Month
    }
}

/// Appends the value part of a key; the row follows it.
pub fn push_value(value: &IndexValue<'_>, out: &mut Vec<u8>) {
    match value {
        IndexValue::Token { system, code, .. } => out.extend_from_slice(&token(code.as_deref(), system.as_deref()).to_be_bytes()),
        IndexValue::Date { lo, hi } => push_date(*lo, *hi, out),
        IndexValue::Number { value } => out.extend_from_slice(&ordered_f64(*value).to_be_bytes()),
        IndexValue::Quantity { value, code, unit, .. } => {
            out.extend_from_slice(&ordered_f64(*value).to_be_bytes());
            out.extend_from_slice(&unit_bits(code.as_deref()).to_be_bytes());
            out.extend_from_slice(&unit_bits(unit.as_deref()).to_be_bytes());
        }
        IndexValue::String(text) => push_string(text, out),
        IndexValue::Uri(uri) => push_uri(uri, out),
        IndexValue::Composite(parts) => parts.iter().for_each(|part| push_value(part, out)),
        // References need the target's integer, which only the writer knows.
        IndexValue::Reference { .. } => {}
    }
}

/// 16 bits of a unit or unit code, 0 for none.
pub fn unit_bits(unit: Option<&str>) -> u16 {
    unit.map_or(0, |unit| (hash32(unit) as u16).max(1))
}

fn push_date(lo: i64, hi: i64, out: &mut Vec<u8>) {
    out.push(DateClass::of(lo, hi) as u8);
    push_date_order(lo, hi, out);
}

/// What orders dates among those of all classes.
pub fn push_date_order(lo: i64, hi: i64, out: &mut Vec<u8>) {
    push_u48(out, ordered_time(lo));
    if DateClass::of(lo, hi).has_end() {
        push_u48(out, ordered_time(hi));
    }
}

/// Folded text, a mark, and a hash of the text as written for `:exact`.
fn push_string(text: &str, out: &mut Vec<u8>) {
    let folded = normalize(text);
    out.extend_from_slice(cut(&folded, STRING_BYTES).as_bytes());
    out.push(0);
    out.extend_from_slice(&hash32(text).to_be_bytes());
}

/// The uri as written, cut, a mark, and a hash of the whole.
fn push_uri(uri: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(cut(uri, URI_BYTES).as_bytes());
    out.push(0);
    out.extend_from_slice(&hash32(uri).to_be_bytes());
}

/// The longest head of `text` that fits and ends between characters.
pub fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// What [`collect`] needs to know of a resource's type.
#[derive(Clone)]
pub struct TypePlan {
    /// Fields whose tokens are also kept with the patient.
    pub in_patient: Box<[bool]>,
    /// The field of the clinical date that orders them.
    pub date: Option<u16>,
}

impl TypePlan {
    fn keeps_in_patient(&self, field: u16) -> bool {
        self.in_patient.get(usize::from(field)).copied().unwrap_or(false)
    }
}

/// Whether any value of the field has a code: then its texts are no concepts of their own.
fn is_coded(entries: &[Entry<'_>], field: u16) -> bool {
    entries.iter().any(|entry| entry.field.0 == field && matches!(entry.value, IndexValue::Token { code: Some(_), .. }))
}

/// Turns a resource's entries into keys and references.
pub fn collect(
    entries: &[Entry<'_>],
    plan: &TypePlan,
    has_patient: bool,
    blinds: Blinds<'_>,
    resolve: &mut dyn FnMut(&Entry<'_>, &mut Prepared),
    out: &mut Prepared,
) {
    let date = entries.iter().filter(|entry| Some(entry.field.0) == plan.date).find_map(|entry| match entry.value {
        IndexValue::Date { lo, .. } => Some(ordered_time(lo)),
        _ => None,
    });
    out.date = date.unwrap_or(NO_DATE);
    let mut shown: Option<(u16, &str)> = None;
    for entry in entries {
        let field = entry.field.0;
        let blind = blinds.of(field);
        match &entry.value {
            IndexValue::Reference { .. } => resolve(entry, out),
            IndexValue::Composite(parts) if parts.iter().any(|part| matches!(part, IndexValue::Reference { .. })) => {}
            IndexValue::Token { code: None, system: None, display: Some(text) } => {
                // Most often the text repeats the coding's own display.
                if shown != Some((field, text)) {
                    push_text(field, text, blind, out);
                }
                if has_patient && plan.keeps_in_patient(field) && !is_coded(entries, field) {
                    push_in_patient(field, text_token(&normalize(text), blind), out);
                }
            }
            value => {
                match blind {
                    Some(blind) => push_blind(field, value, blind, &mut out.across),
                    None => out.across.push_with(|key| {
                        key.extend_from_slice(&across_head(field));
                        push_value(value, key);
                    }),
                }
                if let IndexValue::Token { system, code, display } = value {
                    let token = token_of(code.as_deref(), system.as_deref(), blind);
                    if let Some(display) = display.as_ref().filter(|_| blind.is_none()) {
                        shown = Some((field, display));
                        push_display(field, &normalize(display), token, out);
                    }
                    if has_patient && plan.keeps_in_patient(field) {
                        push_in_patient(field, token, out);
                    }
                }
            }
        }
    }
}

/// Where the values of a field stand across patients.
pub fn across_head(field: u16) -> [u8; 3] {
    let [high, low] = field.to_be_bytes();
    [FAMILY_ACROSS, high, low]
}

/// A token as a field's keys hold it.
pub fn token_of(code: Option<&str>, system: Option<&str>, blind: Option<&Blind>) -> u64 {
    blind.map_or_else(|| token(code, system), |blind| blind.token(code, system))
}

/// The keys of a value that names somebody. What has an order keeps it: dates and numbers.
fn push_blind(field: u16, value: &IndexValue<'_>, blind: &Blind, out: &mut KeyBuf) {
    let head = across_head(field);
    if let IndexValue::String(text) = value {
        return blind.push_text(&head, &normalize(text), out);
    }
    out.push_with(|key| {
        key.extend_from_slice(&head);
        match value {
            IndexValue::Token { system, code, .. } => key.extend_from_slice(&blind.token(code.as_deref(), system.as_deref()).to_be_bytes()),
            IndexValue::Uri(uri) => key.extend_from_slice(&blind.uri(uri)),
            other => push_value(other, key),
        }
    });
}

fn push_in_patient(field: u16, token: u64, out: &mut Prepared) {
    let date = out.date;
    out.in_patient.push_with(|key| {
        key.extend_from_slice(&field.to_be_bytes());
        key.extend_from_slice(&token.to_be_bytes());
        push_u48(key, date);
    });
}

/// A text without a code is its own token, so that `:text` finds it.
fn push_text(field: u16, text: &str, blind: Option<&Blind>, out: &mut Prepared) {
    let folded = normalize(text);
    let token = text_token(&folded, blind);
    out.across.push_with(|key| {
        key.push(FAMILY_ACROSS);
        key.extend_from_slice(&field.to_be_bytes());
        key.extend_from_slice(&token.to_be_bytes());
    });
    if blind.is_none() {
        push_display(field, &folded, token, out);
    }
}

fn push_display(field: u16, folded: &str, token: u64, out: &mut Prepared) {
    out.displays.push_with(|key| {
        key.push(FAMILY_DISPLAY);
        key.extend_from_slice(&field.to_be_bytes());
        key.extend_from_slice(cut(folded, STRING_BYTES).as_bytes());
        key.push(0);
        key.extend_from_slice(&token.to_be_bytes());
    });
}

/// The token of a text that has no code. Its system is one that nobody can write.
pub fn text_token(folded: &str, blind: Option<&Blind>) -> u64 {
    token_of(Some(folded), Some("\0text"), blind)
}

/// A reference by identifier only (`Reference.identifier`), for the `:identifier` modifier.
pub fn push_logical(field: u16, system: Option<&str>, value: Option<&str>, blind: Option<&Blind>, out: &mut KeyBuf) {
    out.push_with(|key| {
        key.push(FAMILY_LOGICAL);
        key.extend_from_slice(&field.to_be_bytes());
        key.extend_from_slice(&token_of(value, system, blind).to_be_bytes());
    });
}

/// Finishes a resource's keys now that its row and its references are known: `references` are field, type, key.
/// The displays are whole already and not among them: most are known, and the writer drops those.
pub fn complete(content: &Prepared, known: &ResourceRow, references: &[(u16, TypeKey, ResKey)], patient_type: TypeKey, out: &mut KeyBuf) {
    let row = known.row.to_be_bytes();
    out.push_with(|key| {
        key.push(FAMILY_TYPE);
        key.extend_from_slice(&content.ty.to_be_bytes());
        key.extend_from_slice(&row);
    });
    for part in content.across.iter() {
        out.push_with(|key| {
            key.extend_from_slice(part);
            key.extend_from_slice(&row);
        });
    }
    for (field, ty, res) in references {
        out.push_with(|key| {
            push_reference_prefix(*field, *ty == patient_type, *res, key);
            if *ty == patient_type {
                push_u48(key, content.date);
            }
            key.extend_from_slice(&row);
        });
    }
    if known.patient > 0 {
        for part in content.in_patient.iter() {
            out.push_with(|key| {
                key.push(FAMILY_PATIENT);
                key.extend_from_slice(&known.patient.to_be_bytes());
                key.push(1);
                key.extend_from_slice(part);
                key.extend_from_slice(&row);
            });
        }
    }
}

/// The key of a deletion.
pub fn push_deleted(ty: TypeKey, row: Row, out: &mut KeyBuf) {
    out.push_with(|key| {
        key.push(FAMILY_DELETED);
        key.extend_from_slice(&ty.to_be_bytes());
        key.extend_from_slice(&row.to_be_bytes());
    });
}

/// Where the rows stand that refer to `res` through `field`. What refers to a patient stands with the patient, each row
/// behind its clinical date.
pub fn push_reference_prefix(field: u16, to_patient: bool, res: ResKey, key: &mut Vec<u8>) {
    if to_patient {
        key.push(FAMILY_PATIENT);
        key.extend_from_slice(&res.to_be_bytes());
        key.push(0);
        key.extend_from_slice(&field.to_be_bytes());
    } else {
        key.push(FAMILY_ACROSS);
        key.extend_from_slice(&field.to_be_bytes());
        key.extend_from_slice(&res.to_be_bytes());
    }
}

/// Where a patient's tokens of a field stand; the token, the clinical date and the row follow.
pub fn in_patient_head(patient: ResKey, field: u16) -> Vec<u8> {
    let mut key = Vec::with_capacity(16);
    key.push(FAMILY_PATIENT);
    key.extend_from_slice(&patient.to_be_bytes());
    key.push(1);
    key.extend_from_slice(&field.to_be_bytes());
    key
}
