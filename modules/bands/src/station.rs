//! The printers of the house: which ones this workstation prints on, whether they work, and what could not be printed.

use crate::PRINT;
use crate::choice::Chosen;
use crate::deliver::{Job, TEST, UNKNOWN, deliver, kind_and_why, label_of, register};
use crate::page::{Choice, choices, wrong};
use crate::pairs::pairs;
use crate::print::{Wanted, one, words_of_pair};
use crate::printers::{Given, Printer, Printers, all};
use crate::unknown::numbered;
use crate::wearer::{Wearer, voice, world};
use askama::Template;
use axum::extract::{Form, Query};
use axum::http::HeaderMap;
use axum::response::Response;
use rihla_kernel::{Fault, FaultKind, Instant, Lang};
use rihla_web::text::Voice;
use rihla_web::{Banner, Desk, Page, Printed, Refusal, go};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Failures of one printer that are shown: the newest.
const SHOWN: usize = 20;
/// After so long nobody waits for a band any more.
const KEPT_MS: i64 = 48 * 60 * 60 * 1000;

/// One failure that nobody has made good.
struct Failed {
    at: i64,
    when: String,
    what: String,
    /// Whose band; empty where this person may not know, or where it is nobody's.
    whom: String,
    why: String,
    to: Vec<Choice>,
}

struct Shown {
    name: String,
    place: String,
    labels: Vec<(String, String)>,
    failed: Vec<Failed>,
}

#[derive(Template)]
#[template(path = "bands/printers.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    wrong: String,
    done: bool,
    kept: bool,
    choices: Vec<(String, String, Vec<Choice>)>,
    printers: Vec<Shown>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    wrong: String,
    done: String,
    kept: String,
}

/// `GET /printers`
pub async fn show(desk: Desk, given: Given, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    let (printers, chosen) = (all(&given), Chosen::of(&desk, &headers));
    let voice = &desk.voice;
    let kinds = &desk.house.pack().labels.kinds;
    let of = |kind: &rihla_packs::LabelKind| {
        let chosen = chosen.printer(&kind.code, &printers);
        (kind.code.clone(), desk.named(&kind.names).into_owned(), choices(&desk, &printers, &kind.code, &chosen))
    };
    let body = Body {
        voice,
        author: desk.person.mark(),
        wrong: wrong(voice, &asked.wrong),
        done: asked.done == "1",
        kept: asked.kept == "1",
        choices: kinds.iter().map(of).collect(),
        printers: printers.all().iter().map(|printer| shown(&desk, &printers, printer)).collect::<Result<_, _>>()?,
    }
    .render()?;
    desk.page(Page { title: voice.t("bands-printers"), nav: crate::PRINTERS, body, ..Page::default() })
}

fn shown(desk: &Desk, printers: &Printers, printer: &Printer) -> Result<Shown, Refusal> {
    let labels = &desk.house.pack().labels;
    let named = |code: &String| labels.kind(code).map(|kind| (code.clone(), desk.named(&kind.names).into_owned()));
    Ok(Shown {
        name: printer.name.clone(),
        place: printer.place.clone(),
        labels: printer.labels.iter().filter_map(named).collect(),
        failed: open_failures(desk, printer)?.iter().map(|printed| failed(desk, printers, printer, printed)).collect(),
    })
}

/// What failed on a printer and was printed nowhere on it since, the newest first; of one thing the last try.
fn open_failures(desk: &Desk, printer: &Printer) -> Result<Vec<Printed>, Refusal> {
    let mut seen = std::collections::BTreeSet::new();
    let since = desk.house.clock().now().0 - KEPT_MS;
    let mut all = desk.printed(&register(&printer.name))?;
    all.retain(|one| one.at.0 >= since && seen.insert((kind_and_why(&one.paper).0.to_owned(), one.of.clone())) && !one.fault.is_empty());
    all.truncate(SHOWN);
    Ok(all)
}

fn failed(desk: &Desk, printers: &Printers, printer: &Printer, printed: &Printed) -> Failed {
    let voice = &desk.voice;
    let (code, _) = kind_and_why(&printed.paper);
    let about = printed.of.split(' ').next().unwrap_or_default();
    let whom = match about {
        UNKNOWN => voice.t("bands-unknown"),
        TEST => voice.t("bands-test"),
        patient => Banner::load(desk, patient).map(|banner| banner.formal()).unwrap_or_default(),
    };
    Failed {
        at: printed.at.0,
        when: voice.date_time(printed.at),
        what: desk.house.pack().labels.kind(code).map(|kind| desk.named(&kind.names).into_owned()).unwrap_or_default(),
        whom,
        why: wrong(voice, &printed.fault),
        to: choices(desk, printers, code, &printer.name).into_iter().filter(|(name, _, _)| !name.is_empty()).collect(),
    }
}

