//! Somebody's bands and labels: how they will look, how often they were printed, and printing them.

use crate::PRINT;
use crate::choice::Chosen;
use crate::deliver::{REASONS, kind_and_why, label_of, times};
use crate::pairs::{Pair, pairs};
use crate::printers::{Given, Printers, all};
use crate::wearer::Wearer;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::Response;
use rihla_labels::svg;
use rihla_packs::{LabelKind, Worn};
use rihla_web::text::{Voice, listed};
use rihla_web::{BANNER, Banner, Desk, Page, Refusal, key};
use serde::Deserialize;

/// Prints of the past that are shown.
const SHOWN: usize = 12;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// The code of what went wrong.
    pub wrong: String,
    /// What was sent to a printer: `1`.
    pub done: String,
}

/// What may be chosen: a code, its words, and whether it is.
pub type Choice = (String, String, bool);

/// One kind of label with what would be printed on it.
struct Paper {
    code: String,
    name: String,
    /// The drawing; or why there is none.
    drawing: Result<String, String>,
    is_band: bool,
    /// What most people came for.
    is_usual: bool,
    times: usize,
    printers: Vec<Choice>,
}

/// A mother and a child, with both bands.
struct PairShown {
    number: String,
    other: String,
    drawings: Vec<String>,
    times: usize,
    mother_printers: Vec<Choice>,
    child_printers: Vec<Choice>,
}

struct Past {
    when: String,
    what: String,
    why: String,
    copies: u16,
    place: String,
    fault: String,
}

#[derive(Template)]
#[template(path = "bands/page.html")]
struct Body<'b> {
    voice: &'b Voice,
    patient: &'b str,
    author: String,
    name: String,
    wrong: String,
    done: bool,
    papers: Vec<Paper>,
    pairs: Vec<PairShown>,
    reasons: Vec<(String, String)>,
    past: Vec<Past>,
    replaced: Option<String>,
    any_printer: bool,
}

/// `GET /patients/{patient}/bands`
pub async fn show(desk: Desk, given: Given, headers: HeaderMap, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    // A band says who somebody is, which whoever may find them may know already.
    let banner = Banner::load(&desk, &patient)?;
    let (printers, chosen) = (all(&given), Chosen::of(&desk, &headers));
    let wearer = Wearer::load(&desk, &patient)?;
    let voice = &desk.voice;
    let kinds = &desk.house.pack().labels.kinds;
    let here = Here { desk: &desk, printers: &printers, chosen: &chosen };
    let papers = kinds.iter().map(|kind| here.paper(&patient, &wearer, kind)).collect::<Result<_, _>>()?;
    let pairs = pairs(&desk, &patient)?.iter().map(|pair| here.pair(&patient, pair)).collect::<Result<Vec<_>, _>>()?;
    let body = Body {
        voice,
        patient: &patient,
        author: desk.person.mark(),
        name: banner.formal(),
        wrong: wrong(voice, &asked.wrong),
        done: asked.done == "1",
        papers,
        pairs: pairs.into_iter().flatten().collect(),
        reasons: reasons(voice),
        past: past(&desk, &patient)?,
        replaced: banner.replaced_by.clone(),
        any_printer: !printers.all().is_empty(),
    }
    .render()?;
    let live = BANNER.into_iter().map(|part| (part, patient.clone())).collect();
    desk.page(Page { title: voice.t("bands-title"), nav: "/patients", patient: Some(&banner), tab: Some("bands"), live, body, ..Page::default() })
}

/// The words of a code, if it is one of ours.
pub fn wrong(voice: &Voice, code: &str) -> String {
    const KNOWN: [&str; 18] = [
        "RH-PRINT-UNKNOWN",
        "RH-PRINT-AWAY",
        "RH-PRINT-SILENT",
        "RH-PRINT-UNSURE",
        "RH-PRINT-BUSY",
        "RH-PRINT-LARGE",
        "RH-PRINT-PAPER",
        "RH-PRINT-OPEN",
        "RH-PRINT-RIBBON",
        "RH-PRINT-PAUSED",
        "RH-LABEL-LETTER",
        "RH-LABEL-NUMBER",
        "RH-LABEL-SMALL",
        "RH-LABEL-OUTSIDE",
        "RH-LABEL-COPIES",
        "RH-LABEL-FONT",
        "RH-BANDS-WHY",
        "RH-BANDS-COUNT",
    ];
    match KNOWN.iter().find(|known| **known == code) {
        Some(known) => format!("{} ({known})", voice.t(&listed(key!("bands-wrong-*"), known))),
        None => String::new(),
    }
}

