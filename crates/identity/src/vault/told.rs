//! What the audit trail hears of people coming, going and being changed (docs/decisions/0019-audit.md, A3).

use crate::account::AccountId;
use rihla_kernel::{Actor, ActorKind};
pub use rihla_store::trail::EventKind;

/// One event. What was done is told with the change that does it; what was refused, by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub kind: EventKind,
    /// Who did it, or was taken to be who tried.
    pub actor: Actor,
    pub denied: bool,
    /// The name of the shared station where it was.
    pub station: String,
    pub address: String,
    /// What it was done to, as an account or a station.
    pub subject: String,
    /// Which of the acts of this kind.
    pub detail: &'static str,
}

/// The name of an account among actors.
pub(crate) fn account_name(id: AccountId) -> String {
    format!("Account/{}", id.to_text())
}

impl Told {
    /// Something that a person did with their own account.
    pub fn own(kind: EventKind, id: AccountId, detail: &'static str) -> Self {
        let name = account_name(id);
        Self { kind, actor: Actor::new(ActorKind::Person, &name), denied: false, station: String::new(), address: String::new(), subject: name, detail }
    }

    /// Something that somebody tried, whom nobody knows: what was typed is not repeated.
    pub(crate) fn stranger(kind: EventKind, detail: &'static str) -> Self {
        let actor = Actor::node("identity");
        Self { kind, actor, denied: true, station: String::new(), address: String::new(), subject: String::new(), detail }
    }
}
