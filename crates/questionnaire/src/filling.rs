//! What somebody typed, by the question and the rows that it stands in.

use crate::answer::{Answer, Quantity};
use crate::model::{Form, Item, Kind};
use crate::number::Number;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use std::collections::BTreeMap;

/// Rows of one item that repeats.
pub const ROWS: u16 = 100;
/// Answers of one response.
pub const ANSWERS: usize = 5000;
/// The longest answer, in letters.
pub const LONGEST: usize = 20_000;

/// An item and its row, from 0.
pub type Step = (u16, u16);

/// A question and where it stands: the rows of what repeats around it, and its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub Vec<Step>);

impl Key {
    pub fn new(context: &[Step], item: usize, row: u16) -> Self {
        Self(context.iter().copied().chain([(u16::try_from(item).unwrap_or(u16::MAX), row)]).collect())
    }

    /// As the name of a field: `q5.1-6.0`.
    pub fn name(&self, head: char) -> String {
        let steps: Vec<_> = self.0.iter().map(|(item, row)| format!("{item}.{row}")).collect();
        format!("{head}{}", steps.join("-"))
    }

    pub fn parse(name: &str, head: char) -> Option<Self> {
        let step = |step: &str| {
            let (item, row) = step.split_once('.')?;
            Some((item.parse().ok()?, row.parse().ok()?))
        };
        name.strip_prefix(head)?.split('-').map(step).collect::<Option<Vec<_>>>().map(Self)
    }

    pub fn item(&self) -> usize {
        self.0.last().map_or(usize::MAX, |(item, _)| usize::from(*item))
    }

    pub fn row(&self) -> u16 {
        self.0.last().map_or(0, |(_, row)| *row)
    }

    /// The rows around it.
    pub fn context(&self) -> &[Step] {
        self.0.split_last().map_or(&[], |(_, before)| before)
    }

    /// Whether the form has such a place.
    fn is_of(&self, form: &Form) -> bool {
        let Some(item) = form.item(self.item()) else { return false };
        let around = self.context().iter().map(|(item, _)| usize::from(*item));
        let rows = self.0.iter().all(|(item, row)| *row < ROWS || form.item(usize::from(*item)).is_some_and(|item| usize::from(*row) <= item.options.len()));
        item.within.iter().copied().eq(around) && (item.repeats || self.row() == 0) && rows
    }
}

/// Why an answer cannot stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    NotNumber,
    NotWhole,
    NotDate,
    NotTime,
    NotUri,
    NotOption,
    /// It has more letters than so many.
    Long(usize),
    Pattern,
    Below(Answer),
    Above(Answer),
    /// It has to be answered.
    Missing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Answer(Answer),
    /// What was typed, and why it is no answer.
    Unread(String, Why),
}

/// Answers as they were given, read and unread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filling {
    pub said: BTreeMap<Key, Said>,
    /// Rows that are shown of what repeats, by the key of its first row.
    pub rows: BTreeMap<Key, u16>,
}

impl Filling {
    /// Reads the fields of a page: `q…` an answer, `t…` another one than those offered, `u…` the unit, `n…` how many rows.
    /// Names that the form does not have are passed over.
    pub fn typed(form: &Form, fields: &BTreeMap<String, String>, zone: &TimeZone) -> Self {
        let mut filling = Self::default();
        let at = |head: char| fields.iter().filter_map(move |(name, value)| Some((Key::parse(name, head)?, value)));
        for (key, value) in at('q').filter(|(key, _)| key.is_of(form)).take(ANSWERS) {
            let Some(item) = form.item(key.item()) else { continue };
            let unit = fields.get(&key.name('u')).and_then(|unit| unit.parse::<usize>().ok()).unwrap_or(0);
            if let Some(said) = read(item, value, unit, zone) {
                filling.said.insert(key, said);
            }
        }
        for (mut key, value) in at('t').filter(|(key, _)| key.is_of(form)).take(ANSWERS) {
            let Some(item) = form.item(key.item()).filter(|item| item.kind == Kind::OpenChoice) else { continue };
            let text = clean(value);
            if item.repeats
                && let Some(last) = key.0.last_mut()
            {
                last.1 = u16::try_from(item.options.len()).unwrap_or(u16::MAX);
            }
            if !text.is_empty() {
                filling.said.insert(key, limited(text, Answer::Text));
            }
        }
        for (key, value) in at('n').filter(|(key, _)| key.is_of(form)).take(ANSWERS) {
            filling.rows.insert(key, value.parse().unwrap_or(1).min(ROWS));
        }
        filling
    }

    /// One more row of what repeats.
    pub fn add(&mut self, key: &Key, shown: u16) {
        self.rows.insert(key.clone(), shown.saturating_add(1).min(ROWS));
    }

    pub fn put(&mut self, key: Key, answer: Answer) {
        if self.said.len() < ANSWERS {
            self.said.insert(key, Said::Answer(answer));
        }
    }

    /// The answers of a QuestionnaireResponse, and the linkIds in it that the form does not have there.
    pub fn of_response(form: &Form, response: Value<'_>) -> (Self, Vec<String>) {
        let (mut filling, mut lost) = (Self::default(), Vec::new());
        filling.back(form, &form.roots, response, &[], &mut lost);
        (filling, lost)
    }

