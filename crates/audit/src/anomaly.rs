//! What a privacy officer should look at. A finding is a question to a person, never an answer: most have good reasons.

use rihla_kernel::Instant;
use rihla_packs::AuditRules;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One person's look at one record, with what is known of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    pub at: Instant,
    /// The hour on the clock of the site.
    pub hour: u8,
    pub actor: String,
    pub role: String,
    pub patient: String,
    /// The person takes care of the patient, or their role is about all patients.
    pub cared_for: bool,
    /// The same family name, telephone or address.
    pub kin: bool,
    pub masked: bool,
    /// It broke the glass.
    pub glass: bool,
}

/// Why it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anomaly {
    /// Many records of people who are none of theirs, in a short time.
    Crawling,
    /// The record of somebody of their own family, or who may be.
    OwnFamily,
    /// At night, by a role that works by day.
    Night,
    /// A masked record, by somebody who does not take care of the patient.
    Masked,
    /// The glass was broken often.
    ManyGlasses,
}

impl Anomaly {
    pub const ALL: [Self; 5] = [Self::Crawling, Self::OwnFamily, Self::Night, Self::Masked, Self::ManyGlasses];

    pub fn code(self) -> &'static str {
        match self {
            Self::Crawling => "crawling",
            Self::OwnFamily => "own-family",
            Self::Night => "night",
            Self::Masked => "masked",
            Self::ManyGlasses => "many-glasses",
        }
    }
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub anomaly: Anomaly,
    pub actor: String,
    pub role: String,
    pub from: Instant,
    pub to: Instant,
    pub patients: BTreeSet<String>,
    pub looks: usize,
}

impl Finding {
    fn of(anomaly: Anomaly, looks: &[&Looked]) -> Option<Self> {
        let (first, last) = (looks.first()?, looks.last()?);
        Some(Self {
            anomaly,
            actor: first.actor.clone(),
            role: first.role.clone(),
            from: first.at,
            to: last.at,
            patients: looks.iter().map(|look| look.patient.clone()).collect(),
            looks: looks.len(),
        })
    }
}

/// What the rules find, newest first. The order of what is given does not matter.
pub fn find(rules: &AuditRules, looked: &[Looked]) -> Vec<Finding> {
    let mut by_actor: BTreeMap<&str, Vec<&Looked>> = BTreeMap::new();
    looked.iter().for_each(|look| by_actor.entry(&look.actor).or_default().push(look));
    let mut out = Vec::new();
    for looks in by_actor.values_mut() {
        looks.sort_by_key(|look| look.at);
        let one = |anomaly, wanted: &dyn Fn(&Looked) -> bool| {
            let looks: Vec<&Looked> = looks.iter().copied().filter(|look| wanted(look)).collect();
            Finding::of(anomaly, &looks)
        };
        if let Some(rule) = rules.crawling {
            let strange: Vec<&Looked> = looks.iter().copied().filter(|look| !look.cared_for).collect();
            out.extend(bursts(Anomaly::Crawling, &strange, rule.count, rule.minutes, |look| look.patient.clone()));
        }
        if rules.kin {
            out.extend(one(Anomaly::OwnFamily, &|look| look.kin && !look.cared_for));
        }
        if let Some(night) = &rules.night {
            out.extend(one(Anomaly::Night, &|look| night.holds(look.hour) && night.roles.contains(&look.role)));
        }
        if rules.masked {
            out.extend(one(Anomaly::Masked, &|look| look.masked && !look.cared_for));
        }
        if let Some(rule) = rules.glasses {
            let broken: Vec<&Looked> = looks.iter().copied().filter(|look| look.glass).collect();
            out.extend(bursts(Anomaly::ManyGlasses, &broken, rule.count, rule.minutes, |look| format!("{} {}", look.at.0, look.patient)));
        }
    }
    out.sort_by(|a, b| b.to.cmp(&a.to).then(a.anomaly.cmp(&b.anomaly)).then(a.actor.cmp(&b.actor)));
    out
}

