//! What went in and out of a patient, by kind and hour: the day's total from the hour of the pack, and each shift's.

use crate::of::{Of, day};
use crate::sheet::{Entry, Sheet, Sum};
use crate::taken::{self, Wrong};
use crate::typed::{Typed, western};
use crate::{READ, WRITE};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use rihla_fhir::json::Value as Json;
use rihla_fhir::view::{Concept, Look, Quantity};
use rihla_kernel::Instant;
use rihla_packs::Balance;
use rihla_store::Stored;
use rihla_web::text::{Dated, Html, Moment, Voice, ltr};
use rihla_web::{BANNER, Desk, DraftKey, Page, Refusal, Struck, go, look, percent, quoted};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The system of kinds by their codes in the pack.
const FLUID: &str = "urn:rihla:fluid";
/// Entries of one day that are added up.
const MOST: &str = "500";
const FORM: &str = "signs.fluid";
const HOUR: i64 = 60 * 60 * 1000;

#[derive(Deserialize)]
pub struct Asked {
    /// The day on which the balance begins; empty: the one that goes on.
    #[serde(default)]
    day: String,
}

/// One entry as the page lists it.
struct Line {
    id: String,
    time: String,
    kind: String,
    volume: Html,
    by: String,
    struck: bool,
    why: String,
}

/// A row of sums.
struct Row {
    name: String,
    enters: Html,
    leaves: Html,
    net: Html,
}

#[derive(Template)]
#[template(path = "signs/balance.html")]
struct Body<'b> {
    voice: &'b Voice,
    patient: &'b str,
    name: String,
    author: String,
    here: String,
    back: String,
    id: String,
    title: String,
    writes: bool,
    kinds: Vec<(String, String, bool)>,
    kind: String,
    volume: String,
    taken: String,
    wrong: Vec<(&'static str, String)>,
    draft: Option<String>,
    heads: Vec<String>,
    hours: Vec<(String, Vec<Html>)>,
    rows: Vec<Row>,
    lines: Vec<Line>,
    cut: bool,
    before: String,
    after: Option<String>,
}

/// One entry of the record.
struct One {
    id: String,
    at: Instant,
    kind: usize,
    volume: u32,
    by: String,
    in_error: bool,
    struck: Option<Struck>,
}

/// `GET /patients/{patient}/balance?day=…`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, READ)?;
    let draft = if of.desk.person.may(WRITE.0) { of.desk.draft(&key(of.id()))? } else { None };
    let mut typed = Typed::default();
    for name in ["kind", "volume", "taken"] {
        typed.put(name, draft.as_ref().map_or("", |draft| draft.field(name)).to_owned());
    }
    let draft = draft.map(|draft| of.voice().time(draft.at));
    page(&of, asked.day.parse().ok(), &typed, Vec::new(), draft)
}

/// `POST /patients/{patient}/balance`
pub async fn add(desk: Desk, Path(patient): Path<String>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, WRITE)?;
    let typed = Typed::of(fields);
    of.own_form(typed.field("_patient"), typed.field("_author"))?;
    let (voice, balance) = (of.voice(), &of.desk.house.pack().signs.balance);
    let mut wrong = Vec::new();
    let kind = balance.kinds.iter().find(|kind| kind.code == typed.field("kind"));
    if kind.is_none() {
        wrong.push(("kind", voice.t("signs-balance-wrong-kind")));
    }
    let volume: String = typed.field("volume").chars().filter(|letter| !letter.is_whitespace()).map(western).collect();
    let volume = volume.parse::<u32>().ok().filter(|volume| (1..=balance.most).contains(volume));
    if volume.is_none() {
        wrong.push(("volume", voice.ta("signs-balance-wrong-volume", &[("most", voice.number(&balance.most.to_string()))])));
    }
    let at = taken::read(typed.field("taken"), voice.now(), voice.zone());
    if let Err(fault) = at {
        wrong.push(("taken", voice.t(if fault == Wrong::Future { "signs-wrong-future" } else { "signs-wrong-time" })));
    }
    let (Some(kind), Some(volume), Ok(at)) = (kind, volume, at) else { return page(&of, None, &typed, wrong, None) };
    let words = kind.names.get(&of.desk.house.pack().default_language).cloned().unwrap_or_default();
    let stay =
        of.desk.running_stay(of.id())?.map(|stay| format!(r#","encounter":{{"reference":{}}}"#, quoted(&format!("Encounter/{stay}")))).unwrap_or_default();
    let json = format!(
        r#"{{"resourceType":"Observation","status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"exam"}}]}}],"code":{{"coding":[{{"system":"{FLUID}","code":{code}}}],"text":{words}}},"subject":{{"reference":{patient}}}{stay},"effectiveDateTime":{at},"issued":{now},"performer":[{author}],"valueQuantity":{{"value":{volume},"unit":"mL","system":"http://unitsofmeasure.org","code":"mL"}}}}"#,
        code = quoted(&kind.code),
        words = quoted(&words),
        patient = quoted(&format!("Patient/{}", of.id())),
        at = quoted(&taken::fhir(at, voice.zone())),
        now = quoted(&of.desk.instant()),
        author = of.desk.author_reference(),
    );
    of.desk.create_as(typed.field("_id"), &json, vec![of.desk.without_draft(&key(of.id()))]).await?;
    let day = begun(at, balance, voice).map(|day| format!("?day={day}")).unwrap_or_default();
    Ok(go(&format!("{}{day}", of.path("balance")), &[]))
}

/// `POST /patients/{patient}/balance/{entry}/strike`
pub async fn strike(desk: Desk, Path((patient, entry)): Path<(String, String)>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, WRITE)?;
    let typed = Typed::of(fields);
    of.own_form(typed.field("_patient"), typed.field("_author"))?;
    let stored = of.desk.read("Observation", &entry)?;
    let kinds = &of.desk.house.pack().signs.balance;
    let own = look(&stored, |value| value.reference("subject.reference", "Patient").as_deref() == Some(of.id()) && kind(value, kinds).is_some());
    if own != Some(true) {
        return Err(Refusal::not_found());
    }
    of.desk.strike("Observation", &entry, stored.vid, typed.field("reason"), Vec::new()).await?;
    Ok(go(&of.path("balance"), &[]))
}