/// `POST /printers/choose`: kept by the browser, for everybody who sits at it.
pub async fn choose(desk: Desk, given: Given, headers: HeaderMap, Form(typed): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    desk.same_author(typed.get("_author").map_or("", String::as_str))?;
    let (printers, mut chosen) = (all(&given), Chosen::of(&desk, &headers));
    for kind in &desk.house.pack().labels.kinds {
        chosen.set(&kind.code, typed.get(&kind.code).map_or("", String::as_str), &printers);
    }
    Ok(go(&format!("{}?kept=1", crate::PRINTERS), &[chosen.cookie(&desk)]))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    printer: String,
    label: String,
    /// When what failed was tried.
    at: i64,
    /// The printer of the next try.
    to: String,
}

/// `POST /printers/test`: a label that says which printer it came from.
pub async fn test(desk: Desk, given: Given, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    desk.same_author(&typed.author)?;
    let printers = all(&given);
    Ok(said(tried(&desk, &printers, &typed.printer, &typed.label).await?))
}

async fn tried(desk: &Desk, printers: &Printers, printer: &str, label: &str) -> Result<Option<&'static str>, Refusal> {
    let (Some(printer), Some(kind)) = (printers.with_label(printer, label), desk.house.pack().labels.kind(label)) else {
        return Ok(Some(crate::Unprinted::Unknown.code()));
    };
    let title = [Lang::French, Lang::Arabic].map(|lang| voice(desk).in_lang(lang).t("bands-test"));
    let number = printer.name.chars().take(30).collect();
    let birth = voice(desk).date_time(desk.voice.now());
    let wearer = Wearer { title: Some(title), number, birth, world: world(desk), ..Wearer::default() };
    let label = match label_of(desk, &Wearer { pair: printer.place.clone(), ..wearer }, kind) {
        Ok(label) => label,
        Err(code) => return Ok(Some(code)),
    };
    let job = Job { about: TEST, kind, of: "", why: "", labels: &[label], copies: 1, each: 1, printer: Some(printer) };
    deliver(desk, printers, &job).await
}

fn said(wrong: Option<&'static str>) -> Response {
    let how = wrong.map_or_else(|| "done=1".to_owned(), |code| format!("wrong={code}"));
    go(&format!("{}?{how}", crate::PRINTERS), &[])
}

/// `POST /printers/again`: what failed, on the same printer or another one.
pub async fn again(desk: Desk, given: Given, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    desk.same_author(&typed.author)?;
    let printers = all(&given);
    let from = printers.all().iter().find(|printer| printer.name == typed.printer).ok_or_else(gone)?;
    let found = open_failures(&desk, from)?.into_iter().find(|printed| printed.at == Instant(typed.at)).ok_or_else(gone)?;
    let (code, why) = kind_and_why(&found.paper);
    let kind = desk.house.pack().labels.kind(code).ok_or_else(gone)?;
    let (about, of) = found.of.split_once(' ').unwrap_or((found.of.as_str(), ""));
    let wrong = match about {
        TEST => tried(&desk, &printers, &typed.to, code).await?,
        UNKNOWN => {
            let first = of.parse().map_err(|_| gone())?;
            numbered(&desk, &printers, kind, (first, u64::from(found.copies)), printers.with_label(&typed.to, code)).await?
        }
        patient => {
            let wearer = again_wearer(&desk, patient, of)?;
            let why = crate::deliver::REASONS.iter().find(|known| **known == why).copied().unwrap_or_default();
            let wanted = Wanted { about: patient, kind, of, why, copies: found.copies, printer: &typed.to };
            one(&desk, &printers, &wearer, &wanted).await?.err()
        }
    };
    // On another printer it went out: the first one's list is told.
    if wrong.is_none() && typed.to != typed.printer {
        let told = Printed { at: desk.house.clock().now(), by: desk.person.author(), printer: typed.to.clone(), fault: String::new(), ..found.clone() };
        desk.note_printed(&register(&from.name), &told).await?;
    }
    Ok(said(wrong))
}

/// Somebody with the number of the pair, where the band was one of two.
fn again_wearer(desk: &Desk, patient: &str, other: &str) -> Result<Wearer, Refusal> {
    let wearer = Wearer::load(desk, patient)?;
    let is = |pair: &&crate::pairs::Pair| (pair.mother == patient && pair.child == other) || (pair.child == patient && pair.mother == other);
    let found = if other.is_empty() { None } else { pairs(desk, patient)?.iter().find(is).map(|pair| words_of_pair(desk, pair)) };
    // Two that the record does not link any more have no number in common.
    if found.is_none() && !other.is_empty() {
        return Err(gone());
    }
    Ok(Wearer { pair: found.unwrap_or_default(), ..wearer })
}

fn gone() -> Refusal {
    Fault::new(FaultKind::Conflict, "RH-BANDS-DONE", "This print was made good already, or its printer went. Open the page again.").into()
}
