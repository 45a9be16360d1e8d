//! The one door to people's accounts: what all acts share.

use crate::account::{Account, AccountId, By, State};
use crate::names;
use crate::password::{Blocklist, Pool};
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::secret::{Errand, Keys, Sealer, Ticket, random};
use crate::secrets::Secrets;
use crate::throttle::Throttle;
use crate::vault::{CHANGED, Change, EventKind, Vault};
use crate::wire::{Wire, decode, encode};
use rihla_kernel::{Clock, Entropy, Fault, FaultKind, Instant};
use ring::hmac;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Times that a change to one person's secrets is tried again when another one came first.
const AGAIN: usize = 8;
/// Spent challenges that are remembered; each was signed by somebody's passkey.
const SPENT: usize = 1 << 16;

/// To whom passkeys are made (<https://www.w3.org/TR/webauthn-3/#relying-party>).
#[derive(Clone, Debug)]
pub struct RelyingParty {
    /// The domain that passkeys are bound to; it outlives a change of host name within it.
    pub id: String,
    /// Pages that may ask for them: `https://host[:port]`.
    pub origins: Vec<String>,
}

/// What a server is run with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The codes of the pack's roles: no other is given to anybody.
    pub roles: Vec<String>,
    /// The name that authenticator apps and passkeys show.
    pub issuer: String,
    /// Names of the hospital, its places and products, and common words of its country: no password is made of them.
    pub house: Vec<String>,
    /// None: this server makes no passkeys.
    pub relying_party: Option<RelyingParty>,
    /// Whether the store holds real patients.
    pub production: bool,
    pub policy: Policy,
}

/// Accounts, sessions and secrets of one store. Needs a tokio runtime only where its vault does.
pub struct Identity {
    pub(crate) vault: Arc<dyn Vault>,
    clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) keys: Keys,
    pub(crate) settings: Settings,
    pub(crate) pool: Pool,
    pub(crate) blocklist: Blocklist,
    throttle: Mutex<Throttle>,
    tickets: hmac::Key,
    /// Challenges that were answered, until their end.
    spent: Mutex<HashMap<[u8; 16], Instant>>,
}

impl Identity {
    /// Refuses a store whose secrets were made with another key (`RH-ID-KEY`).
    pub async fn open(vault: Arc<dyn Vault>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, keys: Keys, settings: Settings) -> Result<Self, Fault> {
        let check = keys.check();
        match vault.read(names::KEY)? {
            Some(known) if known == check => {}
            Some(_) => return Err(foreign_key()),
            None => {
                let mut change = Change::default();
                change.expect(names::KEY, None).put(names::KEY, check);
                change.tell(By::Node("identity").told(EventKind::KeyChange, "the server's key".into(), "first used"));
                vault.commit(change).await?;
            }
        }
        let policy = &settings.policy;
        let pool = Pool::start(policy.hash_threads, policy.known_waiting, policy.strangers_waiting)?;
        let throttle = Mutex::new(Throttle::new(policy, &random(entropy.as_ref()), clock.now()));
        let tickets = keys.of_this_run(&random(entropy.as_ref()));
        let blocklist = Blocklist::new(settings.house.iter().map(String::as_str).chain([settings.issuer.as_str()]));
        Ok(Self { vault, clock, entropy, keys, settings, pool, blocklist, throttle, tickets, spent: Mutex::default() })
    }

    /// Whether the accounts of a store were made with a server key already: then no new one is made for it.
    pub fn has_key(vault: &dyn Vault) -> Result<bool, Fault> {
        Ok(vault.read(names::KEY)?.is_some())
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.settings.policy
    }

    /// By the clock that sessions and secrets are reckoned by.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(crate) fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something kept, with the bytes that a change expects.
    pub(crate) fn kept<T: Wire>(&self, name: &str) -> Result<Option<(T, Vec<u8>)>, Fault> {
        self.vault.read(name)?.map(|bytes| Ok((decode(&bytes)?, bytes))).transpose()
    }

