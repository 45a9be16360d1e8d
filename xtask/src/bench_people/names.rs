//! Names as often as people bear them.

use std::path::Path;

pub struct Name {
    pub latin: String,
    pub arabic: String,
}

/// Names of one role, with what is needed to draw them by weight.
pub struct Names {
    names: Vec<Name>,
    sums: Vec<f64>,
}

impl Names {
    /// `flatten`: counts come from too few people to tell the rarer names apart, so that rank tells more.
    fn of(mut counted: Vec<(f64, Name)>, by_rank: bool) -> Self {
        counted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut sum = 0.0;
        let mut out = Self { names: Vec::new(), sums: Vec::new() };
        for (rank, (count, name)) in counted.into_iter().enumerate() {
            sum += if by_rank { 1.0 / (rank as f64 + 8.0).powf(0.85) } else { count };
            out.sums.push(sum);
            out.names.push(name);
        }
        out
    }

    pub fn draw(&self, chance: f64) -> Option<&Name> {
        let at = chance * self.sums.last().copied().unwrap_or_default();
        let found = self.sums.partition_point(|sum| *sum <= at).min(self.names.len().saturating_sub(1));
        self.names.get(found)
    }
}

/// Given and family names of `names-ar-fr.csv`.
pub fn read(folder: &Path) -> Result<(Names, Names), String> {
    let file = folder.join("names-ar-fr.csv");
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let (mut given, mut family) = (Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [arabic, latin, _, role, count, ..] = cells.as_slice() else { continue };
        let count: f64 = count.parse().unwrap_or(1.0);
        let name = Name { latin: latin.replace('"', ""), arabic: arabic.replace('"', "") };
        match *role {
            "given" => given.push((count, name)),
            "surname" => family.push((count, name)),
            _ => {}
        }
    }
    if given.is_empty() || family.is_empty() {
        return Err(format!("{}: no names", file.display()));
    }
    Ok((Names::of(given, false), Names::of(family, true)))
}

/// The spellings that a pack's list of names holds as one.
pub fn classes(file: &Path) -> Result<Vec<Vec<String>>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let class = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [_, _, arabic, latin, ..] = cells.as_slice() else { return None };
        Some(std::iter::once(*arabic).chain(latin.split('|')).map(str::to_string).collect())
    };
    Ok(rows.filter_map(class).collect())
}
