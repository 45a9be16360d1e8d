//! From a bearer token to the record as its program may use it.

use rihla_fhir::r4::TypeId;
use rihla_fhir_api::{Arrival, Caller, Door, Entering, Entrance, Interaction, Stranger};
use rihla_identity::{AccountId, Identity};
use rihla_kernel::{Actor, Fault, FaultKind, Origin, Purpose, SiteId};
use rihla_rights::{Rights, Who};
use rihla_smart::{AUTHORIZE, Asked, Bearer, Error, INTROSPECT, REGISTER, REVOKE, Refused, Smart, TOKEN};
use rihla_store::scope::{AccessScope, Act};
use rihla_store::{Scoped, Store};
use std::sync::{Arc, OnceLock};

/// The door of the FHIR interface for programs that bring a token.
pub struct Tokens {
    pub smart: Arc<Smart>,
    pub rights: Arc<Rights>,
    pub identity: Arc<Identity>,
    pub store: Store,
    /// The site that this node serves.
    pub site: SiteId,
}

impl Door for Tokens {
    fn enter(&self, arrival: Arrival<'_>) -> Result<Box<dyn Caller>, Entering> {
        let token = arrival.authorization.and_then(bearer_of).ok_or_else(|| stranger("Bearer realm=\"rihla\"".into()))?;
        let bearer = self.smart.bearer(token).map_err(|refused| stranger(refused.challenge()))?;
        let own = match bearer.account {
            Some(account) => self.own(account, &bearer.acting)?,
            None => AccessScope::everything(),
        };
        let origin = Origin::new(&format!("Client/{}", bearer.client), "", arrival.address);
        Ok(Box::new(Program { store: self.store.clone(), bearer, own, origin, hands: Default::default() }))
    }

    fn entrance(&self) -> Option<Entrance> {
        let [authorize, token, register, introspect, revoke] = [AUTHORIZE, TOKEN, REGISTER, INTROSPECT, REVOKE].map(|path| self.smart.address(path));
        Some(Entrance { authorize, token, register, introspect, revoke })
    }
}

impl Tokens {
    /// What a person may see in the role in which they let the program in, if they still have it.
    fn own(&self, id: AccountId, acting: &str) -> Result<AccessScope, Entering> {
        let gone = || stranger(Refused::new(Error::InvalidToken, "The person does not act in that role any more. Ask them again.").challenge());
        let account = self.identity.account(id)?.filter(|account| self.identity.is_in_use(account)).ok_or_else(gone)?;
        let (role, unit) = acting.split_once('/').ok_or_else(gone)?;
        let unit = Some(unit.to_owned()).filter(|unit| !unit.is_empty());
        let holds = account.grants.iter().any(|grant| grant.site == self.site && grant.role == role && grant.unit == unit);
        if !holds {
            return Err(gone());
        }
        let who = Who { account: account.actor().id().to_owned(), practitioner: account.practitioner.clone(), role: role.to_owned(), site: self.site, unit };
        Ok(self.rights.scope(&who)?)
    }
}

/// RFC 6750, 2.1. Tokens in forms and addresses are not read.
fn bearer_of(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn stranger(challenge: String) -> Entering {
    Entering::Stranger(Stranger { challenge })
}

/// A program for the length of one request.
struct Program {
    store: Store,
    bearer: Bearer,
    own: AccessScope,
    origin: Origin,
    /// Handles that read, search and write, made when they are first asked for.
    hands: [OnceLock<Scoped>; 3],
}

impl Caller for Program {
    fn may(&self, interaction: Interaction, ty: TypeId) -> bool {
        let permits = |asked| self.bearer.granted.permits(ty, asked);
        match interaction {
            Interaction::Read => permits(Asked::Read),
            Interaction::Search => permits(Asked::Search),
            Interaction::Create => permits(Asked::Write(Act::Create)),
            // A PUT creates where there is nothing yet; which of both it is, the record judges.
            Interaction::Update => permits(Asked::Write(Act::Update)) || permits(Asked::Write(Act::Create)),
            Interaction::Delete => permits(Asked::Write(Act::Delete)),
        }
    }

    fn record(&self, interaction: Interaction) -> Result<&Scoped, Fault> {
        let [read, search, write] = &self.hands;
        match interaction {
            Interaction::Read => made(read, || self.shows(Asked::Read)),
            Interaction::Search => made(search, || self.shows(Asked::Search)),
            Interaction::Create | Interaction::Update | Interaction::Delete => made(write, || self.writes()),
        }
    }
}

impl Program {
    fn narrowed(&self, asked: Asked) -> Result<AccessScope, Fault> {
        let node = self.store.scoped(Actor::node("bearer"), Purpose::Operations);
        self.bearer.granted.narrow_for(asked, self.own.clone(), &node)
    }

    fn handle(&self, scope: AccessScope) -> Scoped {
        self.store.scoped_to(self.bearer.actor(), Purpose::Treatment, scope).from(self.origin.clone())
    }

    fn shows(&self, asked: Asked) -> Result<Scoped, Fault> {
        Ok(self.handle(self.narrowed(asked)?))
    }

    /// Shows nothing: what is written together may be written by different scopes.
    fn writes(&self) -> Result<Scoped, Fault> {
        let [create, update, delete] = Act::ALL.map(|act| self.narrowed(Asked::Write(act)));
        Ok(self.handle(AccessScope::everything().only_types([])).writing([create?, update?, delete?]))
    }
}

fn made(hand: &OnceLock<Scoped>, make: impl FnOnce() -> Result<Scoped, Fault>) -> Result<&Scoped, Fault> {
    if hand.get().is_none() {
        // Who came first set it; both made the same.
        _ = hand.set(make()?);
    }
    hand.get().ok_or_else(|| Fault::new(FaultKind::Internal, "RH-SMART-HANDLE", "The record could not be opened for the program."))
}
