//! Names, places and habits of writing, from a country's pack.

use rihla_matching::random::Random;
use rihla_matching::{NameRules, Sex, Writing};
use std::path::Path;

/// A name with its spellings.
pub struct Name {
    pub arabic: String,
    pub latin: Vec<String>,
}

/// Things that are drawn by weight.
pub struct Drawn<T> {
    items: Vec<T>,
    sums: Vec<f64>,
}

impl<T> Drawn<T> {
    fn of(weighed: Vec<(f64, T)>) -> Self {
        let mut out = Self { items: Vec::new(), sums: Vec::new() };
        let mut sum = 0.0;
        for (weight, item) in weighed {
            sum += weight;
            out.sums.push(sum);
            out.items.push(item);
        }
        out
    }

    /// The place of one of them.
    pub fn draw(&self, random: &mut Random) -> usize {
        let at = random.unit() * self.sums.last().copied().unwrap_or_default();
        self.sums.partition_point(|sum| *sum <= at).min(self.items.len().saturating_sub(1))
    }

    pub fn get(&self, at: usize) -> Option<&T> {
        self.items.get(at)
    }
}

pub struct Pack {
    pub female: Drawn<Name>,
    pub male: Drawn<Name>,
    pub family: Drawn<Name>,
    /// French and Arabic.
    pub cities: Drawn<[String; 2]>,
    pub rules: NameRules,
    pub articles: Vec<String>,
}

impl Pack {
    pub fn read(folder: &Path) -> Result<Self, String> {
        let rows = rows(&folder.join("names.tsv"))?;
        let name = |row: &Vec<String>| match row.as_slice() {
            [_, _, arabic, latin, ..] => Some(Name { arabic: arabic.clone(), latin: latin.split('|').map(str::to_string).collect() }),
            _ => None,
        };
        let cell = |row: &Vec<String>, at: usize| row.get(at).cloned().unwrap_or_default();
        let weight = |row: &Vec<String>| cell(row, 4).parse::<f64>().unwrap_or(1.0);
        let of = |role: &str, sex: &str| rows.iter().filter(|row| cell(row, 0) == role && cell(row, 1) == sex).cloned().collect::<Vec<_>>();
        let given = |sex: &str| Drawn::of(of("given", sex).iter().filter_map(|row| Some((weight(row), name(row)?))).collect());
        // Counts come from too few people to tell the rarer family names apart; rank tells more.
        let mut families = of("family", "-");
        families.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        let ranked = families.iter().enumerate().filter_map(|(rank, row)| Some((1.0 / (rank as f64 + 8.0).powf(0.85), name(row)?)));
        let places = self::rows(&folder.join("places.tsv"))?;
        let city = |row: &Vec<String>| (cell(row, 4).parse::<f64>().unwrap_or(1.0), [cell(row, 2), cell(row, 3)]);
        let writing = writing(&folder.join("pack.toml"))?;
        let classes = rows.iter().filter_map(name).map(|name| std::iter::once(name.arabic).chain(name.latin).collect::<Vec<_>>());
        Ok(Self {
            female: given("female"),
            male: given("male"),
            family: Drawn::of(ranked.collect()),
            cities: Drawn::of(places.iter().map(city).collect()),
            rules: NameRules::new(&writing, classes).with_places(places.iter().map(|row| city(row).1)),
            articles: writing.articles,
        })
    }

    pub fn given(&self, sex: Sex) -> &Drawn<Name> {
        match sex {
            Sex::Female => &self.female,
            Sex::Male => &self.male,
        }
    }
}

fn text(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// The rows of a list, without what is said of it and its headings.
fn rows(file: &Path) -> Result<Vec<Vec<String>>, String> {
    let text = text(file)?;
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).skip(1);
    Ok(lines.map(|line| line.split('\t').map(str::to_string).collect()).collect())
}

fn writing(file: &Path) -> Result<Writing, String> {
    let table: toml::Table = text(file)?.parse().map_err(|error| format!("{}: {error}", file.display()))?;
    let section = table.get("writing").and_then(toml::Value::as_table).ok_or_else(|| format!("{}: no [writing]", file.display()))?;
    let one = |key: &str| section.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_string();
    let list = |key: &str| section.get(key).and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_string).collect();
    Ok(Writing {
        articles: list("articles"),
        particles: list("particles"),
        phone_country: one("phone_country"),
        phone_trunk: one("phone_trunk"),
        phone_abroad: one("phone_abroad"),
    })
}
