//! What a privacy officer is shown of the audit trail without asking: when looks at records are unusual.

use crate::Provenance;
use crate::build::{provenance, texts};
use crate::read::{Problem, Section};
use toml::Value;

/// So many within so many minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frequency {
    pub count: usize,
    pub minutes: u32,
}

/// Hours at which some roles do not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Night {
    /// The hour at which it begins, and the one at which it ends.
    pub from: u8,
    pub to: u8,
    pub roles: Vec<String>,
}

impl Night {
    pub fn holds(&self, hour: u8) -> bool {
        if self.from <= self.to { (self.from..self.to).contains(&hour) } else { hour >= self.from || hour < self.to }
    }
}

/// What is unusual. A rule that is not there finds nothing.
#[derive(Clone, Debug, Default)]
pub struct AuditRules {
    /// Records of different people whom one does not take care of.
    pub crawling: Option<Frequency>,
    /// Broken glasses.
    pub glasses: Option<Frequency>,
    pub night: Option<Night>,
    /// Records of people of one's own name, telephone or address.
    pub kin: bool,
    /// Masked records.
    pub masked: bool,
    pub provenance: Option<Provenance>,
}

pub(crate) fn read(mut root: Section<'_>, out: &mut Vec<Problem>) -> AuditRules {
    let provenance = provenance(&mut root, out);
    let crawling = rule(&mut root, "crawling", out).and_then(|section| frequency(section, out));
    let glasses = rule(&mut root, "glasses", out).and_then(|section| frequency(section, out));
    let night = rule(&mut root, "night", out).and_then(|mut section| {
        let [from, to] = ["from", "to"].map(|name| section.need(name, "an hour from 0 to 23", hour, out));
        let roles = section.need("roles", "a list of roles", texts, out);
        section.end(out);
        Some(Night { from: from?, to: to?, roles: roles? })
    });
    let [kin, masked] = ["kin", "masked"].map(|name| root.need(name, "true or false", Value::as_bool, out).unwrap_or_default());
    root.end(out);
    AuditRules { crawling, glasses, night, kin, masked, provenance }
}

/// A rule may be left out.
fn rule<'t>(root: &mut Section<'t>, name: &'static str, out: &mut Vec<Problem>) -> Option<Section<'t>> {
    root.get(name)?;
    root.section(name, out)
}

fn frequency(mut section: Section<'_>, out: &mut Vec<Problem>) -> Option<Frequency> {
    let count = section.need("count", "a number from 2 on", |value| value.as_integer().filter(|count| *count >= 2).map(|count| count as usize), out);
    let minutes = section.need("minutes", "minutes, at most a day", |value| value.as_integer().filter(|minutes| (1..=1440).contains(minutes)), out);
    section.end(out);
    Some(Frequency { count: count?, minutes: minutes? as u32 })
}

fn hour(value: &Value) -> Option<u8> {
    value.as_integer().and_then(|hour| u8::try_from(hour).ok()).filter(|hour| *hour < 24)
}
