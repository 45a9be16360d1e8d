//! New tokens for old (RFC 6749 6, RFC 9700 4.14).
//!
//! A refresh token is the number of its grant, a count, and a mark by the server's key: so an old one is known for what it is
//! without being kept, and one that was made up ends nobody's grant.

use super::grant::Grant;
use super::token::{Tokens, bad_grant};
use crate::answer::{Error, Refused};
use crate::client::{Client, Kind};
use crate::form::Form;
use crate::names;
use crate::scope::{Scope, ScopeSet};
use crate::smart::Smart;
use rihla_identity::keeping::{base64url, encode, from_base64url};
use rihla_identity::{CHANGED, Change};

const NUMBER: usize = 32;
const MARK: usize = 32;

fn message(grant: &[u8], generation: &[u8]) -> Vec<u8> {
    [b"refresh".as_slice(), grant, generation].concat()
}

impl Smart {
    pub(crate) fn may_refresh(&self, grant: &Grant) -> bool {
        grant.leave.scopes.has(&Scope::Offline) || grant.leave.scopes.has(&Scope::Online)
    }

    pub(crate) fn refresh_token(&self, grant: &str, generation: u64) -> String {
        let count = generation.to_be_bytes();
        let mark = self.sealer.mark(&message(grant.as_bytes(), &count));
        base64url(&[grant.as_bytes(), &count, &mark].concat())
    }

    /// The grant's number and the count of a refresh token that was made here.
    pub(crate) fn read_refresh(&self, token: &str) -> Option<(String, u64)> {
        let bytes = from_base64url(token)?;
        let (grant, rest) = bytes.split_at_checked(NUMBER)?;
        let (count, mark) = rest.split_first_chunk::<8>()?;
        if mark.len() != MARK || !self.sealer.is_marked(&message(grant, count), mark) {
            return None;
        }
        Some((String::from_utf8(grant.to_vec()).ok()?, u64::from_be_bytes(*count)))
    }

    /// The public client of a refresh token whose sender does not say who it is, as SMART lets it: the token tells, and proves
    /// as much as its name would.
    pub(crate) fn named_by_refresh(&self, form: &Form, authorization: Option<&str>) -> Result<Option<Client>, Refused> {
        let named = ["client_id", "client_secret", "client_assertion"].into_iter().any(|name| form.get(name).is_some());
        if named || authorization.is_some() {
            return Ok(None);
        }
        let Some((id, _)) = form.get("refresh_token").and_then(|token| self.read_refresh(token)) else { return Ok(None) };
        let Some((grant, _)) = self.kept::<Grant>(&names::grant(&id))? else { return Ok(None) };
        Ok(Some(self.let_in(&grant.leave.client)?).filter(|client| client.kind == Kind::Public))
    }

    pub(crate) async fn refresh(&self, form: &Form, client: &Client) -> Result<Tokens, Refused> {
        let over = || bad_grant("The refresh token is not good, or not any more. The person has to be asked again.");
        let (id, count) = self.read_refresh(form.need("refresh_token")?).ok_or_else(over)?;
        let (grant, bytes) = self.kept::<Grant>(&names::grant(&id))?.ok_or_else(over)?;
        if grant.leave.client != client.id {
            self.end_grant(&id, "another program came with its refresh token").await?;
            return Err(over());
        }
        if grant.ended.is_some() || self.now() >= self.end_of(&grant) {
            return Err(over());
        }
        if count != grant.generation {
            self.end_grant(&id, "an old refresh token came again").await?;
            return Err(over());
        }
        let leave = &grant.leave;
        let person = self.people.person(leave.account)?;
        let lasts = leave.scopes.has(&Scope::Offline) || self.people.goes_on(leave.account, &leave.session)?;
        let Some(person) = person.filter(|_| lasts) else {
            self.end_grant(&id, "its person or session is not there any more").await?;
            return Err(over());
        };
        // What was taken from the program since then is taken from its tokens.
        let mut scopes = leave.scopes.meet(&client.scopes);
        if let Some(asked) = form.get("scope") {
            let asked = ScopeSet::parse(asked);
            if asked.is_empty() || !scopes.covers(&asked) {
                return Err(Refused::new(Error::InvalidScope, "More is asked for than was granted."));
            }
            scopes = asked;
        }
        let next = Grant { generation: grant.generation.saturating_add(1), used: self.now(), ..grant };
        let mut change = Change::default();
        change.expect(names::grant(&id), Some(bytes)).put(names::grant(&id), encode(&next));
        match self.vault.commit(change).await {
            Ok(()) => {}
            // Two came with one token: it is in two hands.
            Err(fault) if fault.code == CHANGED => {
                self.end_grant(&id, "a refresh token came twice at once").await?;
                return Err(over());
            }
            Err(fault) => return Err(fault.into()),
        }
        let tokens = self.access(&id, &next, &scopes, &person)?;
        Ok(Tokens { refresh: Some(self.refresh_token(&id, next.generation)), ..tokens })
    }
}
