//! Printing somebody's bands and labels, and those of a mother with her child.

use crate::PRINT;
use crate::deliver::{Job, REASONS, deliver, label_of, times};
use crate::pairs::{Pair, pairs};
use crate::printers::{Given, Printers, all};
use crate::wearer::{Wearer, voice};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_kernel::{Fault, FaultKind};
use rihla_packs::{LabelKind, Worn};
use rihla_web::{Banner, Desk, Refusal, go, percent};
use serde::Deserialize;

/// Copies that a person may ask for.
const MOST: u16 = 50;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    pub author: String,
    #[serde(rename = "_patient")]
    pub patient: String,
    pub label: String,
    pub copies: String,
    pub why: String,
    pub printer: String,
    /// The printer of the child's band.
    pub printer_child: String,
    /// The number of a pair.
    pub pair: String,
}

/// `POST /patients/{patient}/bands/print`
pub async fn print(desk: Desk, given: Given, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    check(&desk, &patient, &typed)?;
    let kind = desk.house.pack().labels.kind(&typed.label).ok_or_else(no_label)?;
    let back = format!("/patients/{patient}/bands");
    let Some(copies) = copies(&typed.copies) else { return Ok(go(&format!("{back}?wrong=RH-BANDS-COUNT"), &[])) };
    let Some(why) = why(&desk, &patient, kind, "", &typed.why)? else { return Ok(go(&format!("{back}?wrong=RH-BANDS-WHY"), &[])) };
    let wearer = Wearer::load(&desk, &patient)?;
    let printers = all(&given);
    let job = Wanted { about: &patient, kind, of: "", why, copies, printer: &typed.printer };
    let to = match one(&desk, &printers, &wearer, &job).await? {
        Err(code) => format!("{back}?wrong={code}"),
        Ok(true) => format!("{back}?done=1"),
        Ok(false) => format!("{back}/sheet?label={}&copies={copies}", percent(&kind.code)),
    };
    Ok(go(&to, &[]))
}

/// `POST /patients/{patient}/bands/pair`: the mother's band and the child's, with one number on both.
pub async fn pair(desk: Desk, given: Given, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    check(&desk, &patient, &typed)?;
    let found = pairs(&desk, &patient)?.into_iter().find(|pair| pair.number == typed.pair).ok_or_else(no_pair)?;
    let back = format!("/patients/{patient}/bands");
    let kind = |worn: Worn| desk.house.pack().labels.kinds.iter().find(|kind| kind.worn == worn).ok_or_else(no_label);
    let (adult, newborn) = (kind(Worn::Band)?, kind(Worn::NewbornBand)?);
    let Some(why) = why(&desk, &found.child, newborn, &found.mother, &typed.why)? else { return Ok(go(&format!("{back}?wrong=RH-BANDS-WHY"), &[])) };
    let printers = all(&given);
    let mut by_browser = false;
    let both = [(&found.mother, adult, &found.child, &typed.printer), (&found.child, newborn, &found.mother, &typed.printer_child)];
    for (wears, kind, other, printer) in both {
        let wearer = Wearer { pair: words_of_pair(&desk, &found), ..Wearer::load(&desk, wears)? };
        let job = Wanted { about: wears, kind, of: other, why, copies: 1, printer };
        match one(&desk, &printers, &wearer, &job).await? {
            Err(code) => return Ok(go(&format!("{back}?wrong={code}"), &[])),
            Ok(sent) => by_browser |= !sent,
        }
    }
    let to = if by_browser { format!("{back}/sheet?pair={}", percent(&found.number)) } else { format!("{back}?done=1") };
    Ok(go(&to, &[]))
}

/// What a form asks to be printed.
pub struct Wanted<'w> {
    pub about: &'w str,
    pub kind: &'w LabelKind,
    pub of: &'w str,
    pub why: &'w str,
    pub copies: u16,
    /// The name of a printer; empty: the browser's own.
    pub printer: &'w str,
}

/// Prints one label of somebody. Says whether a printer has it, or the code of why not.
pub async fn one(desk: &Desk, printers: &Printers, wearer: &Wearer, wanted: &Wanted<'_>) -> Result<Result<bool, &'static str>, Refusal> {
    let Wanted { about, kind, of, why, copies, printer } = *wanted;
    let printer = match (printer.is_empty(), printers.with_label(printer, &kind.code)) {
        (true, _) => None,
        (false, Some(known)) => Some(known),
        // It is chosen in a page that is older than the file of printers.
        (false, None) => return Ok(Err(crate::Unprinted::Unknown.code())),
    };
    let label = match label_of(desk, wearer, kind) {
        Ok(label) => label,
        Err(code) => return Ok(Err(code)),
    };
    let job = Job { about, kind, of, why, labels: &[label], copies, each: copies, printer };
    Ok(match deliver(desk, printers, &job).await? {
        Some(code) => Err(code),
        None => Ok(printer.is_some()),
    })
}

fn check(desk: &Desk, patient: &str, typed: &Typed) -> Result<(), Refusal> {
    desk.require(PRINT)?;
    desk.same_author(&typed.author)?;
    if typed.patient != patient {
        return Err(Refusal::invalid("RH-BANDS-OTHER-PATIENT", "The form was filled in on another patient's page."));
    }
    let banner = Banner::load(desk, patient)?;
    if banner.replaced_by.is_some() {
        let text = "This record was merged into another: the band of the other one is worn.";
        return Err(Fault::new(FaultKind::Conflict, "RH-BANDS-MERGED", text).into());
    }
    Ok(())
}

pub fn copies(text: &str) -> Option<u16> {
    let text = text.trim();
    if text.is_empty() { Some(1) } else { text.parse().ok().filter(|copies| (1..=MOST).contains(copies)) }
}

/// The reason of a reprint: none is asked the first time, nor for labels that are stuck on papers. `None`: it is missing.
fn why(desk: &Desk, about: &str, kind: &LabelKind, of: &str, typed: &str) -> Result<Option<&'static str>, Refusal> {
    let given = REASONS.iter().find(|code| **code == typed).copied();
    let first = kind.worn == Worn::Label || times(desk, about, &kind.code, of)? == 0;
    Ok(if first { Some("") } else { given })
}

pub fn words_of_pair(desk: &Desk, pair: &Pair) -> String {
    voice(desk).ta("bands-pair-of", &[("number", pair.number.as_str())])
}

fn no_label() -> Refusal {
    Refusal::invalid("RH-BANDS-LABEL", "The pack knows no such label any more. Open the page again.")
}

fn no_pair() -> Refusal {
    Fault::new(FaultKind::Conflict, "RH-BANDS-PAIR", "The record does not link these two as mother and child any more. Open the page again.").into()
}
