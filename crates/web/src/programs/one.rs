//! One program: what it is, what it may be granted at most, and letting it in or putting it out.

use super::PROGRAMS;
use super::list::{kind_words, state_words};
use super::words::{Line, lines};
use crate::desk::Desk;
use crate::door::go;
use crate::drafts::pairs;
use crate::page::Page;
use crate::people::ADMINISTER;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use rihla_identity::AccountId;
use rihla_smart::{By, Client, ScopeSet, Standing, State};

struct Decided {
    what: String,
    when: String,
    by: String,
}

#[derive(Template)]
#[template(path = "programs/one.html")]
struct One {
    voice: Voice,
    author: String,
    id: String,
    name: String,
    state: String,
    approved: bool,
    asked: bool,
    kind: String,
    redirects: Vec<String>,
    launch: Option<String>,
    lines: Vec<Line>,
    history: Vec<Decided>,
}

fn client(desk: &Desk, id: &str) -> Result<Client, Refusal> {
    desk.house.smart().client(id)?.ok_or_else(Refusal::not_found)
}

/// `GET /programs/{id}`
pub(super) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    let (client, voice) = (client(&desk, &id)?, &desk.voice);
    let history = client.history.iter().rev().map(|standing| decided(&desk, standing)).collect::<Result<_, Refusal>>()?;
    let body = One {
        voice: voice.clone(),
        author: desk.person.mark(),
        state: voice.t(state_words(client.state())),
        approved: client.state() == State::Approved,
        asked: client.state() == State::Asked,
        kind: voice.t(kind_words(&client.kind)),
        lines: lines(voice, &client.scopes, |_| true),
        history,
        id: client.id,
        name: client.name.clone(),
        redirects: client.redirects,
        launch: client.launch,
    };
    desk.page(Page { title: client.name, nav: PROGRAMS, body: body.render()?, ..Page::default() })
}

fn decided(desk: &Desk, standing: &Standing) -> Result<Decided, Refusal> {
    let by = AccountId::parse(&standing.by).map(|id| desk.house.identity().account(id)).transpose()?.flatten();
    let by = match by {
        Some(author) => author.name(desk.voice.tag()).to_owned(),
        None if standing.by == "self" => desk.voice.t("program-by-itself"),
        None => desk.voice.t("account-by-server"),
    };
    Ok(Decided { what: desk.voice.t(state_words(standing.state)), when: desk.voice.date_time(standing.at), by })
}

/// `POST /programs/{id}`: lets it in, perhaps with fewer scopes than it asked for, or puts it out.
pub(super) async fn decide(desk: Desk, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    let fields = pairs(&String::from_utf8_lossy(&body));
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    desk.same_author(field("_author"))?;
    let path = format!("{PROGRAMS}/{}", client(&desk, &id)?.id);
    let fresh = desk.fresh(&path)?;
    let smart = desk.house.smart();
    match field("act") {
        "approve" => {
            let left: Vec<&str> = fields.iter().filter(|(name, _)| name == "scope").map(|(_, value)| value.as_str()).collect();
            let left = ScopeSet::parse(&left.join(" "));
            if left.is_empty() {
                return Err(Refusal::invalid("RH-WEB-PROGRAM-SCOPES", "Leave the program at least one thing that it may do."));
            }
            smart.approve(By::Person(&fresh), &id, Some(&left)).await?;
        }
        "suspend" => _ = smart.suspend(By::Person(&fresh), &id).await?,
        _ => return Err(Refusal::invalid("RH-WEB-PROGRAM-ACT", "The form does not say what shall be done with the program.")),
    }
    Ok(go(&path, &[]))
}
