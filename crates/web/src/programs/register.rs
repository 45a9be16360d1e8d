//! Registering a program by hand, also one without a person.

use super::PROGRAMS;
use crate::desk::Desk;
use crate::drafts::pairs;
use crate::key;
use crate::page::Page;
use crate::people::ADMINISTER;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use rihla_smart::{By, Error, NewClient, NewKind, Refused};

#[derive(Default)]
struct Typed {
    author: String,
    name: String,
    kind: String,
    redirects: String,
    launch: String,
    scopes: String,
    keys: String,
}

const KINDS: [(&str, &str); 4] =
    [("public", key!("program-public")), ("secret", key!("program-secret")), ("keys", key!("program-keys")), ("backend", key!("program-backend"))];

#[derive(Template)]
#[template(path = "programs/new.html")]
struct New {
    voice: Voice,
    author: String,
    typed: Typed,
    kinds: Vec<(&'static str, String)>,
    wrong: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "programs/handed.html")]
struct Handed {
    voice: Voice,
    id: String,
    name: String,
    secret: Option<String>,
}

/// `GET /programs/new`
pub(super) async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    desk.fresh("/programs/new")?;
    page(&desk, Typed { kind: "public".into(), ..Typed::default() }, None)
}

fn page(desk: &Desk, typed: Typed, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let voice = &desk.voice;
    let kinds = KINDS.iter().map(|(tag, words)| (*tag, voice.t(words))).collect();
    let wrong = refused.map(|refused| (voice.t(wrong_words(refused.error)), refused.text.clone()));
    let body = New { voice: voice.clone(), author: desk.person.mark(), typed, kinds, wrong };
    let mut response = desk.page(Page { title: voice.t("program-new"), nav: PROGRAMS, body: body.render()?, ..Page::default() })?;
    if refused.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn wrong_words(error: Error) -> &'static str {
    match error {
        Error::InvalidRedirectUri => key!("program-wrong-address"),
        _ => key!("program-wrong-form"),
    }
}

impl Typed {
    fn read(body: &str) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs(body) {
            let value = value.trim().to_owned();
            match name.as_str() {
                "_author" => typed.author = value,
                "name" => typed.name = value,
                "kind" => typed.kind = value,
                "redirects" => typed.redirects = value,
                "launch" => typed.launch = value,
                "scopes" => typed.scopes = value,
                "keys" => typed.keys = value,
                _ => {}
            }
        }
        typed
    }

    fn kind(&self) -> NewKind<'_> {
        match self.kind.as_str() {
            "secret" => NewKind::Secret,
            "keys" => NewKind::Keys(&self.keys),
            "backend" => NewKind::Backend(&self.keys),
            _ => NewKind::Public,
        }
    }
}

/// `POST /programs/new`: who registers a program by hand lets it in.
pub(super) async fn register(desk: Desk, body: Bytes) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    let typed = Typed::read(&String::from_utf8_lossy(&body));
    desk.same_author(&typed.author)?;
    let fresh = desk.fresh("/programs/new")?;
    let redirects: Vec<&str> = typed.redirects.split_whitespace().collect();
    let scopes = typed.scopes.split_whitespace().collect::<Vec<_>>().join(" ");
    let launch = Some(typed.launch.as_str()).filter(|launch| !launch.is_empty());
    let new = NewClient { name: &typed.name, kind: typed.kind(), redirects: &redirects, launch, scopes: &scopes };
    match desk.house.smart().add_client(By::Person(&fresh), new).await {
        Ok(made) => {
            let body = Handed { voice: desk.voice.clone(), id: made.client.id, name: made.client.name, secret: made.secret }.render()?;
            desk.page(Page { title: desk.voice.t("program-handed"), nav: PROGRAMS, body, ..Page::default() })
        }
        Err(refused) if refused.error == Error::ServerError => Err(Refusal::invalid("RH-WEB-PROGRAM", "The program could not be kept.")),
        Err(refused) => page(&desk, typed, Some(&refused)),
    }
}
