//! Lists of a chart: what, when, and what else there is to say, one row a thing.

use askama::Template;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::Lang;
use rihla_web::Refusal;
use rihla_web::text::{Dated, Html, Moment, Voice};

/// One row.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub what: Html,
    pub when: Html,
    pub more: Html,
    /// Where more is to be read; empty for nowhere.
    pub path: String,
    pub badge: String,
    /// Whether the badge says that this goes on now.
    pub on: bool,
    /// Whether the badge warns.
    pub warns: bool,
    /// It was entered in error: struck through, kept, and said.
    pub struck: bool,
}

#[derive(Template)]
#[template(path = "chart/rows.html")]
struct Rows<'r> {
    voice: &'r Voice,
    rows: &'r [Row],
    empty: String,
    cut: bool,
}

/// The list; the words of `empty` where there is nothing, and a line where it goes on elsewhere.
pub fn render(voice: &Voice, rows: &[Row], empty: &str, cut: bool) -> Result<String, Refusal> {
    Ok(Rows { voice, rows, empty: voice.t(empty), cut }.render()?)
}

/// A page of panels below its heading.
#[derive(Template)]
#[template(path = "chart/panels.html")]
pub struct Panels {
    pub title: String,
    pub panels: Vec<String>,
}

/// Words of a concept at a path; nothing if it has none.
pub fn words(value: Value<'_>, path: &str, lang: Lang) -> String {
    Concept::at(value, path).and_then(|concept| concept.words(lang)).map(|words| words.into_owned()).unwrap_or_default()
}

/// Words for codes that are mostly written without any
/// (<https://terminology.hl7.org/CodeSystem-v3-ParticipationType.html> and its neighbours).
const CODES: [(&str, &str); 26] = [
    ("ATND", rihla_web::key!("chart-code-attending")),
    ("SPRF", rihla_web::key!("chart-code-takes-part")),
    ("EM", rihla_web::key!("chart-code-emergency")),
    ("UR", rihla_web::key!("chart-code-urgent")),
    ("EL", rihla_web::key!("chart-code-elective")),
    ("R", rihla_web::key!("chart-code-routine")),
    ("emd", rihla_web::key!("chart-code-from-emergency")),
    ("gp", rihla_web::key!("chart-code-from-doctor")),
    ("home", rihla_web::key!("chart-code-to-home")),
    ("exp", rihla_web::key!("chart-code-died")),
    ("HUSB", rihla_web::key!("chart-code-husband")),
    ("WIFE", rihla_web::key!("chart-code-wife")),
    ("FTH", rihla_web::key!("chart-code-father")),
    ("MTH", rihla_web::key!("chart-code-mother")),
    ("CHILD", rihla_web::key!("chart-code-child")),
    ("SON", rihla_web::key!("chart-code-son")),
    ("DAU", rihla_web::key!("chart-code-daughter")),
    ("BRO", rihla_web::key!("chart-code-brother")),
    ("SIS", rihla_web::key!("chart-code-sister")),
    ("GUARD", rihla_web::key!("chart-code-guardian")),
    ("safety", rihla_web::key!("chart-alert-safety")),
    ("clinical", rihla_web::key!("chart-alert-clinical")),
    ("contact", rihla_web::key!("chart-alert-contact")),
    ("behavioral", rihla_web::key!("chart-alert-behavioral")),
    ("diet", rihla_web::key!("chart-alert-diet")),
    ("admin", rihla_web::key!("chart-alert-admin")),
];

/// Words of a concept at a path; where it is a bare code, ours for it.
pub fn said(voice: &Voice, value: Value<'_>, path: &str) -> String {
    let (words, code) = (words(value, path, voice.lang()), state(value, path));
    let known = CODES.iter().find(|(known, _)| *known == code).filter(|_| words == code);
    known.map_or(words, |(_, key)| voice.t(key))
}

/// The first of these texts that there is.
pub fn first_text(value: Value<'_>, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| value.text(path)).map(|text| text.into_owned())
}

/// Seconds since 1970, to put in order what is written in different zones and with different precision: a date alone is its
/// noon here, a month or a year its beginning, and what tells no time comes before all.
pub fn instant(voice: &Voice, when: &str) -> i64 {
    const YEAR: i64 = 31_556_952;
    match when.moment(voice.zone()) {
        Moment::Full(at) => at.timestamp().as_second(),
        Moment::Day(day) => day.at(12, 0, 0, 0).to_zoned(voice.zone().clone()).map_or(i64::MIN, |at| at.timestamp().as_second()),
        Moment::Month(year, month) => (i64::from(year) - 1970) * YEAR + (i64::from(month) - 1) * YEAR / 12,
        Moment::Year(year) => (i64::from(year) - 1970) * YEAR,
        Moment::Time(_) | Moment::Raw(_) => i64::MIN,
    }
}

/// Texts with a dot between them.
pub fn joined(parts: impl IntoIterator<Item = String>) -> Html {
    let mut out = Html::default();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push_text(" · ");
        }
        out.push(&rihla_web::text::auto(part));
    }
    out
}

/// The code of a status concept.
pub fn state(value: Value<'_>, path: &str) -> String {
    Concept::at(value, path).and_then(|concept| concept.any_code()).map(|code| code.into_owned()).unwrap_or_default()
}

/// Who or what a reference names: its own words, else those of the resource behind it.
pub fn behind(desk: &rihla_web::Desk, value: Value<'_>, path: &str) -> String {
    let lang = desk.voice.lang();
    let display = value.text(&format!("{path}.display")).map(|display| display.into_owned()).unwrap_or_default();
    // Who wrote the reference wrote it in one language; what it names may be known in the reader's.
    if !display.is_empty() && lang != Lang::Arabic {
        return display;
    }
    let reference = value.text(&format!("{path}.reference")).unwrap_or_default().into_owned();
    let Some((ty, id)) = reference.split_once('/') else { return display };
    let Ok(stored) = desk.read(ty, id) else { return display };
    let script = rihla_fhir::view::Script::of_lang(lang);
    let named = |found: Value<'_>| {
        let person = rihla_fhir::view::Names::of(found).first(script).map(rihla_fhir::view::HumanName::formal);
        let plain = found.at("name").and_then(|name| name.as_str()).map(|name| name.into_owned());
        // A role is known by who has it.
        let role = found.text("practitioner.reference").map(|_| behind(desk, found, "practitioner"));
        let translated = rihla_fhir::view::translated(found, "_name", lang).map(|name| name.into_owned());
        translated.or_else(|| arabic_alias(found, lang)).or(plain).or(person).or(role)
    };
    rihla_web::look(&stored, named).flatten().unwrap_or(display)
}

/// Houses and wards carry their Arabic name beside the other, without saying in which language it is.
fn arabic_alias(found: Value<'_>, lang: Lang) -> Option<String> {
    let arabic = |name: &Value<'_>| name.as_str().is_some_and(|name| name.contains(|sign| matches!(sign, '\u{0600}'..='\u{06FF}')));
    let name = found.all("alias").into_iter().filter(|_| lang == Lang::Arabic).find(arabic)?;
    name.as_str().map(|name| name.into_owned())
}
