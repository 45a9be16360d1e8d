//! How often and how long, in words (<https://hl7.org/fhir/R4/datatypes.html#Timing>).

use super::amount::Spread;
use super::html::auto;
use super::{Html, Voice, listed};
use crate::key;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};

/// FHIR's Timing, with every number as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// `BID`, `Q4H`: says it all where nothing else is said.
    pub code: String,
    /// How people wrote the code.
    pub text: String,
    pub frequency: Spread,
    pub period: Spread,
    /// `h`, `d`, `wk`.
    pub period_unit: String,
    /// `MORN`, `PCV`.
    pub when: Vec<String>,
    /// Minutes before or after `when`.
    pub offset: String,
    pub time_of_day: Vec<String>,
    /// `mon`, `tue`.
    pub days: Vec<String>,
    /// How long one time takes.
    pub duration: Spread,
    pub duration_unit: String,
    pub bounds: Bounds,
    /// How many times in all.
    pub count: Spread,
    /// Single moments.
    pub events: Vec<String>,
}

/// For how long it goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Bounds {
    #[default]
    Open,
    Lasting(Spread, String),
    /// From one date until another, either of which may be empty.
    Between(String, String),
}

impl Timing {
    pub fn of(timing: Value<'_>) -> Self {
        let own = |path: &str| timing.text(path).map(|text| text.into_owned()).unwrap_or_default();
        let list = |path: &str| timing.all(path).iter().filter_map(|value| value.as_str()).map(|text| text.into_owned()).collect();
        let spread = |low: &str, high: &str| Spread { low: own(low), high: own(high) };
        Self {
            code: Concept::at(timing, "code").and_then(|code| code.any_code()).map(|code| code.into_owned()).unwrap_or_default(),
            text: own("code.text"),
            frequency: spread("repeat.frequency", "repeat.frequencyMax"),
            period: spread("repeat.period", "repeat.periodMax"),
            period_unit: own("repeat.periodUnit"),
            when: list("repeat.when"),
            offset: own("repeat.offset"),
            time_of_day: list("repeat.timeOfDay"),
            days: list("repeat.dayOfWeek"),
            duration: spread("repeat.duration", "repeat.durationMax"),
            duration_unit: own("repeat.durationUnit"),
            bounds: Bounds::of(timing),
            count: spread("repeat.count", "repeat.countMax"),
            events: list("event"),
        }
    }

    /// Nothing is said of when.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Once a day at a time that is named says no more than that time.
    fn is_named_moment(&self) -> bool {
        let one = |spread: &Spread| spread.high.is_empty() && matches!(spread.low.as_str(), "" | "1");
        let daily = self.period_unit == "d" || self.period_unit.is_empty();
        daily && one(&self.frequency) && one(&self.period) && !(self.when.is_empty() && self.time_of_day.is_empty())
    }
}

impl Bounds {
    fn of(timing: Value<'_>) -> Self {
        let own = |path: &str| timing.text(path).map(|text| text.into_owned()).unwrap_or_default();
        let unit = |path: &str| Some(own(&format!("{path}.code"))).filter(|code| !code.is_empty()).unwrap_or_else(|| own(&format!("{path}.unit")));
        if timing.at("repeat.boundsDuration").is_some() {
            return Self::Lasting(Spread::one(own("repeat.boundsDuration.value")), unit("repeat.boundsDuration"));
        }
        if timing.at("repeat.boundsRange").is_some() {
            let (low, high) = (own("repeat.boundsRange.low.value"), own("repeat.boundsRange.high.value"));
            let unit = Some(unit("repeat.boundsRange.high")).filter(|unit| !unit.is_empty()).unwrap_or_else(|| unit("repeat.boundsRange.low"));
            return Self::Lasting(if low.is_empty() { Spread::one(high) } else { Spread { low, high } }, unit);
        }
        let (start, end) = (own("repeat.boundsPeriod.start"), own("repeat.boundsPeriod.end"));
        if start.is_empty() && end.is_empty() { Self::Open } else { Self::Between(start, end) }
    }
}

impl Voice {
    /// How often and when, each part a run of its own: `2 fois par jour`, `après les repas`.
    pub fn frequency(&self, timing: &Timing) -> Vec<Html> {
        let mut parts = Vec::new();
        if !timing.is_named_moment() {
            parts.extend(self.often(timing));
        }
        let days = timing.days.iter().map(|day| self.of_list(key!("units-day-*"), day)).collect();
        parts.extend(self.all_of(days).map(|days| self.th("units-on-days", &[("days", days)])));
        let when = timing.when.iter().map(|when| self.at_event(when, &timing.offset)).collect();
        parts.extend(self.all_of(when));
        let times = timing.time_of_day.iter().map(|time| auto(self.time(time))).collect();
        parts.extend(self.all_of(times).map(|times| self.th("units-at-times", &[("times", times)])));
        let events = timing.events.iter().map(|event| auto(self.date_time(event))).collect();
        parts.extend(self.all_of(events));
        self.in_runs(parts)
    }