    fn back(&mut self, form: &Form, among: &[usize], of: Value<'_>, context: &[Step], lost: &mut Vec<String>) {
        let mut seen: BTreeMap<usize, u16> = BTreeMap::new();
        for value in of.all("item") {
            let link = value.text("linkId").unwrap_or_default();
            let found = among.iter().copied().find(|index| form.item(*index).is_some_and(|item| item.link == link));
            let Some((index, item)) = found.and_then(|index| Some((index, form.item(index)?))) else {
                lost.push(link.into_owned());
                continue;
            };
            let row = seen.entry(index).or_insert(0);
            if !item.kind.asks() {
                let key = Key::new(context, index, if item.repeats { *row } else { 0 });
                let inner = if item.repeats { key.0.as_slice() } else { context };
                self.back(form, &item.parts, value, inner, lost);
                *row = row.saturating_add(1);
                continue;
            }
            for said in value.all("answer") {
                let answer = Answer::at(said, "value");
                let option = answer.as_ref().and_then(|answer| item.options.iter().position(|option| option.answer.same(answer)));
                let at = if item.repeats && !item.options.is_empty() { u16::try_from(option.unwrap_or(item.options.len())).unwrap_or(u16::MAX) } else { *row };
                let key = Key::new(context, index, at);
                *row = row.saturating_add(1);
                let inner = if item.repeats { key.0.clone() } else { context.to_vec() };
                if key.is_of(form)
                    && let Some(answer) = answer
                {
                    // An offered answer is taken with its words.
                    let offered = option.and_then(|option| item.options.get(option)).map(|option| option.answer.clone());
                    self.put(key, offered.unwrap_or(answer));
                } else {
                    lost.push(link.clone().into_owned());
                }
                self.back(form, &item.parts, said, &inner, lost);
            }
        }
    }
}

fn clean(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// Digits of either script, and a comma for the point.
pub(crate) fn digits(text: &str) -> String {
    let turned = |letter: char| match u32::from(letter) {
        code @ 0x0660..=0x0669 => char::from_digit(code - 0x0660, 10).unwrap_or(letter),
        code @ 0x06F0..=0x06F9 => char::from_digit(code - 0x06F0, 10).unwrap_or(letter),
        0x066B | 0x2C => '.',
        0x2212 => '-',
        _ => letter,
    };
    text.chars().filter(|letter| !letter.is_whitespace()).map(turned).collect()
}

fn limited(text: String, make: impl Fn(String) -> Answer) -> Said {
    if text.chars().count() > LONGEST { Said::Unread(text.chars().take(LONGEST).collect(), Why::Long(LONGEST)) } else { Said::Answer(make(text)) }
}

/// None: nothing was typed.
fn read(item: &Item, typed: &str, unit: usize, zone: &TimeZone) -> Option<Said> {
    let text = clean(typed);
    if text.is_empty() || !item.kind.asks() {
        return None;
    }
    let read = |answer: Option<Answer>, why: Why| Some(answer.map_or(Said::Unread(text.clone(), why), Said::Answer));
    if !item.options.is_empty() {
        let at = text.strip_prefix('o').and_then(|at| at.parse::<usize>().ok());
        return read(at.and_then(|at| Some(item.options.get(at)?.answer.clone())), Why::NotOption);
    }
    let number = || Number::parse(&digits(&text));
    match item.kind {
        Kind::Boolean => read(["true", "false"].iter().position(|known| *known == text).map(|at| Answer::Boolean(at == 0)), Why::NotOption),
        Kind::Decimal => read(number().map(Answer::Decimal), Why::NotNumber),
        Kind::Integer => match number() {
            // An integer of FHIR has 32 bits.
            Some(number) => {
                read(number.to_whole().filter(|whole| i32::try_from(*whole).is_ok()).map(|whole| Answer::Integer(Number::whole(whole))), Why::NotWhole)
            }
            None => read(None, Why::NotNumber),
        },
        Kind::Quantity => {
            read(number().map(|value| Answer::Quantity(Quantity { value, unit: item.units.get(unit).cloned().unwrap_or_default() })), Why::NotNumber)
        }
        Kind::Date => read(text.parse::<Date>().ok().map(|date| Answer::Date(date.to_string())), Why::NotDate),
        Kind::DateTime => read(moment(&text, zone).map(Answer::DateTime), Why::NotDate),
        Kind::Time => read(text.parse::<Time>().ok().map(|time| Answer::Time(time.strftime("%H:%M:%S").to_string())), Why::NotTime),
        Kind::Url => read(Some(&text).filter(|text| !text.contains(char::is_whitespace) && text.contains(':')).cloned().map(Answer::Uri), Why::NotUri),
        Kind::Reference => Some(limited(text, |text| Answer::Reference(String::new(), text))),
        Kind::Attachment | Kind::Group | Kind::Display => None,
        Kind::Choice => read(None, Why::NotOption),
        Kind::String | Kind::Text | Kind::OpenChoice => Some(limited(text, Answer::Text)),
    }
}

/// An hour on the wall of the site, as an instant with its offset; a day alone stays one.
fn moment(text: &str, zone: &TimeZone) -> Option<String> {
    if let Ok(date) = text.parse::<Date>()
        && text.len() <= "2026-01-01".len()
    {
        return Some(date.to_string());
    }
    let at = text.parse::<DateTime>().ok()?.to_zoned(zone.clone()).ok()?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}
