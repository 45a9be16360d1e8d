//! An observation as it is shown: value, unit, reference range, flag as letter and arrow, time.

mod flag;
mod found;
#[cfg(test)]
pub mod tests;

pub use flag::{Flag, Reference, comparable};
pub use found::Found;

use crate::rows::{first_text, instant, words};
use askama::Template;
use flag::spaced;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look, Quantity, Range};
use rihla_kernel::Lang;
use rihla_store::Stored;
use rihla_web::text::{Dated, Html, Moment, Voice, auto};
use rihla_web::{Refusal, look};

/// One value of several that belong together.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: String,
    pub code: String,
    pub found: Found,
    pub flag: Option<Flag>,
    references: Vec<Reference>,
    pressure: Option<Pressure>,
}

/// The two of a blood pressure (<https://loinc.org/85354-9>), in the order in which people write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pressure {
    Systolic,
    Diastolic,
}

/// How far an observation holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Holds,
    Preliminary,
    Cancelled,
    InError,
}

/// One observation.
#[derive(Clone, Debug)]
pub struct Observation {
    pub name: String,
    /// `system|code`, as a trend asks for it; empty without a code.
    pub code: String,
    pub category: Category,
    /// As it was recorded.
    pub when: String,
    pub found: Found,
    pub parts: Vec<Part>,
    pub flag: Option<Flag>,
    references: Vec<Reference>,
    pub note: String,
    pub standing: Standing,
}

/// A number that a chart may draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point<'o> {
    /// What tells its line from others.
    pub key: &'o str,
    pub label: &'o str,
    pub quantity: &'o Quantity,
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

impl Standing {
    fn of(status: &str) -> Self {
        match status {
            "entered-in-error" => Self::InError,
            "cancelled" => Self::Cancelled,
            "registered" | "preliminary" => Self::Preliminary,
            _ => Self::Holds,
        }
    }
}

impl Part {
    /// `None` for a component that says nothing, not even why.
    fn of(part: Value<'_>, lang: Lang) -> Option<Self> {
        let found = Found::of(part, lang);
        let references = Reference::all(part, lang);
        let pressure = Concept::at(part, "code").and_then(|code| match code.code("http://loinc.org")?.as_ref() {
            "8480-6" => Some(Pressure::Systolic),
            "8462-4" => Some(Pressure::Diastolic),
            _ => None,
        });
        let flag = Flag::of(part, &found, &references);
        (!found.is_unsaid()).then(|| Self { name: words(part, "code", lang), code: code(part), flag, found, references, pressure })
    }

    fn number(&self) -> Option<&Quantity> {
        if let Found::Quantity(quantity) = &self.found { Some(quantity) } else { None }
    }
}

/// The first coding that has a code; empty for none.
fn code(value: Value<'_>) -> String {
    let mut codings = Concept::at(value, "code").into_iter().flat_map(|code| code.codings().collect::<Vec<_>>());
    let coded = codings.find_map(|coding| Some((coding.text("system").unwrap_or_default(), coding.text("code").filter(|code| !code.is_empty())?)));
    coded.map(|(system, code)| format!("{system}|{code}")).unwrap_or_default()
}

impl Observation {
    pub fn of(stored: &Stored, lang: Lang) -> Option<Self> {
        look(stored, |value| Self::read(value, lang))
    }

    fn read(value: Value<'_>, lang: Lang) -> Self {
        let found = Found::of(value, lang);
        let references = Reference::all(value, lang);
        let mut parts: Vec<Part> = value.all("component").into_iter().filter_map(|part| Part::of(part, lang)).collect();
        parts.sort_by_key(|part| (part.pressure.is_none(), part.pressure));
        Self {
            name: words(value, "code", lang),
            code: code(value),
            category: Category::of(value),
            when: first_text(value, &["effectiveDateTime", "effectiveInstant", "effectivePeriod.end", "effectivePeriod.start", "issued"]).unwrap_or_default(),
            flag: Flag::of(value, &found, &references),
            found,
            parts,
            references,
            note: value.text("note.text").unwrap_or_default().into_owned(),
            standing: Standing::of(&value.text("status").unwrap_or_default()),
        }
    }

    /// Whether it says anything of the patient.
    pub fn counts(&self) -> bool {
        !matches!(self.standing, Standing::InError | Standing::Cancelled)
    }

    /// Out of range, as a whole or in a part.
    pub fn is_flagged(&self) -> bool {
        self.flag.is_some() || self.parts.iter().any(|part| part.flag.is_some())
    }

