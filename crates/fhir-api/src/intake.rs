//! Taking in a body within bounds of memory, and reading it as a tree.

use crate::api::Limits;
use crate::format::Format;
use crate::messages;
use crate::refusal::{Refusal, Result};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use rihla_fhir::json::{self, Doc, ParseErrorKind};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bodies up to this size need no admission.
const SMALL: usize = 1 << 20;
/// What one permit of the room for big bodies stands for.
const UNIT: usize = 64 << 10;
/// How long a sender of a big body may pause; meanwhile others wait for the room that it holds.
const PAUSE: Duration = Duration::from_secs(30);
/// How much of a refused body is still read, so that its sender comes to read the answer.
const DRAINED: u64 = 256 << 20;

/// Room for big bodies: all that are being worked on at once, in bytes.
#[derive(Clone)]
pub struct Room(Arc<Semaphore>);

impl Room {
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(permits(bytes) as usize)))
    }

    async fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_many_owned(permits(bytes)).await.ok()
    }
}

fn permits(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX >> 4)
}

/// A body in memory. Big ones hold their room until they are dropped.
pub struct Taken {
    pub bytes: Vec<u8>,
    _room: Option<OwnedSemaphorePermit>,
}

/// Reads a body to its end, or refuses it as soon as it is known to be too large.
pub async fn take(headers: &HeaderMap, body: Option<Body>, limits: &Limits, room: &Room) -> Result<Taken> {
    let mut body = body.unwrap_or_default();
    let declared = declared(headers);
    if declared.is_some_and(|length| length > limits.body as u64) {
        return refuse(headers, body, declared.unwrap_or(0), limits).await;
    }
    let expected = declared.map_or(SMALL, |length| usize::try_from(length).unwrap_or(limits.body));
    let mut held = if expected > SMALL { room.take(expected).await } else { None };
    let mut bytes = Vec::with_capacity(expected.min(SMALL));
    loop {
        let next = if held.is_some() { within_pause(&mut body).await? } else { next_part(&mut body).await? };
        let Some(data) = next else { break };
        if bytes.len() + data.len() > limits.body {
            let read = bytes.len() as u64;
            drop(std::mem::take(&mut bytes));
            return refuse(headers, body, read, limits).await;
        }
        if held.is_none() && bytes.len() + data.len() > SMALL {
            // Its length was not declared: take the whole room rather than guess.
            held = room.take(limits.body).await;
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Taken { bytes, _room: held })
}

/// The next part of a body, or `None` at its end.
async fn next_part(body: &mut Body) -> Result<Option<Bytes>> {
    match body.frame().await {
        None => Ok(None),
        // What is no data are trailers, which nothing here asks for.
        Some(Ok(frame)) => Ok(Some(frame.into_data().unwrap_or_default())),
        Some(Err(_)) => Err(Refusal::new(&messages::BODY_BROKEN)),
    }
}

/// The same; a sender that pauses too long has broken off.
async fn within_pause(body: &mut Body) -> Result<Option<Bytes>> {
    tokio::time::timeout(PAUSE, next_part(body)).await.unwrap_or_else(|_| Err(Refusal::new(&messages::BODY_BROKEN)))
}

/// Reads a small body that nobody wants, so that its sender reads the refusal and may go on with the same connection.
pub async fn drain(headers: &HeaderMap, mut body: Body) {
    if !headers.contains_key(header::EXPECT) && declared(headers).is_some_and(|length| length <= SMALL as u64) {
        while let Ok(Some(_)) = within_pause(&mut body).await {}
    }
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Throws the rest away within bounds. A sender that asked first (Expect) has not begun: it is told at once.
async fn refuse(headers: &HeaderMap, mut body: Body, declared: u64, limits: &Limits) -> Result<Taken> {
    if !headers.contains_key(header::EXPECT) && declared <= DRAINED {
        let mut left = DRAINED;
        while let Ok(Some(data)) = within_pause(&mut body).await {
            left = left.saturating_sub(data.len() as u64);
            if left == 0 {
                break;
            }
        }
    }
    Err(Refusal::with(&messages::BODY_TOO_LARGE, limits.body.to_string()))
}

/// The body as JSON text, whatever form it came in.
pub fn as_json(bytes: &[u8], format: Format) -> Result<Cow<'_, [u8]>> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::new(&messages::BODY_EMPTY));
    }
    match format {
        Format::Json => Ok(Cow::Borrowed(bytes)),
        Format::Xml => crate::xml::to_json(bytes).map(Cow::Owned),
    }
}

/// Reads JSON text into a tree that lends from it.
pub fn parse<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Doc<'b>> {
    let bounds = json::Limits { depth: limits.depth, bytes: usize::MAX, values: limits.values };
    json::parse(bytes, &bounds).map_err(|error| {
        let message = match error.kind {
            ParseErrorKind::TooDeep | ParseErrorKind::TooManyValues | ParseErrorKind::TooLong => &messages::JSON_LIMIT,
            _ => &messages::MALFORMED_JSON,
        };
        Refusal::with(message, error.to_string())
    })
}
