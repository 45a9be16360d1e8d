//! All scores of the house: those in use with their last result, and those that wait for somebody to confirm them.

use crate::READ;
use crate::of::Of;
use crate::sets::last;
use crate::told::{icon, is_active, level, named};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_scores::Scores;
use rihla_web::text::Voice;
use rihla_web::{BANNER, Desk, Icon, Page, Refusal};

/// Observations among which last results are looked for.
const RECENT: &str = "200";

struct Line {
    path: String,
    name: String,
    about: String,
    last: Option<Last>,
}

struct Last {
    total: i32,
    level: String,
    words: String,
    icon: Icon<'static>,
    when: String,
}

#[derive(Template)]
#[template(path = "signs/scores.html")]
struct Body<'b> {
    voice: &'b Voice,
    back: String,
    active: Vec<Line>,
    inactive: Vec<Line>,
}

/// `GET /patients/{patient}/scores`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, READ)?;
    let voice = of.voice();
    let (sets, _) = last(&of.desk, of.id(), None, RECENT)?;
    let (mut active, mut inactive) = (Vec::new(), Vec::new());
    for score in Scores::known().map(|scores| scores.list.as_slice()).unwrap_or_default() {
        let found = sets.iter().filter(|set| !set.in_error).find_map(|set| Some((set.at, set.scored(&score.id)?)));
        let last = found.map(|(at, scored)| Last {
            total: scored.total,
            level: scored.level.clone(),
            words: level(voice, &scored.level),
            icon: icon(&scored.level),
            when: voice.date_time(at),
        });
        let line = Line {
            path: of.path(&format!("scores/{}", score.id)),
            name: named(&score.names, voice.lang()).to_owned(),
            about: named(&score.about, voice.lang()).to_owned(),
            last,
        };
        if is_active(&of.desk, score) { active.push(line) } else { inactive.push(line) }
    }
    let body = Body { voice, back: of.path("signs"), active, inactive }.render()?;
    let live = BANNER.into_iter().map(|part| (part, of.id().to_owned())).collect();
    of.desk.page(Page { title: voice.t("signs-scores"), nav: "/patients", patient: Some(&of.banner), tab: Some("signs"), live, body, ..Page::default() })
}
