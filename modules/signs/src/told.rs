//! What a score says of a set of values, in words: its total and what it means, or what is missing, or why it is not for
//! this patient.

use crate::of::Of;
use crate::scale;
use crate::value::Value;
use askama::Template;
use rihla_kernel::{Instant, Lang};
use rihla_packs::Sign;
use rihla_scores::{Bar, Given, Item, Lack, Reading, Score, Scores, Values, Words, reckon};
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, Icon, Refusal};

/// A score in words.
pub struct Told {
    pub name: String,
    pub total: Option<i32>,
    /// A code of `signs-level-*`; empty without a total.
    pub level: &'static str,
    pub meaning: String,
    pub parts: Vec<(String, i32)>,
    pub lacking: Vec<String>,
    /// Why it is not for this patient.
    pub bars: Vec<String>,
    /// It does not hold in pregnancy, and nobody said whether there is one.
    pub pregnancy_unknown: bool,
    /// SpO₂ is read by the target that a physician set.
    pub target: bool,
}

#[derive(Template)]
#[template(path = "signs/told.html")]
struct Shown<'t> {
    voice: &'t Voice,
    told: &'t Told,
}

/// Whether a score may be reckoned here: its cut-points were read in a source, or the hospital confirmed it.
pub fn is_active(desk: &Desk, score: &Score) -> bool {
    score.is_active() || desk.house.pack().signs.confirmed.iter().any(|(id, _)| *id == score.id)
}

/// The score of every set.
pub fn watched(desk: &Desk) -> Option<&'static Score> {
    let signs = &desk.house.pack().signs;
    Scores::watched(&signs.watch, &signs.confirmed)
}

/// What decides about the watched score beside what was typed.
pub struct Around {
    /// A physician set the target of 88–92 %.
    pub target: bool,
    pub pregnant: Option<bool>,
}

impl Around {
    pub fn read(of: &Of) -> Result<Self, Refusal> {
        Ok(Self { target: scale::target(&of.desk, of.id())?.is_some(), pregnant: scale::pregnant(of)? })
    }
}

/// Reads the watched score of some values.
pub fn reading(of: &Of, values: &[(&Sign, Value)], at: Instant, around: &Around) -> Option<Reading<'static>> {
    let score = watched(&of.desk)?;
    let mut given = Values::new();
    for (sign, value) in values {
        value.give(sign, &mut given);
    }
    if around.target {
        given.insert(scale::ITEM.to_owned(), Given::Choice(scale::SECOND.to_owned()));
    }
    let said = values.iter().find(|(sign, _)| sign.code == scale::PREGNANCY).map(|(_, value)| *value == Value::Choice("yes".to_owned()));
    Some(reckon(score, &given, of.who.person(at, of.voice(), said.or(around.pregnant))))
}

impl Told {
    pub fn of(reading: &Reading<'_>, voice: &Voice, around: &Around) -> Self {
        let score = reading.score;
        let name = |item: &Item| named(&item.names, voice.lang()).to_owned();
        let lacking = |(item, lack): (&Item, Lack)| match lack {
            Lack::Missing => name(item),
            Lack::Outside | Lack::Unknown => voice.ta("signs-beyond", &[("name", name(item))]),
        };
        let bar = |bar: &Bar| match bar {
            Bar::AgeUnknown => voice.t("signs-bar-age-unknown"),
            Bar::TooYoung(from) => voice.tn("signs-bar-young", usize::from(*from)),
            Bar::TooOld(to) => voice.tn("signs-bar-old", usize::from(*to)),
            Bar::Pregnant => voice.t("signs-bar-pregnant"),
        };
        let band = reading.band();
        Self {
            name: named(&score.names, voice.lang()).to_owned(),
            total: reading.total(),
            level: band.map_or("", |band| band.level.code()),
            meaning: band.map(|band| named(&band.names, voice.lang()).to_owned()).unwrap_or_default(),
            parts: reading.parts.iter().filter_map(|(item, points)| Some((name(item), (*points).ok()?))).collect(),
            lacking: reading.lacking().map(lacking).collect(),
            bars: reading.bars.iter().map(bar).collect(),
            pregnancy_unknown: false,
            target: around.target,
        }
    }

    /// As a part of a page.
    pub fn render(&self, voice: &Voice) -> Result<String, Refusal> {
        Ok(Shown { voice, told: self }.render()?)
    }
}

/// The part under the grid: what the watched score says, or nothing where there is none.
pub fn part(of: &Of, values: &[(&Sign, Value)], at: Instant, around: &Around) -> Result<String, Refusal> {
    let Some(reading) = reading(of, values, at, around) else { return Ok(String::new()) };
    let mut told = Told::of(&reading, of.voice(), around);
    let asks = reading.score.applies.not_pregnant && of.signs().iter().any(|sign| sign.code == scale::PREGNANCY);
    let said = around.pregnant.is_some() || values.iter().any(|(sign, _)| sign.code == scale::PREGNANCY);
    told.pregnancy_unknown = asks && !said && told.bars.is_empty();
    told.render(of.voice())
}

/// Words of a score in a language; in French where it has none.
pub fn named(words: &Words, lang: Lang) -> &str {
    words.get(lang.tag()).or_else(|| words.get(Lang::French.tag())).map_or("", String::as_str)
}

/// The sign of a level, so that colour is not alone.
pub fn icon(level: &str) -> Icon<'static> {
    Icon(match level {
        "high" => "octagon-alert",
        "medium" => "triangle-alert",
        "low-medium" => "circle-alert",
        _ => "check",
    })
}

/// The words of a level.
pub fn level(voice: &Voice, code: &str) -> String {
    if code.is_empty() { String::new() } else { voice.t(&listed(rihla_web::key!("signs-level-*"), code)) }
}
