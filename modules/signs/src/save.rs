//! Saving a set: checked, reckoned anew, and written in one commit, with its draft gone and what it corrects struck.

use crate::WRITE;
use crate::grid::{Shown, key, page};
use crate::of::Of;
use crate::sets::{Set, one};
use crate::strike::striking;
use crate::taken::{self, Wrong};
use crate::told::{Around, reading};
use crate::typed::{Said, Typed};
use crate::written::Frame;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_kernel::Instant;
use rihla_web::{Desk, Refusal, go};
use std::collections::BTreeMap;

/// The longest reason of a correction.
const REASON: usize = 200;

/// `POST /patients/{patient}/signs`
pub async fn save(desk: Desk, Path(patient): Path<String>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, WRITE)?;
    store(&of, &Typed::of(fields), None).await
}

/// `POST /patients/{patient}/signs/{set}`
pub async fn replace(desk: Desk, Path((patient, set)): Path<(String, String)>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, WRITE)?;
    let typed = Typed::of(fields);
    let found = one(&of.desk, of.id(), &set)?.ok_or_else(Refusal::not_found)?;
    store(&of, &typed, Some(&found)).await
}

async fn store(of: &Of, typed: &Typed, instead: Option<&Set>) -> Result<Response, Refusal> {
    of.own_form(typed.field("_patient"), typed.field("_author"))?;
    let (desk, voice) = (&of.desk, of.voice());
    // Sent a second time: all of it is there already.
    if desk.read("Observation", typed.field("_id")).is_ok() {
        return Ok(go(&of.path("signs"), &[]));
    }
    let signs = of.signs();
    let read = typed.read(&signs, voice);
    let at = taken::read(typed.field("taken"), voice.now(), voice.zone());
    let mut others = Vec::new();
    let mut add = |field: &str, key: &str| others.push(Said { field: field.to_owned(), words: voice.t(key) });
    match at {
        Err(Wrong::Future) => add("taken", rihla_web::key!("signs-wrong-future")),
        Err(Wrong::Unreadable) => add("taken", rihla_web::key!("signs-wrong-time")),
        Ok(at) if is_before_birth(of, at) => add("taken", rihla_web::key!("signs-wrong-birth")),
        Ok(_) => {}
    }
    if read.values.is_empty() && read.wrong.is_empty() {
        add("sign", rihla_web::key!("signs-wrong-empty"));
    }
    let reason = typed.field("reason");
    if instead.is_some() && (reason.is_empty() || reason.chars().count() > REASON) {
        add("reason", rihla_web::key!("signs-wrong-reason"));
    }
    let confirmed = read.mark.is_empty() || typed.field("confirm") == read.mark;
    let checks = !typed.field("check").is_empty();
    let (true, Ok(at)) = (others.is_empty() && read.wrong.is_empty() && confirmed && !checks, at) else {
        // Whoever only looks at what is said so far has not left anything out yet.
        if checks {
            others.clear();
        }
        return page(of, &Shown { instead, typed, read: Some(&read), others, draft: None, before: "" });
    };
    let reading = reading(of, &read.values, at, &Around::read(of)?);
    let frame = Frame { of, set: typed.field("_id"), at, stay: of.desk.running_stay(of.id())? };
    let all = frame.all(&read.values, reading.as_ref())?;
    let marks = vec![desk.without_draft(&key(of.id(), instead))];
    match instead {
        None => desk.create_all_as(&all, marks).await?,
        Some(set) => desk.strike_all(&striking(set), &all, &voice.ta("signs-corrected", &[("reason", reason)]), marks).await?,
    }
    Ok(go(&of.path("signs"), &[]))
}

/// Nobody was measured on a day before the one of their birth.
fn is_before_birth(of: &Of, at: Instant) -> bool {
    let born = of.who.born.filter(|(_, exact)| *exact).map(|(born, _)| born);
    born.zip(crate::of::day(at, of.voice())).is_some_and(|(born, day)| day < born)
}
