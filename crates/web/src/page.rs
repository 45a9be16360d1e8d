//! The frame around every page: rail, command bar, banner, and what is loaded with it.

use crate::assets;
use crate::desk::{Browser, Desk, Visitor};
use crate::glass;
use crate::house::{House, World};
use crate::icon::Icon;
use crate::me::role_at;
use crate::patient::Banner;
use crate::people;
use crate::refuse::Refusal;
use crate::screens::Nav;
use crate::session::choices;
use crate::tabs;
use crate::text::Voice;
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use flate2::{Compression, write::GzEncoder};
use rihla_kernel::Lang;
use std::io::Write;

/// Pages shorter than this go as they are.
const WORTH_PACKING: usize = 1024;

/// A page of a module.
#[derive(Default)]
pub struct Page<'p> {
    /// For the tab. In a patient's chart the name comes before it.
    pub title: String,
    /// The path of the rail's entry that this page belongs to.
    pub nav: &'static str,
    pub patient: Option<&'p Banner>,
    /// In a patient's pages the path of the tab that this page belongs to; none: it has no row of tabs.
    pub tab: Option<&'static str>,
    /// Parts that follow the record, by name, with the id of the patient that they are about.
    pub live: Vec<(&'static str, String)>,
    /// Whether it draws trends.
    pub charts: bool,
    /// Whether it stands in a hall, by itself: without rail, command bar and who sits there.
    pub stands: bool,
    /// It hangs on a wall: nothing stands beside it. The seat locks as on every page.
    pub wall: bool,
    pub body: String,
}

/// Who sits here, as the frame shows it.
struct Seated {
    name: String,
    role: String,
    /// Tells a page from one of the next person at this screen.
    mark: String,
    /// Without use for so long the screen covers itself, in milliseconds.
    lock: i64,
    /// There are other roles to act in.
    several: bool,
}

/// An entry of the rail, as drawn.
struct Entry {
    path: &'static str,
    label: String,
    icon: Icon<'static>,
    here: bool,
    /// What waits there for this person.
    waits: usize,
}

#[derive(Template)]
#[template(path = "web/frame.html")]
struct Frame<'p> {
    voice: &'p Voice,
    title: String,
    theme: &'static str,
    assets: Assets,
    /// Who sits here: name and role.
    person: Option<Seated>,
    /// Without rail and command bar.
    wall: bool,
    /// What kind of record this is, where its patients are not real.
    world: Option<String>,
    /// The hospital's time, where it is played.
    played: Option<String>,
    site: String,
    rail: Vec<Entry>,
    banner: String,
    tabs: String,
    live: String,
    /// What is said while the record takes nothing.
    standing: String,
    path: &'p str,
    languages: Vec<(Lang, &'static str)>,
    stands: bool,
    body: &'p str,
}

struct Assets {
    style: String,
    scripts: Vec<String>,
    fonts: Vec<String>,
}

impl Assets {
    fn of(lang: Lang, charts: bool, passkeys: bool) -> Self {
        // Ours listens to what htmx does, so it stands before it.
        let scripts = [("uplot.js", charts), ("passkey.js", passkeys), ("rihla.js", true), ("htmx.js", true)];
        let fonts = [("noto-sans.woff2", true), ("noto-sans-arabic.woff2", lang == Lang::Arabic)];
        let wanted = |list: &[(&str, bool)]| list.iter().filter(|(_, wanted)| *wanted).map(|(name, _)| assets::url(name)).collect();
        Self { style: assets::url("rihla.css"), scripts: wanted(&scripts), fonts: wanted(&fonts) }
    }
}

const LANGUAGES: [(Lang, &str); 3] = [(Lang::French, "Français"), (Lang::Arabic, "العربية"), (Lang::English, "English")];