fn key(patient: &str) -> DraftKey<'_> {
    DraftKey { form: FORM, patient, stay: "" }
}

/// The day of the balance to which a moment belongs.
fn begun(at: Instant, balance: &Balance, voice: &Voice) -> Option<Date> {
    day(Instant(at.0 - i64::from(balance.begins) * HOUR), voice)
}

/// When a day of the balance begins.
fn start(day: Date, balance: &Balance, voice: &Voice) -> Option<Instant> {
    let at = day.to_datetime(jiff::civil::Time::midnight()).checked_add(SignedDuration::from_hours(i64::from(balance.begins))).ok()?;
    Some(Instant(at.to_zoned(voice.zone().clone()).ok()?.timestamp().as_millisecond()))
}

fn kind(value: Json<'_>, balance: &Balance) -> Option<usize> {
    let code = Concept::at(value, "code")?.code(FLUID)?.into_owned();
    balance.kinds.iter().position(|kind| kind.code == code)
}

fn read(stored: &Stored, balance: &Balance, voice: &Voice) -> Option<One> {
    look(stored, |value| {
        let Moment::Full(at) = value.text("effectiveDateTime")?.as_ref().moment(voice.zone()) else { return None };
        let quantity = Quantity::at(value, "valueQuantity").filter(|quantity| quantity.code == "mL")?;
        Some(One {
            id: stored.id.to_text(),
            at: Instant(at.timestamp().as_millisecond()),
            kind: kind(value, balance)?,
            volume: quantity.value.parse().ok()?,
            by: value.text("performer.display").unwrap_or_default().into_owned(),
            in_error: value.text("status").as_deref() == Some("entered-in-error"),
            struck: Struck::of(value),
        })
    })
    .flatten()
}

/// The entries of a day, the newest first, and whether there are more than can be added up.
fn entries(of: &Of, from: Instant, to: Instant) -> Result<(Vec<One>, bool), Refusal> {
    let (voice, balance) = (of.voice(), &of.desk.house.pack().signs.balance);
    let codes = balance.kinds.iter().map(|kind| format!("{FLUID}|{}", kind.code)).collect::<Vec<_>>().join(",");
    let (from, to) = (format!("ge{}", taken::fhir(from, voice.zone())), format!("lt{}", taken::fhir(to, voice.zone())));
    let asked = [("patient", of.id()), ("code", codes.as_str()), ("date", from.as_str()), ("date", to.as_str()), ("_sort", "-date"), ("_count", MOST)];
    let found = of.desk.search("Observation", &asked)?;
    Ok((found.matches.iter().filter_map(|stored| read(stored, balance, voice)).collect(), found.next.is_some()))
}

