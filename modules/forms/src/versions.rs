//! One form of the site: what it asks, its versions with who, when and what changed, and what may be done with it.

use crate::faults::{Told, told};
use crate::field::Line;
use crate::fill::REASON;
use crate::list::state_words;
use crate::publish::{active, mark, next};
use crate::version::{self, Version};
use crate::{EDIT, READ, preview};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::json::{Limits, parse};
use rihla_kernel::Lang;
use rihla_questionnaire::edit::{Aspect, Difference, Three, Work, differences};
use rihla_store::Stored;
use rihla_web::text::{Html, Voice, auto, listed, ltr};
use rihla_web::{Desk, Page, Refusal, look, percent};
use serde::Deserialize;

/// What may be said of an act that was refused.
const WRONG: [&str; 3] = ["RH-FORMS-MOVED", "RH-FORMS-FAULTS", "RH-FORMS-REASON-FORM"];

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What was refused a moment ago.
    wrong: String,
}

struct Row {
    path: String,
    here: bool,
    version: Html,
    state: String,
    by: Html,
    at: String,
    /// Why it was taken out of use, by whom, when.
    retired: Option<(Html, Html, String)>,
    changes: Vec<String>,
    first: bool,
}

#[derive(Template)]
#[template(path = "forms/versions.html")]
struct Body<'b> {
    voice: &'b Voice,
    title: Html,
    about: Html,
    users: String,
    state: String,
    draft: bool,
    version: Html,
    url: Html,
    rows: Vec<Row>,
    faults: Vec<Told>,
    lines: Vec<Line>,
    edits: bool,
    publishes: bool,
    retires: bool,
    next: Html,
    changes: Vec<String>,
    before: bool,
    here: String,
    author: String,
    stored: u32,
    active: String,
    longest: usize,
    wrong: Option<String>,
}

/// `GET /forms/{questionnaire}`
pub async fn show(desk: Desk, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(READ)?;
    let one = Version::read(&desk, &id)?;
    let all = version::all(&desk, &one)?;
    let voice = &desk.voice;
    let tried = preview::preview(&desk, &one.stored.json(), None)?;
    let work = look(&one.stored, Work::of).unwrap_or_default();
    let mut faults = if one.is("draft") { work.faults() } else { Vec::new() };
    faults.extend(tried.faults);
    let role = |code: &String| desk.house.pack().roles.role(code).map_or_else(|| code.clone(), |role| desk.named(&role.names).into_owned());
    let edits = desk.person.may(EDIT.0);
    let now = active(&all).filter(|now| now.sheet.id != one.sheet.id);
    let title = one.sheet.words(voice.lang()).to_owned();
    let body = Body {
        voice,
        title: auto(&title),
        about: auto(one.sheet.about.of(voice.lang())),
        users: one.sheet.users.iter().map(role).collect::<Vec<_>>().join(" · "),
        state: state_words(voice, &one.sheet.status),
        draft: one.is("draft"),
        version: code(&one.sheet.version),
        url: code(&one.url),
        rows: all.iter().map(|version| row(version, &all, &one, voice)).collect(),
        faults: told(&faults, &work, voice),
        lines: tried.lines,
        edits,
        publishes: edits && one.is("draft") && faults.is_empty(),
        retires: edits && !one.is("retired"),
        next: ltr(next(&one, &all)),
        changes: now.and_then(|now| changes(&now.stored, &one.stored, voice)).unwrap_or_default(),
        before: now.is_some(),
        here: format!("/forms/{}", percent(&id)),
        author: desk.person.mark(),
        stored: one.stored.vid,
        active: mark(active(&all)),
        longest: REASON,
        wrong: WRONG.contains(&asked.wrong.as_str()).then(|| voice.t(&listed(rihla_web::key!("forms-refused-*"), &asked.wrong))),
    }
    .render()?;
    desk.page(Page { title, nav: "/forms", body, ..Page::default() })
}

/// A version or an address; nothing where there is none.
fn code(text: &str) -> Html {
    if text.is_empty() { Html::default() } else { ltr(text) }
}

fn row(version: &Version, all: &[Version], one: &Version, voice: &Voice) -> Row {
    let last = version.last().cloned().unwrap_or_default();
    let own = |other: &&Version| !version.from.is_empty() && other.canonical() == version.from;
    let older = |other: &&Version| !other.is("draft") && (version.is("draft") || other.number() < version.number());
    let before = all.iter().find(own).or_else(|| all.iter().filter(|other| other.sheet.id != version.sheet.id).find(older));
    let retired = version.retired.as_ref().filter(|_| version.is("retired"));
    Row {
        path: format!("/forms/{}", percent(&version.sheet.id)),
        here: version.sheet.id == one.sheet.id,
        version: code(&version.sheet.version),
        state: state_words(voice, &version.sheet.status),
        by: auto(last.by),
        at: if last.at.is_empty() { String::new() } else { voice.date_time(last.at.as_str()) },
        retired: retired.map(|act| (auto(&act.why), auto(&act.by), voice.date_time(act.at.as_str()))),
        changes: before.and_then(|before| changes(&before.stored, &version.stored, voice)).unwrap_or_default(),
        first: before.is_none(),
    }
}

/// What is another in the new one, in words.
pub fn changes(old: &Stored, new: &Stored, voice: &Voice) -> Option<Vec<String>> {
    let (old, new) = (old.json(), new.json());
    let limits = Limits { values: usize::MAX, ..Limits::default() };
    let (old, new) = (parse(&old, &limits).ok()?, parse(&new, &limits).ok()?);
    Some(differences(old.root(), new.root()).iter().map(|difference| words(difference, voice)).collect())
}

fn words(difference: &Difference, voice: &Voice) -> String {
    let of = |key: &str, three: &Three| voice.ta(key, &[("what", called(three, voice))]);
    match difference {
        Difference::Title => voice.t("forms-change-title"),
        Difference::About => voice.t("forms-change-about"),
        Difference::Users => voice.t("forms-change-users"),
        Difference::Order => voice.t("forms-change-order"),
        Difference::Other => voice.t("forms-change-other"),
        Difference::Added(three) => of("forms-change-added", three),
        Difference::Removed(three) => of("forms-change-removed", three),
        Difference::Changed(three, aspects) => {
            let all: Vec<_> = aspects.iter().map(|aspect| voice.t(aspect_key(*aspect))).collect();
            voice.ta("forms-change-of", &[("what", called(three, voice)), ("parts", all.join(", "))])
        }
    }
}

fn called(three: &Three, voice: &Voice) -> String {
    let at = Lang::ALL.iter().position(|lang| *lang == voice.lang()).unwrap_or(0);
    let own = three.get(at).filter(|text| !text.is_empty()).or_else(|| three.iter().find(|text| !text.is_empty()));
    own.cloned().unwrap_or_else(|| voice.t("forms-nameless"))
}

fn aspect_key(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Words => rihla_web::key!("forms-aspect-words"),
        Aspect::Kind => rihla_web::key!("forms-aspect-kind"),
        Aspect::Required => rihla_web::key!("forms-aspect-required"),
        Aspect::Repeats => rihla_web::key!("forms-aspect-repeats"),
        Aspect::Options => rihla_web::key!("forms-aspect-options"),
        Aspect::Limits => rihla_web::key!("forms-aspect-limits"),
        Aspect::Conditions => rihla_web::key!("forms-aspect-conditions"),
        Aspect::Calculation => rihla_web::key!("forms-aspect-calculation"),
        Aspect::Record => rihla_web::key!("forms-aspect-record"),
        Aspect::Other => rihla_web::key!("forms-aspect-other"),
    }
}