/// Stretches in which so many different things came within so many minutes; those that touch are one.
fn bursts(anomaly: Anomaly, looks: &[&Looked], count: usize, minutes: u32, what: impl Fn(&Looked) -> String) -> Vec<Finding> {
    let span = i64::from(minutes) * 60_000;
    let mut window: VecDeque<(usize, String)> = VecDeque::new();
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for (at, look) in looks.iter().enumerate() {
        window.push_back((at, what(look)));
        while window.front().and_then(|(first, _)| looks.get(*first)).is_some_and(|first| look.at.0 - first.at.0 >= span) {
            window.pop_front();
        }
        let different: BTreeSet<&str> = window.iter().map(|(_, what)| what.as_str()).collect();
        if different.len() >= count {
            let from = window.front().map_or(at, |(first, _)| *first);
            match stretches.last_mut() {
                Some((_, end)) if *end >= from => *end = at,
                _ => stretches.push((from, at)),
            }
        }
    }
    stretches.into_iter().filter_map(|(from, to)| Finding::of(anomaly, looks.get(from..=to)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_packs::{Frequency, Night};

    fn rules() -> AuditRules {
        let frequency = |count, minutes| Some(Frequency { count, minutes });
        AuditRules {
            crawling: frequency(3, 60),
            glasses: frequency(2, 600),
            night: Some(Night { from: 22, to: 6, roles: vec!["clerk".into()] }),
            kin: true,
            masked: true,
            provenance: None,
        }
    }

    fn look(minute: i64, actor: &str, patient: &str) -> Looked {
        Looked {
            at: Instant(minute * 60_000),
            hour: 12,
            actor: actor.into(),
            role: "clerk".into(),
            patient: patient.into(),
            cared_for: false,
            kin: false,
            masked: false,
            glass: false,
        }
    }

    fn found(looked: &[Looked]) -> Vec<(Anomaly, String, usize, usize)> {
        find(&rules(), looked).into_iter().map(|one| (one.anomaly, one.actor, one.patients.len(), one.looks)).collect()
    }

    #[test]
    fn many_records_of_strangers_in_an_hour_are_crawling_and_the_same_one_often_is_not() {
        let crawl: Vec<Looked> = (0..5).map(|at| look(at * 10, "a", &format!("p{at}"))).collect();
        assert_eq!(found(&crawl), [(Anomaly::Crawling, "a".into(), 5, 5)]);
        let own: Vec<Looked> = crawl.iter().cloned().map(|one| Looked { cared_for: true, ..one }).collect();
        assert_eq!(found(&own), []);
        let same: Vec<Looked> = (0..9).map(|at| look(at, "a", "p")).collect();
        assert_eq!(found(&same), []);
        let slow: Vec<Looked> = (0..9).map(|at| look(at * 30, "a", &format!("p{at}"))).collect();
        assert_eq!(found(&slow), []);
        let two_people: Vec<Looked> = (0..4).map(|at| look(at, if at % 2 == 0 { "a" } else { "b" }, &format!("p{at}"))).collect();
        assert_eq!(found(&two_people), []);
    }

    #[test]
    fn family_night_masks_and_glasses() {
        assert_eq!(found(&[Looked { kin: true, ..look(1, "a", "p") }]), [(Anomaly::OwnFamily, "a".into(), 1, 1)]);
        assert_eq!(found(&[Looked { kin: true, cared_for: true, ..look(1, "a", "p") }]), []);
        for (hour, role, night) in [(22, "clerk", true), (5, "clerk", true), (6, "clerk", false), (23, "nurse", false)] {
            let expected = if night { vec![(Anomaly::Night, "a".into(), 1, 1)] } else { vec![] };
            assert_eq!(found(&[Looked { hour, role: role.into(), ..look(1, "a", "p") }]), expected, "{hour} {role}");
        }
        assert_eq!(found(&[Looked { masked: true, ..look(1, "a", "p") }]), [(Anomaly::Masked, "a".into(), 1, 1)]);
        let glass = |minute| Looked { glass: true, cared_for: true, ..look(minute, "a", "p") };
        assert_eq!(found(&[glass(1)]), []);
        assert_eq!(found(&[glass(500), glass(1)]), [(Anomaly::ManyGlasses, "a".into(), 1, 2)]);
    }
}
