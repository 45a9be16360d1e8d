//! The record as a channel sees it: through a handle of its own, with the rights that the pack gives to those who connect
//! systems.

use crate::node::Node;
use rihla_exchange::Settings;
use rihla_exchange::datatype::identifier::Number;
use rihla_exchange::filing::Hand;
pub use rihla_exchange::filing::PARTY;
use rihla_exchange::reconcile::Known;
use rihla_exchange::work::{Filing, Marking, Record, Work};
use rihla_fhir::json::Value;
use rihla_kernel::{Actor, ActorKind, Fault, Purpose};
use rihla_rights::Who;
use rihla_store::Scoped;

/// The role whose class of the pack says what a channel may see and write.
pub const ROLE: &str = "integrator";

/// One channel's hand in the record.
pub struct OfChannel {
    node: Node,
    actor: Actor,
    /// Real care.
    live: bool,
    settings: Settings,
}

/// The party that stands in the audit trail for a channel. Nobody's account is called so.
pub fn actor(channel: &str) -> Actor {
    Actor::new(ActorKind::System, &format!("{PARTY}{channel}"))
}

/// A handle on the record for a channel, with the rights of now.
pub fn handle(node: &Node, actor: &Actor) -> Result<Scoped, Fault> {
    let who = Who { account: actor.id().to_owned(), practitioner: None, role: ROLE.to_owned(), site: node.site, unit: None };
    Ok(node.store.scoped_to(actor.clone(), Purpose::Operations, node.rights.scope(&who)?))
}

impl OfChannel {
    pub fn new(node: Node, channel: &str, live: bool, settings: Settings) -> Self {
        Self { node, actor: actor(channel), live, settings }
    }
}

impl OfChannel {
    fn hand<'h>(&'h self, record: &'h Scoped) -> Hand<'h> {
        Hand { store: &self.node.store, record, settings: &self.settings, now: self.node.clock.now(), pack: &self.node.pack, correction }
    }
}

/// As the page of corrections takes it.
fn correction(patient: &str, by: &str, known: Value<'_>, told: Value<'_>) -> Option<(String, Vec<u8>)> {
    let traits = rihla_registration::asked_traits(known, told)?;
    Some(rihla_web::correction_asked(patient, by, &traits))
}

impl Record for OfChannel {
    fn known(&self, numbers: &[Number]) -> Result<Vec<Known>, Fault> {
        self.hand(&handle(&self.node, &self.actor)?).known(numbers)
    }

    fn standing(&self, id: &str) -> Result<Option<String>, Fault> {
        self.hand(&handle(&self.node, &self.actor)?).standing(id)
    }

    fn file<'r>(&'r self, work: &'r Work, marks: Marking<'r>) -> Filing<'r> {
        Box::pin(async move {
            let record = handle(&self.node, &self.actor)?;
            let hand = self.hand(&record);
            if self.live { hand.file(work, marks).await } else { hand.file_as_said(work, marks).await }
        })
    }
}
