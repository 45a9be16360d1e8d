//! An observation as it is shown: value, unit, reference range, flag as letter and arrow, time.

use crate::rows::{first_text, words};
use askama::Template;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look, Quantity, Range};
use rihla_kernel::Lang;
use rihla_store::Stored;
use rihla_web::look;
use rihla_web::text::{Dated, Html, Moment, Voice, auto};

/// What was found.
#[derive(Clone, Debug)]
pub enum Found {
    Quantity(Quantity),
    Words(String),
    /// Several values that belong together, as the two of a blood pressure.
    Parts(Vec<(String, Option<Quantity>, String)>),
    /// Nothing, and why.
    Nothing(String),
}

/// Where a value lies beside its reference range (<https://hl7.org/fhir/R4/valueset-observation-interpretation.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    VeryLow,
    Low,
    High,
    VeryHigh,
    /// Not as it should be, without a direction.
    Abnormal,
}

/// One observation.
#[derive(Clone, Debug)]
pub struct Observation {
    pub name: String,
    /// `system|code`, as a search takes it.
    pub code: String,
    pub category: Category,
    /// As it was recorded.
    pub when: String,
    pub found: Found,
    pub flag: Option<Flag>,
    pub range: Option<Range>,
    pub range_text: String,
    pub note: String,
    pub in_error: bool,
    pub preliminary: bool,
}

/// The headings under which results stand, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    Signs,
    Laboratory,
    Examination,
    Imaging,
    Social,
    Other,
}

impl Category {
    pub fn key(self) -> &'static str {
        match self {
            Self::Signs => rihla_web::key!("chart-category-signs"),
            Self::Laboratory => rihla_web::key!("chart-category-laboratory"),
            Self::Examination => rihla_web::key!("chart-category-examination"),
            Self::Imaging => rihla_web::key!("chart-category-imaging"),
            Self::Social => rihla_web::key!("chart-category-social"),
            Self::Other => rihla_web::key!("chart-category-other"),
        }
    }

    fn of(observation: Value<'_>) -> Self {
        let codes: Vec<_> = observation.all("category").into_iter().filter_map(|category| Concept(category).any_code()).collect();
        match codes.first().map(|code| code.as_ref()) {
            Some("vital-signs") => Self::Signs,
            Some("laboratory") => Self::Laboratory,
            Some("exam" | "survey" | "procedure" | "therapy" | "activity") => Self::Examination,
            Some("imaging") => Self::Imaging,
            Some("social-history") => Self::Social,
            _ => Self::Other,
        }
    }
}

impl Flag {
    fn of(observation: Value<'_>, found: &Found, range: Option<&Range>) -> Option<Self> {
        let said: Vec<_> = observation.all("interpretation").into_iter().filter_map(|said| Concept(said).any_code()).collect();
        let coded = said.iter().find_map(|code| match code.as_ref() {
            "LL" | "LU" => Some(Self::VeryLow),
            "L" => Some(Self::Low),
            "H" => Some(Self::High),
            "HH" | "HU" => Some(Self::VeryHigh),
            "A" | "AA" | "POS" | "DET" | "R" => Some(Self::Abnormal),
            _ => None,
        });
        // Whoever interpreted the value has the word; where nobody did, the range in its own unit has.
        coded.or_else(|| said.is_empty().then(|| Self::beside(found, range?)).flatten())
    }

    fn beside(found: &Found, range: &Range) -> Option<Self> {
        let Found::Quantity(quantity) = found else { return None };
        let same = |end: &&Quantity| end.unit == quantity.unit || end.unit.is_empty();
        let value = quantity.number()?;
        let below = range.low.as_ref().filter(same).and_then(Quantity::number).is_some_and(|low| value < low);
        let above = range.high.as_ref().filter(same).and_then(Quantity::number).is_some_and(|high| value > high);
        match (below, above, quantity.comparator.as_str()) {
            (true, _, "" | "<" | "<=") => Some(Self::Low),
            (_, true, "" | ">" | ">=") => Some(Self::High),
            _ => None,
        }
    }

    pub fn is_critical(self) -> bool {
        matches!(self, Self::VeryLow | Self::VeryHigh)
    }

