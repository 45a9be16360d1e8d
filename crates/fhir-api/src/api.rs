//! The FHIR REST interface: from a request to the one file that does what it asks.

use crate::answer::{Answer, Content, Look, refuse, respond};
use crate::ask::Ask;
use crate::batch::batch;
use crate::caller::{Arrival, Caller, Door};
use crate::capabilities::Capabilities;
use crate::format::{Format, check_encoding};
use crate::headers::{Conditions, Preferences, Return};
use crate::intake::{Room, as_json, drain, parse, take};
use crate::lang::Lang;
use crate::matching::Matching;
use crate::messages;
use crate::operation::operation;
use crate::pairs;
use crate::refusal::{Refusal, Result};
use crate::route::Route;
use crate::transaction::transaction;
use crate::{binary, create, delete, history, read, search, update};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, header, request::Parts};
use rihla_fhir::json::Value;
use rihla_kernel::{Actor, Purpose};
use rihla_store::scope::AccessScope;
use rihla_store::{HistoryOf, Store};
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

/// Bounds on what one request may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Entries of a batch or transaction.
    pub entries: usize,
    /// Nesting of JSON.
    pub depth: usize,
    /// JSON values of a body.
    pub values: usize,
    /// Bytes of all big bodies that are worked on at once.
    pub room: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 50 << 20, entries: 10_000, depth: 128, values: 4 << 20, room: 64 << 20 }
    }
}

impl Limits {
    /// For what this server wrote itself.
    pub const OWN: Self = Self { body: usize::MAX, entries: usize::MAX, depth: 256, values: usize::MAX, room: 0 };
}

/// How the interface presents itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it stands on the server: `/fhir`.
    pub mount: String,
    /// The base address that links carry; without it, what the Host header says.
    pub base: Option<String>,
    pub lang: Lang,
    pub limits: Limits,
    /// The moment of the build or start, for the capability statement: `2026-01-31`.
    pub date: String,
}

/// The interface to one record.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

struct Inner {
    store: Store,
    door: Arc<dyn Door>,
    settings: Settings,
    room: Room,
    capabilities: Capabilities,
    matching: Option<Arc<dyn Matching>>,
}

/// Bodies from this size on are parsed where they cannot hold up other requests.
const LONG_WORK: usize = 256 << 10;

impl Api {
    pub fn new(store: Store, door: Arc<dyn Door>, settings: Settings) -> Self {
        let capabilities = Capabilities::new(&settings.date, door.entrance().as_ref());
        let room = Room::new(settings.limits.room.max(settings.limits.body));
        Self(Arc::new(Inner { store, door, room, settings, capabilities, matching: None }))
    }

    /// With somebody to ask which records may be one person's.
    pub fn with_matching(self, matching: Arc<dyn Matching>) -> Self {
        let Self(inner) = self;
        match Arc::try_unwrap(inner) {
            Ok(inner) => Self(Arc::new(Inner { matching: Some(matching), ..inner })),
            // It serves already, and goes on as it is.
            Err(inner) => Self(inner),
        }
    }

    /// A router that answers everything below the mount, and 404 elsewhere.
    pub fn router(self) -> Router {
        Router::new().fallback(handle).with_state(self)
    }
}

async fn handle(State(api): State<Api>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let settings = &api.0.settings;
    let mut look = Look { format: Format::Json, pretty: false, lang: crate::lang::accepted(&parts.headers, settings.lang) };
    let base = base(settings, &parts.headers);
    let mut body = Some(body);
    let answered = caught(api.answer(&parts, &mut body, &base, &mut look)).await;
    if let Some(unread) = body {
        drain(&parts.headers, unread).await;
    }
    match answered {
        Ok(answer) => respond(answer, look, &base),
        Err(refusal) => refuse(&refusal, look),
    }
}

/// Who reads the statement alone need not be known; nothing of the record is shown to them.
fn nobody(store: &Store) -> Box<dyn Caller> {
    Box::new(store.scoped_to(Actor::node("metadata"), Purpose::Operations, AccessScope::everything().only_types([])))
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    // What cannot be read is no token of ours, and is refused as one.
    headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or("?"))
}

/// A defect must not take the connection, let alone the process, with it.
async fn caught(work: impl Future<Output = Result<Answer>>) -> Result<Answer> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| {
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or_else(|_| {
            tracing::error!(code = messages::DEFECT.code, "a request was interrupted by a defect");
            std::task::Poll::Ready(Err(Refusal::new(&messages::DEFECT)))
        })
    })
    .await
}

fn base(settings: &Settings, headers: &HeaderMap) -> String {
    if let Some(base) = &settings.base {
        return base.clone();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| is_host(host)).unwrap_or("localhost");
    format!("http://{host}{}", settings.mount)
}

