//! From what was typed to what is looked for.

use super::card::{Card, compact, words};
use super::near::is_near;
use super::rules::NameRules;
use rihla_fhirpath::normalize;

/// How a typed word was found, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The word itself.
    Exact,
    /// The same name written otherwise.
    Same,
    /// A name that begins so.
    Prefix,
    /// A name that differs by one letter.
    Near,
    Birth,
    Identifier,
    Phone,
}

/// A word that a record must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Want {
    pub text: Box<str>,
    pub prefix: bool,
}

/// One way in which a part of the question can be fulfilled: all of its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub how: How,
    pub wants: Vec<Want>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Year {
    Any,
    Is(u32),
    /// The last two digits.
    Ends(u32),
    /// The first digits, and the power of ten that follows them.
    Begins(u32, u32),
}

/// A date of birth as far as it has been typed; 0 is any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Birth {
    pub day: u32,
    pub month: u32,
    pub year: Year,
}

impl Birth {
    /// Between which dates all that are admitted lie.
    pub fn bounds(&self) -> (u32, u32) {
        match self.year {
            Year::Is(year) if self.month > 0 && self.day > 0 => (year * 10_000 + self.month * 100 + self.day, year * 10_000 + self.month * 100 + self.day),
            Year::Is(year) if self.month > 0 => (year * 10_000 + self.month * 100, year * 10_000 + self.month * 100 + 99),
            Year::Is(year) => (year * 10_000, year * 10_000 + 9_999),
            _ => (0, u32::MAX),
        }
    }

    pub fn admits(&self, birth: u32) -> bool {
        let (year, month, day) = (birth / 10_000, birth / 100 % 100, birth % 100);
        let year_fits = match self.year {
            Year::Any => true,
            Year::Is(wanted) => year == wanted,
            Year::Ends(wanted) => year % 100 == wanted,
            Year::Begins(wanted, power) => year / power == wanted,
        };
        birth > 0 && year_fits && (self.month == 0 || self.month == month) && (self.day == 0 || self.day == day)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The word that a slip of the finger may have changed, if it is long enough, and the ways.
    Name {
        word: Box<str>,
        ways: Vec<Way>,
    },
    Number {
        identifier: String,
        phones: Vec<String>,
        year: Option<Birth>,
    },
    Birth(Birth),
}

/// A part of the question; all parts must be fulfilled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub typed: String,
    pub kind: Kind,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Question {
    pub units: Vec<Unit>,
    /// Typed, and too short or too much to be used.
    pub unused: Vec<String>,
}

/// Parts that are looked for at most.
const UNITS: usize = 8;
/// What is typed at most.
const TYPED_BYTES: usize = 200;
/// Names that a beginning is completed to, to find their other spellings.
const COMPLETIONS: usize = 40;

impl Question {
    /// The question, and how else it may be meant.
    pub fn readings(text: &str, rules: &NameRules) -> Vec<Self> {
        let text = crate::keys::cut(text, TYPED_BYTES);
        let pieces = pieces(text);
        let joined = joined(&pieces);
        std::iter::once(pieces).chain(joined).map(|pieces| Self::of(&pieces, rules)).collect()
    }

    fn of(pieces: &[Piece], rules: &NameRules) -> Self {
        let mut out = Self::default();
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            let (unit, taken) = match piece {
                Piece::Word(_) => name_unit(pieces.get(at..).unwrap_or(&[]), rules),
                Piece::Number(typed) => (number_unit(typed, rules), 1),
                Piece::Birth(typed, birth) => (Some(Unit { typed: typed.clone(), kind: Kind::Birth(birth.clone()) }), 1),
            };
            match unit.filter(|_| out.units.len() < UNITS) {
                Some(unit) => out.units.push(unit),
                None => out.unused.push(piece.typed().to_string()),
            }
            at += taken;
        }
        out
    }
}

/// What stands between spaces, told apart by its looks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Word(String),
    Number(String),
    Birth(String, Birth),
}