    pub(crate) fn secrets(&self, id: AccountId) -> Result<(Secrets, Option<Vec<u8>>), Fault> {
        Ok(self.kept(&names::secrets(id))?.map_or_else(Default::default, |(secrets, bytes)| (secrets, Some(bytes))))
    }

    /// Which sessions of an account are good: those of this number.
    pub(crate) fn epoch(&self, id: AccountId) -> Result<(u64, Option<Vec<u8>>), Fault> {
        let bytes = self.vault.read(&names::epoch(id))?;
        let number = bytes.as_deref().and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
        Ok((number, bytes))
    }

    /// Ends all sessions of an account with the change, and returns the number of those to come.
    pub(crate) fn raise_epoch(&self, id: AccountId, change: &mut Change) -> Result<u64, Fault> {
        let (number, bytes) = self.epoch(id)?;
        let next = number.saturating_add(1);
        change.expect(names::epoch(id), bytes).put(names::epoch(id), next.to_be_bytes().to_vec());
        Ok(next)
    }

    /// Changes the secrets of an account, as they are at the moment of the commit: `act` may be asked again. It may put more
    /// into the change.
    pub(crate) async fn change_secrets<T>(
        &self,
        id: AccountId,
        mut act: impl FnMut(&mut Secrets, &mut Change) -> Result<T, Refusal> + Send,
    ) -> Result<T, Refusal> {
        for _ in 0..AGAIN {
            let (mut secrets, bytes) = self.secrets(id)?;
            let mut change = Change::default();
            change.expect(names::secrets(id), bytes);
            let out = act(&mut secrets, &mut change)?;
            change.put(names::secrets(id), encode(&secrets));
            match self.vault.commit(change).await {
                Ok(()) => return Ok(out),
                Err(fault) if fault.code == CHANGED => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Err(Refusal::busy())
    }

    pub fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        Ok(self.kept(&names::account(id))?.map(|(account, _)| account))
    }

    /// All accounts, in the order of their ids.
    pub fn accounts(&self) -> Result<Vec<Account>, Fault> {
        self.vault.list(names::ACCOUNTS)?.iter().map(|(_, bytes)| decode(bytes)).collect()
    }

    /// Whether somebody may be let in with an account now.
    pub(crate) fn usable(&self, account: &Account) -> bool {
        account.state() == State::Active && !(account.demo && self.settings.production)
    }

    /// A key for one purpose of another part of the server ([`Keys::sealer`]).
    pub fn sealer(&self, purpose: &str) -> Option<Sealer> {
        self.keys.sealer(purpose)
    }

    /// Whether somebody may come in with an account now.
    pub fn is_in_use(&self, account: &Account) -> bool {
        self.usable(account)
    }

    pub(crate) fn ticket(&self, errand: Errand, account: Option<AccountId>, epoch: u64) -> Vec<u8> {
        let ends = Instant(self.now().0.saturating_add(self.policy().ticket));
        let account = account.map_or([0; 16], |id| id.0);
        Ticket { errand, ends, nonce: random(self.entropy.as_ref()), account, epoch }.sealed(&self.tickets)
    }

    pub(crate) fn read_ticket(&self, bytes: &[u8], errand: Errand) -> Result<Ticket, Refusal> {
        Ticket::read(bytes, errand, self.now(), &self.tickets).ok_or_else(Refusal::stale)
    }

    /// Takes a challenge that was answered out of use.
    pub(crate) fn spend(&self, ticket: &Ticket) -> Result<(), Refusal> {
        let now = self.now();
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.len() >= SPENT {
            spent.retain(|_, ends| now < *ends);
        }
        if spent.len() >= SPENT {
            return Err(Refusal::busy());
        }
        if spent.insert(ticket.nonce, ticket.ends).is_some() { Err(Refusal::stale()) } else { Ok(()) }
    }
}

fn foreign_key() -> Fault {
    Fault::new(
        FaultKind::Internal,
        "RH-ID-KEY",
        "The accounts of this store were made with another server key. Start with the key file that belongs to it, from its backup if need be.",
    )
}
