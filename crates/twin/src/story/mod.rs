//! Stories: a hospital group of several sites, its staff, and patients whose charts hang together.
//!
//! ```text
//! what befalls a kind of patient (data/stories) ─┐
//! what medicine is made of (data)  ──────────────┼─► chart by chart, one resource a line
//! what a country hands over (Lists) ─────────────┘
//! ```

mod chart;
mod coded;
mod content;
mod documents;
pub mod lists;
mod measuring;
mod people;
mod places;
mod plot;
mod record;
mod results;
mod staff;
#[cfg(test)]
mod tests;
mod time;
mod treatment;

use chart::{Chart, Visit};
use content::Content;
pub use lists::Lists;
use people::Person;
use places::Beds;
use plot::Plot;
use rihla_plan::rng::Rng;
use staff::Staff;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;
use time::Calendar;

/// Why no stories can be told.
#[derive(Debug, Error)]
pub enum TwinError {
    #[error("{0}")]
    Data(String),
    #[error("the time zone {0} is not known")]
    Zone(String),
    #[error("the list of {0} is empty")]
    Empty(&'static str),
}

impl TwinError {
    fn data(file: &str, error: &toml::de::Error) -> Self {
        Self::Data(format!("{file}: {}", error.to_string().trim()))
    }
}

/// What a world is made from, beside the lists.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub seed: u64,
    pub patients: u32,
    /// The hospital's now, in milliseconds since 1970.
    pub now: i64,
}

/// A hospital group whose stories can be told, patient by patient.
#[derive(Debug)]
pub struct Hospital {
    lists: Lists,
    content: Content,
    plots: Vec<Plot>,
    calendar: Calendar,
    seed: u64,
    beds: Beds,
    staff: Staff,
    /// Each with the number of their plot.
    people: Vec<(Person, usize)>,
    next: usize,
}

