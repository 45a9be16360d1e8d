//! A request as a page sees it: who asks, in which language, and the record as that person may see it.

use crate::cookies::{LANG, THEME};
use crate::house::House;
use crate::refuse::Refusal;
use crate::session::{self, Person};
use crate::text::Voice;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use rihla_identity::{Fresh, Present, Use};
use rihla_kernel::{Actor, Fault, FaultKind, Lang, Permission, Purpose};
use rihla_store::Scoped;
use std::borrow::Cow;
use std::sync::Arc;

/// Where pages listen for changes.
pub(crate) const LIVE: &str = "/live";

/// Who is asked for has to be known: without a session the browser is sent to the door.
#[derive(Clone)]
pub struct Desk {
    pub house: House,
    pub person: Person,
    pub voice: Voice,
    /// The record as this person may see it.
    pub record: Scoped,
    /// The newest change when this page began: what comes later is news to it.
    pub(crate) tick: u32,
    pub(crate) browser: Browser,
}

/// What the browser said about itself.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub gzip: bool,
    pub theme: Theme,
    /// The page is on screen and only a part of it is wanted (<https://four.htmx.org/reference/#request_headers>).
    pub partial: bool,
    /// Where the page is, for coming back to it. Never a full address.
    pub path: String,
}

/// Light or dark, where the person chose one; else what the machine says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub fn tag(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn from_tag(tag: &str) -> Self {
        match tag {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// A request before anybody is known: the door, and pages that say what went wrong.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub house: House,
    pub voice: Voice,
    pub browser: Browser,
}

impl Visitor {
    pub fn of(house: &House, headers: &HeaderMap, path: &str) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let lang = house.brought(headers, LANG).and_then(Lang::from_tag).unwrap_or_else(|| Lang::accepted(accepted, house.lang()));
        let partial = headers.get("hx-request-type").is_some_and(|kind| kind == "partial");
        let theme = house.brought(headers, THEME).map_or(Theme::System, Theme::from_tag);
        Self {
            house: house.clone(),
            voice: Voice::new(house.words().clone(), lang, house.zone().clone(), house.clock().now()),
            browser: Browser { gzip: crate::assets::takes_gzip(headers), theme, partial, path: path.to_owned() },
        }
    }
}

impl FromRequestParts<House> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Self::Rejection> {
        Ok(Self::of(house, &parts.headers, &path_of(parts)))
    }
}

/// Somebody with a session that is not locked. They may have no role to act in yet, so this opens no record.
#[derive(Clone)]
pub(crate) struct Member {
    pub visitor: Visitor,
    pub present: Arc<Present>,
}

impl FromRequestParts<House> for Member {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Refusal> {
        let visitor = Visitor::of(house, &parts.headers, &path_of(parts));
        // What pages send by themselves keeps nobody signed in.
        let who = if parts.uri.path() == LIVE { Use::Page } else { Use::Person };
        let present = match house.brought(&parts.headers, session::COOKIE) {
            Some(token) => session::present(house, token, who).await?,
            None => None,
        };
        let present = present.filter(|present| !present.locked).ok_or_else(|| Refusal::door(&visitor.browser.path))?;
        Ok(Self { visitor, present: Arc::new(present) })
    }
}

impl FromRequestParts<House> for Desk {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Refusal> {
        let Member { visitor, present } = Member::from_request_parts(parts, house).await?;
        let Visitor { house, voice, browser } = visitor;
        let person = session::person(&house, &present, voice.lang())?.ok_or_else(|| Refusal::choice(&browser.path))?;
        // Whoever's role needs a second factor sets one up before anything else.
        if present.owes_second && !crate::me::is_own(parts.uri.path()) {
            return Err(Refusal::second_owed());
        }
        let tick = *house.store().ticks().borrow();
        let record = house.record_of(&person, Purpose::Treatment)?.from(crate::cookies::origin(&house, parts)?);
        Ok(Self { house, person, voice, record, tick, browser })
    }
}

impl Desk {
    /// A right that an act or a page asks for.
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        if self.person.may(permission.0) {
            return Ok(());
        }
        Err(Fault::new(FaultKind::Forbidden, "RH-WEB-NOT-YOURS", "This role may not do that.").into())
    }

    /// Whether a form was begun by who sends it in: another may have sat down at this screen meanwhile. A form that names
    /// nobody was not made by a page of ours that writes.
    pub fn same_author(&self, mark: &str) -> Result<(), Refusal> {
        if mark == self.person.mark() {
            return Ok(());
        }
        Err(Fault::new(FaultKind::Conflict, "RH-WEB-OTHER-PERSON", "The form was begun by another person at this screen.").into())
    }

    /// That the person proved who they are within the last minutes; else they are asked to, and come back to `path`.
    pub(crate) fn fresh(&self, path: &str) -> Result<Fresh, Refusal> {
        self.house.identity().fresh(&self.person.present).map_err(|_| Refusal::again(path))
    }

    /// The name of a thing of the pack in the reader's language.
    pub fn named<'n>(&self, names: &'n rihla_packs::Names) -> Cow<'n, str> {
        named(names, self.voice.lang())
    }

    /// Whether only a part of a page that is on screen was asked for.
    pub fn wants_part(&self) -> bool {
        self.browser.partial
    }

    /// The same desk a moment later, with the rights of now, for what is sent without being asked for.
    pub(crate) fn now(&self) -> Result<Self, Refusal> {
        let house = &self.house;
        let voice = Voice::new(house.words().clone(), self.voice.lang(), house.zone().clone(), house.clock().now());
        Ok(Self { voice, record: house.record_of(&self.person, Purpose::Treatment)?.from(self.record.origin().clone()), ..self.clone() })
    }

    /// The same desk for what is looked at because the glass was broken: the audit says so.
    pub fn in_emergency(self) -> Result<Self, Refusal> {
        let record = self.house.record_of(&self.person, Purpose::Emergency)?.from(self.record.origin().clone());
        Ok(Self { record, ..self })
    }

    /// The key of the words where a list of some types is empty: `none`, or that this role is shown nothing of the kind.
    pub fn none_of(&self, types: &[&str], none: &'static str) -> &'static str {
        if types.iter().any(|ty| self.shows(ty)) { none } else { crate::key!("web-not-shown") }
    }

    /// Whether anything of a type may be shown to this person.
    pub fn shows(&self, ty: &str) -> bool {
        crate::record::type_of(ty).is_ok_and(|ty| self.record.shows(ty))
    }

    /// Everything that decides what this desk is shown: two desks of one view may be sent the same bytes.
    pub(crate) fn view(&self) -> (Lang, &str) {
        (self.voice.lang(), &self.person.role.code)
    }
}

/// The node acting for the door, where nobody is known yet.
pub(crate) fn porter(house: &House) -> Scoped {
    house.store().scoped(Actor::node("door"), Purpose::Operations)
}

pub(crate) fn named(names: &rihla_packs::Names, lang: Lang) -> Cow<'_, str> {
    let found = names.get(lang.tag()).or_else(|| names.get(Lang::French.tag())).or_else(|| names.values().next());
    found.map_or(Cow::Borrowed(""), |name| Cow::Borrowed(name.as_str()))
}

fn path_of(parts: &Parts) -> String {
    parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}
