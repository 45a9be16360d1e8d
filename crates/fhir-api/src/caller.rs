//! Who comes with a request, and what of the record they may use for what. The interface itself knows no accounts, tokens
//! or scopes: whoever serves it gives it a [`Door`].

use crate::messages;
use crate::refusal::{Refusal, Result};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{Fault, Origin};
use rihla_store::Scoped;

/// What is done with a type. Conditional writes search first; a PUT creates where there is nothing yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// By id, of a version, or the history of one resource.
    Read,
    /// Over a type or several, also their history.
    Search,
    Create,
    Update,
    Delete,
}

/// Somebody who was let in, for the length of one request.
pub trait Caller: Send + Sync {
    /// Whether anything of a type was granted to them for an interaction. What they may see of it, the record tells.
    fn may(&self, interaction: Interaction, ty: TypeId) -> bool;

    /// The record as they may use it for an interaction. For all that writes it is one handle, since what is written together
    /// is committed together.
    fn record(&self, interaction: Interaction) -> Result<&Scoped, Fault>;
}

/// Nobody who is known: why, as a value of `WWW-Authenticate` (RFC 6750, 3).
#[derive(Clone, Debug)]
pub struct Stranger {
    pub challenge: String,
}

/// What the statement of capabilities says about coming in
/// (<https://hl7.org/fhir/smart-app-launch/conformance.html#using-cs>).
#[derive(Clone, Debug)]
pub struct Entrance {
    pub authorize: String,
    pub token: String,
    pub register: String,
    pub introspect: String,
    pub revoke: String,
}

/// With what somebody comes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrival<'a> {
    /// The header's value.
    pub authorization: Option<&'a str>,
    /// The address of their machine, where it is known: for the audit trail.
    pub address: &'a str,
}

/// Where those who ask come in.
pub trait Door: Send + Sync {
    fn enter(&self, arrival: Arrival<'_>) -> Result<Box<dyn Caller>, Entering>;

    /// None: nobody has to come in.
    fn entrance(&self) -> Option<Entrance>;
}

/// Why nobody came in.
#[derive(Clone, Debug)]
pub enum Entering {
    Stranger(Stranger),
    Fault(Fault),
}

impl From<Fault> for Entering {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Entering> for Refusal {
    fn from(entering: Entering) -> Self {
        match entering {
            Entering::Stranger(stranger) => Self { challenge: Some(stranger.challenge), ..Self::new(&messages::LOGIN) },
            Entering::Fault(fault) => fault.into(),
        }
    }
}

/// A handle that does everything as far as it reaches: imports, and an interface that is open to all.
impl Caller for Scoped {
    fn may(&self, _: Interaction, _: TypeId) -> bool {
        true
    }

    fn record(&self, _: Interaction) -> Result<&Scoped, Fault> {
        Ok(self)
    }
}

/// A door that stands open: everybody who reaches the interface uses the same handle.
pub struct Open(pub Scoped);

impl Door for Open {
    fn enter(&self, arrival: Arrival<'_>) -> Result<Box<dyn Caller>, Entering> {
        Ok(Box::new(self.0.clone().from(Origin::new("", "", arrival.address))))
    }

    fn entrance(&self) -> Option<Entrance> {
        None
    }
}

/// The handle for an interaction with one type, if anything was granted for it.
pub fn on(caller: &dyn Caller, interaction: Interaction, ty: TypeId) -> Result<&Scoped> {
    if !caller.may(interaction, ty) {
        return Err(not_granted(tables().type_name(ty)));
    }
    Ok(caller.record(interaction)?)
}

/// What a program was not granted (RFC 6750, 3.1).
pub fn not_granted(name: &'static str) -> Refusal {
    Refusal { challenge: Some("Bearer realm=\"rihla\", error=\"insufficient_scope\"".into()), ..Refusal::with(&messages::NOT_GRANTED, name) }
}
