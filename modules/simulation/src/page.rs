//! The hospital's time and what was done lately.

use crate::Played;
use askama::Template;
use axum::extract::{Extension, Form};
use axum::response::Response;
use rihla_kernel::Clock as _;
use rihla_living::Did;
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal, go, key};
use serde::Deserialize;

const PATH: &str = "/simulation";
/// Seconds of the hospital in one of ours.
const PACES: [u32; 6] = [0, 1, 10, 60, 300, 600];
/// What is counted, in the order of a patient's way.
const COUNTED: [(&str, &str); 7] = [
    ("arrive", key!("simulation-arrive")),
    ("triage", key!("simulation-triage")),
    ("charge", key!("simulation-charge")),
    ("left", key!("simulation-left")),
    ("admit", key!("simulation-admit")),
    ("depart", key!("simulation-depart")),
    ("clean", key!("simulation-clean")),
];
/// What is told and not counted.
const TOLD: [(&str, &str); 3] = [("box", key!("simulation-box")), ("decide", key!("simulation-decide")), ("may-go", key!("simulation-may-go"))];

struct Pace {
    value: u32,
    label: String,
    here: bool,
}

struct Line {
    at: String,
    site: String,
    what: String,
    refused: String,
}

#[derive(Template)]
#[template(path = "simulation/page.html")]
struct Body<'b> {
    voice: &'b Voice,
    played: String,
}

#[derive(Template)]
#[template(path = "simulation/played.html")]
struct PlayedBody<'b> {
    voice: &'b Voice,
    now: String,
    paces: Vec<Pace>,
    author: String,
    sites: Vec<String>,
    counts: Vec<(String, Vec<u64>)>,
    has_refused: bool,
    refused: String,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    pace: Option<u32>,
}

/// `GET /simulation`
pub async fn show(desk: Desk, played: Option<Extension<Played>>) -> Result<Response, Refusal> {
    let Extension(played) = played.ok_or_else(Refusal::not_found)?;
    let part = part(&desk, &played)?;
    if desk.wants_part() {
        return Ok(desk.part(part));
    }
    let body = Body { voice: &desk.voice, played: part }.render()?;
    desk.page(Page { title: desk.voice.t("simulation-title"), nav: PATH, body, ..Page::default() })
}

/// `POST /simulation`: how fast time passes from now on.
pub async fn set(desk: Desk, played: Option<Extension<Played>>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let Extension(played) = played.ok_or_else(Refusal::not_found)?;
    desk.same_author(&typed.author)?;
    let pace = typed.pace.filter(|pace| PACES.contains(pace));
    let pace = pace.ok_or_else(|| Refusal::invalid("RH-SIMULATION-PACE", "The form does not say how fast time should pass: 0, 1, 10, 60, 300 or 600."))?;
    played.clock.set_pace(pace);
    Ok(go(PATH, &[]))
}

fn part(desk: &Desk, played: &Played) -> Result<String, Refusal> {
    let voice = &desk.voice;
    let pace = played.clock.pace();
    let label = |pace: u32| if pace == 0 { voice.t("simulation-stand") } else { voice.tn("simulation-times", i64::from(pace)) };
    let paces = PACES.into_iter().map(|value| Pace { value, label: label(value), here: pace == Some(value) });
    let sites: Vec<String> = desk.house.pack().sites.iter().map(|site| desk.named(&site.names).into_owned()).collect();
    let counts = COUNTED.into_iter().map(|(what, words)| (voice.t(words), (0..sites.len()).map(|site| played.told.count(site, what)).collect()));
    let now = played.clock.now();
    let refused = played.told.refused();
    let part = PlayedBody {
        voice,
        now: format!("{} {}", voice.date(now), voice.time(now)),
        paces: paces.collect(),
        author: desk.person.mark(),
        counts: counts.collect(),
        has_refused: refused > 0,
        refused: voice.tn("simulation-refused", i64::try_from(refused).unwrap_or(i64::MAX)),
        lines: played.told.last().iter().map(|did| line(voice, did, &sites)).collect(),
        sites,
    };
    Ok(part.render()?)
}

fn line(voice: &Voice, did: &Did, sites: &[String]) -> Line {
    let words = COUNTED.iter().chain(&TOLD).find(|(what, _)| *what == did.what).map(|(_, words)| *words);
    Line {
        at: voice.time(did.at),
        site: sites.get(did.site).cloned().unwrap_or_default(),
        what: words.map(|words| voice.t(words)).unwrap_or_default(),
        refused: did.refused.clone().unwrap_or_default(),
    }
}
