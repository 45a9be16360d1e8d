//! Live screens: one hub listens to the record's feed and sends to each open page the parts that changed.
//!
//! A page names the parts it shows and the moment at which it was written; whatever changed since then is sent first, so
//! nothing falls between the page and its connection, and a connection that broke goes on from the last event it saw. A
//! part is rendered with the rights and in the language of who looks, after their session was looked at again.

mod address;
mod events;
mod hub;

pub use address::{ALL_PLACES, OF_PLACE};
pub use hub::{Hub, run};

use crate::desk::Desk;
use crate::refuse::Refusal;
use address::Address;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use rihla_kernel::{Fault, FaultKind};

/// `GET /live?since=TICK&part=NAME:PATIENT&part=…`
pub(crate) async fn connect(desk: Desk, RawQuery(query): RawQuery, headers: HeaderMap) -> Result<Response, Refusal> {
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let address = Address::read(&desk, query.as_deref().unwrap_or(""), resumed)?;
    if !address.within_reach(&desk)? {
        // The page begins again, and finds out for itself what it may show.
        return Err(Fault::new(FaultKind::Forbidden, "RH-WEB-OUT-OF-REACH", "The page shows a patient who is not in this person's care any more.").into());
    }
    let house = desk.house.clone();
    let events = house.hub().join(desk, address)?;
    let mut response = Response::new(axum::body::Body::new(events));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
