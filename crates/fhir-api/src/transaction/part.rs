//! A transaction's entries, read and checked before anything is decided.

use super::links::{Link, examine_linked};
use crate::ask::Ask;
use crate::headers::{Conditions, Match, NoneMatch};
use crate::incoming::{Incoming, examine_frame};
use crate::messages;
use crate::pairs;
use crate::refusal::{Refusal, Result};
use crate::route::Route;
use axum::http::Method;
use rihla_fhir::json::{Kind, Value};
use rihla_fhir::r4::{TypeId, tables};
use rihla_store::backend::Expect;
use rihla_store::query::Query;
use std::borrow::Cow;

/// One entry.
pub struct Part<'d> {
    /// Its place in the bundle; the answer keeps the order.
    pub position: usize,
    pub full_url: Option<Cow<'d, str>>,
    pub job: Job<'d>,
}

/// A resource with what in it names other resources.
pub struct Resource<'d> {
    pub incoming: Incoming<'d>,
    pub links: Vec<Link<'d>>,
}

/// What an entry asks for.
pub enum Job<'d> {
    Create {
        resource: Resource<'d>,
        unless: Option<Criteria>,
    },
    Update {
        resource: Resource<'d>,
        to: Destination,
        expect: Expect,
    },
    Delete {
        ty: TypeId,
        from: Destination,
        expect: Expect,
    },
    /// Done after all writes.
    Read {
        route: Route,
        pairs: Vec<(String, String)>,
        conditions: Conditions,
    },
}

/// A search that names a resource.
pub struct Criteria {
    /// `Type?…` as it came: conditional references in the same bundle may say the same.
    pub text: String,
    pub query: Query,
}

pub enum Destination {
    Id(String),
    Criteria(Criteria),
}

/// An entry's request, read but not yet understood.
pub struct Request<'d> {
    pub method: Method,
    pub route: Route,
    pub query: String,
    pub conditions: Conditions,
    full_url: Option<Cow<'d, str>>,
}

/// Reads the entries of a transaction (<https://hl7.org/fhir/R4/http.html#transaction>).
pub fn read<'d>(ask: &Ask<'_>, bundle: Value<'d>) -> Result<Vec<Part<'d>>> {
    let mut parts = Vec::new();
    for (position, entry) in entries(ask, bundle)?.enumerate() {
        parts.push(read_one(ask, entry, position).map_err(|refusal| place(refusal, position))?);
    }
    examine_frame(bundle)?;
    Ok(parts)
}

/// The entries of a bundle, if they are not too many.
pub fn entries<'d>(ask: &Ask<'_>, bundle: Value<'d>) -> Result<impl Iterator<Item = Value<'d>> + use<'d>> {
    check_keys(bundle, "Bundle")?;
    let list = bundle.get("entry");
    if list.is_some_and(|list| list.len() > ask.limits.entries) {
        return Err(Refusal::with(&messages::TOO_MANY_ENTRIES, ask.limits.entries.to_string()));
    }
    if list.is_some_and(|list| !list.is_array()) {
        return Err(wrong("Bundle.entry is no array").at("Bundle.entry"));
    }
    Ok(list.into_iter().flat_map(|list| list.items()))
}

/// Says in which entry something is wrong.
pub fn place(mut refusal: Refusal, position: usize) -> Refusal {
    for issue in &mut refusal.issues {
        let inner = issue.expression.take();
        issue.expression = Some(match inner {
            // What the validator says of a resource begins with its type.
            Some(inner) if !inner.starts_with("Bundle") => {
                let below = inner.split_once('.').map_or("", |(_, below)| below);
                format!("Bundle.entry[{position}].resource{}{below}", if below.is_empty() { "" } else { "." })
            }
            Some(inner) => inner,
            None => format!("Bundle.entry[{position}]"),
        });
    }
    refusal
}

fn read_one<'d>(ask: &Ask<'_>, entry: Value<'d>, position: usize) -> Result<Part<'d>> {
    let request = read_request(entry)?;
    let full_url = request.full_url.clone();
    let resource = entry.get("resource");
    let job = match request.method {
        Method::POST => create(ask, request, resource)?,
        Method::PUT => update(ask, request, resource)?,
        Method::DELETE => delete(ask, request)?,
        Method::GET | Method::HEAD => Job::Read { pairs: pairs::parse(&request.query)?, route: request.route, conditions: request.conditions },
        _ => return Err(Refusal::new(&messages::NO_PATCH)),
    };
    Ok(Part { position, full_url, job })
}

