//! `rihla demo-data`: writes made-up patients with their stories as files that `rihla import` takes in.

use crate::failure::{Failure, exit};
use crate::node;
use clap::Args;
use rihla_kernel::Clock;
use rihla_packs::{NameRole, Pack, PersonName};
use rihla_twin::story::lists::{Manager, Name, Numbered, Pair, Place, Scheme, Site};
use rihla_twin::{Hospital, Lists, Setting};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Lines of a file of patients: enough that few files are made, few enough that each can be looked at.
const MOST_LINES: usize = 100_000;

#[derive(Debug, Args)]
pub struct DemoOptions {
    /// Where the files go; it is made if it is not there.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The same seed and the same instant give the same bytes.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many patients with a story.
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    patients: u32,
    /// The hospital's now, as in 2026-11-21T10:00:00Z or 2026-11-21; the clock's, unless told.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    now: Option<i64>,
    /// One patient more, with 5,000 encounters and 50,000 observations.
    #[arg(long)]
    huge: bool,
    /// So many people more, of whom no more is known than who they are.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=20_000_000))]
    crowd: u32,
}

/// Milliseconds since 1970.
fn instant(text: &str) -> Result<i64, String> {
    let full = if text.len() == "2026-11-21".len() { format!("{text}T09:00:00Z") } else { text.to_owned() };
    full.parse::<jiff::Timestamp>()
        .map(jiff::Timestamp::as_millisecond)
        .map_err(|_| "an instant such as 2026-11-21T10:00:00Z, or a day, is expected".to_owned())
}

/// Does what `rihla demo-data …` asks for.
pub fn run(pack: Option<&str>, options: &DemoOptions, clock: &dyn Clock) -> Result<u8, Failure> {
    let now = options.now.unwrap_or_else(|| clock.now().0);
    let lists = lists(&node::pack(pack)?, now);
    let setting = Setting { seed: options.seed, patients: options.patients, now };
    let mut hospital = Hospital::new(lists, setting).map_err(|error| Failure::new(exit::FAILED, format!("no stories can be told: {error}")))?;
    let dir = options.dir.as_path();
    fs::create_dir_all(dir).map_err(|error| Failure::path("cannot make", dir, &error))?;
    clear(dir)?;
    let mut files = Files::new(dir);
    files.begin("1-hospital")?;
    files.write(&hospital.ground())?;
    if options.patients > 0 {
        files.begin("2-patients")?;
    }
    while let Some(chart) = hospital.next_chart() {
        files.write(&chart)?;
    }
    if options.huge {
        files.begin("3-long-chart")?;
        hospital.huge(5_000, 50_000, &mut |lines| files.write(&lines))?;
    }
    if options.crowd > 0 {
        files.begin("4-crowd")?;
        for line in hospital.crowd(options.crowd) {
            files.write(std::slice::from_ref(&line))?;
        }
    }
    let written = files.end()?;
    println!("{written} resources written to {}", dir.display());
    for (kind, count) in hospital.kinds() {
        println!("{count:>7}  {kind}");
    }
    Ok(0)
}

/// Takes away what an earlier run wrote here: an import of the folder would take both for one hospital.
fn clear(dir: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::path("cannot clear", dir, &error);
    let kinds = ["1-hospital-", "2-patients-", "3-long-chart-", "4-crowd-"];
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(".ndjson") && kinds.iter().any(|kind| name.starts_with(kind)) {
            fs::remove_file(&path).map_err(failed)?;
        }
    }
    Ok(())
}

/// Files of lines, a new one when the last is long.
struct Files<'d> {
    dir: &'d Path,
    name: String,
    part: usize,
    lines: usize,
    all: usize,
    out: Option<(PathBuf, BufWriter<File>)>,
}

impl<'d> Files<'d> {
    fn new(dir: &'d Path) -> Self {
        Self { dir, name: String::new(), part: 0, lines: 0, all: 0, out: None }
    }