/// A generator of its own for each patient, so that one story more or longer changes no other.
fn rng_of(seed: u64, part: u64) -> Rng {
    Rng::new(seed ^ part.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// The template of children who are born in a story.
const NEWBORN: &str = "newborn-with-mother";
/// Where the numbers of newborns begin, so that no two people share one.
const NEWBORNS: u32 = 50_000_000;

/// Parts of a seed that are no patient.
const OF_PLACES: u64 = 1 << 40;
const OF_CAST: u64 = (1 << 40) + 1;

impl Hospital {
    pub fn new(lists: Lists, setting: Setting) -> Result<Self, TwinError> {
        let content = Content::read()?;
        let plots = plot::read(&content)?;
        let filled = [
            ("sites", lists.sites.is_empty()),
            ("given names", lists.female_names.is_empty() || lists.male_names.is_empty()),
            ("family names", lists.family_names.is_empty()),
            ("places", lists.places.is_empty()),
        ];
        if let Some((what, _)) = filled.iter().find(|(_, empty)| *empty) {
            return Err(TwinError::Empty(what));
        }
        let calendar = Calendar::new(setting.now, &lists.zone).ok_or_else(|| TwinError::Zone(lists.zone.clone()))?;
        let mut rng = rng_of(setting.seed, OF_PLACES);
        let beds = Beds::new(&lists, &content, &mut rng);
        let staff = Staff::new(&lists, &content, &mut rng);
        let mut rng = rng_of(setting.seed, OF_CAST);
        let cast = cast(&plots, setting.patients as usize, &mut rng);
        let mut people: Vec<Person> = cast
            .iter()
            .zip(1u32..)
            .filter_map(|(plot, number)| {
                Some(people::person(&mut rng_of(setting.seed, OF_CAST + u64::from(number)), &lists, &calendar, number, plots.get(*plot)?))
            })
            .collect();
        people::homonyms(&mut rng, &mut people, &lists);
        let people = people.into_iter().zip(cast).collect();
        Ok(Self { lists, content, plots, calendar, seed: setting.seed, beds, staff, people, next: 0 })
    }

    /// The group, its sites, wards, rooms and beds, and who works there; one resource a line.
    pub fn ground(&self) -> Vec<String> {
        let places = places::resources(&self.lists, &self.content, &self.beds);
        places.iter().chain(&self.staff.resources(&self.lists, &self.content)).map(json_line).collect()
    }

    /// The next patient's whole chart, with those of children who were born in it; `None` after the last.
    pub fn next_chart(&mut self) -> Option<Vec<String>> {
        let (person, plot) = self.people.get(self.next).cloned()?;
        self.next += 1;
        if self.next.is_multiple_of(1_000) {
            self.beds.forget(self.calendar.now);
        }
        let mut out = Vec::new();
        let births = self.chart(person.clone(), plot, &mut out)?;
        for (visit, number) in births.iter().zip(1u32..) {
            self.birth(&person, number, visit, &mut out);
        }
        Some(out)
    }

    /// How often each kind of story is told.
    pub fn kinds(&self) -> BTreeMap<&str, usize> {
        let mut kinds = BTreeMap::new();
        for plot in self.people.iter().filter_map(|(_, plot)| self.plots.get(*plot)) {
            *kinds.entry(plot.id.as_str()).or_insert(0) += 1;
        }
        kinds
    }

    fn open(&mut self, person: Person, plot: usize) -> Option<Chart<'_>> {
        Some(Chart {
            lists: &self.lists,
            content: &self.content,
            calendar: &self.calendar,
            staff: &self.staff,
            beds: &mut self.beds,
            rng: rng_of(self.seed, u64::from(person.number)),
            person,
            plot: self.plots.get(plot)?,
            out: Vec::new(),
            links: Vec::new(),
            died: None,
            counts: BTreeMap::new(),
            conditions: BTreeMap::new(),
            ordered: BTreeMap::new(),
            told: BTreeSet::new(),
            born: Vec::new(),
        })
    }

    /// Tells a chart; the contacts in which children were born.
    fn chart(&mut self, person: Person, plot: usize, out: &mut Vec<String>) -> Option<Vec<Visit>> {
        let mut chart = self.open(person, plot)?;
        chart.tell();
        for number in 1..=chart.born.len() {
            chart.links.push(record::see_also(&record::mother_id(&chart.person.id, number)));
        }
        chart.close(out);
        Some(chart.born)
    }

    /// A child born in a contact of the mother's lies in her room and has a chart of its own.
    fn birth(&mut self, mother: &Person, number: u32, visit: &Visit, out: &mut Vec<String>) {
        let Some(plot) = self.plots.iter().position(|plot| plot.id == NEWBORN) else { return };
        let child =
            people::child(&mut rng_of(self.seed, u64::from(NEWBORNS + mother.number)), &self.lists, &self.calendar, mother, number, NEWBORNS, visit.from);
        let Some(mut chart) = self.open(child, plot) else { return };
        chart.newborn(mother, visit);
        chart.close(out);
    }
}

fn json_line(json: &crate::json::Json) -> String {
    json.line()
}

/// Which plot each patient lives: each at least once as far as there are patients, then by share.
fn cast(plots: &[Plot], patients: usize, rng: &mut Rng) -> Vec<usize> {
    let total: f64 = plots.iter().filter(|plot| !plot.once).map(|plot| plot.share).sum();
    let mut cast: Vec<usize> = plots.iter().enumerate().filter(|(_, plot)| plot.share > 0.0).map(|(at, _)| at).collect();
    for (at, plot) in plots.iter().enumerate().filter(|(_, plot)| !plot.once && plot.share > 0.0) {
        let wanted = (plot.share / total * patients as f64) as usize;
        cast.extend(std::iter::repeat_n(at, wanted.saturating_sub(1)));
    }
    while cast.len() < patients {
        let mut left = rng.unit() * total;
        let found = plots.iter().enumerate().filter(|(_, plot)| !plot.once && plot.share > 0.0).find(|(_, plot)| {
            left -= plot.share;
            left <= 0.0
        });
        cast.push(found.map_or(0, |(at, _)| at));
    }
    cast.truncate(patients);
    rng.shuffle(&mut cast);
    cast
}
