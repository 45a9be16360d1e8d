//! Ordering: several things at once, from the catalogue or a list of it; kept as a draft while it is typed, signed in one
//! commit.

use crate::ORDER;
use crate::form::{Choice, MOST, OVERRIDES, Typed};
use crate::request::New;
use crate::whose::{Whose, orderables, priority};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::response::{Html as Answer, IntoResponse, Response};
use rihla_clinical::request::REASON;
use rihla_kernel::Instant;
use rihla_packs::{Orderable, Priority};
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, DraftKey, Refusal, go, percent};
use serde::Deserialize;
use std::collections::BTreeMap;

const FORM: &str = "requests.new";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// A list of things to begin with.
    set: String,
}

#[derive(Template)]
#[template(path = "requests/choices.html")]
struct Choices<'c> {
    voice: &'c Voice,
    choices: Vec<Choice>,
    more: bool,
    none: bool,
}

/// A code with its words, and whether it is chosen.
type Offer = (&'static str, String, bool);

#[derive(Template)]
#[template(path = "requests/form.html")]
struct Body<'b> {
    voice: &'b Voice,
    here: String,
    back: String,
    patient: &'b str,
    author: String,
    ids: String,
    name: String,
    typed: &'b Typed,
    choices: String,
    sets: Vec<(String, String)>,
    priorities: Vec<Offer>,
    /// Offered where nobody has said what the patient is allergic to.
    overrides: Vec<Offer>,
    faults: BTreeMap<String, String>,
    draft: Option<String>,
    drafts: bool,
    longest: usize,
}

fn key(patient: &str) -> DraftKey<'_> {
    DraftKey { form: FORM, patient, stay: "" }
}

/// `GET /patients/{patient}/requests/new?set=…`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient, ORDER)?;
    let draft = whose.desk.draft(&key(whose.id()))?;
    let typed = match (whose.catalogue().set(&asked.set), &draft) {
        (Some(set), _) => Typed::of_set(&set.list),
        (None, Some(draft)) => Typed::of_draft(&whose, draft),
        (None, None) => Typed::default(),
    };
    form(&whose, &typed, &[], draft.filter(|_| asked.set.is_empty()).map(|draft| whose.voice().time(draft.at)))
}

/// `POST /patients/{patient}/requests/find`: what answers to what was typed, with the questions of what is chosen.
pub async fn find(desk: Desk, Path(patient): Path<String>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let typed = Typed::of(fields);
    let whose = Whose::sent(desk, &patient, ORDER, typed.field("_patient"), typed.field("_author"))?;
    if whose.desk.wants_part() {
        return Ok(Answer(choices(&whose, &typed, &[])?).into_response());
    }
    form(&whose, &typed, &[], None)
}

/// `POST /patients/{patient}/requests/new`
pub async fn save(desk: Desk, Path(patient): Path<String>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let typed = Typed::of(fields);
    let whose = Whose::sent(desk, &patient, ORDER, typed.field("_patient"), typed.field("_author"))?;
    let faults = typed.faults(&whose);
    if !faults.is_empty() {
        return form(&whose, &typed, &faults, None);
    }
    let ids: Vec<&str> = typed.field("_ids").split(' ').collect();
    let stay = whose.desk.running_stay(whose.id())?;
    let mut all = Vec::new();
    for (one, pair) in typed.chosen(&whose).into_iter().zip(ids.chunks_exact(2)) {
        all.extend(both(&whose, &typed, one, pair, &ids, stay.as_deref())?);
    }
    if all.is_empty() {
        return Err(Refusal::invalid("RH-WEB-FORM-ID", "The form does not say which resource it writes."));
    }
    whose.desk.create_all_as(&all, vec![whose.desk.without_draft(&key(whose.id()))]).await?;
    Ok(go(&whose.path(""), &[]))
}