impl Desk {
    /// The whole page.
    pub fn page(&self, page: Page<'_>) -> Result<Response, Refusal> {
        let voice = &self.voice;
        let title = match page.patient {
            Some(patient) => format!("{} · {}", patient.short(), page.title),
            None => page.title,
        };
        let banner = page.patient.map(|patient| patient.render(self)).transpose()?.unwrap_or_default();
        let tabs = match (page.patient, page.tab) {
            (Some(patient), Some(tab)) => tabs::row(self, &patient.id, tab)?,
            _ => String::new(),
        };
        let frame = Frame {
            voice,
            title,
            theme: self.browser.theme.tag(),
            assets: Assets::of(voice.lang(), page.charts, asks_passkey(&page.body)),

            person: if page.stands { None } else { Some(self.seated()) },
            wall: page.wall,
            world: world(&self.house, voice),
            played: played(&self.house, voice),
            site: self.house.pack().site(self.house.site()).map(|site| self.named(&site.names).into_owned()).unwrap_or_default(),
            rail: if page.wall { Vec::new() } else { self.rail(page.nav)? },
            banner,
            tabs,
            live: self.live_address(&page.live),
            standing: crate::standing::strip(&self.house, voice)?,
            path: &self.browser.path,
            languages: LANGUAGES.to_vec(),
            stands: page.stands,
            body: &page.body,
        };
        Ok(html(&self.browser, frame.render()?))
    }

    /// A part of a page that is on screen.
    pub fn part(&self, body: String) -> Response {
        html(&self.browser, body)
    }

    fn seated(&self) -> Seated {
        let present = &self.person.present;
        Seated {
            name: self.person.name.clone(),
            role: role_at(&self.house, &self.voice, &self.person.role.code, self.person.unit.as_deref()),
            mark: self.person.mark(),
            lock: present.session.locks_after(),
            several: choices(&self.house, &present.account).len() > 1,
        }
    }

    fn rail(&self, here: &str) -> Result<Vec<Entry>, Refusal> {
        let entry = |entry: &Nav| {
            let waits = if entry.permission == glass::REVIEW { glass::unseen(self)? } else { 0 };
            Ok(Entry { path: entry.path, label: self.voice.t(entry.label), icon: Icon(entry.icon), here: entry.path == here, waits })
        };
        self.entries().map(entry).collect()
    }

    /// The rail's entries for this person.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &'static Nav> {
        let all = self.house.screens().iter().flat_map(|screens| screens.nav).chain(glass::NAV).chain(people::NAV).chain(crate::audit::NAV);
        all.filter(|entry| self.person.may(entry.permission.0))
    }

    fn live_address(&self, parts: &[(&'static str, String)]) -> String {
        if parts.is_empty() {
            return String::new();
        }
        let parts = parts.iter().map(|(name, about)| format!("&part={name}:{about}")).collect::<String>();
        format!("/live?since={}{parts}", self.tick)
    }
}

/// Said on every page of a record whose patients are not real.
fn world(house: &House, voice: &Voice) -> Option<String> {
    match house.world() {
        World::Production => None,
        World::Training => Some(voice.t("web-world-training")),
        World::Simulation => Some(voice.t("web-world-simulation")),
    }
}

/// How fast time passes, where it does not pass as on the wall: then pages lead to where it is set.
fn played(house: &House, voice: &Voice) -> Option<String> {
    let pace = house.clock().pace()?;
    Some(voice.tn("web-played", i64::from(pace)))
}

/// Whether a body has a form that asks the browser for a passkey. A text that says so has its quotes escaped.
fn asks_passkey(body: &str) -> bool {
    body.contains(" data-passkey=\"")
}

/// A page for whom nobody knows yet.
pub(crate) fn bare(visitor: &Visitor, title: &str, body: &str) -> Response {
    let voice = &visitor.voice;
    let frame = Frame {
        voice,
        title: title.to_owned(),
        theme: visitor.browser.theme.tag(),
        assets: Assets::of(voice.lang(), false, asks_passkey(body)),

        person: None,
        wall: false,
        world: world(&visitor.house, voice),
        played: played(&visitor.house, voice),
        site: String::new(),
        rail: Vec::new(),
        banner: String::new(),
        tabs: String::new(),
        live: String::new(),
        standing: crate::standing::strip(&visitor.house, voice).unwrap_or_default(),
        path: &visitor.browser.path,
        languages: LANGUAGES.to_vec(),
        stands: false,
        body,
    };
    match frame.render() {
        Ok(text) => html(&visitor.browser, text),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            html(&visitor.browser, body.to_owned())
        }
    }
}

/// HTML on its way out, compressed if the browser takes that. Pages are never kept by browsers: they show patients.
pub(crate) fn html(browser: &Browser, text: String) -> Response {
    let packed = (browser.gzip && text.len() > WORTH_PACKING).then(|| gzip(text.as_bytes())).flatten();
    let is_packed = packed.is_some();
    let mut response = Response::new(Body::from(packed.unwrap_or_else(|| text.into_bytes())));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding, hx-request-type"));
    if is_packed {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(4));
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}
