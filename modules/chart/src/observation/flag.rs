//! Where a value lies beside its reference range, said by the laboratory or by the range.

use super::Found;
use askama::Template;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look, Quantity, Range};
use rihla_kernel::Lang;
use rihla_web::Refusal;
use rihla_web::text::{Html, Voice, auto};

/// Where a value lies beside its reference range (<https://hl7.org/fhir/R4/valueset-observation-interpretation.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    VeryLow,
    Low,
    High,
    VeryHigh,
    /// Not as it should be, without a direction.
    Abnormal,
    VeryAbnormal,
}

/// What one code of an interpretation says.
enum Said {
    Flag(Flag),
    /// That all is well, so that no range is asked.
    Well,
    /// Something else: that it rose, that somebody has to look. The range is asked.
    Other,
}

impl Said {
    fn of(code: &str) -> Self {
        match code {
            "LL" | "LU" => Self::Flag(Flag::VeryLow),
            // Off the scale of the instrument, or past a threshold.
            "L" | "<" | "LX" => Self::Flag(Flag::Low),
            "H" | ">" | "HX" => Self::Flag(Flag::High),
            "HH" | "HU" => Self::Flag(Flag::VeryHigh),
            "A" | "POS" | "DET" | "R" | "RR" | "WR" | "NS" | "UNE" => Self::Flag(Flag::Abnormal),
            "AA" => Self::Flag(Flag::VeryAbnormal),
            "N" | "NEG" | "ND" | "NR" | "S" | "I" => Self::Well,
            _ => Self::Other,
        }
    }
}

impl Flag {
    /// Of an Observation or of one of its components. Whoever interpreted the value has the word; where nobody did, the
    /// range in its own unit has.
    pub fn of(value: Value<'_>, found: &Found, references: &[Reference]) -> Option<Self> {
        let ours = |coding: &Value<'_>| coding.text("system").is_none_or(|system| system.ends_with("ObservationInterpretation") || system.ends_with("0078"));
        let codings = value.all("interpretation").into_iter().flat_map(|said| Concept(said).codings().collect::<Vec<_>>());
        let said: Vec<Said> = codings.filter(ours).filter_map(|coding| coding.text("code")).map(|code| Said::of(&code)).collect();
        let worst = said.iter().filter_map(|said| if let Said::Flag(flag) = said { Some(*flag) } else { None }).max_by_key(|flag| flag.weight());
        let well = said.iter().any(|said| matches!(said, Said::Well));
        worst.or_else(|| (!well).then(|| Self::beside(found, judging(references)?)).flatten())
    }

    fn weight(self) -> u8 {
        match self {
            Self::Abnormal => 0,
            Self::Low | Self::High => 1,
            Self::VeryAbnormal => 2,
            Self::VeryLow | Self::VeryHigh => 3,
        }
    }

    fn beside(found: &Found, range: &Range) -> Option<Self> {
        let Found::Quantity(quantity) = found else { return None };
        let value = quantity.number()?;
        let end = |end: &Option<Quantity>| end.as_ref().filter(|end| comparable(end, quantity)).and_then(Quantity::number);
        let (low, high) = (end(&range.low), end(&range.high));
        // Below 3.5 is below a range that begins there; below 6 may lie within.
        let below = low.is_some_and(|low| match quantity.comparator.as_str() {
            "" | "<=" => value < low,
            "<" => value <= low,
            _ => false,
        });
        let above = high.is_some_and(|high| match quantity.comparator.as_str() {
            "" | ">=" => value > high,
            ">" => value >= high,
            _ => false,
        });
        match (below, above) {
            (true, _) => Some(Self::Low),
            (_, true) => Some(Self::High),
            _ => None,
        }
    }

    pub fn is_critical(self) -> bool {
        matches!(self, Self::VeryLow | Self::VeryHigh | Self::VeryAbnormal)
    }