pub fn read_request(entry: Value<'_>) -> Result<Request<'_>> {
    check_keys(entry, "Bundle.entry")?;
    let request = entry.get("request").filter(|request| request.is_object()).ok_or_else(|| wrong("it has no request"))?;
    check_keys(request, "Bundle.entry.request")?;
    let text = |name: &str| request.get(name).and_then(|value| value.as_str());
    let method = text("method").and_then(|method| Method::from_bytes(method.as_bytes()).ok()).ok_or_else(|| wrong("its request has no method"))?;
    let url = text("url").ok_or_else(|| wrong("its request has no url"))?;
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let if_match = match text("ifMatch") {
        None => None,
        Some(tag) => Some(Match::parse(&tag).ok_or_else(|| Refusal::with(&messages::BAD_CONDITION, "ifMatch"))?),
    };
    Ok(Request {
        method,
        route: Route::parse(path.trim_start_matches('/'))?,
        query: query.to_owned(),
        conditions: Conditions {
            if_match,
            if_none_match: text("ifNoneMatch").map(|tag| NoneMatch::parse(&tag)),
            if_modified_since: None,
            if_none_exist: text("ifNoneExist").map(|text| text.trim_start_matches('?').to_owned()).filter(|text| !text.is_empty()),
        },
        full_url: entry.get("fullUrl").and_then(|url| url.as_str()),
    })
}

fn create<'d>(ask: &Ask<'_>, request: Request<'d>, resource: Option<Value<'d>>) -> Result<Job<'d>> {
    let Route::Type(ty) = request.route else { return Err(wrong("a POST goes to a resource type")) };
    let unless = match &request.conditions.if_none_exist {
        // Some senders repeat the type before the question mark.
        Some(text) => Some(criteria(ask, ty, text.split_once('?').map_or(text.as_str(), |(_, query)| query))?),
        None => None,
    };
    Ok(Job::Create { resource: linked(ask, resource, ty)?, unless })
}

fn update<'d>(ask: &Ask<'_>, request: Request<'d>, resource: Option<Value<'d>>) -> Result<Job<'d>> {
    let expect = request.conditions.expectation();
    let (ty, to) = destination(ask, request)?;
    let resource = linked(ask, resource, ty)?;
    if let Destination::Id(id) = &to
        && resource.incoming.id().as_ref() != Some(id)
    {
        return Err(Refusal::new(&messages::ID_MISMATCH));
    }
    Ok(Job::Update { resource, to, expect })
}

fn delete<'d>(ask: &Ask<'_>, request: Request<'d>) -> Result<Job<'d>> {
    let expect = request.conditions.expectation();
    let (ty, from) = destination(ask, request)?;
    Ok(Job::Delete { ty, from, expect })
}

fn destination(ask: &Ask<'_>, request: Request<'_>) -> Result<(TypeId, Destination)> {
    match request.route {
        Route::Instance(ty, id) => Ok((ty, Destination::Id(id))),
        Route::Type(ty) => Ok((ty, Destination::Criteria(criteria(ask, ty, &request.query)?))),
        _ => Err(wrong("its url names no resource")),
    }
}

fn criteria(ask: &Ask<'_>, ty: TypeId, text: &str) -> Result<Criteria> {
    let query = ask.criteria(ty, &pairs::parse(text)?)?;
    Ok(Criteria { text: format!("{}?{text}", tables().type_name(ty)), query })
}

fn linked<'d>(ask: &Ask<'_>, resource: Option<Value<'d>>, ty: TypeId) -> Result<Resource<'d>> {
    let value = resource.ok_or_else(|| wrong("it has no resource"))?;
    examine_linked(ask.zone, value, Some(ty))
}

fn wrong(what: &str) -> Refusal {
    Refusal::with(&messages::BUNDLE_ENTRY, what)
}

/// The frame of a bundle is read here rather than by the validator, which would look at every resource twice.
fn check_keys(object: Value<'_>, scope: &str) -> Result<()> {
    let Some(ty) = tables().type_id(scope).filter(|_| object.kind() == Kind::Object) else { return Err(wrong("it is no object").at(scope)) };
    let mut seen: Vec<&str> = Vec::with_capacity(8);
    for member in object.members() {
        let key = member.key_source();
        if seen.contains(&key) {
            return Err(wrong(&format!("\"{key}\" stands there twice")).at(scope));
        }
        seen.push(key);
        let plain = key.strip_prefix('_').unwrap_or(key);
        if plain != "resourceType" && tables().child(ty, plain).is_none() {
            return Err(wrong(&format!("\"{}\" is no element of {scope}", plain.chars().take(64).collect::<String>())).at(scope));
        }
    }
    Ok(())
}