impl Piece {
    fn typed(&self) -> &str {
        match self {
            Self::Word(typed) | Self::Number(typed) | Self::Birth(typed, _) => typed,
        }
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for raw in text.split_whitespace() {
        let folded = normalize(raw);
        if folded.is_empty() {
            continue;
        }
        if let Some(birth) = birth(raw) {
            out.push(Piece::Birth(raw.into(), birth));
        } else if folded.bytes().any(|byte| byte.is_ascii_digit()) {
            let digits_only = folded.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
            match out.last_mut() {
                // A telephone number is often written in groups.
                Some(Piece::Number(before)) if digits_only && (before.starts_with(['0', '+']) || before.chars().count() <= 3) && !is_year(&folded) => {
                    before.push_str(raw);
                }
                _ => out.push(Piece::Number(raw.into())),
            }
        } else {
            out.extend(words(&folded).map(|word| Piece::Word(word.into())));
        }
    }
    out
}

fn is_year(folded: &str) -> bool {
    folded.len() == 4 && folded.parse().is_ok_and(|year: u32| (1880..=2100).contains(&year))
}

/// A card number whose letters were typed apart from its digits.
fn joined(pieces: &[Piece]) -> Option<Vec<Piece>> {
    let at = pieces.windows(2).position(|pair| matches!(pair, [Piece::Word(word), Piece::Number(_)] if word.chars().count() <= 3))?;
    let (Some(Piece::Word(word)), Some(Piece::Number(number))) = (pieces.get(at), pieces.get(at + 1)) else { return None };
    let mut out = pieces.to_vec();
    out.splice(at..at + 2, [Piece::Number(format!("{word}{number}"))]);
    Some(out)
}

/// Day, month, year as people write them, or the year first; the year may still be under way.
fn birth(raw: &str) -> Option<Birth> {
    let raw = digits_of(raw)?;
    let parts: Vec<&str> = raw.split(['/', '-', '.']).collect();
    let number = |text: &str, most: usize| (!text.is_empty() && text.len() <= most).then(|| text.parse::<u32>().ok()).flatten();
    let slashed = raw.contains('/');
    let (day, month, year) = match parts.as_slice() {
        [year, month] if year.len() == 4 && month.len() == 2 => (0, number(month, 2)?, Year::Is(number(year, 4)?)),
        [year, month, day] if year.len() == 4 => (if day.is_empty() { 0 } else { number(day, 2)? }, number(month, 2)?, Year::Is(number(year, 4)?)),
        [day, month] if slashed => (number(day, 2)?, number(month, 2).unwrap_or(0), Year::Any),
        [day, month, year] if slashed || year.len() == 4 => (number(day, 2)?, number(month, 2)?, year_of(year)?),
        _ => return None,
    };
    (day <= 31 && month <= 12 && (day > 0 || month > 0)).then_some(Birth { day, month, year })
}

/// The text with its digits in ASCII, if it holds nothing but digits and what parts a date.
fn digits_of(raw: &str) -> Option<String> {
    raw.chars()
        .map(|letter| {
            if matches!(letter, '/' | '-' | '.') {
                Some(letter)
            } else {
                normalize(letter.encode_utf8(&mut [0; 4])).chars().next().filter(char::is_ascii_digit)
            }
        })
        .collect()
}

fn year_of(text: &str) -> Option<Year> {
    let number = text.parse::<u32>().ok();
    Some(match text.len() {
        0 => Year::Any,
        1 => Year::Begins(number?, 1_000),
        2 if matches!(text, "19" | "20") => Year::Begins(number?, 100),
        2 => Year::Ends(number?),
        3 => Year::Begins(number?, 10),
        4 => Year::Is(number?),
        _ => return None,
    })
}

fn number_unit(typed: &str, rules: &NameRules) -> Option<Unit> {
    let identifier = compact(typed);
    let digits_only = identifier.bytes().all(|byte| byte.is_ascii_digit());
    let year = is_year(&identifier).then(|| Birth { day: 0, month: 0, year: Year::Is(identifier.parse().unwrap_or(0)) });
    let phones = if digits_only && identifier.len() >= 4 { rules.phone.ways(typed) } else { Vec::new() };
    (identifier.chars().count() >= 3).then(|| Unit { typed: typed.into(), kind: Kind::Number { identifier, phones, year } })
}

/// The name that begins with the first piece, with the small words before it; and how many pieces that is.
fn name_unit(pieces: &[Piece], rules: &NameRules) -> (Option<Unit>, usize) {
    let run: Vec<&str> = pieces.iter().map_while(|piece| if let Piece::Word(word) = piece { Some(word.as_str()) } else { None }).collect();
    let particles = run.iter().take_while(|word| rules.is_particle(word)).count().min(run.len().saturating_sub(1));
    let (before, rest) = run.split_at_checked(particles).unwrap_or((&[], &run));
    let Some(word) = rest.first().copied() else { return (None, 1) };
    if let ([], [first, second, ..]) = (before, rest) {
        let both = format!("{first}{second}");
        if rules.classes_of(&both).next().is_some() {
            let mut ways = plain(&both, rules);
            ways.push(Way { how: How::Exact, wants: vec![whole(first), whole(second)] });
            return (Some(Unit { typed: format!("{first} {second}"), kind: Kind::Name { word: both.into(), ways } }), 2);
        }
    }
    let mut ways = Vec::new();
    let base = plain(word, rules);
    if before.is_empty() {
        ways = base;
    } else {
        let kept: Vec<Want> = before.iter().filter(|small| !rules.is_article(small)).map(|small| whole(small)).collect();
        for way in base {
            let exact = way.how == How::Exact;
            if exact {
                ways.push(Way { how: How::Exact, wants: before.iter().map(|small| whole(small)).chain(way.wants.clone()).collect() });
            }
            ways.push(Way { how: way.how.max(How::Same), wants: kept.iter().cloned().chain(way.wants).collect() });
        }
        let glued = format!("{}{word}", before.concat());
        ways.extend(plain(&glued, rules).into_iter().map(|way| Way { how: way.how.max(How::Same), ..way }));
    }
    let typed = before.iter().chain([&word]).copied().collect::<Vec<_>>().join(" ");
    (Some(Unit { typed, kind: Kind::Name { word: word.into(), ways } }), particles + 1)
}

/// The ways of one word.
fn plain(word: &str, rules: &NameRules) -> Vec<Way> {
    let letters = word.chars().count();
    let mut ways = vec![Way { how: How::Exact, wants: vec![whole(word)] }, Way { how: How::Prefix, wants: vec![begins(word)] }];
    let forms = |how: How, form: &Vec<Box<str>>| Way { how, wants: form.iter().map(|part| whole(part)).collect() };
    ways.extend(rules.classes_of(word).flat_map(|class| &class.forms).map(|form| forms(How::Same, form)));
    if letters < 3 {
        return ways;
    }
    ways.extend(rules.classes_beginning(word, COMPLETIONS).into_iter().flat_map(|class| &class.forms).map(|form| forms(How::Prefix, form)));
    let both = |before: Vec<Want>, rest: &str, ways: &mut Vec<Way>| {
        ways.push(Way { how: How::Same, wants: before.iter().cloned().chain([whole(rest)]).collect() });
        ways.push(Way { how: How::Prefix, wants: before.into_iter().chain([begins(rest)]).collect() });
    };
    for article in &rules.articles {
        both(Vec::new(), &format!("{article}{word}"), &mut ways);
        if let Some(rest) = word.strip_prefix(&**article).filter(|rest| rest.chars().count() >= 4) {
            both(Vec::new(), rest, &mut ways);
        }
    }
    for small in &rules.others {
        let Some(rest) = word.strip_prefix(&**small).filter(|rest| rest.chars().count() >= 3) else { continue };
        both(vec![whole(small)], rest, &mut ways);
        let bare = rules.articles.iter().filter_map(|article| rest.strip_prefix(&**article)).find(|bare| bare.chars().count() >= 3);
        if let Some(bare) = bare {
            both(vec![whole(small)], bare, &mut ways);
        }
    }
    ways.sort_by_key(|way| way.how);
    let mut seen: Vec<Way> = Vec::with_capacity(ways.len());
    for way in ways {
        if !seen.iter().any(|other| other.wants == way.wants) {
            seen.push(way);
        }
    }
    seen
}

fn whole(word: &str) -> Want {
    Want { text: word.into(), prefix: false }
}

fn begins(word: &str) -> Want {
    Want { text: word.into(), prefix: true }
}

impl Want {
    fn found_in<'c>(&self, card: &'c Card) -> Option<&'c str> {
        let from = card.words.partition_point(|word| **word < *self.text);
        card.words.get(from).map(|word| &**word).filter(|word| if self.prefix { word.starts_with(&*self.text) } else { *word == &*self.text })
    }
}

