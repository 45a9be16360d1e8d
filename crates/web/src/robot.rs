//! Somebody made up who uses the pages as people do: the same forms, the same rights, the same refusals. For a record whose
//! patients are made up; on production nobody of that kind is let in.

use crate::house::House;
use crate::refuse::percent;
use crate::session::{self, mark_of};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use rihla_identity::{DisplayName, Grant, Profile};
use rihla_kernel::{Fault, FaultKind};
use tower_service::Service as _;

/// The most of an answer that is read.
const LONGEST: usize = 4 << 20;

/// A seat without a browser.
pub struct Robot {
    house: House,
    router: Router,
    profile: Profile,
    /// The header that brings the session, and the mark that forms name their author by. Empty until somebody sits down.
    seat: Option<(String, String)>,
}

/// What became of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Refused, with the code of the reason or the status.
    Refused(String),
}

impl Robot {
    /// Somebody of a role at the site of `house`, perhaps of a unit; `router` are its pages.
    pub fn new(house: House, router: Router, (role, unit): (&str, Option<&str>), names: Vec<DisplayName>) -> Self {
        let site = house.site();
        let profile = Profile { login: format!("simulation.{}.{role}", site.0), names, grants: vec![Grant::new(role, site, unit)], practitioner: None };
        Self { house, router, profile, seat: None }
    }

    /// The mark by which their forms name them.
    pub async fn author(&mut self) -> Result<String, Fault> {
        Ok(self.sit().await?.1)
    }

    async fn sit(&mut self) -> Result<(String, String), Fault> {
        if let Some(seat) = &self.seat {
            return Ok(seat.clone());
        }
        let opened = self.house.identity().stand_in(self.profile.clone()).await.map_err(|refusal| refusal.fault)?;
        let cookie = self.house.cookie(session::COOKIE, opened.token.as_str(), None);
        let brought = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(self.seat.insert((brought, mark_of(opened.present.account.id))).clone())
    }

    /// The text of a page.
    pub async fn page(&mut self, path: &str) -> Result<Option<String>, Fault> {
        let reply = self.send(path, None).await?;
        if reply.status() != StatusCode::OK {
            return Ok(None);
        }
        let body = axum::body::to_bytes(reply.into_body(), LONGEST).await.unwrap_or_default();
        Ok(Some(String::from_utf8_lossy(&body).into_owned()))
    }

    /// Sends a form in; `_author` is added.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Outcome, Fault> {
        let (_, author) = self.sit().await?;
        let author = [("_author", author.as_str())];
        let pairs = author.iter().chain(fields).map(|(name, value)| format!("{}={}", percent(name), percent(value)));
        let form = pairs.collect::<Vec<_>>().join("&");
        let reply = self.send(path, Some(form)).await?;
        let to = reply.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        let wrong = to.split_once("wrong=").map(|(_, code)| code.split(['&', '#']).next().unwrap_or_default());
        Ok(match (reply.status(), wrong) {
            (StatusCode::SEE_OTHER, None) => Outcome::Done,
            (_, Some(code)) => Outcome::Refused(code.to_owned()),
            (status, None) => Outcome::Refused(status.as_u16().to_string()),
        })
    }

    /// Asks once more from a new seat if the old one is over.
    async fn send(&mut self, path: &str, form: Option<String>) -> Result<Response, Fault> {
        let reply = self.ask(path, form.clone()).await?;
        let to_door = |reply: &Response| reply.headers().get(header::LOCATION).is_some_and(|to| to.as_bytes().starts_with(b"/sign-in"));
        if !to_door(&reply) && reply.status() != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        self.seat = None;
        self.ask(path, form).await
    }

    async fn ask(&mut self, path: &str, form: Option<String>) -> Result<Response, Fault> {
        let (cookie, _) = self.sit().await?;
        let request = Request::builder().uri(path).header(header::COOKIE, cookie).method(if form.is_some() { "POST" } else { "GET" });
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let no_address = |_| Fault::new(FaultKind::Invalid, "RH-WEB-REQUEST", "The address is none.");
        let request = request.body(form.map_or_else(Body::empty, Body::from)).map_err(no_address)?;
        match self.router.call(request).await {
            Ok(reply) => Ok(reply),
            Err(never) => match never {},
        }
    }
}
