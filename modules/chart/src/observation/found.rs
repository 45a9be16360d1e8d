//! What was found: the value of an observation or of one of its components.

use crate::rows::{first_text, words};
use rihla_fhir::json::Value;
use rihla_fhir::view::{Look, Quantity, Range};
use rihla_kernel::Lang;
use rihla_web::text::{Html, Voice, auto, ltr};

/// A value (<https://hl7.org/fhir/R4/observation-definitions.html#Observation.value_x_>).
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Quantity(Quantity),
    Range(Range),
    Ratio(Quantity, Quantity),
    Yes(bool),
    When(String),
    Period(String, String),
    /// So many points of a curve that is not drawn here.
    Curve(usize),
    Words(String),
    /// Nothing, and why.
    Nothing(String),
}

impl Found {
    pub fn of(value: Value<'_>, lang: Lang) -> Self {
        let measured = || {
            let counted = || first_text(value, &["valueInteger"]).map(|count| Quantity { value: count, ..Quantity::default() });
            Quantity::at(value, "valueQuantity").or_else(counted).map(Self::Quantity)
        };
        let ratio = || Some(Self::Ratio(Quantity::at(value, "valueRatio.numerator")?, Quantity::at(value, "valueRatio.denominator")?));
        let range = || value.at("valueRange").and_then(Range::of).map(Self::Range);
        let yes = || value.at("valueBoolean").and_then(|yes| yes.as_bool()).map(Self::Yes);
        let when = || first_text(value, &["valueDateTime", "valueTime"]).map(Self::When);
        let end = |path: &str| first_text(value, &[path]).unwrap_or_default();
        let period = || value.at("valuePeriod").map(|_| Self::Period(end("valuePeriod.start"), end("valuePeriod.end")));
        let curve = || value.at("valueSampledData").map(|_| Self::Curve(end("valueSampledData.data").split_whitespace().count()));
        let concept = || Some(words(value, "valueCodeableConcept", lang)).filter(|words| !words.is_empty());
        let written = || concept().or_else(|| first_text(value, &["valueString"])).map(Self::Words);
        let found = measured().or_else(ratio).or_else(range).or_else(yes).or_else(when).or_else(period).or_else(curve).or_else(written);
        found.unwrap_or_else(|| Self::Nothing(words(value, "dataAbsentReason", lang)))
    }

    /// Neither a value nor a reason why there is none.
    pub fn is_unsaid(&self) -> bool {
        matches!(self, Self::Nothing(why) if why.is_empty())
    }

    pub fn shown(&self, voice: &Voice) -> Html {
        match self {
            Self::Quantity(quantity) => voice.quantity(quantity),
            Self::Range(range) => voice.range(range),
            Self::Ratio(amount, each) => ratio(amount, each, voice),
            Self::Yes(true) => Html::text(voice.t("chart-value-yes")),
            Self::Yes(false) => Html::text(voice.t("chart-value-no")),
            Self::When(when) => auto(voice.date_time(when.as_str())),
            Self::Period(from, to) => crate::stays::span(from, to, voice),
            Self::Curve(points) => Html::text(voice.tn("chart-value-curve", *points)),
            Self::Words(text) => auto(text),
            Self::Nothing(why) if why.is_empty() => Html::text("–"),
            Self::Nothing(why) => auto(why),
        }
    }
}

/// A titre, `1:128`, or an amount for each of another, `5 mg / 24 h`.
fn ratio(amount: &Quantity, each: &Quantity, voice: &Voice) -> Html {
    if amount.unit.is_empty() && each.unit.is_empty() {
        return ltr(format!("{}{}:{}{}", amount.comparator, voice.number(&amount.value), each.comparator, voice.number(&each.value)));
    }
    let mut out = voice.quantity(amount);
    out.push_text(" / ");
    out.push(&voice.quantity(each));
    out.isolated(rihla_web::text::Dir::LeftToRight)
}
