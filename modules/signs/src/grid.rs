//! The grid: one row of fields in the order in which a nurse measures, with the score under it and the last sets below.

use crate::of::Of;
use crate::sets::{Set, one};
use crate::told::{self, Around};
use crate::typed::{HEAD, Read, Said, Typed};
use crate::{READ, SETS, TARGET, WRITE, scale, table, taken};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_kernel::Instant;
use rihla_packs::{Sign, SignKind};
use rihla_web::text::Voice;
use rihla_web::{BANNER, Desk, Draft, DraftKey, Page, Refusal};
use serde::Deserialize;

/// The form of a new set, and of one that takes another's place.
const NEW: &str = "signs.set";
const INSTEAD: &str = "signs.correct";
/// Fields of the form beside the signs.
const OTHERS: [&str; 2] = ["taken", "reason"];

#[derive(Deserialize)]
pub struct Asked {
    /// Only sets from before this moment are listed.
    #[serde(default)]
    before: String,
}

/// One field of the grid.
struct Field {
    id: String,
    label: String,
    unit: String,
    value: String,
    /// How a telephone's keyboard looks.
    mode: &'static str,
    /// Code and words; empty for a field that is typed into.
    choices: Vec<(String, String)>,
    wrong: Option<String>,
    strange: Option<String>,
}

/// What a page shows beside the typed.
pub struct Shown<'s> {
    /// The set that is corrected.
    pub instead: Option<&'s Set>,
    pub typed: &'s Typed,
    /// What was read of it, if somebody sent it in.
    pub read: Option<&'s Read<'s>>,
    /// Faults that belong to no sign: the id of a field and its words.
    pub others: Vec<Said>,
    /// When what was typed was kept.
    pub draft: Option<String>,
    pub before: &'s str,
}

#[derive(Template)]
#[template(path = "signs/page.html")]
struct Body<'b> {
    voice: &'b Voice,
    patient: &'b str,
    name: String,
    author: String,
    here: String,
    back: String,
    form: &'static str,
    /// The set that is corrected; empty for a new one.
    set: String,
    when: String,
    reason: &'b str,
    id: String,
    flag: String,
    fields: Vec<Field>,
    taken: String,
    wrong: Vec<Said>,
    mark: String,
    draft: Option<String>,
    told: String,
    target: bool,
    writes: bool,
    /// There is a grid: what is corrected was not a score alone.
    grids: bool,
    targets: bool,
    sets: String,
    /// The patient is of an age that curves of growth are for.
    grows: bool,
}

impl Body<'_> {
    fn said(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|said| said.field == field).map(|said| said.words.as_str())
    }
}

/// `GET /patients/{patient}/signs`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, READ)?;
    let draft = if of.desk.person.may(WRITE.0) { of.desk.draft(&key(of.id(), None))? } else { None };
    let typed = draft.as_ref().map(|draft| kept(&of, draft)).unwrap_or_default();
    let draft = draft.map(|draft| of.voice().time(draft.at));
    page(&of, &Shown { instead: None, typed: &typed, read: None, others: Vec::new(), draft, before: &asked.before })
}

/// `GET /patients/{patient}/signs/{set}`
pub async fn correct(desk: Desk, Path((patient, set)): Path<(String, String)>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, WRITE)?;
    let found = one(&of.desk, of.id(), &set)?.ok_or_else(Refusal::not_found)?;
    page_of(&of, &found, None)
}

/// The page of a set that is corrected or struck; `wrong`: the key of what is wrong with the reason.
pub fn page_of(of: &Of, set: &Set, wrong: Option<&str>) -> Result<Response, Refusal> {
    let draft = of.desk.draft(&key(of.id(), Some(set)))?;
    let typed = draft.as_ref().map_or_else(|| as_typed(of, set), |draft| kept(of, draft));
    let others = wrong.map(|key| Said { field: "strike-reason".to_owned(), words: of.voice().t(key) }).into_iter().collect();
    page(of, &Shown { instead: Some(set), typed: &typed, read: None, others, draft: draft.map(|draft| of.voice().time(draft.at)), before: "" })
}

/// The draft of a form.
pub fn key<'k>(patient: &'k str, instead: Option<&'k Set>) -> DraftKey<'k> {
    DraftKey { form: if instead.is_some() { INSTEAD } else { NEW }, patient, stay: instead.map_or("", |set| &set.id) }
}

fn kept(of: &Of, draft: &Draft) -> Typed {
    let mut typed = Typed::default();
    let names = of.signs().into_iter().map(|sign| format!("{HEAD}{}", sign.code)).chain(OTHERS.map(str::to_owned));
    names.for_each(|name| typed.put(&name, draft.field(&name).to_owned()));
    typed
}