    /// The value with its unit and flag.
    pub fn value(&self, voice: &Voice) -> Result<Html, Refusal> {
        let mark = self.flag.map(|flag| flag.mark("", voice)).transpose()?.unwrap_or_default();
        let critical = self.flag.is_some_and(Flag::is_critical);
        Ok(Html::of(&Shown { voice, shown: self.shown(voice)?, out: self.flag.is_some(), mark, critical, struck: !self.counts(), standing: self.standing })?)
    }

    fn shown(&self, voice: &Voice) -> Result<Html, Refusal> {
        let mut out = Vec::new();
        if !self.found.is_unsaid() || self.parts.is_empty() {
            out.push(self.found.shown(voice));
        }
        let pressure = self.pressure(voice)?;
        let paired = if pressure.is_some() { 2 } else { 0 };
        out.extend(pressure);
        for part in self.parts.iter().skip(paired) {
            let mark = part.flag.map(|flag| flag.mark("", voice)).transpose()?.unwrap_or_default();
            let mut named = auto(&part.name);
            named.push_text(" ");
            named.push(&within(part.found.shown(voice), mark, part.flag, voice)?);
            out.push(named);
        }
        Ok(spaced(&out, " · "))
    }

    /// Two numbers of one unit as people write them: 120/80 mmHg, each with its flag. The parts are in that order.
    fn pressure(&self, voice: &Voice) -> Result<Option<Html>, Refusal> {
        let [high, low, ..] = self.parts.as_slice() else { return Ok(None) };
        let (Some(Pressure::Systolic), Some(Pressure::Diastolic)) = (high.pressure, low.pressure) else { return Ok(None) };
        let (Some(first), Some(second)) = (high.number(), low.number()) else { return Ok(None) };
        if !(first.comparator.is_empty() && second.comparator.is_empty() && first.same_unit(second)) {
            return Ok(None);
        }
        let both = Quantity { value: format!("{}/{}", voice.number(&first.value), voice.number(&second.value)), ..first.clone() };
        let mut marks = Html::default();
        for (part, name) in [(high, "chart-systolic"), (low, "chart-diastolic")] {
            if let Some(flag) = part.flag {
                marks.push(&flag.mark(&voice.t(name), voice)?);
            }
        }
        let worst = [high.flag, low.flag].into_iter().flatten().max_by_key(|flag| flag.is_critical());
        within(voice.quantity(&both), marks, worst, voice).map(Some)
    }

    pub fn range(&self, voice: &Voice) -> Html {
        let mut parts = vec![flag::shown(&self.references, voice)];
        for part in &self.parts {
            let own = flag::shown(&part.references, voice);
            if !own.is_empty() {
                parts.push(spaced(&[auto(&part.name), own], " "));
            }
        }
        parts.retain(|part| !part.is_empty());
        spaced(&parts, " · ")
    }

    /// The range by which the value was judged.
    pub fn judging(&self) -> Option<&Range> {
        flag::judging(&self.references)
    }

    /// Seconds since 1970, for an axis of time; `None` where not even the day is known.
    pub fn seconds(&self, voice: &Voice) -> Option<i64> {
        matches!(self.when.moment(voice.zone()), Moment::Full(_) | Moment::Day(_)).then(|| instant(voice, &self.when))
    }

    /// The numbers that a chart draws: its own, and one a part.
    pub fn points(&self) -> Vec<Point<'_>> {
        let own = if let Found::Quantity(quantity) = &self.found { Some(quantity) } else { None };
        let own = own.map(|quantity| Point { key: &self.code, label: &self.name, quantity });
        let parts = self
            .parts
            .iter()
            .filter_map(|part| Some(Point { key: if part.code.is_empty() { &part.name } else { &part.code }, label: &part.name, quantity: part.number()? }));
        own.into_iter().chain(parts).collect()
    }
}

/// A part with its own flag, inside the whole.
fn within(shown: Html, mark: Html, flag: Option<Flag>, voice: &Voice) -> Result<Html, Refusal> {
    let critical = flag.is_some_and(Flag::is_critical);
    Ok(Html::of(&Shown { voice, shown, mark, out: flag.is_some(), critical, struck: false, standing: Standing::Holds })?)
}

#[derive(Template)]
#[template(path = "chart/value.html")]
struct Shown<'v> {
    voice: &'v Voice,
    shown: Html,
    mark: Html,
    out: bool,
    critical: bool,
    struck: bool,
    standing: Standing,
}