    /// For how long: each time, and in all.
    pub fn course(&self, timing: &Timing) -> Vec<Html> {
        let mut parts = Vec::new();
        if !timing.duration.is_empty() {
            parts.push(self.th("units-over", &[("length", self.length(&timing.duration, &timing.duration_unit))]));
        }
        match &timing.bounds {
            Bounds::Open => {}
            Bounds::Lasting(spread, unit) => parts.push(self.th("units-during", &[("length", self.length(spread, unit))])),
            Bounds::Between(start, end) => parts.push(self.between(start, end)),
        }
        if !timing.count.is_empty() {
            parts.push(self.so_many("units-in-all", &timing.count));
        }
        self.in_runs(parts)
    }

    fn often(&self, timing: &Timing) -> Option<Html> {
        if timing.frequency.is_empty() && timing.period.is_empty() {
            return self.by_code(timing);
        }
        let one = Spread::one("1");
        let frequency = if timing.frequency.is_empty() { &one } else { &timing.frequency };
        let period = if timing.period.is_empty() { &one } else { &timing.period };
        let unit = &timing.period_unit;
        if *period == one {
            let key = listed(key!("units-times-in-*"), unit);
            let times = self.so_many("units-times", frequency);
            return Some(if self.knows(&key) { self.th(&key, &[("times", times)]) } else { beside(times, unit) });
        }
        let key = listed(key!("units-every-*"), unit);
        let every = if self.knows(&key) { self.so_many(&key, period) } else { beside(Html::text(self.spread(period)), unit) };
        if *frequency == one {
            return Some(every);
        }
        Some(self.th("units-times-every", &[("times", self.so_many("units-times", frequency)), ("every", every)]))
    }

    fn by_code(&self, timing: &Timing) -> Option<Html> {
        let key = listed(key!("units-code-*"), &timing.code);
        if self.knows(&key) {
            return Some(Html::text(self.t(&key)));
        }
        let written = if timing.text.is_empty() { &timing.code } else { &timing.text };
        (!written.is_empty()).then(|| auto(written))
    }

    fn at_event(&self, when: &str, offset: &str) -> Html {
        let when = self.of_list(key!("units-when-*"), when);
        if offset.is_empty() || offset == "0" {
            return when;
        }
        let offset = Spread::one(offset);
        self.woven("units-when-offset", Some(offset.n()), &[("count", Html::text(self.spread(&offset))), ("when", when)])
    }

    /// A length of time: `7 jours`.
    pub(super) fn length(&self, spread: &Spread, unit: &str) -> Html {
        let key = listed(key!("units-length-*"), unit);
        if self.knows(&key) { self.so_many(&key, spread) } else { beside(Html::text(self.spread(spread)), unit) }
    }

    fn between(&self, start: &str, end: &str) -> Html {
        let date = |name: &'static str, text: &str| (name, auto(self.date(text)));
        match (start.is_empty(), end.is_empty()) {
            (false, false) => self.th("units-from-until", &[date("start", start), date("end", end)]),
            (false, true) => self.th("units-from", &[date("start", start)]),
            (true, _) => self.th("units-until", &[date("end", end)]),
        }
    }

    fn so_many(&self, key: &str, spread: &Spread) -> Html {
        self.woven(key, Some(spread.n()), &[("count", Html::text(self.spread(spread)))])
    }

    /// The words of a code in one of the lists of the catalogue; a code in none is shown as it came.
    pub(super) fn of_list(&self, list: &str, code: &str) -> Html {
        let key = listed(list, code);
        if self.knows(&key) { Html::text(self.t(&key)) } else { auto(code) }
    }

    /// `a, b et c`.
    fn all_of(&self, parts: Vec<Html>) -> Option<Html> {
        let last = parts.len().checked_sub(1)?;
        let joined = parts.into_iter().enumerate().reduce(|(_, some), (at, next)| {
            let (key, name) = if at == last { ("units-and", "last") } else { ("units-comma", "next") };
            (at, self.th(key, &[("some", some), (name, next)]))
        });
        joined.map(|(_, html)| html)
    }

    pub(super) fn in_runs(&self, parts: Vec<Html>) -> Vec<Html> {
        parts.into_iter().map(|part| part.isolated(self.way())).collect()
    }
}

/// What no catalogue knows is shown as it came, after its number.
fn beside(mut number: Html, unit: &str) -> Html {
    if !unit.is_empty() {
        number.push_text('\u{A0}');
        number.push(&auto(unit));
    }
    number
}
