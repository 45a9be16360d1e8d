//! Making a draft the version that is filled in, and taking a version out of use. What was filled in keeps the version that it
//! names.

use crate::EDIT;
use crate::fill::REASON;
use crate::version::{self, Version};
use crate::{preview, sheet};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_fhir::view::Look;
use rihla_kernel::FaultKind;
use rihla_questionnaire::edit::{PUBLISHED, RETIRED, Work};
use rihla_web::{Change, Desk, Members, Refusal, go, look, percent, quoted, written};
use serde::Deserialize;

/// What the page of a form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    #[serde(rename = "_author")]
    author: String,
    version: u32,
    /// The active version that was looked at beside it: `id|version of the resource`; empty: none.
    active: String,
    reason: String,
}

/// The one that is filled in now, among the versions of a form.
pub fn active(all: &[Version]) -> Option<&Version> {
    all.iter().find(|version| version.is("active"))
}

/// How a page names it.
pub fn mark(active: Option<&Version>) -> String {
    active.map(|version| format!("{}|{}", version.sheet.id, version.stored.vid)).unwrap_or_default()
}

/// The version that a draft becomes: its own where nobody has it, else one more than the greatest.
pub fn next(draft: &Version, all: &[Version]) -> String {
    let others = || all.iter().filter(|version| version.sheet.id != draft.sheet.id);
    if !draft.sheet.version.is_empty() && others().all(|version| version.sheet.version != draft.sheet.version) {
        return draft.sheet.version.clone();
    }
    (others().map(Version::number).max().unwrap_or(0) + 1).to_string()
}

/// `POST /forms/{questionnaire}/publish`: the draft becomes active and the version before is retired, in one commit.
pub async fn publish(desk: Desk, Path(id): Path<String>, Form(sent): Form<Sent>) -> Result<Response, Refusal> {
    desk.require(EDIT)?;
    desk.same_author(&sent.author)?;
    let draft = Version::read(&desk, &id)?;
    let here = format!("/forms/{}", percent(&id));
    let refused = |code: &str| Ok(go(&format!("{here}?wrong={code}"), &[]));
    if !draft.is("draft") {
        return Ok(go(&here, &[]));
    }
    let all = version::all(&desk, &draft)?;
    let active = active(&all);
    if draft.stored.vid != sent.version || mark(active) != sent.active {
        return refused("RH-FORMS-MOVED");
    }
    let own = look(&draft.stored, |root| Work::of(root).faults().is_empty()).unwrap_or(false);
    if !own || sheet::form(&desk, &draft.stored)?.is_err() || preview::preview(&desk, &draft.stored.json(), None)?.unsettled {
        return refused("RH-FORMS-FAULTS");
    }
    let texts = [("status", "active"), ("version", &next(&draft, &all)), ("date", &desk.instant())];
    let mut changed = vec![change(&draft, &texts, PUBLISHED, version::now(&desk, PUBLISHED, ""))];
    changed.extend(active.map(|active| change(active, &[("status", "retired")], RETIRED, version::now(&desk, RETIRED, ""))));
    match desk.write_all(&[], changed, Vec::new()).await {
        Err(refusal) if refusal.fault().is_some_and(is_meanwhile) => refused("RH-FORMS-MOVED"),
        decided => decided.map(|()| go(&here, &[])),
    }
}

/// `POST /forms/{questionnaire}/retire`: a version is filled in no more, or a draft is given up, with a reason.
pub async fn retire(desk: Desk, Path(id): Path<String>, Form(sent): Form<Sent>) -> Result<Response, Refusal> {
    desk.require(EDIT)?;
    desk.same_author(&sent.author)?;
    let one = Version::read(&desk, &id)?;
    let here = format!("/forms/{}", percent(&id));
    let refused = |code: &str| Ok(go(&format!("{here}?wrong={code}"), &[]));
    let reason = sent.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if one.is("retired") {
        return Ok(go(&here, &[]));
    }
    if reason.is_empty() || reason.chars().count() > REASON {
        return refused("RH-FORMS-REASON-FORM");
    }
    if one.stored.vid != sent.version {
        return refused("RH-FORMS-MOVED");
    }
    let changed = change(&one, &[("status", "retired")], RETIRED, version::now(&desk, RETIRED, &reason));
    match desk.write_all(&[], vec![changed], Vec::new()).await {
        Err(refusal) if refusal.fault().is_some_and(is_meanwhile) => refused("RH-FORMS-MOVED"),
        decided => decided.map(|()| go(&here, &[])),
    }
}

pub fn is_meanwhile(fault: &rihla_kernel::Fault) -> bool {
    matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict)
}

/// Members of a questionnaire with others in their place, and its extensions with what was done.
fn change(of: &Version, texts: &[(&'static str, &str)], url: &str, done: String) -> Change {
    let extension = look(&of.stored, |root| {
        let kept = root.all("extension").into_iter().filter(|one| one.text("url").as_deref() != Some(url)).map(written);
        format!("[{}]", kept.chain([done]).collect::<Vec<_>>().join(","))
    });
    let mut members: Members = texts.iter().map(|(name, text)| (*name, Some(quoted(text)))).collect();
    members.push(("extension", extension));
    Change { ty: "Questionnaire", id: of.sheet.id.clone(), version: of.stored.vid, members }
}
