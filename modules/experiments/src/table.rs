//! What was found, in words and numbers of the reader's language.

use rihla_twin::hospital::experiment::{Estimate, Found, Gate};
use rihla_twin::hospital::{Better, MEASURES, Measure, Unit};
use rihla_web::text::{Voice, listed};

pub struct Line {
    pub name: String,
    pub base: String,
    pub other: String,
    pub difference: String,
    pub interval: String,
    pub verdict: String,
    /// `better`, `worse`, or neither.
    pub sign: &'static str,
}

pub struct Judged {
    pub name: String,
    pub verdict: String,
    pub wrong: bool,
}

pub struct Shown {
    pub lines: Vec<Line>,
    /// The index with its interval; none where it could not be reckoned.
    pub index: Option<[String; 3]>,
    pub gates: Vec<Judged>,
    pub holds: bool,
}

impl Shown {
    pub fn of(voice: &Voice, found: &Found) -> Self {
        let lines = MEASURES.iter().filter_map(|measure| {
            let line = found.line(measure.code)?;
            Some(one(voice, measure, line.base.mean, line.other.mean, line.difference))
        });
        let gates = found.gates.iter().map(|(name, gate, _)| Judged {
            name: voice.t(&listed(rihla_web::key!("experiments-gate-*"), name)),
            verdict: voice.t(match gate {
                Gate::Holds => rihla_web::key!("experiments-holds"),
                Gate::Unsure => rihla_web::key!("experiments-unsure"),
                Gate::Broken => rihla_web::key!("experiments-broken"),
                Gate::NotEvaluable => rihla_web::key!("experiments-not-evaluable"),
            }),
            wrong: matches!(gate, Gate::Unsure | Gate::Broken),
        });
        let of = |value: f64| voice.number(&format!("{value:.1}"));
        Self {
            lines: lines.collect(),
            index: found.index.map(|index| [of(index.mean), of(index.low), of(index.high)]),
            gates: gates.collect(),
            holds: found.gate_holds(),
        }
    }
}

fn one(voice: &Voice, measure: &Measure, base: f64, other: f64, difference: Estimate) -> Line {
    let show = |value: f64| shown(voice, measure.unit, value);
    let signed = |value: f64| {
        let text = if measure.unit == Unit::Share { show(value).replace('%', &voice.t("experiments-points")) } else { show(value) };
        let text = format!("{}{text}", if value > 0.0 { "+" } else { "" });
        let Some((number, unit)) = text.split_once('\u{a0}').filter(|_| voice.lang().right_to_left()) else { return text };
        // A sign stays before its number in a line that runs from right to left.
        format!("\u{2066}{number}\u{2069}\u{a0}{unit}")
    };
    let (sign, verdict) = match measure.better {
        _ if !difference.is_clear() => ("", rihla_web::key!("experiments-no-difference")),
        Better::Neither => ("", rihla_web::key!("experiments-differs")),
        better if (difference.mean < 0.0) == (better == Better::Less) => ("better", rihla_web::key!("experiments-better")),
        _ => ("worse", rihla_web::key!("experiments-worse")),
    };
    Line {
        name: voice.t(&listed(rihla_web::key!("experiments-measure-*"), measure.code)),
        base: show(base),
        other: show(other),
        difference: signed(difference.mean),
        interval: voice.ta("experiments-from-to", &[("low", signed(difference.low)), ("high", signed(difference.high))]),
        verdict: voice.t(verdict),
        sign,
    }
}

/// Minutes with one decimal, parts as per cent, other numbers with two decimals. Nothing is minus nothing.
fn shown(voice: &Voice, unit: Unit, value: f64) -> String {
    let (text, mark) = match unit {
        Unit::Minutes => (format!("{value:.1}"), " min"),
        Unit::Share => (format!("{:.1}", 100.0 * value), " %"),
        Unit::Count => (format!("{value:.2}"), ""),
    };
    let nothing = !text.contains(|digit: char| ('1'..='9').contains(&digit));
    voice.number(if nothing { text.trim_start_matches('-') } else { &text }) + &mark.replace(' ', "\u{a0}")
}
