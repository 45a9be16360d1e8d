//! What was found of a comparison, as text, JSON and CSV. Each says that it is a simulation.

use super::ask::Asked;
use super::experiment::{Estimate, Found};
use super::measures::{MEASURES, Unit};
use serde::Serialize;
use std::fmt::Write;

/// What no result of the twin shows, whatever its intervals.
pub const NOT_SHOWN: [&str; 6] = [
    "whether a single difference is chance: of 28 indicators one or two may seem to change for no reason",
    "how staff and patients would change what they do",
    "what any of it does to health: nobody dies, comes back or gets better in the twin",
    "how large the effect is here: most figures of the hospital are assumptions until they are taken from the site's own record",
    "what foreseeing discharges would save: that prepared leaving takes half as long is put in, not found",
    "laboratory, theatres, medicines and papers: order-to-action and administrative load of the index are not simulated",
];

#[derive(Serialize)]
struct Whole<'f> {
    simulation: bool,
    command: String,
    asked: &'f Asked,
    #[serde(flatten)]
    found: &'f Found,
    not_shown: [&'static str; 6],
}

fn unit(code: &str) -> Unit {
    MEASURES.iter().find(|measure| measure.code == code).map_or(Unit::Count, |measure| measure.unit)
}

/// A value in its unit: minutes, per cent, a number.
fn shown(code: &str, value: f64) -> String {
    match unit(code) {
        Unit::Minutes => format!("{value:.1}"),
        Unit::Share => format!("{:.2} %", 100.0 * value),
        Unit::Count => format!("{value:.2}"),
    }
}

impl Found {
    pub fn to_text(&self, asked: &Asked) -> String {
        let mut out = format!("simulation, {} runs of {} days\n{}\n\n", self.runs, asked.days, asked.command());
        _ = writeln!(out, "{:<16} {:>11} {:>11} {:>11}  95 % interval", "", "base", "other", "difference");
        for line in &self.lines {
            let show = |value| shown(line.code, value);
            let Estimate { mean, low, high, .. } = line.difference;
            _ = writeln!(
                out,
                "{:<16} {:>11} {:>11} {:>11}  {} to {}",
                line.code,
                show(line.base.mean),
                show(line.other.mean),
                show(mean),
                show(low),
                show(high)
            );
        }
        if let Some(index) = self.index {
            _ = writeln!(out, "\nHOEI {:.1} (95 % {:.1} to {:.1}), of E2, E3, E5, B2 and R1 alone", index.mean, index.low, index.high);
        }
        for (name, gate, _) in &self.gates {
            _ = writeln!(out, "gate {name}: {}", serde_json::to_value(gate).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default());
        }
        out.push_str("\nnot shown:\n");
        NOT_SHOWN.iter().for_each(|line| _ = writeln!(out, "- {line}"));
        out
    }

    pub fn to_json(&self, asked: &Asked) -> String {
        let whole = Whole { simulation: true, command: asked.command(), asked, found: self, not_shown: NOT_SHOWN };
        serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
    }

    pub fn to_csv(&self, asked: &Asked) -> String {
        let mut out = format!("# simulation: {}\nindicator,base,other,difference,low,high,runs\n", asked.command());
        for line in &self.lines {
            let Estimate { mean, low, high, n } = line.difference;
            _ = writeln!(out, "{},{},{},{mean},{low},{high},{n}", line.code, line.base.mean, line.other.mean);
        }
        out
    }
}
