//! Who comes with an access token.

use crate::answer::{Error, Refused};
use crate::flow::token::ACCESS;
use crate::scope::{Granted, ScopeSet};
use crate::smart::{Smart, seconds};
use rihla_identity::AccountId;
use rihla_jose::json::{number, object, text};
use rihla_kernel::{Actor, ActorKind, Instant};

/// A program that calls, in whose name, and what it was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    pub client: String,
    /// None: the program calls for itself, and the node says what such a one may see.
    pub account: Option<AccountId>,
    /// In what the person acted when they let the program in.
    pub acting: String,
    pub granted: Granted,
    pub fhir_user: Option<String>,
    /// The number of the token.
    pub jti: String,
    /// When it ends; it is not to be believed for longer.
    pub ends: Instant,
    pub(crate) grant: Option<String>,
    pub(crate) made: Instant,
    pub(crate) begins: Instant,
}

impl Bearer {
    /// Whom the record's audit names: the person with the program that they let in, or the program alone.
    pub fn actor(&self) -> Actor {
        match self.account {
            Some(account) => Actor::new(ActorKind::Person, &format!("Account/{} Client/{}", account.to_text(), self.client)),
            None => Actor::new(ActorKind::System, &format!("Client/{}", self.client)),
        }
    }
}

impl Smart {
    /// Reads an access token. It looks nothing up: what was ended before its time is known in memory.
    ///
    /// For a person's token the caller asks for their rights as it does for their screens, and so learns as well whether they
    /// may still come in; [`Granted::narrow_for`] narrows those rights.
    pub fn bearer(&self, token: &str) -> Result<Bearer, Refused> {
        self.read_access(token).ok_or_else(|| Refused::new(Error::InvalidToken, "The token is not good, or not any more. Get a new one."))
    }

    pub(crate) fn read_access(&self, token: &str) -> Option<Bearer> {
        let payload = self.keys().open(token, ACCESS)?;
        let claims = object(&payload)?;
        let claims = claims.root();
        let time = |name: &str| number(claims, name).map(|at| Instant(at.saturating_mul(1000)));
        let (grant, subject, client) = (text(claims, "gid"), text(claims, "sub")?, text(claims, "client_id")?);
        let account = match &grant {
            Some(_) => Some(AccountId::parse(&subject)?),
            None => None,
        };
        let scopes = ScopeSet::parse(&text(claims, "scope")?).with_person(account.is_some());
        let bearer = Bearer {
            client,
            account,
            acting: text(claims, "acting").unwrap_or_default(),
            granted: Granted { scopes, patient: text(claims, "patient") },
            fhir_user: text(claims, "fhirUser"),
            jti: text(claims, "jti")?,
            ends: time("exp")?,
            grant,
            made: time("iat")?,
            begins: time("nbf")?,
        };
        let ours = text(claims, "iss")? == self.settings.issuer && text(claims, "aud")? == self.settings.fhir_base;
        let now = seconds(self.now());
        let timely = seconds(bearer.begins) <= now && now < seconds(bearer.ends);
        (ours && timely && !self.is_out(&bearer)).then_some(bearer)
    }

    fn is_out(&self, bearer: &Bearer) -> bool {
        let ended = self.ended();
        let grant = bearer.grant.as_ref().map(|id| format!("g-{id}"));
        let account = bearer.account.map(|id| format!("a-{}", id.to_text()));
        let names = [Some(format!("j-{}", bearer.jti)), Some(format!("c-{}", bearer.client)), grant, account];
        names.into_iter().flatten().any(|name| ended.concerns(&name, bearer.made))
    }
}