impl Unit {
    /// The surest way in which a record fulfils this, and by which of its words. `near`: a slip of a letter is let pass.
    pub fn matched(&self, card: &Card, near: bool) -> Option<(How, String)> {
        match &self.kind {
            Kind::Name { word, ways } => {
                let found = |way: &Way| {
                    let words: Option<Vec<&str>> = way.wants.iter().map(|want| want.found_in(card)).collect();
                    words.map(|words| (way.how, words.join(" ")))
                };
                let slip = || card.words.iter().find(|own| near && is_near(word, own)).map(|own| (How::Near, own.to_string()));
                ways.iter().filter_map(found).min_by_key(|(how, _)| *how).or_else(slip)
            }
            Kind::Number { identifier, phones, year } => {
                let by_year = year.as_ref().filter(|year| year.admits(card.birth)).map(|_| (How::Birth, (card.birth / 10_000).to_string()));
                let own = || card.identifiers.iter().find(|own| own.starts_with(identifier.as_str())).map(|own| (How::Identifier, own.clone()));
                let phone = || card.phones.iter().find(|own| phones.iter().any(|way| own.starts_with(way.as_str()))).map(|own| (How::Phone, own.clone()));
                by_year.or_else(own).or_else(phone)
            }
            Kind::Birth(birth) => birth.admits(card.birth).then(|| (How::Birth, card.birth.to_string())),
        }
    }
}