    /// Letter, arrow, and the key of the words that a reader of screens hears.
    fn signs(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::VeryLow => ("LL", "↓↓", rihla_web::key!("chart-flag-very-low")),
            Self::Low => ("L", "↓", rihla_web::key!("chart-flag-low")),
            Self::High => ("H", "↑", rihla_web::key!("chart-flag-high")),
            Self::VeryHigh => ("HH", "↑↑", rihla_web::key!("chart-flag-very-high")),
            Self::Abnormal => ("A", "", rihla_web::key!("chart-flag-abnormal")),
        }
    }
}

impl Observation {
    pub fn of(stored: &Stored, lang: Lang) -> Option<Self> {
        look(stored, |value| Self::read(value, lang))
    }

    fn read(value: Value<'_>, lang: Lang) -> Self {
        let found = found(value, lang);
        let range = value.at("referenceRange").and_then(Range::of);
        let status = value.text("status").unwrap_or_default();
        let coding = Concept::at(value, "code").and_then(|code| code.codings().next());
        let code = coding.map(|coding| format!("{}|{}", coding.text("system").unwrap_or_default(), coding.text("code").unwrap_or_default()));
        Self {
            name: words(value, "code", lang),
            code: code.unwrap_or_default(),
            category: Category::of(value),
            when: first_text(value, &["effectiveDateTime", "effectiveInstant", "effectivePeriod.end", "effectivePeriod.start", "issued"]).unwrap_or_default(),
            flag: Flag::of(value, &found, range.as_ref()),
            found,
            range,
            range_text: value.text("referenceRange.text").unwrap_or_default().into_owned(),
            note: value.text("note.text").unwrap_or_default().into_owned(),
            in_error: status == "entered-in-error" || status == "cancelled",
            preliminary: matches!(status.as_ref(), "registered" | "preliminary"),
        }
    }

    /// The value with its unit and flag.
    pub fn value(&self, voice: &Voice) -> Result<Html, rihla_web::Refusal> {
        let (letter, arrow, said) = self.flag.map_or(("", "", ""), Flag::signs);
        let said = if said.is_empty() { String::new() } else { voice.t(said) };
        let shown = shown(&self.found, voice);
        let critical = self.flag.is_some_and(Flag::is_critical);
        Ok(Html::of(&Shown { shown, letter, arrow, said, critical, in_error: self.in_error, preliminary: self.preliminary, voice })?)
    }

    pub fn range(&self, voice: &Voice) -> Html {
        match &self.range {
            Some(range) => voice.range(range),
            None => auto(&self.range_text),
        }
    }

    /// The numbers that a chart draws: one line, or one a part.
    pub fn numbers(&self) -> Vec<(String, f64)> {
        match &self.found {
            Found::Quantity(quantity) => quantity.number().map(|number| (self.name.clone(), number)).into_iter().collect(),
            Found::Parts(parts) => parts.iter().filter_map(|(name, quantity, _)| Some((name.clone(), quantity.as_ref()?.number()?))).collect(),
            _ => Vec::new(),
        }
    }

    pub fn unit(&self) -> &str {
        match &self.found {
            Found::Quantity(quantity) => &quantity.unit,
            Found::Parts(parts) => parts.iter().find_map(|(_, quantity, _)| quantity.as_ref()).map_or("", |quantity| &quantity.unit),
            _ => "",
        }
    }

    /// Seconds since 1970, for an axis of time.
    pub fn seconds(&self, voice: &Voice) -> Option<i64> {
        seconds(&self.when, voice)
    }
}

/// Seconds since 1970; a date alone is its noon here.
pub fn seconds(when: &str, voice: &Voice) -> Option<i64> {
    match when.moment(voice.zone()) {
        Moment::Full(at) => Some(at.timestamp().as_second()),
        Moment::Day(day) => day.at(12, 0, 0, 0).to_zoned(voice.zone().clone()).ok().map(|at| at.timestamp().as_second()),
        _ => None,
    }
}

fn found(value: Value<'_>, lang: Lang) -> Found {
    let parts: Vec<_> = value
        .all("component")
        .into_iter()
        .map(|part| (words(part, "code", lang), Quantity::at(part, "valueQuantity"), plain(part, lang).unwrap_or_default()))
        .filter(|(_, quantity, text)| quantity.is_some() || !text.is_empty())
        .collect();
    if let Some(quantity) = Quantity::at(value, "valueQuantity") {
        Found::Quantity(quantity)
    } else if let Some(text) = plain(value, lang) {
        Found::Words(text)
    } else if !parts.is_empty() {
        Found::Parts(parts)
    } else {
        Found::Nothing(words(value, "dataAbsentReason", lang))
    }
}

