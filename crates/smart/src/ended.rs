//! What was ended before its time: tokens, grants, clients, people. Kept for as long as a token of before could still run.

use crate::names;
use crate::smart::Smart;
use rihla_identity::{AccountId, Change, Vault};
use rihla_kernel::{Fault, Instant};
use std::collections::HashMap;

/// By what was ended: until when this is remembered, and which tokens it concerns: those made up to then.
#[derive(Debug, Default)]
pub(crate) struct Ended(HashMap<String, (Instant, Instant)>);

impl Ended {
    pub fn read(vault: &dyn Vault) -> Result<Self, Fault> {
        let kept = vault.list(names::OUT)?.into_iter();
        Ok(Self(kept.filter_map(|(name, bytes)| Some((name.strip_prefix(names::OUT)?.to_owned(), moments(&bytes)?))).collect()))
    }

    /// `made`: in whole seconds, as it stands in the token.
    pub fn concerns(&self, what: &str, made: Instant) -> bool {
        self.0.get(what).is_some_and(|(_, at)| made <= *at)
    }

    pub fn forget(&mut self, now: Instant) {
        self.0.retain(|_, (until, _)| now < *until);
    }
}

impl Smart {
    /// Ends all tokens that were made until now of a token's number (`j-`), a grant (`g-`), a client (`c-`) or an account
    /// (`a-`), together with a change.
    pub(crate) async fn put_out(&self, what: &[String], mut change: Change) -> Result<(), Fault> {
        let now = self.now();
        let until = Instant(now.0.saturating_add(self.policy().access()).saturating_add(1000));
        for one in what {
            change.put(names::out(one), [until.0.to_be_bytes(), now.0.to_be_bytes()].concat());
        }
        // Known here before it is kept: who goes away while it is written leaves no token that still runs.
        self.ended().0.extend(what.iter().map(|one| (one.clone(), (until, now))));
        self.vault.commit(change).await
    }

    /// Ends all that a person let in, and the tokens that still run: called when an account is suspended or closed. Back in
    /// use, they are asked again.
    pub async fn end_person(&self, account: AccountId) -> Result<(), Fault> {
        self.put_out(&[format!("a-{}", account.to_text())], Change::default()).await?;
        for grant in self.grants(account)? {
            self.end_grant(&grant.id, "its person's account was put out of use").await?;
        }
        Ok(())
    }
}

fn moments(bytes: &[u8]) -> Option<(Instant, Instant)> {
    let (until, rest) = bytes.split_first_chunk::<8>()?;
    let at = rest.try_into().ok().map(i64::from_be_bytes)?;
    Some((Instant(i64::from_be_bytes(*until)), Instant(at)))
}

/// Whether a kept moment is past. What cannot be read is kept.
pub(crate) fn is_over(bytes: &[u8], now: Instant) -> bool {
    bytes.first_chunk::<8>().is_some_and(|until| now.0 >= i64::from_be_bytes(*until))
}