/// A request with its Task; a draft has none yet.
fn both(whose: &Whose, typed: &Typed, one: &Orderable, pair: &[&str], ids: &[&str], stay: Option<&str>) -> Result<Vec<(String, String)>, Refusal> {
    let [id, task] = pair else { return Ok(Vec::new()) };
    let (desk, pack) = (&whose.desk, whose.catalogue());
    let Some(kind) = pack.kind(&one.kind) else { return Ok(Vec::new()) };
    let now = desk.house.clock().now();
    let wanted = typed.wanted(whose).ok().flatten();
    let unit = crate::units::nearest(desk, one.to.as_deref().or(kind.unit.as_deref()), stay)?;
    let reason = typed.reason();
    let draft = pack.is_drafted_by(one, &desk.person.role.code);
    let (by, account) = (desk.author_reference(), desk.person.mark());
    let new = New {
        id,
        one,
        kind: &kind.names,
        patient: whose.id(),
        stay,
        unit: unit.as_deref(),
        priority: typed.priority(),
        reason: &reason,
        wanted,
        due: due(kind.target(typed.priority()), wanted.unwrap_or(now)),
        answers: &typed.answers(whose, one),
        requisition: ids.first().copied().unwrap_or_default(),
        override_code: if Typed::is_unknown(whose) { typed.field("override") } else { "" },
        now,
        by: &by,
        account: &account,
        draft,
    };
    let mut out = vec![((*id).to_owned(), new.request())];
    if !draft {
        out.push(((*task).to_owned(), new.task()));
    }
    Ok(out)
}

/// When something that is asked for at a moment should be done.
pub fn due(minutes: u32, from: Instant) -> Instant {
    Instant(from.0.saturating_add(i64::from(minutes) * 60_000))
}

fn choices(whose: &Whose, typed: &Typed, faults: &[(String, &'static str)]) -> Result<String, Refusal> {
    let (choices, more) = typed.choices(whose, faults)?;
    let none = choices.is_empty() && !typed.field("q").trim().is_empty();
    Ok(Choices { voice: whose.voice(), choices, more, none }.render()?)
}

fn form(whose: &Whose, typed: &Typed, faults: &[(String, &'static str)], draft: Option<String>) -> Result<Response, Refusal> {
    let (voice, desk, pack) = (whose.voice(), &whose.desk, whose.catalogue());
    let ids = match typed.field("_ids") {
        "" => (0..MOST).flat_map(|_| [desk.reserve("ServiceRequest", whose.id()), desk.reserve("Task", whose.id())]).collect::<Result<Vec<_>, _>>()?.join(" "),
        known => known.to_owned(),
    };
    let unknown = Typed::is_unknown(whose);
    let own = orderables(desk);
    let may = |code: &String| own.iter().any(|one| one.code == *code);
    let sets = pack.sets.iter().filter(|set| set.list.iter().any(may));
    let body = Body {
        voice,
        here: whose.path("new"),
        back: whose.path(""),
        patient: whose.id(),
        author: desk.person.mark(),
        ids,
        name: whose.banner.formal(),
        typed,
        choices: choices(whose, typed, faults)?,
        sets: sets.map(|set| (format!("{}?set={}", whose.path("new"), percent(&set.code)), desk.named(&set.names).into_owned())).collect(),
        priorities: Priority::ALL.into_iter().rev().map(|one| (one.code(), priority(voice, one), one == typed.priority())).collect(),
        overrides: OVERRIDES
            .iter()
            .filter(|_| unknown)
            .map(|code| (*code, voice.t(&listed(rihla_web::key!("requests-override-*"), code)), typed.field("override") == *code))
            .collect(),
        faults: faults.iter().map(|(name, key)| (name.clone(), voice.t(key))).collect(),
        draft,
        drafts: own.iter().any(|one| pack.is_drafted_by(one, &desk.person.role.code)),
        longest: REASON,
    };
    whose.page(voice.t("requests-new"), body.render()?)
}
