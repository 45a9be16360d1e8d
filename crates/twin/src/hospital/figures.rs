//! What the simulated hospital is made of: every figure with where it is from (`data/flow.toml`).

use crate::sim::Draw;
use serde::{Deserialize, Serialize};

/// A figure and its source; "assumption" is a guess.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced<T> {
    pub value: T,
    pub source: String,
}

/// A length that is never negative and has a long tail, in minutes or nights.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Length {
    pub mean: f64,
    pub deviation: f64,
}

impl Length {
    pub fn draw(self) -> Draw {
        Draw::Lognormal { mean: self.mean, deviation: self.deviation }
    }
}

/// Levels of triage: 1, 2, 3A, 3B, 4, 5.
pub const LEVELS: usize = 6;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    pub arrivals: Arrivals,
    pub triage: Triage,
    pub care: Care,
    pub beds: Beds,
    pub usual: Usual,
    #[serde(rename = "site")]
    pub sites: Vec<Site>,
}

/// Weights by hour of the day, day of the week (Monday first) and month, each relative to its mean.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Arrivals {
    pub hours: Sourced<[f64; 24]>,
    pub weekdays: Sourced<[f64; 7]>,
    pub months: Sourced<[f64; 12]>,
    pub female: Sourced<f64>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Triage {
    pub mix: Sourced<[f64; LEVELS]>,
    /// Most minutes until a doctor.
    pub targets: Sourced<[f64; LEVELS]>,
    pub admitted: Sourced<[f64; LEVELS]>,
    pub minutes: Sourced<Length>,
    pub patience: Sourced<Length>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Care {
    pub contact: Sourced<Length>,
    pub review: Sourced<Length>,
    pub laboratory: Sourced<Length>,
    pub imaging: Sourced<Length>,
    pub treatment: Sourced<Length>,
    pub laboratory_share: Sourced<[f64; LEVELS]>,
    pub imaging_share: Sourced<[f64; LEVELS]>,
    pub transport: Sourced<Length>,
    pub transfer: Sourced<Length>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Beds {
    pub cleaning: Sourced<Length>,
    pub leaving: Sourced<Length>,
    pub round: Sourced<[f64; 2]>,
    pub foreseen_share: Sourced<f64>,
    pub foreseen_factor: Sourced<f64>,
    pub outlier_night: Sourced<f64>,
    pub occupied_at_first: Sourced<f64>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Usual {
    pub rounds_every: Sourced<f64>,
    pub outlier_after: Sourced<f64>,
    pub transfer_after: Sourced<f64>,
    pub overflow_at: Sourced<usize>,
    pub overflow_boxes: Sourced<usize>,
    pub elective_until: Sourced<f64>,
}

/// Staff by hour of the day.
pub type Shifts = [usize; 24];

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub name: String,
    pub source: String,
    /// Of a mean day, in the emergency department.
    pub arrivals: f64,
    pub boxes: usize,
    pub triage_nurses: Shifts,
    pub physicians: Shifts,
    pub cleaners: Shifts,
    pub wards: Vec<Ward>,
}

/// The n-th ward of each site is of one kind; a site without beds for it sends its patients to the other.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ward {
    pub kind: String,
    /// Whoever finds their own ward full may lie in any other general ward.
    #[serde(default)]
    pub general: bool,
    pub beds: usize,
    pub share: f64,
    pub nights: Length,
    /// Monday to Sunday.
    pub planned: [f64; 7],
}

impl Figures {
    /// The hospital that comes with the program.
    ///
    /// # Errors
    ///
    /// In words, where the data do not hang together.
    pub fn own() -> Result<Self, String> {
        Self::parse(include_str!("../../data/flow.toml"))
    }

    /// # Errors
    ///
    /// In words, where the text is not such a file or its parts do not hang together.
    pub fn parse(text: &str) -> Result<Self, String> {
        let figures: Self = toml::from_str(text).map_err(|error| error.to_string().trim().to_owned())?;
        figures.fault().map_or(Ok(figures), Err)
    }

    /// As [`Figures::parse`] reads it.
    ///
    /// # Errors
    ///
    /// In words; never for figures that were read.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string(self).map_err(|error| error.to_string())
    }

    /// The length of this name, such as `care.laboratory`.
    pub fn length_mut(&mut self, name: &str) -> Option<&mut Sourced<Length>> {
        Some(match name {
            "triage.minutes" => &mut self.triage.minutes,
            "triage.patience" => &mut self.triage.patience,
            "care.contact" => &mut self.care.contact,
            "care.review" => &mut self.care.review,
            "care.laboratory" => &mut self.care.laboratory,
            "care.imaging" => &mut self.care.imaging,
            "care.treatment" => &mut self.care.treatment,
            "care.transport" => &mut self.care.transport,
            "care.transfer" => &mut self.care.transfer,
            "beds.cleaning" => &mut self.beds.cleaning,
            "beds.leaving" => &mut self.beds.leaving,
            _ => return None,
        })
    }

    fn fault(&self) -> Option<String> {
        let kinds = |site: &Site| site.wards.iter().map(|ward| ward.kind.clone()).collect::<Vec<_>>();
        let first = self.sites.first().map(kinds)?;
        if self.sites.iter().any(|site| kinds(site) != first) {
            return Some("every site names the same wards in the same order; one that it has not has no beds".into());
        }
        if let Some(nowhere) = (0..first.len()).find(|&at| self.sites.iter().all(|site| site.wards.get(at).is_none_or(|ward| ward.beds == 0))) {
            return Some(format!("no site has beds for {}", first.get(nowhere).map_or("", String::as_str)));
        }
        let none =
            self.sites.iter().find(|site| [&site.physicians, &site.triage_nurses, &site.cleaners].iter().any(|shifts| shifts.contains(&0)) || site.boxes == 0);
        none.map(|site| format!("site {}: every hour needs a triage nurse, a physician and a cleaner, and there must be boxes", site.name))
    }

    pub fn beds(&self) -> usize {
        self.sites.iter().flat_map(|site| &site.wards).map(|ward| ward.beds).sum()
    }

    /// The same hospital with about so many beds: beds, staff and patients in proportion, each rounded, staff at least one.
    #[must_use]
    pub fn scaled(mut self, beds: usize) -> Self {
        let part = beds as f64 / self.beds().max(1) as f64;
        if (part - 1.0).abs() < 1e-9 {
            return self;
        }
        let rounded = |count: usize, least: usize| ((count as f64 * part).round() as usize).max(least);
        for site in &mut self.sites {
            site.arrivals *= part;
            site.boxes = rounded(site.boxes, 1);
            for shifts in [&mut site.triage_nurses, &mut site.physicians, &mut site.cleaners] {
                shifts.iter_mut().for_each(|count| *count = rounded(*count, 1));
            }
            for ward in &mut site.wards {
                ward.beds = rounded(ward.beds, usize::from(ward.beds > 0));
                ward.planned.iter_mut().for_each(|count| *count *= part);
            }
        }
        self
    }

    /// Figures that are guesses, of all that carry a source.
    pub fn assumptions(&self) -> (usize, usize) {
        let (a, t, c, b, u) = (&self.arrivals, &self.triage, &self.care, &self.beds, &self.usual);
        let mut all = vec![&a.hours.source, &a.weekdays.source, &a.months.source, &a.female.source];
        all.extend([&t.mix.source, &t.targets.source, &t.admitted.source, &t.minutes.source, &t.patience.source]);
        all.extend([&c.contact.source, &c.review.source, &c.laboratory.source, &c.imaging.source, &c.treatment.source, &c.laboratory_share.source]);
        all.extend([&c.imaging_share.source, &c.transport.source, &c.transfer.source, &b.cleaning.source, &b.leaving.source, &b.round.source]);
        all.extend([&b.foreseen_share.source, &b.foreseen_factor.source, &b.outlier_night.source, &b.occupied_at_first.source]);
        all.extend([&u.rounds_every.source, &u.outlier_after.source, &u.transfer_after.source, &u.overflow_at.source, &u.overflow_boxes.source]);
        all.push(&u.elective_until.source);
        all.extend(self.sites.iter().map(|site| &site.source));
        (all.iter().filter(|source| source.starts_with("assumption")).count(), all.len())
    }
}