/// A value that is no quantity, in words.
fn plain(value: Value<'_>, lang: Lang) -> Option<String> {
    let concept = words(value, "valueCodeableConcept", lang);
    let ratio = || Some(format!("{}:{}", value.text("valueRatio.numerator.value")?, value.text("valueRatio.denominator.value")?));
    let own = || first_text(value, &["valueString", "valueInteger", "valueDateTime", "valueTime", "valueBoolean"]);
    Some(concept).filter(|text| !text.is_empty()).or_else(own).or_else(ratio)
}

fn shown(found: &Found, voice: &Voice) -> Html {
    match found {
        Found::Quantity(quantity) => voice.quantity(quantity),
        Found::Words(text) => auto(text),
        Found::Nothing(why) if why.is_empty() => Html::text("–"),
        Found::Nothing(why) => auto(why),
        Found::Parts(parts) => pair(parts, voice).unwrap_or_else(|| each(parts, voice)),
    }
}

/// Two numbers of one unit stand as people write them: 120/80 mmHg.
fn pair(parts: &[(String, Option<Quantity>, String)], voice: &Voice) -> Option<Html> {
    let [(_, Some(first), _), (_, Some(second), _)] = parts else { return None };
    let exact = first.comparator.is_empty() && second.comparator.is_empty();
    let both = Quantity { value: format!("{}/{}", voice.number(&first.value), voice.number(&second.value)), ..first.clone() };
    (first.unit == second.unit && exact).then(|| voice.quantity(&both))
}

fn each(parts: &[(String, Option<Quantity>, String)], voice: &Voice) -> Html {
    let mut out = Html::default();
    for (name, quantity, text) in parts {
        if !out.is_empty() {
            out.push_text(" · ");
        }
        out.push(&auto(name));
        out.push_text(" ");
        out.push(&quantity.as_ref().map_or_else(|| auto(text), |quantity| voice.quantity(quantity)));
    }
    out
}

#[derive(Template)]
#[template(path = "chart/value.html")]
struct Shown<'v> {
    voice: &'v Voice,
    shown: Html,
    letter: &'static str,
    arrow: &'static str,
    said: String,
    critical: bool,
    in_error: bool,
    preliminary: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    fn read(more: &str) -> Observation {
        let text = format!(
            r#"{{"status":"final","code":{{"coding":[{{"system":"s","code":"c"}}],"text":"Potassium"}},"valueQuantity":{{"value":5.9,"unit":"mmol/L"}}{more}}}"#
        );
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        Observation::read(doc.root(), Lang::French)
    }

    #[test]
    fn chart_3_the_laboratorys_word_comes_before_the_range() {
        let range = r#","referenceRange":[{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5.1,"unit":"mmol/L"}}]"#;
        assert_eq!(read(range).flag, Some(Flag::High));
        assert_eq!(read(&format!(r#"{range},"interpretation":[{{"coding":[{{"code":"HH"}}]}}]"#)).flag, Some(Flag::VeryHigh));
        assert_eq!(read(&format!(r#"{range},"interpretation":[{{"coding":[{{"code":"N"}}]}}]"#)).flag, None);
        assert_eq!(read("").flag, None);
    }

    #[test]
    fn chart_3_a_range_in_another_unit_says_nothing() {
        assert_eq!(read(r#","referenceRange":[{"high":{"value":5.1,"unit":"mg/dL"}}]"#).flag, None);
    }

    #[test]
    fn parts_draw_a_line_each() {
        let text = r#"{"status":"final","code":{"text":"TA"},"component":[{"code":{"text":"S"},"valueQuantity":{"value":120,"unit":"mmHg"}},{"code":{"text":"D"},"valueQuantity":{"value":80,"unit":"mmHg"}}]}"#;
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let observation = Observation::read(doc.root(), Lang::French);
        assert_eq!(observation.numbers(), [("S".to_owned(), 120.0), ("D".to_owned(), 80.0)]);
        assert_eq!(observation.unit(), "mmHg");
    }
}
