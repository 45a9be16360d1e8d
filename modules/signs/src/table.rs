//! The last sets as a table: a column a set, the newest first, a row a sign. What was struck stays, struck through.

use crate::WRITE;
use crate::sets::{Set, last};
use crate::told::{icon, level, named, watched};
use crate::value::LOINC;
use askama::Template;
use rihla_packs::Sign;
use rihla_scores::Scores;
use rihla_web::text::{Html, Voice};
use rihla_web::{CLINICAL, Desk, Icon, Refusal, percent};

/// Observations that are read for one table, and sets that it shows.
const READ: &str = "200";
const COLUMNS: usize = 8;
/// Written down so much later than measured, both times are told, in milliseconds.
const LATE: i64 = 30 * 60 * 1000;

/// The head of a set.
struct Column {
    time: String,
    day: String,
    by: String,
    /// When it was written down, where that was much later.
    late: Option<String>,
    struck: bool,
    /// Why, when and by whom it was struck.
    why: String,
    /// Where it is corrected or struck.
    path: Option<String>,
}

struct Cell {
    shown: Option<Html>,
    struck: bool,
}

struct Row {
    name: String,
    unit: String,
    /// Its curve.
    path: Option<String>,
    cells: Vec<Cell>,
}

/// What the watched score said of one set.
struct Mark {
    total: Option<i32>,
    level: String,
    words: String,
    icon: Icon<'static>,
    struck: bool,
}

#[derive(Template)]
#[template(path = "signs/sets.html")]
struct Table<'t> {
    voice: &'t Voice,
    score: String,
    columns: Vec<Column>,
    marks: Vec<Mark>,
    rows: Vec<Row>,
    others: Vec<Row>,
    older: Option<String>,
    newest: Option<String>,
}

/// The part that follows the record.
pub fn part(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    desk.must_reach(patient)?;
    sets(desk, patient, "")
}

/// The table; `before`: a moment as FHIR writes it, or empty.
pub fn sets(desk: &Desk, patient: &str, before: &str) -> Result<String, Refusal> {
    let voice = &desk.voice;
    let before = Some(before).filter(|before| !before.is_empty());
    let (mut all, mut more) = last(desk, patient, before, READ)?;
    more |= all.len() > COLUMNS;
    all.truncate(COLUMNS);
    let here = format!("/patients/{}/signs", percent(patient));
    let oldest = all.last().map(|set| crate::taken::fhir(set.at, voice.zone()));
    let watched = watched(desk);
    let table = Table {
        voice,
        score: watched.map(|score| named(&score.names, voice.lang()).to_owned()).unwrap_or_default(),
        columns: all.iter().map(|set| column(desk, set, &here)).collect(),
        marks: watched.map(|score| all.iter().map(|set| mark(voice, set, &score.id)).collect()).unwrap_or_default(),
        rows: desk.house.pack().signs.list.iter().filter_map(|sign| row(desk, sign, &all, patient)).collect(),
        others: others(desk, &all, patient),
        older: oldest.filter(|_| more).map(|oldest| format!("{here}?before={}", percent(&oldest))),
        newest: before.map(|_| here),
    };
    Ok(table.render()?)
}

fn column(desk: &Desk, set: &Set, here: &str) -> Column {
    let voice = &desk.voice;
    let late = set.issued.filter(|issued| issued.0 - set.at.0 > LATE);
    let said = set.struck.as_ref().map(|struck| {
        let at = voice.date_time(struck.at.as_str());
        voice.ta("signs-struck-by", &[("reason", struck.reason.as_str()), ("at", at.as_str()), ("by", struck.by.as_str())])
    });
    let changes = desk.person.may(WRITE.0) && !set.id.is_empty() && !set.in_error;
    Column {
        time: voice.time(set.at),
        day: voice.date(set.at),
        by: set.by.clone(),
        late: late.map(|issued| voice.ta("signs-late", &[("at", voice.date_time(issued))])),
        struck: set.in_error,
        why: said.unwrap_or_else(|| if set.in_error { voice.t("signs-in-error") } else { String::new() }),
        path: changes.then(|| format!("{here}/{}", percent(&set.id))),
    }
}

fn mark(voice: &Voice, set: &Set, score: &str) -> Mark {
    let scored = set.scored(score);
    let code = scored.map(|scored| scored.level.clone()).unwrap_or_default();
    Mark { total: scored.map(|scored| scored.total), words: level(voice, &code), icon: icon(&code), level: code, struck: set.in_error }
}

/// None for a sign that no set has.
fn row(desk: &Desk, sign: &Sign, sets: &[Set], patient: &str) -> Option<Row> {
    let cells: Vec<Cell> = sets.iter().map(|set| Cell { shown: set.value(&sign.code).map(|value| value.shown(sign, desk)), struck: set.in_error }).collect();
    cells.iter().any(|cell| cell.shown.is_some()).then_some(())?;
    let unit = match &sign.kind {
        rihla_packs::SignKind::Number(measure) | rihla_packs::SignKind::Pair(_, measure) => measure.unit.clone(),
        rihla_packs::SignKind::Choice(_) => String::new(),
    };
    let curve = sign.loinc.first().filter(|_| desk.person.may(CLINICAL.0) && !unit.is_empty());
    let path = curve.map(|code| format!("/patients/{}/results/trend?code={}", percent(patient), percent(&format!("{LOINC}|{code}"))));
    Some(Row { name: desk.named(&sign.names).into_owned(), unit, path, cells })
}

/// Scores that were filled in by hand.
fn others(desk: &Desk, sets: &[Set], patient: &str) -> Vec<Row> {
    let watched = &desk.house.pack().signs.watch;
    let Some(scores) = Scores::known() else { return Vec::new() };
    let row = |score: &rihla_scores::Score| {
        let cell = |set: &Set| Cell { shown: set.scored(&score.id).map(|scored| rihla_web::text::ltr(scored.total)), struck: set.in_error };
        let cells: Vec<Cell> = sets.iter().map(cell).collect();
        cells.iter().any(|cell| cell.shown.is_some()).then_some(())?;
        let curve = format!("{}|{}", crate::written::SCORE, score.id);
        let path = desk.person.may(CLINICAL.0).then(|| format!("/patients/{}/results/trend?code={}", percent(patient), percent(&curve)));
        Some(Row { name: named(&score.names, desk.voice.lang()).to_owned(), unit: String::new(), path, cells })
    };
    scores.list.iter().filter(|score| score.id != *watched).filter_map(row).collect()
}