pub fn reasons(voice: &Voice) -> Vec<(String, String)> {
    REASONS.iter().map(|code| ((*code).to_owned(), voice.t(&listed(key!("bands-why-*"), code)))).collect()
}

/// The printers that have a label loaded, and the browser's own.
pub fn choices(desk: &Desk, printers: &Printers, label: &str, chosen: &str) -> Vec<Choice> {
    let has = |printer: &&crate::Printer| printer.labels.iter().any(|loaded| loaded == label);
    let one = |printer: &crate::Printer| (printer.name.clone(), format!("{} · {}", printer.place, printer.name), printer.name == chosen);
    let browser = (String::new(), desk.voice.t("bands-browser"), chosen.is_empty());
    printers.all().iter().filter(has).map(one).chain([browser]).collect()
}

struct Here<'h> {
    desk: &'h Desk,
    printers: &'h Printers,
    chosen: &'h Chosen,
}

impl Here<'_> {
    fn choices(&self, label: &str) -> Vec<Choice> {
        choices(self.desk, self.printers, label, &self.chosen.printer(label, self.printers))
    }

    fn drawing(&self, wearer: &Wearer, kind: &LabelKind) -> Result<String, &'static str> {
        let label = label_of(self.desk, wearer, kind)?;
        let title = format!("{} · {}", self.desk.named(&kind.names), wearer.number);
        svg(&label, &title).map_err(|fault| fault.code())
    }

    fn paper(&self, patient: &str, wearer: &Wearer, kind: &LabelKind) -> Result<Paper, Refusal> {
        Ok(Paper {
            code: kind.code.clone(),
            name: self.desk.named(&kind.names).into_owned(),
            drawing: self.drawing(wearer, kind).map_err(|code| wrong(&self.desk.voice, code)),
            is_band: kind.worn != Worn::Label,
            is_usual: kind.worn == Worn::Band,
            times: times(self.desk, patient, &kind.code, "")?,
            printers: self.choices(&kind.code),
        })
    }

    /// A pair, if this person may see both.
    fn pair(&self, patient: &str, pair: &Pair) -> Result<Option<PairShown>, Refusal> {
        let labels = &self.desk.house.pack().labels;
        let kind = |worn: Worn| labels.kinds.iter().find(|kind| kind.worn == worn);
        let (Some(adult), Some(newborn)) = (kind(Worn::Band), kind(Worn::NewbornBand)) else { return Ok(None) };
        let other = if pair.mother == patient { &pair.child } else { &pair.mother };
        let Ok(banner) = Banner::load(self.desk, other) else { return Ok(None) };
        let mut drawings = Vec::new();
        for (wearer, kind) in [(&pair.mother, adult), (&pair.child, newborn)] {
            let Ok(wearer) = Wearer::load(self.desk, wearer) else { return Ok(None) };
            let wearer = Wearer { pair: self.words_of_pair(pair), ..wearer };
            drawings.extend(self.drawing(&wearer, kind));
        }
        Ok(Some(PairShown {
            number: pair.number.clone(),
            other: banner.formal(),
            drawings,
            times: times(self.desk, &pair.child, &newborn.code, &pair.mother)?,
            mother_printers: self.choices(&adult.code),
            child_printers: self.choices(&newborn.code),
        }))
    }

    fn words_of_pair(&self, pair: &Pair) -> String {
        crate::print::words_of_pair(self.desk, pair)
    }
}

fn past(desk: &Desk, patient: &str) -> Result<Vec<Past>, Refusal> {
    let voice = &desk.voice;
    let one = |printed: &rihla_web::Printed| {
        let (kind, why) = kind_and_why(&printed.paper);
        let kind = desk.house.pack().labels.kind(kind)?;
        let pair = if printed.of.is_empty() { String::new() } else { format!(" · {}", voice.t("bands-pair")) };
        Some(Past {
            when: voice.date_time(printed.at),
            what: format!("{}{pair}", desk.named(&kind.names)),
            why: if why.is_empty() { String::new() } else { voice.t(&listed(key!("bands-why-*"), why)) },
            copies: printed.copies,
            place: if printed.printer.is_empty() { voice.t("bands-browser") } else { printed.printer.clone() },
            fault: printed.fault.clone(),
        })
    };
    Ok(desk.printed(patient)?.iter().filter_map(one).take(SHOWN).collect())
}
