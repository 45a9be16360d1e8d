//! One value of a sign: as it was typed, as it is in the record, as scores take it, as people read it.

use rihla_fhir::json::Value as Json;
use rihla_fhir::view::{Concept, Look, Quantity};
use rihla_packs::{Measure, Sign, SignChoice, SignKind};
use rihla_scores::{Given, Number, Values};
use rihla_web::Desk;
use rihla_web::text::{Dir, Html, ltr};

/// The system of LOINC.
pub const LOINC: &str = "http://loinc.org";
/// The system of signs by their codes in the pack; that of a choice has the sign's code after it.
pub const SIGN: &str = "urn:rihla:sign";

/// What was measured. Numbers are decimals as FHIR writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Number(String),
    Pair([String; 2]),
    /// The code of the choice.
    Choice(String),
}

impl Value {
    /// Of an Observation that is about a sign. None for a value in another unit or of another kind: it is shown by the chart,
    /// and no score takes it.
    pub fn of(sign: &Sign, observation: Json<'_>) -> Option<Self> {
        match &sign.kind {
            SignKind::Number(measure) => number(observation, measure).map(Self::Number),
            SignKind::Pair(parts, _) => {
                let components = observation.all("component");
                let part = |at: usize| {
                    let part = parts.get(at)?;
                    let own = components.iter().find(|one| is_coded(**one, &part.loinc, &part.code))?;
                    number(*own, &part.measure)
                };
                Some(Self::Pair([part(0)?, part(1)?]))
            }
            SignKind::Choice(choices) => {
                let own = format!("{SIGN}:{}", sign.code);
                let code = Concept::at(observation, "valueCodeableConcept")?.code(&own)?.into_owned();
                choices.iter().any(|choice| choice.code == code).then_some(Self::Choice(code))
            }
        }
    }

    /// Puts it where scores look for it.
    pub fn give(&self, sign: &Sign, values: &mut Values) {
        let mut number = |code: &str, text: &str| values.extend(Number::parse(text).map(|number| (code.to_owned(), Given::Number(number))));
        match (self, &sign.kind) {
            (Self::Number(text), _) => number(&sign.code, text),
            (Self::Pair(texts), SignKind::Pair(parts, _)) => parts.iter().zip(texts).for_each(|(part, text)| number(&part.code, text)),
            (Self::Choice(code), _) => {
                values.extend(choice(sign, code).map(|choice| (sign.code.clone(), Given::Choice(choice.score.clone()))));
            }
            (Self::Pair(_), _) => {}
        }
    }

    /// As people write it, without its unit.
    pub fn shown(&self, sign: &Sign, desk: &Desk) -> Html {
        let voice = &desk.voice;
        match self {
            Self::Number(text) => ltr(voice.number(text)),
            Self::Pair([high, low]) => ltr(format!("{}/{}", voice.number(high), voice.number(low))),
            // The letter before the word stands where the language begins.
            Self::Choice(code) => {
                let dir = if voice.lang().right_to_left() { Dir::RightToLeft } else { Dir::LeftToRight };
                choice(sign, code).map_or_else(|| ltr(code), |choice| Html::text(desk.named(&choice.names)).isolated(dir))
            }
        }
    }

    /// As it is typed into its field.
    pub fn typed(&self, desk: &Desk) -> String {
        match self {
            Self::Number(text) => plain(desk, text),
            Self::Pair([high, low]) => format!("{}/{}", plain(desk, high), plain(desk, low)),
            Self::Choice(code) => code.clone(),
        }
    }
}

/// With the mark of the language and without spaces between thousands, which nobody types.
fn plain(desk: &Desk, text: &str) -> String {
    desk.voice.number(text).chars().filter(|letter| !letter.is_whitespace()).collect()
}

pub fn choice<'s>(sign: &'s Sign, code: &str) -> Option<&'s SignChoice> {
    match &sign.kind {
        SignKind::Choice(choices) => choices.iter().find(|choice| choice.code == code),
        _ => None,
    }
}

/// The sign that an Observation is about.
pub fn sign_of<'s>(signs: &'s [Sign], observation: Json<'_>) -> Option<&'s Sign> {
    signs.iter().find(|sign| is_coded(observation, &sign.loinc, &sign.code))
}

fn is_coded(value: Json<'_>, loinc: &[String], own: &str) -> bool {
    let Some(code) = Concept::at(value, "code") else { return false };
    code.codings().any(|coding| {
        let code = coding.text("code").unwrap_or_default();
        match coding.text("system").as_deref() {
            Some(LOINC) => loinc.iter().any(|known| *known == code),
            Some(SIGN) => code == own,
            _ => false,
        }
    })
}

fn number(value: Json<'_>, measure: &Measure) -> Option<String> {
    let quantity = Quantity::at(value, "valueQuantity")?;
    let same = quantity.code == measure.ucum || (quantity.code.is_empty() && quantity.unit == measure.unit);
    (same && quantity.comparator.is_empty() && Number::parse(&quantity.value).is_some()).then_some(quantity.value)
}