    /// Letter, arrow, and the key of the words that a reader of screens hears.
    fn signs(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::VeryLow => ("LL", "↓↓", rihla_web::key!("chart-flag-very-low")),
            Self::Low => ("L", "↓", rihla_web::key!("chart-flag-low")),
            Self::High => ("H", "↑", rihla_web::key!("chart-flag-high")),
            Self::VeryHigh => ("HH", "↑↑", rihla_web::key!("chart-flag-very-high")),
            Self::Abnormal => ("A", "", rihla_web::key!("chart-flag-abnormal")),
            Self::VeryAbnormal => ("AA", "", rihla_web::key!("chart-flag-very-abnormal")),
        }
    }

    /// The mark beside a value; with a name where several values stand together.
    pub fn mark(self, name: &str, voice: &Voice) -> Result<Html, Refusal> {
        let (letter, arrow, said) = self.signs();
        Ok(Html::of(&Mark { name, letter, arrow, said: voice.t(said) })?)
    }
}

#[derive(Template)]
#[template(path = "chart/flag.html")]
struct Mark<'m> {
    name: &'m str,
    letter: &'static str,
    arrow: &'static str,
    said: String,
}

/// The end of a range that was written without any unit is in that of the value.
pub fn comparable(end: &Quantity, value: &Quantity) -> bool {
    end.unit.is_empty() && end.code.is_empty() || end.same_unit(value)
}

/// One of the reference ranges of a value (<https://hl7.org/fhir/R4/observation-definitions.html#Observation.referenceRange>).
#[derive(Clone, Debug, Default)]
pub struct Reference {
    pub range: Option<Range>,
    text: String,
    /// What it is, unless it is what is normal; to whom it applies.
    whose: Vec<String>,
    age: Option<Range>,
    normal: bool,
}

impl Reference {
    pub fn all(value: Value<'_>, lang: Lang) -> Vec<Self> {
        value.all("referenceRange").into_iter().map(|one| Self::of(one, lang)).collect()
    }

    fn of(one: Value<'_>, lang: Lang) -> Self {
        let kind = Concept::at(one, "type");
        let normal = kind.is_none_or(|kind| kind.has_code("normal"));
        let words = |concept: Concept<'_>| concept.words(lang).map(|words| words.into_owned());
        let applies = one.all("appliesTo").into_iter().filter_map(|to| words(Concept(to)));
        Self {
            range: Range::of(one),
            text: one.text("text").unwrap_or_default().into_owned(),
            whose: kind.filter(|_| !normal).and_then(words).into_iter().chain(applies).collect(),
            age: one.at("age").and_then(Range::of),
            normal,
        }
    }

    fn shown(&self, voice: &Voice) -> Html {
        let mut parts: Vec<Html> = self.whose.iter().map(auto).collect();
        parts.extend(self.age.as_ref().map(|age| voice.range(age)));
        let (own, unit) = (self.range.as_ref(), |end: &Option<Quantity>| end.as_ref().map(|end| end.unit.clone()).unwrap_or_default());
        let units = own.map(|range| [unit(&range.low), unit(&range.high)]).unwrap_or_default();
        // Mostly the text is the range once more; it is shown where it has words.
        let bare = units.iter().filter(|unit| !unit.is_empty()).fold(self.text.clone(), |text, unit| text.replace(unit.as_str(), ""));
        parts.extend(own.map(|range| voice.range(range)));
        parts.extend((own.is_none() && !self.text.is_empty() || bare.contains(char::is_alphabetic)).then(|| auto(&self.text)));
        spaced(&parts, " ")
    }
}

/// The ranges of a value, each with its words.
pub fn shown(references: &[Reference], voice: &Voice) -> Html {
    let parts: Vec<Html> = references.iter().map(|one| one.shown(voice)).filter(|one| !one.is_empty()).collect();
    spaced(&parts, " · ")
}

pub fn spaced(parts: &[Html], between: &str) -> Html {
    let mut out = Html::default();
    for part in parts {
        if !out.is_empty() {
            out.push_text(between);
        }
        out.push(part);
    }
    out
}

/// The range by which a value is judged: of those that say what is normal, the only one. Which of several applies to a
/// patient is for whoever wrote them to say.
pub fn judging(references: &[Reference]) -> Option<&Range> {
    let mut normal = references.iter().filter(|one| one.normal).filter_map(|one| one.range.as_ref());
    normal.next().filter(|_| normal.next().is_none())
}
