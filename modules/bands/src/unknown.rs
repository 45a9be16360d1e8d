//! Bands that are numbered before anybody wears them: many people arrive at once whom nobody can name yet. Nobody is
//! registered by that; a number is given once and never again.

use crate::PRINT;
use crate::choice::Chosen;
use crate::deliver::{Job, UNKNOWN, deliver, label_of};
use crate::page::{Asked, Choice, choices, wrong};
use crate::printers::{Given, Printers, all};
use crate::wearer::{Wearer, voice, world};
use askama::Template;
use axum::extract::{Form, Query};
use axum::http::HeaderMap;
use axum::response::Response;
use rihla_kernel::Lang;
use rihla_labels::Label;
use rihla_packs::{LabelKind, Worn};
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal, go, percent};
use serde::Deserialize;

/// Bands of one order: a bus.
const MOST: u64 = 100;
const SHOWN: usize = 12;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    count: String,
    printer: String,
}

struct Past {
    when: String,
    from: String,
    to: String,
    place: String,
    fault: String,
}

#[derive(Template)]
#[template(path = "bands/unknown.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    wrong: String,
    done: bool,
    printers: Vec<Choice>,
    past: Vec<Past>,
}

/// `GET /bands/unknown`
pub async fn show(desk: Desk, given: Given, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    let (printers, chosen) = (all(&given), Chosen::of(&desk, &headers));
    let kind = band(&desk)?;
    let voice = &desk.voice;
    let one = |printed: &rihla_web::Printed| {
        let first: u64 = printed.of.parse().ok()?;
        Some(Past {
            when: voice.date_time(printed.at),
            from: number(&desk, first),
            to: number(&desk, first + u64::from(printed.copies).saturating_sub(1)),
            place: if printed.printer.is_empty() { voice.t("bands-browser") } else { printed.printer.clone() },
            fault: printed.fault.clone(),
        })
    };
    let body = Body {
        voice,
        author: desk.person.mark(),
        wrong: wrong(voice, &asked.wrong),
        done: asked.done == "1",
        printers: choices(&desk, &printers, &kind.code, &chosen.printer(&kind.code, &printers)),
        past: desk.printed(UNKNOWN)?.iter().filter_map(one).take(SHOWN).collect(),
    }
    .render()?;
    desk.page(Page { title: voice.t("bands-unknown"), nav: crate::PRINTERS, body, ..Page::default() })
}

/// `POST /bands/unknown`
pub async fn print(desk: Desk, given: Given, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(PRINT)?;
    desk.same_author(&typed.author)?;
    let Some(count) = typed.count.trim().parse().ok().filter(|count| (1..=MOST).contains(count)) else {
        return Ok(go("/bands/unknown?wrong=RH-BANDS-COUNT", &[]));
    };
    let kind = band(&desk)?;
    let printers = all(&given);
    let printer = printers.with_label(&typed.printer, &kind.code);
    if printer.is_none() && !typed.printer.is_empty() {
        return Ok(go(&format!("/bands/unknown?wrong={}", crate::Unprinted::Unknown.code()), &[]));
    }
    let first = desk.take_numbers(UNKNOWN, count).await?;
    let to = match numbered(&desk, &printers, kind, (first, count), printer).await? {
        Some(code) => format!("/bands/unknown?wrong={code}"),
        None if printer.is_some() => "/bands/unknown?done=1".to_owned(),
        None => format!("/bands/unknown/sheet?label={}&of={first}", percent(&kind.code)),
    };
    Ok(go(&to, &[]))
}

/// Prints so many bands from a number on, each once, and remembers them.
pub async fn numbered(
    desk: &Desk,
    printers: &Printers,
    kind: &LabelKind,
    (first, count): (u64, u64),
    printer: Option<&crate::Printer>,
) -> Result<Option<&'static str>, Refusal> {
    let labels: Result<Vec<Label>, &'static str> =
        (first..first.saturating_add(count)).map(|number| label_of(desk, &unknown_wearer(desk, number), kind)).collect();
    let labels = match labels {
        Ok(labels) => labels,
        Err(code) => return Ok(Some(code)),
    };
    // What is remembered as copies is how many bands there are; each is sent once.
    let job =
        Job { about: UNKNOWN, kind, of: &first.to_string(), why: "", labels: &labels, copies: u16::try_from(count).unwrap_or(u16::MAX), each: 1, printer };
    deliver(desk, printers, &job).await
}

/// The band that adults wear.
pub fn band(desk: &Desk) -> Result<&LabelKind, Refusal> {
    desk.house.pack().labels.kinds.iter().find(|kind| kind.worn == Worn::Band).ok_or_else(|| Refusal::invalid("RH-BANDS-LABEL", "The pack knows no wristband."))
}

fn number(desk: &Desk, number: u64) -> String {
    rihla_web::band_number(desk.house.site(), number)
}

pub fn unknown_wearer(desk: &Desk, at: u64) -> Wearer {
    let title = [voice(desk).in_lang(Lang::French), voice(desk).in_lang(Lang::Arabic)].map(|voice| voice.t("bands-nobody"));
    Wearer { number: number(desk, at), birth: voice(desk).date(desk.voice.now()), world: world(desk), title: Some(title), ..Wearer::default() }
}
