//! Levels of triage: which scales may be chosen for somebody, and how a level is written and shown.

use jiff::Timestamp;
use jiff::civil::Date;
use rihla_fhir::view::Look;
use rihla_kernel::Instant;
use rihla_packs::{TriageLevel, TriageScale};
use rihla_web::{Desk, Refusal, look, quoted};

/// The code of triage Observations; with the code of a scale behind it, the system of its levels.
pub const SYSTEM: &str = "urn:rihla:triage";

/// Stands for a scale where victims of one event were sorted into categories.
pub const MASS: &str = "mass";

/// Today in the zone of the site.
pub fn today(desk: &Desk) -> Date {
    day(desk, desk.voice.now())
}

/// The day of an instant in the zone of the site.
fn day(desk: &Desk, at: Instant) -> Date {
    Timestamp::from_millisecond(at.0).map(|at| at.to_zoned(desk.voice.zone().clone()).date()).unwrap_or_default()
}

/// Completed years now: of an approximate date the least that they may be; none where nothing is known.
pub fn years(desk: &Desk, patient: &str) -> Result<Option<u16>, Refusal> {
    let stored = desk.read("Patient", patient)?;
    let born = look(&stored, |patient| patient.text("birthDate").map(|text| text.into_owned())).flatten();
    let today = today(desk);
    Ok(born.and_then(|born| youngest(&born)).map(|born| {
        let years = today.year() - born.year() - i16::from((today.month(), today.day()) < (born.month(), born.day()));
        u16::try_from(years).unwrap_or(0)
    }))
}

/// The last day that a birth date may mean.
fn youngest(birth: &str) -> Option<Date> {
    let number = |from: usize, to: usize| birth.get(from..to)?.parse::<i16>().ok();
    match birth.len() {
        4 => Date::new(number(0, 4)?, 12, 31).ok(),
        7 => Some(Date::new(number(0, 4)?, i8::try_from(number(5, 7)?).ok()?, 1).ok()?.last_of_month()),
        _ => birth.get(..10)?.parse().ok(),
    }
}

/// Scales that may be chosen today for somebody of that age.
pub fn scales(desk: &Desk, years: Option<u16>) -> Vec<&TriageScale> {
    desk.house.pack().triage.active(today(desk)).filter(|scale| scale.suits(years)).collect()
}

/// A level as screens show it: colour is never alone.
#[derive(Clone, Debug)]
pub struct Shown {
    pub scale: String,
    pub code: String,
    pub colour: String,
    /// A sign of its shape.
    pub sign: &'static str,
    pub words: String,
    /// Minutes from arrival to the first medical contact; none: nobody set any.
    pub target: Option<u16>,
    pub retriage: Option<u16>,
    pub rank: usize,
}

impl Shown {
    /// A level that the pack has forgotten is shown by its code alone, as the most urgent.
    pub fn of(desk: &Desk, scale: &str, code: &str) -> Self {
        if scale == MASS {
            return Self::category(desk, code);
        }
        let known = desk.house.pack().triage.scale(scale);
        let level = known.and_then(|known| known.level(code));
        match (known, level) {
            (Some(known), Some(level)) => Self::level(desk, known, level),
            _ => Self { scale: scale.into(), code: code.into(), colour: "grey".into(), sign: "?", words: String::new(), target: None, retriage: None, rank: 0 },
        }
    }

    pub fn level(desk: &Desk, scale: &TriageScale, level: &TriageLevel) -> Self {
        Self {
            scale: scale.code.clone(),
            code: level.code.clone(),
            colour: level.colour.clone(),
            sign: sign(&level.shape),
            words: desk.named(&level.names).into_owned(),
            target: Some(level.target),
            retriage: level.retriage,
            rank: scale.rank(&level.code).unwrap_or(0),
        }
    }

    /// A category of victims, by what is written on their tags.
    pub fn category(desk: &Desk, code: &str) -> Self {
        let mass = &desk.house.pack().triage.mass;
        let known = mass.category(code);
        Self {
            scale: MASS.into(),
            code: known.map_or(code, |known| known.short.as_str()).into(),
            colour: known.map_or("grey", |known| known.colour.as_str()).into(),
            sign: known.map_or("?", |known| sign(&known.shape)),
            words: known.map(|known| desk.named(&known.names).into_owned()).unwrap_or_default(),
            target: None,
            retriage: None,
            rank: mass.rank(code).unwrap_or(0),
        }
    }

    /// Whether nobody comes before them, late or not.
    pub fn is_first(&self) -> bool {
        self.scale == MASS && self.rank == 0
    }
}

fn sign(shape: &str) -> &'static str {
    match shape {
        "octagon" => "⬣",
        "triangle" => "▲",
        "diamond" => "◆",
        "square" => "■",
        _ => "●",
    }
}

/// A level as FHIR has it, with its words in the language in which the house keeps its record.
pub fn concept(desk: &Desk, scale: &TriageScale, level: &TriageLevel) -> String {
    let words = level.names.get(&desk.house.pack().default_language).cloned().unwrap_or_default();
    format!(r#"{{"coding":[{{"system":{},"code":{}}}],"text":{}}}"#, quoted(&format!("{SYSTEM}:{}", scale.code)), quoted(&level.code), quoted(&words))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EMG-5
    #[test]
    fn an_approximate_birth_is_read_as_the_youngest_that_it_may_mean() {
        let day = |text: &str| youngest(text).map(|day| day.to_string());
        assert_eq!(
            [day("2010"), day("2010-02"), day("2010-02-03"), day("x")],
            [Some("2010-12-31".into()), Some("2010-02-28".into()), Some("2010-02-03".into()), None]
        );
    }
}