/// A set as it would have been typed.
fn as_typed(of: &Of, set: &Set) -> Typed {
    let mut typed = Typed::default();
    for (code, value) in &set.values {
        typed.put(&format!("{HEAD}{code}"), value.typed(&of.desk));
    }
    typed.put("taken", taken::field(set.at, of.voice().zone()));
    typed
}

/// The whole page.
pub fn page(of: &Of, shown: &Shown<'_>) -> Result<Response, Refusal> {
    let (desk, voice) = (&of.desk, of.voice());
    let writes = desk.person.may(WRITE.0);
    let signs = of.signs();
    let own;
    let read = match shown.read {
        Some(read) => read,
        None => {
            own = shown.typed.read(&signs, voice);
            &own
        }
    };
    let at = taken::read(shown.typed.field("taken"), voice.now(), voice.zone()).unwrap_or(voice.now());
    let around = Around::read(of)?;
    let told = if writes { told::part(of, &read.values, at, &around)? } else { String::new() };
    // Faults are told of what was sent in, not of what somebody is still typing.
    let (mut wrong, strange) = if shown.read.is_some() { (read.wrong.clone(), read.strange.clone()) } else { (Vec::new(), Vec::new()) };
    wrong.extend(shown.others.iter().cloned());
    let set = shown.instead.map(|set| set.id.clone()).unwrap_or_default();
    let back = of.path("signs");
    let fields = signs.iter().map(|sign| field(desk, sign, shown.typed, &wrong, &strange)).collect();
    let body = Body {
        voice,
        patient: of.id(),
        name: of.banner.formal(),
        author: desk.person.mark(),
        here: if set.is_empty() { back.clone() } else { format!("{back}/{set}") },
        back,
        form: if shown.instead.is_some() { INSTEAD } else { NEW },
        set,
        when: shown.instead.map(|set| voice.date_time(set.at)).unwrap_or_default(),
        reason: shown.typed.field("reason"),
        id: if writes { id(of, shown.typed)? } else { String::new() },
        flag: if around.target { String::new() } else { desk.reserve("Flag", of.id())? },
        fields,
        taken: moment(shown.typed, voice),
        wrong,
        mark: if strange.is_empty() { String::new() } else { read.mark.clone() },
        draft: shown.draft.clone(),
        told,
        target: around.target,
        grids: writes && shown.instead.is_none_or(|set| !set.values.is_empty()),
        writes,
        targets: desk.person.may(TARGET.0) && has_target(desk),
        grows: of.who.days(voice.now(), voice).is_some_and(|days| days <= rihla_scores::growth::LAST_DAY),
        sets: table::sets(desk, of.id(), shown.before)?,
    }
    .render()?;
    let live = BANNER.into_iter().chain([SETS].into_iter().filter(|_| shown.before.is_empty())).map(|part| (part, of.id().to_owned())).collect();
    desk.page(Page { title: voice.t("signs-tab"), nav: "/patients", patient: Some(&of.banner), tab: Some("signs"), live, body, ..Page::default() })
}

/// The id that the form will write under: the one that it had, so that a second sending writes nothing.
fn id(of: &Of, typed: &Typed) -> Result<String, Refusal> {
    let known = typed.field("_id");
    if known.is_empty() { of.desk.reserve("Observation", of.id()) } else { Ok(known.to_owned()) }
}

/// Whether the score of every set has a second scale.
fn has_target(desk: &Desk) -> bool {
    told::watched(desk).is_some_and(|score| score.item(scale::ITEM).is_some())
}

fn moment(typed: &Typed, voice: &Voice) -> String {
    let now: Instant = voice.now();
    Some(typed.field("taken")).filter(|text| !text.is_empty()).map_or_else(|| taken::field(now, voice.zone()), str::to_owned)
}

fn field(desk: &Desk, sign: &Sign, typed: &Typed, wrong: &[Said], strange: &[Said]) -> Field {
    let id = format!("{HEAD}{}", sign.code);
    let words = |list: &[Said]| list.iter().find(|said| said.field == id).map(|said| said.words.clone());
    let (unit, mode, choices) = match &sign.kind {
        SignKind::Number(measure) => (measure.unit.clone(), if measure.decimals == 0 { "numeric" } else { "decimal" }, Vec::new()),
        // A keyboard of numbers has no slash.
        SignKind::Pair(_, measure) => (measure.unit.clone(), "text", Vec::new()),
        SignKind::Choice(choices) => (String::new(), "", choices.iter().map(|choice| (choice.code.clone(), desk.named(&choice.names).into_owned())).collect()),
    };
    let label = desk.named(&sign.names).into_owned();
    Field { label, unit, value: typed.sign(&sign.code).to_owned(), mode, choices, wrong: words(wrong), strange: words(strange), id }
}
