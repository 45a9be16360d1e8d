//! The record as a channel sees it: through a handle of its own, with the rights that the pack gives to those who connect
//! systems.

use crate::node::Node;
use rihla_exchange::datatype::identifier::Number;
use rihla_exchange::reconcile::Known;
use rihla_exchange::work::{Filing, Record, Work};
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhir::view::Look;
use rihla_fhir_api::{Lang, Loader, Refusal, read_json};
use rihla_kernel::{Actor, ActorKind, Fault, FaultKind, Purpose};
use rihla_rights::Who;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};

/// The role whose class of the pack says what a channel may see and write.
pub const ROLE: &str = "integrator";
/// Mergers that are followed one after the other.
const MERGERS: usize = 8;

/// One channel's hand in the record.
pub struct OfChannel {
    node: Node,
    actor: Actor,
}

/// The party that stands in the audit trail for a channel. Nobody's account is called so.
pub fn actor(channel: &str) -> Actor {
    Actor::new(ActorKind::System, &format!("{PARTY}{channel}"))
}

/// Begins the name of every channel's party.
pub const PARTY: &str = "Channel/";

/// A handle on the record for a channel, with the rights of now.
pub fn handle(node: &Node, actor: &Actor) -> Result<Scoped, Fault> {
    let who = Who { account: actor.id().to_owned(), practitioner: None, role: ROLE.to_owned(), site: node.site, unit: None };
    Ok(node.store.scoped_to(actor.clone(), Purpose::Operations, node.rights.scope(&who)?))
}

impl OfChannel {
    pub fn new(node: Node, channel: &str) -> Self {
        Self { node, actor: actor(channel) }
    }

    fn bearing(&self, record: &Scoped, ty: TypeId, number: &Number) -> Result<Vec<Known>, Fault> {
        let asked = format!("{}|{}", rihla_web::escaped(&number.system), rihla_web::escaped(&number.value));
        let (query, _) = record.query(&[ty], &[("identifier".to_owned(), asked)], Handling::Strict)?;
        let found = record.search(&query)?;
        found.matches.iter().map(|stored| last(record, ty, stored)).collect()
    }
}

/// Who somebody is now: of a record that was merged, the one that stands in its place.
fn last(record: &Scoped, ty: TypeId, stored: &Stored) -> Result<Known, Fault> {
    let mut known = known(stored)?;
    for _ in 0..MERGERS {
        let Some(next) = known.1.take() else { break };
        known = self::known(&record.read(ty, &next)?)?;
    }
    Ok(known.0)
}

/// The patient, and whose record stands in the place of this one.
fn known(stored: &Stored) -> Result<(Known, Option<String>), Fault> {
    let json = stored.json();
    let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| damaged())?;
    let patient = doc.root();
    let text = |value: Value<'_>, name: &str| value.text(name).unwrap_or_default().into_owned();
    let given = |name: &Value<'_>| name.all("given").iter().filter_map(|one| one.as_str()).collect::<Vec<_>>().join(" ");
    let number = |one: Value<'_>| Number { system: text(one, "system"), value: text(one, "value") };
    let into = patient.all("link").into_iter().find(|link| link.text("type").as_deref() == Some("replaced-by"));
    let into = into.and_then(|link| link.text("other.reference").and_then(|to| to.strip_prefix("Patient/").map(str::to_owned)));
    let known = Known {
        id: stored.id.to_text(),
        numbers: patient.all("identifier").into_iter().map(number).collect(),
        names: patient.all("name").into_iter().map(|name| (text(name, "family"), given(&name))).collect(),
        birth_date: text(patient, "birthDate"),
        sex: text(patient, "gender"),
    };
    Ok((known, into))
}

impl Record for OfChannel {
    fn known(&self, numbers: &[Number]) -> Result<Vec<Known>, Fault> {
        let ty = tables().resource_type("Patient").ok_or_else(damaged)?;
        let record = handle(&self.node, &self.actor)?;
        let mut all: Vec<Known> = Vec::new();
        for number in numbers {
            for one in self.bearing(&record, ty, number)? {
                if all.iter().all(|other| other.id != one.id) {
                    all.push(one);
                }
            }
        }
        Ok(all)
    }

    fn file<'r>(&'r self, work: &'r Work, marks: Vec<(String, Vec<u8>)>) -> Filing<'r> {
        Box::pin(async move {
            let record = handle(&self.node, &self.actor)?;
            let bundle = work.mapped.bundle.write();
            let doc = read_json(&bundle).map_err(|refusal| fault(&refusal))?;
            let loader = Loader::new(&record, self.node.store.indexer().zone());
            let parts = loader.parts(doc.root()).map_err(|refusal| fault(&refusal))?;
            loader.commit(&parts, &marks).await.map(drop).map_err(|refusal| fault(&refusal))
        })
    }
}

/// A refusal of the FHIR interface as the channel's worker sorts faults: what may mend itself, and what will not.
fn fault(refusal: &Refusal) -> Fault {
    let kind = match refusal.status.as_u16() {
        503 | 429 => FaultKind::Unavailable,
        409 | 412 => FaultKind::Conflict,
        500.. => FaultKind::Internal,
        _ => FaultKind::Unprocessable,
    };
    Fault::new(kind, refusal.code(), refusal.line(Lang::English))
}

fn damaged() -> Fault {
    Fault::new(FaultKind::Internal, "RH-EX-PATIENT", "A patient's record cannot be read. Check the store.")
}