    fn begin(&mut self, name: &str) -> Result<(), Failure> {
        name.clone_into(&mut self.name);
        self.part = 0;
        self.turn()
    }

    fn turn(&mut self) -> Result<(), Failure> {
        self.flush()?;
        self.part += 1;
        self.lines = 0;
        let path = self.dir.join(format!("{}-{:03}.ndjson", self.name, self.part));
        let file = File::create(&path).map_err(|error| Failure::path("cannot write", &path, &error))?;
        self.out = Some((path, BufWriter::with_capacity(1 << 18, file)));
        Ok(())
    }

    fn write(&mut self, lines: &[String]) -> Result<(), Failure> {
        if self.lines >= MOST_LINES {
            self.turn()?;
        }
        let Some((path, out)) = &mut self.out else { return Ok(()) };
        for line in lines {
            out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(|error| Failure::path("cannot write", path, &error))?;
        }
        self.lines += lines.len();
        self.all += lines.len();
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        match self.out.take() {
            Some((path, mut out)) => out.flush().map_err(|error| Failure::path("cannot write", &path, &error)),
            None => Ok(()),
        }
    }

    fn end(mut self) -> Result<usize, Failure> {
        self.flush()?;
        Ok(self.all)
    }
}

/// What a pack hands to the twin, as things stand on a day.
pub fn lists(pack: &Pack, now: i64) -> Lists {
    let pair = |names: &rihla_packs::Names| Pair {
        fr: names.get("fr").or_else(|| names.values().next()).cloned().unwrap_or_default(),
        ar: names.get("ar").cloned().unwrap_or_default(),
    };
    let both = |[fr, ar]: &[String; 2]| Pair { fr: fr.clone(), ar: ar.clone() };
    let system = |id: &str| pack.identifiers.iter().find(|system| system.id == id);
    let numbered = |system: &rihla_packs::IdentifierSystem| Numbered {
        system: system.system.clone(),
        mask: system.pattern.as_ref().map(rihla_packs::Pattern::mask).unwrap_or_default(),
    };
    let name = |row: &PersonName| Name { arabic: row.arabic.clone(), latin: row.latin.clone(), weight: row.weight };
    let given = |sex| pack.person_names.rows.iter().filter(move |row| row.role == NameRole::Given && row.sex == Some(sex)).map(name).collect();
    let today = jiff::Timestamp::from_millisecond(now).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date();
    let scheme = |scheme: &rihla_packs::Scheme| {
        let manager = pack.cover.manager_on(scheme, today)?;
        Some(Scheme { code: scheme.code.clone(), name: pair(&scheme.names), manager: manager.code.clone() })
    };
    let site = |site: &rihla_packs::Site| {
        let own = pack.identifiers.iter().find(|system| system.site == Some(site.number));
        Site { code: site.code.clone(), name: pair(&site.names), patient_number: own.map(numbered).unwrap_or_default() }
    };
    Lists {
        country: pack.country.clone(),
        zone: pack.zone.clone(),
        group_code: pack.group.code.clone(),
        group_name: pair(&pack.group.names),
        sites: pack.sites.iter().map(site).collect(),
        group_number: system("group-number").map(numbered),
        identity_card: system("cin").map(numbered),
        passport: system("passport").map(numbered),
        professional: system("inpe").map(numbered),
        insured: system("insured-number").map(|system| system.system.clone()),
        phones: pack.phones.clone(),
        female_names: given(rihla_packs::Sex::Female),
        male_names: given(rihla_packs::Sex::Male),
        family_names: pack.person_names.family().map(name).collect(),
        places: pack
            .places
            .rows
            .iter()
            .map(|place| Place { name: both(&place.name), province: both(&place.province), region: both(&place.region), population: place.population })
            .collect(),
        schemes: pack.cover.schemes.iter().filter_map(scheme).collect(),
        managers: pack.cover.managers.iter().map(|row| Manager { code: row.code.clone(), short: row.short.clone(), name: pair(&row.names) }).collect(),
    }
}