/// What goes into every link must be a host and nothing else.
/// The machine that calls, as whoever serves the interface knows it.
fn address(parts: &Parts) -> String {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or_else(String::new, |peer| peer.0.ip().to_string())
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.len() <= 255 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']' | b'_'))
}

impl Api {
    async fn answer(&self, parts: &Parts, body: &mut Option<Body>, base: &str, look: &mut Look) -> Result<Answer> {
        let Inner { store, door, settings, room, capabilities, matching } = &*self.0;
        let mut pairs = match parts.uri.query() {
            Some(query) => pairs::parse(query)?,
            None => Vec::new(),
        };
        let format = take_pair(&mut pairs, "_format");
        look.pretty = take_pair(&mut pairs, "_pretty").is_some_and(|value| value != "false");
        let path = parts.uri.path().strip_prefix(settings.mount.as_str()).filter(|path| path.is_empty() || path.starts_with('/'));
        let route = Route::parse(path.ok_or_else(|| Refusal::new(&messages::NO_SUCH_PATH))?.trim_start_matches('/'))?;
        let caller = if route == Route::Metadata {
            nobody(store)
        } else {
            door.enter(Arrival { authorization: authorization(&parts.headers), address: &address(parts) })?
        };
        let is_read = matches!(parts.method, Method::GET | Method::HEAD);
        if let Some(raw) = binary::wanted(&route, is_read, &parts.headers, format.as_deref()) {
            return binary::read(caller.as_ref(), raw);
        }
        look.format = Format::accepted(&parts.headers, format.as_deref())?;
        let prefer = Preferences::of(&parts.headers);
        let shown = if route == Route::System { Return::Minimal } else { Return::Representation };
        let conditions = Conditions::of(&parts.headers)?;
        let zone = store.indexer().zone();
        let mut ask = Ask {
            caller: caller.as_ref(),
            zone,
            base,
            lang: look.lang,
            limits: &settings.limits,
            conditions,
            prefer,
            shown,
            pairs,
            capabilities: Some(capabilities),
            matching: matching.as_deref(),
        };
        match parts.method {
            Method::GET | Method::HEAD | Method::DELETE => perform(&ask, &parts.method, &route, None).await,
            Method::POST if is_form(&route) => {
                check_encoding(&parts.headers)?;
                let taken = take(&parts.headers, body.take(), &settings.limits, room).await?;
                self.read_form(&parts.headers, &taken.bytes, &mut ask.pairs, look)?;
                perform(&ask, &parts.method, &route, None).await
            }
            Method::POST | Method::PUT => {
                check_encoding(&parts.headers)?;
                check_method(&parts.method, &route)?;
                if let Route::Type(ty) | Route::Instance(ty, _) = &route
                    && binary::is_raw(*ty, &parts.headers)
                {
                    let taken = take(&parts.headers, body.take(), &settings.limits, room).await?;
                    let json = binary::wrap(&parts.headers, &route, &taken.bytes);
                    drop(taken);
                    return self.with_resource(&ask, &parts.method, &route, &json).await;
                }
                let form = Format::of_body(&parts.headers)?;
                let taken = take(&parts.headers, body.take(), &settings.limits, room).await?;
                let json = as_json(&taken.bytes, form)?;
                self.with_resource(&ask, &parts.method, &route, &json).await
            }
            Method::PATCH => Err(not_allowed(&messages::NO_PATCH, "PATCH", &route)),
            _ => Err(not_allowed(&messages::METHOD, parts.method.as_str(), &route)),
        }
    }

    async fn with_resource(&self, ask: &Ask<'_>, method: &Method, route: &Route, json: &[u8]) -> Result<Answer> {
        let doc = long(json.len(), || parse(json, ask.limits))?;
        let root = doc.root();
        if *route != Route::System {
            return perform(ask, method, route, Some(root)).await;
        }
        let text = |name: &str| root.get(name).and_then(|value| value.as_str());
        match (text("resourceType").as_deref(), text("type").as_deref()) {
            (Some("Bundle"), Some("transaction")) => transaction(ask, root).await,
            (Some("Bundle"), Some("batch")) => batch(ask, root).await,
            (Some(_), _) => Err(Refusal::new(&messages::BUNDLE_TYPE)),
            (None, _) => Err(Refusal::new(&messages::NOT_A_RESOURCE)),
        }
    }

    /// A search by POST brings its parameters in the body as well (<https://hl7.org/fhir/R4/http.html#search>).
    fn read_form(&self, headers: &HeaderMap, bytes: &[u8], pairs: &mut Vec<(String, String)>, look: &mut Look) -> Result<()> {
        let declared = headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or(""));
        let is_form = declared.is_none_or(|declared| declared.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        if !is_form && !bytes.is_empty() {
            return Err(Refusal::with(&messages::CONTENT_TYPE, "application/x-www-form-urlencoded"));
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return Err(Refusal::with(&messages::BAD_QUERY, "?")) };
        pairs.extend(pairs::parse(text.trim())?);
        if let Some(format) = take_pair(pairs, "_format") {
            look.format = Format::accepted(headers, Some(&format))?;
        }
        if let Some(pretty) = take_pair(pairs, "_pretty") {
            look.pretty = pretty != "false";
        }
        Ok(())
    }
}