fn page(of: &Of, asked: Option<Date>, typed: &Typed, wrong: Vec<(&'static str, String)>, draft: Option<String>) -> Result<Response, Refusal> {
    let (desk, voice, balance) = (&of.desk, of.voice(), &of.desk.house.pack().signs.balance);
    let today = begun(voice.now(), balance, voice).ok_or_else(Refusal::not_found)?;
    let shown = asked.filter(|day| *day <= today).unwrap_or(today);
    let next = shown.checked_add(1.day()).map_err(|_| Refusal::not_found())?;
    let before = shown.checked_sub(1.day()).map_err(|_| Refusal::not_found())?;
    let (from, to) = start(shown, balance, voice).zip(start(next, balance, voice)).ok_or_else(Refusal::not_found)?;
    let (all, cut) = entries(of, from, to)?;
    let hour = |one: &One| usize::try_from((one.at.0 - from.0) / HOUR).unwrap_or(0);
    let counted: Vec<Entry> = all.iter().filter(|one| !one.in_error).map(|one| Entry { kind: one.kind, hour: hour(one), volume: one.volume }).collect();
    let sheet = if cut { Sheet::default() } else { Sheet::of(&counted, balance) };
    let at = |day: Date| format!("{}?day={day}", of.path("balance"));
    let writes = desk.person.may(WRITE.0);
    let id = Some(typed.field("_id")).filter(|id| !id.is_empty()).map(str::to_owned);
    let begins = format!("{:02}:00", balance.begins);
    let body = Body {
        voice,
        patient: of.id(),
        name: of.banner.formal(),
        author: desk.person.mark(),
        here: of.path("balance"),
        back: of.path("signs"),
        id: if writes { id.map_or_else(|| desk.reserve("Observation", of.id()), Ok)? } else { String::new() },
        title: voice.ta("signs-balance-day", &[("day", voice.date(from)), ("from", begins)]),
        writes,
        kinds: balance.kinds.iter().map(|kind| (kind.code.clone(), desk.named(&kind.names).into_owned(), kind.enters)).collect(),
        kind: typed.field("kind").to_owned(),
        volume: typed.field("volume").to_owned(),
        taken: Some(typed.field("taken")).filter(|text| !text.is_empty()).map_or_else(|| taken::field(voice.now(), voice.zone()), str::to_owned),
        wrong,
        draft,
        heads: balance.kinds.iter().map(|kind| desk.named(&kind.names).into_owned()).collect(),
        hours: sheet
            .hours
            .iter()
            .map(|(hour, volumes)| (clock(from, *hour, voice), volumes.iter().map(|volume| shown_or_not(*volume, voice)).collect()))
            .collect(),
        rows: if counted.is_empty() || cut { Vec::new() } else { rows(desk, balance, &sheet) },
        lines: all.iter().map(|one| line(desk, one, balance)).collect(),
        cut,
        before: at(before),
        after: (shown < today).then(|| at(next)),
    }
    .render()?;
    let live = BANNER.into_iter().map(|part| (part, of.id().to_owned())).collect();
    desk.page(Page { title: voice.t("signs-balance"), nav: "/patients", patient: Some(&of.banner), tab: Some("signs"), live, body, ..Page::default() })
}

/// The hour of the day at which an hour of the balance begins.
fn clock(from: Instant, hour: usize, voice: &Voice) -> String {
    voice.time(Instant(from.0 + i64::try_from(hour).unwrap_or(0) * HOUR))
}

fn shown_or_not(volume: u32, voice: &Voice) -> Html {
    if volume == 0 { Html::default() } else { ltr(voice.number(&volume.to_string())) }
}

fn rows(desk: &Desk, balance: &Balance, sheet: &Sheet) -> Vec<Row> {
    let voice = &desk.voice;
    let number = |value: i64| ltr(voice.number(&value.to_string()));
    let signed = |value: i64| if value > 0 { ltr(format!("+{}", voice.number(&value.to_string()))) } else { number(value) };
    let row = |name: String, sum: &Sum| Row { name, enters: number(sum.enters), leaves: number(sum.leaves), net: signed(sum.net()) };
    let shifts = balance.shifts.iter().zip(&sheet.shifts).map(|(shift, sum)| row(desk.named(&shift.names).into_owned(), sum));
    shifts.chain([row(voice.t("signs-balance-total"), &sheet.total)]).collect()
}

fn line(desk: &Desk, one: &One, balance: &Balance) -> Line {
    let voice = &desk.voice;
    let why = one.struck.as_ref().map(|struck| {
        let at = voice.date_time(struck.at.as_str());
        voice.ta("signs-struck-by", &[("reason", struck.reason.as_str()), ("at", at.as_str()), ("by", struck.by.as_str())])
    });
    Line {
        id: percent(&one.id),
        time: voice.time(one.at),
        kind: balance.kinds.get(one.kind).map(|kind| desk.named(&kind.names).into_owned()).unwrap_or_default(),
        volume: ltr(format!("{} mL", voice.number(&one.volume.to_string()))),
        by: one.by.clone(),
        struck: one.in_error,
        why: why.unwrap_or_default(),
    }
}
