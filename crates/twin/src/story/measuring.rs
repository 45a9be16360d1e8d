//! What only measurements need: one very long chart, and crowds of names.

use super::chart::Visit;
use super::plot::{Class, Plot, Step};
use super::time::MINUTE;
use super::{Hospital, people, rng_of};
use std::collections::BTreeMap;

/// Where the numbers of the long chart and of crowds begin, so that no two people share one.
const HUGE: u32 = 90_000_001;
const CROWD: u32 = 20_000_000;
/// The days over which the long chart is spread.
const HUGE_DAYS: f64 = 7_300.0;

fn anybody(age: [f64; 2]) -> Plot {
    Plot { id: String::new(), share: 0.0, sex: None, age, service: None, trend: BTreeMap::new(), foreign: false, once: false, step: Vec::new() }
}

impl Hospital {
    /// One patient with so many encounters, and observations shared out among them; the lines are handed over visit by visit.
    pub fn huge<E>(&mut self, encounters: u32, observations: u32, each: &mut dyn FnMut(Vec<String>) -> Result<(), E>) -> Result<(), E> {
        let person = people::person(&mut rng_of(self.seed, u64::from(HUGE)), &self.lists, &self.calendar, HUGE, &anybody([62.0, 70.0]));
        let Some(mut chart) = self.open(person, 0) else { return Ok(()) };
        let step = Step { ward: vec!["cons".into()], reason: "Contrôle".into(), ..Step::default() };
        let labs: Vec<&String> = chart.content.lab.keys().collect();
        let signs: Vec<&String> = chart.content.sign.keys().filter(|key| !matches!(key.as_str(), "pressure" | "systolic" | "diastolic")).collect();
        chart.background();
        let mut lines = Vec::new();
        chart.close(&mut lines);
        each(lines)?;
        let mut written = 0;
        for number in 0..encounters {
            let ago = HUGE_DAYS * (1.0 - f64::from(number) / f64::from(encounters.max(1))) + 0.5;
            let from = chart.calendar.at(ago, 8 * 60 + i64::from(number % 36) * 10);
            let to = (from + 20 * MINUTE).min(chart.now());
            let visit: Visit = chart.encounter(&step, Class::Visit, (from, Some(to), to), 0.5, None);
            let due = (u64::from(observations) * u64::from(number + 1) / u64::from(encounters.max(1))) as u32;
            for at in written..due {
                let turn = at as usize / 2;
                let (sign, lab) = (signs.get(turn % signs.len().max(1)), labs.get(turn % labs.len().max(1)));
                if let (0, Some(sign)) = (at % 2, sign) {
                    chart.sign_like(&visit, from, sign);
                } else if let Some(lab) = lab {
                    chart.lab_like(&step, &visit, lab, from);
                }
            }
            written = due;
            each(chart.out.drain(..).map(|json| json.line()).collect())?;
        }
        Ok(())
    }

    /// So many people, of whom no more is known than who they are.
    pub fn crowd(&self, count: u32) -> impl Iterator<Item = String> + '_ {
        let plot = anybody([0.0, 96.0]);
        (0..count).map(move |at| {
            let number = CROWD + at;
            let mut rng = rng_of(self.seed, u64::from(number));
            let person = people::person(&mut rng, &self.lists, &self.calendar, number, &plot);
            let person = people::Person { id: format!("c{at:07}"), ..person };
            person.resource(&mut rng, (&self.lists, &self.content, &self.calendar), None, Vec::new(), None).line()
        })
    }
}