/// Runs work of that many bytes; long work is done where it does not hold up other requests.
pub fn long<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let many = tokio::runtime::Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread);
    if bytes > LONG_WORK && many { tokio::task::block_in_place(work) } else { work() }
}

fn take_pair(pairs: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let found = pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())?;
    pairs.retain(|(known, _)| known != name);
    Some(found)
}

fn is_form(route: &Route) -> bool {
    matches!(route, Route::SystemSearch | Route::TypeSearch(_) | Route::CompartmentSearch { .. })
}

fn check_method(method: &Method, route: &Route) -> Result<()> {
    let fits = match route {
        Route::System | Route::Operation { .. } => *method == Method::POST,
        Route::Type(_) => true,
        Route::Instance(..) => *method == Method::PUT,
        _ => false,
    };
    if fits { Ok(()) } else { Err(not_allowed(&messages::METHOD, method.as_str(), route)) }
}

fn not_allowed(message: &'static messages::Message, method: &str, route: &Route) -> Refusal {
    Refusal { allow: Some(route.allowed()), ..Refusal::with(message, method) }
}

/// Does what a method asks of a place. Requests and the entries of batches come through here.
pub async fn perform(ask: &Ask<'_>, method: &Method, route: &Route, resource: Option<Value<'_>>) -> Result<Answer> {
    let body = || resource.ok_or_else(|| Refusal::new(&messages::BODY_EMPTY));
    match (method, route) {
        (&Method::GET | &Method::HEAD, route) => get(ask, route),
        (&Method::POST, Route::SystemSearch) => search::search_system(ask),
        (&Method::POST, Route::TypeSearch(ty)) => search::search_type(ask, *ty),
        (&Method::POST, Route::CompartmentSearch { of, id, ty }) => search::search_compartment(ask, *of, id, *ty),
        (&Method::POST, Route::Type(ty)) => create::create(ask, *ty, body()?).await,
        (&Method::POST, Route::Operation { name, on }) => operation(ask, name, on.as_ref(), resource),
        (&Method::PUT, Route::Instance(ty, id)) => update::update(ask, *ty, id, body()?).await,
        (&Method::PUT, Route::Type(ty)) => update::update_conditional(ask, *ty, body()?).await,
        (&Method::DELETE, Route::Instance(ty, id)) => delete::delete(ask, *ty, id).await,
        (&Method::DELETE, Route::Type(ty)) => delete::delete_conditional(ask, *ty).await,
        _ => Err(not_allowed(&messages::METHOD, method.as_str(), route)),
    }
}

fn get(ask: &Ask<'_>, route: &Route) -> Result<Answer> {
    match route {
        Route::Instance(ty, id) => read::read(ask, *ty, id),
        Route::Version(ty, id, vid) => read::vread(ask, *ty, id, *vid),
        Route::Type(ty) => search::search_type(ask, *ty),
        Route::System => search::search_system(ask),
        Route::Compartment { of, id, ty } => search::search_compartment(ask, *of, id, *ty),
        Route::Metadata => {
            let capabilities = ask.capabilities.ok_or_else(|| Refusal::new(&messages::NO_SUCH_PATH))?;
            Ok(Answer::of(StatusCode::OK, Content::Json(capabilities.json(ask.base))))
        }
        Route::SystemHistory => history::history(ask, HistoryOf::System, "_history"),
        Route::TypeHistory(ty) => history::history(ask, HistoryOf::Type(*ty), &format!("{}/_history", history::name(*ty))),
        Route::InstanceHistory(ty, id) => history::history(ask, HistoryOf::Instance(*ty, id.clone()), &format!("{}/{id}/_history", history::name(*ty))),
        Route::Operation { name, on } => operation(ask, name, on.as_ref(), None),
        Route::SystemSearch | Route::TypeSearch(_) | Route::CompartmentSearch { .. } => Err(not_allowed(&messages::METHOD, "GET", route)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_defect_is_answered_and_not_passed_on() {
        let refusal = caught(async { panic!("a defect") }).await.expect_err("it is refused");
        assert_eq!((refusal.status.as_u16(), refusal.code()), (500, "RH-API-DEFECT"));
    }

    #[test]
    fn only_a_host_goes_into_links() {
        assert!(is_host("127.0.0.1:8080") && is_host("[::1]:80") && is_host("rihla.example.org"));
        assert!(!is_host("") && !is_host("a/b") && !is_host("a\"b") && !is_host(&"a".repeat(300)));
    }
}
