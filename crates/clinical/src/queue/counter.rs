//! A desk: a Location whose type has the code of a service. It is made, named and taken away as other places are, and it is
//! paused by its status.

use super::ticket::Ticket;
use crate::object::{Object, quoted, written};
use crate::stay::{Signed, part, read_signed, sign};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_fhirpath::Zone;

/// The system of services: in a desk's type, and in the reason of a ticket.
pub const SERVICE: &str = "urn:rihla:queue-service";
/// Why nobody is called there now, since when, said by whom.
const PAUSE: &str = "urn:rihla:extension:queue-pause";

#[derive(Clone, Debug)]
pub struct Counter {
    pub id: String,
    pub version: u32,
    pub name: String,
    /// In other scripts and languages.
    pub aliases: Vec<String>,
    /// The services for which it calls, the first one before the others.
    pub services: Vec<String>,
    /// Its hospital: the id of an Organization; none: any.
    pub house: Option<String>,
    pub pause: Option<Pause>,
    /// Not in use any more.
    pub inactive: bool,
    source: Object,
    others: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// As the pack has it; empty where another system closed the place.
    pub code: String,
    pub signed: Option<Signed>,
}

impl Counter {
    /// None: no desk.
    pub fn read(place: Value<'_>, version: u32, zone: &Zone) -> Option<Self> {
        let text = |path: &str| place.text(path).unwrap_or_default().into_owned();
        let codings = place.all("type").into_iter().flat_map(|kind| kind.all("coding"));
        let services: Vec<String> = codings
            .filter(|coding| coding.text("system").as_deref() == Some(SERVICE))
            .filter_map(|coding| coding.text("code"))
            .map(|code| code.into_owned())
            .collect();
        let paused = place.extensions("", PAUSE).first().map(|one| Pause { code: part(*one, "code", "valueCode"), signed: read_signed(*one, "", zone) });
        let others = place.all("extension").into_iter().filter(|one| one.text("url").as_deref() != Some(PAUSE)).map(written).collect();
        let status = text("status");
        (!services.is_empty()).then(|| Self {
            id: text("id"),
            version,
            name: text("name"),
            aliases: place.all("alias").iter().filter_map(|alias| alias.as_str()).map(|alias| alias.into_owned()).collect(),
            services,
            house: place.reference("managingOrganization.reference", "Organization").map(|id| id.into_owned()),
            pause: (status == "suspended").then(|| paused.unwrap_or(Pause { code: String::new(), signed: None })),
            inactive: status == "inactive",
            source: Object::of(place),
            others,
        })
    }

    /// As JSON, paused or open.
    pub fn with_pause(&self, pause: Option<(&str, &Signed)>) -> String {
        let mut out = self.source.clone();
        let mut extensions = self.others.clone();
        if let Some((code, signed)) = pause {
            let mut parts = vec![format!(r#"{{"url":"code","valueCode":{}}}"#, quoted(code))];
            parts.extend(sign(signed, ""));
            extensions.push(format!(r#"{{"url":"{PAUSE}","extension":[{}]}}"#, parts.join(",")));
        }
        out.set("status", quoted(if pause.is_some() { "suspended" } else { "active" }));
        out.set_list("extension", &extensions);
        out.text()
    }

    /// Whether it may call a ticket that waits: one of its services that waits for no other desk.
    pub fn may_call(&self, ticket: &Ticket) -> bool {
        ticket.desk.as_deref().map_or_else(|| self.serves(&ticket.service), |desk| desk == self.id)
    }

    pub fn serves(&self, service: &str) -> bool {
        self.services.iter().any(|own| own == service)
    }
}
